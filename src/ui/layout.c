#include "ui/layout.h"

enum { GRID_WIDTH = 120, GRID_HEIGHT = 35, TINY_WIDTH = 40, TINY_HEIGHT = 10, NORMAL_HEIGHT = 16 };

enum size_class layout_class(int width, int height)
{
	if (width < TINY_WIDTH || height < TINY_HEIGHT)
		return SIZE_TINY;
	if (width >= GRID_WIDTH && height >= GRID_HEIGHT)
		return SIZE_GRID;
	return height >= NORMAL_HEIGHT ? SIZE_NORMAL : SIZE_SMALL;
}

struct layout layout_make(const struct area *screen, bool banner)
{
	struct layout l = {.size = layout_class(screen->width, screen->height)};
	int w = screen->width, h = screen->height, top = 0, bottom = h;

	if (l.size == SIZE_TINY) {
		/* Popups leave the last line to the worst alert. */
		l.body = area_cut(screen, 0, 0, h > 1 ? h - 1 : h, w);
		return l;
	}
	l.header = area_cut(screen, top++, 0, 1, w);
	/* The grid's titles say what the strip would. */
	if (l.size != SIZE_GRID)
		l.strip = area_cut(screen, top++, 0, 1, w);
	if (banner)
		l.banner = area_cut(screen, top++, 0, 1, w);
	if (l.size >= SIZE_NORMAL)
		l.functions = area_cut(screen, --bottom, 0, 1, w);
	l.alert = area_cut(screen, --bottom, 0, 1, w);
	l.body = area_cut(screen, top, 0, bottom - top, w);
	return l;
}
