/* The walk through the daily checklist: what is kept of it, what is refused, and the reports made of it. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/daily.h"
#include "report/report.h"
#include "rules/daybook.h"
#include "sample_frame.h"
#include "store/ops_db.h"

#include <ctype.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t now = SAMPLE_BOOT;
static struct ui ui;
static struct ledger *ledger;

static int begin(void **state)
{
	(void)state;
	setenv("SUDO_USER", "duty1", 1);
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	ledger = ledger_new();
	ui_init(&ui);
	ui.width = 80;
	ui.height = 24;
	ui_frame(&ui, sample_frame(SAMPLE_RICH));
	return 0;
}

static int end(void **state)
{
	(void)state;
	ui_release(&ui);
	ledger_unref(ledger);
	clock_real();
	return 0;
}

static void add(struct record *r, enum keep keep)
{
	struct ledger *old = ledger;

	ledger = ledger_with(old, r, keep);
	ledger_unref(old);
	record_unref(r);
}

/* The feed: what was handed in is in the next frame. */
static void take_records(enum sample_kind kind)
{
	for (size_t i = 0; i < ui.wishes.n_submit; i++)
		add(ui.wishes.submit[i], KEEP_KEPT);
	ui.wishes.n_submit = 0;
	ui_frame(&ui, sample_frame_with(kind, ledger));
}

static void press(const char *keys)
{
	for (; *keys; keys++) {
		ui_key(&ui, (unsigned char)*keys, now);
		if (ui.wishes.n_submit)
			take_records(SAMPLE_RICH);
	}
}

static size_t count(enum record_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < ledger->n; i++)
		n += ledger->lines[i].record->kind == kind;
	return n;
}

static void a_signature_needs_the_evidence(void **state)
{
	(void)state;
	press("2S");
	assert_int_equal(count(RECORD_SIGN), 0);
	assert_non_null(strstr(ui.message, "have not opened the evidence"));
	press("\r");
	assert_int_equal(count(RECORD_EVIDENCE), 1);
	press("\033\r\033");
	assert_int_equal(count(RECORD_EVIDENCE), 1);
	press("S");
	assert_int_equal(count(RECORD_SIGN), 1);
	/* Of that item alone. */
	press("jS");
	assert_int_equal(count(RECORD_SIGN), 1);
	assert_int_equal(ui.popup, POPUP_NONE);
}

static void a_frozen_look_does_not_count(void **state)
{
	(void)state;
	press("2Z\r\033Z");
	assert_null(ui.frozen);
	assert_int_equal(count(RECORD_EVIDENCE), 0);
	press("S");
	assert_int_equal(count(RECORD_SIGN), 0);
}

/* While the configuration is read again there is no frame: answers go nowhere, and nothing breaks. */
static void questions_outlive_their_frames(void **state)
{
	static const char *const begins[] = {"3a", "7a", "7A", "2\r\033jjn", "2j\r\033S", ":event\r"};

	(void)state;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		press(begins[i]);
		assert_int_equal(ui.popup, POPUP_PROMPT);
		ui_forget_frames(&ui);
		for (const char *key = "1some words\rmore\r\033aADSn:"; *key; key++)
			ui_key(&ui, (unsigned char)*key, now);
		ui_key(&ui, '\033', now);
		take_records(SAMPLE_RICH);
	}
}

static struct record *of_day(enum record_kind kind, const char *subject, const char *user, const char *day)
{
	struct record *r = record_new(kind);
	char data[64];

	snprintf(data, sizeof(data), "{\"day\":\"%s\"}", day);
	r->user = record_str(r, user);
	r->subject = record_str(r, subject);
	r->data = record_str(r, data);
	return r;
}

static void anothers_look_and_yesterdays_do_not_count(void **state)
{
	(void)state;
	add(of_day(RECORD_EVIDENCE, "daily/cluster-health", "duty2", "2026-11-21"), KEEP_KEPT);
	add(of_day(RECORD_EVIDENCE, "daily/cluster-health", "duty1", "2026-11-20"), KEEP_KEPT);
	take_records(SAMPLE_RICH);
	press("2S");
	assert_int_equal(count(RECORD_SIGN), 0);
	/* One's own of today does, also that of another session. */
	add(of_day(RECORD_EVIDENCE, "daily/cluster-health", "duty1", "2026-11-21"), KEEP_KEPT);
	take_records(SAMPLE_RICH);
	press("S");
	assert_int_equal(count(RECORD_SIGN), 1);
}

static const struct record *newest(enum record_kind kind)
{
	return ledger_newest(ledger, kind, NULL, NULL, NULL);
}

static void a_signature_holds_the_values_then(void **state)
{
	json_t *data, *row;

	(void)state;
	press("2j\r\033S");
	assert_int_equal(ui.popup, POPUP_PROMPT);
	press("\rno\r");
	assert_int_equal(count(RECORD_SIGN), 0);
	press("t scaled\r");
	assert_int_equal(count(RECORD_SIGN), 1);
	assert_string_equal(newest(RECORD_SIGN)->text, "not scaled");
	assert_string_equal(newest(RECORD_SIGN)->subject, "daily/consumer-lag");
	data = json_loads(newest(RECORD_SIGN)->data, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(data, "day")), "2026-11-21");
	assert_string_equal(json_string_value(json_object_get(data, "verdict")), "CRIT");
	assert_int_equal(json_integer_value(json_object_get(data, "evaluated")), 11);
	assert_int_equal(json_integer_value(json_object_get(data, "total")), 12);
	assert_non_null(strstr(json_string_value(json_object_get(data, "evidence")), "audit>events"));
	row = json_array_get(json_object_get(data, "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "row")), "orders/audit/events");
	assert_string_equal(json_string_value(json_object_get(row, "verdict")), "CRIT");
	assert_string_equal(json_string_value(json_object_get(json_object_get(row, "cells"), "lag")), "9,102");
	assert_int_equal(json_array_size(json_object_get(data, "rows")), 5);
	json_decref(data);
}

/* The alert has ended since and is another one now: it is asked anew, not whether to take that back. */
static void an_old_acknowledgement_is_not_about_a_new_alert(void **state)
{
	const struct alert *a = &ui.frame->judgement->alerts[0];
	struct record *r = record_new(RECORD_ACK);

	(void)state;
	r->cluster = record_str(r, a->cluster);
	r->entity = record_str(r, a->entity);
	r->subject = record_str(r, a->name);
	r->wall = a->since_wall - 60 * NS_PER_S;
	add(r, KEEP_KEPT);
	take_records(SAMPLE_RICH);
	press("7a");
	assert_int_equal(ui.popup, POPUP_PROMPT);
	assert_int_equal(ui.asking.n_choices, 0);
	press("mine\r");
	assert_int_equal(count(RECORD_ACK), 2);
	press("a");
	assert_int_equal(ui.asking.n_choices, 2);
	press("1");
	assert_int_equal(count(RECORD_UNACK), 1);
	press("a");
	assert_int_equal(ui.asking.n_choices, 0);
}

/* Between the question and Enter it went from WARN to UNKNOWN: what was written is not about that. */
static void what_became_worse_is_asked_again(void **state)
{
	(void)state;
	press("2jj\r\033S");
	assert_int_equal(ui.popup, POPUP_PROMPT);
	take_records(SAMPLE_UNKNOWN);
	press("fill it");
	ui_key(&ui, '\r', now);
	assert_int_equal(ui.wishes.n_submit, 0);
	assert_int_equal(ui.popup, POPUP_PROMPT);
	assert_non_null(strstr(ui.asking.hint, "become worse"));
}

static void a_day_counts_what_is_kept(void **state)
{
	const struct checklist *daily = checklist_find(checklists(), "daily");

	(void)state;
	add(of_day(RECORD_SIGN, "daily/disk-usage", "duty1", "2026-11-21"), KEEP_KEPT);
	add(of_day(RECORD_SIGN, "daily/error-logs", "duty1", "2026-11-21"), KEEP_FAILED);
	add(of_day(RECORD_SIGN, "daily/consumer-lag", "duty1", "2026-11-20"), KEEP_KEPT);
	add(of_day(RECORD_SIGN, "daily/disk-usage", "duty2", "2026-11-21"), KEEP_KEPT);
	assert_int_equal(daybook_signed(ledger, daily, "2026-11-21"), 1);
	assert_int_equal(daybook_signed(ledger, daily, "2026-11-20"), 1);
	assert_int_equal(daybook_signed(ledger, daily, "2026-11-19"), 0);
	assert_int_equal(daybook_signed(ledger, daily, ""), 0);
	assert_string_equal(
	    daybook_line(ledger, RECORD_SIGN, "daily/disk-usage", "2026-11-21", NULL)->record->user, "duty2");
	assert_string_equal(daybook_last_before(ledger, daily, "2026-11-21")->user, "duty1");
}

static const char hostile[] = "a|b <script>`x` [l](http://e) **b** \x1b[31m\xe2\x80\xaezzz\n# head\n- |";

/* Nothing of it may make a cell, a line, markup, a link or a terminal's sequence. */
static void check_markdown(const struct buf *out)
{
	const char *line = out->data;

	for (size_t i = 0; i < out->len; i++)
		assert_true((unsigned char)out->data[i] >= ' ' || out->data[i] == '\n');
	assert_null(strstr(out->data, "\xe2\x80\xae"));
	assert_null(strstr(out->data, "<script>"));
	assert_null(strstr(out->data, " **b**"));
	assert_null(strstr(out->data, " `x`"));
	assert_null(strstr(out->data, "\n# head"));
	assert_null(strstr(out->data, "\n- |"));
	for (; *line; line += strcspn(line, "\n") + 1) {
		size_t cells = 0, len = strcspn(line, "\n");

		for (size_t i = 0; line[0] == '|' && i < len; i++)
			cells += line[i] == '|' && (!i || line[i - 1] != '\\');
		if (line[0] == '|' && cells != 7 && cells != 4 && cells != 6)
			fail_msg("%.*s", (int)len, line);
	}
}

static void sign_with_hostile_names(void)
{
	struct record *r = of_day(RECORD_SIGN, "daily/disk-usage", hostile, "2026-11-21");
	static const char data[] =
	    "{\"day\": \"2026-11-21\", \"verdict\": \"WARN\", \"evaluated\": 7, \"total\": 7, "
	    "\"evidence\": \"a|b <script> `x` **b**\", \"rows\": [{\"row\": \"orders/a|b <script>\", "
	    "\"verdict\": \"WARN\", \"cells\": {\"a|b\": \"1|2\", \"percent\": \"`x` **b**\", \"no\": 1}}, "
	    "{\"cells\": []}, 3, null]}";

	r->data = record_str(r, data);
	r->text = record_str(r, hostile);
	add(r, KEEP_KEPT);
	r = of_day(RECORD_NOTE, "daily/error-logs", hostile, "2026-11-21");
	r->text = record_str(r, hostile);
	add(r, KEEP_KEPT);
}

static void markdown_holds_hostile_names(void **state)
{
	struct frame *f;
	struct buf out;
	size_t missed;

	(void)state;
	sign_with_hostile_names();
	f = sample_frame_with(SAMPLE_RICH, ledger);
	buf_init(&out, 1 << 20);
	assert_int_equal(report_format_find("markdown")->write(f, "daily", SAMPLE_BOOT, &out), 0);
	check_markdown(&out);
	assert_non_null(strstr(out.data, "# mqduty daily 2026-11-21: CRIT"));
	assert_non_null(strstr(out.data, "1 of 5 items are signed"));
	assert_non_null(strstr(out.data, "a\\|b \\<script\\>"));
	buf_release(&out);
	buf_init(&out, 1 << 20);
	assert_int_equal(report_format_find("markdown")->write(f, NULL, SAMPLE_BOOT, &out), 0);
	check_markdown(&out);
	assert_non_null(strstr(out.data, "## Alerts"));
	buf_release(&out);
	frame_unref(f);
	buf_init(&out, 1 << 20);
	assert_int_equal(report_past_day(ledger, "2026-11-21", 3600, &out, &missed), 0);
	check_markdown(&out);
	assert_int_equal(missed, 4);
	assert_non_null(strstr(out.data, "| 3 | disk usage | WARN | 7/7 |"));
	assert_non_null(strstr(out.data, "| 1 | cluster health | - | - | - | **missed** |"));
	assert_non_null(strstr(out.data, "04:04"));
	buf_release(&out);
	buf_init(&out, 1 << 20);
	assert_int_equal(report_past_day(ledger, "2026-11-19", 0, &out, &missed), 0);
	assert_int_equal(missed, 5);
	assert_non_null(strstr(out.data, "**Missed**: nobody"));
	buf_release(&out);
}

/* A full disk of output is an error, not half a report. */
static void a_full_buffer_is_told(void **state)
{
	struct frame *f;
	struct buf out;
	size_t missed;

	(void)state;
	sign_with_hostile_names();
	f = sample_frame_with(SAMPLE_RICH, ledger);
	buf_init(&out, 300);
	assert_int_equal(report_format_find("markdown")->write(f, "daily", SAMPLE_BOOT, &out), -1);
	buf_release(&out);
	buf_init(&out, 300);
	assert_int_equal(report_past_day(ledger, "2026-11-21", 0, &out, &missed), -1);
	buf_release(&out);
	frame_unref(f);
}

static json_t *item_of_json(struct frame *f, const char *id)
{
	struct buf out;
	json_t *all, *found = NULL;
	size_t i;
	json_t *item;

	buf_init(&out, 8 << 20);
	assert_int_equal(report_format_find("json")->write(f, "daily", SAMPLE_BOOT, &out), 0);
	all = json_loads(out.data, 0, NULL);
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "checklist"), i, item)
	{
		if (!strcmp(json_string_value(json_object_get(item, "id")), id))
			found = json_incref(item);
	}
	json_decref(all);
	buf_release(&out);
	assert_non_null(found);
	return found;
}

static void reports_say_who_signed(void **state)
{
	struct record *r = of_day(RECORD_SIGN, "daily/disk-usage", "duty1", "2026-11-21");
	struct frame *f;
	struct buf out;
	json_t *item;

	(void)state;
	r->text = record_str(r, "ordered");
	add(r, KEEP_KEPT);
	add(of_day(RECORD_SIGN, "daily/error-logs", "duty1", "2026-11-21"), KEEP_FAILED);
	r = of_day(RECORD_NOTE, "daily/disk-usage", "duty2", "2026-11-21");
	r->text = record_str(r, "on Monday");
	add(r, KEEP_KEPT);
	f = sample_frame_with(SAMPLE_RICH, ledger);
	item = item_of_json(f, "disk-usage");
	assert_string_equal(json_string_value(json_object_get(item, "signed_by")), "duty1");
	assert_string_equal(json_string_value(json_object_get(item, "signed_at")), "2026-11-22T03:04:31Z");
	assert_string_equal(json_string_value(json_object_get(item, "day")), "2026-11-21");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(json_object_get(item, "notes"), 0), "text")), "on Monday");
	json_decref(item);
	/* What is not kept is not signed. */
	item = item_of_json(f, "error-logs");
	assert_true(json_is_null(json_object_get(item, "signed_by")));
	assert_true(json_is_null(json_object_get(item, "signed_at")));
	json_decref(item);
	buf_init(&out, 1 << 20);
	assert_int_equal(report_format_find("text")->write(f, "daily", SAMPLE_BOOT, &out), 0);
	assert_non_null(strstr(out.data, "disk usage: signed by duty1 03:04: ordered"));
	assert_non_null(strstr(out.data, "cluster health: unsigned"));
	assert_non_null(strstr(out.data, "NOT SAVED"));
	assert_non_null(strstr(out.data, "2026-11-21, 1 of 5 signed"));
	buf_release(&out);
	frame_unref(f);
}

/* Through ops.db, as `mqduty daily 2026-11-21` reads it. */
static void a_past_day_is_read_from_the_file(void **state)
{
	enum { HOUR_S = 3600 };
	char dir[] = "t_daily.XXXXXX", command[64];
	struct err err = {""};
	struct ops_db *db;
	struct ledger *l;

	(void)state;
	clock_real();
	assert_non_null(mkdtemp(dir));
	l = ops_db_read_daily(dir, 0, INT64_MAX, &err);
	assert_non_null(l);
	assert_int_equal(l->n, 0);
	ledger_unref(l);
	db = ops_db_start(dir, OPS_WRITE, -1);
	for (int i = 0; i < 3; i++) {
		struct record *r = of_day(i == 2 ? RECORD_EVENT : RECORD_SIGN, "daily/disk-usage", "duty1", "2026-11-21");

		r->wall = SAMPLE_WALL - i * 100 * HOUR_S * NS_PER_S;
		assert_int_equal(ops_db_submit(db, r, &err), 0);
	}
	assert_true(ops_db_stop(db, 10 * NS_PER_S));
	l = ops_db_read_daily(dir, SAMPLE_WALL - HOUR_S * NS_PER_S, SAMPLE_WALL + HOUR_S * NS_PER_S, &err);
	assert_non_null(l);
	assert_int_equal(l->n, 1);
	assert_string_equal(l->lines[0].record->subject, "daily/disk-usage");
	ledger_unref(l);
	l = ops_db_read_daily(dir, 0, INT64_MAX, &err);
	assert_int_equal(l->n, 2);
	ledger_unref(l);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(pclose(popen(command, "r")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_signature_needs_the_evidence, begin, end),
	    cmocka_unit_test_setup_teardown(a_frozen_look_does_not_count, begin, end),
	    cmocka_unit_test_setup_teardown(questions_outlive_their_frames, begin, end),
	    cmocka_unit_test_setup_teardown(anothers_look_and_yesterdays_do_not_count, begin, end),
	    cmocka_unit_test_setup_teardown(a_signature_holds_the_values_then, begin, end),
	    cmocka_unit_test_setup_teardown(what_became_worse_is_asked_again, begin, end),
	    cmocka_unit_test_setup_teardown(an_old_acknowledgement_is_not_about_a_new_alert, begin, end),
	    cmocka_unit_test_setup_teardown(a_day_counts_what_is_kept, begin, end),
	    cmocka_unit_test_setup_teardown(markdown_holds_hostile_names, begin, end),
	    cmocka_unit_test_setup_teardown(a_full_buffer_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(reports_say_who_signed, begin, end),
	    cmocka_unit_test_setup_teardown(a_past_day_is_read_from_the_file, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
