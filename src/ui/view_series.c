#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/past.h"
#include "ui/plot.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { LATE_S = 2 };

/* The past of one row's number, as large as the area is. */
struct series_kind {
	enum section_kind section;
	size_t series; /* offset of the struct series_view * */
	size_t value;  /* offset of the struct value that it is the past of */
	enum value_style style;
	const struct view_ops *rows;
};

static const struct series_kind kind_lag = {SECTION_LAG, offsetof(struct lag_row, lag_series),
    offsetof(struct lag_row, lag), STYLE_COUNT, &view_lag};
static const struct series_kind kind_connections = {SECTION_CONNECTIONS,
    offsetof(struct connection_row, current_series), offsetof(struct connection_row, current),
    STYLE_COUNT, &view_connections};
static const struct series_kind kind_disk = {SECTION_DISK,
    offsetof(struct disk_row, percent_series), offsetof(struct disk_row, percent), STYLE_PERCENT,
    &view_disk};
static const struct series_kind kind_rtt = {SECTION_BROKERS,
    offsetof(struct broker_row, rtt_series), offsetof(struct broker_row, rtt_ms), STYLE_MS,
    &view_brokers};

struct bounds {
	struct sample least, most, newest;
	double mean;
};

static bool bounds_of(const struct series_view *s, struct bounds *b)
{
	size_t n = series_view_count(s);
	double sum = 0;

	if (!n)
		return false;
	b->least = b->most = series_view_at(s, 0);
	for (size_t i = 0; i < n; i++) {
		struct sample x = series_view_at(s, i);

		if (x.v < b->least.v)
			b->least = x;
		if (x.v > b->most.v)
			b->most = x;
		sum += x.v;
	}
	b->newest = series_view_at(s, n - 1);
	b->mean = sum / (double)n;
	return true;
}

/* The line under the graph: from when to when. */
static void draw_axis(const struct area *a, int y, int x, int cells, int64_t span)
{
	char text[FMT_MAX], ago[FMT_MAX + 8];

	fmt_duration(text, sizeof(text), span);
	snprintf(ago, sizeof(ago), _("%s ago"), text);
	area_text(a, y, x, cells, ROLE_DIM, ago);
	if (cells > (int)(text_width(ago) + text_width(_("now"))) + 2)
		area_text(a, y, x + cells - (int)text_width(_("now")), (int)text_width(_("now")),
		    ROLE_DIM, _("now"));
}

static void draw_graph(const struct view_ctx *ctx, const struct series_view *s,
    const struct bounds *b, enum value_style style, const struct area *a)
{
	char top_text[64];
	struct sample first = series_view_at(s, 0);
	int64_t until = ctx->now > b->newest.at ? ctx->now : b->newest.at;
	int lines = a->height - 1, label, cells;
	double v[1024];
	size_t n;

	style_text(b->most.v, style, top_text, sizeof(top_text));
	label = (int)text_width(top_text) + 1;
	cells = a->width - label < 512 ? a->width - label : 512;
	if (lines < 1 || cells < 4)
		return;
	n = plot_columns(a, cells);
	plot_buckets(s, first.at, until, v, n);
	area_number(a, 0, 0, label - 1, ROLE_DIM, top_text);
	if (lines > 1)
		area_number(a, lines - 1, 0, label - 1, ROLE_DIM, "0");
	plot_draw(a, 0, label, cells, lines, v, b->most.v > 0 ? b->most.v : 1);
	draw_axis(a, lines, label, cells, until - first.at);
}

/* The row may be an alert's, or one of a drill-down: then what it belongs to. */
static bool find_origin(const struct view_ctx *ctx, const struct series_kind *kind, const char *id,
    struct view_row *row)
{
	char part[1024];
	char *slash;

	snprintf(part, sizeof(part), "%s", id ? id : "");
	do {
		struct view_arg arg = {.id = part};

		if (find_row(ctx, kind->rows, &arg, row) || find_row(ctx, &view_alerts, &arg, row))
			return true;
		slash = strrchr(part, '/');
		if (slash)
			*slash = '\0';
	} while (slash);
	return false;
}

/* What the frame itself holds: the last minutes. */
static int draw_frames(struct detail *d, const struct series_kind *kind, const char *data, const struct area *a)
{
	const struct series_view *s = *(struct series_view *const *)(const void *)(data + kind->series);
	char least[64], most[64], mean[64];
	struct cell_text now;
	struct area graph;
	struct bounds b;

	if (!bounds_of(s, &b)) {
		area_text(a, d->y, 0, a->width, ROLE_DIM, _("Nothing has been measured yet."));
		return d->y + 1;
	}
	style_text(b.least.v, kind->style, least, sizeof(least));
	style_text(b.most.v, kind->style, most, sizeof(most));
	style_text(b.mean, kind->style, mean, sizeof(mean));
	cell_value(
	    d->ctx, (const struct value *)(const void *)(data + kind->value), kind->style, &now);
	detail_text(d, _("now"), now.role, _("%s   min %s   max %s   mean %s   %zu samples"),
	    now.text, least, most, mean, series_view_count(s));
	graph = area_cut(a, d->y + 1, 0, a->height - d->y - 1, a->width);
	draw_graph(d->ctx, s, &b, kind->style, &graph);
	return a->height;
}

/* "1h [24h] 7d 30d   week before: off   reading history..." */
static void draw_choices(struct detail *d, const struct past *p, bool reading)
{
	const struct area *a = d->area;
	int x = 0;

	for (int i = 0; i < PAST_SPANS; i++) {
		bool chosen = i == (int)p->span;

		x += area_textf(a, d->y, x, a->width - x, chosen ? ROLE_KEY : ROLE_DIM, chosen ? "[%s]" : " %s ",
		    past_span_name((enum past_span)i));
	}
	x += 2 + area_text(a, d->y, x + 2, a->width - x - 2, ROLE_DIM, p->week ? _("week before: on") : _("week before: off"));
	if (reading)
		area_text(a, d->y, x + 2, a->width - x - 2, ROLE_WARN, _("reading history..."));
	d->y++;
}

static void draw_past(struct detail *d, const struct series_kind *kind, const char *data, const struct area *a)
{
	const struct past_answer *got = &d->ctx->past->got;
	struct metrics_point all = past_sum(&got->points, got->ask.from, got->ask.to);
	char least[64], most[64], mean[64];
	struct cell_text now;
	struct area graph;

	style_text(all.min, kind->style, least, sizeof(least));
	style_text(all.max, kind->style, most, sizeof(most));
	style_text(all.mean, kind->style, mean, sizeof(mean));
	cell_value(d->ctx, (const struct value *)(const void *)(data + kind->value), kind->style, &now);
	detail_text(d, _("now"), now.role, _("%s   in %s min %s   max %s   mean %s"), now.text,
	    past_span_name(past_span_of(&got->ask)), least, most, mean);
	graph = area_cut(a, d->y, 0, a->height - d->y, a->width);
	past_draw(got, d->ctx->past->cursor, kind->style, &graph);
}

/* Why there is no more than the frame holds. */
static const char *why_frames(const struct past *p, const char *key)
{
	if (!p || !p->kept)
		return _("No metrics.db is read here: this is what the frame holds.");
	if (strcmp(p->got.ask.key, key) != 0)
		return NULL;
	return p->got.trouble[0] ? p->got.trouble : _("metrics.db holds nothing of this span: this is what the frame holds.");
}

/* Asked for something else than what is there, or waiting for long for the same again. */
static bool is_reading(const struct view_ctx *ctx, const char *key)
{
	const struct past *p = ctx->past;
	const struct past_ask *got = &p->got.ask;

	return strcmp(got->key, key) != 0 || got->to - got->from != past_span_ns(p->span) || got->week != p->week ||
	       (p->waiting && ctx->now - p->asked_at > LATE_S * NS_PER_S);
}

static void key_of(
    const struct view_ctx *ctx, const struct series_kind *kind, const struct view_row *row, const void *data, char *out, size_t size)
{
	const struct field *f = row_types[kind->section].fields;

	while (f->name && f->offset != kind->value)
		f++;
	metrics_row_key(row_cluster(ctx, row)->name, kind->section, data, f->name ? f->name : "", out, size);
}

static int draw_series(const struct view_ctx *ctx, const struct view_arg *arg,
    const struct series_kind *kind, const struct area *a)
{
	struct view_row row;
	const char *data =
	    find_origin(ctx, kind, arg->id, &row) ? row_data(ctx, &row, kind->section) : NULL;
	struct detail d = {.ctx = ctx, .area = a};
	char name[200], key[METRICS_KEY_SIZE];
	const struct past *p = ctx->past;
	const char *why;

	if (!data) {
		area_text(a, 0, 0, a->width, ROLE_DIM, _("The row is not there any more. Esc goes back."));
		return 1;
	}
	key_of(ctx, kind, &row, data, key, sizeof(key));
	snprintf(name, sizeof(name), "%.*s", (int)text_cut(arg->id, 160), arg->id);
	detail_text(&d, name, verdict_role(row.verdict), "%s", verdict_word(row.verdict));
	if (p && p->kept)
		draw_choices(&d, p, is_reading(ctx, key));
	if (p && p->kept && !strcmp(p->got.ask.key, key) && !p->got.trouble[0] &&
	    past_sum(&p->got.points, p->got.ask.from, p->got.ask.to).n > 0) {
		draw_past(&d, kind, data, a);
		return a->height;
	}
	why = why_frames(p, key);
	if (why)
		detail_text(&d, "", ROLE_DIM, "%s", why);
	return draw_frames(&d, kind, data, a);
}

/* The row's own: others of its pane may be worse. */
static enum verdict series_verdict(const struct view_ctx *ctx, const struct view_arg *arg, const struct series_kind *kind)
{
	struct view_row row;

	return arg && find_origin(ctx, kind, arg->id, &row) ? row.verdict : VERDICT_UNKNOWN;
}

static enum verdict verdict_lag(const struct view_ctx *ctx, const struct view_arg *arg)
{
	return series_verdict(ctx, arg, &kind_lag);
}

static enum verdict verdict_connections(const struct view_ctx *ctx, const struct view_arg *arg)
{
	return series_verdict(ctx, arg, &kind_connections);
}

static enum verdict verdict_disk(const struct view_ctx *ctx, const struct view_arg *arg)
{
	return series_verdict(ctx, arg, &kind_disk);
}

static enum verdict verdict_rtt(const struct view_ctx *ctx, const struct view_arg *arg)
{
	return series_verdict(ctx, arg, &kind_rtt);
}

static int draw_lag(
    const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	(void)scroll;
	return draw_series(ctx, arg, &kind_lag, a);
}

static int draw_connections(
    const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	(void)scroll;
	return draw_series(ctx, arg, &kind_connections, a);
}

static int draw_disk(
    const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	(void)scroll;
	return draw_series(ctx, arg, &kind_disk, a);
}

static int draw_rtt(
    const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	(void)scroll;
	return draw_series(ctx, arg, &kind_rtt, a);
}

static const struct view_ops series_lag = {
    .pane = PANE_LAG, .name = "series", .title = N_("LAG, ITS PAST"), .draw = draw_lag, .verdict = verdict_lag,
    .bar = "<>W"};
static const struct view_ops series_connections = {.pane = PANE_CONNECTIONS,
    .name = "series",
    .title = N_("CONNECTIONS, THEIR PAST"),
    .draw = draw_connections,
    .verdict = verdict_connections,
    .bar = "<>W"};
static const struct view_ops series_disk = {
    .pane = PANE_DISK, .name = "series", .title = N_("DISK, ITS PAST"), .draw = draw_disk, .verdict = verdict_disk,
    .bar = "<>W"};
static const struct view_ops series_rtt = {
    .pane = PANE_OVERVIEW, .name = "series", .title = N_("RTT, ITS PAST"), .draw = draw_rtt, .verdict = verdict_rtt,
    .bar = "<>W"};

static const struct {
	const struct view_ops *ops;
	const struct series_kind *kind;
} all_series[] = {
    {&series_lag, &kind_lag},
    {&series_connections, &kind_connections},
    {&series_disk, &kind_disk},
    {&series_rtt, &kind_rtt},
};

static const struct series_kind *kind_of(const struct view_ops *ops)
{
	for (size_t i = 0; i < sizeof(all_series) / sizeof(all_series[0]); i++)
		if (all_series[i].ops == ops)
			return all_series[i].kind;
	return NULL;
}

bool view_is_series(const struct view_ops *ops)
{
	return kind_of(ops) != NULL;
}

bool view_series_key(const struct view_ctx *ctx, const struct view_ops *ops, const char *id, char *out, size_t size)
{
	const struct series_kind *kind = kind_of(ops);
	struct view_row row;
	const void *data = kind && find_origin(ctx, kind, id, &row) ? row_data(ctx, &row, kind->section) : NULL;

	if (!data)
		return false;
	key_of(ctx, kind, &row, data, out, size);
	return true;
}

const struct view_ops *view_series(const struct view_row *row)
{
	static const struct view_ops *const of_section[SECTION_COUNT] = {
	    [SECTION_LAG] = &series_lag,
	    [SECTION_CONNECTIONS] = &series_connections,
	    [SECTION_DISK] = &series_disk,
	    [SECTION_BROKERS] = &series_rtt,
	};

	return row && row->section < SECTION_COUNT ? of_section[row->section] : NULL;
}
