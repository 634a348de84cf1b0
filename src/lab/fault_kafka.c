/* Faults of real Kafka brokers that need a topic of their own; it goes again when the fault is healed. */
#include "lab/traffic_kafka.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

enum { ERR_TEXT = 512, ANSWER_MS = 20000 };

/* One partition on these brokers, and no others. */
struct placed_topic {
	const char *worker, *topic;
	int32_t replicas[LAB_NODES];
	size_t n_replicas;
	const char *key, *value; /* of its configuration */
};

static const struct placed_topic placed[] = {
    {"kafka-single", "lab-single", {3}, 1, "min.insync.replicas", "1"},
    {"kafka-pair", "lab-pair", {2, 3}, 2, "min.insync.replicas", "2"},
    {"kafka-expiring", "lab-expiring", {1, 2, 3}, 3, "retention.ms", "600000"},
};

static const struct placed_topic *placed_find(const char *worker)
{
	for (size_t i = 0; i < sizeof(placed) / sizeof(placed[0]); i++)
		if (!strcmp(placed[i].worker, worker))
			return &placed[i];
	BUG("no topic for %s", worker);
}

/* Waits for the answer to what was asked on the queue, the only one of its kind; -1: it was refused. */
static int answered(rd_kafka_queue_t *q, const char *what)
{
	rd_kafka_event_t *ev = rd_kafka_queue_poll(q, ANSWER_MS);
	const rd_kafka_topic_result_t **r;
	int rc = ev && !rd_kafka_event_error(ev) ? 0 : -1;
	const char *why = ev ? rd_kafka_event_error_string(ev) : "no answer";
	size_t n = 0;

	if (!rc) {
		r = rd_kafka_event_type(ev) == RD_KAFKA_EVENT_CREATETOPICS_RESULT
			? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(ev), &n)
			: rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(ev), &n);
		rc = n == 1 && !rd_kafka_topic_result_error(r[0]) ? 0 : -1;
		if (rc && n)
			why = rd_kafka_topic_result_error_string(r[0]);
	}
	if (rc)
		worker_log("%s: %s", what, why);
	if (ev)
		rd_kafka_event_destroy(ev);
	rd_kafka_queue_destroy(q);
	return rc;
}

static int topic_create(rd_kafka_t *rk, const struct placed_topic *t)
{
	rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
	char text[ERR_TEXT];
	rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(t->topic, 1, -1, text, sizeof(text));

	if (!wanted)
		BUG("librdkafka refuses the topic %s: %s", t->topic, text);
	rd_kafka_NewTopic_set_replica_assignment(
	    wanted, 0, (int32_t *)t->replicas, t->n_replicas, text, sizeof(text));
	rd_kafka_NewTopic_set_config(wanted, t->key, t->value);
	rd_kafka_CreateTopics(rk, &wanted, 1, NULL, q);
	rd_kafka_NewTopic_destroy(wanted);
	return answered(q, t->topic);
}

static void topic_delete(rd_kafka_t *rk, const char *topic)
{
	rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
	rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(topic);

	rd_kafka_DeleteTopics(rk, &gone, 1, NULL, q);
	rd_kafka_DeleteTopic_destroy(gone);
	answered(q, topic);
}

/* Says to `fault`, which waits for it, that the topic stands. */
static void mark(const struct lab *lab, const char *name)
{
	struct err err;
	char file[64];

	snprintf(file, sizeof(file), "run/%s", name);
	if (lab_write(lab, 0600, &err, file, "ok\n"))
		worker_log("%s", err.msg);
}

/* A topic that cannot do without broker 3, which is killed next. */
int kafka_fragile(const struct lab *lab, const char *name)
{
	const struct placed_topic *t = placed_find(name);
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);

	if (topic_create(rk, t)) {
		rd_kafka_destroy(rk);
		return 1;
	}
	/* The leader announces itself within a moment; a kill before that would test something else. */
	sleep_ms(2000);
	mark(lab, name);
	while (worker_go())
		sleep_ms(500);
	topic_delete(rk, t->topic);
	rd_kafka_destroy(rk);
	return 0;
}

/* A topic that keeps its records for ten minutes, and a group that reads none of them. */
int kafka_expiring(const struct lab *lab, const char *name)
{
	const struct placed_topic *t = placed_find(name);
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);
	enum { EMPTY_S = 15 };
	unsigned long n = 0;
	int64_t began;
	struct pace p;

	if (topic_create(rk, t) || kafka_commit_start(lab, "lab-reader", t->topic, 1)) {
		rd_kafka_destroy(rk);
		return 1;
	}
	/* Whoever looks on shall have seen it empty: then how old the first record is, is measured and not guessed. */
	began = clock_boot();
	for (pace_init(&p, 2); worker_go(); pace_wait(&p)) {
		if (clock_boot() - began > EMPTY_S * NS_PER_S)
			kafka_produce(rk, t->topic, n++);
		rd_kafka_poll(rk, 0);
	}
	rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	topic_delete(rk, t->topic);
	rd_kafka_destroy(rk);
	return 0;
}
