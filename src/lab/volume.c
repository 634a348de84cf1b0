#include "lab/volume.h"
#include "lab/net.h"
#include "lab/proc.h"
#include "lab/simkafka.h"
#include "lab/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* broker: the process that has to be started on its volume; NULL: it need not. */
struct volume {
	const char *family, *folder, *broker;
	int mb;
};

static const struct volume volumes[] = {
    {"mqtt-", "mosquitto", NULL, 16},
    {"kafka-", "kafka/3", "kafka-3", 128},
};

enum { N_VOLUMES = sizeof(volumes) / sizeof(volumes[0]) };

static const struct volume *volume_of(const char *worker)
{
	for (size_t i = 0; i < N_VOLUMES; i++)
		if (!strncmp(worker, volumes[i].family, strlen(volumes[i].family)))
			return &volumes[i];
	BUG("no volume for %s", worker);
}

/* A mount point is on another device than the folder that it is in. */
static bool is_mounted(const struct lab *lab, const struct volume *v)
{
	char path[LAB_PATH];
	struct stat in, on;

	return !stat(lab->dir, &in) && !stat(lab_path(lab, path, "%s", v->folder), &on) && in.st_dev != on.st_dev;
}

static int mount_it(const struct lab *lab, const struct volume *v, struct err *err)
{
	char path[LAB_PATH], options[64];

	snprintf(options, sizeof(options), "size=%dm,mode=0700", v->mb);
	if (is_mounted(lab, v) ||
	    !mount("mqduty-lab", lab_path(lab, path, "%s", v->folder), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options))
		return 0;
	return err_set(err, "No small volume can be mounted at %s: %s. This fault needs root.", path, strerror(errno));
}

static void unmount(const struct lab *lab, const struct volume *v)
{
	char path[LAB_PATH];

	if (is_mounted(lab, v))
		umount2(lab_path(lab, path, "%s", v->folder), MNT_DETACH);
}

static void stop(const struct lab *lab, const struct volume *v)
{
	proc_signal(lab, v->broker, SIGKILL);
	for (int i = 0; i < 100 && proc_state_of(lab, v->broker) != PROC_GONE; i++)
		sleep_ms(100);
}

/* On an empty volume a broker starts if it finds who it is. */
static int move_broker(const struct lab *lab, const struct volume *v, struct err *err)
{
	char path[LAB_PATH], name[64], identity[1024];
	int rc;

	snprintf(name, sizeof(name), "%s/meta.properties", v->folder);
	if (read_small(lab_path(lab, path, "%s", name), identity, sizeof(identity)) < 0)
		return err_set(err, "%s cannot be read: %s.", path, strerror(errno));
	stop(lab, v);
	rc = mount_it(lab, v, err) || lab_write(lab, 0600, err, name, identity);
	return proc_restart(lab, rc ? NULL : err, v->broker) || rc ? -1 : 0;
}

int volume_begin(const struct lab *lab, const char *worker, struct err *err)
{
	const struct volume *v = volume_of(worker);

	if (v->broker && lab_has_sim(lab))
		return 0;
	return v->broker ? move_broker(lab, v, err) : mount_it(lab, v, err);
}

int volume_end(const struct lab *lab, const char *worker, struct err *err)
{
	const struct volume *v = volume_of(worker);

	if (v->broker && lab_has_sim(lab))
		return 0;
	if (v->broker)
		stop(lab, v);
	unmount(lab, v);
	return v->broker ? proc_restart(lab, err, v->broker) : 0;
}

void volume_unmount_all(const struct lab *lab)
{
	for (size_t i = 0; i < N_VOLUMES; i++)
		unmount(lab, &volumes[i]);
}

static int percent_used(const char *path)
{
	struct statvfs s;

	if (statvfs(path, &s) || !s.f_blocks)
		return 100;
	return (int)(100 * (s.f_blocks - s.f_bavail) / s.f_blocks);
}

/* The volume of the simulated broker 3 fills by a percent every two seconds, from 62 to 97. */
static int sim_filling(const struct lab *lab)
{
	char path[LAB_PATH], words[32];
	struct err err = {""};

	lab_path(lab, path, "sim.sock");
	for (int percent = 62; worker_go(); percent += percent < 97) {
		snprintf(words, sizeof(words), "disk 3 %d", percent);
		if (sim_tell(path, words, NULL, 0, &err))
			worker_log("filling: %s", err_msg(&err));
		sleep_ms(2000);
	}
	sim_tell(path, "disk 3 40", NULL, 0, NULL);
	return 0;
}

/* A file that somebody forgot on the broker's volume: at once up to where filling becomes a worry and then steadily,
 * or at once nearly all of it. */
int volume_filling(const struct lab *lab, const char *name)
{
	enum { FIRST_PERCENT = 66, FULL_PERCENT = 93, CHUNK = 128 * 1024 };
	const struct volume *v = volume_of(name);
	int at_once = strstr(name, "-full") ? FULL_PERCENT : FIRST_PERCENT;
	size_t chunk = (size_t)v->mb * 1024; /* a thousandth of it a second */
	char path[LAB_PATH], file[LAB_PATH];
	static char data[CHUNK];
	struct pace p;
	int fd;

	if (v->broker && lab_has_sim(lab))
		return sim_filling(lab);
	if (!is_mounted(lab, v))
		return 1;
	/* A broker that starts needs room to copy its data. */
	while (v->broker && worker_go() && !net_listens(lab->kafka_port[2], 500))
		sleep_ms(200);
	lab_path(lab, path, "%s", v->folder);
	fd = open(lab_path(lab, file, "%s/forgotten.dump", v->folder), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	for (pace_init(&p, 1); fd >= 0 && worker_go(); pace_wait(&p)) {
		do {
			if (percent_used(path) >= FULL_PERCENT || write(fd, data, chunk) != (ssize_t)chunk)
				break;
		} while (percent_used(path) < at_once);
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : 1;
}
