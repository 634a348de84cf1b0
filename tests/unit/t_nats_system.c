/* The system account without a connection: keys, events, refused rights, and servers that become nodes. */
#include "nats_lab.h"
#include "source/nats/nkey.h"
#include "source/nats/rights.h"
#include "source/nats/system.h"

static void nkey_of_a_seed(void **state)
{
	/* Made for this test; what the public half must be was computed by NATS's own library. */
	static const char seed[] = "SUAMZK47HA2BMM5PEFT3KUUEWHYMA2DMTUQCSKT7P6AW5NPZNL3LHAWTKU";
	char text[256], found[NKEY_TEXT_MAX], public_key[NKEY_TEXT_MAX];
	struct err err = {""};

	(void)state;
	snprintf(text, sizeof(text), "-----BEGIN USER NKEY SEED-----\n%s\n------END\n", seed);
	assert_int_equal(nkey_read(text, found, public_key, &err), 0);
	assert_string_equal(found, seed);
	assert_string_equal(public_key, "UCRYPWT4HAF4YENXWGPOZ3VUNNGMFNXKAPQETTRSHQ2MQZFWFF7FG677");
	text[40] = text[40] == 'A' ? 'B' : 'A';
	assert_int_equal(nkey_read(text, found, public_key, &err), -1);
	assert_null(strstr(err.msg, seed + 10));
	/* An account's seed is none of a user. */
	assert_int_equal(nkey_read("SAAJW5VXXPK2VBOZJRNGWX7III4TCUXZVXAN5EZ2PSMJFNYY46KWRHIB2I", found, public_key, &err), -1);
	assert_non_null(strstr(err.msg, "SU"));
	assert_int_equal(nkey_read("", found, public_key, &err), -1);
	assert_int_equal(nkey_read("SUAM", found, public_key, &err), -1);
}

static void refused_rights_are_named(void **state)
{
	char right[SYS_SUBJECT_MAX], id[NAME_MAX_LEN];

	(void)state;
	assert_int_equal(sys_denied_parse("Permissions Violation for Publish to \"$SYS.REQ.SERVER.NABC.VARZ\"", right,
	    sizeof(right), id), 0);
	assert_string_equal(right, "publish $SYS.REQ.SERVER.*.VARZ");
	assert_string_equal(id, "NABC");
	assert_int_equal(sys_denied_parse("Permissions Violation for Publish to \"$SYS.REQ.SERVER.PING\"", right,
	    sizeof(right), id), 0);
	assert_string_equal(right, "publish $SYS.REQ.SERVER.PING");
	assert_string_equal(id, "");
	assert_int_equal(sys_denied_parse("permissions violation for subscription to \"_INBOX.abc.*\"", right,
	    sizeof(right), id), 0);
	assert_string_equal(right, "subscribe _INBOX.>");
	assert_int_equal(sys_denied_parse("Permissions Violation for Subscription to \"$SYS.ACCOUNT.*.DISCONNECT\"",
	    right, sizeof(right), id), 0);
	assert_string_equal(right, "subscribe $SYS.ACCOUNT.*.DISCONNECT");
	assert_int_equal(sys_denied_parse("Permissions Violation for Publish to \"$SYS.REQ.SERVER.\"", right,
	    sizeof(right), id), 0);
	assert_int_equal(sys_denied_parse("Authorization Violation", right, sizeof(right), id), -1);
	assert_int_equal(sys_denied_parse("permissions violation \"", right, sizeof(right), id), -1);
	assert_int_equal(sys_denied_parse("", right, sizeof(right), id), -1);
}

struct sys_lab {
	struct lab l;
	struct nats_system y;
};

/* As after a good connection: what a URL-less cluster knows then is what a round of pings tells. */
static void sys_start(struct sys_lab *t, size_t n_urls)
{
	lab_start(&t->l, n_urls);
	t->y = (struct nats_system){.up = true, .tried = true, .gathered = true};
	task_init(&t->y.ping, t->l.config, PERIOD_ROUTES, t->l.now);
	t->l.s.sys = &t->y;
	t->l.s.nodes = NULL;
	array_reserve(&t->l.s.nodes, &t->l.s.cap_nodes, 4, sizeof(*t->l.s.nodes));
	for (size_t i = 0; i < n_urls; i++)
		t->l.s.nodes[i] = &t->l.nodes[i];
}

static void sys_stop(struct sys_lab *t)
{
	/* The lab releases its own nodes only. */
	for (size_t i = 0; i < t->l.s.n_nodes; i++)
		if (!t->l.s.nodes[i]->url)
			node_free(t->l.s.nodes[i]);
	t->l.s.n_nodes = t->l.conf->n_monitor;
	free(t->l.s.nodes);
	free(t->y.servers);
	lab_stop(&t->l);
}

static void pong(struct sys_lab *t, const char *id, const char *name, const char *cluster)
{
	struct sys_server v = {.seen = t->l.now};

	snprintf(v.id, sizeof(v.id), "%s", id);
	snprintf(v.name, sizeof(v.name), "%s", name);
	snprintf(v.cluster, sizeof(v.cluster), "%s", cluster);
	for (size_t i = 0; i < t->y.n_servers; i++)
		if (!strcmp(t->y.servers[i].id, id)) {
			t->y.servers[i] = v;
			return;
		}
	array_reserve(&t->y.servers, &t->y.cap_servers, t->y.n_servers + 1, sizeof(v));
	t->y.servers[t->y.n_servers++] = v;
}

static void sys_round(struct sys_lab *t, int64_t later)
{
	lab_time(&t->l, t->l.now + later);
	t->y.ping_seen = t->l.now;
}

static void servers_of_our_cluster_become_nodes(void **state)
{
	struct sys_lab t;

	(void)state;
	sys_start(&t, 0);
	snprintf(t.y.server_id, sizeof(t.y.server_id), "A");
	sys_round(&t, NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B", "n2", "bus");
	pong(&t, "X", "far", "elsewhere");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 2);
	assert_string_equal(t.l.s.nodes[1]->name, "n2");
	assert_true(t.l.s.nodes[1]->by_system);
	assert_true(system_knows(&t.l.s, t.l.s.nodes[1]));
	/* Restarted under another id: the same node. */
	sys_round(&t, 10 * NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B2", "n2", "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 2);
	assert_string_equal(t.l.s.nodes[1]->sys_id, "B2");
	sys_stop(&t);
}

/* A server that left for good is forgotten once there are as many as there should be. */
static void who_left_is_forgotten(void **state)
{
	struct sys_lab t;
	static const char *const ids[] = {"A", "B", "C"}, *const names[] = {"n1", "n2", "n3"};

	(void)state;
	sys_start(&t, 0);
	t.l.conf->expected_nodes = 2;
	snprintf(t.y.server_id, sizeof(t.y.server_id), "A");
	sys_round(&t, NS_PER_S);
	for (int i = 0; i < 3; i++)
		pong(&t, ids[i], names[i], "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 3);
	for (int i = 0; i < 2; i++)
		t.l.s.nodes[i]->asks[ASK_VARZ].ok = true;
	sys_round(&t, 30 * NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B", "n2", "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 3);
	sys_round(&t, 40 * NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B", "n2", "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 2);
	/* Fewer than there should be: it is missed, not forgotten. */
	t.l.s.nodes[1]->asks[ASK_VARZ].ok = false;
	sys_round(&t, 9000 * NS_PER_S);
	pong(&t, "A", "n1", "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 2);
	sys_stop(&t);
}

/* A URL that never answered is not a second server beside the one that the account shows. */
static void silent_url_takes_its_server(void **state)
{
	struct sys_lab t;

	(void)state;
	sys_start(&t, 2);
	snprintf(t.y.server_id, sizeof(t.y.server_id), "A");
	say_varz(&t.l, 0, (struct said){.id = "A", .name = "n1"});
	sys_round(&t, NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B", "n2", "bus");
	system_match(&t.l.s, t.l.now);
	/* The second URL has not been tried yet. */
	assert_true(t.y.unmatched);
	assert_int_equal(t.l.s.n_nodes, 2);
	node_failed(&t.l.nodes[1], ASK_VARZ, HTTP_REFUSED, "connection refused", t.l.now);
	sys_round(&t, NS_PER_S);
	pong(&t, "A", "n1", "bus");
	pong(&t, "B", "n2", "bus");
	system_match(&t.l.s, t.l.now);
	assert_false(t.y.unmatched);
	assert_int_equal(t.l.s.n_nodes, 2);
	assert_string_equal(t.l.nodes[1].sys_id, "B");
	assert_string_equal(t.l.nodes[1].name, "n2");
	/* A third one that nobody configured. */
	pong(&t, "C", "n3", "bus");
	system_match(&t.l.s, t.l.now);
	assert_int_equal(t.l.s.n_nodes, 3);
	sys_stop(&t);
}

/* The wrapped replies of the account are the same facts. */
/* A server that froze is not called up while neither way has answered, and down when neither did. */
static void a_silent_port_is_no_sign_of_life(void **state)
{
	static const char hung[] = "HUNG: TCP 1 ms, API silent 5 s";
	struct answer no = {.fail = HTTP_HUNG, .phrase = hung, .answer_ms = -1};
	const struct broker_row *b;
	struct fixture f;
	struct sys_lab t;

	(void)state;
	sys_start(&t, 3);
	snprintf(t.y.server_id, sizeof(t.y.server_id), "A");
	say_all(&t.l);
	pong(&t, t.l.nodes[0].id, t.l.nodes[0].name, t.l.nodes[0].varz->cluster);
	snprintf(t.l.nodes[0].sys_id, sizeof(t.l.nodes[0].sys_id), "%s", t.l.nodes[0].id);
	lab_time(&t.l, t.l.now + 5 * NS_PER_S);
	no.at = t.l.now;
	nats_answer(&t.l.nodes[0], ASK_VARZ, &no);
	assert_true(t.l.nodes[0].by_system);
	b = section_broker(lab_publish(&t.l)->sections[SECTION_BROKERS], 0);
	assert_int_equal(QUALITY(&t.l, b->up), QUALITY_ERROR);
	assert_string_equal(b->state, "HUNG: TCP 1 ms, API silent 5 s; the system account is asked");
	/* It answers that way: only the port is silent. */
	f = fixture_read("2.15.2_n-1_varz.json");
	nats_answer(&t.l.nodes[0], ASK_VARZ,
	    &(struct answer){.fail = HTTP_OK, .body = f.text, .len = f.len, .at = t.l.now, .answer_ms = -1});
	fixture_free(&f);
	b = section_broker(lab_publish(&t.l)->sections[SECTION_BROKERS], 0);
	assert_true(b->up.type == VALUE_BOOL && b->up.b);
	assert_non_null(strstr(b->state, "up, as the system account says"));
	/* It does not. */
	t.l.nodes[0].by_system = false;
	nats_answer(&t.l.nodes[0], ASK_VARZ, &no);
	assert_true(t.l.nodes[0].unsure);
	lab_time(&t.l, t.l.now + 2 * NS_PER_S);
	no.at = t.l.now;
	nats_answer(&t.l.nodes[0], ASK_VARZ, &no);
	b = section_broker(lab_publish(&t.l)->sections[SECTION_BROKERS], 0);
	assert_true(b->up.type == VALUE_BOOL && !b->up.b);
	assert_non_null(strstr(b->state, "HUNG: TCP 1 ms, API silent"));
	assert_null(strstr(b->state, "asked"));
	sys_stop(&t);
}

static void replies_are_unwrapped(void **state)
{
	static const char wrapped[] = "{\"server\":{\"id\":\"A\",\"name\":\"n1\"},\"data\":{\"server_id\":\"A\","
	    "\"server_name\":\"n1\",\"version\":\"2.9.10\",\"connections\":7}}";
	static const char refused[] = "{\"server\":{\"id\":\"A\"},\"error\":{\"code\":500,\"description\":\"no\\u001bway\"}}";
	struct err err = {""};
	struct varz *v = varz_parse("n1", wrapped, sizeof(wrapped) - 1, &err);

	(void)state;
	assert_non_null(v);
	assert_int_equal(v->connections, 7);
	facts_free((struct facts *)v);
	assert_null(varz_parse("n1", refused, sizeof(refused) - 1, &err));
	assert_non_null(strstr(err.msg, "no?way"));
}

static void notice_file(struct sys_lab *t, const char *file)
{
	struct fixture f = fixture_read(file);
	char *line = f.text, *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		char *json = strchr(line, ' ');

		*end = *json = '\0';
		system_notice(&t->l.s, line, json + 1, strlen(json + 1), t->l.now);
	}
	fixture_free(&f);
}

static void events_of_a_real_server(void **state)
{
	struct sys_lab t;

	(void)state;
	sys_start(&t, 0);
	snprintf(t.y.server_id, sizeof(t.y.server_id), "NAAMDQVQADKK2UJGQQHAD2QQ7D655AJKIQWBZC6CHUUSS7TOAC3P4VVT");
	sys_round(&t, NS_PER_S);
	pong(&t, t.y.server_id, "n-2", "bus");
	system_match(&t.l.s, t.l.now);
	notice_file(&t, "2.15.2_system.txt");
	assert_true(lab_event(&t.l, "refused a login of client 127.0.0.1 (cid 25, user app, account $G): Authentication Failure"));
	assert_true(lab_event(&t.l, "is in lame duck mode"));
	assert_true(lab_event(&t.l, "is shutting down"));
	/* A client that went by itself is no event, and one that was not let in is told once. */
	assert_false(lab_event(&t.l, "Read Error"));
	assert_false(lab_event(&t.l, "cut off"));
	assert_int_equal(t.l.s.nodes[0]->auth_errors, 1);
	/* A storm is told once and then counted. */
	for (int i = 0; i < 500; i++)
		notice_file(&t, "2.15.2_system.txt");
	assert_int_equal(t.l.s.nodes[0]->auth_errors, 501);
	lab_time(&t.l, t.l.now + 31 * NS_PER_S);
	system_tell_untold(&t.l.s, t.l.now);
	assert_true(lab_event(&t.l, "and 500 more: Authentication Failure"));
	sys_stop(&t);
}

static void states_in_words(void **state)
{
	struct sys_lab t;
	const struct cluster_row *c;

	(void)state;
	sys_start(&t, 0);
	t.l.conf->sys.url = "nats://127.0.0.1:4222";
	t.y.tried = t.y.up = t.y.gathered = false;
	c = cluster_facts(lab_publish(&t.l));
	assert_int_equal(QUALITY(&t.l, c->reachable), QUALITY_MISSING);
	t.y.tried = true;
	t.y.fail = HTTP_REFUSED;
	snprintf(t.y.why, sizeof(t.y.why), "refused");
	c = cluster_facts(lab_publish(&t.l));
	assert_int_equal(QUALITY(&t.l, c->reachable), QUALITY_OK);
	assert_false(c->reachable.b);
	assert_int_equal(QUALITY(&t.l, c->system_account), QUALITY_ERROR);
	assert_int_equal(QUALITY(&t.l, t.l.snap->clusters[0].sections[SECTION_BROKERS]->listing), QUALITY_ERROR);
	/* A refused login is no dead cluster. */
	t.y.fail = HTTP_PROTOCOL;
	c = cluster_facts(lab_publish(&t.l));
	assert_int_equal(QUALITY(&t.l, c->reachable), QUALITY_ERROR);
	t.y.up = t.y.gathered = true;
	snprintf(t.y.denied[t.y.n_denied++], SYS_SUBJECT_MAX, "publish $SYS.REQ.SERVER.*.JSZ");
	c = cluster_facts(lab_publish(&t.l));
	assert_non_null(strstr(c->trouble, "publish $SYS.REQ.SERVER.*.JSZ"));
	sys_stop(&t);
}

/* Every subject that is used is in the list that the operator is told to grant, and nothing else. */
static void rights_are_those_that_are_used(void **state)
{
	size_t n = 0, used = 0;

	(void)state;
	for (; nats_system_rights[n]; n++)
		;
	for (int a = 0; a < ASK_COUNT; a++) {
		char right[80];
		bool found = false;

		snprintf(right, sizeof(right), "publish $SYS.REQ.SERVER.*.%s", sys_ask_name[a]);
		for (size_t i = 0; i < n; i++)
			found |= !strcmp(nats_system_rights[i], right);
		assert_true(found);
		used++;
	}
	for (size_t i = 0; syslink_notices[i]; i++) {
		char right[80];
		bool found = false;

		snprintf(right, sizeof(right), "subscribe %s", syslink_notices[i]);
		for (size_t k = 0; k < n; k++)
			found |= !strcmp(nats_system_rights[k], right);
		assert_true(found);
		used++;
	}
	assert_int_equal(used + 2, n); /* the ping, and the inbox */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nkey_of_a_seed),
	    cmocka_unit_test(refused_rights_are_named),
	    cmocka_unit_test(servers_of_our_cluster_become_nodes),
	    cmocka_unit_test(who_left_is_forgotten),
	    cmocka_unit_test(silent_url_takes_its_server),
	    cmocka_unit_test(a_silent_port_is_no_sign_of_life),
	    cmocka_unit_test(replies_are_unwrapped),
	    cmocka_unit_test(events_of_a_real_server),
	    cmocka_unit_test(states_in_words),
	    cmocka_unit_test(rights_are_those_that_are_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
