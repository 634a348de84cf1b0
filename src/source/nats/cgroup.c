#include "source/nats/cgroup.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cgroup v1 writes "no limit" as a number near 2^63. */
#define NO_LIMIT_FROM (INT64_C(1) << 60)

enum { LINE = 512, TCP_LISTEN = 0x0a };

/* The first line of a file without its newline; false where there is none. */
static bool first_line(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "re");
	bool ok = f && fgets(out, (int)size, f);

	if (f)
		fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

/* The inode of the socket that listens on port, from /proc/net/tcp or tcp6; 0: none. */
static unsigned long listener_in(const char *root, const char *table, int port)
{
	char path[PATH_MAX], line[LINE];
	unsigned long found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/net/%s", root, table);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f)) {
		unsigned local, state;
		unsigned long inode;

		if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*d %*d %lu", &local, &state,
			&inode) == 3 &&
		    state == TCP_LISTEN && (int)local == port)
			found = inode;
	}
	if (f)
		fclose(f);
	return found;
}

static bool has_socket(const char *root, const char *pid, unsigned long inode)
{
	char dir[PATH_MAX], path[PATH_MAX], link[64], want[64];
	bool found = false;
	struct dirent *e;
	DIR *d;

	snprintf(want, sizeof(want), "socket:[%lu]", inode);
	snprintf(dir, sizeof(dir), "%s/proc/%.16s/fd", root, pid);
	d = opendir(dir);
	while (d && !found && (e = readdir(d))) {
		ssize_t n;

		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >= (int)sizeof(path))
			continue;
		n = readlink(path, link, sizeof(link) - 1);
		if (n <= 0)
			continue;
		link[n] = '\0';
		found = !strcmp(link, want);
	}
	if (d)
		closedir(d);
	return found;
}

/* Only processes of the right name are looked into: a busy host has thousands of others. */
static bool find_process(const char *root, unsigned long inode, char *pid, size_t size)
{
	char path[PATH_MAX], comm[64];
	bool found = false;
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/proc", root);
	d = opendir(path);
	while (d && !found && (e = readdir(d))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "%s/proc/%.16s/comm", root, e->d_name);
		if (!first_line(path, comm, sizeof(comm)) || !strstr(comm, "nats"))
			continue;
		found = has_socket(root, e->d_name, inode);
		if (found)
			snprintf(pid, size, "%.16s", e->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static int64_t limit_in(const char *path)
{
	char line[64], *end;
	long long n;

	if (!first_line(path, line, sizeof(line)))
		return 0;
	n = strtoll(line, &end, 10);
	return end == line || *end || n <= 0 || n >= NO_LIMIT_FROM ? 0 : n;
}

/* The smallest limit of the group and of those it lies in. */
static int64_t smallest(const char *base, char *group, const char *file)
{
	char path[PATH_MAX];
	int64_t least = 0;

	for (;;) {
		char *slash = strrchr(group, '/');
		int64_t n = 0;

		if (snprintf(path, sizeof(path), "%s%s/%s", base, group, file) < (int)sizeof(path))
			n = limit_in(path);
		if (n && (!least || n < least))
			least = n;
		if (!slash)
			return least;
		*slash = '\0';
	}
}

static int64_t limit_of(const char *root, const char *pid)
{
	char path[PATH_MAX], base[PATH_MAX], line[LINE];
	int64_t limit = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/%.16s/cgroup", root, pid);
	f = fopen(path, "re");
	while (f && !limit && fgets(line, sizeof(line), f)) {
		char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		if (!controllers[1]) {
			snprintf(base, sizeof(base), "%s/sys/fs/cgroup", root);
			limit = smallest(base, group, "memory.max");
		} else if (strstr(controllers, "memory")) {
			snprintf(base, sizeof(base), "%s/sys/fs/cgroup/memory", root);
			limit = smallest(base, group, "memory.limit_in_bytes");
		}
	}
	if (f)
		fclose(f);
	return limit;
}

int64_t cgroup_limit_of_port(const char *root, int port)
{
	unsigned long inode = listener_in(root, "tcp", port);
	char pid[32];

	if (!inode)
		inode = listener_in(root, "tcp6", port);
	if (!inode || !find_process(root, inode, pid, sizeof(pid)))
		return 0;
	return limit_of(root, pid);
}
