#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"
#include "base/text.h"
#include "report/parts.h"

#include <stdlib.h>

/* The tables of the text report: a column is a row of a table, too. */

enum {
	COLUMNS_MOST = 8,
	CELL_MAX = 128,
	WIDTH = 79,
	FINE_ROWS_MOST = 20, /* rows that are OK; every problem is shown */
};

struct cell_ctx {
	const struct frame *frame;
	const struct report_row *row;
	int64_t now;
};

struct column {
	const char *title;
	size_t cells; /* 0: the rest of the line; only the last one */
	bool right;
	const char *field; /* of the model's table; NULL: what is said under `special` */
	enum text_style style;
	enum { PLAIN, CLUSTER, STATUS } special;
};

struct table {
	enum section_kind kind;
	const char *title;
	struct column columns[COLUMNS_MOST];
};

/* clang-format off */
#define CLUSTER_COLUMN {N_("CLUSTER"), 10, false, NULL, TEXT_WORD, CLUSTER}
#define STATUS_COLUMN {"", 4, false, NULL, TEXT_WORD, STATUS}
/* clang-format on */

static const struct table tables[] = {
    {SECTION_BROKERS, N_("BROKERS"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("BROKER"), 14, false, "name", TEXT_WORD, PLAIN},
	    {N_("RTT"), 7, true, "rtt_ms", TEXT_MS, PLAIN},
	    {"P95", 7, true, "rtt_p95_ms", TEXT_MS, PLAIN},
	    {N_("MEM"), 5, true, "memory_percent", TEXT_PERCENT, PLAIN},
	    {N_("STATE"), 0, false, "state", TEXT_WORD, PLAIN}}},
    {SECTION_PARTITIONS, N_("PARTITIONS"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("TOPICS"), 8, true, "topics", TEXT_COUNT, PLAIN},
	    {N_("PARTITIONS"), 11, true, "partitions", TEXT_COUNT, PLAIN},
	    {N_("UNDER-REPL"), 11, true, "under_replicated", TEXT_COUNT, PLAIN},
	    {N_("OFFLINE"), 8, true, "offline", TEXT_COUNT, PLAIN},
	    {N_("UNDER MIN"), 10, true, "under_min_isr", TEXT_COUNT, PLAIN}}},
    {SECTION_LAG, N_("LAG"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("GROUP"), 14, false, "group", TEXT_WORD, PLAIN},
	    {N_("TOPIC"), 14, false, "topic", TEXT_WORD, PLAIN},
	    {N_("LAG"), 11, true, "lag", TEXT_COUNT, PLAIN},
	    {N_("BEHIND"), 7, true, "lag_seconds", TEXT_SECONDS, PLAIN},
	    {"", 7, false, "status", TEXT_WORD, PLAIN}}},
    {SECTION_ROUTES, N_("ROUTES"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("SERVER"), 20, false, "server", TEXT_WORD, PLAIN},
	    {N_("PEERS"), 6, true, "peers", TEXT_COUNT, PLAIN},
	    {N_("OF"), 4, true, "expected", TEXT_COUNT, PLAIN}}},
    {SECTION_CONNECTIONS, N_("CONNECTIONS"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("BROKER"), 20, false, "broker", TEXT_WORD, PLAIN},
	    {N_("NOW"), 9, true, "current", TEXT_COUNT, PLAIN},
	    {N_("MAX"), 9, true, "max", TEXT_COUNT, PLAIN},
	    {"", 6, true, "percent", TEXT_PERCENT, PLAIN}}},
    {SECTION_DISK, N_("DISK"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("BROKER"), 14, false, "broker", TEXT_WORD, PLAIN},
	    {N_("PATH"), 20, false, "path", TEXT_WORD, PLAIN},
	    {N_("USED"), 8, true, "used_bytes", TEXT_BYTES, PLAIN},
	    {N_("OF"), 8, true, "total_bytes", TEXT_BYTES, PLAIN},
	    {"", 6, true, "percent", TEXT_PERCENT, PLAIN}}},
    {SECTION_LOGS, N_("ERROR LOGS"),
	{STATUS_COLUMN, CLUSTER_COLUMN, {N_("BROKER"), 14, false, "broker", TEXT_WORD, PLAIN},
	    {N_("10 MIN"), 7, true, "errors_10m", TEXT_COUNT, PLAIN},
	    {N_("HOUR"), 7, true, "errors_hour", TEXT_COUNT, PLAIN},
	    {N_("LAST ERROR"), 0, false, "last_error", TEXT_WORD, PLAIN}}},
};

static char *text_number(char *out, size_t size, const struct value *v, enum text_style style)
{
	double n = value_number(v);

	switch (style) {
	case TEXT_COUNT:
		return fmt_count(out, size, num_int(n));
	case TEXT_BYTES:
		return fmt_bytes(out, size, num_int(n));
	case TEXT_PERCENT:
		return fmt_percent(out, size, n);
	case TEXT_MS:
		return fmt_ms(out, size, n);
	case TEXT_SECONDS:
		return fmt_seconds(out, size, n);
	case TEXT_RATE:
		return fmt_rate(out, size, n);
	case TEXT_WORD:
		break;
	}
	if (v->type == VALUE_TEXT)
		return text_sanitise(out, size, v->s ? v->s : "?", size);
	return fmt_short(out, size, n);
}

char *text_value(char *out, size_t size, const struct value *v, enum text_style style, int64_t now)
{
	enum quality q = report_quality(v, now);
	size_t len;

	if (q == QUALITY_NA || v->type == VALUE_NONE) {
		snprintf(out, size, "%s", q == QUALITY_NA ? "n/a" : "?");
		return out;
	}
	text_number(out, size, v, style);
	len = strlen(out);
	if (q != QUALITY_OK && len + 1 < size) {
		out[len] = '?';
		out[len + 1] = '\0';
	}
	return out;
}

static const struct field *find_field(enum section_kind kind, const char *name)
{
	for (const struct field *f = row_types[kind].fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static const char *field_text(const struct cell_ctx *ctx, enum section_kind kind,
    const struct column *col, char *out, size_t size)
{
	const struct field *f = find_field(kind, col->field);
	const char *at = (const char *)ctx->row->data + (f ? f->offset : 0);

	if (!f)
		return "";
	if (f->type == FIELD_VALUE)
		return text_value(out, size, (const struct value *)at, col->style, ctx->now);
	if (f->type == FIELD_STATUS)
		return lag_status_name[*(const enum lag_status *)at];
	if (f->type != FIELD_TEXT)
		return "";
	/* "up" is a word of ours in every language; the other texts are names, or translated where they are made. */
	return *(const char *const *)at && !strcmp(*(const char *const *)at, "up") ? _("up") : *(const char *const *)at;
}

static const char *cell(const struct cell_ctx *ctx, const struct table *t, const struct column *col,
    char *out, size_t size)
{
	switch (col->special) {
	case CLUSTER:
		return ctx->frame->snap->clusters[ctx->row->cluster].name;
	case STATUS:
		return verdict_short(ctx->row->verdict.verdict);
	case PLAIN:
		break;
	}
	return field_text(ctx, t->kind, col, out, size);
}

/* left: cells to the end of the line. */
static void put_cell(struct buf *out, const struct column *col, const char *text, size_t left)
{
	char clean[CELL_MAX * 4];
	size_t width;

	if (!col->right || !col->cells) {
		text_put(out, text, col->cells ? col->cells : left, col->cells);
		return;
	}
	/* A number is never cut: a wide one pushes the rest of its line. */
	text_sanitise(clean, sizeof(clean), text, sizeof(clean));
	width = text_width(clean);
	for (; width < col->cells; width++)
		buf_addc(out, ' ');
	buf_adds(out, clean);
}

static void end_line(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

static bool has_column(const struct column *col, size_t i)
{
	return i < COLUMNS_MOST && col[i].title;
}

static void put_row(struct buf *out, const struct table *t, const struct cell_ctx *ctx)
{
	size_t used = 1;
	char text[CELL_MAX];

	buf_addc(out, ' ');
	for (size_t i = 0; has_column(t->columns, i); i++) {
		const struct column *col = &t->columns[i];

		buf_addc(out, ' ');
		put_cell(out, col, cell(ctx, t, col, text, sizeof(text)), WIDTH - ++used);
		used += col->cells;
	}
	end_line(out);
	if (ctx->row->verdict.verdict > VERDICT_OK && ctx->row->verdict.why) {
		buf_adds(out, "       ");
		text_put(out, ctx->row->verdict.why, 72, false);
		end_line(out);
	}
}

/* gettext("") would be the catalogue's header. */
static const char *column_title(const struct column *col)
{
	return col->title[0] ? _(col->title) : "";
}

static void put_table(const struct frame *f, const struct table *t, int64_t now, struct buf *out)
{
	struct report_rows rows;
	size_t fine = 0, hidden = 0;

	report_rows(f, t->kind, &rows);
	if (rows.n) {
		buf_addf(out, "\n%s\n ", _(t->title));
		for (size_t i = 0; has_column(t->columns, i); i++) {
			buf_addc(out, ' ');
			put_cell(out, &t->columns[i], column_title(&t->columns[i]), WIDTH);
		}
		end_line(out);
	}
	for (size_t i = 0; i < rows.n; i++) {
		struct cell_ctx ctx = {f, &rows.list[i], now};

		if (rows.list[i].verdict.verdict <= VERDICT_OK && fine++ >= FINE_ROWS_MOST)
			hidden++;
		else
			put_row(out, t, &ctx);
	}
	if (hidden)
		buf_addf(out, _("  and %zu more that are OK\n"), hidden);
	free(rows.list);
}

void text_tables(const struct frame *f, int64_t now, struct buf *out)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		put_table(f, &tables[i], now, out);
}
