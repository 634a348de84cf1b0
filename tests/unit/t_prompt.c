/* Questions to the operator: what is typed, taken, refused and left. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/text.h"
#include "sample_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = SAMPLE_BOOT;
static struct ui ui;
static struct canvas canvas;
static int cursor_y, cursor_x;

static struct told {
	char text[PROMPT_TEXT];
	int choice, times, dropped;
} told;

static int begin(void **state)
{
	(void)state;
	told = (struct told){0};
	ui_init(&ui);
	canvas_init(&canvas, 80, 24, true);
	ui_frame(&ui, sample_frame(SAMPLE_RICH));
	ui_draw(&ui, now, SAMPLE_WALL, &canvas, &cursor_y, &cursor_x);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ui_release(&ui);
	canvas_release(&canvas);
	return 0;
}

static void press(const char *keys)
{
	for (size_t i = 0, len = strlen(keys); i < len;) {
		uint32_t cp;

		i += text_decode(keys + i, len - i, &cp);
		ui_key(&ui, (int)cp, now);
	}
	ui_draw(&ui, now, SAMPLE_WALL, &canvas, &cursor_y, &cursor_x);
}

static bool line_holds(int y, const char *what)
{
	char line[1024] = "";
	size_t n = 0;

	for (int x = 0; x < canvas.width && n < sizeof(line) - 5; x++) {
		uint32_t cp = canvas.cells[y * canvas.width + x].cp;

		n += text_encode(cp ? cp : ' ', line + n);
	}
	line[n] = '\0';
	return strstr(line, what) != NULL;
}

static bool shown(const char *what)
{
	for (int y = 0; y < canvas.height; y++)
		if (line_holds(y, what))
			return true;
	return false;
}

static void done(struct ui *u, void *arg, const struct answer *answer, int64_t at)
{
	struct told *t = arg;

	assert_ptr_equal(u, &ui);
	assert_int_equal(at, now);
	snprintf(t->text, sizeof(t->text), "%s", answer->text);
	t->choice = answer->choice;
	t->times++;
}

static void drop(void *arg)
{
	((struct told *)arg)->dropped++;
}

static void ask(size_t least, const char *text)
{
	ui_ask(&ui, &(struct prompt){.title = "Why", .hint = "Say it.", .text = text, .least = least,
	    .done = done, .arg = &told, .drop = drop});
	press("");
}

static void a_text_is_taken(void **state)
{
	(void)state;
	ask(1, NULL);
	assert_int_equal(ui.popup, POPUP_PROMPT);
	assert_true(shown("Say it."));
	/* What are keys of a pane are letters here. */
	press("  q?:3 \xe7\xa3\x81\xe7\x9b\x98\xc3\xa9\x7f");
	assert_true(cursor_y > 0 && cursor_x > 10);
	ui_key(&ui, K_BACKSPACE, now);
	press("e \r");
	assert_int_equal(told.times, 1);
	assert_string_equal(told.text, "q?:3 \xe7\xa3\x81\xe7\x9b\x98\xc3\xa9" "e");
	assert_int_equal(told.dropped, 0);
	assert_int_equal(ui.popup, POPUP_NONE);
	assert_int_equal(ui.pane, PANE_OVERVIEW);
}

static void too_short_is_refused(void **state)
{
	(void)state;
	ask(3, "ab");
	press("\r");
	assert_int_equal(told.times, 0);
	assert_true(shown("At least 3 characters"));
	/* Blanks do not count, characters do, not bytes. */
	press("\025  \xc3\xa9\xc3\xa9 \r");
	assert_int_equal(told.times, 0);
	press("!\r");
	assert_int_equal(told.times, 1);
	ask(1, NULL);
	press("\r");
	assert_true(shown("cannot be left empty"));
}

/* Digits that were meant for a choice are no reason; whoever asks for words gets some. */
static void figures_are_no_words(void **state)
{
	(void)state;
	ui_ask(&ui, &(struct prompt){.title = "Why?", .hint = "A sentence.", .words = true, .done = done, .arg = &told});
	press("111\r");
	assert_int_equal(told.times, 0);
	assert_true(shown("Say it in words"));
	press("1");
	assert_false(shown("Say it in words"));
	press("\025 12:30 - 14 !\r");
	assert_int_equal(told.times, 0);
	press("\025\xe7\xa3\x81\r");
	assert_int_equal(told.times, 1);
	assert_string_equal(told.text, "\xe7\xa3\x81");
	/* Where nothing has to be said, nothing is said. */
	ui_ask(&ui, &(struct prompt){.title = "Why?", .words = true, .done = done, .arg = &told});
	press("\r");
	assert_int_equal(told.times, 2);
	/* Elsewhere a figure is an answer. */
	ask(2, NULL);
	press("42\r");
	assert_int_equal(told.times, 3);
	assert_string_equal(told.text, "42");
}

static void leaving_frees(void **state)
{
	(void)state;
	ask(1, "text");
	press("\033");
	assert_int_equal(told.times, 0);
	assert_int_equal(told.dropped, 1);
	assert_int_equal(ui.popup, POPUP_NONE);
	/* A question in the place of another leaves that one. */
	ask(1, NULL);
	ask(1, NULL);
	assert_int_equal(told.dropped, 2);
}

static void a_choice_is_a_digit(void **state)
{
	static const char *const choices[] = {"take it back", "say more", NULL};

	(void)state;
	ui_ask(&ui, &(struct prompt){.title = "Acknowledged", .choices = choices, .done = done,
	    .arg = &told, .drop = drop});
	press("");
	assert_true(shown("1 take it back"));
	press("3x\r");
	assert_int_equal(told.times, 0);
	assert_int_equal(ui.popup, POPUP_PROMPT);
	press("2");
	assert_int_equal(told.choice, 2);
	assert_string_equal(told.text, "");
	assert_int_equal(ui.popup, POPUP_NONE);
}

static void frames_come_in_and_the_alert_stays(void **state)
{
	(void)state;
	ask(1, "half a sent");
	assert_true(line_holds(22, "CRIT 1/"));
	ui_frame(&ui, sample_frame(SAMPLE_HUNG));
	press("ence");
	assert_true(line_holds(22, "NEW") || line_holds(22, "CRIT 1/"));
	assert_true(shown("half a sentence"));
}

static void a_long_text_shows_its_end(void **state)
{
	(void)state;
	ask(0, NULL);
	for (int i = 0; i < 120; i++)
		press("0123456789");
	assert_int_equal(strlen(ui.asking.text), PROMPT_TEXT - 1);
	press("");
	assert_true(cursor_y < 22 && cursor_x < 80);
	press("\r");
	assert_int_equal(strlen(told.text), PROMPT_TEXT - 1);
}

static void every_size_takes_it(void **state)
{
	(void)state;
	ask(1, "a text that is longer than some of these screens are wide");
	for (int h = 1; h < 30; h++) {
		for (int w = 1; w < 100; w += 3) {
			canvas_release(&canvas);
			canvas_init(&canvas, w, h, true);
			press("");
			assert_true(cursor_y < h && cursor_x < w);
		}
	}
	canvas_release(&canvas);
	canvas_init(&canvas, 80, 24, true);
}

static void records_wait_for_the_feed(void **state)
{
	(void)state;
	for (int i = 0; i < UI_SUBMITS + 1; i++)
		ui_submit(&ui, record_new(RECORD_EVENT), now);
	assert_int_equal(ui.wishes.n_submit, UI_SUBMITS);
	assert_non_null(strstr(ui.message, "NOT SAVED"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_text_is_taken, begin, end),
	    cmocka_unit_test_setup_teardown(too_short_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(figures_are_no_words, begin, end),
	    cmocka_unit_test_setup_teardown(leaving_frees, begin, end),
	    cmocka_unit_test_setup_teardown(a_choice_is_a_digit, begin, end),
	    cmocka_unit_test_setup_teardown(frames_come_in_and_the_alert_stays, begin, end),
	    cmocka_unit_test_setup_teardown(a_long_text_shows_its_end, begin, end),
	    cmocka_unit_test_setup_teardown(every_size_takes_it, begin, end),
	    cmocka_unit_test_setup_teardown(records_wait_for_the_feed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
