/* What a poller may conclude from committed and end offsets: the status rules as a table, and
 * the age of a record from the ends of its log over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/kafka/cluster.h"

#include <stdlib.h>

#define S NS_PER_S

struct row {
	const char *what;
	int owned;
	unsigned n;
	struct lag_point p[LAG_WINDOW];
	enum lag_status status;
};

static const struct row rows[] = {
    {"nothing yet", TRI_YES, 0, {{0, 0}}, LAG_UNKNOWN},
    {"caught up at once", TRI_YES, 1, {{5, 0}}, LAG_OK},
    {"caught up, and nobody reads", TRI_NO, 1, {{5, 0}}, LAG_OK},
    {"behind, first poll", TRI_YES, 1, {{5, 9}}, LAG_UNKNOWN},
    {"behind, four polls say nothing", TRI_NO, 4, {{5, 9}, {5, 9}, {5, 9}, {5, 9}}, LAG_UNKNOWN},
    {"stands still, owned", TRI_YES, 5, {{5, 1}, {5, 2}, {5, 3}, {5, 4}, {5, 5}}, LAG_STALL},
    {"stands still, not known who owns", TRI_UNKNOWN, 5, {{5, 1}, {5, 2}, {5, 3}, {5, 4}, {5, 5}},
	LAG_STALL},
    {"stands still, nobody reads", TRI_NO, 5, {{5, 1}, {5, 2}, {5, 3}, {5, 4}, {5, 5}}, LAG_STOP},
    {"stands still on a quiet log", TRI_NO, 5, {{5, 7}, {5, 7}, {5, 7}, {5, 7}, {5, 7}}, LAG_STOP},
    {"was caught up within the window", TRI_NO, 5, {{5, 0}, {5, 2}, {5, 3}, {5, 4}, {5, 5}},
	LAG_OK},
    {"falls behind", TRI_YES, 5, {{5, 1}, {6, 2}, {7, 3}, {8, 4}, {9, 5}}, LAG_WARN},
    {"keeps its distance", TRI_YES, 5, {{5, 3}, {6, 3}, {7, 3}, {8, 3}, {9, 3}}, LAG_OK},
    {"catches up", TRI_YES, 5, {{5, 9}, {6, 8}, {7, 7}, {8, 6}, {9, 5}}, LAG_OK},
    {"one good poll between bad ones", TRI_YES, 5, {{5, 5}, {6, 7}, {9, 6}, {10, 8}, {11, 9}},
	LAG_OK},
    {"went back", TRI_YES, 3, {{50, 5}, {20, 35}, {21, 36}}, LAG_REWIND},
    {"went back at the second poll", TRI_YES, 2, {{50, 5}, {20, 35}}, LAG_REWIND},
    {"went back and regained it", TRI_YES, 5, {{50, 5}, {20, 35}, {55, 9}, {56, 8}, {57, 7}},
	LAG_OK},
    {"went back to the very end", TRI_YES, 2, {{50, 5}, {20, 0}}, LAG_OK},
};

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = NULL;
		enum lag_status s = lag_judge(rows[i].p, rows[i].n, rows[i].owned, &why);

		if (s != rows[i].status)
			fail_msg("%s: %s instead of %s", rows[i].what, lag_status_name[s],
			    lag_status_name[rows[i].status]);
		/* What is not OK says why. */
		assert_true((s == LAG_OK) == (why == NULL));
	}
}

/* What is read back is what was added, newest last, and the newest is exact however far it jumped. */
static void test_window(void **state)
{
	struct lag_window w = {0};
	struct lag_point p[LAG_WINDOW];
	const char *why;

	(void)state;
	assert_int_equal(lag_window_read(&w, p), 0);
	for (int i = 0; i < LAG_WINDOW + 3; i++)
		lag_window_add(&w, 1000 + 7 * i, 90 - i);
	assert_int_equal(lag_window_read(&w, p), LAG_WINDOW);
	for (int i = 0; i < LAG_WINDOW; i++) {
		assert_int_equal(p[i].committed, 1000 + 7 * (i + 3));
		assert_int_equal(p[i].lag, 90 - (i + 3));
	}
	/* Reset to the beginning of a log of 900 billion records. */
	w = (struct lag_window){0};
	lag_window_add(&w, 900000000000, 0);
	lag_window_add(&w, 5, 899999999995);
	assert_int_equal(lag_window_read(&w, p), 2);
	assert_int_equal(p[1].committed, 5);
	assert_int_equal(p[1].lag, 899999999995);
	assert_int_equal(lag_judge(p, 2, TRI_YES, &why), LAG_REWIND);
	/* Billions behind, and slowly further. */
	w = (struct lag_window){0};
	for (int i = 0; i < LAG_WINDOW; i++)
		lag_window_add(&w, 70000000000 + i, 50000000000 + i);
	assert_int_equal(lag_judge(p, lag_window_read(&w, p), TRI_YES, &why), LAG_WARN);
}

static void test_age(void **state)
{
	struct kafka k = {0};
	struct kpart p = {0};
	int64_t ns;

	(void)state;
	assert_int_equal(end_ring_age(p.ring, 5, 100 * S, &ns), AGE_UNKNOWN);
	end_ring_add(&k, &p, 100 * S, 1000);
	assert_int_equal(end_ring_age(p.ring, 1000, 100 * S, &ns), AGE_KNOWN);
	assert_int_equal(ns, 0);
	assert_int_equal(end_ring_age(p.ring, 900, 100 * S, &ns), AGE_UNKNOWN);
	end_ring_add(&k, &p, 110 * S, 1100);
	/* Half of what came within ten seconds: written five seconds ago. */
	assert_int_equal(end_ring_age(p.ring, 1050, 110 * S, &ns), AGE_KNOWN);
	assert_int_equal(ns, 5 * S);
	/* Older than what was watched: at the pace of ten a second, ten seconds more. */
	assert_int_equal(end_ring_age(p.ring, 900, 110 * S, &ns), AGE_ROUGH);
	assert_int_equal(ns, 20 * S);
	/* Never further back than ten minutes before what was watched. */
	assert_int_equal(end_ring_age(p.ring, -1000000, 110 * S, &ns), AGE_ROUGH);
	assert_int_equal(ns, 610 * S);
	free(p.ring);
}

static void test_age_on_a_quiet_log(void **state)
{
	struct kafka k = {0};
	struct kpart p = {0};
	int64_t ns;

	(void)state;
	for (int i = 0; i < 200; i++)
		end_ring_add(&k, &p, (100 + 10 * i) * S, 1000);
	assert_int_equal(p.ring->n, 2); /* a flat line takes two points */
	assert_int_equal(end_ring_age(p.ring, 990, 2090 * S, &ns), AGE_ROUGH);
	assert_int_equal(ns, 1990 * S);
	end_ring_add(&k, &p, 2100 * S, 1010);
	assert_int_equal(end_ring_age(p.ring, 1005, 2100 * S, &ns), AGE_KNOWN);
	assert_int_equal(ns, 5 * S);
	assert_int_equal(end_ring_age(p.ring, 1000, 2100 * S, &ns), AGE_KNOWN);
	assert_int_equal(ns, 10 * S);
	free(p.ring);
}

/* A long watch keeps its beginning, and what brokers looked up goes before it. */
static void test_long_watch(void **state)
{
	struct kafka k = {0};
	struct kpart p = {0};
	int64_t ns;

	(void)state;
	end_ring_add(&k, &p, 10000 * S, 10000);
	end_ring_seed(&k, &p, 4000 * S, 4000);
	end_ring_seed(&k, &p, 1000 * S, 1000);
	end_ring_seed(&k, &p, 2000 * S, 500); /* contradicts what is there */
	for (int i = 1; i < 2000; i++)
		end_ring_add(&k, &p, (10000 + i) * S, 10000 + i);
	assert_true(p.ring->n <= p.ring->cap);
	assert_int_equal(p.ring->p[0].offset, 1000);
	assert_int_equal(end_ring_age(p.ring, 2500, 12000 * S, &ns), AGE_KNOWN);
	assert_true(ns > 9490 * S && ns < 9510 * S);
	assert_int_equal(end_ring_age(p.ring, 11990, 12000 * S, &ns), AGE_KNOWN);
	assert_true(ns >= 9 * S && ns <= 11 * S);
	free(p.ring);
}

static void test_log_cut_back(void **state)
{
	struct kafka k = {0};
	struct kpart p = {0};
	int64_t ns;

	(void)state;
	end_ring_add(&k, &p, 100 * S, 1000);
	end_ring_add(&k, &p, 110 * S, 1100);
	end_ring_add(&k, &p, 120 * S, 50); /* the topic was made anew */
	assert_int_equal(p.ring->n, 1);
	end_ring_seed(&k, &p, 90 * S, 10);
	assert_int_equal(p.ring->n, 1);
	assert_int_equal(end_ring_age(p.ring, 40, 120 * S, &ns), AGE_UNKNOWN);
	assert_true(end_ring_pace(p.ring) < 0);
	free(p.ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules), cmocka_unit_test(test_window),
	    cmocka_unit_test(test_age),
	    cmocka_unit_test(test_age_on_a_quiet_log),
	    cmocka_unit_test(test_long_watch),
	    cmocka_unit_test(test_log_cut_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
