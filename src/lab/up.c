#include "lab/certs.h"
#include "lab/family.h"
#include "lab/options.h"
#include "lab/proc.h"
#include "lab/simkafka.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { POLL_MS = 50, FIRST_TRAFFIC_MS = 200 };

enum phase { PHASE_OFF, PHASE_STARTING, PHASE_SEEDING, PHASE_SERVING };

static const struct family *const families[] = {&family_kafka, &family_nats, &family_mqtt};

enum { N_FAMILIES = sizeof(families) / sizeof(families[0]) };

static volatile sig_atomic_t ended;

static void on_end(int sig)
{
	ended = sig;
}

void interrupts_catch(void)
{
	struct sigaction sa = {.sa_handler = on_end};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

bool interrupted(void)
{
	return ended != 0;
}

void sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * NS_PER_MS}, NULL);
}

/* A seed ends when it has done its work; seed_step looks at it. */
static bool may_end(const char *name)
{
	const struct worker *w = worker_find(name);

	return w && w->use == WORKER_SEED;
}

/* The first process of the lab that has died, said with the end of its log; 0 if none has. */
static int check_alive(const struct lab *lab, struct err *err)
{
	char **names, tail[256];
	size_t n;
	int rc = 0;

	names = proc_names(lab, &n);
	for (size_t i = 0; i < n && !rc; i++) {
		if (may_end(names[i]) || proc_state_of(lab, names[i]) != PROC_GONE)
			continue;
		proc_log_tail(lab, names[i], tail, sizeof(tail));
		rc =
		    err_set(err, "%s ended while it was started; its log ends: %s", names[i], tail);
	}
	proc_names_free(names, n);
	return rc;
}

/* A seed worker that has ended has succeeded if it left its mark. */
static int seed_step(const struct lab *lab, const char *seed, enum phase *phase, struct err *err)
{
	char path[LAB_PATH], tail[256], mark[8];

	if (proc_state_of(lab, seed) != PROC_GONE)
		return 0;
	if (read_small(lab_path(lab, path, "run/%s", seed), mark, sizeof(mark)) < 0) {
		proc_log_tail(lab, seed, tail, sizeof(tail));
		return err_set(err, "%s did not succeed; its log ends: %s", seed, tail);
	}
	proc_forget(lab, seed);
	*phase = PHASE_SERVING;
	return 0;
}

static int step(struct lab *lab, const struct family *f, enum phase *phase, struct err *err)
{
	const char *seed = f->seed ? f->seed(lab) : NULL;

	if (*phase == PHASE_STARTING && f->ready(lab)) {
		*phase = seed ? PHASE_SEEDING : PHASE_SERVING;
		if (seed && worker_start(lab, seed, err))
			return -1;
	} else if (*phase == PHASE_SEEDING) {
		return seed_step(lab, seed, phase, err);
	}
	return 0;
}

static int wait_serving(struct lab *lab, int timeout_s, struct err *err)
{
	int64_t began = clock_boot(), end = began + timeout_s * NS_PER_S;
	enum phase phase[N_FAMILIES] = {PHASE_OFF};
	bool all;

	for (size_t i = 0; i < N_FAMILIES; i++)
		if (families[i]->wanted(lab))
			phase[i] = PHASE_STARTING;
	for (;;) {
		all = true;
		for (size_t i = 0; i < N_FAMILIES; i++) {
			enum phase was = phase[i];

			if (was == PHASE_OFF || was == PHASE_SERVING)
				continue;
			if (step(lab, families[i], &phase[i], err) || check_alive(lab, err))
				return -1;
			if (phase[i] == PHASE_SERVING)
				fprintf(stderr, "%s serves after %.1f s\n", families[i]->title,
				    (double)(clock_boot() - began) / NS_PER_S);
			all = all && phase[i] == PHASE_SERVING;
		}
		if (all)
			return 0;
		if (interrupted())
			return err_set(err, "Interrupted.");
		for (size_t i = 0; clock_boot() > end && i < N_FAMILIES; i++)
			if (phase[i] == PHASE_STARTING || phase[i] == PHASE_SEEDING)
				return err_set(err,
				    "%s did not serve within %d s; its logs are in "
				    "%s/log until `down`.",
				    families[i]->title, timeout_s, lab->dir);
		sleep_ms(POLL_MS);
	}
}

/* The simulated Kafka makes its own traffic. */
static int sim_traffic(const struct lab *lab, bool on, struct err *err)
{
	char path[LAB_PATH];

	if (!lab->kafka || lab->kafka_kind != KAFKA_SIM)
		return 0;
	return sim_tell(lab_path(lab, path, "sim.sock"), on ? "move" : "still", NULL, 0, err);
}

int traffic_start(struct lab *lab, struct err *err)
{
	if (sim_traffic(lab, true, err))
		return -1;
	for (size_t i = 0; i < n_workers; i++)
		if (workers[i].use == WORKER_TRAFFIC && workers[i].wanted(lab) &&
		    proc_state_of(lab, workers[i].name) == PROC_GONE &&
		    worker_start(lab, workers[i].name, err))
			return -1;
	lab->traffic = true;
	return lab_save(lab, err);
}

int traffic_stop(struct lab *lab, struct err *err)
{
	for (size_t i = 0; i < n_workers; i++)
		if (workers[i].use == WORKER_TRAFFIC)
			proc_signal(lab, workers[i].name, SIGTERM);
	for (size_t i = 0; i < n_workers; i++)
		if (workers[i].use == WORKER_TRAFFIC)
			proc_end(lab, workers[i].name, 5000);
	if (sim_traffic(lab, false, err))
		return -1;
	lab->traffic = false;
	return lab_save(lab, err);
}

static int bring_up(struct lab *lab, const struct options *o, struct ports *ports, struct err *err)
{
	static const char *const dirs[] = {"procs", "log", "run", "bin", "state"};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (lab_mkdir(lab, err, dirs[i]))
			return -1;
	if (lab->tls && certs_prepare(lab, err))
		return -1;
	for (size_t i = 0; i < N_FAMILIES; i++)
		if (families[i]->wanted(lab) &&
		    (families[i]->find(lab, o, err) || families[i]->prepare(lab, ports, err)))
			return -1;
	if (lab_save(lab, err) || lab_write_config(lab, err))
		return -1;
	if (worker_start(lab, "keeper", err))
		return -1;
	for (size_t i = 0; i < N_FAMILIES; i++)
		if (families[i]->wanted(lab) && families[i]->start(lab, err))
			return -1;
	if (wait_serving(lab, o->timeout_s, err))
		return -1;
	if (o->no_traffic)
		return sim_traffic(lab, false, err);
	if (traffic_start(lab, err))
		return -1;
	sleep_ms(FIRST_TRAFFIC_MS);
	return check_alive(lab, err);
}

int lab_up(struct lab *lab, const struct options *o, struct err *err)
{
	struct ports ports;
	struct err ignored;
	int rc;

	lab->kafka = !o->no_kafka;
	lab->nats = !o->no_nats;
	lab->mqtt = !o->no_mqtt;
	lab->tls = o->tls;
	lab->kafka_kind = o->kafka;
	if (o->kafka_version)
		snprintf(lab->kafka_version, sizeof(lab->kafka_version), "%s", o->kafka_version);
	if (!lab->kafka && !lab->nats && !lab->mqtt)
		return err_set(err, "Nothing is left to start: every family is switched off.");
	if (lab_create(lab, err))
		return -1;
	ports_init(&ports);
	rc = bring_up(lab, o, &ports, err);
	ports_release(&ports);
	if (rc)
		lab_down(lab, &ignored);
	else
		lab_unlock(lab);
	return rc;
}

int cmd_up(struct lab *lab, const struct options *o)
{
	struct err err;

	interrupts_catch();
	if (lab_up(lab, o, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	if (lab->kafka && lab->kafka_kind == KAFKA_SIM)
		fprintf(stderr, "Kafka is SIMULATED: %s\n", lab->kafka_note);
	printf("%s/mqduty.yaml\n", lab->dir);
	return 0;
}

int cmd_traffic(struct lab *lab, const struct options *o)
{
	bool on = o->n_args == 1 && strcmp(o->args[0], "on") == 0;
	struct err err;

	if (!on && (o->n_args != 1 || strcmp(o->args[0], "off") != 0)) {
		fputs("mqduty-lab: say `traffic on` or `traffic off`.\n", stderr);
		return 3;
	}
	if (lab_load(lab, &err) || lab_lock(lab, &err) ||
	    (on ? traffic_start(lab, &err) : traffic_stop(lab, &err))) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	printf("Traffic is %s.\n", on ? "on" : "off");
	return 0;
}
