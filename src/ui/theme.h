#ifndef MQ_UI_THEME_H
#define MQ_UI_THEME_H

#include "base/buf.h"
#include "base/err.h"
#include "ui/canvas.h"

/*
 * theme: how each role looks. A theme is a text file of lines
 *     role = [colour] [on colour] [bold] [dim] [underline] [italic] [reverse] [| attributes without
 * colours] A colour is a name (red, bright-red, ...), 0 to 255, or #rrggbb; # at the start of a
 * line is a comment. Colours are brought down to what the terminal has.
 */
enum colour_kind { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB };
struct colour {
	enum colour_kind kind;
	uint32_t v; /* index, or 0xrrggbb */
};

enum { STYLE_BOLD = 1, STYLE_DIM = 2, STYLE_UNDERLINE = 4, STYLE_ITALIC = 8, STYLE_REVERSE = 16 };
struct style {
	struct colour fg, bg;
	unsigned attrs;
	unsigned mono; /* attributes where there are no colours */
};

struct theme {
	char name[32];
	struct style roles[ROLE_COUNT];
	struct style selected; /* laid over the row under the cursor */
	bool lines;	       /* borders of line characters, where the terminal has them */
};

enum depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_RGB };

/* A style as one terminal can show it: colours are indexes of its palette (with
 * DEPTH_RGB: 0xrrggbb or an index below 8), -1 is the terminal's own. */
struct look {
	int fg, bg;
	unsigned attrs;
};
struct look theme_look(
    const struct theme *t, enum role role, unsigned cell_flags, enum depth depth);

/* The one that needs no file. */
void theme_default(struct theme *t);

/* Reads a theme over the default one. Mistakes are skipped and told, one
 * sentence a line beginning with file:line:, in complaints. Returns how many. */
int theme_parse(struct theme *t, const char *file, const char *text, struct buf *complaints);

/* By name (looked for beside the program and where it is installed) or path.
 * Returns -1 with a sentence when it cannot be read; t is the default then. A
 * theme with mistakes is used; the first mistake is then in err and 1 is returned. */
int theme_load(struct theme *t, const char *name, struct err *err);

/* Calls each(name) for every theme that theme_load() would find. */
void theme_each(void (*each)(void *arg, const char *name), void *arg);

/* The nearest of the 256 colours of xterm, and of the first 16. */
int colour_to_256(uint32_t rgb);
int colour_to_16(uint32_t rgb);

#endif
