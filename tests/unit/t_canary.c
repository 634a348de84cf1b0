/* The canary's bookkeeping, and what mqduty makes of its figures. */
#include "canary/flight.h"
#include "source/canary/canary_figures.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void what_comes_back_is_counted_once(void **state)
{
	struct flight f;
	char text[64];

	(void)state;
	flight_init(&f, "1");
	flight_send(&f, NS_PER_S, text, sizeof(text));
	assert_false(flight_back(&f, NS_PER_S, "hello", 5));
	assert_false(flight_back(&f, NS_PER_S, "mqduty-canary 0000000000000000 1", 32));
	assert_true(flight_back(&f, NS_PER_S + 5 * NS_PER_MS, text, strlen(text)));
	assert_false(flight_back(&f, NS_PER_S + 9 * NS_PER_MS, text, strlen(text)));
	assert_int_equal(f.n_back, 1);
	assert_true(f.back[0].ms > 4.9 && f.back[0].ms < 5.1);
	flight_release(&f);
}

static void what_never_comes_back_is_lost(void **state)
{
	struct flight f;
	char text[64];

	(void)state;
	flight_init(&f, "1");
	flight_send(&f, NS_PER_S, text, sizeof(text));
	flight_sweep(&f, 2 * NS_PER_S, 5 * NS_PER_S);
	assert_int_equal(f.lost, 0);
	flight_sweep(&f, 7 * NS_PER_S, 5 * NS_PER_S);
	assert_int_equal(f.lost, 1);
	/* Too late is lost: it is not counted as both. */
	assert_false(flight_back(&f, 8 * NS_PER_S, text, strlen(text)));
	/* The ring is full of messages that never came. */
	for (int i = 0; i < FLIGHT_UNDERWAY + 3; i++)
		flight_send(&f, 9 * NS_PER_S, text, sizeof(text));
	assert_int_equal(f.lost, 4);
	flight_failed(&f, "refused \x1b[31m");
	assert_int_equal(f.failed, 1);
	assert_null(strchr(f.trouble, '\x1b'));
	flight_release(&f);
}

/* What the canary writes, as mqduty reads it. */
static struct canary_figures *written(struct flight *f, int64_t now, const char *head)
{
	struct canary_figures *figures;
	struct buf out;

	buf_init(&out, 1 << 16);
	buf_adds(&out, head);
	flight_write(f, "orders", now, &out);
	figures = canary_figures_parse(out.data, out.len, 1000 * NS_PER_S, 500 * NS_PER_S);
	buf_release(&out);
	return figures;
}

static void figures_go_from_one_to_the_other(void **state)
{
	struct broker_row row = {.id = "1", .name = "broker-1"}, other = {.id = "2"};
	struct canary_figures *figures;
	struct flight f;
	struct value v;
	char text[64];

	(void)state;
	flight_init(&f, "1");
	for (int i = 1; i <= 100; i++) {
		flight_send(&f, i * NS_PER_S, text, sizeof(text));
		flight_back(&f, i * NS_PER_S + i * NS_PER_MS, text, strlen(text));
	}
	figures = written(&f, 101 * NS_PER_S, "mqduty_canary_time_seconds 990\n");
	v = canary_figure(figures, &row, METRIC_CANARY_P50_MS, NS_PER_S);
	assert_int_equal(v.quality, QUALITY_OK);
	assert_true(v.d > 50 && v.d < 52);
	/* Written ten seconds ago: 490 s on this machine's boot clock. */
	assert_int_equal(v.at, 490 * NS_PER_S);
	assert_int_equal(value_quality(&v, 500 * NS_PER_S), QUALITY_OK);
	assert_int_equal(value_quality(&v, 520 * NS_PER_S), QUALITY_STALE);
	v = canary_figure(figures, &row, METRIC_CANARY_P99_MS, NS_PER_S);
	assert_true(v.d > 99 && v.d < 101);
	v = canary_figure(figures, &row, METRIC_CANARY_LOST, NS_PER_S);
	assert_int_equal(v.i, 0);
	v = canary_figure(figures, &other, METRIC_CANARY_P50_MS, NS_PER_S);
	assert_int_equal(v.quality, QUALITY_MISSING);
	canary_figures_free(figures);
	flight_release(&f);
}

static void a_grounded_canary_is_not_a_quick_one(void **state)
{
	struct broker_row row = {.id = "1"};
	struct canary_figures *figures;
	struct flight f;
	struct value v;
	char text[64];

	(void)state;
	flight_init(&f, "1");
	flight_send(&f, NS_PER_S, text, sizeof(text));
	flight_failed(&f, "not connected");
	figures = written(&f, 2 * NS_PER_S, "mqduty_canary_time_seconds 999\n");
	v = canary_figure(figures, &row, METRIC_CANARY_P50_MS, NS_PER_S);
	assert_int_equal(v.quality, QUALITY_MISSING);
	assert_string_equal(v.reason, "not connected");
	canary_figures_free(figures);

	figures = written(&f, 2 * NS_PER_S, "");
	v = canary_figure(figures, &row, METRIC_CANARY_LOST, NS_PER_S);
	assert_int_equal(v.quality, QUALITY_MISSING);
	canary_figures_free(figures);
	/* No file yet. */
	v = canary_figure(NULL, &row, METRIC_CANARY_LOST, NS_PER_S);
	assert_int_equal(v.quality, QUALITY_MISSING);
	flight_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_back_is_counted_once),
	    cmocka_unit_test(what_never_comes_back_is_lost),
	    cmocka_unit_test(figures_go_from_one_to_the_other),
	    cmocka_unit_test(a_grounded_canary_is_not_a_quick_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
