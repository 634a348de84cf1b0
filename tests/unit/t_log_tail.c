#include "source/log/log.h"
#include "source/log/tail.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE (20 * NS_PER_S)

/* A folder with a log, and a cluster that reads it. */
struct lab {
	char dir[64], path[96], old[96];
	struct log_conf log;
	struct cluster_conf cluster;
	struct config config;
	struct source_ctx ctx;
	struct logs *logs;
	struct snapshot *snap;
};

static void setup(struct lab *l)
{
	*l = (struct lab){.dir = "t_log_tail.XXXXXX"};
	assert_non_null(mkdtemp(l->dir));
	snprintf(l->path, sizeof(l->path), "%s/server.log", l->dir);
	snprintf(l->old, sizeof(l->old), "%s/server.log.1", l->dir);
	l->log = (struct log_conf){.broker = "1", .path = l->path};
}

static void start(struct lab *l)
{
	l->cluster = (struct cluster_conf){
	    .name = "orders", .kind = KIND_KAFKA, .logs = &l->log, .n_logs = 1};
	l->config = (struct config){.clusters = &l->cluster, .n_clusters = 1};
	l->ctx.config = &l->config;
	l->ctx.cluster = &l->cluster;
	l->ctx.one_shot = true;
	l->ctx.model = model_new();
	l->ctx.index = model_add_cluster(l->ctx.model, "orders", KIND_KAFKA, TIER_DEV);
	l->logs = logs_start(&l->ctx);
}

static const struct log_row *row(struct lab *l)
{
	snapshot_unref(l->snap);
	l->snap = model_acquire(l->ctx.model);
	return section_log(l->snap->clusters[0].sections[SECTION_LOGS], 0);
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5 * NS_PER_MS}, NULL);
}

static void end(struct lab *l)
{
	int64_t deadline = clock_boot() + DEADLINE;

	if (l->logs) {
		logs_stop(l->logs);
		while (!logs_free(l->logs)) {
			assert_true(clock_boot() < deadline);
			nap();
		}
		snapshot_unref(l->snap);
		model_free(l->ctx.model);
	}
	unlink(l->path);
	unlink(l->old);
	assert_int_equal(rmdir(l->dir), 0);
}

/* n lines of this level, ago_s old by the clock of this machine. */
static void put(const struct lab *l, const char *level, int n, int ago_s, const char *text)
{
	FILE *f = fopen(l->path, "a");
	time_t at = time(NULL) - ago_s;
	char when[32];
	struct tm tm;

	assert_non_null(f);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", localtime_r(&at, &tm));
	for (int i = 0; i < n; i++)
		fprintf(f, "[%s,%03d] %s %s %d (x)\n", when, i, level, text, i);
	assert_int_equal(fclose(f), 0);
}

static bool has_entry(const struct log_row *r, const char *part, int64_t count)
{
	for (size_t i = 0; i < r->n_entries; i++)
		if (strstr(r->entries[i].text, part) && r->entries[i].count == count)
			return true;
	return false;
}

static void wait_entry(struct lab *l, const char *part, int64_t count)
{
	int64_t deadline = clock_boot() + DEADLINE;

	while (!has_entry(row(l), part, count)) {
		if (clock_boot() > deadline)
			fail_msg("%s was not seen %lld times", part, (long long)count);
		nap();
	}
}

static void repeats_are_one_row_and_are_counted_by_time(void **state)
{
	struct lab l;
	const struct log_row *r;

	(void)state;
	setup(&l);
	put(&l, "ERROR", 3, 9000, "long ago");
	put(&l, "FATAL", 1, 9000, "died long ago");
	put(&l, "ERROR", 12, 1800, "in the hour");
	put(&l, "WARN", 7, 60, "mind");
	put(&l, "ERROR", 4, 60, "just now");
	put(&l, "INFO", 50, 0, "ERROR in words");
	start(&l);
	wait_entry(&l, "just now", 4);
	r = row(&l);
	assert_int_equal(r->n_entries, 5);
	assert_true(has_entry(r, "mind", 7));
	assert_true(has_entry(r, "in the hour", 12));
	assert_int_equal(r->errors_10m.i, 4);
	assert_int_equal(r->errors_hour.i, 12);
	assert_int_equal(r->fatals_hour.i, 0);
	assert_non_null(strstr(r->last_error, "just now"));
	assert_string_equal(r->broker, "1");
	/* Settled only after the source is. */
	assert_false(atomic_load(&l.ctx.logs_settled));
	atomic_store(&l.ctx.settled, true);
	for (int64_t deadline = clock_boot() + DEADLINE; !atomic_load(&l.ctx.logs_settled);) {
		assert_true(clock_boot() < deadline);
		nap();
	}
	r = row(&l);
	assert_int_equal(value_quality(&r->errors_10m, clock_boot()), QUALITY_OK);
	end(&l);
}

static void rotation_and_truncation_lose_nothing(void **state)
{
	struct lab l;

	(void)state;
	setup(&l);
	put(&l, "ERROR", 1, 5, "first");
	start(&l);
	wait_entry(&l, "first", 1);
	put(&l, "ERROR", 2, 4, "before it was put aside");
	assert_int_equal(rename(l.path, l.old), 0);
	put(&l, "ERROR", 2, 3, "in the new file");
	wait_entry(&l, "in the new file", 2);
	assert_true(has_entry(row(&l), "before it was put aside", 2));
	assert_int_equal(truncate(l.path, 0), 0);
	put(&l, "ERROR", 1, 0, "short");
	wait_entry(&l, "short", 1);
	assert_true(has_entry(row(&l), "in the new file", 2));
	end(&l);
}

static void a_file_that_is_not_there_says_so_and_is_found_later(void **state)
{
	struct lab l;
	const struct log_row *r;
	int64_t deadline = clock_boot() + DEADLINE;

	(void)state;
	setup(&l);
	start(&l);
	do {
		nap();
		r = row(&l);
		assert_true(clock_boot() < deadline);
	} while (r->readable.quality != QUALITY_ERROR);
	assert_non_null(strstr(r->readable.reason, "No such file"));
	assert_int_equal(r->errors_10m.type, VALUE_NONE); /* not 0 */
	put(&l, "ERROR", 1, 0, "here now");
	wait_entry(&l, "here now", 1);
	assert_int_equal(value_quality(&row(&l)->readable, clock_boot()), QUALITY_OK);
	end(&l);
}

/* Only the end of a large file is read, and what that does not reach is not claimed. */
static void the_end_of_a_busy_file_is_known_in_part(void **state)
{
	struct lab l;
	const struct log_row *r;

	(void)state;
	setup(&l);
	put(&l, "INFO", 3000, 150, "a busy broker writes a lot");
	put(&l, "ERROR", 2, 60, "seen");
	start(&l);
	wait_entry(&l, "seen", 2);
	r = row(&l);
	assert_int_equal(r->errors_10m.quality, QUALITY_PARTIAL);
	assert_non_null(strstr(r->errors_10m.reason, "watched for 2m"));
	end(&l);
}

static void a_command_that_ends_is_named_and_started_again(void **state)
{
	static const char *argv[] = {
	    "sh", "-c", "echo 'Error: first words'; echo no such pod >&2; exit 3", NULL};
	struct lab l;
	const struct log_row *r;
	int64_t deadline = clock_boot() + DEADLINE;

	(void)state;
	setup(&l);
	l.log = (struct log_conf){.command = argv};
	start(&l);
	wait_entry(&l, "first words", 2); /* it ran twice */
	do {
		nap();
		r = row(&l);
		assert_true(clock_boot() < deadline);
	} while (r->readable.quality != QUALITY_ERROR);
	assert_non_null(strstr(r->readable.reason, "sh ended with code 3: no such pod; again in"));
	assert_non_null(strstr(r->path, "sh -c echo"));
	end(&l);
}

/* It is never read to its end; the errors that were found count. */
static void a_command_that_floods_is_known_in_part(void **state)
{
	static const char *argv[] = {"yes", "Error: flood", NULL};
	struct lab l;
	const struct log_row *r;
	int64_t deadline = clock_boot() + DEADLINE;

	(void)state;
	setup(&l);
	l.log = (struct log_conf){.command = argv};
	start(&l);
	do {
		nap();
		r = row(&l);
		assert_true(clock_boot() < deadline);
	} while (r->errors_10m.type != VALUE_INT || !r->errors_10m.i);
	assert_int_equal(r->errors_10m.quality, QUALITY_PARTIAL);
	end(&l);
}

static void a_silent_command_proves_nothing_and_dies_with_us(void **state)
{
	static char script[256];
	static const char *argv[] = {"sh", "-c", script, NULL};
	struct lab l;
	const struct log_row *r;
	int64_t deadline = clock_boot() + DEADLINE;
	long pid = 0;
	FILE *f;

	(void)state;
	setup(&l);
	snprintf(script, sizeof(script), "sleep 1000 & echo $! >%s; wait", l.path);
	l.log = (struct log_conf){.command = argv};
	start(&l);
	do {
		nap();
		r = row(&l);
		assert_true(clock_boot() < deadline);
	} while (r->errors_10m.type == VALUE_NONE);
	assert_int_equal(r->errors_10m.quality, QUALITY_PARTIAL);
	f = fopen(l.path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld", &pid), 1);
	fclose(f);
	assert_int_equal(kill((pid_t)pid, 0), 0);
	end(&l);
	/* A grandchild: gone, or a zombie of somebody else's. */
	while (kill((pid_t)pid, 0) == 0) {
		char path[64], text[256] = "";

		snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
		f = fopen(path, "r");
		if (!f || !fgets(text, sizeof(text), f) || strstr(text, ") Z ")) {
			if (f)
				fclose(f);
			break;
		}
		fclose(f);
		assert_true(clock_boot() < deadline);
		nap();
	}
}

/* Whoever wrote the file may live in another zone than we. */
static void a_clock_face_of_another_zone_is_told_by_the_file(void **state)
{
	static const struct log_conf conf = {.path = "-"};
	const int64_t wall = 1795392000 * NS_PER_S; /* 2026-11-23T00:00:00Z */
	static const char text[] = "[2026-11-23 05:44:00,000] ERROR a\n"
				   "[2026-11-23 05:44:58,000] ERROR b\n";
	struct tail t;

	(void)state;
	tail_init(&t, &conf, 10);
	t.begun = true;
	t.written = wall - NS_PER_S;
	tail_feed(&t, text, sizeof(text) - 1, wall);
	assert_int_equal(t.newest, wall - 2 * NS_PER_S);
	assert_int_equal(log_store_count(&t.store, wall, 0, LOG_RECENT_S, false), 2);
	tail_release(&t);
}

static void memory_is_bounded_whatever_comes(void **state)
{
	static const struct log_conf conf = {.path = "-"};
	const int64_t wall = 1795392000 * NS_PER_S;
	char line[8192];
	struct tail t;

	(void)state;
	tail_init(&t, &conf, 10);
	for (int i = 0; i < 1000; i++) {
		int n = snprintf(line, sizeof(line), "ERROR %c%c%c ", 'a' + i % 26,
		    'a' + i / 26 % 26, 'a' + i / 676);

		memset(line + n, 'x', sizeof(line) - (size_t)n);
		line[sizeof(line) - 1] = '\n';
		tail_feed(&t, line, sizeof(line), wall + i);
	}
	assert_int_equal(t.store.n, 10);
	for (size_t i = 0; i < t.store.n; i++)
		assert_true(strlen(t.store.kept[i].text) <= LOG_TEXT_MAX);
	assert_int_equal(log_store_count(&t.store, wall, 0, LOG_RECENT_S, false), 1000);
	tail_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(repeats_are_one_row_and_are_counted_by_time),
	    cmocka_unit_test(rotation_and_truncation_lose_nothing),
	    cmocka_unit_test(a_file_that_is_not_there_says_so_and_is_found_later),
	    cmocka_unit_test(the_end_of_a_busy_file_is_known_in_part),
	    cmocka_unit_test(a_command_that_ends_is_named_and_started_again),
	    cmocka_unit_test(a_command_that_floods_is_known_in_part),
	    cmocka_unit_test(a_silent_command_proves_nothing_and_dies_with_us),
	    cmocka_unit_test(a_clock_face_of_another_zone_is_told_by_the_file),
	    cmocka_unit_test(memory_is_bounded_whatever_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
