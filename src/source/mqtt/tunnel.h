#ifndef MQ_SOURCE_MQTT_TUNNEL_H
#define MQ_SOURCE_MQTT_TUNNEL_H

#include "net/via.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * tunnel: a `via` command behind a port of this host, for paho, which insists on
 * connecting by itself. The port takes one connection and is closed with it.
 */
struct tunnel {
	struct via via;
	bool open;
};

/* address (of size bytes) is what to connect to. Returns 0 or -1 with err. Never waits. */
int tunnel_open(struct tunnel *t, const char *const *argv, const char *host, const char *port,
    char *address, size_t size, struct err *err);

/* What the command said last; "" where it was silent or there is none. */
void tunnel_words(struct tunnel *t, char *out, size_t size);

void tunnel_close(struct tunnel *t);

#endif
