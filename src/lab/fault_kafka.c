/* Faults of real Kafka brokers that need a topic of their own; it goes again when the fault is healed. */
#include "lab/net.h"
#include "lab/proc.h"
#include "lab/traffic_kafka.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ERR_TEXT = 512, ANSWER_MS = 20000 };

/* One partition on these brokers, and no others. */
struct placed_topic {
	const char *worker, *topic;
	int32_t replicas[LAB_NODES];
	size_t n_replicas;
	const char *key[2], *value[2]; /* of its configuration */
};

static const struct placed_topic placed[] = {
    {"kafka-single", "lab-single", {3}, 1, {"min.insync.replicas", NULL}, {"1", NULL}},
    {"kafka-behind", "lab-behind", {2, 3}, 2, {"min.insync.replicas", "follower.replication.throttled.replicas"},
	{"2", "*"}},
    {"kafka-expiring", "lab-expiring", {1, 2, 3}, 3, {"retention.ms", NULL}, {"600000", NULL}},
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
	const rd_kafka_ConfigResource_t **c;
	int rc = ev && !rd_kafka_event_error(ev) ? 0 : -1;
	const char *why = ev ? rd_kafka_event_error_string(ev) : "no answer";
	size_t n = 0;

	if (!rc && rd_kafka_event_type(ev) == RD_KAFKA_EVENT_ALTERCONFIGS_RESULT) {
		c = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(ev), &n);
		rc = n == 1 && !rd_kafka_ConfigResource_error(c[0]) ? 0 : -1;
		if (rc && n)
			why = rd_kafka_ConfigResource_error_string(c[0]);
	} else if (!rc) {
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
	for (int i = 0; i < 2 && t->key[i]; i++)
		rd_kafka_NewTopic_set_config(wanted, t->key[i], t->value[i]);
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

static int configure(rd_kafka_t *rk, rd_kafka_ConfigResource_t *what)
{
	rd_kafka_queue_t *q = rd_kafka_queue_new(rk);

	rd_kafka_AlterConfigs(rk, &what, 1, NULL, q);
	rd_kafka_ConfigResource_destroy(what);
	return answered(q, "a configuration");
}

/* How many bytes a second broker 3 may copy of a topic that is not in sync; NULL: as many as it can. */
static int limit_copies(rd_kafka_t *rk, const char *bytes_per_s)
{
	rd_kafka_ConfigResource_t *broker = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, "3");

	if (bytes_per_s)
		rd_kafka_ConfigResource_set_config(broker, "follower.replication.throttled.rate", bytes_per_s);
	return configure(rk, broker);
}

/* How many copies the topic needs. */
static int need_copies(rd_kafka_t *rk, const struct placed_topic *t, const char *copies)
{
	rd_kafka_ConfigResource_t *topic = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, t->topic);

	rd_kafka_ConfigResource_set_config(topic, t->key[1], t->value[1]);
	rd_kafka_ConfigResource_set_config(topic, t->key[0], copies);
	return configure(rk, topic);
}

/* A record of 64 KiB that needs no copy to be taken. */
static void heap_up(rd_kafka_t *rk, rd_kafka_topic_t *topic)
{
	static char load[65536];

	rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, load, sizeof(load), NULL, 0, NULL);
	rd_kafka_poll(rk, 0);
}

/* Are the copies in sync so many? */
static bool in_sync(rd_kafka_t *rk, rd_kafka_topic_t *topic, int copies)
{
	const struct rd_kafka_metadata *md;
	bool yes;

	if (rd_kafka_metadata(rk, 0, topic, &md, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return false;
	yes = md->topic_cnt == 1 && md->topics[0].partition_cnt == 1 && md->topics[0].partitions[0].isr_cnt == copies;
	rd_kafka_metadata_destroy(md);
	return yes;
}

/*
 * Broker 3 misses some of a topic while it is away, and may hardly copy when it is back, about 1 MiB in ten seconds: it
 * stays out of sync for minutes, though every broker is up. While it is away the topic must do without it: the high
 * watermark would stand still, and whoever has reached that counts as in sync and is not limited. Who looks on reads the
 * topic's configuration when it first sees the topic, and then only every few minutes: that shall be the one in the end.
 */
static int fall_behind(const struct lab *lab, rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct placed_topic *t)
{
	enum { SEEN_MS = 35000, AWAY_MS = 60000, MISSED = 640, BACK_MS = 60000 };
	struct err err = {""};

	for (int i = 0; i < SEEN_MS / 100 && worker_go(); i++)
		sleep_ms(100);
	if (need_copies(rk, t, "1") || proc_signal(lab, "kafka-3", SIGKILL))
		return -1;
	/* Until the controller has taken it out of the copies in sync. */
	for (int i = 0; i < AWAY_MS / 200 && worker_go() && !in_sync(rk, topic, 1); i++)
		sleep_ms(200);
	for (int i = 0; i < MISSED && worker_go(); i++)
		heap_up(rk, topic);
	rd_kafka_flush(rk, ANSWER_MS);
	if (need_copies(rk, t, "2"))
		return -1;
	if (proc_restart(lab, &err, "kafka-3")) {
		worker_log("%s", err_msg(&err));
		return -1;
	}
	for (int i = 0; i < BACK_MS / 200 && worker_go() && !net_listens(lab->kafka_port[2], 200); i++)
		sleep_ms(200);
	return 0;
}

int kafka_behind(const struct lab *lab, const char *name)
{
	const struct placed_topic *t = placed_find(name);
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);
	rd_kafka_topic_conf_t *conf = rd_kafka_topic_conf_new();
	rd_kafka_topic_t *topic;
	char text[ERR_TEXT];
	int rc = 1;

	rd_kafka_topic_conf_set(conf, "acks", "1", text, sizeof(text));
	topic = rd_kafka_topic_new(rk, t->topic, conf);
	if (!limit_copies(rk, "1") && !topic_create(rk, t) && !fall_behind(lab, rk, topic, t)) {
		mark(lab, name);
		while (worker_go())
			sleep_ms(500);
		rc = 0;
	}
	rd_kafka_topic_destroy(topic);
	topic_delete(rk, t->topic);
	limit_copies(rk, NULL);
	rd_kafka_destroy(rk);
	return rc;
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
