/* Screens of the panes: each of them healthy, broken and unknown; overview and lag at every size;
 * drill-downs. */
#include "harness.h"

/* A pane at 80x24. The lively sample has the looks of its cells compared as well. */
#define PANE(view, key)                                                                            \
	{.name = "view-" view "-healthy",                                                          \
	    .sample = SAMPLE_HEALTHY,                                                              \
	    .width = 80,                                                                           \
	    .height = 24,                                                                          \
	    .keys = key},                                                                          \
	    {.name = "view-" view "-broken",                                                       \
		.sample = SAMPLE_RICH,                                                             \
		.width = 80,                                                                       \
		.height = 24,                                                                      \
		.keys = key,                                                                       \
		.looks = true},                                                                    \
	{                                                                                          \
		.name = "view-" view "-unknown", .sample = SAMPLE_UNKNOWN, .width = 80,            \
		.height = 24, .keys = key                                                          \
	}

#define SIZES(view, key)                                                                           \
	{.name = "view-" view "-20x6",                                                             \
	    .sample = SAMPLE_RICH,                                                                 \
	    .width = 20,                                                                           \
	    .height = 6,                                                                           \
	    .keys = key},                                                                          \
	    {.name = "view-" view "-40x12",                                                        \
		.sample = SAMPLE_RICH,                                                             \
		.width = 40,                                                                       \
		.height = 12,                                                                      \
		.keys = key},                                                                      \
	    {.name = "view-" view "-60x15",                                                        \
		.sample = SAMPLE_RICH,                                                             \
		.width = 60,                                                                       \
		.height = 15,                                                                      \
		.keys = key},                                                                      \
	    {.name = "view-" view "-80x24-c",                                                      \
		.sample = SAMPLE_RICH,                                                             \
		.width = 80,                                                                       \
		.height = 24,                                                                      \
		.keys = key,                                                                       \
		.locale = "C",                                                                     \
		.no_colour = true,                                                                 \
		.looks = true},                                                                    \
	    {.name = "view-" view "-120x40",                                                       \
		.sample = SAMPLE_RICH,                                                             \
		.width = 120,                                                                      \
		.height = 40,                                                                      \
		.keys = key "+"},                                                                  \
	{                                                                                          \
		.name = "view-" view "-200x50", .sample = SAMPLE_RICH, .width = 200, .height = 50, \
		.keys = key "+"                                                                    \
	}

static const struct screen_case cases[] = {
    PANE("events", "0"),
    PANE("overview", "1"),
    PANE("checklist", "2"),
    PANE("lag", "3"),
    PANE("routes", "4"),
    PANE("connections", "5"),
    PANE("disk", "6"),
    PANE("alerts", "7"),
    PANE("logs", "8"),
    SIZES("overview", "1"),
    SIZES("lag", "3"),
    {.name = "view-grid-hung", .sample = SAMPLE_HUNG, .width = 120, .height = 40, .keys = "1"},
    {.name = "view-grid-unknown",
	.sample = SAMPLE_UNKNOWN,
	.width = 120,
	.height = 40,
	.keys = "1"},
    {.name = "view-overview-hung", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "1jj"},
    {.name = "view-routes-hung", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "4"},
    {.name = "view-alerts-hung", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "7"},
    {.name = "view-folded", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "7j\r"},
    {.name = "view-problems", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "7j\r\r"},
    {.name = "view-peers", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "4\r"},
    {.name = "view-brokers", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "1\r"},
    {.name = "view-broker", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "1jj\r"},
    {.name = "view-partitions", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3\r"},
    {.name = "view-past-of-lag", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "3v"},
    {.name = "view-past-of-lag-c",
	.sample = SAMPLE_RICH,
	.width = 80,
	.height = 24,
	.keys = "3v",
	.locale = "C"},
    {.name = "view-past-of-disk", .sample = SAMPLE_RICH, .width = 60, .height = 15, .keys = "6v"},
    {.name = "view-lag-of-nothing", .sample = SAMPLE_EMPTY, .width = 80, .height = 24, .keys = "3"},
    {.name = "view-quorum", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "Q"},
    {.name = "view-restart", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = ":restart\r"},
    {.name = "view-restart-hung", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = ":restart\r"},
    {.name = "view-grid-logs", .sample = SAMPLE_RICH, .width = 120, .height = 40, .keys = "8"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
