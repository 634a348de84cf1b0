/* From what the servers of a cluster say, over time, to rows: no network, a fake clock. */
#include "nats_lab.h"

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
	assert_string_equal(b->state, "HUNG: TCP 1 ms, API silent 14s");
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
	    cmocka_unit_test(events_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
