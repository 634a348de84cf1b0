#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <stdio.h>

/* The items of the day, what they are called, and the view that holds their evidence. */
static const struct item_words {
	const char *id, *title;
	const struct view_ops *evidence;
} item_words[] = {
    {"cluster-health", N_("cluster health"), &view_overview},
    {"consumer-lag", N_("consumer lag"), &view_lag},
    {"disk-usage", N_("disk usage"), &view_disk},
    {"network-latency", N_("network latency"), &view_brokers},
    {"error-logs", N_("error logs"), &view_logs},
};

static const struct item_words *words_of(const char *id)
{
	for (size_t i = 0; id && i < sizeof(item_words) / sizeof(item_words[0]); i++)
		if (!strcmp(item_words[i].id, id))
			return &item_words[i];
	return NULL;
}

static const struct check_item *item_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct judgement *j = ctx->frame->judgement;

	return row->sub < j->n_checklist ? &j->checklist[row->sub] : NULL;
}

/* In the order of the list: the operator goes through it, so it does not jump about. */
static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct judgement *j = ctx->frame->judgement;

	(void)arg;
	for (size_t i = 0; i < j->n_checklist; i++) {
		struct view_row *row =
		    row_list_join(out, j->checklist[i].list, j->checklist[i].id, NULL);

		row->sub = i;
		row->verdict = j->checklist[i].verdict;
		row->urgency = -(int)i;
	}
}

static void cell_number(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	(void)ctx;
	cell_empty(out);
	snprintf(out->text, sizeof(out->text), "%zu", row->sub + 1);
	out->number = true;
}

static double order_number(const struct view_ctx *ctx, const struct view_row *row)
{
	(void)ctx;
	return -(double)row->sub;
}

static void cell_item(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct check_item *item = item_of(ctx, row);
	const struct item_words *w = item ? words_of(item->id) : NULL;

	cell_str(out, ROLE_TEXT, w ? _(w->title) : item ? item->id : NULL);
}

static void cell_judged(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct check_item *item = item_of(ctx, row);

	cell_empty(out);
	out->number = true;
	if (item)
		snprintf(out->text, sizeof(out->text), "%lld/%lld", (long long)item->evaluated,
		    (long long)item->total);
}

static double order_judged(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct check_item *item = item_of(ctx, row);

	return item && item->total ? (double)item->evaluated / (double)item->total : 0;
}

static void cell_evidence(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct check_item *item = item_of(ctx, row);

	cell_str(out, ROLE_TEXT, item ? item->evidence : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct check_item *item = item_of(ctx, row);
	const struct item_words *w = item ? words_of(item->id) : NULL;

	if (!item)
		return;
	detail_wrapped(&d, _("evidence:"), item->evidence ? item->evidence : "-", 3);
	detail_text(&d, _("judged:"), ROLE_TEXT,
	    _("%lld of %lld inputs, %lld not known, %lld waived by the config"),
	    (long long)item->evaluated, (long long)item->total,
	    (long long)(item->total - item->evaluated), (long long)item->waived);
	if (w)
		detail_text(
		    &d, _("Enter:"), ROLE_DIM, _("the rows behind it (%s)"), _(w->evidence->title));
}

static const struct view_ops *drill(const struct view_row *row)
{
	const char *id = strchr(row->id, '/');
	const struct item_words *w = id ? words_of(id + 1) : NULL;

	return w ? w->evidence : NULL;
}

static const struct column columns[] = {
    {"number", N_("NO"), 2, 3, 4, true, cell_number, order_number},
    {"item", N_("ITEM"), 10, 30, 1, false, cell_item, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"judged", N_("JUDGED"), 6, 14, 2, true, cell_judged, order_judged},
    {"evidence", N_("EVIDENCE"), 10, 120, 3, false, cell_evidence, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_checklist = {
    .pane = PANE_CHECKLIST,
    .name = "checklist",
    .title = N_("CHECKLIST daily"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 5,
    .detail = detail,
    .drill = drill,
    .empty = N_("The checklist has not been judged yet."),
    .help = N_("JUDGED: how many inputs were fresh and judged, of how many there are.\n"
	       "An item is OK only when all of them were. Enter opens the rows behind it."),
};
