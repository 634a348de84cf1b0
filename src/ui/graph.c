#include "ui/view.h"

#include <math.h>

enum { LEVELS = 4 };

/* Of the two columns of a braille cell, filled from below to each height. */
static const unsigned char left_dots[LEVELS + 1] = {0, 0x40, 0x44, 0x46, 0x47};
static const unsigned char right_dots[LEVELS + 1] = {0, 0x80, 0xa0, 0xb0, 0xb8};
static const char ascii_level[LEVELS + 1] = {' ', '.', ':', '|', '#'};

/* 1..LEVELS: a sample that is there always shows. */
static int level_of(double v, double low, double high)
{
	int level = high > low ? 1 + (int)((v - low) / (high - low) * LEVELS) : 1;

	return level > LEVELS ? LEVELS : level < 1 ? 1 : level;
}

void area_spark(const struct area *a, int y, int x, int cells, const struct series_view *s)
{
	size_t n = series_view_count(s), per_cell = a->canvas->ascii ? 1 : 2, first, room;
	double low = 0, high = 0;

	if (cells > a->width - x)
		cells = a->width - x;
	if (cells <= 0 || !n)
		return;
	room = (size_t)cells * per_cell;
	first = n > room ? n - room : 0;
	for (size_t i = first; i < n; i++) {
		double v = series_view_at(s, i).v;

		low = fmin(low, v);
		high = fmax(high, v);
	}
	/* The newest sample stands at the right edge. */
	for (size_t slot = room - (n - first), i = first; i < n; i++, slot++) {
		int cell = x + (int)(slot / per_cell),
		    level = level_of(series_view_at(s, i).v, low, high);
		uint32_t cp;

		if (a->canvas->ascii) {
			area_fill(a, y, cell, 1, ROLE_GRAPH, (uint32_t)ascii_level[level]);
			continue;
		}
		cp = 0x2800u + (slot % 2 ? right_dots[level] : left_dots[level]);
		if (slot % 2 && i > first)
			cp |= left_dots[level_of(series_view_at(s, i - 1).v, low, high)];
		area_fill(a, y, cell, 1, ROLE_GRAPH, cp);
	}
}
