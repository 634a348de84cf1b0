#ifndef MQ_SOURCE_KAFKA_WIRE_AUTH_H
#define MQ_SOURCE_KAFKA_WIRE_AUTH_H

#include "source/kafka/wire_conn.h"

/*
 * auth: the SASL steps of a connection's handshake, also when the session has
 * to be renewed on a connection that is in use.
 */
void auth_begin_handshake(struct conn *c, int64_t now);
void auth_begin(struct conn *c, int64_t now);

/* Replies to them: the connection goes on, or is down afterwards. */
void auth_handshake_answered(struct conn *c, const struct sasl_handshake *r, int64_t now);
void auth_answered(struct conn *c, const struct sasl_auth *r, int64_t now);

/* While c->asks_kdc: looks whether there is a ticket by now; and gives up. */
void auth_look(struct conn *c, int64_t now);
void auth_overdue(struct conn *c, int64_t now);

/* A login is over: what it held that is secret goes. The second one frees what is left, too. */
void auth_forget(struct conn *c);
void auth_release(struct conn *c);

#endif
