#include "lab/proc.h"
#include "lab/worker.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { KEPT_MAX = 64, LOOK_MS = 500 };

/* Every process that was ever recorded, by name; the newest record of each. */
struct kept {
	struct proc list[KEPT_MAX];
	size_t n;
};

static struct proc *slot(struct kept *k, const char *name)
{
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->list[i].name, name) == 0)
			return &k->list[i];
	return k->n < KEPT_MAX ? &k->list[k->n++] : NULL;
}

/* A record that has gone is kept: when the folder is being removed they go first. */
static void learn(const struct lab *lab, struct kept *k)
{
	size_t n;
	char **names = proc_names(lab, &n);

	for (size_t i = 0; i < n; i++) {
		struct proc p, *at;

		if (proc_read(lab, names[i], &p))
			continue;
		at = slot(k, names[i]);
		if (at) {
			proc_release(at);
			*at = p;
		} else {
			proc_release(&p);
		}
	}
	proc_names_free(names, n);
}

/* Somebody may remove the folder by hand. Then nobody else knows any more what was started. */
int keeper(const struct lab *lab, const char *name)
{
	struct pollfd fd = {inotify_init1(IN_CLOEXEC | IN_NONBLOCK), POLLIN, 0};
	char path[LAB_PATH], events[4096];
	static struct kept kept;

	(void)name;
	if (fd.fd < 0 || inotify_add_watch(fd.fd, lab_path(lab, path, "procs"), IN_MOVED_TO) < 0)
		worker_log("the records cannot be watched; they are looked at now and then");
	learn(lab, &kept);
	while (worker_go()) {
		poll(&fd, 1, LOOK_MS);
		while (fd.fd >= 0 && read(fd.fd, events, sizeof(events)) > 0)
			;
		learn(lab, &kept);
	}
	/* Told to end while the lab lives: then `down` ends the others. */
	for (size_t i = 0; i < kept.n && !lab_is(lab->dir, lab->id); i++)
		if (kept.list[i].pid != getpid())
			proc_signal_read(&kept.list[i], SIGKILL);
	for (size_t i = 0; i < kept.n; i++)
		proc_release(&kept.list[i]);
	if (fd.fd >= 0)
		close(fd.fd);
	return 0;
}
