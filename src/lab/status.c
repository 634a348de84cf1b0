#include "lab/options.h"
#include "lab/proc.h"

#include <stdio.h>
#include <string.h>

static const char *const state_word[] = {"GONE", "running", "FROZEN"};

static void ports_line(const char *title, const int *ports, int n)
{
	printf("  %-10s", title);
	for (int i = 0; i < n; i++)
		printf(" 127.0.0.1:%d", ports[i]);
	putchar('\n');
}

static void families(const struct lab *lab)
{
	if (lab->kafka && lab->kafka_kind == KAFKA_SIM)
		printf("Kafka: SIMULATED (%s)\n", lab->kafka_note);
	else if (lab->kafka)
		printf("Kafka: real, version %s\n", lab->kafka_version);
	if (lab->kafka)
		ports_line("bootstrap", lab->kafka_port, LAB_NODES);
	if (lab->nats) {
		printf("NATS: real, %s\n", lab->nats_server);
		ports_line("clients", lab->nats_port, LAB_NODES);
		ports_line("monitor", lab->nats_http, LAB_NODES);
		ports_line("routes", lab->nats_route, LAB_NODES);
	}
	if (lab->mqtt) {
		printf("MQTT: real, %s\n", lab->mosquitto);
		ports_line("listener", &lab->mqtt_port, 1);
	}
}

int cmd_status(struct lab *lab, const struct options *o)
{
	int gone = 0;
	struct err err;
	char **names;
	size_t n;

	(void)o;
	if (!lab_exists(lab)) {
		printf("No lab is up in %s.\n", lab->dir);
		return 1;
	}
	if (lab_load(lab, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	printf("Lab in %s, traffic %s\nconfig %s/mqduty.yaml\n", lab->dir,
	    lab->traffic ? "on" : "off", lab->dir);
	families(lab);
	puts("Processes:");
	names = proc_names(lab, &n);
	for (size_t i = 0; i < n; i++) {
		struct proc p;

		if (proc_read(lab, names[i], &p))
			continue;
		printf("  %-16s pid %-8d %s\n", p.name, (int)p.pid, state_word[proc_state(&p)]);
		gone += proc_state(&p) != PROC_RUNNING;
		proc_release(&p);
	}
	proc_names_free(names, n);
	return gone ? 2 : 0;
}
