/* JetStream over all servers: leaders, replicas, majorities, mirrors and limits. */
#include "nats_lab.h"
#include "rules/restart.h"

static void say_js(struct lab *l, size_t node, const char *id, const char *name, const char *meta)
{
	char more[900];

	snprintf(more, sizeof(more), ",\"remotes\":2,\"cluster\":{\"name\":\"bus\"},\"jetstream\":{\"config\":{\"max_memory\":1000,"
	    "\"max_storage\":1000,\"sync_interval\":120000000000},\"stats\":{\"memory\":10,\"storage\":500,\"reserved_memory\":0,"
	    "\"reserved_storage\":400,\"ha_assets\":3},\"meta\":{\"leader\":\"n1\",\"cluster_size\":3%s}}", meta ? meta : "");
	say_varz(l, node, (struct said){.id = id, .name = name, .more = more});
	say(l, node, ASK_ROUTEZ, node == 0 ? "{\"routes\":[{\"remote_id\":\"B\"},{\"remote_id\":\"C\"}]}"
	    : node == 1 ? "{\"routes\":[{\"remote_id\":\"A\"},{\"remote_id\":\"C\"}]}"
			: "{\"routes\":[{\"remote_id\":\"A\"},{\"remote_id\":\"B\"}]}");
}

static const char WELL[] = "\"current\":true,\"active\":1000000";

/* One stream of three replicas, led by `leader` ("" for none), as each server lists it. */
static void say_stream(struct lab *l, const char *leader, const char *n2, const char *n3, const char *more)
{
	static const char *const ids[] = {"A", "B", "C"};

	for (size_t i = 0; i < 3; i++) {
		char text[2048];

		snprintf(text, sizeof(text), "{\"server_id\":\"%s\",\"streams\":1,\"consumers\":0,\"account_details\":[{\"name\":\"G\","
		    "\"stream_detail\":[{\"name\":\"ORDERS\",\"state\":{\"last_seq\":100,\"first_seq\":1},\"cluster\":{%s%s%s"
		    "\"replicas\":[{\"name\":\"n2\",%s},{\"name\":\"n3\",%s}]}%s}]}]}", ids[i], *leader ? "\"leader\":\"" : "",
		    leader, *leader ? "\"," : "", n2, n3, more);
		say(l, i, ASK_JSZ, text);
	}
}

static void start(struct lab *l, const char *meta)
{
	lab_start(l, 3);
	say_js(l, 0, "A", "n1", meta);
	say_js(l, 1, "B", "n2", NULL);
	say_js(l, 2, "C", "n3", NULL);
}

static const char META_WELL[] = ",\"replicas\":[{\"name\":\"n2\",\"current\":true,\"active\":5},{\"name\":\"n3\",\"current\":true,"
    "\"active\":5}]";

static void restart_of(struct lab *l, const char *broker, enum may may, const char *why)
{
	struct restart r;

	lab_publish(l);
	restart_check(l->snap, 0, broker, l->now, &r);
	assert_string_equal(may_word(r.may), may_word(may));
	assert_non_null(strstr(r.why, why));
}

static void all_is_well(void **state)
{
	struct lab l;
	const struct cluster_view *v;
	const struct broker_row *b;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, WELL, "");
	v = lab_publish(&l);
	assert_null(cluster_facts(v)->trouble);
	assert_int_equal(cluster_facts(v)->voters.i, 3);
	assert_int_equal(cluster_facts(v)->voters_ok.i, 3);
	b = section_broker(v->sections[SECTION_BROKERS], 1);
	assert_int_equal(broker_metric(b, METRIC_RAFT_NEEDED)->i, 0);
	assert_string_equal(broker_metric(b, METRIC_JS_SYNC)->s, "every 2m");
	assert_true(broker_metric(b, METRIC_JS_RESERVED_PERCENT)->d == 40);
	assert_true(broker_metric(b, METRIC_JS_MEMORY_PERCENT)->d == 1);
	restart_of(&l, "n2", MAY_YES, "the meta group keeps its majority: 2 of 3");
	lab_stop(&l);
}

static void an_offline_replica_makes_the_others_needed(void **state)
{
	struct lab l;
	const struct cluster_view *v;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, "\"current\":false,\"offline\":true,\"active\":99000000000", "");
	v = lab_publish(&l);
	assert_string_equal(cluster_facts(v)->trouble, "the replica of ORDERS on n3 is offline");
	assert_int_equal(broker_metric(section_broker(v->sections[SECTION_BROKERS], 0), METRIC_RAFT_NEEDED)->i, 1);
	assert_int_equal(broker_metric(section_broker(v->sections[SECTION_BROKERS], 1), METRIC_RAFT_NEEDED)->i, 1);
	assert_int_equal(broker_metric(section_broker(v->sections[SECTION_BROKERS], 2), METRIC_RAFT_NEEDED)->i, 0);
	restart_of(&l, "n2", MAY_NO, "stream ORDERS");
	restart_of(&l, "n3", MAY_YES, "");
	say_stream(&l, "n1", WELL, "\"current\":false,\"active\":5,\"lag\":4000", "");
	assert_string_equal(cluster_facts(lab_publish(&l))->trouble, "the replica of ORDERS on n3 is 4,000 behind");
	lab_stop(&l);
}

static void the_meta_group_counts_those_that_follow(void **state)
{
	struct lab l;

	(void)state;
	/* n3 has just gone: its leader counts it for some seconds more. */
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, WELL, "");
	node_failed(&l.nodes[2], ASK_VARZ, HTTP_REFUSED, "refused", l.now);
	restart_of(&l, "n2", MAY_NO, "the meta group would lose its majority: 1 of 3 remain");
	lab_stop(&l);
	start(&l, ",\"replicas\":[{\"name\":\"n2\",\"current\":true,\"active\":5},{\"name\":\"n3\",\"current\":false,"
		  "\"active\":40000000000}]");
	say_stream(&l, "n1", WELL, WELL, "");
	assert_int_equal(cluster_facts(lab_publish(&l))->voters_ok.i, 2);
	restart_of(&l, "n2", MAY_NO, "the meta group would lose its majority: 1 of 3 remain");
	/* The leader does not answer: nobody knows. */
	node_failed(&l.nodes[0], ASK_VARZ, HTTP_HUNG, "HUNG", l.now);
	assert_int_equal(QUALITY(&l, cluster_facts(lab_publish(&l))->voters_ok), QUALITY_MISSING);
	restart_of(&l, "n2", MAY_UNKNOWN, "meta group");
	lab_stop(&l);
}

/* A server that was renamed or taken away, and still counts: nothing else tells of it. */
static void a_replica_on_a_lost_server_is_a_missing_peer(void **state)
{
	static const char lost[] = "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":\"ORDERS\","
	    "\"cluster\":{\"leader\":\"n1\",\"replicas\":[{\"name\":\"n2\",\"current\":true,\"active\":5},{\"name\":\"%s\","
	    "\"offline\":true,\"active\":9}]}}]}]}";
	const struct section *routes;
	char text[512];
	struct lab l;

	(void)state;
	start(&l, META_WELL);
	snprintf(text, sizeof(text), lost, "n3");
	say(&l, 0, ASK_JSZ, text);
	assert_int_equal(section_count(lab_publish(&l)->sections[SECTION_ROUTES]), 3);
	snprintf(text, sizeof(text), lost, "n7");
	say(&l, 0, ASK_JSZ, text);
	routes = lab_publish(&l)->sections[SECTION_ROUTES];
	assert_int_equal(section_count(routes), 4);
	assert_int_equal(section_route(routes, 3)->n_missing, 1);
	assert_string_equal(section_route(routes, 3)->missing[0], "n7");
	assert_string_equal(section_route(routes, 3)->detail, "the replica of ORDERS on n7 is offline");
	assert_true(section_route(routes, 3)->peers.i == 3 && section_route(routes, 3)->expected.i == 4);
	lab_stop(&l);
}

static void a_stream_without_leader_is_told(void **state)
{
	struct lab l;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, WELL, "");
	lab_publish(&l);
	lab_time(&l, l.now + NS_PER_S);
	say_stream(&l, "", WELL, WELL, "");
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "the stream ORDERS has no leader"));
	assert_true(lab_event(&l, "the stream has no leader"));
	lab_time(&l, l.now + NS_PER_S);
	say_stream(&l, "n2", WELL, WELL, "");
	assert_null(cluster_facts(lab_publish(&l))->trouble);
	assert_true(lab_event(&l, "the stream has a leader again"));
	lab_stop(&l);
}

static int64_t fact_of(struct lab *l, const char *name)
{
	struct section *s = nats_facts_section(&l->s, l->now);
	int64_t n = -1;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct fact_row *f = section_row(s, i);

		if (!strcmp(f->name, name))
			n = f->v.i;
	}
	section_unref(s);
	return n;
}

static void a_bucket_is_not_unread(void **state)
{
	struct lab l;

	(void)state;
	start(&l, META_WELL);
	say(&l, 0, ASK_JSZ, "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":\"KV_conf\"},"
			    "{\"name\":\"OBJ_files\"},{\"name\":\"ORDERS\"}]}]}");
	assert_int_equal(fact_of(&l, "streams.count"), 3);
	assert_int_equal(fact_of(&l, "streams.unread"), 1);
	lab_stop(&l);
}

/* The servers are not asked in one moment: the word of one that there is a leader is enough. */
static void the_fact_is_not_of_an_older_word(void **state)
{
	struct lab l;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "", WELL, WELL, "");
	lab_publish(&l);
	assert_int_equal(fact_of(&l, "streams.leaderless"), 1);
	lab_time(&l, l.now + NS_PER_S);
	say_stream(&l, "n2", WELL, WELL, "");
	say(&l, 0, ASK_JSZ, "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":\"ORDERS\","
			    "\"cluster\":{\"replicas\":[]}}]}]}");
	lab_publish(&l);
	assert_int_equal(fact_of(&l, "streams.leaderless"), 0);
	lab_stop(&l);
}

static void a_mirror_is_a_lag_row(void **state)
{
	struct lab l;
	const struct lag_row *r;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, WELL, ",\"mirror\":{\"name\":\"ORIGIN\",\"lag\":1900,\"active\":1000000000}");
	r = lag_named(lab_publish(&l), "mirror ORDERS");
	assert_non_null(r);
	assert_string_equal(r->topic, "ORIGIN");
	assert_int_equal(r->lag.i, 1900);
	assert_null(r->why);
	assert_int_equal(section_count(l.snap->clusters[0].sections[SECTION_LAG]), 1);
	lab_time(&l, l.now + 30 * NS_PER_S);
	say_stream(&l, "n1", WELL, WELL, ",\"mirror\":{\"name\":\"ORIGIN\",\"lag\":1900,\"active\":-1},\"sources\":[{\"name\":\"X\","
					 "\"lag\":0,\"active\":5,\"error\":{\"description\":\"stream not found\"}}]");
	r = lag_named(lab_publish(&l), "mirror ORDERS");
	assert_string_equal(r->why, "its origin has not been heard of");
	/* What it lacks of an origin that is silent nobody knows: no number of now, and nothing green. */
	assert_int_equal(QUALITY(&l, r->lag), QUALITY_ERROR);
	assert_int_equal(r->status, LAG_UNKNOWN);
	r = lag_named(&l.snap->clusters[0], "source of ORDERS");
	assert_string_equal(r->topic, "X");
	assert_non_null(strstr(r->why, "stream not found"));
	assert_int_equal(QUALITY(&l, r->lag), QUALITY_ERROR);
	lab_time(&l, l.now + 30 * NS_PER_S);
	say_stream(&l, "n1", WELL, WELL, ",\"mirror\":{\"name\":\"ORIGIN\",\"lag\":0,\"active\":61000000000}");
	r = lag_named(lab_publish(&l), "mirror ORDERS");
	assert_string_equal(r->why, "nothing has been heard of its origin for a minute");
	assert_int_equal(QUALITY(&l, r->lag), QUALITY_ERROR);
	/* They are no consumers. */
	assert_false(lab_event(&l, "consumers went from"));
	lab_stop(&l);
}

static void limits_and_a_lost_jetstream(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_memory\":1000,"
	    "\"max_storage\":1000},\"stats\":{\"memory\":10,\"storage\":950,\"reserved_storage\":0}}"});
	assert_string_equal(cluster_facts(lab_publish(&l))->trouble,
	    "JetStream's storage on n1 is 95% full: writes fail when it is");
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_memory\":1000,"
	    "\"max_storage\":1000,\"sync_always\":true},\"stats\":{\"memory\":10,\"storage\":1,\"reserved_storage\":990}}"});
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "streams have reserved 99%"));
	assert_string_equal(broker_metric(section_broker(l.snap->clusters[0].sections[SECTION_BROKERS], 0), METRIC_JS_SYNC)->s,
	    "after every write");
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{}"});
	assert_non_null(strstr(cluster_facts(lab_publish(&l))->trouble, "JetStream went off on n1"));
	lab_stop(&l);
}

/* A member of which its leader does not say when it was heard of last counts for no majority. */
static void a_member_that_is_not_dated(void **state)
{
	struct lab l;

	(void)state;
	start(&l, ",\"replicas\":[{\"name\":\"n2\",\"current\":true,\"active\":5},{\"name\":\"n3\",\"current\":true}]");
	say_stream(&l, "n1", WELL, WELL, "");
	assert_int_equal(cluster_facts(lab_publish(&l))->voters_ok.i, 2);
	lab_stop(&l);
}

/* A stream whose leader nobody watches is a stream all the same, once. */
static void a_leader_that_is_not_watched(void **state)
{
	struct lab l;

	(void)state;
	start(&l, META_WELL);
	say_stream(&l, "n1", WELL, WELL, "");
	assert_int_equal(fact_of(&l, "streams.count"), 1);
	say_stream(&l, "n9", WELL, WELL, "");
	assert_int_equal(fact_of(&l, "streams.count"), 1);
	assert_int_equal(fact_of(&l, "streams.unread"), 1);
	lab_stop(&l);
}

/* Numbers at the end of what a number can be. */
static void numbers_without_bounds(void **state)
{
	struct lab l;
	const struct lag_row *r;
	char text[1200];

	(void)state;
	start(&l, META_WELL);
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":\"S\","
		    "\"state\":{\"last_seq\":9223372036854775807,\"first_seq\":-9223372036854775807,\"first_ts\":\"2026-11-23T16:01:33Z\"},"
		    "\"consumer_detail\":[{\"name\":\"C\",\"num_pending\":9223372036854775807,\"num_ack_pending\":9223372036854775807%s}]}]}]}",
		    i ? "" : ",\"ack_floor\":{\"consumer_seq\":9223372036854775807,\"stream_seq\":9223372036854775806}");
		say(&l, 0, ASK_JSZ, text);
		r = lag_named(lab_publish(&l), "C");
		assert_true(r->lag.i == INT64_MAX);
		lab_time(&l, l.now + 30 * NS_PER_S);
	}
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_is_well),
	    cmocka_unit_test(an_offline_replica_makes_the_others_needed),
	    cmocka_unit_test(the_meta_group_counts_those_that_follow),
	    cmocka_unit_test(a_replica_on_a_lost_server_is_a_missing_peer),
	    cmocka_unit_test(a_bucket_is_not_unread),
	    cmocka_unit_test(the_fact_is_not_of_an_older_word),
	    cmocka_unit_test(a_stream_without_leader_is_told),
	    cmocka_unit_test(a_mirror_is_a_lag_row),
	    cmocka_unit_test(limits_and_a_lost_jetstream),
	    cmocka_unit_test(a_member_that_is_not_dated),
	    cmocka_unit_test(a_leader_that_is_not_watched),
	    cmocka_unit_test(numbers_without_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
