#ifndef MQ_UI_CANVAS_H
#define MQ_UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * canvas: a grid of cells that views draw on; term.c alone turns it into curses.
 * So every view is a pure function and can be tested without a terminal. Drawing
 * outside is clipped. Text is UTF-8 and is sanitised here, the screen's one sink.
 */
enum role { /* what a cell means; the theme says how that looks */
	ROLE_TEXT,
	ROLE_DIM,      /* not fresh, secondary */
	ROLE_TITLE,
	ROLE_HEADER,   /* column heads */
	ROLE_LABEL,
	ROLE_KEY,      /* a key one may press */
	ROLE_BORDER,
	ROLE_OK,
	ROLE_WARN,
	ROLE_CRIT,
	ROLE_UNKNOWN,
	ROLE_NA,
	ROLE_PROD,     /* the word PROD */
	ROLE_GRAPH,
	ROLE_FROZEN,
	ROLE_BANNER,
	ROLE_MATCH,    /* what the filter found */
	ROLE_INPUT,
	ROLE_COUNT
};

enum { CELL_SELECTED = 1, CELL_BOLD = 2, CELL_WIDE_TAIL = 4 };

struct cell {
	uint32_t cp;       /* 0: blank */
	uint32_t mark;     /* one combining mark, or 0 */
	uint8_t role, flags;
};

struct canvas {
	int width, height;
	struct cell *cells;
	bool ascii;        /* draw nothing beyond ASCII of our own */
};

void canvas_init(struct canvas *c, int width, int height, bool ascii);
void canvas_release(struct canvas *c);
void canvas_clear(struct canvas *c);

/* A part of a canvas; views get one and cannot draw beyond it. */
struct area {
	struct canvas *canvas;
	int y, x, height, width;
};

struct area area_of(struct canvas *c);
struct area area_cut(const struct area *a, int y, int x, int height, int width); /* clipped */

/* Writes at most `cells` cells; what does not fit is cut and ends with '~'.
 * Returns the cells used. */
int area_text(const struct area *a, int y, int x, int cells, enum role role, const char *s);
int area_textf(const struct area *a, int y, int x, int cells, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same over at most `lines` lines, broken at blanks where there are any. Returns the lines used. */
int area_wrapped(const struct area *a, int y, int x, int cells, int lines, enum role role, const char *s);
/* A number or other text that must never be cut: drawn whole, right-aligned in
 * `cells`, or not at all ('#' fills the cells, as a spreadsheet would). */
void area_number(const struct area *a, int y, int x, int cells, enum role role, const char *s);
void area_fill(const struct area *a, int y, int x, int cells, enum role role, uint32_t cp);
void area_select(const struct area *a, int y); /* marks the row as selected */
void area_flags(const struct area *a, int y, int x, int cells, uint8_t flags);

#endif
