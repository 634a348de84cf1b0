/* Whatever ends the dashboard, the terminal comes back as it was. */
#include "pty.h"

#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef MQ_SANITIZED
enum { START_MS = 30000, END_MS = 8000, HANG_UP_MS = 4000 };
#else
enum { START_MS = 10000, END_MS = 2000, HANG_UP_MS = 500 };
#endif

struct dash {
	struct pty pty;
	pid_t guard, ui, poller;
};

static void start(struct dash *d)
{
	char path[4096], kind[] = "moving";
	char *argv[] = {path, kind, NULL};

	snprintf(path, sizeof(path), "%s/tests/pty/dash", getenv("top_builddir"));
	pty_start(&d->pty, 80, 24, argv);
	assert_true(pty_wait_text(&d->pty, "OVERVIEW", START_MS));
	d->guard = d->pty.job;
	d->ui = pty_child_of(d->guard);
	assert_int_not_equal(d->ui, 0);
	d->poller = pty_thread_named(d->ui, "poller");
	assert_int_not_equal(d->poller, 0);
}

/* What libraries say to standard error never reached the screen. */
static void finish(struct dash *d)
{
	const char *left = pty_left_over(&d->pty);

	assert_null(strstr(d->pty.out.data, "library:"));
	if (left)
		fail_msg("not given back: %s", left);
	pty_close(&d->pty);
}

static void ends_in_good_order(int sig, bool by_guard)
{
	struct dash d;
	int status;

	start(&d);
	kill(by_guard ? d.guard : d.ui, sig);
	status = pty_wait_event(&d.pty, END_MS);
	assert_int_not_equal(status, -1);
	/* After a hang-up it has 400 ms, then the guard ends it: on a busy machine that happens. */
	if (sig != SIGHUP || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 128 + sig);
	}
	finish(&d);
}

static void signals_that_ask_are_obeyed(void **state)
{
	static const int asks[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		ends_in_good_order(asks[i], false);
		ends_in_good_order(asks[i], true);
	}
}

static void dies_of(int sig, bool in_poller)
{
	struct dash d;
	int status;

	start(&d);
	if (in_poller)
		syscall(SYS_tgkill, d.ui, d.poller, sig);
	else
		kill(d.ui, sig);
	status = pty_wait_event(&d.pty, END_MS);
	assert_int_not_equal(status, -1);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), sig);
	assert_non_null(strstr(d.pty.out.data, "the terminal was given back"));
	finish(&d);
}

static void a_crash_gives_the_terminal_back(void **state)
{
	static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		dies_of(crashes[i], false);
}

static void so_does_one_in_a_poller(void **state)
{
	static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		dies_of(crashes[i], true);
}

static void the_guard_restores_after_sigkill(void **state)
{
	(void)state;
	dies_of(SIGKILL, false);
}

static void gone_within(pid_t pid, int ms)
{
	long long end = pty_now_ms() + ms;

	while (!kill(pid, 0)) {
		if (pty_now_ms() > end)
			fail_msg("process %d is still there after %d ms", (int)pid, ms);
		usleep(2000);
	}
}

static void without_its_guard_it_ends_in_good_order(void **state)
{
	struct dash d;

	(void)state;
	start(&d);
	kill(d.guard, SIGKILL);
	assert_int_not_equal(pty_wait_event(&d.pty, END_MS), -1);
	gone_within(d.ui, END_MS);
	pty_wait_quiet(&d.pty, 50, 500);
	finish(&d);
}

static void a_dropped_line_ends_it(void **state)
{
	struct dash d;

	(void)state;
	start(&d);
	pty_hang_up(&d.pty);
	gone_within(d.ui, HANG_UP_MS);
	gone_within(d.guard, HANG_UP_MS);
	pty_close(&d.pty);
}

static void keys_that_end_it(void **state)
{
	static const struct {
		const char *key;
		int exit;
	} keys[] = {{"q", 0}, {"\003", 128 + SIGINT}, {"\034", 128 + SIGQUIT}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dash d;
		int status;

		start(&d);
		pty_send(&d.pty, keys[i].key);
		status = pty_wait_event(&d.pty, END_MS);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), keys[i].exit);
		finish(&d);
	}
}

static void it_can_be_ended_before_there_is_a_screen(void **state)
{
	char path[4096], kind[] = "slow";
	char *argv[] = {path, kind, NULL};
	struct pty p;
	int status;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/pty/dash", getenv("top_builddir"));
	pty_start(&p, 80, 24, argv);
	assert_true(pty_wait_text(&p, "password", START_MS));
	pty_send(&p, "\003");
	status = pty_wait_event(&p, END_MS);
	assert_int_not_equal(status, -1);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	assert_null(pty_left_over(&p));
	pty_close(&p);
}

/* It was stopped: the shell has its terminal, then it comes back whole. */
static void comes_back(struct dash *d)
{
	int status = pty_wait_event(&d->pty, END_MS);

	assert_int_not_equal(status, -1);
	assert_true(WIFSTOPPED(status));
	pty_wait_quiet(&d->pty, 50, 500);
	assert_null(pty_left_over(&d->pty));
	pty_forget(&d->pty);
	pty_foreground(&d->pty);
	assert_true(pty_wait_text(&d->pty, "\033[?1049h", END_MS));
	assert_true(pty_wait_text(&d->pty, "OVERVIEW", END_MS));
	pty_send(&d->pty, "3");
	assert_true(pty_wait_text(&d->pty, "BEHIND", END_MS));
	pty_send(&d->pty, "q");
	status = pty_wait_event(&d->pty, END_MS);
	assert_true(WIFEXITED(status));
	finish(d);
}

static void ctrl_z_and_fg(void **state)
{
	struct dash d;

	(void)state;
	start(&d);
	pty_send(&d.pty, "\032");
	comes_back(&d);
}

static void tstp_by_kill(void **state)
{
	struct dash d;

	(void)state;
	start(&d);
	kill(d.guard, SIGTSTP);
	comes_back(&d);
}

static void stopped_from_outside(void **state)
{
	struct dash d;

	(void)state;
	start(&d);
	kill(d.ui, SIGSTOP);
	comes_back(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signals_that_ask_are_obeyed),
	    cmocka_unit_test(a_crash_gives_the_terminal_back),
	    cmocka_unit_test(so_does_one_in_a_poller),
	    cmocka_unit_test(the_guard_restores_after_sigkill),
	    cmocka_unit_test(without_its_guard_it_ends_in_good_order),
	    cmocka_unit_test(a_dropped_line_ends_it),
	    cmocka_unit_test(keys_that_end_it),
	    cmocka_unit_test(it_can_be_ended_before_there_is_a_screen),
	    cmocka_unit_test(ctrl_z_and_fg),
	    cmocka_unit_test(tstp_by_kill),
	    cmocka_unit_test(stopped_from_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
