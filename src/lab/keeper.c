#include "lab/proc.h"
#include "lab/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEPT_MAX = 64 };

struct kept {
	struct proc list[KEPT_MAX];
	size_t n;
};

static void forget(struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		proc_release(&k->list[i]);
	k->n = 0;
}

static void learn(const struct lab *lab, struct kept *k)
{
	size_t n;
	char **names = proc_names(lab, &n);

	forget(k);
	for (size_t i = 0; i < n && k->n < KEPT_MAX; i++)
		if (proc_read(lab, names[i], &k->list[k->n]) == 0)
			k->n++;
	proc_names_free(names, n);
}

/* Somebody may remove the folder by hand. Then nobody else knows any more what was started. */
int keeper(const struct lab *lab, const char *name)
{
	static struct kept now, before;

	(void)name;
	while (worker_go()) {
		struct kept swap = before;

		/* The folder may be half gone while it is read: the reading before is kept as well. */
		before = now;
		now = swap;
		learn(lab, &now);
		sleep_ms(1000);
	}
	for (size_t i = 0; !lab_is(lab->dir, lab->id) && i < now.n; i++)
		if (now.list[i].pid != getpid())
			proc_signal_read(&now.list[i], SIGKILL);
	for (size_t i = 0; !lab_is(lab->dir, lab->id) && i < before.n; i++)
		if (before.list[i].pid != getpid())
			proc_signal_read(&before.list[i], SIGKILL);
	forget(&now);
	forget(&before);
	return 0;
}
