/* The connection without a name: taken, refused, neither; what it sends, and that it says good-bye. */
#include "source/mqtt/guest.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A broker of one connection: what it answers, and what it got. */
struct broker {
	const char *answer;
	size_t len;
	bool hangs_up;
	int listener;
	unsigned char got[256];
	size_t n;
};

static void *serve(void *arg)
{
	struct broker *b = arg;
	int fd = accept(b->listener, NULL, NULL);
	ssize_t n = recv(fd, b->got, sizeof(b->got), 0);

	b->n = n > 0 ? (size_t)n : 0;
	if (b->len)
		(void)!send(fd, b->answer, b->len, MSG_NOSIGNAL);
	/* Until the other side ends it. */
	while (!b->hangs_up && b->n < sizeof(b->got) && (n = recv(fd, b->got + b->n, sizeof(b->got) - b->n, 0)) > 0)
		b->n += (size_t)n;
	close(fd);
	return NULL;
}

static struct guest ask(struct broker *b, int64_t patience)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int64_t now = clock_boot();
	struct guest g;
	char address[32];
	pthread_t t;

	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(b->listener, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(b->listener, 1), 0);
	assert_int_equal(getsockname(b->listener, (struct sockaddr *)&at, &len), 0);
	snprintf(address, sizeof(address), "127.0.0.1:%d", ntohs(at.sin_port));
	assert_int_equal(pthread_create(&t, NULL, serve, b), 0);
	guest_init(&g, "mqduty-anon", false);
	guest_start(&g, NULL, NULL, address, "127.0.0.1", now, now + patience);
	while (guest_step(&g, clock_boot()) < INT64_MAX) {
		struct pollfd p;
		size_t n = guest_fds(&g, &p);

		poll(&p, (nfds_t)n, 20);
	}
	pthread_join(t, NULL);
	close(b->listener);
	assert_true(g.tried);
	assert_int_equal(g.phase, GUEST_IDLE);
	return g;
}

static void who_takes_anybody_is_left_at_once(void **state)
{
	/* CONNECT, a clean session and no user; then DISCONNECT. */
	static const unsigned char wanted[] = "\x10\x17\0\4MQTT\4\2\0\x0a\0\x0bmqduty-anon\xe0";
	struct broker b = {.answer = "\x20\2\0\0", .len = 4};
	struct guest g = ask(&b, 10 * NS_PER_S);

	(void)state;
	assert_int_equal(g.verdict, GUEST_TAKEN);
	assert_string_equal(g.why, "");
	assert_true(g.due - g.at == GUEST_EVERY);
	assert_int_equal(b.n, sizeof(wanted));
	assert_memory_equal(b.got, wanted, sizeof(wanted));
}

static void who_refuses_is_shut(void **state)
{
	struct broker four = {.answer = "\x20\2\0\4", .len = 4}, five = {.answer = "\x20\2\0\5", .len = 4};

	(void)state;
	assert_int_equal(ask(&four, 10 * NS_PER_S).verdict, GUEST_REFUSED);
	assert_int_equal(ask(&five, 10 * NS_PER_S).verdict, GUEST_REFUSED);
}

static void all_else_is_not_known(void **state)
{
	struct broker busy = {.answer = "\x20\2\0\3", .len = 4}, web = {.answer = "HTTP/1.1 400", .len = 12};
	struct broker gone = {.hangs_up = true}, silent = {.len = 0};
	struct guest g;

	(void)state;
	g = ask(&busy, 10 * NS_PER_S);
	assert_int_equal(g.verdict, GUEST_UNKNOWN);
	assert_non_null(strstr(g.why, "not available"));
	assert_true(g.due - g.at < GUEST_EVERY);
	g = ask(&web, 10 * NS_PER_S);
	assert_int_equal(g.verdict, GUEST_UNKNOWN);
	assert_non_null(strstr(g.why, "no MQTT"));
	g = ask(&gone, 10 * NS_PER_S);
	assert_int_equal(g.verdict, GUEST_UNKNOWN);
	assert_non_null(strstr(g.why, "without an answer"));
	g = ask(&silent, 300 * NS_PER_MS);
	assert_int_equal(g.verdict, GUEST_UNKNOWN);
	assert_non_null(strstr(g.why, "in time"));
}

/* Of all codes there are only three that say something of strangers. */
static void every_code_is_read(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++) {
		const unsigned char connack[] = {0x20, 2, 0, (unsigned char)code};
		char why[ERR_MAX];
		enum guest_verdict v = guest_read(connack, why, sizeof(why));

		assert_int_equal(v, !code ? GUEST_TAKEN : code == 4 || code == 5 ? GUEST_REFUSED : GUEST_UNKNOWN);
		assert_true((v == GUEST_UNKNOWN) == (why[0] != '\0'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_takes_anybody_is_left_at_once),
	    cmocka_unit_test(who_refuses_is_shut),
	    cmocka_unit_test(all_else_is_not_known),
	    cmocka_unit_test(every_code_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
