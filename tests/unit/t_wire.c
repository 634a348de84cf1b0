#include "sample_frame.h"

#include "base/clock.h"
#include "rules/rules.h"
#include "wire/wire.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

/* Recordings: what is written reads back the same, plays with the recording's ages, and no garbage
 * gets through. */

static struct buf written(struct frame *const *frames, size_t n)
{
	struct wire_writer *w = wire_writer_new();
	struct buf out;

	buf_init(&out, 256 << 20);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(wire_write(w, frames[i], &out), 0);
	wire_writer_free(w);
	return out;
}

/* Reads the line at *at and steps over it. */
static struct frame *read_line(struct wire_reader *r, const char **at)
{
	size_t len = strcspn(*at, "\n");
	struct frame *f = NULL;
	struct err err = {""};

	if (wire_read(r, *at, len, &f, &err))
		fail_msg("%s", err_msg(&err));
	*at += len + 1;
	return f;
}

/* The last frame of what was written. */
static struct frame *read_all(struct wire_reader *r, const struct buf *text)
{
	const char *at = text->data;
	struct frame *last = NULL;

	assert_null(read_line(r, &at));
	while (*at) {
		frame_unref(last);
		last = read_line(r, &at);
		assert_non_null(last);
	}
	return last;
}

static void what_is_written_reads_back_the_same(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct frame *f = sample_frame((enum sample_kind)kind), *back;
		struct wire_reader *r = wire_reader_new();
		struct buf first = written(&f, 1), second;

		back = read_all(r, &first);
		/* Equal when written again, which looks at every field of the tables. */
		second = written(&back, 1);
		assert_int_equal(first.len, second.len);
		assert_memory_equal(first.data, second.data, first.len);
		assert_string_equal(back->from, "bastion-2");
		frame_unref(back);
		frame_unref(f);
		wire_reader_free(r);
		buf_release(&first);
		buf_release(&second);
	}
}

/* What a viewer reads must be what was meant, not only the same bytes twice. */
static void the_numbers_arrive(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH), *back;
	struct wire_reader *r = wire_reader_new();
	struct buf text = written(&f, 1);
	const struct lag_row *row, *orig;
	const struct alert *a;

	(void)state;
	back = read_all(r, &text);
	row = section_lag(back->snap->clusters[0].sections[SECTION_LAG], 0);
	orig = section_lag(f->snap->clusters[0].sections[SECTION_LAG], 0);
	assert_string_equal(row->group, "audit");
	assert_int_equal(row->lag.i, 9102);
	assert_true(row->lag.at == orig->lag.at && row->lag.period == orig->lag.period);
	assert_int_equal(row->status, LAG_STOP);
	assert_int_equal(row->n_parts, orig->n_parts);
	assert_int_equal(row->parts[7].committed, orig->parts[7].committed);
	assert_null(row->parts[7].member);
	assert_int_equal(series_view_count(row->lag_series), series_view_count(orig->lag_series));
	assert_true(
	    series_view_at(row->lag_series, 3).at == series_view_at(orig->lag_series, 3).at);
	assert_true(series_view_at(row->lag_series, 3).v == series_view_at(orig->lag_series, 3).v);
	assert_int_equal(back->judgement->n_alerts, f->judgement->n_alerts);
	assert_string_equal(back->judgement->day, "2026-11-21");
	assert_true(back->judgement->day_began == f->judgement->day_began);
	assert_true(back->judgement->day_began < SAMPLE_WALL);
	a = &back->judgement->alerts[0];
	assert_string_equal(a->name, "DataExpiring");
	assert_int_equal(a->section, SECTION_LAG);
	assert_int_equal(a->row, 0);
	assert_int_equal(judgement_row(back->judgement, 0, SECTION_LAG, 0).verdict, VERDICT_CRIT);
	assert_string_equal(judgement_row(back->judgement, 0, SECTION_LAG, 0).why, "lost in 38m");
	assert_int_equal(
	    judgement_row(back->judgement, 0, SECTION_LAG, 9).verdict, VERDICT_UNKNOWN);
	assert_int_equal(section_count(back->snap->events), 4);
	frame_unref(back);
	frame_unref(f);
	wire_reader_free(r);
	buf_release(&text);
}

static struct frame *judged(struct rules *rules, struct snapshot *s)
{
	return frame_new(s, rules_judge(rules, s, NULL), NULL, "bastion-2");
}

/* A second frame that shares all sections but one. */
static void what_did_not_change_is_not_written_again(void **state)
{
	struct err err = {""};
	struct rules *rules = rules_new(sample_config(SAMPLE_RICH), false, &err);
	struct snapshot *one = sample_snapshot(SAMPLE_RICH, SAMPLE_BOOT - 10 * NS_PER_S);
	struct snapshot *two = snapshot_new(one->n_clusters, SAMPLE_BOOT, SAMPLE_WALL);
	struct frame *frames[2], *back;
	struct wire_reader *r = wire_reader_new();
	struct section *routes;
	struct buf text;
	const char *second;

	(void)state;
	for (size_t c = 0; c < one->n_clusters; c++) {
		two->clusters[c] = one->clusters[c];
		two->clusters[c].name = arena_strdup(&two->arena, one->clusters[c].name);
		for (size_t k = 0; k < SECTION_COUNT; k++)
			section_ref(two->clusters[c].sections[k]);
	}
	two->events = section_ref(one->events);
	/* bus: routes are published anew, and disk is gone. */
	routes = section_new(SECTION_ROUTES);
	routes->listing = value_bool(true, SAMPLE_BOOT, 10 * NS_PER_S);
	*(struct route_row *)section_add(routes) =
	    (struct route_row){.server = "n9", .peers = value_int(5, SAMPLE_BOOT, 10 * NS_PER_S)};
	section_unref(two->clusters[1].sections[SECTION_ROUTES]);
	two->clusters[1].sections[SECTION_ROUTES] = routes;
	section_unref(two->clusters[1].sections[SECTION_DISK]);
	two->clusters[1].sections[SECTION_DISK] = NULL;
	frames[0] = judged(rules, one);
	frames[1] = judged(rules, two);
	text = written(frames, 2);
	second = strchr(strchr(text.data, '\n') + 1, '\n') + 1;
	assert_null(strstr(second, "\"rows\":[{\"group\""));
	assert_null(strstr(second, "\"events\""));
	assert_non_null(strstr(second, "\"disk\":null"));
	back = read_all(r, &text);
	assert_string_equal(
	    section_route(back->snap->clusters[1].sections[SECTION_ROUTES], 0)->server, "n9");
	assert_null(back->snap->clusters[1].sections[SECTION_DISK]);
	assert_int_equal(section_count(back->snap->clusters[0].sections[SECTION_LAG]), 10);
	assert_int_equal(section_count(back->snap->events), 4);
	frame_unref(back);
	frame_unref(frames[0]);
	frame_unref(frames[1]);
	rules_free(rules);
	wire_reader_free(r);
	buf_release(&text);
}

static void what_does_not_fit_is_refused_whole(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct wire_writer *w = wire_writer_new();
	struct buf small;

	(void)state;
	buf_init(&small, 5000);
	assert_int_equal(wire_write(w, f, &small), -1);
	wire_writer_free(w);
	buf_release(&small);
	frame_unref(f);
}

/* A path in the build folder. */
static const char *temp_file(const struct buf *text, const char *more)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof(path), "t_wire.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	if (text)
		assert_int_equal(write(fd, text->data, text->len), (ssize_t)text->len);
	if (more)
		assert_int_equal(write(fd, more, strlen(more)), (ssize_t)strlen(more));
	close(fd);
	return path;
}

/* Three frames 10 s apart. */
static struct buf three_frames(void)
{
	struct err err = {""};
	struct rules *rules = rules_new(sample_config(SAMPLE_RICH), false, &err);
	struct frame *frames[3];
	struct buf text;

	for (int64_t i = 0; i < 3; i++)
		frames[i] = judged(
		    rules, sample_snapshot(SAMPLE_HUNG, SAMPLE_BOOT + (10 * i - 20) * NS_PER_S));
	text = written(frames, 3);
	for (size_t i = 0; i < 3; i++)
		frame_unref(frames[i]);
	rules_free(rules);
	return text;
}

static int64_t boot_of(struct feed *feed)
{
	struct frame *f = feed->ops->acquire(feed);
	int64_t boot = f->snap->boot;

	frame_unref(f);
	return boot;
}

static void a_replay_keeps_the_recordings_time(void **state)
{
	struct buf text = three_frames();
	const char *path = temp_file(&text, NULL);
	struct err err = {""};
	struct feed *feed;
	int64_t real = 5 * NS_PER_S, first = SAMPLE_BOOT - 20 * NS_PER_S;

	(void)state;
	/* This machine was booted just now, long after the recording. */
	clock_fake(real, SAMPLE_WALL + 1000000 * NS_PER_S);
	feed = wire_replay(path, 2.0, &err);
	if (!feed)
		fail_msg("%s", err_msg(&err));
	assert_true(feed->ops->settled(feed));
	assert_true(boot_of(feed) == first);
	assert_true(feed->ops->now(feed) == first);
	assert_true(feed->ops->wall(feed) == SAMPLE_WALL - 20 * NS_PER_S);
	/* Twice as fast: 4 s are 8 s of the recording. */
	clock_fake(real + 4 * NS_PER_S, 0);
	assert_true(boot_of(feed) == first);
	assert_true(feed->ops->now(feed) == first + 8 * NS_PER_S);
	clock_fake(real + 5 * NS_PER_S, 0);
	assert_true(boot_of(feed) == first + 10 * NS_PER_S);
	assert_null(feed->ops->trouble(feed));
	/* At the end time stands still, or everything would go stale. */
	clock_fake(real + 500 * NS_PER_S, 0);
	assert_true(boot_of(feed) == SAMPLE_BOOT);
	assert_true(feed->ops->now(feed) == SAMPLE_BOOT);
	assert_string_equal(feed->ops->trouble(feed), "end of the recording");
	feed->ops->close(feed);
	clock_real();
	unlink(path);
	buf_release(&text);
}

static void speed_0_is_the_last_frame_at_once(void **state)
{
	struct buf text = three_frames();
	const char *path = temp_file(&text, NULL);
	struct err err = {""};
	struct feed *feed = wire_replay(path, 0, &err);

	(void)state;
	assert_non_null(feed);
	assert_true(boot_of(feed) == SAMPLE_BOOT);
	assert_true(feed->ops->now(feed) == SAMPLE_BOOT);
	feed->ops->close(feed);
	unlink(path);
	buf_release(&text);
}

/* The descriptor wakes the viewer when the next frame is due. */
static void a_replay_wakes_its_viewer(void **state)
{
	struct buf text = three_frames();
	const char *path = temp_file(&text, NULL);
	struct err err = {""};
	struct feed *feed = wire_replay(path, 200, &err);
	struct pollfd p;

	(void)state;
	assert_non_null(feed);
	for (int i = 0; i < 50 && boot_of(feed) < SAMPLE_BOOT; i++) {
		p = (struct pollfd){.fd = feed->ops->fd(feed), .events = POLLIN};
		assert_int_equal(poll(&p, 1, 5000), 1);
	}
	assert_true(boot_of(feed) == SAMPLE_BOOT);
	feed->ops->close(feed);
	unlink(path);
	buf_release(&text);
}

static void a_replay_survives_a_torn_end(void **state)
{
	static const struct {
		const char *more, *trouble;
	} made[] = {
	    {"{\"boot\":100020000000000,\"clus", "in the middle of a line"},
	    {"garbage\n", "cannot be read further: line 5"},
	    {"{\"boot\":100020000000000,\"clusters\":[]}\n", "no judgement"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct buf text = three_frames();
		const char *path = temp_file(&text, made[i].more);
		struct err err = {""};
		struct feed *feed = wire_replay(path, 0, &err);

		assert_non_null(feed);
		assert_true(boot_of(feed) == SAMPLE_BOOT);
		if (!strstr(feed->ops->trouble(feed), made[i].trouble))
			fail_msg("%s", feed->ops->trouble(feed));
		feed->ops->close(feed);
		unlink(path);
		buf_release(&text);
	}
}

static void what_is_no_recording_says_so(void **state)
{
	static const struct {
		const char *content, *error;
	} made[] = {
	    {"", "there is no frame in it"},
	    {"hello\n", "no JSON"},
	    {"{\"format\":\"mqduty-frames/1\"}\n", "there is no frame in it"},
	    {"{\"format\":\"mqduty-frames/9\"}\n", "format that this version does not read"},
	    {"{\"a\":1}\n", "no recording of mqduty"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		const char *path = temp_file(NULL, made[i].content);
		struct err err = {""};

		assert_null(wire_replay(path, 1, &err));
		assert_non_null(strstr(err_msg(&err), path));
		if (!strstr(err_msg(&err), made[i].error))
			fail_msg("%s", err_msg(&err));
		unlink(path);
	}
	assert_null(wire_replay("no such file", 1, NULL));
}

/* Every prefix and many single changed bytes of a good line: an error or a frame, never more. */
static void garbage_is_an_error(void **state)
{
	struct frame *f = sample_frame(SAMPLE_UNKNOWN), *got;
	struct buf text = written(&f, 1);
	char *line = strchr(text.data, '\n') + 1, *copy;
	size_t len = strlen(line) - 1;
	struct wire_reader *r = wire_reader_new();
	struct err err = {""};

	(void)state;
	assert_int_equal(wire_read(r, text.data, (size_t)(line - text.data) - 1, &got, &err), 0);
	for (size_t n = 0; n < len; n += 97)
		assert_int_equal(wire_read(r, line, n, &got, &err), -1);
	copy = malloc(len);
	for (size_t at = 0; at < len; at += 13) {
		memcpy(copy, line, len);
		copy[at] = (char)(copy[at] ^ (1 + at % 7));
		if (!wire_read(r, copy, len, &got, &err))
			frame_unref(got);
		else
			assert_true(err_msg(&err)[0]);
	}
	free(copy);
	wire_reader_free(r);
	frame_unref(f);
	buf_release(&text);
}

static void impossible_frames_are_refused(void **state)
{
#define JUDGED(rows)                                                                               \
	"\"judgement\":{\"verdict\":\"OK\",\"clusters\":[{\"verdict\":\"OK\",\"rows\":{" rows "}}" \
											      "]}"
#define FRAME(sections, rows)                                                                      \
	"{\"boot\":5,\"clusters\":[{\"name\":\"c\",\"kind\":\"nats\",\"tier\":\"\",\"sections\":"  \
	"{" sections "}}]," JUDGED(rows) "}"
	static const struct {
		const char *line, *error;
	} made[] = {
	    {"[]", "no object"},
	    {"{}", "no time"},
	    {"{\"boot\":-1,\"clusters\":[]}", "no time"},
	    {"{\"boot\":5,\"clusters\":7}", "clusters should be an array"},
	    {"{\"boot\":5,\"clusters\":[{}]}", "kind"},
	    {FRAME("\"lag\":[]", ""), "lag should be an object"},
	    {FRAME("\"lag\":{\"rows\":[7]}", ""), "lag"},
	    {FRAME("\"lag\":{\"rows\":[{\"group\":7}]}", ""), "group should be text"},
	    {FRAME("\"lag\":{\"rows\":[{\"lag\":7}]}", ""), "a value"},
	    {FRAME("\"lag\":{\"rows\":[{\"lag\":[1,\"great\"]}]}", ""), "a value"},
	    {FRAME("\"lag\":{\"rows\":[{\"lag\":[1,\"ok\",-5]}]}", ""), "time of a value"},
	    {FRAME("\"lag\":{\"rows\":[{\"lag_series\":[1]}]}", ""), "series"},
	    {FRAME("\"lag\":{\"rows\":[{\"lag_series\":[1,2,-3,4]}]}", ""), "series"},
	    {FRAME("\"lag\":{\"rows\":[{}]}", ""), "0 verdicts stand beside 1 rows"},
	    {FRAME("\"lag\":{\"rows\":[{}]}", "\"lag\":[\"GREEN\"]"), "row's verdict"},
	    {FRAME("\"cluster\":{\"rows\":[{},{}]}", "\"cluster\":[\"OK\",\"OK\"]"),
		"2 rows about itself"},
	    {"{\"boot\":5,\"clusters\":[]}", "no judgement"},
	    {"{\"boot\":5,\"clusters\":[],\"events\":{\"rows\":[{\"time\":9223372036854775807}]}}", "time should be a time"},
	    {"{\"boot\":5,\"clusters\":[],\"judgement\":{\"verdict\":\"OK\",\"wall\":-9223372036854775808}}", "wall is no time"},
	    {"{\"boot\":5,\"clusters\":[],\"judgement\":{\"verdict\":\"FINE\"}}", "verdict"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct wire_reader *r = wire_reader_new();
		struct frame *f;
		struct err err = {""};

		assert_int_equal(wire_read(r, "{\"format\":\"mqduty-frames/1\"}", 28, &f, &err), 0);
		assert_int_equal(wire_read(r, made[i].line, strlen(made[i].line), &f, &err), -1);
		if (!strstr(err_msg(&err), made[i].error))
			fail_msg("%s: %s", made[i].line, err_msg(&err));
		wire_reader_free(r);
	}
}

/* A feed that gives out frames one by one. */
struct scripted {
	struct feed feed;
	struct frame *frames[3];
	size_t next;
	volatile int stop;
	int fds[2];
};

static struct frame *scripted_acquire(struct feed *f)
{
	struct scripted *s = (struct scripted *)f;
	size_t i = s->next < 2 ? s->next : 2;

	s->stop = s->next++ >= 3;
	return frame_ref(s->frames[i]);
}

static int scripted_fd(struct feed *f)
{
	return ((struct scripted *)f)->fds[0];
}

static void recording_writes_every_frame_once(void **state)
{
	static const struct feed_ops ops = {.acquire = scripted_acquire, .fd = scripted_fd};
	struct scripted s = {.feed = {&ops}};
	const char *path = temp_file(NULL, NULL);
	struct err err = {""};
	struct feed *replay;
	FILE *file;
	int lines = 0;

	(void)state;
	assert_int_equal(pipe(s.fds), 0);
	assert_int_equal(write(s.fds[1], "x", 1), 1);
	for (size_t i = 0; i < 3; i++)
		s.frames[i] = sample_frame(i ? SAMPLE_EMPTY : SAMPLE_RICH);
	if (wire_record(&s.feed, path, 0, &s.stop, &err))
		fail_msg("%s", err_msg(&err));
	file = fopen(path, "r");
	for (int c; (c = getc(file)) != EOF;)
		lines += c == '\n';
	fclose(file);
	assert_int_equal(lines, 4);
	replay = wire_replay(path, 0, &err);
	assert_non_null(replay);
	replay->ops->close(replay);
	assert_int_equal(wire_record(&s.feed, "no/such/folder/x", 0, &s.stop, &err), -1);
	for (size_t i = 0; i < 3; i++)
		frame_unref(s.frames[i]);
	close(s.fds[0]);
	close(s.fds[1]);
	unlink(path);
}

/* The demo of the screen tests is what this version writes. */
static void the_demo_plays(void **state)
{
	const char *top = getenv("top_srcdir");
	struct err err = {""};
	struct feed *feed;
	struct frame *f;
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fixtures/demo.frames", top ? top : ".");
	feed = wire_replay(path, 0, &err);
	if (!feed)
		fail_msg("%s", err_msg(&err));
	f = feed->ops->acquire(feed);
	assert_string_equal(feed->ops->trouble(feed), "end of the recording");
	assert_int_equal(f->snap->n_clusters, 3);
	assert_int_equal(f->judgement->verdict, VERDICT_CRIT);
	assert_int_equal(f->judgement->n_alerts, 5);
	frame_unref(f);
	feed->ops->close(feed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_reads_back_the_same),
	    cmocka_unit_test(the_numbers_arrive),
	    cmocka_unit_test(what_did_not_change_is_not_written_again),
	    cmocka_unit_test(what_does_not_fit_is_refused_whole),
	    cmocka_unit_test(a_replay_keeps_the_recordings_time),
	    cmocka_unit_test(speed_0_is_the_last_frame_at_once),
	    cmocka_unit_test(a_replay_wakes_its_viewer),
	    cmocka_unit_test(a_replay_survives_a_torn_end),
	    cmocka_unit_test(what_is_no_recording_says_so),
	    cmocka_unit_test(garbage_is_an_error),
	    cmocka_unit_test(impossible_frames_are_refused),
	    cmocka_unit_test(recording_writes_every_frame_once),
	    cmocka_unit_test(the_demo_plays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
