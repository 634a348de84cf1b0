/* Handing over and taking over from the dashboard's palette: what is handed in, and by whom it may be. */
#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "shift/handover.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ledger_of l;

static int set_up(void **state)
{
	struct ui *ui = calloc(1, sizeof(*ui));

	setenv("SUDO_USER", "duty2", 1);
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	ui_init(ui);
	ledger_of_init(&l, SAMPLE_WALL);
	ui_frame(ui, sample_frame_with(SAMPLE_RICH, l.ledger));
	*state = ui;
	return 0;
}

static int tear_down(void **state)
{
	struct ui *ui = *state;

	ui_release(ui);
	free(ui);
	ledger_unref(l.ledger);
	clock_real();
	return 0;
}

/* What the line hands in, which then stands in the ledger as kept; NULL: nothing. */
static const struct record *hands_in(struct ui *ui, const char *line)
{
	struct record *r;

	ui_command(ui, line, SAMPLE_BOOT);
	if (!ui->wishes.n_submit)
		return NULL;
	assert_int_equal(ui->wishes.n_submit, 1);
	r = ui->wishes.submit[0];
	ui->wishes.n_submit = 0;
	ledger_of_put(&l, r, KEEP_KEPT);
	ui_frame(ui, sample_frame_with(SAMPLE_RICH, l.ledger));
	return r;
}

static void the_report_is_kept_with_its_hash(void **state)
{
	struct ui *ui = *state;
	const struct record *r = hands_in(ui, "handover-keep");

	assert_non_null(r);
	assert_int_equal(r->kind, RECORD_HANDOVER);
	assert_string_equal(r->user, "duty2");
	assert_int_equal(strlen(r->subject), HANDOVER_HASH_SIZE - 1);
	assert_non_null(strstr(r->data, "mqduty-handover/1"));
	assert_non_null(strstr(r->data, "GroupStalled"));
	assert_true(r->until > r->wall);
	assert_ptr_equal(ui_level(ui)->ops, &view_handover);
	assert_ptr_equal(handover_last(l.ledger).report, r);
}

static void another_one_confirms_by_reading_back(void **state)
{
	struct ui *ui = *state;
	const struct record *report, *r;

	report = hands_in(ui, "handover-keep");
	/* Never one's own. */
	assert_null(hands_in(ui, "handover-confirm all understood"));
	assert_null(handover_last(l.ledger).confirmation);
	setenv("SUDO_USER", "duty3", 1);
	r = hands_in(ui, "handover-confirm audit stands, broker-2 fills");
	assert_non_null(r);
	assert_string_equal(r->text, "audit stands, broker-2 fills");
	assert_ptr_equal(handover_last(l.ledger).report, report);
	assert_ptr_equal(handover_last(l.ledger).confirmation, r);
	/* Once. */
	assert_null(hands_in(ui, "handover-confirm again"));
}

/* The line of the screen that holds this text, from 1; 0: none does. */
static int line_of(struct ui *ui, const char *text)
{
	struct canvas c;
	int y, x, found = 0;

	canvas_init(&c, 110, 120, false);
	ui_draw(ui, SAMPLE_BOOT, SAMPLE_WALL, &c, &y, &x);
	for (int row = 0; row < c.height && !found; row++) {
		char line[128] = "";

		for (int col = 0; col < c.width && col < 127; col++) {
			uint32_t cp = c.cells[row * c.width + col].cp;

			line[col] = cp >= ' ' && cp < 127 ? (char)cp : ' ';
		}
		if (strstr(line, text))
			found = row + 1;
	}
	canvas_release(&c);
	return found;
}

/* What was handed over is what is confirmed: it does not change under the reader. What is now stands below. */
static void who_takes_over_reads_what_was_kept(void **state)
{
	struct ui *ui = *state;
	struct record *broken;
	struct buf kept;
	int then, now;

	hands_in(ui, "handover-keep");
	ui_frame(ui, sample_frame_with(SAMPLE_HEALTHY, l.ledger));
	assert_int_equal(line_of(ui, "AS IT WAS HANDED OVER"), 0);
	setenv("SUDO_USER", "duty3", 1);
	then = line_of(ui, "AS IT WAS HANDED OVER, and is still to be confirmed:");
	now = line_of(ui, "AS IT STANDS NOW:");
	assert_true(then > 0 && now > then);
	assert_in_range(line_of(ui, "Handed over by: duty2"), then, now);
	assert_in_range(line_of(ui, "GroupStalled"), then, now);
	/* All that the screen said then, and is not so any more. */
	buf_init(&kept, 1 << 20);
	assert_int_equal(handover_write_kept(handover_last(l.ledger).report, &kept), 0);
	assert_non_null(strstr(kept.data, "CRIT"));
	assert_non_null(strstr(kept.data, "GroupStalled"));
	assert_non_null(strstr(kept.data, "Daily checks that nobody signed today"));
	buf_release(&kept);
	assert_non_null(hands_in(ui, "handover-confirm all understood"));
	assert_int_equal(line_of(ui, "AS IT WAS HANDED OVER"), 0);
	/* A digest that nobody of us wrote. */
	broken = record_new(RECORD_HANDOVER);
	broken->data = record_str(broken, "{\"schema\":\"mqduty-handover/1\",\"verdict\":7,\"alerts\":[]}");
	buf_init(&kept, 1 << 20);
	assert_int_equal(handover_write_kept(broken, &kept), -1);
	broken->data = NULL;
	assert_int_equal(handover_write_kept(broken, &kept), -1);
	buf_release(&kept);
	record_unref(broken);
}

static void without_words_one_is_asked(void **state)
{
	struct ui *ui = *state;

	hands_in(ui, "handover-keep");
	setenv("SUDO_USER", "duty3", 1);
	assert_null(hands_in(ui, "handover-confirm"));
	assert_int_equal(ui->popup, POPUP_PROMPT);
	for (const char *c = "two alerts"; *c; c++)
		ui_key(ui, *c, SAMPLE_BOOT);
	ui_key(ui, K_ENTER, SAMPLE_BOOT);
	assert_int_equal(ui->wishes.n_submit, 1);
	assert_string_equal(ui->wishes.submit[0]->text, "two alerts");
}

static void nothing_was_handed_over(void **state)
{
	assert_null(hands_in(*state, "handover-confirm well"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_report_is_kept_with_its_hash, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(another_one_confirms_by_reading_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_takes_over_reads_what_was_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_words_one_is_asked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_was_handed_over, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
