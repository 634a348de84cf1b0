/* Colours brought down to what a terminal has. */
#include "ui/theme.h"

/* xterm's first sixteen; a terminal may show others, which is the operator's choice. */
static const uint32_t basic[16] = {
    0x000000,
    0xcd0000,
    0x00cd00,
    0xcdcd00,
    0x0000ee,
    0xcd00cd,
    0x00cdcd,
    0xe5e5e5,
    0x7f7f7f,
    0xff0000,
    0x00ff00,
    0xffff00,
    0x5c5cff,
    0xff00ff,
    0x00ffff,
    0xffffff,
};

static int distance(uint32_t a, uint32_t b)
{
	int dr = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int dg = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int db = (int)(a & 255) - (int)(b & 255);

	return dr * dr + dg * dg + db * db;
}

/* Of the 6x6x6 cube: levels 0, 95, 135, 175, 215, 255. */
static int cube_step(uint32_t v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (int)(v - 35) / 40;
}

static uint32_t cube_level(int step)
{
	return step ? 55 + 40 * (uint32_t)step : 0;
}

static uint32_t rgb_of_256(int index)
{
	uint32_t grey;

	if (index < 16)
		return basic[index];
	if (index < 232) {
		index -= 16;
		return cube_level(index / 36) << 16 | cube_level(index / 6 % 6) << 8 |
		       cube_level(index % 6);
	}
	grey = 8 + 10 * (uint32_t)(index - 232);
	return grey << 16 | grey << 8 | grey;
}

int colour_to_256(uint32_t rgb)
{
	uint32_t r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255, mean = (r + g + b) / 3;
	int cube = 16 + 36 * cube_step(r) + 6 * cube_step(g) + cube_step(b);
	int grey = mean < 8 ? 232 : mean > 238 ? 255 : 232 + (int)(mean - 3) / 10;

	return distance(rgb_of_256(grey), rgb) < distance(rgb_of_256(cube), rgb) ? grey : cube;
}

int colour_to_16(uint32_t rgb)
{
	int best = 0;

	for (int i = 1; i < 16; i++) {
		if (distance(basic[i], rgb) < distance(basic[best], rgb))
			best = i;
	}
	return best;
}

/* -1: the terminal's own colour. */
static int bring_down(struct colour c, enum depth depth)
{
	int index;

	if (c.kind == COLOUR_DEFAULT || depth == DEPTH_MONO)
		return -1;
	if (depth == DEPTH_RGB) {
		uint32_t rgb = c.kind == COLOUR_RGB ? c.v : rgb_of_256((int)c.v);

		/* The lowest eight stand for the palette there. */
		return c.kind == COLOUR_INDEX && c.v < 8 ? (int)c.v : rgb < 8 ? 0 : (int)rgb;
	}
	if (c.kind == COLOUR_RGB)
		index = depth == DEPTH_256 ? colour_to_256(c.v) : colour_to_16(c.v);
	else
		index =
		    c.v < 16 || depth == DEPTH_256 ? (int)c.v : colour_to_16(rgb_of_256((int)c.v));
	return index;
}

static struct look look_of(const struct style *s, enum depth depth)
{
	struct look look = {bring_down(s->fg, depth), bring_down(s->bg, depth), s->attrs};

	if (depth == DEPTH_MONO)
		look.attrs = s->mono;
	if (depth == DEPTH_8) {
		/* Bright ones are the bold ones there; a background has no such thing. */
		if (look.fg >= 8)
			look.attrs |= STYLE_BOLD;
		look.fg = look.fg >= 8 ? look.fg - 8 : look.fg;
		look.bg = look.bg >= 8 ? look.bg - 8 : look.bg;
		/* Bright black on black would be nothing at all on many. */
		if (s->fg.kind == COLOUR_INDEX && s->fg.v == 8) {
			look.fg = -1;
			look.attrs &= (unsigned)~STYLE_BOLD;
		}
	}
	return look;
}

struct look theme_look(const struct theme *t, enum role role, unsigned cell_flags, enum depth depth)
{
	struct look look = look_of(&t->roles[role], depth);

	if (cell_flags & CELL_BOLD)
		look.attrs |= STYLE_BOLD;
	if (cell_flags & CELL_SELECTED) {
		struct look over = look_of(&t->selected, depth);

		/* A cell that is reversed already is turned back by reversing the row: that
		 * still tells it from its neighbours. */
		look.fg = over.fg >= 0 ? over.fg : look.fg;
		look.bg = over.bg >= 0 ? over.bg : look.bg;
		look.attrs ^= over.attrs & STYLE_REVERSE;
		look.attrs |= over.attrs & (unsigned)~STYLE_REVERSE;
	}
	return look;
}
