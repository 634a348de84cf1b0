#include "lab/simkafka.h"

#include <stdio.h>
#include <string.h>

/* Api handlers for brokers, topics, partitions, disks, configs and the controllers. */

#define HOST "127.0.0.1"
#define NO_OPERATIONS INT32_MIN

enum {
	ERR_UNKNOWN_TOPIC = 3,
	ERR_NO_LEADER = 5,
	ERR_NOT_LEADER = 6,
	ERR_STORAGE = 56,
	KEY_LIST_OFFSETS = 2,
	KEY_METADATA = 3,
	KEY_CONFIGS = 32,
	KEY_LOG_DIRS = 35,
	KEY_REASSIGNMENTS = 46,
	KEY_QUORUM = 55,
	KEY_CLUSTER = 60,
	RECORD_BYTES = 100
};

static const int64_t volume_bytes = 100LL << 30;

static int alive(const struct sim *s)
{
	int n = 0;

	for (int id = 1; id <= s->n_brokers; id++)
		n += sim_in_cluster(s, id);
	return n;
}

/* KRaft brokers name any living broker as the controller, a different one each time. */
static int random_broker(struct sim *s)
{
	int n = alive(s), skip;

	if (!n)
		return -1;
	s->random = s->random * 1103515245u + 12345u;
	skip = (int)(s->random >> 16) % n;
	for (int id = 1; id <= s->n_brokers; id++)
		if (sim_in_cluster(s, id) && skip-- == 0)
			return id;
	return -1;
}

static void brokers(struct sim_call *c, bool rack)
{
	const struct sim *s = c->sim;

	out_array(c->out, alive(s));
	for (int id = 1; id <= s->n_brokers; id++) {
		if (!sim_in_cluster(s, id))
			continue;
		out_i32(c->out, id);
		out_str(c->out, HOST);
		out_i32(c->out, s->broker[id - 1].port);
		if (rack)
			out_str(c->out, NULL);
		out_tags(c->out);
	}
}

/* which: 0 all replicas, 1 those in sync, 2 those that are offline */
static void replicas(struct sim_call *c, int topic, int part, int which)
{
	const struct sim *s = c->sim;
	int adding = s->topics[topic].p[part].adding, n = 0, ids[SIM_BROKERS_MAX + 1];

	for (int i = 0; i < s->replication; i++) {
		int id = sim_replica(s, topic, part, i);

		if (which == 0 || (which == 1 && sim_in_sync(s, topic, part, i)) ||
		    (which == 2 && !sim_in_cluster(s, id)))
			ids[n++] = id;
	}
	if (adding && which == 0)
		ids[n++] = adding;
	out_array(c->out, n);
	for (int i = 0; i < n; i++)
		out_i32(c->out, ids[i]);
}

static void partition(struct sim_call *c, int topic, int part)
{
	int leader = sim_leader(c->sim, topic, part), v = c->version;

	out_i16(c->out, leader < 0 ? ERR_NO_LEADER : 0);
	out_i32(c->out, part);
	out_i32(c->out, leader);
	if (v >= 7)
		out_i32(c->out, 1);
	replicas(c, topic, part, 0);
	replicas(c, topic, part, 1);
	if (v >= 5)
		replicas(c, topic, part, 2);
	out_tags(c->out);
}

static void topic(struct sim_call *c, int t, const char *name, int error)
{
	static const unsigned char none[16];
	const struct sim_topic *topics = c->sim->topics;
	int n = t >= 0 && !error ? topics[t].n : 0;

	out_i16(c->out, t < 0 ? ERR_UNKNOWN_TOPIC : error);
	out_str(c->out, name);
	if (c->version >= 10)
		out_raw(c->out, t < 0 ? none : topics[t].uuid, 16);
	if (c->version >= 1)
		out_i8(c->out, 0);
	out_array(c->out, n);
	for (int p = 0; p < n; p++)
		partition(c, t, p);
	if (c->version >= 8)
		out_i32(c->out, NO_OPERATIONS);
	out_tags(c->out);
}

void api_metadata(struct sim_call *c)
{
	struct sim *s = c->sim;
	int v = c->version, n = in_array(c->in), error = sim_take_error(s, KEY_METADATA);
	bool all = n < 0 || (n == 0 && v == 0);
	char name[256];

	if (v >= 3)
		out_i32(c->out, 0);
	brokers(c, v >= 1);
	if (v >= 2)
		out_str(c->out, s->cluster_id);
	if (v >= 1)
		out_i32(c->out, random_broker(s));
	out_array(c->out, all ? s->n_topics : n);
	for (int i = 0; all && i < s->n_topics; i++)
		topic(c, i, s->topics[i].name, error);
	for (int i = 0; !all && i < n && !c->in->bad; i++) {
		if (v >= 10)
			in_skip(c->in, 16);
		in_str(c->in, name, sizeof(name));
		in_tags(c->in);
		topic(c, sim_topic_find(s, name), name, error);
	}
	if (v >= 8 && v <= 10)
		out_i32(c->out, NO_OPERATIONS);
	out_tags(c->out);
}

void api_describe_cluster(struct sim_call *c)
{
	struct sim *s = c->sim;

	out_i32(c->out, 0);
	out_i16(c->out, sim_take_error(s, KEY_CLUSTER));
	out_str(c->out, NULL);
	if (c->version >= 1)
		out_i8(c->out, 1);
	out_str(c->out, s->cluster_id);
	out_i32(c->out, random_broker(s));
	brokers(c, true);
	out_i32(c->out, NO_OPERATIONS);
	out_tags(c->out);
}

static void offset(struct sim_call *c, int t, int part, int64_t when, int error)
{
	struct sim *s = c->sim;
	bool known = t >= 0 && part >= 0 && part < s->topics[t].n;
	int64_t at = -1;

	if (!error && !known)
		error = ERR_UNKNOWN_TOPIC;
	if (!error && sim_leader(s, t, part) != c->broker)
		error = ERR_NOT_LEADER;
	if (!error)
		at = when == -2 ? 0 : sim_end(s, t, part);
	out_i32(c->out, part);
	out_i16(c->out, error);
	out_i64(c->out, when == -3 && !error ? s->start + s->now : -1);
	out_i64(c->out, when == -3 && !error ? at - 1 : at);
	if (c->version >= 4)
		out_i32(c->out, error ? -1 : 1);
	out_tags(c->out);
}

void api_list_offsets(struct sim_call *c)
{
	int v = c->version, error = sim_take_error(c->sim, KEY_LIST_OFFSETS), n, np, t;
	char name[256];

	in_i32(c->in);
	if (v >= 2)
		in_i8(c->in);
	if (v >= 2)
		out_i32(c->out, 0);
	n = in_array(c->in);
	out_array(c->out, n);
	while (n-- > 0 && !c->in->bad) {
		in_str(c->in, name, sizeof(name));
		t = sim_topic_find(c->sim, name);
		np = in_array(c->in);
		out_str(c->out, name);
		out_array(c->out, np);
		while (np-- > 0 && !c->in->bad) {
			int part = in_i32(c->in);
			int64_t when;

			if (v >= 4)
				in_i32(c->in);
			when = in_i64(c->in);
			in_tags(c->in);
			offset(c, t, part, when, error);
		}
		in_tags(c->in);
		out_tags(c->out);
	}
	out_tags(c->out);
}

static bool hosts(const struct sim *s, int id, int t, int part)
{
	for (int i = 0; i < s->replication; i++)
		if (sim_replica(s, t, part, i) == id)
			return true;
	return false;
}

static void log_dir_topic(struct sim_call *c, int t)
{
	const struct sim *s = c->sim;
	int n = 0;

	for (int p = 0; p < s->topics[t].n; p++)
		n += hosts(s, c->broker, t, p);
	out_str(c->out, s->topics[t].name);
	out_array(c->out, n);
	for (int p = 0; p < s->topics[t].n; p++) {
		if (!hosts(s, c->broker, t, p))
			continue;
		out_i32(c->out, p);
		out_i64(c->out, sim_end(s, t, p) * RECORD_BYTES);
		out_i64(c->out, 0);
		out_i8(c->out, 0);
		out_tags(c->out);
	}
	out_tags(c->out);
}

void api_describe_log_dirs(struct sim_call *c)
{
	struct sim *s = c->sim;
	const struct sim_broker *b = &s->broker[c->broker - 1];
	int n = in_array(c->in), error = sim_take_error(s, KEY_LOG_DIRS);
	bool all = n < 0;
	char path[64];

	out_i32(c->out, 0);
	if (c->version >= 3)
		out_i16(c->out, error);
	out_array(c->out, 1);
	out_i16(c->out, b->dir_offline ? ERR_STORAGE : 0);
	snprintf(path, sizeof(path), "/var/lib/sim-kafka/%d", b->id);
	out_str(c->out, path);
	/* Chosen topics are answered with their whole size: who asks for some wants to know that.
	 */
	if (b->dir_offline)
		n = 0;
	out_array(c->out, all && !b->dir_offline ? s->n_topics : n < 0 ? 0 : n);
	for (int i = 0; all && !b->dir_offline && i < s->n_topics; i++)
		log_dir_topic(c, i);
	for (int i = 0; i < n && !c->in->bad; i++) {
		char name[256];
		int t, np;

		in_str(c->in, name, sizeof(name));
		np = in_array(c->in);
		in_skip(c->in, np > 0 ? (size_t)np * 4 : 0);
		in_tags(c->in);
		t = sim_topic_find(s, name);
		if (t < 0)
			c->in->bad = true;
		else
			log_dir_topic(c, t);
	}
	if (c->version >= 4) {
		out_i64(c->out, b->dir_offline ? -1 : volume_bytes);
		out_i64(c->out, b->dir_offline ? -1 : volume_bytes / 100 * (100 - b->disk_percent));
	}
	out_tags(c->out);
	out_tags(c->out);
}

static void voter(struct sim_call *c, int id, int64_t end, bool leads)
{
	static const unsigned char none[16];
	const struct sim *s = c->sim;
	const struct sim_broker *b = &s->broker[id - 1];
	bool lives = b->mode == SIM_UP;
	int64_t seen = s->start + (lives ? s->now : b->since);

	out_i32(c->out, id);
	if (c->version >= 2)
		out_raw(c->out, none, 16);
	out_i64(c->out, lives ? end : end - (s->now - b->since) / 500);
	if (c->version >= 1) {
		out_i64(c->out, leads ? -1 : seen);
		out_i64(c->out, seen);
	}
	out_tags(c->out);
}

void api_describe_quorum(struct sim_call *c)
{
	struct sim *s = c->sim;
	int n = s->n_brokers < 3 ? s->n_brokers : 3, leader = s->quorum_leader;
	int64_t end = 1000 + s->now / 500;

	if (!sim_in_cluster(s, leader))
		leader = leader % n + 1;
	out_i16(c->out, sim_take_error(s, KEY_QUORUM));
	if (c->version >= 2)
		out_str(c->out, NULL);
	out_array(c->out, 1);
	out_str(c->out, "__cluster_metadata");
	out_array(c->out, 1);
	out_i32(c->out, 0);
	out_i16(c->out, 0);
	if (c->version >= 2)
		out_str(c->out, NULL);
	out_i32(c->out, leader);
	out_i32(c->out, 1);
	out_i64(c->out, end);
	out_array(c->out, n);
	for (int id = 1; id <= n; id++)
		voter(c, id, end, id == leader);
	out_array(c->out, s->n_brokers - n);
	for (int id = n + 1; id <= s->n_brokers; id++)
		voter(c, id, end, false);
	out_tags(c->out);
	out_tags(c->out);
	if (c->version >= 2) {
		out_array(c->out, n);
		for (int id = 1; id <= n; id++) {
			out_i32(c->out, id);
			out_array(c->out, 1);
			out_str(c->out, "CONTROLLER");
			out_str(c->out, HOST);
			out_i16(c->out, s->broker[id - 1].port);
			out_tags(c->out);
			out_tags(c->out);
		}
	}
	out_tags(c->out);
}

void api_list_reassignments(struct sim_call *c)
{
	struct sim *s = c->sim;
	int n = 0;

	for (int t = 0; t < s->n_topics; t++)
		for (int p = 0; p < s->topics[t].n; p++)
			n += s->topics[t].p[p].adding != 0;
	out_i32(c->out, 0);
	out_i16(c->out, sim_take_error(s, KEY_REASSIGNMENTS));
	out_str(c->out, NULL);
	out_array(c->out, n);
	for (int t = 0; t < s->n_topics; t++)
		for (int p = 0; p < s->topics[t].n; p++) {
			if (!s->topics[t].p[p].adding)
				continue;
			out_str(c->out, s->topics[t].name);
			out_array(c->out, 1);
			out_i32(c->out, p);
			replicas(c, t, p, 0);
			out_array(c->out, 1);
			out_i32(c->out, s->topics[t].p[p].adding);
			out_array(c->out, 0);
			out_tags(c->out);
			out_tags(c->out);
		}
	out_tags(c->out);
}

/* The few settings that somebody asks for. */
static const struct {
	int resource; /* 2 topic, 4 broker */
	const char *name, *value;
	int type; /* 3 int, 5 long, 2 string, 7 list */
} settings[] = {
    {2, "min.insync.replicas", "2", 3},
    {2, "retention.ms", "604800000", 5},
    {2, "retention.bytes", "-1", 5},
    {2, "cleanup.policy", "delete", 7},
    {2, "segment.ms", "604800000", 5},
    {2, "segment.bytes", "1073741824", 3},
    {4, "min.insync.replicas", "2", 3},
    {4, "log.retention.ms", "604800000", 5},
    {4, "log.retention.hours", "168", 3},
    {4, "offsets.retention.minutes", "10080", 3},
    {4, "log.dirs", "/var/lib/sim-kafka", 2},
};

enum { N_SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static void setting(struct sim_call *c, int i)
{
	int v = c->version;

	out_str(c->out, settings[i].name);
	out_str(c->out, settings[i].value);
	out_i8(c->out, 0);
	out_i8(
	    c->out, v == 0 ? 1 : 5); /* is it the default; where does it come from: the default */
	out_i8(c->out, 0);
	if (v >= 1)
		out_array(c->out, 0);
	if (v >= 3) {
		out_i8(c->out, settings[i].type);
		out_str(c->out, NULL);
	}
	out_tags(c->out);
}

static void resource(struct sim_call *c, int error)
{
	bool wanted[N_SETTINGS] = {false};
	int type = in_i8(c->in), n_keys, n = 0;
	char name[256], key[128];

	in_str(c->in, name, sizeof(name));
	n_keys = in_array(c->in);
	for (int i = 0; i < N_SETTINGS; i++)
		wanted[i] = n_keys < 0 && settings[i].resource == type;
	for (int k = 0; k < n_keys && !c->in->bad; k++) {
		in_str(c->in, key, sizeof(key));
		for (int i = 0; i < N_SETTINGS; i++)
			if (settings[i].resource == type && strcmp(settings[i].name, key) == 0)
				wanted[i] = true;
	}
	in_tags(c->in);
	if (!error && type == 2 && sim_topic_find(c->sim, name) < 0)
		error = ERR_UNKNOWN_TOPIC;
	for (int i = 0; i < N_SETTINGS; i++)
		n += wanted[i] && !error;
	out_i16(c->out, error);
	out_str(c->out, NULL);
	out_i8(c->out, type);
	out_str(c->out, name);
	out_array(c->out, n);
	for (int i = 0; n && i < N_SETTINGS; i++)
		if (wanted[i])
			setting(c, i);
	out_tags(c->out);
}

void api_describe_configs(struct sim_call *c)
{
	int n = in_array(c->in), error = sim_take_error(c->sim, KEY_CONFIGS);

	out_i32(c->out, 0);
	out_array(c->out, n);
	while (n-- > 0 && !c->in->bad)
		resource(c, error);
	out_tags(c->out);
}
