#ifndef MQ_MODEL_VALUE_H
#define MQ_MODEL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * value: one number (or text, or yes/no), when it was measured, and why it is
 * not good if it is not. Strings belong to the section that holds the value, or
 * are static.
 */
enum quality {
	QUALITY_OK,
	QUALITY_STALE,   /* was ok, has outlived its freshness */
	QUALITY_PARTIAL, /* part of the cluster answered */
	QUALITY_MISSING, /* should be there, was not */
	QUALITY_NA,      /* nothing on that broker, no setting and no right could ever answer it */
	QUALITY_ERROR,   /* the request failed: reason says how */
};

enum value_type { VALUE_NONE, VALUE_INT, VALUE_REAL, VALUE_BOOL, VALUE_TEXT };

struct value {
	enum value_type type; /* VALUE_NONE: there never was one */
	enum quality quality; /* as the source left it; ask value_quality() for now */
	union {
		int64_t i;
		double d;
		bool b;
		const char *s;
	};
	int64_t at;         /* boot time of the measurement, ns; 0: never */
	int64_t period;     /* how often it is measured, ns; 0: it does not age */
	const char *reason; /* a phrase; set where quality is not ok */
};

/* Good values, measured at `at` (boot ns) and due again after `period` ns. */
struct value value_int(int64_t i, int64_t at, int64_t period);
struct value value_real(double d, int64_t at, int64_t period);
struct value value_bool(bool b, int64_t at, int64_t period);
struct value value_text(const char *s, int64_t at, int64_t period);

/* Values that are not there. */
struct value value_missing(const char *reason);
struct value value_na(const char *reason);
struct value value_error(const char *reason);

/* The same value after a failed request: keeps its last number and time. */
struct value value_failed(struct value last, const char *reason);
/* The same number, marked as of a part only. */
struct value value_partial(struct value v, const char *reason);

/* The quality at `now` (boot ns): turns ok and partial into stale when the value
 * is older than value_fresh_for(). */
enum quality value_quality(const struct value *v, int64_t now);

/* How long a value of this period stays fresh: max(3 x period, period + 15 s). */
int64_t value_fresh_for(int64_t period);

/* Age in ns at `now`, -1 where it was never measured. */
int64_t value_age(const struct value *v, int64_t now);

/* The number as a double (bool as 0 or 1, text and none as 0). Whoever asks has looked at the quality. */
double value_number(const struct value *v);

/* "ok", "stale", ...: names of the JSON. */
const char *quality_name(enum quality q);

#endif
