/* Screens of a triage: opened on a red row, answered step by step, left and come back to. */
#include "harness.h"

#include "base/clock.h"

#define AT80(screen, pressed)                                                                                           \
	{                                                                                                               \
		.name = screen, .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = pressed, .keep = KEEP_KEPT     \
	}

/* Opened on the most urgent alert: e goes to its row, t asks, 1 opens. */
#define OPEN "et1"

static const struct screen_case cases[] = {
    AT80("triage-which", "3t"),
    AT80("triage-ask", "et"),
    {.name = "triage-open", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = OPEN, .keep = KEEP_KEPT,
	.looks = true},
    {.name = "triage-saving", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = OPEN, .keep = KEEP_SAVING,
	.looks = true},
    {.name = "triage-not-saved", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = OPEN "1",
	.keep = KEEP_FAILED, .trouble = "ops.db cannot be written: No space left on device", .looks = true},
    AT80("triage-now", OPEN "1"),
    AT80("triage-confirm", OPEN "11"),
    AT80("triage-by-eye", OPEN "11111"),
    AT80("triage-figures", OPEN "11111" "111\r"),
    AT80("triage-note", OPEN "11nA deploy at 02:38\r"),
    AT80("triage-mark", OPEN "11*"),
    AT80("triage-marked", OPEN "11*3"),
    AT80("triage-no-choice", OPEN "9"),
    AT80("triage-escalate", OPEN "X"),
    AT80("triage-manual", OPEN "11m"),
    AT80("triage-manual-at-the-step", OPEN "11>m"),
    AT80("triage-manual-back", OPEN "11mt"),
    AT80("triage-changed", OPEN "11w"),
    AT80("triage-left", OPEN "11\033"),
    AT80("triage-elsewhere", OPEN "11e"),
    AT80("triage-back", OPEN "11et"),
    AT80("triage-another", OPEN "11eT"),
    AT80("triage-list", OPEN "11:incidents\r"),
    AT80("triage-help", OPEN "?"),
    AT80("triage-hand-over", OPEN "H"),
    AT80("triage-released", OPEN "Hduty2: lag grows, consumers restart at 03:10\r"),
    AT80("triage-gate", OPEN "11112113"),
    AT80("triage-forced", OPEN "113333331because users call in\r"),
    AT80("triage-recover", OPEN "113333331because users call in\r>>>>>>>>"),
    AT80("triage-close", OPEN "113333331because users call in\r>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>"),
    AT80("triage-close-marked", OPEN "11*3*4" "3333331because users call in\r>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>"),
    AT80("triage-copied", OPEN "11>y"),
    AT80("triage-skipped", OPEN "11>>"),
    AT80("triage-back-a-step", OPEN "11<"),
    AT80("triage-causes", OPEN "11="),
    AT80("triage-cause-taken", OPEN "11=1"),
    AT80("triage-hypothesis", OPEN "11=3a deploy at 02:38\r="),
    /* The title wears the verdict of its own alert, not of the worst there is. */
    {.name = "triage-of-a-warning", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "7/DiskUsage\rt1", .keep = KEEP_KEPT},
    {.name = "triage-of-a-cluster", .sample = SAMPLE_LOST, .width = 80, .height = 24, .keys = "7t1", .keep = KEEP_KEPT},
    {.name = "triage-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .keys = OPEN "11", .keep = KEEP_KEPT},
    {.name = "triage-40x12", .sample = SAMPLE_RICH, .width = 40, .height = 12, .keys = OPEN "11", .keep = KEEP_KEPT},
    {.name = "triage-200x50", .sample = SAMPLE_RICH, .width = 200, .height = 50, .keys = OPEN "11", .keep = KEEP_KEPT},
    {.name = "triage-mono", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = OPEN "11", .keep = KEEP_KEPT,
	.no_colour = true, .looks = true},
    {.name = "triage-c", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = OPEN "11", .keep = KEEP_KEPT,
	.locale = "C"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
