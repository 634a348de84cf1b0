/* Clients that are slow: who was cut off, who is about to be, and who is held back for them. */
#include "nats_lab.h"

/* Without users and subscriptions; GONE has these of one of them. */
static const char CLOSED[] = "{\"connections\":[{\"cid\":9,\"ip\":\"10.0.0.9\",\"port\":4,\"stop\":\"2096-01-01T00:00:00Z\","
    "\"reason\":\"Client Closed\"},{\"cid\":7,\"name\":\"sleepy\",\"ip\":\"10.0.0.7\",\"port\":5,\"subscriptions\":3,"
    "\"stop\":\"2096-01-01T00:00:00Z\",\"reason\":\"Slow Consumer (Pending Bytes)\"}]}";
static const char GONE[] = "{\"connections\":[{\"cid\":7,\"name\":\"sleepy\",\"ip\":\"10.0.0.7\",\"port\":5,\"authorized_user\":\"app\","
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
	slow_begin(&l->nodes[0]);
	say(l, 0, ASK_CONNZ, text);
}

static bool is_due(const struct lab *l)
{
	return node_wants(&l->nodes[0], ASK_CONNZ) && l->nodes[0].asks[ASK_CONNZ].task.next <= l->now;
}

static void who_was_cut_off_is_named(void **state)
{
	struct lab l;
	char url[256];
	size_t n_events;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 4, NULL);
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	say_slow(&l, 5, NULL);
	l.nodes[0].looking = slow_next_look(&l.nodes[0]);
	assert_int_equal(l.nodes[0].looking, LOOK_CLOSED);
	node_request(&l.nodes[0], ASK_CONNZ, url, sizeof(url));
	assert_non_null(strstr(url, "state=closed&sort=stop&limit=100"));
	say_page(&l, CLOSED);
	/* Told when more is known of it: its subscriptions cost least when one is asked for. */
	assert_false(lab_event(&l, "cut off"));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_GONE);
	assert_true(is_due(&l));
	slow_begin(&l.nodes[0]);
	node_request(&l.nodes[0], ASK_CONNZ, url, sizeof(url));
	assert_non_null(strstr(url, "state=closed&limit=1&subs=detail&auth=1&cid=7"));
	say_page(&l, GONE);
	/* The page of the backlog follows at once. */
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	assert_true(l.nodes[0].asks[ASK_CONNZ].task.next <= l.now);
	assert_true(lab_event(&l, "cut off client sleepy 10.0.0.7:5 (cid 7, user app, account APP, subject flood and 2 more): "
				  "Slow Consumer (Pending Bytes)"));
	assert_false(lab_event(&l, "cid 9"));
	assert_false(lab_event(&l, "secret"));
	assert_non_null(strstr(row_of(lab_publish(&l))->why, "cut off client sleepy"));
	/* Told once, and no news after ten minutes. */
	n_events = section_count(l.snap->events);
	say_slow(&l, 6, NULL);
	say_page(&l, CLOSED);
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	lab_publish(&l);
	assert_int_equal(section_count(l.snap->events), n_events);
	lab_time(&l, l.now + 601 * NS_PER_S);
	assert_null(row_of(lab_publish(&l))->why);
	lab_stop(&l);
}

/* Many at once: all are told, more is asked of the newest only. One that the server has forgotten meanwhile is told as
 * it was, and so are all when the server does not answer. */
static void many_that_were_cut_off(void **state)
{
	struct lab l;
	struct buf b;
	char name[64];

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 4, NULL);
	say_slow(&l, 11, NULL);
	buf_init(&b, 1 << 16);
	buf_adds(&b, "{\"connections\":[");
	for (int i = 7; i > 0; i--)
		buf_addf(&b, "{\"cid\":%d,\"name\":\"c%d\",\"stop\":\"2096-01-01T00:00:0%dZ\",\"reason\":\"Slow Consumer (Write Deadline)\"}%s",
		    i, i, i, i > 1 ? "," : "]}");
	say_page(&l, b.data);
	buf_release(&b);
	for (int i = 1; i <= 7; i++) {
		snprintf(name, sizeof(name), "cut off client c%d ?", i);
		assert_true(lab_event(&l, name) == (i <= 3));
	}
	assert_int_equal(l.nodes[0].n_gone, GONE_MAX);
	say_page(&l, "{\"connections\":[{\"cid\":4,\"name\":\"c4\",\"ip\":\"10.0.0.4\",\"port\":1,\"authorized_user\":\"u\","
		     "\"reason\":\"Slow Consumer (Write Deadline)\"}]}");
	assert_true(lab_event(&l, "cut off client c4 10.0.0.4:1 (cid 4, user u): Slow Consumer (Write Deadline)"));
	say_page(&l, "{\"connections\":[]}");
	assert_true(lab_event(&l, "cut off client c5 ? (cid 5): Slow Consumer"));
	slow_begin(&l.nodes[0]);
	node_failed(&l.nodes[0], ASK_CONNZ, HTTP_HUNG, "API silent 10s", l.now);
	assert_true(lab_event(&l, "cut off client c6"));
	assert_true(lab_event(&l, "cut off client c7"));
	assert_int_equal(l.nodes[0].n_gone, 0);
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
	say_page(&l, "{\"connections\":[{\"cid\":1,\"ip\":\"10.0.0.1\",\"port\":1,\"pending_bytes\":5},{\"cid\":2,\"name\":\"lazy\","
		     "\"ip\":\"10.0.0.2\",\"port\":2,\"stalls\":8}]}");
	assert_true(lab_event(&l, "because a subscriber is slow: client lazy 10.0.0.2:2 (cid 2), 8 times so far"));
	/* It is the page of the backlog as well. */
	assert_int_equal(row_of(lab_publish(&l))->n_clients, 2);
	say_slow(&l, 0, ",\"stalled_clients\":20");
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
	lab_stop(&l);
}

/* A walk through so many clients is dear: it needs a reason. */
static void a_large_server_is_not_asked_by_the_clock(void **state)
{
	static const char full[] = "{\"connections\":[{\"cid\":3,\"name\":\"lazy\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":800,\"stalls\":2}]}";
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
	assert_true(is_due(&l));
	say_page(&l, GONE);
	assert_true(lab_event(&l, "cut off client sleepy"));
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	/* Not oftener than every other poll. */
	lab_time(&l, l.now + 2 * NS_PER_S);
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":0");
	assert_false(is_due(&l));
	lab_time(&l, l.now + 2 * NS_PER_S);
	assert_true(is_due(&l));
	say_page(&l, CLOSED);
	/* A publisher was held back: that is said, and only R asks for whom. */
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":4");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	assert_true(lab_event(&l, "because a subscriber is slow: R in the list of its clients tells whom"));
	lab_time(&l, l.now + 601 * NS_PER_S);
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":7");
	assert_string_equal(row_of(lab_publish(&l))->why,
	    "publishers were held back (3 in 10m) because a subscriber is slow: R tells which");
	/* A press of R that fails is no order for later. */
	for (int press = 0; press < 2; press++) {
		assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
		l.nodes[0].look_near = true;
		assert_true(node_wants(&l.nodes[0], ASK_CONNZ));
		assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_PENDING);
		if (!press)
			node_failed(&l.nodes[0], ASK_CONNZ, HTTP_HUNG, "API silent 10s", l.now);
		else
			say_page(&l, full);
	}
	assert_true(lab_event(&l, "client lazy 10.0.0.3:1 (cid 3) is about to be cut off: 800B wait for it, 80% of max_pending"));
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_true(broker_metric(b, METRIC_PENDING_PERCENT)->d == 80);
	assert_int_equal(row_of(&l.snap->clusters[0])->n_clients, 1);
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	say_page(&l, "{\"connections\":[{\"cid\":3,\"name\":\"lazy\",\"ip\":\"10.0.0.3\",\"port\":1,\"pending_bytes\":8,\"stalls\":2}]}");
	assert_string_equal(row_of(lab_publish(&l))->why, "publishers were held back (3 in 10m), for client lazy 10.0.0.3:1 (cid 3)");
	/* What nobody looked at again is not told as of now. */
	lab_time(&l, l.now + 601 * NS_PER_S);
	b = section_broker(lab_publish(&l)->sections[SECTION_BROKERS], 0);
	assert_int_equal(value_quality(broker_metric(b, METRIC_PENDING_PERCENT), l.now), QUALITY_STALE);
	assert_int_equal(row_of(&l.snap->clusters[0])->n_clients, 0);
	/* With fewer clients all is as it was; and what was due then is not when they are too many again. */
	lab_time(&l, l.now + 601 * NS_PER_S);
	say_page(&l, full);
	say_slow(&l, 2, ",\"connections\":5000,\"max_pending\":1000,\"stalled_clients\":7");
	say_slow(&l, 2, ",\"connections\":5000,\"max_pending\":1000,\"stalled_clients\":8");
	assert_true(node_wants(&l.nodes[0], ASK_CONNZ));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_STALLS);
	say_slow(&l, 2, ",\"connections\":5001,\"max_pending\":1000,\"stalled_clients\":9");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	lab_stop(&l);
}

/* What walks all clients must stay small. */
static void pages_are_bounded(void **state)
{
	struct node n = {.list = {.page = CLIENTS_MAX, .offset = 4032}, .gone = {{.cid = 5}}};

	(void)state;
	for (int i = 0; i < LOOK_COUNT; i++) {
		char path[LOOK_TEXT], payload[LOOK_TEXT];
		const char *limit;

		n.looking = (enum look)i;
		slow_path(&n, path);
		slow_payload(&n, payload);
		limit = strstr(path, "limit=");
		assert_non_null(limit);
		/* The long one is for a key press alone. */
		assert_in_range((int)strtol(limit + 6, NULL, 10), 1, i == LOOK_LIST ? CLIENTS_MAX : 100);
		assert_non_null(strstr(payload, "\"limit\":"));
		assert_true((i == LOOK_GONE) == (strstr(path, "subs=") != NULL));
		assert_true((i == LOOK_GONE) == (strstr(path, "&cid=5") != NULL));
		assert_true((i == LOOK_GONE) == (strstr(payload, "\"cid\":5,") != NULL));
		assert_true((i == LOOK_LIST) == (strstr(path, "offset=4032&sort=cid") != NULL));
		assert_true((i == LOOK_LIST) == (strstr(payload, "\"offset\":4032") != NULL));
	}
}

/* The server's clients with these cids, as it tells them from `offset` on. */
static void say_clients(struct lab *l, size_t offset, size_t n, size_t total, size_t first_cid)
{
	struct buf b;

	buf_init(&b, 8 << 20);
	buf_addf(&b, "{\"total\":%zu,\"offset\":%zu,\"connections\":[", total, offset);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s{\"cid\":%zu,\"name\":\"c%zu\",\"authorized_user\":\"u\",\"pending_bytes\":%zu}", i ? "," : "",
		    first_cid + i, first_cid + i, i);
	buf_adds(&b, "]}");
	say_page(l, b.data);
	buf_release(&b);
}

static const struct client_list_row *list_row_of(struct lab *l)
{
	return section_client_list(lab_publish(l)->sections[SECTION_CLIENTS], 0);
}

static void all_clients_on_request(void **state)
{
	const struct client_list_row *r;
	struct lab l;
	char path[LOOK_TEXT];

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, ",\"connections\":9000");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	list_toggle(&l.nodes[0], l.now);
	assert_true(is_due(&l));
	assert_int_equal(slow_next_look(&l.nodes[0]), LOOK_LIST);
	r = list_row_of(&l);
	assert_int_equal(r->listed.quality, QUALITY_MISSING);
	say_clients(&l, 0, 4096, 9000, 10);
	r = list_row_of(&l);
	assert_int_equal(r->n_clients, 4096);
	assert_int_equal(r->listed.quality, QUALITY_PARTIAL);
	assert_non_null(strstr(r->listed.reason, "R stops it"));
	/* The next one begins a little before: who went meanwhile moved the others. Nobody comes twice. */
	assert_false(is_due(&l));
	lab_time(&l, l.now + NS_PER_S);
	assert_true(is_due(&l));
	slow_begin(&l.nodes[0]);
	slow_path(&l.nodes[0], path);
	assert_non_null(strstr(path, "limit=4096&offset=4032&"));
	say_clients(&l, 4032, 4096, 8990, 10 + 4032 + 10);
	lab_time(&l, l.now + NS_PER_S);
	say_clients(&l, 8064, 926, 8990, 10 + 8064 + 10);
	r = list_row_of(&l);
	assert_int_equal(r->listed.quality, QUALITY_OK);
	assert_int_equal(r->n_clients, 9000);
	assert_int_equal(r->total, 8990);
	for (size_t i = 0; i < r->n_clients; i++)
		assert_int_equal(r->clients[i].cid, 10 + (int64_t)i);
	assert_string_equal(r->clients[8999].name, "c9009");
	assert_string_equal(r->clients[8999].user, "u");
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	/* It is kept for ten minutes. */
	lab_time(&l, l.now + 601 * NS_PER_S);
	assert_int_equal(section_count(lab_publish(&l)->sections[SECTION_CLIENTS]), 0);
	lab_stop(&l);
}

static void a_list_can_be_stopped_and_fails_in_words(void **state)
{
	const struct client_list_row *r;
	struct lab l;

	(void)state;
	lab_start(&l, 1);
	say_slow(&l, 0, ",\"connections\":90000");
	list_toggle(&l.nodes[0], l.now);
	say_clients(&l, 0, 4096, 90000, 1);
	slow_begin(&l.nodes[0]);
	list_toggle(&l.nodes[0], l.now);
	assert_false(node_wants(&l.nodes[0], ASK_CONNZ));
	r = list_row_of(&l);
	assert_int_equal(r->n_clients, 4096);
	assert_string_equal(r->listed.reason, "stopped by R");
	/* Begun anew while a page of the one before is on its way: that one is not taken for the first. */
	list_toggle(&l.nodes[0], l.now);
	l.nodes[0].looking = LOOK_LIST;
	say(&l, 0, ASK_CONNZ, "{\"total\":90000,\"connections\":[{\"cid\":4097}]}");
	assert_int_equal(list_row_of(&l)->n_clients, 0);
	/* Too much for one reply: smaller pages. */
	slow_begin(&l.nodes[0]);
	node_failed(&l.nodes[0], ASK_CONNZ, HTTP_TOO_LARGE, "more than 8MiB", l.now);
	assert_true(is_due(&l));
	assert_int_equal(l.nodes[0].list.page, 1024);
	say_clients(&l, 0, 1024, 90000, 1);
	slow_begin(&l.nodes[0]);
	node_failed(&l.nodes[0], ASK_CONNZ, HTTP_HUNG, "API silent 10s", l.now);
	r = list_row_of(&l);
	assert_int_equal(r->n_clients, 1024);
	assert_int_equal(r->listed.quality, QUALITY_PARTIAL);
	assert_string_equal(r->listed.reason, "API silent 10s");
	/* No more than the bound. */
	list_toggle(&l.nodes[0], l.now);
	for (size_t at = 0; l.nodes[0].list.wanted; at += 4032)
		say_clients(&l, at, 4096, 90000, 1 + at);
	r = list_row_of(&l);
	assert_int_equal(r->n_clients, 20000);
	assert_string_equal(r->listed.reason, "no more than 20000 are listed");
	lab_stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_was_cut_off_is_named),
	    cmocka_unit_test(many_that_were_cut_off),
	    cmocka_unit_test(a_full_backlog_warns_early),
	    cmocka_unit_test(held_back_publishers_are_named_seldom),
	    cmocka_unit_test(a_large_server_is_not_asked_by_the_clock),
	    cmocka_unit_test(pages_are_bounded),
	    cmocka_unit_test(all_clients_on_request),
	    cmocka_unit_test(a_list_can_be_stopped_and_fails_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
