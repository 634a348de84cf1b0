#ifndef MQ_NET_HTTP_H
#define MQ_NET_HTTP_H

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * http: GET requests of one thread, all at once, none blocking. Redirects are
 * not followed and proxies of the environment are not used: a broker's own
 * answer is wanted. Every reply is bounded in size and in time.
 */
enum http_fail {
	HTTP_OK, /* a whole reply came; look at its status */
	HTTP_DNS,
	HTTP_REFUSED,
	HTTP_UNREACHABLE,
	HTTP_TLS,
	HTTP_TIMEOUT_CONNECT, /* no TCP connection within the time */
	HTTP_HUNG,            /* connected, and not a byte, or not the end, within the time */
	HTTP_PROTOCOL,        /* not HTTP, cut off, reset */
	HTTP_TOO_LARGE,
};

enum { HTTP_BODY_MAX = 8 << 20 };

struct http_reply {
	enum http_fail fail;
	const char *phrase;   /* why it failed, for the operator; "" for HTTP_OK */
	long status;          /* 0: none came */
	const char *body;     /* terminated; as much as came; belongs to the call */
	size_t len;
	double connect_ms;    /* TCP connect of a new connection; -1: reused, or never connected */
	double answer_ms;     /* from the request's last byte to the reply's first; -1: none came */
	double total_ms;
};

struct http_request {
	const char *url;
	int64_t timeout_ms; /* of the whole: name, connect, reply */
	size_t max_body;    /* 0: HTTP_BODY_MAX, which is also the most */
	bool fresh;	    /* not over a connection that is open: its other end may have gone without a word */
	/* Called from http_run(), exactly once, unless http_free() comes first. May start other requests. */
	void (*done)(void *arg, const struct http_reply *reply);
	void *arg;
};

struct http;

/* cluster (may be NULL) gives address_map, via, tls, username; it must outlive this. */
struct http *http_new(const struct cluster_conf *cluster);
void http_free(struct http *h); /* drops what is in flight, does not wait for it */

void http_get(struct http *h, const struct http_request *rq);

/* Moves all requests on as far as they go, calling `done` for those that ended. */
void http_run(struct http *h);

/* Waits until something can move on, wake_fd is readable or `until` (boot ns) has come. */
void http_wait(struct http *h, int wake_fd, int64_t until);

/* The same beside n descriptors of the caller's (POLLIN, POLLOUT). */
struct pollfd;
void http_wait_fds(struct http *h, const struct pollfd *fds, size_t n, int64_t until);

/* Until when the certificate is valid that this host:port (of a URL) showed last, wall ns; 0: none was
 * seen. It is known also where the handshake failed for it. */
int64_t http_cert_until(const struct http *h, const char *address);

size_t http_in_flight(const struct http *h);

/* "dns", "refused", ...: one word for the kind of failure. */
const char *http_fail_name(enum http_fail f);

/* Splits "http://host:port/base" into "host:port" (the default port filled in, no
 * user or password) and the URL without user, password and trailing slash. -1
 * with a sentence for what is no http or https URL. Either may be NULL; the
 * caller frees them. */
int http_url_split(const char *url, char **address, char **shown, struct err *err);

#endif
