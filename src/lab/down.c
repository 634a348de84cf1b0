#include "lab/options.h"
#include "lab/proc.h"
#include "lab/volume.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { ROUNDS = 3, GRACE_MS = 3000 };

static void end_all(struct lab *lab)
{
	size_t n;
	char **names = proc_names(lab, &n);

	/* Nothing in here is worth a clean shutdown of minutes. All are killed before any is waited for. */
	for (size_t i = 0; i < n; i++)
		proc_signal(lab, names[i], SIGKILL);
	for (size_t i = 0; i < n; i++)
		proc_end(lab, names[i], GRACE_MS);
	proc_names_free(names, n);
}

int lab_down(struct lab *lab, struct err *err)
{
	char **names;
	size_t n = 0;

	for (int i = 0; i < ROUNDS; i++) {
		end_all(lab);
		names = proc_names(lab, &n);
		proc_names_free(names, n);
		if (!n)
			break;
	}
	if (n)
		return err_set(
		    err, "%zu processes did not end; `mqduty-lab status` names them.", n);
	volume_unmount_all(lab);
	lab_remove(lab);
	if (access(lab->dir, F_OK) == 0)
		return err_set(err, "%s could not be removed as a whole.", lab->dir);
	return 0;
}

int cmd_down(struct lab *lab, const struct options *o)
{
	struct err err;

	(void)o;
	if (!lab_exists(lab)) {
		printf("No lab is up in %s.\n", lab->dir);
		return 0;
	}
	if (lab_load(lab, &err) || lab_lock(lab, &err) || lab_down(lab, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	printf("The lab in %s is down; nothing of it is left.\n", lab->dir);
	return 0;
}
