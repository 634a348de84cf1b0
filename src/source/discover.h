#ifndef MQ_SOURCE_DISCOVER_H
#define MQ_SOURCE_DISCOVER_H

#include "base/buf.h"
#include "config/config.h"

#include <stddef.h>

/*
 * discover: with no config, which brokers run on this host? Each well-known port is
 * asked for its protocol (a port that only takes connections is not a broker), all at
 * once, for a second at most.
 */
struct discover_port {
	enum discover_what {
		DISCOVER_KAFKA,
		DISCOVER_NATS,
		DISCOVER_NATS_HTTP,
		DISCOVER_MQTT,
		DISCOVER_COUNT
	} what;
	int port;
};

/* 9092, 4222, 8222, 1883 on 127.0.0.1. */
extern const struct discover_port discover_usual[DISCOVER_COUNT];

/*
 * Adds a cluster per broker found to c (of config_new_default()) and to `said` a
 * sentence per line about each kind of broker, found or not. ports holds one of each
 * kind. Waits; before any source runs. Returns how many clusters were added.
 */
size_t discover(
    struct config *c, const struct discover_port ports[DISCOVER_COUNT], struct buf *said);

#endif
