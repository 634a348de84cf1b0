#include "source/kafka/wire.h"

/* ApiVersions, Metadata, DescribeQuorum, ListPartitionReassignments: what the cluster is made of.
 */

#include "config.h"

#include <string.h>

void encode_api_versions(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)ask;
	if (version < 3)
		return;
	out_string(o, "mqduty");
	out_string(o, PACKAGE_VERSION);
}

/* SupportedFeatures: which metadata.version the software knows tells its release. */
static void decode_features(struct wire_in *in, struct api_versions *r)
{
	size_t n = in_count(in, 6);

	for (size_t i = 0; i < n && !in->bad; i++) {
		const char *name = in_string(in);
		int16_t max;

		in_i16(in);
		max = in_i16(in);
		in_tags(in);
		if (name && !strcmp(name, "metadata.version"))
			r->metadata_version = max;
	}
}

/* The only tag buffer that is read: all others hold nothing we ask for. */
static void decode_version_tags(struct wire_in *in, struct api_versions *r)
{
	for (uint32_t n = in_uvarint(in); n && !in->bad; n--) {
		uint32_t tag = in_uvarint(in), size = in_uvarint(in);
		struct wire_in part = *in;

		in_skip(in, size);
		if (in->bad || tag != 0)
			continue;
		part.end = in->p;
		decode_features(&part, r);
		in->bad |= part.bad;
	}
}

void decode_api_versions(struct wire_in *in, int version, void *reply)
{
	struct api_versions *r = reply;

	r->error = in_i16(in);
	r->n_apis = in_count(in, 6);
	r->apis = in_array(in, r->n_apis, sizeof(*r->apis));
	for (size_t i = 0; i < r->n_apis; i++) {
		r->apis[i].key = in_i16(in);
		r->apis[i].min = in_i16(in);
		r->apis[i].max = in_i16(in);
		in_tags(in);
	}
	if (version >= 1)
		in_i32(in);
	if (version >= 3) {
		decode_version_tags(in, r);
		in->flex = false; /* the tags of the root are eaten */
	}
}

void encode_metadata(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)ask;
	out_count(o, -1);
	if (version >= 4)
		out_i8(o, 0); /* a monitor never creates topics */
	if (version >= 8 && version <= 10)
		out_i8(o, 0);
	if (version >= 8)
		out_i8(o, 0);
}

static void decode_partition(struct wire_in *in, int version, struct meta_part *p)
{
	p->error = in_i16(in);
	p->index = in_i32(in);
	p->leader = in_i32(in);
	p->epoch = version >= 7 ? in_i32(in) : -1;
	p->replicas = in_i32s(in, &p->n_replicas);
	p->isr = in_i32s(in, &p->n_isr);
	if (version >= 5)
		p->offline = in_i32s(in, &p->n_offline);
	in_tags(in);
}

static void decode_topic(struct wire_in *in, int version, struct meta_topic *t)
{
	t->error = in_i16(in);
	t->name = in_string(in);
	if (version >= 10)
		in_skip(in, 16);
	t->internal = in_bool(in);
	t->n_parts = in_count(in, 18);
	t->parts = in_array(in, t->n_parts, sizeof(*t->parts));
	for (size_t i = 0; i < t->n_parts && !in->bad; i++)
		decode_partition(in, version, &t->parts[i]);
	if (version >= 8)
		in_i32(in);
	in_tags(in);
}

void decode_metadata(struct wire_in *in, int version, void *reply)
{
	struct metadata *r = reply;

	if (version >= 3)
		r->throttle_ms = in_i32(in);
	r->n_brokers = in_count(in, 10);
	r->brokers = in_array(in, r->n_brokers, sizeof(*r->brokers));
	for (size_t i = 0; i < r->n_brokers && !in->bad; i++) {
		r->brokers[i].id = in_i32(in);
		r->brokers[i].host = in_string(in);
		r->brokers[i].port = in_i32(in);
		r->brokers[i].rack = in_string(in);
		in_tags(in);
	}
	if (version >= 2)
		r->cluster_id = in_string(in);
	r->controller = in_i32(in);
	r->n_topics = in_count(in, 8);
	r->topics = in_array(in, r->n_topics, sizeof(*r->topics));
	for (size_t i = 0; i < r->n_topics && !in->bad; i++)
		decode_topic(in, version, &r->topics[i]);
	if (version >= 8 && version <= 10)
		in_i32(in);
}

/* Brokers, also those that Metadata leaves out: fenced ones, since version 2. */
void encode_cluster(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)ask;
	out_i8(o, 0);
	if (version >= 1)
		out_i8(o, 1); /* brokers, not controllers */
	if (version >= 2)
		out_i8(o, 1);
}

void decode_cluster(struct wire_in *in, int version, void *reply)
{
	struct described_cluster *r = reply;

	r->throttle_ms = in_i32(in);
	r->error = in_i16(in);
	in_string(in);
	if (version >= 1)
		in_i8(in);
	in_string(in);
	in_i32(in);
	r->n_brokers = in_count(in, 11);
	r->brokers = in_array(in, r->n_brokers, sizeof(*r->brokers));
	for (size_t i = 0; i < r->n_brokers && !in->bad; i++) {
		r->brokers[i].id = in_i32(in);
		r->brokers[i].host = in_string(in);
		r->brokers[i].port = in_i32(in);
		r->brokers[i].rack = in_string(in);
		r->brokers[i].fenced = version >= 2 && in_bool(in);
		in_tags(in);
	}
	in_i32(in);
}

void encode_quorum(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)ask;
	(void)version;
	out_count(o, 1);
	out_string(o, "__cluster_metadata");
	out_count(o, 1);
	out_i32(o, 0);
	out_tags(o);
	out_tags(o);
}

static struct quorum_replica *decode_replicas(struct wire_in *in, int version, size_t *n)
{
	struct quorum_replica *list;

	*n = in_count(in, 12);
	list = in_array(in, *n, sizeof(*list));
	for (size_t i = 0; i < *n; i++) {
		list[i].id = in_i32(in);
		if (version >= 2)
			in_skip(in, 16);
		list[i].end = in_i64(in);
		list[i].fetched_ms = version >= 1 ? in_i64(in) : -1;
		list[i].caught_up_ms = version >= 1 ? in_i64(in) : -1;
		in_tags(in);
	}
	return list;
}

static void decode_quorum_partition(struct wire_in *in, int version, struct quorum *r)
{
	int16_t error;

	in_i32(in);
	error = in_i16(in);
	if (!r->error)
		r->error = error;
	if (version >= 2)
		in_string(in);
	r->leader = in_i32(in);
	r->epoch = in_i32(in);
	in_i64(in);
	r->voters = decode_replicas(in, version, &r->n_voters);
	r->observers = decode_replicas(in, version, &r->n_observers);
	in_tags(in);
}

static void decode_nodes(struct wire_in *in)
{
	for (size_t n = in_count(in, 6); n && !in->bad; n--) {
		in_i32(in);
		for (size_t m = in_count(in, 5); m && !in->bad; m--) {
			in_string(in);
			in_string(in);
			in_i16(in);
			in_tags(in);
		}
		in_tags(in);
	}
}

void decode_quorum(struct wire_in *in, int version, void *reply)
{
	struct quorum *r = reply;

	r->leader = -1;
	r->error = in_i16(in);
	if (version >= 2)
		in_string(in);
	for (size_t n = in_count(in, 3); n && !in->bad; n--) {
		in_string(in);
		for (size_t m = in_count(in, 25); m && !in->bad; m--)
			decode_quorum_partition(in, version, r);
		in_tags(in);
	}
	if (version >= 2)
		decode_nodes(in);
}

void encode_reassignments(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)version;
	out_i32(o, ask->timeout_ms);
	out_count(o, -1);
}

static void decode_moving(struct wire_in *in, struct moving_topic *t)
{
	size_t ignored;

	t->name = in_string(in);
	t->n_parts = in_count(in, 8);
	t->parts = in_array(in, t->n_parts, sizeof(*t->parts));
	for (size_t i = 0; i < t->n_parts && !in->bad; i++) {
		t->parts[i].index = in_i32(in);
		in_i32s(in, &ignored);
		t->parts[i].adding = in_i32s(in, &t->parts[i].n_adding);
		in_i32s(in, &ignored);
		in_tags(in);
	}
	in_tags(in);
}

void decode_reassignments(struct wire_in *in, int version, void *reply)
{
	struct reassignments *r = reply;

	(void)version;
	r->throttle_ms = in_i32(in);
	r->error = in_i16(in);
	in_string(in);
	r->n_topics = in_count(in, 3);
	r->topics = in_array(in, r->n_topics, sizeof(*r->topics));
	for (size_t i = 0; i < r->n_topics && !in->bad; i++)
		decode_moving(in, &r->topics[i]);
}
