#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "rules/rule.h"

#include <limits.h>
#include <math.h>

/* Readers of the lag section. */

enum {
	CLEARS_SOON_S = 600, /* a group that will have caught up by then is not late */
	WORTH_A_WORD = 1000, /* a smaller lag that shrinks is not worth a remark */
};

/* Also puts the rule in force that is tuned for this row. */
static struct reading lag_reading(
    struct metric_ctx *ctx, const struct lag_row *row, size_t i, struct value v)
{
	struct reading r = {
	    .entity = row->group, .entity2 = row->topic, .topic = row->topic, .row = i, .value = v};

	rule_select(ctx, &r);
	return r;
}

/* Seconds until the group has caught up, if it goes on like this; -1: never or not known. */
static double clears_in(const struct metric_ctx *ctx, const struct lag_row *row)
{
	if (!value_is_good(&row->trend, ctx->now) || value_number(&row->trend) > -0.05)
		return -1;
	return value_number(&row->lag) / -value_number(&row->trend);
}

static const char *clears_text(const struct metric_ctx *ctx, double s)
{
	char d[FMT_MAX];

	return arena_printf(
	    ctx->arena, _("clears in %s"), fmt_seconds(d, sizeof(d), s));
}

static void judge_window(struct metric_ctx *ctx, const struct lag_row *row, struct reading *r)
{
	double clears = clears_in(ctx, row), least;

	if (clears >= 0 && clears <= CLEARS_SOON_S) {
		r->acquitted = clears_text(ctx, clears);
	} else if (ctx->one_shot) {
		return; /* one look: as `for` is 0, so is the window of a smoothed number */
	} else if (series_view_min(
		       row->lag_series, ctx->now - ctx->rule->def->window_s * NS_PER_S, &least)) {
		r->unjudged = needs_watching(ctx, ctx->rule->def->window_s);
	} else if (!threshold_breaks(&ctx->rule->threshold, least, 0)) {
		r->acquitted = _("not over for 5m yet");
	}
}

void read_lag(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct lag_row *row = section_lag(ctx->section, i);
		struct reading r = lag_reading(ctx, row, i, row->lag);
		double lag = value_number(&row->lag), clears;

		if (threshold_breaks(&ctx->rule->threshold, lag, 0)) {
			judge_window(ctx, row, &r);
		} else if (lag >= WORTH_A_WORD) {
			clears = clears_in(ctx, row);
			if (clears >= 0)
				r.note = clears_text(ctx, clears);
		}
		ctx->emit(ctx, &r);
	}
}

static bool nothing_unread(const struct metric_ctx *ctx, const struct lag_row *row)
{
	return value_is_good(&row->lag, ctx->now) && value_number(&row->lag) <= 0;
}

/* A group that commits, acknowledged something lately, has read everything, or whose oldest unread message is
 * younger than the limit has not stood still for that long. */
static bool surely_moving(const struct metric_ctx *ctx, const struct lag_row *row)
{
	if (nothing_unread(ctx, row))
		return true;
	if (value_is_good(&row->commit_rate, ctx->now) && value_number(&row->commit_rate) > 0)
		return true;
	if (value_is_good(&row->acked_s, ctx->now) && value_number(&row->acked_s) < threshold_bound(&ctx->rule->threshold, 0))
		return true;
	return value_is_good(&row->lag_seconds, ctx->now) &&
	       value_number(&row->lag_seconds) < threshold_bound(&ctx->rule->threshold, 0);
}

/* How long one must watch to know that it did not stand still for as long as the threshold says. */
static int stall_window(const struct metric_ctx *ctx)
{
	double bound = threshold_bound(&ctx->rule->threshold, 0);

	return bound > ctx->rule->def->window_s && bound < INT_MAX ? (int)bound : ctx->rule->def->window_s;
}

static bool watched_enough(const struct metric_ctx *ctx, const struct lag_row *row)
{
	int64_t span = stall_window(ctx) * NS_PER_S;
	double least;

	/* Of very many groups and consumers not each keeps a series, or one that is as long. */
	return ctx->watched >= span || !series_view_min(row->lag_series, ctx->now - span, &least);
}

void read_stalled(struct metric_ctx *ctx)
{
	char d[FMT_MAX];

	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct lag_row *row = section_lag(ctx->section, i);
		struct reading r = lag_reading(ctx, row, i, row->stalled_s);
		double s = value_number(&row->stalled_s);

		if (threshold_breaks(&ctx->rule->threshold, s, 0))
			r.note = arena_printf(ctx->arena, _("stopped %s"),
			    fmt_seconds(d, sizeof(d), s));
		else
			r.proven = surely_moving(ctx, row);
		/* Nobody saw it move, and it was not watched for long enough to have seen it stand still. */
		if (!r.proven && !r.note && value_is_good(&row->stalled_s, ctx->now) && !watched_enough(ctx, row))
			r.unjudged = needs_watching(ctx, stall_window(ctx));
		ctx->emit(ctx, &r);
	}
}

void read_expiring(struct metric_ctx *ctx)
{
	char d[FMT_MAX];

	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct lag_row *row = section_lag(ctx->section, i);
		struct reading r = lag_reading(ctx, row, i, row->lost_in_seconds);
		double s = value_number(&row->lost_in_seconds);

		r.proven = nothing_unread(ctx, row);
		/* An older message or a limit that is not known can only bring it nearer. */
		r.at_most = true;
		if (!r.proven && threshold_breaks(&ctx->rule->threshold, s, 0))
			r.note = arena_printf(ctx->arena, _("lost in %s"),
			    fmt_seconds(d, sizeof(d), s));
		ctx->emit(ctx, &r);
	}
}
