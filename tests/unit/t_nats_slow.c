/* Clients that are slow: who was cut off, who is about to be, and who is held back for them. */
#include "nats_lab.h"

static const char CLOSED[] = "{\"connections\":[{\"cid\":9,\"ip\":\"10.0.0.9\",\"port\":4,\"stop\":\"2096-01-01T00:00:00Z\","
    "\"reason\":\"Client Closed\"},{\"cid\":7,\"name\":\"sleepy\",\"ip\":\"10.0.0.7\",\"port\":5,\"authorized_user\":\"app\","
    "\"account\":\"APP\",\"subscriptions\":3,\"stop\":\"2096-01-01T00:00:00Z\",\"reason\":\"Slow Consumer (Pending Bytes)\","
    "\"jwt\":\"secret\",\"subscriptions_list_detail\":[{\"subject\":\"quiet\",\"msgs\":2},{\"subject\":\"flood\",\"msgs\":900},"
    "{\"subject\":\"other\",\"msgs\":1}]}]}";

static const struct connection_row *row_of(const struct cluster_view *v)
{
	return section_connection(v->sections[SECTION_CONNECTIONS], 0);
}

static void say_slow(struct lab *l, int slow, const char *more)
{
	say_varz(l, 0, (struct said){.id = "A", .name = "n1", .slow = slow, .more = more});
}

/* As the source asks: which page is next is decided when it asks. */
static void say_page(struct lab *l, const char *text)
{
	l->nodes[0].looking = slow_next_look(&l->nodes[0]);
	say(l, 0, ASK_CONNZ, text);
}

static void who_was_cut_off_is_named(void **state)
{
	struct lab l;
	char url[256];

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 4, NULL);
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	say_slow(&l, 5, NULL);
	l.nodes[0].looking = slow_next_look(&l.nodes[0]);
	assert_int_equal(l.nodes[0].looking, LOOK_CLOSED);
	node_request(&l.nodes[0], ASK_CONNZ, url, sizeof(url));
	assert_non_null(strstr(url, "state=closed&sort=stop&limit=32&subs=detail"));
	say_page(&l, CLOSED);
	/* The page of the backlog follows at once. */
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	assert_true(l.nodes[0].asks[ASK_CONNZ].task.next <= l.now);
	assert_true(lab_event(&l, "cut off client sleepy 10.0.0.7:5 (cid 7, user app, account APP, subject flood and 2 more): "
				  "Slow Consumer (Pending Bytes)"));
	assert_false(lab_event(&l, "cid 9"));
	assert_false(lab_event(&l, "secret"));
	assert_non_null(strstr(row_of(lab_publish(&l))->why, "cut off client sleepy"));
	/* Told once, and no news after ten minutes. */
	say_slow(&l, 6, NULL);
	say_page(&l, CLOSED);
	lab_time(&l, l.now + 601 * NS_PER_S);
	assert_null(row_of(lab_publish(&l))->why);
	lab_stop(&l);
}

static void a_full_backlog_warns_early(void **state)
{
	static const char full[] = "{\"connections\":[{\"cid\":3,\"name\":\"lazy\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":800}]}";
	static const char half[] = "{\"connections\":[{\"cid\":3,\"name\":\"lazy\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":600}]}";
	struct lab l;
	const struct broker_row *b;
	size_t events;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, ",\"max_pending\":1000");
	say_page(&l, half);
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_true(broker_metric(b, METRIC_PENDING_PERCENT)->d == 60);
	assert_non_null(strstr(row_of(&l.snap->clusters[0])->why, "60% of max_pending"));
	assert_false(lab_event(&l, "about to be cut off"));
	say_page(&l, full);
	assert_true(lab_event(&l, "client lazy 10.0.0.3:1 (cid 3) is about to be cut off: 800B wait for it, 80% of max_pending"));
	events = section_count(l.snap->events);
	say_page(&l, half);
	say_page(&l, full);
	lab_publish(&l);
	assert_int_equal(section_count(l.snap->events), events);
	say_page(&l, "{\"connections\":[]}");
	assert_null(row_of(lab_publish(&l))->why);
	lab_stop(&l);
}

static void held_back_publishers_are_named_seldom(void **state)
{
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, ",\"stalled_clients\":1,\"slow_consumer_stats\":{\"clients\":0,\"routes\":0}");
	say_slow(&l, 0, ",\"stalled_clients\":9,\"slow_consumer_stats\":{\"clients\":0,\"routes\":1}");
	assert_true(lab_event(&l, "a slow consumer is another server"));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_STALLS);
	say_page(&l, "{\"connections\":[{\"cid\":1,\"ip\":\"10.0.0.1\",\"port\":1},{\"cid\":2,\"name\":\"hose\",\"ip\":\"10.0.0.2\","
		     "\"port\":2,\"stalls\":8}]}");
	assert_true(lab_event(&l, "client hose 10.0.0.2:2 (cid 2) most often, 8 times"));
	say_slow(&l, 0, ",\"stalled_clients\":20");
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	lab_stop(&l);
}

static bool is_due(const struct lab *l)
{
	return node_wants(&l->nodes[0], ASK_CONNZ) && l->nodes[0].asks[ASK_CONNZ].task.next <= l->now;
}

/* A walk through so many clients is dear: it needs a reason, and two of them never follow each other. */
static void a_large_server_is_not_asked_by_the_clock(void **state)
{
	static const char full[] = "{\"connections\":[{\"cid\":3,\"name\":\"lazy\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":800}]}";
	struct lab l;
	const struct broker_row *b;
	const struct value *v;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":0");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	v = broker_metric(b, METRIC_PENDING_PERCENT);
	assert_int_equal(v->quality, QUALITY_MISSING);
	assert_non_null(strstr(v->reason, "more than 5000 clients"));
	assert_int_equal(row_of(&l.snap->clusters[0])->n_clients, 0);
	/* Who went costs little, and no walk follows. */
	say_slow(&l, 1, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":0");
	assert_true(is_due(&l));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_CLOSED);
	say_page(&l, CLOSED);
	assert_true(lab_event(&l, "cut off client sleepy"));
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	/* Not oftener than every other poll. */
	lab_time(&l, l.now + 2 * NS_PER_S);
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":0");
	assert_false(is_due(&l));
	lab_time(&l, l.now + 2 * NS_PER_S);
	assert_true(is_due(&l));
	say_page(&l, CLOSED);
	/* A publisher was held back: who is slow first, who is held back at the next turn. */
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":4");
	assert_true(is_due(&l));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	say_page(&l, full);
	assert_true(lab_event(&l, "client lazy 10.0.0.3:1 (cid 3) is about to be cut off: 800B wait for it, 80% of max_pending"));
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_true(broker_metric(b, METRIC_PENDING_PERCENT)->d == 80);
	assert_int_equal(row_of(&l.snap->clusters[0])->n_clients, 1);
	assert_true(node_wants(&l.nodes[0], ASK_CONNZ));
	assert_false(is_due(&l));
	lab_time(&l, l.now + 30 * NS_PER_S);
	assert_true(is_due(&l));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_STALLS);
	say_page(&l, "{\"connections\":[]}");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	/* Another minute, another look, and what nobody looked at again is not told as of now. */
	lab_time(&l, l.now + 31 * NS_PER_S);
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":5");
	assert_true(is_due(&l));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	lab_time(&l, l.now + 601 * NS_PER_S);
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_int_equal(value_quality(broker_metric(b, METRIC_PENDING_PERCENT), l.now), QUALITY_STALE);
	assert_null(row_of(&l.snap->clusters[0])->why);
	assert_int_equal(row_of(&l.snap->clusters[0])->n_clients, 0);
	/* With fewer clients all is as it was. */
	say_page(&l, full);
	say_slow(&l, 2, ",\"connections\":5000,\"max_pending\":1000,\"stalled_clients\":5");
	assert_true(node_wants(&l.nodes[0], ASK_CONNZ));
	lab_stop(&l);
}

/* What walks all clients must stay small. */
static void pages_are_bounded(void **state)
{
	(void)state;
	for (int i = 0; i < LOOK_COUNT; i++) {
		const char *limit = strstr(look_path[i], "limit=");

		assert_non_null(limit);
		/* The long one is for a key press alone. */
		assert_in_range((int)strtol(limit + 6, NULL, 10), 1, i == LOOK_LIST ? CLIENTS_MAX : 32);
		assert_non_null(strstr(look_payload[i], "\"limit\":"));
		assert_true((i == LOOK_CLOSED) == (strstr(look_path[i], "subs=") != NULL));
	}
}

/* More of them when the operator asks: it stays for two minutes beside the short page. */
static void a_longer_list_on_request(void **state)
{
	struct lab l;
	const struct connection_row *r;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, NULL);
	say_page(&l, "{\"connections\":[{\"cid\":3,\"name\":\"a\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":8}]}");
	r = row_of(lab_publish(&l));
	assert_int_equal(r->n_clients, 1);
	assert_string_equal(r->clients[0].name, "a");
	assert_int_equal(r->clients[0].pending, 8);
	assert_int_equal(r->clients[0].in_msgs, -1);
	l.nodes[0].look_list = true;
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_LIST);
	say_page(&l, "{\"connections\":[{\"cid\":3,\"pending_bytes\":8},{\"cid\":4,\"authorized_user\":\"u\"}]}");
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	r = row_of(lab_publish(&l));
	assert_int_equal(r->n_clients, 2);
	assert_string_equal(r->clients[1].user, "u");
	say_page(&l, "{\"connections\":[]}");
	assert_int_equal(row_of(lab_publish(&l))->n_clients, 2);
	lab_time(&l, l.now + 121 * NS_PER_S);
	say_slow(&l, 0, NULL);
	say_page(&l, "{\"connections\":[]}");
	assert_int_equal(row_of(lab_publish(&l))->n_clients, 0);
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_was_cut_off_is_named),
	    cmocka_unit_test(a_full_backlog_warns_early),
	    cmocka_unit_test(held_back_publishers_are_named_seldom),
	    cmocka_unit_test(a_large_server_is_not_asked_by_the_clock),
	    cmocka_unit_test(pages_are_bounded),
	    cmocka_unit_test(a_longer_list_on_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
