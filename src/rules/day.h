#ifndef MQ_RULES_DAY_H
#define MQ_RULES_DAY_H

#include "base/zone.h"

/*
 * day: which day of the checklist a time belongs to. The day 2026-11-26 begins when the clock on the wall of its
 * zone first shows `starts` on that date; a time that the clocks skip counts as they would have shown it. Pure.
 */
enum { DAY_SIZE = 11 };

/* wall: ns; starts: minutes after midnight. Writes "2026-11-26" into out and returns it. */
char *day_of(const struct zone *z, int starts, int64_t wall, char out[DAY_SIZE]);

/* When it begins (wall ns); INT64_MIN where it is no day. */
int64_t day_begins(const struct zone *z, int starts, const char *day);

/* The day that is n days after it, or before where n is negative; "" where it is none. out may be day. */
char *day_after(const char *day, int n, char out[DAY_SIZE]);

/* Is this YYYY-MM-DD, and a day that exists (of the years 1700 to 2250)? */
bool day_is(const char *day);

#endif
