#include "ui/widget_table.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { GAP = 2, MARGIN = 2, LEAST_ROWS = 4 };

static int total_width(size_t n, const int *w)
{
	int total = MARGIN;

	for (size_t i = 0; i < n; i++)
		total += w[i] ? w[i] + (total > MARGIN ? GAP : 0) : 0;
	return total;
}

/* A text that one can still read: twice its least width, or all of it. */
static int readable(const struct column *col, int need)
{
	return need < 2 * col->min ? need : 2 * col->min;
}

/* Takes cells from the widest text until it fits or every text is at its least. */
static bool shrink(size_t n, const bool *fixed, int width, const int *least, int *w)
{
	int over;

	while ((over = total_width(n, w) - width) > 0) {
		size_t pick = n;

		for (size_t i = 0; i < n; i++) {
			if (!fixed[i] && w[i] > least[i] && (pick == n || w[i] > w[pick]))
				pick = i;
		}
		if (pick == n)
			return false;
		w[pick]--;
	}
	return true;
}

/* The column to do without first: of the greatest priority, the last one. */
static size_t least_wanted(const struct column *columns, size_t n, const bool *dropped)
{
	size_t drop = n;

	for (size_t i = 0; i < n; i++)
		if (!dropped[i] && (drop == n || columns[i].priority >= columns[drop].priority))
			drop = i;
	return drop;
}

/* Columns go before texts become hard to read; only what matters most (priority 1 and 2) shrinks to its
 * least width. */
void table_fit(const struct column *columns, size_t n, const int *need, const bool *fixed, int width, int *out)
{
	bool dropped[TABLE_COLUMNS] = {false};
	size_t left = n;

	for (;;) {
		size_t drop = least_wanted(columns, n, dropped);
		bool must = drop == n || columns[drop].priority <= 2;
		int least[TABLE_COLUMNS];

		for (size_t i = 0; i < n; i++) {
			out[i] = dropped[i] ? 0 : need[i];
			least[i] = must ? columns[i].min : readable(&columns[i], need[i]);
		}
		if (shrink(n, fixed, width, least, out) || left <= 1)
			break;
		dropped[drop] = true;
		left--;
	}
	/* One column alone may still be too wide; it is drawn as far as it goes. */
	for (size_t i = 0; i < n; i++) {
		if (out[i] > width - MARGIN && left == 1)
			out[i] = width > MARGIN ? width - MARGIN : 1;
	}
}

static size_t columns_of(const struct table *t)
{
	size_t n = 0;

	while (n < TABLE_COLUMNS && t->ops->columns[n].key)
		n++;
	return n;
}

static struct cell_text *cell_at(struct table *t, size_t row, size_t n_columns, size_t column)
{
	return &t->cells[row * n_columns + column];
}

/* The texts of the rows on screen, and how wide each column wants to be. */
static void measure(
    struct table *t, const struct view_ctx *ctx, size_t rows, size_t n, int *need, bool *fixed)
{
	array_reserve(&t->cells, &t->cells_cap, rows * n, sizeof(*t->cells));
	for (size_t c = 0; c < n; c++) {
		const struct column *col = &t->ops->columns[c];
		int text = ctx->compact ? 0 : col->min, number = 0;
		int title = ctx->compact ? 0 : (int)text_width(_(col->title));

		for (size_t r = 0; r < rows; r++) {
			struct cell_text *cell = cell_at(t, r, n, c);
			int w;

			cell->text[0] = '\0';
			cell->role = ROLE_TEXT;
			cell->number = false;
			col->cell(ctx, &t->rows.rows[t->order[t->top + r]], cell);
			w = (int)text_width(cell->text);
			if (cell->number)
				number = w > number ? w : number;
			else
				text = w > text ? w : text;
		}
		if (text > col->max)
			text = col->max;
		fixed[c] = number > 0;
		need[c] = title > text ? title : text;
		if (number > need[c])
			need[c] = number;
	}
}

/* The widths of before are kept where they do no harm: what moves is hard to read. */
static void choose_widths(
    struct table *t, size_t n, const int *need, const bool *fixed, int width, int *out)
{
	int steady[TABLE_COLUMNS];

	for (size_t c = 0; c < n; c++) {
		int before = t->widths_for == width ? t->widths[c] : 0;

		steady[c] = before > need[c] ? before : need[c];
	}
	if (total_width(n, steady) <= width)
		memcpy(out, steady, n * sizeof(*out));
	else
		table_fit(t->ops->columns, n, need, fixed, width, out);
	memcpy(t->widths, out, n * sizeof(*out));
	t->widths_for = width;
}

static void draw_heads(const struct table *t, const struct area *a, size_t n, const int *w)
{
	int x = MARGIN;

	for (size_t c = 0; c < n; c++) {
		const char *title = _(t->ops->columns[c].title);
		int used = (int)text_width(title), from = x;

		if (!w[c])
			continue;
		if (t->ops->columns[c].right && used < w[c])
			from = x + w[c] - used;
		area_text(a, 0, from, w[c] - (from - x), ROLE_HEADER, title);
		if ((int)c == t->sort)
			area_flags(a, 0, from, used, CELL_BOLD);
		x += w[c] + GAP;
	}
}

static void draw_cell(
    const struct area *a, int y, int x, int width, const struct column *col, const struct cell_text *cell)
{
	int used = (int)text_width(cell->text);

	if (cell->number && col->right)
		area_number(a, y, x, width, cell->role, cell->text);
	else if (cell->number && used <= width)
		area_text(a, y, x, width, cell->role, cell->text);
	else if (cell->number)
		area_fill(a, y, x, width, cell->role, '#');
	else if (col->right && used < width)
		area_text(a, y, x + width - used, used, cell->role, cell->text);
	else
		area_text(a, y, x, width, cell->role, cell->text);
}

static bool cells_hold(const struct cell *cells, const char *pattern)
{
	for (; *pattern; pattern++, cells++) {
		uint32_t cp = cells->cp >= 'A' && cells->cp <= 'Z' ? cells->cp - 'A' + 'a' : cells->cp;

		if (cp != (unsigned char)*pattern)
			return false;
	}
	return true;
}

/* What the filter found stands out, where the cell's own role says nothing. */
static void draw_matches(const struct table *t, const struct area *a, int y)
{
	struct cell *row = a->canvas->cells + (size_t)(a->y + y) * (size_t)a->canvas->width + a->x;
	struct filter f;
	int len;

	filter_parse(&f, t->filter);
	len = (int)strlen(f.pattern);
	if (!len || f.inverse || f.glob || y < 0 || y >= a->height)
		return;
	for (int x = 0; x + len <= a->width; x++) {
		for (int i = 0; cells_hold(row + x, f.pattern) && i < len; i++) {
			if (row[x + i].role == ROLE_TEXT)
				row[x + i].role = ROLE_MATCH;
		}
	}
}

static void draw_rows(struct table *t, const struct view_ctx *ctx, const struct area *a, int y, size_t rows,
    size_t n, const int *w)
{
	for (size_t r = 0; r < rows; r++) {
		const char *id = t->rows.rows[t->order[t->top + r]].id;
		bool selected = t->top + r == t->at && !ctx->idle;
		int x = MARGIN;

		if (selected)
			area_text(a, y + (int)r, 0, 1, ROLE_KEY, ">");
		if (map_get(&t->marks, id))
			area_text(a, y + (int)r, 1, 1, ROLE_KEY, "*");
		for (size_t c = 0; c < n; c++) {
			if (!w[c])
				continue;
			draw_cell(a, y + (int)r, x, w[c], &t->ops->columns[c], cell_at(t, r, n, c));
			x += w[c] + GAP;
		}
		draw_matches(t, a, y + (int)r);
		if (selected)
			area_select(a, y + (int)r);
	}
}

/* The rows' own order: not every list is one of urgency. */
static void draw_more_of(const struct table *t, const struct area *a, int y, size_t below)
{
	const char *order = t->ops->order;

	if (!order)
		area_textf(a, y, MARGIN, a->width, ROLE_DIM, _("and %zu more, most urgent first"), below);
	else if (order[0])
		area_textf(a, y, MARGIN, a->width, ROLE_DIM, _("and %zu more, %s"), below, _(order));
	else
		area_textf(a, y, MARGIN, a->width, ROLE_DIM, _("and %zu more"), below);
}

static void draw_more(const struct table *t, const struct area *a, int y, size_t rows)
{
	size_t below = t->n - t->top - rows;

	if (t->top)
		area_textf(a, y, MARGIN, a->width, ROLE_DIM, _("rows %zu to %zu of %zu"), t->top + 1,
		    t->top + rows, t->n);
	else if (t->sort < 0 && !t->reverse)
		draw_more_of(t, a, y, below);
	else
		area_textf(a, y, MARGIN, a->width, ROLE_DIM, _("and %zu more"), below);
}

static void draw_empty(const struct table *t, const struct area *a, int y)
{
	const char *why = t->rows.n ? N_("no row passes the filter; / and Enter clears it")
			  : t->ops->empty ? t->ops->empty
					  : N_("nothing here");

	area_wrapped(a, y, MARGIN, a->width - MARGIN, a->height - y, ROLE_DIM, _(why));
}

/* Rows that fit, with the cursor among them; the last line is for "and N more". */
static size_t scroll(struct table *t, int lines)
{
	size_t rows = lines > 0 ? (size_t)lines : 0;

	if (t->n > rows && rows > 1)
		rows--;
	if (rows > t->n)
		rows = t->n;
	t->page = rows;
	if (t->top + rows > t->n)
		t->top = t->n - rows;
	if (t->at < t->top)
		t->top = t->at;
	if (rows && t->at >= t->top + rows)
		t->top = t->at - rows + 1;
	return rows;
}

void table_draw(struct table *t, const struct view_ctx *ctx, const struct area *a)
{
	int need[TABLE_COLUMNS], w[TABLE_COLUMNS], heads = !ctx->compact, detail = 0, lines, least;
	const struct view_row *selected = table_selected(t);
	bool fixed[TABLE_COLUMNS];
	size_t n = columns_of(t), rows;

	if (t->ops->detail && selected && !ctx->compact)
		detail = t->ops->detail_lines;
	least = t->ops->least_rows ? t->ops->least_rows : LEAST_ROWS;
	if (detail > a->height - heads - least - 1)
		detail = a->height - heads - least - 1;
	lines = a->height - heads - (detail > 0 ? detail + 1 : 0);
	rows = scroll(t, lines);
	measure(t, ctx, rows, n, need, fixed);
	choose_widths(t, n, need, fixed, a->width, w);
	if (heads)
		draw_heads(t, a, n, w);
	if (!t->n)
		draw_empty(t, a, heads);
	draw_rows(t, ctx, a, heads, rows, n, w);
	if (rows < t->n && (int)rows < lines)
		draw_more(t, a, heads + (int)rows, rows);
	if (ctx->compact && t->ops->foot && (int)rows < lines && rows == t->n) {
		struct area last = area_cut(a, a->height - 1, MARGIN, 1, a->width - MARGIN);

		t->ops->foot(ctx, &last);
	}
	if (detail > 0) {
		struct area below = area_cut(a, a->height - detail, MARGIN, detail, a->width - MARGIN);

		t->ops->detail(ctx, selected, &below);
	}
}
