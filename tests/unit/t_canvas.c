#include "ui/view.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One line of the canvas as UTF-8, trailing blanks cut. */
static const char *line_of(const struct canvas *c, int y)
{
	static char line[1024];
	size_t n = 0, end = 0;

	for (int x = 0; x < c->width; x++) {
		const struct cell *cell = &c->cells[y * c->width + x];

		if (cell->flags & CELL_WIDE_TAIL)
			continue;
		n += text_encode(cell->cp ? cell->cp : ' ', line + n);
		if (cell->mark)
			n += text_encode(cell->mark, line + n);
		if (cell->cp)
			end = n;
	}
	line[end] = '\0';
	return line;
}

static void text_is_cut_at_cell_borders(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 10, 2, false);
	a = area_of(&c);
	assert_int_equal(area_text(&a, 0, 0, 10, ROLE_TEXT, "abcdefghij"), 10);
	assert_string_equal(line_of(&c, 0), "abcdefghij");
	assert_int_equal(area_text(&a, 0, 0, 10, ROLE_TEXT, "abcdefghijk"), 10);
	assert_string_equal(line_of(&c, 0), "abcdefghi~");
	canvas_clear(&c);
	/* Half of a wide character is never drawn: 4 of them and '~' are 9 cells of 10. */
	assert_int_equal(area_text(&a, 1, 0, 10, ROLE_TEXT, "消息积压消息积压"), 9);
	assert_string_equal(line_of(&c, 1), "消息积压~");
	canvas_release(&c);
}

static void a_number_in_a_text_is_not_cut_in_half(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
	    {"over 48,211 now", "over ~"},
	    {"lost in 38m", "lost in ~"},
	    {"at 12.5% x", "at 12.5% x"},
	    {"x 1234567 y", "x 1234567~"},
	    {"9 of 12345", "9 of 12345"},
	    {"up for 10 days", "up for 10~"},
	    {"1234567890x", "~"},
	    {"v1.22.333-4", "v~"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct canvas c;
		struct area a;

		canvas_init(&c, 10, 1, false);
		a = area_of(&c);
		area_text(&a, 0, 0, 10, ROLE_TEXT, cases[i].text);
		assert_string_equal(line_of(&c, 0), cases[i].shown);
		canvas_release(&c);
	}
}

static void a_long_text_is_wrapped_at_blanks(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 12, 4, false);
	a = area_of(&c);
	assert_int_equal(
	    area_wrapped(&a, 0, 1, 99, 3, ROLE_TEXT, "clean up old logs or enlarge the disk"), 3);
	assert_string_equal(line_of(&c, 0), " clean up");
	assert_string_equal(line_of(&c, 1), " old logs or");
	assert_string_equal(line_of(&c, 2), " enlarge th~");
	assert_string_equal(line_of(&c, 3), "");
	canvas_clear(&c);
	/* Without blanks at the border of the cells. */
	assert_int_equal(area_wrapped(&a, 0, 0, 5, 4, ROLE_TEXT, "消息积压"), 2);
	assert_string_equal(line_of(&c, 0), "消息");
	assert_string_equal(line_of(&c, 1), "积压");
	canvas_clear(&c);
	assert_int_equal(area_wrapped(&a, 2, 0, 99, 99, ROLE_TEXT, "one"), 1);
	assert_int_equal(area_wrapped(&a, 0, 12, 99, 9, ROLE_TEXT, "outside"), 0);
	canvas_release(&c);
}

static void nothing_is_drawn_outside(void **state)
{
	struct canvas c;
	struct area a, part;

	(void)state;
	canvas_init(&c, 8, 3, false);
	a = area_of(&c);
	part = area_cut(&a, 1, 2, 9, 3);
	assert_int_equal(part.height, 2);
	assert_int_equal(area_text(&part, 0, 0, 99, ROLE_TEXT, "abcdef"), 3);
	assert_int_equal(area_text(&part, 5, 0, 99, ROLE_TEXT, "below"), 0);
	assert_int_equal(area_text(&part, 0, -1, 99, ROLE_TEXT, "left"), 0);
	area_fill(&part, 1, -4, 99, ROLE_TEXT, '=');
	assert_string_equal(line_of(&c, 0), "");
	assert_string_equal(line_of(&c, 1), "  ab~");
	assert_string_equal(line_of(&c, 2), "  ===");
	part = area_cut(&a, -2, -2, 3, 3);
	assert_int_equal(part.height, 1);
	assert_int_equal(part.width, 1);
	part = area_cut(&a, 7, 7, 3, 3);
	assert_int_equal(part.height, 0);
	canvas_release(&c);
}

static void a_number_is_whole_or_not_there(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 12, 1, false);
	a = area_of(&c);
	area_number(&a, 0, 2, 7, ROLE_TEXT, "48,211");
	assert_string_equal(line_of(&c, 0), "   48,211");
	area_number(&a, 0, 2, 5, ROLE_TEXT, "148,211");
	assert_string_equal(line_of(&c, 0), "  #####11");
	area_number(&a, 0, 9, 7, ROLE_TEXT, "9,102");
	assert_string_equal(line_of(&c, 0), "  #####11###");
	canvas_release(&c);
}

static void foreign_bytes_are_harmless(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 20, 1, false);
	a = area_of(&c);
	area_text(&a, 0, 0, 20, ROLE_TEXT,
	    "a\033[2Jb\xe2\x80\xae"
	    "c\xff"
	    "d\n");
	assert_string_equal(line_of(&c, 0), "a?[2Jb?c?d?");
	canvas_release(&c);
}

static void ascii_means_ascii(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 20, 1, true);
	a = area_of(&c);
	area_text(&a, 0, 0, 20, ROLE_TEXT, "gro\xc3\x9f 消息");
	area_fill(&a, 0, 10, 2, ROLE_TEXT, 0x2502);
	assert_string_equal(line_of(&c, 0), "gro? ??   ??");
	canvas_release(&c);
}

static void writing_over_half_a_wide_character_clears_it(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 6, 1, false);
	a = area_of(&c);
	area_text(&a, 0, 0, 6, ROLE_TEXT, "消息积");
	area_text(&a, 0, 1, 1, ROLE_TEXT, "x");
	assert_string_equal(line_of(&c, 0), " x息积");
	area_text(&a, 0, 2, 1, ROLE_TEXT, "y");
	assert_string_equal(line_of(&c, 0), " xy 积");
	canvas_release(&c);
}

static void a_combining_mark_stays_with_its_letter(void **state)
{
	struct canvas c;
	struct area a;

	(void)state;
	canvas_init(&c, 6, 1, false);
	a = area_of(&c);
	assert_int_equal(area_text(&a, 0, 0, 6, ROLE_TEXT, "e\xcc\x81x"), 2);
	assert_string_equal(line_of(&c, 0), "e\xcc\x81x");
	canvas_release(&c);
}

static const char *cell_of(struct value v, enum value_style style, enum role role)
{
	static struct cell_text cell;
	struct view_ctx ctx = {.now = 100 * NS_PER_S};

	memset(&cell, 0, sizeof(cell));
	cell_value(&ctx, &v, style, &cell);
	assert_int_equal(cell.role, role);
	return cell.text;
}

static void a_value_says_how_good_it_is(void **state)
{
	int64_t now = 100 * NS_PER_S, old = 10 * NS_PER_S, period = 10 * NS_PER_S;
	struct value good = value_int(9102, now, period);

	(void)state;
	assert_string_equal(cell_of(good, STYLE_COUNT, ROLE_TEXT), "9,102");
	assert_string_equal(
	    cell_of(value_partial(good, "1 of 3"), STYLE_COUNT, ROLE_DIM), "9,102?");
	assert_string_equal(
	    cell_of(value_int(9102, old, period), STYLE_COUNT, ROLE_DIM), "9,102 (1m)");
	assert_string_equal(
	    cell_of(value_failed(good, "timed out"), STYLE_COUNT, ROLE_DIM), "9,102 (0s)");
	assert_string_equal(cell_of(value_error("refused"), STYLE_COUNT, ROLE_UNKNOWN), "?");
	assert_string_equal(cell_of(value_missing("no answer"), STYLE_COUNT, ROLE_UNKNOWN), "?");
	assert_string_equal(cell_of(value_na("no such thing"), STYLE_COUNT, ROLE_NA), "n/a");
	assert_string_equal(
	    cell_of(value_real(0.0 / 0.0, now, period), STYLE_RATE, ROLE_UNKNOWN), "?");
	assert_string_equal(
	    cell_of(value_real(1500, now, period), STYLE_SECONDS, ROLE_TEXT), "25m");
}

static void a_spark_shows_the_newest_at_the_right(void **state)
{
	struct sample s[6];
	struct series_view *v;
	struct canvas c;
	struct area a;

	(void)state;
	for (int i = 0; i < 6; i++)
		s[i] = (struct sample){.at = i, .v = i};
	v = series_view_make(s, 6);
	canvas_init(&c, 8, 1, true);
	a = area_of(&c);
	area_spark(&a, 0, 0, 8, v);
	assert_string_equal(line_of(&c, 0), "  ..:|##");
	canvas_clear(&c);
	area_spark(&a, 0, 0, 3, v);
	assert_string_equal(line_of(&c, 0), "|##");
	canvas_release(&c);
	series_view_unref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_cut_at_cell_borders),
	    cmocka_unit_test(a_number_in_a_text_is_not_cut_in_half),
	    cmocka_unit_test(a_long_text_is_wrapped_at_blanks),
	    cmocka_unit_test(nothing_is_drawn_outside),
	    cmocka_unit_test(a_number_is_whole_or_not_there),
	    cmocka_unit_test(foreign_bytes_are_harmless),
	    cmocka_unit_test(ascii_means_ascii),
	    cmocka_unit_test(writing_over_half_a_wide_character_clears_it),
	    cmocka_unit_test(a_combining_mark_stays_with_its_letter),
	    cmocka_unit_test(a_value_says_how_good_it_is),
	    cmocka_unit_test(a_spark_shows_the_newest_at_the_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
