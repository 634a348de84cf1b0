#ifndef MQ_LAB_OPTIONS_H
#define MQ_LAB_OPTIONS_H

#include "lab/lab.h"

/* What the command line says; the same for every command. */
struct options {
	const char *dir;
	enum kafka_kind kafka;
	bool no_kafka, no_nats, no_mqtt, no_traffic, tls;
	const char *kafka_version; /* NULL: any that is there */
	int timeout_s;

	/* sim-kafka */
	int brokers, topics, partitions, groups, replication;
	int64_t rate;
	const char *ports, *control, *cluster_id;

	const char **args; /* what follows the command */
	int n_args;
};

#endif
