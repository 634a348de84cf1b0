#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Rows: each log source (sub 0), and each of its collapsed lines (sub 1 and up). */

static const struct log_row *log_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_LOGS);
}

static const struct log_entry *entry_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct log_row *log = log_of(ctx, row);

	return log && row->sub && row->sub <= log->n_entries ? &log->entries[row->sub - 1] : NULL;
}

static bool is_severe(const struct log_entry *e)
{
	return e->level && strcmp(e->level, "WARN") != 0;
}

/* Newest first: seconds since 2020. */
static int urgency_of_time(int64_t wall)
{
	enum { FROM_S = 1577836800 };
	int64_t s = wall / NS_PER_S - FROM_S;

	return s < 0 ? 0 : s > INT32_MAX - 1 ? INT32_MAX - 1 : (int)s;
}

static void add_entries(const struct log_row *log, const char *cluster, size_t i,
    const struct view_row *like, struct row_list *out)
{
	struct view_row source = *like;

	for (size_t k = 0; k < log->n_entries; k++) {
		const struct log_entry *e = &log->entries[k];
		size_t twin = 0;
		struct view_row *row;

		for (size_t m = 0; m < k; m++)
			twin += log->entries[m].first == e->first;
		row = row_list_add(out, "%s/%zu/%lld/%zu", cluster, i, (long long)e->first, twin);
		row->cluster = source.cluster;
		row->section = SECTION_LOGS;
		row->row = i;
		row->sub = k + 1;
		row->verdict = source.verdict;
		row->urgency = urgency_of_time(e->last);
	}
}

static void add_log(const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct log_row *log = section_log(c->sections[SECTION_LOGS], i);
	struct view_row *row = row_list_add(out, "%s/%zu", c->name, i);

	row->cluster = cluster;
	row->section = SECTION_LOGS;
	row->row = i;
	row->sub = 0;
	row->verdict = judgement_row(ctx->frame->judgement, cluster, SECTION_LOGS, i).verdict;
	row->urgency = row->verdict > VERDICT_OK ? INT32_MAX : -1;
	add_entries(log, c->name, i, row, out);
}

/* Of a cluster without any log source: how others stand says nothing of it. Where no input at all is unknown the config
 * waives it. */
static enum verdict verdict_without(const struct view_ctx *ctx)
{
	const struct judgement *j = ctx->frame->judgement;

	for (size_t i = 0; i < j->n_checklist; i++) {
		const struct check_item *item = &j->checklist[i];

		if (item->id && !strcmp(item->id, "error-logs"))
			return item->total > item->evaluated + item->waived + item->muted ? VERDICT_UNKNOWN
											  : VERDICT_NA;
	}
	return VERDICT_UNKNOWN;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;

	(void)arg;
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[SECTION_LOGS];
		struct view_row *row;

		for (size_t i = 0; i < section_count(s); i++)
			add_log(ctx, c, i, out);
		if (section_count(s))
			continue;
		row = row_list_add(out, "%s", snap->clusters[c].name);
		row->cluster = c;
		row->verdict = verdict_without(ctx);
		row->urgency = -2;
	}
}

static void cell_last(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct log_entry *e = entry_of(ctx, row);

	cell_empty(out);
	if (!e)
		return;
	out->number = true;
	since_text(ctx->wall, e->last, out->text, sizeof(out->text));
}

static double order_last(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct log_entry *e = entry_of(ctx, row);

	return e ? (double)e->last : -HUGE_VAL;
}

static void cell_level(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct log_entry *e = entry_of(ctx, row);

	if (e)
		cell_str(out, verdict_role(is_severe(e) ? VERDICT_CRIT : VERDICT_WARN), e->level);
	else
		cell_verdict(out, row->verdict);
}

static void cell_count(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct log_entry *e = entry_of(ctx, row);

	cell_empty(out);
	if (!e)
		return;
	out->number = true;
	fmt_count(out->text, sizeof(out->text), e->count);
}

static double order_count(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct log_entry *e = entry_of(ctx, row);

	return e ? (double)e->count : -HUGE_VAL;
}

static void cell_broker(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct log_row *log = log_of(ctx, row);

	cell_str(out, ROLE_TEXT, log ? log->broker : NULL);
}

/* "followed: 3 errors in 10 min, 12 in the hour before" */
static void source_text(const struct view_ctx *ctx, const struct view_row *row,
    const struct log_row *log, char *out, size_t size)
{
	const char *why = row_judged(ctx, row).why;
	struct cell_text recent, before;

	if (why && row->verdict == VERDICT_UNKNOWN) {
		snprintf(out, size, "%s", why);
		return;
	}
	cell_value(ctx, &log->errors_10m, STYLE_COUNT, &recent);
	cell_value(ctx, &log->errors_hour, STYLE_COUNT, &before);
	snprintf(
	    out, size, _("%s errors in 10 min, %s in the hour before"), recent.text, before.text);
}

static void cell_text(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct log_row *log = log_of(ctx, row);
	const struct log_entry *e = entry_of(ctx, row);
	char text[256];

	if (e) {
		cell_str(out, ROLE_TEXT, e->text);
	} else if (log) {
		source_text(ctx, row, log, text, sizeof(text));
		cell_str(out, ROLE_DIM, text);
	} else {
		cell_str(out, ROLE_DIM, _("no log source: add logs: to the cluster"));
	}
}

static void detail_source(struct detail *d, const struct view_row *row, const struct log_row *log)
{
	char text[256];

	source_text(d->ctx, row, log, text, sizeof(text));
	detail_text(
	    d, log->broker ? log->broker : "-", ROLE_TEXT, "%s", log->path ? log->path : "-");
	detail_wrapped(d, verdict_word(row->verdict), text, 2);
	detail_reasons(d, (const struct detail_value[]){{_("readable"), &log->readable},
			      {_("10 min"), &log->errors_10m},
			      {_("hour before"), &log->errors_hour}, {NULL, NULL}});
}

static void detail_none(struct detail *d, const struct view_row *row)
{
	const struct cluster_view *c = row_cluster(d->ctx, row);

	detail_text(
	    d, c ? c->name : "-", ROLE_TEXT, "%s", _("no log source: add logs: to the cluster"));
	detail_text(d, "", ROLE_TEXT, "  logs: [{broker: \"1\", path: FILE}]");
	detail_text(d, "", ROLE_TEXT, "%s", _("or, where somebody else looks at them:"));
	detail_text(
	    d, "", ROLE_TEXT, "  waive: [{item: error-logs, until: 2027-01-01, reason: ..}]");
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct log_row *log = log_of(ctx, row);
	const struct log_entry *e = entry_of(ctx, row);
	char first[FMT_MAX], last[FMT_MAX], count[FMT_MAX];

	if (!log) {
		detail_none(&d, row);
	} else if (!e) {
		detail_source(&d, row, log);
	} else {
		detail_text(&d, log->broker ? log->broker : "-", ROLE_TEXT,
		    e->count == 1 ? _("%s time from %s to %s") : _("%s times from %s to %s"), fmt_count(count, sizeof(count), e->count),
		    fmt_utc(first, sizeof(first), e->first), fmt_utc(last, sizeof(last), e->last));
		detail_wrapped(&d, e->level ? e->level : "-", e->text ? e->text : "-", 4);
	}
}

static const struct column columns[] = {
    {"last", N_("AGO"), 3, 7, 1, true, cell_last, order_last},
    {"level", N_("LEVEL"), 5, 6, 1, false, cell_level, NULL},
    {"count", N_("TIMES"), 5, 10, 3, true, cell_count, order_count},
    {"cluster", N_("CLUSTER"), 4, 16, 2, false, column_cluster, NULL},
    {"broker", N_("BROKER"), 5, 20, 2, false, cell_broker, NULL},
    {"text", N_("ERROR LOGS"), 10, 200, 1, false, cell_text, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_logs = {
    .pane = PANE_LOGS,
    .name = "logs",
    .title = N_("LOGS"),
    .columns = columns,
    .order = N_("trouble first, then the newest"),
    .rows = rows,
    .detail_lines = 5,
    .detail = detail,
    .empty = N_("No cluster is configured."),
    .help = N_("Lines that differ in nothing but numbers are one row: TIMES says how often, AGO\n"
	       "when last. Errors of the last 10 min are judged against the hour before."),
};
