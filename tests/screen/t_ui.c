/* Screens of the UI itself: sizes, popups, what keys do. The panes' own screens are in t_views. */
#include "harness.h"

#include "base/clock.h"

static const struct screen_case cases[] = {
    {.name = "ui-80x24", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .looks = true},
    {.name = "ui-80x24-c", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .locale = "C", .looks = true},
    {.name = "ui-80x24-8", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .type = "xterm",
	.looks = true},
    {.name = "ui-80x24-mono", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .no_colour = true,
	.looks = true},
    {.name = "ui-80x24-vt100", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .type = "vt100",
	.locale = "C", .looks = true},
    {.name = "ui-80x24-okabe-ito", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3",
	.theme = "okabe-ito", .looks = true},
    {.name = "ui-80x24-light", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .theme = "light",
	.looks = true},
    {.name = "ui-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .keys = "3"},
    {.name = "ui-40x12", .sample = SAMPLE_RICH, .width = 40, .height = 12, .keys = "3"},
    {.name = "ui-39x9", .sample = SAMPLE_RICH, .width = 39, .height = 9},
    {.name = "ui-20x4", .sample = SAMPLE_RICH, .width = 20, .height = 4},
    {.name = "ui-120x40", .sample = SAMPLE_RICH, .width = 120, .height = 40},
    {.name = "ui-120x40-maximised", .sample = SAMPLE_RICH, .width = 120, .height = 40, .keys = "3+"},
    {.name = "ui-200x50", .sample = SAMPLE_RICH, .width = 200, .height = 50, .keys = "3"},
    {.name = "ui-help", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3?"},
    {.name = "ui-help-end", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3?G"},
    {.name = "ui-palette", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3:sort"},
    {.name = "ui-filter", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3/ledger", .looks = true},
    {.name = "ui-filter-none", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3/zzz\r"},
    {.name = "ui-filter-inverse", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3/!orders\r"},
    {.name = "ui-drill", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3\r"},
    {.name = "ui-history", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3v"},
    {.name = "ui-marked", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3  "},
    {.name = "ui-copied", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3y"},
    {.name = "ui-sorted", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3:sort lag\r"},
    {.name = "ui-problem", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "eee"},
    {.name = "ui-frozen", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3", .later = 40 * NS_PER_S,
	.frozen = 40 * NS_PER_S},
    {.name = "ui-long-answer", .sample = SAMPLE_RICH, .width = 60, .height = 15, .keys = "3:nothing of the sort is there\r"},
    {.name = "ui-no-such-key", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "X"},
    {.name = "ui-empty", .sample = SAMPLE_EMPTY, .width = 80, .height = 24},
    {.name = "ui-none", .sample = SAMPLE_NONE, .width = 80, .height = 24},
    {.name = "ui-lost", .sample = SAMPLE_LOST, .width = 80, .height = 24},
    {.name = "ui-big", .sample = SAMPLE_BIG, .width = 80, .height = 24, .keys = "3G"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
