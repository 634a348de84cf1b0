#include "lab/worker.h"
#include "lab/options.h"
#include "lab/proc.h"

#include "base/clock.h"
#include "base/fmt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int stop_signal;
static atomic_bool orphaned;
static _Atomic int64_t looked;
static const struct lab *own;

const struct worker workers[] = {
    {"keeper", WORKER_KEEPER, lab_any, keeper},
    {"kafka-seed", WORKER_SEED, lab_has_kafka, kafka_seed},
    {"kafka-producer", WORKER_TRAFFIC, lab_has_kafka, kafka_producer},
    {"group-billing", WORKER_TRAFFIC, lab_has_kafka, kafka_group},
    {"group-dashboard", WORKER_TRAFFIC, lab_has_kafka, kafka_group},
    {"group-archive", WORKER_TRAFFIC, lab_has_kafka, kafka_group},
    {"kafka-flood", WORKER_FAULT, lab_has_kafka, kafka_flood},
    {"nats-seed", WORKER_SEED, lab_has_nats, nats_seed},
    {"nats-traffic", WORKER_TRAFFIC, lab_has_nats, nats_traffic},
    {"nats-slow", WORKER_FAULT, lab_has_nats, nats_slow},
    {"mqtt-traffic", WORKER_TRAFFIC, lab_has_mqtt, mqtt_traffic},
    {"mqtt-crowd", WORKER_FAULT, lab_has_mqtt, mqtt_crowd},
    {"mqtt-drops", WORKER_FAULT, lab_has_mqtt, mqtt_drops},
    {"mqtt-storm", WORKER_FAULT, lab_has_mqtt, mqtt_storm},
    {"mqtt-subscriptions", WORKER_FAULT, lab_has_mqtt, mqtt_subscriptions},
    {"pulse-kafka", WORKER_FAULT, lab_has_kafka, pulse},
    {"pulse-nats", WORKER_FAULT, lab_has_nats, pulse},
    {"pulse-mqtt", WORKER_FAULT, lab_has_mqtt, pulse},
    {"nats-memory", WORKER_FAULT, lab_has_nats, nats_memory},
    {"nats-expiring", WORKER_FAULT, lab_has_nats, nats_backlog},
    {"nats-backlog", WORKER_FAULT, lab_has_nats, nats_backlog},
    {"nats-stalled", WORKER_FAULT, lab_has_nats, nats_backlog},
    {"nats-filling", WORKER_FAULT, lab_has_nats, nats_filling},
    {"nats-full", WORKER_FAULT, lab_has_nats, nats_filling},
    {"mqtt-filling", WORKER_FAULT, lab_has_mqtt, volume_filling},
    {"mqtt-full", WORKER_FAULT, lab_has_mqtt, volume_filling},
    {"kafka-single", WORKER_FAULT, lab_has_kafka, kafka_fragile},
    {"kafka-behind", WORKER_FAULT, lab_has_kafka, kafka_behind},
    {"kafka-expiring", WORKER_FAULT, lab_has_kafka, kafka_expiring},
    {"kafka-filling", WORKER_FAULT, lab_any_kafka, volume_filling},
    {"kafka-full", WORKER_FAULT, lab_has_kafka, volume_filling},
    {"mqtt-keepalive", WORKER_FAULT, lab_has_mqtt, mqtt_keepalive},
};

const size_t n_workers = sizeof(workers) / sizeof(workers[0]);

bool lab_any(const struct lab *lab)
{
	(void)lab;
	return true;
}

bool lab_any_kafka(const struct lab *lab)
{
	return lab->kafka;
}

bool lab_has_sim(const struct lab *lab)
{
	return lab->kafka && lab->kafka_kind == KAFKA_SIM;
}

bool lab_has_nats(const struct lab *lab)
{
	return lab->nats;
}

bool lab_has_mqtt(const struct lab *lab)
{
	return lab->mqtt;
}

bool lab_has_kafka(const struct lab *lab)
{
	return lab->kafka && lab->kafka_kind == KAFKA_REAL;
}

const struct worker *worker_find(const char *name)
{
	for (size_t i = 0; i < n_workers; i++)
		if (strcmp(workers[i].name, name) == 0)
			return &workers[i];
	return NULL;
}

int worker_start(const struct lab *lab, const char *name, struct err *err)
{
	char self[LAB_PATH];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *argv[] = {self, "worker", name, "--dir", lab->dir, NULL};

	if (n <= 0)
		return err_set(
		    err, "The path of mqduty-lab itself cannot be read: %s.", strerror(errno));
	self[n] = '\0';
	return proc_start(lab, err, name, argv);
}

bool worker_go(void)
{
	int64_t now = clock_boot(), last = atomic_load(&looked);

	if (atomic_load(&stop_signal) || atomic_load(&orphaned))
		return false;
	if (now - last < NS_PER_S || !atomic_compare_exchange_strong(&looked, &last, now))
		return true;
	if (!lab_is(own->dir, own->id))
		atomic_store(&orphaned, true);
	return !atomic_load(&orphaned);
}

void worker_log(const char *fmt, ...)
{
	char stamp[FMT_MAX];
	va_list ap;

	printf("%s ", fmt_utc(stamp, sizeof(stamp), clock_wall()));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void pace_init(struct pace *p, double per_s)
{
	p->step = (int64_t)((double)NS_PER_S / per_s);
	p->next = clock_boot() + p->step;
}

void pace_wait(struct pace *p)
{
	int64_t now = clock_boot();

	if (now - p->next > NS_PER_S)
		p->next = now;
	for (; now < p->next && worker_go(); now = clock_boot()) {
		int64_t left = p->next - now;

		if (left > 500 * NS_PER_MS)
			left = 500 * NS_PER_MS;
		nanosleep(&(struct timespec){.tv_nsec = left}, NULL);
	}
	p->next += p->step;
}

static void on_signal(int sig)
{
	atomic_store(&stop_signal, sig);
}

int cmd_worker(struct lab *lab, const struct options *o)
{
	struct sigaction sa = {.sa_handler = on_signal};
	const struct worker *w;
	struct err err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (o->n_args != 1 || !(w = worker_find(o->args[0]))) {
		fputs("mqduty-lab: `worker` is for mqduty-lab itself.\n", stderr);
		return 3;
	}
	if (lab_load(lab, &err)) {
		worker_log("%s", err.msg);
		return 1;
	}
	own = lab;
	/* paho would send its MQTT through a web proxy that is meant for other things. */
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("HTTP_PROXY");
	unsetenv("HTTPS_PROXY");
	unsetenv("all_proxy");
	unsetenv("MQTT_C_CLIENT_TRACE");
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	return w->run(lab, w->name);
}
