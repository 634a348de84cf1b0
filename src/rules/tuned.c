#include "rules/tuned.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* How much of a glob is said and not left open. */
static int literal(const char *glob)
{
	int n = 0;

	for (; glob && *glob; glob++)
		n += *glob != '*' && *glob != '?';
	return n;
}

/* An entity says more than a cluster, a cluster more than a kind. -1: no match. */
static int specificity(const struct rule *r, const struct cluster_view *view, const char *entity)
{
	int score = 0;

	if (r->match_entity) {
		if (!entity || !text_glob(r->match_entity, entity))
			return -1;
		score += 1000000 + 1000 * literal(r->match_entity);
	}
	if (r->match_cluster) {
		if (!text_glob(r->match_cluster, view->name))
			return -1;
		score += 500 + literal(r->match_cluster);
	}
	if (r->match_kind) {
		if (!text_glob(r->match_kind, kind_name(view->kind)))
			return -1;
		score += 1;
	}
	return score;
}

const struct rule *tuned_for(
    const struct rule *base, const struct cluster_view *view, const char *entity)
{
	const struct rule *best = base;
	int most = -1;

	for (size_t i = 0; i < base->n_tuned; i++) {
		int score = specificity(&base->tuned[i], view, entity);

		/* Of two that say as much the later one. */
		if (score >= 0 && score >= most) {
			most = score;
			best = &base->tuned[i];
		}
	}
	return best;
}

bool tuned_concerns(const struct rule *base, const struct cluster_view *view)
{
	if (!(base->def->kinds & 1u << view->kind))
		return false;
	for (size_t i = 0; i < base->n_tuned; i++) {
		struct rule somewhere = base->tuned[i];

		somewhere.match_entity = NULL;
		if (specificity(&somewhere, view, NULL) >= 0)
			return true;
	}
	return !base->only_matches;
}

void tuned_release(struct rule_list *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		free(rules->list[i].tuned);
	free(rules->list);
	*rules = (struct rule_list){0};
}
