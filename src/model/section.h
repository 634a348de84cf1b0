#ifndef MQ_MODEL_SECTION_H
#define MQ_MODEL_SECTION_H

#include "base/alloc.h"
#include "model/rows.h"

#include <stdatomic.h>

/*
 * section: one table of one cluster, published whole. The source fills it
 * (section_new, section_add, strings from s->arena), publishes it, and never
 * touches it again.
 */
enum section_kind {
	SECTION_CLUSTER,
	SECTION_BROKERS,
	SECTION_PARTITIONS,
	SECTION_LAG,
	SECTION_ROUTES,
	SECTION_CONNECTIONS,
	SECTION_DISK,
	SECTION_LOGS,
	SECTION_FACTS,
	SECTION_CLIENTS,
	SECTION_COUNT,
	SECTION_EVENTS = SECTION_COUNT, /* belongs to the model */
	SECTION_KINDS
};

struct section {
	enum section_kind kind;
	atomic_uint refs;
	struct arena arena;
	void *rows;     /* an array of the kind's row struct */
	size_t n, cap;
	int64_t omitted;       /* rows beyond the bound: "and N more" */
	struct value listing;  /* how good the list itself is; value_bool(true,...) when complete.
	                        * Anything else: rows may be missing, and why */
};

struct section *section_new(enum section_kind kind);
struct section *section_ref(struct section *s); /* NULL stays NULL */
void section_unref(struct section *s);

/* A zeroed row at the end (its pointer holds until the next add). */
void *section_add(struct section *s);

/* Row i; kind must be the one it was made with. */
void *section_row(const struct section *s, size_t i);
size_t section_count(const struct section *s); /* NULL: 0 */

/* Typed looks at a row. */
static inline const struct broker_row *section_broker(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct lag_row *section_lag(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct route_row *section_route(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct connection_row *section_connection(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct disk_row *section_disk(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct log_row *section_log(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct fact_row *section_fact(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct client_list_row *section_client_list(const struct section *s, size_t i)
{
	return section_row(s, i);
}
static inline const struct event_row *section_event(const struct section *s, size_t i)
{
	return section_row(s, i);
}

/*
 * Fields: one table per kind says what a row is made of. JSON output,
 * recordings and the socket walk it; so does whatever frees a row.
 */
enum field_type {
	FIELD_TEXT,   /* const char * */
	FIELD_VALUE,  /* struct value */
	FIELD_TRI,    /* int: TRI_*, in JSON true, false or null */
	FIELD_INT,    /* int64_t */
	FIELD_TIME,   /* int64_t wall ns, in JSON RFC 3339 */
	FIELD_STATUS, /* enum lag_status */
	FIELD_TEXTS,  /* const char ** with a size_t count at count_offset */
	FIELD_ROWS,   /* array of structs with a count, of the table `nested` */
	FIELD_METRICS, /* struct metric * with a count: an object by metric name */
	FIELD_SERIES, /* struct series_view * */
};

struct field {
	const char *name; /* as in the JSON of the design */
	enum field_type type;
	size_t offset, count_offset;
	const struct row_type *nested;
};

struct row_type {
	const char *name; /* section: "brokers", "lag", ... */
	size_t size;
	const struct field *fields; /* ends with a NULL name */
};

extern const struct row_type row_types[SECTION_KINDS];

#endif
