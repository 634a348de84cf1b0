#ifndef MQ_TESTS_NATS_CLUSTER_H
#define MQ_TESTS_NATS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A real NATS cluster on free ports of 127.0.0.1, in a folder of its own under
 * $TMPDIR. cluster_stop() ends and removes everything; servers also die with the test. */
enum { CLUSTER_MAX = 5 };

struct test_server {
	pid_t pid; /* 0: not running */
	int client, monitor, route;
	char name[16], config[256];
};

/* How the servers differ from plain ones. */
struct cluster_plan {
	bool jetstream;   /* with a store of 64 MiB */
	bool no_monitor;  /* no monitoring port */
	bool https;       /* it speaks TLS, with the certificate of a tls block in `more` */
	bool no_cluster;  /* one server alone, whatever else */
	const char *more; /* further lines of each configuration */
};

struct test_cluster {
	const char *binary, *name;
	struct cluster_plan plan;
	char dir[200];
	struct test_server server[CLUSTER_MAX];
	size_t n;
};

/* One that cannot start ends the test with a message. jetstream: with a store of 64 MiB. */
void cluster_start(struct test_cluster *c, const char *binary, const char *name, size_t n, bool jetstream);
void cluster_start_as(struct test_cluster *c, const char *binary, const char *name, size_t n, struct cluster_plan plan);
/* Writes the configurations anew with other lines; the servers read them at SIGHUP or start. */
void cluster_rewrite(struct test_cluster *c, const char *more);
void cluster_stop(struct test_cluster *c);
void server_start(struct test_cluster *c, size_t i);
void server_signal(struct test_cluster *c, size_t i, int signal); /* SIGKILL also reaps it */
int free_port(void);

#endif
