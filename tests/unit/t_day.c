/* Time zones, against libc's; and which day a time belongs to, across the changes of the clocks. */
#include "base/clock.h"
#include "rules/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void dates_count_days(void **state)
{
	int64_t year;
	int month, day;

	(void)state;
	assert_int_equal(date_days(1970, 1, 1), 0);
	assert_int_equal(date_days(2000, 3, 1), 11017);
	assert_int_equal(date_days(2026, 11, 26), 20783);
	assert_int_equal(date_days(1969, 12, 31), -1);
	for (int64_t d = -200000; d < 200000; d += 13) {
		date_of_days(d, &year, &month, &day);
		assert_int_equal(date_days(year, month, day), d);
	}
}

static int libc_offset(const char *tz, int64_t s)
{
	time_t t = (time_t)s;
	struct tm tm;

	setenv("TZ", tz, 1);
	tzset();
	assert_non_null(localtime_r(&t, &tm));
	return (int)tm.tm_gmtoff;
}

static void compare(const char *tz, struct zone *z)
{
	for (int64_t s = 0; s < 2208988800; s += 3600 * 11 + 1237) {
		if (zone_offset(z, s) != libc_offset(tz, s))
			fail_msg("%s at %lld: %d, libc says %d", tz, (long long)s, zone_offset(z, s),
			    libc_offset(tz, s));
	}
	zone_free(z);
	setenv("TZ", "UTC", 1);
	tzset();
}

static void files_say_what_libc_says(void **state)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Asia/Shanghai",
	    "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Jerusalem",
	    "Pacific/Apia", "Antarctica/Troll"};

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct err err = {""};
		char path[128];
		struct zone *z;

		snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zones[i]);
		if (access(path, R_OK)) {
			print_message("%s is not installed\n", zones[i]);
			continue;
		}
		z = zone_new(zones[i], &err);
		if (!z)
			fail_msg("%s", err.msg);
		compare(zones[i], z);
	}
}

static void rules_say_what_libc_says(void **state)
{
	static const char *const rules[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
	    "<+0330>-3:30", "AEST-10AEDT,M10.1.0,M4.1.0/3", "IST-2IDT,M3.4.4/26,M10.5.0",
	    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "XYZ3ABC,J60,J300", "XYZ3ABC2,59,299/1:30"};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct err err = {""};
		struct zone *z = zone_posix(rules[i], &err);

		if (!z)
			fail_msg("%s: %s", rules[i], err.msg);
		compare(rules[i], z);
	}
}

static void what_is_no_zone_is_refused(void **state)
{
	static const char *const bad[] = {"", "U0", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0",
	    "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/168",
	    "CET-1CEST,M3.5.0,M10.5.0x", "<CET-1", "CET-1CEST,J0,J300", "CET-1CEST,J366,1"};
	struct err err = {""};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (zone_posix(bad[i], &err))
			fail_msg("'%s' was taken", bad[i]);
	assert_null(zone_new("No/Such", &err));
	assert_null(zone_new("../../../etc/passwd", &err));
	assert_null(zone_parse("TZif2", 5, &err));
	assert_int_equal(zone_offset(NULL, 0), 0);
}

static int64_t at(const char *utc)
{
	int y, mo, d, h, m;

	assert_int_equal(sscanf(utc, "%d-%d-%dT%d:%d", &y, &mo, &d, &h, &m), 5);
	return (date_days(y, mo, d) * 86400 + h * 3600 + m * 60) * NS_PER_S;
}

static void check(const char *posix, int starts, const char *utc, const char *want)
{
	struct err err = {""};
	struct zone *z = zone_posix(posix, &err);
	char day[DAY_SIZE];

	assert_string_equal(day_of(z, starts, at(utc), day), want);
	assert_true(day_begins(z, starts, day) <= at(utc));
	assert_true(day_begins(z, starts, day_after(day, 1, day)) > at(utc));
	zone_free(z);
}

static void the_day_begins_when_the_config_says(void **state)
{
	(void)state;
	check("UTC0", 8 * 60, "2026-11-26T07:59", "2026-11-25");
	check("UTC0", 8 * 60, "2026-11-26T08:00", "2026-11-26");
	check("UTC0", 0, "2026-11-26T00:00", "2026-11-26");
	check("CST-8", 8 * 60, "2026-11-25T23:59", "2026-11-25");
	check("CST-8", 8 * 60, "2026-11-26T00:00", "2026-11-26");
	check("HST10", 8 * 60, "2026-11-26T17:59", "2026-11-25");
	check("HST10", 8 * 60, "2027-01-01T18:00", "2027-01-01");
}

/* Spring in Berlin: 2026-03-29 02:00 becomes 03:00. Autumn: 2026-10-25 03:00 becomes 02:00. */
static void the_day_follows_the_clocks(void **state)
{
	static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

	(void)state;
	check(berlin, 8 * 60, "2026-03-28T06:59", "2026-03-27");
	check(berlin, 8 * 60, "2026-03-28T07:00", "2026-03-28");
	check(berlin, 8 * 60, "2026-03-29T05:59", "2026-03-28");
	check(berlin, 8 * 60, "2026-03-29T06:00", "2026-03-29");
	check(berlin, 8 * 60, "2026-10-25T06:59", "2026-10-24");
	check(berlin, 8 * 60, "2026-10-25T07:00", "2026-10-25");
	/* 02:30 is shown twice: the day begins once, at the first time. */
	check(berlin, 150, "2026-10-25T00:29", "2026-10-24");
	check(berlin, 150, "2026-10-25T00:30", "2026-10-25");
	check(berlin, 150, "2026-10-25T01:00", "2026-10-25");
	check(berlin, 150, "2026-10-25T01:30", "2026-10-25");
	/* 02:30 is never shown: as if the clocks had not been changed. */
	check(berlin, 150, "2026-03-29T01:29", "2026-03-28");
	check(berlin, 150, "2026-03-29T01:30", "2026-03-29");
}

/* Minute by minute over both changes: days follow one another, and each begins once. */
static void days_never_go_back(void **state)
{
	static const char *const zones[] = {"CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"};
	static const int starts[] = {0, 90, 120, 150, 180, 480, 1439};

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		for (size_t k = 0; k < sizeof(starts) / sizeof(starts[0]); k++) {
			struct err err = {""};
			struct zone *z = zone_posix(zones[i], &err);
			char before[DAY_SIZE] = "", day[DAY_SIZE], next[DAY_SIZE];

			for (int64_t t = at("2026-01-01T00:00"); t < at("2027-01-01T00:00"); t += 600 * NS_PER_S) {
				day_of(z, starts[k], t, day);
				if (before[0] && strcmp(day, before) != 0)
					assert_string_equal(day, day_after(before, 1, next));
				memcpy(before, day, DAY_SIZE);
			}
			zone_free(z);
		}
	}
}

static void days_are_dates(void **state)
{
	char out[DAY_SIZE];

	(void)state;
	assert_true(day_is("2024-02-29"));
	assert_false(day_is("2026-02-29"));
	assert_false(day_is("2026-2-9"));
	assert_false(day_is("2026-+2-+9"));
	assert_false(day_is("2026-11-26x"));
	assert_false(day_is("2026-11-2\n"));
	assert_false(day_is(NULL));
	/* Its beginning would not fit into nanoseconds. */
	assert_false(day_is("9999-12-31"));
	assert_true(day_begins(NULL, 0, "9999-12-31") == INT64_MIN);
	assert_true(day_begins(NULL, 0, "0001-01-01") == INT64_MIN);
	assert_true(day_begins(NULL, 0, "2250-12-31") > 0);
	assert_true(day_begins(NULL, 0, "1700-01-01") > INT64_MIN);
	assert_string_equal(day_after("9999-12-31", 0, out), "");
	assert_string_equal(day_after("2026-03-01", -1, out), "2026-02-28");
	assert_string_equal(day_after("2026-12-31", 1, out), "2027-01-01");
	assert_string_equal(day_after("today", 1, out), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dates_count_days),
	    cmocka_unit_test(files_say_what_libc_says),
	    cmocka_unit_test(rules_say_what_libc_says),
	    cmocka_unit_test(what_is_no_zone_is_refused),
	    cmocka_unit_test(the_day_begins_when_the_config_says),
	    cmocka_unit_test(the_day_follows_the_clocks),
	    cmocka_unit_test(days_never_go_back),
	    cmocka_unit_test(days_are_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
