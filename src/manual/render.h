#ifndef MQ_MANUAL_RENDER_H
#define MQ_MANUAL_RENDER_H

#include "base/alloc.h"

#include <stddef.h>

/* render: Markdown as lines of text of a given width, for screens and for `mqduty manual ID`. */
struct manual_line {
	const char *text; /* clean; in the arena */
	int indent;	  /* cells */
	enum manual_line_kind { LINE_TEXT, LINE_CODE } kind;
};

struct manual_lines {
	struct arena arena;
	struct manual_line *lines;
	size_t n, cap;
};

void manual_lines_init(struct manual_lines *l);
void manual_lines_release(struct manual_lines *l);

/* Appends the paragraphs, lists and fences of a text, broken at `width` cells (at least 10), a blank
 * line between two paragraphs. " (guide: ID)" at the end of a list item is a key, and left out. */
void manual_render(struct manual_lines *l, const char *markdown, int width);

/* Appends a whole text with headings ("## ", "### ": at indent 0, the rest at 2) and commands, which stand eight blanks
 * deep and are not touched: what is copied from the screen is what was written. */
void manual_document(struct manual_lines *l, const char *markdown, int width);

/* Appends one line, or several where it is longer than the width: a plain text. */
void manual_wrap(struct manual_lines *l, const char *text, int indent, int width, enum manual_line_kind kind);

#endif
