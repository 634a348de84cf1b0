/* Looking for brokers on this host: a port is believed only when it speaks the protocol. */
#include "base/clock.h"
#include "source/discover.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A server that says one thing and hangs up, or says nothing at all. */
struct fake {
	int listener, port;
	const char *reply;
	size_t len;
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct fake *f = arg;
	char asked[512];
	int fd = accept(f->listener, NULL, NULL);

	if (fd < 0)
		return NULL;
	if (memcmp(f->reply, "INFO", 4) != 0)
		(void)!read(fd, asked, sizeof(asked));
	send(fd, f->reply, f->len, MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static int listen_somewhere(int *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static void fake_start(struct fake *f, const char *reply, size_t len)
{
	*f = (struct fake){.reply = reply, .len = len};
	f->listener = listen_somewhere(&f->port);
	if (reply)
		assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

static void fake_end(struct fake *f)
{
	if (f->reply)
		pthread_join(f->thread, NULL);
	close(f->listener);
}

/* A port on which nothing listens: one that was free a moment ago. */
static int closed_port(void)
{
	int port, fd = listen_somewhere(&port);

	close(fd);
	return port;
}

static struct config *look(const int port[DISCOVER_COUNT], size_t *found, struct buf *said)
{
	struct discover_port ports[DISCOVER_COUNT];
	struct config *c = config_new_default();

	for (int i = 0; i < DISCOVER_COUNT; i++)
		ports[i] = (struct discover_port){(enum discover_what)i, port[i]};
	buf_init(said, 8192);
	*found = discover(c, ports, said);
	return c;
}

static const char kafka[] = "\0\0\0\x10\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0";
static const char nats[] = "INFO {\"server_id\":\"N\"}\r\n";
static const char varz[] = "HTTP/1.0 200 OK\r\n\r\n{\"server_id\": \"N\"}";
static const char connack[] = "\x20\x02\0\0";
static const char web[] = "HTTP/1.1 400 Bad Request\r\n\r\nno";

static void finds_all_three_families(void **state)
{
	struct fake f[DISCOVER_COUNT];
	struct config *c;
	struct buf said;
	size_t found;

	(void)state;
	fake_start(&f[DISCOVER_KAFKA], kafka, sizeof(kafka) - 1);
	fake_start(&f[DISCOVER_NATS], nats, sizeof(nats) - 1);
	fake_start(&f[DISCOVER_NATS_HTTP], varz, sizeof(varz) - 1);
	fake_start(&f[DISCOVER_MQTT], connack, sizeof(connack) - 1);
	c = look((int[]){f[0].port, f[1].port, f[2].port, f[3].port}, &found, &said);
	assert_int_equal(found, 3);
	assert_int_equal(c->n_clusters, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(c->clusters[i].found_here);
	assert_int_equal(c->clusters[0].kind, KIND_KAFKA);
	assert_int_equal(c->clusters[0].n_bootstrap, 1);
	assert_int_equal(c->clusters[1].kind, KIND_NATS);
	assert_non_null(strstr(c->clusters[1].monitor[0], "http://127.0.0.1:"));
	assert_int_equal(c->clusters[2].kind, KIND_MQTT);
	assert_non_null(strstr(c->clusters[2].url, "mqtt://127.0.0.1:"));
	assert_true(c->clusters[2].timeout_ms > 0);
	for (size_t i = 0; i < DISCOVER_COUNT; i++)
		fake_end(&f[i]);
	buf_release(&said);
	config_free(c);
}

static void finds_nothing_and_says_so(void **state)
{
	int port[DISCOVER_COUNT];
	struct config *c;
	struct buf said;
	size_t found;

	(void)state;
	for (int i = 0; i < DISCOVER_COUNT; i++)
		port[i] = closed_port();
	c = look(port, &found, &said);
	assert_int_equal(found, 0);
	assert_int_equal(c->n_clusters, 0);
	assert_non_null(strstr(said.data, "Kafka: nothing listens at 127.0.0.1:"));
	assert_non_null(strstr(said.data, "No broker was found"));
	buf_release(&said);
	config_free(c);
}

/* A web server everywhere, and where MQTT should be a port that never speaks. */
static void believes_no_port_by_its_number(void **state)
{
	struct fake f[DISCOVER_COUNT];
	int64_t start = clock_boot();
	struct config *c;
	struct buf said;
	size_t found;

	(void)state;
	for (int i = 0; i < DISCOVER_COUNT; i++)
		fake_start(&f[i], i == DISCOVER_MQTT ? NULL : web, sizeof(web) - 1);
	c = look((int[]){f[0].port, f[1].port, f[2].port, f[3].port}, &found, &said);
	assert_int_equal(found, 0);
	assert_true(clock_boot() - start < 5 * NS_PER_S);
	assert_non_null(strstr(said.data, "is something else"));
	assert_non_null(strstr(said.data, "MQTT: 127.0.0.1:"));
	assert_non_null(strstr(said.data, "does not answer"));
	for (int i = 0; i < DISCOVER_COUNT; i++)
		fake_end(&f[i]);
	buf_release(&said);
	config_free(c);
}

static void a_closed_monitoring_port_is_named(void **state)
{
	struct fake f;
	struct config *c;
	struct buf said;
	size_t found;

	(void)state;
	fake_start(&f, nats, sizeof(nats) - 1);
	c = look((int[]){closed_port(), f.port, closed_port(), closed_port()}, &found, &said);
	assert_int_equal(found, 1);
	assert_non_null(strstr(said.data, "http_port: 8222"));
	fake_end(&f);
	buf_release(&said);
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_all_three_families),
	    cmocka_unit_test(finds_nothing_and_says_so),
	    cmocka_unit_test(believes_no_port_by_its_number),
	    cmocka_unit_test(a_closed_monitoring_port_is_named),
	};

	return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
