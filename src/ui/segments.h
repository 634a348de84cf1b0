#ifndef MQ_UI_SEGMENTS_H
#define MQ_UI_SEGMENTS_H

#include "ui/canvas.h"

/*
 * segments: the pieces of a line. What does not fit is left out whole, the least
 * important first, so that no number is ever cut. Pure.
 */
enum { SEGMENTS_MAX = 24, SEGMENT_TEXT = 160 };

struct segment {
	char text[SEGMENT_TEXT];
	enum role role;
	uint8_t flags; /* CELL_* */
	int gap;       /* cells before it */
	int priority;  /* 1 stays longest */
	bool right;    /* stands at the right edge, with all that follow */
	bool cut;      /* text that may be cut rather than left out */
};

struct segments {
	struct segment list[SEGMENTS_MAX];
	size_t n;
};

/* Adds a piece; beyond SEGMENTS_MAX it is left out. Returns it, to set gap, flags, right, cut. */
struct segment *segments_add(struct segments *s, int priority, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Draws them on line y; false, and nothing is drawn, when not all fit and `whole` is asked for. */
bool segments_draw(struct segments *s, const struct area *a, int y, bool whole);

#endif
