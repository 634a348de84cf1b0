#include "source/mqtt/broker_int.h"

#include "base/clock.h"
#include "base/fmt.h"

#include <stdio.h>

/* The broker has had time to send what it retains. */
#define FIRST_VALUES (2 * NS_PER_S)

/* How long a one-shot check waits for the next tick where it would tell more: mosquitto's default
 * interval is 10 s, and so is the check's default deadline. */
#define NEXT_TICK (9 * NS_PER_S + 500 * NS_PER_MS)

int64_t mqtt_broker_silent(const struct mqtt_broker *b, int64_t now)
{
	int64_t since = b->heard_at ? b->heard_at : b->first_try;

	if (b->trouble == TROUBLE_HUNG)
		return now - since;
	if (b->phase == PHASE_LIVE && b->ping_sent && now - b->ping_sent > mqtt_timeout(b) &&
	    now - since > mqtt_timeout(b))
		return now - since;
	return 0;
}

/* An old mosquitto has taken back the number of its clients; our own coming has changed it, so that
 * the next tick brings it. */
static bool next_tick_tells_more(const struct mqtt_broker *b, int64_t now)
{
	const struct facts *f = &b->facts;

	return f->ticks == 1 && !f->field[SYS_CONNECTED].seen &&
	       sys_version_expires(sys_version_number(f->version)) &&
	       now - f->subscribed_at < NEXT_TICK;
}

bool mqtt_broker_settled(const struct mqtt_broker *b, int64_t now)
{
	const struct facts *f = &b->facts;

	if (b->fetch.n && !b->fetch.tried)
		return false;
	if (b->trouble != TROUBLE_NONE)
		return true;
	if (b->phase != PHASE_LIVE)
		return false;
	if (b->ctx->one_shot && (b->check_wanted || b->check_deadline) && f->lines == LINES_UNKNOWN)
		return false;
	if (b->ctx->one_shot && next_tick_tells_more(b, now))
		return false;
	return !f->subscribed_at || f->ticks > 0 || now - f->subscribed_at > FIRST_VALUES;
}

/* Short silences in seconds, as the operator counts them. */
static void hung_words(const struct mqtt_broker *b, int64_t now, char *out, size_t size)
{
	int64_t silent = mqtt_broker_silent(b, now);
	char duration[FMT_MAX], tcp[FMT_MAX] = "";

	if (silent < 300 * NS_PER_S)
		snprintf(duration, sizeof(duration), "%lld s", (long long)(silent / NS_PER_S));
	else
		fmt_duration(duration, sizeof(duration), silent);
	if (b->tcp_ms >= 0)
		snprintf(tcp, sizeof(tcp), b->tcp_ms < 0.1 ? "TCP <0.1 ms, " : "TCP %.*f ms, ", b->tcp_ms < 1 ? 1 : 0, b->tcp_ms);
	snprintf(out, size, "HUNG: %sAPI silent %s", tcp, duration);
}

void mqtt_broker_words(const struct mqtt_broker *b, int64_t now, char *out, size_t size)
{
	switch (b->trouble) {
	case TROUBLE_HUNG:
		hung_words(b, now, out, size);
		break;
	case TROUBLE_DOWN:
		snprintf(out, size, "down: %s", b->words);
		break;
	case TROUBLE_DENIED:
	case TROUBLE_HERE:
		snprintf(out, size, "%s", b->words);
		break;
	case TROUBLE_NONE:
		snprintf(out, size, "%s", b->heard_at ? "up" : "connecting");
		break;
	}
}
