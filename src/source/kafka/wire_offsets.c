#include "source/kafka/wire.h"

/* ListOffsets, OffsetFetch, DescribeLogDirs, DescribeConfigs: how far, how much, by which rules. */

void encode_list_offsets(struct wire_out *o, int version, const struct wire_ask *ask)
{
	out_i32(o, -1);
	if (version >= 2)
		out_i8(o, 0); /* read uncommitted: the high watermark, as other tools count */
	out_count(o, (int64_t)ask->n_topics);
	for (size_t i = 0; i < ask->n_topics; i++) {
		const struct wire_topic *t = &ask->topics[i];

		out_string(o, t->name);
		out_count(o, (int64_t)t->n_parts);
		for (size_t j = 0; j < t->n_parts; j++) {
			out_i32(o, t->parts[j]);
			if (version >= 4)
				out_i32(o, -1);
			out_i64(o, ask->timestamp);
			out_tags(o);
		}
		out_tags(o);
	}
}

void decode_list_offsets(struct wire_in *in, int version, void *reply)
{
	struct list_offsets *r = reply;

	if (version >= 2)
		r->throttle_ms = in_i32(in);
	r->n_topics = in_count(in, 3);
	r->topics = in_array(in, r->n_topics, sizeof(*r->topics));
	for (size_t i = 0; i < r->n_topics && !in->bad; i++) {
		struct offsets_topic *t = &r->topics[i];

		t->name = in_string(in);
		t->n_parts = in_count(in, 22);
		t->parts = in_array(in, t->n_parts, sizeof(*t->parts));
		for (size_t j = 0; j < t->n_parts && !in->bad; j++) {
			t->parts[j].index = in_i32(in);
			t->parts[j].error = in_i16(in);
			t->parts[j].timestamp = in_i64(in);
			t->parts[j].offset = in_i64(in);
			if (version >= 4)
				in_i32(in);
			in_tags(in);
		}
		in_tags(in);
	}
}

void encode_offset_fetch(struct wire_out *o, int version, const struct wire_ask *ask)
{
	if (version < 8) {
		out_string(o, ask->names[0]);
		out_count(o, -1);
		if (version >= 7)
			out_i8(o, 0);
		return;
	}
	out_count(o, (int64_t)ask->n_names);
	for (size_t i = 0; i < ask->n_names; i++) {
		out_string(o, ask->names[i]);
		if (version >= 9) {
			out_string(o, NULL);
			out_i32(o, -1);
		}
		out_count(o, -1);
		out_tags(o);
	}
	out_i8(o, 0);
}

static void decode_fetched(struct wire_in *in, int version, struct fetch_group *g)
{
	g->n_topics = in_count(in, 3);
	g->topics = in_array(in, g->n_topics, sizeof(*g->topics));
	for (size_t i = 0; i < g->n_topics && !in->bad; i++) {
		struct offsets_topic *t = &g->topics[i];

		t->name = in_string(in);
		t->n_parts = in_count(in, 16);
		t->parts = in_array(in, t->n_parts, sizeof(*t->parts));
		for (size_t j = 0; j < t->n_parts && !in->bad; j++) {
			t->parts[j].index = in_i32(in);
			t->parts[j].offset = in_i64(in);
			if (version >= 5)
				in_i32(in);
			in_string(in);
			t->parts[j].error = in_i16(in);
			in_tags(in);
		}
		in_tags(in);
	}
}

void decode_offset_fetch(struct wire_in *in, int version, void *reply)
{
	struct offset_fetch *r = reply;

	if (version >= 3)
		r->throttle_ms = in_i32(in);
	r->n_groups = version >= 8 ? in_count(in, 5) : 1;
	r->groups = in_array(in, r->n_groups, sizeof(*r->groups));
	for (size_t i = 0; i < r->n_groups && !in->bad; i++) {
		if (version >= 8)
			r->groups[i].id = in_string(in);
		decode_fetched(in, version, &r->groups[i]);
		r->groups[i].error = in_i16(in);
		if (version >= 8)
			in_tags(in);
	}
}

void encode_log_dirs(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)version;
	out_count(o, ask->totals_only ? 0 : -1);
}

static void decode_dir_topic(struct wire_in *in, struct log_dir *d, struct dir_topic *t)
{
	t->name = in_string(in);
	t->n_parts = in_count(in, 21);
	t->parts = in_array(in, t->n_parts, sizeof(*t->parts));
	for (size_t i = 0; i < t->n_parts && !in->bad; i++) {
		int64_t size;

		t->parts[i].index = in_i32(in);
		size = in_i64(in);
		in_i64(in);
		in_bool(in);
		in_tags(in);
		t->parts[i].size = size;
		if (size > 0 && d->data_bytes <= INT64_MAX - size)
			d->data_bytes += size;
	}
	in_tags(in);
}

void decode_log_dirs(struct wire_in *in, int version, void *reply)
{
	struct log_dirs *r = reply;

	r->throttle_ms = in_i32(in);
	if (version >= 3)
		r->error = in_i16(in);
	r->n_dirs = in_count(in, 5);
	r->dirs = in_array(in, r->n_dirs, sizeof(*r->dirs));
	for (size_t i = 0; i < r->n_dirs && !in->bad; i++) {
		struct log_dir *d = &r->dirs[i];

		d->error = in_i16(in);
		d->path = in_string(in);
		d->n_topics = in_count(in, 3);
		d->topics = in_array(in, d->n_topics, sizeof(*d->topics));
		for (size_t j = 0; j < d->n_topics && !in->bad; j++)
			decode_dir_topic(in, d, &d->topics[j]);
		d->total = version >= 4 ? in_i64(in) : -1;
		d->usable = version >= 4 ? in_i64(in) : -1;
		in_tags(in);
	}
}

static const char *const wanted_configs[] = {
    "min.insync.replicas", "retention.ms", "retention.bytes", "cleanup.policy", "segment.ms", "segment.bytes"};

/* What audits want to know of a broker; broker_config.c knows what for. */
static const char *const wanted_of_broker[] = {"auto.create.topics.enable", "unclean.leader.election.enable",
    "authorizer.class.name", "listeners", "listener.security.protocol.map", "controller.listener.names",
    "ssl.client.auth", "default.replication.factor", "min.insync.replicas", "message.max.bytes", "num.io.threads",
    "num.network.threads", "log.retention.hours", "offsets.topic.replication.factor"};

enum {
	N_WANTED = sizeof(wanted_configs) / sizeof(wanted_configs[0]),
	N_OF_BROKER = sizeof(wanted_of_broker) / sizeof(wanted_of_broker[0]),
	RESOURCE_TOPIC = 2,
	RESOURCE_BROKER = 4,
};

void encode_configs(struct wire_out *o, int version, const struct wire_ask *ask)
{
	const char *const *wanted = ask->of_broker ? wanted_of_broker : wanted_configs;
	size_t n = ask->of_broker ? N_OF_BROKER : N_WANTED;

	out_count(o, (int64_t)ask->n_names);
	for (size_t i = 0; i < ask->n_names; i++) {
		out_i8(o, ask->of_broker ? RESOURCE_BROKER : RESOURCE_TOPIC);
		out_string(o, ask->names[i]);
		out_count(o, (int64_t)n);
		for (size_t j = 0; j < n; j++)
			out_string(o, wanted[j]);
		out_tags(o);
	}
	out_i8(o, 0);
	if (version >= 3)
		out_i8(o, 0);
}

static void decode_entry(struct wire_in *in, int version, struct config_entry *e)
{
	e->name = in_string(in);
	e->value = in_string(in);
	in_bool(in);
	in_i8(in);
	in_bool(in);
	for (size_t n = in_count(in, 3); n && !in->bad; n--) {
		in_string(in);
		in_string(in);
		in_i8(in);
		in_tags(in);
	}
	if (version >= 3) {
		in_i8(in);
		in_string(in);
	}
	in_tags(in);
}

void decode_configs(struct wire_in *in, int version, void *reply)
{
	struct configs *r = reply;

	r->throttle_ms = in_i32(in);
	r->n_resources = in_count(in, 6);
	r->resources = in_array(in, r->n_resources, sizeof(*r->resources));
	for (size_t i = 0; i < r->n_resources && !in->bad; i++) {
		struct config_resource *c = &r->resources[i];

		c->error = in_i16(in);
		in_string(in);
		in_i8(in);
		c->name = in_string(in);
		c->n_entries = in_count(in, 6);
		c->entries = in_array(in, c->n_entries, sizeof(*c->entries));
		for (size_t j = 0; j < c->n_entries && !in->bad; j++)
			decode_entry(in, version, &c->entries[j]);
		in_tags(in);
	}
}
