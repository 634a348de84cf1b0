#ifndef MQ_SOURCE_KAFKA_CLUSTER_H
#define MQ_SOURCE_KAFKA_CLUSTER_H

#include "base/map.h"
#include "source/exporter/exporter.h"
#include "source/kafka/wire_conn.h"
#include "source/source.h"
#include "source/zookeeper/zookeeper.h"

/*
 * What the Kafka source knows of its cluster, kept between polls. All of it
 * belongs to the thread of the source; sections are built from it.
 */
enum {
	MOST_BROKERS = 1000,
	MOST_GROUP_PARTITIONS = 100000,
	MOST_PROBLEMS = 200,
	LAG_WINDOW = 10,  /* polls that the status of a group-partition is judged on */
	RATE_WINDOW = 16, /* polls that rates are taken over */
};

/* Beside an answer that has come, the others are waited for so long. */
#define OFFSETS_GRACE (60 * NS_PER_MS)
#define NOT_DUE INT64_MAX

struct kafka;

/* A quantity's last outcome: NULL while it went well. Owned. */
struct outcome {
	char *error;
	bool tried; /* at least once, well or badly */
	int64_t at; /* of the last good one, boot ns */
};

/* What a log dir has of a topic. */
struct kheld {
	char *topic;
	int64_t *sizes; /* of its partitions there, bytes */
	size_t n;
};
struct kdisk {
	char *path;
	struct kheld *held; /* NULL where the broker was only asked for totals */
	size_t n_held;
	int64_t data, total, usable; /* -1: not told */
	int16_t error;
	int64_t at;
	struct series *percent;
};

/* What audits ask of a broker's configuration; the names are in broker_config.c. */
enum broker_config {
	CONFIG_AUTO_CREATE,
	CONFIG_UNCLEAN,
	CONFIG_AUTHORIZER,
	CONFIG_LISTENERS,
	CONFIG_PROTOCOLS,
	CONFIG_CONTROLLER_LISTENERS,
	CONFIG_CLIENT_AUTH,
	CONFIG_REPLICATION,
	CONFIG_MIN_ISR,
	CONFIG_MESSAGE_MAX,
	CONFIG_IO_THREADS,
	CONFIG_NETWORK_THREADS,
	CONFIG_RETENTION,
	CONFIG_OFFSETS_REPLICATION,
	BROKER_CONFIGS
};

/* A voter of the quorum, as the newest DescribeQuorum tells it. */
struct kvoter {
	int32_t id;
	int64_t behind;	   /* records; -1: not told */
	int64_t behind_ms; /* since it was caught up last; -1: not told */
	int64_t silent_ms; /* since it fetched last; -1: not told */
	bool follows;
};

struct kbroker {
	struct kafka *k;
	int32_t id; /* -1: a bootstrap address whose broker is not known yet */
	char id_text[16], name[64];
	char *address;	/* as advertised, or as written in bootstrap; "" where nobody says */
	char *moves_to; /* the address it advertises now; NULL: the same */
	int32_t taken_by; /* who has its address now; -1: nobody else */
	struct conn conn;
	struct probe_stats rtt;
	bool in_metadata; /* the newest metadata lists it */
	bool fenced;	  /* registered, but the controller lets it lead and follow nothing */
	bool up, ever_up, failed_once;
	int64_t changed_at;  /* when up last changed */
	int64_t left_at;     /* when it left the metadata; 0: it is there */
	char words[ERR_MAX]; /* how it stands, as published last */
	int allowance;	     /* requests left in this offset cycle; may be overdrawn */
	int64_t refilled_at;
	unsigned burst; /* probes still wanted at once by a one-shot check */
	int64_t leaders, replicas, elsewhere;
	int64_t metadata_lag; /* records; -1: not told */
	bool voter; /* of the quorum, and follows its leader */
	int32_t throttle_ms;
	struct task logdirs;
	bool asking_logdirs;
	struct outcome disk;
	struct kdisk *disks;
	size_t n_disks;
	char **unseen; /* topics in its log dirs that the metadata do not list */
	size_t n_unseen;
	int64_t unseen_at;
	char *rack; /* NULL: none is set */
	char *config[BROKER_CONFIGS]; /* NULL: not told, or not set */
	struct outcome config_read;
	struct task config_due;
	bool asking_config;
	bool listing, listed; /* ListGroups of this round: under way, answered well */
	struct outcome groups;
	/* offsets.c */
	unsigned fetching;     /* OffsetFetch requests under way */
	bool asking_ends;      /* a ListOffsets is under way, of ends_round */
	uint64_t ends_round;
	int64_t ends_asked_at;
	uint64_t ends_cycle;   /* in which it was asked for ends last */
	bool late_commits, late_ends; /* the others are not kept waiting for it */
	char **single; /* groups that are asked one by one (brokers before 3.0), as long as that goes on */
	size_t n_single, cap_single;
	struct outcome ends; /* of its last ListOffsets */
};

/* aside.c */
struct aside {
	struct kbroker *of; /* NULL: there is no such connection */
	struct conn conn;
	int64_t opened_at;
	bool served; /* it was ready once */
};

struct end_point {
	int64_t at, offset;
};

/* End offsets of a partition over time, oldest first: when an offset was written. */
struct end_ring {
	unsigned n, cap;
	bool cut; /* the log was cut back: nothing older is true any more */
	struct end_point p[];
};

struct kpart {
	int32_t leader;
	int16_t error;
	uint16_t n_replicas, n_isr, n_adding;
	const int32_t *replicas, *isr; /* in the topic's block */
	int64_t end, start;	       /* -1: not known */
	int64_t bytes;		       /* of its leader's log; -1: not known */
	uint64_t wanted;	   /* cycle in which a group reads it */
	uint64_t asked, end_round; /* round in which its end was asked for last; of which the end is */
	int32_t asked_of;
	int16_t end_error;
	bool moving; /* to other brokers, which are among the replicas meanwhile */
	struct end_ring *ring;
};

struct ktopic {
	char *name;
	bool internal;
	int16_t error;
	uint64_t seen; /* metadata generation */
	struct kpart *parts;
	size_t n_parts;
	int32_t *block;
	bool configured; /* the next ones are known */
	int64_t min_isr, retention_ms, retention_bytes;
	int64_t segment_ms, segment_bytes; /* -1: not told */
	bool compacted;
	int16_t config_error;
};

struct lag_point {
	int64_t committed, lag;
};

/* lag_window.c: the last LAG_WINDOW polls, the newest whole, older ones as distances from it. */
struct lag_window {
	int64_t committed, lag;
	int32_t committed_by[LAG_WINDOW - 1], lag_by[LAG_WINDOW - 1]; /* oldest first */
	unsigned n;
};

/* One partition as one group reads it. */
struct gpart {
	int64_t committed; /* -1: never committed */
	int64_t lag, end;  /* -1: not known */
	int64_t at;	   /* of the lag: when its end was asked for; 0: never known */
	const char *member; /* in the group's member arena */
	int32_t partition;
	bool seen : 1;	  /* the newest OffsetFetch named it */
	bool refused : 1; /* the coordinator answered this one with an error */
	bool assigned : 1;
	bool fresh : 1;	 /* its commit is newer than the question for its end */
	bool asked : 1;	 /* the end that goes with its commit was asked for, and is not yet made use of */
	bool beyond : 1; /* the commit lies beyond the end */
	struct lag_window window;
	int64_t moved_at;      /* when the commit last moved */
	int64_t end_then;      /* the end at that time */
	int64_t stalled_since; /* since when the end has moved and the commit has not; 0: not */
};

struct rate_point {
	int64_t at, end, committed;
};

struct gtopic {
	char *name;
	struct gpart *parts; /* by partition, rising */
	size_t n_parts, cap;
	/* What was computed last. */
	int64_t known, unknown; /* partitions */
	int64_t never;		/* of the unknown: nothing was ever committed */
	int64_t deleted;	/* messages that retention deleted unread */
	int64_t sum, at;	/* lag of the known ones, when the oldest of them was read */
	bool waits;		/* for the ends of some */
	enum lag_status status;
	const char *why;
	int64_t worst;
	struct value lag_seconds, lost_in, stalled;
	struct rate_point rates[RATE_WINDOW]; /* oldest first */
	unsigned n_rates;
	size_t rate_parts; /* of how many partitions they are the sum */
	struct series *series;
	struct series *lost_series; /* of lost_in; NULL: none is kept */
};

struct kgroup {
	char *id;
	int32_t coordinator;
	char state[32], type[16];
	bool described; /* members is known */
	bool consumer;	/* its protocol is one that commits offsets */
	int64_t members;
	int64_t members_at;
	struct arena members_arena;
	uint64_t seen;	  /* roster generation */
	int64_t fetched_at; /* when its committed offsets were read last */
	struct outcome offsets;
	struct gtopic *topics;
	size_t n_topics, cap;
};

/* The bits that make the source settled. */
enum {
	TRIED_METADATA = 1,
	TRIED_QUORUM = 2,
	TRIED_CONFIGS = 4,
	TRIED_MOVES = 8,
	TRIED_GROUPS = 16,
	TRIED_LAG = 32,
	TRIED_STARTS = 64,
	TRIED_SEEDS = 128,
	TRIED_ALL = 255,
};

struct kafka {
	struct source_ctx *ctx;
	const struct cluster_conf *conf;
	struct security security;
	struct exporters *exporters; /* NULL: none */
	struct zookeeper *zookeeper; /* NULL: none */
	int64_t timeout, opened_at;
	struct kbroker **brokers;
	size_t n_brokers, cap_brokers;
	size_t rotor; /* which broker is asked what any of them can answer */
	unsigned tried;

	struct task metadata, offsets, moves, configs, starts;
	unsigned asking_metadata; /* answers under way */
	bool asked_another, asking_moves, asking_quorum, asking_fenced;
	bool want_metadata; /* something says that it is out of date */
	int64_t metadata_sent, metadata_asks; /* when, and how often, it was asked for */
	int32_t metadata_of;		      /* whom */
	struct aside aside;
	bool want_quorum; /* it is asked for with every metadata */
	struct outcome meta, quorum, moving, config;
	uint64_t generation;
	char *cluster_id;
	int32_t controller;  /* -1: none; of the quorum, or of the metadata under ZooKeeper */
	int64_t controllers; /* active ones: 0 or 1 */
	int64_t voters, voters_ok; /* of the quorum, and those of them that follow */
	bool kraft, mode_known;
	struct kvoter *voter_list; /* k->voters of them */
	size_t n_voter_list;
	int64_t quorum_denied_at; /* boot ns; 0: it was not */
	bool cluster_denied; /* the newest request that needs DESCRIBE on the cluster was refused */
	struct map topics, groups;
	int64_t reassigning;
	int64_t configs_asked;	     /* topics under way */
	uint64_t configs_generation; /* of the metadata whose new topics were looked for */
	struct task roster_due;

	uint64_t roster;
	bool listing;

	uint64_t cycle, round;	 /* of offsets; of questions for ends, of which a cycle may have several */
	uint64_t asked_cycle;	 /* of the newest round */
	int64_t asked_at, settled_at;
	int64_t ends_due, settle_due; /* NOT_DUE: not yet */
	bool left; /* some commits still lack their question for an end: the leader is busy */
	size_t n_gparts;
	int64_t omitted_parts;
	size_t describe_chunk, fetch_chunk; /* groups per request */
	unsigned seeds;			    /* how many looks into the past were made */
	int64_t seed_at;		    /* when the next one is due */
	int64_t relag_due; /* what is known of the past changed: compute again what follows from it */
	size_t past_waiting; /* log starts and looks into the past that are under way */

	int64_t publish_at; /* brokers and cluster at the latest then */
	int64_t facts_at;   /* when the facts are published next */
	bool dirty_partitions, dirty_lag, dirty_disk;

	struct pollfd *polls;
	size_t cap_polls;
};

/* cluster.c: which brokers there are */
void cluster_bootstrap(struct kafka *k);
struct kbroker *broker_by_id(const struct kafka *k, int32_t id);
/* A broker that is registered and fenced: known by its address, not part of the metadata. */
void cluster_learn_fenced(struct kafka *k, const struct meta_broker *m, int64_t now);
/* Puts the brokers of a metadata reply in place: new ones are dialled, others marked as gone. */
void cluster_learn(struct kafka *k, const struct metadata *m, int64_t now);
void cluster_forget(struct kafka *k, int64_t now);
void cluster_release(struct kafka *k);
/* Any broker that is up and, unless api is API_COUNT, offers it; they take turns. */
struct kbroker *broker_any(struct kafka *k, enum kafka_api api);
size_t brokers_up(const struct kafka *k);
/* Nobody could say yet who belongs to the cluster: an address that failed so far is no verdict on the cluster, and may
 * be no broker at all. At most for one time-out. */
static inline bool cluster_starting(const struct kafka *k)
{
	return !k->meta.tried;
}
/* Why there is nobody to ask: all brokers are down, or none offers it. */
int nobody_offers(const struct kafka *k, enum kafka_api api, struct err *err);
/* Sends, counts, and keeps the throttle time. */
int broker_ask(struct kbroker *b, enum kafka_api api, const struct wire_ask *ask, call_done *done,
    int64_t tag, int64_t now, struct err *err);

void outcome_good(struct outcome *o, int64_t now);
void outcome_bad(struct outcome *o, const char *error);
void outcome_release(struct outcome *o);
/* That of the metadata where o was not tried for want of it: nobody knows yet whom to ask. */
const struct outcome *outcome_for(const struct kafka *k, const struct outcome *o);
/* v as it is, or failed where the last outcome was bad; the reason goes into the arena. */
struct value outcome_value(const struct outcome *o, struct value v, struct arena *arena);

/* aside.c: what a broker passes on to the controller. Can it be asked, or is it clear that it cannot? While a connection is
 * being made it is neither. */
bool aside_ready(struct kafka *k, enum kafka_api api, int64_t now);
int aside_ask(struct kafka *k, enum kafka_api api, const struct wire_ask *ask, call_done *done, int64_t now, struct err *err);
/* Who did not answer; returns out, or the error itself. */
const char *aside_words(const struct kafka *k, const char *error, char *out, size_t size);
/* Returns how many requests went out. */
int64_t aside_step(struct kafka *k, int64_t now);
/* The broker goes, or its address does. */
void aside_forget(struct kafka *k, const struct kbroker *b);

/* liveness.c: who is up, and round trips */
void liveness_step(struct kbroker *b, int64_t now);
int64_t liveness_due(const struct kbroker *b);
/* Is a request left for what need not be? */
bool liveness_spares(const struct kbroker *b, int64_t now);
void liveness_heard(void *owner, const struct call *call, const struct answer *a);
void liveness_refill(struct kbroker *b, int64_t now);
/* How often each broker is heard at least, as far as freshness goes. */
int64_t liveness_period(const struct kafka *k);

/* meta.c, meta_more.c: partitions, reassignments, configs */
void metadata_step(struct kafka *k, int64_t now);
/* When another is asked, should the one that was asked be silent till then. NOT_DUE: no more. */
int64_t metadata_patience(const struct kafka *k);
/* After the metadata: where brokers lack in it, asks whether they are registered and fenced. */
void fenced_ask(struct kafka *k, int64_t now);
void moves_step(struct kafka *k, int64_t now);
void configs_step(struct kafka *k, int64_t now);
void quorum_step(struct kafka *k, int64_t now);
/* Are so many voters down that no majority can be left? Known where nobody answers for the controller any more. */
bool quorum_is_lost(const struct kafka *k);
struct ktopic *topic_get(const struct kafka *k, const char *name);
void topics_release(struct kafka *k);

/* groups.c, members.c: who reads */
void groups_ask(struct kafka *k, int64_t now);
void members_ask(struct kbroker *b, int64_t now);
/* Nobody owns anything any more. */
void members_clear(struct kgroup *g);
struct kgroup *group_get(const struct kafka *k, const char *id);
/* Made where it is not there yet; NULL: there are too many partitions already. */
struct gtopic *group_topic(const struct kafka *k, struct kgroup *g, const char *name);
/* Topics of which no partition is left: nobody has committed there, or owns any, any more. */
void group_drop_empty(struct kafka *k, struct kgroup *g);
struct gpart *group_part(struct kafka *k, struct gtopic *t, int32_t partition);
/* So many partitions are about to come: room for them, and for no more. */
void group_parts_reserve(const struct kafka *k, struct gtopic *t, size_t n);
void group_free(struct kafka *k, struct kgroup *g);
void groups_release(struct kafka *k);

/* offsets.c: the cycle of committed, then end offsets */
void offsets_init(struct kafka *k);
void offsets_step(struct kafka *k, int64_t now);
int64_t offsets_due(const struct kafka *k);
/* Has everybody who is not late answered in this cycle? */
bool offsets_idle(const struct kafka *k);
void offsets_forget(struct kbroker *b);

/* The partitions of the newest cycle that a broker leads, or those of a round, as a request; all of it in the arena. */
void pick_led(struct kafka *k, int32_t leader, uint64_t round, struct arena *arena, struct wire_ask *ask);

/* past.c: where logs begin, and how far they reached some time ago */
void starts_step(struct kafka *k, int64_t now);
void seeds_step(struct kafka *k, int64_t now);

/* lag.c: what the offsets mean */
void lag_compute(struct kafka *k, int64_t now);
/* Ages and forecasts anew, from the offsets that are there. */
void lag_recompute(struct kafka *k, int64_t now);
void end_ring_add(struct kafka *k, struct kpart *p, int64_t at, int64_t offset);
/* A point of the past, from a broker that looked it up by time. */
void end_ring_seed(struct kafka *k, struct kpart *p, int64_t at, int64_t offset);
/* Records per second over the whole ring; -1: not known. */
double end_ring_pace(const struct end_ring *r);
/* How long ago the record at `offset` was written, ns. */
enum age { AGE_KNOWN, AGE_ROUGH, AGE_UNKNOWN }; /* rough: it is older than what was watched */
enum age end_ring_age(const struct end_ring *r, int64_t offset, int64_t now, int64_t *ns);

/* lag_window.c: adds the newest poll; reads all of them, oldest first, into LAG_WINDOW places, and returns how many. */
void lag_window_add(struct lag_window *w, int64_t committed, int64_t lag);
unsigned lag_window_read(const struct lag_window *w, struct lag_point *out);

/* status.c: Burrow's rules restated for a poller */
enum lag_status lag_judge(const struct lag_point *points, unsigned n, int owned, const char **why);

/* rights.c: what this user may not see. The error of a reply that needs DESCRIBE on the cluster: */
void rights_cluster(struct kafka *k, int16_t error);
void rights_unseen(struct kbroker *b, const struct log_dirs *r, int64_t now);
/* Sentences, or NULL: all that there is can be seen, as far as is known. */
const char *rights_topics(const struct kafka *k);
const char *rights_groups(const struct kafka *k);
/* Is a second look at the metadata still to come? */
bool rights_settled(const struct kafka *k);
void rights_release(struct kbroker *b);

/* broker_config.c, facts.c: how the cluster is set up */
extern const char *const broker_config_names[BROKER_CONFIGS];
void broker_config_step(struct kbroker *b, int64_t now);
void broker_config_release(struct kbroker *b);
void facts_step(struct kafka *k, int64_t now);

/* retention.c: how long what is written stays. The facts of the whole cluster; */
void retention_facts(struct kafka *k, struct section *s, int64_t period);
/* which topics lie in a log dir, copied from its answer, and that forgotten; */
void held_learn(struct kdisk *d, const struct log_dir *from);
void held_release(struct kdisk *d);
/* and what they say of a volume: of the log dirs of b for which `of[i]`. Leaves the row alone where one was not told. */
void disk_kept(const struct kbroker *b, const bool *of, struct disk_row *row, struct arena *arena);

/* disk.c */
void disk_step(struct kbroker *b, int64_t now);
void disk_release(struct kbroker *b);

/* publish_cluster.c: SECTION_CLUSTER */
void publish_cluster(struct kafka *k, int64_t now);
const char *release_of(const struct conn *c);

/* publish.c, publish_lag.c */
void publish_step(struct kafka *k, int64_t now);
/* Why the lag of a partition is not known; NULL where it is. Static or in the arena. */
const char *part_trouble(
    const struct kafka *k, const struct gtopic *t, const struct gpart *p, struct arena *arena);
struct section *build_lag(struct kafka *k, int64_t now);
struct section *build_partitions(struct kafka *k, int64_t now);

#endif
