#ifndef MQ_NET_TLS_INT_H
#define MQ_NET_TLS_INT_H

#include "net/tls.h"

#include <openssl/asn1.h>

/* What the files of TLS share. */

/* Loads the certificates into c->ctx, again where the files have changed. */
int tls_client_load(struct tls_client *c, struct err *err);

/* When a time of a certificate is, wall ns; those that never end are INT64_MAX. 0: it cannot be read. */
int64_t tls_wall_of(const ASN1_TIME *t);

/* Says in t->err why the connection is over: what SSL_get_error() told, and errno. t->err stays empty
 * where the other side merely closed it after the handshake. */
void tls_words(struct tls *t, int ssl_error, int saved_errno);

#endif
