#ifndef MQ_RULES_THRESHOLD_H
#define MQ_RULES_THRESHOLD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * threshold: when a number is bad, as §4.2 of the guide writes it, or as a
 * Nagios range. Blanks are allowed between the parts.
 *
 *     threshold = compare | range
 *     compare   = op bound
 *     op        = ">" | ">=" | "<" | "<=" | "=" | "==" | "!="
 *     bound     = number [unit]                      >50ms  >10000  >0.1%
 *               | number "%" name                    >80% max_connections
 *               | name [("+" | "-") number]          <expected_nodes-1
 *     unit      = "%" | "ms" | "s" | "m" | "h" | "d"
 *               | "B" | "KB" | "MB" | "GB" | "TB" | "KiB" | "MiB" | "GiB" | "TiB"
 *     range     = ["@"] [start ":"] end | ["@"] start ":"
 *     start     = number | "~"
 *
 * A range is bad outside start..end (ends belong to it), with "@" inside; start
 * is 0 where it is left out and "~" is minus infinity. A number has an optional
 * sign, digits and a fraction; no exponent, no thousands separators. Pure.
 */
enum threshold_op {
	THRESHOLD_GT,
	THRESHOLD_GE,
	THRESHOLD_LT,
	THRESHOLD_LE,
	THRESHOLD_EQ,
	THRESHOLD_NE,
	THRESHOLD_OUTSIDE,
	THRESHOLD_INSIDE,
};

/* What a number counts. Bounds are kept in the base of their kind: seconds, bytes. */
enum threshold_unit { UNITS_NONE, UNITS_PERCENT, UNITS_SECONDS, UNITS_BYTES };

enum { THRESHOLD_TEXT_MAX = 64, THRESHOLD_NAME_MAX = 32 };

struct threshold {
	enum threshold_op op;
	enum threshold_unit unit;
	double low, high;	       /* compare: high is the bound; range: both */
	char name[THRESHOLD_NAME_MAX]; /* the bound is relative to this; "": to nothing */
	bool share;		       /* high percent of name; otherwise name + high */
	char text[THRESHOLD_TEXT_MAX]; /* as it was written */
};

/* Returns -1 with a sentence that names the column (from 1) where it went wrong. */
int threshold_parse(struct threshold *t, const char *text, struct err *err);

/* Does the number break it? base is the value of t->name (ignored where there is none). */
bool threshold_breaks(const struct threshold *t, double number, double base);

/* Does a number of which only a part is known break it whatever the rest is? Parts
 * only add; at_most: the rest can only take away. */
bool threshold_breaks_surely(const struct threshold *t, double part, double base, bool at_most);

/*
 * Has the number recovered? The bound is moved away from the fire bound first:
 * by a factor (0.8: to 80 % of it; 1: not at all) and by points. A bound that was
 * moved has to be passed, not only reached, except 0.
 */
bool threshold_recovered(
    const struct threshold *t, double number, double base, double factor, double points);

/* The bound as a number, for perfdata and curves. */
double threshold_bound(const struct threshold *t, double base);

/* A percentage as it is shown beside these thresholds (NULL: none): not rounded onto the other side of one, so that 79.96% is
 * not "80%" where 80% is too much. */
char *threshold_percent(const struct threshold *t, const struct threshold *other, double percent, char *out, size_t size);

#endif
