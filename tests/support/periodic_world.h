#ifndef MQ_TEST_PERIODIC_WORLD_H
#define MQ_TEST_PERIODIC_WORLD_H

/* What the weekly and the monthly list look at: one Kafka cluster of two brokers, and what operators did. */
#include "base/clock.h"
#include "model/model.h"
#include "store/ledger.h"

#define NOW (1000 * NS_PER_S)
#define DAY_NS (86400 * NS_PER_S)

struct world {
	struct snapshot *snap;
	struct ledger *ledger;
	int64_t wall;
};

/* A version that is NULL was not told. */
static inline void world_init(struct world *w, const char *version, const char *other)
{
	struct section *s = section_new(SECTION_BROKERS);
	const char *const versions[] = {version, other};

	w->wall = clock_wall();
	w->snap = snapshot_new(1, NOW, w->wall);
	w->snap->clusters[0].name = "orders";
	w->snap->clusters[0].kind = KIND_KAFKA;
	for (int i = 0; i < 2; i++) {
		struct broker_row *b = section_add(s);

		b->name = i ? "broker-2" : "broker-1";
		b->version = versions[i] ? value_text(versions[i], NOW, NS_PER_S) : value_missing("not asked yet");
	}
	w->snap->clusters[0].sections[SECTION_BROKERS] = s;
	w->snap->clusters[0].sections[SECTION_FACTS] = section_new(SECTION_FACTS);
	w->ledger = ledger_new();
}

static inline void world_release(struct world *w)
{
	snapshot_unref(w->snap);
	ledger_unref(w->ledger);
}

static inline void add_fact(struct world *w, const char *name, int64_t n)
{
	struct fact_row *row = section_add(w->snap->clusters[0].sections[SECTION_FACTS]);

	row->name = name;
	row->v = value_int(n, NOW, NS_PER_S);
}

/* A kept record of so long ago; the ledger has it. */
static inline struct record *add_record(
    struct world *w, enum record_kind kind, const char *cluster, const char *subject, int64_t ago)
{
	struct record *r = record_new(kind);
	struct ledger *more;

	r->cluster = record_str(r, cluster);
	r->subject = record_str(r, subject);
	r->wall = w->wall - ago;
	more = ledger_with(w->ledger, r, KEEP_KEPT);
	ledger_unref(w->ledger);
	w->ledger = more;
	record_unref(r);
	return r;
}

#endif
