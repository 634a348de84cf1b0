#include "sample_parts.h"

/* orders: three brokers. */

static const char denied[] = "not authorised: grant DESCRIBE on the cluster to duty";
static const char refused[] = "127.0.0.1:9092: connection refused";

static void add_voters(
    struct section *s, struct cluster_row *c, const struct sample_ctx *ctx, bool hung)
{
	static const char *const name[] = {"broker-1", "broker-2", "broker-3"};

	c->ensemble = arena_alloc(&s->arena, 3 * sizeof(*c->ensemble));
	c->n_ensemble = 3;
	for (int i = 0; i < 3; i++) {
		bool lost = hung && i == 1;

		c->ensemble[i] = (struct ensemble_member){.name = name[i],
		    .kind = "KRaft",
		    .role = i ? "follower" : "leader",
		    .state = lost ? "has not fetched for 3m" : i ? "follows" : "leads",
		    .up = yes(!lost, ctx),
		    .behind = whole(lost ? 412 : i, ctx, PERIOD_30S),
		    .behind_ms = whole(lost ? 180000 : i * 120, ctx, PERIOD_30S),
		    .latency_ms = value_na("KRaft does not tell"),
		    .outstanding = value_na("KRaft does not tell")};
	}
}

static void fill_cluster(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_CLUSTER);
	struct cluster_row *c = section_add(s);
	bool hung = ctx->kind == SAMPLE_HUNG;

	c->mode = "KRaft";
	c->cluster_id = "Zk9fT2hTQ0aXoV3b6c1tXw";
	c->reachable = yes(ctx->kind != SAMPLE_LOST, ctx);
	c->brokers_expected = value_int(3, ctx->boot, 0);
	c->system_account = value_na("not configured");
	if (ctx->kind == SAMPLE_LOST || ctx->kind == SAMPLE_UNKNOWN) {
		const char *why = ctx->kind == SAMPLE_LOST ? refused : denied;

		c->version = c->controllers = c->controller = value_error(why);
		c->brokers_up = ctx->kind == SAMPLE_LOST ? whole(0, ctx, PERIOD_2S) : value_error(why);
		c->voters = c->voters_ok = value_error(why);
		c->trouble = why;
		return;
	}
	c->version = text("4.1.0", ctx);
	c->controllers = whole(1, ctx, PERIOD_30S);
	c->controller = text("broker-1", ctx);
	c->brokers_up = whole(hung ? 2 : 3, ctx, PERIOD_2S);
	c->voters = whole(3, ctx, PERIOD_30S);
	c->voters_ok = whole(hung ? 2 : 3, ctx, PERIOD_30S);
	add_voters(s, c, ctx, hung);
	if (hung)
		c->trouble = "broker-2 is HUNG: TCP 1 ms, API silent 14 s";
}

static void fill_metrics(struct sample_ctx *ctx, struct section *s, struct broker_row *b, int i)
{
	struct metric *m = arena_alloc(&s->arena, 3 * sizeof(*m));

	m[0] = (struct metric){METRIC_LEADERS, whole(34 - (i > 0), ctx, PERIOD_30S)};
	m[1] = (struct metric){METRIC_REPLICAS, whole(100, ctx, PERIOD_30S)};
	m[2] = (struct metric){METRIC_THROTTLE_MS, real(0, ctx, PERIOD_30S)};
	b->metrics = m;
	b->n_metrics = 3;
}

static void fill_brokers(struct sample_ctx *ctx)
{
	static const char *const name[] = {"broker-1", "broker-2", "broker-3"}, *const id[] = {"1", "2", "3"};
	static const char *const address[] = {"10.0.0.1:9092", "10.0.0.2:9092", "10.0.0.3:9092"};
	static const double rtt[] = {0.6, 0.7, 0.5};
	struct section *s = sample_section(ctx, SECTION_BROKERS);

	for (int i = 0; i < 3; i++) {
		struct broker_row *b = section_add(s);

		b->id = id[i];
		b->name = name[i];
		b->address = address[i];
		b->cert_days = value_na("not spoken to over TLS");
		b->memory_percent = value_na("Kafka does not tell");
		b->uptime_s = value_na("Kafka does not tell");
		if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
			const char *why = ctx->kind == SAMPLE_LOST ? refused : denied;

			b->up = ctx->kind == SAMPLE_LOST ? yes(false, ctx) : value_error(why);
			b->state = ctx->kind == SAMPLE_LOST ? "down: connection refused" : "not known";
			b->controller = TRI_UNKNOWN;
			b->version = value_error(why);
			sample_rtt_lost(b, why);
		} else if (ctx->kind == SAMPLE_HUNG && i == 1) {
			b->up = yes(false, ctx);
			b->state = "HUNG: TCP 1 ms, API silent 14 s";
			b->version = value_failed(text("4.1.0", ctx), "API silent 14 s");
			sample_rtt_lost(b, "API silent 14 s");
		} else {
			b->up = yes(true, ctx);
			b->state = "up";
			b->controller = i == 0;
			b->version = text("4.1.0", ctx);
			sample_rtt(ctx, b, rtt[i]);
			fill_metrics(ctx, s, b, i);
		}
	}
}

/* Nothing hangs on one broker while all three run; once one is gone, every partition of which it has a replica needs
 * the other two. */
static void fill_stakes(struct sample_ctx *ctx, struct section *s, struct partition_row *p)
{
	static const char *const name[] = {"broker-1", "broker-2", "broker-3"};
	bool hung = ctx->kind == SAMPLE_HUNG;

	p->n_stakes = 3;
	p->stakes = arena_alloc(&s->arena, 3 * sizeof(*p->stakes));
	for (int i = 0; i < 3; i++) {
		p->stakes[i].broker = name[i];
		p->stakes[i].voter = hung && i == 1 ? TRI_NO : TRI_YES;
		if (!hung || i == 1)
			continue;
		p->stakes[i].needed_isr = 67;
		p->stakes[i].needed_example = "events-0, events-1, events-3, ...";
	}
}

static void fill_partitions(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_PARTITIONS);
	struct partition_row *p = section_add(s);

	if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
		p->topics = p->partitions = p->under_replicated = p->offline = p->under_min_isr = p->at_min_isr =
		    p->reassigning = value_error(ctx->kind == SAMPLE_LOST ? refused : denied);
		return;
	}
	p->topics = whole(9, ctx, PERIOD_30S);
	fill_stakes(ctx, s, p);
	p->partitions = whole(100, ctx, PERIOD_30S);
	p->offline = p->under_min_isr = p->reassigning = whole(0, ctx, PERIOD_30S);
	p->under_replicated = whole(ctx->kind == SAMPLE_HUNG ? 67 : 0, ctx, PERIOD_30S);
	p->at_min_isr = whole(ctx->kind == SAMPLE_HUNG ? 67 : 0, ctx, PERIOD_30S);
	if (ctx->kind == SAMPLE_HUNG) {
		p->missing_brokers = "2";
		p->n_problems = 2;
		p->problems = arena_alloc(&s->arena, 2 * sizeof(*p->problems));
		p->problems[0] = (struct problem_partition){"events", 7, 3, "2,3,1", "3,1", "under-replicated"};
		p->problems[1] = (struct problem_partition){"invoices", 0, 1, "1,2,3", "1,3", "under-replicated"};
	}
}

static void fill_connections(struct sample_ctx *ctx)
{
	struct section *s = sample_section(ctx, SECTION_CONNECTIONS);
	struct connection_row *c = section_add(s);
	struct value na = value_na("Kafka does not tell");

	*c = (struct connection_row){.broker = "orders", .current = na, .max = na, .percent = na, .slow_total = na,
	    .slow_10m = na, .dropped_total = na, .sent_total = na, .drop_percent = na, .drop_tries = na,
	    .drops = na, .timeout_percent = na, .timeouts = na, .connects_per_min = na};
}

static void fill_disk(struct sample_ctx *ctx)
{
	static const char *const name[] = {"broker-1", "broker-2", "broker-3"};
	static const double percent[] = {61, 62, 72};
	struct section *s = sample_section(ctx, SECTION_DISK);

	for (int i = 0; i < 3; i++) {
		struct disk_row *d = section_add(s);
		double p = ctx->kind == SAMPLE_RICH || i < 2 ? percent[i] : 58;

		d->broker = name[i];
		d->path = "/var/lib/kafka";
		if (ctx->kind == SAMPLE_UNKNOWN || ctx->kind == SAMPLE_LOST) {
			d->used_bytes = d->total_bytes = d->percent = d->data_bytes =
			    value_error(ctx->kind == SAMPLE_LOST ? refused : denied);
			continue;
		}
		d->total_bytes = whole(500LL << 30, ctx, PERIOD_60S);
		d->used_bytes = whole((int64_t)(p * 5 * (1LL << 30)), ctx, PERIOD_60S);
		d->percent = real(p, ctx, PERIOD_60S);
		d->data_bytes = whole((int64_t)((p - 4) * 5 * (1LL << 30)), ctx, PERIOD_60S);
		d->percent_series = sample_series(ctx, p, i == 2 ? 0.0001 : 0, 0);
		if (ctx->kind == SAMPLE_HUNG && i == 1) {
			d->used_bytes = value_failed(d->used_bytes, "API silent 14 s");
			d->total_bytes = value_failed(d->total_bytes, "API silent 14 s");
			d->percent = value_failed(d->percent, "API silent 14 s");
		}
	}
}

/* One broker whose log complains, one whose log cannot be read, one without. */
static void fill_logs(struct sample_ctx *ctx)
{
	static struct log_entry entries[] = {
	    {"ERROR", 41, SAMPLE_WALL - 500 * NS_PER_S, SAMPLE_WALL - 12 * NS_PER_S,
	        "[ReplicaManager broker=1] Error processing append operation on partition orders-3: "
	        "org.apache.kafka.common.errors.NotEnoughReplicasException: the size of the current ISR is 1"},
	    {"WARN", 3, SAMPLE_WALL - 4000 * NS_PER_S, SAMPLE_WALL - 900 * NS_PER_S,
	        "[RaftManager id=1] bad\033[31mname\n could not be reached"},
	};
	struct section *s = sample_section(ctx, SECTION_LOGS);
	struct log_row *r = section_add(s);

	*r = (struct log_row){.broker = "broker-1", .path = "/var/log/kafka/server.log", .state = "followed",
	    .readable = yes(true, ctx), .errors_10m = whole(41, ctx, PERIOD_10S),
	    .errors_hour = whole(2, ctx, PERIOD_10S), .fatals_hour = whole(0, ctx, PERIOD_10S),
	    .last_error = entries[0].text, .entries = entries, .n_entries = 2};
	r = section_add(s);
	r->broker = "broker-2";
	r->path = "ssh kafka-2 tail -F /var/log/kafka/server.log";
	r->state = "ssh ended with code 255: Permission denied (publickey).; again in 8s";
	r->readable = r->errors_10m = r->errors_hour = r->fatals_hour = value_error(r->state);
}

void sample_kafka(struct sample_ctx *ctx)
{
	fill_cluster(ctx);
	fill_brokers(ctx);
	fill_partitions(ctx);
	fill_connections(ctx);
	fill_disk(ctx);
	sample_kafka_lag(ctx);
	if (ctx->kind == SAMPLE_RICH)
		fill_logs(ctx);
}
