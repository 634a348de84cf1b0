/* The faults that the manual knows, and those that hold what was searched for. */
#include "ui/views.h"

#include "base/i18n.h"
#include "base/text.h"
#include "manual/search.h"
#include "ui/triage.h"

#include <stdio.h>
#include <string.h>

static const struct manual *manual_of(const struct view_ctx *ctx)
{
	return ctx->desk ? ctx->desk->manual : NULL;
}

static const struct manual_page *page_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct manual *m = manual_of(ctx);

	return m && row->sub < m->n_pages ? &m->pages[row->sub] : NULL;
}

/* How many alerts fire that this page is for, and the worst of them. */
static size_t firing(const struct view_ctx *ctx, const struct manual_page *page, enum verdict *worst)
{
	const struct judgement *j = ctx->frame->judgement;
	size_t n = 0;

	*worst = VERDICT_NA;
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_FIRING || !a->manual || strcmp(a->manual, page->id) != 0)
			continue;
		*worst = verdict_worse(*worst, a->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN);
		n++;
	}
	return n;
}

static void add_page(const struct view_ctx *ctx, size_t i, int urgency, struct row_list *out)
{
	const struct manual_page *page = &manual_of(ctx)->pages[i];
	struct view_row *row = row_list_add(out, "%s", page->id);

	row->sub = i;
	firing(ctx, page, &row->verdict);
	row->urgency = urgency >= 0 ? urgency : urgency_of(row->verdict, 0);
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct manual *m = manual_of(ctx);

	(void)arg;
	for (size_t i = 0; m && i < m->n_pages; i++)
		add_page(ctx, i, -1, out);
}

enum { FOUND_MOST = 40 };

static void found_rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct manual *m = manual_of(ctx);
	struct manual_hit hits[FOUND_MOST];
	size_t n = m && arg && arg->id ? manual_search(m, arg->id, hits, FOUND_MOST) : 0;

	for (size_t i = 0; i < n; i++)
		add_page(ctx, (size_t)(hits[i].page - m->pages), hits[i].score, out);
}

static void cell_title(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct manual_page *page = page_of(ctx, row);

	cell_str(out, ROLE_TEXT, page ? page->title : NULL);
}

static void cell_id(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct manual_page *page = page_of(ctx, row);

	cell_str(out, ROLE_DIM, page ? page->id : NULL);
}

static void cell_fires(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct manual_page *page = page_of(ctx, row);
	enum verdict worst;
	size_t n = page ? firing(ctx, page, &worst) : 0;

	cell_empty(out);
	out->number = true;
	if (!n)
		return;
	snprintf(out->text, sizeof(out->text), "%zu", n);
	out->role = verdict_role(worst);
}

static double order_fires(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct manual_page *page = page_of(ctx, row);
	enum verdict worst;

	return page ? (double)firing(ctx, page, &worst) : 0;
}

static void cell_status(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	cell_empty(out);
	if (row->verdict != VERDICT_NA)
		column_verdict(ctx, row, out);
}

static void cell_owner(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct manual_page *page = page_of(ctx, row);

	cell_str(out, ROLE_DIM, page ? page->owner : NULL);
}

static void cell_reviewed(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct manual_page *page = page_of(ctx, row);

	cell_str(out, ROLE_DIM, page ? page->reviewed : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct manual_page *page = page_of(ctx, row);
	const char *text;
	char first[1024];

	if (!page)
		return;
	text = page->text[MANUAL_SYMPTOM] ? page->text[MANUAL_SYMPTOM] : "";
	snprintf(first, sizeof(first), "%.*s", (int)(strstr(text, "\n\n") ? strstr(text, "\n\n") - text : (long)strlen(text)), text);
	for (char *c = first; *c; c++)
		if (*c == '\n')
			*c = ' ';
	detail_wrapped(&d, _("symptom:"), first, 2);
	if (page->n_now)
		detail_wrapped(&d, _("now:"), page->now[0], 2);
}

static const struct view_ops *drill(const struct view_row *row)
{
	(void)row;
	return &view_page;
}

static const struct column columns[] = {
    {"fault", N_("FAULT"), 16, 60, 1, false, cell_title, NULL},
    {"fires", N_("FIRES"), 5, 6, 2, true, cell_fires, order_fires},
    {"status", N_("STATUS"), 4, 6, 1, false, cell_status, order_verdict},
    {"id", N_("PAGE"), 12, 30, 3, false, cell_id, NULL},
    {"owner", N_("OWNER"), 6, 24, 7, false, cell_owner, NULL},
    {"reviewed", N_("REVIEWED"), 8, 10, 6, false, cell_reviewed, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_manual = {
    .pane = PANE_MANUAL,
    .name = "manual",
    .title = N_("FAULT MANUAL"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .drill = drill,
    .bar = "M",
    .empty = N_("The fault manual was not found: MQDUTY_DATA_DIR says in which folder it is."),
    .help = N_("A page for every fault, those first for which an alert fires. Enter opens one; on a row or an alert m\n"
	       "opens its page with the row's own names in it. M searches by what one sees. :rules lists the limits."),
};

const struct view_ops view_found = {
    .pane = PANE_MANUAL,
    .name = "found",
    .title = N_("FOUND"),
    .columns = columns,
    .order = N_("best match first"),
    .rows = found_rows,
    .detail_lines = 4,
    .detail = detail,
    .drill = drill,
    .bar = "M",
    .empty = N_("No page of the manual holds any of these words. M asks again; 9 lists all pages."),
};
