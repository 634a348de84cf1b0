#ifndef MQ_MODEL_ROWS_H
#define MQ_MODEL_ROWS_H

#include "model/series.h"
#include "model/value.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The rows that sources publish, one struct per section. Strings are foreign
 * bytes as the broker sent them (sanitised at each sink) and belong to the
 * section's arena or are static; NULL means not known. Every row of a section
 * that has a `broker` or `server` names it as brokers[].name does.
 */

enum { TRI_UNKNOWN = -1, TRI_NO = 0, TRI_YES = 1 };

/* A number of a broker that has no column of its own. The table of names, units
 * and labels is metric_info[] in fields.c. */
enum metric_id {
	METRIC_CONNECTIONS,
	METRIC_SUBSCRIPTIONS,
	METRIC_RETAINED,
	METRIC_HEAP,
	METRIC_MEMORY,
	METRIC_CPU,
	METRIC_MSGS_IN_RATE,
	METRIC_MSGS_OUT_RATE,
	METRIC_BYTES_IN_RATE,
	METRIC_BYTES_OUT_RATE,
	METRIC_RECEIVED,
	METRIC_SENT,
	METRIC_DROPPED,
	METRIC_SLOW_CONSUMERS,
	METRIC_LEADERS,        /* partitions led by this Kafka broker */
	METRIC_REPLICAS,
	METRIC_JS_MEMORY,
	METRIC_JS_STORAGE,
	METRIC_JS_API_ERRORS,
	METRIC_STREAMS,
	METRIC_CONSUMERS,
	METRIC_HEALTH,         /* text: what the broker's own health check says */
	METRIC_THROTTLE_MS,
	METRIC_LEADER_SKEW,    /* partitions led against a fair share: +50 is half as many again */
	METRIC_NOT_PREFERRED,  /* partitions that should be led by this broker and are not */
	METRIC_EXPORTER,       /* text: does the broker's exporter answer; the next ones are its figures */
	METRIC_ACTIVE_CONTROLLER,
	METRIC_PRODUCE_P99_MS,
	METRIC_FETCH_P99_MS,
	METRIC_FOLLOWER_P99_MS,
	METRIC_NETWORK_IDLE,
	METRIC_HANDLER_IDLE,
	METRIC_JMX_UNDER_REPLICATED,
	METRIC_JMX_OFFLINE,
	METRIC_OFFLINE_DIRS,
	METRIC_QUORUM_LAG,     /* records of the metadata log behind the controller */
	METRIC_PENDING,        /* the largest backlog of any client, before it counts as a slow consumer */
	METRIC_PENDING_PERCENT, /* of what the broker lets wait for one client */
	METRIC_STALLED,        /* times that a fast publisher was held back, since start */
	METRIC_STALE,          /* connections given up since start: no answer to pings */
	METRIC_JS_MEMORY_PERCENT,
	METRIC_JS_RESERVED_PERCENT, /* of the storage: what streams have reserved */
	METRIC_JS_SYNC,        /* text: how often JetStream's files are synced */
	METRIC_RAFT_NEEDED,    /* streams and consumers that would lose their majority without it */
	METRIC_RAFT_NEEDED_WHICH, /* text: the first of them */
	METRIC_RAFT_ALONE,     /* streams that have their only replica on it */
	METRIC_LEAFNODES,      /* connections of leaf nodes */
	METRIC_AUTH_ERRORS,    /* logins refused since this is watched */
	METRIC_CANARY_P50_MS, /* produce to consume, measured by mqduty-canary over 2 min */
	METRIC_CANARY_P99_MS,
	METRIC_CANARY_LOST, /* messages of the canary that never came back, since it started */
	METRIC_COUNT
};

struct metric {
	enum metric_id id;
	struct value v;
};

struct metric_info {
	const char *name;  /* JSON and queries: "subscriptions" */
	const char *label; /* N_() for the screen */
	enum metric_unit { UNIT_COUNT, UNIT_BYTES, UNIT_PERCENT, UNIT_PER_S, UNIT_BYTES_PER_S, UNIT_MS, UNIT_TEXT } unit;
};
extern const struct metric_info metric_info[METRIC_COUNT];

/* Who holds a cluster's metadata: a voter of the KRaft quorum, a ZooKeeper server. */
struct ensemble_member {
	const char *name;            /* "broker-3", "controller-101", "zk-1:2181" */
	const char *kind, *role;     /* "KRaft", "ZooKeeper"; "leader", "follower", "observer", ... */
	const char *state;           /* words: "follows", "has not fetched for 25s", "down: refused" */
	struct value up;             /* bool: does it follow, does it answer */
	struct value behind;         /* records behind the leader */
	struct value behind_ms;      /* since it was caught up last */
	struct value latency_ms, outstanding; /* of requests, as the server tells; ZooKeeper */
};

/* SECTION_CLUSTER: exactly one row. */
struct cluster_row {
	struct value reachable;      /* bool: did at least one of its brokers answer */
	struct value version;        /* text */
	const char *mode;            /* "KRaft", "ZooKeeper", "JetStream", "mosquitto", ... */
	const char *cluster_id;
	struct value controllers;    /* Kafka: how many active controllers; NATS: meta leaders agreed on */
	struct value controller;     /* text: name of the controller or meta leader */
	struct value voters, voters_ok; /* of KRaft's controller quorum or JetStream's meta group: how many, and how many follow */
	struct ensemble_member *ensemble; /* Kafka: voters of the quorum, ZooKeeper servers */
	size_t n_ensemble;
	struct value brokers_up;
	struct value brokers_expected;
	struct value system_account;       /* bool: NATS: does the system account answer */
	const char *trouble;         /* a sentence when the cluster as a whole is not well; NULL otherwise */
};

/* SECTION_BROKERS */
struct broker_row {
	const char *id, *name, *address;
	struct value up;             /* bool */
	const char *state;           /* words: "up", "down: connection refused", "HUNG: TCP 1 ms, API silent 14 s" */
	struct value rtt_ms;         /* newest probe */
	struct value rtt_p50_ms, rtt_p95_ms, rtt_p99_ms; /* over the last 2 min; missing until 20 probes */
	int controller;              /* TRI_*: Kafka controller, JetStream meta leader */
	struct value version;
	struct value uptime_s;
	struct value memory_percent; /* of the configured limit */
	struct value cert_days;      /* until the certificate this broker showed expires; negative: it has; n/a without TLS */
	struct metric *metrics;
	size_t n_metrics;
	struct series_view *rtt_series;
};

/* SECTION_PARTITIONS: exactly one row; Kafka only. */
struct problem_partition {
	const char *topic;
	int64_t partition;
	int64_t leader;              /* -1: none */
	const char *replicas, *isr;  /* "1,2,3" */
	const char *what;            /* "offline", "under min ISR", "under-replicated" */
};
/* What hangs on one broker: whether it may go down. */
struct broker_stake {
	const char *broker;          /* as brokers[].name */
	int64_t only_isr;            /* partitions of which it has the last replica in sync */
	int64_t needed_isr;          /* further ones that would fall under min.insync.replicas without it */
	int64_t moving;              /* of which it has a replica, or is to get one, and that are being moved */
	const char *only_example, *needed_example; /* "events-7, audit-0"; NULL where there is none */
	int voter;                   /* TRI_*: a voter of the quorum that follows */
};
struct partition_row {
	struct value topics, partitions, under_replicated, offline, under_min_isr, at_min_isr, reassigning;
	/* Of those under min ISR; a partition made with fewer replicas than min.insync.replicas is none while all are in sync. */
	struct value refusing;
	const char *missing_brokers; /* "3": replicas' brokers that are not there; NULL: none */
	struct problem_partition *problems; /* worst first, bounded */
	size_t n_problems;
	struct broker_stake *stakes; /* as fresh as `partitions`, needed_isr as `under_min_isr` */
	size_t n_stakes;
};

/* SECTION_LAG: one per group and topic, or JetStream consumer and stream. */
enum lag_status { LAG_OK, LAG_WARN, LAG_STALL, LAG_STOP, LAG_REWIND, LAG_UNKNOWN };
struct lag_partition {
	int64_t partition;
	int64_t committed, end, start; /* offsets; -1: not known or never committed */
	int64_t lag;                   /* -1: not known */
	const char *member;            /* owner's client id and host; NULL: nobody or not known */
	const char *error;             /* why lag is not known */
};
struct lag_row {
	const char *group, *topic;
	struct value lag;            /* messages, all partitions; partial where some are not known */
	struct value ack_pending;    /* JetStream: the delivered-but-unacked part of lag */
	struct value lag_seconds, lost_in_seconds;
	enum lag_status status;
	const char *state;           /* of the group: "Stable", "Empty", ... */
	struct value members;
	struct value end_rate, commit_rate; /* messages per second */
	struct value trend;          /* end_rate - commit_rate */
	struct value stalled_s;      /* how long the end has moved and the commit has not */
	struct value acked_s;        /* JetStream: ago that something was acknowledged last, as the consumer's leader tells */
	const char *why;             /* a phrase for the operator, NULL where there is nothing to say */
	int64_t worst_partition;     /* -1: none */
	struct lag_partition *parts;
	size_t n_parts;
	struct series_view *lag_series;
	struct series_view *lost_series; /* past of lost_in_seconds, while something is unread; may be NULL */
};

/* SECTION_ROUTES: NATS, one per server. */
struct route_row {
	const char *server;
	struct value peers, expected; /* expected = expected_nodes - 1 */
	const char **missing;         /* names (or addresses) of the peers that are not there */
	size_t n_missing;
	const char *detail;           /* "n2 4/4, n3 4/4": connections per peer */
};

/* SECTION_CONNECTIONS: one per broker or listener. */
struct client_row {
	int64_t cid;
	const char *name, *address, *user;
	int64_t pending;                            /* bytes that wait for it; -1 here and below: not known */
	int64_t subscriptions, in_msgs, out_msgs;   /* in: what it sent */
};
struct connection_row {
	const char *broker;
	struct value current, max, percent;
	struct value slow_total, slow_10m;          /* NATS slow consumers: since start, in the last 10 min */
	struct value dropped_total, sent_total;     /* MQTT, since start */
	struct value tries_total;                   /* of its growth drops are a share: what was sent to mqduty is not in it */
	struct value drop_percent, drop_tries, drops; /* over 5 min */
	struct value timeout_percent, timeouts;     /* keep-alive timeouts of all closes over 15 min */
	struct value timeouts_total, closes_total;  /* since they are counted: for a window that an operator chose */
	struct value connects_per_min, connects_total; /* total: since start, at least so many */
	struct client_row *clients;                 /* NATS: some, those with most bytes waiting first */
	size_t n_clients;
	const char *why;                            /* who is slow, or was cut off; NULL: nothing to say */
	struct series_view *current_series;
};

/* SECTION_DISK: one per volume or log dir. */
struct disk_kept {                    /* of the topics that lie on the volume; as retention.* of the facts */
	struct value longest_s;       /* how long the longest-lived of those that are deleted by age stays */
	struct value room_bytes;      /* what those with nothing but a limit of size may still grow by */
	struct value unlimited;       /* how many nothing limits */
	const char *names;            /* which; NULL: none */
};
struct disk_row {
	const char *broker, *path;
	struct value used_bytes, total_bytes, percent;
	struct value data_bytes;      /* what the broker itself keeps there */
	struct disk_kept *kept;       /* one, or none where the broker does not tell which topics lie there */
	size_t n_kept;
	const char *trouble;          /* "offline: KAFKA_STORAGE_ERROR" */
	struct series_view *percent_series;
};

/* SECTION_LOGS: one per entry of `logs:`. */
struct log_entry {
	const char *level;            /* "FATAL", "ERROR", "WARN" */
	int64_t count;                /* lines that differ in nothing but digits */
	int64_t first, last;          /* wall ns */
	const char *text;             /* of the newest */
};
struct log_row {
	const char *broker, *path;    /* path: the command where it is one */
	struct value readable;        /* bool */
	struct value errors_10m, errors_hour; /* in the last 10 min; in the hour before; FATAL counts too */
	struct value fatals_hour;     /* in the last hour */
	const char *state;            /* words: "followed", "ended: Permission denied; again in 8s" */
	const char *last_error;       /* NULL: none is known */
	struct log_entry *entries;    /* bounded: the oldest go */
	size_t n_entries;
};

/* SECTION_FACTS: how a cluster is set up, as far as its protocol tells, for audits and version reviews: "topics.replication_min",
 * "auth.required", ... (the list is in src/source/README). One per name and object. */
struct fact_row {
	const char *name;
	const char *object; /* a broker, topic or stream; NULL: the cluster as a whole */
	struct value v;
	const char *detail; /* which ones: "clicks, audit and 3 more"; NULL */
};

/* SECTION_CLIENTS: NATS, one per server that the operator asked for all its clients. Nobody judges it. */
struct client_list_row {
	const char *broker;
	struct value listed;         /* how many are here; partial while more come, or why not all are */
	int64_t total;               /* of the server, then; -1: not known */
	struct client_row *clients;  /* by their cid */
	size_t n_clients;
};

/* SECTION_EVENTS (of the whole model, not of one cluster) */
struct event_row {
	int64_t wall; /* ns */
	const char *cluster, *entity, *text;
};

extern const char *const lag_status_name[]; /* "OK", "WARN", ... */

#endif
