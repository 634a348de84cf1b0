#include "ui/views.h"

#include "base/i18n.h"

#include <stdint.h>
#include <stdio.h>

/* The partitions of a Kafka cluster that are offline or short of replicas. arg is a row's id that
 * begins with the cluster's name. */
static size_t cluster_of(const struct view_ctx *ctx, const char *id)
{
	const struct snapshot *snap = ctx->frame->snap;
	size_t best = SIZE_MAX, longest = 0;

	for (size_t c = 0; c < snap->n_clusters; c++) {
		size_t n = strlen(snap->clusters[c].name);

		if (n >= longest && !strncmp(id, snap->clusters[c].name, n) &&
		    (id[n] == '/' || !id[n])) {
			best = c;
			longest = n;
		}
	}
	return best;
}

static const struct partition_row *parent_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct cluster_view *c = row_cluster(ctx, row);

	return c ? cluster_partitions(c) : NULL;
}

static const struct problem_partition *problem_of(
    const struct view_ctx *ctx, const struct view_row *row)
{
	const struct partition_row *p = parent_of(ctx, row);

	return p && row->sub < p->n_problems ? &p->problems[row->sub] : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	size_t cluster = arg && arg->id ? cluster_of(ctx, arg->id) : SIZE_MAX;
	const struct partition_row *p;

	if (cluster == SIZE_MAX)
		return;
	p = cluster_partitions(&ctx->frame->snap->clusters[cluster]);
	for (size_t i = 0; p && i < p->n_problems; i++) {
		struct view_row *row =
		    row_list_add(out, "%s/%s/%lld", ctx->frame->snap->clusters[cluster].name,
			p->problems[i].topic ? p->problems[i].topic : "-",
			(long long)p->problems[i].partition);

		row->cluster = cluster;
		row->section = SECTION_PARTITIONS;
		row->row = 0;
		row->sub = i;
		row->verdict =
		    judgement_row(ctx->frame->judgement, cluster, SECTION_PARTITIONS, 0).verdict;
		row->urgency = -(int)i;
	}
}

static void cell_topic(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	cell_str(out, ROLE_TEXT, x ? x->topic : NULL);
}

static void put_number(struct cell_text *out, int64_t n)
{
	cell_empty(out);
	out->number = true;
	if (n >= 0)
		snprintf(out->text, sizeof(out->text), "%lld", (long long)n);
	else
		snprintf(out->text, sizeof(out->text), "%s", _("none"));
}

static void cell_partition(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	put_number(out, x ? x->partition : -1);
}

static double order_partition(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct problem_partition *x = problem_of(ctx, row);

	return x ? (double)x->partition : -1;
}

static void cell_what(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	cell_str(out, verdict_role(row->verdict), x && x->what ? i18n_again(x->what) : NULL);
}

static void cell_leader(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	put_number(out, x ? x->leader : -1);
}

static void cell_isr(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	cell_str(out, ROLE_TEXT, x ? x->isr : NULL);
}

static void cell_replicas(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct problem_partition *x = problem_of(ctx, row);

	cell_str(out, ROLE_TEXT, x ? x->replicas : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct partition_row *p = parent_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	struct cell_text all, under, offline;

	if (!p || !c)
		return;
	cell_value(ctx, &p->partitions, STYLE_COUNT, &all);
	cell_value(ctx, &p->under_replicated, STYLE_COUNT, &under);
	cell_value(ctx, &p->offline, STYLE_COUNT, &offline);
	detail_text(&d, c->name, ROLE_TEXT, _("%s partitions: %s offline, %s under-replicated"),
	    all.text, offline.text, under.text);
	if (p->missing_brokers)
		detail_text(&d, _("missing brokers:"), ROLE_TEXT, "%s", p->missing_brokers);
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 2, false, column_cluster, NULL},
    {"topic", N_("TOPIC"), 8, 60, 1, false, cell_topic, NULL},
    {"partition", N_("PARTITION"), 9, 9, 1, true, cell_partition, order_partition},
    {"what", N_("WHAT"), 8, 20, 1, false, cell_what, NULL},
    {"leader", N_("LEADER"), 6, 8, 3, true, cell_leader, NULL},
    {"isr", N_("ISR"), 5, 30, 2, false, cell_isr, NULL},
    {"replicas", N_("REPLICAS"), 8, 30, 4, false, cell_replicas, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_problems = {
    .pane = PANE_OVERVIEW,
    .name = "problems",
    .title = N_("PARTITIONS IN TROUBLE"),
    .columns = columns,
    .order = "",
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("No partition is known to be in trouble. Esc goes back."),
};
