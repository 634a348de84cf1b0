#include "attach_world.h"

/* What the viewers of an engine see, and how they go on when it is gone. */

static bool is_engines(struct feed *feed, const struct frame *f)
{
	(void)feed;
	return f->snap->n_clusters;
}

/* Frames of an engine of the viewer's own have no clusters here. */
static bool is_own(struct feed *feed, const struct frame *f)
{
	(void)feed;
	return !f->snap->n_clusters;
}

static char wanted_id[RECORD_ID_SIZE];

static bool has_it(struct feed *feed, const struct frame *f)
{
	(void)feed;
	return ledger_find(f->ledger, wanted_id);
}

static bool has_kept_it(struct feed *feed, const struct frame *f)
{
	struct ledger_line *line = ledger_find(f->ledger, wanted_id);

	(void)feed;
	return line && line->keep == KEEP_KEPT;
}

static bool has_failed_it(struct feed *feed, const struct frame *f)
{
	struct ledger_line *line = ledger_find(f->ledger, wanted_id);

	(void)feed;
	return line && line->keep == KEEP_FAILED;
}

/* Hands in an event; its id is the wanted one. */
static void hand_in(struct feed *feed, const char *text)
{
	struct record *r = record_new(RECORD_EVENT);
	struct err err = {""};

	r->text = record_str(r, text);
	r->user = "mallory";
	memcpy(wanted_id, r->id, sizeof(wanted_id));
	assert_int_equal(feed->ops->submit(feed, r, &err), 0);
}

static void await_no_trouble(struct feed *feed)
{
	for (int i = 0; i < PATIENCE_MS && feed->ops->trouble(feed); i++)
		poll(NULL, 0, 1);
	assert_null(feed->ops->trouble(feed));
}

/* Somebody listens. */
static void await_socket(void)
{
	char key[SOCKET_NAME_MAX];
	int fd = -1;

	socket_key(key, "");
	for (int i = 0; i < PATIENCE_MS && fd < 0; i++) {
		fd = socket_connect(w.folder, key);
		if (fd < 0)
			poll(NULL, 0, 1);
	}
	assert_true(fd >= 0);
	close(fd);
}

static void all_viewers_see_the_same_at_once(void **state)
{
	struct feed *feeds[VIEWERS];
	int64_t start;

	(void)state;
	start_server(0);
	for (int i = 0; i < VIEWERS; i++)
		feeds[i] = attach(ATTACH_OR_RUN);
	for (int round = 0; round < 20; round++) {
		put_frame(round % 3 ? SAMPLE_HUNG : SAMPLE_RICH);
		start = clock_boot();
		for (int i = 0; i < VIEWERS; i++) {
			struct frame *f = await(feeds[i], is_newest, "the newest frame");

			assert_int_equal(f->judgement->n_alerts, w.newest->judgement->n_alerts);
			frame_unref(f);
			assert_true(feeds[i]->ops->settled(feeds[i]));
			assert_null(feeds[i]->ops->trouble(feeds[i]));
		}
		assert_true(clock_boot() - start < 2 * NS_PER_S);
	}
	for (int i = 0; i < VIEWERS; i++)
		feeds[i]->ops->close(feeds[i]);
}

/* Series come with the first frame. */
static void trends_are_there_when_a_viewer_opens(void **state)
{
	struct feed *feed;
	struct frame *f;

	(void)state;
	put_frame(SAMPLE_RICH);
	start_server(0);
	feed = attach(ATTACH_OR_RUN);
	f = await(feed, is_newest, "the newest frame");
	assert_true(series_view_count(section_lag(f->snap->clusters[0].sections[SECTION_LAG], 0)->lag_series) > 10);
	frame_unref(f);
	feed->ops->close(feed);
}

/* Waits until a check uses the engine. */
static bool a_check_attaches(void)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS;
	bool engines = false;

	while (!engines && clock_boot() < until) {
		struct feed *feed = attach(ATTACH_OR_LOOK);
		struct frame *f = feed->ops->acquire(feed);

		engines = f && is_engines(feed, f);
		frame_unref(f);
		feed->ops->close(feed);
	}
	return engines;
}

/* It gathers at once what such an engine does not know yet; others use it from the start. */
static void a_check_looks_for_itself_beside_a_young_engine(void **state)
{
	struct feed *feed, *screen;

	(void)state;
	start_server(0);
	feed = attach(ATTACH_OR_LOOK);
	frame_unref(await(feed, is_own, "its own"));
	assert_null(feed->ops->trouble(feed));
	feed->ops->close(feed);
	screen = attach(ATTACH_OR_RUN);
	frame_unref(await(screen, is_engines, "the engine's"));
	screen->ops->close(screen);
	/* 60 polls are over soon. */
	w.config->interval_ns = NS_PER_MS;
	assert_true(a_check_attaches());
}

/* One that was started again, or reads its configuration again, has everything before it. */
static void an_engine_that_begins_again_is_young(void **state)
{
	struct feed *feed;

	(void)state;
	start_server(0);
	w.config->interval_ns = NS_PER_MS;
	assert_true(a_check_attaches());
	stop_server();
	start_server(0);
	w.config->interval_ns = 2 * NS_PER_S;
	feed = attach(ATTACH_OR_LOOK);
	frame_unref(await(feed, is_own, "its own"));
	feed->ops->close(feed);
}

static void what_is_handed_in_is_kept_under_the_peers_name(void **state)
{
	struct feed *one, *two;
	struct frame *f;
	struct record *me = record_new(RECORD_EVENT);
	char *sudo = getenv("SUDO_USER");

	(void)state;
	start_server(0);
	one = attach(ATTACH_OR_RUN);
	two = attach(ATTACH_OR_RUN);
	frame_unref(await(one, is_engines, "the engine's"));
	hand_in(one, "deploy");
	/* It stands in the own screen before the engine has said a word. */
	f = one->ops->acquire(one);
	assert_true(has_it(one, f));
	frame_unref(f);
	f = await(two, has_kept_it, "kept");
	if (!sudo)
		assert_string_equal(ledger_find(f->ledger, wanted_id)->record->user, me->user);
	assert_string_not_equal(ledger_find(f->ledger, wanted_id)->record->user, "mallory");
	frame_unref(f);
	frame_unref(await(one, has_kept_it, "kept"));
	hand_in(one, "refuse me");
	f = await(one, has_failed_it, "refused");
	assert_string_equal(f->ledger->trouble, "no more of these");
	frame_unref(f);
	one->ops->poll_now(one, "bus/n1");
	for (int i = 0; i < PATIENCE_MS && !atomic_load(&w.polls); i++)
		poll(NULL, 0, 1);
	assert_true(atomic_load(&w.polls) > 0);
	assert_string_equal(w.list_of, "bus/n1");
	one->ops->close(one);
	two->ops->close(two);
	record_unref(me);
}

static void the_engine_gone_a_viewer_goes_on_by_itself(void **state)
{
	struct feed *feed;
	int64_t start;

	(void)state;
	start_server(0);
	feed = attach(ATTACH_OR_RUN);
	frame_unref(await(feed, is_engines, "the engine's"));
	stop_server();
	start = clock_boot();
	frame_unref(await(feed, is_own, "its own"));
	assert_true(clock_boot() - start < 5 * NS_PER_S);
	assert_non_null(strstr(feed->ops->trouble(feed), "has gone: this mqduty asks the clusters itself"));
	hand_in(feed, "while alone");
	frame_unref(await(feed, has_it, "taken"));
	start_server(0);
	frame_unref(await(feed, is_engines, "the engine's again"));
	for (int i = 0; i < PATIENCE_MS && feed->ops->trouble(feed); i++)
		poll(NULL, 0, 1);
	assert_null(feed->ops->trouble(feed));
	feed->ops->close(feed);
}

/* What was handed in just before the engine died is handed in to the next one. */
static void nothing_handed_in_is_lost_between_two_engines(void **state)
{
	struct feed *feed;

	(void)state;
	start_server(0);
	feed = attach(ATTACH_OR_RUN);
	frame_unref(await(feed, is_engines, "the engine's"));
	atomic_store(&w.pause, true);
	poll(NULL, 0, 50);
	hand_in(feed, "into the void");
	poll(NULL, 0, 50);
	stop_server();
	/* Its own engine has kept it by then, or the next one gets it. */
	frame_unref(await(feed, has_kept_it, "kept"));
	feed->ops->close(feed);
}

static void an_engine_that_hangs_is_left(void **state)
{
	struct feed *feed;
	int64_t start;

	(void)state;
	start_server(0);
	feed = attach(ATTACH_OR_RUN);
	frame_unref(await(feed, is_engines, "the engine's"));
	atomic_store(&w.pause, true);
	start = clock_boot();
	frame_unref(await(feed, is_own, "its own"));
	assert_true(clock_boot() - start < 10 * NS_PER_S);
	assert_non_null(strstr(feed->ops->trouble(feed), "does not answer: this mqduty asks the clusters itself"));
	feed->ops->close(feed);
}

static void one_engine_a_configuration(void **state)
{
	struct server_setup setup = {.state_dir = w.folder, .config = ""};
	struct err err = {""};
	char key[SOCKET_NAME_MAX], path[200];
	struct feed *feed;

	(void)state;
	assert_null(wire_attach(w.config, ATTACH_ONLY, &err));
	assert_string_equal(err_msg(&err), "");
	/* A socket that was left behind is no engine, and in nobody's way. */
	socket_key(key, "");
	snprintf(path, sizeof(path), "%s/%s.sock", w.folder, key);
	fclose(fopen(path, "w"));
	start_server(0);
	assert_null(server_new(&setup, &err));
	assert_non_null(strstr(err_msg(&err), "an engine runs for this configuration already (pid"));
	feed = attach(ATTACH_ONLY);
	frame_unref(await(feed, is_engines, "the engine's"));
	stop_server();
	for (int i = 0; i < PATIENCE_MS && !feed->ops->trouble(feed); i++)
		poll(NULL, 0, 1);
	assert_string_equal(feed->ops->trouble(feed), "The engine has gone.");
	feed->ops->close(feed);
	assert_int_equal(access(path, F_OK), -1);
}

/* Two dashboards and no collect: the second one uses the engine of the first, and goes on when that one is quit. */
static void dashboards_share_an_engine(void **state)
{
	struct feed *one = attach(ATTACH_OR_RUN), *two, *three;

	(void)state;
	hand_in(one, "of the first");
	frame_unref(await(one, has_kept_it, "kept"));
	await_socket();
	two = attach(ATTACH_OR_RUN);
	/* The first one's is what it shows from the start. */
	frame_unref(await(two, has_kept_it, "what the first one kept"));
	hand_in(two, "of the second");
	frame_unref(await(one, has_kept_it, "kept by the first"));
	frame_unref(await(two, has_kept_it, "kept"));
	assert_null(two->ops->trouble(two));
	one->ops->close(one);
	/* The second one serves now. */
	frame_unref(await(two, has_kept_it, "its own, which found what was kept"));
	await_socket();
	three = attach(ATTACH_OR_RUN);
	frame_unref(await(three, has_kept_it, "what the first two kept"));
	assert_null(two->ops->trouble(two));
	assert_null(three->ops->trouble(three));
	three->ops->close(three);
	two->ops->close(two);
}

/* The engine without a terminal lives longer: a dashboard that serves makes room for it. */
static void a_dashboard_makes_room_for_the_engine(void **state)
{
	struct feed *one = attach(ATTACH_OR_RUN), *two;

	(void)state;
	await_socket();
	two = attach(ATTACH_OR_RUN);
	frame_unref(await(two, is_own, "the first one's"));
	start_server(0);
	frame_unref(await(one, is_engines, "the engine's"));
	frame_unref(await(two, is_engines, "the engine's"));
	await_no_trouble(one);
	await_no_trouble(two);
	/* It is missed when it has gone, by both of them. */
	stop_server();
	frame_unref(await(one, is_own, "a viewer's"));
	frame_unref(await(two, is_own, "a viewer's"));
	assert_non_null(strstr(one->ops->trouble(one), "has gone: "));
	assert_non_null(strstr(two->ops->trouble(two), "has gone: "));
	start_server(0);
	frame_unref(await(one, is_engines, "the engine's again"));
	frame_unref(await(two, is_engines, "the engine's again"));
	await_no_trouble(one);
	await_no_trouble(two);
	one->ops->close(one);
	two->ops->close(two);
}

/* The engine and the viewer read the file at different times. */
static void another_reading_of_the_configuration_is_said(void **state)
{
	struct feed *feed;

	(void)state;
	start_server(0);
	w.config->text_hash = 7;
	feed = attach(ATTACH_OR_RUN);
	frame_unref(await(feed, is_engines, "the engine's"));
	assert_non_null(strstr(feed->ops->trouble(feed), "at different times: reload both"));
	feed->ops->close(feed);
}

/* One that is stopped takes the connection and says nothing: the screen is there at once all the same. */
static void a_silent_engine_keeps_no_screen_waiting(void **state)
{
	int64_t start;
	struct feed *feed;

	(void)state;
	start_server(0);
	atomic_store(&w.pause, true);
	start = clock_boot();
	feed = attach(ATTACH_OR_RUN);
	/* 2 s before; its patience is 25 ms on a machine with time. */
	assert_true(clock_boot() - start < NS_PER_S);
	atomic_store(&w.pause, false);
	frame_unref(await(feed, is_engines, "the engine's"));
	feed->ops->close(feed);
}

int main(void)
{
#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    IN_WORLD(all_viewers_see_the_same_at_once),
	    IN_WORLD(trends_are_there_when_a_viewer_opens),
	    IN_WORLD(a_check_looks_for_itself_beside_a_young_engine),
	    IN_WORLD(an_engine_that_begins_again_is_young),
	    IN_WORLD(a_silent_engine_keeps_no_screen_waiting),
	    IN_WORLD(what_is_handed_in_is_kept_under_the_peers_name),
	    IN_WORLD(the_engine_gone_a_viewer_goes_on_by_itself),
	    IN_WORLD(nothing_handed_in_is_lost_between_two_engines),
	    IN_WORLD(an_engine_that_hangs_is_left),
	    IN_WORLD(one_engine_a_configuration),
	    IN_WORLD(dashboards_share_an_engine),
	    IN_WORLD(a_dashboard_makes_room_for_the_engine),
	    IN_WORLD(another_reading_of_the_configuration_is_said),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
