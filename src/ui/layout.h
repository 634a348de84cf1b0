#ifndef MQ_UI_LAYOUT_H
#define MQ_UI_LAYOUT_H

#include "ui/chrome.h"

/*
 * layout: what of the screen goes where, by its size. Pure.
 *   at least 120x35   a grid of panes, or one of them maximised
 *   at least 40x10    one pane between strip and alert line; smaller ones do
 *                     without the function bar
 *   below             a line per cluster and the worst alert
 */
enum size_class { SIZE_TINY, SIZE_SMALL, SIZE_NORMAL, SIZE_GRID };

struct layout {
	enum size_class size;
	struct area header, strip, banner, body, alert, functions; /* height 0: not there */
};

enum size_class layout_class(int width, int height);
struct layout layout_make(const struct area *screen, bool banner);

#endif
