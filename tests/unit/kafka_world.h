#ifndef MQ_TEST_KAFKA_WORLD_H
#define MQ_TEST_KAFKA_WORLD_H

/* A client connection and the server it talks to, turned by one crank. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/kafka/wire_conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHORT_MS = 250, PATIENCE_MS = 20000 };

struct world {
	int listener, peer;
	SSL_CTX *tls; /* the server speaks TLS; NULL: it does not */
	SSL *ssl;
	uint16_t port;
	struct conn c;
	void (*serve)(struct world *w); /* called at every turn while a client is there */
	char asked[4096];		/* what the client sent and the server has not eaten */
	size_t n_asked;
	struct buf to_send;
	size_t slice; /* bytes sent per turn; 0: all */
	int accepted, answered;
	/* outcomes of calls */
	int good, bad, too_large;
	char error[512];
};

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int listen_on(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons(*port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	set_nonblocking(fd);
	return fd;
}

static void hang_up(struct world *w)
{
	SSL_free(w->ssl);
	w->ssl = NULL;
	if (w->peer >= 0)
		close(w->peer);
	w->peer = -1;
	w->n_asked = 0;
	buf_reset(&w->to_send);
}

static struct world *world_new(void (*serve)(struct world *w))
{
	struct world *w = calloc(1, sizeof(*w));
	char address[64];

	w->peer = -1;
	w->serve = serve;
	w->listener = listen_on(&w->port);
	buf_init(&w->to_send, 64 << 20);
	snprintf(address, sizeof(address), "127.0.0.1:%d", w->port);
	conn_init(&w->c, w, address, NULL, SHORT_MS * NS_PER_MS);
	return w;
}

static void world_free(struct world *w)
{
	conn_release(&w->c);
	hang_up(w);
	if (w->listener >= 0)
		close(w->listener);
	buf_release(&w->to_send);
	free(w);
}

/* As recv() and send() do, whether the server speaks TLS or not. */
static ssize_t tls_result(struct world *w, int rc)
{
	int why = rc > 0 ? SSL_ERROR_NONE : SSL_get_error(w->ssl, rc);

	if (rc > 0)
		return rc;
	errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
	return why == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static ssize_t peer_recv(struct world *w, void *data, size_t size)
{
	return w->ssl ? tls_result(w, SSL_read(w->ssl, data, (int)size))
		      : recv(w->peer, data, size, 0);
}

static ssize_t peer_send(struct world *w, const void *data, size_t len)
{
	return w->ssl ? tls_result(w, SSL_write(w->ssl, data, (int)len))
		      : send(w->peer, data, len, MSG_NOSIGNAL);
}

static void start_server_tls(struct world *w)
{
	if (!w->tls)
		return;
	w->ssl = SSL_new(w->tls);
	SSL_set_fd(w->ssl, w->peer);
	SSL_set_accept_state(w->ssl);
}

static void serve_turn(struct world *w)
{
	ssize_t n;
	size_t part;

	if (w->peer < 0 && w->listener >= 0) {
		w->peer = accept(w->listener, NULL, NULL);
		if (w->peer < 0)
			return;
		set_nonblocking(w->peer);
		start_server_tls(w);
		w->accepted++;
	}
	if (w->peer < 0)
		return;
	n = peer_recv(w, w->asked + w->n_asked, sizeof(w->asked) - w->n_asked);
	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		hang_up(w);
		return;
	}
	if (n > 0)
		w->n_asked += (size_t)n;
	w->serve(w);
	part = w->slice && w->slice < w->to_send.len ? w->slice : w->to_send.len;
	if (w->peer < 0 || !part)
		return;
	n = peer_send(w, w->to_send.data, part);
	if (n > 0)
		buf_consume(&w->to_send, (size_t)n);
}

static void turn(struct world *w)
{
	struct pollfd p[2] = {conn_poll(&w->c), {.fd = w->peer, .events = POLLIN}};

	poll(p, 2, 1);
	serve_turn(w);
	conn_step(&w->c, clock_boot());
}

/* Turns until the condition holds; fails the test when it does not within PATIENCE_MS. */
#define UNTIL(w, condition)                                                                        \
	do {                                                                                       \
		int64_t deadline_ = clock_boot() + PATIENCE_MS * NS_PER_MS;                        \
		while (!(condition) && clock_boot() < deadline_)                                   \
			turn(w);                                                                   \
		assert_true(condition);                                                            \
	} while (0)

static void outcome(void *owner, const struct call *call, const struct answer *a)
{
	struct world *w = owner;

	(void)call;
	if (a->reply)
		w->good++;
	else
		w->bad++;
	w->too_large += a->too_large;
	if (a->error)
		snprintf(w->error, sizeof(w->error), "%s", a->error);
}

static inline void ask(struct world *w)
{
	struct wire_ask none = {0};

	assert_int_equal(conn_call(&w->c, API_METADATA, &none, outcome, 0, clock_boot(), NULL), 0);
}

/* One request of the client: its API and correlation. */
struct request {
	int16_t key, version;
	uint8_t correlation[4];
};

static bool next_request(struct world *w, struct request *r)
{
	const uint8_t *p = (const uint8_t *)w->asked;
	size_t size;

	if (w->n_asked < 12)
		return false;
	size = 4 + ((size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
	if (w->n_asked < size)
		return false;
	r->key = (int16_t)(p[4] << 8 | p[5]);
	r->version = (int16_t)(p[6] << 8 | p[7]);
	memcpy(r->correlation, p + 8, 4);
	w->n_asked -= size;
	memmove(w->asked, w->asked + size, w->n_asked);
	return true;
}

static void put_size(struct world *w, uint32_t n)
{
	uint8_t b[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	buf_add(&w->to_send, b, 4);
}

static void put_frame(struct world *w, const struct request *r, const void *body, size_t len)
{
	put_size(w, (uint32_t)len + 4);
	buf_add(&w->to_send, r->correlation, 4);
	buf_add(&w->to_send, body, len);
	w->answered++;
}

/* ApiVersions v3: offers itself 0-3 and Metadata 0-12. */
static void put_versions(struct world *w, const struct request *r)
{
	static const uint8_t body[] = {
	    0, 0, 3, 0, 18, 0, 0, 0, 3, 0, 0, 3, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0};

	put_frame(w, r, body, sizeof(body));
}

/* Metadata v12 of an empty cluster. */
static const uint8_t empty_metadata[] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 7, 1, 0};

static void put_metadata(struct world *w, const struct request *r)
{
	put_frame(w, r, empty_metadata, sizeof(empty_metadata));
}

static inline void serve_well(struct world *w)
{
	struct request r;

	while (next_request(w, &r)) {
		if (r.key == 18)
			put_versions(w, &r);
		else
			put_metadata(w, &r);
	}
}

/* ApiVersions only; what comes after it is left to the test. */
static inline bool serve_handshake(struct world *w, struct request *r)
{
	while (next_request(w, r)) {
		if (r->key != 18)
			return true;
		put_versions(w, r);
	}
	return false;
}

static void words(struct world *w, char *out, size_t size)
{
	conn_words(&w->c, clock_boot(), out, size);
}

static void expect_words(struct world *w, const char *part)
{
	char have[ERR_MAX];

	words(w, have, sizeof(have));
	if (!strstr(have, part))
		fail_msg("\"%s\" says nothing of \"%s\"", have, part);
}

#endif
