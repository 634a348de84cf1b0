#ifndef MQ_RULES_CONDITION_H
#define MQ_RULES_CONDITION_H

#include "base/map.h"
#include "rules/finding.h"
#include "rules/flap.h"

/*
 * condition: one thing that is (or just was) over the threshold of one rule:
 * the memory that makes pending, firing and resolved out of single looks. It owns
 * its strings.
 */
enum { REASON_MAX = 160 };

struct condition {
	const struct rule *rule;       /* that found it; lives as long as the rules */
	char *key, *entity, *broker, *topic; /* the last two may be NULL */
	int64_t since_boot, since_wall;
	int64_t clear_since; /* boot ns since when it has been recovered; 0: it is not */
	bool firing;
	bool seen;   /* in this round of judging */
	bool broken; /* at the last look; false also where that could not tell */
	bool held;   /* would have ended but for its coming and going */
	int64_t held_until; /* boot ns: when that is over, if it stays away */
	bool flapping;
	bool calm;   /* `what` says that it is over, and there is no number */
	bool restored; /* of an engine before this one, and not looked at since */
	bool told;   /* that it fires is news no more */
	bool quiet;  /* in the round before it was folded or muted */
	bool gone;   /* it ended because the thing is not there any more */
	const char *mute; /* why it does not count, in the arena of this round's judgement; NULL: it does */
	enum severity severity;
	struct value value; /* reason points into `reason` */
	char reason[REASON_MAX];
	char what[REASON_MAX]; /* the number in words, when it was last known */
	size_t row;
};

/* All conditions of one rule on one cluster, by key. */
struct conditions {
	struct map by_key;
	struct map flaps; /* how often each came and went; outlives the condition */
	struct condition **ended; /* in this round */
	size_t n_ended, ended_cap;
	size_t n_muted; /* of those that fire; of this round */
};

void conditions_release(struct conditions *c);

/* Notes what was found; returns the condition while there is one, NULL otherwise. */
struct condition *condition_note(struct conditions *all, const struct metric_ctx *ctx,
    const struct reading *r, const struct finding *f, int64_t wall);

/* After all readings: ends or keeps those that were not seen. complete: the
 * listing was fresh and whole, so that what it lacks is gone. */
void conditions_sweep(struct conditions *all, const struct metric_ctx *ctx, bool complete);

/* Drops everything (the rule was waived). */
void conditions_drop(struct conditions *all);

/* Frees those that have ended, after they were told of. */
void conditions_drop_ended(struct conditions *all);

/* One that fired when the engine ended: it goes on until something says otherwise. */
struct condition *condition_restore(struct conditions *all, const struct rule *rule, const char *key,
    const char *entity, int64_t now, int64_t since_boot, int64_t since_wall);

/* Does a condition that fires explain another one, as this fold says? */
bool condition_explains(const struct cluster_view *view, const struct condition *parent,
    const struct condition *child, const struct fold *fold);

/* When the next condition starts or stops firing by itself, boot ns; INT64_MAX: never. */
int64_t conditions_next(const struct conditions *all, const struct metric_ctx *ctx);

#endif
