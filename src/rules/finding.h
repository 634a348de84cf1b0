#ifndef MQ_RULES_FINDING_H
#define MQ_RULES_FINDING_H

#include "rules/rule.h"

/* What a rule finds in one reading, before its past is looked at: the table
 * "quality to verdict" of the design. */
enum outcome {
	FOUND_NA,
	FOUND_UNKNOWN,
	FOUND_FINE,
	FOUND_BROKEN,
};

struct finding {
	enum outcome outcome;
	enum severity severity; /* where broken */
	bool acquitted;		/* fine, although the number alone is over the threshold */
	bool recovered;		/* where fine: far enough from the threshold to end an alert */
	enum quality quality;	/* of the number, now */
	const char *reason;	/* where unknown or n/a; in the arena or static */
};

struct finding finding_of(const struct metric_ctx *ctx, const struct reading *r);

/* The boot time from which this value is stale, INT64_MAX where it does not age or is none. */
int64_t value_stale_at(const struct value *v);

/* "81% > 80% max_connections", or the reading's note. In the arena. */
const char *reading_phrase(const struct metric_ctx *ctx, const struct reading *r);

/* The number alone, as operators read it. */
const char *reading_number(const struct rule *rule, struct arena *a, const struct value *v);

/* "group>topic", "broker path", or fallback where the reading is about the cluster. */
const char *reading_entity(const struct reading *r, struct arena *a, const char *fallback);

#endif
