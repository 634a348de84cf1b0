#include "base/clock.h"
#include "base/i18n.h"
#include "rules/rule.h"

/* Readers of the routes, connections and disk sections. */

enum {
	LEAST_TRIES = 1000, /* fewer messages than this make no drop rate */
	LEAST_DROPS = 10,
	LEAST_TIMEOUTS = 5,
};

/* The guide writes "expected_nodes - 1"; a row says how many peers that makes. */
static struct value expected_nodes(struct value peers)
{
	if (peers.type == VALUE_INT)
		peers.i++;
	return peers;
}

/* The names of the brokers that are down, comma-separated; NULL: none is. */
static const char *down_brokers(const struct metric_ctx *ctx)
{
	const struct section *s = ctx->view->sections[SECTION_BROKERS];
	const char *names = NULL;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct broker_row *b = section_broker(s, i);

		if (b->name && b->up.type == VALUE_BOOL && !b->up.b)
			names = names ? arena_printf(ctx->arena, "%s,%s", names, b->name) : b->name;
	}
	return names;
}

/* A server that misses nobody by name: it is judged by how many it is connected to,
 * and brokers that are down explain it. The alert about a peer of the server's own
 * name is another thing: the others miss it. */
static struct reading unnamed_peers(struct metric_ctx *ctx, const struct route_row *row, size_t i)
{
	return (struct reading){.entity = row->server,
	    .key = arena_printf(ctx->arena, "(row) %s", row->server ? row->server : ""),
	    .broker = down_brokers(ctx),
	    .owner = row->server,
	    .row = i,
	    .value = row->peers,
	    .base = expected_nodes(row->expected)};
}

static void named_peer(
    struct metric_ctx *ctx, const struct route_row *row, struct reading r, const char *peer)
{
	r.entity = r.broker = peer;
	r.key = NULL;
	r.note = arena_printf(
	    ctx->arena, _("no route between %s and %s"), row->server ? row->server : "?", peer);
	ctx->emit(ctx, &r);
}

void read_routes(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct route_row *row = section_route(ctx->section, i);
		struct reading r = unnamed_peers(ctx, row, i);

		if (!row->n_missing) {
			ctx->emit(ctx, &r);
			continue;
		}
		for (size_t m = 0; m < row->n_missing; m++) {
			named_peer(ctx, row, r, row->missing[m]);
			r.again = true;
		}
		/* Now that the peers have names, the alert without one ends. */
		r.proven = true;
		ctx->emit(ctx, &r);
	}
}

static struct reading connection_reading(const struct connection_row *row, size_t i, struct value v)
{
	return (struct reading){.entity = row->broker, .broker = row->broker, .row = i, .value = v};
}

void read_clients(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->current);

		r.base = row->max;
		ctx->emit(ctx, &r);
	}
}

static bool good_and_below(const struct metric_ctx *ctx, const struct value *v, double least)
{
	return value_is_good(v, ctx->now) && value_number(v) < least;
}

/* The sources count over the built-in window; over one that the operator has tuned it is counted here. Returns how
 * much the total has grown in it; *whole: it has been watched for so long and did not start anew. */
static double tuned_growth(
    struct metric_ctx *ctx, const char *what, const char *who, const struct value *total, bool *whole)
{
	int64_t span = ctx->rule->def->window_s * NS_PER_S, age;
	double then = smooth_oldest(ctx->smooth,
	    arena_printf(ctx->arena, "%s %s/%s", what, ctx->view->name, who ? who : ""), total, span, &age);
	double grown = value_number(total) - then;

	*whole = grown >= 0 && age >= span - span / SMOOTH_SAMPLES;
	return grown > 0 ? grown : 0;
}

static bool window_is_tuned(const struct metric_ctx *ctx)
{
	return !ctx->one_shot && ctx->rule->def->window_s != ctx->base->def->window_s;
}

static void tuned_drop_rate(struct metric_ctx *ctx, const struct connection_row *row, struct reading *r)
{
	bool whole, tries_whole;
	double drops, tries;

	drops = tuned_growth(ctx, "drops", row->broker, &row->dropped_total, &whole);
	tries = tuned_growth(ctx, "tries", row->broker, &row->tries_total, &tries_whole);
	r->value = value_real(tries > 0 ? 100 * drops / tries : 0, row->dropped_total.at, row->dropped_total.period);
	r->acquitted = tries < LEAST_TRIES || drops < LEAST_DROPS ? _("too few messages to judge a rate by") : NULL;
	if (!whole && (r->acquitted || !threshold_breaks(&ctx->rule->threshold, r->value.d, 0)))
		r->unjudged = needs_watching(ctx, ctx->rule->def->window_s);
}

/* A broker that tells nothing at all; one that merely has not told this total yet knows its uptime. */
static bool tells_nothing(const struct metric_ctx *ctx, const struct connection_row *row, const struct value *total)
{
	const struct section *brokers = ctx->view->sections[SECTION_BROKERS];
	const struct broker_row *b = brokers && row->broker ? brokers_find(brokers, row->broker) : NULL;

	return !value_is_good(total, ctx->now) && !(b && value_is_good(&b->uptime_s, ctx->now));
}

void read_drop_rate(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->drop_percent);

		r.blind = tells_nothing(ctx, row, &row->dropped_total);
		r.proven = good_and_below(ctx, &row->dropped_total, 1);
		if (good_and_below(ctx, &row->drop_tries, LEAST_TRIES) ||
		    good_and_below(ctx, &row->drops, LEAST_DROPS))
			r.acquitted = _("too few messages to judge a rate by");
		rule_select(ctx, &r);
		if (window_is_tuned(ctx) && value_is_good(&row->dropped_total, ctx->now) &&
		    value_is_good(&row->tries_total, ctx->now))
			tuned_drop_rate(ctx, row, &r);
		ctx->emit(ctx, &r);
	}
}

static void tuned_keepalive(struct metric_ctx *ctx, const struct connection_row *row, struct reading *r)
{
	bool whole, closes_whole;
	double timeouts = tuned_growth(ctx, "timeouts", row->broker, &row->timeouts_total, &whole);
	double closes = tuned_growth(ctx, "closes", row->broker, &row->closes_total, &closes_whole);

	r->value = value_real(closes > 0 ? 100 * timeouts / closes : 0, row->timeouts_total.at, row->timeouts_total.period);
	r->acquitted = timeouts < LEAST_TIMEOUTS ? _("fewer than 5 timeouts") : NULL;
	if (!whole && (r->acquitted || !threshold_breaks(&ctx->rule->threshold, r->value.d, 0)))
		r->unjudged = needs_watching(ctx, ctx->rule->def->window_s);
}

void read_keepalive(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->timeout_percent);

		r.blind = !value_is_good(&row->timeouts_total, ctx->now);
		if (good_and_below(ctx, &row->timeouts, LEAST_TIMEOUTS))
			r.acquitted = _("fewer than 5 timeouts");
		rule_select(ctx, &r);
		if (window_is_tuned(ctx) && value_is_good(&row->timeouts_total, ctx->now) &&
		    value_is_good(&row->closes_total, ctx->now))
			tuned_keepalive(ctx, row, &r);
		ctx->emit(ctx, &r);
	}
}

void read_slow_consumers(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->slow_10m);

		r.proven = good_and_below(ctx, &row->slow_total, 1);
		if (row->why && value_is_good(&r.value, ctx->now) && value_number(&r.value) >= 1)
			r.note = arena_printf(ctx->arena, _("%lld in 10 min; %s"), (long long)value_number(&r.value), row->why);
		rule_select(ctx, &r);
		if (window_is_tuned(ctx) && value_is_good(&row->slow_total, ctx->now)) {
			bool whole;
			double n = tuned_growth(ctx, "slow", row->broker, &row->slow_total, &whole);

			r.value = value_real(n, row->slow_total.at, row->slow_total.period);
			r.note = NULL;
			if (!whole && n < 1)
				r.unjudged = needs_watching(ctx, ctx->rule->def->window_s);
		}
		ctx->emit(ctx, &r);
	}
}

void read_disk(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct disk_row *row = section_disk(ctx->section, i);
		struct reading r = {.entity = row->broker,
		    .entity2 = row->path,
		    .broker = row->broker,
		    .row = i,
		    .value = row->percent};

		/* What an offline directory held is not known any more, whatever the sum says. */
		r.unjudged = row->trouble;
		ctx->emit(ctx, &r);
	}
}
