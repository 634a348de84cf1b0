#ifndef MQ_RULES_SMOOTH_H
#define MQ_RULES_SMOOTH_H

#include "base/map.h"
#include "model/value.h"

/*
 * smooth: means over the last minutes of numbers that jump, by name. Fed by the
 * rules at every round; bounded: one sample in span / SMOOTH_SAMPLES.
 */
enum { SMOOTH_SAMPLES = 30 };

struct smooth {
	struct map by_key;
};

void smooth_release(struct smooth *s);

/* Takes the newest number in and returns the mean over `span` ns, as fresh as the
 * number itself. A number that is not good passes through and is not taken in. */
struct value smooth_mean(
    struct smooth *s, const char *key, const struct value *v, int64_t span, int64_t now);

/* Takes the newest number in and returns the middle one of those over `span` ns; *n: of how many. */
double smooth_median(struct smooth *s, const char *key, const struct value *v, int64_t span, size_t *n);

/* Takes the newest number in and returns the oldest of those over `span` ns, and in *age (ns) how long
 * before the newest it was taken. */
double smooth_oldest(struct smooth *s, const char *key, const struct value *v, int64_t span, int64_t *age);

/* Forgets what was not fed for two of its own spans. */
void smooth_expire(struct smooth *s, int64_t now);

#endif
