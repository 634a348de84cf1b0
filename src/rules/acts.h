#ifndef MQ_RULES_ACTS_H
#define MQ_RULES_ACTS_H

#include "model/model.h"
#include "rules/judgement.h"
#include "store/ledger.h"

/*
 * acts: what operators did, as one round of judging needs it: acknowledgements,
 * silences and maintenances that hold now. Inside src/rules.
 */
enum { MAINT_MOST = 64 };

/* What is remembered of a maintenance between rounds. */
struct maint_memory {
	char id[RECORD_ID_SIZE];
	bool was_down, ended, listed;
	int64_t up_since; /* boot ns, after it was down; 0: it is not */
};

struct maint {
	const struct record *record;
	const char *broker; /* as the snapshot names it */
	const char *words;  /* "maintenance until 12:40 by duty1: reason" */
	size_t cluster;
};

struct acts {
	const struct record **acks, **silences; /* and what undoes them; newest first */
	size_t n_acks, n_silences;
	struct maint maints[MAINT_MOST];
	size_t n_maints;
};

struct acts_memory {
	struct maint_memory maints[MAINT_MOST];
	size_t n_maints;
};

/* Texts go into the judgement's arena; a maintenance that ends by itself is news there. */
void acts_init(struct acts *a, struct acts_memory *m, const struct ledger *l,
    const struct snapshot *snap, struct judgement *j);
void acts_release(struct acts *a);

/* When the next silence or maintenance runs out by itself, boot ns. */
int64_t acts_next(const struct acts *a, const struct snapshot *snap);

/* The acknowledgement of this alert that was not taken back, not older than since (wall ns), or NULL. */
const struct record *acts_ack(const struct acts *a, const char *name, const char *cluster,
    const char *entity, int64_t since);

/* The silence that holds for this alert now, or NULL. */
const struct record *acts_silence(const struct acts *a, const char *name, const char *cluster,
    const char *entity, int64_t wall);

/* "silenced until 12:40 by duty1: reason" */
const char *acts_words(struct arena *a, const char *what, const struct record *r, int64_t wall);

/* Why all brokers of this comma-separated list are under maintenance; NULL: one of them is not. */
const char *acts_maint(const struct acts *a, size_t cluster, const char *brokers);

/* Why every broker of the cluster is under maintenance; NULL: one of them is not. */
const char *acts_maint_all(const struct acts *a, size_t cluster, const struct section *brokers);

#endif
