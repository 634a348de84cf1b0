/* The history on a disk that is full, broken or hung: it is said, nothing waits, and it goes on once the disk is well. */
#include "disk_shim.h"
#include "lose_page.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "store/metrics_db.h"

#include <glob.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 };

static char dir[64];
static int64_t boot = SAMPLE_BOOT, wall = SAMPLE_WALL;

static int set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/t_history_disk-XXXXXX");
	clock_fake(boot, wall);
	disk_mood_set(DISK_WELL);
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm", "metrics.lock"};
	char path[128];

	(void)state;
	clock_real();
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	return 0;
}

/* The next numbers, ten seconds on; takes no time, whatever the disk does. */
static void take(struct metrics_db *db, int64_t later)
{
	struct snapshot *snap;

	boot += later;
	wall += later;
	clock_fake(boot, wall);
	snap = sample_snapshot(SAMPLE_HEALTHY, SAMPLE_BOOT);
	snap->wall = wall;
	metrics_db_take(db, snap);
	snapshot_unref(snap);
}

/* Until the trouble holds that word; "": until there is none. */
static void await(struct metrics_db *db, const char *word)
{
	char text[400] = "";

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		metrics_db_trouble(db, text, sizeof(text));
		if (word[0] ? strstr(text, word) != NULL : !text[0])
			return;
		poll(NULL, 0, 5);
	}
	fail_msg("the trouble is \"%s\", should say \"%s\"", text, word);
}

/* Until so many numbers of the series are there. */
static void await_points(size_t least)
{
	struct metrics_points p = {0};
	struct err err = {""};

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		size_t n;

		p = (struct metrics_points){0};
		metrics_read(dir, "orders/brokers/broker-1/rtt_ms", wall - 3600 * NS_PER_S, wall + NS_PER_S, &p, &err);
		n = p.n;
		free(p.list);
		if (n >= least)
			return;
		poll(NULL, 0, 5);
	}
	fail_msg("less than %zu numbers are there: %s", least, err_msg(&err));
}

static void fails_and_goes_on(enum disk_mood mood)
{
	struct metrics_db *db = metrics_db_start(dir);

	take(db, 10 * NS_PER_S);
	await_points(1);
	disk_mood_set(mood);
	take(db, 10 * NS_PER_S);
	await(db, "the history cannot be");
	/* What comes meanwhile is let go, and no number is older than it looks. */
	take(db, 10 * NS_PER_S);
	disk_mood_set(DISK_WELL);
	take(db, 60 * NS_PER_S);
	await(db, "");
	await_points(2);
	assert_true(metrics_db_stop(db, 20 * NS_PER_S));
}

static void a_full_disk_is_said_and_passes(void **state)
{
	(void)state;
	fails_and_goes_on(DISK_FULL);
}

static void a_broken_disk_is_said_and_passes(void **state)
{
	(void)state;
	fails_and_goes_on(DISK_BROKEN);
}

static void damage_is_found_while_the_file_is_open(void **state)
{
	struct metrics_db *db = metrics_db_start(dir);
	char path[128];
	glob_t aside = {0};

	(void)state;
	take(db, 10 * NS_PER_S);
	await_points(1);
	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	lose_unread_page(path, PATIENCE_MS);
	/* Not looked for at every turn; but within hours. */
	take(db, 10 * NS_PER_S);
	await_points(2);
	await(db, "");
	take(db, 7 * 3600 * NS_PER_S);
	await(db, "is damaged");
	take(db, 10 * NS_PER_S);
	await(db, "");
	await_points(1);
	assert_true(metrics_db_stop(db, 20 * NS_PER_S));
	snprintf(path, sizeof(path), "%s/metrics.db.damaged-*", dir);
	assert_int_equal(glob(path, 0, NULL, &aside), 0);
	assert_int_equal(aside.gl_pathc, 1);
	unlink(aside.gl_pathv[0]);
	globfree(&aside);
}

static void a_hung_disk_holds_nobody_up(void **state)
{
	struct metrics_db *db = metrics_db_start(dir);
	int64_t began;

	(void)state;
	take(db, 10 * NS_PER_S);
	await_points(1);
	disk_mood_set(DISK_HUNG);
	clock_real();
	began = clock_boot();
	for (int i = 0; i < 12; i++)
		take(db, 10 * NS_PER_S);
	clock_real();
	assert_true(clock_boot() - began < 10 * NS_PER_S);
	await(db, "does not follow");
	/* It cannot end, and says so instead of waiting for ever. */
	assert_false(metrics_db_stop(db, 50 * NS_PER_MS));
	disk_mood_set(DISK_WELL);
	assert_true(metrics_db_stop(db, 20 * NS_PER_S));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_full_disk_is_said_and_passes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_broken_disk_is_said_and_passes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(damage_is_found_while_the_file_is_open, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_hung_disk_holds_nobody_up, set_up, tear_down),
	};

	disk_shim_install(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
