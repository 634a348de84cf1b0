#include "ui/views.h"

#include "base/i18n.h"

#include <stdint.h>

/* Who holds a cluster's metadata: the voters of the KRaft quorum, the ZooKeeper servers; who of them is how far behind. */

static const struct ensemble_member *member_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct cluster_row *c = row_data(ctx, row, SECTION_CLUSTER);

	return c && row->sub < c->n_ensemble ? &c->ensemble[row->sub] : NULL;
}

static enum verdict verdict_of(const struct view_ctx *ctx, const struct ensemble_member *m)
{
	if (value_quality(&m->up, ctx->now) != QUALITY_OK)
		return VERDICT_UNKNOWN;
	return m->up.b ? VERDICT_OK : VERDICT_CRIT;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;

	(void)arg;
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct cluster_row *facts = cluster_facts(&snap->clusters[c]);

		for (size_t i = 0; facts && i < facts->n_ensemble; i++) {
			const struct ensemble_member *m = &facts->ensemble[i];
			struct view_row *row = row_list_add(
			    out, "%s/%s", snap->clusters[c].name, m->name ? m->name : "-");

			row->cluster = c;
			row->section = SECTION_CLUSTER;
			row->row = 0;
			row->sub = i;
			row->verdict = verdict_of(ctx, m);
			row->urgency = urgency_of(row->verdict, 0);
		}
	}
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct ensemble_member *m = member_of(ctx, row);

	cell_str(out, ROLE_TEXT, m ? m->name : NULL);
}

static void cell_role(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct ensemble_member *m = member_of(ctx, row);

	cell_str(out, ROLE_TEXT, m ? m->role : NULL);
}

static void cell_state(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct ensemble_member *m = member_of(ctx, row);

	cell_str(out, m && value_quality(&m->up, ctx->now) == QUALITY_OK ? ROLE_TEXT : ROLE_DIM, m ? m->state : NULL);
}

static void cell_of(const struct view_ctx *ctx, const struct value *v, enum value_style style, struct cell_text *out)
{
	cell_empty(out);
	if (v)
		cell_value(ctx, v, style, out);
}

#define MEMBER_COLUMN(member, style)                                                                                  \
	static void cell_##member(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)      \
	{                                                                                                             \
		const struct ensemble_member *m = member_of(ctx, row);                                                \
                                                                                                                      \
		cell_of(ctx, m ? &m->member : NULL, style, out);                                                      \
	}                                                                                                             \
	static double order_##member(const struct view_ctx *ctx, const struct view_row *row)                          \
	{                                                                                                             \
		const struct ensemble_member *m = member_of(ctx, row);                                                \
                                                                                                                      \
		return m ? order_value(&m->member) : -1;                                                              \
	}

MEMBER_COLUMN(behind, STYLE_COUNT)
MEMBER_COLUMN(behind_ms, STYLE_MS)
MEMBER_COLUMN(latency_ms, STYLE_MS)
MEMBER_COLUMN(outstanding, STYLE_COUNT)

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct ensemble_member *m = member_of(ctx, row);

	if (!m)
		return;
	detail_text(&d, m->name ? m->name : "-", ROLE_TEXT, "%.40s  %.40s  %.200s", m->kind ? m->kind : "-",
	    m->role ? m->role : "-", m->state ? m->state : _("not known"));
	detail_reasons(&d, (const struct detail_value[]){{_("up"), &m->up}, {_("behind"), &m->behind},
			       {_("caught up"), &m->behind_ms}, {_("latency"), &m->latency_ms}, {NULL, NULL}});
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"member", N_("MEMBER"), 6, 30, 1, false, cell_name, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"role", N_("ROLE"), 6, 12, 2, false, cell_role, NULL},
    {"state", N_("STATE"), 8, 44, 3, false, cell_state, NULL},
    {"behind", N_("BEHIND"), 6, 14, 2, true, cell_behind, order_behind},
    {"caught-up", N_("CAUGHT UP"), 6, 14, 4, true, cell_behind_ms, order_behind_ms},
    {"latency", N_("LATENCY"), 6, 12, 5, true, cell_latency_ms, order_latency_ms},
    {"outstanding", N_("OUTST"), 5, 10, 6, true, cell_outstanding, order_outstanding},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_quorum = {
    .pane = PANE_OVERVIEW,
    .name = "quorum",
    .title = N_("QUORUM"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .empty = N_("No voter of a KRaft quorum and no ZooKeeper server is known. Esc goes back."),
};
