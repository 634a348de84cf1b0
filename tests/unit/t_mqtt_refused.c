/* The codes of CONNACK and DISCONNECT in words. */
#include "source/mqtt/refused.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_version_says_the_same(void **state)
{
	static const int pairs[][2] = {{0x01, 0x84}, {0x02, 0x85}, {0x03, 0x88}, {0x04, 0x86}, {0x05, 0x87}};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(refused_words(pairs[i][0]), refused_words(pairs[i][1]));
	assert_true(refused_version(0x01) && refused_version(0x84));
	assert_false(refused_version(0x05) || refused_version(0x87) || refused_version(0));
}

static void no_code_is_without_words(void **state)
{
	(void)state;
	for (int code = 0x80; code <= 0xff; code++)
		assert_non_null(refused_words(code));
	assert_null(refused_words(0));
	assert_null(refused_words(-1));
	assert_null(refused_words(6));
	assert_non_null(strstr(refused_words(0x97), "max_connections"));
}

static void a_normal_end_says_nothing(void **state)
{
	(void)state;
	assert_null(ended_words(0));
	assert_non_null(strstr(ended_words(0x8e), "client id"));
	assert_non_null(strstr(ended_words(0x8b), "shutting down"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_version_says_the_same),
	    cmocka_unit_test(no_code_is_without_words),
	    cmocka_unit_test(a_normal_end_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
