#include "ui/guard_parent.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long the program may take to end once it was told to. */
enum { HANGUP_MS = 400, TERM_MS = 3000 };

void guard_page_restore(const struct guard_page *page)
{
	const char *p = page->restore;
	size_t left = page->len;

	while (left) {
		ssize_t n = write(page->tty, p, left);

		if (n <= 0 && errno != EINTR)
			break;
		if (n > 0) {
			p += n;
			left -= (size_t)n;
		}
	}
	tcsetattr(page->tty, TCSANOW, &page->saved);
}

static void restore_after(struct guard_page *page)
{
	if (atomic_exchange(&page->up, 0))
		guard_page_restore(page);
}

static _Noreturn void die_of(int sig)
{
	struct rlimit none = {0, 0};
	char said[128];
	sigset_t set;
	int n;

	/* Who asked it to end needs not be told. */
	n = snprintf(said, sizeof(said),
	    "mqduty: ended by signal %d (%s); the terminal was given back.\n", sig, strsignal(sig));
	if (sig != SIGPIPE && sig != SIGINT && sig != SIGTERM && sig != SIGHUP &&
	    write(STDERR_FILENO, said, (size_t)n) < 0)
		errno = 0;
	/* The program has left its core, where it may; this one would tell nothing. */
	setrlimit(RLIMIT_CORE, &none);
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	_exit(128 + sig);
}

/* Returns when the child is alive still. */
static void look_after(struct guard_page *page, pid_t child)
{
	int status;

	while (waitpid(child, &status, WNOHANG | WUNTRACED) == child) {
		if (WIFSTOPPED(status)) {
			/* Stopped from outside it could not clean up; the shell must see a stop. */
			if (atomic_load(&page->up))
				guard_page_restore(page);
			kill(getpid(), SIGSTOP);
			continue;
		}
		restore_after(page);
		if (WIFSIGNALED(status))
			die_of(WTERMSIG(status));
		_exit(WEXITSTATUS(status));
	}
}

/* A key of the terminal (^C) reaches both processes, kill(1) only this one. */
static bool to_pass_on(const siginfo_t *si, pid_t child)
{
	if (si->si_signo == SIGHUP || si->si_signo == SIGTERM)
		return true;
	return si->si_code <= 0 && si->si_pid != child;
}

/* Before its loop runs, as while a password command hangs, the program does not hear:
 * it has nothing to lose yet. */
static void end_early(struct guard_page *page, pid_t child, int sig)
{
	if (atomic_load(&page->listening))
		return;
	if (sig != SIGINT && sig != SIGQUIT && sig != SIGTERM && sig != SIGHUP)
		return;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	restore_after(page);
	die_of(sig);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int wait_signal(const sigset_t *set, siginfo_t *si, long long deadline)
{
	long long left = deadline - now_ms();
	struct timespec ts = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};

	if (!deadline)
		return sigwaitinfo(set, si);
	if (left <= 0) {
		errno = EAGAIN;
		return -1;
	}
	return sigtimedwait(set, si, &ts);
}

void guard_parent_run(struct guard_page *page, pid_t child)
{
	static const int signals[] = {
	    SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGUSR1, SIGWINCH};
	long long deadline = 0;
	sigset_t set;

	prctl(PR_SET_NAME, "mqduty-guard");
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (;;) {
		siginfo_t si;
		int sig;

		look_after(page, child);
		sig = wait_signal(&set, &si, deadline);
		if (sig < 0 && errno == EAGAIN) {
			/* It hangs, as in a write to a terminal that takes nothing any more. */
			kill(child, SIGKILL);
			deadline = 0;
		}
		if (sig <= 0 || sig == SIGCHLD)
			continue;
		end_early(page, child, sig);
		if (to_pass_on(&si, child))
			kill(child, sig);
		if ((sig == SIGHUP || sig == SIGTERM) && !deadline)
			deadline = now_ms() + (sig == SIGHUP ? HANGUP_MS : TERM_MS);
	}
}
