/* The whole screen: layout, chrome, panes, popups. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/layout.h"
#include "ui/views.h"

#include <stdio.h>
#include <string.h>

/* The rows that were drilled into are not the whole pane: they wear the worst of their own, or nothing. */
static enum verdict drilled_verdict(const struct level *l, const struct view_ctx *ctx, enum verdict whole)
{
	enum verdict worst = VERDICT_NA;

	if (l->ops->verdict)
		return l->ops->verdict(ctx, &(struct view_arg){.id = l->arg});
	if (!l->ops->columns)
		return whole;
	for (size_t i = 0; i < l->table.rows.n; i++)
		worst = verdict_worse(worst, l->table.rows.rows[i].verdict);
	return worst;
}

/* name is where a view may put what its arg is called. */
static struct pane_heading heading_of(const struct ui *ui, const struct view_ctx *ctx, enum pane_id pane,
    struct view_arg *arg, char *name, size_t size)
{
	const struct pane_state *p = &ui->panes[pane];
	const struct level *l = &p->levels[p->depth];
	struct pane_heading h = {.focused = pane == ui->pane, .verdict = pane_verdict(ctx, l->ops->pane)};

	if (l->arg) {
		const struct incident *inc = l->ops == &view_triage ? incidents_find(ui->desk.all, l->arg) : NULL;

		arg->id = inc ? inc->id : l->arg;
		h.arg = arg;
		h.verdict = drilled_verdict(l, ctx, h.verdict);
		if (l->ops->about) {
			l->ops->about(ctx, &(struct view_arg){.id = l->arg, .at = l->at}, name, size);
			arg->id = name;
		}
	}
	if (l->ops->columns) {
		h.sort = ui->held && h.focused ? _("held") : table_sort_title(&l->table);
		h.reversed = l->table.reverse;
		h.filter = l->table.filter;
		h.rows = l->table.rows.n;
		h.shown = l->table.n;
	}
	return h;
}

static void draw_level(struct level *l, const struct view_ctx *ctx, const struct area *a)
{
	struct view_arg arg = {.id = l->arg, .at = l->at};
	int most;

	l->page = a->height;
	if (l->ops->columns) {
		table_draw(&l->table, ctx, a);
		return;
	}
	l->lines = l->ops->draw(ctx, l->arg ? &arg : NULL, l->scroll, a);
	most = l->lines > a->height ? l->lines - a->height : 0;
	if (l->scroll <= most)
		return;
	/* It has become shorter: the end is shown again. */
	l->scroll = most;
	for (int y = 0; y < a->height; y++)
		area_fill(a, y, 0, a->width, ROLE_TEXT, 0);
	l->ops->draw(ctx, l->arg ? &arg : NULL, l->scroll, a);
}

static void draw_pane(
    struct ui *ui, const struct view_ctx *ctx, enum pane_id pane, const struct area *a)
{
	struct pane_state *p = &ui->panes[pane];
	struct level *l = &p->levels[p->depth];
	struct area title = area_cut(a, 0, 0, 1, a->width);
	struct area body = area_cut(a, 1, 0, a->height - 1, a->width);
	struct view_arg arg = {0};
	char name[256] = "";
	struct pane_heading h = heading_of(ui, ctx, pane, &arg, name, sizeof(name));

	if (ui->n_shown < GRID_CELLS_MAX)
		ui->shown[ui->n_shown++] =
		    (struct grid_cell){pane, a->y, a->x, a->height, a->width};
	if (ctx->compact)
		chrome_grid_title(ctx, &title, l->ops, &h);
	else
		chrome_title(ctx, &title, l->ops, &h);
	draw_level(l, ctx, &body);
}

static bool in_grid(const struct grid_cell *cells, size_t n, enum pane_id pane)
{
	for (size_t i = 0; i < n; i++) {
		if (cells[i].pane == pane)
			return cells[i].height > 1; /* a title alone is no place to work in */
	}
	return false;
}

/* The grid, unless one pane was maximised or drilled into, or has no place in it. */
static bool draw_grid(struct ui *ui, const struct view_ctx *ctx, const struct area *body)
{
	struct grid_cell cells[GRID_CELLS_MAX];
	struct view_ctx compact = *ctx;
	size_t n = chrome_grid(body->height, body->width, cells);

	if (ui->maximised || ui->panes[ui->pane].depth || !in_grid(cells, n, ui->pane))
		return false;
	compact.compact = true;
	for (size_t i = 0; i < n; i++) {
		struct area a =
		    area_cut(body, cells[i].y, cells[i].x, cells[i].height, cells[i].width);

		compact.idle = cells[i].pane != ui->pane;
		draw_pane(ui, &compact, cells[i].pane, &a);
	}
	return true;
}

/* Help comes first in the function bar, then what this view is for in the view's order, then all others. */
static int bar_rank(const struct action *a, const char *named)
{
	const char *at = a->keys[0] < K_SPECIAL ? strchr(named, a->keys[0]) : NULL;

	if (a == &actions[ACT_HELP])
		return 0;
	if (at && a->keys[0])
		return 1 + (int)(at - named);
	return a->named ? -1 : (int)strlen(named) + 1;
}

/* In the evidence of an item it is the item that one is about to sign, whatever the view. */
static const char *ui_bar(struct ui *ui)
{
	const struct view_ops *ops = ui_level(ui)->ops;

	if (ui->pane == PANE_CHECKLIST && ui->panes[ui->pane].depth && !view_is_list(ops) && ops != &view_item &&
	    ops != &view_select && ops != &view_handover)
		return "Sn";
	return ops->bar;
}

static void draw_functions(struct ui *ui, const struct area *a)
{
	const char *bar = ui_bar(ui), *named = bar && ui->popup == POPUP_NONE ? bar : "";
	struct key_hint hints[ACT_COUNT];
	unsigned context = ui_context(ui);
	char keys[ACT_COUNT][16];
	size_t n = 0;

	for (int rank = 0; rank <= (int)strlen(named) + 1; rank++) {
		for (int id = 0; id < ACT_COUNT; id++) {
			if (!actions[id].bar || !(actions[id].contexts & context) || !triage_offers(ui, id) ||
			    bar_rank(&actions[id], named) != rank)
				continue;
			hints[n] = (struct key_hint){id == ACT_ANSWER ? "1-9"
				: key_text(actions[id].keys[0], keys[n], sizeof(keys[n])),
			    _(actions[id].bar)};
			n++;
		}
	}
	chrome_functions(a, hints, n);
}

/* What was answered to the last key, or what is being typed, or the alert that is most
 * urgent now, also while the panes are frozen. */
static void draw_alert(struct ui *ui, const struct view_ctx *ctx, const struct area *a)
{
	struct view_ctx live = *ctx;

	live.frame = ui->frame;
	chrome_alert(&live, a, ui->alert, ui->fresh);
}

/* On the line a, or where that is too short, over the end of the panes. */
static void draw_message(
    const struct ui *ui, int64_t now, const struct area *a, const struct area *body)
{
	if (!ui->message[0] || now >= ui->message_until)
		return;
	if (body->height > 1 &&
	    ((int)text_width(ui->message) > a->width || strchr(ui->message, '\n'))) {
		popup_message(ui, body);
		return;
	}
	area_fill(a, 0, 0, a->width, ROLE_TEXT, 0);
	area_text(a, 0, 0, a->width, ROLE_KEY, ui->message);
}

static void draw_waiting(const struct ui *ui, int64_t now, const struct area *screen)
{
	struct area line = area_cut(screen, 3, 0, 1, screen->width);

	area_text(screen, 0, 0, screen->width, ROLE_TITLE, "mqduty");
	area_text(screen, 1, 0, screen->width, ROLE_DIM,
	    ui->trouble ? ui->trouble : _("asking the clusters for the first time..."));
	draw_message(ui, now, &line, screen);
}

static void draw_panes(struct ui *ui, const struct view_ctx *ctx, int64_t now, struct layout *l,
    const struct area *screen)
{
	int64_t frozen = ui->frozen ? now - ui->frozen_at + 1 : 0;
	struct view_ctx live = *ctx;

	live.frame = ui->frame;
	live.now = now;
	if (l->size == SIZE_TINY) {
		chrome_tiny(&live, screen, frozen);
		return;
	}
	chrome_header(ctx, &l->header, frozen);
	if (l->strip.height)
		chrome_strip(ctx, &l->strip, ui->pane);
	if (l->banner.height)
		chrome_banner(&live, &l->banner, ui->trouble);
	if (l->size != SIZE_GRID || !draw_grid(ui, ctx, &l->body))
		draw_pane(ui, ctx, ui->pane, &l->body);
	draw_alert(ui, &live, &l->alert);
	if (l->functions.height)
		draw_functions(ui, &l->functions);
}

/* The line for answers and typing: the function bar's, so that the alert line
 * stays, or on a low screen the pane's last. */
static struct area typing_line(const struct layout *l, const struct area *screen)
{
	if (l->functions.height)
		return l->functions;
	if (l->size == SIZE_TINY)
		return area_cut(screen, screen->height - 1, 0, 1, screen->width);
	return area_cut(&l->body, l->body.height - 1, 0, 1, l->body.width);
}

/* Where the theme wants lines, what was drawn as a border becomes one. */
static void draw_lines(const struct ui *ui, struct canvas *c)
{
	for (int i = 0; ui->lines && !c->ascii && i < c->width * c->height; i++) {
		if (c->cells[i].role == ROLE_BORDER && c->cells[i].cp == '-')
			c->cells[i].cp = 0x2500;
	}
}

void ui_draw(
    struct ui *ui, int64_t now, int64_t wall, struct canvas *c, int *cursor_y, int *cursor_x)
{
	struct area screen = area_of(c), line;
	struct layout l;
	struct view_ctx ctx;

	if (ui->width != c->width || ui->height != c->height)
		ui->stale_rows = true;
	ui->width = c->width;
	ui->height = c->height;
	*cursor_y = -1;
	*cursor_x = 0;
	ui->n_shown = 0;
	canvas_clear(c);
	if (!ui->frame) {
		draw_waiting(ui, now, &screen);
		return;
	}
	ui_update(ui, now);
	ctx = ui_ctx(ui, now, wall);
	l = layout_make(&screen, chrome_trouble(ui->frame, ui->trouble) != NULL);
	draw_panes(ui, &ctx, now, &l, &screen);
	line = typing_line(&l, &screen);
	draw_message(ui, now, &line, &l.body);
	if (ui->popup == POPUP_HELP)
		popup_help(ui, &l.body);
	if (ui->popup == POPUP_FILTER) {
		popup_filter(ui, &line, cursor_x);
		*cursor_y = line.y;
	}
	if (ui->popup == POPUP_PALETTE)
		popup_palette(ui, &l.body, cursor_y, cursor_x);
	if (ui->popup == POPUP_PROMPT)
		popup_prompt(ui, &l.body, cursor_y, cursor_x);
	draw_lines(ui, c);
}
