#include "rules/judge.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* Alerts out of conditions: their states, what folds under what, and their order. */

enum { LOST_AT_ONCE = 3 };

/* An alert with what folding needs. */
struct draft {
	struct alert alert;
	size_t rule, cluster;
	struct condition *condition;
};

struct drafts {
	struct draft *list;
	size_t n, cap;
};

/* A rule of the operator's own may have no page. */
static const char *manual_id(struct arena *a, const struct rule *r, const struct cluster_view *view)
{
	if (r->manual)
		return arena_strdup(a, r->manual);
	return r->def->manual ? arena_printf(a, "%s-%s", kind_name(view->kind), r->def->manual) : "";
}

static const char *alert_words(struct arena *a, const struct condition *c)
{
	char until[FMT_MAX];

	if (c->firing && !c->flapping && c->calm && c->clear_since)
		return arena_printf(a, _("%s; held until %s"), c->what,
		    fmt_clock(until, sizeof(until),
			c->since_wall + c->clear_since + c->rule->def->clear_s * NS_PER_S - c->since_boot));
	if (!c->firing || !c->flapping)
		return arena_strdup(a, c->what);
	if (!c->held)
		return arena_printf(a, _("flapping: %s"), c->what);
	return arena_printf(a, _("flapping, just now fine: %s; held until %s unless it comes back"), c->what,
	    fmt_clock(until, sizeof(until), c->since_wall + c->held_until - c->since_boot));
}

static void acknowledge(struct round *round, struct alert *alert)
{
	struct arena *a = &round->judgement->arena;
	const struct snapshot *snap = round->snap;
	/* When it began by the clock of now: that may have been set since. */
	int64_t since = snap->wall - (snap->boot - alert->since_boot);
	const struct record *r;

	if (alert->since_wall < since)
		since = alert->since_wall;
	r = acts_ack(&round->acts, alert->name, alert->cluster, alert->entity, since);
	if (!r)
		return;
	alert->acknowledged = true;
	alert->ack_by = arena_strdup(a, r->user);
	alert->ack_comment = arena_strdup(a, r->text);
	alert->ack_wall = r->wall;
}

static void add_draft(
    struct round *round, struct drafts *all, size_t rule, size_t cluster, struct condition *c)
{
	const struct rule *r = c->rule;
	const struct cluster_view *view = &round->snap->clusters[cluster];
	struct arena *a = &round->judgement->arena;
	struct draft *d;

	array_reserve(&all->list, &all->cap, all->n + 1, sizeof(*all->list));
	d = &all->list[all->n++];
	*d = (struct draft){.rule = rule, .cluster = cluster, .condition = c};
	d->alert = (struct alert){
	    .name = r->def->name,
	    .cluster = arena_strdup(a, view->name),
	    .entity = arena_strdup(a, c->entity),
	    .severity = c->severity,
	    .state = !c->firing ? ALERT_PENDING : c->mute ? ALERT_SILENCED : ALERT_FIRING,
	    .muted = c->mute,
	    .flapping = c->firing && c->flapping,
	    .value = c->value,
	    .threshold = arena_strdup(a,
		c->severity < r->def->severity && r->has_warn ? r->warn.text : r->threshold.text),
	    .since_boot = c->since_boot,
	    .since_wall = c->since_wall,
	    .action = arena_strdup(a, _(r->def->action)),
	    .manual = manual_id(a, r, view),
	    .section = r->def->section,
	    .row = c->row,
	};
	d->alert.what = alert_words(a, c);
	acknowledge(round, &d->alert);
	d->alert.value.reason = arena_strdup(a, c->value.reason);
}

static void gather(struct round *round, struct drafts *all)
{
	for (size_t rule = 0; rule < round->rules->rules.n; rule++) {
		for (size_t cluster = 0; cluster < round->snap->n_clusters; cluster++) {
			struct scope *scope = rules_scope(round->rules, rule, cluster);
			struct condition *c;
			size_t pos = 0;

			while (map_each(&scope->conditions.by_key, &pos, (void **)&c))
				add_draft(round, all, rule, cluster, c);
		}
	}
}

static bool explains(const struct round *round, const struct draft *parent,
    const struct draft *child, const struct fold *fold)
{
	return parent->cluster == child->cluster && parent != child &&
	       /* What counts is not put away under what does not. */
	       (child->condition->mute || !parent->condition->mute) &&
	       condition_explains(&round->snap->clusters[child->cluster], parent->condition,
		   child->condition, fold);
}

static const struct draft *cause_of(
    const struct round *round, const struct drafts *all, const struct draft *child)
{
	const struct fold *folds = round->rules->rules.list[child->rule].def->folds;

	for (size_t f = 0;
	     f < sizeof(rule_defs[0].folds) / sizeof(rule_defs[0].folds[0]) && folds[f].parent; f++)
		for (size_t i = 0; i < all->n; i++)
			if (explains(round, &all->list[i], child, &folds[f]))
				return &all->list[i];
	return NULL;
}

static void fold_under(struct round *round, struct draft *child, const struct draft *parent)
{
	if (!child->condition->mute)
		child->alert.state = ALERT_FOLDED;
	child->alert.folded_under = arena_printf(&round->judgement->arena, "%s %s %s",
	    parent->alert.name, parent->alert.cluster, parent->alert.entity);
}

static void fold(struct round *round, struct drafts *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct draft *d = &all->list[i];
		const struct draft *cause = d->condition->firing ? cause_of(round, all, d) : NULL;

		if (cause)
			fold_under(round, d, cause);
	}
}

/* Lost means within one interval; a hung one is noticed a timeout later than a refused one. */
static int64_t lost_interval(const struct rules *r)
{
	int64_t most = r->config->interval_ns;

	for (size_t i = 0; i < r->config->n_clusters; i++)
		if (r->config->interval_ns + r->config->clusters[i].timeout_ms * NS_PER_MS > most)
			most =
			    r->config->interval_ns + r->config->clusters[i].timeout_ms * NS_PER_MS;
	return most;
}

static bool is_lost(const struct draft *d)
{
	return !d->rule && d->condition->firing && !d->condition->mute;
}

/* Many clusters lost at once: more likely it is this host. */
static void suspect_this_host(struct round *round, struct drafts *all)
{
	int64_t interval = lost_interval(round->rules);

	for (size_t i = 0; i < all->n; i++) {
		struct draft *first = &all->list[i];
		size_t lost = 0;

		if (!is_lost(first))
			continue;
		for (size_t k = 0; k < all->n && !all->list[k].rule; k++)
			lost += is_lost(&all->list[k]) &&
				all->list[k].alert.since_boot >= first->alert.since_boot &&
				all->list[k].alert.since_boot - first->alert.since_boot <= interval;
		if (lost < LOST_AT_ONCE)
			continue;
		round->judgement->banner = arena_printf(&round->judgement->arena,
		    _("%zu clusters lost at once: suspect this host or its network"), lost);
		for (size_t k = 0; k < all->n && !all->list[k].rule; k++)
			if (k != i && is_lost(&all->list[k]) &&
			    llabs(all->list[k].alert.since_boot - first->alert.since_boot) <=
				interval)
				fold_under(round, &all->list[k], first);
		return;
	}
}

/* The most urgent first. */
static int by_urgency(const void *pa, const void *pb)
{
	static const int state_rank[] = {
	    [ALERT_FIRING] = 0, [ALERT_FOLDED] = 1, [ALERT_SILENCED] = 2, [ALERT_PENDING] = 3};
	const struct draft *a = pa, *b = pb;
	int c;

	if (a->alert.state != b->alert.state)
		return state_rank[a->alert.state] - state_rank[b->alert.state];
	if (a->alert.severity != b->alert.severity)
		return (int)b->alert.severity - (int)a->alert.severity;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->alert.since_boot != b->alert.since_boot)
		return a->alert.since_boot < b->alert.since_boot ? -1 : 1;
	c = strcmp(a->alert.cluster, b->alert.cluster);
	return c ? c : strcmp(a->alert.entity, b->alert.entity);
}

void make_alerts(struct round *round)
{
	struct judgement *j = round->judgement;
	struct drafts all = {0};

	gather(round, &all);
	fold(round, &all);
	suspect_this_host(round, &all);
	if (all.n)
		qsort(all.list, all.n, sizeof(*all.list), by_urgency);
	j->alerts = arena_alloc(&j->arena, all.n * sizeof(*j->alerts));
	j->n_alerts = all.n;
	for (size_t i = 0; i < all.n; i++) {
		struct draft *d = &all.list[i];

		j->alerts[i] = d->alert;
		d->condition->quiet = d->alert.folded_under || d->alert.muted;
		mark_muted(round, d->cluster, &d->alert);
		if (d->condition->firing && !d->alert.folded_under)
			news_firing(round, d->rule, d->cluster, d->condition);
	}
	free(all.list);
}
