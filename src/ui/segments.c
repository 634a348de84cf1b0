#include "ui/segments.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

enum { LEAST_CUT = 6 }; /* a text cut to less than this says nothing */

struct segment *segments_add(struct segments *s, int priority, enum role role, const char *fmt, ...)
{
	static _Thread_local struct segment beyond;
	struct segment *g = s->n < SEGMENTS_MAX ? &s->list[s->n++] : &beyond;
	char raw[SEGMENT_TEXT];
	va_list ap;

	*g = (struct segment){.role = role, .gap = 1, .priority = priority};
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_sanitise(g->text, sizeof(g->text), raw, sizeof(raw));
	return g;
}

static int width_of(const struct segments *s)
{
	int total = 0;

	for (size_t i = 0; i < s->n; i++)
		total += (int)text_width(s->list[i].text) + (total ? s->list[i].gap : 0);
	return total;
}

static void drop(struct segments *s, size_t at)
{
	memmove(&s->list[at], &s->list[at + 1], (s->n - at - 1) * sizeof(s->list[0]));
	s->n--;
}

/* Cuts the piece by so many cells; false: nothing useful would be left of it. */
static bool shorten(struct segment *g, int by)
{
	int left = (int)text_width(g->text) - by - 1;
	size_t n;

	if (!g->cut || left < LEAST_CUT)
		return false;
	n = text_cut(g->text, (size_t)left);
	while (n && ((g->text[n - 1] >= '0' && g->text[n - 1] <= '9') || g->text[n - 1] == ' '))
		n--; /* half a number is worse than none */
	g->text[n] = '~';
	g->text[n + 1] = '\0';
	return n > 0;
}

static void make_fit(struct segments *s, int width)
{
	while (s->n && width_of(s) > width) {
		size_t least = 0;

		for (size_t i = 0; i < s->n; i++)
			if (s->list[i].priority >= s->list[least].priority)
				least = i;
		if (shorten(&s->list[least], width_of(s) - width)) {
			if (width_of(s) <= width)
				break;
		}
		drop(s, least);
	}
}

bool segments_draw(struct segments *s, const struct area *a, int y, bool whole)
{
	int x = 0, spare;

	if (whole && width_of(s) > a->width)
		return false;
	make_fit(s, a->width);
	spare = a->width - width_of(s);
	for (size_t i = 0; i < s->n; i++) {
		const struct segment *g = &s->list[i];
		int used;

		x += i ? g->gap : 0;
		if (g->right) {
			x += spare;
			spare = 0;
		}
		used = area_text(a, y, x, a->width - x, g->role, g->text);
		area_flags(a, y, x, used, g->flags);
		x += used;
	}
	return true;
}
