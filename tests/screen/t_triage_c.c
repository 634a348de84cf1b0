/* A triage from the red row to the finished report where the locale is C: nothing is asked for (no --ascii), nothing
 * is garbled, and the report has no byte beyond ASCII either. */
#include "harness.h"

#include "base/buf.h"
#include "base/clock.h"
#include "report/incident.h"
#include "ui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Each goes on where the one before stands. */
#define OPEN "et1"
#define CONFIRM OPEN "11" "*2" "nA deploy at 02:38\r" "=3the deploy\r"
#define REASON CONFIRM "11" "1"
#define LOCATE REASON "11\r" "\025kcat shows the same\r" "333" "1"
#define RECOVER LOCATE "2" ">>>>"
#define SUMMARISE RECOVER "*3*4" ">>>>>>>>>>>>>>>>>>>>>>>>" "2"
#define WRITTEN SUMMARISE "1The disk was full\r" "1Old segments went\r" "1Two teams read late\r" "1No quota\r" "2222"
#define CLOSED WRITTEN "1"

static char markdown[1 << 16], json[1 << 16];

/* The revision changes with every word of the manual. */
static void mask_revision(char *text)
{
	char *at = strstr(text, "revision `");

	if (at)
		memset(at + 10, '.', strcspn(at + 10, "`"));
}

static void keep_report(struct ui *ui, int64_t now, int64_t wall)
{
	const struct incident *inc = ui->desk.all && ui->desk.all->n ? &ui->desk.all->list[0] : NULL;
	struct buf out;

	(void)now;
	if (!inc || !inc->closed)
		return;
	buf_init(&out, sizeof(markdown));
	assert_int_equal(incident_markdown(inc, NULL, wall, &out), 0);
	snprintf(markdown, sizeof(markdown), "%s", out.data);
	buf_release(&out);
	buf_init(&out, sizeof(json));
	assert_int_equal(incident_json(inc, wall, &out), 0);
	snprintf(json, sizeof(json), "%s", out.data);
	buf_release(&out);
}

#define IN_C(screen, pressed)                                                                                           \
	{                                                                                                               \
		.name = screen, .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = pressed, .keep = KEEP_KEPT,    \
		.locale = "C", .lists = keep_report                                                                      \
	}

static void steps(void **state)
{
	static const struct screen_case cases[] = {
	    IN_C("triage-c-ask", "et"),
	    IN_C("triage-c-open", OPEN),
	    IN_C("triage-c-confirm", CONFIRM),
	    IN_C("triage-c-reason", REASON),
	    IN_C("triage-c-locate", LOCATE),
	    IN_C("triage-c-changed", LOCATE "w"),
	    IN_C("triage-c-plan", LOCATE "p"),
	    IN_C("triage-c-search", LOCATE "Mdisk full\r"),
	    IN_C("triage-c-recover", RECOVER),
	    IN_C("triage-c-copied", RECOVER ">y"),
	    IN_C("triage-c-summarise", SUMMARISE),
	    IN_C("triage-c-written", WRITTEN),
	    IN_C("triage-c-closed", CLOSED),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		screen_check(&cases[i]);
}

static void is_ascii(const char *text)
{
	assert_true(text[0]);
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
}

static void report(void **state)
{
	(void)state;
	is_ascii(markdown);
	is_ascii(json);
	assert_non_null(strstr(json, "\"happened\":\"The disk was full\""));
	mask_revision(markdown);
	golden_check("triage-c-report", markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(steps), cmocka_unit_test(report)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
