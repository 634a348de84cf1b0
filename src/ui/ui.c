#include "ui/ui.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOLD_S = 3, MESSAGE_S = 6 };

static void level_open(struct level *l, const struct view_ops *ops, const char *arg)
{
	*l = (struct level){.ops = ops, .arg = arg ? xstrdup(arg) : NULL};
	if (ops->columns)
		table_init(&l->table, ops, arg);
}

static void level_close(struct level *l)
{
	if (l->ops->columns)
		table_release(&l->table);
	free(l->arg);
	*l = (struct level){0};
}

void ui_init(struct ui *ui)
{
	*ui = (struct ui){.pane = PANE_OVERVIEW, .stale_rows = true};
	map_init(&ui->criticals);
	desk_init(&ui->desk);
	map_init(&ui->opened);
	past_init(&ui->past);
	for (int i = 0; i < PANE_COUNT; i++)
		level_open(&ui->panes[i].levels[0], panes[i], NULL);
}

void ui_release(struct ui *ui)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		for (int d = ui->panes[i].depth; d >= 0; d--)
			level_close(&ui->panes[i].levels[d]);
	}
	map_release(&ui->criticals);
	map_release(&ui->opened);
	prompt_leave(ui);
	desk_release(&ui->desk);
	past_release(&ui->past);
	lists_answer_release(&ui->lists.got);
	selecting_release(&ui->selecting);
	for (size_t i = 0; i < ui->wishes.n_submit; i++)
		record_unref(ui->wishes.submit[i]);
	ui_forget_frames(ui);
}

void ui_forget_frames(struct ui *ui)
{
	if (ui->frame)
		frame_unref(ui->frame);
	if (ui->frozen)
		frame_unref(ui->frozen);
	ui->frame = ui->frozen = NULL;
	lists_forget(ui);
	ui->trouble = NULL;
	ui->stale_rows = true;
}

struct level *ui_level(struct ui *ui)
{
	struct pane_state *p = &ui->panes[ui->pane];

	return &p->levels[p->depth];
}

unsigned ui_context(struct ui *ui)
{
	switch (ui->popup) {
	case POPUP_HELP:
		return CTX_HELP;
	case POPUP_FILTER:
		return CTX_FILTER;
	case POPUP_PALETTE:
		return CTX_PALETTE;
	case POPUP_PROMPT:
		return ui->asking.n_choices ? CTX_CHOICE : CTX_PROMPT;
	case POPUP_NONE:
		break;
	}
	if (ui_level(ui)->ops == &view_triage)
		return CTX_TRIAGE;
	if (ui_level(ui)->ops->steps)
		return CTX_PAGE;
	if (view_is_series(ui_level(ui)->ops))
		return CTX_HISTORY;
	if (view_is_list(ui_level(ui)->ops))
		return CTX_LIST;
	if (ui_level(ui)->ops == &view_select)
		return CTX_SELECT;
	if (ui_level(ui)->ops == &view_item)
		return CTX_ITEM;
	return ui_level(ui)->ops->columns ? CTX_TABLE : CTX_TEXT;
}

bool ui_takes_text(struct ui *ui)
{
	return ui_context(ui) & (CTX_FILTER | CTX_PALETTE | CTX_PROMPT);
}

void ui_go(struct ui *ui, enum pane_id pane)
{
	ui->pane = pane;
	ui->stale_rows = true;
}

bool ui_open(struct ui *ui, const struct view_ops *ops, const char *arg)
{
	struct pane_state *p = &ui->panes[ui->pane];

	if (p->depth + 1 >= UI_DEPTH)
		return false;
	level_open(&p->levels[++p->depth], ops, arg);
	ui->stale_rows = true;
	return true;
}

bool ui_close(struct ui *ui)
{
	struct pane_state *p = &ui->panes[ui->pane];

	if (!p->depth)
		return false;
	level_close(&p->levels[p->depth--]);
	ui->stale_rows = true;
	return true;
}

struct view_ctx ui_ctx(const struct ui *ui, int64_t now, int64_t wall)
{
	if (!wall && ui->frame)
		wall = ui->frame->judgement->wall + now - ui->frame->judgement->boot;
	return (struct view_ctx){
	    .frame = ui->frozen ? ui->frozen : ui->frame,
	    .ledger = ui->frame ? ui->frame->ledger : NULL,
	    .desk = &ui->desk,
	    .past = &ui->past,
	    .lists = &ui->lists,
	    .selecting = &ui->selecting,
	    .now = ui->frozen ? ui->frozen_at : now,
	    .wall = wall,
	    .ascii = ui->ascii,
	    .plain = ui->plain,
	};
}

void ui_say(struct ui *ui, int64_t now, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ui->message, sizeof(ui->message), fmt, ap);
	va_end(ap);
	ui->message_until = now + MESSAGE_S * NS_PER_S;
}

void ui_submit_quietly(struct ui *ui, struct record *r, int64_t now)
{
	struct wishes *w = &ui->wishes;

	if (w->n_submit == UI_SUBMITS) {
		record_unref(r);
		ui_say(ui, now, _("NOT SAVED: too much at once. Do the last thing again."));
		return;
	}
	w->submit[w->n_submit++] = r;
}

void ui_submit(struct ui *ui, struct record *r, int64_t now)
{
	size_t before = ui->wishes.n_submit;
	char id[RECORD_ID_SIZE];

	memcpy(id, r->id, sizeof(id));
	ui_submit_quietly(ui, r, now);
	if (ui->wishes.n_submit == before)
		return;
	/* A triage shows beside each entry how far it is. */
	if (ui_level(ui)->ops != &view_triage)
		ui_say(ui, now, _("Saving."));
	memcpy(ui->handed_in, id, sizeof(id));
}

/* Critical alerts of this frame that the one before did not have. */
static size_t count_new(struct ui *ui, const struct judgement *j)
{
	struct map now;
	size_t n = 0;

	map_init(&now);
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];
		char key[512];

		if (a->state != ALERT_FIRING || a->severity != SEVERITY_CRITICAL)
			continue;
		snprintf(key, sizeof(key), "%s\n%s\n%s", a->name, a->cluster ? a->cluster : "",
		    a->entity ? a->entity : "");
		map_put(&now, key, ui);
		n += ui->seen_frame && !map_get(&ui->criticals, key);
	}
	map_release(&ui->criticals);
	ui->criticals = now;
	ui->seen_frame = true;
	return n;
}

/* The message about what was handed in last goes on with what became of it. */
static void tell_fate(struct ui *ui, const struct ledger *l)
{
	size_t i = l->n;

	while (i && strcmp(l->lines[i - 1].record->id, ui->handed_in) != 0)
		i--;
	if (!i || l->lines[i - 1].keep == KEEP_SAVING)
		return;
	ui->handed_in[0] = '\0';
	/* A triage shows it beside each entry; where the files of a decision are is told by whoever writes them. */
	if (l->lines[i - 1].keep == KEEP_KEPT &&
	    (ui_level(ui)->ops == &view_triage || l->lines[i - 1].record->kind == RECORD_SELECTION))
		return;
	if (l->lines[i - 1].keep == KEEP_KEPT)
		snprintf(ui->message, sizeof(ui->message), "%s", _("Kept."));
	else
		snprintf(ui->message, sizeof(ui->message), _("NOT SAVED: %s"),
		    l->trouble[0] ? l->trouble : _("the engine does not say why"));
}

bool ui_frame(struct ui *ui, struct frame *f)
{
	size_t n = count_new(ui, f->judgement);

	if (ui->frame)
		frame_unref(ui->frame);
	ui->frame = f;
	if (ui->handed_in[0])
		tell_fate(ui, f->ledger);
	desk_frame(ui, f);
	ui->stale_rows = ui->stale_rows || !ui->frozen;
	ui->fresh += n;
	if (n) {
		/* The most urgent one is shown again, and e begins with it. */
		ui->alert = 0;
		ui->walking = false;
	}
	return n > 0;
}

static bool is_held(const struct ui *ui, int64_t now)
{
	return ui->moved_at && now - ui->moved_at < HOLD_S * NS_PER_S;
}

/* In the grid every pane is visible, otherwise the one that has the keys. */
static bool is_visible(const struct ui *ui, int pane)
{
	return pane == (int)ui->pane ||
	       (!ui->maximised && layout_class(ui->width, ui->height) == SIZE_GRID);
}

void ui_update(struct ui *ui, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	bool hold = is_held(ui, now);

	if (!ctx.frame || (!ui->stale_rows && hold == ui->held))
		return;
	for (int i = 0; i < PANE_COUNT; i++) {
		struct level *l = &ui->panes[i].levels[ui->panes[i].depth];

		if (l->ops->columns && is_visible(ui, i))
			table_update(&l->table, &ctx, hold && i == (int)ui->pane);
	}
	ui->held = hold;
	ui->stale_rows = false;
}

int64_t ui_next_change(const struct ui *ui, int64_t now)
{
	int64_t next = INT64_MAX, end = ui->moved_at + HOLD_S * NS_PER_S;

	if (ui->message[0] && ui->message_until > now)
		next = ui->message_until;
	if (ui->held && end > now && end < next)
		next = end;
	return next;
}
