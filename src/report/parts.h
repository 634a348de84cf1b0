#ifndef MQ_REPORT_PARTS_H
#define MQ_REPORT_PARTS_H

#include "base/jsonw.h"
#include "report/report.h"

#include <string.h>

/* Inside src/report: what the formats share. */

/* A row of any cluster. */
struct report_row {
	size_t cluster, row;
	const void *data;
	struct row_verdict verdict;
	double urgency; /* among rows of one verdict: higher first */
};

struct report_rows {
	struct report_row *list;
	size_t n, cap;
};

/* All rows of one kind, the most urgent first; the caller frees list. */
void report_rows(const struct frame *f, enum section_kind kind, struct report_rows *out);

/* The verdict of the frame or of one list; UNKNOWN where nobody knows that list. */
enum verdict report_verdict(const struct frame *f, const char *list);

/* Does this item belong to the list (NULL: all do)? */
static inline bool report_wants(const char *list, const struct check_item *item)
{
	return !list || !strcmp(list, item->list);
}

/* The wall time at boot time `now`. */
static inline int64_t report_wall(const struct frame *f, int64_t now)
{
	return f->snap->wall + (now - f->snap->boot);
}

/* The quality at `now` as reports show it: a value that was never set is missing. */
enum quality report_quality(const struct value *v, int64_t now);

struct report_counts {
	size_t critical, warning, pending, folded, acknowledged, silenced; /* alerts */
	size_t unknown; /* rules that could not be judged */
	size_t waived;
};
struct report_counts report_counts(const struct frame *f, const char *list);

static inline enum verdict severity_verdict(enum severity s)
{
	return s == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
}

/* V of the schema, and one row with the fields of its table. parts_left bounds
 * how many nested rows are written; those left out are counted in *omitted. */
struct json_ctx {
	struct jsonw w;
	int64_t now;
	size_t parts_left, omitted_parts;
};
void json_value(struct json_ctx *c, const char *key, const struct value *v);
void json_time(struct json_ctx *c, const char *key, int64_t wall);
/* first, last: which fields of the table; names is a NULL-ended list, `only` says whether to write
 * these or all others. */
void json_fields(struct json_ctx *c, const struct row_type *type, const void *row,
    const char *const *names, bool only);

/* The tables of the text report. */
void text_tables(const struct frame *f, int64_t now, struct buf *out);
/* Appends s sanitised, at most `cells` wide (0: as it is), padded where pad. */
void text_put(struct buf *out, const char *s, size_t cells, bool pad);
enum text_style {
	TEXT_COUNT,
	TEXT_BYTES,
	TEXT_PERCENT,
	TEXT_MS,
	TEXT_SECONDS,
	TEXT_RATE,
	TEXT_WORD
};
/* A value for a table: "n/a" or "?" where there is no number, "?" behind one that is not fresh. */
char *text_value(char *out, size_t size, const struct value *v, enum text_style style, int64_t now);

int report_text(const struct frame *f, const char *list, int64_t now, struct buf *out);
int report_json(const struct frame *f, const char *list, int64_t now, struct buf *out);
int report_nagios(const struct frame *f, const char *list, int64_t now, struct buf *out);
int report_markdown(const struct frame *f, const char *list, int64_t now, struct buf *out);
int report_openmetrics(const struct frame *f, const char *list, int64_t now, struct buf *out);

#endif
