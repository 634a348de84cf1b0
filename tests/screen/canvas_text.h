#ifndef MQ_TESTS_CANVAS_TEXT_H
#define MQ_TESTS_CANVAS_TEXT_H

#include "base/text.h"
#include "ui/canvas.h"

#include <stdbool.h>
#include <string.h>

/* What a canvas says, for tests that draw without a terminal. */

/* Line y as text; good till the next call. */
static inline const char *line_of(const struct canvas *c, int y)
{
	static char line[2048];
	size_t n = 0;

	for (int x = 0; x < c->width && n + 8 < sizeof(line); x++) {
		const struct cell *cell = &c->cells[y * c->width + x];

		if (!(cell->flags & CELL_WIDE_TAIL))
			n += text_encode(cell->cp ? cell->cp : ' ', line + n);
	}
	line[n] = '\0';
	return line;
}

static inline bool has(const struct canvas *c, const char *text)
{
	for (int y = 0; y < c->height; y++)
		if (strstr(line_of(c, y), text))
			return true;
	return false;
}

#endif
