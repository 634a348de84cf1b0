#include "rules/judge.h"
#include "rules/tuned.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>

/* One rule on one cluster. */
struct judging {
	struct metric_ctx ctx; /* first: readers see only this */
	struct round *round;
	struct scope *scope;
	size_t rule, cluster; /* their numbers */
	struct cluster_judgement *judgement;
	size_t unknown;
	const char *mute; /* why the reading of now does not count; NULL: it does */
};

static void note_next(struct judging *j, int64_t at)
{
	if (at > j->ctx.now && at < j->round->rules->next)
		j->round->rules->next = at;
}

/* Of whom nothing may be expected: a number of the whole cluster has no such broker, and other brokers that are down
 * explain what is wrong, not what is unknown. */
static const char *owner_of(const struct judging *j, const struct reading *r)
{
	switch (j->ctx.rule->def->section) {
	case SECTION_BROKERS:
	case SECTION_CONNECTIONS:
	case SECTION_DISK:
	case SECTION_ROUTES:
		return r->owner ? r->owner : r->broker;
	default:
		return NULL;
	}
}

/* Why the reading does not count: its alert is muted, or nothing is expected of its broker. */
static const char *muted(
    struct judging *j, const struct reading *r, const struct finding *f, struct condition *c)
{
	if (c)
		c->mute = c->firing ? mute_of(j->round, j->rule, j->cluster, c) : NULL;
	if (c && c->firing)
		return c->mute;
	return f->outcome == FOUND_UNKNOWN
		   ? mute_maint(j->round, j->cluster, j->ctx.base->def, owner_of(j, r))
		   : NULL;
}

static enum verdict verdict_of(
    const struct judging *j, const struct finding *f, const struct condition *c)
{
	if (j->mute)
		return VERDICT_NA;
	if (c && c->firing)
		return c->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
	switch (f->outcome) {
	case FOUND_NA:
		return VERDICT_NA;
	case FOUND_UNKNOWN:
		return VERDICT_UNKNOWN;
	case FOUND_FINE:
	case FOUND_BROKEN: /* pending does not count */
		break;
	}
	return VERDICT_OK;
}

/* The phrase beside a row: "over for 6m", "stopped 25m", "clears in 82s". */
static const char *row_phrase(
    struct judging *j, const struct reading *r, const struct finding *f, const struct condition *c)
{
	enum threshold_op op = j->ctx.rule->threshold.op;
	const char *what = op <= THRESHOLD_GE	? _("over")
			   : op <= THRESHOLD_LE ? _("under")
						: _("wrong");
	struct arena *a = j->ctx.arena;
	char d[FMT_MAX], need[FMT_MAX];
	int64_t lasts;

	if (j->mute)
		return j->mute;
	if (f->outcome == FOUND_UNKNOWN || f->outcome == FOUND_NA)
		return f->reason;
	if (r->note)
		return r->note;
	if (!c)
		return f->acquitted ? r->acquitted : NULL;
	lasts = j->ctx.now - c->since_boot;
	fmt_duration(d, sizeof(d), lasts);
	if (!c->firing)
		return arena_printf(a, _("%s %s of %s"), what, d,
		    fmt_duration(need, sizeof(need), j->ctx.rule->def->for_s * NS_PER_S));
	if (c->flapping)
		return arena_printf(a, _("flapping %s"), d);
	if (c->clear_since)
		return _("recovering");
	return lasts < NS_PER_S ? what : arena_printf(a, "%s %s", what, d);
}

static void note_row(struct judging *j, const struct reading *r, const struct finding *f,
    const struct condition *c, enum verdict verdict)
{
	enum section_kind kind = j->ctx.rule->def->section;
	struct row_verdict *row;
	const char *why;

	if (r->row >= j->judgement->n_rows[kind])
		return;
	row = &j->judgement->rows[kind][r->row];
	why = verdict == VERDICT_OK && !c && !r->note && !f->acquitted ? NULL
								       : row_phrase(j, r, f, c);
	/* Unknown without a reason is how a row starts that nobody has judged. */
	if ((row->verdict == VERDICT_UNKNOWN && !row->why) || verdict > row->verdict ||
	    (verdict == row->verdict && !row->why))
		*row = (struct row_verdict){verdict, why};
}

/* How near a number is to the threshold, comparable within one rule. */
static double nearness(const struct rule *rule, const struct reading *r)
{
	double n = value_number(&r->value), base = value_number(&r->base);

	if (rule->threshold.share && base > 0)
		return n / base;
	return rule->threshold.op == THRESHOLD_LT || rule->threshold.op == THRESHOLD_LE ? -n : n;
}

/* What is over its threshold and does not fire yet is no alert, but nearer to one than anything else. */
static void tally_fine(struct judging *j, const struct reading *r, const struct finding *f, const struct condition *c)
{
	struct scope_tally *t = &j->scope->tally;
	double near = nearness(j->ctx.rule, r);

	if (f->quality != QUALITY_OK || (t->has_worst && near <= t->worst))
		return;
	t->has_worst = true;
	t->worst = near;
	t->value = r->value;
	t->value.reason = NULL;
	t->entity = reading_entity(r, j->ctx.arena, j->ctx.view->name);
	t->pending = f->outcome == FOUND_BROKEN ? row_phrase(j, r, f, c) : NULL;
}

/* Keeps the reason of the worst reading, and of equally bad ones that of the one farthest over. */
static void tally_bad(
    struct judging *j, const struct reading *r, const struct finding *f, enum verdict verdict)
{
	struct scope_tally *t = &j->scope->tally;
	double near = nearness(j->ctx.rule, r);
	const char *phrase;

	if (verdict < t->verdict || (verdict == t->verdict && t->reason && near <= t->bad))
		return;
	t->verdict = verdict;
	t->bad = near;
	phrase = j->mute ? j->mute : f->reason ? f->reason : reading_phrase(&j->ctx, r);
	t->reason = r->entity ? arena_printf(j->ctx.arena, "%s: %s",
				    reading_entity(r, j->ctx.arena, ""), phrase)
			      : phrase;
}

static void tally_note(struct judging *j, const struct reading *r, const struct finding *f, const struct condition *c,
    enum verdict verdict)
{
	struct scope_tally *t = &j->scope->tally;

	if (!r->again) {
		t->total++;
		t->evaluated += !j->mute && (f->outcome == FOUND_FINE || f->outcome == FOUND_BROKEN);
		t->unknown += !j->mute && f->outcome == FOUND_UNKNOWN;
		t->muted += j->mute != NULL;
	}
	j->unknown += f->outcome == FOUND_UNKNOWN;
	if (f->outcome == FOUND_FINE || (f->outcome == FOUND_BROKEN && verdict == VERDICT_OK && !j->mute))
		tally_fine(j, r, f, c);
	if (verdict != VERDICT_OK) {
		tally_bad(j, r, f, verdict);
	} else if (t->verdict < VERDICT_OK) {
		t->verdict = VERDICT_OK;
		t->reason = NULL;
	}
}

void rule_select(struct metric_ctx *ctx, const struct reading *r)
{
	if (ctx->base->n_tuned)
		ctx->rule = tuned_for(ctx->base, ctx->view, reading_entity(r, ctx->arena, NULL));
}

static void on_reading(struct metric_ctx *ctx, const struct reading *r)
{
	struct judging *j = (struct judging *)ctx;
	struct finding f;
	struct condition *c;
	enum verdict verdict;

	rule_select(ctx, r);
	if (ctx->base->only_matches && ctx->rule == ctx->base)
		return;
	f = finding_of(ctx, r);
	c = condition_note(&j->scope->conditions, ctx, r, &f, j->round->snap->wall);
	j->mute = muted(j, r, &f, c);
	verdict = verdict_of(j, &f, c);
	note_next(j, value_stale_at(&r->value));
	note_row(j, r, &f, c, verdict);
	tally_note(j, r, &f, c, verdict);
}

static void waive(struct judging *j, const struct waive_conf *w)
{
	struct scope_tally *t = &j->scope->tally;
	enum section_kind kind = j->ctx.rule->def->section;

	conditions_drop(&j->scope->conditions);
	t->waived = (int64_t)j->judgement->n_rows[kind];
	t->total = t->waived;
	t->reason = arena_printf(j->ctx.arena, _("waived until %s: %s"), w->until ? w->until : "-",
	    w->reason ? w->reason : "");
	for (size_t i = 0; i < j->judgement->n_rows[kind]; i++) {
		struct row_verdict *row = &j->judgement->rows[kind][i];

		if (row->verdict == VERDICT_UNKNOWN && !row->why)
			*row = (struct row_verdict){VERDICT_NA, t->reason};
	}
}

/* Why there is nothing at all to judge. */
static const char *nothing_published(const struct metric_ctx *ctx)
{
	if (ctx->rule->def->section == SECTION_DISK && ctx->conf && !ctx->conf->n_disks &&
	    ctx->view->kind != KIND_KAFKA)
		return _("no volume is known: add disk: to the cluster");
	return _("not asked yet");
}

/* Why rows may be missing from the section; NULL where it is whole and fresh. */
static const char *listing_trouble(struct judging *j, enum verdict *verdict)
{
	const struct section *s = j->ctx.section;
	enum quality q = judged_quality(&s->listing, j->ctx.now);
	const char *why = s->listing.reason;

	*verdict = VERDICT_UNKNOWN;
	/* One row that is always there: its values say themselves how good they are. */
	if (s->kind == SECTION_CLUSTER || s->kind == SECTION_PARTITIONS)
		return NULL;
	note_next(j, value_stale_at(&s->listing));
	if (q == QUALITY_OK && s->omitted)
		return arena_printf(
		    j->ctx.arena, _("%lld more than can be judged"), (long long)s->omitted);
	if (q == QUALITY_OK && value_number(&s->listing) > 0)
		return NULL;
	if (q == QUALITY_NA)
		*verdict = VERDICT_NA;
	return why		    ? why
	       : q == QUALITY_STALE ? _("the list is stale")
				    : _("the list is not complete");
}

static bool judge_listing(struct judging *j)
{
	struct scope_tally *t = &j->scope->tally;
	enum verdict verdict;
	const char *why = listing_trouble(j, &verdict);

	if (!why)
		return true;
	if (verdict > t->verdict || (verdict == t->verdict && !t->reason)) {
		t->verdict = verdict;
		t->reason = why;
	}
	return false;
}

void judge_scope(struct round *round, size_t rule, size_t cluster)
{
	struct rules *rules = round->rules;
	const struct cluster_view *view = &round->snap->clusters[cluster];
	const struct rule_def *def = rules->rules.list[rule].def;
	struct judging j = {
	    .ctx =
		{
		    .rule = tuned_for(&rules->rules.list[rule], view, NULL),
		    .base = &rules->rules.list[rule],
		    .view = view,
		    .conf = rules_conf(rules, view->name),
		    .section = view->sections[def->section],
		    .now = round->snap->boot,
		    .watched = round->snap->boot - rules->born,
		    .awake = rules->awake,
		    .one_shot = rules->one_shot,
		    .arena = &round->judgement->arena,
		    .smooth = &rules->smooth,
		    .emit = on_reading,
		},
	    .round = round,
	    .rule = rule,
	    .cluster = cluster,
	    .scope = rules_scope(rules, rule, cluster),
	    .judgement = &round->judgement->clusters[cluster],
	};
	const struct waive_conf *waiver;
	bool complete = false;

	j.scope->tally = (struct scope_tally){.verdict = VERDICT_NA};
	if (!tuned_concerns(j.ctx.base, view))
		return;
	waiver = rules_waiver(j.ctx.conf, def->name, round->snap->wall);
	if (!waiver && def->item)
		waiver = rules_waiver(j.ctx.conf, def->item, round->snap->wall);
	if (waiver) {
		waive(&j, waiver);
		return;
	}
	if (j.ctx.section) {
		def->read(&j.ctx);
		complete = judge_listing(&j) && !(def->gone_needs_all && j.unknown);
	}
	if (!j.ctx.section || (complete && !j.scope->tally.total && def->section == SECTION_DISK)) {
		j.scope->tally.verdict = VERDICT_UNKNOWN;
		j.scope->tally.reason = nothing_published(&j.ctx);
	} else if (complete && !j.scope->tally.total) {
		j.scope->tally.verdict = VERDICT_OK;
	}
	conditions_sweep(&j.scope->conditions, &j.ctx, complete);
	mute_all(round, rule, cluster);
	news_ended(round, rule, cluster);
	note_next(&j, conditions_next(&j.scope->conditions, &j.ctx));
}
