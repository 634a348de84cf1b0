#include "lab/proc.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_MAX = 65536, POLL_MS = 20 };

/* State letter and start time of a pid: fields 3 and 22 of its stat, counted from the
 * last ')' because the name before it may hold anything. */
static int proc_stat(pid_t pid, char *state, unsigned long long *start)
{
	char path[64], text[1024], *p;
	int field = 3;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (read_small(path, text, sizeof(text)) <= 0)
		return -1;
	p = strrchr(text, ')');
	if (!p || p[1] != ' ')
		return -1;
	*state = p[2];
	for (p += 2; field < 22; field++) {
		p = strchr(p, ' ');
		if (!p)
			return -1;
		p++;
	}
	*start = strtoull(p, NULL, 10);
	return 0;
}

enum proc_state proc_state(const struct proc *p)
{
	unsigned long long start;
	char state;

	/* A zombie that nobody reaps runs no more. */
	if (p->pid <= 1 || proc_stat(p->pid, &state, &start) || start != p->start || state == 'Z' ||
	    state == 'X')
		return PROC_GONE;
	return state == 'T' || state == 't' ? PROC_FROZEN : PROC_RUNNING;
}

static int record_write(
    const struct lab *lab, struct err *err, const char *name, pid_t pid, const char *const *argv)
{
	unsigned long long start;
	char state, file[PROC_NAME + 8];
	struct buf b;
	int rc;

	if (proc_stat(pid, &state, &start))
		return err_set(err, "The process %s ended before it began.", name);
	buf_init(&b, RECORD_MAX);
	buf_addf(&b, "pid=%d\nstart=%llu\n", (int)pid, start);
	for (size_t i = 0; argv[i]; i++)
		buf_addf(&b, "arg=%s\n", argv[i]);
	snprintf(file, sizeof(file), "procs/%s", name);
	rc = b.overflow ? err_set(err, "The command line of %s is too long.", name)
			: lab_write(lab, 0600, err, file, b.data);
	buf_release(&b);
	return rc;
}

int proc_read(const struct lab *lab, const char *name, struct proc *p)
{
	char path[LAB_PATH], *line, *next;
	size_t n = 0;

	*p = (struct proc){0};
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->text = xmalloc(RECORD_MAX);
	if (read_small(lab_path(lab, path, "procs/%s", name), p->text, RECORD_MAX) < 0) {
		proc_release(p);
		return -1;
	}
	for (line = p->text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (strncmp(line, "pid=", 4) == 0)
			p->pid = (pid_t)strtol(line + 4, NULL, 10);
		else if (strncmp(line, "start=", 6) == 0)
			p->start = strtoull(line + 6, NULL, 10);
		else if (strncmp(line, "arg=", 4) == 0 && n < PROC_ARGS)
			p->args[n++] = line + 4;
	}
	return 0;
}

void proc_release(struct proc *p)
{
	free(p->text);
	p->text = NULL;
}

enum proc_state proc_state_of(const struct lab *lab, const char *name)
{
	enum proc_state s = PROC_GONE;
	struct proc p;

	if (proc_read(lab, name, &p))
		return s;
	s = proc_state(&p);
	proc_release(&p);
	return s;
}

/* In the daemon: waits until its record is written, then becomes the program. */
static _Noreturn void become(
    const struct lab *lab, const char *name, const char *const *argv, int go, int failed)
{
	char path[LAB_PATH], c;
	sigset_t none;
	int log, null, e;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	if (read(go, &c, 1) != 1)
		_exit(0);
	log = open(lab_path(lab, path, "log/%s.log", name),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (log >= 0 && null >= 0 && dup2(null, 0) == 0 && dup2(log, 1) == 1 && dup2(log, 2) == 2 &&
	    chdir(lab->dir) == 0)
		execv(argv[0], (char *const *)argv);
	e = errno;
	if (write(failed, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

/* Forks twice, so that whoever runs us need not reap; returns the daemon's pid or -1. */
static pid_t fork_daemon(
    const struct lab *lab, const char *name, const char *const *argv, int go[2], int failed[2])
{
	int told[2];
	pid_t mid, pid = -1;

	if (pipe2(told, O_CLOEXEC))
		return -1;
	mid = fork();
	if (mid == 0) {
		pid = fork();
		if (pid == 0) {
			close(go[1]);
			close(told[1]);
			become(lab, name, argv, go[0], failed[1]);
		}
		if (write(told[1], &pid, sizeof(pid)) < 0)
			_exit(1);
		_exit(0);
	}
	close(told[1]);
	if (mid > 0 && read(told[0], &pid, sizeof(pid)) != (ssize_t)sizeof(pid))
		pid = -1;
	close(told[0]);
	while (mid > 0 && waitpid(mid, NULL, 0) < 0 && errno == EINTR)
		;
	return pid;
}

int proc_start(const struct lab *lab, struct err *err, const char *name, const char *const *argv)
{
	int go[2], failed[2], e = 0, rc;
	pid_t pid;

	if (pipe2(go, O_CLOEXEC))
		return err_set(err, "No pipe for %s: %s.", name, strerror(errno));
	if (pipe2(failed, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return err_set(err, "No pipe for %s: %s.", name, strerror(errno));
	}
	pid = fork_daemon(lab, name, argv, go, failed);
	close(go[0]);
	close(failed[1]);
	rc = pid > 0 ? record_write(lab, err, name, pid, argv)
		     : err_set(err, "%s cannot be started: %s.", name, strerror(errno));
	if (rc == 0 && write(go[1], "g", 1) != 1)
		rc = err_set(err, "%s cannot be started: %s.", name, strerror(errno));
	close(go[1]);
	/* The pipe closes itself in a successful exec. */
	if (rc == 0 && read(failed[0], &e, sizeof(e)) == (ssize_t)sizeof(e))
		rc = err_set(err, "%s cannot be started from %s: %s.", name, argv[0], strerror(e));
	close(failed[0]);
	return rc;
}

int proc_restart(const struct lab *lab, struct err *err, const char *name)
{
	struct proc p;
	int rc;

	if (proc_read(lab, name, &p))
		return err_set(err, "This lab has no process %s.", name);
	if (proc_state(&p) != PROC_GONE)
		rc = err_set(err, "%s still runs.", name);
	else
		rc = proc_start(lab, err, name, p.args);
	proc_release(&p);
	return rc;
}

/* Through a pidfd: between the check and the signal the pid cannot change hands. */
int proc_signal_read(const struct proc *p, int sig)
{
	int fd, rc;

	if (p->pid <= 1)
		return -1;
	fd = pidfd_open(p->pid, 0);
	if (fd < 0)
		return -1;
	rc = proc_state(p) == PROC_GONE ? -1 : pidfd_send_signal(fd, sig, NULL, 0);
	close(fd);
	return rc;
}

int proc_signal(const struct lab *lab, const char *name, int sig)
{
	struct proc p;
	int rc;

	if (proc_read(lab, name, &p))
		return -1;
	rc = proc_signal_read(&p, sig);
	proc_release(&p);
	return rc;
}

static bool gone_within(const struct proc *p, int ms)
{
	int64_t end = clock_boot() + ms * NS_PER_MS;
	struct timespec nap = {.tv_nsec = POLL_MS * NS_PER_MS};

	while (proc_state(p) != PROC_GONE) {
		if (clock_boot() >= end)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

void proc_end(const struct lab *lab, const char *name, int grace_ms)
{
	struct proc p;

	if (proc_read(lab, name, &p))
		return;
	if (proc_state(&p) == PROC_FROZEN)
		proc_signal_read(&p, SIGKILL);
	else if (grace_ms > 0)
		proc_signal_read(&p, SIGTERM);
	if (!gone_within(&p, grace_ms)) {
		proc_signal_read(&p, SIGKILL);
		gone_within(&p, 10000);
	}
	if (proc_state(&p) == PROC_GONE)
		proc_forget(lab, name);
	proc_release(&p);
}

void proc_forget(const struct lab *lab, const char *name)
{
	char path[LAB_PATH];

	unlink(lab_path(lab, path, "procs/%s", name));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **proc_names(const struct lab *lab, size_t *n)
{
	char path[LAB_PATH], **names = NULL;
	size_t cap = 0;
	struct dirent *e;
	DIR *d = opendir(lab_path(lab, path, "procs"));

	*n = 0;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' || strstr(e->d_name, ".new"))
			continue;
		array_reserve(&names, &cap, *n + 1, sizeof(*names));
		names[(*n)++] = xstrdup(e->d_name);
	}
	if (d)
		closedir(d);
	if (names)
		qsort(names, *n, sizeof(*names), by_name);
	return names;
}

void proc_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

void proc_log_tail(const struct lab *lab, const char *name, char *out, size_t size)
{
	char path[LAB_PATH], raw[512];
	int fd = open(lab_path(lab, path, "log/%s.log", name), O_RDONLY | O_CLOEXEC);
	off_t end;
	ssize_t n;

	out[0] = '\0';
	if (fd < 0)
		return;
	end = lseek(fd, 0, SEEK_END);
	n = pread(fd, raw, sizeof(raw), end > (off_t)sizeof(raw) ? end - (off_t)sizeof(raw) : 0);
	close(fd);
	if (n > 0)
		text_sanitise(out, size, raw, (size_t)n);
}
