#include "ui/canvas.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1024 }; /* bytes of one call; a screen line is shorter */

void canvas_init(struct canvas *c, int width, int height, bool ascii)
{
	*c = (struct canvas){.width = width > 0 ? width : 0, .height = height > 0 ? height : 0};
	c->ascii = ascii;
	c->cells = xcalloc((size_t)c->width * (size_t)c->height + 1, sizeof(*c->cells));
}

void canvas_release(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
	memset(c->cells, 0, (size_t)c->width * (size_t)c->height * sizeof(*c->cells));
}

struct area area_of(struct canvas *c)
{
	return (struct area){.canvas = c, .height = c->height, .width = c->width};
}

/* Keeps [*at, *at + *len) within [0, limit). */
static void clip(int *at, int *len, int limit)
{
	if (*at < 0) {
		*len += *at;
		*at = 0;
	}
	if (*at > limit)
		*at = limit;
	if (*len > limit - *at)
		*len = limit - *at;
	if (*len < 0)
		*len = 0;
}

struct area area_cut(const struct area *a, int y, int x, int height, int width)
{
	clip(&y, &height, a->height);
	clip(&x, &width, a->width);
	return (struct area){
	    .canvas = a->canvas, .y = a->y + y, .x = a->x + x, .height = height, .width = width};
}

static struct cell *row_of(const struct area *a, int y)
{
	return a->canvas->cells + (size_t)(a->y + y) * (size_t)a->canvas->width + a->x;
}

/* A wide character of which half is written over leaves a blank, not half a glyph. */
static void put(const struct area *a, struct cell *row, int x, struct cell cell)
{
	if ((row[x].flags & CELL_WIDE_TAIL) && a->x + x > 0) {
		row[x - 1].cp = 0;
		row[x - 1].mark = 0;
	}
	if (a->x + x + 1 < a->canvas->width && (row[x + 1].flags & CELL_WIDE_TAIL)) {
		row[x + 1].cp = 0;
		row[x + 1].flags &= (uint8_t)~CELL_WIDE_TAIL;
	}
	row[x] = cell;
}

static void put_wide(const struct area *a, struct cell *row, int x, struct cell cell)
{
	struct cell tail = {.role = cell.role, .flags = cell.flags | CELL_WIDE_TAIL};

	put(a, row, x, cell);
	put(a, row, x + 1, tail);
}

/* Where the terminal cannot show it, a character that is not ASCII is a '?'. */
static uint32_t shown(const struct canvas *c, uint32_t cp)
{
	return c->ascii && cp > 0x7e ? '?' : cp;
}

static int cells_of(const struct canvas *c, const char *s, size_t len)
{
	int cells = 0;

	for (size_t i = 0; i < len;) {
		uint32_t cp;

		i += text_decode(s + i, len - i, &cp);
		cells += text_cp_width(shown(c, cp));
	}
	return cells;
}

/* A combining mark goes to the character before it; one is kept. */
static void put_mark(struct cell *row, int first, int at, uint32_t mark)
{
	int base = at - 1;

	while (base > first && (row[base].flags & CELL_WIDE_TAIL))
		base--;
	if (base >= first && !row[base].mark)
		row[base].mark = mark;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many bytes of the text fit into so many cells. */
static size_t bytes_of(const struct canvas *c, const char *s, size_t len, int cells)
{
	size_t i = 0;

	while (i < len) {
		uint32_t cp;
		size_t n = text_decode(s + i, len - i, &cp);

		cells -= text_cp_width(shown(c, cp));
		if (cells < 0)
			break;
		i += n;
	}
	return i;
}

/* Where a text of which n bytes fit is cut: not within a number, and not between a
 * number and its unit, for half of "48,211" or of "25m" is a lie. */
static size_t whole_numbers(const char *s, size_t n)
{
	if (!n || !s[n] || s[n] == ' ' || !is_digit(s[n - 1]))
		return n;
	while (
	    n && (is_digit(s[n - 1]) || (n > 1 && strchr(".,:", s[n - 1]) && is_digit(s[n - 2]))))
		n--;
	return n;
}

int area_text(const struct area *a, int y, int x, int cells, enum role role, const char *s)
{
	char clean[TEXT_MAX];
	size_t len, i = 0;
	int at = x, end, fits;
	struct cell *row;

	if (y < 0 || y >= a->height || x < 0 || x >= a->width || cells <= 0 || !s)
		return 0;
	end = cells < a->width - x ? x + cells : a->width;
	text_sanitise(clean, sizeof(clean), s, TEXT_MAX - 1);
	len = strlen(clean);
	fits = end;
	if (cells_of(a->canvas, clean, len) > end - x) {
		fits = end - 1;
		len = whole_numbers(clean, bytes_of(a->canvas, clean, len, fits - x));
	}
	row = row_of(a, y);
	while (i < len) {
		uint32_t cp;
		size_t n = text_decode(clean + i, len - i, &cp);
		struct cell cell = {.cp = shown(a->canvas, cp), .role = role};
		int w = text_cp_width(cell.cp);

		if (w == 0)
			put_mark(row, x, at, cp);
		else if (w == 1)
			put(a, row, at, cell);
		else
			put_wide(a, row, at, cell);
		at += w;
		i += n;
	}
	if (fits < end)
		put(a, row, at++, (struct cell){.cp = '~', .role = role});
	return at - x;
}

int area_wrapped(
    const struct area *a, int y, int x, int cells, int lines, enum role role, const char *s)
{
	char clean[TEXT_MAX], line[TEXT_MAX];
	const char *at = clean;
	int used = 0;

	cells = cells < a->width - x ? cells : a->width - x;
	text_sanitise(clean, sizeof(clean), s, TEXT_MAX - 1);
	for (; used < lines && *at && cells > 1; used++) {
		size_t n = bytes_of(a->canvas, at, strlen(at), cells), blank = text_break(at, n);

		if (used + 1 == lines)
			n = strlen(at); /* the rest: area_text() says that it is cut */
		else if (at[n] && blank)
			n = blank;
		memcpy(line, at, n);
		line[n] = '\0';
		area_text(a, y + used, x, cells, role, line);
		at += n + strspn(at + n, " ");
	}
	return used;
}

int area_textf(const struct area *a, int y, int x, int cells, enum role role, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return area_text(a, y, x, cells, role, text);
}

void area_number(const struct area *a, int y, int x, int cells, enum role role, const char *s)
{
	int width = (int)text_width(s);

	if (cells > a->width - x)
		cells = a->width - x;
	if (width <= cells)
		area_text(a, y, x + cells - width, width, role, s);
	else
		area_fill(a, y, x, cells, role, '#');
}

void area_fill(const struct area *a, int y, int x, int cells, enum role role, uint32_t cp)
{
	struct cell *row;

	if (y < 0 || y >= a->height)
		return;
	clip(&x, &cells, a->width);
	row = row_of(a, y);
	for (int i = 0; i < cells; i++)
		put(a, row, x + i, (struct cell){.cp = shown(a->canvas, cp), .role = role});
}

void area_flags(const struct area *a, int y, int x, int cells, uint8_t flags)
{
	struct cell *row;

	if (y < 0 || y >= a->height)
		return;
	clip(&x, &cells, a->width);
	row = row_of(a, y);
	for (int i = 0; i < cells; i++)
		row[x + i].flags |= flags;
}

void area_select(const struct area *a, int y)
{
	area_flags(a, y, 0, a->width, CELL_SELECTED);
}
