#include "pty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

enum { MOST_OUTPUT = 8 << 20 };

long long pty_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void die(const char *what)
{
	perror(what);
	exit(99);
}

static void run_job(char *const argv[])
{
	sigset_t none;

	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, getpid());
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGTTOU, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	setenv("TERM", "xterm-256color", 1);
	unsetenv("NO_COLOR");
	unsetenv("TMUX");
	unsetenv("COLUMNS");
	unsetenv("LINES");
	execv(argv[0], argv);
	_exit(127);
}

/* The session leader's life: what a shell does for one job. */
static void lead(int events, int orders, char *const argv[])
{
	pid_t job;

	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	job = fork();
	if (!job) {
		close(events);
		close(orders);
		run_job(argv);
	}
	setpgid(job, job);
	tcsetpgrp(STDIN_FILENO, job);
	if (write(events, &job, sizeof(job)) < 0)
		_exit(98);
	for (;;) {
		char order;
		int status;

		if (waitpid(job, &status, WUNTRACED) < 0 && errno == EINTR)
			continue;
		if (!WIFSTOPPED(status))
			tcsetpgrp(STDIN_FILENO, getpid());
		if (write(events, &status, sizeof(status)) < 0 || !WIFSTOPPED(status))
			break;
		tcsetpgrp(STDIN_FILENO, getpid());
		if (read(orders, &order, 1) != 1)
			break;
		tcsetpgrp(STDIN_FILENO, job);
		kill(-job, SIGCONT);
	}
	/* Stay: a leader that ends hangs the terminal up before the test has looked at it. */
	for (;;)
		pause();
}

void pty_start(struct pty *p, int columns, int rows, char *const argv[])
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	int events[2], orders[2];

	memset(p, 0, sizeof(*p));
	buf_init(&p->out, MOST_OUTPUT);
	if (openpty(&p->master, &p->slave, NULL, NULL, &size) || pipe(events) || pipe(orders))
		die("openpty");
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	tcgetattr(p->slave, &p->before);
	p->leader = fork();
	if (!p->leader) {
		close(p->master);
		close(events[0]);
		close(orders[1]);
		login_tty(p->slave);
		lead(events[1], orders[0], argv);
	}
	close(events[1]);
	close(orders[0]);
	p->events = events[0];
	p->orders = orders[1];
	if (read(p->events, &p->job, sizeof(p->job)) != sizeof(p->job))
		die("the job did not start");
}

void pty_close(struct pty *p)
{
	pid_t child = pty_child_of(p->job);

	if (child)
		kill(child, SIGKILL);
	kill(p->job, SIGKILL);
	kill(p->leader, SIGKILL);
	waitpid(p->leader, NULL, 0);
	if (p->master >= 0)
		close(p->master);
	close(p->slave);
	close(p->events);
	close(p->orders);
	buf_release(&p->out);
}

void pty_send(struct pty *p, const char *keys)
{
	if (write(p->master, keys, strlen(keys)) < 0)
		die("keys");
}

/* Reads what is there within ms; false: nothing came, or the other side is gone. */
static bool read_some(struct pty *p, int ms)
{
	struct pollfd in = {.fd = p->master, .events = POLLIN};
	char piece[16384];
	ssize_t n;

	if (p->master < 0 || poll(&in, 1, ms) <= 0)
		return false;
	n = read(p->master, piece, sizeof(piece));
	if (n > 0)
		buf_add(&p->out, piece, (size_t)n);
	return n > 0;
}

bool pty_wait_text(struct pty *p, const char *text, int ms)
{
	long long end = pty_now_ms() + ms;

	while (!strstr(p->out.data, text)) {
		long long left = end - pty_now_ms();

		if (left <= 0)
			return false;
		read_some(p, (int)left);
	}
	return true;
}

void pty_wait_quiet(struct pty *p, int quiet_ms, int most_ms)
{
	long long end = pty_now_ms() + most_ms;

	while (pty_now_ms() < end && read_some(p, quiet_ms))
		continue;
}

void pty_forget(struct pty *p)
{
	buf_reset(&p->out);
}

void pty_resize(struct pty *p, int columns, int rows)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	if (ioctl(p->master, TIOCSWINSZ, &size))
		die("TIOCSWINSZ");
}

int pty_wait_event(struct pty *p, int ms)
{
	long long end = pty_now_ms() + ms;

	for (;;) {
		struct pollfd in[2] = {
		    {.fd = p->events, .events = POLLIN}, {.fd = p->master, .events = POLLIN}};
		long long left = end - pty_now_ms();
		int status;

		/* The terminal must be read meanwhile, or the program waits for us. */
		if (left <= 0 || poll(in, 2, (int)left) < 0)
			return -1;
		if (in[0].revents & POLLIN) {
			pty_wait_quiet(p, 20, 200);
			return read(p->events, &status, sizeof(status)) == sizeof(status) ? status
											  : -1;
		}
		if (in[1].revents && !read_some(p, 0))
			poll(in, 1, 5);
	}
}

void pty_foreground(struct pty *p)
{
	if (write(p->orders, "c", 1) != 1)
		die("orders");
}

void pty_hang_up(struct pty *p)
{
	close(p->master);
	p->master = -1;
}

static const char *last_of(const char *text, const char *what)
{
	const char *found = NULL;

	while ((text = strstr(text, what))) {
		found = text;
		text++;
	}
	return found;
}

const char *pty_left_over(struct pty *p)
{
	const char *on = last_of(p->out.data, "\033[?1049h"),
		   *off = last_of(p->out.data, "\033[?1049l");
	const char *hidden = last_of(p->out.data, "\033[?25l"),
		   *shown = last_of(p->out.data, "\033[?25h");
	const char *mouse = last_of(p->out.data, "\033[?1000h"),
		   *no_mouse = last_of(p->out.data, "\033[?1000l");
	const char *paste = last_of(p->out.data, "\033[?2004h"),
		   *no_paste = last_of(p->out.data, "\033[?2004l");
	struct termios now;

	if (tcgetattr(p->slave, &now))
		return "the modes cannot be read";
	if (now.c_lflag != p->before.c_lflag || now.c_iflag != p->before.c_iflag ||
	    now.c_oflag != p->before.c_oflag)
		return "the modes";
	if (on && (!off || off < on))
		return "the alternate screen";
	if (hidden && (!shown || shown < hidden))
		return "the hidden cursor";
	if (mouse && (!no_mouse || no_mouse < mouse))
		return "the mouse";
	if (paste && (!no_paste || no_paste < paste))
		return "the marks of what is pasted";
	return NULL;
}

static pid_t parent_of(const char *pid)
{
	char path[64], line[512], *after;
	FILE *f;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	after = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	if (!after || sscanf(after + 1, " %*c %d", &parent) != 1)
		return 0;
	return parent;
}

pid_t pty_child_of(pid_t parent)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	while (dir && !found && (e = readdir(dir))) {
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && parent_of(e->d_name) == parent)
			found = (pid_t)strtol(e->d_name, NULL, 10);
	}
	if (dir)
		closedir(dir);
	return found;
}

pid_t pty_thread_named(pid_t process, const char *name)
{
	char path[320], comm[32];
	struct dirent *e;
	pid_t found = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir))) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/task/%s/comm", (int)process, e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(comm, sizeof(comm), f) && !strncmp(comm, name, strlen(name)))
			found = (pid_t)strtol(e->d_name, NULL, 10);
		fclose(f);
	}
	if (dir)
		closedir(dir);
	return found;
}
