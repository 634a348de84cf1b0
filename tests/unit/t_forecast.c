/* Forecasts and trends of series whose truth is known. */
#include "audit/forecast.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define QUARTER (900 * NS_PER_S)
#define DAY (86400 * NS_PER_S)
#define END (INT64_C(1795000000) / 86400 * 86400 * NS_PER_S)

static struct metrics_point *points;
static size_t n_points;

static void make(int days, double (*of)(double day))
{
	n_points = (size_t)days * 96;
	points = calloc(n_points, sizeof(*points));
	for (size_t i = 0; i < n_points; i++) {
		double v = of((double)i / 96);

		points[i] = (struct metrics_point){END - days * DAY + (int64_t)i * QUARTER, v, v, v, isnan(v) ? 0 : 90};
	}
}

static void drop(void)
{
	free(points);
	points = NULL;
}

/* 50 GB a day with a swing and deletions in 5 GB steps: 10 GB a day net, 120 GB left of 1000. */
static double saw_tooth(double day)
{
	double in = 50 * day + 8 * sin(6.2832 * day);

	return 600 + in - 5 * floor((40 * day) / 5);
}

static double steady(double day)
{
	return 500 + 20 * sin(6.2832 * day);
}

static double always_0(double day)
{
	return 0 * day;
}

static double risen_from_0(double day)
{
	return day > 27 ? 1000 : 0;
}

static double cleaned_up(double day)
{
	return saw_tooth(day) - (day > 23 ? 150 : 0);
}

static double falling(double day)
{
	return 900 - 5 * day;
}

static double week_season(double day)
{
	int weekday = (int)floor(day) % 7;

	return (weekday < 5 ? 1000 : 300) + 200 * sin(6.2832 * day) + 3 * fmod(day * 977, 1);
}

static double week_doubled(double day)
{
	return week_season(day) * (day >= 27 ? 2 : 1);
}

static double half_missing(double day)
{
	return fmod(day, 1) < 0.5 ? NAN : saw_tooth(day);
}

static void a_disk_that_fills_is_told_in_days(void **state)
{
	struct forecast f;
	double left;

	(void)state;
	make(28, saw_tooth);
	left = (1000 - points[n_points - 1].mean) / 10;
	forecast_limit(points, n_points, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_RISING);
	assert_true(f.per_day > 9.8 && f.per_day < 10.2);
	assert_true(f.least <= left + 1 && f.most >= left - 1 && f.most - f.least < 2);
	drop();
}

static void a_clean_up_does_not_turn_the_sign(void **state)
{
	struct forecast f;

	(void)state;
	make(28, cleaned_up);
	forecast_limit(points, n_points, 1000, &f);
	assert_true(f.stepped);
	assert_int_equal(f.outlook, OUTLOOK_RISING);
	assert_true(f.per_day > 8 && f.per_day < 12);
	drop();
}

static void what_does_not_grow_is_not_told_in_days(void **state)
{
	struct forecast f;

	(void)state;
	make(14, steady);
	forecast_limit(points, n_points, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_STEADY);
	assert_true(isinf(f.least));
	drop();
	make(14, falling);
	forecast_limit(points, n_points, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_FALLING);
	drop();
}

static void too_little_is_its_own_answer(void **state)
{
	struct forecast f;
	double change;

	(void)state;
	make(2, saw_tooth);
	forecast_limit(points, n_points, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_TOO_LITTLE);
	assert_int_equal(trend_week(points, n_points, END, &change), TREND_TOO_LITTLE);
	drop();
	forecast_limit(NULL, 0, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_TOO_LITTLE);
}

static void gaps_are_left_out(void **state)
{
	struct forecast f;

	(void)state;
	make(28, half_missing);
	forecast_limit(points, n_points, 1000, &f);
	assert_int_equal(f.outlook, OUTLOOK_RISING);
	assert_true(f.per_day > 9 && f.per_day < 11);
	drop();
}

static void a_week_is_compared_with_weeks(void **state)
{
	double change;

	(void)state;
	make(28, week_season);
	assert_int_equal(trend_week(points, n_points, END, &change), TREND_USUAL);
	drop();
	make(28, week_doubled);
	assert_int_equal(trend_week(points, n_points, END, &change), TREND_HIGHER);
	assert_true(change > 0.9 && change < 1.1);
	drop();
	/* What is always 0 is as usual; what never was and is now has no percentage. */
	make(28, always_0);
	assert_int_equal(trend_week(points, n_points, END, &change), TREND_USUAL);
	drop();
	make(28, risen_from_0);
	assert_int_equal(trend_week(points, n_points, END, &change), TREND_HIGHER);
	assert_true(isinf(change));
	drop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_disk_that_fills_is_told_in_days),
	    cmocka_unit_test(a_clean_up_does_not_turn_the_sign),
	    cmocka_unit_test(what_does_not_grow_is_not_told_in_days),
	    cmocka_unit_test(too_little_is_its_own_answer),
	    cmocka_unit_test(gaps_are_left_out),
	    cmocka_unit_test(a_week_is_compared_with_weeks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
