#ifndef MQ_CONFIG_SCALAR_H
#define MQ_CONFIG_SCALAR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Single values as people write them. Each returns 0 and fills *out, or -1 with
 * a finished sentence that says how to write it. Pure, but for the messages'
 * language; any thread.
 */
int scalar_int(const char *s, int64_t *out, struct err *err);
/* A number that is not negative: "0.12". */
int scalar_real(const char *s, double *out, struct err *err);
int scalar_bool(const char *s, bool *out, struct err *err);

/* "500ms", "2s", "5m", "1h30m", "7d" -> nanoseconds */
int scalar_duration(const char *s, int64_t *out, struct err *err);

/* "512MiB", "1GB", "4096" -> bytes */
int scalar_size(const char *s, int64_t *out, struct err *err);

/* "08:00" -> minutes after midnight */
int scalar_time_of_day(const char *s, int *out, struct err *err);

/* YYYY-MM-DD, a day that exists. */
int scalar_date(const char *s, struct err *err);

/* "host:port", "[::1]:9092" */
int scalar_host_port(const char *s, struct err *err);

/* scheme://host[:port][/path]; schemes is a list in one word, such as "http https".
 * A user or password in it is refused: URLs are shown and logged. */
int scalar_url(const char *s, const char *schemes, struct err *err);

#endif
