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

void read_routes(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct route_row *row = section_route(ctx->section, i);
		struct reading r = {.entity = row->server,
		    .broker = row->server,
		    .row = i,
		    .value = row->peers,
		    .base = expected_nodes(row->expected)};

		if (!row->n_missing) {
			/* The alert about a peer of this name is another thing: others miss it. */
			r.key =
			    arena_printf(ctx->arena, "(row) %s", row->server ? row->server : "");
			ctx->emit(ctx, &r);
			continue;
		}
		for (size_t m = 0; m < row->n_missing; m++) {
			r.entity = r.broker = row->missing[m];
			r.note = arena_printf(ctx->arena, _("no route between %s and %s"),
			    row->server ? row->server : "?", row->missing[m]);
			r.again = m > 0;
			ctx->emit(ctx, &r);
		}
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

void read_drop_rate(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->drop_percent);

		r.proven = good_and_below(ctx, &row->dropped_total, 1);
		if (good_and_below(ctx, &row->drop_tries, LEAST_TRIES) ||
		    good_and_below(ctx, &row->drops, LEAST_DROPS))
			r.acquitted = _("too few messages to judge a rate by");
		ctx->emit(ctx, &r);
	}
}

void read_keepalive(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->timeout_percent);

		if (good_and_below(ctx, &row->timeouts, LEAST_TIMEOUTS))
			r.acquitted = _("fewer than 5 timeouts");
		ctx->emit(ctx, &r);
	}
}

void read_slow_consumers(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct connection_row *row = section_connection(ctx->section, i);
		struct reading r = connection_reading(row, i, row->slow_10m);

		r.proven = good_and_below(ctx, &row->slow_total, 1);
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
