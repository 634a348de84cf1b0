#include "rules/threshold.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The grammar of thresholds: what it takes, what it refuses and where, what breaks and what
 * recovers. */

static struct threshold parsed(const char *text)
{
	struct threshold t;
	struct err err = {""};

	if (threshold_parse(&t, text, &err))
		fail_msg("\"%s\": %s", text, err_msg(&err));
	return t;
}

static void takes_what_the_guide_writes(void **state)
{
	static const struct {
		const char *text;
		enum threshold_op op;
		enum threshold_unit unit;
		double high;
		const char *name;
		bool share;
	} made[] = {
	    {">0", THRESHOLD_GT, UNITS_NONE, 0, "", false},
	    {">10000", THRESHOLD_GT, UNITS_NONE, 10000, "", false},
	    {"!=1", THRESHOLD_NE, UNITS_NONE, 1, "", false},
	    {">70%", THRESHOLD_GT, UNITS_PERCENT, 70, "", false},
	    {">50ms", THRESHOLD_GT, UNITS_SECONDS, 0.05, "", false},
	    {">80% max_connections", THRESHOLD_GT, UNITS_PERCENT, 80, "max_connections", true},
	    {">0.1%", THRESHOLD_GT, UNITS_PERCENT, 0.1, "", false},
	    {">5%", THRESHOLD_GT, UNITS_PERCENT, 5, "", false},
	    {"<expected_nodes-1", THRESHOLD_LT, UNITS_NONE, -1, "expected_nodes", false},
	    {"<=2d", THRESHOLD_LE, UNITS_SECONDS, 172800, "", false},
	    {"== -3", THRESHOLD_EQ, UNITS_NONE, -3, "", false},
	    {">512MiB", THRESHOLD_GT, UNITS_BYTES, 512.0 * 1048576, "", false},
	    {"< expected_nodes + 2", THRESHOLD_LT, UNITS_NONE, 2, "expected_nodes", false},
	    {"<expected_nodes", THRESHOLD_LT, UNITS_NONE, 0, "expected_nodes", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct threshold t;
		struct err err = {""};

		assert_int_equal(threshold_parse(&t, made[i].text, &err), 0);
		assert_int_equal(t.op, made[i].op);
		assert_int_equal(t.unit, made[i].unit);
		assert_true(fabs(t.high - made[i].high) < 1e-9);
		assert_string_equal(t.name, made[i].name);
		assert_int_equal(t.share, made[i].share);
		assert_string_equal(t.text, made[i].text);
	}
}

static void takes_nagios_ranges(void **state)
{
	static const struct {
		const char *text;
		double good, bad;
	} made[] = {
	    {"10", 10, 10.5},
	    {"10", 0, -1},
	    {"10:", 10, 9},
	    {"~:10", -5000, 11},
	    {"10:20", 20, 21},
	    {"10:20", 10, 9},
	    {"@10:20", 9, 10},
	    {"@10:20", 21, 20},
	    {"0.5:1.5", 1, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct threshold t = parsed(made[i].text);

		assert_false(threshold_breaks(&t, made[i].good, 0));
		assert_true(threshold_breaks(&t, made[i].bad, 0));
	}
}

static void refuses_with_the_column(void **state)
{
	static const struct {
		const char *text;
		int column;
	} made[] = {
	    {"", 1},
	    {"   ", 4},
	    {">", 2},
	    {">>3", 2},
	    {">1e5", 3},
	    {">5parsecs", 3},
	    {">5mss", 5},
	    {">10 20", 5},
	    {"!5", 1},
	    {"5 apples", 3},
	    {"20:10", 6},
	    {"~10", 2},
	    {">80% 7%", 7},
	    {"<a-", 4},
	    {"<a*2", 3},
	    {">1,000", 3},
	    {">0x10", 3},
	    {"@", 2},
	    {">inf+", 6},
	    {"10:20:30", 6},
	    {">1234567890123456789", 21},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		char where[32];
		struct threshold t;
		struct err err = {""};

		assert_int_equal(threshold_parse(&t, made[i].text, &err), -1);
		snprintf(where, sizeof(where), "column %d:", made[i].column);
		if (!strstr(err_msg(&err), where))
			fail_msg(
			    "\"%s\" should fail at %s but: %s", made[i].text, where, err_msg(&err));
	}
}

static void refuses_what_is_too_long(void **state)
{
	char text[80];
	struct threshold t;

	(void)state;
	memset(text, '1', sizeof(text));
	text[0] = '>';
	text[79] = '\0';
	assert_int_equal(threshold_parse(&t, text, NULL), -1);
}

static void works_the_name_in(void **state)
{
	struct threshold share = parsed(">80% max_connections"),
			 nodes = parsed("<expected_nodes-1");

	(void)state;
	assert_false(threshold_breaks(&share, 800, 1000));
	assert_true(threshold_breaks(&share, 801, 1000));
	assert_false(threshold_breaks(&nodes, 2, 3));
	assert_true(threshold_breaks(&nodes, 1, 3));
	assert_true(threshold_bound(&share, 1000) == 800);
}

/* Of a part it is known only that the whole is not less. */
static void a_part_proves_only_upwards(void **state)
{
	struct threshold over = parsed(">10"), under = parsed("<3"), not_one = parsed("!=1"),
			 range = parsed("10:20");

	(void)state;
	assert_true(threshold_breaks_surely(&over, 11, 0, false));
	assert_false(threshold_breaks_surely(&over, 10, 0, false));
	assert_false(threshold_breaks_surely(&under, 0, 0, false));
	assert_false(threshold_breaks_surely(&not_one, 0, 0, false));
	assert_true(threshold_breaks_surely(&not_one, 2, 0, false));
	assert_false(threshold_breaks_surely(&range, 5, 0, false));
	assert_true(threshold_breaks_surely(&range, 21, 0, false));
	/* And downwards where the part is the most that it can be. */
	assert_true(threshold_breaks_surely(&under, 2, 0, true));
	assert_false(threshold_breaks_surely(&under, 3, 0, true));
	assert_false(threshold_breaks_surely(&over, 11, 0, true));
	assert_true(threshold_breaks_surely(&range, 9, 0, true));
}

static void recovers_beyond_a_margin(void **state)
{
	struct threshold lag = parsed(">10000"), disk = parsed(">70%"),
			 clients = parsed(">80% max_connections");
	struct threshold urp = parsed(">0"), slow = parsed(">10"), soon = parsed("<1h"),
			 one = parsed("!=1");

	(void)state;
	assert_false(threshold_recovered(&lag, 8000, 0, 0.8, 0));
	assert_true(threshold_recovered(&lag, 7999, 0, 0.8, 0));
	assert_false(threshold_recovered(&disk, 67, 0, 1, 3));
	assert_true(threshold_recovered(&disk, 66.9, 0, 1, 3));
	assert_false(threshold_recovered(&clients, 750, 1000, 1, 5));
	assert_true(threshold_recovered(&clients, 749, 1000, 1, 5));
	assert_true(threshold_recovered(&urp, 0, 0, 1, 0));
	assert_false(threshold_recovered(&urp, 1, 0, 1, 0));
	assert_false(threshold_recovered(&slow, 1, 0, 0, 0));
	assert_true(threshold_recovered(&slow, 0, 0, 0, 0));
	assert_false(threshold_recovered(&soon, 4500, 0, 0.8, 0));
	assert_true(threshold_recovered(&soon, 4501, 0, 0.8, 0));
	assert_true(threshold_recovered(&one, 1, 0, 0.5, 0));
	assert_false(threshold_recovered(&one, 2, 0, 0.5, 0));
}

/* 79.96 is not "80%" where 80 is too much, nor 80.3 where it is not. */
static void a_percentage_stays_on_its_side(void **state)
{
	static const struct {
		const char *bound, *other;
		double percent;
		const char *shown;
	} all[] = {
	    {">80%", NULL, 71.4, "71%"},
	    {">80%", NULL, 80, "80%"},
	    {">80%", NULL, 80.3, "80.3%"},
	    {">=80%", NULL, 79.96, "79%"},
	    {"<80%", NULL, 79.6, "79%"},
	    {">90%", ">=80%", 79.7, "79%"},
	    {">90%", ">80%", 90.004, "90.004%"},
	    {NULL, NULL, 79.96, "79%"},
	    {">0.1%", NULL, 0.12, "0.12%"},
	};
	char out[48];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct threshold t = parsed(all[i].bound ? all[i].bound : ">0"), other = parsed(all[i].other ? all[i].other : ">0");

		assert_string_equal(threshold_percent(all[i].bound ? &t : NULL, all[i].other ? &other : NULL, all[i].percent, out,
					sizeof(out)),
		    all[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_what_the_guide_writes),
	    cmocka_unit_test(takes_nagios_ranges),
	    cmocka_unit_test(refuses_with_the_column),
	    cmocka_unit_test(refuses_what_is_too_long),
	    cmocka_unit_test(works_the_name_in),
	    cmocka_unit_test(a_part_proves_only_upwards),
	    cmocka_unit_test(recovers_beyond_a_margin),
	    cmocka_unit_test(a_percentage_stays_on_its_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
