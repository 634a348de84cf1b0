#ifndef MQ_SOURCE_KAFKA_WIRE_CONN_INT_H
#define MQ_SOURCE_KAFKA_WIRE_CONN_INT_H

#include "source/kafka/wire_conn.h"

/* What the two halves of the connection (its life, its bytes) share. */
enum { CONN_READ_SIZE = 64 << 10 };

/* Sends and reads what it can; on trouble the connection is down afterwards. */
void conn_io(struct conn *c, int64_t now);

/* Takes the connection down with a sentence, or as it stands (c->hung). */
void conn_fall(struct conn *c, int64_t now, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void conn_go_down(struct conn *c, int64_t now);

/* The oldest call, now the caller's to free. */
struct call *conn_take_call(struct conn *c);

/* A reply to a step of the handshake. */
void conn_step_answered(struct conn *c, enum kafka_api api, const void *reply, int64_t now);

/* The handshake begins: the socket is there. */
void conn_first_step(struct conn *c, int64_t now);

/* The session ends soon: logs in again on the same connection. */
void conn_renew(struct conn *c, int64_t now);

/* Goes on with the TLS handshake that is under way. */
void conn_tls_io(struct conn *c, int64_t now);

/* The step that is under way has done its work. */
void conn_next_step(struct conn *c, int64_t now);

/* Sends a request of a step. -1: it is too large. */
int conn_send_step(
    struct conn *c, enum kafka_api api, const struct wire_ask *ask, int64_t now);

#endif
