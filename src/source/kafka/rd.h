#ifndef MQ_SOURCE_KAFKA_RD_H
#define MQ_SOURCE_KAFKA_RD_H

#include "source/kafka/wire_conn.h"

/*
 * rd: librdkafka in the place of the wire client, where a listener wants a
 * mechanism that the wire client lacks (OAUTHBEARER, GSSAPI). It is asked as a
 * connection is, and answers with the same structs; what blocks does so in
 * threads of its own. It costs more, and knows less: rd_lacks() says what.
 */
struct rd;

/* What the statistics say of one broker. */
struct rd_broker {
	bool known, up;
	int64_t since;      /* boot ns of the newest statistics */
	int64_t silent_since; /* it owes an answer, and has said nothing since then; 0: it does not */
	double rtt_ms;	    /* of its last window; -1: nothing was sent in it */
	int32_t throttle_ms;
	char trouble[256]; /* "" while there is none */
};

/* Starts the threads; connects in the background. conf may go once it has returned. */
struct rd *rd_open(
    const struct cluster_conf *conf, const struct security *s, int64_t timeout, struct err *err);

/* Never waits: the threads end and free it by themselves. No callback is called any more. */
void rd_close(struct rd *r);

/* Readable when rd_deliver() has something to do. */
int rd_fd(const struct rd *r);

/* Calls the callbacks of what was answered; in the thread of the source. */
void rd_deliver(struct rd *r);

/* Asks broker `id` (or any, for API_METADATA). Everything of ask is copied. */
void rd_ask(struct rd *r, void *owner, int32_t id, enum kafka_api api, const struct wire_ask *ask,
    call_done *done, int64_t tag);

/* The owner goes: its calls fail now. */
void rd_drop(struct rd *r, void *owner, const char *why);

struct rd_broker rd_look(struct rd *r, const char *address);

/* Requests sent since this was asked last. */
int64_t rd_requests(struct rd *r);

/* Why an API cannot be asked by librdkafka; NULL: it can. */
const char *rd_lacks(enum kafka_api api);

#endif
