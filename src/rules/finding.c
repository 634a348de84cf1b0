#include "rules/finding.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"

#include <math.h>

enum quality judged_quality(const struct value *v, int64_t now)
{
	if (v->type == VALUE_NONE && (v->quality == QUALITY_OK || v->quality == QUALITY_PARTIAL))
		return QUALITY_MISSING;
	return value_quality(v, now);
}

int64_t value_stale_at(const struct value *v)
{
	if ((v->quality != QUALITY_OK && v->quality != QUALITY_PARTIAL) || !v->period)
		return INT64_MAX;
	return v->at + value_fresh_for(v->period) + 1;
}

const char *needs_watching(const struct metric_ctx *ctx, int window_s)
{
	char d[FMT_MAX];

	/* A check ends before any window is full: only the engine's memory helps it. */
	return arena_printf(ctx->arena,
	    ctx->one_shot ? _("needs %s: run mqduty collect") : _("needs %s of watching: keep the dashboard open"),
	    fmt_duration(d, sizeof(d), window_s * NS_PER_S));
}

/* Why a number that is not good cannot be judged, and since when. */
static const char *unknown_reason(
    const struct metric_ctx *ctx, const struct value *v, enum quality q)
{
	int64_t age = value_age(v, ctx->now);
	const char *why = v->reason;
	char d[FMT_MAX];

	if (!why)
		why = q == QUALITY_STALE     ? _("stale")
		      : q == QUALITY_PARTIAL ? _("only part of it is known")
					     : _("the broker did not say");
	if (age < NS_PER_S || q == QUALITY_PARTIAL)
		return why;
	return arena_printf(
	    ctx->arena, _("%s (last known %s ago)"), why, fmt_duration(d, sizeof(d), age));
}

static struct finding unknown(enum quality q, const char *reason)
{
	return (struct finding){.outcome = FOUND_UNKNOWN, .quality = q, .reason = reason};
}

static bool breaks(const struct threshold *t, const struct reading *r, enum quality q)
{
	double number = value_number(&r->value), base = value_number(&r->base);

	return q == QUALITY_PARTIAL ? threshold_breaks_surely(t, number, base, r->at_most)
				    : threshold_breaks(t, number, base);
}

/* The number (and the base) are ok, or the number is partial. */
static struct finding judge_number(
    const struct metric_ctx *ctx, const struct reading *r, enum quality q)
{
	const struct rule *rule = ctx->rule;
	const struct rule_def *def = rule->def;
	struct finding f = {.outcome = FOUND_FINE, .quality = q, .severity = def->severity};

	if (r->unjudged)
		return unknown(q, r->unjudged);
	if (breaks(&rule->threshold, r, q))
		f.outcome = FOUND_BROKEN;
	else if (rule->has_warn && breaks(&rule->warn, r, q)) {
		f.outcome = FOUND_BROKEN;
		f.severity = SEVERITY_WARNING;
	}
	f.acquitted = f.outcome == FOUND_BROKEN && r->acquitted && q == QUALITY_OK;
	if (f.acquitted)
		f.outcome = FOUND_FINE;
	if (f.outcome == FOUND_BROKEN)
		return f;
	if (q == QUALITY_PARTIAL)
		return unknown(q, unknown_reason(ctx, &r->value, q));
	if (rule->has_recover) {
		f.recovered = threshold_breaks(
		    &rule->recover, value_number(&r->value), value_number(&r->base));
		return f;
	}
	f.recovered = threshold_recovered(rule->has_warn ? &rule->warn : &rule->threshold,
	    value_number(&r->value), value_number(&r->base), def->recover_factor,
	    def->recover_points);
	return f;
}

struct finding finding_of(const struct metric_ctx *ctx, const struct reading *r)
{
	enum quality q = judged_quality(&r->value, ctx->now), base_q;

	if (r->proven)
		return (struct finding){.outcome = FOUND_FINE, .recovered = true, .quality = q};
	if (q == QUALITY_NA)
		return (struct finding){
		    .outcome = FOUND_NA, .quality = q, .reason = r->value.reason};
	if (q == QUALITY_MISSING && ctx->one_shot && ctx->rule->def->window_s && !r->blind)
		return unknown(q, needs_watching(ctx, ctx->rule->def->window_s));
	if (q != QUALITY_OK && q != QUALITY_PARTIAL)
		return unknown(q, unknown_reason(ctx, &r->value, q));
	if (ctx->rule->threshold.name[0]) {
		base_q = judged_quality(&r->base, ctx->now);
		if (base_q == QUALITY_NA)
			return (struct finding){
			    .outcome = FOUND_NA, .quality = q, .reason = r->base.reason};
		if (base_q != QUALITY_OK)
			return unknown(q, unknown_reason(ctx, &r->base, base_q));
	}
	return judge_number(ctx, r, q);
}

const char *reading_number(const struct rule *rule, struct arena *a, const struct value *v)
{
	double n = value_number(v);
	char out[FMT_MAX];

	switch (rule->def->metric) {
	case METRIC_IS_COUNT:
		if (n == floor(n))
			fmt_count(out, sizeof(out), num_int(n));
		else
			fmt_short(out, sizeof(out), n);
		break;
	case METRIC_IS_BYTES:
		fmt_bytes(out, sizeof(out), num_int(n));
		break;
	case METRIC_IS_PERCENT:
		threshold_percent(&rule->threshold, rule->has_warn ? &rule->warn : NULL, n, out, sizeof(out));
		break;
	case METRIC_IS_MS:
		fmt_ms(out, sizeof(out), n);
		break;
	case METRIC_IS_SECONDS:
		fmt_seconds(out, sizeof(out), n);
		break;
	}
	return arena_strdup(a, out);
}

/* "> 80% of 1,000": the threshold with what its name stands for. */
static const char *threshold_phrase(const struct metric_ctx *ctx, const struct reading *r)
{
	const struct threshold *t = &ctx->rule->threshold;
	char base[FMT_MAX];

	if (!t->share)
		return t->text;
	fmt_count(base, sizeof(base), num_int(value_number(&r->base)));
	return arena_printf(ctx->arena, _("limit %g%% of %s"), t->high, base);
}

const char *reading_phrase(const struct metric_ctx *ctx, const struct reading *r)
{
	const struct rule *rule = ctx->rule;

	if (r->note)
		return r->note;
	return arena_printf(ctx->arena, "%s (%s)", reading_number(rule, ctx->arena, &r->value),
	    threshold_phrase(ctx, r));
}

const char *reading_entity(const struct reading *r, struct arena *a, const char *fallback)
{
	if (!r->entity)
		return fallback;
	if (!r->entity2)
		return arena_strdup(a, r->entity);
	return arena_printf(a, r->topic ? "%s>%s" : "%s %s", r->entity, r->entity2);
}
