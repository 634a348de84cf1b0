/* What servers of both generations really said, and what nobody should have said. */
#include "source/nats/facts.h"

#include "base/clock.h"
#include "model/rows.h"
#include "nats_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct err err;

static void varz_of_2_9(void **state)
{
	struct fixture f = fixture_read("2.9.10_varz.json");
	struct varz *v = varz_parse("x", f.text, f.len, &err);

	(void)state;
	assert_non_null(v);
	assert_string_equal(v->server_name, "n1");
	assert_string_equal(v->version, "2.9.10");
	assert_string_equal(v->cluster, "probe");
	assert_int_equal(v->uptime, 48 * NS_PER_S);
	assert_int_equal(v->mem, 18849792);
	assert_true(v->cpu == 0);
	assert_int_equal(v->connections, 0);
	assert_int_equal(v->total_connections, 51);
	assert_int_equal(v->max_connections, 5000);
	assert_int_equal(v->remotes, 2);
	assert_int_equal(v->slow_consumers, 0);
	assert_true(v->jetstream && v->meta);
	assert_string_equal(v->meta_leader, "n2");
	assert_int_equal(v->js_storage, 22500);
	assert_int_equal(v->js_max_storage, 268435456);
	/* Not there in this version: not known, and not 0. */
	assert_int_equal(v->gomemlimit, NUM_NONE);
	assert_int_equal(v->pool_size, NUM_NONE);
	facts_free(&v->f);
	fixture_free(&f);
}

static void varz_of_2_15(void **state)
{
	struct fixture f = fixture_read("2.15.2_n-1_varz.json");
	struct varz *v = varz_parse("x", f.text, f.len, &err);

	(void)state;
	assert_non_null(v);
	assert_string_equal(v->version, "2.15.2");
	assert_int_equal(v->remotes, 2);
	assert_int_equal(v->routes, 8);
	assert_int_equal(v->pool_size, 3);
	assert_string_equal(v->meta_leader, "n-1");
	facts_free(&v->f);
	fixture_free(&f);
}

static void routes_are_grouped_by_peer(void **state)
{
	struct fixture f = fixture_read("2.15.2_n-1_routez.json");
	struct routez *r = routez_parse("x", f.text, f.len, &err);

	(void)state;
	assert_non_null(r);
	assert_int_equal(r->n_peers, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(r->peers[i].conns, 3);
		assert_int_equal(r->peers[i].pinned, 1);
		assert_non_null(r->peers[i].name);
	}
	facts_free(&r->f);
	fixture_free(&f);
	f = fixture_read("2.9.10_routez.json");
	r = routez_parse("x", f.text, f.len, &err);
	assert_int_equal(r->n_peers, 2);
	assert_int_equal(r->peers[0].conns, 1);
	assert_null(r->peers[0].name);
	facts_free(&r->f);
	fixture_free(&f);
}

static void clients(void **state)
{
	struct fixture f = fixture_read("2.9.10_connz_pending.json");
	struct connz *c = connz_parse("x", f.text, f.len, &err);

	(void)state;
	assert_int_equal(c->total, 2000);
	assert_int_equal(c->n_clients, 50);
	assert_string_equal(c->clients[0].name, "client-1988");
	assert_int_equal(c->clients[0].stop, -1);
	facts_free(&c->f);
	fixture_free(&f);
	f = fixture_read("2.9.10_connz_closed.json");
	c = connz_parse("x", f.text, f.len, &err);
	size_t slow = 0;
	for (size_t i = 0; i < c->n_clients; i++) {
		slow += c->clients[i].reason && !strncmp(c->clients[i].reason, "Slow Consumer", 13);
		assert_true(c->clients[i].stop > 0);
	}
	assert_int_equal(slow, 1);
	facts_free(&c->f);
	fixture_free(&f);
}

static void health(void **state)
{
	static const char bad[] = "{\"status\":\"unavailable\",\"status_code\":503,\"error\":\"no meta leader\"}";
	struct healthz *h = healthz_parse("x", "{\"status\":\"ok\"}", 15, &err);

	(void)state;
	assert_true(h->ok);
	assert_string_equal(h->text, "ok");
	facts_free(&h->f);
	h = healthz_parse("x", bad, strlen(bad), &err);
	assert_false(h->ok);
	assert_string_equal(h->text, "no meta leader");
	facts_free(&h->f);
}

static void jetstream_of_both(void **state)
{
	struct fixture f = fixture_read("2.9.10_jsz_full.json");
	struct jsz *j = jsz_parse("x", f.text, f.len, &err);

	(void)state;
	/* It holds 18446744073709551615, which no json_int_t does. */
	assert_non_null(strstr(f.text, "18446744073709551615"));
	assert_non_null(j);
	assert_int_equal(j->n_listed_streams, 1);
	assert_int_equal(j->n_listed_consumers, 1);
	assert_string_equal(j->streams[0].account, "APP");
	assert_string_equal(j->streams[0].name, "ORDERS");
	assert_string_equal(j->streams[0].leader, "n2");
	assert_int_equal(j->streams[0].last_seq, 500);
	assert_int_equal(j->streams[0].max_age, 0);
	assert_int_equal(j->streams[0].n, 1);
	assert_string_equal(j->consumers[0].name, "slowpoke");
	assert_string_equal(j->consumers[0].leader, "n3");
	assert_int_equal(j->consumers[0].pending, 500);
	assert_int_equal(j->consumers[0].max_ack_pending, 1000);
	assert_int_equal(j->consumers[0].push, TRI_NO);
	facts_free(&j->f);
	fixture_free(&f);
	f = fixture_read("2.15.2_n-1_jsz.json");
	j = jsz_parse("x", f.text, f.len, &err);
	assert_int_equal(j->n_listed_consumers, 2);
	assert_int_equal(j->streams[0].max_age, 3600 * NS_PER_S);
	assert_int_equal(j->consumers[1].push, TRI_YES);
	assert_int_equal(j->consumers[1].push_bound, TRI_YES);
	assert_int_equal(j->consumers[1].ack_pending, 500);
	assert_int_equal(j->consumers[0].floor_stream_seq, 30);
	facts_free(&j->f);
	fixture_free(&f);
}

static void null_lists_and_odd_types(void **state)
{
	static const char text[] = "{\"server_id\":\"A\",\"version\":\"1\",\"connections\":\"many\",\"mem\":null,"
	    "\"cpu\":1e1,\"remotes\":2.0,\"cluster\":null,\"jetstream\":{},\"in_msgs\":1e300,\"uptime\":3}";
	static const char routes[] = "{\"routes\":[null,7,{\"remote_id\":\"\"},{\"remote_id\":\"B\"}]}";
	struct varz *v = varz_parse("x", text, strlen(text), &err);
	struct routez *r = routez_parse("x", routes, strlen(routes), &err);

	(void)state;
	assert_int_equal(v->connections, NUM_NONE);
	assert_int_equal(v->mem, NUM_NONE);
	assert_true(v->cpu == 10);
	assert_int_equal(v->remotes, 2);
	assert_int_equal(v->in_msgs, INT64_MAX);
	assert_int_equal(v->uptime, -1);
	assert_false(v->jetstream);
	assert_null(v->cluster);
	assert_int_equal(r->n_peers, 1);
	facts_free(&v->f);
	facts_free(&r->f);
	r = routez_parse("x", "{\"routes\":null}", 15, &err);
	assert_int_equal(r->n_peers, 0);
	facts_free(&r->f);
}

static void says(const char *text, const char *part)
{
	struct varz *v = varz_parse("http://n1:8222/varz", text, strlen(text), &err);

	assert_null(v);
	assert_non_null(strstr(err.msg, "http://n1:8222/varz"));
	if (!strstr(err.msg, part))
		fail_msg("\"%s\" lacks \"%s\"", err.msg, part);
	for (const char *p = err.msg; *p; p++)
		assert_true((unsigned char)*p >= ' ');
}

static void nonsense_has_words(void **state)
{
	char *deep = calloc(1, 5001), *many = calloc(1, 2200002);

	(void)state;
	memset(deep, '[', 5000);
	memset(many, ',', 2200000);
	many[0] = '[';
	says("", "empty");
	says("<html>hello", "is not JSON (it begins with \"<html>hello\"");
	says("\x1b]0;owned\x07", "is not JSON");
	says("{\"server_id\": \"A\", \"ver", "cut off after 23 bytes");
	says("[1,2]", "not a JSON object");
	says("{}", "no server_id");
	says("{\"server_id\": 7, \"version\": \"1\"}", "no server_id");
	says(deep, "is not JSON");
	says(many, "more than 1000000 values");
	free(deep);
	free(many);
}

static void bounds_hold(void **state)
{
	size_t cap = 12 << 20, at;
	char *text = malloc(cap);
	struct jsz *j;

	(void)state;
	at = (size_t)snprintf(text, cap, "{\"server_id\":\"A\",\"account_details\":[{\"name\":\"%0300d\","
	    "\"stream_detail\":[{\"name\":\"S\",\"consumer_detail\":[", 1);
	for (int i = 0; i < CONSUMERS_MAX + 10; i++)
		at += (size_t)snprintf(text + at, cap - at, "%s{\"name\":\"c%d\",\"num_pending\":%d}", i ? "," : "", i, i);
	at += (size_t)snprintf(text + at, cap - at, "]}]}]}");
	j = jsz_parse("x", text, at, &err);
	assert_non_null(j);
	assert_int_equal(j->n_listed_consumers, CONSUMERS_MAX);
	assert_int_equal(j->omitted, 10);
	assert_int_equal(strlen(j->streams[0].account), JSON_TEXT_MAX);
	/* What is not reported is not known. */
	assert_int_equal(j->consumers[5].ack_pending, NUM_NONE);
	assert_int_equal(j->consumers[5].pending, 5);
	facts_free(&j->f);
	free(text);
}

static void durations(void **state)
{
	(void)state;
	assert_int_equal(nats_duration("48s"), 48 * NS_PER_S);
	assert_int_equal(nats_duration("1.5ms"), 1500 * NS_PER_US);
	assert_int_equal(nats_duration("223\xc2\xb5s"), 223 * NS_PER_US);
	assert_int_equal(nats_duration("223us"), 223 * NS_PER_US);
	assert_int_equal(nats_duration("7ns"), 7);
	assert_int_equal(nats_duration("3d4h5m6s"), (3 * 86400LL + 4 * 3600 + 5 * 60 + 6) * NS_PER_S);
	assert_int_equal(nats_duration("1y2d3h4m5s"), (367 * 86400LL + 3 * 3600 + 4 * 60 + 5) * NS_PER_S);
	assert_int_equal(nats_duration("0"), 0);
	assert_int_equal(nats_duration("0s"), 0);
	assert_int_equal(nats_duration(""), -1);
	assert_int_equal(nats_duration(NULL), -1);
	assert_int_equal(nats_duration("s"), -1);
	assert_int_equal(nats_duration("5"), -1);
	assert_int_equal(nats_duration("-5s"), -1);
	assert_int_equal(nats_duration("inf"), -1);
	assert_int_equal(nats_duration(".s"), -1);
	assert_int_equal(nats_duration("99999999999999999999y"), -1);
}

static void times(void **state)
{
	(void)state;
	assert_int_equal(nats_time("1970-01-01T00:00:01Z"), NS_PER_S);
	assert_int_equal(nats_time("2026-11-22T11:56:24.733888729Z"), 1795348584733888729LL);
	assert_int_equal(nats_time("2026-11-22T13:56:24.5+02:00"), 1795348584500000000LL);
	assert_int_equal(nats_time("0001-01-01T00:00:00Z"), -1);
	assert_int_equal(nats_time("2026-11-22"), -1);
	assert_int_equal(nats_time("2026-11-22T11:56:24"), -1);
	assert_int_equal(nats_time("9999-11-22T11:56:24Z"), -1);
	assert_int_equal(nats_time("2026-11-22T11:56:24.1234567891234Z"), 1795348584123456789LL);
	assert_int_equal(nats_time(NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(varz_of_2_9),
	    cmocka_unit_test(varz_of_2_15),
	    cmocka_unit_test(routes_are_grouped_by_peer),
	    cmocka_unit_test(clients),
	    cmocka_unit_test(health),
	    cmocka_unit_test(jetstream_of_both),
	    cmocka_unit_test(null_lists_and_odd_types),
	    cmocka_unit_test(nonsense_has_words),
	    cmocka_unit_test(bounds_hold),
	    cmocka_unit_test(durations),
	    cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
