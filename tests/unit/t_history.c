/* The history of numbers: what goes in comes out, gaps stay gaps, and no kill leaves a file that cannot be read. */
#include "long_history.h"
#include "store/metrics_chunk.h"
#include "store/metrics_int.h"
#include "store/sql.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];

static const char *db_path(void)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	return path;
}

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/t_history-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[160];
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(command, sizeof(command), "%s/%s", dir, names[i]);
		unlink(command);
	}
	return rmdir(dir) ? 0 : 0;
}

static void chunks_keep_what_they_are_given(void **state)
{
	float in[SLOTS_10S], out[SLOTS_10S];
	unsigned char data[SLOTS_10S * 5];
	size_t len;

	(void)state;
	for (size_t i = 0; i < SLOTS_10S; i++)
		in[i] = i % 50 == 7 ? NAN : (float)(1000 + (i % 9) - i * 0.25);
	len = chunk_encode(in, SLOTS_10S, data, sizeof(data));
	assert_true(len > 0 && len < sizeof(in));
	assert_int_equal(chunk_decode(data, len, out, SLOTS_10S), 0);
	assert_memory_equal(in, out, sizeof(in));
	/* Bytes of a damaged file. */
	assert_int_equal(chunk_decode(data, len, out, SLOTS_10S - 1), -1);
	assert_int_equal(chunk_decode(data, len / 2, out, SLOTS_10S), -1);
	data[3] ^= 0xff;
	assert_int_equal(chunk_decode(data, len, out, SLOTS_10S), -1);
}

static void put(struct metrics_sql *m, int64_t slot, const char *key, double v)
{
	struct metrics_sample sample = {(char *)key, v};
	struct metrics_batch b = {.slot = slot, .list = &sample, .n = 1};
	struct err err = {""};

	if (metrics_sql_write(m, &b, &err))
		fail_msg("%s", err_msg(&err));
}

static void open_sql(struct metrics_sql *m)
{
	struct err err = {""};

	if (metrics_sql_open(m, db_path(), 0600, &err))
		fail_msg("%s", err_msg(&err));
}

static struct metrics_points read_points(const char *key, int64_t from, int64_t to)
{
	struct metrics_points p;
	struct err err = {""};

	if (metrics_read(dir, key, from * NS_PER_S, to * NS_PER_S, &p, &err))
		fail_msg("%s", err_msg(&err));
	return p;
}

/* Four hours, the newest open; a gap of 20 minutes in the second. */
static void hours_are_sealed_and_gaps_stay(void **state)
{
	int64_t now = clock_wall() / NS_PER_S / HOUR_S * HOUR_S + 1800, first = now - 1800 - 3 * HOUR_S;
	struct metrics_sql m;
	struct metrics_points p;
	struct err err = {""};
	size_t gap = 0;

	(void)state;
	open_sql(&m);
	for (int64_t t = first; t < now; t += STEP_S)
		if (t < first + HOUR_S + 600 || t >= first + HOUR_S + 1800)
			put(&m, t, "c/lag/g>t/lag", (double)(t - first));
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	p = read_points("c/lag/g>t/lag", first, now);
	assert_int_equal(p.step, STEP_S * NS_PER_S);
	assert_int_equal(p.n, (now - first) / STEP_S);
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(p.list[i].wall, (first + (int64_t)i * STEP_S) * NS_PER_S);
		if (p.list[i].n > 0)
			assert_true(p.list[i].mean == (double)i * STEP_S);
		gap += p.list[i].n <= 0;
	}
	assert_int_equal(gap, 120);
	free(p.list);
	/* Sealing again changes nothing. */
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	p = read_points("c/lag/g>t/lag", first, now);
	assert_int_equal(p.n, (now - first) / STEP_S);
	free(p.list);
	metrics_sql_close(&m);
}

/* What is three days old is there by the minute, a month old by the quarter of an hour: least and greatest are kept. */
static void the_past_gets_coarser_but_keeps_its_peaks(void **state)
{
	int64_t now = clock_wall() / NS_PER_S / HOUR_S * HOUR_S, first = now - 20 * DAY_S;
	struct metrics_sql m;
	struct metrics_points p;
	struct err err = {""};
	double peak = 0;

	(void)state;
	open_sql(&m);
	for (int64_t t = first; t < first + 2 * HOUR_S; t += STEP_S)
		put(&m, t, "c/disk/b>/d/percent", t == first + 1000 ? 99 : 10);
	for (int64_t t = now - 3 * DAY_S; t < now - 3 * DAY_S + HOUR_S; t += STEP_S)
		put(&m, t, "c/disk/b>/d/percent", t == now - 3 * DAY_S + 500 ? 88 : 20);
	put(&m, now, "c/disk/b>/d/percent", 30);
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	p = read_points("c/disk/b>/d/percent", first, first + 2 * HOUR_S);
	assert_int_equal(p.step, 900 * NS_PER_S);
	assert_int_equal(p.n, 8);
	for (size_t i = 0; i < p.n; i++)
		peak = fmax(peak, p.list[i].max);
	assert_true(peak == 99 && p.list[0].min == 10 && p.list[0].n == 90);
	free(p.list);
	p = read_points("c/disk/b>/d/percent", now - 3 * DAY_S, now - 3 * DAY_S + HOUR_S);
	assert_int_equal(p.step, 60 * NS_PER_S);
	assert_int_equal(p.n, 60);
	assert_true(p.list[8].max == 88 && p.list[9].max == 20);
	free(p.list);
	metrics_sql_close(&m);
}

/* One line for each chunk: whose it is, and its bytes. */
static char *dump_chunks(const struct long_history *h)
{
	sqlite3_stmt *s = NULL;
	struct metrics_sql m;
	struct err err = {""};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	setup(NULL);
	open_sql(&m);
	if (long_history_write(&m, h, &err))
		fail_msg("%s", err_msg(&err));
	assert_int_equal(sqlite3_prepare_v2(m.db,
			     "SELECT printf('%s %d %d %s', key, tier, t0, hex(data)) FROM chunk JOIN series USING(sid) ORDER BY 1",
			     -1, &s, NULL),
	    SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		fprintf(f, "%s\n", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	fclose(f);
	metrics_sql_close(&m);
	teardown(NULL);
	return text;
}

/* What tests/bench/history_size measures is what the writer would have left. */
static void a_past_rolled_up_at_once_is_as_if_it_had_been_lived(void **state)
{
	int64_t to = INT64_C(1795000000) / DAY_S * DAY_S + 5 * HOUR_S;
	struct long_history h = {.series = 8, .cadence_s = 600, .from = to / DAY_S * DAY_S - 19 * DAY_S, .to = to};
	char *lived, *rolled;
	size_t lines = 0;

	(void)state;
	h.recent = h.from;
	lived = dump_chunks(&h);
	h.recent = to / DAY_S * DAY_S - 15 * DAY_S;
	rolled = dump_chunks(&h);
	for (const char *p = lived; (p = strchr(p, '\n')); p++)
		lines++;
	/* 20 days of quarters, 14 days of minutes, 2 days of numbers. */
	assert_in_range(lines, 8 * (20 + 14 * 24 + 2 * 24), 8 * (20 + 14 * 24 + 2 * 24 + 4));
	assert_string_equal(lived, rolled);
	free(lived);
	free(rolled);
}

static void a_full_file_loses_the_finest_first(void **state)
{
	int64_t now = clock_wall() / NS_PER_S / HOUR_S * HOUR_S, first = now - 40 * HOUR_S;
	struct metrics_sql m;
	struct metrics_points p;
	struct err err = {""};

	(void)state;
	open_sql(&m);
	m.cap_bytes = 60000;
	srand(1);
	for (int64_t t = first; t < now; t += STEP_S)
		put(&m, t, "c/x/y/z", rand());
	put(&m, now, "c/x/y/z", 1);
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	/* The coarse one is still whole. */
	p = read_points("c/x/y/z", now - 20 * DAY_S, now);
	assert_true(p.n >= 40 * 4);
	free(p.list);
	p = read_points("c/x/y/z", first, first + HOUR_S);
	assert_true(p.n == 0 || p.list[0].n == 0);
	free(p.list);
	metrics_sql_close(&m);
}

/* A clock that is put back comes by an hour twice: what was sealed of it stays where nothing newer is. */
static void an_hour_that_comes_twice(void **state)
{
	int64_t now = clock_wall() / NS_PER_S / HOUR_S * HOUR_S, first = now - HOUR_S;
	struct metrics_sql m;
	struct metrics_points p;
	struct err err = {""};

	(void)state;
	open_sql(&m);
	for (int64_t t = first; t < now; t += STEP_S)
		put(&m, t, "c/x/y/z", 1);
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	for (int64_t t = first + 1800; t < now; t += STEP_S)
		put(&m, t, "c/x/y/z", 2);
	assert_int_equal(metrics_sql_seal(&m, now, &err), 0);
	p = read_points("c/x/y/z", first, now);
	assert_int_equal(p.n, HOUR_S / STEP_S);
	assert_true(p.list[0].mean == 1 && p.list[179].mean == 1 && p.list[180].mean == 2 && p.list[359].mean == 2);
	free(p.list);
	metrics_sql_close(&m);
}

/* More lags than the history keeps crowd nothing else out, of no cluster. */
static void lags_crowd_nothing_out(void **state)
{
	struct snapshot *snap = snapshot_new(2, NS_PER_S, NS_PER_S);
	struct metrics_batch b;
	size_t disks = 0, lags = 0;

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		struct section *lag = section_new(SECTION_LAG), *disk = section_new(SECTION_DISK);
		struct disk_row *d = section_add(disk);

		snap->clusters[c].name = c ? "two" : "one";
		d->broker = "b";
		d->path = "/data";
		d->percent = value_real(50, NS_PER_S, 0);
		for (size_t i = 0; i < SERIES_MOST; i++) {
			struct lag_row *r = section_add(lag);

			r->group = "g";
			r->topic = arena_printf(&lag->arena, "t%zu", i);
			r->lag = value_int(1, NS_PER_S, 0);
		}
		snap->clusters[c].sections[SECTION_LAG] = lag;
		snap->clusters[c].sections[SECTION_DISK] = disk;
	}
	metrics_gather(snap, &b);
	for (size_t i = 0; i < b.n; i++) {
		disks += strstr(b.list[i].key, "/disk/b>/data/percent") != NULL;
		lags += strstr(b.list[i].key, "/lag/") != NULL;
	}
	assert_int_equal(disks, 2);
	assert_true(b.cut && lags > 0 && b.n < SERIES_MOST + 20);
	metrics_batch_release(&b);
	snapshot_unref(snap);
}

static void a_damaged_file_is_set_aside(void **state)
{
	struct metrics_sql m;
	FILE *f = fopen(db_path(), "w");

	(void)state;
	assert_non_null(f);
	for (int i = 0; i < 4000; i++)
		fputs("this is no database ", f);
	fclose(f);
	open_sql(&m);
	put(&m, 1000, "a/b/c/d", 1);
	metrics_sql_close(&m);
}

/* Before a newer version's tables a copy is kept; a step that fails changes nothing; a newer file is left alone. */
static void a_migration_keeps_a_copy(void **state)
{
	static const char *const list[] = {"", "ALTER TABLE series ADD COLUMN unit TEXT", "CREATE TABLE half(a); no such words"};
	struct metrics_points p;
	struct metrics_sql m;
	struct err err = {""};
	sqlite3 *copy = NULL;
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s.v1", db_path());
	open_sql(&m);
	put(&m, 1795000000, "a/b/c/d", 7);
	assert_int_equal(metrics_migrate(&m, db_path(), list, 1, &err), 0);
	assert_int_equal(access(path, F_OK), -1);
	if (metrics_migrate(&m, db_path(), list, 2, &err))
		fail_msg("%s", err_msg(&err));
	assert_int_equal(sqlite3_exec(m.db, "SELECT unit FROM series", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_open(path, &copy), SQLITE_OK);
	assert_int_equal(sql_number(copy, "PRAGMA user_version"), 1);
	assert_int_equal(sql_number(copy, "SELECT v FROM sample"), 7);
	assert_int_not_equal(sqlite3_exec(copy, "SELECT unit FROM series", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(copy);
	unlink(path);
	assert_int_equal(metrics_migrate(&m, db_path(), list, 3, &err), -1);
	assert_int_equal(sql_number(m.db, "PRAGMA user_version"), 2);
	assert_int_not_equal(sqlite3_exec(m.db, "SELECT * FROM half", NULL, NULL, NULL), SQLITE_OK);
	metrics_sql_close(&m);
	snprintf(path, sizeof(path), "%s.v2", db_path());
	assert_int_equal(unlink(path), 0);

	/* This program knows version 1 only: it neither writes nor sets the file aside. */
	assert_int_equal(metrics_sql_open(&m, db_path(), 0600, &err), -1);
	assert_non_null(strstr(err_msg(&err), "newer"));
	metrics_sql_close(&m);
	assert_int_equal(metrics_read(dir, "a/b/c/d", INT64_C(1794999990) * NS_PER_S, INT64_C(1795000010) * NS_PER_S, &p, &err), 0);
	assert_int_equal(p.n, 1);
	free(p.list);
}

/* Everybody of the group that shares the folder reads the history: also what stands in the log beside it. */
static void files_have_the_mode_of_the_folder(void **state)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	struct metrics_sql m;
	struct err err = {""};
	char path[4200];
	mode_t before = umask(077);

	(void)state;
	for (int mode = 0600; mode <= 0660; mode += 060) {
		assert_int_equal(metrics_sql_open(&m, db_path(), (mode_t)mode, &err), 0);
		put(&m, 1795000000, "a/b/c/d", 1);
		for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
			struct stat st;

			snprintf(path, sizeof(path), "%s%s", db_path(), tails[i]);
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(st.st_mode & 0777, mode);
		}
		metrics_sql_close(&m);
	}
	umask(before);
}

/* Killed at any point, the file can be read and written again. */
static void no_kill_leaves_a_broken_file(void **state)
{
	int rounds = getenv("MQ_FULL") ? 200 : 20;
	int64_t start = 1795000000 / HOUR_S * HOUR_S;

	(void)state;
	srand(7);
	for (int i = 0; i < rounds; i++) {
		struct metrics_sql m;
		struct err err = {""};
		pid_t pid = fork();
		int status;

		if (!pid) {
			struct metrics_sql child;

			if (metrics_sql_open(&child, db_path(), 0600, &err))
				_exit(9);
			for (int64_t t = start + i * 7 * HOUR_S;; t += 300) {
				struct metrics_sample s[2] = {{(char *)"k/a/b/c", (double)t}, {(char *)"k/a/b/d", 1}};
				struct metrics_batch b = {.slot = t, .list = s, .n = 2};

				if (metrics_sql_write(&child, &b, &err) || metrics_sql_seal(&child, t, &err))
					_exit(8);
			}
		}
		usleep((useconds_t)(2000 + rand() % 30000));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		if (!WIFSIGNALED(status))
			fail_msg("the writer ended by itself with %d", WEXITSTATUS(status));
		open_sql(&m);
		assert_int_equal(m.dropped, 0);
		metrics_sql_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chunks_keep_what_they_are_given),
	    cmocka_unit_test_setup_teardown(hours_are_sealed_and_gaps_stay, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_hour_that_comes_twice, setup, teardown),
	    cmocka_unit_test(lags_crowd_nothing_out),
	    cmocka_unit_test_setup_teardown(the_past_gets_coarser_but_keeps_its_peaks, setup, teardown),
	    cmocka_unit_test(a_past_rolled_up_at_once_is_as_if_it_had_been_lived),
	    cmocka_unit_test_setup_teardown(a_full_file_loses_the_finest_first, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_damaged_file_is_set_aside, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_migration_keeps_a_copy, setup, teardown),
	    cmocka_unit_test_setup_teardown(files_have_the_mode_of_the_folder, setup, teardown),
	    cmocka_unit_test_setup_teardown(no_kill_leaves_a_broken_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
