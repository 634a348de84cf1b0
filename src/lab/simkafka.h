#ifndef MQ_LAB_SIMKAFKA_H
#define MQ_LAB_SIMKAFKA_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A simulated Kafka cluster: n brokers in one process and one poll loop. Its codec is its own
 * and is checked with kcat and Apache's tools, so that mqduty's codec has something
 * independent to talk to. One thread.
 */
enum {
	SIM_BROKERS_MAX = 64,
	SIM_API_MAX = 80,	  /* api keys are below this */
	SIM_FRAME_MAX = 16 << 20, /* largest request */
	SIM_REPLY_MAX = 128 << 20
};

/* simkafka_wire.c: numbers are big-endian; flex: compact strings, arrays and tag buffers. */
struct sim_in {
	const unsigned char *p, *end;
	bool flex, bad; /* bad: something ran past the end; all reads then give 0 */
};

int8_t in_i8(struct sim_in *in);
int16_t in_i16(struct sim_in *in);
int32_t in_i32(struct sim_in *in);
int64_t in_i64(struct sim_in *in);
int in_array(struct sim_in *in);			    /* elements; -1: null */
bool in_str(struct sim_in *in, char *out, size_t size);	    /* false: null */
void in_str_old(struct sim_in *in, char *out, size_t size); /* never compact */
void in_skip(struct sim_in *in, size_t n);
void in_tags(struct sim_in *in);

struct sim_out {
	struct buf b;
	bool flex;
};

void out_i8(struct sim_out *o, int v);
void out_i16(struct sim_out *o, int v);
void out_i32(struct sim_out *o, int32_t v);
void out_i64(struct sim_out *o, int64_t v);
void out_str(struct sim_out *o, const char *s); /* NULL: null */
void out_bytes(struct sim_out *o, const void *p, size_t n);
void out_array(struct sim_out *o, int n);
void out_raw(struct sim_out *o, const void *p, size_t n);
void out_tags(struct sim_out *o); /* an empty tag buffer, where there are any */
void out_uvarint(struct sim_out *o, uint32_t v);

/* simkafka_model.c: what the cluster is at this moment. */
enum sim_mode { SIM_UP, SIM_DOWN, SIM_HUNG };

enum sim_garbage {
	GARBAGE_NONE,
	GARBAGE_NOISE,	     /* random bytes for an answer */
	GARBAGE_HTTP,	     /* "HTTP/1.1 400 Bad Request" */
	GARBAGE_TRUNCATED,   /* half the answer, then the connection closes */
	GARBAGE_HUGE,	     /* says 2 GiB and goes on for ever */
	GARBAGE_TRICKLE,     /* the right answer, one byte at a time */
	GARBAGE_CORRELATION, /* an answer to a question nobody asked */
	GARBAGE_SHORT	     /* a frame whose body ends too early */
};

struct sim_broker {
	int id, port, listen_fd;
	enum sim_mode mode;
	int64_t since; /* when mode was set, ms of sim->now */
	int slow_ms;
	enum sim_garbage garbage;
	int disk_percent;
	bool dir_offline;
	uint64_t requests[SIM_API_MAX], accepted, bytes_in, bytes_out;
};

struct sim_partition {
	bool leaderless;
	uint8_t isr;	/* replicas in sync; 0: all that live */
	uint8_t adding; /* id of a broker to which it is being reassigned; 0: none */
};

struct sim_topic {
	char name[64];
	unsigned char uuid[16];
	int n;
	struct sim_partition *p;
};

struct sim_group {
	char name[64];
	int topic;
	double speed;	   /* of what is produced; 1: keeps up */
	int64_t lag;	   /* set by hand, of the whole topic */
	int64_t frozen_at; /* ms of sim_moved(); -1: it runs */
	bool deleted;
};

struct sim_error {
	int code;
	int64_t left; /* answers that still carry it; -1: for ever */
};

struct sim_range {
	int min, max; /* max < min: not offered */
};

struct sim {
	struct sim_broker broker[SIM_BROKERS_MAX];
	int n_brokers, replication;
	struct sim_topic *topics;
	int n_topics;
	struct sim_group *groups;
	int n_groups;
	struct map topic_index, group_index; /* name -> index + 1 */
	char cluster_id[64];
	int64_t rate;	    /* records a second and partition */
	int64_t start, now; /* ms; offsets move with now */
	int64_t stopped_at; /* ms; -1: they move */
	int64_t stood;	    /* ms for which they did not */
	int quorum_leader;  /* a broker id */
	int64_t fence_ms;   /* so long after its end a broker leaves the metadata */
	struct sim_error error[SIM_API_MAX];
	struct sim_range range[SIM_API_MAX];
	unsigned random;
};

void sim_init(struct sim *s, int brokers, int topics, int partitions, int groups, int replication);
void sim_release(struct sim *s);
bool sim_in_cluster(const struct sim *s, int id); /* is the broker in the metadata? */
int sim_replica(const struct sim *s, int topic, int part, int i); /* i-th replica's broker id */
bool sim_in_sync(const struct sim *s, int topic, int part, int i);
int sim_leader(const struct sim *s, int topic, int part); /* -1: none */
int64_t sim_moved(const struct sim *s);			  /* ms for which offsets have moved */
int64_t sim_end(const struct sim *s, int topic, int part);
int64_t sim_committed(const struct sim *s, const struct sim_group *g, int part);
int sim_coordinator(const struct sim *s, int group); /* -1: none */
int sim_topic_find(const struct sim *s, const char *name);
int sim_group_find(const struct sim *s, const char *name);
/* The error that this answer shall carry, 0 for none; uses one of them up. */
int sim_take_error(struct sim *s, int api);

/* simkafka_api.c */
struct sim_call {
	struct sim *sim;
	int broker; /* id of the one that was asked */
	int version;
	struct sim_in *in;
	struct sim_out *out;
};

struct sim_api {
	int key, min, max, flex_from;
	const char *name;
	void (*handle)(struct sim_call *c);
};

extern const struct sim_api sim_apis[];
extern const int n_sim_apis;

const struct sim_api *sim_api_find(int key);
const struct sim_api *sim_api_named(const char *name);

/* Answers one request (without its size); the answer, size included, is appended to out.
 * -1: nothing that a broker would answer; the connection is to be closed. */
int sim_answer(struct sim *s, int broker, const unsigned char *frame, size_t len, struct buf *out);

/* simkafka_meta.c, simkafka_group.c */
void api_versions(struct sim_call *c);
void api_metadata(struct sim_call *c);
void api_describe_cluster(struct sim_call *c);
void api_describe_configs(struct sim_call *c);
void api_describe_log_dirs(struct sim_call *c);
void api_describe_quorum(struct sim_call *c);
void api_list_reassignments(struct sim_call *c);
void api_list_offsets(struct sim_call *c);
void api_find_coordinator(struct sim_call *c);
void api_list_groups(struct sim_call *c);
void api_describe_groups(struct sim_call *c);
void api_offset_fetch(struct sim_call *c);

/* simkafka_net.c: listens and serves until *stop; owner_gone is asked once a second. */
int sim_listen(struct sim *s, int index, int port, struct err *err);
int sim_serve(struct sim *s, const char *control, const volatile int *stop,
    bool (*owner_gone)(void), struct err *err);

/* simkafka_ctl.c: one line of the control socket; the answer begins with "ok" or "no". */
void sim_command(struct sim *s, char *line, struct buf *reply);

/* tell.c: says words to a simulated cluster through its control socket; its answer goes
 * into reply (may be NULL). -1: it is not there, or does not understand. */
int sim_tell(const char *socket_path, const char *words, char *reply, size_t size, struct err *err);

#endif
