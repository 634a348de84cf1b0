#include "source/kafka/wire.h"

/* ListGroups, DescribeGroups, ConsumerGroupDescribe: who reads. */

#include <string.h>

void encode_list_groups(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)ask;
	if (version >= 4)
		out_count(o, 0);
	if (version >= 5)
		out_count(o, 0);
}

void decode_list_groups(struct wire_in *in, int version, void *reply)
{
	struct list_groups *r = reply;

	if (version >= 1)
		r->throttle_ms = in_i32(in);
	r->error = in_i16(in);
	r->n_groups = in_count(in, 3);
	r->groups = in_array(in, r->n_groups, sizeof(*r->groups));
	for (size_t i = 0; i < r->n_groups && !in->bad; i++) {
		r->groups[i].id = in_string(in);
		r->groups[i].protocol = in_string(in);
		if (version >= 4)
			r->groups[i].state = in_string(in);
		if (version >= 5)
			r->groups[i].type = in_string(in);
		in_tags(in);
	}
}

static void encode_names(struct wire_out *o, const struct wire_ask *ask)
{
	out_count(o, (int64_t)ask->n_names);
	for (size_t i = 0; i < ask->n_names; i++)
		out_string(o, ask->names[i]);
}

void encode_describe_groups(struct wire_out *o, int version, const struct wire_ask *ask)
{
	encode_names(o, ask);
	if (version >= 3)
		out_i8(o, 0);
}

/* ConsumerProtocolAssignment: opaque to the broker, written by the client library of a
 * member. What cannot be read is no assignment, and never spoils the reply around it. */
void wire_assignment(struct arena *arena, const void *bytes, size_t len, struct group_member *m)
{
	struct wire_in in = {.arena = arena};

	if (!len)
		return;
	in.p = bytes;
	in.end = in.p + len;
	in_i16(&in);
	m->n_assigned = in_count(&in, 6);
	m->assigned = in_array(&in, m->n_assigned, sizeof(*m->assigned));
	for (size_t i = 0; i < m->n_assigned && !in.bad; i++) {
		m->assigned[i].name = in_string(&in);
		m->assigned[i].parts = in_i32s(&in, &m->assigned[i].n_parts);
	}
	if (in.bad)
		m->n_assigned = 0;
}

static void decode_member(struct wire_in *in, int version, bool is_consumer, struct group_member *m)
{
	const uint8_t *bytes;
	size_t len;

	in_string(in);
	if (version >= 4)
		in_string(in);
	m->client_id = in_string(in);
	m->client_host = in_string(in);
	in_bytes(in, &len);
	bytes = in_bytes(in, &len);
	in_tags(in);
	if (is_consumer && !in->bad)
		wire_assignment(in->arena, bytes, len, m);
}

static bool is_consumer_protocol(const char *protocol)
{
	return protocol && !strcmp(protocol, "consumer");
}

static void decode_group(struct wire_in *in, int version, struct described_group *g)
{
	bool consumer;

	g->error = in_i16(in);
	g->id = in_string(in);
	g->state = in_string(in);
	g->protocol = in_string(in);
	consumer = is_consumer_protocol(g->protocol);
	in_string(in);
	g->n_members = in_count(in, 6);
	g->members = in_array(in, g->n_members, sizeof(*g->members));
	for (size_t i = 0; i < g->n_members && !in->bad; i++)
		decode_member(in, version, consumer, &g->members[i]);
	if (version >= 3)
		in_i32(in);
	in_tags(in);
}

void decode_describe_groups(struct wire_in *in, int version, void *reply)
{
	struct describe_groups *r = reply;

	if (version >= 1)
		r->throttle_ms = in_i32(in);
	r->n_groups = in_count(in, 8);
	r->groups = in_array(in, r->n_groups, sizeof(*r->groups));
	for (size_t i = 0; i < r->n_groups && !in->bad; i++)
		decode_group(in, version, &r->groups[i]);
}

void encode_group_describe(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)version;
	encode_names(o, ask);
	out_i8(o, 0);
}

static void decode_new_assignment(struct wire_in *in, struct group_member *m)
{
	size_t n = in_count(in, 19);
	struct assigned_topic *list = in_array(in, n, sizeof(*list));

	for (size_t i = 0; i < n && !in->bad; i++) {
		in_skip(in, 16);
		list[i].name = in_string(in);
		list[i].parts = in_i32s(in, &list[i].n_parts);
		in_tags(in);
	}
	in_tags(in);
	if (!m)
		return;
	m->assigned = list;
	m->n_assigned = n;
}

static void decode_new_member(struct wire_in *in, struct group_member *m)
{
	in_string(in);
	in_string(in);
	in_string(in);
	in_i32(in);
	m->client_id = in_string(in);
	m->client_host = in_string(in);
	for (size_t n = in_count(in, 1); n && !in->bad; n--)
		in_string(in);
	in_string(in);
	decode_new_assignment(in, m);
	decode_new_assignment(in, NULL);
	in_tags(in);
}

static void decode_new_group(struct wire_in *in, struct described_group *g)
{
	g->error = in_i16(in);
	in_string(in);
	g->id = in_string(in);
	g->state = in_string(in);
	in_i32(in);
	in_i32(in);
	in_string(in);
	g->protocol = "consumer";
	g->n_members = in_count(in, 16);
	g->members = in_array(in, g->n_members, sizeof(*g->members));
	for (size_t i = 0; i < g->n_members && !in->bad; i++)
		decode_new_member(in, &g->members[i]);
	in_i32(in);
	in_tags(in);
}

void decode_group_describe(struct wire_in *in, int version, void *reply)
{
	struct describe_groups *r = reply;

	(void)version;
	r->throttle_ms = in_i32(in);
	r->n_groups = in_count(in, 20);
	r->groups = in_array(in, r->n_groups, sizeof(*r->groups));
	for (size_t i = 0; i < r->n_groups && !in->bad; i++)
		decode_new_group(in, &r->groups[i]);
}
