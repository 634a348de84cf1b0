/* The operator's language: asked for by name or by the environment, installed or not. */
#include "base/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char english[] = "Commands:", chinese[] = "命令：";

/* The word in the language that i18n_init() picks in an environment with this LC_ALL and LANGUAGE. */
static const char *word(const char *lang, const char *lc_all, const char *language)
{
	setenv("LC_ALL", lc_all, 1);
	unsetenv("LANGUAGE");
	if (language)
		setenv("LANGUAGE", language, 1);
	i18n_init(lang);
	return gettext(english);
}

static void a_language_by_name_needs_no_locale(void **state)
{
	(void)state;
	assert_string_equal(word("zh_CN", "C", NULL), chinese);
	assert_string_equal(nl_langinfo(CODESET), "UTF-8");
	assert_string_equal(word("en", "zh_CN.UTF-8", "zh_CN"), english);
	assert_string_equal(nl_langinfo(CODESET), "UTF-8");
	assert_string_equal(word("zh_CN", "C.UTF-8", "en"), chinese);
	assert_string_equal(word("zh_CN", "no_SUCH.UTF-8", NULL), chinese);
}

static void auto_follows_the_environment(void **state)
{
	(void)state;
	assert_string_equal(word("auto", "zh_CN.UTF-8", NULL), chinese);
	assert_string_equal(word(NULL, "zh_CN.UTF-8", NULL), chinese);
	assert_string_equal(word("auto", "C.UTF-8", "zh_CN"), chinese);
	assert_string_equal(word("auto", "C.UTF-8", NULL), english);
	assert_string_equal(word("auto", "fr_FR.UTF-8", NULL), english);
	assert_string_equal(nl_langinfo(CODESET), "UTF-8");
	assert_string_equal(word("auto", "C", "zh_CN"), english);
	assert_string_not_equal(nl_langinfo(CODESET), "UTF-8");
}

static void what_was_worded_elsewhere_is_read_here(void **state)
{
	static const char action[] = "Add broker nodes.";

	(void)state;
	word("zh_CN", "C", NULL);
	assert_string_not_equal(i18n_again(action), action);
	assert_string_equal(i18n_again("our own rule's action"), "our own rule's action");
	assert_string_equal(i18n_again(""), "");
	assert_string_equal(i18n_again(NULL), "");
	word("en", "C", NULL);
	assert_string_equal(i18n_again(action), action);
}

static void numbers_keep_their_point(void **state)
{
	char out[16];

	(void)state;
	word("auto", "de_DE.UTF-8", NULL);
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	snprintf(out, sizeof(out), "%.1f", 1.5);
	assert_string_equal(out, "1.5");
	assert_true(strtod("1.5", NULL) == 1.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_language_by_name_needs_no_locale),
	    cmocka_unit_test(auto_follows_the_environment),
	    cmocka_unit_test(what_was_worded_elsewhere_is_read_here),
	    cmocka_unit_test(numbers_keep_their_point),
	};
	const char *build = getenv("top_builddir");
	char dir[512];

	snprintf(dir, sizeof(dir), "%s/po", build ? build : ".");
	setenv("MQDUTY_LOCALEDIR", dir, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
