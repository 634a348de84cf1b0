/* Brokers of other makes: what their replies mean, and growth in the course of time. */
#include "base/clock.h"
#include "source/mqtt/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

static int read_file(struct reading *r, const char *name, struct err *err)
{
	const char *top = getenv("top_srcdir");
	static char body[1 << 16];
	char path[400];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fixtures/mqtt/%s", top ? top : ".", name);
	f = fopen(path, "r");
	assert_non_null(f);
	len = fread(body, 1, sizeof(body), f);
	fclose(f);
	return reading_take(r, name, body, len, err);
}

static void is(const struct reading *r, enum stat stat, double v)
{
	if (!r->seen[stat] || fabs(r->v[stat] - v) > 1e-9)
		print_error("stat %d is %s%g\n", stat, r->seen[stat] ? "" : "unseen, ", r->v[stat]);
	assert_true(r->seen[stat]);
	assert_true(fabs(r->v[stat] - v) <= 1e-9);
}

static void read_well(struct reading *r, const char *name)
{
	struct err err = {{0}};

	if (read_file(r, name, &err) < 0)
		fail_msg("%s: %s", name, err.msg);
}

static void no_broker_is_that_old(void **state)
{
	static const char *const bodies[] = {"[{\"node\": \"emqx@h\", \"node_status\": \"running\", \"uptime\": 1e300}]",
	    "system_wallclock 1e300\nclient_keepalive_expired 0\n"};
	const double century = 100.0 * 366 * 24 * 3600;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct reading r = {0};
		struct err err = {{0}};

		assert_int_equal(reading_take(&r, "it", bodies[i], strlen(bodies[i]), &err), 0);
		is(&r, STAT_UPTIME, century);
	}
}

static void each_make_is_known_by_its_metrics(void **state)
{
	static const struct {
		const char *file, *make;
	} all[] = {{"emqx.prom", "emqx"}, {"hivemq.prom", "hivemq"}, {"vernemq.prom", "vernemq"},
	    {"nanomq.prom", "nanomq"}, {"rabbitmq.prom", "rabbitmq"}, {"rabbitmq-3.13.prom", "rabbitmq"},
	    {"nats-varz.json", "nats"}, {"emqx-stats.json", "emqx"}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct reading r = {0};

		read_well(&r, all[i].file);
		assert_non_null(r.flavor);
		assert_string_equal(r.flavor->name, all[i].make);
		assert_true(r.seen[STAT_CONNECTED] || r.seen[STAT_SENT]);
	}
}

static void emqx_rest_is_summed_over_its_nodes(void **state)
{
	struct reading r = {.flavor = flavor_find("emqx")};

	(void)state;
	read_well(&r, "emqx-stats.json");
	read_well(&r, "emqx-metrics.json");
	read_well(&r, "emqx-nodes.json");
	read_well(&r, "emqx-listeners.json");
	is(&r, STAT_CONNECTED, 50);
	is(&r, STAT_SUBSCRIPTIONS, 150);
	is(&r, STAT_RECEIVED, 1010);
	is(&r, STAT_DROPPED, 50); /* 60 less no_local and filter; never messages.dropped */
	is(&r, STAT_MAX, 2000);
	is(&r, STAT_UPTIME, 3600);
	assert_false(r.no_limit); /* that listener is switched off */
	assert_false(r.seen[STAT_TIMEOUTS]);
	assert_string_equal(r.version, "5.8.9");
}

static void one_node_of_emqx_is_told_apart(void **state)
{
	struct reading r = {.flavor = flavor_find("emqx"), .node = "10.0.0.5"};
	struct reading none = {.flavor = flavor_find("emqx"), .node = "10.0.0.7"};

	(void)state;
	read_well(&r, "emqx-stats.json");
	read_well(&r, "emqx-metrics.json");
	read_well(&r, "emqx-nodes.json");
	read_well(&r, "emqx-listeners.json");
	is(&r, STAT_CONNECTED, 40);
	is(&r, STAT_MAX, 1000);
	is(&r, STAT_UPTIME, 7200);
	assert_true(r.node_seen);
	read_well(&none, "emqx-stats.json");
	assert_false(none.node_seen);
	assert_false(none.seen[STAT_CONNECTED]);
	assert_string_equal(none.other_nodes, "emqx@10.0.0.5, emqx@10.0.0.6");
}

static void labels_choose_what_is_meant(void **state)
{
	struct reading emqx = {0}, old = {0}, new = {0}, verne = {0};

	(void)state;
	read_well(&emqx, "emqx.prom");
	is(&emqx, STAT_TIMEOUTS, 5);
	is(&emqx, STAT_DROPPED, 52);
	read_well(&old, "rabbitmq.prom");
	assert_false(old.seen[STAT_RECEIVED]); /* amqp091 alone: not MQTT's */
	assert_string_equal(old.version, "3.10.8");
	read_well(&new, "rabbitmq-3.13.prom");
	is(&new, STAT_RECEIVED, 111);
	is(&new, STAT_SENT, 90);
	is(&new, STAT_DROPPED, 10);
	read_well(&verne, "vernemq.prom");
	is(&verne, STAT_CONNECTS, 30);
	is(&verne, STAT_TIMEOUTS, 3);
	is(&verne, STAT_UPTIME, 90);
}

static void nats_tells_its_uptime(void **state)
{
	struct reading r = {0};

	(void)state;
	read_well(&r, "nats-varz.json");
	assert_true(r.seen[STAT_UPTIME] && r.v[STAT_UPTIME] > 0);
	is(&r, STAT_MAX, 65536);
	assert_string_equal(r.version, "2.15.2");
}

static void foreign_replies_are_refused_in_words(void **state)
{
	static const struct {
		const char *body, *words;
	} bad[] = {{"<html>hello</html>", "exporter"}, {"node_load1 3\n", "of no MQTT broker"},
	    {"{\"a\": 1", "cut off"}, {"{\"a\": 1}", "of no MQTT broker"}, {"", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct reading r = {0};
		struct err err = {{0}};

		assert_int_equal(reading_take(&r, "the exporter", bad[i].body, strlen(bad[i].body), &err), -1);
		assert_non_null(strstr(err.msg, bad[i].words));
		assert_true(err.msg[0]);
	}
}

/* A reading of VerneMQ with these totals. */
static struct reading verne(double out, double drop, double closes, double expired, double connects, double uptime)
{
	struct reading r = {.flavor = flavor_find("vernemq")};
	const struct {
		enum stat stat;
		double v;
	} all[] = {{STAT_QUEUED, out}, {STAT_DROPPED, drop}, {STAT_CLOSES, closes}, {STAT_TIMEOUTS, expired},
	    {STAT_CONNECTS, connects}, {STAT_UPTIME, uptime}, {STAT_SENT, out}, {STAT_CONNECTED, 7}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		r.seen[all[i].stat] = true;
		r.v[all[i].stat] = all[i].v;
	}
	return r;
}

static void growth_is_judged_over_its_window(void **state)
{
	struct stats s;
	struct reading r;
	struct drops d;
	struct timeouts t;
	char text[64];

	(void)state;
	stats_init(&s, 10 * S);
	assert_int_equal(stats_value(&s, STAT_CONNECTED).quality, QUALITY_MISSING);
	/* Whether there is a limit nobody knows yet. */
	assert_int_equal(stats_memory_percent(&s).quality, QUALITY_MISSING);
	for (int i = 0; i <= 100; i++) {
		r = verne(1000 + 99 * i, 10 + i, 500 + 4 * i, 3 + i, 50 + 20 * i, 1000 + 10 * i);
		stats_take(&s, &r, (100 + 10 * i) * S);
		if (i == 0) {
			d = stats_drops(&s, text, sizeof(text));
			assert_int_equal(d.percent.quality, QUALITY_MISSING);
		}
		if (i == 6) {
			d = stats_drops(&s, text, sizeof(text));
			assert_int_equal(d.percent.quality, QUALITY_PARTIAL);
			assert_string_equal(d.percent.reason, "1m of 5m watched so far");
		}
	}
	d = stats_drops(&s, text, sizeof(text));
	assert_int_equal(d.percent.quality, QUALITY_OK);
	assert_true(fabs(d.percent.d - 1) < 1e-9);
	assert_int_equal(d.drops.i, 30);
	assert_int_equal(d.tries.i, 3000);
	t = stats_timeouts(&s, text, sizeof(text));
	assert_int_equal(t.percent.quality, QUALITY_OK);
	assert_true(fabs(t.percent.d - 25) < 1e-9);
	assert_true(fabs(stats_per_min(&s, STAT_CONNECTS).d - 120) < 1e-9);
	assert_true(fabs(stats_rate(&s, STAT_SENT).d - 9.9) < 1e-9);
	stats_release(&s);
}

static void a_restart_starts_the_windows_again(void **state)
{
	struct stats s;
	struct reading r = verne(1000, 10, 5, 1, 50, 5000);
	char text[64];

	(void)state;
	stats_init(&s, 10 * S);
	stats_take(&s, &r, 100 * S);
	assert_false(s.restarted);
	r = verne(5, 0, 0, 0, 2, 8);
	stats_take(&s, &r, 110 * S);
	assert_true(s.restarted);
	assert_true(s.uptime_lost > 4999);
	assert_int_equal(stats_drops(&s, text, sizeof(text)).percent.quality, QUALITY_MISSING);
	assert_int_equal(stats_rate(&s, STAT_SENT).quality, QUALITY_MISSING);
	stats_release(&s);
}

static void what_cannot_be_told_says_why(void **state)
{
	struct stats s;
	struct reading r = {.flavor = flavor_find("nanomq")};
	struct value v;

	(void)state;
	stats_init(&s, 10 * S);
	stats_take(&s, &r, 100 * S);
	v = stats_value(&s, STAT_TIMEOUTS);
	assert_int_equal(v.quality, QUALITY_NA);
	assert_non_null(strstr(v.reason, "NanoMQ"));
	v = stats_value(&s, STAT_MAX);
	assert_int_equal(v.quality, QUALITY_MISSING);
	assert_non_null(strstr(v.reason, "max_connections:"));
	r = (struct reading){.flavor = flavor_find("emqx"), .no_limit = true};
	stats_take(&s, &r, 110 * S);
	assert_non_null(strstr(stats_value(&s, STAT_MAX).reason, "no limit"));
	stats_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_make_is_known_by_its_metrics),
	    cmocka_unit_test(no_broker_is_that_old),
	    cmocka_unit_test(emqx_rest_is_summed_over_its_nodes),
	    cmocka_unit_test(one_node_of_emqx_is_told_apart),
	    cmocka_unit_test(labels_choose_what_is_meant),
	    cmocka_unit_test(nats_tells_its_uptime),
	    cmocka_unit_test(foreign_replies_are_refused_in_words),
	    cmocka_unit_test(growth_is_judged_over_its_window),
	    cmocka_unit_test(a_restart_starts_the_windows_again),
	    cmocka_unit_test(what_cannot_be_told_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
