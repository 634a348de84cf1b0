#ifndef MQ_RULES_RULE_H
#define MQ_RULES_RULE_H

#include "config/config.h"
#include "model/model.h"
#include "rules/judgement.h"
#include "rules/query.h"
#include "rules/smooth.h"
#include "rules/threshold.h"

/* Inside src/rules: what a rule is and what it reads. */

enum {
	ON_KAFKA = 1 << KIND_KAFKA,
	ON_NATS = 1 << KIND_NATS,
	ON_MQTT = 1 << KIND_MQTT,
	ON_ALL = ON_KAFKA | ON_NATS | ON_MQTT
};

/* What a metric counts; says which units a threshold on it may have. */
enum metric_kind {
	METRIC_IS_COUNT,
	METRIC_IS_PERCENT,
	METRIC_IS_MS,
	METRIC_IS_SECONDS,
	METRIC_IS_BYTES
};

enum fold_by { FOLD_CLUSTER, FOLD_BROKER, FOLD_TOPIC };

struct fold {
	const char *parent; /* name of a rule; NULL ends the list */
	enum fold_by by;
};

struct metric_ctx;

/* One row of the table of built-in rules. Times are seconds. */
struct rule_def {
	const char *name;
	enum severity severity;
	unsigned kinds; /* ON_* */
	enum section_kind section;
	enum metric_kind metric;
	const char *of; /* what a bare "%" is a share of, and the only name its threshold may use */
	const char *threshold;
	const char *warn; /* a second, softer threshold of a critical rule; NULL */
	int for_s;
	double recover_factor, recover_points;
	int clear_s;
	int mean_s;	      /* the number is the mean over this; 0: the newest */
	int window_s;	      /* how long it must have been watched; 0: a look is enough */
	bool gone_needs_all;  /* a thing is gone only if every row could be judged */
	struct fold folds[4]; /* the strongest cause first */
	const char *item;     /* waiving this item of a checklist waives the rule; NULL */
	const char *action;   /* N_() */
	const char *manual;   /* id of the fault, without "kafka-", "nats-", "mqtt-" */
	void (*read)(struct metric_ctx *ctx);
	const struct query *field; /* what read_field() reads: a rule of the operator's own */
};

extern const struct rule_def rule_defs[];
extern const size_t n_rule_defs;

/* A rule as it is in force: the definition with thresholds parsed. A built-in one
 * may have others that the operator tuned, for all or for some entities. */
struct rule {
	const struct rule_def *def; /* a tuned rule's is its own */
	struct threshold threshold, warn, recover;
	bool has_warn, has_recover; /* recover: what must be true before an alert ends */
	const char *manual;	    /* the whole id; NULL: made of the definition's */
	const char *match_cluster, *match_kind, *match_entity; /* NULL: any */
	bool is_own;	   /* one of its tuned ones */
	bool only_matches; /* it is the operator's own: in force only where a tuned one matches */
	struct rule_def own;
	struct rule *tuned;
	size_t n_tuned;
};

/* The rules of one engine: the built-in ones in the order of their table, then the operator's own. */
struct rule_list {
	struct rule *list;
	size_t n, cap;
};

/* Parses text as a threshold of this rule and converts it into the metric's unit. */
int rule_parse_threshold(
    const struct rule_def *def, const char *text, struct threshold *t, struct err *err);

/*
 * reading: one number of one thing that a rule judges. Strings belong to the
 * snapshot, to the judgement's arena, or are static.
 */
struct reading {
	const char *entity, *entity2; /* shown as "entity" or "entity>entity2"; NULL: the cluster */
	const char *key; /* identity where the shown name may change; NULL: the shown name */
	struct value value;
	struct value base; /* what the threshold's name stands for; type NONE: not used */
	const char *broker,
	    *topic;	       /* for folding; a comma-separated list of ids or names, or NULL */
	const char *owner;     /* the broker whose own number it is, where `broker` names others; NULL: as `broker` */
	size_t row;	       /* of the rule's section; SIZE_MAX: none */
	const char *acquitted; /* not counted as broken, although it is over the threshold: why */
	const char *note;      /* said instead of the number and the threshold, and beside OK */
	bool again;	       /* the same row as the reading before: not counted twice */
	bool at_most;	       /* where partial: the whole is not more than this */
	bool blind;	       /* what the window is counted from is not told: watching longer tells no more */
	bool proven;	       /* judged fine by something stronger than the value itself */
	const char *calm;      /* where it is fine: what an alert that is held says instead of a number that stands for none */
	const char *unjudged;  /* cannot be judged, although the value is good: why */
};

struct metric_ctx {
	const struct rule *rule; /* the one in force for what is read just now */
	const struct rule *base; /* the built-in one */
	const struct cluster_view *view;
	const struct cluster_conf
	    *conf;		       /* NULL: a cluster that the config does not know (replay) */
	const struct section *section; /* the rule's; never NULL while reading */
	int64_t now, watched;	       /* boot ns; how long the rules have been watching */
	int64_t awake;		       /* boot ns since when this machine has been awake and looking */
	bool one_shot;
	struct arena *arena;
	struct smooth *smooth; /* lasts between rounds */
	void (*emit)(struct metric_ctx *ctx, const struct reading *r);
};

/* Sets ctx->rule for this entity; a reader that looks at thresholds calls it first. */
void rule_select(struct metric_ctx *ctx, const struct reading *r);

/* Readers of the table, by the section that they read. */
void read_unreachable(struct metric_ctx *ctx);
void read_source_lost(struct metric_ctx *ctx);
void read_controllers(struct metric_ctx *ctx);
void read_meta_leader(struct metric_ctx *ctx);
void read_broker_down(struct metric_ctx *ctx);
void read_latency(struct metric_ctx *ctx);
void read_memory(struct metric_ctx *ctx);
void read_offline(struct metric_ctx *ctx);
void read_under_min_isr(struct metric_ctx *ctx);
void read_under_replicated(struct metric_ctx *ctx);
void read_lag(struct metric_ctx *ctx);
void read_stalled(struct metric_ctx *ctx);
void read_expiring(struct metric_ctx *ctx);
void read_routes(struct metric_ctx *ctx);
void read_clients(struct metric_ctx *ctx);
void read_drop_rate(struct metric_ctx *ctx);
void read_keepalive(struct metric_ctx *ctx);
void read_slow_consumers(struct metric_ctx *ctx);
void read_disk(struct metric_ctx *ctx);
void read_filling(struct metric_ctx *ctx);
void read_storm(struct metric_ctx *ctx);
void read_subscriptions(struct metric_ctx *ctx);
void read_field(struct metric_ctx *ctx);
void read_certificate(struct metric_ctx *ctx);

/* The quality to judge by: a value that was never set counts as missing. */
enum quality judged_quality(const struct value *v, int64_t now);
static inline bool value_is_good(const struct value *v, int64_t now)
{
	return judged_quality(v, now) == QUALITY_OK;
}

/* "needs 5m of watching": the one place that says it. */
const char *needs_watching(const struct metric_ctx *ctx, int window_s);

#endif
