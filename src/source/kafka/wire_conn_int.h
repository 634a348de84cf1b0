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

/* A reply to a handshake's ApiVersions. */
void conn_versions_answered(struct conn *c, const struct api_versions *v, int64_t now);

#endif
