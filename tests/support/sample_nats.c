#include "sample_parts.h"

#include <stddef.h>

/* bus: three nodes with JetStream. */

static const char closed[] = "HTTP 403 from /varz: the monitoring port asks for a password";
static const char refused[] = "127.0.0.1:8222: connection refused";
static const char *const name[] = {"n1", "n2", "n3"};

/* Is this node gone in the HUNG sample? */
static bool down(const struct sample_ctx *ctx, int i)
{
	return ctx->kind == SAMPLE_LOST || (ctx->kind == SAMPLE_HUNG && i == 2);
}

static void fill_cluster(struct sample_ctx *ctx)
{
	struct cluster_row *c = section_add(sample_section(ctx, SECTION_CLUSTER));

	c->mode = "JetStream";
	c->cluster_id = "bus";
	c->brokers_expected = value_int(3, ctx->boot, 0);
	c->system_account = value_na("not configured");
	c->reachable = yes(ctx->kind != SAMPLE_LOST, ctx);
	if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
		const char *why = ctx->kind == SAMPLE_LOST ? refused : closed;

		c->version = c->controllers = c->controller = c->voters = c->voters_ok = value_error(why);
		c->brokers_up = ctx->kind == SAMPLE_LOST ? whole(0, ctx, PERIOD_2S) : value_error(why);
		c->trouble = why;
		return;
	}
	c->version = text("2.12.1", ctx);
	c->controllers = whole(1, ctx, PERIOD_30S);
	c->controller = text("n1", ctx);
	c->voters = whole(3, ctx, PERIOD_2S);
	c->voters_ok = whole(ctx->kind == SAMPLE_HUNG ? 2 : 3, ctx, PERIOD_2S);
	c->brokers_up = whole(ctx->kind == SAMPLE_HUNG ? 2 : 3, ctx, PERIOD_2S);
	if (ctx->kind == SAMPLE_HUNG)
		c->trouble = "n3 is down: connection refused";
}

static void fill_metrics(struct sample_ctx *ctx, struct section *s, struct broker_row *b)
{
	static const struct {
		enum metric_id id;
		double v;
	} made[] = {{METRIC_CONNECTIONS, 120}, {METRIC_SUBSCRIPTIONS, 340}, {METRIC_MEMORY, 220e6},
	    {METRIC_CPU, 3.5}, {METRIC_MSGS_IN_RATE, 1200}, {METRIC_MSGS_OUT_RATE, 3600},
	    {METRIC_SLOW_CONSUMERS, 0}, {METRIC_STREAMS, 4}, {METRIC_CONSUMERS, 7}};
	size_t n = sizeof(made) / sizeof(made[0]);

	b->metrics = arena_alloc(&s->arena, n * sizeof(*b->metrics));
	b->n_metrics = n;
	for (size_t i = 0; i < n; i++)
		b->metrics[i] = (struct metric){made[i].id, real(made[i].v, ctx, PERIOD_2S)};
}

static void fill_brokers(struct sample_ctx *ctx)
{
	static const char *const address[] = {"127.0.0.1:8222", "127.0.0.1:8223", "127.0.0.1:8224"};
	struct section *s = sample_section(ctx, SECTION_BROKERS);

	for (int i = 0; i < 3; i++) {
		struct broker_row *b = section_add(s);

		b->id = b->name = name[i];
		b->address = address[i];
		b->cert_days = value_na("not spoken to over TLS");
		b->controller = TRI_UNKNOWN;
		if (ctx->kind == SAMPLE_UNKNOWN || down(ctx, i)) {
			const char *why = ctx->kind == SAMPLE_UNKNOWN ? closed : "connection refused";

			b->up = ctx->kind == SAMPLE_UNKNOWN ? value_error(why) : yes(false, ctx);
			b->state = ctx->kind == SAMPLE_UNKNOWN ? "not known" : "down: connection refused";
			b->version = b->uptime_s = b->memory_percent = value_error(why);
			sample_rtt_lost(b, why);
			continue;
		}
		b->up = yes(true, ctx);
		b->state = "up";
		b->controller = i == 0;
		b->version = text("2.12.1", ctx);
		b->uptime_s = whole(86400 * 3, ctx, PERIOD_2S);
		b->memory_percent = real(41, ctx, PERIOD_2S);
		sample_rtt(ctx, b, 0.4 + 0.1 * i);
		fill_metrics(ctx, s, b);
	}
}

static void fill_lag(struct sample_ctx *ctx)
{
	static const struct {
		const char *consumer, *stream;
		int64_t lag, pending;
	} made[] = {{"push", "ORDERS", 420, 20}, {"archive", "EVENTS", 0, 0}};
	struct section *s = sample_section(ctx, SECTION_LAG);

	if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
		s->listing = value_error(ctx->kind == SAMPLE_LOST ? refused : closed);
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		struct lag_row *r = section_add(s);

		r->group = made[i].consumer;
		r->topic = made[i].stream;
		r->lag = whole(made[i].lag, ctx, PERIOD_30S);
		r->ack_pending = whole(made[i].pending, ctx, PERIOD_30S);
		r->lag_seconds = real(made[i].lag ? 3 : 0, ctx, PERIOD_30S);
		r->lost_in_seconds = value_na("the stream keeps what was not consumed");
		r->status = LAG_OK;
		r->state = "pull";
		r->members = whole(1, ctx, PERIOD_30S);
		r->end_rate = r->commit_rate = real(140, ctx, PERIOD_30S);
		r->trend = real(0, ctx, PERIOD_30S);
		r->stalled_s = real(0, ctx, PERIOD_30S);
		r->worst_partition = -1;
		r->lag_series = sample_series(ctx, (double)made[i].lag, 0, (double)made[i].lag / 10);
	}
}

static void fill_routes(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_ROUTES);

	for (int i = 0; i < 3; i++) {
		struct route_row *r = section_add(s);

		r->server = name[i];
		r->expected = value_int(2, ctx->boot, 0);
		if (ctx->kind == SAMPLE_UNKNOWN || down(ctx, i)) {
			r->peers = value_error(ctx->kind == SAMPLE_UNKNOWN ? closed : "connection refused");
			continue;
		}
		r->peers = whole(ctx->kind == SAMPLE_HUNG ? 1 : 2, ctx, PERIOD_10S);
		r->detail = arena_printf(&s->arena, "%s 4/4, %s 4/4", name[(i + 1) % 3], name[(i + 2) % 3]);
		if (ctx->kind == SAMPLE_HUNG) {
			r->missing = arena_alloc(&s->arena, sizeof(*r->missing));
			r->missing[0] = "n3";
			r->n_missing = 1;
			r->detail = "4/4 with the other one";
		}
	}
}

static void fill_connections(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_CONNECTIONS);
	struct value na = value_na("NATS does not tell");

	for (int i = 0; i < 3; i++) {
		struct connection_row *c = section_add(s);

		*c = (struct connection_row){.broker = name[i], .dropped_total = na, .sent_total = na,
		    .drop_percent = na, .drop_tries = na, .drops = na, .timeout_percent = na, .timeouts = na};
		if (ctx->kind == SAMPLE_UNKNOWN || down(ctx, i)) {
			c->current = c->max = c->percent = c->slow_total = c->slow_10m = c->connects_per_min =
			    value_error(ctx->kind == SAMPLE_UNKNOWN ? closed : "connection refused");
			continue;
		}
		c->current = whole(120, ctx, PERIOD_2S);
		c->max = whole(65536, ctx, PERIOD_2S);
		c->percent = real(120 / 655.36, ctx, PERIOD_2S);
		c->slow_total = whole(0, ctx, PERIOD_2S);
		c->slow_10m = whole(0, ctx, PERIOD_2S);
		c->connects_per_min = real(2, ctx, PERIOD_2S);
		c->current_series = sample_series(ctx, 120, 0, 5);
	}
}

static void fill_disk(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_DISK);

	for (int i = 0; i < 3; i++) {
		struct disk_row *d = section_add(s);

		d->broker = name[i];
		d->path = "jetstream";
		d->data_bytes = value_na("counted as used");
		if (ctx->kind == SAMPLE_UNKNOWN || down(ctx, i)) {
			d->used_bytes = d->total_bytes = d->percent =
			    value_error(ctx->kind == SAMPLE_UNKNOWN ? closed : "connection refused");
			continue;
		}
		d->total_bytes = whole(10LL << 30, ctx, PERIOD_30S);
		d->used_bytes = whole((10LL << 30) / 100 * 12, ctx, PERIOD_30S);
		d->percent = real(12, ctx, PERIOD_30S);
		d->percent_series = sample_series(ctx, 12, 0, 0);
	}
}

void sample_nats(struct sample_ctx *ctx)
{
	fill_cluster(ctx);
	fill_brokers(ctx);
	fill_lag(ctx);
	fill_routes(ctx);
	fill_connections(ctx);
	fill_disk(ctx);
}
