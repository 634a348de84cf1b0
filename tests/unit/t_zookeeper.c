/* What ZooKeeper servers say of themselves, and the thread that asks them, against servers of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/zookeeper/answer.h"
#include "source/zookeeper/zookeeper.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char leader[] = "Zookeeper version: 3.8.4-9316c2a7, built on 2024-02-12 22:16 UTC\n"
			     "Latency min/avg/max: 0/0.3241/24\nReceived: 44\nSent: 43\nConnections: 1\n"
			     "Outstanding: 2\nZxid: 0x100000012\nMode: leader\nNode count: 5\n";
static const char follower[] = "Zookeeper version: 3.4.13-2d71af4d, built on 06/29/2018 04:05 GMT\n"
			       "Latency min/avg/max: 0/7/24\nOutstanding: 0\nZxid: 0x100000002\nMode: follower\n";
static const char forbidden[] = "srvr is not executed because it is not in the whitelist.\n";

static void answers(void **state)
{
	static const char monitor[] = "{\"version\":\"3.9.3\",\"server_state\":\"follower\",\"avg_latency\":1.5,"
				      "\"outstanding_requests\":3}";
	struct err err = {{0}};
	struct zk_answer a;
	bool no;

	(void)state;
	assert_int_equal(zk_read_srvr(&a, leader, strlen(leader), &no, &err), 0);
	assert_string_equal(a.mode, "leader");
	assert_string_equal(a.version, "3.8.4-9316c2a7");
	assert_true(a.latency_ms > 0.32 && a.latency_ms < 0.33);
	assert_int_equal(a.outstanding, 2);
	assert_int_equal(zk_behind(0x100000002, a.zxid), 16);
	assert_int_equal(zk_behind(0x200000002, a.zxid), -1);
	assert_int_equal(zk_read_srvr(&a, follower, strlen(follower), &no, &err), 0);
	assert_true(a.latency_ms == 7);
	assert_int_equal(zk_read_srvr(&a, forbidden, strlen(forbidden), &no, &err), -1);
	assert_true(no);
	assert_int_equal(zk_read_srvr(&a, "HTTP/1.1 400\r\n", 14, &no, &err), -1);
	assert_non_null(strstr(err.msg, "is not ZooKeeper (\"HTTP/1.1 400"));
	assert_int_equal(zk_read_srvr(&a, "This ZooKeeper instance is not currently serving requests\n", 58, &no, &err), -1);
	assert_non_null(strstr(err.msg, "no quorum"));
	assert_int_equal(zk_read_monitor(&a, monitor, strlen(monitor), &err), 0);
	assert_string_equal(a.mode, "follower");
	assert_int_equal(a.outstanding, 3);
	assert_int_equal(zk_read_monitor(&a, "[]", 2, &err), -1);
}

/* A server that answers any four bytes with its text; NULL: never. */
struct server {
	int fd;
	const char *text;
	pthread_t thread;
	char address[40];
};

static void *serve(void *arg)
{
	struct server *s = arg;
	int kept = -1, c;
	char word[4];

	while ((c = accept(s->fd, NULL, NULL)) >= 0) {
		if (!s->text) {
			kept = c;
			continue;
		}
		if (recv(c, word, sizeof(word), MSG_WAITALL) == 4 && !memcmp(word, "srvr", 4))
			send(c, s->text, strlen(s->text), MSG_NOSIGNAL);
		close(c);
	}
	if (kept >= 0)
		close(kept);
	return NULL;
}

static void start(struct server *s, const char *text)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	s->text = text;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s->fd, 8), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &len), 0);
	snprintf(s->address, sizeof(s->address), "127.0.0.1:%d", ntohs(a.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

static void ensemble(void **state)
{
	struct server one, two, frozen;
	const char *hosts[4] = {one.address, two.address, frozen.address, "127.0.0.1:1"};
	struct config *config = config_new_default();
	struct cluster_conf conf = {.zookeeper = hosts, .n_zookeeper = 4, .timeout_ms = 300};
	struct source_ctx ctx = {.config = config, .cluster = &conf};
	int64_t deadline = clock_boot() + 5 * NS_PER_S;
	struct ensemble_member m[4];
	struct zookeeper *z;
	struct arena arena;

	(void)state;
	start(&one, leader);
	start(&two, follower);
	start(&frozen, NULL);
	z = zookeeper_start(&ctx);
	assert_non_null(z);
	assert_int_equal(zookeeper_count(z), 4);
	while (!zookeeper_settled(z) && clock_boot() < deadline)
		poll(NULL, 0, 2);
	assert_true(zookeeper_settled(z));
	arena_init(&arena);
	zookeeper_members(z, m, &arena);
	assert_string_equal(m[0].name, one.address);
	assert_string_equal(m[0].role, "leader");
	assert_true(m[0].up.b && m[1].up.b);
	assert_string_equal(m[1].role, "follower");
	assert_int_equal(m[1].behind.i, 16);
	assert_true(m[1].latency_ms.d == 7);
	assert_false(m[2].up.b);
	assert_non_null(strstr(m[2].state, "HUNG"));
	assert_int_equal(m[2].latency_ms.quality, QUALITY_ERROR);
	assert_false(m[3].up.b);
	assert_non_null(strstr(m[3].state, "refused"));
	arena_release(&arena);
	zookeeper_stop(z);
	stop(&one);
	stop(&two);
	stop(&frozen);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(ensemble)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
