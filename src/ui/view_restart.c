#include "ui/views.h"

#include "base/i18n.h"
#include "rules/restart.h"

#include <stdint.h>
#include <stdio.h>

/* May each broker be restarted now? The same answer as `mqduty check restart`. */

static void look(const struct view_ctx *ctx, const struct view_row *row, struct restart *out)
{
	const struct broker_row *b = row_data(ctx, row, SECTION_BROKERS);

	restart_check(ctx->frame->snap, row->cluster, b ? b->name : NULL, ctx->now, out);
}

static enum verdict verdict_of(enum may may)
{
	return may == MAY_YES ? VERDICT_OK : may == MAY_NO ? VERDICT_CRIT : VERDICT_UNKNOWN;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;

	(void)arg;
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[SECTION_BROKERS];

		for (size_t i = 0; i < section_count(s); i++) {
			const struct broker_row *b = section_broker(s, i);
			struct view_row *row = row_list_add(
			    out, "%s/%s", snap->clusters[c].name, b->name ? b->name : "-");
			struct restart r;

			row->cluster = c;
			row->section = SECTION_BROKERS;
			row->row = i;
			look(ctx, row, &r);
			row->verdict = verdict_of(r.may);
			row->urgency = urgency_of(row->verdict, 0);
		}
	}
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = row_data(ctx, row, SECTION_BROKERS);

	cell_str(out, ROLE_TEXT, b ? b->name : NULL);
}

static void cell_may(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct restart r;

	look(ctx, row, &r);
	cell_str(out, verdict_role(verdict_of(r.may)), may_word(r.may));
}

static void cell_why(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct restart r;

	look(ctx, row, &r);
	cell_str(out, ROLE_TEXT, r.why);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	struct restart r;

	look(ctx, row, &r);
	for (size_t i = 0; i < r.n_facts; i++)
		detail_wrapped(&d, may_word(r.facts[i].may), r.facts[i].text, 2);
}

static const struct view_ops *drill(const struct view_row *row)
{
	(void)row;
	return &view_metrics;
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"broker", N_("BROKER"), 6, 30, 1, false, cell_name, NULL},
    {"restart", N_("RESTART"), 4, 8, 1, false, cell_may, order_verdict},
    {"why", N_("WHY"), 10, 120, 2, false, cell_why, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_restart = {
    .pane = PANE_OVERVIEW,
    .name = "restart",
    .title = N_("MAY IT BE RESTARTED NOW?"),
    .columns = columns,
    .rows = rows,
    .detail_lines = RESTART_FACTS_MAX,
    .detail = detail,
    .drill = drill,
    .empty = N_("No broker has answered yet. Esc goes back."),
};
