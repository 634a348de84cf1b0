#ifndef MQ_WIRE_PARTS_H
#define MQ_WIRE_PARTS_H

#include "base/jsonw.h"
#include "wire/wire.h"

#include <jansson.h>

/* Inside src/wire. */

#define WIRE_FORMAT "mqduty-frames/1"

/* Bounds of what is read. What is written stays below them. */
enum {
	CLUSTERS_MOST = 1000,
	ROWS_MOST = 200000,	 /* of one section, and of the alerts */
	NESTED_MOST = 2000000,	 /* partitions and the like, of one section */
	SAMPLES_MOST = 5000,	 /* of one series */
	SAMPLES_WRITTEN = 240,	 /* of one series, the newest */
	SAMPLES_BUDGET = 200000, /* of one section as it is written */
	LEDGER_MOST = 50000,	 /* records */
	LEDGER_BYTES_MOST = 64 << 20,
};

void put_value(struct jsonw *w, const char *key, const struct value *v);
void put_section(struct jsonw *w, const char *key, const struct section *s);
void put_judgement(struct jsonw *w, const char *key, const struct judgement *j);
/* keep NULL: not said. */
void put_record(struct jsonw *w, const char *key, const struct record *r, const char *keep);
/* What differs from the ledger before; old NULL: all of it. */
void put_ledger(struct jsonw *w, const char *key, const struct ledger *l, const struct ledger *old);

/* Reading: all return -1 with the sentence in err. Strings go into the arena. */
int get_value(const json_t *json, struct arena *a, struct value *v, struct err *err);
int get_section(const json_t *json, enum section_kind kind, struct section **out, struct err *err);
int get_judgement(
    const json_t *json, const struct snapshot *snap, struct judgement **out, struct err *err);
int get_record(const json_t *json, struct record **out, struct err *err);
/* old: the ledger of the frame before, NULL: there was none. */
int get_ledger(const json_t *json, const struct ledger *old, struct ledger **out, struct err *err);

/* Members of an object; absent or null is the fallback, another type is an error. */
int get_int(const json_t *obj, const char *key, int64_t fallback, int64_t *out, struct err *err);
/* A time, ns, also one before this host was started: sums and ages of it do not overflow. */
int get_time(const json_t *obj, const char *key, int64_t fallback, int64_t *out, struct err *err);
int get_text(const json_t *obj, const char *key, struct arena *a, const char **out,
    struct err *err); /* fallback NULL */
int get_bool(const json_t *obj, const char *key, bool *out, struct err *err);
/* An array of at most `most`; absent: NULL and 0. */
int get_array(const json_t *obj, const char *key, size_t most, const json_t **out, size_t *n,
    struct err *err);
int name_index(const char *text, const char *(*name)(int i), int n); /* -1: none of them */
/* One of the names, by its index. */
int get_name(const json_t *obj, const char *key, const char *(*name)(int i), int n, int *out,
    struct err *err);

/* Names of enums as get_name() wants them. */
const char *verdict_name_of(int i);
const char *quality_name_of(int i);
const char *severity_name_of(int i);
const char *state_name_of(int i);
enum {
	SEVERITIES = SEVERITY_CRITICAL + 1,
	STATES = ALERT_SILENCED + 1,
	QUALITIES = QUALITY_ERROR + 1
};

#endif
