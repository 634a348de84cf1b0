/* The history that the dashboard reads: by a thread that may hang, summed up, and asked for when it is needed. */
#include "store/metrics_int.h"
#include "ui/history.h"
#include "ui/ui.h"

#include "sample_frame.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 };

static char dir[64];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/t_past-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm"};
	char path[160];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static void write_db(const char *key, int64_t first, size_t n, double v)
{
	struct metrics_sql m;
	char path[160];
	struct err err = {""};

	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	if (metrics_sql_open(&m, path, 0600, &err))
		fail_msg("%s", err_msg(&err));
	for (size_t i = 0; i < n; i++) {
		struct metrics_sample s = {(char *)(uintptr_t)key, v + (double)i};
		struct metrics_batch b = {.slot = first + (int64_t)i * STEP_S, .list = &s, .n = 1};

		assert_int_equal(metrics_sql_write(&m, &b, &err), 0);
	}
	metrics_sql_close(&m);
}

static struct past_answer wait_answer(struct history *h)
{
	struct pollfd p = {.fd = history_fd(h), .events = POLLIN};
	struct past_answer a = {0};

	/* An answer may have been taken back since it was announced. */
	do {
		if (poll(&p, 1, PATIENCE_MS) <= 0)
			fail_msg("no answer");
	} while (!history_take(h, &a));
	return a;
}

static struct past_ask ask_for(const char *key, int64_t from, int64_t to, bool week)
{
	struct past_ask ask = {.from = from * NS_PER_S, .to = to * NS_PER_S, .week = week};

	snprintf(ask.key, sizeof(ask.key), "%s", key);
	return ask;
}

static void the_thread_reads_the_file(void **state)
{
	int64_t now = clock_wall() / NS_PER_S / 600 * 600, week = INT64_C(7) * DAY_S;
	struct err err = {""};
	struct history *h;
	struct past_ask ask = ask_for("c/lag/g>t/lag", now - 600, now, true);
	struct past_answer a;

	(void)state;
	write_db("c/lag/g>t/lag", now - week - 600, 60, 100);
	write_db("c/lag/g>t/lag", now - 600, 60, 1000);
	h = history_new(dir, metrics_read, &err);
	assert_non_null(h);
	history_ask(h, &ask);
	a = wait_answer(h);
	assert_string_equal(a.trouble, "");
	assert_false(past_is_other(&a.ask, &ask));
	assert_int_equal(a.points.n, 60);
	assert_true(a.points.list[59].mean == 1059);
	assert_true(past_sum(&a.before, (now - week - 600) * NS_PER_S, (now - week) * NS_PER_S).max == 159);
	past_answer_release(&a);
	/* A series that is not there, and a file that is not there, are sentences. */
	ask = ask_for("c/lag/none/lag", now - 600, now, false);
	history_ask(h, &ask);
	a = wait_answer(h);
	assert_non_null(strstr(a.trouble, "c/lag/none/lag"));
	past_answer_release(&a);
	assert_true(history_stop(h, PATIENCE_MS * NS_PER_MS));
	h = history_new("/nonexistent", metrics_read, &err);
	history_ask(h, &ask);
	a = wait_answer(h);
	assert_non_null(strstr(a.trouble, "/nonexistent/metrics.db"));
	past_answer_release(&a);
	assert_true(history_stop(h, PATIENCE_MS * NS_PER_MS));
}

static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;

/* Reads as long as somebody holds the disk. */
static int hung_read(
    const char *state_dir, const char *key, int64_t from, int64_t to, struct metrics_points *out, struct err *err)
{
	(void)state_dir;
	(void)key;
	(void)err;
	*out = (struct metrics_points){.step = to - from};
	pthread_mutex_lock(&disk);
	pthread_mutex_unlock(&disk);
	return 0;
}

static void a_hung_disk_stops_nobody(void **state)
{
	struct err err = {""};
	struct history *h = history_new("/x", hung_read, &err);
	struct past_ask first = ask_for("a", 0, 10, false), second = ask_for("b", 0, 20, false), third = ask_for("c", 0, 30, false);
	struct past_answer a = {0};
	char last = 0;

	(void)state;
	assert_non_null(h);
	pthread_mutex_lock(&disk);
	history_ask(h, &first);
	history_ask(h, &second);
	history_ask(h, &third);
	assert_false(history_take(h, &a));
	assert_false(history_stop(h, 0));
	pthread_mutex_unlock(&disk);
	assert_true(history_stop(h, PATIENCE_MS * NS_PER_MS));
	/* Once more, without the end: the newest question is answered at last, those that waited are left out. */
	h = history_new("/x", hung_read, &err);
	pthread_mutex_lock(&disk);
	history_ask(h, &first);
	history_ask(h, &second);
	history_ask(h, &third);
	pthread_mutex_unlock(&disk);
	while (last != 'c') {
		a = wait_answer(h);
		last = a.ask.key[0];
		assert_true(last == 'a' || last == 'c');
		past_answer_release(&a);
	}
	assert_true(history_stop(h, PATIENCE_MS * NS_PER_MS));
}

/* Says which folder it was asked to read. */
static int telling_read(
    const char *state_dir, const char *key, int64_t from, int64_t to, struct metrics_points *out, struct err *err)
{
	int rc = hung_read(state_dir, key, from, to, out, err);

	return rc ? rc : err_set(err, "%s", state_dir);
}

/* After :reload with another state_dir: no answer of the old folder comes any more, wherever the thread was. */
static void the_history_follows_the_folder(void **state)
{
	struct err err = {""};
	struct past_ask ask = ask_for("a", 0, 10, false);
	struct past_answer a;

	(void)state;
	for (int waits = 0; waits < 3; waits++) {
		struct history *h = history_new("/old", telling_read, &err);
		struct pollfd answered = {.fd = history_fd(h), .events = POLLIN};

		pthread_mutex_lock(&disk);
		history_ask(h, &ask);
		if (waits == 1) {
			/* It has answered already, and nobody took it. */
			pthread_mutex_unlock(&disk);
			assert_int_equal(poll(&answered, 1, PATIENCE_MS), 1);
			pthread_mutex_lock(&disk);
		}
		history_configure(h, "/new");
		if (waits == 2)
			history_configure(h, "/newer");
		pthread_mutex_unlock(&disk);
		a = wait_answer(h);
		assert_string_equal(a.trouble, waits == 2 ? "/newer" : "/new");
		past_answer_release(&a);
		/* So it stays. */
		history_ask(h, &ask);
		a = wait_answer(h);
		assert_string_equal(a.trouble, waits == 2 ? "/newer" : "/new");
		past_answer_release(&a);
		assert_true(history_stop(h, PATIENCE_MS * NS_PER_MS));
	}
}

static void a_window_ends_with_a_whole_step(void **state)
{
	(void)state;
	for (int i = 0; i < PAST_SPANS; i++) {
		int64_t from, to, step = past_span_ns((enum past_span)i) / PAST_STEPS;

		past_window((enum past_span)i, SAMPLE_WALL, &from, &to);
		assert_int_equal(step % NS_PER_S, 0);
		assert_int_equal(to - from, past_span_ns((enum past_span)i));
		assert_int_equal(to % step, 0);
		assert_true(to > SAMPLE_WALL && to - step <= SAMPLE_WALL);
		/* And so does the week before. */
		assert_int_equal(INT64_C(7) * DAY_S * NS_PER_S % step, 0);
	}
}

static void gaps_are_not_counted(void **state)
{
	struct metrics_point list[] = {{0, 1, 5, 2, 3}, {10, NAN, NAN, NAN, 0}, {20, 4, 4, 4, 1}};
	struct metrics_points p = {.list = list, .n = 3, .step = 10};
	struct metrics_point sum = past_sum(&p, 0, 30);

	(void)state;
	assert_true(sum.min == 1 && sum.max == 5 && sum.n == 4 && sum.mean == 2.5);
	assert_true(past_sum(&p, 10, 20).n <= 0);
	assert_true(past_sum(&p, 25, 40).max == 4);
}

/* Whatever the file holds and however small the screen is: nothing is drawn beyond the area, and a gap stays blank. */
static void any_points_are_drawn_within_the_area(void **state)
{
	static const double odd[] = {0, -5, 1e-300, 1e300, INFINITY, 12345, NAN, 1};
	struct metrics_point list[64];
	struct past_answer got = {.points = {.list = list, .n = 64, .step = 60 * NS_PER_S}, .before = {.list = list, .n = 64}};

	(void)state;
	got.before.step = got.points.step;
	got.ask.from = SAMPLE_WALL;
	got.ask.to = SAMPLE_WALL + past_span_ns(PAST_1H);
	got.ask.week = true;
	for (size_t i = 0; i < 64; i++) {
		double v = odd[i % 8];

		list[i] = (struct metrics_point){SAMPLE_WALL + ((int64_t)i - 2) * got.points.step, v / 2, v, v, isnan(v) ? 0 : 1};
	}
	for (int width = 0; width < 40; width += 3) {
		for (int height = 0; height < 9; height++) {
			struct canvas c;
			struct area screen, a;

			canvas_init(&c, 44, 12, width % 2);
			screen = area_of(&c);
			a = area_cut(&screen, 1, 2, height, width);
			past_draw(&got, width - 1, STYLE_COUNT, &a);
			for (int i = 0; i < 44 * 12; i++) {
				bool inside = i / 44 >= 1 && i / 44 < 1 + height && i % 44 >= 2 && i % 44 < 2 + width;

				assert_true(inside || !c.cells[i].cp || c.cells[i].cp == ' ');
			}
			canvas_release(&c);
		}
	}
}

static void draw(struct ui *ui, struct canvas *c)
{
	int y, x;

	ui_draw(ui, SAMPLE_BOOT, SAMPLE_WALL, c, &y, &x);
}

static void it_is_asked_for_when_it_is_open(void **state)
{
	struct past_answer a = {0};
	struct canvas canvas;
	struct past_ask ask;
	struct ui ui;
	int64_t now = SAMPLE_BOOT, wall = SAMPLE_WALL;

	(void)state;
	ui_init(&ui);
	ui.past.kept = true;
	canvas_init(&canvas, 80, 24, false);
	ui_frame(&ui, sample_frame(SAMPLE_RICH));
	ui_key(&ui, '6', now);
	draw(&ui, &canvas);
	assert_false(history_wanted(&ui, now, wall, &ask));
	ui_key(&ui, 'v', now);
	assert_int_equal(ui_context(&ui), CTX_HISTORY);
	assert_true(history_wanted(&ui, now, wall, &ask));
	/* The name that the collector gives it. */
	assert_non_null(strstr(ask.key, "/disk/"));
	assert_string_equal(ask.key + strlen(ask.key) - 8, "/percent");
	assert_int_equal(ask.to - ask.from, past_span_ns(PAST_24H));
	/* While it waits it is not asked for again, once it is there only when it is old. */
	assert_false(history_wanted(&ui, now + 60 * NS_PER_S, wall, &ask));
	a.ask = ui.past.asked;
	past_take(&ui.past, &a);
	assert_false(history_wanted(&ui, now + 9 * NS_PER_S, wall, &ask));
	assert_true(history_wanted(&ui, now + 10 * NS_PER_S, wall, &ask));
	/* Another span and the week before are other questions. */
	ui_key(&ui, '>', now);
	assert_true(history_wanted(&ui, now, wall, &ask));
	assert_int_equal(ask.to - ask.from, past_span_ns(PAST_7D));
	ui_key(&ui, 'W', now);
	assert_true(history_wanted(&ui, now, wall, &ask) && ask.week);
	/* h and l move the cursor, not the pane. */
	ui_key(&ui, 'h', now);
	ui_key(&ui, 'h', now);
	assert_true(ui.past.cursor == 1 && ui.pane == PANE_DISK);
	for (int i = 0; i < 5; i++)
		ui_key(&ui, 'l', now);
	assert_int_equal(ui.past.cursor, PAST_NO_CURSOR);
	canvas_release(&canvas);
	ui_release(&ui);
}

/* Every number whose past is shown is one that is kept, by the very same name. */
static void the_names_are_those_of_the_collector(void **state)
{
	struct snapshot *snap = sample_snapshot(SAMPLE_RICH, SAMPLE_BOOT);
	const char *const fields[] = {"lag", "current", "percent", "rtt_ms"};
	const enum section_kind kinds[] = {SECTION_LAG, SECTION_CONNECTIONS, SECTION_DISK, SECTION_BROKERS};
	struct metrics_batch b;

	(void)state;
	metrics_gather(snap, &b);
	for (size_t k = 0; k < 4; k++) {
		size_t found = 0;

		for (size_t c = 0; c < snap->n_clusters; c++) {
			const struct section *s = snap->clusters[c].sections[kinds[k]];

			for (size_t i = 0; i < section_count(s); i++) {
				char key[METRICS_KEY_SIZE];

				metrics_row_key(snap->clusters[c].name, kinds[k], section_row(s, i), fields[k], key, sizeof(key));
				for (size_t j = 0; j < b.n; j++)
					found += !strcmp(b.list[j].key, key);
			}
		}
		if (!found)
			fail_msg("no %s is kept", fields[k]);
	}
	metrics_batch_release(&b);
	snapshot_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_thread_reads_the_file, setup, teardown),
	    cmocka_unit_test(a_hung_disk_stops_nobody),
	    cmocka_unit_test(the_history_follows_the_folder),
	    cmocka_unit_test(a_window_ends_with_a_whole_step),
	    cmocka_unit_test(gaps_are_not_counted),
	    cmocka_unit_test(any_points_are_drawn_within_the_area),
	    cmocka_unit_test(it_is_asked_for_when_it_is_open),
	    cmocka_unit_test(the_names_are_those_of_the_collector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
