#include "ui/guard.h"

#include "base/i18n.h"
#include "ui/guard_parent.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static struct guard_page alone = {.tty = -1}; /* without a parent */
static struct guard_page *page = &alone;
static pid_t parent; /* 0: none was forked */
static atomic_int saved_err = -1; /* read by the handlers of crashes, in any thread */

static const int watched[] = {
    SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT, SIGUSR1};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};

static void watched_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(set, watched[i]);
}

/* A page that both processes see. */
static struct guard_page *shared_page(void)
{
	struct guard_page *p =
	    mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int split_off(struct err *err)
{
	pid_t self = getpid(), child;
	struct guard_page *p = shared_page();

	if (!p)
		return err_set(err, _("No memory for the terminal's guard: %s."), strerror(errno));
	*p = (struct guard_page){.tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10)};
	if (p->tty < 0 || tcgetattr(p->tty, &p->saved)) {
		munmap(p, sizeof(*p));
		return err_set(err,
		    _("The terminal on standard output cannot be read: %s. "
		      "Use --plain to do without a screen."),
		    strerror(errno));
	}
	fflush(NULL);
	child = fork();
	if (child < 0) {
		close(p->tty);
		munmap(p, sizeof(*p));
		return err_set(err, _("No process for the terminal's guard: %s."), strerror(errno));
	}
	if (child > 0)
		guard_parent_run(p, child);
	/* Should the parent be killed, the program ends in good order. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != self)
		raise(SIGTERM);
	parent = self;
	page = p;
	return 0;
}

int guard_start(bool screen, struct err *err)
{
	sigset_t set;

	watched_set(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* The modes are given back also when the shell has taken the terminal already. */
	signal(SIGTTOU, SIG_IGN);
	if (screen && isatty(STDOUT_FILENO))
		return split_off(err);
	return 0;
}

int guard_signals(struct err *err)
{
	sigset_t set;
	int fd;

	watched_set(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	atomic_store(&page->listening, fd >= 0);
	if (fd < 0)
		err_set(err, _("Signals cannot be watched: %s."), strerror(errno));
	return fd;
}

int guard_tty(void)
{
	if (page->tty < 0 && isatty(STDOUT_FILENO)) {
		page->tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
		tcgetattr(page->tty, &page->saved);
	}
	return page->tty;
}

void guard_restore(void)
{
	if (atomic_exchange(&page->up, 0))
		guard_page_restore(page);
	/* bug() and the like still have something to say. */
	if (atomic_load(&saved_err) >= 0)
		dup2(atomic_load(&saved_err), STDERR_FILENO);
}

static void on_fatal(int sig)
{
	sigset_t set;

	guard_restore();
	/* The parent restores once more when every thread is dead: one that was
	 * painting may have written after this. */
	atomic_store(&page->up, parent ? GUARD_AGAIN : 0);
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
}

static void catch_crashes(void)
{
	static char stack[64 * 1024];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};

	sigaltstack(&alternate, NULL);
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &sa, NULL);
	bug_set_hook(guard_restore);
}

void guard_up(const char *restore, size_t len)
{
	if (guard_tty() < 0)
		return;
	page->len = len < sizeof(page->restore) ? len : sizeof(page->restore);
	memcpy(page->restore, restore, page->len);
	catch_crashes();
	atomic_store(&page->up, GUARD_UP);
}

void guard_down(void)
{
	atomic_store(&page->up, 0);
}

void guard_mute(void)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere < 0)
		return;
	fflush(NULL);
	atomic_store(&saved_err, fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10));
	dup2(nowhere, STDOUT_FILENO);
	/* Errors that were sent to a file are kept: they paint over nothing. */
	if (isatty(STDERR_FILENO))
		dup2(nowhere, STDERR_FILENO);
	close(nowhere);
}

void guard_say(const char *text)
{
	int err = atomic_load(&saved_err);

	dprintf(err >= 0 ? err : STDERR_FILENO, "mqduty: %s\n", text);
}

void guard_stop_self(void)
{
	kill(getpid(), SIGSTOP);
}

void guard_continued(void)
{
	if (parent)
		kill(parent, SIGCONT);
}

bool guard_in_foreground(void)
{
	pid_t group = page->tty >= 0 ? tcgetpgrp(page->tty) : -1;

	/* Not our controlling terminal, or none: nobody would stop us. */
	return group < 0 || group == getpgrp();
}
