#ifndef MQ_SOURCE_MQTT_READING_H
#define MQ_SOURCE_MQTT_READING_H

#include "base/err.h"
#include "source/mqtt/flavor.h"

#include <stdbool.h>

/*
 * reading: what the HTTP replies of one broker say at one moment: Prometheus
 * text or JSON. Pure. Foreign bytes: bounded, and what does not fit is left out.
 */
struct reading {
	const struct flavor *flavor; /* NULL: found out by the metrics' names */
	const char *node;	     /* whose part of an EMQX cluster's is wanted; NULL: the sum */
	bool seen[STAT_COUNT];
	double v[STAT_COUNT];
	bool no_limit; /* a listener takes as many clients as come */
	char version[64];
	bool node_seen;	      /* one of the entries was of `node` */
	char other_nodes[96]; /* the names of entries that were not */
};

/* Takes one reply in; what is for messages. -1 with err: nothing of it can be used. */
int reading_take(struct reading *r, const char *what, const char *body, size_t len, struct err *err);

#endif
