#ifndef MQ_NET_SOCK_H
#define MQ_NET_SOCK_H

#include "net/resolve.h"
#include "net/via.h"

#include <stdbool.h>

/*
 * dial: one connection being made. The owner polls dial_fd() for writing (or
 * waits 20 ms while there is none) and calls dial_step() until it is done.
 */
enum dial_state { DIAL_IDLE, DIAL_RESOLVING, DIAL_CONNECTING, DIAL_DONE, DIAL_FAILED };

enum { HOST_MAX = 256, PORT_MAX = 8 };

struct dial {
	enum dial_state state;
	char host[HOST_MAX], port[PORT_MAX];
	struct resolved addrs;
	size_t next; /* address to try next */
	int fd;
	int64_t started, deadline, try_until;
	double connect_ms; /* how long the TCP handshake took, once done */
	struct via via;
	bool uses_via;
	struct err err; /* why it failed: begins with dns, refused, unreachable or timeout */
};

/* Splits "host:port" or "[v6]:port"; -1 where it is neither. */
int address_split(const char *address, char host[HOST_MAX], char port[PORT_MAX]);

/* Starts; via_argv may be NULL. Afterwards call dial_step(). */
void dial_start(struct dial *d, const char *address, const char *const *via_argv, int64_t now,
    int64_t deadline);

/* Goes on as far as it can at `now`; returns the state. After DIAL_DONE the caller owns d->fd. */
enum dial_state dial_step(struct dial *d, int64_t now);

/* What to poll for POLLOUT; -1 while there is nothing to poll. */
int dial_fd(const struct dial *d);

/* Gives up, closes what is the dial's own and ends a via command. */
void dial_stop(struct dial *d);

/* "refused", "unreachable", "reset" or the system's words for an errno of a connection. */
const char *sock_words(int error);

#endif
