#include "ui/past.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/plot.h"
#include "ui/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns on the widest graph; dots over each other in a cell. */
enum { COLUMNS_MOST = 1024, HIGH_BRAILLE = 4, HIGH_ASCII = 3, BRAILLE = 0x2800, LABELS_APART = 3 };

#define WEEK_NS (INT64_C(7) * 86400 * NS_PER_S)

/* Least and greatest of each column of the graph; NAN: a gap. */
struct band {
	double min[COLUMNS_MOST], max[COLUMNS_MOST];
};

struct graph {
	const struct area *area;
	int y, x, cells, lines;
	size_t n; /* columns */
	double top;
};

/* Each point is as wide as its step, so that only what was not measured is a gap. */
static void band_fill(struct band *b, const struct metrics_points *p, int64_t from, int64_t to, size_t n)
{
	double wide = (double)(to - from) / (double)n;

	for (size_t i = 0; i < n; i++)
		b->min[i] = b->max[i] = NAN;
	for (size_t i = 0; i < p->n; i++) {
		const struct metrics_point *x = &p->list[i];
		double first = (double)(x->wall - from) / wide, last = (double)(x->wall + p->step - 1 - from) / wide;

		if (x->n <= 0 || isnan(x->max) || last < 0 || first >= (double)n)
			continue;
		for (size_t at = first > 0 ? (size_t)first : 0; at < n && (double)at <= last; at++) {
			b->min[at] = fmin(b->min[at], x->min);
			b->max[at] = fmax(b->max[at], x->max);
		}
	}
}

static int level(const struct graph *g, double v, int high)
{
	int most = high * g->lines - 1, l = g->top > 0 && v > 0 ? (int)lround(v / g->top * most) : 0;

	return l < 0 ? 0 : l > most ? most : l;
}

/* From which to which dot a column goes: it reaches to the one before it, so that a step is a line. */
static bool column_dots(const struct graph *g, const struct band *b, size_t i, int high, int *low, int *up)
{
	if (i >= g->n || isnan(b->max[i]))
		return false;
	*low = level(g, b->min[i], high);
	*up = level(g, b->max[i], high);
	if (i && !isnan(b->max[i - 1])) {
		int low_before = level(g, b->min[i - 1], high), up_before = level(g, b->max[i - 1], high);

		if (*low > up_before + 1)
			*low = up_before + 1;
		if (*up < low_before - 1)
			*up = low_before - 1;
	}
	return true;
}

/* Bit k: the k-th dot from below of this cell is set. */
static unsigned cell_dots(const struct graph *g, const struct band *b, size_t i, int line, int high)
{
	int low, up, floor = (g->lines - 1 - line) * high;
	unsigned dots = 0;

	if (!column_dots(g, b, i, high, &low, &up))
		return 0;
	for (int k = 0; k < high; k++)
		dots |= low <= floor + k && floor + k <= up ? 1U << k : 0;
	return dots;
}

static uint32_t braille_of(const struct graph *g, const struct band *b, int line, int x)
{
	static const uint8_t left[HIGH_BRAILLE] = {0x40, 0x04, 0x02, 0x01}, right[HIGH_BRAILLE] = {0x80, 0x20, 0x10, 0x08};
	unsigned l = cell_dots(g, b, 2 * (size_t)x, line, HIGH_BRAILLE);
	unsigned r = cell_dots(g, b, 2 * (size_t)x + 1, line, HIGH_BRAILLE);
	uint32_t dots = 0;

	for (int k = 0; k < HIGH_BRAILLE; k++)
		dots |= (l >> k & 1 ? left[k] : 0U) | (r >> k & 1 ? right[k] : 0U);
	return dots;
}

static void draw_cell(const struct graph *g, const struct band *now, const struct band *before, int line, int x, bool cursor)
{
	static const char signs[1 << HIGH_ASCII] = {' ', '_', '-', '|', '^', '|', '|', '|'};
	bool ascii = g->area->canvas->ascii;
	uint32_t cp = ascii ? (uint32_t)signs[cell_dots(g, now, (size_t)x, line, HIGH_ASCII)] : braille_of(g, now, line, x);
	uint32_t old = 0, blank = ascii ? ' ' : 0;
	enum role role = ROLE_GRAPH;

	if (before)
		old = ascii ? cell_dots(g, before, (size_t)x, line, HIGH_ASCII) : braille_of(g, before, line, x);
	if (cp == blank) {
		role = ROLE_DIM;
		cp = !old ? blank : ascii ? '.' : old;
	}
	if (cursor)
		role = ROLE_KEY;
	if (cp != blank)
		area_fill(g->area, g->y + line, g->x + x, 1, role, ascii ? cp : BRAILLE + cp);
	else if (cursor)
		area_fill(g->area, g->y + line, g->x + x, 1, role, ascii ? ':' : 0x2506);
}

/* "11-25 14:30Z", or of a span of no more than a day "14:30Z". */
static void time_text(int64_t wall, bool day, char *out, size_t size)
{
	char utc[FMT_MAX];

	fmt_utc(utc, sizeof(utc), wall);
	if (strlen(utc) < 20)
		snprintf(out, size, "%s", utc);
	else if (day)
		snprintf(out, size, "%.5s %.5sZ", utc + 5, utc + 11);
	else
		snprintf(out, size, "%.5sZ", utc + 11);
}

/* Under the graph: when it begins, when half of it is over, when it ends. */
static void draw_times(const struct graph *g, const struct past_ask *ask)
{
	bool day = ask->to - ask->from > INT64_C(3600) * NS_PER_S;
	char text[3][FMT_MAX];
	int w;

	for (int i = 0; i < 3; i++)
		time_text(ask->from + (ask->to - ask->from) / 2 * i, day, text[i], sizeof(text[i]));
	w = (int)text_width(text[0]);
	area_text(g->area, g->y + g->lines, g->x, g->cells, ROLE_DIM, text[0]);
	if (g->cells >= 3 * w + 2 * LABELS_APART)
		area_text(g->area, g->y + g->lines, g->x + (g->cells - w) / 2, w, ROLE_DIM, text[1]);
	if (g->cells >= 2 * w + LABELS_APART)
		area_text(g->area, g->y + g->lines, g->x + g->cells - w, w, ROLE_DIM, text[2]);
}

static void point_text(const struct metrics_point *p, enum value_style style, char *out, size_t size)
{
	char mean[64], min[64], max[64];

	if (p->n <= 0) {
		snprintf(out, size, "%s", _("not measured"));
		return;
	}
	style_text(p->mean, style, mean, sizeof(mean));
	style_text(p->min, style, min, sizeof(min));
	style_text(p->max, style, max, sizeof(max));
	if (p->min < p->max)
		snprintf(out, size, _("%s  (%s to %s)"), mean, min, max);
	else
		snprintf(out, size, "%s", mean);
}

/* What the cursor stands on; without one, how to get one. */
static void draw_cursor_line(const struct past_answer *got, int cursor, enum value_style style, const struct area *a)
{
	int64_t step = (got->ask.to - got->ask.from) / PAST_STEPS, at = got->ask.to - (cursor + 1) * step;
	struct metrics_point now, before;
	char when[FMT_MAX], value[256], old[256];
	int x;

	if (cursor == PAST_NO_CURSOR) {
		area_text(a, 0, 0, a->width, ROLE_DIM, _("h and l: what was when"));
		return;
	}
	now = past_sum(&got->points, at, at + step);
	time_text(at, true, when, sizeof(when));
	point_text(&now, style, value, sizeof(value));
	x = area_textf(a, 0, 0, a->width, ROLE_KEY, "%s  %s", when, value);
	if (!got->ask.week)
		return;
	before = past_sum(&got->before, at - WEEK_NS, at - WEEK_NS + step);
	point_text(&before, style, old, sizeof(old));
	area_textf(a, 0, x + 2, a->width - x - 2, ROLE_DIM, _("a week before %s"), old);
}

void past_draw(const struct past_answer *got, int cursor, enum value_style style, const struct area *a)
{
	struct band now, before;
	struct graph g = {.area = a, .y = 1, .lines = a->height - 2};
	char top_text[64], half_text[64];
	int label, at = -1;

	draw_cursor_line(got, cursor, style, a);
	g.top = fmax(past_sum(&got->points, got->ask.from, got->ask.to).max, 0);
	if (got->ask.week)
		g.top = fmax(g.top, past_sum(&got->before, got->ask.from - WEEK_NS, got->ask.to - WEEK_NS).max);
	style_text(g.top, style, top_text, sizeof(top_text));
	style_text(g.top / 2, style, half_text, sizeof(half_text));
	label = (int)(text_width(top_text) > text_width(half_text) ? text_width(top_text) : text_width(half_text)) + 1;
	g.x = label;
	g.cells = a->width - label < COLUMNS_MOST / 2 ? a->width - label : COLUMNS_MOST / 2;
	if (g.lines < 1 || g.cells < 4)
		return;
	g.n = plot_columns(a, g.cells);
	band_fill(&now, &got->points, got->ask.from, got->ask.to, g.n);
	if (got->ask.week)
		band_fill(&before, &got->before, got->ask.from - WEEK_NS, got->ask.to - WEEK_NS, g.n);
	if (cursor != PAST_NO_CURSOR)
		at = g.cells * (2 * (PAST_STEPS - 1 - cursor) + 1) / (2 * PAST_STEPS);
	for (int line = 0; line < g.lines; line++)
		for (int x = 0; x < g.cells; x++)
			draw_cell(&g, &now, got->ask.week ? &before : NULL, line, x, x == at);
	area_number(a, g.y, 0, label - 1, ROLE_DIM, top_text);
	if (g.lines > 4)
		area_number(a, g.y + (g.lines - 1) / 2, 0, label - 1, ROLE_DIM, half_text);
	if (g.lines > 1)
		area_number(a, g.y + g.lines - 1, 0, label - 1, ROLE_DIM, "0");
	draw_times(&g, &got->ask);
}
