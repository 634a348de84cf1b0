#include "lab/options.h"
#include "lab/simkafka.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile int stop;
static struct lab *owner;

static void on_stop(int sig)
{
	stop = sig;
}

static bool owner_gone(void)
{
	return !lab_is(owner->dir, owner->id);
}

/* "P,P,P": ports of the first brokers; those not named take free ones. */
static int listen_all(struct sim *s, const char *ports, struct err *err)
{
	for (int i = 0; i < s->n_brokers; i++) {
		char *end = NULL;
		long port = ports && *ports ? strtol(ports, &end, 10) : 0;

		if (end && (end == ports || (*end && *end != ',') || port < 0 || port > 65535))
			return err_set(
			    err, "--ports takes numbers with commas between, not \"%s\".", ports);
		if (sim_listen(s, i, (int)port, err))
			return -1;
		if (end)
			ports = *end ? end + 1 : end;
	}
	return 0;
}

int cmd_sim_kafka(struct lab *lab, const struct options *o)
{
	struct sigaction sa = {.sa_handler = on_stop};
	static struct sim sim;
	struct err err = {""};
	bool owned = o->dir && lab_exists(lab);
	int rc;

	if (owned && lab_load(lab, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	owner = lab;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	sim_init(&sim, o->brokers, o->topics, o->partitions, o->groups, o->replication);
	sim.rate = o->rate;
	snprintf(sim.cluster_id, sizeof(sim.cluster_id), "%s", o->cluster_id);
	rc = listen_all(&sim, o->ports, &err);
	if (!rc) {
		for (int i = 0; i < sim.n_brokers; i++)
			printf("%s127.0.0.1:%d", i ? "," : "", sim.broker[i].port);
		putchar('\n');
		fflush(stdout);
		rc = sim_serve(&sim, o->control, &stop, owned ? owner_gone : NULL, &err);
	}
	sim_release(&sim);
	if (rc)
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
	return rc ? 1 : 0;
}
