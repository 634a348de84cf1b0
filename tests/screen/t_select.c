/* Screens of the selection: answers and the way by digits, knock-outs, weights moved by keys, a tie, the decision. */
#include "harness.h"

#include "ui/ui.h"

#include <stdlib.h>

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h)
#define KEPT .keep = KEEP_KEPT

/* Rows: 4 brokers, 18 requirements, 6 steps of the way, 5 weights. */
#define SELECT ":select\r"
/* Retention 7 days, any protocol, no transactions: nothing that is missing can rule the first one out. */
#define DECIDED SELECT "jjjjjj\r7\rjjj\r1jjj\r2"

static const struct screen_case cases[] = {
    {.name = "select-empty", SIZE(80, 24), .keys = SELECT, .looks = true},
    {.name = "select-empty-60x15", SIZE(60, 15), .keys = SELECT},
    {.name = "select-empty-200x50", SIZE(200, 50), .keys = SELECT},
    {.name = "select-40x12", SIZE(40, 12), .keys = SELECT},
    {.name = "select-ask-number", SIZE(80, 24), .keys = SELECT "jjjj\r"},
    {.name = "select-ask-choice", SIZE(80, 24), .keys = SELECT "jjjjjjj\r"},
    {.name = "select-bad-number", SIZE(80, 24), .keys = SELECT "jjjj\rmany\r"},
    {.name = "select-knock-out", SIZE(80, 24), .keys = SELECT "jjjjjj\r7\r", .looks = true},
    {.name = "select-way-digits", SIZE(80, 24), .keys = SELECT "Gkkkkkkkkk\r"},
    {.name = "select-way-chosen", SIZE(80, 24), .keys = SELECT "Gkkkkkkkkk\r2"},
    {.name = "select-weight-more", SIZE(80, 24), .keys = SELECT "G>>>>>>", .looks = true},
    {.name = "select-weight-typed", SIZE(80, 24), .keys = SELECT "Gkkkk\r0\r"},
    {.name = "select-weight-not-here", SIZE(80, 24), .keys = SELECT ">"},
    {.name = "select-open-no-write", SIZE(80, 24), .keys = SELECT "S"},
    {.name = "select-mono-c", SIZE(80, 24), .keys = SELECT "jjjjjj\r7\r", .locale = "C", .no_colour = true, .looks = true},
    {.name = "select-decided", SIZE(80, 24), .keys = DECIDED "g", .looks = true},
    {.name = "select-decided-60x15", SIZE(60, 15), .keys = DECIDED "g"},
    {.name = "select-decided-200x50", SIZE(200, 50), .keys = DECIDED "g"},
    {.name = "select-tie", SIZE(80, 24), .keys = DECIDED "Gkkk>>>>>>>g"},
    {.name = "select-write-ask", SIZE(80, 24), .keys = DECIDED "S"},
    {.name = "select-write-bad-name", SIZE(80, 24), .keys = DECIDED "S../etc\r"},
    {.name = "select-written", SIZE(80, 24), .keys = DECIDED "SADR-7\r", KEPT,
	.written = "Written: /var/lib/mqduty/decisions/ADR-7.md and .yaml"},
    {.name = "select-written-failed", SIZE(80, 24), .keys = DECIDED "SADR-7\r", .keep = KEEP_FAILED,
	.written = "Written: /var/lib/mqduty/decisions/ADR-7.md and .yaml",
	.trouble = "ops.db: the disk is full: nothing is kept until there is room"},
    {.name = "select-written-saving", SIZE(80, 24), .keys = DECIDED "SADR-7\r", .keep = KEEP_SAVING},
    {.name = "select-help", SIZE(80, 24), .keys = SELECT "?"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
