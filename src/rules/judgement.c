#include "rules/judgement.h"

#include <stdlib.h>

struct judgement *judgement_new(const struct snapshot *snap)
{
	struct judgement *j = xcalloc(1, sizeof(*j));

	atomic_init(&j->refs, 1);
	arena_init(&j->arena);
	j->boot = snap->boot;
	j->wall = snap->wall;
	j->n_clusters = snap->n_clusters;
	j->clusters = arena_alloc(&j->arena, j->n_clusters * sizeof(*j->clusters));
	for (size_t i = 0; i < j->n_clusters; i++) {
		struct cluster_judgement *c = &j->clusters[i];

		c->verdict = VERDICT_UNKNOWN;
		for (size_t k = 0; k < SECTION_COUNT; k++) {
			c->n_rows[k] = section_count(snap->clusters[i].sections[k]);
			c->rows[k] = arena_alloc(&j->arena, c->n_rows[k] * sizeof(*c->rows[k]));
			for (size_t r = 0; r < c->n_rows[k]; r++)
				c->rows[k][r].verdict = VERDICT_UNKNOWN;
		}
	}
	return j;
}

struct judgement *judgement_ref(struct judgement *j)
{
	if (j)
		atomic_fetch_add(&j->refs, 1);
	return j;
}

void judgement_unref(struct judgement *j)
{
	if (!j || atomic_fetch_sub(&j->refs, 1) != 1)
		return;
	free(j->news);
	arena_release(&j->arena);
	free(j);
}

struct row_verdict judgement_row(
    const struct judgement *j, size_t cluster, enum section_kind kind, size_t i)
{
	if (cluster >= j->n_clusters || kind >= SECTION_COUNT ||
	    i >= j->clusters[cluster].n_rows[kind])
		return (struct row_verdict){VERDICT_UNKNOWN, NULL};
	return j->clusters[cluster].rows[kind][i];
}

enum verdict judgement_pane(const struct judgement *j, enum section_kind kind)
{
	enum verdict worst = VERDICT_NA;

	if (kind >= SECTION_COUNT)
		return VERDICT_NA;
	for (size_t c = 0; c < j->n_clusters; c++)
		for (size_t i = 0; i < j->clusters[c].n_rows[kind]; i++)
			worst = verdict_worse(worst, j->clusters[c].rows[kind][i].verdict);
	return worst;
}

const char *alert_state_name(enum alert_state s)
{
	static const char *const name[] = {
	    [ALERT_PENDING] = "pending",
	    [ALERT_FIRING] = "firing",
	    [ALERT_FOLDED] = "folded",
	    [ALERT_SILENCED] = "silenced",
	};

	return name[s];
}

const char *severity_name(enum severity s)
{
	return s == SEVERITY_CRITICAL ? "critical" : "warning";
}
