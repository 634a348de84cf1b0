/* What each action does. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/layout.h"
#include "ui/views.h"

#include <stdio.h>
#include <string.h>

enum { POLL_EVERY_S = 2 };

static struct table *table_of(struct ui *ui)
{
	struct level *l = ui_level(ui);

	return l->ops->columns ? &l->table : NULL;
}

static void scroll_by(int *scroll, int lines, int page, long by)
{
	long most = lines > page ? lines - page : 0, to = *scroll + by;

	*scroll = (int)(to < 0 ? 0 : to > most ? most : to);
}

static void move(struct ui *ui, long by, int64_t now)
{
	struct level *l = ui_level(ui);

	if (ui->popup == POPUP_HELP) {
		scroll_by(&ui->popup_scroll, ui->popup_lines, ui->popup_page, by);
	} else if (l->ops->steps) {
		manual_step_by(ui, by, now);
	} else if (!l->ops->columns) {
		scroll_by(&l->scroll, l->lines, l->page, l->ops->tail ? -by : by);
	} else {
		table_move(&l->table, by);
		ui->moved_at = now;
		ui->held = true;
	}
}

static long half_page(struct ui *ui)
{
	struct level *l = ui_level(ui);
	int page = ui->popup == POPUP_HELP ? ui->popup_page
		   : l->ops->columns	   ? (int)l->table.page
					   : l->page;

	return page > 3 ? page / 2 : 1;
}

static void do_help(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui->popup = ui->popup == POPUP_HELP ? POPUP_NONE : POPUP_HELP;
	ui->popup_scroll = 0;
}

static void do_filter(struct ui *ui, int key, int64_t now)
{
	struct table *t = table_of(ui);

	(void)key;
	(void)now;
	if (!t)
		return;
	ui->popup = POPUP_FILTER;
	snprintf(ui->typed, sizeof(ui->typed), "%s", t->filter);
	snprintf(ui->typed_before, sizeof(ui->typed_before), "%s", t->filter);
}

static void do_palette(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui->popup = POPUP_PALETTE;
	ui->typed[0] = '\0';
	ui->choice = 0;
}

static void step_pane(struct ui *ui, int by)
{
	ui_go(ui, (enum pane_id)(((int)ui->pane + PANE_COUNT + by) % PANE_COUNT));
}

static void do_next_pane(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	step_pane(ui, 1);
}

static void do_previous_pane(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	step_pane(ui, -1);
}

static void do_pane(struct ui *ui, int key, int64_t now)
{
	(void)now;
	if (key < '0' || key > '9')
		return;
	ui_go(ui, (enum pane_id)(key - '0'));
	while (ui_close(ui))
		continue;
}

static void do_drill(struct ui *ui, int key, int64_t now)
{
	struct level *l = ui_level(ui);
	const struct view_row *row = l->ops->columns ? table_selected(&l->table) : NULL;
	const struct view_ops *into = row && l->ops->drill ? l->ops->drill(row) : NULL;

	(void)key;
	if (!row)
		return;
	if (into && l->ops == &view_checklist)
		daily_opened(ui, row->id, now);
	if (!into || !ui_open(ui, into, row->id))
		ui_say(ui, now, _("There is nothing below this row."));
}

static void do_history(struct ui *ui, int key, int64_t now)
{
	struct table *t = table_of(ui);
	const struct view_row *row = t ? table_selected(t) : NULL;
	const struct view_ops *into = row ? view_series(row) : NULL;

	(void)key;
	if (!into || !ui_open(ui, into, row->id))
		ui_say(ui, now, _("No history is kept for this row."));
}

static void do_restart(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui_open(ui, &view_restart, NULL);
}

static void do_quorum(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui_open(ui, &view_quorum, NULL);
}

/* Returns false at the top, where there is nothing to go back from. */
static bool go_back(struct ui *ui)
{
	struct table *t = table_of(ui);

	if (ui->popup == POPUP_PROMPT) {
		prompt_leave(ui);
	} else if (ui->popup != POPUP_NONE) {
		ui->popup = POPUP_NONE;
	} else if (t && t->filter[0]) {
		t->filter[0] = '\0';
		ui->stale_rows = true;
	} else if (!ui_close(ui)) {
		if (!ui->maximised)
			return false;
		ui->maximised = false;
		ui->stale_rows = true;
	}
	return true;
}

static void do_back(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	go_back(ui);
}

static void do_quit(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	if (!go_back(ui))
		ui->wishes.quit = true;
}

static void do_down(struct ui *ui, int key, int64_t now)
{
	move(ui, key == K_WHEEL_DOWN ? 3 : 1, now);
}

static void do_up(struct ui *ui, int key, int64_t now)
{
	move(ui, key == K_WHEEL_UP ? -3 : -1, now);
}

/* In the grid to the pane beside this one, in the same rows of the screen. */
static void go_beside(struct ui *ui, int way)
{
	struct grid_cell cells[GRID_CELLS_MAX], *from = NULL, *to = NULL;
	size_t n = layout_class(ui->width, ui->height) == SIZE_GRID
		       ? chrome_grid(ui->height - 3, ui->width, cells)
		       : 0;

	if (ui->maximised || ui->panes[ui->pane].depth)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (cells[i].pane == ui->pane)
			from = &cells[i];
	}
	for (size_t i = 0; from && i < n; i++) {
		struct grid_cell *c = &cells[i];
		int ahead = (c->x - from->x) * way;

		if (ahead <= 0 || c->y >= from->y + from->height || c->y + c->height <= from->y)
			continue;
		if (!to || ahead < (to->x - from->x) * way)
			to = c;
	}
	if (to)
		ui_go(ui, to->pane);
	else if (!from)
		step_pane(ui, way);
}

static void do_left(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	go_beside(ui, -1);
}

static void do_right(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	go_beside(ui, 1);
}

static void move_page(struct ui *ui, long by, int64_t now)
{
	struct level *l = ui_level(ui);

	if (ui->popup == POPUP_NONE && l->ops->steps)
		scroll_by(&l->scroll, l->lines, l->page, by);
	else
		move(ui, by, now);
}

static void do_page_down(struct ui *ui, int key, int64_t now)
{
	(void)key;
	move_page(ui, half_page(ui), now);
}

static void do_page_up(struct ui *ui, int key, int64_t now)
{
	(void)key;
	move_page(ui, -half_page(ui), now);
}

static void do_top(struct ui *ui, int key, int64_t now)
{
	(void)key;
	move(ui, -1000000000L, now);
}

static void do_bottom(struct ui *ui, int key, int64_t now)
{
	(void)key;
	move(ui, 1000000000L, now);
}

static enum pane_id pane_of(const struct alert *a)
{
	static const enum pane_id of_section[SECTION_COUNT] = {
	    [SECTION_CLUSTER] = PANE_OVERVIEW,
	    [SECTION_BROKERS] = PANE_OVERVIEW,
	    [SECTION_PARTITIONS] = PANE_OVERVIEW,
	    [SECTION_LAG] = PANE_LAG,
	    [SECTION_ROUTES] = PANE_ROUTES,
	    [SECTION_CONNECTIONS] = PANE_CONNECTIONS,
	    [SECTION_DISK] = PANE_DISK,
	    [SECTION_LOGS] = PANE_LOGS,
	    [SECTION_FACTS] = PANE_CHECKLIST,
	    [SECTION_CLIENTS] = PANE_CONNECTIONS,
	};

	return a->section < SECTION_COUNT ? of_section[a->section] : PANE_ALERTS;
}

/* Puts the cursor on the row that the alert is about, if the pane has it. */
static void select_row_of(struct ui *ui, const struct view_ctx *ctx, const struct alert *a)
{
	struct table *t = table_of(ui);
	const struct snapshot *snap = ctx->frame->snap;

	for (size_t i = 0; t && i < t->n; i++) {
		const struct view_row *row = &t->rows.rows[t->order[i]];
		bool same = ui->pane == PANE_ALERTS
				? row->sub == (size_t)(a - ctx->frame->judgement->alerts)
				: row->section == a->section && row->row == a->row &&
				      row->cluster < snap->n_clusters && a->cluster &&
				      !strcmp(snap->clusters[row->cluster].name, a->cluster);

		if (same) {
			table_select(t, row->id);
			return;
		}
	}
}

static void go_problem(struct ui *ui, int by, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct alert *a;
	size_t n = ctx.frame ? chrome_firing(&ctx, 0, NULL) : 0;

	if (!n) {
		ui_say(ui, now, _("No alert fires."));
		return;
	}
	/* The first time to the one that the alert line shows already. */
	if (!ui->walking && by > 0)
		by = 0;
	ui->walking = true;
	triage_leave_for(ui);
	ui->alert = (ui->alert % n + n + (size_t)(by + (int)n)) % n;
	chrome_firing(&ctx, ui->alert, &a);
	if (ui->pane != PANE_ALERTS)
		ui_go(ui, pane_of(a));
	while (ui_close(ui))
		continue;
	ui->stale_rows = true;
	ui_update(ui, now);
	select_row_of(ui, &ctx, a);
	ui->moved_at = now;
	ui->held = true;
}

static void do_next_problem(struct ui *ui, int key, int64_t now)
{
	(void)key;
	go_problem(ui, 1, now);
}

static void do_previous_problem(struct ui *ui, int key, int64_t now)
{
	(void)key;
	go_problem(ui, -1, now);
}

static void do_freeze(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (ui->frozen) {
		frame_unref(ui->frozen);
		ui->frozen = NULL;
		ui->stale_rows = true;
	} else if (ui->frame) {
		ui->frozen = frame_ref(ui->frame);
		ui->frozen_at = now;
	}
}

static void after_sort(struct ui *ui, int64_t now)
{
	struct table *t = table_of(ui);
	const char *title = table_sort_title(t);

	/* Who sorts wants to see it now. */
	ui->moved_at = 0;
	ui->stale_rows = true;
	if (title || !t->ops->order)
		ui_say(ui, now, _("Sorted by %s%s."), title ? title : _("urgency"), t->reverse ? _(", reversed") : "");
	else if (t->ops->order[0])
		ui_say(ui, now, _("The list's own order: %s%s."), _(t->ops->order), t->reverse ? _(", reversed") : "");
	else
		ui_say(ui, now, t->reverse ? _("The list's own order, reversed.") : _("The list's own order."));
}

static void do_sort_next(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (!table_of(ui))
		return;
	table_sort_next(table_of(ui), 1);
	after_sort(ui, now);
}

static void do_sort_previous(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (!table_of(ui))
		return;
	table_sort_next(table_of(ui), -1);
	after_sort(ui, now);
}

static void do_reverse(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (!table_of(ui))
		return;
	table_of(ui)->reverse = !table_of(ui)->reverse;
	after_sort(ui, now);
}

static void do_maximise(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (layout_class(ui->width, ui->height) != SIZE_GRID)
		ui_say(ui, now,
		    _("There is one pane on a screen of this size; from 120x35 there is a grid."));
	ui->maximised = !ui->maximised;
	ui->stale_rows = true;
}

static void do_mark(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (!table_of(ui))
		return;
	table_mark(table_of(ui));
	ui->moved_at = now;
	ui->held = true;
}

/* Quoted where a shell would see more in it than a name. Names that are not clean stay out: nobody
 * should paste them anywhere. */
static size_t add_name(char *out, size_t size, const char *id)
{
	size_t at = strlen(out), gap = at ? 1 : 0;

	if (at + gap >= size)
		return 0;
	out[at + gap] = '\0';
	if (text_shell_quote(out + at + gap, size - at - gap, id)) {
		out[at] = '\0';
		return 0;
	}
	if (gap)
		out[at] = ' ';
	return 1;
}

static void do_copy(struct ui *ui, int key, int64_t now)
{
	struct table *t = table_of(ui);
	const struct view_row *row = t ? table_selected(t) : NULL;
	char *out = ui->wishes.copy;
	size_t n = 0, at = 0, refused = 0;
	const char *id;
	void *mark;

	(void)key;
	if (!row)
		return;
	out[0] = '\0';
	while ((id = map_each(&t->marks, &at, &mark))) {
		size_t added = add_name(out, sizeof(ui->wishes.copy), id);

		n += added;
		refused += !added;
	}
	if (!n && !refused) {
		n = add_name(out, sizeof(ui->wishes.copy), row->id);
		refused = !n;
	}
	if (refused)
		ui_say(ui, now, _("Not copied: %zu names that are not safe to paste or too long."),
		    refused);
	else
		ui_say(ui, now, _("Copied %.100s"), out);
}

static void do_poll_now(struct ui *ui, int key, int64_t now)
{
	(void)key;
	if (ui->polled_at && now - ui->polled_at < POLL_EVERY_S * NS_PER_S) {
		ui_say(ui, now, _("The sources were asked just now; once in 2 s is enough."));
		return;
	}
	ui->polled_at = now;
	ui->wishes.poll_now = true;
	if (ui_level(ui)->table.ops == &view_clients && ui_level(ui)->table.arg) {
		snprintf(ui->wishes.list_of, sizeof(ui->wishes.list_of), "%s", ui_level(ui)->table.arg);
		ui_say(ui, now, _("Asking for all clients of %.100s."), ui_level(ui)->table.arg);
		return;
	}
	ui_say(ui, now, _("Asking every source now."));
}

static void do_repaint(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui->wishes.repaint = true;
}

static void do_mouse(struct ui *ui, int key, int64_t now)
{
	(void)key;
	(void)now;
	ui->wishes.mouse = true;
}

static void do_acknowledge(struct ui *ui, int key, int64_t now)
{
	(void)key;
	act_begin(ui, RECORD_ACK, now);
}

static void do_silence(struct ui *ui, int key, int64_t now)
{
	(void)key;
	act_begin(ui, RECORD_SILENCE, now);
}

static void do_maint(struct ui *ui, int key, int64_t now)
{
	(void)key;
	act_begin(ui, RECORD_MAINT, now);
}

static void do_sign(struct ui *ui, int key, int64_t now)
{
	(void)key;
	daily_sign(ui, now);
}

static void do_note(struct ui *ui, int key, int64_t now)
{
	(void)key;
	daily_note(ui, NULL, now);
}

static void (*const handlers[ACT_ACCEPT])(struct ui *ui, int key, int64_t now) = {
    [ACT_HELP] = do_help,
    [ACT_FILTER] = do_filter,
    [ACT_PALETTE] = do_palette,
    [ACT_NEXT_PANE] = do_next_pane,
    [ACT_PREVIOUS_PANE] = do_previous_pane,
    [ACT_PANE] = do_pane,
    [ACT_DRILL] = do_drill,
    [ACT_HISTORY] = do_history,
    [ACT_RESTART] = do_restart,
    [ACT_QUORUM] = do_quorum,
    [ACT_BACK] = do_back,
    [ACT_QUIT] = do_quit,
    [ACT_DOWN] = do_down,
    [ACT_UP] = do_up,
    [ACT_LEFT] = do_left,
    [ACT_RIGHT] = do_right,
    [ACT_PAGE_DOWN] = do_page_down,
    [ACT_PAGE_UP] = do_page_up,
    [ACT_TOP] = do_top,
    [ACT_BOTTOM] = do_bottom,
    [ACT_NEXT_PROBLEM] = do_next_problem,
    [ACT_PREVIOUS_PROBLEM] = do_previous_problem,
    [ACT_FREEZE] = do_freeze,
    [ACT_SORT_NEXT] = do_sort_next,
    [ACT_SORT_PREVIOUS] = do_sort_previous,
    [ACT_REVERSE] = do_reverse,
    [ACT_MAXIMISE] = do_maximise,
    [ACT_MARK] = do_mark,
    [ACT_COPY] = do_copy,
    [ACT_POLL_NOW] = do_poll_now,
    [ACT_REPAINT] = do_repaint,
    [ACT_MOUSE] = do_mouse,
    [ACT_ACKNOWLEDGE] = do_acknowledge,
    [ACT_SILENCE] = do_silence,
    [ACT_MAINT] = do_maint,
    [ACT_SIGN] = do_sign,
    [ACT_NOTE] = do_note,
};

void ui_action(struct ui *ui, enum action_id id, int key, int64_t now)
{
	if (id < ACT_ACCEPT && !history_action(ui, id, now) && !lists_action(ui, id, now) && !select_action(ui, id, now) && !manual_action(ui, id, key, now) &&
	    !triage_action(ui, id, key, now))
		handlers[id](ui, key, now);
}
