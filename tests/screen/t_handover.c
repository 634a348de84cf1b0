/* The report of the shift on the screen: as it stands, handed over, and refused to whoever wrote it. */
#include "harness.h"

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h)

static const struct screen_case cases[] = {
    {.name = "handover", SIZE(80, 24), .keys = ":handover\r", .looks = true},
    {.name = "handover-scrolled", SIZE(80, 24), .keys = ":handover\r\004"},
    {.name = "handover-60x15", SIZE(60, 15), .keys = ":handover\r"},
    {.name = "handover-200x50", SIZE(200, 50), .keys = ":handover\r"},
    {.name = "handover-mono-c", SIZE(80, 24), .keys = ":handover\r", .locale = "C", .no_colour = true, .looks = true},
    {.name = "handover-healthy", .sample = SAMPLE_HEALTHY, .width = 80, .height = 24, .keys = ":handover\r"},
    {.name = "handover-saving", SIZE(80, 24), .keys = ":handover-keep\r", .keep = KEEP_SAVING},
    {.name = "handover-kept", SIZE(80, 24), .keys = ":handover-keep\r", .keep = KEEP_KEPT},
    {.name = "handover-failed", SIZE(80, 24), .keys = ":handover-keep\r", .keep = KEEP_FAILED,
	.trouble = "ops.db: the disk is full: nothing is kept until there is room"},
    {.name = "handover-own", SIZE(80, 24), .keys = ":handover-keep\r:handover-confirm\r", .keep = KEEP_KEPT},
    {.name = "handover-none", SIZE(80, 24), .keys = ":handover-confirm\r"},
    {.name = "handover-empty", .sample = SAMPLE_EMPTY, .width = 80, .height = 24, .keys = ":handover\r"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
