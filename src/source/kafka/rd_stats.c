#include "source/kafka/rd_int.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Statistics and errors of librdkafka, turned into what is known of each broker. */

static struct rd_seen *seen(struct rd *r, const char *address)
{
	struct rd_seen *s;

	for (size_t i = 0; i < r->n_seen; i++)
		if (!strcmp(r->seen[i].address, address))
			return &r->seen[i];
	if (r->n_seen == RD_MOST_BROKERS)
		return NULL;
	s = &r->seen[r->n_seen++];
	snprintf(s->address, sizeof(s->address), "%s", address);
	s->is.rtt_ms = -1;
	return s;
}

static double number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static void note_silence(struct rd_seen *s, int64_t received, bool owes, int64_t now)
{
	if (!owes || received != s->received)
		s->is.silent_since = 0;
	if (owes && !s->is.silent_since)
		s->is.silent_since = now;
	s->received = received;
}

static void note_broker(struct rd *r, const json_t *b, int64_t now, int64_t *sent)
{
	const char *address = json_string_value(json_object_get(b, "nodename"));
	const char *state = json_string_value(json_object_get(b, "state"));
	const json_t *rtt = json_object_get(b, "rtt"), *throttle = json_object_get(b, "throttle");
	const json_t *source = json_object_get(b, "source");
	struct rd_seen *s;

	*sent += (int64_t)number(b, "tx");
	/* A group's coordinator is listed a second time, as a role. */
	if (!address || !address[0] || !state ||
	    (json_is_string(source) && !strcmp(json_string_value(source), "logical")))
		return;
	s = seen(r, address);
	/* A bootstrap address may be a broker's own: the one that is up counts. */
	if (!s || (s->is.since == now && s->is.up))
		return;
	s->is.known = true;
	s->is.since = now;
	s->is.up = !strcmp(state, "UP") || !strcmp(state, "UPDATE");
	if (s->is.up)
		s->is.trouble[0] = r->trouble[0] = '\0';
	note_silence(s, (int64_t)number(b, "rx"), number(b, "waitresp_cnt") > 0, now);
	s->is.rtt_ms = number(rtt, "cnt") > 0 ? number(rtt, "avg") / 1000 : -1;
	s->is.throttle_ms = number(throttle, "cnt") > 0 ? (int32_t)number(throttle, "avg") : 0;
}

int rd_on_stats(rd_kafka_t *rk, char *json, size_t len, void *opaque)
{
	struct rd *r = opaque;
	json_t *all = json_loadb(json, len, 0, NULL), *b;
	const char *name;
	int64_t sent = 0, now = clock_boot();

	(void)rk;
	pthread_mutex_lock(&r->lock);
	json_object_foreach(json_object_get(all, "brokers"), name, b)
		note_broker(r, b, now, &sent);
	r->sent = sent;
	pthread_mutex_unlock(&r->lock);
	json_decref(all);
	return 0;
}

/* Our word for what kind of failure it is. */
static const char *kind(int error)
{
	switch (error) {
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
		return "auth: ";
	case RD_KAFKA_RESP_ERR__SSL:
		return "TLS: ";
	case RD_KAFKA_RESP_ERR__RESOLVE:
		return "dns: ";
	default:
		return "";
	}
}

/* "sasl_plaintext://host:port/bootstrap: why": the broker that a reason begins with. */
static bool named_broker(const char *reason, char *out, size_t size)
{
	const char *scheme = strstr(reason, "://"), *slash = strchr(reason, '/'), *end;

	if (scheme && slash == scheme + 1)
		reason = scheme + 3;
	end = strchr(reason, '/');
	if (!end || end == reason || (size_t)(end - reason) >= size || memchr(reason, ' ', (size_t)(end - reason)) ||
	    !memchr(reason, ':', (size_t)(end - reason)))
		return false;
	memcpy(out, reason, (size_t)(end - reason));
	out[end - reason] = '\0';
	return true;
}

static void set_trouble(struct rd_seen *s, int error, const char *reason)
{
	const char *slash = strchr(reason, '/'), *why = slash ? strstr(slash, ": ") : NULL;

	if (strstr(reason, "Connection refused"))
		snprintf(s->is.trouble, sizeof(s->is.trouble), "refused");
	else
		snprintf(s->is.trouble, sizeof(s->is.trouble), "%s%s", kind(error), why ? why + 2 : reason);
}

void rd_on_error(rd_kafka_t *rk, int error, const char *reason, void *opaque)
{
	struct rd *r = opaque;
	char shown[220], address[sizeof(r->seen[0].address)];

	(void)rk;
	if (!reason || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		return;
	text_sanitise(shown, sizeof(shown), reason, strlen(reason));
	pthread_mutex_lock(&r->lock);
	/* The reason begins with the broker's name; where it names none, it is everybody's. */
	if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION)
		snprintf(r->trouble, sizeof(r->trouble), "%s%s", kind(error), shown);
	/* It is told once, which may be before the first statistics. */
	if (named_broker(shown, address, sizeof(address)))
		seen(r, address);
	for (size_t i = 0; i < r->n_seen; i++) {
		struct rd_seen *s = &r->seen[i];

		if (strstr(shown, s->address))
			set_trouble(s, error, shown);
	}
	pthread_mutex_unlock(&r->lock);
}
