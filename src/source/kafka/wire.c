#include "source/kafka/wire.h"

#include "base/i18n.h"
#include "config.h"

#include <stdio.h>
#include <string.h>

#define CLIENT_ID "mqduty"

const struct kafka_api_info kafka_apis[API_COUNT] = {
    [API_VERSIONS] = {18, "ApiVersions", 0, 3, 3, encode_api_versions, decode_api_versions,
	sizeof(struct api_versions), N_("what the broker offers")},
    [API_METADATA] = {3, "Metadata", 1, 12, 9, encode_metadata, decode_metadata,
	sizeof(struct metadata), N_("brokers and partitions")},
    [API_LIST_OFFSETS] = {2, "ListOffsets", 1, 7, 6, encode_list_offsets, decode_list_offsets,
	sizeof(struct list_offsets), N_("end offsets")},
    [API_OFFSET_FETCH] = {9, "OffsetFetch", 2, 9, 6, encode_offset_fetch, decode_offset_fetch,
	sizeof(struct offset_fetch), N_("committed offsets")},
    [API_LIST_GROUPS] = {16, "ListGroups", 0, 5, 3, encode_list_groups, decode_list_groups,
	sizeof(struct list_groups), N_("consumer groups")},
    [API_DESCRIBE_GROUPS] = {15, "DescribeGroups", 0, 5, 5, encode_describe_groups,
	decode_describe_groups, sizeof(struct describe_groups), N_("members of groups")},
    [API_GROUP_DESCRIBE] = {69, "ConsumerGroupDescribe", 0, 0, 0, encode_group_describe,
	decode_group_describe, sizeof(struct describe_groups), N_("members of KIP-848 groups")},
    [API_LOG_DIRS] = {35, "DescribeLogDirs", 0, 4, 2, encode_log_dirs, decode_log_dirs,
	sizeof(struct log_dirs), N_("disk use")},
    [API_QUORUM] = {55, "DescribeQuorum", 0, 2, 0, encode_quorum, decode_quorum,
	sizeof(struct quorum), N_("the KRaft controller")},
    [API_REASSIGNMENTS] = {46, "ListPartitionReassignments", 0, 0, 0, encode_reassignments,
	decode_reassignments, sizeof(struct reassignments), N_("reassignments")},
    [API_CONFIGS] = {32, "DescribeConfigs", 1, 4, 4, encode_configs, decode_configs,
	sizeof(struct configs), N_("min.insync.replicas and retention")},
    [API_SASL_HANDSHAKE] = {17, "SaslHandshake", 1, 1, INT16_MAX, encode_sasl_handshake,
	decode_sasl_handshake, sizeof(struct sasl_handshake), N_("the login")},
    [API_SASL_AUTH] = {36, "SaslAuthenticate", 0, 2, 2, encode_sasl_auth, decode_sasl_auth,
	sizeof(struct sasl_auth), N_("the login")},
    [API_CLUSTER] = {60, "DescribeCluster", 0, 2, 0, encode_cluster, decode_cluster,
	sizeof(struct described_cluster), N_("fenced brokers")},
};

int wire_request(struct buf *out, enum kafka_api api, int version, int32_t correlation,
    const struct wire_ask *ask)
{
	const struct kafka_api_info *info = &kafka_apis[api];
	struct wire_out o = {.b = out};
	size_t start = out->len;
	uint32_t size;

	out_i32(&o, 0);
	out_i16(&o, info->key);
	out_i16(&o, (int16_t)version);
	out_i32(&o, correlation);
	out_string(&o, ask->client_id ? ask->client_id : CLIENT_ID); /* never compact, whatever the version */
	o.flex = version >= info->flex_from;
	out_tags(&o);
	info->encode(&o, version, ask);
	out_tags(&o);
	if (out->overflow || out->len - start > WIRE_REQUEST_MAX) {
		out->len = start;
		out->data[start] = '\0';
		out->overflow = false;
		return -1;
	}
	size = (uint32_t)(out->len - start - 4);
	for (int i = 0; i < 4; i++)
		out->data[start + (size_t)i] = (char)(size >> (24 - 8 * i));
	return 0;
}

static void *not_well_formed(struct err *err, const struct kafka_api_info *info, size_t len)
{
	err_set(err, _("protocol: the reply to %s is not well-formed (%zu bytes)"), info->name, len);
	return NULL;
}

void *wire_reply(const uint8_t *frame, size_t len, enum kafka_api api, int version,
    struct arena *arena, struct err *err)
{
	const struct kafka_api_info *info = &kafka_apis[api];
	struct wire_in in = {.p = frame, .end = frame + len, .arena = arena};
	void *reply = arena_alloc(arena, info->reply_size);

	in_i32(&in); /* correlation, which the connection has matched */
	in.flex = version >= info->flex_from;
	if (api != API_VERSIONS)
		in_tags(&in);
	/* A broker that does not know our version of ApiVersions answers in version 0. */
	if (api == API_VERSIONS && len >= 6 && frame[4] == 0 &&
	    frame[5] == KERR_UNSUPPORTED_VERSION) {
		in.flex = false;
		version = 0;
	}
	info->decode(&in, version, reply);
	in_tags(&in);
	/* Bytes left over mean that we did not understand the reply either. */
	if (in.bad || in.p != in.end)
		return not_well_formed(err, info, len);
	return reply;
}

int wire_version(enum kafka_api api, const struct api_versions *offered)
{
	const struct kafka_api_info *info = &kafka_apis[api];

	for (size_t i = 0; i < offered->n_apis; i++) {
		const struct api_range *r = &offered->apis[i];
		int16_t v = r->max < info->max ? r->max : info->max;

		if (r->key == info->key)
			return v >= r->min && v >= info->min ? v : -1;
	}
	return -1;
}

const char *kafka_error_name(int16_t code)
{
	static const struct {
		int16_t code;
		const char *name;
	} names[] = {
	    {-1, "UNKNOWN_SERVER_ERROR"},
	    {3, "UNKNOWN_TOPIC_OR_PARTITION"},
	    {5, "LEADER_NOT_AVAILABLE"},
	    {6, "NOT_LEADER_OR_FOLLOWER"},
	    {7, "REQUEST_TIMED_OUT"},
	    {8, "BROKER_NOT_AVAILABLE"},
	    {9, "REPLICA_NOT_AVAILABLE"},
	    {13, "NETWORK_EXCEPTION"},
	    {14, "COORDINATOR_LOAD_IN_PROGRESS"},
	    {15, "COORDINATOR_NOT_AVAILABLE"},
	    {16, "NOT_COORDINATOR"},
	    {24, "INVALID_GROUP_ID"},
	    {29, N_("TOPIC_AUTHORIZATION_FAILED: grant DESCRIBE on the topic")},
	    {30, N_("GROUP_AUTHORIZATION_FAILED: grant DESCRIBE on the group")},
	    {31, N_("CLUSTER_AUTHORIZATION_FAILED: grant DESCRIBE on the cluster")},
	    {33, "UNSUPPORTED_SASL_MECHANISM"},
	    {34, "ILLEGAL_SASL_STATE"},
	    {35, "UNSUPPORTED_VERSION"},
	    {41, "NOT_CONTROLLER"},
	    {42, "INVALID_REQUEST"},
	    {56, "KAFKA_STORAGE_ERROR"},
	    {57, "LOG_DIR_NOT_FOUND"},
	    {58, "SASL_AUTHENTICATION_FAILED"},
	    {69, "GROUP_ID_NOT_FOUND"},
	    {72, "LISTENER_NOT_FOUND"},
	    {74, "FENCED_LEADER_EPOCH"},
	    {78, "OFFSET_NOT_AVAILABLE"},
	    {88, "UNSTABLE_OFFSET_COMMIT"},
	    {89, "THROTTLING_QUOTA_EXCEEDED"},
	};
	static _Thread_local char other[24];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return _(names[i].name);
	snprintf(other, sizeof(other), "error %d", code);
	return other;
}
