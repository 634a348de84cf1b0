#include "wire/socket.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64, GROUPS_MOST = 4096 };

void socket_key(char out[SOCKET_NAME_MAX], const char *canonical)
{
	if (!canonical[0])
		snprintf(out, SOCKET_NAME_MAX, "engine-found-here");
	else
		snprintf(out, SOCKET_NAME_MAX, "engine-%016llx", (unsigned long long)config_hash(0, canonical, strlen(canonical)));
}

void socket_config_path(const struct config *c, char *out, size_t size)
{
	char *real = c->path ? realpath(c->path, NULL) : NULL;

	snprintf(out, size, "%s", real ? real : c->path ? c->path : "");
	free(real);
}

/* A path that fits into sockaddr_un however deep the folder lies. */
static int address(struct sockaddr_un *a, int dir, const char *key)
{
	a->sun_family = AF_UNIX;
	return snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/%s.sock", dir, key) < (int)sizeof(a->sun_path)
		   ? 0
		   : -1;
}

static int open_dir(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int socket_listen(const struct state_dir *d, const char *key, struct err *err)
{
	int dir = open_dir(d->path), fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), rc = -1;
	struct sockaddr_un a = {0};

	if (dir >= 0 && fd >= 0 && !address(&a, dir, key)) {
		unlink(a.sun_path);
		rc = bind(fd, (struct sockaddr *)&a, sizeof(a));
		if (!rc && d->shared)
			rc = chown(a.sun_path, (uid_t)-1, d->gid) && errno != EPERM ? -1 : 0;
		if (!rc)
			rc = chmod(a.sun_path, d->file_mode);
		if (!rc)
			rc = listen(fd, BACKLOG);
	}
	if (rc) {
		err_set(err, _("%s/%s.sock cannot be made: %s"), d->path, key, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	if (dir >= 0)
		close(dir);
	return rc ? -1 : fd;
}

void socket_unlink(const struct state_dir *d, const char *key)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.sock", d->path, key);
	unlink(path);
}

int socket_connect(const char *state_dir, const char *key)
{
	int dir = open_dir(state_dir), fd = -1;
	struct sockaddr_un a = {0};

	if (dir < 0)
		return -1;
	if (!address(&a, dir, key))
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		fd = -1;
	}
	close(dir);
	return fd;
}

/* By the kernel's word: looking users up may hang. */
static bool in_group(int fd, gid_t gid)
{
	gid_t *groups = xcalloc(GROUPS_MOST, sizeof(*groups));
	socklen_t size = GROUPS_MOST * sizeof(*groups);
	bool found = false;

	if (!getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
		for (size_t i = 0; i < size / sizeof(*groups); i++)
			found |= groups[i] == gid;
	free(groups);
	return found;
}

bool socket_peer_may(const struct state_dir *d, int fd, struct ucred *who)
{
	socklen_t size = sizeof(*who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, who, &size))
		return false;
	if (who->uid == geteuid() || !who->uid)
		return true;
	return d->shared && (who->gid == d->gid || in_group(fd, d->gid));
}
