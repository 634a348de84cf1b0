/* Two users of one group at one engine: whoever opened a triage holds its pen, the other one looks on until they take
 * it, and both see the same step. Each is a process of its own user, with the keys of a real dashboard. */
#include "attach_world.h"

#include "ui/ui.h"

#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { TEAM = 60000, USERS = 2, KEYS = 8 };

/* Wait until the ledger has so many lines, all kept; then press these. 'O' opens an incident. */
struct order {
	size_t lines;
	char keys[KEYS];
};

struct seen {
	size_t submitted, lines;
	char message[256], step[STEP_ID_MAX], pen[64];
	int popup;
};

static struct user {
	pid_t pid;
	int orders, answers; /* pipes */
} users[USERS];

/* --- one of the users; what goes wrong here ends it, and with it the test --- */

static struct ui ui;
static struct feed *feed;
static size_t submitted;

static bool all_kept(const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->lines[i].keep != KEEP_KEPT)
			return false;
	return true;
}

static void look(size_t lines)
{
	for (;;) {
		struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};
		struct frame *f = feed->ops->acquire(feed);

		if (f && f->ledger->n >= lines && all_kept(f->ledger)) {
			ui_frame(&ui, f);
			return;
		}
		frame_unref(f);
		poll(&p, 1, 20);
	}
}

static void hand_in(struct record *r)
{
	size_t lines = ui.frame->ledger->n;
	struct err err = {""};

	if (feed->ops->submit(feed, r, &err))
		_exit(3);
	submitted++;
	look(lines + 1);
}

static void press(char key)
{
	struct subject about = {.cluster = SIZE_MAX, .section = SECTION_KINDS, .row = SIZE_MAX, .entity = "audit>events",
	    .fault = "kafka-group-stalled"};
	int64_t now = ui.frame->snap->boot;

	if (key == 'O') {
		hand_in(act_open(&about, ui.frame, ui.desk.all, now, "the group stands still", false));
		return;
	}
	ui_key(&ui, key, now);
	for (size_t i = 0, n = ui.wishes.n_submit; i < n; i++)
		hand_in(ui.wishes.submit[i]);
	ui.wishes.n_submit = 0;
}

static void become(uid_t uid)
{
	struct record *me;

	if (!geteuid() && (setgroups(0, NULL) || setgid(TEAM) || setuid(uid)))
		_exit(4);
	if (access(w.folder, X_OK))
		_exit(4);
	unsetenv("SUDO_USER");
	me = record_new(RECORD_EVENT);
	snprintf(ui.desk.user, sizeof(ui.desk.user), "%s", me->user);
	snprintf(ui.desk.from, sizeof(ui.desk.from), "%s", me->from);
	record_unref(me);
}

static void live(uid_t uid, int orders, int answers)
{
	struct err err = {""};
	struct order o;

	alarm(60);
	ui_init(&ui); /* reads the manual, which may lie where only the first user comes */
	ui.width = 80;
	ui.height = 24;
	become(uid);
	if (write(answers, "y", 1) != 1)
		_exit(5);
	while (read(orders, &o, sizeof(o)) == sizeof(o)) {
		const struct incident *inc;
		struct seen s = {0};

		if (!feed)
			feed = wire_attach(w.config, ATTACH_ONLY, &err);
		if (!feed)
			_exit(6);
		look(o.lines);
		submitted = 0;
		for (const char *key = o.keys; *key; key++)
			press(*key);
		inc = incidents_newest_open(ui.desk.all);
		s.submitted = submitted;
		s.lines = ui.frame->ledger->n;
		s.popup = ui.popup;
		snprintf(s.message, sizeof(s.message), "%.250s", ui.message);
		snprintf(s.step, sizeof(s.step), "%s", inc && inc->step ? inc->step : "");
		snprintf(s.pen, sizeof(s.pen), "%s", inc && inc->pen.user ? inc->pen.user : "");
		if (write(answers, &s, sizeof(s)) != sizeof(s))
			_exit(7);
	}
	_exit(0);
}

/* --- the test --- */

static bool start_user(size_t i)
{
	int orders[2], answers[2];
	char yes = 0;

	assert_int_equal(pipe(orders), 0);
	assert_int_equal(pipe(answers), 0);
	users[i].pid = fork();
	if (!users[i].pid) {
		close(orders[1]);
		close(answers[0]);
		for (size_t k = 0; k < i; k++) {
			close(users[k].orders);
			close(users[k].answers);
		}
		live((uid_t)(TEAM + 1 + i), orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	users[i].orders = orders[1];
	users[i].answers = answers[0];
	return read(users[i].answers, &yes, 1) == 1;
}

/* All of them; 0: each ended as it should. */
static int end_users(size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		int status;

		close(users[i].orders);
		close(users[i].answers);
		waitpid(users[i].pid, &status, 0);
		wrong += status != 0;
	}
	return wrong;
}

static struct seen ask(size_t user, size_t lines, const char *keys)
{
	struct order o = {.lines = lines};
	struct seen s;

	snprintf(o.keys, sizeof(o.keys), "%s", keys);
	assert_int_equal(write(users[user].orders, &o, sizeof(o)), sizeof(o));
	if (read(users[user].answers, &s, sizeof(s)) != sizeof(s))
		fail_msg("user %zu did not come back from \"%s\"", user, keys);
	return s;
}

static size_t lines_of(const struct ledger *l, const char *user)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += !strcmp(l->lines[i].record->user, user);
	return n;
}

static void start_users(void)
{
	for (size_t i = 0; i < USERS; i++)
		if (!start_user(i)) {
			end_users(i + 1);
			fail_msg("user %zu did not start: root may not become them, or they may not enter %s", i, w.folder);
		}
}

/* Who is not root cannot become two users: the same one then looks from two places. */
static void one_user_in_two_places(void **state)
{
	struct seen a, b;

	(void)state;
	start_users();
	start_server(0);
	a = ask(0, 0, "Ot1");
	assert_int_equal(a.submitted, 2);
	b = ask(1, a.lines, "");
	assert_string_equal(b.step, a.step);
	assert_string_not_equal(b.pen, "");
	assert_string_equal(b.pen, a.pen);
	assert_int_equal(end_users(USERS), 0);
}

static void two_users_and_one_pen(void **state)
{
	struct feed *root;
	struct seen a, b;
	struct frame *f;

	(void)state;
	assert_int_equal(chown(w.folder, (uid_t)-1, TEAM), 0);
	assert_int_equal(chmod(w.folder, 02770), 0);
	/* Before the engine has threads. */
	start_users();
	start_server(0);
	a = ask(0, 0, "Ot1");
	assert_int_equal(a.submitted, 2);
	assert_string_equal(a.pen, "uid 60001");
	/* The other one sees the same, and is refused with the name of who writes. */
	b = ask(1, a.lines, "t1");
	assert_int_equal(b.submitted, 0);
	assert_string_equal(b.step, a.step);
	assert_string_equal(b.pen, "uid 60001");
	assert_non_null(strstr(b.message, "uid 60001"));
	assert_non_null(strstr(b.message, "H takes it"));
	b = ask(1, a.lines, "n");
	assert_int_equal(b.popup, POPUP_NONE);
	/* They take it: the first one is refused now, and sees where the second one goes. */
	b = ask(1, a.lines, "H1");
	assert_int_equal(b.submitted, 1);
	assert_string_equal(b.pen, "uid 60002");
	a = ask(0, b.lines, "1");
	assert_int_equal(a.submitted, 0);
	assert_string_equal(a.pen, "uid 60002");
	assert_non_null(strstr(a.message, "uid 60002"));
	b = ask(1, b.lines, "1");
	assert_int_equal(b.submitted, 1);
	assert_string_not_equal(b.step, a.step);
	a = ask(0, b.lines, "");
	assert_string_equal(a.step, b.step);
	a = ask(0, b.lines, "H1");
	assert_string_equal(a.pen, "uid 60001");
	b = ask(1, a.lines, "");
	assert_string_equal(b.pen, "uid 60001");
	assert_string_equal(b.step, a.step);
	/* By the kernel's word, not by what they say of themselves. */
	root = attach(ATTACH_ONLY);
	f = await(root, is_newest, "the newest frame");
	assert_int_equal(f->ledger->n, a.lines);
	assert_int_equal(lines_of(f->ledger, "uid 60001"), 3);
	assert_int_equal(lines_of(f->ledger, "uid 60002"), 2);
	frame_unref(f);
	root->ops->close(root);
	assert_int_equal(end_users(USERS), 0);
}

int main(void)
{
	const struct CMUnitTest together[] = {
	    cmocka_unit_test_setup_teardown(two_users_and_one_pen, set_up, tear_down),
	};
	const struct CMUnitTest alone[] = {
	    cmocka_unit_test_setup_teardown(one_user_in_two_places, set_up, tear_down),
	};

	signal(SIGPIPE, SIG_IGN);
	return geteuid() ? cmocka_run_group_tests(alone, NULL, NULL) : cmocka_run_group_tests(together, NULL, NULL);
}
