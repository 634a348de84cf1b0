#ifndef MQ_UI_TERM_H
#define MQ_UI_TERM_H

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

#include <stdio.h>

/*
 * term: the one file that starts, paints and ends curses. Whole canvases come
 * in; curses writes what differs from what the terminal shows. UI thread.
 */
struct term_setup {
	const char *type;  /* NULL: $TERM */
	FILE *out, *in;	   /* NULL: the guard's terminal */
	int width, height; /* 0: as the terminal says */
	bool ascii;	   /* even if the locale is UTF-8 */
	bool no_colour;	   /* even if the terminal has some; $NO_COLOR says so as well */
};

int term_start(const struct term_setup *setup, struct err *err);
void term_stop(void);

bool term_ascii(void); /* what canvases are to be made with */
void term_theme(const struct theme *t); /* copied */

/* Asks the terminal for its size again after SIGWINCH. Returns true when it changed. */
bool term_resize(int *width, int *height);

/* Shows the canvas, with the cursor at y, x or, where y is negative, hidden. Writes
 * nothing where nothing changed. */
void term_paint(const struct canvas *c, int cursor_y, int cursor_x);

/* The next paint writes every cell (Ctrl-L, after SIGCONT, after a resize). */
void term_repaint(void);

int term_fd(void);	  /* of the keyboard */
bool term_writable(void); /* false: the other side takes nothing at the moment */
int term_key(void);	  /* the next key that was pressed, K_NONE when there is none */
bool term_pasting(void);  /* was that key pasted, and not pressed? */
void term_mouse(bool on);
void term_mouse_at(int *y, int *x);
void term_bell(void);

/* ^Z: gives the terminal back, stops, and comes back. */
void term_suspend(void);
/* The program was stopped from outside and goes on. */
void term_resume(void);

/* Puts text on the clipboard of whoever sits before the terminal (OSC 52). Text
 * that is not clean, or too long, is refused with a sentence. */
int term_copy(const char *text, struct err *err);

/* The bytes term_copy() sends; pure. tmux: wrapped so that tmux passes it on. */
int term_copy_bytes(const char *text, bool tmux, struct buf *out, struct err *err);

#endif
