#ifndef MQ_SOURCE_NATS_JSON_READ_H
#define MQ_SOURCE_NATS_JSON_READ_H

#include "base/alloc.h"
#include "base/err.h"
#include "model/rows.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * json_read: foreign JSON, tolerantly. A key that is missing, null or of another
 * type is "not known", never 0. Pure; any thread.
 */
#define NUM_NONE INT64_MIN /* a number that is not known */

/* The most values that a reply may hold, and the most bytes of a text that are kept. */
enum { JSON_VALUES_MAX = 1000000, JSON_TEXT_MAX = 256 };

/* Parses a reply into an object; NULL with a phrase that names `what` ("/varz of n1:8222"). */
json_t *json_read(const char *what, const char *body, size_t len, struct err *err);

int64_t json_num(const json_t *o, const char *key);  /* integers and reals; NUM_NONE */
double json_float(const json_t *o, const char *key); /* NAN */
int json_tri(const json_t *o, const char *key);      /* TRI_YES, TRI_NO, TRI_UNKNOWN */
const char *json_text(const json_t *o, const char *key); /* NULL; lives as long as o */
char *json_keep(struct arena *a, const json_t *o, const char *key); /* a bounded copy, or NULL */
json_t *json_list(const json_t *o, const char *key); /* NULL also for Go's nil slice, null */
json_t *json_sub(const json_t *o, const char *key);  /* an object, or NULL */

/* Go's durations ("1.2ms", "223µs", "3d4h5m6s", "1y2d") in ns; -1 if it is none. */
int64_t nats_duration(const char *s);

/* RFC 3339 with up to nine digits of a second, as wall ns; -1 if it is none or Go's zero time. */
int64_t nats_time(const char *s);

#endif
