#ifndef MQ_TESTS_HARNESS_H
#define MQ_TESTS_HARNESS_H

#include "sample_frame.h"

struct ui;

/*
 * Golden screens: the dashboard is driven with keys over a sample frame, painted
 * by the real term.c into a terminal that is /dev/null, and what curses then holds
 * is compared with tests/screen/golden/NAME.txt: the text, and below it a map of
 * how each cell looks. `tests/screen/update` rewrites them all; look at the diff.
 */
struct screen_case {
	const char *name;
	enum sample_kind sample;
	int width, height;
	const char *keys;   /* pressed before the screen is taken; "\r" Enter, "\033" Esc, "\t" Tab;
			       NULL: none */
	const char *type;   /* terminal; NULL: xterm-256color */
	const char *locale; /* NULL: C.UTF-8 */
	const char *theme;  /* NULL: default */
	bool no_colour;
	int64_t later;	/* ns after the frame at which the screen is taken */
	int64_t frozen; /* ns before that at which 'Z' is pressed; 0: not */
	/* What is handed in comes back at once in the next frame, by duty1 at SAMPLE_WALL: */
	enum keep keep;
	bool days_before; /* some days before were signed in full, in part and not at all */
	const char *written; /* what is told of the files of a decision before its record is kept; NULL: nothing */
	const char *trouble; /* what the engine cannot keep; NULL: nothing */
	const char *pages;   /* language of the pages in tests/fixtures/pages, which stand for the manual; NULL: as shipped */
	const char *open;    /* as `mqduty open` has it, before the keys; NULL */
	/* Reads what the screen wants of metrics.db, before it is drawn; NULL: none is read. */
	void (*past)(struct ui *ui, int64_t now, int64_t wall);
	/* Judges the lists that the screen wants, before it is drawn; NULL: none is. */
	void (*lists)(struct ui *ui, int64_t now, int64_t wall);
	bool looks;	/* the map of looks is compared as well */
};

/* Fails the cmocka test, with the first line that differs, where the screen is not the golden one.
 */
void screen_check(const struct screen_case *c);

/* The same for a text that a test made itself. */
void golden_check(const char *name, const char *text);

/* Every case of a table that ends with a NULL name, as one cmocka group. */
int screen_run(const struct screen_case *cases);

#endif
