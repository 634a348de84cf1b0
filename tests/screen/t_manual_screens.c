/* Screens of the fault manual: the list, pages bound to rows, what changed before, searching, copying. */
#include "harness.h"

#include "base/clock.h"

#define SCREEN .width = 80, .height = 24, .pages = "en"

static const struct screen_case cases[] = {
    {.name = "manual-list", .sample = SAMPLE_RICH, SCREEN, .keys = "9", .looks = true},
    {.name = "manual-list-healthy", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "9"},
    {.name = "manual-list-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .pages = "en", .keys = "9"},
    /* From a red row in two keys: e, m. */
    {.name = "manual-page", .sample = SAMPLE_RICH, SCREEN, .keys = "em", .looks = true},
    {.name = "manual-page-from-lag", .sample = SAMPLE_RICH, SCREEN, .keys = "3m"},
    {.name = "manual-page-c", .sample = SAMPLE_RICH, SCREEN, .keys = "em", .locale = "C", .no_colour = true, .looks = true},
    {.name = "manual-page-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .pages = "en", .keys = "em"},
    {.name = "manual-page-40x12", .sample = SAMPLE_RICH, .width = 40, .height = 12, .pages = "en", .keys = "em"},
    {.name = "manual-page-20x6", .sample = SAMPLE_RICH, .width = 20, .height = 6, .pages = "en", .keys = "em"},
    {.name = "manual-page-200x50", .sample = SAMPLE_RICH, .width = 200, .height = 50, .pages = "en", .keys = "em"},
    {.name = "manual-page-zh", .sample = SAMPLE_RICH, .width = 80, .height = 24, .pages = "zh_CN", .keys = "em"},
    {.name = "manual-page-zh-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .pages = "zh_CN", .keys = "em"},
    {.name = "manual-step", .sample = SAMPLE_RICH, SCREEN, .keys = "emjjj"},
    {.name = "manual-step-cost", .sample = SAMPLE_RICH, SCREEN, .keys = "emjjjjjj"},
    {.name = "manual-step-precheck", .sample = SAMPLE_RICH, SCREEN, .keys = "emjjjjjjjj", .looks = true},
    {.name = "manual-end", .sample = SAMPLE_RICH, SCREEN, .keys = "emG\004\004\004\004"},
    {.name = "manual-restart-no", .sample = SAMPLE_HUNG, SCREEN, .keys = "9/down\r\rjjjjjj"},
    {.name = "manual-restart-min-isr", .sample = SAMPLE_HUNG, SCREEN, .keys = "1/broker-1\rmjjjjj", .looks = true},
    {.name = "manual-unbound", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "9\r"},
    {.name = "manual-unknown", .sample = SAMPLE_UNKNOWN, SCREEN, .keys = "3m"},
    {.name = "manual-none", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "4m"},
    {.name = "manual-copied", .sample = SAMPLE_RICH, SCREEN, .keys = "emy"},
    {.name = "manual-evidence", .sample = SAMPLE_RICH, SCREEN, .keys = "em\r"},
    {.name = "manual-evidence-back", .sample = SAMPLE_RICH, SCREEN, .keys = "emjj\r\033"},
    /* The row does not say which host: it is asked for. */
    {.name = "manual-ask-name", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "9/replicas\r\rjjjy"},
    {.name = "manual-name-said", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "9/replicas\r\rjjjykafka-9\r"},
    {.name = "manual-name-refused", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "9/replicas\r\rjjjy\xe2\x80\xaex\r"},
    {.name = "manual-plan", .sample = SAMPLE_RICH, SCREEN, .keys = "emp", .looks = true},
    {.name = "manual-plan-end", .sample = SAMPLE_RICH, SCREEN, .keys = "empG"},
    {.name = "manual-plan-zh", .sample = SAMPLE_RICH, .width = 80, .height = 24, .pages = "zh_CN", .keys = "emp"},
    {.name = "manual-plan-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .pages = "en", .keys = "emp\004"},
    {.name = "manual-help", .sample = SAMPLE_RICH, SCREEN, .keys = "em?"},
    {.name = "manual-search", .sample = SAMPLE_RICH, SCREEN, .keys = "Mmembers gone\r"},
    {.name = "manual-search-none", .sample = SAMPLE_RICH, SCREEN, .keys = "Mqqqq\r"},
    {.name = "manual-changed", .sample = SAMPLE_RICH, SCREEN, .keys = "ew", .looks = true},
    {.name = "manual-changed-60x15", .sample = SAMPLE_RICH, .width = 60, .height = 15, .pages = "en", .keys = "ew"},
    {.name = "manual-changed-from-page", .sample = SAMPLE_RICH, SCREEN, .keys = "emw"},
    {.name = "manual-changed-nothing", .sample = SAMPLE_HEALTHY, SCREEN, .keys = "5w"},
    {.name = "manual-rules", .sample = SAMPLE_RICH, SCREEN, .keys = ":rules\r"},
    {.name = "manual-open-labels",
	.sample = SAMPLE_RICH,
	SCREEN,
	.open = "{alertname=\"ConsumerLag\", cluster=\"orders\", group=\"billing\", topic=\"invoices\", severity=\"critical\"}"},
    {.name = "manual-open-words", .sample = SAMPLE_RICH, SCREEN, .open = "audit events stalled"},
    {.name = "manual-open-row", .sample = SAMPLE_HEALTHY, SCREEN, .open = "cluster=orders group=geo topic=positions"},
    {.name = "manual-open-nothing", .sample = SAMPLE_HEALTHY, SCREEN, .open = "members gone"},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
