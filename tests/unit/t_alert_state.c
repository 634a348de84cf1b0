#include "rule_lives.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rules remember outlives the engine: what is pending, firing or recovering goes on in the next one. */

#define URP "UnderReplicatedPartitions" /* for 5m, clear 2m */

static struct buf saved;
static int64_t saved_wall;

/* Judges at this second with so many under-replicated partitions; the state of the alert, -1: there is none. */
static int state_at(struct judged *j, int64_t s, int urp)
{
	const struct alert *a;

	set_under_replicated(judged_at(j, s), urp);
	a = alert_of(judged_now(j), URP);
	return a ? (int)a->state : -1;
}

/* The engine ends at its last judgement. */
static void save(struct judged *j)
{
	buf_init(&saved, 1 << 20);
	rules_state_save(j->rules, j->snap, &saved);
	assert_false(saved.overflow);
	saved_wall = j->snap->wall;
	judged_release(j);
}

/* Another one starts at this second, and has read the state before it judges. */
static void start(struct judged *j, int64_t s)
{
	judged_init(j, false);
	rules_state_load(j->rules, judged_at(j, s), NULL, saved.data, saved_wall);
	buf_release(&saved);
}

static bool is_news(const struct judged *j, enum news_kind kind)
{
	for (size_t i = 0; i < j->judgement->n_news; i++)
		if (j->judgement->news[i].kind == kind && !strcmp(j->judgement->news[i].name, URP))
			return true;
	return false;
}

/* Before the sources have answered there is nothing to judge by. */
static void judge_nothing(struct judged *j, int64_t s)
{
	struct snapshot *full = judged_at(j, s), *none = snapshot_new(full->n_clusters, full->boot, full->wall);

	for (size_t i = 0; i < none->n_clusters; i++) {
		none->clusters[i].name = arena_strdup(&none->arena, full->clusters[i].name);
		none->clusters[i].kind = full->clusters[i].kind;
		none->clusters[i].tier = full->clusters[i].tier;
	}
	snapshot_unref(full);
	j->snap = none;
	judged_now(j);
}

static void what_fires_goes_on(void **state)
{
	struct judged j;
	int64_t since;

	(void)state;
	judged_init(&j, false);
	assert_int_equal(state_at(&j, 0, 3), ALERT_PENDING);
	assert_int_equal(state_at(&j, 300, 3), ALERT_FIRING);
	since = alert_of(j.judgement, URP)->since_wall;
	save(&j);
	start(&j, 900);
	judge_nothing(&j, 900);
	assert_int_equal(alert_of(j.judgement, URP)->state, ALERT_FIRING);
	assert_int_equal(state_at(&j, 901, 3), ALERT_FIRING);
	assert_true(alert_of(j.judgement, URP)->since_wall == since);
	assert_true(alert_of(j.judgement, URP)->since_boot == T0);
	/* It was told of before. */
	assert_false(is_news(&j, NEWS_FIRING));
	assert_int_equal(state_at(&j, 910, 0), ALERT_FIRING);
	assert_int_equal(state_at(&j, 1030, 0), -1);
	assert_true(is_news(&j, NEWS_RESOLVED));
	judged_release(&j);
}

/* The time in which nobody looked does not count. */
static void what_is_pending_goes_on_where_it_was(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	state_at(&j, 0, 3);
	assert_int_equal(state_at(&j, 100, 3), ALERT_PENDING);
	save(&j);
	start(&j, 500);
	judge_nothing(&j, 500);
	assert_int_equal(state_at(&j, 501, 3), ALERT_PENDING);
	assert_int_equal(state_at(&j, 699, 3), ALERT_PENDING);
	assert_int_equal(state_at(&j, 700, 3), ALERT_FIRING);
	assert_true(is_news(&j, NEWS_FIRING));
	judged_release(&j);
}

static void what_was_pending_and_is_well_again_is_forgotten(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	state_at(&j, 0, 3);
	save(&j);
	start(&j, 10);
	assert_int_equal(state_at(&j, 10, 0), -1);
	judged_release(&j);
}

static void what_recovers_goes_on_recovering(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	state_at(&j, 0, 3);
	state_at(&j, 300, 3);
	state_at(&j, 400, 0);
	assert_int_equal(state_at(&j, 460, 0), ALERT_FIRING);
	save(&j);
	start(&j, 470);
	assert_int_equal(state_at(&j, 470, 0), ALERT_FIRING);
	assert_int_equal(state_at(&j, 529, 0), ALERT_FIRING);
	assert_int_equal(state_at(&j, 530, 0), -1);
	judged_release(&j);
}

/* The file is read after the first judgements: what they began is older than they know. */
static void a_state_that_is_read_late_counts(void **state)
{
	struct judged j;
	struct buf text;
	int64_t wall, since;

	(void)state;
	judged_init(&j, false);
	state_at(&j, 0, 3);
	state_at(&j, 300, 3);
	since = alert_of(j.judgement, URP)->since_wall;
	save(&j);
	text = saved;
	wall = saved_wall;
	judged_init(&j, false);
	assert_int_equal(state_at(&j, 310, 3), ALERT_PENDING);
	rules_state_load(j.rules, judged_at(&j, 320), NULL, text.data, wall);
	assert_int_equal(state_at(&j, 320, 3), ALERT_FIRING);
	assert_true(alert_of(j.judgement, URP)->since_wall == since);
	assert_false(is_news(&j, NEWS_FIRING));
	judged_release(&j);
	buf_release(&text);
}

static void after_an_hour_it_begins_anew(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	state_at(&j, 0, 3);
	state_at(&j, 300, 3);
	save(&j);
	start(&j, 300 + 3601);
	assert_int_equal(state_at(&j, 300 + 3601, 3), ALERT_PENDING);
	judged_release(&j);
}

static void garbage_is_no_state(void **state)
{
	static const char *const made[] = {"", "7", "{", "[7]", "[{}]", "[{\"rule\":\"" URP "\"}]",
	    "[{\"rule\":\"" URP "\",\"cluster\":\"orders\",\"key\":7,\"entity\":[],\"since\":\"x\"}]",
	    "[{\"rule\":\"" URP "\",\"cluster\":\"orders\",\"key\":\"k\",\"entity\":\"e\",\"since\":-5}]",
	    "[{\"rule\":\"None\",\"cluster\":\"orders\",\"key\":\"k\",\"entity\":\"e\",\"since\":5}]"};
	struct judged j;

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		judged_init(&j, false);
		rules_state_load(j.rules, judged_at(&j, 0), NULL, made[i], SAMPLE_WALL);
		assert_int_equal(state_at(&j, 0, 0), -1);
		judged_release(&j);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fires_goes_on),
	    cmocka_unit_test(what_is_pending_goes_on_where_it_was),
	    cmocka_unit_test(what_was_pending_and_is_well_again_is_forgotten),
	    cmocka_unit_test(what_recovers_goes_on_recovering),
	    cmocka_unit_test(a_state_that_is_read_late_counts),
	    cmocka_unit_test(after_an_hour_it_begins_anew),
	    cmocka_unit_test(garbage_is_no_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
