/* Screens of the daily checklist: the walk from evidence to signature, what is refused, and the days before. */
#include "harness.h"

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h)
#define KEPT .keep = KEEP_KEPT

static const struct screen_case cases[] = {
    {.name = "daily-unsigned", SIZE(80, 24), .keys = "2jj"},
    {.name = "daily-not-seen", SIZE(80, 24), .keys = "2S", KEPT},
    {.name = "daily-evidence-rules", SIZE(80, 24), .keys = "2\r", KEPT, .looks = true},
    {.name = "daily-evidence-lag", SIZE(80, 24), .keys = "2j\r", KEPT},
    {.name = "daily-evidence-disk", SIZE(80, 24), .keys = "2jj\r", KEPT},
    {.name = "daily-evidence-latency", SIZE(80, 24), .keys = "2jjj\r", KEPT},
    {.name = "daily-evidence-logs", SIZE(80, 24), .keys = "2jjjj\r", KEPT},
    {.name = "daily-seen", SIZE(80, 24), .keys = "2\r\033", KEPT},
    {.name = "daily-sign-ok", SIZE(80, 24), .keys = "2\rS\033", KEPT, .looks = true},
    {.name = "daily-sign-in-evidence", SIZE(80, 24), .keys = "2\rS", .keep = KEEP_SAVING},
    {.name = "daily-sign-why", SIZE(80, 24), .keys = "2j\r\033S", KEPT, .looks = true},
    {.name = "daily-sign-why-60x15", SIZE(60, 15), .keys = "2j\r\033S", KEPT},
    {.name = "daily-sign-why-short", SIZE(80, 24), .keys = "2j\r\033Sno\r", KEPT},
    {.name = "daily-signed", SIZE(80, 24), .keys = "2\rS\033j\r\033Saudit was scaled to zero, being rolled back\r", KEPT,
	.looks = true},
    {.name = "daily-signed-60x15", SIZE(60, 15), .keys = "2\rS\033j\r\033Sbeing rolled back\r", KEPT},
    {.name = "daily-signed-40x12", SIZE(40, 12), .keys = "2\rS\033j\r\033Sbeing rolled back\r", KEPT},
    {.name = "daily-signed-120x35", SIZE(120, 35), .keys = "2\rS\033j\r\033Sbeing rolled back\r", KEPT},
    {.name = "daily-signed-120x35-max", SIZE(120, 35), .keys = "2+\rS\033j\r\033Sbeing rolled back\r", KEPT},
    {.name = "daily-signed-mono-c", SIZE(80, 24), .keys = "2\rS\033j\r\033Sbeing rolled back\r", KEPT, .locale = "C",
	.no_colour = true, .looks = true},
    {.name = "daily-not-saved", SIZE(80, 24), .keys = "2\rS\033", .keep = KEEP_FAILED,
	.trouble = "ops.db: the disk is full: nothing is kept until there is room", .looks = true},
    {.name = "daily-sign-again", SIZE(80, 24), .keys = "2\rS\033S", KEPT},
    {.name = "daily-note", SIZE(80, 24), .keys = "2jjn", KEPT},
    {.name = "daily-noted", SIZE(80, 24), .keys = "2jjnbroker-3: new disk on Monday\rnordered\r", KEPT},
    {.name = "daily-noted-by-line", SIZE(80, 24), .keys = "2jj:note new disk on Monday\r", KEPT},
    {.name = "daily-sign-elsewhere", SIZE(80, 24), .keys = "3S", KEPT},
    {.name = "daily-sign-frozen", SIZE(80, 24), .keys = "2\r\033ZS", KEPT},
    {.name = "daily-week", SIZE(80, 24), .keys = "2", .days_before = true, .looks = true},
    {.name = "daily-week-120x35", SIZE(120, 35), .keys = "2", .days_before = true},
    {.name = "daily-help", SIZE(80, 24), .keys = "2?"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
