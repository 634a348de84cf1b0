#include "audit/backups.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ENTRIES = 10000, COMMAND_S = 30, KEPT = 16, AHEAD_S = 3600 };

#define COMMAND_HOLDS (600 * NS_PER_S)

extern char **environ;

/* What lies in a folder: how large the files in it are, and which entry is the newest. Not deeper than that. */
struct folder {
	int64_t bytes;
	struct stat newest;
	char name[NAME_MAX + 1]; /* "": it is empty */
};

static int look_into(const char *path, struct folder *out, struct err *err)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	*out = (struct folder){.bytes = 0};
	if (!d)
		return err_set(err, "%s: %s", path, strerror(errno));
	for (int n = 0; n < MOST_ENTRIES && (e = readdir(d)); n++) {
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISREG(st.st_mode))
			out->bytes += st.st_size;
		if (out->name[0] && st.st_mtime <= out->newest.st_mtime)
			continue;
		out->newest = st;
		snprintf(out->name, sizeof(out->name), "%s", e->d_name);
	}
	closedir(d);
	return 0;
}

static int look_at_path(const char *path, int64_t wall, struct backup_seen *out, struct err *err)
{
	struct folder folder, inner;
	struct stat st;
	char sub[PATH_MAX];

	if (stat(path, &st))
		return err_set(err, "%s: %s", path, strerror(errno));
	out->bytes = st.st_size;
	if (S_ISDIR(st.st_mode)) {
		if (look_into(path, &folder, err))
			return -1;
		if (!folder.name[0])
			return err_set(err, _("%s is empty"), path);
		st = folder.newest;
		out->bytes = st.st_size;
		if (S_ISDIR(st.st_mode)) {
			snprintf(sub, sizeof(sub), "%.*s/%s", PATH_MAX - NAME_MAX - 2, path, folder.name);
			if (look_into(sub, &inner, err))
				return -1;
			out->bytes = inner.bytes;
		}
	}
	/* A clock may be somewhat wrong; what is dated years ahead would never grow too old. */
	if (st.st_mtime > wall / NS_PER_S + AHEAD_S)
		return err_set(err, _("%s is dated in the future: how old it is is not known"), path);
	out->age = wall - (int64_t)st.st_mtime * NS_PER_S;
	return 0;
}

/* Nothing to read, nothing to see, a group of its own: it cannot touch the screen. */
static int start(const char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int run(const char *const *argv, struct err *err)
{
	int64_t deadline = clock_boot() + COMMAND_S * NS_PER_S;
	int rc, status = 0;
	pid_t pid, ended;

	rc = start(argv, &pid);
	if (rc)
		return err_set(err, _("'%s' cannot be started: %s"), argv[0], strerror(rc));
	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		if (clock_boot() >= deadline) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return err_set(err, _("'%s' did not end within %d s"), argv[0], COMMAND_S);
		}
		poll(NULL, 0, 10);
	}
	/* Whoever started us may have seen to it that nobody hears of children. */
	if (ended != pid)
		return err_set(err, _("how '%s' ended is not known"), argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_set(err, _("'%s' failed (%s %d)"), argv[0], WIFEXITED(status) ? _("exit code") : _("signal"),
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return 0;
}

/* What commands said lately. A configuration lives as long as the program, so its pointers name them. */
static struct said {
	const struct backup_conf *of;
	int64_t at;
	int rc;
	struct err err;
} kept[KEPT];
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static struct said *said_of(const struct backup_conf *b)
{
	struct said *oldest = &kept[0];

	for (int i = 0; i < KEPT; i++) {
		if (kept[i].of == b)
			return &kept[i];
		if (kept[i].at < oldest->at)
			oldest = &kept[i];
	}
	*oldest = (struct said){.of = b};
	return oldest;
}

static int look_by_command(const struct backup_conf *b, struct err *err)
{
	struct said *s;
	int rc;

	pthread_mutex_lock(&kept_lock);
	s = said_of(b);
	if (!s->at || clock_boot() - s->at > COMMAND_HOLDS) {
		s->err = (struct err){""};
		s->rc = run(b->command, &s->err);
		s->at = clock_boot();
	}
	rc = s->rc;
	*err = s->err;
	pthread_mutex_unlock(&kept_lock);
	return rc;
}

int backup_look(const struct backup_conf *b, int64_t wall, struct backup_seen *out, struct err *err)
{
	*out = (struct backup_seen){.age = 0};
	if (!b->command)
		return look_at_path(b->path, wall, out, err);
	out->ran = true;
	return look_by_command(b, err);
}
