#include "lab/simkafka.h"

#include <string.h>

/* What is offered, as Kafka 3.9 offers it as far as it is simulated; `tell SOCKET api NAME MIN MAX`
 * narrows it, to be like an older or a newer one. */
const struct sim_api sim_apis[] = {
    {2, 1, 9, 6, "ListOffsets", api_list_offsets},
    {3, 0, 12, 9, "Metadata", api_metadata},
    {9, 1, 9, 6, "OffsetFetch", api_offset_fetch},
    {10, 0, 6, 3, "FindCoordinator", api_find_coordinator},
    {15, 0, 5, 5, "DescribeGroups", api_describe_groups},
    {16, 0, 5, 3, "ListGroups", api_list_groups},
    {18, 0, 4, 3, "ApiVersions", api_versions},
    {32, 0, 4, 4, "DescribeConfigs", api_describe_configs},
    {35, 0, 4, 2, "DescribeLogDirs", api_describe_log_dirs},
    {46, 0, 0, 0, "ListPartitionReassignments", api_list_reassignments},
    {55, 0, 2, 0, "DescribeQuorum", api_describe_quorum},
    {60, 0, 1, 0, "DescribeCluster", api_describe_cluster},
};

const int n_sim_apis = sizeof(sim_apis) / sizeof(sim_apis[0]);

/* Before 2.4 (which brought version 3 of this api) an answer of refusal listed nothing. */
enum { API_VERSIONS = 18, ERR_UNSUPPORTED_VERSION = 35, LISTS_IN_REFUSAL = 3 };

const struct sim_api *sim_api_find(int key)
{
	for (int i = 0; i < n_sim_apis; i++)
		if (sim_apis[i].key == key)
			return &sim_apis[i];
	return NULL;
}

const struct sim_api *sim_api_named(const char *name)
{
	for (int i = 0; i < n_sim_apis; i++)
		if (strcmp(sim_apis[i].name, name) == 0)
			return &sim_apis[i];
	return NULL;
}

void api_versions(struct sim_call *c)
{
	const struct sim *s = c->sim;
	bool too_new = c->version > s->range[API_VERSIONS].max;
	bool silent = too_new && s->range[API_VERSIONS].max < LISTS_IN_REFUSAL;
	int n = 0;

	/* The answer to a version that is too new has the oldest form, so that all can read it. */
	if (too_new) {
		c->version = 0;
		c->out->flex = false;
	}
	for (int i = 0; !silent && i < n_sim_apis; i++)
		n += s->range[sim_apis[i].key].max >= s->range[sim_apis[i].key].min;
	out_i16(c->out, too_new ? ERR_UNSUPPORTED_VERSION : sim_take_error(c->sim, API_VERSIONS));
	out_array(c->out, n);
	for (int i = 0; !silent && i < n_sim_apis; i++) {
		const struct sim_range *r = &s->range[sim_apis[i].key];

		if (r->max < r->min)
			continue;
		out_i16(c->out, sim_apis[i].key);
		out_i16(c->out, r->min);
		out_i16(c->out, r->max);
		out_tags(c->out);
	}
	if (c->version >= 1)
		out_i32(c->out, 0);
	if (c->version < 3)
		return;
	/* Tags 1 and 2: finalized features, by which clients know a KRaft cluster. */
	out_uvarint(c->out, 2);
	out_uvarint(c->out, 1);
	out_uvarint(c->out, 8);
	out_i64(c->out, 1);
	out_uvarint(c->out, 2);
	out_uvarint(c->out, 1 + 17 + 4 + 1);
	out_array(c->out, 1);
	out_str(c->out, "metadata.version");
	out_i16(c->out, 21);
	out_i16(c->out, 21);
	out_tags(c->out);
}

static void put_size(char *at, size_t size)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(size >> (8 * (3 - i)));
}

int sim_answer(struct sim *s, int broker, const unsigned char *frame, size_t len, struct buf *out)
{
	struct sim_in in = {.p = frame, .end = frame + len};
	struct sim_out o = {.b = *out};
	int key = in_i16(&in), version = in_i16(&in);
	size_t start = out->len;
	int32_t correlation = in_i32(&in);
	const struct sim_api *api = sim_api_find(key);
	struct sim_call call = {s, broker, version, &in, &o};
	const struct sim_range *r;
	char client[256];

	if (in.bad || !api)
		return -1;
	s->broker[broker - 1].requests[key]++;
	r = &s->range[key];
	/* Real brokers close the connection on a version they do not know, but for this one api. */
	if (version < r->min || (version > r->max && key != API_VERSIONS))
		return -1;
	in_str_old(&in, client, sizeof(client));
	in.flex = o.flex = version >= api->flex_from;
	in_tags(&in);
	out_i32(&o, 0);
	out_i32(&o, correlation);
	if (key != API_VERSIONS)
		out_tags(&o);
	api->handle(&call);
	*out = o.b;
	if (in.bad || out->overflow)
		return -1;
	put_size(out->data + start, out->len - start - 4);
	return 0;
}
