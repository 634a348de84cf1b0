#include "sample_parts.h"

#include <stddef.h>

/* devices: one mosquitto. */

static const char denied[] = "the broker refuses $SYS/# to user duty: allow it in the ACL (topic read $SYS/#)";
static const char refused[] = "127.0.0.1:1883: connection refused";

static const char *lost(const struct sample_ctx *ctx)
{
	if (ctx->kind == SAMPLE_LOST)
		return refused;
	return ctx->kind == SAMPLE_UNKNOWN ? denied : NULL;
}

static void fill_cluster(struct sample_ctx *ctx)
{
	struct cluster_row *c = section_add(sample_section(ctx, SECTION_CLUSTER));
	const char *why = lost(ctx);

	c->mode = "mosquitto";
	c->reachable = yes(ctx->kind != SAMPLE_LOST, ctx);
	c->brokers_expected = value_int(1, ctx->boot, 0);
	c->system_account = value_na("not configured");
	c->brokers_up = ctx->kind == SAMPLE_UNKNOWN ? value_error(why) : whole(!why, ctx, PERIOD_2S);
	c->version = why ? value_error(why) : text("2.0.18", ctx);
	c->controllers = value_na("MQTT has no controller");
	c->controller = value_na("MQTT has no controller");
	c->trouble = why;
}

static void fill_metrics(struct sample_ctx *ctx, struct section *s, struct broker_row *b)
{
	static const struct {
		enum metric_id id;
		double v;
	} made[] = {{METRIC_CONNECTIONS, 812}, {METRIC_SUBSCRIPTIONS, 1644}, {METRIC_RETAINED, 96},
	    {METRIC_HEAP, 5.4e6}, {METRIC_MSGS_IN_RATE, 410}, {METRIC_MSGS_OUT_RATE, 830},
	    {METRIC_RECEIVED, 1204418}, {METRIC_SENT, 2408800}, {METRIC_DROPPED, 0}};
	size_t n = sizeof(made) / sizeof(made[0]);

	b->metrics = arena_alloc(&s->arena, n * sizeof(*b->metrics));
	b->n_metrics = n;
	for (size_t i = 0; i < n; i++)
		b->metrics[i] = (struct metric){made[i].id, real(made[i].v, ctx, PERIOD_10S)};
}

static void fill_brokers(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_BROKERS);
	struct broker_row *b = section_add(s);
	const char *why = lost(ctx);

	b->id = b->name = "devices";
	b->address = "127.0.0.1:1883";
	b->cert_days = value_na("not spoken to over TLS");
	b->controller = TRI_UNKNOWN;
	b->memory_percent = value_na("mosquitto has no memory limit to compare with");
	if (why) {
		b->up = ctx->kind == SAMPLE_LOST ? yes(false, ctx) : value_error(why);
		b->state = ctx->kind == SAMPLE_LOST ? "down: connection refused" : "not known";
		b->version = b->uptime_s = value_error(why);
		sample_rtt_lost(b, why);
		return;
	}
	b->up = yes(true, ctx);
	b->state = "up";
	b->version = text("2.0.18", ctx);
	b->uptime_s = whole(86400 * 9, ctx, PERIOD_10S);
	sample_rtt(ctx, b, 0.9);
	fill_metrics(ctx, s, b);
}

static void fill_connections(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_CONNECTIONS);
	struct connection_row *c = section_add(s);
	int64_t current = ctx->kind == SAMPLE_RICH ? 812 : 360;
	const char *why = lost(ctx);
	struct value bad = value_error(why);

	c->broker = "devices";
	c->max = value_int(1000, ctx->boot, 0);
	c->slow_total = c->slow_10m = value_na("MQTT does not count slow consumers");
	if (why) {
		c->current = c->percent = c->dropped_total = c->sent_total = c->drop_percent = c->drop_tries =
		    c->drops = c->timeout_percent = c->timeouts = c->connects_per_min = c->tries_total = c->timeouts_total =
			c->closes_total = bad;
		return;
	}
	c->current = whole(current, ctx, PERIOD_10S);
	c->percent = real((double)current / 10, ctx, PERIOD_10S);
	c->dropped_total = whole(0, ctx, PERIOD_10S);
	c->sent_total = whole(2408800, ctx, PERIOD_10S);
	c->tries_total = whole(2408800, ctx, PERIOD_10S);
	c->drop_percent = real(0, ctx, PERIOD_10S);
	c->drop_tries = whole(249000, ctx, PERIOD_10S);
	c->drops = whole(0, ctx, PERIOD_10S);
	c->timeout_percent = real(0.4, ctx, PERIOD_10S);
	c->timeouts = whole(2, ctx, PERIOD_10S);
	c->timeouts_total = whole(2, ctx, PERIOD_10S);
	c->closes_total = whole(500, ctx, PERIOD_10S);
	c->connects_per_min = real(12, ctx, PERIOD_10S);
	c->current_series = sample_series(ctx, (double)current, 0.01, 6);
}

static void fill_disk(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_DISK);
	struct disk_row *d = section_add(s);

	d->broker = "devices";
	d->path = "/var/lib/mosquitto";
	d->data_bytes = value_na("mosquitto does not tell");
	if (ctx->kind == SAMPLE_UNKNOWN) {
		d->used_bytes = d->total_bytes = d->percent =
		    value_missing("devices is not this host: add disk: with a command or local: true");
		return;
	}
	d->total_bytes = whole(40LL << 30, ctx, PERIOD_60S);
	d->used_bytes = whole(13LL << 30, ctx, PERIOD_60S);
	d->percent = real(32.5, ctx, PERIOD_60S);
	d->percent_series = sample_series(ctx, 32.5, 0, 0);
}

void sample_mqtt(struct sample_ctx *ctx)
{
	fill_cluster(ctx);
	fill_brokers(ctx);
	fill_connections(ctx);
	fill_disk(ctx);
}
