#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"
#include "rules/rule.h"

/* Readers of what changes with time: disks that fill, storms, explosions, certificates. */

enum {
	AFTER_START_S = 180,	   /* connections a minute are a mean over the last one or two */
	LEAST_CONNECTS = 30,	   /* a minute: fewer are no storm, however few clients there are */
	TIMES_USUAL = 5,	   /* a storm is more than this times what was usual */
	USUAL_S = 3600,		   /* usual is the middle of this time ... */
	USUAL_SAMPLES = 8,	   /* ... once there are so many samples of it */
	LEAST_SUBSCRIPTIONS = 5000, /* fewer explode nothing */
	WARN_FREE = 40,		   /* percent: with more room than this filling is no worry, */
	CRIT_FREE = 20,		   /* with more than this none for tonight */
	LEAST_HISTORY_S = 1800,	   /* of a volume, to say how fast it fills */
	DAY_S = 86400,
};

/* A number made of another one is as fresh and as good as that. */
static struct value derived(const struct value *from, double n)
{
	struct value v = *from;

	if (v.type == VALUE_NONE)
		return v;
	v.type = VALUE_REAL;
	v.d = n;
	return v;
}

/* Least squares over the samples since `since`: units per second. false: too few or too short. */
static bool slope(const struct series_view *v, int64_t since, int64_t least, double *per_s)
{
	size_t n = series_view_count(v), from = n;
	double mean_t = 0, mean_v = 0, tv = 0, tt = 0;
	int64_t base;

	while (from > 0 && series_view_at(v, from - 1).at >= since)
		from--;
	if (n - from < 2)
		return false;
	base = series_view_at(v, from).at;
	if (series_view_at(v, n - 1).at - base < least)
		return false;
	for (size_t i = from; i < n; i++) {
		mean_t += (double)(series_view_at(v, i).at - base) / NS_PER_S / (double)(n - from);
		mean_v += series_view_at(v, i).v / (double)(n - from);
	}
	for (size_t i = from; i < n; i++) {
		double t = (double)(series_view_at(v, i).at - base) / NS_PER_S - mean_t;

		tv += t * (series_view_at(v, i).v - mean_v);
		tt += t * t;
	}
	*per_s = tt > 0 ? tv / tt : 0;
	return true;
}

static void judge_filling(struct metric_ctx *ctx, const struct disk_row *row, struct reading *r)
{
	double free = 100 - value_number(&row->percent), per_s, left, crit;
	int window = ctx->rule->def->window_s;
	int least = window / 2 < LEAST_HISTORY_S ? window / 2 : LEAST_HISTORY_S;
	char d[FMT_MAX];

	if (free >= WARN_FREE) {
		r->proven = true;
		r->calm = _("has room again");
	} else if (!slope(row->percent_series, ctx->now - window * NS_PER_S, least * NS_PER_S, &per_s)) {
		r->unjudged = needs_watching(ctx, least);
	} else if (per_s <= 0) {
		r->proven = true;
		r->calm = _("has stopped growing");
	} else {
		left = free / per_s;
		r->note = threshold_breaks(&ctx->rule->threshold, left, 0) ||
				  (ctx->rule->has_warn && threshold_breaks(&ctx->rule->warn, left, 0))
			      ? arena_printf(ctx->arena, _("full in %s, if it goes on like this"),
				    fmt_seconds(d, sizeof(d), left))
			      : NULL;
		/* With room for more than tonight it is a warning at most. */
		crit = threshold_bound(&ctx->rule->threshold, 0);
		if (free >= CRIT_FREE && ctx->rule->has_warn && left < crit)
			left = crit;
		r->value = derived(&row->percent, left);
	}
}

void read_filling(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct disk_row *row = section_disk(ctx->section, i);
		struct reading r = {.entity = row->broker,
		    .entity2 = row->path,
		    .broker = row->broker,
		    .row = i,
		    .value = row->percent};

		rule_select(ctx, &r);
		r.value = derived(&row->percent, 365.0 * DAY_S);
		r.unjudged = row->trouble;
		if (!row->trouble && value_is_good(&row->percent, ctx->now))
			judge_filling(ctx, row, &r);
		ctx->emit(ctx, &r);
	}
}

/* Without those that are no storm: after a start of the broker each of its clients comes back once. Where it is known how
 * many have come since, what is beyond its clients came again. */
static double came_again(const struct metric_ctx *ctx, const struct connection_row *row, double clients, double rate)
{
	const struct section *brokers = ctx->view->sections[SECTION_BROKERS];
	const struct broker_row *b = brokers && row->broker ? brokers_find(brokers, row->broker) : NULL;

	double beyond = value_number(&row->connects_total) - clients;

	if (!b || !value_is_good(&b->uptime_s, ctx->now) || value_number(&b->uptime_s) >= AFTER_START_S)
		return rate;
	if (!value_is_good(&row->connects_total, ctx->now))
		return rate - clients;
	return beyond < rate ? beyond : rate;
}

/* Connections a minute as a share of the clients that are there. */
static void judge_storm(struct metric_ctx *ctx, const struct connection_row *row, struct reading *r)
{
	double clients = value_number(&row->current), rate = value_number(&row->connects_per_min), usual,
	       again = came_again(ctx, row, clients, rate);
	char now[FMT_MAX], then[FMT_MAX];
	size_t n;

	r->value = derived(&row->connects_per_min, 100 * (again > 0 ? again : 0) / (clients > 1 ? clients : 1));
	usual = smooth_median(ctx->smooth,
	    arena_printf(ctx->arena, "storm %s/%s", ctx->view->name, row->broker ? row->broker : ""),
	    &row->connects_per_min, USUAL_S * NS_PER_S, &n);
	if (again < LEAST_CONNECTS || (n >= USUAL_SAMPLES && rate <= TIMES_USUAL * usual)) {
		r->proven = true;
		return;
	}
	fmt_count(now, sizeof(now), num_int(rate));
	fmt_count(then, sizeof(then), num_int(clients));
	if (threshold_breaks(
		ctx->rule->has_warn ? &ctx->rule->warn : &ctx->rule->threshold, r->value.d, 0))
		r->note = arena_printf(
		    ctx->arena, _("%s connections a minute beside %s clients, a running mean: 2m18s after a storm a tenth of it is left"),
		    now, then);
}

void read_storm(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = {.entity = row->broker,
		    .broker = row->broker,
		    .row = i,
		    .value = row->connects_per_min};

		rule_select(ctx, &r);
		/* As long as one of the two is not known, the share is not. */
		r.value = derived(&row->connects_per_min, 0);
		if (value_is_good(&row->connects_per_min, ctx->now)) {
			if (value_is_good(&row->current, ctx->now))
				judge_storm(ctx, row, &r);
			else if (value_number(&row->connects_per_min) < LEAST_CONNECTS)
				r.proven = true;
			else
				r.value = derived(&row->current, 0);
		}
		ctx->emit(ctx, &r);
	}
}

/* After a start the subscriptions come back: that is no explosion. */
static bool just_started(const struct metric_ctx *ctx, const struct broker_row *b)
{
	return value_is_good(&b->uptime_s, ctx->now) &&
	       value_number(&b->uptime_s) < ctx->rule->def->window_s;
}

/* How much has come to what was there a window ago. */
static void judge_growth(
    struct metric_ctx *ctx, const struct broker_row *b, const struct value *v, struct reading *r)
{
	int64_t span = ctx->rule->def->window_s * NS_PER_S, age;
	double then = smooth_oldest(ctx->smooth,
	    arena_printf(ctx->arena, "subs %s/%s", ctx->view->name, b->name ? b->name : ""), v, span, &age);
	double now = value_number(v), growth = 100 * (now - then) / (then >= 1 ? then : 1);
	char from[FMT_MAX], to[FMT_MAX], d[FMT_MAX];

	r->value = derived(v, growth);
	if (now < LEAST_SUBSCRIPTIONS) {
		r->proven = true;
	} else if (threshold_breaks(&ctx->rule->threshold, growth, 0) && !just_started(ctx, b)) {
		r->note = arena_printf(ctx->arena, _("from %s to %s subscriptions in %s"),
		    fmt_count(from, sizeof(from), num_int(then)), fmt_count(to, sizeof(to), num_int(now)),
		    fmt_duration(d, sizeof(d), age));
	} else if (age < span - span / SMOOTH_SAMPLES || just_started(ctx, b)) {
		r->unjudged = needs_watching(ctx, ctx->rule->def->window_s);
	}
}

void read_subscriptions(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct broker_row *b = section_broker(ctx->section, i);
		const struct value *v = broker_metric(b, METRIC_SUBSCRIPTIONS);
		struct reading r = {.entity = b->name, .broker = b->name, .row = i};

		rule_select(ctx, &r);
		r.value = v ? derived(v, 0) : value_na(_("this broker does not count its subscriptions"));
		r.blind = true;
		if (v && value_is_good(v, ctx->now))
			judge_growth(ctx, b, v, &r);
		ctx->emit(ctx, &r);
	}
}

void read_certificate(struct metric_ctx *ctx)
{
	char d[FMT_MAX];

	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct broker_row *b = section_broker(ctx->section, i);
		struct reading r = {
		    .entity = b->name, .broker = b->name, .row = i, .value = b->cert_days};
		int64_t age = value_age(&b->cert_days, ctx->now);
		double left = value_number(&b->cert_days) * DAY_S - (double)(age > 0 ? age : 0) / NS_PER_S;

		rule_select(ctx, &r);
		r.value = derived(&b->cert_days, left);
		if (value_is_good(&b->cert_days, ctx->now)) {
			fmt_seconds(d, sizeof(d), left < 0 ? -left : left);
			if (threshold_breaks(
				ctx->rule->has_warn ? &ctx->rule->warn : &ctx->rule->threshold, left, 0))
				r.note = arena_printf(ctx->arena,
				    left < 0 ? _("certificate expired %s ago")
					     : _("certificate expires in %s"),
				    d);
		}
		ctx->emit(ctx, &r);
	}
}
