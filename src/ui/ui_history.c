/* The history of a number: its keys, and when it must be read. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <string.h>

enum { FRESH_S = 10 };

static void change_span(struct ui *ui, int by)
{
	int to = (int)ui->past.span + by;

	if (to < 0 || to >= PAST_SPANS)
		return;
	ui->past.span = (enum past_span)to;
	ui->past.cursor = PAST_NO_CURSOR;
}

static void move_cursor(struct past *p, int by)
{
	int to = p->cursor + by;

	p->cursor = to < PAST_NO_CURSOR ? PAST_NO_CURSOR : to >= PAST_STEPS ? PAST_STEPS - 1 : to;
}

bool history_action(struct ui *ui, int id, int64_t now)
{
	if (id < ACT_CURSOR_BACK || id > ACT_WEEK_BEFORE)
		return false;
	if (!ui->past.kept)
		ui_say(ui, now, "%s", _("No metrics.db is read here: there is only what the frame holds."));
	else if (id == ACT_WEEK_BEFORE)
		ui->past.week = !ui->past.week;
	else if (id == ACT_SPAN_SHORTER || id == ACT_SPAN_LONGER)
		change_span(ui, id == ACT_SPAN_LONGER ? 1 : -1);
	else
		move_cursor(&ui->past, id == ACT_CURSOR_BACK ? 1 : -1);
	return true;
}

bool history_wanted(struct ui *ui, int64_t now, int64_t wall, struct past_ask *out)
{
	struct past *p = &ui->past;
	const struct level *l = ui_level(ui);
	struct view_ctx ctx = ui_ctx(ui, now, wall);

	*out = (struct past_ask){.week = p->week};
	if (!ctx.frame || !view_is_series(l->ops) ||
	    !view_series_key(&ctx, l->ops, l->arg, out->key, sizeof(out->key)))
		return false;
	past_window(p->span, wall - (now - ctx.now), &out->from, &out->to);
	/* What is shown frozen does not go on; else it is read again from time to time. */
	if (!past_is_other(&p->asked, out) && (ui->frozen || p->waiting || now - p->asked_at < FRESH_S * NS_PER_S))
		return false;
	/* Another number: the cursor begins anew. */
	if (strcmp(p->asked.key, out->key) != 0)
		p->cursor = PAST_NO_CURSOR;
	p->asked = *out;
	/* What is late stays late, although its span has moved on. */
	if (!p->waiting)
		p->asked_at = now;
	p->waiting = true;
	return true;
}
