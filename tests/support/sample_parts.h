#ifndef MQ_TESTS_SAMPLE_PARTS_H
#define MQ_TESTS_SAMPLE_PARTS_H

#include "base/clock.h"
#include "sample_frame.h"

/* What the parts of the sample share. Only sample_*.c include this. */
#define PERIOD_2S (2 * NS_PER_S)
#define PERIOD_10S (10 * NS_PER_S)
#define PERIOD_30S (30 * NS_PER_S)
#define PERIOD_60S (60 * NS_PER_S)

struct sample_ctx {
	enum sample_kind kind;
	int64_t boot;
	struct cluster_view *cluster;
};

/* A new complete section of the cluster. */
struct section *sample_section(struct sample_ctx *ctx, enum section_kind kind);

/* An hour of samples, one in 40 s, that ends at ctx->boot with `last` and rises by per_s; never below 0. */
struct series_view *sample_series(const struct sample_ctx *ctx, double last, double per_s, double wave);

static inline struct value whole(int64_t i, const struct sample_ctx *ctx, int64_t period)
{
	return value_int(i, ctx->boot - period / 3, period);
}

static inline struct value real(double d, const struct sample_ctx *ctx, int64_t period)
{
	return value_real(d, ctx->boot - period / 3, period);
}

static inline struct value yes(bool b, const struct sample_ctx *ctx)
{
	return value_bool(b, ctx->boot - NS_PER_S, PERIOD_2S);
}

static inline struct value text(const char *s, const struct sample_ctx *ctx)
{
	return value_text(s, ctx->boot - NS_PER_S, PERIOD_30S);
}

/* The round trips of a broker that answers. */
void sample_rtt(const struct sample_ctx *ctx, struct broker_row *b, double ms);
/* Those of one that does not. */
void sample_rtt_lost(struct broker_row *b, const char *reason);

void sample_kafka(struct sample_ctx *ctx);
void sample_kafka_lag(struct sample_ctx *ctx);
void sample_nats(struct sample_ctx *ctx);
void sample_mqtt(struct sample_ctx *ctx);

#endif
