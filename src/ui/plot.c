#include "ui/plot.h"

#include <math.h>

enum { DOTS_WIDE = 2, DOTS_HIGH = 4, LEVELS_ASCII = 5, BRAILLE = 0x2800 };

void plot_buckets(const struct series_view *s, int64_t since, int64_t until, double *out, size_t n)
{
	double step = (double)(until - since) / (double)n;

	for (size_t i = 0; i < n; i++)
		out[i] = NAN;
	if (until <= since)
		return;
	for (size_t i = 0; i < series_view_count(s); i++) {
		struct sample x = series_view_at(s, i);
		size_t at;

		if (x.at < since || x.at > until)
			continue;
		at = (size_t)((double)(x.at - since) / step);
		at = at < n ? at : n - 1;
		if (isnan(out[at]) || x.v > out[at])
			out[at] = x.v;
	}
}

/* How many of `most` steps the value is high; at least one where there is a value at all. */
static int level(double v, double top, int most)
{
	int l;

	if (isnan(v))
		return 0;
	l = top > 0 && v > 0 ? (int)ceil(v / top * most) : 1;
	return l < 1 ? 1 : l > most ? most : l;
}

static uint32_t braille_cell(int left, int right)
{
	static const uint8_t left_dots[DOTS_HIGH + 1] = {0, 0x40, 0x44, 0x46, 0x47};
	static const uint8_t right_dots[DOTS_HIGH + 1] = {0, 0x80, 0xa0, 0xb0, 0xb8};

	return BRAILLE + left_dots[left] + right_dots[right];
}

static int within(int l, int floor, int high)
{
	return l <= floor ? 0 : l - floor > high ? high : l - floor;
}

size_t plot_columns(const struct area *a, int cells)
{
	return (size_t)(cells > 0 ? cells : 0) * (a->canvas->ascii ? 1 : DOTS_WIDE);
}

void plot_draw(
    const struct area *a, int y, int x, int cells, int lines, const double *v, double top)
{
	static const char ascii[LEVELS_ASCII + 1] = " _.:|#";
	int high = a->canvas->ascii ? LEVELS_ASCII : DOTS_HIGH;

	for (int line = 0; line < lines; line++) {
		int floor = (lines - 1 - line) * high;

		for (int i = 0; i < cells; i++) {
			uint32_t cp;

			if (a->canvas->ascii)
				cp = (uint32_t)
				    ascii[within(level(v[i], top, high * lines), floor, high)];
			else
				cp = braille_cell(
				    within(level(v[2 * i], top, high * lines), floor, high),
				    within(level(v[2 * i + 1], top, high * lines), floor, high));
			if (cp != ' ' && cp != BRAILLE)
				area_fill(a, y + line, x + i, 1, ROLE_GRAPH, cp);
		}
	}
}
