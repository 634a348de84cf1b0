/* JetStream consumers over time: lag, rates, status, and what is known while a leader is silent. */
#include "nats_lab.h"

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

/* Of a stream's first message the server tells the time: whoever has read none waits exactly since then. */
static void the_first_messages_age_is_no_estimate(void **state)
{
	struct lab l;
	const struct lag_row *r;
	struct consumer_said c = {.pending = 100, .waiting = 1, .floor = 0, .last_seq = 100};

	(void)state;
	lab_start(&l, 1);
	r = step(&l, c);
	assert_int_equal(QUALITY(&l, r->lag_seconds), QUALITY_OK);
	assert_int_equal(QUALITY(&l, r->lost_in_seconds), QUALITY_OK);
	assert_true(r->lag_seconds.d + r->lost_in_seconds.d > 599.9 && r->lag_seconds.d + r->lost_in_seconds.d < 600.1);
	/* Of one in the middle, which came before this was watched, it does not. */
	c.floor = 50;
	c.pending = 50;
	r = step(&l, c);
	assert_int_equal(QUALITY(&l, r->lost_in_seconds), QUALITY_PARTIAL);
	lab_stop(&l);
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

/* When it acknowledged last, by the clock of the server that replies; nothing where that is not told, or makes no sense. */
static void the_leader_tells_when_it_acknowledged(void **state)
{
	static const char text[] = "{\"server_id\":\"A\"%s,\"account_details\":[{\"name\":\"G\",\"stream_detail\":[{\"name\":"
	    "\"S\",\"consumer_detail\":[{\"name\":\"c\",\"num_pending\":9,\"num_ack_pending\":0,\"ack_floor\":{\"consumer_seq\":3%s}}]}]}]}";
	static const char now[] = ",\"now\":\"2026-11-23T16:01:43.5Z\"";
	static const struct {
		const char *now, *last;
		double ago; /* -1: not known */
	} cases[] = {
	    {now, ",\"last_active\":\"2026-11-23T16:01:33Z\"", 10.5},
	    {now, ",\"last_active\":\"2026-11-23T17:01:33+01:00\"", 10.5},
	    {now, "", -1},
	    {now, ",\"last_active\":\"0001-01-01T00:00:00Z\"", -1},
	    {now, ",\"last_active\":\"2026-11-23T16:01:44Z\"", -1},
	    {now, ",\"last_active\":7", -1},
	    {"", ",\"last_active\":\"2026-11-23T16:01:33Z\"", -1},
	};
	struct lab l;
	const struct lag_row *r;
	char reply[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		lab_start(&l, 1);
		say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_storage\":10}}"});
		snprintf(reply, sizeof(reply), text, cases[i].now, cases[i].last);
		say(&l, 0, ASK_JSZ, reply);
		r = lag_named(lab_publish(&l), "c");
		assert_int_equal(QUALITY(&l, r->acked_s), cases[i].ago < 0 ? QUALITY_MISSING : QUALITY_OK);
		if (cases[i].ago >= 0)
			assert_true(r->acked_s.d == cases[i].ago);
		lab_stop(&l);
	}
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
	assert_string_equal(r->lag.reason, "n9, which leads this consumer, is none of the servers that are asked");
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
	assert_string_equal(url, "http://10.0.0.1:8222/jsz?limit=100000&streams=1");
	say(&l, 0, ASK_JSZ, "{\"server_id\":\"A\"}");
	lab_publish(&l);
	assert_int_equal(QUALITY(&l, l.snap->clusters[0].sections[SECTION_LAG]->listing), QUALITY_PARTIAL);
	lab_stop(&l);
}

/* Streams of one name in two accounts: each consumer is a row of its own, with an identity of its own. */
static void accounts_are_told_apart(void **state)
{
	static const char one[] = "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"%s\",\"stream_detail\":[{\"name\":\"S\","
	    "\"consumer_detail\":[{\"name\":\"c\",\"num_pending\":7}]}]}%s]}";
	static const char other[] = ",{\"name\":\"B\",\"stream_detail\":[{\"name\":\"S\",\"consumer_detail\":[{\"name\":\"c\","
	    "\"num_pending\":9}]},{\"name\":\"T\",\"consumer_detail\":[{\"name\":\"c\",\"num_pending\":1}]}]}";
	static const char *const topics[] = {"A/S", "B/S", "T"};
	const struct section *s;
	char text[1024];
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_storage\":10}}"});
	snprintf(text, sizeof(text), one, "A", other);
	say(&l, 0, ASK_JSZ, text);
	s = lab_publish(&l)->sections[SECTION_LAG];
	assert_int_equal(section_count(s), 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(section_lag(s, i)->topic, topics[i]);
	lab_stop(&l);
	lab_start(&l, 1);
	say_varz(&l, 0, (struct said){.id = "A", .name = "n1", .more = ",\"jetstream\":{\"config\":{\"max_storage\":10}}"});
	snprintf(text, sizeof(text), one, "A", "");
	say(&l, 0, ASK_JSZ, text);
	assert_string_equal(section_lag(lab_publish(&l)->sections[SECTION_LAG], 0)->topic, "S");
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accounts_are_told_apart),
	    cmocka_unit_test(the_first_messages_age_is_no_estimate),
	    cmocka_unit_test(consumer_status_over_time),
	    cmocka_unit_test(the_leader_tells_when_it_acknowledged),
	    cmocka_unit_test(deleted_consumer_leaves),
	    cmocka_unit_test(leader_that_is_not_polled),
	    cmocka_unit_test(too_large_asks_for_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
