#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/plot.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

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

static int draw_series(const struct view_ctx *ctx, const struct view_arg *arg,
    const struct series_kind *kind, const struct area *a)
{
	struct view_row row;
	const char *data =
	    find_origin(ctx, kind, arg->id, &row) ? row_data(ctx, &row, kind->section) : NULL;
	const struct series_view *s = NULL;
	struct detail d = {.ctx = ctx, .area = a};
	struct area graph;
	struct bounds b;
	struct cell_text now;
	char least[64], most[64], mean[64], name[200];

	if (data)
		s = *(struct series_view *const *)(const void *)(data + kind->series);
	if (!data || !bounds_of(s, &b)) {
		area_text(a, 0, 0, a->width, ROLE_DIM,
		    data ? _("Nothing has been measured yet.")
			 : _("The row is not there any more. Esc goes back."));
		return 1;
	}
	style_text(b.least.v, kind->style, least, sizeof(least));
	style_text(b.most.v, kind->style, most, sizeof(most));
	style_text(b.mean, kind->style, mean, sizeof(mean));
	cell_value(
	    ctx, (const struct value *)(const void *)(data + kind->value), kind->style, &now);
	snprintf(name, sizeof(name), "%.*s", (int)text_cut(arg->id, 160), arg->id);
	detail_text(&d, name, verdict_role(row.verdict), "%s", verdict_word(row.verdict));
	detail_text(&d, _("now"), now.role, _("%s   min %s   max %s   mean %s   %zu samples"),
	    now.text, least, most, mean, series_view_count(s));
	graph = area_cut(a, d.y + 1, 0, a->height - d.y - 1, a->width);
	draw_graph(ctx, s, &b, kind->style, &graph);
	return a->height;
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
    .pane = PANE_LAG, .name = "series", .title = N_("LAG, ITS PAST"), .draw = draw_lag};
static const struct view_ops series_connections = {.pane = PANE_CONNECTIONS,
    .name = "series",
    .title = N_("CONNECTIONS, THEIR PAST"),
    .draw = draw_connections};
static const struct view_ops series_disk = {
    .pane = PANE_DISK, .name = "series", .title = N_("DISK, ITS PAST"), .draw = draw_disk};
static const struct view_ops series_rtt = {
    .pane = PANE_OVERVIEW, .name = "series", .title = N_("RTT, ITS PAST"), .draw = draw_rtt};

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
