#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* The source: opens, does what is due, waits, closes. */

struct source {
	struct kafka k;
};

/*
 * All is due at once when the source opens. From then on the slow tier falls in the middle
 * between two offset cycles, so that it spares a sign of life: each task was due an odd number
 * of half cycles ago, and comes one period after that.
 */
static void init_tasks(struct kafka *k, int64_t now)
{
	const struct config *c = k->ctx->config;
	int64_t half = schedule_period(c, PERIOD_OFFSETS) / 2;

	task_init(&k->offsets, c, PERIOD_OFFSETS, now);
	task_init(&k->metadata, c, PERIOD_METADATA, now - half);
	task_init(&k->roster_due, c, PERIOD_METADATA, now - half);
	task_init(&k->moves, c, PERIOD_LOGDIRS, now - 5 * half);
	task_init(&k->starts, c, PERIOD_LOGDIRS, now - 9 * half);
	task_init(&k->configs, c, PERIOD_CONFIGS, now - half);
	k->seed_at = k->ctx->one_shot ? now : now + half;
}

static struct source *kafka_open(struct source_ctx *ctx, struct err *err)
{
	struct source *s = xcalloc(1, sizeof(*s));
	struct kafka *k = &s->k;

	(void)err;
	k->ctx = ctx;
	k->conf = ctx->cluster;
	security_init(&k->security, k->conf);
	k->timeout = (k->conf->timeout_ms > 0 ? k->conf->timeout_ms : 5000) * NS_PER_MS;
	k->exporters = exporters_start(ctx);
	k->zookeeper = zookeeper_start(ctx);
	k->opened_at = clock_boot();
	k->controller = -1;
	map_init(&k->topics);
	map_init(&k->groups);
	offsets_init(k);
	init_tasks(k, k->opened_at);
	k->dirty_partitions = k->dirty_lag = k->dirty_disk = true;
	cluster_bootstrap(k);
	return s;
}

static void poll_now(struct kafka *k, int64_t now)
{
	k->quorum_denied_at = 0;
	k->metadata.next = k->roster_due.next = k->offsets.next = k->moves.next = k->starts.next =
	    now;
	for (size_t i = 0; i < k->n_brokers; i++) {
		k->brokers[i]->logdirs.next = now;
		conn_hurry(&k->brokers[i]->conn);
	}
}

static void step_brokers(struct kafka *k, int64_t now)
{
	int64_t sent = 0;

	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[i];

		if (b->address[0])
			conn_step(&b->conn, now);
		liveness_step(b, now);
		sent += b->conn.requests;
		b->allowance -= (int)b->conn.requests;
		b->conn.requests = 0;
	}
	sent += aside_step(k, now);
	if (sent)
		model_count_requests(k->ctx->model, sent);
}

static void step_tasks(struct kafka *k, int64_t now)
{
	metadata_step(k, now);
	quorum_step(k, now);
	configs_step(k, now);
	groups_ask(k, now);
	moves_step(k, now);
	offsets_step(k, now);
	starts_step(k, now);
	seeds_step(k, now);
	if (now >= k->relag_due && offsets_idle(k)) {
		k->relag_due = NOT_DUE;
		k->dirty_lag = true;
		lag_recompute(k, now);
	}
	for (size_t i = 0; i < k->n_brokers; i++)
		disk_step(k->brokers[i], now);
	facts_step(k, now);
}

/* Is there a broker of which something is still to be heard for the first time? */
static bool brokers_settled(const struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (!b->address[0] || (b->failed_once && !b->up))
			continue;
		if (!b->up || b->burst || (b->id >= 0 && !b->disk.tried))
			return false;
	}
	return true;
}

static void note_settled(struct kafka *k, int64_t now)
{
	/* A dashboard is not kept waiting for what is spread over its first minute. */
	unsigned enough = k->ctx->one_shot ? TRIED_ALL : TRIED_ALL & ~TRIED_SEEDS;
	bool beside = exporters_settled(k->exporters) && zookeeper_settled(k->zookeeper);
	bool all = (k->tried & enough) == enough && brokers_settled(k) && k->relag_due == NOT_DUE &&
		   rights_settled(k) && beside;
	bool nobody = k->meta.tried && !k->meta.at && brokers_settled(k) && beside;

	if (atomic_load(&k->ctx->settled))
		return;
	/* Whatever never came: a check is not kept waiting for more than two time-outs. */
	if (all || nobody || now - k->opened_at > 2 * k->timeout) {
		/* Facts are published seldom: a check that looks once sees those of all answers. */
		k->facts_at = 0;
		facts_step(k, now);
		k->publish_at = now;
		publish_step(k, now);
		atomic_store(&k->ctx->settled, true);
	}
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t next_due(const struct kafka *k, int64_t now)
{
	int64_t due = k->publish_at;

	due = sooner(due, k->asking_metadata ? metadata_patience(k) : k->metadata.next);
	due = sooner(due, offsets_due(k));
	if (offsets_idle(k))
		due = sooner(due, k->relag_due);
	if (k->aside.of)
		due = sooner(due, conn_due(&k->aside.conn, now));
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (b->address[0])
			due = sooner(due, conn_due(&b->conn, now));
		due = sooner(due, liveness_due(b));
	}
	return due;
}

static int64_t kafka_run(struct source *s, int64_t now)
{
	struct kafka *k = &s->k;

	if (atomic_exchange(&k->ctx->poll_now, false))
		poll_now(k, now);
	step_brokers(k, now);
	cluster_forget(k, now);
	step_tasks(k, now);
	/* What the tasks asked goes out now, not after the next wait. */
	step_brokers(k, now);
	publish_step(k, now);
	note_settled(k, now);
	return next_due(k, now);
}

static size_t poll_conn(const struct conn *c, struct pollfd *p)
{
	*p = conn_poll(c);
	return p->fd >= 0;
}

static void kafka_wait(struct source *s, int64_t until)
{
	struct kafka *k = &s->k;
	int64_t left = until - clock_boot();
	size_t n = 0;

	array_reserve(&k->polls, &k->cap_polls, k->n_brokers + 2, sizeof(*k->polls));
	k->polls[n++] = (struct pollfd){.fd = k->ctx->wake_fd, .events = POLLIN};
	for (size_t i = 0; i < k->n_brokers; i++)
		n += poll_conn(&k->brokers[i]->conn, &k->polls[n]);
	if (k->aside.of)
		n += poll_conn(&k->aside.conn, &k->polls[n]);
	if (left < 0)
		left = 0;
	if (left > 60 * NS_PER_S)
		left = 60 * NS_PER_S;
	poll(k->polls, n, (int)((left + NS_PER_MS - 1) / NS_PER_MS));
}

static void kafka_close(struct source *s)
{
	struct kafka *k = &s->k;

	exporters_stop(k->exporters);
	zookeeper_stop(k->zookeeper);
	cluster_release(k);
	groups_release(k);
	topics_release(k);
	outcome_release(&k->meta);
	outcome_release(&k->quorum);
	outcome_release(&k->moving);
	outcome_release(&k->config);
	security_release(&k->security);
	free(k->cluster_id);
	free(k->voter_list);
	free(k->polls);
	free(s);
}

const struct source_ops kafka_source = {
    .name = "kafka",
    .open = kafka_open,
    .run = kafka_run,
    .wait = kafka_wait,
    .close = kafka_close,
};
