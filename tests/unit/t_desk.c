/* The triage in the dashboard: who may write, what is offered, where t goes, when it rings, when the report is due. */
#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "ui/ui.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ui ui;
static struct ledger_of l;
static int64_t now;

/* The next frame has all that was handed in, kept or not. */
static void next_frame(enum sample_kind kind, enum keep keep)
{
	struct frame *f;

	for (size_t i = 0; i < ui.wishes.n_submit; i++)
		ledger_of_put(&l, ui.wishes.submit[i], keep);
	ui.wishes.n_submit = 0;
	f = sample_frame_with(kind, l.ledger);
	f->snap->boot = now;
	ui_frame(&ui, f);
}

static void press(const char *keys)
{
	for (; *keys; keys++) {
		ui_key(&ui, (unsigned char)*keys, now);
		next_frame(SAMPLE_RICH, KEEP_KEPT);
	}
}

static int begin(void **state)
{
	(void)state;
	setenv("SUDO_USER", "duty1", 1);
	setenv("SSH_CONNECTION", "10.1.2.3 1 10.1.2.9 22", 1);
	now = SAMPLE_BOOT;
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	ledger_of_init(&l, SAMPLE_WALL);
	ui_init(&ui);
	ui.width = 80;
	ui.height = 24;
	return 0;
}

static int end(void **state)
{
	(void)state;
	ui_release(&ui);
	ledger_unref(l.ledger);
	clock_real();
	return 0;
}

static const struct incident *newest(void)
{
	return &ui.desk.all->list[ui.desk.all->n - 1];
}

static void opened_in_three_keys(void **state)
{
	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_int_equal(ui.desk.all->n, 1);
	assert_non_null(newest()->alert);
	assert_int_equal(ui_context(&ui), CTX_TRIAGE);
	/* Answers move it on; Esc leaves it where it is, and t on the row comes back to it. */
	press("11");
	assert_int_equal(newest()->stage, STAGE_CONFIRM);
	press("\033");
	assert_ptr_not_equal(ui_level(&ui)->ops, &view_triage);
	press("t");
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_int_equal(ui.desk.all->n, 1);
}

/* One digit, one answer: until the ledger has it, the next one waits. */
static void an_answer_is_not_given_twice(void **state)
{
	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	ui_key(&ui, '1', now);
	ui_key(&ui, '1', now);
	assert_int_equal(ui.wishes.n_submit, 1);
	next_frame(SAMPLE_RICH, KEEP_SAVING);
	ui_key(&ui, '1', now);
	assert_int_equal(ui.wishes.n_submit, 1);
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	assert_int_equal(newest()->stage, STAGE_CONFIRM);
}

static void who_has_no_pen_looks_on(void **state)
{
	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	/* A colleague takes it, and works. */
	l.user = "duty2";
	l.wall = SAMPLE_WALL + NS_PER_S;
	ledger_of_add(&l, RECORD_PEN, newest()->subject, NULL, "{\"incident\":\"%s\"}", newest()->key);
	((struct record *)l.ledger->lines[l.ledger->n - 1].record)->until = l.wall + PEN_LEASE_S * NS_PER_S;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	assert_string_equal(newest()->pen.user, "duty2");
	for (const char *key = "1n*X=><"; *key; key++) {
		ui_key(&ui, *key, now);
		assert_int_equal(ui.wishes.n_submit, 0);
		assert_int_equal(ui.popup, POPUP_NONE);
		assert_non_null(strstr(ui.message, "duty2"));
	}
	/* H asks before it takes. */
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL + 2 * NS_PER_S);
	ui_key(&ui, 'H', now);
	assert_int_equal(ui.popup, POPUP_PROMPT);
	assert_int_equal(ui.wishes.n_submit, 0);
	press("1");
	assert_string_equal(newest()->pen.user, "duty1");
	press("1");
	assert_int_equal(newest()->n_entries, 3);
}

static void a_new_start_offers_what_is_open(void **state)
{
	(void)state;
	ledger_of_add(&l, RECORD_INCIDENT, "INC-20261122-7", NULL, "{\"alert\":\"GroupStalled\"}");
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	assert_non_null(strstr(ui.message, "INC-20261122-7 is open"));
	ui_key(&ui, 't', now);
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_string_equal(ui_level(&ui)->arg, newest()->key);
}

static void another_alert_is_one_key_away_and_t_comes_back(void **state)
{
	char key[RECORD_ID_SIZE];

	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	snprintf(key, sizeof(key), "%s", newest()->key);
	press("e");
	assert_ptr_not_equal(ui_level(&ui)->ops, &view_triage);
	press("t");
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_string_equal(ui_level(&ui)->arg, key);
	/* T opens one of the other row all the same. */
	press("eeeT1");
	assert_int_equal(ui.desk.all->n, 2);
}

/* While one is worked on, a new critical alert is said and takes nothing away; e goes to it, t comes back. */
static void a_new_critical_alert_is_announced(void **state)
{
	const struct alert *first;
	char key[RECORD_ID_SIZE];

	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	ui.fresh = 0;
	snprintf(key, sizeof(key), "%s", newest()->key);
	next_frame(SAMPLE_HUNG, KEEP_KEPT);
	assert_true(ui.fresh > 0);
	assert_int_equal(ui.alert, 0);
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_string_equal(ui_level(&ui)->arg, key);
	first = &ui.frame->judgement->alerts[0];
	assert_int_equal(first->severity, SEVERITY_CRITICAL);
	ui_key(&ui, 'e', now);
	next_frame(SAMPLE_HUNG, KEEP_KEPT);
	assert_ptr_not_equal(ui_level(&ui)->ops, &view_triage);
	ui_key(&ui, 't', now);
	assert_ptr_equal(ui_level(&ui)->ops, &view_triage);
	assert_string_equal(ui_level(&ui)->arg, key);
}

static void it_rings_once_when_met(void **state)
{
	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	ledger_of_add(&l, RECORD_ENTRY, newest()->subject, NULL,
	    "{\"incident\":\"%s\",\"next\":{\"stage\":\"recover\",\"step\":\"recover.watch\"}}", newest()->key);
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	assert_int_equal(ui.desk.well_since, 0); /* it fires */
	next_frame(SAMPLE_HEALTHY, KEEP_KEPT);
	assert_int_equal(ui.desk.well_since, now);
	now += 200 * NS_PER_S;
	next_frame(SAMPLE_HEALTHY, KEEP_KEPT);
	assert_false(ui.wishes.bell);
	/* Broken in between: the time begins again. */
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	now += 200 * NS_PER_S;
	next_frame(SAMPLE_HEALTHY, KEEP_KEPT);
	assert_false(ui.wishes.bell);
	now += 300 * NS_PER_S;
	next_frame(SAMPLE_HEALTHY, KEEP_KEPT);
	assert_true(ui.wishes.bell);
	ui.wishes.bell = false;
	next_frame(SAMPLE_HEALTHY, KEEP_KEPT);
	assert_false(ui.wishes.bell);
}

static void the_report_waits_for_the_disk(void **state)
{
	(void)state;
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	press("et1");
	ledger_of_add(&l, RECORD_ENTRY, newest()->subject, NULL,
	    "{\"incident\":\"%s\",\"next\":{\"stage\":\"summarise\",\"step\":\"summarise.close\"}}", newest()->key);
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	ui_key(&ui, '1', now);
	next_frame(SAMPLE_RICH, KEEP_SAVING);
	assert_true(newest()->closed > 0);
	assert_string_equal(ui.wishes.report, "");
	for (size_t i = 0; i < l.ledger->n; i++)
		ledger_of_keep(&l, l.ledger->lines[i].record->id, KEEP_KEPT);
	next_frame(SAMPLE_RICH, KEEP_KEPT);
	assert_string_equal(ui.wishes.report, newest()->key);
	ui.wishes.report[0] = '\0';
	/* A closed one takes nothing more, and is not offered again. */
	ui_key(&ui, '1', now);
	assert_int_equal(ui.wishes.n_submit, 0);
}

int main(void)
{
#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    DESK_TEST(opened_in_three_keys),
	    DESK_TEST(an_answer_is_not_given_twice),
	    DESK_TEST(who_has_no_pen_looks_on),
	    DESK_TEST(a_new_start_offers_what_is_open),
	    DESK_TEST(another_alert_is_one_key_away_and_t_comes_back),
	    DESK_TEST(a_new_critical_alert_is_announced),
	    DESK_TEST(it_rings_once_when_met),
	    DESK_TEST(the_report_waits_for_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
