/* The connection against a server that misbehaves in every way we could think of. Client and
 * server live in this one thread: the test turns the crank of both. */
#include "kafka_world.h"

static void test_one_byte_at_a_time(void **state)
{
	struct world *w = world_new(serve_well);

	(void)state;
	w->slice = 1;
	/* A byte a turn takes its time where the machine is busy. */
	w->c.timeout = PATIENCE_MS * NS_PER_MS;
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
