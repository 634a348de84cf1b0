#include "config.h"

#include "lab/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row per command: it makes the help as well. */
struct command {
	const char *name, *args, *help;
	int (*run)(struct lab *lab, const struct options *o);
	bool hidden;
	bool rest; /* everything after the first non-option is the argument, options too */
};

static const struct command commands[] = {
    {"up", "", "start everything, wait until it serves, print the path of the config for mqduty",
	cmd_up, false, false},
    {"down", "", "end every process that `up` started and remove the folder", cmd_down, false,
	false},
    {"status", "", "what runs, where, real or simulated (exit 2: a process is gone or frozen)",
	cmd_status, false, false},
    {"fault", "[NAME]", "bring about a fault; without a name: the table of faults", cmd_fault,
	false, false},
    {"heal", "[NAME]", "undo one fault, or all", cmd_heal, false, false},
    {"traffic", "on|off", "start or end the producers, consumers and devices", cmd_traffic, false,
	false},
    {"run", "-- COMMAND",
	"run a command with the lab's environment; starts a lab for it if none is up", cmd_run,
	false, true},
    {"env", "", "print that environment, for `eval \"$(mqduty-lab env)\"`", cmd_env, false, false},
    {"sim-kafka", "", "only the simulated Kafka cluster, in the foreground; prints its bootstrap",
	cmd_sim_kafka, false, false},
    {"tell", "SOCKET WORDS", "say something to a simulated Kafka cluster (`help` lists what)",
	cmd_tell, false, true},
    {"worker", "", "", cmd_worker, true, false},
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

enum option_code {
	OPT_HELP = 256,
	OPT_VERSION,
	OPT_DIR,
	OPT_KAFKA,
	OPT_KAFKA_VERSION,
	OPT_NO_KAFKA,
	OPT_NO_NATS,
	OPT_NO_MQTT,
	OPT_NO_TRAFFIC,
	OPT_TLS,
	OPT_TIMEOUT,
	OPT_BROKERS,
	OPT_TOPICS,
	OPT_PARTITIONS,
	OPT_GROUPS,
	OPT_REPLICATION,
	OPT_RATE,
	OPT_PORTS,
	OPT_CONTROL,
	OPT_CLUSTER_ID,
};

struct option_help {
	const char *name, *arg, *help;
	enum option_code code;
};

static const struct option_help option_table[] = {
    {"dir", "D",
	"folder of the lab (default: mqduty-lab in $XDG_RUNTIME_DIR, or\n"
	"mqduty-lab-UID in $TMPDIR)",
	OPT_DIR},
    {"kafka", "real|sim|auto",
	"auto (the default) takes real brokers where Java and the jars are\n"
	"there or can be fetched, else the simulation",
	OPT_KAFKA},
    {"kafka-version", "V", "version of Apache Kafka (default 3.9.1, else the newest that is there)",
	OPT_KAFKA_VERSION},
    {"no-kafka", NULL, "leave Kafka out", OPT_NO_KAFKA},
    {"no-nats", NULL, "leave NATS out", OPT_NO_NATS},
    {"no-mqtt", NULL, "leave MQTT out", OPT_NO_MQTT},
    {"no-traffic", NULL, "topics and streams with some content, but nothing moves", OPT_NO_TRAFFIC},
    {"tls", NULL, "real brokers listen with TLS, too, and mqduty uses that", OPT_TLS},
    {"timeout", "S", "give up `up` after so many seconds (default 120)", OPT_TIMEOUT},
    {"brokers", "N", "sim-kafka: brokers, 1 to 64 (default 3)", OPT_BROKERS},
    {"topics", "N", "sim-kafka: topics (default 5)", OPT_TOPICS},
    {"partitions", "N", "sim-kafka: partitions of each topic (default 6)", OPT_PARTITIONS},
    {"groups", "N", "sim-kafka: consumer groups (default 4)", OPT_GROUPS},
    {"replication", "N", "sim-kafka: replicas of each partition (default 3)", OPT_REPLICATION},
    {"rate", "N", "sim-kafka: records a second and partition (default 2; 0: stands still)",
	OPT_RATE},
    {"ports", "P,P,P", "sim-kafka: ports of the brokers (default: free ones)", OPT_PORTS},
    {"control", "SOCKET", "sim-kafka: path of the Unix socket that takes commands", OPT_CONTROL},
    {"cluster-id", "ID", "sim-kafka: id of the cluster (default sim-kafka)", OPT_CLUSTER_ID},
    {"help", NULL, "this text", OPT_HELP},
    {"version", NULL, "the version", OPT_VERSION},
};

enum { N_OPTIONS = sizeof(option_table) / sizeof(option_table[0]) };

static void usage(FILE *out)
{
	char left[64];

	fputs("Usage: mqduty-lab COMMAND [OPTIONS]\n\n"
	      "A small real world for mqduty, on 127.0.0.1 and free ports only: three Kafka "
	      "brokers, three\n"
	      "NATS nodes with JetStream, one mosquitto, and traffic through all of them. It "
	      "starts,\n"
	      "signals and ends only what it started itself.\n\nCommands:\n",
	    out);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (commands[i].hidden)
			continue;
		snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].args);
		fprintf(out, "  %-22s %s\n", left, commands[i].help);
	}
	fputs("\nOptions:\n", out);
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const char *h = option_table[i].help, *nl = strchr(h, '\n');

		snprintf(left, sizeof(left), "--%s%s%s", option_table[i].name,
		    option_table[i].arg ? " " : "", option_table[i].arg ? option_table[i].arg : "");
		fprintf(out, "  %-22s %.*s\n", left, (int)(nl ? nl - h : (long)strlen(h)), h);
		if (nl)
			fprintf(out, "  %-22s %s\n", "", nl + 1);
	}
	fputs("\nWhere the brokers come from: MQ_NATS_SERVER, MQ_MOSQUITTO (paths of executables) "
	      "and\n"
	      "MQ_KAFKA_LIBS (a folder of jars); else what scripts/fetch-nats and "
	      "scripts/fetch-kafka put\n"
	      "into ~/.cache/mqduty; else PATH and /usr/sbin.\n\n"
	      "Exit codes: 0 done, 1 it failed (the reason is on stderr), 2 status: not all runs,\n"
	      "3 wrong usage; `run` gives the code of its command.\n",
	    out);
}

static int number(const char *name, const char *text, long low, long high, int *out)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < low || n > high) {
		fprintf(stderr, "mqduty-lab: --%s takes a number from %ld to %ld, not \"%s\".\n",
		    name, low, high, text);
		return -1;
	}
	*out = (int)n;
	return 0;
}

static int kafka_word(const char *text, struct options *o)
{
	static const char *const words[] = {"auto", "real", "sim"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0) {
			o->kafka = (enum kafka_kind)i;
			return 0;
		}
	fprintf(stderr, "mqduty-lab: --kafka is one of real, sim, auto, not \"%s\".\n", text);
	return -1;
}

/* Returns 0 to go on, 1 when all is done, -1 on a mistake. */
static int take(enum option_code code, const char *arg, struct options *o)
{
	int n = 0;

	switch (code) {
	case OPT_HELP:
		usage(stdout);
		return 1;
	case OPT_VERSION:
		puts("mqduty-lab " PACKAGE_VERSION);
		return 1;
	case OPT_DIR:
		o->dir = arg;
		return 0;
	case OPT_KAFKA:
		return kafka_word(arg, o);
	case OPT_KAFKA_VERSION:
		o->kafka_version = arg;
		return 0;
	case OPT_NO_KAFKA:
		o->no_kafka = true;
		return 0;
	case OPT_NO_NATS:
		o->no_nats = true;
		return 0;
	case OPT_NO_MQTT:
		o->no_mqtt = true;
		return 0;
	case OPT_NO_TRAFFIC:
		o->no_traffic = true;
		return 0;
	case OPT_TLS:
		o->tls = true;
		return 0;
	case OPT_TIMEOUT:
		return number("timeout", arg, 1, 3600, &o->timeout_s);
	case OPT_BROKERS:
		return number("brokers", arg, 1, 64, &o->brokers);
	case OPT_TOPICS:
		return number("topics", arg, 0, 20000, &o->topics);
	case OPT_PARTITIONS:
		return number("partitions", arg, 1, 20000, &o->partitions);
	case OPT_GROUPS:
		return number("groups", arg, 0, 20000, &o->groups);
	case OPT_REPLICATION:
		return number("replication", arg, 1, 64, &o->replication);
	case OPT_RATE:
		if (number("rate", arg, 0, 1000000, &n))
			return -1;
		o->rate = n;
		return 0;
	case OPT_PORTS:
		o->ports = arg;
		return 0;
	case OPT_CONTROL:
		o->control = arg;
		return 0;
	case OPT_CLUSTER_ID:
		o->cluster_id = arg;
		return 0;
	}
	return -1;
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Options may stand before or after the command, except where the rest is not ours. */
static int parse(int argc, char **argv, struct options *o, const struct command **cmd)
{
	struct option longs[N_OPTIONS + 1] = {0};
	int c, rc = 0;

	for (size_t i = 0; i < N_OPTIONS; i++)
		longs[i] = (struct option){option_table[i].name,
		    option_table[i].arg ? required_argument : no_argument, NULL,
		    (int)option_table[i].code};
	/* "-" hands over what is no option in its place; "--" ends the options. */
	while (rc == 0 && (c = getopt_long(argc, argv, "-h", longs, NULL)) != -1) {
		if (c == 1 && *cmd && (*cmd)->rest) {
			optind--;
			break;
		} else if (c == 1 && *cmd) {
			o->args[o->n_args++] = optarg;
		} else if (c == 1) {
			*cmd = command_find(optarg);
			if (!*cmd) {
				fprintf(stderr,
				    "mqduty-lab: there is no command \"%s\"; see "
				    "mqduty-lab --help.\n",
				    optarg);
				rc = -1;
			}
		} else if (c == '?') {
			rc = -1;
		} else {
			rc = take(c == 'h' ? OPT_HELP : (enum option_code)c, optarg, o);
		}
	}
	while (rc == 0 && optind < argc)
		o->args[o->n_args++] = argv[optind++];
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {.brokers = 3,
	    .topics = 5,
	    .partitions = 6,
	    .groups = 4,
	    .replication = 3,
	    .rate = 2,
	    .timeout_s = 120,
	    .cluster_id = "sim-kafka"};
	static struct lab lab = {.lock_fd = -1};
	const struct command *cmd = NULL;
	char dir[LAB_PATH];
	struct err err;
	int rc;

	o.args = calloc((size_t)argc + 1, sizeof(*o.args));
	if (!o.args)
		BUG("out of memory");
	rc = parse(argc, argv, &o, &cmd);
	if (rc == 0 && !cmd) {
		usage(stderr);
		rc = -1;
	}
	if (rc == 0 && ((!o.dir && lab_dir_default(dir, sizeof(dir), &err)) ||
			   lab_dir_set(&lab, o.dir ? o.dir : dir, &err))) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		free(o.args);
		return 1;
	}
	if (rc == 0)
		rc = cmd->run(&lab, &o);
	else
		rc = rc > 0 ? 0 : 3;
	free(o.args);
	return rc;
}
