/* The walk through the daily checklist: evidence opened, signed, noted. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "rules/daybook.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORST_ROWS = 5, CELL_BYTES = 200 };

/* The item that the cursor is on, or whose evidence is open; NULL: neither. */
static const struct check_item *item_here(struct ui *ui, const char **subject)
{
	struct level *l = ui_level(ui);
	const struct view_row *row = l->ops == &view_checklist ? table_selected(&l->table) : NULL;
	const struct judgement *j = ui->frame ? ui->frame->judgement : NULL;
	const char *id = row ? row->id : ui->pane == PANE_CHECKLIST ? l->arg : NULL;
	const struct list_item *item = item_by_subject(id);

	for (size_t i = 0; j && item && i < j->n_checklist; i++) {
		if (strcmp(j->checklist[i].list, item->list) || strcmp(j->checklist[i].id, item->id))
			continue;
		*subject = item->subject;
		return &j->checklist[i];
	}
	return NULL;
}

static void begin_data(struct jsonw *w, struct buf *out, const char *day)
{
	buf_init(out, RECORD_DATA_MAX - 1);
	jsonw_init(w, out);
	jsonw_object(w, NULL);
	jsonw_text(w, "day", day); /* first: it is looked for there */
}

/* What is too long to be kept is left out rather than cut in the middle. */
static void end_data(struct jsonw *w, struct buf *out, struct record *r)
{
	jsonw_end_object(w);
	if (!out->overflow)
		r->data = record_str(r, out->data);
	buf_release(out);
}

/* By this user, on this day, in this session or as the ledger says. */
static bool is_open(const struct ui *ui, const char *subject, const char *user)
{
	const struct judgement *j = ui->frame->judgement;
	char key[200];

	snprintf(key, sizeof(key), "%s %s", j->day, subject);
	return map_get(&ui->opened, key) ||
	       daybook_line(ui->frame->ledger, RECORD_EVIDENCE, subject, j->day, user);
}

void daily_opened(struct ui *ui, const char *subject, int64_t now)
{
	const struct judgement *j = ui->frame ? ui->frame->judgement : NULL;
	struct record *r;
	struct jsonw w;
	struct buf data;
	char key[200];

	/* What is frozen is no evidence of how it is now. */
	if (!j || ui->frozen || !j->day[0] || !item_by_subject(subject))
		return;
	r = record_new(RECORD_EVIDENCE);
	if (is_open(ui, subject, r->user)) {
		record_unref(r);
		return;
	}
	snprintf(key, sizeof(key), "%s %s", j->day, subject);
	map_put(&ui->opened, key, ui);
	r->subject = record_str(r, subject);
	begin_data(&w, &data, j->day);
	end_data(&w, &data, r);
	ui_submit_quietly(ui, r, now);
}

static int worst_first(const void *a, const void *b)
{
	const struct view_row *x = a, *y = b;

	if (x->verdict != y->verdict)
		return (int)y->verdict - (int)x->verdict;
	return x->urgency != y->urgency ? (x->urgency < y->urgency ? 1 : -1) : strcmp(x->id, y->id);
}

/* The worst rows of the evidence, each number as it stands on the screen. */
static void put_rows(struct jsonw *w, const struct view_ctx *ctx, const struct view_ops *ops, const char *subject)
{
	struct view_arg arg = {.id = subject};
	struct row_list list = {0};

	ops->rows(ctx, &arg, &list);
	if (list.n)
		qsort(list.rows, list.n, sizeof(*list.rows), worst_first);
	jsonw_array(w, "rows");
	for (size_t i = 0; i < list.n && i < WORST_ROWS; i++) {
		jsonw_object(w, NULL);
		jsonw_text(w, "row", list.rows[i].id);
		jsonw_text(w, "verdict", verdict_name(list.rows[i].verdict));
		jsonw_object(w, "cells");
		for (const struct column *c = ops->columns; c && c->key; c++) {
			struct cell_text cell;

			c->cell(ctx, &list.rows[i], &cell);
			if (cell.text[0] && strcmp(cell.text, "-") != 0 && c->cell != column_verdict)
				jsonw_text(w, c->key, cell.text);
		}
		jsonw_end_object(w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	row_list_release(&list);
}

static void sign(struct ui *ui, const char *subject, const struct check_item *item, const char *text, int64_t now)
{
	const struct list_item *def = item_by_subject(subject);
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct record *r = record_new(RECORD_SIGN);
	struct jsonw w;
	struct buf data;

	r->subject = record_str(r, subject);
	r->text = text && text[0] ? record_str(r, text) : NULL;
	begin_data(&w, &data, ui->frame->judgement->day);
	jsonw_text(&w, "list", item->list);
	jsonw_text(&w, "id", item->id);
	jsonw_text(&w, "verdict", verdict_name(item->verdict));
	jsonw_int(&w, "evaluated", item->evaluated);
	jsonw_int(&w, "total", item->total);
	jsonw_int(&w, "waived", item->waived);
	jsonw_text(&w, "evidence", item->evidence);
	put_rows(&w, &ctx, evidence_of(def), subject);
	end_data(&w, &data, r);
	ui_submit(ui, r, now);
}

static const struct check_item *item_of_subject(const struct ui *ui, const char *subject)
{
	const struct judgement *j = ui->frame ? ui->frame->judgement : NULL;
	const struct list_item *def = item_by_subject(subject);

	for (size_t i = 0; j && def && i < j->n_checklist; i++)
		if (!strcmp(j->checklist[i].list, def->list) && !strcmp(j->checklist[i].id, def->id))
			return &j->checklist[i];
	return NULL;
}

/* What is signed is how it stands when Enter is pressed; if that is worse than what was asked about, it is asked
 * again. */
struct signing {
	char *subject;
	enum verdict verdict;
};

static void signing_free(void *arg)
{
	struct signing *s = arg;

	free(s->subject);
	free(s);
}

static void ask_why(struct ui *ui, const char *subject, const struct check_item *item, bool worse);

static void why_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct signing *s = arg;
	const struct check_item *item = item_of_subject(ui, s->subject);

	if (!item)
		ui_say(ui, now, _("There is no such item any more."));
	else if (item->verdict > s->verdict)
		ask_why(ui, s->subject, item, true);
	else
		sign(ui, s->subject, item, answer->text, now);
	signing_free(s);
}

static void ask_why(struct ui *ui, const char *subject, const struct check_item *item, bool worse)
{
	const struct list_item *def = item_by_subject(subject);
	struct signing *s = xcalloc(1, sizeof(*s));
	char title[PROMPT_TITLE], hint[PROMPT_HINT];

	s->subject = xstrdup(subject);
	s->verdict = item->verdict;
	snprintf(title, sizeof(title), _("Sign %.80s, which is %s"), words_now(&def->title),
	    verdict_word(item->verdict));
	snprintf(hint, sizeof(hint), _("%s%.240s\nWhat is not OK, why, and what is being done about it?"),
	    worse ? _("It has become worse meanwhile. ") : "", item->evidence ? item->evidence : "");
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .least = 3, .done = why_said, .arg = s,
	    .drop = signing_free});
}

static void sign_or_ask(struct ui *ui, const char *subject, const struct check_item *item, int64_t now)
{
	if (item->verdict == VERDICT_OK)
		sign(ui, subject, item, NULL, now);
	else
		ask_why(ui, subject, item, false);
}

static void again_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	char *subject = arg;
	const struct check_item *item = item_of_subject(ui, subject);

	(void)answer;
	if (item)
		sign_or_ask(ui, subject, item, now);
	free(subject);
}

static void ask_again(struct ui *ui, const char *subject, const struct record *r)
{
	const char *const choices[] = {_("Sign it again, as it is now."), NULL};
	const struct list_item *def = item_by_subject(subject);
	char title[PROMPT_TITLE], hint[PROMPT_HINT], at[16];

	snprintf(title, sizeof(title), _("%.80s is signed"), words_now(&def->title));
	snprintf(hint, sizeof(hint), _("by %.60s %s%s%.300s"), r->user,
	    daybook_clock(r->wall, ui->frame->judgement->day_offset_s, at, sizeof(at)),
	    r->text ? ": " : "", r->text ? r->text : "");
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .choices = choices, .done = again_said,
	    .arg = xstrdup(subject), .drop = free});
}

/* Has the one who runs this opened the evidence? */
static bool i_opened(const struct ui *ui, const char *subject)
{
	struct record *me = record_new(RECORD_NOTE);
	bool open = is_open(ui, subject, me->user);

	record_unref(me);
	return open;
}

void daily_sign(struct ui *ui, int64_t now)
{
	const char *subject = NULL;
	const struct check_item *item = item_here(ui, &subject);
	const struct ledger_line *line;

	if (!item) {
		ui_say(ui, now, _("S signs an item of the checklist: go to one (2), Enter opens its evidence."));
		return;
	}
	if (ui->frozen) {
		ui_say(ui, now, _("The view is frozen: Z goes on, then S signs what is so now."));
		return;
	}
	if (!ui->frame->judgement->day[0]) {
		ui_say(ui, now, _("This recording is too old to say which day it is: nothing can be signed."));
		return;
	}
	if (!i_opened(ui, subject)) {
		ui_say(ui, now, _("You have not opened the evidence of this item today: Enter does, then S signs."));
		return;
	}
	line = daybook_line(ui->frame->ledger, RECORD_SIGN, subject, ui->frame->judgement->day, NULL);
	if (line)
		ask_again(ui, subject, line->record);
	else
		sign_or_ask(ui, subject, item, now);
}

static void note_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	char *subject = arg;
	struct record *r = record_new(RECORD_NOTE);
	struct jsonw w;
	struct buf data;

	r->subject = record_str(r, subject);
	r->text = record_str(r, answer->text);
	free(subject);
	if (ui->frame) {
		begin_data(&w, &data, ui->frame->judgement->day);
		end_data(&w, &data, r);
	}
	ui_submit(ui, r, now);
}

void daily_note(struct ui *ui, const char *text, int64_t now)
{
	const char *subject = NULL;
	char title[PROMPT_TITLE];

	if (!item_here(ui, &subject)) {
		ui_say(ui, now, _("n adds a note to an item of the checklist: go to one (2)."));
		return;
	}
	if (text) {
		note_said(ui, xstrdup(subject), &(struct answer){.text = text}, now);
		return;
	}
	snprintf(title, sizeof(title), _("A note to %.80s"), words_now(&item_by_subject(subject)->title));
	ui_ask(ui, &(struct prompt){.title = title, .hint = _("It stands in the day's report."), .least = 1,
	    .done = note_said, .arg = xstrdup(subject), .drop = free});
}
