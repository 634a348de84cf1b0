/* Screens of what operators do: questions, and what was done as it is saved, kept, or not. */
#include "harness.h"

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h)

static const struct screen_case cases[] = {
    {.name = "act-ask", SIZE(80, 24), .keys = "7alooking at it", .looks = true},
    {.name = "act-ask-60x15", SIZE(60, 15), .keys = "7alooking at it"},
    {.name = "act-ask-20x6", SIZE(20, 6), .keys = "7alooking at it"},
    {.name = "act-ask-120x35", SIZE(120, 35), .keys = "7alooking at it"},
    {.name = "act-ask-mono-c", SIZE(80, 24), .keys = "7alooking at it", .locale = "C", .no_colour = true, .looks = true},
    {.name = "act-ask-empty", SIZE(80, 24), .keys = "7a \r", .looks = true},
    {.name = "act-ask-long", SIZE(60, 15), .keys = "7athe consumers of audit were scaled to zero by the deploy of 02:38; "
	"ops is rolling it back, expected to be done by 03:20; see the ticket for what was lost and what was not"},
    {.name = "act-ack-saving", SIZE(80, 24), .keys = "7alooking at it\r", .keep = KEEP_SAVING, .looks = true},
    {.name = "act-ack-kept", SIZE(80, 24), .keys = "7alooking at it\r", .keep = KEEP_KEPT, .looks = true},
    {.name = "act-ack-failed", SIZE(80, 24), .keys = "7alooking at it\r", .keep = KEEP_FAILED,
	.trouble = "ops.db: the disk is full: nothing is kept until there is room", .looks = true},
    {.name = "act-ack-60x15", SIZE(60, 15), .keys = "7alooking at it\r", .keep = KEEP_KEPT},
    {.name = "act-ack-120x35", SIZE(120, 35), .keys = "7alooking at it\r", .keep = KEEP_KEPT},
    {.name = "act-ack-mono-c", SIZE(80, 24), .keys = "7alooking at it\r", .keep = KEEP_KEPT, .locale = "C",
	.no_colour = true, .looks = true},
    {.name = "act-ack-again", SIZE(80, 24), .keys = "7alooking at it\ra", .keep = KEEP_KEPT},
    {.name = "act-ack-back", SIZE(80, 24), .keys = "7alooking at it\ra1", .keep = KEEP_KEPT},
    {.name = "act-ack-from-lag", SIZE(80, 24), .keys = "3a", .keep = KEEP_KEPT},
    {.name = "act-silence-time", SIZE(80, 24), .keys = "7A", .keep = KEEP_KEPT},
    {.name = "act-silence-too-long", SIZE(80, 24), .keys = "7A\0253d\r", .keep = KEEP_KEPT},
    {.name = "act-silence", SIZE(80, 24), .keys = "7A\rknown, is being mended\r", .keep = KEEP_KEPT, .looks = true},
    {.name = "act-silence-line", SIZE(80, 24), .keys = "7:silence 45m known", .keep = KEEP_KEPT},
    {.name = "act-silence-by-line", SIZE(80, 24), .keys = "7:silence 45m known\r", .keep = KEEP_KEPT},
    {.name = "act-maint", SIZE(80, 24), .keys = "1jD\rkernel update\r", .keep = KEEP_KEPT},
    {.name = "act-maint-ask", SIZE(80, 24), .keys = "1jD\r"},
    {.name = "act-maint-no-broker", SIZE(80, 24), .keys = "3D"},
    {.name = "act-event", SIZE(80, 24), .keys = ":event\r", .keep = KEEP_KEPT},
    {.name = "act-marked-ask", SIZE(80, 24), .keys = "7  a", .keep = KEEP_KEPT},
    {.name = "act-marked", SIZE(80, 24), .keys = "7  asame deploy\r", .keep = KEEP_KEPT},
    {.name = "act-hung-folded", .sample = SAMPLE_HUNG, .width = 80, .height = 24, .keys = "7alooking\r", .keep = KEEP_KEPT},
    {.name = "act-maint-judged", .sample = SAMPLE_HUNG, .width = 80, .height = 24,
	.keys = "1jj:maint 45m disk swap\r7", .keep = KEEP_KEPT},
    {.name = "act-none", SIZE(80, 24), .keys = "4a"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
