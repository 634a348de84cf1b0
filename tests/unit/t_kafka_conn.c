/* The connection against a server that misbehaves in every way we could think of. Client and
 * server live in this one thread: the test turns the crank of both. */
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHORT_MS = 250, PATIENCE_MS = 5000 };

struct world {
	int listener, peer;
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

static void serve_turn(struct world *w)
{
	ssize_t n;
	size_t part;

	if (w->peer < 0 && w->listener >= 0) {
		w->peer = accept(w->listener, NULL, NULL);
		if (w->peer < 0)
			return;
		set_nonblocking(w->peer);
		w->accepted++;
	}
	if (w->peer < 0)
		return;
	n = recv(w->peer, w->asked + w->n_asked, sizeof(w->asked) - w->n_asked, 0);
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
	n = send(w->peer, w->to_send.data, part, MSG_NOSIGNAL);
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

static void ask(struct world *w)
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

static void serve_well(struct world *w)
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
static bool serve_handshake(struct world *w, struct request *r)
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

static void test_one_byte_at_a_time(void **state)
{
	struct world *w = world_new(serve_well);

	(void)state;
	w->slice = 1;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	ask(w);
	ask(w);
	UNTIL(w, w->good == 3);
	assert_int_equal(w->bad, 0);
	assert_int_equal(w->accepted, 1);
	world_free(w);
}

static void serve_half(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	put_size(w, 1000);
	buf_add(&w->to_send, r.correlation, 4);
	buf_adds(&w->to_send, "only the beginning");
	send(w->peer, w->to_send.data, w->to_send.len, MSG_NOSIGNAL);
	hang_up(w);
}

static void test_ends_in_the_middle(void **state)
{
	struct world *w = world_new(serve_half);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "in the middle of a reply"));
	world_free(w);
}

static void serve_reset(struct world *w)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	put_size(w, 1000);
	send(w->peer, w->to_send.data, w->to_send.len, MSG_NOSIGNAL);
	setsockopt(w->peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	hang_up(w);
}

static void test_reset(void **state)
{
	struct world *w = world_new(serve_reset);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "reset"));
	world_free(w);
}

static void serve_trickle(struct world *w)
{
	struct request r;

	if (serve_handshake(w, &r)) {
		put_size(w, 1 << 20);
		buf_add(&w->to_send, r.correlation, 4);
	} else if (w->answered && !w->to_send.len && w->c.in.len) {
		buf_addc(&w->to_send, 'x');
	}
}

static void test_never_ends(void **state)
{
	struct world *w = world_new(serve_trickle);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "did not end"));
	world_free(w);
}

static void serve_huge(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	put_size(w, 200 << 20);
	buf_add(&w->to_send, r.correlation, 4);
}

static void test_far_too_large(void **state)
{
	struct world *w = world_new(serve_huge);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "the limit is 8 MiB"));
	assert_true(w->c.in.cap < WIRE_FRAME_MAX);
	world_free(w);
}

/* 20 MiB: thrown away as it comes; the connection and the next request live on. */
static void serve_large_once(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	if (w->answered > 1) {
		put_metadata(w, &r);
		return;
	}
	put_size(w, 4 + (20 << 20));
	buf_add(&w->to_send, r.correlation, 4);
	for (int i = 0; i < 20 << 10; i++) {
		static const char zeros[1024];

		buf_add(&w->to_send, zeros, sizeof(zeros));
	}
	w->answered++;
}

static void test_too_large(void **state)
{
	struct world *w = world_new(serve_large_once);

	(void)state;
	w->slice = 256 << 10;
	w->c.timeout = PATIENCE_MS * NS_PER_MS;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_int_equal(w->too_large, 1);
	assert_true(conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	assert_int_equal(w->accepted, 1);
	assert_true(w->c.in.cap <= WIRE_FRAME_MAX);
	world_free(w);
}

static void serve_http(struct world *w)
{
	if (w->n_asked)
		buf_adds(&w->to_send, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
	w->n_asked = 0;
}

static void test_http(void **state)
{
	struct world *w = world_new(serve_http);

	(void)state;
	UNTIL(w, w->c.falls);
	expect_words(w, "an HTTP server answers on 127.0.0.1:");
	assert_false(conn_ready(&w->c));
	world_free(w);
}

static void serve_tls_alert(struct world *w)
{
	static const uint8_t alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46};

	if (w->n_asked)
		buf_add(&w->to_send, alert, sizeof(alert));
	w->n_asked = 0;
}

static void test_tls(void **state)
{
	struct world *w = world_new(serve_tls_alert);

	(void)state;
	UNTIL(w, w->c.falls);
	expect_words(w, "speaks TLS");
	world_free(w);
}

static void serve_garbage(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	put_frame(w, &r, "this is no metadata at all, whatever way one reads it", 50);
}

static void test_garbage(void **state)
{
	struct world *w = world_new(serve_garbage);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "not well-formed"));
	world_free(w);
}

static void serve_wrong_correlation(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	r.correlation[0] ^= 1;
	put_metadata(w, &r);
}

static void test_wrong_correlation(void **state)
{
	struct world *w = world_new(serve_wrong_correlation);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "a request that was not made"));
	world_free(w);
}

static void serve_silence(struct world *w)
{
	(void)w;
}

/* A frozen broker still takes TCP connections; it heals by itself once it answers. */
static void test_silence_and_back(void **state)
{
	struct world *w = world_new(serve_well);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	w->serve = serve_silence;
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_true(w->c.hung);
	assert_non_null(strstr(w->error, "HUNG: TCP "));
	assert_non_null(strstr(w->error, "API silent"));
	/* Still silent at the next try: the silence counts on from its beginning. */
	UNTIL(w, w->c.falls >= 2);
	assert_true(clock_boot() - w->c.silent_since >= 2 * SHORT_MS * NS_PER_MS);
	expect_words(w, "HUNG");
	w->serve = serve_well;
	w->n_asked = 0;
	UNTIL(w, conn_ready(&w->c));
	assert_false(w->c.hung);
	ask(w);
	UNTIL(w, w->good == 2);
	world_free(w);
}

static void test_refused_and_back(void **state)
{
	struct world *w = world_new(serve_well);

	(void)state;
	close(w->listener);
	w->listener = -1;
	UNTIL(w, w->c.falls >= 2);
	expect_words(w, "refused");
	assert_int_equal(conn_call(&w->c, API_METADATA, NULL, outcome, 0, clock_boot(), NULL), -1);
	w->listener = listen_on(&w->port);
	UNTIL(w, conn_ready(&w->c));
	expect_words(w, "up");
	world_free(w);
}

/* Brokers before 2.4 do not know ApiVersions v3, and say so in version 0 with no list. */
static void serve_old(struct world *w)
{
	static const uint8_t no[] = {0, 35, 0, 0, 0, 0};
	static const uint8_t yes[] = {0, 0, 0, 0, 0, 2, 0, 18, 0, 0, 0, 2, 0, 3, 0, 0, 0, 8};
	struct request r;

	while (next_request(w, &r)) {
		if (r.key == 18 && r.version > 0)
			put_frame(w, &r, no, sizeof(no));
		else if (r.key == 18)
			put_frame(w, &r, yes, sizeof(yes));
	}
}

static void test_old_broker(void **state)
{
	struct world *w = world_new(serve_old);
	struct err err = {{0}};
	struct wire_ask none = {0};

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	assert_int_equal(w->c.version[API_METADATA], 8);
	assert_int_equal(w->c.version[API_QUORUM], -1);
	assert_int_equal(conn_call(&w->c, API_QUORUM, &none, outcome, 0, clock_boot(), &err), -1);
	assert_non_null(strstr(err.msg, "does not offer DescribeQuorum"));
	world_free(w);
}

static void serve_then_close(struct world *w)
{
	struct request r;

	if (serve_handshake(w, &r))
		hang_up(w);
}

static void test_closes_upon_first_request(void **state)
{
	struct world *w = world_new(serve_then_close);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "does this listener ask for SASL?"));
	world_free(w);
}

static void test_bad_addresses(void **state)
{
	static const char *const bad[] = {
	    "", "host", "host:", ":9092", "host:x", "a:b:1", "host:123456789"};
	char host[HOST_MAX], port[PORT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(address_split(bad[i], host, port), -1);
	assert_int_equal(address_split("[::1]:9092", host, port), 0);
	assert_string_equal(host, "::1");
	assert_int_equal(address_split("kafka-1.int:9092", host, port), 0);
	assert_string_equal(port, "9092");
}

/* A name that cannot be looked up is said, and nothing waits for it. */
static void test_dns(void **state)
{
	struct world *w = world_new(serve_well);
	int64_t longest = 0;

	(void)state;
	conn_release(&w->c);
	conn_init(&w->c, w, "no-such-host.invalid:9092", NULL, PATIENCE_MS * NS_PER_MS);
	for (int64_t end = clock_boot() + 2 * PATIENCE_MS * NS_PER_MS;
	     !w->c.falls && clock_boot() < end;) {
		int64_t start = clock_boot();

		conn_step(&w->c, start);
		if (clock_boot() - start > longest)
			longest = clock_boot() - start;
		poll(NULL, 0, 5);
	}
	expect_words(w, "dns: ");
	assert_true(longest < 100 * NS_PER_MS);
	world_free(w);
}

/* A command that carries the connection, here `cat`-like: it ends, and its last words are told. */
static void test_via_that_fails(void **state)
{
	static const char *const via[] = {
	    "/bin/sh", "-c", "echo no route to %h port %p >&2; exit 1", NULL};
	struct world *w = world_new(serve_well);

	(void)state;
	conn_release(&w->c);
	conn_init(&w->c, w, "kafka-1:9092", via, PATIENCE_MS * NS_PER_MS);
	UNTIL(w, w->c.falls);
	expect_words(w, "the via command ended: no route to kafka-1 port 9092");
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_byte_at_a_time),
	    cmocka_unit_test(test_ends_in_the_middle),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_never_ends),
	    cmocka_unit_test(test_far_too_large),
	    cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_http),
	    cmocka_unit_test(test_tls),
	    cmocka_unit_test(test_garbage),
	    cmocka_unit_test(test_wrong_correlation),
	    cmocka_unit_test(test_silence_and_back),
	    cmocka_unit_test(test_refused_and_back),
	    cmocka_unit_test(test_old_broker),
	    cmocka_unit_test(test_closes_upon_first_request),
	    cmocka_unit_test(test_bad_addresses),
	    cmocka_unit_test(test_dns),
	    cmocka_unit_test(test_via_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
