#include "rules/judge.h"
#include "rules/tuned.h"

#include <string.h>

/* Verdicts of rules and clusters. */

static enum verdict of_alert(const struct alert *a)
{
	if (a->state != ALERT_FIRING && a->state != ALERT_FOLDED)
		return VERDICT_NA;
	return a->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
}

static enum verdict of_cluster(const struct round *round, size_t cluster)
{
	const struct judgement *j = round->judgement;
	enum verdict worst = VERDICT_NA;

	for (size_t i = 0; i < round->rules->rules.n; i++) {
		const struct scope_tally *t = &rules_scope(round->rules, i, cluster)->tally;

		worst = verdict_worse(worst, t->verdict);
	}
	for (size_t i = 0; i < j->n_alerts; i++)
		if (!strcmp(j->alerts[i].cluster, round->snap->clusters[cluster].name))
			worst = verdict_worse(worst, of_alert(&j->alerts[i]));
	return worst;
}

/* A rule whose thing is gone still fires while its alert does. */
static void count_kept(struct round *round, size_t rule, size_t cluster)
{
	struct scope *scope = rules_scope(round->rules, rule, cluster);
	const struct condition *c;
	size_t pos = 0;

	while (map_each(&scope->conditions.by_key, &pos, (void **)&c)) {
		enum verdict v = c->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;

		if (c->firing && !c->mute && v > scope->tally.verdict) {
			scope->tally.verdict = v;
			scope->tally.reason = arena_printf(&round->judgement->arena, "%s: %s",
			    c->entity, c->reason[0] ? c->reason : c->what);
		}
	}
}

void make_results(struct round *round)
{
	struct judgement *j = round->judgement;

	j->rules =
	    arena_alloc(&j->arena, round->rules->rules.n * round->snap->n_clusters * sizeof(*j->rules));
	for (size_t c = 0; c < round->snap->n_clusters; c++) {
		const struct cluster_view *view = &round->snap->clusters[c];

		for (size_t i = 0; i < round->rules->rules.n; i++) {
			const struct scope_tally *t = &rules_scope(round->rules, i, c)->tally;

			if (!tuned_concerns(&round->rules->rules.list[i], view))
				continue;
			count_kept(round, i, c);
			j->rules[j->n_rules++] = (struct rule_result){
			    .name = round->rules->rules.list[i].def->name,
			    .cluster = arena_strdup(&j->arena, view->name),
			    .verdict = t->verdict,
			    .evaluated = t->evaluated,
			    .total = t->total,
			    .reason = t->reason,
			};
		}
		j->clusters[c].verdict = of_cluster(round, c);
		j->verdict = verdict_worse(j->verdict, j->clusters[c].verdict);
	}
	if (!round->snap->n_clusters)
		j->verdict = VERDICT_UNKNOWN;
}
