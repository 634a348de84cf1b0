/* Between servers: pools of routes, routes that flap, gateways and leaf nodes. */
#include "nats_lab.h"

/* n routes to one peer, of them `fresh` started after the look before. */
static void say_routes(struct lab *l, int n, int fresh, int64_t second)
{
	char text[4096];
	int at = snprintf(text, sizeof(text), "{\"server_id\":\"A\",\"now\":\"2026-01-01T00:%02lld:00Z\",\"routes\":[",
	    (long long)second);

	for (int i = 0; i < n; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
		    "%s{\"remote_id\":\"B\",\"remote_name\":\"n2\",\"start\":\"2026-01-01T00:%02lld:30Z\"%s}", i ? "," : "",
		    i < fresh ? (long long)second - 1 : 0LL, i == 3 ? ",\"account\":\"$SYS\"" : "");
	snprintf(text + at, sizeof(text) - (size_t)at, "]}");
	say(l, 0, ASK_ROUTEZ, text);
}

static void say_pool(struct lab *l)
{
	say_varz(l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"remotes\":1,\"cluster\":{\"name\":\"bus\",\"pool_size\":3}"});
}

static void a_thin_pool_is_told_when_it_lasts(void **state)
{
	struct lab l;
	const struct cluster_view *v;

	(void)state;
	lab_start(&l, 1);
	l.conf->expected_nodes = 2;
	say_pool(&l);
	say_routes(&l, 4, 0, 1);
	v = lab_publish(&l);
	assert_string_equal(section_route(v->sections[SECTION_ROUTES], 0)->detail, "n2 4/4");
	say_routes(&l, 2, 0, 2);
	say_routes(&l, 2, 0, 3);
	v = lab_publish(&l);
	assert_string_equal(section_route(v->sections[SECTION_ROUTES], 0)->detail, "n2 2/4");
	assert_null(cluster_facts(v)->trouble);
	say_routes(&l, 2, 0, 4);
	v = lab_publish(&l);
	assert_non_null(strstr(cluster_facts(v)->trouble, "n1 has only 2 of 4 connections to n2"));
	assert_true(lab_event(&l, "has only 2 of 4 connections to n2"));
	/* The peer itself is there all the while. */
	v = lab_publish(&l);
	assert_int_equal(section_route(v->sections[SECTION_ROUTES], 0)->n_missing, 0);
	say_routes(&l, 4, 0, 5);
	assert_null(cluster_facts(lab_publish(&l))->trouble);
	lab_stop(&l);
}

/* One connection is all that a server before 2.10 has with anybody: the other end's pool is not thin for it. */
static void an_old_peer_has_no_pool(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 2);
	say_pool(&l);
	say_varz(&l, 1, (struct said){.id = "B", .name = "n2", .more = ",\"remotes\":1,\"cluster\":{\"name\":\"bus\"}"});
	for (int i = 1; i < 5; i++)
		say_routes(&l, 1, 0, i);
	assert_string_equal(section_route(lab_publish(&l)->sections[SECTION_ROUTES], 0)->detail, "n2 1/1");
	assert_null(cluster_facts(&l.snap->clusters[0])->trouble);
	lab_stop(&l);
}

static void a_flapping_route_is_an_event(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_pool(&l);
	say_routes(&l, 2, 0, 1);
	/* A pool that fills is no flap. */
	say_routes(&l, 4, 2, 3);
	assert_false(lab_event(&l, "made again"));
	say_routes(&l, 4, 0, 5);
	assert_false(lab_event(&l, "made again"));
	say_routes(&l, 4, 1, 7);
	assert_true(lab_event(&l, "its route to n2 was lost and made again (1 of 4 connections)"));
	lab_stop(&l);
}

static void a_missing_gateway_is_a_missing_peer(void **state)
{
	struct lab l;
	const struct cluster_view *v;
	const struct route_row *r;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1",
	    .more = ",\"gateway\":{\"name\":\"west\",\"gateways\":[{\"name\":\"west\"},{\"name\":\"east\"},{\"name\":\"south\"}]}"});
	assert_true(node_wants(&l.nodes[0], ASK_GATEWAYZ));
	v = lab_publish(&l);
	assert_int_equal(section_count(v->sections[SECTION_ROUTES]), 2);
	r = section_route(v->sections[SECTION_ROUTES], 1);
	assert_int_equal(QUALITY(&l, r->peers), QUALITY_MISSING);
	assert_int_equal(r->n_missing, 0);
	say(&l, 0, ASK_GATEWAYZ, "{\"server_id\":\"A\",\"outbound_gateways\":{\"east\":{\"configured\":true,"
	    "\"connection\":{\"cid\":5}},\"south\":{\"configured\":true}}}");
	v = lab_publish(&l);
	r = section_route(v->sections[SECTION_ROUTES], 1);
	assert_string_equal(r->server, "n1 gateways");
	assert_int_equal(r->peers.i, 1);
	assert_int_equal(r->expected.i, 2);
	assert_int_equal(r->n_missing, 1);
	assert_string_equal(r->missing[0], "cluster south");
	assert_non_null(strstr(cluster_facts(v)->trouble, "no gateway connection to the cluster south"));
	assert_string_equal(r->detail, "gateways of west to east");
	lab_stop(&l);
}

static void leaf_nodes_come_and_go(void **state)
{
	struct lab l;
	const struct cluster_view *v;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"leafnodes\":1,\"leaf\":{\"port\":7422}"});
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"edge-1\",\"account\":\"APP\",\"ip\":\"10.0.0.7\",\"port\":5}]}");
	v = lab_publish(&l);
	assert_int_equal(broker_metric(section_broker(v->sections[SECTION_BROKERS], 0), METRIC_LEAFNODES)->i, 1);
	/* The same one from another port, then gone. */
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"edge-1\",\"account\":\"APP\",\"ip\":\"10.0.0.7\",\"port\":9}]}");
	assert_false(lab_event(&l, "leaf node"));
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":null}");
	assert_true(lab_event(&l, "lost its leaf node connection with edge-1 (10.0.0.7:9, account APP)"));
	lab_stop(&l);
}

static const char TWO_HUBS[] = ",\"leafnodes\":1,\"leaf\":{\"remotes\":[{\"urls\":[\"10.0.0.1:7422\"]},{\"urls\":[\"10.0.0.2:7422\"]}]}";

static const struct route_row *leaf_row_of(struct lab *l)
{
	return section_route(lab_publish(l)->sections[SECTION_ROUTES], 1);
}

static void a_hub_that_is_away_is_missed(void **state)
{
	const struct route_row *r;
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"leafnodes\":1,\"leaf\":{\"remotes\":[{\"urls\":[]},{\"urls\":[]}]}"});
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"hub\",\"is_spoke\":true}]}");
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "n1 has 1 of its 2 leaf node connections"));
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"hub\",\"is_spoke\":true},{\"name\":\"hub\",\"is_spoke\":true}]}");
	assert_null(cluster_facts(lab_publish(&l))->trouble);
	/* The one that is away is named, where the addresses tell. */
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = TWO_HUBS});
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"hub\",\"is_spoke\":true,\"ip\":\"10.0.0.1\",\"port\":7422}]}");
	r = leaf_row_of(&l);
	assert_string_equal(r->server, "n1 leaf nodes");
	assert_int_equal(r->expected.i, 2);
	assert_int_equal(r->peers.i, 1);
	assert_int_equal(r->n_missing, 1);
	assert_string_equal(r->missing[0], "hub 10.0.0.2:7422");
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":[{\"name\":\"hub\",\"is_spoke\":true,\"ip\":\"10.0.0.9\",\"port\":7422}]}");
	assert_string_equal(leaf_row_of(&l)->missing[0], "1 of the hubs 10.0.0.1:7422, 10.0.0.2:7422");
	say(&l, 0, ASK_LEAFZ, "{\"server_id\":\"A\",\"leafs\":null}");
	assert_int_equal(leaf_row_of(&l)->n_missing, 2);
	/* A server without leaf nodes is not asked. */
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1"});
	assert_false(node_wants(&l.nodes[0], ASK_LEAFZ));
	assert_false(node_wants(&l.nodes[0], ASK_GATEWAYZ));
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thin_pool_is_told_when_it_lasts),
	    cmocka_unit_test(an_old_peer_has_no_pool),
	    cmocka_unit_test(a_flapping_route_is_an_event),
	    cmocka_unit_test(a_missing_gateway_is_a_missing_peer),
	    cmocka_unit_test(leaf_nodes_come_and_go),
	    cmocka_unit_test(a_hub_that_is_away_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
