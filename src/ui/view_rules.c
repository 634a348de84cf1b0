#include "ui/views.h"

#include "base/i18n.h"
#include "rules/rules.h"

#include <stdio.h>

/* The rules in force, cluster by cluster, how each stands and the sentence that says
 * what to do when it fires. */
static const struct rule_result *rule_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct judgement *j = ctx->frame->judgement;

	return row->sub < j->n_rules ? &j->rules[row->sub] : NULL;
}

struct words {
	const char *threshold, *action;
};

static bool words_of(const struct rule_result *r, struct words *w)
{
	return r && r->name && rules_describe(r->name, &w->threshold, &w->action);
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;
	const struct judgement *j = ctx->frame->judgement;

	(void)arg;
	for (size_t i = 0; i < j->n_rules; i++) {
		struct view_row *row =
		    row_list_join(out, j->rules[i].cluster, j->rules[i].name, NULL);

		for (size_t c = 0; j->rules[i].cluster && c < snap->n_clusters; c++)
			if (!strcmp(snap->clusters[c].name, j->rules[i].cluster))
				row->cluster = c;
		row->sub = i;
		row->verdict = j->rules[i].verdict;
		row->urgency = urgency_of(row->verdict, 1.0 - (double)i / (double)(j->n_rules + 1));
	}
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = rule_of(ctx, row);

	cell_str(out, ROLE_TEXT, r ? r->name : NULL);
}

static void cell_judged(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = rule_of(ctx, row);

	cell_empty(out);
	out->number = true;
	if (r)
		snprintf(out->text, sizeof(out->text), "%lld/%lld", (long long)r->evaluated,
		    (long long)r->total);
}

static void cell_reason(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct rule_result *r = rule_of(ctx, row);

	cell_empty(out);
	if (r && r->reason)
		cell_str(out, ROLE_TEXT, r->reason);
}

static void cell_limit(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct words w;

	cell_empty(out);
	if (!words_of(rule_of(ctx, row), &w))
		return;
	cell_str(out, ROLE_TEXT, w.threshold);
	out->number = true;
}

static void cell_action(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct words w;

	cell_empty(out);
	if (words_of(rule_of(ctx, row), &w))
		cell_str(out, ROLE_TEXT, _(w.action));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct rule_result *r = rule_of(ctx, row);
	struct words w;

	if (!r)
		return;
	detail_text(&d, r->cluster ? r->cluster : "-", ROLE_TEXT, "%s", r->name);
	if (words_of(r, &w)) {
		detail_text(&d, _("limit:"), ROLE_TEXT, "%s", w.threshold);
		detail_wrapped(&d, _("do:"), _(w.action), 2);
	}
	if (r->reason)
		detail_wrapped(&d, _("why:"), r->reason, 2);
}

static const struct column columns[] = {
    {"alert", N_("ALERT"), 12, 28, 1, false, cell_name, NULL},
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"limit", N_("LIMIT"), 5, 24, 5, false, cell_limit, NULL},
    {"judged", N_("JUDGED"), 6, 14, 4, true, cell_judged, NULL},
    {"reason", N_("WHY"), 12, 50, 6, false, cell_reason, NULL},
    {"action", N_("WHAT TO DO"), 14, 110, 3, false, cell_action, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_rules = {
    .pane = PANE_MANUAL,
    .name = "rules",
    .title = N_("RULES"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 6,
    .detail = detail,
    .empty = N_("No rule is in force: no cluster is configured."),
};
