#include "lab/certs.h"
#include "lab/net.h"
#include "lab/options.h"
#include "lab/proc.h"
#include "lab/simkafka.h"
#include "lab/volume.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum action {
	ACT_KILL,      /* SIGKILL to a broker; healed by starting it again */
	ACT_KILL_MOST, /* the same to all but the first */
	ACT_KILL_ALL,  /* the same to all */
	ACT_FRAGILE,   /* a worker makes what depends on broker 3, and SIGKILL to that; healed by ending and starting it */
	ACT_FREEZE,    /* SIGSTOP; healed by SIGCONT */
	ACT_CERT,      /* all brokers start again, with a certificate that ends soon; healed in the same way */
	ACT_HANG,      /* all brokers start again, and mqduty hangs over a file that it reads when it connects */
	ACT_READY,     /* a worker makes the trouble, and says when it has; healed by ending it */
	ACT_WORKER,    /* a worker makes the trouble; healed by ending it */
	ACT_VOLUME,    /* the same, on a small volume */
	ACT_NO_WORKER /* a worker of the traffic ends; healed by starting it */
};

struct fault {
	const char *name;
	enum action action;
	bool (*wanted)(const struct lab *lab);
	const char *target;	    /* process or worker; "%d" takes the number of the node */
	int node;		    /* when none is said */
	const char *sim, *sim_heal; /* said to a simulated Kafka instead */
	const char *what, *alert;
};

static bool tls_kafka(const struct lab *lab)
{
	return lab->tls && lab_has_kafka(lab);
}

static bool tls_nats(const struct lab *lab)
{
	return lab->tls && lab->nats;
}

static bool tls_mqtt(const struct lab *lab)
{
	return lab->tls && lab->mqtt;
}

#define CERT_WHAT "with `up --tls`: the brokers' certificate ends in 5 days"
#define HANG_WHAT "with `up --tls`: a file that mqduty reads hangs, as on a dead mount, and its connections break"

static const struct fault faults[] = {
    {"kafka-certificate", ACT_CERT, tls_kafka, "kafka-%d", 0, NULL, NULL, CERT_WHAT, "CertificateExpiring"},
    {"nats-certificate", ACT_CERT, tls_nats, "nats-%d", 0, NULL, NULL, CERT_WHAT, "CertificateExpiring"},
    {"mqtt-certificate", ACT_CERT, tls_mqtt, "mosquitto", 0, NULL, NULL, CERT_WHAT, "CertificateExpiring"},
    {"kafka-source-hung", ACT_HANG, tls_kafka, "kafka-%d", 0, NULL, NULL, HANG_WHAT, "SourceLost after 5 minutes"},
    {"nats-source-hung", ACT_HANG, tls_nats, "nats-%d", 0, NULL, NULL, HANG_WHAT, "SourceLost after 5 minutes"},
    {"mqtt-source-hung", ACT_HANG, tls_mqtt, "mosquitto", 0, NULL, NULL, HANG_WHAT, "SourceLost after 5 minutes"},
    {"kafka-broker-down", ACT_KILL, lab_any_kafka, "kafka-%d", 3, "down %d", "up %d",
	"SIGKILL to Kafka broker N (default 3)",
	"BrokerDown; UnderReplicatedPartitions folded under it"},
    {"kafka-broker-frozen", ACT_FREEZE, lab_any_kafka, "kafka-%d", 3, "hang %d", "resume %d",
	"SIGSTOP to Kafka broker N (default 3)", "BrokerDown (HUNG)"},
    {"nats-node-down", ACT_KILL, lab_has_nats, "nats-%d", 3, NULL, NULL,
	"SIGKILL to NATS node N (default 3)", "BrokerDown; Routes folded under it"},
    {"nats-node-frozen", ACT_FREEZE, lab_has_nats, "nats-%d", 3, NULL, NULL,
	"SIGSTOP to NATS node N (default 3)", "BrokerDown (HUNG)"},
    {"mqtt-broker-down", ACT_KILL, lab_has_mqtt, "mosquitto", 0, NULL, NULL, "SIGKILL to mosquitto",
	"ClusterUnreachable"},
    {"mqtt-broker-frozen", ACT_FREEZE, lab_has_mqtt, "mosquitto", 0, NULL, NULL,
	"SIGSTOP to mosquitto", "ClusterUnreachable (HUNG)"},
    {"kafka-no-controller", ACT_KILL_MOST, lab_has_kafka, "kafka-%d", 0, NULL, NULL,
	"SIGKILL to two of three Kafka brokers: the controllers have no quorum",
	"ActiveControllerCount, BrokerDown"},
    {"nats-no-leader", ACT_KILL_MOST, lab_has_nats, "nats-%d", 0, NULL, NULL,
	"SIGKILL to two of three NATS nodes: JetStream has no meta leader",
	"NoMetaLeader, BrokerDown; Routes folded under it"},
    {"kafka-cluster-down", ACT_KILL_ALL, lab_any_kafka, "kafka-%d", 0, "down %d", "up %d",
	"SIGKILL to all Kafka brokers", "ClusterUnreachable; the others folded under it"},
    {"nats-cluster-down", ACT_KILL_ALL, lab_has_nats, "nats-%d", 0, NULL, NULL,
	"SIGKILL to all NATS nodes", "ClusterUnreachable; the others folded under it"},
    {"kafka-slow", ACT_WORKER, lab_any_kafka, "pulse-kafka", 0, "slow 2 120", "slow 2 0",
	"all Kafka brokers (simulation: broker 2) answer late", "NetworkLatency"},
    {"nats-slow", ACT_WORKER, lab_has_nats, "pulse-nats", 0, NULL, NULL, "all NATS nodes answer late",
	"NetworkLatency"},
    {"mqtt-slow", ACT_WORKER, lab_has_mqtt, "pulse-mqtt", 0, NULL, NULL, "mosquitto answers late",
	"NetworkLatency"},
    {"nats-memory", ACT_WORKER, lab_has_nats, "nats-memory", 0, NULL, NULL,
	"a client with 120,000 subscriptions on NATS node 1; healed by starting the node again",
	"MemoryUsage where memory_limit: is near"},
    {"nats-expiring", ACT_WORKER, lab_has_nats, "nats-expiring", 0, NULL, NULL,
	"a stream that keeps messages for ten minutes and a consumer that reads none", "DataExpiring"},
    {"nats-backlog", ACT_WORKER, lab_has_nats, "nats-backlog", 0, NULL, NULL,
	"a stream with 20,000 messages and a consumer that is slower than what comes", "ConsumerLag"},
    {"nats-stalled", ACT_WORKER, lab_has_nats, "nats-stalled", 0, NULL, NULL,
	"a stream that grows and a consumer that acknowledges nothing", "GroupStalled after 10 minutes"},
    {"nats-filling", ACT_WORKER, lab_has_nats, "nats-filling", 0, NULL, NULL,
	"a stream that fills the JetStream store of a node, slowly from 66% on", "DiskFillingFast"},
    {"nats-full", ACT_WORKER, lab_has_nats, "nats-full", 0, NULL, NULL,
	"a stream that takes 93% of the JetStream store of a node", "DiskUsage"},
    {"kafka-expiring", ACT_WORKER, lab_has_kafka, "kafka-expiring", 0, NULL, NULL,
	"a topic that keeps records for ten minutes and a group that reads none", "DataExpiring"},
    {"mqtt-filling", ACT_VOLUME, lab_has_mqtt, "mqtt-filling", 0, NULL, NULL,
	"a small volume under mosquitto's data fills, slowly from 66% on (needs root)", "DiskFillingFast"},
    {"mqtt-full", ACT_VOLUME, lab_has_mqtt, "mqtt-full", 0, NULL, NULL,
	"a small volume under mosquitto's data is 93% full (needs root)", "DiskUsage"},
    {"mqtt-subscriptions", ACT_WORKER, lab_has_mqtt, "mqtt-subscriptions", 0, NULL, NULL,
	"an MQTT client that subscribes to 20,000 topics, one by one", "SubscriptionExplosion"},
    {"kafka-filling", ACT_VOLUME, lab_any_kafka, "kafka-filling", 0, NULL, NULL,
	"broker 3 moves to a small volume that fills, slowly from 66% on (needs root or the simulation)",
	"DiskFillingFast, DiskUsage"},
    {"group-stopped", ACT_NO_WORKER, lab_any_kafka, "group-billing", 0, "group billing stop",
	"group billing start", "group billing ends; its lag grows by 40 a second",
	"ConsumerLag after 5 to 10 minutes, GroupStalled after 10"},
    {"group-lagging", ACT_WORKER, lab_any_kafka, "kafka-flood", 0, "group archive lag 30000",
	"group archive lag 0", "30,000 records at once for the slow group archive", "ConsumerLag"},
    {"mqtt-connections", ACT_WORKER, lab_has_mqtt, "mqtt-crowd", 0, NULL, NULL,
	"68 more MQTT clients: over 90 of 100 connections", "ConnectedClients"},
    {"mqtt-drops", ACT_WORKER, lab_has_mqtt, "mqtt-drops", 0, NULL, NULL,
	"a subscriber that does not read and 100 messages a second for it", "MessageDropRate"},
    {"mqtt-keepalive", ACT_WORKER, lab_has_mqtt, "mqtt-keepalive", 0, NULL, NULL,
	"12 clients that promise a sign every 2 s and give none", "KeepAliveTimeout"},
    {"reconnect-storm", ACT_WORKER, lab_has_mqtt, "mqtt-storm", 0, NULL, NULL,
	"30 MQTT connections a second that break off at once", "ReconnectStorm"},
    {"nats-slow-consumer", ACT_WORKER, lab_has_nats, "nats-slow", 0, NULL, NULL,
	"a NATS subscriber that does not read, cut off and back again", "SlowConsumers"},
    {"kafka-offline", ACT_FRAGILE, lab_any_kafka, "kafka-single", 0, "leaderless orders 0", "leader orders 0",
	"a topic on broker 3 alone, and SIGKILL to it (simulation: orders-0 loses its leader)",
	"OfflinePartitions, BrokerDown"},
    {"kafka-under-min-isr", ACT_READY, lab_any_kafka, "kafka-behind", 0, "isr orders 1 1", "isr orders 1 3",
	"a topic that needs broker 3, which may hardly copy (simulation: orders-1 has one replica in sync)",
	"UnderMinISR, UnderReplicatedPartitions"},
    {"kafka-disk", ACT_VOLUME, lab_any_kafka, "kafka-full", 0, "disk 2 93", "disk 2 40",
	"broker 3 moves to a small volume, which is 93% full (simulation: that of broker 2; needs root or the simulation)",
	"DiskUsage"},
};

enum { N_FAULTS = sizeof(faults) / sizeof(faults[0]) };

static const struct fault *fault_find(const char *name)
{
	for (size_t i = 0; i < N_FAULTS; i++)
		if (strcmp(faults[i].name, name) == 0)
			return &faults[i];
	return NULL;
}

/* What is in force is marked by D/run/fault-NAME, which holds the node's number. */
static char *mark_name(const struct fault *f, char out[64])
{
	snprintf(out, 64, "run/fault-%s", f->name);
	return out;
}

static int mark_node(const struct lab *lab, const struct fault *f)
{
	char path[LAB_PATH], mark[64], text[16];

	if (read_small(lab_path(lab, path, "%s", mark_name(f, mark)), text, sizeof(text)) < 0)
		return -1;
	return (int)strtol(text, NULL, 10);
}

static void fill(char *out, size_t size, const char *pattern, int node)
{
	const char *at = strstr(pattern, "%d");

	if (at)
		snprintf(out, size, "%.*s%d%s", (int)(at - pattern), pattern, node, at + 2);
	else
		snprintf(out, size, "%s", pattern);
}

static int say(const struct lab *lab, const char *pattern, int node, struct err *err)
{
	char words[128], path[LAB_PATH];

	fill(words, sizeof(words), pattern, node);
	return sim_tell(lab_path(lab, path, "sim.sock"), words, NULL, 0, err);
}

static bool by_sim(const struct lab *lab, const struct fault *f)
{
	return f->sim && lab->kafka_kind == KAFKA_SIM;
}

/* From this node on. */
static int kill_from(const struct lab *lab, const struct fault *f, int first, struct err *err)
{
	char target[PROC_NAME];

	for (int node = first; node <= LAB_NODES; node++) {
		fill(target, sizeof(target), f->target, node);
		if (proc_signal(lab, target, SIGKILL))
			return err_set(err, "%s does not run, so nothing can befall it.", target);
	}
	return 0;
}

static int start_from(const struct lab *lab, const struct fault *f, int first, struct err *err)
{
	char target[PROC_NAME];
	int rc = 0;

	for (int node = first; node <= LAB_NODES; node++) {
		fill(target, sizeof(target), f->target, node);
		if (proc_state_of(lab, target) == PROC_GONE && proc_restart(lab, err, target))
			rc = -1;
	}
	return rc;
}

/* Starts a worker that says by a mark when it has done what it is for. */
static int start_ready(const struct lab *lab, const struct fault *f, struct err *err)
{
	char path[LAB_PATH], tail[256];

	unlink(lab_path(lab, path, "run/%s", f->target));
	if (worker_start(lab, f->target, err))
		return -1;
	while (access(path, F_OK)) {
		if (proc_state_of(lab, f->target) == PROC_GONE) {
			proc_log_tail(lab, f->target, tail, sizeof(tail));
			return err_set(err, "%s did not succeed; its log ends: %s", f->target, tail);
		}
		sleep_ms(100);
	}
	return 0;
}

static const char fragile_broker[] = "kafka-3";

static int break_fragile(const struct lab *lab, const struct fault *f, struct err *err)
{
	if (start_ready(lab, f, err))
		return -1;
	return proc_signal(lab, fragile_broker, SIGKILL)
		   ? err_set(err, "%s does not run, so nothing can befall it.", fragile_broker)
		   : 0;
}

/* The simulation is told of one node, or of all by turns. */
static int tell(const struct lab *lab, const struct fault *f, const char *words, int node, struct err *err)
{
	int rc = 0;

	if (f->action != ACT_KILL_ALL)
		return say(lab, words, node, err);
	for (int i = 1; i <= LAB_NODES; i++)
		rc = say(lab, words, i, err) || rc;
	return rc ? -1 : 0;
}

/* What a worker that was killed could not put right itself. */
static void clean_up(const struct lab *lab, const char *worker)
{
	char path[LAB_PATH], target[PROC_NAME];

	if (!strcmp(worker, "kafka-filling") && lab_has_sim(lab))
		sim_tell(lab_path(lab, path, "sim.sock"), "disk 3 40", NULL, 0, NULL);
	if (strncmp(worker, "pulse-", 6) != 0)
		return;
	for (int node = 1; node <= LAB_NODES; node++) {
		snprintf(target, sizeof(target), "%s-%d", worker + 6, node);
		proc_signal(lab, target, SIGCONT);
	}
	proc_signal(lab, "mosquitto", SIGCONT);
}

/* Starts a process again: a Go program gives its memory back only slowly. */
static int renew(const struct lab *lab, const char *target, int port, struct err *err)
{
	if (proc_signal(lab, target, SIGKILL))
		return 0;
	/* While the kernel takes its memory apart the ports are still its own. */
	for (int i = 0; i < 100 && (proc_state_of(lab, target) != PROC_GONE || !net_is_free(port)); i++)
		sleep_ms(100);
	return proc_restart(lab, err, target);
}

/* All brokers of a family start again. */
static int renew_all(const struct lab *lab, const struct fault *f, struct err *err)
{
	char target[PROC_NAME];
	int rc = 0;

	if (!strchr(f->target, '%'))
		return renew(lab, f->target, lab->mqtt_tls, err);
	for (int node = 1; node <= LAB_NODES; node++) {
		fill(target, sizeof(target), f->target, node);
		if (renew(lab, target, f->target[0] == 'k' ? lab->kafka_tls[node - 1] : lab->nats_http[node - 1], err))
			rc = -1;
	}
	return rc;
}

static int bring_about(const struct lab *lab, const struct fault *f, int node, struct err *err)
{
	char target[PROC_NAME];

	fill(target, sizeof(target), f->target, node);
	if (by_sim(lab, f))
		return tell(lab, f, f->sim, node, err);
	switch (f->action) {
	case ACT_KILL:
	case ACT_FREEZE:
		if (proc_signal(lab, target, f->action == ACT_KILL ? SIGKILL : SIGSTOP))
			return err_set(err, "%s does not run, so nothing can befall it.", target);
		return 0;
	case ACT_KILL_MOST:
		return kill_from(lab, f, 2, err);
	case ACT_KILL_ALL:
		return kill_from(lab, f, 1, err);
	case ACT_FRAGILE:
		return break_fragile(lab, f, err);
	case ACT_READY:
		return start_ready(lab, f, err);
	case ACT_CERT:
		return certs_renew(lab, CERT_ENDING_DAYS, err) ? -1 : renew_all(lab, f, err);
	case ACT_HANG:
		return certs_hang(lab, err) ? -1 : renew_all(lab, f, err);
	case ACT_VOLUME:
		return volume_begin(lab, target, err) ? -1 : worker_start(lab, target, err);
	case ACT_WORKER:
		return worker_start(lab, target, err);
	case ACT_NO_WORKER:
		if (proc_state_of(lab, target) == PROC_GONE)
			return err_set(err, "%s does not run: traffic is off.", target);
		proc_end(lab, target, 5000);
		return 0;
	}
	return err_set(err, "%s has nothing to act on in this lab.", f->name);
}

static int undo(const struct lab *lab, const struct fault *f, int node, struct err *err)
{
	char target[PROC_NAME];

	fill(target, sizeof(target), f->target, node);
	if (by_sim(lab, f))
		return tell(lab, f, f->sim_heal, node, err);
	switch (f->action) {
	case ACT_KILL:
		return proc_state_of(lab, target) == PROC_GONE ? proc_restart(lab, err, target) : 0;
	case ACT_KILL_MOST:
		return start_from(lab, f, 2, err);
	case ACT_KILL_ALL:
		return start_from(lab, f, 1, err);
	case ACT_FRAGILE:
		proc_end(lab, target, 5000);
		return proc_state_of(lab, fragile_broker) == PROC_GONE ? proc_restart(lab, err, fragile_broker) : 0;
	case ACT_FREEZE:
		if (proc_signal(lab, target, SIGCONT))
			return proc_restart(lab, err, target);
		return 0;
	case ACT_CERT:
		return certs_renew(lab, CERT_GOOD_DAYS, err) ? -1 : renew_all(lab, f, err);
	case ACT_HANG:
		return certs_unhang(lab, err);
	case ACT_VOLUME:
		proc_end(lab, target, 5000);
		clean_up(lab, target);
		return volume_end(lab, target, err);
	case ACT_READY:
		proc_end(lab, target, 8000);
		return 0;
	case ACT_WORKER:
		proc_end(lab, target, 5000);
		clean_up(lab, target);
		if (strcmp(target, "nats-memory") == 0)
			return renew(lab, "nats-1", lab->nats_http[0], err);
		/* What it has piled up goes faster than it came. */
		return strcmp(target, "kafka-flood") == 0
			   ? lab_write(lab, 0600, err, "run/hurry", "")
			   : 0;
	case ACT_NO_WORKER:
		if (!lab->traffic || proc_state_of(lab, target) != PROC_GONE)
			return 0;
		return worker_start(lab, target, err);
	}
	return 0;
}

static int list(const struct lab *lab)
{
	bool up = lab->id[0] != '\0';

	for (size_t i = 0; i < N_FAULTS; i++) {
		const struct fault *f = &faults[i];
		const char *state = !up			     ? ""
				    : !f->wanted(lab)	     ? " [not in this lab]"
				    : mark_node(lab, f) >= 0 ? " [IN FORCE]"
							     : "";

		printf("%-20s %s%s\n%-20s   should raise: %s\n", f->name, f->what, state, "",
		    f->alert);
	}
	printf("\n`mqduty-lab fault NAME [N]` brings one about, `mqduty-lab heal [NAME]` undoes it:\n"
	       "a killed broker is started again, a frozen one goes on, what a worker does is ended.\n");
	return 0;
}

static int refuse(const struct err *err)
{
	fprintf(stderr, "mqduty-lab: %s\n", err->msg);
	return 1;
}

static int open_lab(struct lab *lab, struct err *err)
{
	return lab_load(lab, err) || lab_lock(lab, err) ? -1 : 0;
}

/* A fault of one step that did not succeed has done nothing; of several steps some may be done. */
static int came_short(const struct lab *lab, const struct fault *f, const struct err *err)
{
	char path[LAB_PATH], mark[64];

	refuse(err);
	switch (f->action) {
	case ACT_KILL:
	case ACT_FREEZE:
	case ACT_WORKER:
	case ACT_NO_WORKER:
		unlink(lab_path(lab, path, "%s", mark_name(f, mark)));
		break;
	default:
		fprintf(stderr, "mqduty-lab: what was done until then is undone by `mqduty-lab heal %s`.\n", f->name);
	}
	return 1;
}

int cmd_fault(struct lab *lab, const struct options *o)
{
	const struct fault *f;
	char mark[64], node_text[16];
	struct err err;
	int node;

	if (o->n_args == 0) {
		if (lab_exists(lab) && lab_load(lab, &err))
			return refuse(&err);
		return list(lab);
	}
	f = fault_find(o->args[0]);
	if (!f) {
		fprintf(stderr,
		    "mqduty-lab: there is no fault \"%s\"; `mqduty-lab fault` lists them.\n",
		    o->args[0]);
		return 3;
	}
	node = o->n_args > 1 ? (int)strtol(o->args[1], NULL, 10) : f->node;
	if (o->n_args > 1 && (!f->node || node < 1 || node > LAB_NODES)) {
		fprintf(stderr, "mqduty-lab: %s takes %s.\n", f->name,
		    f->node ? "a node from 1 to 3" : "no number");
		return 3;
	}
	if (open_lab(lab, &err))
		return refuse(&err);
	if (!f->wanted(lab)) {
		err_set(&err, "%s has nothing to act on in this lab.", f->name);
		return refuse(&err);
	}
	if (mark_node(lab, f) >= 0) {
		err_set(&err, "%s is in force already; heal it first.", f->name);
		return refuse(&err);
	}
	snprintf(node_text, sizeof(node_text), "%d\n", node);
	/* The mark comes first: what is cut short on the way can be healed. */
	if (lab_write(lab, 0600, &err, mark_name(f, mark), node_text))
		return refuse(&err);
	if (bring_about(lab, f, node, &err))
		return came_short(lab, f, &err);
	if (f->node)
		printf("%s %d is in force. ", f->name, node);
	else
		printf("%s is in force: %s. ", f->name, f->what);
	printf("Should raise: %s.\n", f->alert);
	return 0;
}

int cmd_heal(struct lab *lab, const struct options *o)
{
	const struct fault *only = NULL;
	int healed = 0, rc = 0;
	char path[LAB_PATH], mark[64];
	struct err err;

	if (o->n_args && !(only = fault_find(o->args[0]))) {
		fprintf(stderr,
		    "mqduty-lab: there is no fault \"%s\"; `mqduty-lab fault` lists them.\n",
		    o->args[0]);
		return 3;
	}
	if (open_lab(lab, &err))
		return refuse(&err);
	for (size_t i = 0; i < N_FAULTS; i++) {
		int node = mark_node(lab, &faults[i]);

		if (node < 0 || (only && only != &faults[i]))
			continue;
		if (undo(lab, &faults[i], node, &err)) {
			rc = refuse(&err);
			continue;
		}
		unlink(lab_path(lab, path, "%s", mark_name(&faults[i], mark)));
		printf("%s is healed.\n", faults[i].name);
		healed++;
	}
	if (!healed && !rc)
		puts("Nothing was in force.");
	return rc;
}
