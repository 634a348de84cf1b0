#ifndef MQ_LAB_TRAFFIC_NATS_H
#define MQ_LAB_TRAFFIC_NATS_H

#include "lab/lab.h"

#include <nats/nats.h>

/* A connection to the lab's NATS as the user of the traffic, with JetStream. */
struct session {
	natsConnection *nc;
	jsCtx *js;
};

/* Tries once a second until it stands; -1: the worker is to end. Close it with session_close. */
int session_wait(const struct lab *lab, const char *name, struct session *s);
void session_close(struct session *s);

#endif
