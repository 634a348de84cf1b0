#include "source/mqtt/broker_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "source/mqtt/refused.h"

#include <stdio.h>
#include <string.h>

/* An old broker, or one that only ends what it does not understand: the other version next. */
static bool try_other_version(struct mqtt_broker *b, const struct event *e)
{
	bool told = e->code > 0;

	if (b->mqtt_version != 5 || (told ? !refused_version(e->code) : b->facts.lost_at != 0))
		return false;
	b->mqtt_version = 4;
	return true;
}

/* The connection ended without a word of MQTT. */
static void no_word(struct mqtt_broker *b, const struct event *e)
{
	char said[160], words[320];

	if (mqtt_by_command(b)) {
		mqtt_command_words(b, said, sizeof(said));
		snprintf(words, sizeof(words),
		    _("the via command ended without an answer from %.60s%s%s"), b->dial_address,
		    said[0] ? ": " : "", said);
		mqtt_fail(b, TROUBLE_DOWN, words, e->at);
		return;
	}
	if (b->secure) {
		snprintf(words, sizeof(words),
		    _("TLS: closed by %.80s right after the TLS handshake: does it ask for a client "
		      "certificate (tls: cert)?"),
		    b->address);
		mqtt_fail(b, TROUBLE_DENIED, words, e->at);
		return;
	}
	mqtt_fail(b, TROUBLE_DENIED,
	    _("protocol: the port takes TCP connections, but ends them instead of "
	    "answering as an MQTT broker does (max_connections reached, TLS or "
	    "another service there)"),
	    e->at);
}

static void connect_failed(struct mqtt_broker *b, const struct event *e)
{
	const char *words = e->code > 0 ? refused_words(e->code) : NULL;
	struct err tls = b->relay.err;

	if (!words && b->secure && tls.msg[0]) {
		mqtt_heard(b, e->at);
		mqtt_fail(b, TROUBLE_DENIED, tls.msg, e->at);
		return;
	}
	if (try_other_version(b, e)) {
		mqtt_lost(b, e->at);
		return;
	}
	if (words) {
		mqtt_heard(b, e->at);
		mqtt_fail(b, TROUBLE_DENIED, words, e->at);
		return;
	}
	b->mqtt_version = 5; /* it may have been a broker on its way down */
	no_word(b, e);
}

/* Only mosquitto tells of itself in $SYS; others may not even let us look. */
static bool wants_sys(const struct mqtt_broker *b)
{
	return !mqtt_broker_flavor(b);
}

static void live(struct mqtt_broker *b)
{
	b->phase = PHASE_LIVE;
	b->retry.backoff = 0;
	b->told = TROUBLE_NONE;
}

static void subscribed(struct mqtt_broker *b, const struct event *e)
{
	mqtt_heard(b, e->at);
	if (e->code & 0x80 && b->fetch.n && !b->flavor_said) {
		live(b);
		return;
	}
	if (e->code & 0x80) {
		mqtt_fail(b, TROUBLE_DENIED,
		    _("auth: the broker refuses the subscription to $SYS/#: "
		    "add `topic read $SYS/#` for this user to its acl_file"),
		    e->at);
		return;
	}
	live(b);
	facts_subscribed(&b->facts, e->at);
	b->check_wanted = !mqtt_by_command(b); /* not worth another ssh */
}

/* paho's receiving thread may be in a poll of 1 s that does not know of a new connection yet: that
 * long a first answer may lie here, and says nothing of the broker. */
#define PAHO_NAP (900 * NS_PER_MS)

static void pong(struct mqtt_broker *b, const struct event *e)
{
	int64_t took = e->at - b->ping_sent;

	mqtt_heard(b, e->at);
	if (!b->ping_sent || e->token != b->ping_token)
		return;
	b->ping_sent = 0;
	if (!b->measured && took >= PAHO_NAP) {
		b->measured = true;
		b->ping.next = e->at; /* again, at once */
		return;
	}
	b->measured = true;
	b->pings++;
	if (took <= mqtt_timeout(b))
		probe_stats_add(&b->probes, e->at, (double)took / NS_PER_MS);
	task_done(&b->ping, e->at);
	if (b->phase != PHASE_PROBING)
		return;
	if (b->ctx->one_shot && b->pings < PROBE_BURST) {
		b->ping.next = e->at;
		return;
	}
	if (!wants_sys(b)) {
		live(b);
		return;
	}
	b->phase = PHASE_SUBSCRIBING;
	b->deadline = e->at + mqtt_timeout(b);
	if (link_subscribe(b->link) != 0)
		mqtt_lost(b, e->at);
}

/* The log says it once per client and burst; an event a minute is enough. */
static void tell_thinned(struct mqtt_broker *b, int64_t *told, const char *text, int64_t now)
{
	if (*told && now - *told < 60 * NS_PER_S)
		return;
	*told = now;
	mqtt_tell(b, text);
}

static void log_line(struct mqtt_broker *b, const struct event *e)
{
	struct line line = line_parse(e->payload, e->len);
	char text[160], who[64];

	facts_line(&b->facts, &line);
	if (line.kind == LINE_DENIED) {
		tell_thinned(
		    b, &b->told_denied, _("refuses connections: max_connections exceeded"), e->at);
	} else if (line.kind == LINE_DROPPING && line.client) {
		text_sanitise(who, sizeof(who), line.client, line.client_len);
		snprintf(text, sizeof(text), _("drops messages: the queue of client %s is full"), who);
		tell_thinned(b, &b->told_dropping, text, e->at);
	}
}

static void message(struct mqtt_broker *b, const struct event *e)
{
	static const char log_topic[] = "$SYS/broker/log/";
	char text[160], before[FMT_MAX], after[FMT_MAX];

	mqtt_heard(b, e->at);
	if (e->topic_len > sizeof(log_topic) - 1 &&
	    memcmp(e->topic, log_topic, sizeof(log_topic) - 1) == 0) {
		log_line(b, e);
		return;
	}
	if (!b->flavor && !b->flavor_said)
		b->flavor = flavor_of_topic(e->topic, e->topic_len);
	facts_message(&b->facts, e->topic, e->topic_len, e->payload, e->len, e->retained, e->at);
	if (!b->facts.restarted)
		return;
	b->facts.restarted = false;
	fmt_duration(before, sizeof(before), b->facts.uptime_lost * NS_PER_S);
	fmt_duration(after, sizeof(after), b->facts.uptime * NS_PER_S);
	snprintf(text, sizeof(text), _("restarted: it had been up for %s, now for %s"), before, after);
	mqtt_tell(b, text);
}

static void checker_event(struct mqtt_broker *b, const struct event *e)
{
	if (e->kind != EVENT_CONNECTED && e->kind != EVENT_CONNECT_FAILED)
		return;
	link_close(b->checker);
	relay_stop(&b->checker_relay);
	b->checker = NULL;
	b->checker_id = 0;
	if (e->kind == EVENT_CONNECT_FAILED) { /* it proves nothing: again after the next tick */
		b->check_deadline = 0;
		b->check_wanted = !b->ctx->one_shot;
	}
}

static void ended(struct mqtt_broker *b, const struct event *e)
{
	const char *why = ended_words(e->code);
	char text[160];

	if (why) {
		snprintf(text, sizeof(text), _("connection ended by the broker: %s"), why);
		mqtt_tell(b, text);
	}
	mqtt_lost(b, e->at);
}

bool mqtt_broker_event(struct mqtt_broker *b, const struct event *e)
{
	if (b->checker && e->link == b->checker_id) {
		checker_event(b, e);
		return true;
	}
	if (!b->link || e->link != b->link_id)
		return false;
	switch (e->kind) {
	case EVENT_CONNECTED:
		mqtt_heard(b, e->at);
		b->phase = PHASE_PROBING;
		b->measured = false;
		b->deadline = e->at + mqtt_timeout(b);
		b->ping.next = e->at;
		break;
	case EVENT_CONNECT_FAILED:
		connect_failed(b, e);
		break;
	case EVENT_LOST:
		ended(b, e);
		break;
	case EVENT_SUBSCRIBED:
		subscribed(b, e);
		break;
	case EVENT_PONG:
		pong(b, e);
		break;
	case EVENT_MESSAGE:
		message(b, e);
		break;
	}
	return true;
}

/* Values that were lost do not come again by themselves: subscribing anew brings what is retained.
 */
void mqtt_broker_gap(struct mqtt_broker *b, uint64_t lost)
{
	facts_gap(&b->facts, lost);
	if (b->phase == PHASE_LIVE && b->facts.subscribed_at)
		link_subscribe(b->link);
}

void mqtt_broker_hurry(struct mqtt_broker *b, int64_t now)
{
	if (b->phase == PHASE_IDLE)
		b->retry.next = now;
	if (b->phase == PHASE_LIVE && !b->ping_sent)
		b->ping.next = now;
	if (!b->fetch.in_flight)
		b->fetch.task.next = now;
}
