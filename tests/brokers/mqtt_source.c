/*
 * The MQTT source on a real mosquitto: numbers equal to mosquitto_sub's, a killed and a
 * frozen broker, limits, drops, rights, and values that expire.
 */
#include "mqtt_broker.h"
#include "nats_watch.h"

#include "base/clock.h"
#include "base/thread.h"
#include "source/log/log.h"

#include <math.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct test_broker old; /* runs from the start: its retained values expire meanwhile */
static int64_t old_started;
static struct test_broker broker;
static struct watch watch;
static bool watching;

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

static void look_at(const struct test_broker *b, const char *more, bool one_shot)
{
	static char yaml[1024];

	snprintf(yaml, sizeof(yaml),
	    "clusters:\n  - name: devices\n    kind: mqtt\n    timeout: 2s\n    url: "
	    "mqtt://127.0.0.1:%d\n%s",
	    b->port, more ? more : "");
	watch_start(&watch, yaml, one_shot);
	watching = true;
}

static void leave(void)
{
	watching = false;
	assert_true(watch_stop(&watch) < 300);
}

/* Whatever a failed test has left running. */
static int clean(void **state)
{
	(void)state;
	if (watching)
		watch_stop(&watch);
	watching = false;
	broker_stop(&broker);
	return 0;
}

static bool is_up(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, "devices");

	(void)arg;
	return b && b->up.type == VALUE_BOOL && b->up.b && b->uptime_s.type == VALUE_INT &&
	       quality_now(&b->uptime_s) == QUALITY_OK;
}

static bool state_begins(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, "devices");

	return b && b->state && strncmp(b->state, arg, strlen(arg)) == 0;
}

static bool state_is(const char *begins)
{
	return state_begins(watch_look(&watch), (void *)(uintptr_t)begins);
}

static bool until_state(double seconds, const char *begins)
{
	return watch_until(&watch, seconds, state_begins, (void *)(uintptr_t)begins);
}

static bool is_settled(const struct cluster_view *v, void *arg)
{
	(void)v;
	(void)arg;
	return atomic_load(&watch.ctx.settled);
}

enum { PUBLISHED = 50 };

/* Every number beside the tool's, at one moment. */
static bool equals_tool(const struct cluster_view *v, void *arg)
{
	static const struct {
		enum metric_id id;
		const char *topic;
	} same[] = {
	    {METRIC_CONNECTIONS, "clients/connected"},
	    {METRIC_SUBSCRIPTIONS, "subscriptions/count"},
	    {METRIC_RETAINED, "retained messages/count"},
	    {METRIC_HEAP, "heap/current"},
	    {METRIC_RECEIVED, "publish/messages/received"},
	    {METRIC_SENT, "publish/messages/sent"},
	    {METRIC_DROPPED, "publish/messages/dropped"},
	};
	const struct broker_row *b = find_broker(v, "devices");
	struct sys_tool *tool = arg;

	if (!b || tool_number(tool, "publish/messages/received") < PUBLISHED ||
	    b->uptime_s.type != VALUE_INT || b->uptime_s.i != tool_number(tool, "uptime"))
		return false;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct value *n = broker_metric(b, same[i].id);

		if (!n || quality_now(n) != QUALITY_OK || n->i != tool_number(tool, same[i].topic))
			return false;
	}
	return true;
}

static void numbers_equal(const char *conf)
{
	struct sys_tool tool;
	int publisher, fd[5];

	broker_start(&broker, conf);
	tool_start(&tool, &broker);
	for (int i = 0; i < 5; i++) {
		char id[32];

		snprintf(id, sizeof(id), "client-%d", i);
		fd[i] = client_connect(&broker, id, 60);
		client_subscribe(fd[i], "a/+", 0);
	}
	publisher = client_connect(&broker, "publisher", 60);
	for (int i = 0; i < PUBLISHED; i++)
		client_publish(publisher, "a/b", "x", 1, false);
	client_publish(publisher, "keep/this", "y", 1, true);
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 20, equals_tool, &tool));
	/* 5 clients, the publisher, the tool and ourselves. */
	assert_int_equal(find_connection(watch_look(&watch), "devices")->current.i, 8);
	assert_string_equal(cluster_facts(watch_look(&watch))->mode, "mosquitto");
	leave();
	tool_stop(&tool);
	for (int i = 0; i < 5; i++)
		close(fd[i]);
	close(publisher);
	broker_stop(&broker);
}

static void equal_without_persistence(void **state)
{
	(void)state;
	numbers_equal(NULL);
}

static void equal_with_persistence(void **state)
{
	char conf[400];

	(void)state;
	broker_prepare(&broker);
	snprintf(conf, sizeof(conf),
	    "persistence true\npersistence_location %s/\nautosave_interval 1\n", broker.dir);
	numbers_equal(conf);
}

static void a_frozen_broker_is_hung_and_heals(void **state)
{
	int64_t start;

	(void)state;
	broker_start(&broker, NULL);
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 10, is_up, NULL));
	broker_signal(&broker, SIGSTOP);
	start = clock_boot();
	assert_true(until_state(17, "HUNG: TCP "));
	assert_true(clock_boot() - start < 17 * NS_PER_S);
	assert_false(find_broker(watch_look(&watch), "devices")->up.b);
	assert_non_null(strstr(find_broker(watch_look(&watch), "devices")->state, "API silent"));
	assert_int_equal(
	    quality_now(&find_connection(watch_look(&watch), "devices")->current), QUALITY_ERROR);
	broker_signal(&broker, SIGCONT);
	assert_true(watch_until(&watch, 10, is_up, NULL));
	assert_true(has_event(&watch, "devices", "answers again"));
	leave();
	broker_stop(&broker);
}

/* Frozen before we come: no CONNACK, only TCP. */
static void a_broker_frozen_from_the_start_is_hung(void **state)
{
	(void)state;
	broker_start(&broker, NULL);
	broker_signal(&broker, SIGSTOP);
	look_at(&broker, NULL, true);
	assert_true(until_state(10, "HUNG: TCP "));
	assert_true(watch_until(&watch, 1, is_settled, NULL));
	leave();
	broker_stop(&broker);
}

static void a_killed_broker_is_down_and_heals(void **state)
{
	(void)state;
	broker_start(&broker, NULL);
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 10, is_up, NULL));
	pause_ms(2500); /* so that its uptime has something to fall from */
	broker_signal(&broker, SIGKILL);
	assert_true(until_state(5, "down: "));
	assert_non_null(strstr(find_broker(watch_look(&watch), "devices")->state, "refused"));
	assert_false(cluster_facts(watch_look(&watch))->reachable.b);
	broker_again(&broker);
	assert_true(watch_until(&watch, 20, is_up, NULL));
	assert_true(has_event(&watch, "devices", "answers again"));
	leave();
	broker_stop(&broker);
}

static bool is_refused_by_limit(const struct cluster_view *v, void *arg)
{
	(void)v;
	(void)arg;
	return has_event(&watch, "devices", "max_connections exceeded");
}

static bool has_percent(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	return c && quality_now(&c->percent) == QUALITY_OK &&
	       fabs(c->percent.d - *(double *)arg) < 0.01;
}

static void clients_are_measured_by_the_configured_maximum(void **state)
{
	double want = 60; /* 5 clients and ourselves, of 10 */
	int fd[20];

	(void)state;
	broker_start(&broker, "max_connections 10\nlog_dest topic\n");
	look_at(&broker, "    max_connections: 10\n", false);
	for (int i = 0; i < 5; i++)
		fd[i] = client_connect(&broker, (char[]){'c', (char)('a' + i), 0}, 60);
	assert_true(watch_until(&watch, 15, has_percent, &want));
	for (int i = 5; i < 20; i++)
		fd[i] = client_connect(&broker, (char[]){'c', (char)('a' + i), 0}, 60);
	assert_true(watch_until(&watch, 5, is_refused_by_limit, NULL));
	for (int i = 0; i < 20; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	leave();
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 10, is_up, NULL));
	assert_int_equal(
	    find_connection(watch_look(&watch), "devices")->percent.quality, QUALITY_MISSING);
	assert_non_null(
	    strstr(find_connection(watch_look(&watch), "devices")->max.reason, "max_connections:"));
	leave();
	broker_stop(&broker);
}

static bool has_watched(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	(void)arg;
	return c && c->drop_tries.type == VALUE_INT;
}

static bool has_dropped(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	(void)arg;
	return c && c->drops.type == VALUE_INT && c->drops.i > 100 &&
	       c->dropped_total.i >= c->drops.i;
}

static void drops_are_counted(void **state)
{
	static char payload[10000];
	const struct connection_row *c;
	int slow, publisher, small = 4096;

	(void)state;
	broker_start(&broker, "max_queued_messages 10\n");
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 10, has_watched, NULL));
	/* On a quiet broker nothing but our own deliveries is sent, and those are taken off. */
	assert_int_equal(find_connection(watch_look(&watch), "devices")->drop_tries.i, 0);
	slow = client_connect(&broker, "slow", 60);
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	client_subscribe(slow, "load/x", 0);
	publisher = client_connect(&broker, "publisher", 60);
	for (int i = 0; i < 3000; i++)
		client_publish(publisher, "load/x", payload, sizeof(payload), false);
	assert_true(watch_until(&watch, 15, has_dropped, NULL));
	c = find_connection(watch_look(&watch), "devices");
	assert_true(c->drop_tries.i >= c->drops.i && c->drop_tries.i <= 3000);
	assert_true(
	    fabs(c->drop_percent.d - 100.0 * (double)c->drops.i / (double)c->drop_tries.i) < 0.01);
	assert_int_equal(quality_now(&c->drop_percent), QUALITY_PARTIAL); /* of 5 minutes */
	close(slow);
	close(publisher);
	leave();
	broker_stop(&broker);
}

static bool has_timeout(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	(void)arg;
	return c && c->timeouts.type == VALUE_INT && c->timeouts.i >= 1;
}

static bool has_no_lines(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	(void)arg;
	return c && c->timeouts.reason && strstr(c->timeouts.reason, "set `log_dest topic`");
}

static void keepalive_timeouts_come_from_the_log(void **state)
{
	int silent;

	(void)state;
	broker_start(&broker, "log_dest topic\nlog_type notice\nlog_type error\n");
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 15, has_watched, NULL));
	silent = client_connect(&broker, "has exceeded timeout, disconnecting.", 1);
	assert_true(silent >= 0);
	assert_true(watch_until(&watch, 30, has_timeout, NULL));
	assert_int_equal(find_connection(watch_look(&watch), "devices")->timeouts.i, 1);
	close(silent);
	leave();
	broker_stop(&broker);
	broker_start(&broker, NULL);
	look_at(&broker, NULL, false);
	assert_true(watch_until(&watch, 20, has_no_lines, NULL));
	leave();
	broker_stop(&broker);
}

static bool sys_is_silent(const char *why)
{
	const struct broker_row *b = find_broker(watch_look(&watch), "devices");

	return b && b->up.type == VALUE_BOOL && b->up.b && b->uptime_s.quality == QUALITY_MISSING &&
	       strstr(b->uptime_s.reason, why);
}

static bool counts_timeouts(const struct cluster_view *v, void *arg)
{
	const struct connection_row *c = find_connection(v, "devices");

	(void)arg;
	return c && c->timeouts.type == VALUE_INT;
}

/* The same from its log file, where no lines come by topic. */
static void keepalive_timeouts_come_from_the_log_file(void **state)
{
	char conf[400], more[400];
	struct logs *logs;
	int silent;

	(void)state;
	broker_prepare(&broker);
	broker_file(&broker, "mosquitto.log", "");
	snprintf(conf, sizeof(conf), "log_dest file %s/mosquitto.log\nlog_type all\n", broker.dir);
	snprintf(more, sizeof(more), "    logs: [{broker: devices, path: %s/mosquitto.log}]\n", broker.dir);
	broker_start(&broker, conf);
	look_at(&broker, more, false);
	logs = logs_start(&watch.ctx);
	assert_true(watch_until(&watch, 20, counts_timeouts, NULL)); /* our own line has come */
	silent = client_connect(&broker, "closed its connection.", 1);
	assert_true(silent >= 0);
	assert_true(watch_until(&watch, 30, has_timeout, NULL));
	assert_int_equal(find_connection(watch_look(&watch), "devices")->timeouts.i, 1);
	close(silent);
	leave();
	logs_stop(logs);
	for (int i = 0; i < 200 && !logs_free(logs); i++)
		pause_ms(10);
	broker_stop(&broker);
}

static void a_missing_right_is_named(void **state)
{
	char conf[400];

	(void)state;
	broker_prepare(&broker);
	broker_file(&broker, "acl", "topic readwrite other/#\n");
	snprintf(conf, sizeof(conf), "acl_file %s/acl\n", broker.dir);
	broker_start(&broker, conf);
	look_at(&broker, NULL, true);
	assert_true(watch_until(&watch, 10, is_settled, NULL));
	assert_true(sys_is_silent("topic read $SYS/#"));
	assert_int_equal(
	    find_connection(watch_look(&watch), "devices")->current.quality, QUALITY_MISSING);
	leave();
	broker_stop(&broker);
	broker_start(&broker, "sys_interval 0\n");
	look_at(&broker, NULL, true);
	assert_true(watch_until(&watch, 10, is_settled, NULL));
	assert_true(sys_is_silent("sys_interval"));
	leave();
	broker_stop(&broker);
}

static void a_refused_login_is_not_down(void **state)
{
	(void)state;
	broker_start(&broker, "allow_anonymous false\n");
	look_at(&broker, NULL, false);
	assert_true(until_state(10, "auth: "));
	assert_true(find_broker(watch_look(&watch), "devices")->up.b);
	assert_int_equal(
	    find_connection(watch_look(&watch), "devices")->current.quality, QUALITY_ERROR);
	/* Each further try is refused as well, which is no news. */
	for (int i = 0; i < 4; i++) {
		atomic_store(&watch.ctx.poll_now, true);
		wake_set(watch.ctx.wake_fd);
		pause_ms(300);
	}
	assert_int_equal(count_events(&watch, "auth: "), 1);
	assert_int_equal(count_events(&watch, "connection lost"), 0);
	leave();
	broker_stop(&broker);
}

/* A name that only the jump host knows, through a command; and one that fails in words. */
static void reaches_a_broker_through_a_command(void **state)
{
	char more[400];
	struct test_broker far = {.port = 1883};

	(void)state;
	broker_start(&broker, NULL);
	snprintf(more, sizeof(more),
	    "    address_map: {\"127.0.0.1:1883\": \"127.0.0.1:%d\"}\n"
	    "    via: [bash, -c, \"exec 3<>/dev/tcp/%%h/%%p; cat <&3 & exec cat >&3\"]\n",
	    broker.port);
	look_at(&far, more, false);
	assert_true(watch_until(&watch, 20, is_up, NULL));
	broker_signal(&broker, SIGSTOP);
	assert_true(until_state(17, "HUNG: API silent"));
	broker_signal(&broker, SIGCONT);
	assert_true(watch_until(&watch, 10, is_up, NULL));
	leave();
	look_at(&far, "    via: [bash, -c, \"echo no route to %h:%p >&2\"]\n", false);
	assert_true(until_state(10, "down: the via command ended"));
	assert_non_null(strstr(
	    find_broker(watch_look(&watch), "devices")->state, "no route to 127.0.0.1:1883"));
	leave();
	broker_stop(&broker);
}

/* A port that takes connections and hangs up. */
static void another_service_is_told_apart(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(a);
	struct test_broker fake = {0};
	int64_t end = clock_boot() + 10 * NS_PER_S;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(listen(fd, 8), 0);
	fake.port = ntohs(a.sin_port);
	look_at(&fake, NULL, false);
	while (!state_is("protocol: ") && clock_boot() < end) {
		static const char web[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
		struct timeval wait = {.tv_usec = 50000};
		int peer;

		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		peer = accept(fd, NULL, NULL);
		if (peer < 0)
			continue;
		send(peer, web, sizeof(web) - 1, MSG_NOSIGNAL);
		close(peer);
	}
	assert_true(state_is("protocol: "));
	leave();
	close(fd);
}

static void one_look_is_quick_and_measures_latency(void **state)
{
	int64_t start;
	const struct broker_row *b;

	(void)state;
	broker_start(&broker, "log_dest topic\n");
	pause_ms(2500); /* the first tick */
	start = clock_boot();
	look_at(&broker, NULL, true);
	assert_true(watch_until(&watch, 5, is_settled, NULL));
	assert_true(clock_boot() - start < 4 * NS_PER_S);
	b = find_broker(watch_look(&watch), "devices");
	assert_int_equal(quality_now(&b->rtt_p95_ms), QUALITY_OK);
	assert_int_equal(quality_now(&b->uptime_s), QUALITY_OK);
	assert_int_equal(
	    quality_now(&find_connection(watch_look(&watch), "devices")->current), QUALITY_OK);
	leave();
	broker_stop(&broker);
}

/* More than a minute after a value last changed it is not there for a newcomer: not 0, but not
 * known. */
static void a_latecomer_knows_what_it_does_not_know(void **state)
{
	const struct value *dropped;

	(void)state;
	while (clock_boot() - old_started < 70 * NS_PER_S)
		pause_ms(100);
	look_at(&old, NULL, true);
	assert_true(watch_until(&watch, 10, is_settled, NULL));
	/* Our own coming has changed the number of clients: a check waits for that tick. */
	assert_int_equal(
	    quality_now(&find_connection(watch_look(&watch), "devices")->current), QUALITY_OK);
	dropped = &find_connection(watch_look(&watch), "devices")->dropped_total;
	if (strcmp(cluster_facts(watch_look(&watch))->version.s, "2.0.16") < 0) {
		assert_int_equal(dropped->quality, QUALITY_MISSING);
		assert_int_equal(dropped->type, VALUE_NONE);
		assert_non_null(strstr(dropped->reason, "2.0.15 drops retained"));
	} else {
		assert_int_equal(dropped->quality, QUALITY_OK);
	}
	leave();
	/* Watched on, its silence says that it did not move: the drop rate is known to be zero. */
	look_at(&old, NULL, false);
	assert_true(watch_until(&watch, 15, has_watched, NULL));
	assert_int_equal(find_connection(watch_look(&watch), "devices")->drops.i, 0);
	leave();
}

static int set_up(void **state)
{
	(void)state;
	/* paho would dial the proxy; if it still did, every test here would fail. */
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	source_prepare();
	broker_start(&old, NULL);
	old_started = clock_boot();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	broker_stop(&old);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(equal_without_persistence, clean),
	    cmocka_unit_test_teardown(equal_with_persistence, clean),
	    cmocka_unit_test_teardown(a_frozen_broker_is_hung_and_heals, clean),
	    cmocka_unit_test_teardown(a_broker_frozen_from_the_start_is_hung, clean),
	    cmocka_unit_test_teardown(a_killed_broker_is_down_and_heals, clean),
	    cmocka_unit_test_teardown(clients_are_measured_by_the_configured_maximum, clean),
	    cmocka_unit_test_teardown(drops_are_counted, clean),
	    cmocka_unit_test_teardown(keepalive_timeouts_come_from_the_log, clean),
	    cmocka_unit_test_teardown(keepalive_timeouts_come_from_the_log_file, clean),
	    cmocka_unit_test_teardown(a_missing_right_is_named, clean),
	    cmocka_unit_test_teardown(a_refused_login_is_not_down, clean),
	    cmocka_unit_test_teardown(reaches_a_broker_through_a_command, clean),
	    cmocka_unit_test_teardown(another_service_is_told_apart, clean),
	    cmocka_unit_test_teardown(one_look_is_quick_and_measures_latency, clean),
	    cmocka_unit_test_teardown(a_latecomer_knows_what_it_does_not_know, clean),
	};

	return cmocka_run_group_tests_name("mqtt_source", tests, set_up, tear_down);
}
