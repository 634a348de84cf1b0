#ifndef MQ_NET_HTTP_VIA_H
#define MQ_NET_HTTP_VIA_H

#include "base/err.h"

#include <curl/curl.h>

/*
 * http_via: libcurl over the connection of a `via` command. A connection may
 * outlive the call that opened it; libcurl says when it closes it.
 */
struct http_vias {
	struct http_via *list;
	const char *const *argv;
};

/* One call's side: why its connection could not be had, or what the command said. */
struct http_via_call {
	struct http_vias *vias;
	struct http_via *via; /* opened for this call and still open; NULL otherwise */
	char *host, *port;
	struct err words;
};

/* Makes e dial address ("host:port") by the command. c must live as long as the transfer. */
void http_via_set(struct http_via_call *c, struct http_vias *vias, CURL *e, const char *address);

/* The transfer is over; the connection may stay. */
void http_via_done(struct http_via_call *c);

#endif
