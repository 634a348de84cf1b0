/*
 * The NATS source on a real three-node cluster: numbers equal to the servers' own,
 * a killed and a frozen node, healing. MQ_NATS_SERVER names the binary.
 */
#include "nats_cluster.h"
#include "nats_watch.h"

#include "base/clock.h"
#include "base/thread.h"
#include "net/http.h"

#include <jansson.h>
#include <math.h>
#include <nats/nats.h>
#include <setjmp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct test_cluster cluster;
static struct watch watch;
static char yaml[2048];

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

/* What the server itself says, for comparison. */
struct fetched {
	json_t *root;
	bool done;
};

static void on_fetched(void *arg, const struct http_reply *r)
{
	struct fetched *f = arg;

	f->done = true;
	if (r->fail == HTTP_OK && r->status == 200)
		f->root = json_loadb(r->body, r->len, JSON_DECODE_INT_AS_REAL, NULL);
}

static json_t *fetch(size_t server, const char *path)
{
	struct http *h = http_new(NULL);
	struct fetched f = {0};
	char url[200];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", cluster.server[server].monitor, path);
	http_get(h, &(struct http_request){.url = url, .timeout_ms = 5000, .done = on_fetched, .arg = &f});
	while (!f.done) {
		http_run(h);
		http_wait(h, -1, clock_boot() + NS_PER_S);
	}
	http_free(h);
	return f.root;
}

static double said(size_t server, const char *path, const char *key)
{
	json_t *root = fetch(server, path);
	double v = root ? json_number_value(json_object_get(root, key)) : NAN;

	json_decref(root);
	return v;
}

static bool is_up(const struct cluster_view *v, size_t i)
{
	const struct broker_row *b = find_broker(v, cluster.server[i].name);

	return b && b->up.type == VALUE_BOOL && quality_now(&b->up) == QUALITY_OK && b->up.b;
}

static bool all_well(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);

	(void)arg;
	for (size_t i = 0; i < cluster.n; i++) {
		const struct route_row *r = find_route(v, cluster.server[i].name);

		if (!is_up(v, i) || strcmp(find_broker(v, cluster.server[i].name)->state, "up") || !r || quality_now(&r->peers) != QUALITY_OK ||
		    value_number(&r->peers) != (double)cluster.n - 1 || !r->detail)
			return false;
	}
	return c && c->controllers.type == VALUE_INT && quality_now(&c->controllers) == QUALITY_OK &&
	    c->controllers.i == 1 && quality_now(&c->voters_ok) == QUALITY_OK && value_number(&c->voters_ok) == 3 && v->sections[SECTION_LAG] &&
	    quality_now(&v->sections[SECTION_LAG]->listing) == QUALITY_OK;
}

/* A stream on every node with 500 messages and a consumer that took 100 and acknowledged 30. */
static bool try_fill(natsConnection *nc)
{
	jsCtx *js = NULL;
	jsStreamConfig sc;
	const char *subjects[] = {"orders.>"};
	natsSubscription *sub = NULL;
	natsMsgList list = {0};
	jsErrCode code = 0;
	natsStatus e;

	jsStreamConfig_Init(&sc);
	sc.Name = "ORDERS";
	sc.Subjects = subjects;
	sc.SubjectsLen = 1;
	sc.Replicas = (int64_t)cluster.n;
	e = natsConnection_JetStream(&js, nc, NULL);
	if (e == NATS_OK)
		e = js_AddStream(NULL, js, &sc, NULL, &code);
	for (int i = 0; e == NATS_OK && i < 500; i++)
		e = js_Publish(NULL, js, "orders.new", "hello", 5, NULL, &code);
	if (e == NATS_OK)
		e = js_PullSubscribe(&sub, js, "orders.>", "slowpoke", NULL, NULL, &code);
	if (e == NATS_OK)
		e = natsSubscription_Fetch(&list, sub, 100, 5000, &code);
	for (int i = 0; e == NATS_OK && i < 30; i++)
		e = natsMsg_AckSync(list.Msgs[i], NULL, &code);
	if (e != NATS_OK)
		print_message("filling: %s (%d)\n", natsStatus_GetText(e), (int)code);
	natsMsgList_Destroy(&list);
	natsSubscription_Destroy(sub);
	jsCtx_Destroy(js);
	return e == NATS_OK;
}

static void fill(void)
{
	natsConnection *nc = NULL;
	char url[64];
	bool ok = false;

	snprintf(url, sizeof(url), "nats://127.0.0.1:%d", cluster.server[0].client);
	assert_int_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	for (int i = 0; i < 20 && !ok; i++) {
		ok = try_fill(nc);
		if (!ok)
			pause_ms(500);
	}
	natsConnection_Destroy(nc);
	assert_true(ok);
}

static int setup(void **state)
{
	const char *binary = getenv("MQ_NATS_SERVER");
	size_t at;

	(void)state;
	cluster_start(&cluster, binary && *binary ? binary : "nats-server", "t", 3, true);

	at = (size_t)snprintf(yaml, sizeof(yaml),
	    "clusters:\n  - name: bus\n    kind: nats\n    expected_nodes: 3\n"
	    "    memory_limit: 512MiB\n    timeout: 1s\n    monitor:\n");
	for (size_t i = 0; i < cluster.n; i++)
		at += (size_t)snprintf(yaml + at, sizeof(yaml) - at, "      - http://127.0.0.1:%d\n",
		    cluster.server[i].monitor);
	watch_start(&watch, yaml, false);
	return watch_until(&watch, 60, all_well, NULL) ? 0 : -1;
}

static int teardown(void **state)
{
	double ms = watch_stop(&watch);

	(void)state;
	cluster_stop(&cluster);
	print_message("the source ended in %.1f ms\n", ms);
	return ms < 200 ? 0 : -1;
}

static void numbers_equal_varz(void **state)
{
	const struct cluster_view *v = watch_look(&watch);
	const struct cluster_row *c = cluster_facts(v);

	(void)state;
	assert_true(c->reachable.b);
	assert_string_equal(c->mode, "JetStream");
	assert_null(c->trouble);
	assert_int_equal(c->brokers_up.i, 3);
	assert_int_equal(c->brokers_expected.i, 3);
	for (size_t i = 0; i < cluster.n; i++) {
		const char *name = cluster.server[i].name;
		const struct broker_row *b = find_broker(v, name);
		const struct connection_row *k = find_connection(v, name);
		const struct disk_row *d = find_disk(v, name);
		double mem = said(i, "/varz", "mem"), shown = value_number(broker_metric(b, METRIC_MEMORY));

		assert_string_equal(b->state, "up");
		assert_true(value_number(&k->max) == said(i, "/varz", "max_connections"));
		assert_true(value_number(&k->current) == said(i, "/varz", "connections"));
		assert_true(value_number(&find_route(v, name)->peers) == said(i, "/varz", "remotes"));
		assert_true(fabs(mem - shown) < mem / 4);
		assert_true(fabs(b->memory_percent.d - 100 * shown / (512 << 20)) < 0.01);
		assert_true(value_number(&d->total_bytes) == 64e6 || value_number(&d->total_bytes) == 64 << 20);
		assert_true(b->rtt_ms.d > 0 && b->rtt_ms.d < 500);
	}
}

static bool lag_known(const struct cluster_view *v, void *arg)
{
	const struct lag_row *r = find_lag(v, "slowpoke");

	(void)arg;
	return r && r->lag.type == VALUE_INT && quality_now(&r->lag) == QUALITY_OK && r->lag.i == 470;
}

static void consumer_is_a_lag_row(void **state)
{
	const struct lag_row *r;

	(void)state;
	fill();
	assert_true(watch_until(&watch, 20, lag_known, NULL));
	r = find_lag(watch_look(&watch), "slowpoke");
	assert_string_equal(r->topic, "ORDERS");
	assert_int_equal(r->ack_pending.i, 70);
	assert_non_null(strstr(r->state, "pull"));
	assert_true(r->lag_seconds.type == VALUE_REAL && r->lag_seconds.d >= 0 && r->lag_seconds.d < 60);
	assert_int_equal(section_count(watch.snap->clusters[0].sections[SECTION_LAG]), 1);
}

/* A client that subscribes and then never reads. */
static int sleepy_client(void)
{
	static const char hello[] = "CONNECT {\"verbose\":false,\"name\":\"sleepy\"}\r\nSUB flood 1\r\nPING\r\n";
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((unsigned short)cluster.server[0].client)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 4096;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(write(fd, hello, sizeof(hello) - 1), sizeof(hello) - 1);
	return fd;
}

static bool slow_seen(const struct cluster_view *v, void *arg)
{
	const struct connection_row *r = find_connection(v, cluster.server[0].name);

	(void)arg;
	return r->slow_total.i > 0 && r->slow_10m.i > 0 && r->why && strstr(r->why, "subject flood") &&
	    has_event(&watch, cluster.server[0].name, "cut off client sleepy");
}

static bool sleepy_connected(const struct cluster_view *v, void *arg)
{
	(void)arg;
	return find_connection(v, cluster.server[0].name)->current.i >= 2;
}

static void slow_consumer_is_counted_and_named(void **state)
{
	static char block[100000];
	natsConnection *nc = NULL;
	char url[64];
	int fd;

	(void)state;
	snprintf(url, sizeof(url), "nats://127.0.0.1:%d", cluster.server[0].client);
	assert_int_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	fd = sleepy_client();
	assert_true(watch_until(&watch, 10, sleepy_connected, NULL));
	for (int i = 0; i < 300; i++)
		assert_int_equal(natsConnection_Publish(nc, "flood", block, sizeof(block)), NATS_OK);
	natsConnection_Flush(nc);
	assert_true(watch_until(&watch, 30, slow_seen, NULL));
	natsConnection_Destroy(nc);
	close(fd);
}

enum { CROWD = 40 };

static bool crowd_connected(const struct cluster_view *v, void *arg)
{
	(void)arg;
	return find_connection(v, cluster.server[1].name)->current.i >= CROWD;
}

static bool crowd_listed(const struct cluster_view *v, void *arg)
{
	const struct section *s = v->sections[SECTION_CLIENTS];

	(void)arg;
	return section_count(s) == 1 && quality_now(&section_client_list(s, 0)->listed) == QUALITY_OK;
}

/* What R in the list of a server's clients asks for: each of them, once, and of no other server. */
static void all_clients_are_listed_on_request(void **state)
{
	static int fds[CROWD];
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)cluster.server[1].client)};
	const struct client_list_row *r;
	bool seen[CROWD] = {false};
	size_t found = 0;

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		char hello[80];
		int n = snprintf(hello, sizeof(hello), "CONNECT {\"verbose\":false,\"name\":\"crowd-%d\"}\r\n", i);

		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(fds[i], (struct sockaddr *)&a, sizeof(a)), 0);
		assert_int_equal(write(fds[i], hello, (size_t)n), n);
	}
	assert_true(watch_until(&watch, 20, crowd_connected, NULL));
	free(atomic_exchange(&watch.ctx.list_of, xstrdup(cluster.server[1].name)));
	wake_set(watch.ctx.wake_fd);
	assert_true(watch_until(&watch, 20, crowd_listed, NULL));
	r = section_client_list(watch_look(&watch)->sections[SECTION_CLIENTS], 0);
	assert_string_equal(r->broker, cluster.server[1].name);
	assert_int_equal(r->n_clients, r->total);
	for (size_t i = 0; i < r->n_clients; i++) {
		int which = -1;

		if (!r->clients[i].name || sscanf(r->clients[i].name, "crowd-%d", &which) != 1)
			continue;
		assert_true(which >= 0 && which < CROWD && !seen[which]);
		seen[which] = true;
		found++;
	}
	assert_int_equal(found, CROWD);
	for (int i = 0; i < CROWD; i++)
		close(fds[i]);
}

/* A node that does not lead the consumer, so that what is tested does not depend on an election. */
static size_t not_leading(void)
{
	json_t *root = fetch(0, "/jsz?streams=1&consumers=1");
	json_t *account = json_array_get(json_object_get(root, "account_details"), 0);
	json_t *stream = json_array_get(json_object_get(account, "stream_detail"), 0);
	json_t *consumer = json_array_get(json_object_get(stream, "consumer_detail"), 0);
	const char *meta = json_string_value(json_object_get(json_object_get(root, "meta_cluster"), "leader"));
	const char *leader = json_string_value(json_object_get(json_object_get(consumer, "cluster"), "leader"));
	size_t found = 0;

	assert_non_null(leader);
	for (size_t i = 0; i < cluster.n; i++)
		if (strcmp(cluster.server[i].name, leader) && (!meta || strcmp(cluster.server[i].name, meta)))
			found = i;
	json_decref(root);
	return found;
}

static size_t victim;

static bool victim_down(const struct cluster_view *v, void *word)
{
	const struct broker_row *b = find_broker(v, cluster.server[victim].name);

	return b && b->up.type == VALUE_BOOL && !b->up.b && strstr(b->state, word);
}

static void others_live(size_t peers)
{
	const struct cluster_view *v = watch_look(&watch);

	for (size_t i = 0; i < cluster.n; i++) {
		const char *name = cluster.server[i].name;

		if (i == victim)
			continue;
		assert_true(is_up(v, i));
		assert_int_equal(quality_now(&find_connection(v, name)->current), QUALITY_OK);
		if (peers)
			assert_int_equal(find_route(v, name)->peers.i, peers);
	}
	assert_true(cluster_facts(v)->reachable.b);
	assert_int_equal(cluster_facts(v)->brokers_up.i, cluster.n - 1);
}

static void frozen_node_is_hung(void **state)
{
	int64_t start = clock_boot();

	(void)state;
	victim = not_leading();
	server_signal(&cluster, victim, SIGSTOP);
	assert_true(watch_until(&watch, 17, victim_down, (char *)"HUNG"));
	print_message("frozen, seen after %.1f s: %s\n", (double)(clock_boot() - start) / NS_PER_S,
	    find_broker(watch_look(&watch), cluster.server[victim].name)->state);
	/* Its peers still list it: only its own poll tells. */
	others_live(2);
	assert_int_equal(quality_now(&find_connection(watch_look(&watch), cluster.server[victim].name)->current),
	    QUALITY_ERROR);
	assert_true(lag_known(watch_look(&watch), NULL));
	server_signal(&cluster, victim, SIGCONT);
	assert_true(watch_until(&watch, 15, all_well, NULL));
	assert_true(has_event(&watch, cluster.server[victim].name, "answers again"));
}

static bool peer_missing(const struct cluster_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < cluster.n; i++) {
		const struct route_row *r = find_route(v, cluster.server[i].name);

		if (i == victim)
			continue;
		if (r->peers.i != 1 || r->n_missing != 1 || strcmp(r->missing[0], cluster.server[victim].name))
			return false;
	}
	return true;
}

/* Each of the two that are left is needed by the stream and its consumer. */
static bool others_needed(const struct cluster_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < cluster.n; i++) {
		const struct value *n = i == victim ? NULL : broker_metric(find_broker(v, cluster.server[i].name), METRIC_RAFT_NEEDED);

		if (i != victim && (!n || quality_now(n) != QUALITY_OK || value_number(n) != 2))
			return false;
	}
	return value_number(&cluster_facts(v)->voters) == 3 && value_number(&cluster_facts(v)->voters_ok) == 2;
}

static bool none_needed(const struct cluster_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < cluster.n; i++) {
		const struct value *n = broker_metric(find_broker(v, cluster.server[i].name), METRIC_RAFT_NEEDED);

		if (!n || quality_now(n) != QUALITY_OK || value_number(n) != 0)
			return false;
	}
	return true;
}

static void killed_node_is_refused_and_heals(void **state)
{
	int64_t start = clock_boot();

	(void)state;
	victim = not_leading();
	server_signal(&cluster, victim, SIGKILL);
	assert_true(watch_until(&watch, 17, victim_down, (char *)"refused"));
	print_message("killed, seen after %.1f s\n", (double)(clock_boot() - start) / NS_PER_S);
	assert_true(watch_until(&watch, 15, peer_missing, NULL));
	others_live(1);
	assert_true(watch_until(&watch, 25, others_needed, NULL));
	server_start(&cluster, victim);
	assert_true(watch_until(&watch, 40, all_well, NULL));
	assert_true(has_event(&watch, cluster.server[victim].name, "restarted"));
	assert_true(watch_until(&watch, 25, none_needed, NULL));
	assert_true(has_event(&watch, NULL, "lost its route to"));
}

static bool lag_of_silent_leader(const struct cluster_view *v, void *name)
{
	const struct lag_row *r = find_lag(v, "lonely");

	return r && quality_now(&r->lag) == QUALITY_ERROR && r->lag.reason && strstr(r->lag.reason, name);
}

static bool lonely_known(const struct cluster_view *v, void *arg)
{
	const struct lag_row *r = find_lag(v, "lonely");

	(void)arg;
	return r && quality_now(&r->lag) == QUALITY_OK && r->lag.i == 7;
}

/* A stream of one replica: with its server dead nobody else even lists it. */
static void consumer_of_dead_server_keeps_its_row(void **state)
{
	natsConnection *nc = NULL;
	jsCtx *js = NULL;
	jsStreamConfig sc;
	jsStreamInfo *si = NULL;
	jsConsumerConfig cc;
	const char *subjects[] = {"solo"};
	char url[64], leader[64];

	(void)state;
	snprintf(url, sizeof(url), "nats://127.0.0.1:%d", cluster.server[0].client);
	jsStreamConfig_Init(&sc);
	sc.Name = "SOLO";
	sc.Subjects = subjects;
	sc.SubjectsLen = 1;
	jsConsumerConfig_Init(&cc);
	cc.Durable = "lonely";
	cc.AckPolicy = js_AckExplicit;
	assert_int_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	assert_int_equal(natsConnection_JetStream(&js, nc, NULL), NATS_OK);
	assert_int_equal(js_AddStream(&si, js, &sc, NULL, NULL), NATS_OK);
	snprintf(leader, sizeof(leader), "%s", si->Cluster->Leader);
	for (int i = 0; i < 7; i++)
		assert_int_equal(js_Publish(NULL, js, "solo", "x", 1, NULL, NULL), NATS_OK);
	assert_int_equal(js_AddConsumer(NULL, js, "SOLO", &cc, NULL, NULL), NATS_OK);
	jsStreamInfo_Destroy(si);
	jsCtx_Destroy(js);
	natsConnection_Destroy(nc);
	assert_true(watch_until(&watch, 20, lonely_known, NULL));
	for (victim = 0; strcmp(cluster.server[victim].name, leader); victim++)
		;
	server_signal(&cluster, victim, SIGKILL);
	assert_true(watch_until(&watch, 17, lag_of_silent_leader, leader));
	assert_int_equal(find_lag(watch_look(&watch), "lonely")->lag.i, 7);
	assert_int_equal(find_lag(watch_look(&watch), "lonely")->status, LAG_UNKNOWN);
	server_start(&cluster, victim);
	assert_true(watch_until(&watch, 40, lonely_known, NULL));
	assert_true(watch_until(&watch, 40, all_well, NULL));
	if (getenv("MQ_TEST_DUMP"))
		watch_dump(&watch, stdout);
}

static bool mirror_known(const struct cluster_view *v, void *arg)
{
	const struct lag_row *r = find_lag(v, "mirror COPY");

	(void)arg;
	return r && !strcmp(r->topic, "ORDERS") && quality_now(&r->lag) == QUALITY_OK && r->lag.i == 0 && !r->why;
}

/* What a mirror has not fetched is told as the lag of a consumer is. */
static void mirror_is_a_lag_row(void **state)
{
	natsConnection *nc = NULL;
	jsCtx *js = NULL;
	jsStreamConfig sc;
	jsStreamSource from;
	char url[64];

	(void)state;
	snprintf(url, sizeof(url), "nats://127.0.0.1:%d", cluster.server[0].client);
	jsStreamConfig_Init(&sc);
	jsStreamSource_Init(&from);
	from.Name = "ORDERS";
	sc.Name = "COPY";
	sc.Mirror = &from;
	assert_int_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	assert_int_equal(natsConnection_JetStream(&js, nc, NULL), NATS_OK);
	assert_int_equal(js_AddStream(NULL, js, &sc, NULL, NULL), NATS_OK);
	assert_true(watch_until(&watch, 20, mirror_known, NULL));
	assert_int_equal(js_DeleteStream(js, "COPY", NULL, NULL), NATS_OK);
	jsCtx_Destroy(js);
	natsConnection_Destroy(nc);
}

static bool is_settled(const struct cluster_view *v, void *arg)
{
	struct watch *w = arg;

	(void)v;
	return atomic_load(&w->ctx.settled);
}

/* What a check does: one round, with enough probes for a percentile. */
static void one_shot_settles(void **state)
{
	struct watch once;
	int64_t start = clock_boot();
	const struct broker_row *b;

	(void)state;
	watch_start(&once, yaml, true);
	assert_true(watch_until(&once, 10, is_settled, &once));
	print_message("settled after %.0f ms\n", (double)(clock_boot() - start) / NS_PER_MS);
	b = find_broker(watch_look(&once), cluster.server[0].name);
	assert_int_equal(quality_now(&b->rtt_p95_ms), QUALITY_OK);
	assert_true(lag_known(watch_look(&once), NULL));
	assert_true(once.snap->stats.requests <= 3 * (PROBE_BURST + 10));
	assert_true(watch_stop(&once) < 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_equal_varz),
	    cmocka_unit_test(consumer_is_a_lag_row),
	    cmocka_unit_test(mirror_is_a_lag_row),
	    cmocka_unit_test(one_shot_settles),
	    cmocka_unit_test(slow_consumer_is_counted_and_named),
	    cmocka_unit_test(all_clients_are_listed_on_request),
	    cmocka_unit_test(frozen_node_is_hung),
	    cmocka_unit_test(killed_node_is_refused_and_heals),
	    cmocka_unit_test(consumer_of_dead_server_keeps_its_row),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
