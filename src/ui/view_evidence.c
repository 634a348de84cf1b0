#include "ui/views.h"

#include "base/i18n.h"
#include "rules/checklist_file.h"

#include <stdio.h>

/* What a checklist item is judged on, where no pane shows it: the verdict of each of its rules on each cluster, worst
 * first. arg: "daily/cluster-health". */

static const struct rule_result *result_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct judgement *j = ctx->frame->judgement;

	return row->sub < j->n_rules ? &j->rules[row->sub] : NULL;
}

const struct list_item *item_by_subject(const char *subject)
{
	const char *slash = subject ? strchr(subject, '/') : NULL;
	char list[64];

	if (!slash)
		return NULL;
	snprintf(list, sizeof(list), "%.*s", (int)(slash - subject), subject);
	return checklist_item(checklists(), list, slash + 1);
}

static bool is_made_of(const struct list_item *item, const char *rule)
{
	for (size_t i = 0; item && item->rules[i]; i++)
		if (!strcmp(item->rules[i], rule))
			return true;
	return false;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct list_item *item = arg ? item_by_subject(arg->id) : NULL;

	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];
		struct view_row *row;

		if (!is_made_of(item, r->name))
			continue;
		row = row_list_add(out, "%s/%s", r->cluster, r->name);
		row->sub = i;
		row->verdict = r->verdict;
		row->urgency =
		    urgency_of(r->verdict, 1 - (double)i / (double)(j->n_rules + 1));
	}
}

static void cell_rule(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = result_of(ctx, row);

	cell_str(out, ROLE_TEXT, r ? r->name : NULL);
}

static void cell_cluster(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = result_of(ctx, row);

	cell_str(out, ROLE_TEXT, r ? r->cluster : NULL);
}

static void cell_judged(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = result_of(ctx, row);

	cell_empty(out);
	out->number = true;
	if (r)
		snprintf(out->text, sizeof(out->text), "%lld/%lld", (long long)r->evaluated,
		    (long long)r->total);
}

static void cell_why(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = result_of(ctx, row);

	cell_str(out, ROLE_TEXT, r && r->reason ? r->reason : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct rule_result *r = result_of(ctx, row);

	if (r)
		detail_wrapped(&d, r->cluster ? r->cluster : "-", r->reason ? r->reason
			: r->verdict == VERDICT_OK ? _("all inputs were judged and are fine")
						   : _("nothing is there that this rule could judge"), 3);
}

static const struct column columns[] = {
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, cell_cluster, NULL},
    {"rule", N_("RULE"), 10, 30, 1, false, cell_rule, NULL},
    {"judged", N_("JUDGED"), 5, 14, 2, true, cell_judged, NULL},
    {"why", N_("WHY"), 10, 120, 3, false, cell_why, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_evidence = {
    .pane = PANE_CHECKLIST,
    .name = "evidence",
    .title = N_("EVIDENCE"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 3,
    .detail = detail,
    .bar = "Sn",
    .empty = N_("None of the rules that this item is made of has been judged."),
    .help = N_("The rules that the item is made of, on every cluster, worst first.\n"
	       "S signs the item as it is now, n adds a note."),
};
