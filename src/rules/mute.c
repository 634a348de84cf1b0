#include "rules/judge.h"

#include "base/i18n.h"

#include <string.h>

/* What does not count because an operator said so: silences, maintenances, and what follows from
 * an alert that is muted itself. */

enum { FOLDS_MOST = sizeof(((struct rule_def *)NULL)->folds) / sizeof(struct fold) };

static bool folds_under(const struct rule_def *def, const char *parent)
{
	for (size_t i = 0; i < FOLDS_MOST && def->folds[i].parent; i++)
		if (!strcmp(def->folds[i].parent, parent))
			return true;
	return false;
}

const char *mute_maint(
    const struct round *round, size_t cluster, const struct rule_def *def, const char *brokers)
{
	const struct cluster_view *view = &round->snap->clusters[cluster];

	if (!round->acts.n_maints)
		return NULL;
	if (brokers && (!strcmp(def->name, "BrokerDown") || folds_under(def, "BrokerDown")))
		return acts_maint(&round->acts, cluster, brokers);
	/* Where all brokers are under maintenance, so is the cluster. */
	if (!strcmp(def->name, "ClusterUnreachable") || folds_under(def, "ClusterUnreachable"))
		return acts_maint_all(&round->acts, cluster, view->sections[SECTION_BROKERS]);
	return NULL;
}

size_t rules_index(const struct rules *r, const char *name)
{
	size_t i = 0;

	while (i < r->rules.n && strcmp(r->rules.list[i].def->name, name) != 0)
		i++;
	return i;
}

/* How many brokers a comma-separated list names. */
static size_t named(const char *list)
{
	size_t n = list && *list;

	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

/* What one kind of cause makes of it. Returns false where a cause that is not muted explains it. */
static bool mute_by(const struct round *round, size_t rule, size_t cluster, const struct fold *fold,
    const struct condition *c, const char **mute)
{
	size_t parent = rules_index(round->rules, fold->parent), covered = 0;
	const struct condition *p;
	const char *why = NULL;
	size_t pos = 0;

	if (parent >= rule)
		return true;
	while (map_each(&rules_scope(round->rules, parent, cluster)->conditions.by_key, &pos, (void **)&p)) {
		if (!condition_explains(&round->snap->clusters[cluster], p, c, fold))
			continue;
		if (!p->mute)
			return false;
		why = p->mute;
		covered++;
	}
	/* Each broker that it names has to be one whose alert is muted. */
	if (fold->by != FOLD_BROKER || covered >= named(c->broker))
		*mute = why ? why : *mute;
	return true;
}

/* Muted by all that explains it; what is not muted breaks through. Causes stand before their
 * consequences in the table, so they have been judged in this round. */
static const char *mute_cause(const struct round *round, size_t rule, size_t cluster, const struct condition *c)
{
	const struct rule_def *def = round->rules->rules.list[rule].def;
	const char *mute = NULL;

	for (size_t i = 0; i < FOLDS_MOST && def->folds[i].parent; i++)
		if (!mute_by(round, rule, cluster, &def->folds[i], c, &mute))
			return NULL;
	return mute;
}

/* Is any cause of this rule muted at all? Spares looking at all of them for every condition. */
static bool cause_is_muted(const struct round *round, size_t rule, size_t cluster)
{
	const struct rule_def *def = round->rules->rules.list[rule].def;

	for (size_t i = 0; i < FOLDS_MOST && def->folds[i].parent; i++) {
		size_t parent = rules_index(round->rules, def->folds[i].parent);

		if (parent < rule && rules_scope(round->rules, parent, cluster)->conditions.n_muted)
			return true;
	}
	return false;
}

const char *mute_of(const struct round *round, size_t rule, size_t cluster, const struct condition *c)
{
	const struct rule_def *def = round->rules->rules.list[rule].def;
	const struct record *silence = acts_silence(
	    &round->acts, def->name, round->snap->clusters[cluster].name, c->entity, round->snap->wall);
	const char *why;

	if (silence)
		return acts_words(&round->judgement->arena, _("silenced"), silence, round->snap->wall);
	why = mute_maint(round, cluster, def, c->broker);
	if (!why && cause_is_muted(round, rule, cluster))
		why = mute_cause(round, rule, cluster, c);
	return why;
}

void mute_all(const struct round *round, size_t rule, size_t cluster)
{
	struct conditions *all = &rules_scope(round->rules, rule, cluster)->conditions;
	struct condition *c;
	size_t pos = 0;

	all->n_muted = 0;
	while (map_each(&all->by_key, &pos, (void **)&c)) {
		c->mute = c->firing ? mute_of(round, rule, cluster, c) : NULL;
		all->n_muted += c->mute != NULL;
	}
}

/* A row of which something is known to be bad is not green because nobody wants to hear of it. */
void mark_muted(const struct round *round, size_t cluster, const struct alert *alert)
{
	struct cluster_judgement *c = &round->judgement->clusters[cluster];

	if (alert->muted && alert->section < SECTION_COUNT && alert->row < c->n_rows[alert->section] &&
	    c->rows[alert->section][alert->row].verdict <= VERDICT_OK)
		c->rows[alert->section][alert->row] = (struct row_verdict){VERDICT_NA, alert->muted};
}

void mark_maintained(const struct round *round)
{
	for (size_t i = 0; i < round->acts.n_maints; i++) {
		const struct maint *m = &round->acts.maints[i];
		const struct section *brokers =
		    round->snap->clusters[m->cluster].sections[SECTION_BROKERS];

		for (size_t k = 0; k < section_count(brokers); k++) {
			const char *name = section_broker(brokers, k)->name;

			if (name && !strcmp(name, m->broker))
				round->judgement->clusters[m->cluster].rows[SECTION_BROKERS][k].why =
				    m->words;
		}
	}
}
