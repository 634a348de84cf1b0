#ifndef MQ_RULES_JUDGE_H
#define MQ_RULES_JUDGE_H

#include "rules/acts.h"
#include "rules/condition.h"
#include "rules/rules.h"

/* Inside src/rules: one round of judging and what lasts between two. */

/* One rule on one cluster. */
struct scope {
	struct conditions conditions;
	struct scope_tally {
		enum verdict verdict;
		int64_t evaluated, unknown, total, waived, muted;
		const char *reason; /* of the worst; in the judgement's arena */
		double bad;	    /* how far over that one is */
		bool has_worst;	    /* among those that are fine, or do not fire yet: */
		double worst;	    /* how near to the threshold, higher is nearer */
		struct value value;
		const char *entity; /* in the judgement's arena */
		const char *pending; /* "over 40s of 15m"; NULL where it is fine */
	} tally;		    /* of this round */
};

struct rules {
	const struct config *config;
	bool one_shot;
	struct zone *zone; /* of the checklist's day */
	struct arena arena;   /* texts of tuned rules */
	struct rule_list rules;
	struct scope *scopes; /* rule by rule, a cluster each */
	size_t n_clusters;
	struct smooth smooth;
	int64_t awake;	/* boot time since when rounds have followed each other: a suspended machine looks at nothing */
	int64_t looked; /* of the round before */
	int64_t born; /* boot time of the first round; 0: none yet */
	int64_t next;
	struct acts_memory acts;
};

struct round {
	struct rules *rules;
	const struct snapshot *snap;
	struct judgement *judgement;
	struct acts acts; /* what operators did */
};

static inline struct scope *rules_scope(struct rules *r, size_t rule, size_t cluster)
{
	return &r->scopes[rule * r->n_clusters + cluster];
}

/* The config of a cluster, NULL where there is none of that name. */
const struct cluster_conf *rules_conf(const struct rules *r, const char *cluster);

/* The waiver that holds for this item at this wall time, or NULL. */
const struct waive_conf *rules_waiver(
    const struct cluster_conf *conf, const char *item, int64_t wall);

/* The rule of that name, or the number of rules. */
size_t rules_index(const struct rules *r, const char *name);

/* Why this condition, which fires, does not count: in words; NULL: it does. */
const char *mute_of(const struct round *round, size_t rule, size_t cluster, const struct condition *c);
/* Why nothing that this rule finds on these brokers (NULL: on the cluster) counts now. */
const char *mute_maint(
    const struct round *round, size_t cluster, const struct rule_def *def, const char *brokers);
void mute_all(const struct round *round, size_t rule, size_t cluster);
void mark_muted(const struct round *round, size_t cluster, const struct alert *alert);
/* Says beside the rows of brokers that they are under maintenance. */
void mark_maintained(const struct round *round);

/* News: that an alert fires (told once), that those which ended have. */
void news_firing(const struct round *round, size_t rule, size_t cluster, struct condition *c);
void news_ended(const struct round *round, size_t rule, size_t cluster);
/* Takes over what fired when the engine ended, out of its own records. */
void restore_alerts(struct rules *rules, const struct snapshot *snap, const struct ledger *l);

/* Makes room for the clusters of this snapshot; the first time takes over what the ledger says fired. */
void rules_prepare(struct rules *r, const struct snapshot *snap, const struct ledger *ledger);

/* Judges one rule on one cluster: rows, tally, conditions. */
void judge_scope(struct round *round, size_t rule, size_t cluster);

/* Makes the alerts of all conditions: states, folding, banner, order. */
void make_alerts(struct round *round);

/* Makes rule_result of every tally, and the clusters' verdicts out of alerts and tallies. */
void make_results(struct round *round);

void make_checklist(struct round *round);

/* Is the item waived on this cluster? Then it is counted, and not to be judged. */
bool item_waived(struct round *round, struct check_item *item, size_t cluster);

/* The item error-logs, and the rows of SECTION_LOGS. */
struct list_item;
void make_error_logs(struct round *round, const struct list_item *def, struct check_item *item);

#endif
