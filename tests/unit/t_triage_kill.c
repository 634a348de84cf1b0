/* kill -9 in the middle of a triage over a real engine: no entry that was shown as kept is lost, the database is whole,
 * and the incident stands where its newest record left it. MQ_FULL=1 tries 200 times. */
#include "base/clock.h"
#include "config/config.h"
#include "engine/engine.h"
#include "store/ops_db.h"
#include "triage/act.h"

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the one that is killed tells: 'R' here it goes on, 'S' this record is handed in and leads to that step, 'K' the
 * screen shows it as kept. */
struct message {
	char what, id[RECORD_ID_SIZE], step[STEP_ID_MAX];
};

static char folder[64];

/* --- the one that is killed --- */

static void tell(int to, char what, const char *id, const char *step)
{
	struct message m = {.what = what};

	snprintf(m.id, sizeof(m.id), "%s", id);
	snprintf(m.step, sizeof(m.step), "%s", step ? step : "");
	if (write(to, &m, sizeof(m)) != sizeof(m))
		_exit(1);
}

static struct frame *next_frame(struct feed *feed)
{
	struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};

	poll(&p, 1, 20);
	return feed->ops->acquire(feed);
}

/* Until a frame's ledger shows the record as kept, as the screen would. */
static struct frame *wait_for(struct feed *feed, const char *id)
{
	for (;;) {
		struct frame *f = next_frame(feed);

		for (size_t i = f ? f->ledger->n : 0; i-- > 0;)
			if (!strcmp(f->ledger->lines[i].record->id, id) && f->ledger->lines[i].keep == KEEP_KEPT)
				return f;
		frame_unref(f);
	}
}

static struct frame *hand_in(struct feed *feed, int to, struct record *r, const char *step)
{
	char id[RECORD_ID_SIZE];
	struct frame *f;
	struct err err = {""};

	snprintf(id, sizeof(id), "%s", r->id);
	tell(to, 'S', id, step);
	if (feed->ops->submit(feed, r, &err))
		_exit(2);
	f = wait_for(feed, id);
	tell(to, 'K', id, step);
	return f;
}

/* One act of the operator on the incident as the frame shows it; returns the frame that shows it kept. */
static struct frame *act(struct feed *feed, int to, struct frame *f, const struct stages *stages)
{
	struct incidents *all = incidents_fold(f->ledger);
	const struct incident *inc = incidents_newest_open(all);
	struct subject about = {.cluster = SIZE_MAX, .section = SECTION_KINDS, .row = SIZE_MAX, .entity = "audit>events",
	    .fault = "kafka-group-stalled"};
	struct frame *then;
	struct path p;
	size_t at;

	if (!inc) {
		struct record *r = act_open(&about, f, all, f->snap->boot, "killed again and again", false);

		then = hand_in(feed, to, r, NULL);
		incidents_free(all);
		return then;
	}
	path_make(&p, stages, NULL, inc);
	at = path_at(&p, inc);
	if (rand() % 4 == 0) {
		then = hand_in(feed, to, act_note(inc, "a note in between"), p.steps[at].id);
	} else if (p.steps[at].kind == STEP_CLOSE) {
		then = hand_in(feed, to, act_close(inc), "closed");
	} else {
		struct choices choices;
		struct sight seen;
		const struct choice *c;

		step_look(&p.steps[at], inc, f, f->snap->boot, &seen);
		step_choices(&p, at, inc, &seen, true, &choices);
		c = &choices.list[(size_t)rand() % choices.n];
		then = hand_in(feed, to, act_answer(inc, &p, at, c, &seen, NULL, "so it is"), p.steps[c->to].id);
	}
	incidents_free(all);
	return then;
}

/* The ledger has been read once a record of our own comes back kept. */
static struct frame *hear_back(struct feed *feed)
{
	struct record *r = record_new(RECORD_EVENT);
	char id[RECORD_ID_SIZE];
	struct err err = {""};

	r->text = record_str(r, "hello");
	snprintf(id, sizeof(id), "%s", r->id);
	if (feed->ops->submit(feed, r, &err))
		_exit(4);
	return wait_for(feed, id);
}

static void say_where(int to, const struct frame *f)
{
	struct incidents *all = incidents_fold(f->ledger);
	const struct incident *inc = incidents_newest_open(all);

	tell(to, 'R', inc ? inc->key : "", inc ? inc->step : NULL);
	incidents_free(all);
}

static void live(int to, unsigned seed)
{
	struct config *config = config_new_default();
	struct err err = {""};
	struct stages *stages = stages_load(NULL, &err);
	struct feed *feed;
	struct frame *f;

	config->state_dir = folder;
	feed = engine_start(config, false, &err);
	if (!feed || !stages)
		_exit(3);
	srand(seed);
	f = hear_back(feed);
	say_where(to, f);
	for (;;) {
		struct frame *then = act(feed, to, f, stages);

		frame_unref(f);
		f = then;
	}
}

/* --- the one that kills --- */

static void integrity(void)
{
	char path[128];
	sqlite3_stmt *q;
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/ops.db", folder);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(q, 0), "ok");
	sqlite3_finalize(q);
	sqlite3_close(db);
}

/* What was told before the end. */
struct told {
	size_t kept;
	struct message last_kept, last_sent;
};

static void check_kept(const struct ledger *l, const struct message *m)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->lines[i].record->id, m->id))
			return;
	fail_msg("%s, shown as kept (on to %s), is lost", m->id, m->step);
}

static bool stands_at(const struct incidents *all, const struct message *m)
{
	const struct incident *inc = incidents_newest_open(all);

	if (!m->what)
		return false;
	if (!strcmp(m->step, "closed"))
		return !inc;
	if (!m->step[0])
		return inc && !inc->step; /* just opened */
	return inc && (!strcmp(inc->step ? inc->step : "", m->step) ||
			  (!inc->step && !strcmp(m->step, "discover.alert"))); /* a note to one that is new */
}

static void one_life(unsigned seed, unsigned ms, struct told *t)
{
	struct message m, heard[512];
	struct incidents *all;
	struct err err = {""};
	struct ledger *l;
	size_t n = 0;
	int told[2];
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (!pid) {
		close(told[0]);
		live(told[1], seed);
	}
	close(told[1]);
	/* Its first word is where it goes on: where the one before stood when it died. */
	assert_int_equal(read(told[0], &m, sizeof(m)), sizeof(m));
	assert_int_equal(m.what, 'R');
	poll(NULL, 0, (int)ms);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (t->last_sent.what && strcmp(t->last_sent.step, "closed") && m.step[0])
		assert_true(!strcmp(m.step, t->last_sent.step) || !strcmp(m.step, t->last_kept.step));
	while (n < 512 && read(told[0], &heard[n], sizeof(m)) == sizeof(m))
		n++;
	close(told[0]);
	l = ops_db_read_incidents(folder, &err);
	if (!l)
		fail_msg("%s", err_msg(&err));
	for (size_t i = 0; i < n; i++) {
		if (heard[i].what == 'K') {
			check_kept(l, &heard[i]);
			t->kept++;
			t->last_kept = heard[i];
		} else {
			t->last_sent = heard[i];
		}
	}
	all = incidents_fold(l);
	if (t->last_kept.what && !stands_at(all, &t->last_kept) && !stands_at(all, &t->last_sent)) {
		const struct incident *inc = incidents_newest_open(all);

		fail_msg("it stands at %s, not at %s or %s", inc && inc->step ? inc->step : "-", t->last_kept.step,
		    t->last_sent.step);
	}
	incidents_free(all);
	ledger_unref(l);
	integrity();
}

static void a_killed_triage_goes_on_where_it_was(void **state)
{
	int rounds = getenv("MQ_FULL") ? 200 : 20;
	struct told t = {0};

	(void)state;
	srand(11);
	for (int i = 0; i < rounds; i++)
		one_life((unsigned)i, (unsigned)rand() % 500, &t);
	/* It has been at work, and not died before it began. */
	assert_true(t.kept > (size_t)rounds);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "t_triage_kill.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	char path[400];

	(void)state;
	while (dir && (e = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_killed_triage_goes_on_where_it_was, make_folder, drop_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
