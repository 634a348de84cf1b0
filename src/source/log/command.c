#include "source/log/command.h"

#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* More than a pipe holds: a command that never stops talking is not listened to for ever at once. */
enum { MOST_READS = 128 };

/* Between fork and exec only async-signal-safe calls are allowed: other threads held locks. */
static _Noreturn void child(const char *const *argv, const int fds[3], pid_t parent)
{
	static const char refused[] = "it cannot be run: is it installed, and in $PATH?\n";
	sigset_t none;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	for (int i = 0; i < 3; i++)
		dup2(fds[i], i);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], (char *const *)argv);
	if (write(STDERR_FILENO, refused, sizeof(refused) - 1) < 0)
		_exit(126);
	_exit(127);
}

static void close_all(const int *fds, int n)
{
	for (int i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* fds: the child's stdin, stdout, stderr; then our ends of the latter two. */
static int open_ends(int fds[5])
{
	int out[2] = {-1, -1}, err[2] = {-1, -1};

	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fds[0] < 0 || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
		int error = errno;

		close_all((int[]){fds[0], out[0], out[1], err[0], err[1]}, 5);
		errno = error;
		return -1;
	}
	fds[1] = out[1];
	fds[2] = err[1];
	fds[3] = out[0];
	fds[4] = err[0];
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	return 0;
}

int log_command_start(struct log_command *c, const char *const *argv, struct err *err)
{
	pid_t parent = getpid();
	int fds[5];

	*c = (struct log_command){.out = -1, .err = -1};
	if (open_ends(fds))
		return err_set(err, _("no pipe for %s: %s"), argv[0], strerror(errno));
	c->pid = fork();
	if (c->pid == 0)
		child(argv, fds, parent);
	close_all(fds, 3);
	if (c->pid < 0) {
		c->pid = 0;
		close_all(fds + 3, 2);
		return err_set(err, _("%s could not be started: %s"), argv[0], strerror(errno));
	}
	c->out = fds[3];
	c->err = fds[4];
	return 0;
}

void log_command_hear(struct log_command *c)
{
	char raw[1024], *line;
	ssize_t n;

	for (int i = 0; i < MOST_READS && c->err >= 0 && (n = read(c->err, raw, sizeof(raw) - 1)) >= 0; i++) {
		if (n == 0) {
			close(c->err);
			c->err = -1;
			break;
		}
		while (n > 0 && (raw[n - 1] == '\n' || raw[n - 1] == '\r'))
			n--;
		raw[n] = '\0';
		line = strrchr(raw, '\n');
		line = line ? line + 1 : raw;
		if (*line)
			text_sanitise(c->words, sizeof(c->words), line, sizeof(raw));
	}
}

void log_command_end(struct log_command *c, char *how, size_t size)
{
	int status = 0;
	pid_t got = 0;

	if (!c->pid)
		return;
	log_command_hear(c);
	/* One that closed its stdout is about to end by itself: its exit code says why. */
	for (int tries = 0; tries < 50 && got == 0; tries++) {
		got = waitpid(c->pid, &status, WNOHANG);
		if (got == 0 && tries == 20)
			kill(-c->pid, SIGKILL);
		if (got == 0)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	kill(-c->pid, SIGKILL); /* those that it left behind */
	log_command_hear(c);
	close_all((int[]){c->out, c->err}, 2);
	if (got == c->pid && WIFEXITED(status))
		snprintf(how, size, _("ended with code %d%s%s"), WEXITSTATUS(status),
		    c->words[0] ? ": " : "", c->words);
	else
		snprintf(how, size, _("was ended%s%s"), c->words[0] ? ": " : "", c->words);
	*c = (struct log_command){.out = -1, .err = -1};
}
