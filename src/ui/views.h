#ifndef MQ_UI_VIEWS_H
#define MQ_UI_VIEWS_H

#include "ui/view.h"

/*
 * What the views share among themselves: looking rows up, cells, detail lines.
 * Nobody else includes this but panes.c and the chrome.
 */

extern const struct view_ops view_overview, view_checklist, view_lag, view_routes, view_connections,
    view_disk, view_alerts, view_events, view_logs, view_manual;

/* Drill-downs: the brokers of a cluster, all that is known of one broker, the partitions
 * of a lag row, the peers of a server, its clients, the alerts folded under one, the partitions in trouble. */
extern const struct view_ops view_brokers, view_metrics, view_partitions, view_peers, view_folded,
    view_problems, view_evidence, view_restart, view_quorum, view_clients;

/* Of the checklist: the item that a subject names ("daily/disk-usage"; NULL: there is none), and the view
 * that shows what it is judged on. */
struct list_item;
const struct list_item *item_by_subject(const char *subject);
const struct view_ops *evidence_of(const struct list_item *item);

/* Of the fault manual: one page (view_page.h makes its arg), the pages that hold the words of the arg,
 * what changed before an alert or a row, the rules in force. */
extern const struct view_ops view_page, view_found, view_changed, view_rules, view_handover;

/* What the view of a section does with a cluster where there is nothing to list. */
struct section_words {
	enum section_kind kind;
	unsigned kinds;	   /* bits 1 << enum broker_kind: clusters that have such rows */
	const char *none;  /* N_(): the list is complete, and empty */
	unsigned na_kinds; /* clusters that can never have such rows and get a line that says why */
	const char *na;	   /* N_() */
};

/* Adds one row per row of the section in every cluster, through `add`, and where a list is
 * missing, incomplete, empty or was bounded, one row that says so (section ==
 * SECTION_KINDS; cell_note() has its words). */
void section_rows(const struct view_ctx *ctx, const struct section_words *words,
    struct row_list *out,
    struct view_row *(*add)(
	const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out));

/* The row of a parent's view with that id (its id stays NULL); false: it is gone. */
bool find_row(const struct view_ctx *ctx, const struct view_ops *ops, const struct view_arg *arg,
    struct view_row *out);

/* Bits of section_words.kinds. */
enum { HAS_KAFKA = 1 << KIND_KAFKA, HAS_NATS = 1 << KIND_NATS, HAS_MQTT = 1 << KIND_MQTT };

/* What the lists themselves add to a pane's verdict: UNKNOWN as long as one that should be
 * there is not, or is not fresh; otherwise NA. */
enum verdict section_gap(const struct view_ctx *ctx, const struct section_words *words);
extern const struct section_words lag_words, routes_words, connections_words, disk_words;

/* What operators did, as it is now; never NULL. */
static inline const struct ledger *view_ledger(const struct view_ctx *ctx)
{
	return ctx->ledger ? ctx->ledger : ctx->frame->ledger;
}

/* Is this one of those that only say something about the list? */
bool row_is_note(const struct view_row *row);
/* What it says; empty for other rows. As a cell, and as a detail line. */
void cell_note(const struct view_ctx *ctx, const struct view_row *row,
    const struct section_words *words, struct cell_text *out);
struct detail;
void detail_note(struct detail *d, const struct view_row *row, const struct section_words *words);

/* The model's row behind a view row; NULL where there is none. */
const struct cluster_view *row_cluster(const struct view_ctx *ctx, const struct view_row *row);
const void *row_data(
    const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind);
struct row_verdict row_judged(const struct view_ctx *ctx, const struct view_row *row);

/* The broker of that name in a cluster; NULL where there is none. */
const struct broker_row *find_broker(const struct cluster_view *c, const char *name, size_t *index);

/* urgency: broken before growing before well; within that by `more`, 0 to 1. */
int urgency_of(enum verdict v, double more);

/* Cells. Text is foreign: it is sanitised and bounded here. */
void cell_str(struct cell_text *out, enum role role, const char *s); /* NULL: "-" */
void cell_fmt(struct cell_text *out, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void cell_empty(struct cell_text *out);
void cell_verdict(struct cell_text *out, enum verdict v);
/* "3/3": dim with an age as soon as one of the two is. */
void cell_ratio(const struct view_ctx *ctx, const struct value *a, const struct value *b,
    struct cell_text *out);
/* A broker's metric in its unit. */
void cell_metric(const struct view_ctx *ctx, const struct metric *m, struct cell_text *out);
/* The columns that every table has. */
void column_cluster(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out);
void column_verdict(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out);
double order_verdict(const struct view_ctx *ctx, const struct view_row *row);
/* For ordering: the number, or less than all numbers where it is not known. */
double order_value(const struct value *v);

/* A value of the row at this offset of its struct; empty, or least, for a note. */
void cell_field(const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind,
    size_t offset, enum value_style style, struct cell_text *out);
double order_field(
    const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind, size_t offset);

/* Defines cell_FIELD() and order_FIELD() for a column that shows one value of the row. */
#define VALUE_COLUMN(kind, type, field, style)                                                     \
	static void cell_##field(                                                                  \
	    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)         \
	{                                                                                          \
		cell_field(ctx, row, kind, offsetof(type, field), style, out);                     \
	}                                                                                          \
	static double order_##field(const struct view_ctx *ctx, const struct view_row *row)        \
	{                                                                                          \
		return order_field(ctx, row, kind, offsetof(type, field));                         \
	}

/* Detail lines under a table: each writes one line at *y and moves on; lines beyond the area
 * vanish. */
struct detail {
	const struct view_ctx *ctx;
	const struct area *area;
	int y;
};
void detail_text(struct detail *d, const char *label, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same over up to `lines` lines, broken at blanks. */
void detail_wrapped(struct detail *d, const char *label, const char *text, int lines);
/* A line for each value that is not good, as "lag: stale 4m, reason"; label NULL ends the list. */
struct detail_value {
	const char *label; /* translated */
	const struct value *v;
};
void detail_reasons(struct detail *d, const struct detail_value *values);
/* "label span  ....::||##  now 12 max 40" */
void detail_spark(
    struct detail *d, const char *label, const struct series_view *s, enum value_style style);

/* Formats a bare number of a series for its labels. */
void style_text(double n, enum value_style style, char *out, size_t size);

/* "rtt 0.6ms now, p50 .. p95 .. p99 .. in 2 min"; the rest of what a broker row tells. */
void detail_broker(struct detail *d, const struct broker_row *b);

/* For a title line: how old the oldest of this value is, and how often it is measured. */
void section_note(
    const struct view_ctx *ctx, enum section_kind kind, size_t offset, char *out, size_t size);

/* How long ago, in words of base/fmt: "25m"; "-" where it is in the future or not known. */
void since_text(int64_t now, int64_t since, char *out, size_t size);

#endif
