/* The weekly and the monthly list and the audits, an item a line. */
#include "ui/lists.h"

#include "audit/answer.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "ui/acts.h"
#include "ui/views.h"

#include <stdio.h>
#include <string.h>

const struct ledger_line *lists_answered(const struct view_ctx *ctx, const struct list_line *line)
{
	const struct ledger *l = view_ledger(ctx);

	for (size_t i = line->question ? l->n : 0; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (r->kind == RECORD_ANSWER && r->subject && !strcmp(r->subject, line->subject) &&
		    (!line->cluster || (r->cluster && !strcmp(r->cluster, line->cluster))))
			return &l->lines[i];
	}
	return NULL;
}

void list_standing(const struct view_ctx *ctx, const struct list_line *line, struct cell_text *out)
{
	static const char *const words[] = {
	    [AUDIT_ATTESTED] = N_("attested"), [AUDIT_UNANSWERED] = N_("unanswered"), [AUDIT_NA] = N_("n/a")};
	const struct ledger_line *answered = line->how == AUDIT_MEASURED ? NULL : lists_answered(ctx, line);

	if (answered && answered->keep != KEEP_KEPT)
		cell_str(out, keep_role(answered->keep), keep_word(answered->keep));
	else if (line->how == AUDIT_MEASURED && line->verdict == VERDICT_NA)
		cell_str(out, ROLE_NA, _("noted"));
	else if (line->how == AUDIT_MEASURED)
		cell_verdict(out, line->verdict);
	else
		cell_str(out, line->how == AUDIT_UNANSWERED ? ROLE_UNKNOWN : line->how == AUDIT_NA ? ROLE_NA : ROLE_TEXT,
		    _(words[line->how]));
}

static bool line_of(const struct view_ctx *ctx, const struct view_row *row, struct list_line *out, char *subject, size_t size)
{
	if (!ctx->lists || !lists_line(&ctx->lists->got, row->id, row->sub, out))
		return false;
	if (!out->subject) {
		snprintf(subject, size, "%.*s", (int)strcspn(row->id, "@"), row->id);
		out->subject = subject;
	}
	return true;
}

static void periodic_rows(const struct periodic_report *r, struct row_list *out)
{
	for (size_t i = 0; i < r->n; i++) {
		struct view_row *row = row_list_add(out, "%s", r->results[i].item->subject);

		row->sub = i;
		row->verdict = r->results[i].verdict;
		row->urgency = -(int)i;
	}
}

static void audit_rows(const struct lists_answer *a, const char *only, struct row_list *out)
{
	const struct snapshot *snap = a->ask.frame->snap;

	for (size_t i = 0; i < a->audit.n; i++) {
		const struct audit_result *r = &a->audit.results[i];
		char subject[160];
		struct view_row *row;

		if (only && strcmp(only, r->item->list) != 0)
			continue;
		row = row_list_add(
		    out, "%s@%s", audit_subject(r->item, subject, sizeof(subject)), snap->clusters[r->cluster].name);
		row->sub = i;
		row->verdict = r->verdict;
		row->urgency = -(int)i;
	}
}

/* "audit/kafka": of Kafka alone; NULL: of all. */
static const char *only_of(const struct view_arg *arg)
{
	return arg && arg->id && !strncmp(arg->id, "audit/", 6) ? arg->id + 6 : NULL;
}

static const struct periodic_report *report_of(const struct lists_answer *a, const struct view_arg *arg)
{
	if (!arg || !arg->id || !strncmp(arg->id, "audit", 5))
		return NULL;
	return !strcmp(arg->id, "weekly") ? &a->weekly : &a->monthly;
}

/* In the order of the guide: the operator goes through it, so it does not jump about. */
static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct lists_answer *a = ctx->lists ? &ctx->lists->got : NULL;

	if (!a || !a->ask.frame)
		return;
	if (report_of(a, arg))
		periodic_rows(report_of(a, arg), out);
	else
		audit_rows(a, only_of(arg), out);
}

static void count(const struct lists_answer *a, const struct view_arg *arg, size_t n[AUDIT_NA + 1], enum verdict *verdict)
{
	const struct periodic_report *r = report_of(a, arg);

	memset(n, 0, (AUDIT_NA + 1) * sizeof(*n));
	*verdict = r ? r->verdict : VERDICT_NA;
	for (int how = 0; r && how <= AUDIT_NA; how++)
		n[how] = r->counts[how];
	for (size_t i = 0; !r && i < a->audit.n; i++) {
		const struct audit_result *one = &a->audit.results[i];

		if (only_of(arg) && strcmp(only_of(arg), one->item->list) != 0)
			continue;
		n[one->how]++;
		*verdict = verdict_worse(*verdict, one->verdict);
	}
}

static void about(const struct view_ctx *ctx, const struct view_arg *arg, char *out, size_t size)
{
	static const struct {
		const char *arg, *name;
	} names[] = {{"weekly", N_("weekly")}, {"monthly", N_("monthly")}, {"audit", N_("audit")},
	    {"audit/kafka", N_("audit kafka")}, {"audit/nats", N_("audit nats")}, {"audit/mqtt", N_("audit mqtt")}};
	const char *name = arg->id;
	enum verdict verdict;
	size_t n[AUDIT_NA + 1];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].arg, arg->id))
			name = _(names[i].name);
	if (!ctx->lists || !ctx->lists->got.ask.frame) {
		snprintf(out, size, "%s", name);
		return;
	}
	count(&ctx->lists->got, arg, n, &verdict);
	snprintf(out, size, _("%s: %zu measured, %zu attested, %zu unanswered"), name, n[AUDIT_MEASURED], n[AUDIT_ATTESTED],
	    n[AUDIT_UNANSWERED]);
}

static enum verdict verdict(const struct view_ctx *ctx, const struct view_arg *arg)
{
	enum verdict v = VERDICT_UNKNOWN;
	size_t n[AUDIT_NA + 1];

	if (ctx->lists && ctx->lists->got.ask.frame)
		count(&ctx->lists->got, arg, n, &v);
	return v;
}

static void cell_code(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_empty(out);
	if (!line_of(ctx, row, &line, subject, sizeof(subject)))
		return;
	if (line.code)
		cell_str(out, ROLE_TEXT, line.code);
	else
		snprintf(out->text, sizeof(out->text), "%zu", row->sub + 1);
}

static double order_code(const struct view_ctx *ctx, const struct view_row *row)
{
	(void)ctx;
	return -(double)row->sub;
}

static void cell_title(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_str(out, ROLE_TEXT, line_of(ctx, row, &line, subject, sizeof(subject)) ? line.title : NULL);
}

static void cell_standing(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_empty(out);
	if (line_of(ctx, row, &line, subject, sizeof(subject)))
		list_standing(ctx, &line, out);
}

static void cell_cluster(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_empty(out);
	if (ctx->frame->snap->n_clusters > 1 && line_of(ctx, row, &line, subject, sizeof(subject)) && line.cluster)
		cell_str(out, ROLE_TEXT, line.cluster);
}

static void cell_due(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_empty(out);
	if (!line_of(ctx, row, &line, subject, sizeof(subject)) || !line.question)
		return;
	if (!line.answer) {
		cell_str(out, line.how == AUDIT_UNANSWERED ? ROLE_UNKNOWN : ROLE_DIM,
		    line.how == AUDIT_UNANSWERED ? _("now") : "-");
		return;
	}
	fmt_utc(out->text, sizeof(out->text), answer_due(line.answer, line.every) - 1);
	out->text[10] = '\0';
	out->role = line.how == AUDIT_UNANSWERED ? ROLE_WARN : ROLE_TEXT;
}

static void cell_evidence(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct list_line line;
	char subject[160];

	cell_str(out, ROLE_TEXT, line_of(ctx, row, &line, subject, sizeof(subject)) ? line.evidence : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	struct list_line line;
	char subject[160];

	if (!line_of(ctx, row, &line, subject, sizeof(subject)))
		return;
	detail_wrapped(&d, line.how == AUDIT_UNANSWERED && !line.answer ? _("asked:") : _("evidence:"), line.evidence, 3);
	if (line.text)
		detail_wrapped(&d, line.mend ? _("why:") : _("to be true:"), line.text, 2);
	if (line.mend)
		detail_wrapped(&d, _("to mend:"), line.mend, 2);
}

static const struct view_ops *drill(const struct view_row *row)
{
	(void)row;
	return &view_item;
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	char age[FMT_MAX];

	if (!ctx->lists)
		return;
	if (ctx->lists->got.trouble[0])
		snprintf(out, size, "%.100s", ctx->lists->got.trouble);
	else if (!ctx->lists->got.ask.frame)
		snprintf(out, size, "%s", _("being judged"));
	else if (ctx->now - ctx->lists->got.ask.now > 0)
		snprintf(out, size, _("judged %s ago"),
		    fmt_duration(age, sizeof(age), ctx->now - ctx->lists->got.ask.now));
}

static const struct column audit_columns[] = {
    {"code", N_("NO"), 2, 6, 3, false, cell_code, order_code},
    {"cluster", N_("CLUSTER"), 4, 16, 5, false, cell_cluster, NULL},
    {"item", N_("ITEM"), 10, 40, 1, false, cell_title, NULL},
    {"standing", N_("STATUS"), 10, 12, 1, false, cell_standing, order_verdict},
    {"due", N_("DUE"), 10, 10, 4, false, cell_due, NULL},
    {"evidence", N_("EVIDENCE"), 10, 160, 2, false, cell_evidence, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

static const struct column columns[] = {
    {"code", N_("NO"), 2, 6, 3, false, cell_code, order_code},
    {"item", N_("ITEM"), 10, 40, 1, false, cell_title, NULL},
    {"standing", N_("STATUS"), 10, 12, 1, false, cell_standing, order_verdict},
    {"due", N_("DUE"), 10, 10, 4, false, cell_due, NULL},
    {"evidence", N_("EVIDENCE"), 10, 160, 2, false, cell_evidence, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

static const char help[] =
    N_("A verdict stands where mqduty measured. attested: a person answered, with evidence, until it is due;\n"
       "that never counts as OK. unanswered: nobody has, or the answer is too old.\n"
       "Enter opens an item: why, how to mend it, who answered what. S gives an answer. L: the next list.");

const struct view_ops view_list = {
    .pane = PANE_CHECKLIST,
    .name = "list",
    .title = N_("CHECKLIST"),
    .columns = columns,
    .order = N_("in the guide's order"),
    .rows = rows,
    .about = about,
    .verdict = verdict,
    .note = note,
    .bar = "\rSL",
    .detail_lines = 7,
    .least_rows = 5,
    .detail = detail,
    .drill = drill,
    .empty = N_("These lists look at history and files: they are being judged."),
    .help = help,
};

const struct view_ops view_audit = {
    .pane = PANE_CHECKLIST,
    .name = "audit",
    .title = N_("CHECKLIST"),
    .columns = audit_columns,
    .order = N_("in the guide's order"),
    .rows = rows,
    .about = about,
    .verdict = verdict,
    .note = note,
    .bar = "\rSL",
    .detail_lines = 7,
    .least_rows = 5,
    .detail = detail,
    .drill = drill,
    .empty = N_("Nothing that is watched is audited here, or it is being judged."),
    .help = help,
};

bool view_is_list(const struct view_ops *ops)
{
	return ops == &view_list || ops == &view_audit;
}
