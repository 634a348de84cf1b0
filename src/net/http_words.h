#ifndef MQ_NET_HTTP_WORDS_H
#define MQ_NET_HTTP_WORDS_H

#include "net/http.h"

/* What libcurl says about one ended transfer, without libcurl's types. */
struct http_outcome {
	int code;          /* CURLcode */
	long os_errno;
	long status;
	bool resolved, connected, reused, secured; /* how far it got; secured: TLS done or not asked for */
	bool via;          /* through a command: of TCP nothing is known */
	bool too_large, too_many_headers;
	size_t body_len;
	size_t max_body;
	int64_t body_expected; /* Content-Length, -1: not said */
	double connect_ms, total_ms;
	const char *detail;    /* libcurl's or OpenSSL's own words, "" if none */
	int64_t expired;       /* when its certificate expired, wall ns; 0: it has not, or none was seen */
	const char *address;   /* host:port as dialled */
	const char *url;       /* to be shown */
};

/* The kind of failure, with a phrase in out. */
enum http_fail http_words(const struct http_outcome *o, char *out, size_t size);

#endif
