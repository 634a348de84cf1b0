/* What retention leaves on the disks, of all topics or streams. */
#include "source/facts.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct fact_row *row(const struct section *s, size_t i, const char *name)
{
	assert_string_equal(section_fact(s, i)->name, name);
	return section_fact(s, i);
}

static void the_longest_counts_and_sizes_add_up(void **state)
{
	struct section *s = section_new(SECTION_FACTS);
	struct kept k = {0};

	(void)state;
	kept_add(&k, "orders", 3600, -1);
	kept_add(&k, "archive", 86400, 5); /* age comes first */
	kept_add(&k, "clicks", 60, -1);
	kept_add(&k, "small", -1, 1000);
	kept_add(&k, "large", -1, 2000);
	kept_facts(s, &k, value_int(0, NS_PER_S, NS_PER_S));
	assert_int_equal(row(s, 0, "retention.longest_s")->v.i, 86400);
	assert_string_equal(row(s, 0, "retention.longest_s")->detail, "archive");
	assert_int_equal(row(s, 1, "retention.room_bytes")->v.i, 3000);
	assert_int_equal(row(s, 2, "retention.unlimited")->v.i, 0);
	section_unref(s);
}

static void what_nothing_limits_is_named(void **state)
{
	struct section *s = section_new(SECTION_FACTS);
	struct kept k = {0};

	(void)state;
	kept_add(&k, "orders", 3600, -1);
	kept_add(&k, "forever", -1, -1);
	kept_add(&k, "huge", -1, INT64_MAX);
	kept_add(&k, "more", -1, INT64_MAX);
	kept_facts(s, &k, value_int(0, NS_PER_S, NS_PER_S));
	assert_true(row(s, 1, "retention.room_bytes")->v.i == INT64_MAX);
	assert_int_equal(row(s, 2, "retention.unlimited")->v.i, 1);
	assert_string_equal(row(s, 2, "retention.unlimited")->detail, "forever");
	section_unref(s);
}

static void what_was_not_told_is_not_known(void **state)
{
	struct section *s = section_new(SECTION_FACTS);
	struct kept k = {0};

	(void)state;
	kept_facts(s, &k, value_missing("the retention of orders is not known"));
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(value_quality(&section_fact(s, i)->v, NS_PER_S), QUALITY_OK);
	section_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_longest_counts_and_sizes_add_up),
	    cmocka_unit_test(what_nothing_limits_is_named),
	    cmocka_unit_test(what_was_not_told_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
