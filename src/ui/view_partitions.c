#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>

/* The partitions of one lag row. Their numbers are as old as the row's own lag. */
static const struct lag_row *parent_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_LAG);
}

static const struct lag_partition *part_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct lag_row *lag = parent_of(ctx, row);

	return lag && row->sub < lag->n_parts ? &lag->parts[row->sub] : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	struct view_row parent;
	const struct lag_row *lag;

	if (!find_row(ctx, &view_lag, arg, &parent))
		return;
	lag = row_data(ctx, &parent, SECTION_LAG);
	for (size_t i = 0; lag && i < lag->n_parts; i++) {
		const struct lag_partition *p = &lag->parts[i];
		struct view_row *row =
		    row_list_add(out, "%s/%lld", arg->id, (long long)p->partition);

		row->cluster = parent.cluster;
		row->section = parent.section;
		row->row = parent.row;
		row->sub = i;
		row->verdict = parent.verdict;
		/* What is not known may be the worst. */
		row->urgency = p->lag < 0 ? urgency_of(VERDICT_CRIT, 1)
					  : urgency_of(VERDICT_OK, log10(1 + (double)p->lag) / 20);
	}
}

static void offset_text(
    const struct view_ctx *ctx, const struct view_row *row, int64_t n, struct cell_text *out)
{
	const struct lag_row *lag = parent_of(ctx, row);
	bool fresh = lag && value_quality(&lag->lag, ctx->now) == QUALITY_OK;

	out->number = true;
	out->role = n < 0 ? ROLE_UNKNOWN : fresh ? ROLE_TEXT : ROLE_DIM;
	if (n < 0)
		snprintf(out->text, sizeof(out->text), "?");
	else
		fmt_count(out->text, sizeof(out->text), n);
}

static void cell_partition(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	cell_empty(out);
	if (p)
		snprintf(out->text, sizeof(out->text), "%lld", (long long)p->partition);
	out->number = true;
}

static double order_partition(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct lag_partition *p = part_of(ctx, row);

	return p ? (double)p->partition : -1;
}

static void cell_lag(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	offset_text(ctx, row, p ? p->lag : -1, out);
}

static double order_lag(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct lag_partition *p = part_of(ctx, row);

	return p ? (double)p->lag : -1;
}

static void cell_committed(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	if (p && p->committed < 0 && !p->error)
		cell_str(out, ROLE_DIM, _("none"));
	else
		offset_text(ctx, row, p ? p->committed : -1, out);
	out->number = true;
}

static void cell_end(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	offset_text(ctx, row, p ? p->end : -1, out);
}

static void cell_start(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	offset_text(ctx, row, p ? p->start : -1, out);
}

static void cell_member(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);

	cell_str(out, ROLE_TEXT, p ? p->member : NULL);
}

static void cell_note_of(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_partition *p = part_of(ctx, row);
	char lost[FMT_MAX];

	cell_empty(out);
	if (!p)
		return;
	if (p->error)
		cell_str(out, ROLE_UNKNOWN, p->error);
	else if (p->committed >= 0 && p->start > p->committed)
		cell_fmt(out, ROLE_TEXT, _("%s deleted unread"),
		    fmt_count(lost, sizeof(lost), p->start - p->committed));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct lag_row *lag = parent_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct lag_partition *p = part_of(ctx, row);

	if (!lag || !p || !c)
		return;
	detail_text(&d, c->name, ROLE_TEXT, "%.100s > %.100s", lag->group ? lag->group : "-",
	    lag->topic ? lag->topic : "-");
	if (p->error)
		detail_text(&d, _("not known:"), ROLE_UNKNOWN, "%s", p->error);
	else if (p->committed < 0)
		detail_text(&d, _("not known:"), ROLE_TEXT, "%s",
		    _("the group never committed an offset of this partition"));
	detail_reasons(&d, (const struct detail_value[]){{_("LAG"), &lag->lag}, {NULL, NULL}});
}

static const struct column columns[] = {
    {"partition", N_("PARTITION"), 9, 9, 1, true, cell_partition, order_partition},
    {"lag", N_("LAG"), 3, 20, 1, true, cell_lag, order_lag},
    {"committed", N_("COMMITTED"), 9, 20, 3, true, cell_committed, NULL},
    {"end", N_("END"), 3, 20, 4, true, cell_end, NULL},
    {"start", N_("START"), 5, 20, 6, true, cell_start, NULL},
    {"member", N_("OWNER"), 5, 40, 5, false, cell_member, NULL},
    {"note", N_("NOTE"), 4, 40, 2, false, cell_note_of, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_partitions = {
    .pane = PANE_LAG,
    .name = "partitions",
    .title = N_("PARTITIONS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty =
	N_("The group, or its partitions, are not there any more, or not known. Esc goes back."),
};
