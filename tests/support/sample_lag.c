#include "sample_parts.h"

#include <stddef.h>

/* The lag rows of orders. */

#define NO_LOSS (-1)
enum { BIG_ROWS = 10000, PARTS = 12 };

struct made_lag {
	const char *group, *topic, *state;
	int64_t lag, members;
	double behind_s, end_rate, commit_rate;
	double lost_s; /* NO_LOSS: nothing is lost */
	enum lag_status status;
	double stalled_s;
	const char *why;
};

static const struct made_lag rich[] = {
    {"audit", "events", "Empty", 9102, 0, 1517, 6, 0, 2280, LAG_STOP, 1517, "group Empty since 02:39:14Z"},
    {"billing", "invoices", "Stable", 48211, 3, 47, 1100, 1000, 187200, LAG_WARN, 0, NULL},
    {"search-idx", "catalog", "Stable", 9870, 2, 41, 240, 360, NO_LOSS, LAG_OK, 0, NULL},
    {"geo", "positions", "Stable", 310, 4, 1, 900, 900, 90000, LAG_OK, 0, NULL},
    {"ledger", "payments", "PreparingRebalance", 1204, 2, 75, 15, 0, 600000, LAG_STALL, 75,
        "no commit for 75s while 2 members are there"},
    {"reports", "invoices", "Stable", 0, 1, 0, 1100, 1100, NO_LOSS, LAG_OK, 0, NULL},
    {"replay", "catalog", "Stable", 2210, 1, 9, 240, 250, NO_LOSS, LAG_REWIND, 0, "committed went back by 2,000"},
    {"\346\220\234\347\264\242", "\347\233\256\345\275\225", "Stable", 12, 1, 0, 3, 3, NO_LOSS, LAG_OK, 0, NULL},
    {"bad\033[31mname\n", "invoices", "Stable", 3, 1, 0, 1100, 1100, NO_LOSS, LAG_OK, 0, NULL},
};

static void fill_parts(struct section *s, struct lag_row *r, const struct made_lag *m)
{
	int64_t left = m->lag;

	r->parts = arena_alloc(&s->arena, PARTS * sizeof(*r->parts));
	r->n_parts = PARTS;
	r->worst_partition = m->lag ? 7 : -1;
	for (int64_t i = 0; i < PARTS; i++) {
		struct lag_partition *p = &r->parts[i];
		int64_t mine = i == 7 ? m->lag / 4 : m->lag / 16;

		if (i == PARTS - 1)
			mine = left;
		left -= mine;
		p->partition = i;
		p->start = 1000;
		p->end = 500000 + i * 1000;
		p->committed = p->end - mine;
		p->lag = mine;
		p->member = m->members ? "rdkafka-7f3a /10.0.1.9" : NULL;
	}
}

static void fill_row(struct sample_ctx *ctx, struct section *s, const struct made_lag *m)
{
	struct lag_row *r = section_add(s);
	double trend = m->end_rate - m->commit_rate;

	r->group = m->group;
	r->topic = m->topic;
	r->lag = whole(m->lag, ctx, PERIOD_10S);
	r->ack_pending = r->acked_s = value_na("Kafka has no such thing");
	r->lag_seconds = real(m->behind_s, ctx, PERIOD_10S);
	r->lost_in_seconds = m->lost_s < 0 ? value_na("the group keeps ahead of the deletion")
	                                   : real(m->lost_s, ctx, PERIOD_10S);
	r->status = m->status;
	r->state = m->state;
	r->members = whole(m->members, ctx, PERIOD_30S);
	r->end_rate = real(m->end_rate, ctx, PERIOD_10S);
	r->commit_rate = real(m->commit_rate, ctx, PERIOD_10S);
	r->trend = real(trend, ctx, PERIOD_10S);
	r->stalled_s = real(m->stalled_s, ctx, PERIOD_10S);
	r->why = m->why;
	r->lag_series = sample_series(ctx, (double)m->lag, m->stalled_s > 0 ? m->end_rate : trend / 20, 0);
	fill_parts(s, r, m);
}

static void fill_unknown(struct sample_ctx *ctx, struct section *s, const char *group, const char *topic,
    const char *why)
{
	struct lag_row *r = section_add(s);
	struct value none = value_error(why);

	*r = (struct lag_row){.group = group, .topic = topic, .lag = none, .lag_seconds = none,
	    .lost_in_seconds = none, .status = LAG_UNKNOWN, .members = none, .end_rate = none,
	    .commit_rate = none, .trend = none, .stalled_s = none, .worst_partition = -1,
	    .ack_pending = value_na("Kafka has no such thing"), .acked_s = value_na("Kafka has no such thing")};
	if (ctx->kind == SAMPLE_RICH)
		r->lag = value_failed(value_int(77, ctx->boot - 90 * NS_PER_S, PERIOD_10S), why);
}

static void fill_big(struct sample_ctx *ctx, struct section *s)
{
	for (int i = 0; i < BIG_ROWS; i++) {
		struct made_lag m = {
		    .group = arena_printf(&s->arena, "group-%04d", i / 4),
		    .topic = arena_printf(&s->arena, "topic-%d", i % 4),
		    .state = "Stable", .lag = (i * 7919LL) % 9000, .members = 1 + i % 5,
		    .behind_s = i % 60, .end_rate = 100, .commit_rate = 100, .lost_s = NO_LOSS,
		};
		struct lag_row *r;

		if (i == 5000)
			m.lag = 123456;
		fill_row(ctx, s, &m);
		r = section_row(s, s->n - 1);
		if (i % 100) {
			series_view_unref(r->lag_series);
			r->lag_series = NULL;
		}
		r->n_parts = 0;
		r->parts = NULL;
	}
}

void sample_kafka_lag(struct sample_ctx *ctx)
{
	static const char denied[] = "not authorised: grant READ on group audit to duty";
	struct section *s = sample_section(ctx, SECTION_LAG);

	if (ctx->kind == SAMPLE_BIG) {
		fill_big(ctx, s);
	} else if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
		const char *why = ctx->kind == SAMPLE_LOST ? "127.0.0.1:9092: connection refused" : denied;

		fill_unknown(ctx, s, "audit", "events", why);
		fill_unknown(ctx, s, "billing", "invoices", why);
		s->listing = value_error(why);
	} else {
		for (size_t i = 0; i < sizeof(rich) / sizeof(rich[0]); i++) {
			const struct made_lag *m = &rich[i];

			if (ctx->kind == SAMPLE_RICH || (m->status == LAG_OK && m->lag < 9000))
				fill_row(ctx, s, m);
		}
		if (ctx->kind == SAMPLE_RICH)
			fill_unknown(ctx, s, "legacy", "catalog", "the group's coordinator does not answer");
	}
}
