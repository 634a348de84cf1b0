#include "lab/traffic_kafka.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEED_RECORDS = 200, FLOOD_RECORDS = 30000, ERR_TEXT = 512 };

struct topic_spec {
	const char *name;
	int partitions;
	double per_s;
};

static const struct topic_spec topics[] = {
    {"orders", 6, 40},
    {"payments", 3, 10},
    {"clicks", 6, 60},
    {"audit", 1, 2},
};

/* worker NULL: nobody ever consumes; the group is Empty and its lag grows. */
struct group_spec {
	const char *worker, *group, *topic;
	double per_s; /* 0: as fast as it can */
};

static const struct group_spec groups[] = {
    {"group-billing", "billing", "orders", 0},
    {"group-dashboard", "dashboard", "clicks", 0},
    {"group-archive", "archive", "payments", 7}, /* 3 a second too slow */
    {NULL, "reporting", "audit", 0},
};

enum {
	N_TOPICS = sizeof(topics) / sizeof(topics[0]),
	N_GROUPS = sizeof(groups) / sizeof(groups[0])
};

static const struct topic_spec *topic_find(const char *name)
{
	for (size_t i = 0; i < N_TOPICS; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static void set(rd_kafka_conf_t *c, const char *key, const char *value)
{
	char text[ERR_TEXT];

	if (rd_kafka_conf_set(c, key, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
		BUG("librdkafka refuses %s=%s: %s", key, value, text);
}

rd_kafka_t *kafka_client(const struct lab *lab, rd_kafka_type_t type, const char *group)
{
	rd_kafka_conf_t *c = rd_kafka_conf_new();
	char bootstrap[128] = "", text[ERR_TEXT];
	rd_kafka_t *rk;
	size_t n = 0;

	for (int i = 0; i < LAB_NODES; i++)
		n += (size_t)snprintf(bootstrap + n, sizeof(bootstrap) - n, "%s127.0.0.1:%d",
		    i ? "," : "", lab->kafka_port[i]);
	set(c, "bootstrap.servers", bootstrap);
	set(c, "client.id", group ? group : "shop");
	set(c, "reconnect.backoff.max.ms", "1000");
	set(c, "log_level", "3");
	if (group) {
		set(c, "group.id", group);
		set(c, "auto.commit.interval.ms", "1000");
		set(c, "auto.offset.reset", "earliest");
		set(c, "session.timeout.ms", "10000");
		/* A slow reader must not hold a heap of what it has not yet read. */
		set(c, "queued.max.messages.kbytes", "1024");
	} else {
		set(c, "linger.ms", "50");
		set(c, "message.timeout.ms", "10000");
		set(c, "queue.buffering.max.messages", "50000");
	}
	rk = rd_kafka_new(type, c, text, sizeof(text));
	if (!rk)
		BUG("librdkafka gives no handle: %s", text);
	if (group)
		rd_kafka_poll_set_consumer(rk);
	return rk;
}

/* All brokers there, and every partition of every wanted topic with a leader and a full ISR. */
static bool cluster_complete(rd_kafka_t *rk, size_t n_wanted)
{
	const struct rd_kafka_metadata *md;
	size_t found = 0;
	bool whole;

	if (rd_kafka_metadata(rk, 1, NULL, &md, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return false;
	whole = md->broker_cnt == LAB_NODES;
	for (int t = 0; t < md->topic_cnt; t++) {
		const struct rd_kafka_metadata_topic *mt = &md->topics[t];

		if (!topic_find(mt->topic))
			continue;
		found++;
		for (int p = 0; p < mt->partition_cnt; p++)
			whole = whole && mt->partitions[p].leader >= 0 &&
				mt->partitions[p].isr_cnt == LAB_NODES;
	}
	rd_kafka_metadata_destroy(md);
	return whole && found >= n_wanted;
}

static int wait_complete(rd_kafka_t *rk, size_t n_wanted)
{
	while (worker_go()) {
		if (cluster_complete(rk, n_wanted))
			return 0;
		sleep_ms(100);
	}
	return -1;
}

static int create_topics(rd_kafka_t *rk)
{
	rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
	rd_kafka_NewTopic_t *wanted[N_TOPICS];
	char text[ERR_TEXT];
	rd_kafka_event_t *ev;
	int rc = -1;

	for (size_t i = 0; i < N_TOPICS; i++)
		wanted[i] = rd_kafka_NewTopic_new(
		    topics[i].name, topics[i].partitions, LAB_NODES, text, sizeof(text));
	rd_kafka_CreateTopics(rk, wanted, N_TOPICS, NULL, q);
	ev = rd_kafka_queue_poll(q, 20000);
	if (ev && !rd_kafka_event_error(ev))
		rc = 0;
	else
		worker_log("topics: %s", ev ? rd_kafka_event_error_string(ev) : "no answer");
	if (ev)
		rd_kafka_event_destroy(ev);
	rd_kafka_NewTopic_destroy_array(wanted, N_TOPICS);
	rd_kafka_queue_destroy(q);
	return rc;
}

void kafka_produce(rd_kafka_t *rk, const char *topic, unsigned long n)
{
	static const char filler[] =
	    "the quick brown fox jumps over the lazy dog and is late for it";
	char text[160], key[24];
	int len = snprintf(text, sizeof(text), "{\"n\":%lu,\"note\":\"%s\"}", n, filler);
	int key_len = snprintf(key, sizeof(key), "k%lu", n % 997);

	/* A full queue means that nothing gets through: this record is dropped, the next may live.
	 */
	rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, (size_t)key_len),
	    RD_KAFKA_V_VALUE(text, (size_t)len), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
	    RD_KAFKA_V_END);
}

/* A group exists from its first commit on, also without any member. */
int kafka_commit_start(const struct lab *lab, const char *group, const char *topic, int partitions)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_CONSUMER, group);
	rd_kafka_resp_err_t e = RD_KAFKA_RESP_ERR__FAIL;

	for (int p = 0; p < partitions; p++)
		rd_kafka_topic_partition_list_add(list, topic, p)->offset = 0;
	while (worker_go()) {
		e = rd_kafka_commit(rk, list, 0);
		if (e == RD_KAFKA_RESP_ERR_NO_ERROR)
			break;
		worker_log("commit of %s: %s", group, rd_kafka_err2str(e));
		sleep_ms(200);
	}
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(rk);
	return e == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -1;
}

int kafka_seed(const struct lab *lab, const char *name)
{
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);
	struct err err;
	char file[64];

	if (wait_complete(rk, 0) || create_topics(rk) || wait_complete(rk, N_TOPICS))
		return 1;
	for (size_t i = 0; i < N_TOPICS; i++)
		for (unsigned long n = 0; n < SEED_RECORDS; n++)
			kafka_produce(rk, topics[i].name, n);
	for (size_t i = 0; i < N_GROUPS; i++)
		if (kafka_commit_start(lab, groups[i].group, groups[i].topic,
			topic_find(groups[i].topic)->partitions))
			return 1;
	if (rd_kafka_flush(rk, 20000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
		worker_log("the first records were not taken");
		return 1;
	}
	rd_kafka_destroy(rk);
	snprintf(file, sizeof(file), "run/%s", name);
	return lab_write(lab, 0600, &err, file, "ok\n") ? 1 : 0;
}

/* One clock for all topics: every tick each topic gets its share. */
int kafka_producer(const struct lab *lab, const char *name)
{
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);
	double owed[N_TOPICS] = {0};
	enum { TICKS = 20 };
	unsigned long n = 0;
	struct pace p;

	(void)name;
	for (pace_init(&p, TICKS); worker_go(); pace_wait(&p)) {
		for (size_t i = 0; i < N_TOPICS; i++)
			for (owed[i] += topics[i].per_s / TICKS; owed[i] >= 1; owed[i]--)
				kafka_produce(rk, topics[i].name, n++);
		rd_kafka_poll(rk, 0);
	}
	rd_kafka_flush(rk, 1000);
	rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_destroy(rk);
	return 0;
}

/* A heap of work all at once, for the group that is slow anyway; then it waits to be healed. */
int kafka_flood(const struct lab *lab, const char *name)
{
	rd_kafka_t *rk = kafka_client(lab, RD_KAFKA_PRODUCER, NULL);
	struct pace p;

	(void)name;
	pace_init(&p, 100);
	for (unsigned long n = 0; n < FLOOD_RECORDS && worker_go(); n++) {
		kafka_produce(rk, "payments", n);
		if (n % 50 == 49) {
			rd_kafka_poll(rk, 0);
			pace_wait(&p);
		}
	}
	rd_kafka_flush(rk, 10000);
	while (worker_go())
		sleep_ms(500);
	rd_kafka_destroy(rk);
	return 0;
}

/* `heal` asks the slow group to catch up, by a file; it is taken away when that is done. */
static bool hurried(const struct lab *lab, bool done)
{
	char path[LAB_PATH];

	lab_path(lab, path, "run/hurry");
	if (done)
		unlink(path);
	return access(path, F_OK) == 0;
}

static void consume(const struct lab *lab, rd_kafka_t *rk, const struct group_spec *g)
{
	struct pace p, look;
	bool hurry = false;

	pace_init(&p, g->per_s > 0 ? g->per_s : 1);
	pace_init(&look, 1);
	while (worker_go()) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 200);

		if (g->per_s > 0 && clock_boot() >= look.next) {
			hurry = hurried(lab, hurry && !m);
			look.next = clock_boot() + look.step;
		}
		if (m && !m->err && g->per_s > 0 && !hurry)
			pace_wait(&p);
		if (m)
			rd_kafka_message_destroy(m);
	}
}

int kafka_group(const struct lab *lab, const char *name)
{
	rd_kafka_topic_partition_list_t *list;
	const struct group_spec *g = NULL;
	rd_kafka_t *rk;

	for (size_t i = 0; i < N_GROUPS; i++)
		if (groups[i].worker && strcmp(groups[i].worker, name) == 0)
			g = &groups[i];
	if (!g)
		BUG("no group for %s", name);
	rk = kafka_client(lab, RD_KAFKA_CONSUMER, g->group);
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, g->topic, RD_KAFKA_PARTITION_UA);
	rd_kafka_subscribe(rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	consume(lab, rk, g);
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
	return 0;
}
