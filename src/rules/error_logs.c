#include "rules/judge.h"
#include "rules/rule.h"

#include "base/i18n.h"
#include "base/num.h"
#include "rules/checklist_file.h"

#include <string.h>

/* The daily item error-logs: each broker's log, its last 10 minutes against the hour before. */

enum { ERRORS_LEAST = 5, TIMES_USUAL = 3, PERIODS_BEFORE = 6 };

/* What one item gathers over all clusters. */
struct gathered {
	struct round *round;
	struct check_item *item;
	const struct log_row *busiest; /* of those that are fine */
	const char *busiest_cluster;
	int64_t most;
};

static int64_t whole(const struct value *v)
{
	return num_int(value_number(v));
}

/* A count that is known in part is known to be at least that. */
static bool counts(const struct value *v, int64_t now)
{
	enum quality q = judged_quality(v, now);

	return v->type != VALUE_NONE && (q == QUALITY_OK || q == QUALITY_PARTIAL);
}

static struct row_verdict unknown(struct arena *a, const struct value *v)
{
	const char *why = v->reason ? v->reason : _("nothing newer was read");

	return (struct row_verdict){VERDICT_UNKNOWN, arena_strdup(a, why)};
}

static struct row_verdict verdict_of(struct round *round, const struct log_row *row)
{
	struct arena *a = &round->judgement->arena;
	int64_t now = round->snap->boot, errors = whole(&row->errors_10m), before;

	if (judged_quality(&row->readable, now) != QUALITY_OK || !value_number(&row->readable))
		return unknown(a, &row->readable);
	if (counts(&row->fatals_hour, now) && whole(&row->fatals_hour) > 0)
		return (struct row_verdict){
		    VERDICT_CRIT, arena_printf(a, _("%lld FATAL in the last hour"),
				      (long long)whole(&row->fatals_hour))};
	before = counts(&row->errors_hour, now) ? whole(&row->errors_hour) : 0;
	if (counts(&row->errors_10m, now) && errors >= ERRORS_LEAST &&
	    (double)errors * PERIODS_BEFORE > (double)before * TIMES_USUAL)
		return (struct row_verdict){VERDICT_WARN,
		    arena_printf(a, _("%lld errors in 10 min, %lld in the hour before"),
			(long long)errors, (long long)before)};
	if (judged_quality(&row->errors_10m, now) != QUALITY_OK)
		return unknown(a, &row->errors_10m);
	return (struct row_verdict){VERDICT_OK, NULL};
}

static void note(
    struct gathered *g, enum verdict v, const char *cluster, const char *broker, const char *why)
{
	if (v < g->item->verdict || (v == g->item->verdict && (g->item->evidence || !why)))
		return;
	g->item->verdict = v;
	g->item->evidence =
	    !why     ? NULL
	    : broker ? arena_printf(&g->round->judgement->arena, "%s %s: %s", cluster, broker, why)
		     : arena_printf(&g->round->judgement->arena, "%s: %s", cluster, why);
}

static void note_next(struct round *round, const struct value *v)
{
	int64_t at = value_stale_at(v);

	if (at > round->snap->boot && at < round->rules->next)
		round->rules->next = at;
}

static void judge_row(struct gathered *g, size_t cluster, size_t i)
{
	const struct cluster_view *view = &g->round->snap->clusters[cluster];
	const struct log_row *row = section_log(view->sections[SECTION_LOGS], i);
	struct row_verdict v = verdict_of(g->round, row);

	g->round->judgement->clusters[cluster].rows[SECTION_LOGS][i] = v;
	note_next(g->round, &row->readable);
	note_next(g->round, &row->errors_10m);
	note(g, v.verdict, view->name, row->broker, v.why);
	if (v.verdict == VERDICT_OK && whole(&row->errors_10m) >= g->most) {
		g->busiest = row;
		g->busiest_cluster = view->name;
		g->most = whole(&row->errors_10m);
	}
}

/* Has this broker logs at all, and is one of them known? */
static bool has_log(
    const struct gathered *g, size_t cluster, const struct broker_row *b, bool *known)
{
	const struct section *logs = g->round->snap->clusters[cluster].sections[SECTION_LOGS];
	const struct section *brokers = g->round->snap->clusters[cluster].sections[SECTION_BROKERS];
	bool any = false;

	*known = false;
	for (size_t i = 0; i < section_count(logs); i++) {
		const char *who = section_log(logs, i)->broker;

		if (!who || brokers_find(brokers, who) != b)
			continue;
		any = true;
		*known |= judgement_row(g->round->judgement, cluster, SECTION_LOGS, i).verdict !=
			  VERDICT_UNKNOWN;
	}
	return any;
}

static void judge_cluster(struct gathered *g, size_t cluster)
{
	const struct cluster_view *view = &g->round->snap->clusters[cluster];
	const struct section *brokers = view->sections[SECTION_BROKERS];
	size_t n = section_count(brokers);

	for (size_t i = 0; i < section_count(view->sections[SECTION_LOGS]); i++)
		judge_row(g, cluster, i);
	g->item->total += n ? (int64_t)n : 1;
	if (!section_count(view->sections[SECTION_LOGS])) {
		note(g, VERDICT_UNKNOWN, view->name, NULL,
		    _("no log source: add logs: to the cluster"));
		return;
	}
	if (!n)
		note(g, VERDICT_UNKNOWN, view->name, NULL, _("its brokers are not known yet"));
	for (size_t i = 0; i < n; i++) {
		const struct broker_row *b = section_broker(brokers, i);
		bool known;

		if (!has_log(g, cluster, b, &known))
			note(g, VERDICT_UNKNOWN, view->name, b->name ? b->name : b->id,
			    _("no log source: add it to logs: of the cluster"));
		g->item->evaluated += known;
	}
}

static const char *fine_evidence(const struct gathered *g)
{
	struct arena *a = &g->round->judgement->arena;

	if (!g->round->snap->n_clusters)
		return _("no cluster is configured");
	if (g->item->verdict == VERDICT_NA)
		return _("waived");
	if (!g->busiest || !g->most)
		return _("no error in the last 10 min");
	return arena_printf(a, _("at most %lld errors in 10 min: %s of %s"), (long long)g->most,
	    g->busiest->broker ? g->busiest->broker : "-", g->busiest_cluster);
}

void make_error_logs(struct round *round, const struct list_item *def, struct check_item *item)
{
	struct gathered g = {.round = round, .item = item};

	*item = (struct check_item){.list = def->list, .id = def->id, .verdict = VERDICT_NA};
	for (size_t c = 0; c < round->snap->n_clusters; c++)
		if (!item_waived(round, item, c))
			judge_cluster(&g, c);
	if (!item->evidence)
		item->evidence = fine_evidence(&g);
	if (!round->snap->n_clusters)
		item->verdict = VERDICT_UNKNOWN;
}
