#include "ui/views.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "rules/daybook.h"
#include "ui/acts.h"

#include <stdio.h>

enum { WEEK = 7 };

/* The views that hold an item's evidence, as data/checklists names them. */
static const struct evidence_view {
	const char *name;
	const struct view_ops *ops;
} evidence_views[] = {
    {"rules", &view_evidence}, {"overview", &view_overview}, {"lag", &view_lag}, {"routes", &view_routes},
    {"connections", &view_connections}, {"disk", &view_disk}, {"brokers", &view_brokers}, {"logs", &view_logs},
    {"alerts", &view_alerts},
};

const struct view_ops *evidence_of(const struct list_item *item)
{
	for (size_t i = 0; item && item->view && i < sizeof(evidence_views) / sizeof(evidence_views[0]); i++)
		if (!strcmp(evidence_views[i].name, item->view))
			return evidence_views[i].ops;
	return &view_evidence;
}

static const struct list_item *words_of(const struct check_item *item)
{
	return item ? checklist_item(checklists(), item->list, item->id) : NULL;
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
		    row_list_add(out, "%s/%s", j->checklist[i].list, j->checklist[i].id);

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
	const struct list_item *w = words_of(item);

	cell_str(out, ROLE_TEXT, w ? words_now(&w->title) : item ? item->id : NULL);
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

/* Is it worse now than what was signed? */
static bool is_worse(const struct view_row *row, const struct record *sign)
{
	int then = daybook_verdict(sign);

	return then >= 0 && (int)row->verdict > then;
}

/* Who signed it today, or that nobody has. */
static void cell_signed(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct ledger_line *line =
	    daybook_line(view_ledger(ctx), RECORD_SIGN, row->id, j->day, NULL);
	char at[16];

	/* In the grid the line below the rows tells it. */
	cell_empty(out);
	if (ctx->compact)
		return;
	if (!line)
		cell_str(out, ROLE_DIM, _("unsigned"));
	else if (line->keep != KEEP_KEPT)
		cell_str(out, keep_role(line->keep), keep_word(line->keep));
	else
		cell_fmt(out, is_worse(row, line->record) ? ROLE_WARN : ROLE_TEXT, "%.60s %s", line->record->user,
		    daybook_clock(line->record->wall, j->day_offset_s, at, sizeof(at)));
}

static void detail_signed(struct detail *d, const struct view_row *row)
{
	const struct judgement *j = d->ctx->frame->judgement;
	const struct ledger *l = view_ledger(d->ctx);
	const struct ledger_line *line = daybook_line(l, RECORD_SIGN, row->id, j->day, NULL);
	const struct ledger_line *seen = daybook_line(l, RECORD_EVIDENCE, row->id, j->day, NULL);
	char at[16], text[512];

	if (line) {
		snprintf(text, sizeof(text), _("by %.60s %s%s%s%s%s%s%.300s"), line->record->user,
		    daybook_clock(line->record->wall, j->day_offset_s, at, sizeof(at)),
		    is_worse(row, line->record) ? _(", when it was ") : "",
		    is_worse(row, line->record) ? verdict_word((enum verdict)daybook_verdict(line->record)) : "",
		    line->keep == KEEP_KEPT ? "" : " ", keep_word(line->keep),
		    line->record->text ? ": " : "",
		    line->record->text ? line->record->text : "");
		detail_wrapped(d, _("signed:"), text, 2);
	} else if (seen) {
		detail_text(d, _("signed:"), ROLE_DIM, _("not yet; %.60s opened the evidence %s"),
		    seen->record->user, daybook_clock(seen->record->wall, j->day_offset_s, at, sizeof(at)));
	} else {
		detail_text(d, _("signed:"), ROLE_DIM, "%s", _("not yet; Enter opens the evidence, then S signs"));
	}
}

static void detail_notes(struct detail *d, const struct view_row *row)
{
	const struct ledger_line *notes[64];
	const struct judgement *j = d->ctx->frame->judgement;
	size_t n = daybook_notes(view_ledger(d->ctx), row->id, j->day, notes, 64);
	const struct ledger_line *last = n ? notes[n < 64 ? n - 1 : 63] : NULL;
	char at[16], text[512];

	if (!last)
		return;
	snprintf(text, sizeof(text), "%s%.60s %s: %.300s", n > 1 ? _("(newest of several) ") : "",
	    last->record->user, daybook_clock(last->record->wall, j->day_offset_s, at, sizeof(at)),
	    last->record->text ? last->record->text : "");
	detail_wrapped(d, last->keep == KEEP_KEPT ? _("note:") : keep_word(last->keep), text, 2);
}

/* "22-24 missed": from this many days ago as far back as nobody signed; returns how far that is. */
static int missed_until(
    const struct detail *d, const struct checklist *list, int from, char *out, size_t size)
{
	const struct judgement *j = d->ctx->frame->judgement;
	char day[DAY_SIZE], first[DAY_SIZE];
	int to = from;

	while (to < WEEK &&
	       !daybook_signed(view_ledger(d->ctx), list, day_after(j->day, -to - 1, day)))
		to++;
	day_after(j->day, -from, day);
	day_after(j->day, -to, first);
	snprintf(out, size, "%s%s%s %s", first + 8, to > from ? "-" : "", to > from ? day + 8 : "",
	    _("missed"));
	return to;
}

/* "25 5/5  22-24 missed  21 3/5": the days before this one. */
static void detail_week(struct detail *d)
{
	const struct checklist *list = checklist_find(checklists(), "daily");
	const struct judgement *j = d->ctx->frame->judgement;
	const struct area *a = d->area;
	char day[DAY_SIZE];
	int x;

	if (!j->day[0] || d->y >= a->height)
		return;
	x = area_text(a, d->y, 0, a->width, ROLE_LABEL, _("before:")) + 1;
	for (int i = 1; i <= WEEK; i++) {
		size_t n = daybook_signed(view_ledger(d->ctx), list, day_after(j->day, -i, day));
		char text[64];

		if (n)
			snprintf(text, sizeof(text), "%s %zu/%zu", day + 8, n, list->n);
		else
			i = missed_until(d, list, i, text, sizeof(text));
		if (x + (int)text_width(text) > a->width)
			break;
		x += area_text(a, d->y, x, a->width - x,
			 !n ? ROLE_WARN : n < list->n ? ROLE_TEXT : ROLE_DIM, text) +
		     2;
	}
	d->y++;
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct check_item *item = item_of(ctx, row);
	const struct list_item *w = words_of(item);
	int64_t left;

	if (!item)
		return;
	detail_wrapped(&d, _("evidence:"), item->evidence ? item->evidence : "-", 3);
	left = item->total - item->evaluated - item->waived - item->muted;
	if (item->muted)
		detail_text(&d, _("judged:"), ROLE_TEXT,
		    _("%lld of %lld inputs, %lld not known, %lld silenced or under maintenance, %lld waived by the config"),
		    (long long)item->evaluated, (long long)item->total, (long long)left, (long long)item->muted,
		    (long long)item->waived);
	else
		detail_text(&d, _("judged:"), ROLE_TEXT, _("%lld of %lld inputs, %lld not known, %lld waived by the config"),
		    (long long)item->evaluated, (long long)item->total, (long long)left, (long long)item->waived);
	detail_signed(&d, row);
	detail_notes(&d, row);
	detail_week(&d);
	if (w)
		detail_wrapped(&d, _("to be true:"), words_now(&w->text), 2);
}

static const struct view_ops *drill(const struct view_row *row)
{
	const struct list_item *item = item_by_subject(row->id);

	return item ? evidence_of(item) : NULL;
}

static void title_more(const struct view_ctx *ctx, char *out, size_t size)
{
	snprintf(out, size, "%s", ctx->frame->judgement->day);
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	const struct checklist *list = checklist_find(checklists(), "daily");
	const struct judgement *j = ctx->frame->judgement;

	if (j->day[0])
		snprintf(out, size, _("%zu of %zu signed"), daybook_signed(view_ledger(ctx), list, j->day), list->n);
}

/* In the grid, where there are no detail lines. */
static void foot(const struct view_ctx *ctx, const struct area *a)
{
	const struct checklist *list = checklist_find(checklists(), "daily");
	const struct judgement *j = ctx->frame->judgement;
	const struct record *last = daybook_last_before(view_ledger(ctx), list, j->day);
	char text[160] = "", at[16], day[DAY_SIZE] = "";

	note(ctx, text, sizeof(text));
	if (last && text[0]) {
		day_of(NULL, 0, last->wall + (int64_t)j->day_offset_s * NS_PER_S, day);
		area_textf(a, 0, 0, a->width, ROLE_DIM, _("%s; last signed %s %s by %.60s"), text, day,
		    daybook_clock(last->wall, j->day_offset_s, at, sizeof(at)), last->user);
	} else {
		area_text(a, 0, 0, a->width, ROLE_DIM, text);
	}
}

static const struct column columns[] = {
    {"number", N_("NO"), 2, 3, 4, true, cell_number, order_number},
    {"item", N_("ITEM"), 10, 30, 1, false, cell_item, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"judged", N_("JUDGED"), 6, 14, 3, true, cell_judged, order_judged},
    {"signed", N_("SIGNED"), 4, 24, 2, false, cell_signed, NULL},
    {"evidence", N_("EVIDENCE"), 10, 120, 3, false, cell_evidence, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_checklist = {
    .pane = PANE_CHECKLIST,
    .name = "checklist",
    .title = N_("CHECKLIST daily"),
    .columns = columns,
    .order = N_("in the guide's order"),
    .rows = rows,
    .title_more = title_more,
    .note = note,
    .foot = foot,
    .bar = "\rSnL",
    .detail_lines = 9,
    .least_rows = 5,
    .detail = detail,
    .drill = drill,
    .empty = N_("The checklist has not been judged yet."),
    .help = N_("JUDGED: how many inputs were fresh and judged, of how many there are.\n"
	       "An item is OK only when all of them were. Enter opens the rows behind it.\n"
	       "After that S signs it, with what is not OK and why. A day without signatures is missed."),
};
