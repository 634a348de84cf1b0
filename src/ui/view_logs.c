#include "ui/views.h"

#include "base/i18n.h"

#include <stdio.h>

/*
 * Logs are not read by this version. The pane says so, cluster by cluster, with the verdict of the
 * checklist's item: what nobody reads is not fine.
 */
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
	(void)ctx;
	(void)row;
	cell_str(out, ROLE_TEXT, _("not read by this version: look at them by hand"));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct cluster_view *c = row_cluster(ctx, row);

	if (!c)
		return;
	detail_wrapped(&d, c->name,
	    _("mqduty reads no logs yet, whatever stands under logs: in the config. To have the "
	      "daily item "
	      "no longer count as not known, say in the config of the cluster that somebody else "
	      "looks:"),
	    3);
	detail_text(
	    &d, "", ROLE_TEXT, "  waive: [{item: error-logs, until: 2027-01-01, reason: ..}]");
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"what", N_("ERROR LOGS"), 10, 120, 2, false, cell_what, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_logs = {
    .pane = PANE_LOGS,
    .name = "logs",
    .title = N_("LOGS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .empty = N_("No cluster is configured; and mqduty reads no logs yet."),
};
