#include "ui/views.h"

#include "base/i18n.h"

#include <stdio.h>

/*
 * Logs are not read by this version. The pane says so, cluster by cluster, with the verdict of the
 * checklist's item: what nobody reads is not fine.
 */
static const struct check_item *item_of(const struct view_ctx *ctx)
{
	const struct judgement *j = ctx->frame->judgement;

	for (size_t i = 0; i < j->n_checklist; i++)
		if (j->checklist[i].id && !strcmp(j->checklist[i].id, "error-logs"))
			return &j->checklist[i];
	return NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;

	(void)arg;
	for (size_t i = 0; i < snap->n_clusters; i++) {
		struct view_row *row = row_list_add(out, "%s", snap->clusters[i].name);

		row->cluster = i;
		row->verdict = pane_verdict(ctx, PANE_LOGS);
		row->urgency = -(int)i;
	}
}

static void cell_what(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct check_item *item = item_of(ctx);

	(void)row;
	cell_str(out, ROLE_TEXT, item && item->evidence ? item->evidence : _("logs are not read"));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct cluster_view *c = row_cluster(ctx, row);

	if (!c)
		return;
	detail_wrapped(&d, c->name,
	    _("This version of mqduty reads no logs, whatever the config says under logs: look at "
	      "them "
	      "by hand, and waive the item so that it stops counting as not known:"),
	    2);
	detail_text(
	    &d, "", ROLE_TEXT, "  waive: [{item: error-logs, until: 2027-01-01, reason: ..}]");
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 7, 16, 1, false, column_cluster, NULL},
    {"verdict", N_("STATUS"), 6, 6, 1, false, column_verdict, order_verdict},
    {"what", N_("ERROR LOGS"), 10, 120, 2, false, cell_what, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_logs = {
    .pane = PANE_LOGS,
    .name = "logs",
    .title = N_("LOGS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 3,
    .detail = detail,
    .empty = N_("No cluster is configured. This version of mqduty reads no logs."),
};
