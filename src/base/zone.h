#ifndef MQ_BASE_ZONE_H
#define MQ_BASE_ZONE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * zone: what the clock on the wall shows in a time zone, by its name and beside the process's own. libc knows one
 * zone at a time, through an environment that other threads read: so the system's zone files (TZif, RFC 8536) are
 * read here. Immutable once made; any thread.
 */
enum { ZONE_FILE_MAX = 1 << 20 };

struct zone;

/* "local" ($TZ, else /etc/localtime), "UTC", or a name such as "Asia/Shanghai". NULL with a sentence where there is
 * no such zone, or its file is none. */
struct zone *zone_new(const char *name, struct err *err);
/* From the bytes of a zone file, and from a rule as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3". */
struct zone *zone_parse(const void *bytes, size_t len, struct err *err);
struct zone *zone_posix(const char *text, struct err *err);
void zone_free(struct zone *z);

/* Seconds east of Greenwich at that time (seconds since 1970). A NULL zone is UTC. */
int zone_offset(const struct zone *z, int64_t s);

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back. */
int64_t date_days(int64_t year, int month, int day);
void date_of_days(int64_t days, int64_t *year, int *month, int *day);

#endif
