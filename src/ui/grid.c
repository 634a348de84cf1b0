#include "ui/chrome.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/segments.h"
#include "ui/views.h"

#include <stdio.h>

enum { GRID_WIDTH = 100, GRID_HEIGHT = 24, GAP = 2, CHECKLIST_LINES = 7 };

/* Two columns: on the left what is broken and what is lost, on the right what may be next. */
size_t chrome_grid(int height, int width, struct grid_cell cells[GRID_CELLS_MAX])
{
	int left = (width - GAP) / 2, right = width - GAP - left, x = left + GAP;
	int overview = height * 3 / 10, alerts = height * 3 / 10;
	int rest = height - CHECKLIST_LINES, middle = rest * 3 / 10, disk = rest * 4 / 10;
	int half = (right - GAP) / 2;
	const struct grid_cell all[] = {
	    {PANE_OVERVIEW, 0, 0, overview, left}, {PANE_CHECKLIST, 0, x, CHECKLIST_LINES, right},
	    {PANE_LAG, overview, 0, height - overview - alerts, left},
	    {PANE_ROUTES, CHECKLIST_LINES, x, middle, half},
	    {PANE_CONNECTIONS, CHECKLIST_LINES, x + half + GAP, middle, right - half - GAP},
	    {PANE_DISK, CHECKLIST_LINES + middle, x, disk, right},
	    {PANE_ALERTS, height - alerts, 0, alerts, left},
	    {PANE_EVENTS, CHECKLIST_LINES + middle + disk, x, rest - middle - disk - 1, right},
	    {PANE_LOGS, height - 1, x, 1, right}, /* its title alone says how it stands */
	};
	size_t n = sizeof(all) / sizeof(all[0]);

	if (width < GRID_WIDTH || height < GRID_HEIGHT)
		return 0;
	memcpy(cells, all, sizeof(all));
	return n;
}

static const char *title_of(
    const struct view_ctx *ctx, const struct view_ops *ops, char *out, size_t size)
{
	char more[40] = "";

	if (ops->title_more)
		ops->title_more(ctx, more, sizeof(more));
	snprintf(out, size, "%.60s%s%s", ops->title ? _(ops->title) : ops->name, more[0] ? " " : "", more);
	return out;
}

static bool is_drill(const struct view_ops *ops)
{
	return panes[ops->pane] != ops;
}

static void add_name(struct segments *s, const struct view_ctx *ctx, const struct view_ops *ops,
    const struct pane_heading *h)
{
	char title[120];
	struct segment *g = segments_add(
	    s, 1, ROLE_TITLE, "%d %s", (int)ops->pane, title_of(ctx, ops, title, sizeof(title)));

	if (h->focused)
		g->flags = CELL_BOLD;
	if (h->arg && h->arg->id)
		segments_add(s, 2, ROLE_TEXT, "%.150s", h->arg->id)->cut = true;
	else if (is_drill(ops))
		segments_add(s, 6, ROLE_DIM, "%s", _("all clusters"));
}

static void add_rows(struct segments *s, const struct pane_heading *h)
{
	if (h->filter && h->filter[0]) {
		segments_add(s, 3, ROLE_MATCH, _("filter %.60s"), h->filter)->gap = 2;
		segments_add(s, 3, ROLE_TEXT, h->rows == 1 ? _("%zu of %zu row") : _("%zu of %zu rows"), h->shown, h->rows)->gap = 2;
	} else {
		segments_add(s, 5, ROLE_DIM, h->rows == 1 ? _("%zu row") : _("%zu rows"), h->rows)->gap = 2;
	}
}

/* By which column; without one the order of the list itself, which is not always that of urgency. */
static void add_order(struct segments *s, const struct view_ops *ops, const struct pane_heading *h)
{
	const char *reversed = h->reversed ? _(" reversed") : "";

	if (h->sort || !ops->order)
		segments_add(s, 6, ROLE_DIM, _("sort %s%s"), h->sort ? h->sort : _("urgency"), reversed)->gap = 2;
	else if (ops->order[0] || h->reversed)
		segments_add(s, 6, ROLE_DIM, "%s%s", ops->order[0] ? _(ops->order) : "", reversed)->gap = 2;
}

void chrome_title(const struct view_ctx *ctx, const struct area *a, const struct view_ops *ops,
    const struct pane_heading *h)
{
	enum verdict v = h->verdict;
	struct segments s = {.n = 0};
	char note[120] = "";

	add_name(&s, ctx, ops, h);
	if (v != VERDICT_NA)
		segments_add(&s, 2, verdict_role(v), "%s", verdict_word(v));
	if (ops->columns) {
		add_rows(&s, h);
		add_order(&s, ops, h);
	}
	if (ops->note)
		ops->note(ctx, note, sizeof(note));
	if (note[0])
		segments_add(&s, 7, ROLE_DIM, "%s", note)->right = true;
	segments_draw(&s, a, 0, false);
}

void chrome_grid_title(const struct view_ctx *ctx, const struct area *a, const struct view_ops *ops,
    const struct pane_heading *h)
{
	enum verdict v = h->verdict;
	char name[200], word[64] = "", title[120];
	int used, end;

	if (ops->pane == PANE_EVENTS)
		snprintf(word, sizeof(word), _("%zu in 15 min"), chrome_recent_events(ctx));
	else if (v != VERDICT_NA)
		snprintf(word, sizeof(word), "%s", verdict_word(v));
	end = (int)text_width(word);
	snprintf(name, sizeof(name), "%d %.100s%s%.80s", (int)ops->pane,
	    title_of(ctx, ops, title, sizeof(title)),
	    h->arg && h->arg->id ? " " : "", h->arg && h->arg->id ? h->arg->id : "");
	used = area_text(a, 0, 0, a->width - end - 2, ROLE_TITLE, name);
	if (h->focused)
		area_flags(a, 0, 0, used, CELL_SELECTED);
	if (h->filter && h->filter[0])
		used += area_textf(a, 0, used + 1, a->width - used - end - 3, ROLE_MATCH,
			    _("filter %.60s"), h->filter) +
			1;
	if (!ctx->plain)
		area_fill(a, 0, used + 1, a->width - used - 2 - end, ROLE_BORDER, '-');
	area_text(a, 0, a->width - end, end, verdict_role(v), word);
}
