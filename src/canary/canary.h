#ifndef MQ_CANARY_CANARY_H
#define MQ_CANARY_CANARY_H

#include "canary/flight.h"
#include "config/config.h"

#include <stdatomic.h>

/*
 * canary: one cluster's; its thread calls run(), which returns when *stop is set or
 * with a sentence when it can go no further (it is started again with a back-off).
 */
enum { CANARY_FLIGHTS = 64 };

struct canary {
	const struct cluster_conf *conf;
	const atomic_bool *stop;
	pthread_mutex_t lock; /* for n: flights are added, never taken away */
	struct flight *flights[CANARY_FLIGHTS];
	size_t n;
};

/* The flight of a broker, made where it is new; NULL: too many. Any thread. */
struct flight *canary_flight(struct canary *c, const char *broker);
/* Waits until the next message is due; false: it is time to end. */
bool canary_wait(struct canary *c, int64_t *due);
/* How long a message may be under way before it is lost, ns. */
int64_t canary_patience(const struct canary *c);

int canary_run_kafka(struct canary *c, struct err *err);
int canary_run_nats(struct canary *c, struct err *err);
int canary_run_mqtt(struct canary *c, struct err *err);

#endif
