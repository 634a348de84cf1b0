#include "store/state_dir.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Like mkdir -p; parents that are missing are ours alone, too. */
static int make_path(const char *path)
{
	char part[PATH_MAX];

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (char *at = part + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(part, 0700) && errno != EEXIST)
			return -1;
		*at = '/';
	}
	return mkdir(part, 0700) && errno != EEXIST ? -1 : 0;
}

static int judge(struct state_dir *d, const char *path, struct err *err)
{
	struct stat st;

	if (stat(d->path, &st))
		return err_set(err, _("%s: %s"), path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(err, _("%s is no folder: set state_dir: to one"), path);
	if (st.st_mode & S_IWOTH)
		return err_set(err, _("%s may be written by everybody: chmod o-w it, or set state_dir: to another folder"), path);
	d->shared = st.st_mode & S_IWGRP;
	d->file_mode = d->shared ? 0660 : 0600;
	d->gid = st.st_gid;
	return 0;
}

int state_dir_open(struct state_dir *d, const char *path, bool make, struct err *err)
{
	*d = (struct state_dir){0};
	if (make && make_path(path))
		return err_set(err, _("the folder %s cannot be made: %s"), path, strerror(errno));
	d->path = realpath(path, NULL);
	if (!d->path)
		return err_set(err, _("%s: %s"), path, strerror(errno));
	if (!judge(d, path, err))
		return 0;
	state_dir_release(d);
	return -1;
}

void state_dir_release(struct state_dir *d)
{
	free(d->path);
	d->path = NULL;
}

void state_dir_adopt(const struct state_dir *d, int fd)
{
	struct stat st;

	/* Somebody else's file is as they made it. */
	if (fstat(fd, &st) || st.st_uid != geteuid())
		return;
	if (d->shared && st.st_gid != d->gid && fchown(fd, (uid_t)-1, d->gid))
		return;
	if ((st.st_mode & 0777) != d->file_mode && fchmod(fd, d->file_mode))
		return;
}

/* A file beside a database that was made while that might not be written, or by a program with another umask, would not let
 * SQLite write when it may again, or another of the group. */
static void adopt_beside(const struct state_dir *d, const char *path)
{
	static const char *const tails[] = {"-wal", "-shm"};
	char beside[PATH_MAX + 8];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		int fd;

		snprintf(beside, sizeof(beside), "%s%s", path, tails[i]);
		fd = open(beside, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		state_dir_adopt(d, fd);
		close(fd);
	}
}

int state_dir_make_db(const struct state_dir *d, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, d->file_mode);

	if (fd < 0)
		return -1;
	state_dir_adopt(d, fd);
	close(fd);
	adopt_beside(d, path);
	return 0;
}

static pid_t read_holder(int fd)
{
	char text[24] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	long pid = n > 0 ? strtol(text, NULL, 10) : 0;

	return pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

int state_dir_lock(const struct state_dir *d, const char *name, pid_t *holder, struct err *err)
{
	char path[PATH_MAX], pid[24];
	int fd, n;

	*holder = 0;
	snprintf(path, sizeof(path), "%s/%s", d->path, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, d->file_mode);
	if (fd < 0)
		return err_set(err, _("%s: %s"), path, strerror(errno));
	state_dir_adopt(d, fd);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			*holder = read_holder(fd);
		else
			err_set(err, _("%s cannot be locked: %s"), path, strerror(errno));
		close(fd);
		return -1;
	}
	/* Who holds it is for people to read; the lock counts without. */
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) || pwrite(fd, pid, (size_t)n, 0) != n)
		return fd;
	return fd;
}
