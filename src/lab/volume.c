#include "lab/volume.h"
#include "lab/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char folder[] = "mosquitto";

/* A mount point is on another device than the folder that it is in. */
static bool is_mounted(const struct lab *lab)
{
	char path[LAB_PATH];
	struct stat in, on;

	return !stat(lab->dir, &in) && !stat(lab_path(lab, path, "%s", folder), &on) && in.st_dev != on.st_dev;
}

int volume_mount(const struct lab *lab, struct err *err)
{
	char path[LAB_PATH], options[64];

	snprintf(options, sizeof(options), "size=%dm,mode=0700", VOLUME_MB);
	if (is_mounted(lab) ||
	    !mount("mqduty-lab", lab_path(lab, path, "%s", folder), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options))
		return 0;
	return err_set(err, "No small volume can be mounted at %s: %s. This fault needs root.", path, strerror(errno));
}

void volume_unmount(const struct lab *lab)
{
	char path[LAB_PATH];

	if (is_mounted(lab))
		umount2(lab_path(lab, path, "%s", folder), MNT_DETACH);
}

static int percent_used(const char *path)
{
	struct statvfs s;

	if (statvfs(path, &s) || !s.f_blocks)
		return 100;
	return (int)(100 * (s.f_blocks - s.f_bavail) / s.f_blocks);
}

/* A file that somebody forgot on the broker's volume: at once up to where filling becomes a worry and then steadily,
 * or at once nearly all of it. */
int mqtt_filling(const struct lab *lab, const char *name)
{
	enum { CHUNK = 16 * 1024, FIRST_PERCENT = 66, FULL_PERCENT = 93 };
	int at_once = strcmp(name, "mqtt-full") ? FIRST_PERCENT : FULL_PERCENT;
	char path[LAB_PATH], file[LAB_PATH];
	static char chunk[CHUNK];
	struct pace p;
	int fd;

	if (!is_mounted(lab))
		return 1;
	lab_path(lab, path, "%s", folder);
	fd = open(lab_path(lab, file, "%s/forgotten.dump", folder), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	for (pace_init(&p, 1); fd >= 0 && worker_go(); pace_wait(&p)) {
		do {
			if (percent_used(path) >= FULL_PERCENT || write(fd, chunk, CHUNK) != CHUNK)
				break;
		} while (percent_used(path) < at_once);
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : 1;
}
