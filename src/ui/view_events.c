#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <stdint.h>
#include <stdio.h>

static const struct event_row *event_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct section *s = ctx->frame->snap->events;

	return row->sub < section_count(s) ? section_event(s, row->sub) : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct section *s = ctx->frame->snap->events;

	(void)arg;
	for (size_t i = 0; i < section_count(s); i++) {
		const struct event_row *e = section_event(s, i);
		struct view_row *row = row_list_add(out, "%lld/%.60s/%.60s/%.80s",
		    (long long)e->wall, e->cluster ? e->cluster : "", e->entity ? e->entity : "",
		    e->text ? e->text : "");

		row->sub = i;
		row->urgency = i < INT32_MAX ? (int)i : INT32_MAX; /* newest first */
		for (size_t c = 0; e->cluster && c < ctx->frame->snap->n_clusters; c++)
			if (!strcmp(ctx->frame->snap->clusters[c].name, e->cluster))
				row->cluster = c;
	}
}

static void cell_time(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	enum { DAY_S = 86400 };
	const struct event_row *e = event_of(ctx, row);

	cell_empty(out);
	if (!e)
		return;
	out->number = true;
	if (ctx->wall - e->wall < DAY_S * 1000000000LL)
		fmt_clock(out->text, sizeof(out->text), e->wall);
	else
		fmt_utc(out->text, sizeof(out->text), e->wall);
}

static double order_time(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct event_row *e = event_of(ctx, row);

	return e ? (double)e->wall : 0;
}

static void cell_ago(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);

	cell_empty(out);
	out->number = true;
	since_text(ctx->wall, e ? e->wall : 0, out->text, sizeof(out->text));
}

static void cell_cluster(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);

	cell_str(out, ROLE_TEXT, e ? e->cluster : NULL);
}

static void cell_entity(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);

	cell_str(out, ROLE_TEXT, e ? e->entity : NULL);
}

static void cell_what(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);

	cell_str(out, ROLE_TEXT, e ? e->text : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct event_row *e = event_of(ctx, row);
	char when[FMT_MAX];

	if (!e)
		return;
	detail_text(&d, e->cluster ? e->cluster : "-", ROLE_TEXT, "%.200s  %s",
	    e->entity ? e->entity : "", fmt_utc(when, sizeof(when), e->wall));
	detail_text(&d, "", ROLE_TEXT, "%s", e->text ? e->text : "-");
}

static const struct column columns[] = {
    {"time", N_("TIME"), 9, 20, 1, false, cell_time, order_time},
    {"ago", N_("AGO"), 3, 7, 4, true, cell_ago, order_time},
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, cell_cluster, NULL},
    {"entity", N_("WHERE"), 6, 30, 2, false, cell_entity, NULL},
    {"what", N_("WHAT HAPPENED"), 12, 100, 1, false, cell_what, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_events = {
    .pane = PANE_EVENTS,
    .name = "events",
    .title = N_("EVENTS"),
    .columns = columns,
    .order = N_("newest first"),
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("Nothing has changed since mqduty began to watch."),
};
