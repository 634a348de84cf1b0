#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "triage/words.h"
#include "ui/acts.h"
#include "ui/triage.h"

#include <stdio.h>

/* All incidents that the ledger knows, those that are open first. */
static const struct incident *incident_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct incidents *all = ctx->desk ? ctx->desk->all : NULL;

	return all && row->sub < all->n ? &all->list[row->sub] : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct incidents *all = ctx->desk ? ctx->desk->all : NULL;

	(void)arg;
	for (size_t i = 0; all && i < all->n; i++) {
		struct view_row *row = row_list_add(out, "%s", all->list[i].key);

		row->sub = i;
		row->verdict = all->list[i].closed ? VERDICT_OK : VERDICT_CRIT;
		row->urgency = (all->list[i].closed ? 0 : 1000000) + (int)i;
	}
}

static void cell_id(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);

	cell_str(out, ROLE_TEXT, inc ? inc->id : NULL);
	out->number = true;
}

static void cell_state(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);

	cell_empty(out);
	if (!inc)
		return;
	if (inc->keep != KEEP_KEPT)
		cell_str(out, keep_role(inc->keep), keep_word(inc->keep));
	else
		cell_str(out, inc->closed ? ROLE_DIM : ROLE_CRIT, inc->closed ? _("closed") : _("open"));
}

static void cell_stage(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);
	const struct stages *s = ctx->desk ? ctx->desk->stages : NULL;

	cell_str(out, ROLE_TEXT, inc && s ? s->list[inc->stage].title : NULL);
}

static void cell_about(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);
	char about[256];

	cell_fmt(out, ROLE_TEXT, "%s%s", inc && inc->drill ? _("DRILL ") : "",
	    inc ? incident_about(inc, about, sizeof(about)) : "");
}

static void cell_opened(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);

	cell_empty(out);
	out->number = true;
	if (inc)
		fmt_utc(out->text, sizeof(out->text), inc->opened);
}

static void cell_pen(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct incident *inc = incident_of(ctx, row);

	cell_str(out, ROLE_TEXT, inc && !inc->closed && incident_pen_held(inc, ctx->wall) ? inc->pen.user : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	const struct incident *inc = incident_of(ctx, row);
	struct detail d = {.ctx = ctx, .area = area};
	char lasts[FMT_MAX];
	int64_t ns;

	if (!inc)
		return;
	detail_text(&d, _("opened:"), ROLE_TEXT, _("by %.60s from %.60s"), inc->user, inc->from);
	ns = incident_between(inc, "started", "resolved");
	if (ns >= 0)
		detail_text(&d, _("resolved:"), ROLE_TEXT, _("%s after it began"), fmt_duration(lasts, sizeof(lasts), ns));
	if (incident_field(inc, "happened"))
		detail_wrapped(&d, _("what:"), incident_field(inc, "happened"), 2);
}

static const struct view_ops *drill(const struct view_row *row)
{
	(void)row;
	return &view_triage;
}

static const struct column columns[] = {
    {"incident", N_("INCIDENT"), 14, 22, 1, false, cell_id, NULL},
    {"state", N_("STATE"), 6, 10, 1, false, cell_state, NULL},
    {"stage", N_("STAGE"), 8, 12, 3, false, cell_stage, NULL},
    {"about", N_("ABOUT"), 12, 60, 1, false, cell_about, NULL},
    {"opened", N_("OPENED"), 20, 20, 4, false, cell_opened, NULL},
    {"pen", N_("PEN"), 4, 16, 5, false, cell_pen, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_incidents = {
    .pane = PANE_ALERTS,
    .name = "incidents",
    .title = N_("INCIDENTS"),
    .columns = columns,
    .order = N_("the open ones first, then the newest"),
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .drill = drill,
    .empty = N_("No incident is known. t on a row that is broken opens one."),
};
