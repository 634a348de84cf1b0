#ifndef MQ_SOURCE_KAFKA_WIRE_H
#define MQ_SOURCE_KAFKA_WIRE_H

#include "base/err.h"
#include "source/kafka/wire_codec.h"

#include <stddef.h>

/*
 * wire: the requests that mqduty speaks with Kafka, all of them reading ones.
 * kafka_apis[] says for each which versions, how to write the request and how
 * to read the reply. Decoded replies live in an arena and are bounded by the
 * size of the frame they came in.
 */
enum kafka_api {
	API_VERSIONS,
	API_METADATA,
	API_LIST_OFFSETS,
	API_OFFSET_FETCH,
	API_LIST_GROUPS,
	API_DESCRIBE_GROUPS,
	API_GROUP_DESCRIBE, /* groups of KIP-848 */
	API_LOG_DIRS,
	API_QUORUM,
	API_REASSIGNMENTS,
	API_CONFIGS,
	API_SASL_HANDSHAKE,
	API_SASL_AUTH,
	API_CLUSTER,
	API_COUNT
};

enum { WIRE_FRAME_MAX = 8 << 20, WIRE_REQUEST_MAX = 16 << 20 };

/* What a request asks for; each API takes what it needs. */
struct wire_topic {
	const char *name;
	const int32_t *parts;
	size_t n_parts;
};
struct wire_ask {
	const char *const *names; /* groups, or topics for API_CONFIGS */
	size_t n_names;
	const struct wire_topic *topics; /* API_LIST_OFFSETS */
	size_t n_topics;
	bool of_broker;	   /* API_CONFIGS: names are ids of brokers */
	int64_t timestamp; /* API_LIST_OFFSETS: OFFSETS_LATEST or OFFSETS_EARLIEST */
	bool totals_only;  /* API_LOG_DIRS: no partitions */
	int32_t timeout_ms;
	const char *mechanism; /* API_SASL_HANDSHAKE */
	const void *bytes;     /* API_SASL_AUTH */
	size_t n_bytes;
	const char *client_id; /* NULL: "mqduty" */
};
enum { OFFSETS_LATEST = -1, OFFSETS_EARLIEST = -2 };

struct api_versions {
	int16_t error;
	struct api_range {
		int16_t key, min, max;
	} * apis;
	size_t n_apis;
	int16_t
	    metadata_version; /* the newest that the broker's software knows; 0: it does not say */
};

struct metadata {
	int32_t throttle_ms;
	struct meta_broker {
		int32_t id, port;
		const char *host, *rack;
	} * brokers;
	size_t n_brokers;
	const char *cluster_id;
	int32_t controller;
	struct meta_topic {
		int16_t error;
		bool internal;
		const char *name;
		struct meta_part {
			int16_t error;
			int32_t index, leader, epoch;
			const int32_t *replicas, *isr, *offline;
			size_t n_replicas, n_isr, n_offline;
		} * parts;
		size_t n_parts;
	} * topics;
	size_t n_topics;
};

struct list_offsets {
	int32_t throttle_ms;
	struct offsets_topic {
		const char *name;
		struct offsets_part {
			int16_t error;
			int32_t index;
			int64_t offset;
			int64_t timestamp; /* ms, of the record that was found by time; -1: none */
		} * parts;
		size_t n_parts;
	} * topics;
	size_t n_topics;
};

struct offset_fetch {
	int32_t throttle_ms;
	struct fetch_group {
		const char *id; /* NULL before v8: the one that was asked for */
		int16_t error;
		struct offsets_topic *topics;
		size_t n_topics;
	} * groups;
	size_t n_groups;
};

struct list_groups {
	int32_t throttle_ms;
	int16_t error;
	struct listed_group {
		const char *id, *protocol, *state, *type; /* state NULL before v4, type before v5 */
	} * groups;
	size_t n_groups;
};

/* API_DESCRIBE_GROUPS and API_GROUP_DESCRIBE decode into the same. */
struct describe_groups {
	int32_t throttle_ms;
	struct described_group {
		int16_t error;
		const char *id, *state, *protocol;
		struct group_member {
			const char *client_id, *client_host;
			struct assigned_topic {
				const char *name;
				const int32_t *parts;
				size_t n_parts;
			} * assigned;
			size_t n_assigned;
		} * members;
		size_t n_members;
	} * groups;
	size_t n_groups;
};

struct log_dirs {
	int32_t throttle_ms;
	int16_t error;
	struct log_dir {
		int16_t error;
		const char *path;
		int64_t data_bytes; /* sum of its partitions */
		struct dir_topic {
			const char *name;
			struct dir_part {
				int32_t index;
				int64_t size;
			} * parts;
			size_t n_parts;
		} * topics;
		size_t n_topics;
		int64_t total, usable; /* -1: the broker does not tell */
	} * dirs;
	size_t n_dirs;
};

struct quorum {
	int16_t error;
	int32_t leader, epoch;
	struct quorum_replica {
		int32_t id;
		int64_t end, fetched_ms, caught_up_ms; /* the times are -1 before v1 */
	} * voters;
	size_t n_voters;
	struct quorum_replica *observers;
	size_t n_observers;
};

struct reassignments {
	int32_t throttle_ms;
	int16_t error;
	struct moving_topic {
		const char *name;
		struct moving_part {
			int32_t index;
			const int32_t *adding;
			size_t n_adding;
		} * parts;
		size_t n_parts;
	} * topics;
	size_t n_topics;
};

struct configs {
	int32_t throttle_ms;
	struct config_resource {
		int16_t error;
		const char *name;
		struct config_entry {
			const char *name, *value;
		} * entries;
		size_t n_entries;
	} * resources;
	size_t n_resources;
};

struct described_cluster {
	int32_t throttle_ms;
	int16_t error;
	struct described_broker {
		int32_t id, port;
		const char *host, *rack;
		bool fenced; /* registered, but the controller lets it lead and follow nothing; false before v2 */
	} * brokers;
	size_t n_brokers;
};

struct sasl_handshake {
	int16_t error;
	const char **mechanisms; /* that the broker takes */
	size_t n_mechanisms;
};

struct sasl_auth {
	int16_t error;
	const char *message;
	const uint8_t *bytes;
	size_t n_bytes;
	int64_t lifetime_ms; /* of the session; 0: for good */
};

struct kafka_api_info {
	int16_t key;
	const char *name;
	int16_t min, max;  /* versions spoken */
	int16_t flex_from; /* first flexible version; INT16_MAX: none */
	void (*encode)(struct wire_out *o, int version, const struct wire_ask *ask);
	/* Fills the API's struct above (zeroed before); in->bad says that it is not to be trusted.
	 */
	void (*decode)(struct wire_in *in, int version, void *reply);
	size_t reply_size;
	/* What the operator loses when the broker does not offer it. */
	const char *gives;
};
extern const struct kafka_api_info kafka_apis[API_COUNT];

/* Appends one framed request. -1: it would be larger than WIRE_REQUEST_MAX; out is as it was. */
int wire_request(struct buf *out, enum kafka_api api, int version, int32_t correlation,
    const struct wire_ask *ask);

/* Decodes the body of a frame (without its size, with the header). The reply is in the
 * arena; NULL with err for anything that is not a whole, well-formed reply. */
void *wire_reply(const uint8_t *frame, size_t len, enum kafka_api api, int version,
    struct arena *arena, struct err *err);

/* What a member of a group says that it was assigned; bytes as its client library wrote them. */
void wire_assignment(struct arena *arena, const void *bytes, size_t len, struct group_member *m);

/* The newest version that both sides speak, or -1. */
int wire_version(enum kafka_api api, const struct api_versions *offered);

/* "NOT_COORDINATOR", ...; numbers that are not in the table become "error 123". Static or
 * per-thread. */
const char *kafka_error_name(int16_t code);

enum {
	KERR_UNKNOWN_SERVER = -1,
	KERR_UNKNOWN_TOPIC = 3,
	KERR_LEADER_NOT_AVAILABLE = 5,
	KERR_NOT_LEADER = 6,
	KERR_COORDINATOR_LOADING = 14,
	KERR_COORDINATOR_NOT_AVAILABLE = 15,
	KERR_NOT_COORDINATOR = 16,
	KERR_TOPIC_AUTH = 29,
	KERR_GROUP_AUTH = 30,
	KERR_CLUSTER_AUTH = 31,
	KERR_UNSUPPORTED_SASL = 33,
	KERR_ILLEGAL_SASL_STATE = 34,
	KERR_UNSUPPORTED_VERSION = 35,
	KERR_STORAGE = 56,
	KERR_GROUP_NOT_FOUND = 69,
};

/* The tables of the codec files. */
void encode_api_versions(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_api_versions(struct wire_in *in, int version, void *reply);
void encode_metadata(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_metadata(struct wire_in *in, int version, void *reply);
void encode_list_offsets(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_list_offsets(struct wire_in *in, int version, void *reply);
void encode_offset_fetch(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_offset_fetch(struct wire_in *in, int version, void *reply);
void encode_list_groups(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_list_groups(struct wire_in *in, int version, void *reply);
void encode_describe_groups(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_describe_groups(struct wire_in *in, int version, void *reply);
void encode_group_describe(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_group_describe(struct wire_in *in, int version, void *reply);
void encode_log_dirs(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_log_dirs(struct wire_in *in, int version, void *reply);
void encode_cluster(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_cluster(struct wire_in *in, int version, void *reply);
void encode_quorum(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_quorum(struct wire_in *in, int version, void *reply);
void encode_reassignments(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_reassignments(struct wire_in *in, int version, void *reply);
void encode_configs(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_configs(struct wire_in *in, int version, void *reply);
void encode_sasl_handshake(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_sasl_handshake(struct wire_in *in, int version, void *reply);
void encode_sasl_auth(struct wire_out *o, int version, const struct wire_ask *ask);
void decode_sasl_auth(struct wire_in *in, int version, void *reply);

#endif
