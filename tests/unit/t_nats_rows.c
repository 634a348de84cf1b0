/* From what the servers of a cluster say, over time, to rows: no network, a fake clock. */
#include "base/clock.h"
#include "nats_fixture.h"
#include "source/nats/nats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *urls[] = {"http://10.0.0.1:8222", "http://10.0.0.2:8222", "http://10.0.0.3:8222"};

struct lab {
	struct config *config;
	struct cluster_conf *conf;
	struct source_ctx ctx;
	struct source s;
	struct node nodes[3];
	struct snapshot *snap;
	int64_t now;
};

static void lab_time(struct lab *l, int64_t now)
{
	l->now = now;
	clock_fake(now, now);
}

static void lab_start(struct lab *l, size_t n)
{
	struct err err = {""};

	memset(l, 0, sizeof(*l));
	lab_time(l, 100000 * NS_PER_S);
	l->config = config_new_default();
	l->conf = config_add_cluster(l->config, "bus", KIND_NATS);
	l->conf->monitor = urls;
	l->conf->n_monitor = n;
	l->conf->expected_nodes = (int64_t)n;
	l->ctx.config = l->config;
	l->ctx.cluster = l->conf;
	l->ctx.model = model_new();
	l->ctx.index = model_add_cluster(l->ctx.model, "bus", KIND_NATS, TIER_NONE);
	l->s.ctx = &l->ctx;
	l->s.nodes = l->nodes;
	l->s.n_nodes = n;
	tracker_init(&l->s.tracker);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(node_init(&l->nodes[i], &l->s, urls[i], l->now, &err), 0);
}

static void lab_stop(struct lab *l)
{
	for (size_t i = 0; i < l->s.n_nodes; i++)
		node_release(&l->nodes[i]);
	tracker_release(&l->s.tracker);
	if (l->snap)
		snapshot_unref(l->snap);
	model_free(l->ctx.model);
	config_free(l->config);
	clock_real();
}

static const struct cluster_view *lab_publish(struct lab *l)
{
	tracker_merge(&l->s, l->now, l->now);
	nats_publish(&l->s, l->now);
	nats_publish_lag(&l->s, l->now);
	if (l->snap)
		snapshot_unref(l->snap);
	l->snap = model_acquire(l->ctx.model);
	return &l->snap->clusters[0];
}

static bool lab_event(struct lab *l, const char *part)
{
	lab_publish(l);
	for (size_t i = 0; i < section_count(l->snap->events); i++)
		if (strstr(section_event(l->snap->events, i)->text, part))
			return true;
	return false;
}

static void say(struct lab *l, size_t node, enum ask a, const char *text)
{
	node_take(&l->nodes[node], a, text, strlen(text), l->now);
}

static void say_file(struct lab *l, size_t node, enum ask a, const char *name)
{
	struct fixture f = fixture_read(name);

	node_take(&l->nodes[node], a, f.text, f.len, l->now);
	fixture_free(&f);
}

/* The three servers of 2.15.2, everything asked once. */
static void say_all(struct lab *l)
{
	static const char *const kind[ASK_COUNT] = {"varz", "healthz", "routez", "connz", "jsz"};
	char name[64];

	for (size_t i = 0; i < 3; i++)
		for (int a = 0; a < ASK_COUNT; a++) {
			snprintf(name, sizeof(name), "2.15.2_n-%zu_%s.json", i + 1, kind[a]);
			say_file(l, i, (enum ask)a, name);
		}
}

static const struct lag_row *lag_named(const struct cluster_view *v, const char *group)
{
	for (size_t i = 0; i < section_count(v->sections[SECTION_LAG]); i++)
		if (!strcmp(section_lag(v->sections[SECTION_LAG], i)->group, group))
			return section_lag(v->sections[SECTION_LAG], i);
	return NULL;
}

#define QUALITY(l, value) value_quality(&(value), (l)->now)

static void nothing_is_known_before_the_first_answer(void **state)
{
	struct lab l;
	const struct cluster_view *v;

	(void)state;
	lab_start(&l, 3);
	v = lab_publish(&l);
	assert_int_equal(QUALITY(&l, cluster_facts(v)->reachable), QUALITY_MISSING);
	assert_int_equal(QUALITY(&l, section_broker(v->sections[SECTION_BROKERS], 0)->up), QUALITY_MISSING);
	assert_int_equal(QUALITY(&l, section_connection(v->sections[SECTION_CONNECTIONS], 0)->current), QUALITY_MISSING);
	assert_int_equal(QUALITY(&l, section_route(v->sections[SECTION_ROUTES], 0)->peers), QUALITY_MISSING);
	assert_int_equal(QUALITY(&l, v->sections[SECTION_LAG]->listing), QUALITY_ERROR);
	lab_stop(&l);
}

static void rows_of_a_well_cluster(void **state)
{
	struct lab l;
	const struct cluster_view *v;
	const struct cluster_row *c;
	const struct route_row *r;
	const struct lag_row *lag;

	(void)state;
	lab_start(&l, 3);
	say_all(&l);
	v = lab_publish(&l);
	c = cluster_facts(v);
	assert_string_equal(c->version.s, "2.15.2");
	assert_string_equal(c->controller.s, "n-1");
	assert_int_equal(c->controllers.i, 1);
	assert_null(c->trouble);
	r = section_route(v->sections[SECTION_ROUTES], 0);
	/* Two peers over eight connections. */
	assert_int_equal(r->peers.i, 2);
	assert_int_equal(r->expected.i, 2);
	assert_int_equal(r->n_missing, 0);
	assert_non_null(strstr(r->detail, "n-2 4/4"));
	assert_int_equal(section_broker(v->sections[SECTION_BROKERS], 0)->controller, TRI_YES);
	assert_int_equal(section_broker(v->sections[SECTION_BROKERS], 1)->controller, TRI_NO);
	/* Of three servers that list the consumer only its leader, n-3, is right. */
	assert_int_equal(section_count(v->sections[SECTION_LAG]), 2);
	lag = lag_named(v, "slowpoke");
	assert_int_equal(lag->lag.i, 470);
	assert_int_equal(lag->ack_pending.i, 70);
	lag = lag_named(v, "0qCRJ1cg");
	assert_string_equal(lag->state, "push bound");
	assert_int_equal(lag->members.i, 1);
	assert_int_equal(QUALITY(&l, v->sections[SECTION_LAG]->listing), QUALITY_OK);
	lab_stop(&l);
}

static void silent_node_keeps_its_numbers_as_error(void **state)
{
	struct lab l;
	const struct cluster_view *v;
	const struct broker_row *b;
	const struct lag_row *lag;

	(void)state;
	lab_start(&l, 3);
	say_all(&l);
	lab_publish(&l);
	lab_time(&l, l.now + 14 * NS_PER_S);
	node_failed(&l.nodes[2], ASK_VARZ, HTTP_HUNG, "HUNG: TCP 1 ms, API silent 5.0 s", l.now);
	v = lab_publish(&l);
	b = section_broker(v->sections[SECTION_BROKERS], 2);
	assert_int_equal(QUALITY(&l, b->up), QUALITY_OK);
	assert_false(b->up.b);
	assert_string_equal(b->state, "HUNG: TCP 1 ms, API silent 5.0 s, for 14s");
	assert_int_equal(QUALITY(&l, b->version), QUALITY_ERROR);
	assert_string_equal(b->version.s, "2.15.2");
	assert_int_equal(QUALITY(&l, section_connection(v->sections[SECTION_CONNECTIONS], 2)->current), QUALITY_ERROR);
	assert_int_equal(QUALITY(&l, section_connection(v->sections[SECTION_CONNECTIONS], 1)->current), QUALITY_OK);
	lag = lag_named(v, "slowpoke");
	assert_int_equal(QUALITY(&l, lag->lag), QUALITY_ERROR);
	assert_int_equal(lag->lag.i, 470);
	assert_string_equal(lag->lag.reason,
	    "n-3, which leads this consumer, does not answer: HUNG: TCP 1 ms, API silent 5.0 s");
	assert_int_equal(lag->status, LAG_UNKNOWN);
	assert_int_equal(QUALITY(&l, v->sections[SECTION_LAG]->listing), QUALITY_PARTIAL);
	assert_int_equal(cluster_facts(v)->brokers_up.i, 2);
	assert_true(lab_event(&l, "does not answer: HUNG"));
	lab_stop(&l);
}

static void what_answers_but_is_no_nats_server_is_unknown(void **state)
{
	struct lab l;
	const struct cluster_view *v;

	(void)state;
	lab_start(&l, 1);
	say(&l, 0, ASK_VARZ, "<html>login</html>");
	v = lab_publish(&l);
	assert_int_equal(QUALITY(&l, section_broker(v->sections[SECTION_BROKERS], 0)->up), QUALITY_ERROR);
	assert_non_null(strstr(section_broker(v->sections[SECTION_BROKERS], 0)->state, "is not JSON"));
	assert_int_equal(QUALITY(&l, cluster_facts(v)->reachable), QUALITY_ERROR);
	assert_non_null(strstr(cluster_facts(v)->trouble, "10.0.0.1:8222/varz"));
	node_failed(&l.nodes[0], ASK_VARZ, HTTP_REFUSED, "connection refused", l.now);
	v = lab_publish(&l);
	assert_int_equal(QUALITY(&l, cluster_facts(v)->reachable), QUALITY_OK);
	assert_false(cluster_facts(v)->reachable.b);
	lab_stop(&l);
}

static const char VARZ[] = "{\"server_id\":\"%s\",\"server_name\":\"%s\",\"version\":\"2.10.0\",\"start\":\"%s\","
    "\"uptime\":\"%s\",\"mem\":300,\"connections\":80,\"max_connections\":100,\"total_connections\":%d,"
    "\"slow_consumers\":%d,\"in_msgs\":%d,\"out_msgs\":5,\"in_bytes\":5,\"out_bytes\":5%s}";

struct said {
	const char *id, *name, *uptime;
	int slow, msgs;
	const char *more; /* further keys */
};

static void say_varz(struct lab *l, size_t node, struct said v)
{
	char text[1024];

	snprintf(text, sizeof(text), VARZ, v.id, v.name, v.id, v.uptime ? v.uptime : "5h0m0s", 10, v.slow, v.msgs,
	    v.more ? v.more : "");
	say(l, node, ASK_VARZ, text);
}

static void slow_consumers_need_watching(void **state)
{
	struct lab l;
	const struct connection_row *r;
	struct said v = {.id = "A", .name = "n1", .slow = 4};

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, v);
	r = section_connection(lab_publish(&l)->sections[SECTION_CONNECTIONS], 0);
	assert_true(r->percent.d == 80);
	/* Four since the start: of the last ten minutes nothing can be said yet. */
	assert_int_equal(QUALITY(&l, r->slow_10m), QUALITY_PARTIAL);
	assert_int_equal(r->slow_total.i, 4);
	for (int i = 0; i < 310; i++) {
		lab_time(&l, l.now + 2 * NS_PER_S);
		if (i == 100)
			v.slow = 7;
		say_varz(&l, 0, v);
	}
	r = section_connection(lab_publish(&l)->sections[SECTION_CONNECTIONS], 0);
	assert_int_equal(QUALITY(&l, r->slow_10m), QUALITY_OK);
	assert_int_equal(r->slow_10m.i, 3);
	/* Another process: what came before does not count; it is younger than the window. */
	v = (struct said){.id = "B", .name = "n1", .uptime = "2s", .slow = 1};
	lab_time(&l, l.now + 2 * NS_PER_S);
	say_varz(&l, 0, v);
	r = section_connection(lab_publish(&l)->sections[SECTION_CONNECTIONS], 0);
	assert_int_equal(QUALITY(&l, r->slow_10m), QUALITY_OK);
	assert_int_equal(r->slow_10m.i, 1);
	assert_true(lab_event(&l, "restarted"));
	/* None at all since the start proves it. */
	v = (struct said){.id = "C", .name = "n1"};
	say_varz(&l, 0, v);
	r = section_connection(lab_publish(&l)->sections[SECTION_CONNECTIONS], 0);
	assert_int_equal(QUALITY(&l, r->slow_10m), QUALITY_OK);
	assert_int_equal(r->slow_10m.i, 0);
	lab_stop(&l);
}

static void rates_and_restart(void **state)
{
	struct lab l;
	const struct value *rate;
	struct said v = {.id = "A", .name = "n1", .msgs = 1000};

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, v);
	rate = broker_metric(section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0), METRIC_MSGS_IN_RATE);
	assert_int_equal(value_quality(rate, l.now), QUALITY_MISSING);
	v.msgs = 1200;
	lab_time(&l, l.now + 2 * NS_PER_S);
	say_varz(&l, 0, v);
	rate = broker_metric(section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0), METRIC_MSGS_IN_RATE);
	assert_true(rate->d == 100);
	v = (struct said){.id = "B", .name = "n1", .msgs = 1300};
	lab_time(&l, l.now + 2 * NS_PER_S);
	say_varz(&l, 0, v);
	rate = broker_metric(section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0), METRIC_MSGS_IN_RATE);
	assert_int_equal(value_quality(rate, l.now), QUALITY_MISSING);
	lab_stop(&l);
}

static void memory_needs_a_limit(void **state)
{
	struct lab l;
	const struct broker_row *b;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_int_equal(QUALITY(&l, b->memory_percent), QUALITY_MISSING);
	assert_non_null(strstr(b->memory_percent.reason, "memory_limit:"));
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"gomemlimit\":600"});
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_true(b->memory_percent.d == 50);
	l.conf->memory_limit = 400;
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_true(b->memory_percent.d == 75);
	lab_stop(&l);
}

static void peers_without_remotes_are_counted_from_routes(void **state)
{
	struct lab l;
	const struct route_row *r;

	(void)state;
	lab_start(&l, 3);
	for (size_t i = 0; i < 2; i++)
		say_varz(&l, i, (struct said){.id = i ? "B" : "A", .name = i ? "n2" : "n1",
		    .more = ",\"cluster\":{\"name\":\"c\"}"});
	say(&l, 0, ASK_ROUTEZ, "{\"routes\":[{\"remote_id\":\"B\"},{\"remote_id\":\"B\"}]}");
	r = section_route(lab_publish(&l)->sections[SECTION_ROUTES], 0);
	assert_int_equal(r->peers.i, 1);
	assert_int_equal(r->expected.i, 2);
	/* The third has never answered: its address is all that is known of it. */
	assert_int_equal(r->n_missing, 1);
	assert_string_equal(r->missing[0], "10.0.0.3:8222");
	assert_string_equal(r->detail, "n2 2/1");
	lab_stop(&l);
}

static void expectation_needs_a_number(void **state)
{
	struct lab l;
	const struct route_row *r;

	(void)state;
	lab_start(&l, 1);
	l.conf->expected_nodes = 0;
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"remotes\":2,\"cluster\":{\"name\":\"c\"}"});
	r = section_route(lab_publish(&l)->sections[SECTION_ROUTES], 0);
	assert_int_equal(QUALITY(&l, r->expected), QUALITY_MISSING);
	assert_non_null(strstr(r->expected.reason, "expected_nodes:"));
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"remotes\":0,\"cluster\":{}"});
	r = section_route(lab_publish(&l)->sections[SECTION_ROUTES], 0);
	assert_int_equal(r->expected.i, 0);
	lab_stop(&l);
}

static void say_meta(struct lab *l, size_t node, const char *leader)
{
	static const char *const id[] = {"A", "B", "C"}, *const name[] = {"n1", "n2", "n3"};
	char more[256];

	snprintf(more, sizeof(more), ",\"jetstream\":{\"config\":{\"max_storage\":10},\"meta\":{\"cluster_size\":3%s%s%s}}",
	    leader ? ",\"leader\":\"" : "", leader ? leader : "", leader ? "\"" : "");
	say_varz(l, node, (struct said){.id = id[node], .name = name[node], .more = more});
}

static void meta_leader(void **state)
{
	struct lab l;
	const struct cluster_row *c;

	(void)state;
	lab_start(&l, 3);
	for (size_t i = 0; i < 3; i++)
		say_meta(&l, i, "n2");
	c = cluster_facts(lab_publish(&l));
	assert_int_equal(c->controllers.i, 1);
	say_meta(&l, 0, "n3");
	c = cluster_facts(lab_publish(&l));
	assert_int_equal(c->controllers.i, 2);
	assert_non_null(strstr(c->trouble, "disagree"));
	for (size_t i = 0; i < 3; i++)
		say_meta(&l, i, "n3");
	assert_true(lab_event(&l, "moved from n2 to n3"));
	for (size_t i = 0; i < 3; i++)
		say_meta(&l, i, NULL);
	c = cluster_facts(lab_publish(&l));
	assert_int_equal(c->controllers.i, 0);
	assert_int_equal(QUALITY(&l, c->controllers), QUALITY_OK);
	assert_non_null(strstr(c->trouble, "no meta leader"));
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	c = cluster_facts(lab_publish(&l));
	assert_non_null(strstr(c->trouble, "JetStream is off on n1"));
	lab_stop(&l);
}

static void two_urls_one_server(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 2);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	say_varz(&l, 1, (struct said){.id = "A", .name = "n1"});
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "same server n1"));
	lab_stop(&l);
	/* A balancer before several: they take turns, nobody restarts. */
	lab_start(&l, 1);
	for (int i = 0; i < 4; i++)
		say_varz(&l, 0, (struct said){.id = i % 2 ? "B" : "A", .name = i % 2 ? "n2" : "n1"});
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "several servers answer in turn"));
	assert_false(lab_event(&l, "restarted"));
	lab_stop(&l);
}

struct consumer_said {
	int pending, ack_pending, floor, waiting, last_seq;
};

static void say_consumer(struct lab *l, struct consumer_said c)
{
	char text[1024];

	snprintf(text, sizeof(text), "{\"server_id\":\"A\",\"streams\":1,\"consumers\":1,\"account_details\":[{\"name\":\"G\","
	    "\"stream_detail\":[{\"name\":\"S\",\"config\":{\"max_age\":600000000000},\"state\":{\"first_seq\":1,"
	    "\"first_ts\":\"1970-01-02T00:00:00Z\",\"last_seq\":%d},\"consumer_detail\":[{\"name\":\"c\","
	    "\"config\":{\"durable_name\":\"c\",\"max_ack_pending\":50},\"num_pending\":%d,\"num_ack_pending\":%d,"
	    "\"num_waiting\":%d,\"ack_floor\":{\"consumer_seq\":%d,\"stream_seq\":%d}}]}]}]}",
	    c.last_seq, c.pending, c.ack_pending, c.waiting, c.floor, c.floor);
	say(l, 0, ASK_JSZ, text);
}

static const struct lag_row *step(struct lab *l, struct consumer_said c)
{
	lab_time(l, l->now + 30 * NS_PER_S);
	say_varz(l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_storage\":10}}"});
	say_consumer(l, c);
	return lag_named(lab_publish(l), "c");
}

static void consumer_status_over_time(void **state)
{
	struct lab l;
	const struct lag_row *r;
	struct consumer_said c = {.waiting = 2, .floor = 100, .last_seq = 100};

	(void)state;
	lab_start(&l, 1);
	r = step(&l, c);
	assert_int_equal(r->status, LAG_OK);
	assert_true(r->lag_seconds.d == 0);
	assert_int_equal(QUALITY(&l, r->commit_rate), QUALITY_MISSING);
	assert_string_equal(r->state, "pull 2 waiting");
	/* Slower than what comes in: 10/s arrive, 5/s are done. */
	for (int i = 0; i < 3; i++) {
		c.last_seq += 300;
		c.floor += 150;
		c.pending += 150;
		r = step(&l, c);
	}
	assert_int_equal(r->status, LAG_WARN);
	assert_true(r->commit_rate.d == 5);
	assert_true(r->trend.d == 5);
	assert_true(r->end_rate.d == 10);
	/* The message after 550 came when the stream stood there: 45 s ago. */
	assert_int_equal(QUALITY(&l, r->lag_seconds), QUALITY_OK);
	assert_true(r->lag_seconds.d > 44 && r->lag_seconds.d < 46);
	assert_true(r->lost_in_seconds.d > 554 && r->lost_in_seconds.d < 556);
	assert_true(r->stalled_s.d == 0);
	/* Nothing acknowledged any more, and then nobody left. */
	for (int i = 0; i < 4; i++) {
		c.last_seq += 300;
		c.pending += 300;
		r = step(&l, c);
	}
	assert_int_equal(r->status, LAG_STALL);
	assert_true(r->stalled_s.d == 120);
	c.waiting = 0;
	r = step(&l, c);
	assert_int_equal(r->status, LAG_STOP);
	assert_string_equal(r->why, "nobody fetches from it");
	/* Made anew. */
	c = (struct consumer_said){.waiting = 1, .floor = 3, .last_seq = 5000, .pending = 7};
	r = step(&l, c);
	assert_int_equal(r->status, LAG_REWIND);
	/* Full of what was delivered and not acknowledged. */
	c.ack_pending = 50;
	r = step(&l, c);
	assert_int_equal(r->lag.i, 57);
	assert_non_null(strstr(r->why, "max_ack_pending"));
	lab_stop(&l);
}

static void deleted_consumer_leaves(void **state)
{
	struct lab l;
	struct consumer_said c = {.pending = 5, .floor = 1, .last_seq = 6};

	(void)state;
	lab_start(&l, 1);
	assert_non_null(step(&l, c));
	assert_int_equal(l.s.tracker.n_series, 1);
	say(&l, 0, ASK_JSZ, "{\"server_id\":\"A\",\"account_details\":null}");
	assert_null(lag_named(lab_publish(&l), "c"));
	assert_int_equal(l.s.tracker.consumers.n, 0);
	assert_int_equal(l.s.tracker.n_series, 0);
	lab_stop(&l);
}

/* A replica's leader is out of sight: no number is better than a wrong one. */
static void leader_that_is_not_polled(void **state)
{
	static const char text[] = "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":"
	    "\"S\",\"consumer_detail\":[{\"name\":\"c\",\"num_pending\":9,\"num_ack_pending\":0,\"cluster\":{%s}}]}]}]}";
	struct lab l;
	const struct lag_row *r;
	char said[512];

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	snprintf(said, sizeof(said), text, "\"leader\":\"n9\"");
	say(&l, 0, ASK_JSZ, said);
	r = lag_named(lab_publish(&l), "c");
	assert_int_equal(r->lag.type, VALUE_NONE);
	assert_int_equal(QUALITY(&l, r->lag), QUALITY_ERROR);
	assert_string_equal(r->lag.reason, "n9, which leads this consumer, is not in `monitor:`");
	snprintf(said, sizeof(said), text, "\"name\":\"x\"");
	lab_time(&l, l.now + NS_PER_S);
	say(&l, 0, ASK_JSZ, said);
	r = lag_named(lab_publish(&l), "c");
	assert_string_equal(r->lag.reason, "the consumer has no leader");
	lab_stop(&l);
}

static void too_large_asks_for_less(void **state)
{
	struct lab l;
	char url[256];

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	for (int i = 0; i < 3; i++)
		node_failed(&l.nodes[0], ASK_JSZ, HTTP_TOO_LARGE, "larger than 8 MiB", l.now);
	node_request(&l.nodes[0], ASK_JSZ, url, sizeof(url));
	assert_string_equal(url, "http://10.0.0.1:8222/jsz?streams=1");
	say(&l, 0, ASK_JSZ, "{\"server_id\":\"A\"}");
	lab_publish(&l);
	assert_int_equal(QUALITY(&l, l.snap->clusters[0].sections[SECTION_LAG]->listing), QUALITY_PARTIAL);
	lab_stop(&l);
}

static void events_are_limited(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	for (int i = 0; i < 1000; i++)
		nats_event(&l.s, "n1", "flap %d", i);
	lab_publish(&l);
	assert_in_range(section_count(l.snap->events), 5, 50);
	lab_time(&l, l.now + 60 * NS_PER_S);
	nats_event(&l.s, "n1", "later");
	assert_true(lab_event(&l, "more changes"));
	assert_true(lab_event(&l, "later"));
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_known_before_the_first_answer),
	    cmocka_unit_test(rows_of_a_well_cluster),
	    cmocka_unit_test(silent_node_keeps_its_numbers_as_error),
	    cmocka_unit_test(what_answers_but_is_no_nats_server_is_unknown),
	    cmocka_unit_test(slow_consumers_need_watching),
	    cmocka_unit_test(rates_and_restart),
	    cmocka_unit_test(memory_needs_a_limit),
	    cmocka_unit_test(peers_without_remotes_are_counted_from_routes),
	    cmocka_unit_test(expectation_needs_a_number),
	    cmocka_unit_test(meta_leader),
	    cmocka_unit_test(two_urls_one_server),
	    cmocka_unit_test(consumer_status_over_time),
	    cmocka_unit_test(deleted_consumer_leaves),
	    cmocka_unit_test(leader_that_is_not_polled),
	    cmocka_unit_test(too_large_asks_for_less),
	    cmocka_unit_test(events_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
