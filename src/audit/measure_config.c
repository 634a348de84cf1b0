#include "audit/answer.h"
#include "audit/backups.h"
#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Measured with what the configuration names: backups, prices. Without it a person is asked. */

enum { LINE = 400 };

#define GIB (1024.0 * 1024 * 1024)
#define MONTH_S (30.4375 * 86400)

static const char *backup_line(struct measuring *m, const struct backup_conf *b, const struct backup_seen *seen)
{
	char age[FMT_MAX], size[FMT_MAX];

	if (seen->ran)
		return arena_printf(m->arena, _("%s: its command says that it is good"), b->name);
	return arena_printf(m->arena, _("%s: %s old, %s"), b->name, fmt_duration(age, sizeof(age), seen->age),
	    fmt_bytes(size, sizeof(size), seen->bytes));
}

/* Whether a backup can be restored only somebody who did it can say. */
void measure_backups(struct measuring *m)
{
	const struct config *c = m->in->config;
	const char *all = "";

	for (size_t i = 0; c && i < c->n_backups; i++) {
		const struct backup_conf *b = &c->backups[i];
		struct err err = {""};
		struct backup_seen seen;
		const char *line;
		char limit[FMT_MAX];

		if (backup_look(b, m->in->wall, &seen, &err)) {
			measured(m, VERDICT_CRIT, "%s: %s", b->name, err_msg(&err));
			continue;
		}
		line = backup_line(m, b, &seen);
		if (!seen.ran && seen.age > b->max_age_ns)
			measured(m, VERDICT_CRIT, _("%s; at most %s was wanted"), line,
			    fmt_duration(limit, sizeof(limit), b->max_age_ns));
		else if (!seen.ran && seen.bytes < b->min_size)
			measured(m, VERDICT_CRIT, _("%s; at least %s was wanted"), line,
			    fmt_bytes(limit, sizeof(limit), b->min_size));
		else
			all = arena_printf(m->arena, "%s%s%s", all, all[0] ? "; " : "", line);
	}
	m->seen = all;
}

/* What a cluster costs in a month, as far as it is known. */
struct bill {
	double data, traffic; /* GiB */
	size_t brokers;
	bool data_known, traffic_known; /* all of it */
};

/* What is known in part is not known: the rest may be what costs most. */
struct sum {
	double n;
	bool some, gap;
};

static void add_value(const struct value *v, int64_t now, struct sum *sum)
{
	enum quality q = value_quality(v, now);

	if (q == QUALITY_OK)
		sum->n += value_number(v);
	sum->some |= q == QUALITY_OK;
	sum->gap |= q != QUALITY_OK && q != QUALITY_NA;
}

static void add_broker(const struct broker_row *b, int64_t now, struct sum *data, struct sum *traffic)
{
	for (size_t i = 0; i < b->n_metrics; i++) {
		if (b->metrics[i].id == METRIC_JS_STORAGE)
			add_value(&b->metrics[i].v, now, data);
		else if (b->metrics[i].id == METRIC_BYTES_IN_RATE || b->metrics[i].id == METRIC_BYTES_OUT_RATE)
			add_value(&b->metrics[i].v, now, traffic);
	}
}

static void add_cluster(const struct cluster_view *view, int64_t now, struct bill *bill)
{
	const struct section *brokers = view->sections[SECTION_BROKERS], *disks = view->sections[SECTION_DISK];
	struct sum data = {0}, traffic = {0};

	for (size_t i = 0; i < section_count(brokers); i++)
		add_broker(section_broker(brokers, i), now, &data, &traffic);
	for (size_t i = 0; view->kind != KIND_NATS && i < section_count(disks); i++)
		add_value(&section_disk(disks, i)->data_bytes, now, &data);
	*bill = (struct bill){
	    .data = data.n / GIB,
	    .traffic = traffic.n * MONTH_S / GIB,
	    .brokers = section_count(brokers),
	    .data_known = data.some && !data.gap,
	    .traffic_known = traffic.some && !traffic.gap,
	};
}

static double sum_of(const struct bill *b, const struct price_conf *p)
{
	return b->data * p->storage + b->traffic * p->traffic + (double)b->brokers * p->broker;
}

/* "orders 96 (40 GiB, 3 brokers)"; what a price is given for and is not known is said. */
static const char *bill_line(struct measuring *m, const struct cluster_view *view, const struct bill *b, const struct price_conf *p,
    bool *gap)
{
	const char *line = arena_printf(m->arena, "%s %.0f (", view->name, sum_of(b, p));

	if (p->broker > 0)
		line = arena_printf(m->arena, b->brokers == 1 ? _("%s%zu broker") : _("%s%zu brokers"), line, b->brokers);
	if (p->storage > 0 && view->kind != KIND_MQTT) {
		*gap |= !b->data_known;
		line = b->data_known ? arena_printf(m->arena, _("%s%s%.4g GiB kept"), line, p->broker > 0 ? ", " : "", b->data)
				     : arena_printf(m->arena, _("%s%sdata not known"), line, p->broker > 0 ? ", " : "");
	}
	if (p->traffic > 0) {
		*gap |= !b->traffic_known;
		line = b->traffic_known ? arena_printf(m->arena, _("%s, %.4g GiB passed"), line, b->traffic)
					: arena_printf(m->arena, _("%s, traffic not known"), line);
	}
	return arena_printf(m->arena, "%s)", line);
}

static const struct {
	const char *fact, *words;
	enum broker_kind kind;
} wasteful[] = {
    {"topics.unread", N_("no group reads"), KIND_KAFKA},
    {"streams.unread", N_("no consumer reads"), KIND_NATS},
    {"topics.over_replicated", N_("more than 3 replicas"), KIND_KAFKA},
    {"streams.over_replicated", N_("more than 3 replicas"), KIND_NATS},
};

/* What lies there for nobody, and what is kept more often than three times; *known: whether there is more was seen. */
static const char *waste_of(struct measuring *m, const struct cluster_view *view, size_t k, bool *found, bool *known)
{
	const struct fact_row *row = measured_fact(view, wasteful[k].fact);
	enum quality quality = row ? value_quality(&row->v, m->in->now) : QUALITY_MISSING;

	if (quality == QUALITY_NA)
		return "";
	if (quality != QUALITY_OK) {
		*known = false;
		return arena_printf(m->arena, _("; %s: %s: not known (%s)"), view->name, _(wasteful[k].words),
		    row && row->v.reason ? row->v.reason : _("not read yet"));
	}
	if (value_number(&row->v) <= 0)
		return "";
	*found = true;
	return arena_printf(m->arena, "; %s: %s: %s", view->name, _(wasteful[k].words), row->detail ? row->detail : "?");
}

static const char *waste(struct measuring *m, bool *found, bool *known)
{
	const struct snapshot *snap = m->in->frame->snap;
	const char *all = "";

	for (size_t c = 0; c < snap->n_clusters; c++)
		for (size_t k = 0; k < sizeof(wasteful) / sizeof(wasteful[0]); k++)
			if (snap->clusters[c].kind == wasteful[k].kind)
				all = arena_printf(
				    m->arena, "%s%s", all, waste_of(m, &snap->clusters[c], k, found, known));
	return all;
}

void measure_cost(struct measuring *m)
{
	const struct config *c = m->in->config;
	const struct snapshot *snap = m->in->frame->snap;
	const char *all = "", *wasted;
	double total = 0;
	bool gap = false, over, found = false, known = true;

	if (!c || !c->prices.set)
		return;
	for (size_t i = 0; i < snap->n_clusters; i++) {
		struct bill bill;

		add_cluster(&snap->clusters[i], m->in->now, &bill);
		total += sum_of(&bill, &c->prices);
		all = arena_printf(
		    m->arena, "%s%s%s", all, i ? ", " : "", bill_line(m, &snap->clusters[i], &bill, &c->prices, &gap));
	}
	wasted = waste(m, &found, &known);
	over = c->prices.budget > 0 && total > c->prices.budget;
	measured(m, over || found ? VERDICT_WARN : gap || !known ? VERDICT_UNKNOWN : VERDICT_OK, _("%.0f %s a month%s%s: %s%s"), total,
	    c->prices.currency, over ? _(", more than the budget of ") : "",
	    over ? arena_printf(m->arena, "%.0f", c->prices.budget) : "", all, wasted);
}
