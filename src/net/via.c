#include "net/via.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARG_MAX_BYTES = 1024, MOST_ARGS = 64, MOST_READS = 256 };

static char *expand(const char *arg, const char *host, const char *port)
{
	struct buf b;

	buf_init(&b, ARG_MAX_BYTES);
	for (; *arg; arg++) {
		if (arg[0] == '%' && arg[1] == 'h')
			buf_adds(&b, host), arg++;
		else if (arg[0] == '%' && arg[1] == 'p')
			buf_adds(&b, port), arg++;
		else if (arg[0] == '%' && arg[1] == '%')
			buf_addc(&b, '%'), arg++;
		else
			buf_addc(&b, *arg);
	}
	return buf_detach(&b);
}

/* Between fork and exec only async-signal-safe calls are allowed: other threads held locks. */
static _Noreturn void child(char **argv, int io, int listener, int err_pipe)
{
	sigset_t none;

	setsid();
	if (listener >= 0)
		io = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	dup2(io, STDIN_FILENO);
	dup2(io, STDOUT_FILENO);
	dup2(err_pipe, STDERR_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(127);
}

static void close_pair(const int fd[2])
{
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

/* listener < 0: over a socketpair, whose other end is v->fd. */
static int spawn(struct via *v, char **argv, int listener, struct err *err)
{
	int io[2] = {-1, -1}, errs[2];

	if (listener < 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io))
		return err_set(err, _("no socket for the via command: %s"), strerror(errno));
	if (pipe2(errs, O_CLOEXEC | O_NONBLOCK)) {
		close_pair(io);
		return err_set(err, _("no pipe for the via command: %s"), strerror(errno));
	}
	v->pid = fork();
	if (v->pid == 0)
		child(argv, io[1], listener, errs[1]);
	close(errs[1]);
	if (v->pid < 0) {
		close_pair(io);
		close(errs[0]);
		return err_set(
		    err, _("the via command %s could not be started: %s"), argv[0], strerror(errno));
	}
	if (io[0] >= 0) {
		close(io[1]);
		fcntl(io[0], F_SETFL, O_NONBLOCK);
	}
	v->fd = io[0];
	v->err_fd = errs[0];
	return 0;
}

int via_start(
    struct via *v, const char *const *argv, const char *host, const char *port, struct err *err)
{
	return via_start_on(v, argv, host, port, -1, err);
}

int via_start_on(struct via *v, const char *const *argv, const char *host, const char *port,
    int listener, struct err *err)
{
	char *args[MOST_ARGS + 1];
	size_t n = 0;
	int rc;

	for (; argv[n] && n < MOST_ARGS; n++)
		args[n] = expand(argv[n], host, port);
	args[n] = NULL;
	if (!n)
		return err_set(err, _("the via command is empty"));
	rc = spawn(v, args, listener, err);
	while (n--)
		free(args[n]);
	return rc;
}

void via_last_words(struct via *v, char *out, size_t size)
{
	char raw[512], more[512];
	ssize_t got = 0, n;
	char *line;

	out[0] = '\0';
	/* The end of all that it said; one that never stops is not listened to for ever. */
	for (int i = 0; i < MOST_READS && v->err_fd >= 0 && (n = read(v->err_fd, more, sizeof(more) - 1)) > 0; i++) {
		size_t keep = (size_t)got < sizeof(raw) - 1 - (size_t)n ? (size_t)got : sizeof(raw) - 1 - (size_t)n;

		memmove(raw, raw + got - keep, keep);
		memcpy(raw + keep, more, (size_t)n);
		got = (ssize_t)keep + n;
	}
	if (!got)
		return;
	while (got > 0 && (raw[got - 1] == '\n' || raw[got - 1] == '\r'))
		got--;
	raw[got] = '\0';
	line = strrchr(raw, '\n');
	text_sanitise(out, size, line ? line + 1 : raw, sizeof(raw));
}

void via_end(struct via *v)
{
	if (v->err_fd >= 0)
		close(v->err_fd);
	v->err_fd = -1;
	if (v->pid <= 0)
		return;
	kill(-v->pid, SIGKILL);
	kill(v->pid, SIGKILL);
	/* A killed child is gone within moments; one that is not yet stays a zombie until exit. */
	for (int tries = 0; tries < 20 && waitpid(v->pid, NULL, WNOHANG) == 0; tries++)
		usleep(500);
	v->pid = 0;
}
