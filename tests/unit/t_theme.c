#include "ui/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int mistakes_in(const char *text, struct theme *t, char *first, size_t size)
{
	struct buf complaints;
	int n;

	theme_default(t);
	buf_init(&complaints, 4096);
	n = theme_parse(t, "my.theme", text, &complaints);
	snprintf(first, size, "%.*s", (int)strcspn(complaints.data, "\n"), complaints.data);
	buf_release(&complaints);
	return n;
}

static void mistakes_are_told_and_skipped(void **state)
{
	char first[512];
	struct theme t;

	(void)state;
	assert_int_equal(mistakes_in("# c\n\n  crit=red\n", &t, first, sizeof(first)), 0);
	assert_int_equal(t.roles[ROLE_CRIT].fg.v, 1);
	assert_int_equal(
	    mistakes_in("ok = blue\ncrti = red\nwarn = 3 bold", &t, first, sizeof(first)), 1);
	assert_string_equal(
	    first, "my.theme:2: no role is called \"crti\"; did you mean \"crit\"?");
	assert_int_equal(t.roles[ROLE_OK].fg.v, 4);
	assert_int_equal(t.roles[ROLE_WARN].fg.v, 3);
	assert_int_equal(mistakes_in("warn = mauve", &t, first, sizeof(first)), 1);
	assert_non_null(strstr(first, "my.theme:1: \"mauve\" is neither a colour"));
	assert_int_equal(mistakes_in("warn = 256\nwarn = #12345\nwarn\n=\nwarn = | red", &t, first,
			     sizeof(first)),
	    5);
	assert_non_null(strstr(first, "\"256\""));
}

static void colours_come_down_to_what_there_is(void **state)
{
	char none[64];
	struct theme t;
	struct look l;

	(void)state;
	mistakes_in(
	    "crit = #ff0000 on 231 bold | reverse\nok = bright-green\n", &t, none, sizeof(none));
	l = theme_look(&t, ROLE_CRIT, 0, DEPTH_RGB);
	assert_int_equal(l.fg, 0xff0000);
	assert_int_equal(l.bg, 0xffffff);
	l = theme_look(&t, ROLE_CRIT, 0, DEPTH_256);
	assert_int_equal(l.fg, 196);
	assert_int_equal(l.bg, 231);
	l = theme_look(&t, ROLE_CRIT, 0, DEPTH_16);
	assert_int_equal(l.fg, 9);
	assert_int_equal(l.bg, 15);
	l = theme_look(&t, ROLE_CRIT, 0, DEPTH_8);
	assert_int_equal(l.fg, 1);
	assert_int_equal(l.bg, 7);
	l = theme_look(&t, ROLE_OK, 0, DEPTH_8);
	assert_int_equal(l.fg, 2);
	assert_int_equal(l.attrs, STYLE_BOLD);
	l = theme_look(&t, ROLE_CRIT, 0, DEPTH_MONO);
	assert_int_equal(l.fg, -1);
	assert_int_equal(l.bg, -1);
	assert_int_equal(l.attrs, STYLE_REVERSE);
	assert_int_equal(colour_to_256(0x808080), 244);
	assert_int_equal(colour_to_256(0x000000), 16);
	assert_int_equal(colour_to_16(0xffff10), 11);
}

static bool same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* State is said in words too, but a theme that paints CRIT like OK is a mistake at any depth. */
static void tell_apart(const struct theme *t, enum depth depth)
{
	static const enum role apart[] = {ROLE_OK, ROLE_WARN, ROLE_CRIT, ROLE_UNKNOWN};

	for (size_t i = 0; i < 4; i++) {
		for (size_t k = i + 1; k < 4; k++)
			assert_false(same_look(
			    theme_look(t, apart[i], 0, depth), theme_look(t, apart[k], 0, depth)));
		assert_false(same_look(theme_look(t, apart[i], 0, depth),
		    theme_look(t, apart[i], CELL_SELECTED, depth)));
	}
}

static const char *const shipped[] = {"contrast", "default", "light", "lines", "mono", "okabe-ito"};

static void shipped_themes_are_sound(void **state)
{
	char path[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++) {
		struct err err = {""};
		struct theme t;

		snprintf(
		    path, sizeof(path), "%s/themes/%s.theme", getenv("top_srcdir"), shipped[i]);
		assert_int_equal(theme_load(&t, path, &err), 0);
		assert_string_equal(err.msg, "");
		assert_string_equal(t.name, shipped[i]);
		for (int d = DEPTH_MONO; d <= DEPTH_RGB; d++)
			tell_apart(&t, (enum depth)d);
	}
}

static void the_built_in_theme_is_the_shipped_one(void **state)
{
	struct theme built_in, file;
	char path[4096];

	(void)state;
	theme_default(&built_in);
	snprintf(path, sizeof(path), "%s/themes/default.theme", getenv("top_srcdir"));
	assert_int_equal(theme_load(&file, path, NULL), 0);
	assert_memory_equal(built_in.roles, file.roles, sizeof(file.roles));
	assert_memory_equal(&built_in.selected, &file.selected, sizeof(file.selected));
}

static void a_theme_that_is_not_there_is_a_sentence(void **state)
{
	struct err err = {""};
	struct theme t;

	(void)state;
	assert_int_equal(theme_load(&t, "no-such-theme", &err), -1);
	assert_non_null(strstr(err.msg, "There is no theme \"no-such-theme\""));
	assert_string_equal(t.name, "default");
	assert_int_equal(theme_load(&t, "default", &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mistakes_are_told_and_skipped),
	    cmocka_unit_test(colours_come_down_to_what_there_is),
	    cmocka_unit_test(shipped_themes_are_sound),
	    cmocka_unit_test(the_built_in_theme_is_the_shipped_one),
	    cmocka_unit_test(a_theme_that_is_not_there_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
