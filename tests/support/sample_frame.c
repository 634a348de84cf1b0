#include "sample_parts.h"

#include "base/err.h"
#include "rules/rules.h"

#include <math.h>
#include <stddef.h>

static const char *const monitors[] = {"http://127.0.0.1:8222", "http://127.0.0.1:8223", "http://127.0.0.1:8224"};
static const char *const bootstrap[] = {"127.0.0.1:9092"};

static struct cluster_conf clusters[] = {
    {.name = "orders", .tier = TIER_PROD, .kind = KIND_KAFKA, .timeout_ms = 5000,
        .bootstrap = (const char **)bootstrap, .n_bootstrap = 1, .expected_brokers = 3},
    {.name = "bus", .tier = TIER_STAGING, .kind = KIND_NATS, .timeout_ms = 5000,
        .monitor = (const char **)monitors, .n_monitor = 3, .expected_nodes = 3, .memory_limit = 512 << 20},
    {.name = "devices", .tier = TIER_DEV, .kind = KIND_MQTT, .timeout_ms = 5000, .flavor = "mosquitto",
        .url = "mqtt://127.0.0.1:1883", .max_connections = 1000},
};

static const struct config config = {
    .path = "mqduty.yaml",
    .interval_ns = 2 * NS_PER_S,
    .language = "en",
    .state_dir = ".",
    .day_tz = "UTC",
    .day_starts = 8 * 60,
    .clusters = clusters,
    .n_clusters = 3,
};

static const struct config no_clusters = {
    .interval_ns = 2 * NS_PER_S, .language = "en", .state_dir = ".", .day_tz = "UTC", .day_starts = 8 * 60};

const struct config *sample_config(enum sample_kind kind)
{
	return kind == SAMPLE_NONE ? &no_clusters : &config;
}

struct section *sample_section(struct sample_ctx *ctx, enum section_kind kind)
{
	struct section *s = section_new(kind);

	s->listing = value_bool(true, ctx->boot - NS_PER_S, PERIOD_30S);
	ctx->cluster->sections[kind] = s;
	return s;
}

struct series_view *sample_series(const struct sample_ctx *ctx, double last, double per_s, double wave)
{
	enum { SAMPLES = 91, STEP_S = 40 };
	struct sample samples[SAMPLES];

	for (int i = 0; i < SAMPLES; i++) {
		int ago = (SAMPLES - 1 - i) * STEP_S;
		double v = last - per_s * ago + wave * sin(ago / 90.0);

		samples[i] = (struct sample){ctx->boot - ago * NS_PER_S, v > 0 ? round(v * 100) / 100 : 0};
	}
	return series_view_make(samples, SAMPLES);
}

void sample_rtt(const struct sample_ctx *ctx, struct broker_row *b, double ms)
{
	b->rtt_ms = real(ms, ctx, PERIOD_2S);
	b->rtt_p50_ms = real(ms, ctx, PERIOD_2S);
	b->rtt_p95_ms = real(ms * 2.5, ctx, PERIOD_2S);
	b->rtt_p99_ms = real(ms * 4, ctx, PERIOD_2S);
	b->rtt_series = sample_series(ctx, ms, 0, ms / 4);
}

void sample_rtt_lost(struct broker_row *b, const char *reason)
{
	b->rtt_ms = b->rtt_p50_ms = b->rtt_p95_ms = b->rtt_p99_ms = value_error(reason);
}

static void sample_events(struct snapshot *snap)
{
	static const struct {
		int64_t ago;
		const char *cluster, *entity, *text;
	} past[] = {
	    {2400, "orders", "broker-2", "restarted"},
	    {1600, "orders", "events-7", "leader moved from broker-2 to broker-3"},
	    {1517, "orders", "audit", "3 members left, the group is Empty"},
	    {300, "bus", "n1", "became the meta leader"},
	};

	snap->events = section_new(SECTION_EVENTS);
	snap->events->listing = value_bool(true, snap->boot, 0);
	for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++) {
		struct event_row *e = section_add(snap->events);

		*e = (struct event_row){snap->wall - past[i].ago * NS_PER_S, past[i].cluster, past[i].entity, past[i].text};
	}
}

struct snapshot *sample_snapshot(enum sample_kind kind, int64_t boot)
{
	static void (*const fill[])(struct sample_ctx *) = {sample_kafka, sample_nats, sample_mqtt};
	const struct config *conf = sample_config(kind);
	struct snapshot *snap = snapshot_new(conf->n_clusters, boot, SAMPLE_WALL - (SAMPLE_BOOT - boot));

	snap->seq = 1 + (uint64_t)(boot / NS_PER_S);
	snap->stats = (struct engine_stats){.cycle_ms = 12.5, .requests = 4711, .rss_bytes = 24 << 20};
	for (size_t i = 0; i < conf->n_clusters; i++) {
		struct sample_ctx ctx = {kind, boot, &snap->clusters[i]};

		ctx.cluster->name = arena_strdup(&snap->arena, conf->clusters[i].name);
		ctx.cluster->kind = conf->clusters[i].kind;
		ctx.cluster->tier = conf->clusters[i].tier;
		if (kind != SAMPLE_EMPTY)
			fill[i](&ctx);
	}
	sample_events(snap);
	return snap;
}

struct frame *sample_frame_with(enum sample_kind kind, struct ledger *ledger)
{
	int64_t step = (kind == SAMPLE_BIG ? 780 : 60) * NS_PER_S;
	struct judgement *j = NULL;
	struct snapshot *snap = NULL;
	struct err err = {""};
	struct rules *rules = rules_new(sample_config(kind), false, &err);

	if (!rules)
		BUG("no rules: %s", err_msg(&err));
	for (int64_t boot = SAMPLE_BOOT - 1560 * NS_PER_S; boot <= SAMPLE_BOOT; boot += step) {
		judgement_unref(j);
		snapshot_unref(snap);
		snap = sample_snapshot(kind, boot);
		j = rules_judge(rules, snap, ledger);
	}
	rules_free(rules);
	return frame_new(snap, j, ledger_ref(ledger), "bastion-2");
}

struct frame *sample_frame(enum sample_kind kind)
{
	return sample_frame_with(kind, NULL);
}
