/* After :reload what the dashboard takes from the configuration follows the new one: lists that a thread judges, also
 * where it is at it with the old one, contacts and the manual. */
#include "sample_frame.h"

#include "base/clock.h"
#include "ui/judging.h"
#include "ui/reload.h"
#include "ui/ui.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000, ROUNDS = 20 };

static const char *old_says[] = {"Ann +49 30 1"}, *new_says[] = {"Bob +49 30 2"};
static const char *fails[] = {"false", NULL}, *slow[] = {"sleep", "0.05", NULL};
static struct backup_conf none_there = {.name = "topics", .path = "/no/such/folder", .max_age_ns = NS_PER_S},
			  command_fails = {.name = "dump", .command = fails},
			  command_slow = {.name = "dump", .command = slow};

static void ask(struct judging *j, struct frame *f)
{
	judging_ask(j, &(struct lists_ask){frame_ref(f), SAMPLE_BOOT, clock_wall()});
}

/* The next answer; none within patience: a failure. */
static void take(struct judging *j, struct lists_answer *out)
{
	struct pollfd p = {.fd = judging_fd(j), .events = POLLIN};

	for (int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS; clock_boot() < until;)
		if (poll(&p, 1, 100) > 0 && judging_take(j, out))
			return;
	fail_msg("no answer came");
}

/* What the weekly list says of the backups. */
static void expect_backups(const struct lists_answer *a, const char *words)
{
	struct list_line line;

	if (!lists_line(a, "weekly/backups", 0, &line) || !strstr(line.evidence, words))
		fail_msg("'%s' does not hold '%s'", a->trouble[0] ? a->trouble : line.evidence, words);
}

static void the_lists_follow(void **state)
{
	struct config before = {.backups = &none_there, .n_backups = 1}, after = {.backups = &command_fails, .n_backups = 1};
	struct frame *f = sample_frame(SAMPLE_HEALTHY);
	struct err err = {""};
	struct judging *j = judging_new(&before, &err);
	struct lists_answer a;

	(void)state;
	assert_non_null(j);
	ask(j, f);
	take(j, &a);
	expect_backups(&a, "No such file");
	lists_answer_release(&a);
	judging_configure(j, &after);
	ask(j, f);
	take(j, &a);
	expect_backups(&a, "exit code 1");
	lists_answer_release(&a);
	judging_configure(j, NULL);
	ask(j, f);
	take(j, &a);
	expect_backups(&a, "?");
	lists_answer_release(&a);
	assert_true(judging_stop(j, PATIENCE_MS * NS_PER_MS));
	frame_unref(f);
}

/* Wherever the thread is with the old one, waiting, judging or done: what comes next is of the new one. */
static void the_old_one_is_not_answered_any_more(void **state)
{
	struct backup_conf each[ROUNDS];
	struct config before[ROUNDS], after = {.backups = &none_there, .n_backups = 1};
	struct frame *f = sample_frame(SAMPLE_HEALTHY);
	struct err err = {""};
	struct judging *j = judging_new(&after, &err);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct lists_answer a;

		/* Of its own, so that its command is run each time. */
		each[i] = command_slow;
		before[i] = (struct config){.backups = &each[i], .n_backups = 1};
		judging_configure(j, &before[i]);
		ask(j, f);
		poll(NULL, 0, i * 5);
		judging_configure(j, &after);
		ask(j, f);
		take(j, &a);
		expect_backups(&a, "No such file");
		lists_answer_release(&a);
		assert_false(judging_take(j, &a));
	}
	assert_true(judging_stop(j, PATIENCE_MS * NS_PER_MS));
	frame_unref(f);
}

static struct feed *open_again(void *arg, const struct config **config, struct err *err)
{
	static struct feed feed;

	if (!arg)
		err_set(err, "line 3: no such key");
	*config = arg;
	return arg ? &feed : NULL;
}

static struct reloaded reload_now(void *arg, struct err *err)
{
	struct reload *r = reload_new(open_again, arg, err);
	struct pollfd p = {.fd = reload_fd(r), .events = POLLIN};
	struct reloaded got;

	assert_int_equal(reload_begin(r, err), 0);
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	got = reload_take(r, err);
	free(r);
	return got;
}

static void contacts_and_the_manual_follow(void **state)
{
	struct cluster_conf old_one = {.name = "orders", .contacts = old_says, .n_contacts = 1};
	struct cluster_conf new_one = {.name = "orders", .contacts = new_says, .n_contacts = 1};
	struct config before = {.clusters = &old_one, .n_clusters = 1}, after = {.clusters = &new_one, .n_clusters = 1};
	struct incident inc = {.cluster = "orders"};
	struct reloaded got;
	struct err err = {""};
	struct ui ui;
	char said[200];

	(void)state;
	ui_init(&ui);
	desk_configure(&ui.desk, &before, NULL);
	desk_contacts(&ui, &inc, said, sizeof(said));
	assert_string_equal(said, "call: Ann +49 30 1");
	got = reload_now(&after, &err);
	assert_non_null(got.feed);
	assert_ptr_equal(got.config, &after);
	/* The pages were read again as well, in the thread. */
	assert_non_null(got.manual);
	desk_configure(&ui.desk, got.config, got.manual);
	assert_ptr_equal(ui.desk.manual, got.manual);
	desk_contacts(&ui, &inc, said, sizeof(said));
	assert_string_equal(said, "call: Bob +49 30 2");
	got = reload_now(NULL, &err);
	assert_null(got.feed);
	assert_null(got.manual);
	assert_non_null(strstr(err_msg(&err), "line 3"));
	ui_release(&ui);
}

/* A question that is under way is none of the new one's: it is asked again at once. */
static void the_screen_asks_again(void **state)
{
	struct lists_ask first, again;
	struct ui ui;

	(void)state;
	ui_init(&ui);
	ui_frame(&ui, sample_frame(SAMPLE_HEALTHY));
	assert_true(lists_command(&ui, "weekly", SAMPLE_BOOT));
	assert_true(lists_wanted(&ui, SAMPLE_BOOT, clock_wall(), &first));
	assert_false(lists_wanted(&ui, SAMPLE_BOOT, clock_wall(), &again));
	ui_forget_frames(&ui);
	ui_frame(&ui, sample_frame(SAMPLE_HEALTHY));
	assert_true(lists_wanted(&ui, SAMPLE_BOOT, clock_wall(), &again));
	lists_ask_release(&first);
	lists_ask_release(&again);
	ui_release(&ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lists_follow),
	    cmocka_unit_test(the_old_one_is_not_answered_any_more),
	    cmocka_unit_test(contacts_and_the_manual_follow),
	    cmocka_unit_test(the_screen_asks_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
