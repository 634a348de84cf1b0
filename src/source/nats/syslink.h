#ifndef MQ_SOURCE_NATS_SYSLINK_H
#define MQ_SOURCE_NATS_SYSLINK_H

#include "config/config.h"
#include "net/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * syslink: the connection to the system account, the only thing that knows cnats.
 * It lives in a thread of its own, which connects (cnats blocks while it does),
 * sends, and makes a new connection whenever one ends, whatever ended it, with
 * doubling back-off. What happens comes as events through a bounded queue; the
 * source's wake_fd tells. It publishes requests to $SYS.REQ and nothing else.
 */
enum syslink_kind {
	SYSLINK_UP,      /* text: id of the server it is connected to */
	SYSLINK_DOWN,    /* fail, text: why the connection ended or could not be made; token: 1 when every
	                  * server that it knows of has been tried since it was up */
	SYSLINK_REPLY,   /* token, text; several may come for one request */
	SYSLINK_NOBODY,  /* token: no server listens to that subject */
	SYSLINK_TOO_LARGE, /* token: the reply was larger than HTTP_BODY_MAX */
	SYSLINK_NOTICE,  /* subject, text: an event of a server */
	SYSLINK_DENIED,  /* text: the server's words about a right that is missing */
};

struct syslink_event {
	struct syslink_event *next;
	enum syslink_kind kind;
	enum http_fail fail;
	uint64_t token;
	int64_t at;          /* boot ns, taken in the callback */
	const char *subject; /* in the same allocation; "" where there is none */
	const char *text;    /* terminated */
	size_t len;
};

struct syslink;

/* cluster must outlive it (also a thread left behind). wake_fd is set for each event. */
struct syslink *syslink_new(const struct cluster_conf *cluster, int wake_fd);

/* Ends within 150 ms; a thread that hangs in the library is left behind and frees the rest. */
void syslink_free(struct syslink *l);

/* Sends a request when connected; forgotten otherwise. The reply carries the token. */
void syslink_request(struct syslink *l, const char *subject, const char *payload, uint64_t token);

/* The connection is of no use: make another. */
void syslink_reconnect(struct syslink *l);

/* The oldest event, which the caller frees; NULL: none. */
struct syslink_event *syslink_take(struct syslink *l);

/* Events that found no room since the last call. */
uint64_t syslink_lost(struct syslink *l);

/* What it subscribes besides its inbox; ends with NULL. */
extern const char *const syslink_notices[];

#endif
