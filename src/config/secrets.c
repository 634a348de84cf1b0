#include "config/config.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECRET_MAX = 16384 /* tokens may be long */, TIMEOUT_S = 30 };

/* Clears memory that held a secret; unlike memset it is never optimised away. */
static void forget(struct buf *b)
{
	if (b->cap)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

/* Reads until the end, the maximum or the deadline. */
static int drain(int fd, struct buf *out, int64_t deadline, struct err *err)
{
	char block[512];

	for (;;) {
		int64_t left = (deadline - clock_boot()) / NS_PER_MS;
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;
		int rc;

		if (left <= 0)
			return err_set(err, _("gave no answer within %d s"), TIMEOUT_S);
		if (poll(&p, 1, left > 1000 ? 1000 : (int)left) <= 0)
			continue;
		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? err_set(err, _("cannot be read: %s"), strerror(errno)) : 0;
		rc = buf_add(out, block, (size_t)n);
		explicit_bzero(block, sizeof(block));
		if (rc)
			return err_set(err,
			    _("printed more than %d bytes: it should print the password only"),
			    SECRET_MAX);
	}
}

/*
 * In the child: nothing to read, only the pipe to write to. It stays in the
 * terminal's session, so that a password manager may ask the operator for its
 * own pass phrase on /dev/tty, and its complaints are seen.
 */
static _Noreturn void run_child(const char *const *argv, int out)
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	/* The dashboard has blocked its signals by now: ^C must reach the command. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGTTOU, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

/* The child's status; one that has not ended by the deadline is killed. */
static int reap(pid_t pid, int64_t deadline)
{
	bool killed = false;
	int status = 0;
	pid_t rc;

	while ((rc = waitpid(pid, &status, killed ? 0 : WNOHANG)) <= 0) {
		if (rc < 0 && errno != EINTR)
			return -1;
		if (clock_boot() < deadline) {
			poll(NULL, 0, 5);
		} else if (!killed) {
			kill(pid, SIGKILL);
			killed = true;
		}
	}
	return status;
}

static int run_command(const char **argv, struct buf *out, struct err *err)
{
	int64_t deadline = clock_boot() + TIMEOUT_S * NS_PER_S;
	int pipefd[2], status, failed;
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC))
		return err_set(err, _("cannot be started: %s"), strerror(errno));
	pid = fork();
	if (pid == 0)
		run_child(argv, pipefd[1]);
	close(pipefd[1]);
	if (pid < 0) {
		close(pipefd[0]);
		return err_set(err, _("cannot be started: %s"), strerror(errno));
	}
	failed = drain(pipefd[0], out, deadline, err);
	close(pipefd[0]);
	status = reap(pid, failed ? clock_boot() : deadline);
	if (failed)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, _("'%s' was not found or could not be started"), argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, _("'%s' failed (%s %d): run it by hand to see why"), argv[0],
		    WIFEXITED(status) ? _("exit code") : _("signal"),
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return 0;
}

static int read_secret_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), rc;
	struct stat st;

	if (fd < 0)
		return err_set(err, _("cannot open %s: %s"), path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		rc = err_set(err, _("%s is not a file"), path);
	else if (st.st_uid != geteuid() && st.st_uid != 0)
		rc = err_set(err, _("%s belongs to another user: chown it to yourself"), path);
	else if (st.st_mode & 077)
		rc = err_set(
		    err, _("%s can be read or written by others: chmod 600 %s"), path, path);
	else
		rc = drain(fd, out, clock_boot() + TIMEOUT_S * NS_PER_S, err);
	close(fd);
	return rc;
}

static int read_secret(const struct secret_conf *s, struct buf *out, struct err *err)
{
	if (s->command)
		return run_command(s->command, out, err) ? err_prefix(err, "password_command") : 0;
	if (s->file)
		return read_secret_file(s->file, out, err) ? err_prefix(err, "password_file") : 0;
	if (!getenv(s->env))
		return err_set(err,
		    _("password_env: the variable %s is not set: export it before starting mqduty"),
		    s->env);
	return buf_adds(out, getenv(s->env));
}

static int resolve(struct config *c, struct secret_conf *s, struct err *err)
{
	struct buf text;
	int rc;

	if (!s->command && !s->file && !s->env)
		return 0;
	buf_init(&text, SECRET_MAX);
	rc = read_secret(s, &text, err);
	if (!rc) {
		if (text.len && text.data[text.len - 1] == '\n')
			text.len--;
		if (text.len && text.data[text.len - 1] == '\r')
			text.len--;
		if (!text.len || memchr(text.data, '\0', text.len))
			rc = err_set(err, _("the password is empty or holds a NUL byte"));
		else
			s->value = arena_strndup(&c->arena, text.data, text.len);
	}
	forget(&text);
	return rc;
}

int config_newest_secret(const struct secret_conf *s, struct buf *out, struct err *err)
{
	if (s->file && !s->command)
		return read_secret_file(s->file, out, err) ? err_prefix(err, "password_file") : 0;
	return buf_adds(out, s->value ? s->value : "");
}

int config_resolve_secrets(struct config *c, struct err *err)
{
	for (size_t i = 0; i < c->n_clusters; i++) {
		struct cluster_conf *cl = &c->clusters[i];

		if (resolve(c, &cl->password, err) || resolve(c, &cl->sys.password, err) ||
		    resolve(c, &cl->canary.password, err))
			return err_prefix(err, _("cluster '%s'"), cl->name);
	}
	return 0;
}
