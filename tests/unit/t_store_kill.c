#include "store_folder.h"

/* What was shown as kept is there after kill -9 and after a power cut. MQ_FULL=1 tries 200 times. */

/* Submits for ever, and says the id of whatever is shown as kept. */
static void keep_going(int to, int shadows, enum disk_mood mood)
{
	struct ops_db *db;
	struct ledger *l;
	size_t told = 0;

	disk_shim_install(shadows);
	disk_mood_set(mood);
	wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	db = ops_db_start(folder, OPS_WRITE, wake);
	while (!ops_db_settled(db))
		poll(NULL, 0, 1);
	l = ops_db_ledger(db);
	told = l->n;
	for (;;) {
		for (int i = 0; i < 3; i++)
			ops_db_submit(db, event("going on"), NULL);
		ledger_unref(l);
		l = ops_db_ledger(db);
		for (; told < l->n && l->lines[told].keep == KEEP_KEPT; told++)
			if (write(to, l->lines[told].record->id, RECORD_ID_SIZE - 1) != RECORD_ID_SIZE - 1)
				_exit(1);
		/* Trimming would move the lines. */
		if (l->n > OPS_NEWEST + 500)
			_exit(0);
		poll(NULL, 0, 1);
	}
}

/* One life: killed after a random time. Returns how many records it said were kept; *lost: how many of them are not
 * there. */
static size_t one_life(int shadows, enum disk_mood mood, unsigned ms, size_t *lost)
{
	char ids[4096][RECORD_ID_SIZE] = {{0}};
	struct ledger *l;
	size_t n = 0;
	int told[2];
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (!pid) {
		close(told[0]);
		keep_going(told[1], shadows, mood);
	}
	close(told[1]);
	/* Its first words: it is alive. */
	assert_int_equal(read(told[0], ids[n++], RECORD_ID_SIZE - 1), RECORD_ID_SIZE - 1);
	poll(NULL, 0, (int)ms);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (n < 4096 && read(told[0], ids[n], RECORD_ID_SIZE - 1) == RECORD_ID_SIZE - 1)
		n++;
	close(told[0]);
	if (shadows)
		disk_power_cut(folder);
	l = read_again();
	*lost = 0;
	for (size_t i = 0; i < n; i++)
		*lost += !ledger_find(l, ids[i]);
	ledger_unref(l);
	return n;
}

static int rounds(void)
{
	return getenv("MQ_FULL") ? 200 : 20;
}

static void a_kill_loses_nothing_that_was_kept(void **state)
{
	size_t n = 0, lost;

	(void)state;
	srand(7);
	for (int i = 0; i < rounds(); i++) {
		n += one_life(0, DISK_WELL, (unsigned)rand() % 20, &lost);
		assert_int_equal(lost, 0);
		if (n > 1000)
			unlink(in_folder("ops.db"));
	}
	assert_true(n > (size_t)rounds());
}

/* The same, and all that was not synced is lost with the power. */
static void a_power_cut_loses_nothing_that_was_kept(void **state)
{
	size_t lost;

	(void)state;
	srand(8);
	for (int i = 0; i < rounds() / 2; i++) {
		one_life(1, DISK_WELL, (unsigned)rand() % 30, &lost);
		assert_int_equal(lost, 0);
		drop_folder(NULL);
		make_folder(NULL);
	}
	/* That this test would notice: a disk whose syncs do nothing. */
	one_life(1, DISK_LYING, 20, &lost);
	assert_true(lost > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_kill_loses_nothing_that_was_kept, make_folder, drop_folder),
	    cmocka_unit_test_setup_teardown(a_power_cut_loses_nothing_that_was_kept, make_folder, drop_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
