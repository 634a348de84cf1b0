/* What a mosquitto has told, and for how long it holds: with made-up times, no broker. */
#include "base/clock.h"
#include "source/mqtt/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

/* A mosquitto in a few lines: publishes what changed, uptime always and first. */
struct made {
	struct facts f;
	int64_t now, uptime;
	int64_t sent, dropped, connected;
	int64_t told_sent, told_dropped, told_connected; /* -1: never */
	int64_t deliveries;				 /* to us: they count as sent */
};

static void say(struct made *m, const char *topic, int64_t v, const char *unit, bool retained)
{
	char full[100], text[32];

	snprintf(full, sizeof(full), "$SYS/broker/%s", topic);
	snprintf(text, sizeof(text), "%lld%s", (long long)v, unit);
	facts_message(&m->f, full, strlen(full), text, strlen(text), retained, m->now);
	if (!retained)
		m->sent++;
	m->deliveries++;
}

static void tick(struct made *m, int64_t seconds)
{
	m->now += seconds * S;
	m->uptime += seconds;
	say(m, "uptime", m->uptime, " seconds", false);
	if (m->connected != m->told_connected)
		say(m, "clients/connected", m->told_connected = m->connected, "", false);
	if (m->dropped != m->told_dropped)
		say(m, "publish/messages/dropped", m->told_dropped = m->dropped, "", false);
	if (m->sent != m->told_sent)
		say(m, "publish/messages/sent", m->told_sent = m->sent, "", false);
	assert_true(facts_tick(&m->f, m->now + S));
}

/* What a newcomer gets: all that is retained, or, a minute later, only what changes always. */
static void subscribe(struct made *m, bool everything)
{
	static const char version[] = "mosquitto version 2.0.11";
	int64_t before = m->sent;

	facts_subscribed(&m->f, m->now);
	facts_message(&m->f, "$SYS/broker/version", 19, version, sizeof(version) - 1, true, m->now);
	say(m, "uptime", m->uptime, " seconds", true);
	if (everything) {
		say(m, "clients/connected", m->connected, "", true);
		say(m, "publish/messages/dropped", m->dropped, "", true);
		say(m, "publish/messages/sent", before, "", true);
	}
	m->told_connected = m->connected;
	m->told_dropped = m->dropped;
	m->told_sent = before;
	m->sent = before + (everything ? 5 : 2);
	assert_true(facts_tick(&m->f, m->now + S));
}

static void made_init(struct made *m)
{
	*m = (struct made){.now = 1000 * S, .uptime = 500, .sent = 10000, .connected = 3};
	facts_init(&m->f);
}

static void says_nothing_before_anything_came(void **state)
{
	struct made m;
	struct value v;

	(void)state;
	made_init(&m);
	v = facts_value(&m.f, SYS_CONNECTED, m.now);
	assert_int_equal(v.quality, QUALITY_MISSING);
	facts_subscribed(&m.f, m.now);
	v = facts_value(&m.f, SYS_CONNECTED, m.now + 30 * S);
	assert_int_equal(v.type, VALUE_NONE);
	assert_non_null(strstr(v.reason, "topic read $SYS/#"));
	facts_release(&m.f);
}

static void values_are_as_fresh_as_the_uptime(void **state)
{
	struct made m;
	struct value v;

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	tick(&m, 10);
	for (int i = 0; i < 30; i++)
		tick(&m, 10);
	v = facts_value(&m.f, SYS_CONNECTED, m.now);
	assert_int_equal(v.i, 3);
	assert_int_equal(value_quality(&v, m.now), QUALITY_OK);
	assert_int_equal(v.period, 10 * S);
	assert_int_equal(value_quality(&v, m.now + 31 * S), QUALITY_STALE);
	facts_release(&m.f);
}

/* Not seen is not zero; but silence through watched ticks is a growth of zero. */
static void an_expired_counter_is_unknown_and_unmoved(void **state)
{
	struct made m;
	struct value v;
	struct drops d;
	char text[64];

	(void)state;
	made_init(&m);
	subscribe(&m, false);
	for (int i = 0; i < 31; i++)
		tick(&m, 10);
	v = facts_value(&m.f, SYS_DROPPED, m.now);
	assert_int_equal(v.quality, QUALITY_MISSING);
	assert_non_null(strstr(v.reason, "next change"));
	d = facts_drops(&m.f, m.now, text, sizeof(text));
	assert_int_equal(value_quality(&d.drops, m.now), QUALITY_OK);
	assert_int_equal(d.drops.i, 0);
	assert_int_equal(d.tries.i, 0); /* all that was sent was sent to us */
	m.dropped = 700;
	tick(&m, 10);
	v = facts_value(&m.f, SYS_DROPPED, m.now);
	assert_int_equal(v.i, 700);
	/* How many of the 700 are new nobody knows: the window starts again. */
	d = facts_drops(&m.f, m.now, text, sizeof(text));
	assert_int_equal(d.drops.type, VALUE_NONE);
	facts_release(&m.f);
}

static void drops_are_reckoned_without_our_own_share(void **state)
{
	struct made m;
	struct drops d;
	char text[64];
	double before;

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	before = facts_drops(&m.f, m.now, text, sizeof(text)).tries_total.d;
	for (int i = 0; i < 31; i++) {
		m.sent += 90;
		m.dropped += 10;
		tick(&m, 10);
	}
	d = facts_drops(&m.f, m.now, text, sizeof(text));
	assert_int_equal(value_quality(&d.percent, m.now), QUALITY_OK);
	assert_int_equal(d.drops.i, 300);
	assert_int_equal(d.tries.i, 3000);
	assert_true(d.tries_total.d - before == 3100); /* 31 ticks; the window is one less */
	assert_true(fabs(d.percent.d - 10) < 1e-9);
	facts_release(&m.f);
}

static void a_short_watch_is_partial(void **state)
{
	struct made m;
	struct drops d;
	char text[64];

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	tick(&m, 10);
	tick(&m, 10);
	d = facts_drops(&m.f, m.now, text, sizeof(text));
	assert_int_equal(d.percent.quality, QUALITY_PARTIAL);
	assert_non_null(strstr(d.percent.reason, "of 5m"));
	facts_release(&m.f);
}

static void an_uptime_that_fell_is_a_restart(void **state)
{
	struct made m;
	struct value v;
	struct drops d;
	char text[64];

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	for (int i = 0; i < 31; i++)
		tick(&m, 10);
	assert_false(m.f.restarted);
	facts_disconnected(&m.f, m.now);
	m.now += 20 * S;
	m.uptime = 12;
	m.sent = m.dropped = 0;
	m.connected = 1;
	subscribe(&m, true);
	assert_true(m.f.restarted);
	assert_int_equal(m.f.uptime_lost, 810);
	v = facts_value(&m.f, SYS_CONNECTED, m.now);
	assert_int_equal(v.i, 1);
	d = facts_drops(&m.f, m.now, text, sizeof(text));
	assert_int_equal(d.percent.type, VALUE_NONE);
	facts_release(&m.f);
}

/* Away for longer than it had been up: the uptime did not fall, and yet it is another life. */
static void a_restart_while_we_were_away_is_seen(void **state)
{
	struct made m;

	(void)state;
	made_init(&m);
	m.uptime = 20;
	subscribe(&m, true);
	tick(&m, 10);
	facts_disconnected(&m.f, m.now);
	m.now += 600 * S;
	m.uptime = 300;
	subscribe(&m, true);
	assert_true(m.f.restarted);
	facts_release(&m.f);
}

static void a_long_absence_forgets_what_may_have_changed(void **state)
{
	struct made m;
	struct value v;

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	tick(&m, 10);
	facts_disconnected(&m.f, m.now);
	m.now += 30 * S;
	m.uptime += 30;
	subscribe(&m, false);
	v = facts_value(&m.f, SYS_CONNECTED, m.now);
	assert_int_equal(v.i, 3); /* half a minute: a change would still be retained */
	facts_disconnected(&m.f, m.now);
	m.now += 120 * S;
	m.uptime += 120;
	subscribe(&m, false);
	assert_false(m.f.restarted);
	v = facts_value(&m.f, SYS_CONNECTED, m.now);
	assert_int_equal(v.type, VALUE_NONE);
	facts_release(&m.f);
}

static void rates_need_two_ticks(void **state)
{
	struct made m;
	struct value v;

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	v = facts_rate(&m.f, COUNTER_DROPPED, m.now);
	assert_int_equal(v.quality, QUALITY_MISSING);
	m.dropped += 50;
	tick(&m, 10);
	v = facts_rate(&m.f, COUNTER_DROPPED, m.now);
	assert_true(fabs(v.d - 5) < 1e-9);
	facts_release(&m.f);
}

static void log_says(struct made *m, const char *text)
{
	struct line line = line_parse(text, strlen(text));

	facts_line(&m->f, &line);
}

static void timeouts_are_a_share_of_all_closes(void **state)
{
	struct made m;
	struct timeouts t;
	char text[64];

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	t = facts_timeouts(&m.f, m.now, text, sizeof(text));
	assert_int_equal(t.percent.type, VALUE_NONE);
	for (int i = 0; i < 91; i++) {
		log_says(&m, "1: New client connected from 10.0.0.1:5 as c (p2, c1, k60).");
		log_says(&m, i % 10 == 5 ? "1: Client c has exceeded timeout, disconnecting."
					 : "1: Client c disconnected.");
		/* Neither health checks nor other mqdutys dilute them. */
		log_says(&m, "1: Client <unknown> closed its connection.");
		log_says(&m, "1: Client <unknown> has exceeded timeout, disconnecting.");
		log_says(&m, "1: Client mqduty-host-1-1-abc closed its connection.");
		m.sent += 5;
		tick(&m, 10);
	}
	t = facts_timeouts(&m.f, m.now, text, sizeof(text));
	assert_int_equal(value_quality(&t.percent, m.now), QUALITY_OK);
	assert_int_equal(t.timeouts.i, 9);
	assert_int_equal(t.closes_total.i, 91);
	assert_true(fabs(t.percent.d - 10) < 0.2);
	m.f.lines = LINES_ABSENT;
	t = facts_timeouts(&m.f, m.now, text, sizeof(text));
	assert_non_null(strstr(t.percent.reason, "log_dest topic"));
	facts_release(&m.f);
}

/* What mosquitto tells is a mean that fades; how many came is reckoned from it. */
static void connections_are_counted_from_their_mean(void **state)
{
	static const int came[] = {40, 0, 0, 7, 300, 0, 12, 0, 0, 1};
	struct made m;
	double load = 0, sum = 0, told;
	char text[32];
	int n;

	(void)state;
	made_init(&m);
	subscribe(&m, true);
	assert_int_equal(facts_connects(&m.f, m.now).type, VALUE_NONE);
	for (size_t i = 0; i < sizeof(came) / sizeof(came[0]); i++) {
		load = came[i] * 6 + exp(-10.0 / 60) * (load - came[i] * 6);
		sum += came[i];
		n = snprintf(text, sizeof(text), "%.2f", load);
		facts_message(&m.f, "$SYS/broker/load/connections/1min", 33, text, (size_t)n, false, m.now + 10 * S);
		tick(&m, 10);
		told = facts_connects(&m.f, m.now).d;
		/* Of those that came before the first look some may have faded already. */
		assert_true(told <= sum + 1 && told >= sum - 0.1 * came[0]);
	}
	facts_release(&m.f);
}

static void another_brokers_sys_is_told_apart(void **state)
{
	static const char topic[] = "$SYS/brokers/emqx@1/stats/connections.count";
	struct made m;

	(void)state;
	made_init(&m);
	facts_subscribed(&m.f, m.now);
	facts_message(&m.f, topic, sizeof(topic) - 1, "7", 1, false, m.now);
	assert_non_null(strstr(facts_silence(&m.f, m.now + 5 * S), "not mosquitto's"));
	facts_release(&m.f);
}

/* A sys_interval of more than the 60 s for which 2.0.15 keeps its values: only the version is there. */
static void a_long_sys_interval_is_no_other_broker(void **state)
{
	static const char topic[] = "$SYS/broker/version", text[] = "mosquitto version 2.0.11";
	struct made m;

	(void)state;
	made_init(&m);
	facts_subscribed(&m.f, m.now);
	facts_message(&m.f, topic, sizeof(topic) - 1, text, sizeof(text) - 1, true, m.now);
	assert_non_null(strstr(facts_silence(&m.f, m.now + 50 * S), "next sys_interval"));
	facts_release(&m.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_nothing_before_anything_came),
	    cmocka_unit_test(values_are_as_fresh_as_the_uptime),
	    cmocka_unit_test(an_expired_counter_is_unknown_and_unmoved),
	    cmocka_unit_test(drops_are_reckoned_without_our_own_share),
	    cmocka_unit_test(a_short_watch_is_partial),
	    cmocka_unit_test(an_uptime_that_fell_is_a_restart),
	    cmocka_unit_test(a_restart_while_we_were_away_is_seen),
	    cmocka_unit_test(a_long_absence_forgets_what_may_have_changed),
	    cmocka_unit_test(rates_need_two_ticks),
	    cmocka_unit_test(timeouts_are_a_share_of_all_closes),
	    cmocka_unit_test(connections_are_counted_from_their_mean),
	    cmocka_unit_test(another_brokers_sys_is_told_apart),
	    cmocka_unit_test(a_long_sys_interval_is_no_other_broker),
	};

	return cmocka_run_group_tests_name("mqtt_facts", tests, NULL, NULL);
}
