#ifndef MQ_SOURCE_MQTT_RELAY_H
#define MQ_SOURCE_MQTT_RELAY_H

#include "net/sock.h"
#include "net/tls.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * relay: a TLS connection to a broker, behind a port of this host that takes one
 * connection of this process alone. paho speaks plain MQTT to it. paho's own TLS
 * checks the certificate against the address that it dials, so that it would have
 * to look names up under its lock, and could use neither address_map nor via; and
 * of a failure it tells nothing. One thread; the owner polls relay_fds() and steps.
 */
enum relay_state {
	RELAY_IDLE,
	RELAY_DIALLING,
	RELAY_SHAKING, /* TCP is there, TLS is not */
	RELAY_UP,
	RELAY_ENDED, /* err says why, where there was a reason */
};

enum { RELAY_FDS = 3, RELAY_ROOM = 16 << 10 };

struct relay_way {
	unsigned char data[RELAY_ROOM];
	size_t from, len;
};

struct relay {
	enum relay_state state;
	struct dial dial;
	struct tls tls;
	struct tls_client *client;
	char host[HOST_MAX]; /* whose certificate is wanted */
	int remote, listener, local;
	struct relay_way *up, *down; /* allocated while it is up */
	char address[32];	     /* where paho connects, once RELAY_UP */
	bool here;		     /* what is wrong is wrong on this host */
	struct err err;
};

/* All zero but for the descriptors. */
void relay_init(struct relay *r);

/* Begins: address ("host:port") is dialled, through the via command where argv is not NULL. */
void relay_start(struct relay *r, struct tls_client *client, const char *const *argv,
    const char *address, const char *host, int64_t now, int64_t deadline);

/* Goes on as far as it can. */
enum relay_state relay_step(struct relay *r, int64_t now);

/* What to poll; returns how many of RELAY_FDS. */
size_t relay_fds(const struct relay *r, struct pollfd *fds);

/* Closes all; err and the certificate's facts stay. Harmless twice. */
void relay_stop(struct relay *r);

#endif
