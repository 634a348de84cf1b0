#include "source/kafka/wire_conn_int.h"

#include "base/clock.h"
#include "base/fmt.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_BACKOFF (NS_PER_S / 2)
#define MOST_BACKOFF (5 * NS_PER_S)
#define RESOLVE_PAUSE (20 * NS_PER_MS)

const int16_t conn_telling_keys[N_TELLING] = {3, 2, 9, 16};

static void begin_versions(struct conn *c, int64_t now);

/* What happens between the TCP handshake and the first request, in this order. TLS comes
 * before and SASL after ApiVersions. */
static void (*const handshake[])(struct conn *c, int64_t now) = {
    begin_versions,
};

enum { HANDSHAKE_STEPS = sizeof(handshake) / sizeof(handshake[0]) };

void conn_init(
    struct conn *c, void *owner, const char *address, const char *const *via, int64_t timeout)
{
	*c = (struct conn){.owner = owner, .via = via, .timeout = timeout, .fd = -1};
	snprintf(c->address, sizeof(c->address), "%s", address);
	c->dial.fd = c->dial.via.err_fd = -1;
	c->most_backoff = MOST_BACKOFF;
	buf_init(&c->in, WIRE_FRAME_MAX + CONN_READ_SIZE + 4);
	buf_init(&c->out, WIRE_REQUEST_MAX + 4096);
}

static void drop_socket(struct conn *c)
{
	if (c->state == CONN_DIALING)
		dial_stop(&c->dial);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	if (c->dial.uses_via)
		via_end(&c->dial.via);
	buf_release(&c->in);
	buf_release(&c->out);
	buf_init(&c->in, WIRE_FRAME_MAX + CONN_READ_SIZE + 4);
	buf_init(&c->out, WIRE_REQUEST_MAX + 4096);
	c->skip = 0;
}

void conn_release(struct conn *c)
{
	drop_socket(c);
	while (c->first) {
		struct call *next = c->first->next;

		free(c->first);
		c->first = next;
	}
	buf_release(&c->in);
	buf_release(&c->out);
}

void conn_close(struct conn *c, int64_t now, const char *why)
{
	conn_fall(c, now, "%s", why);
}

void conn_hurry(struct conn *c)
{
	c->retry_at = 0;
}

struct call *conn_take_call(struct conn *c)
{
	struct call *call = c->first;

	c->first = call->next;
	if (!c->first)
		c->last = NULL;
	return call;
}

static void fail_calls(struct conn *c, const char *why)
{
	struct answer a = {.error = why};

	while (c->first) {
		struct call *call = conn_take_call(c);

		if (call->done)
			call->done(c->owner, call, &a);
		free(call);
	}
}

/* The connection is over; c->trouble says why. Everything under way fails now. */
void conn_go_down(struct conn *c, int64_t now)
{
	char why[ERR_MAX];
	bool was_ready = c->state == CONN_READY;

	drop_socket(c);
	c->state = CONN_WAITING;
	c->falls = was_ready ? 1 : c->falls + 1;
	/* A connection that was well is made anew at once: what broke may have been it alone. */
	if (was_ready && c->proven) {
		c->retry_at = now;
	} else {
		c->backoff = c->backoff ? 2 * c->backoff : FIRST_BACKOFF;
		if (c->backoff > c->most_backoff)
			c->backoff = c->most_backoff;
		c->retry_at = now + c->backoff;
	}
	fail_calls(c, conn_words(c, now, why, sizeof(why)));
}

void conn_fall(struct conn *c, int64_t now, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->trouble.msg, sizeof(c->trouble.msg), fmt, ap);
	va_end(ap);
	c->hung = false;
	c->silent_since = 0;
	conn_go_down(c, now);
}

const char *conn_words(const struct conn *c, int64_t now, char *out, size_t size)
{
	char age[FMT_MAX], tcp[FMT_MAX];

	if (c->hung) {
		fmt_duration(age, sizeof(age), now - c->silent_since);
		if (c->dial.uses_via)
			snprintf(out, size, "HUNG: connected, API silent %s", age);
		else
			snprintf(out, size, "HUNG: TCP %s, API silent %s",
			    fmt_ms(tcp, sizeof(tcp), c->tcp_ms), age);
	} else if (c->state == CONN_READY) {
		snprintf(out, size, "up");
	} else if (c->trouble.msg[0]) {
		snprintf(out, size, "%s", c->trouble.msg);
	} else {
		snprintf(out, size, "connecting");
	}
	return out;
}

static void start_dial(struct conn *c, int64_t now)
{
	dial_start(&c->dial, c->address, c->via, now, now + c->timeout);
	c->state = CONN_DIALING;
}

static void start_handshake(struct conn *c, int64_t now)
{
	c->fd = c->dial.fd;
	c->tcp_ms = c->dial.connect_ms;
	c->dial.fd = -1;
	c->state = CONN_HANDSHAKE;
	c->proven = false;
	c->step = 0;
	c->metadata_version = 0;
	for (int i = 0; i < API_COUNT; i++)
		c->version[i] = -1;
	c->version[API_VERSIONS] = kafka_apis[API_VERSIONS].max;
	handshake[0](c, now);
}

static void step_dial(struct conn *c, int64_t now)
{
	char why[ERR_MAX];

	switch (dial_step(&c->dial, now)) {
	case DIAL_DONE:
		start_handshake(c, now);
		break;
	case DIAL_FAILED:
		snprintf(why, sizeof(why), "%s", c->dial.err.msg);
		conn_fall(c, now, "%s", why);
		break;
	case DIAL_IDLE:
	case DIAL_RESOLVING:
	case DIAL_CONNECTING:
		break;
	}
}

static void next_handshake_step(struct conn *c, int64_t now)
{
	if (++c->step < HANDSHAKE_STEPS) {
		handshake[c->step](c, now);
		return;
	}
	c->state = CONN_READY;
	c->falls = 0;
	c->trouble.msg[0] = '\0';
}

static int16_t newest_version(const struct api_versions *v, int16_t key)
{
	for (size_t i = 0; i < v->n_apis; i++)
		if (v->apis[i].key == key)
			return v->apis[i].max;
	return -1;
}

static void learn_versions(struct conn *c, const struct api_versions *v)
{
	for (int api = 0; api < API_COUNT; api++)
		c->version[api] = (int16_t)wire_version(api, v);
	c->metadata_version = v->metadata_version;
	for (size_t i = 0; i < N_TELLING; i++)
		c->newest[i] = newest_version(v, conn_telling_keys[i]);
}

static int send_call(struct conn *c, enum kafka_api api, const struct wire_ask *ask,
    call_done *done, int64_t tag, int64_t now)
{
	struct call *call;

	if (wire_request(&c->out, api, c->version[api], ++c->correlation, ask))
		return -1;
	call = xcalloc(1, sizeof(*call));
	*call = (struct call){.api = api,
	    .version = c->version[api],
	    .correlation = c->correlation,
	    .sent = clock_boot(),
	    .deadline = now + c->timeout,
	    .was_idle = !c->first,
	    .done = done,
	    .tag = tag};
	if (c->last)
		c->last->next = call;
	else
		c->first = call;
	c->last = call;
	if (!c->silent_since)
		c->silent_since = now;
	c->requests++;
	return 0;
}

static void begin_versions(struct conn *c, int64_t now)
{
	struct wire_ask none = {0};

	send_call(c, API_VERSIONS, &none, NULL, 0, now);
}

/* Brokers answer a version they do not know with error 35 and, from 2.4 on, with the range they do.
 */
void conn_versions_answered(struct conn *c, const struct api_versions *v, int64_t now)
{
	int16_t used = c->version[API_VERSIONS];
	int offered;

	if (v->error == KERR_UNSUPPORTED_VERSION && used > 0) {
		offered = wire_version(API_VERSIONS, v);
		c->version[API_VERSIONS] = (int16_t)(offered >= 0 && offered < used ? offered : 0);
		handshake[c->step](c, now);
		return;
	}
	if (v->error) {
		conn_fall(c, now, "protocol: ApiVersions was answered with %s",
		    kafka_error_name(v->error));
		return;
	}
	learn_versions(c, v);
	next_handshake_step(c, now);
}

int conn_call(struct conn *c, enum kafka_api api, const struct wire_ask *ask, call_done *done,
    int64_t tag, int64_t now, struct err *err)
{
	char why[ERR_MAX];

	if (c->state != CONN_READY)
		return err_set(err, "%s", conn_words(c, now, why, sizeof(why)));
	if (c->version[api] < 0)
		return err_set(err, "the broker does not offer %s, which gives %s",
		    kafka_apis[api].name, kafka_apis[api].gives);
	if (send_call(c, api, ask, done, tag, now))
		return err_set(err, "the %s request would be larger than %d MiB",
		    kafka_apis[api].name, WIRE_REQUEST_MAX >> 20);
	return 0;
}

/* The oldest unanswered request is the first to be due: they are answered in order. */
static bool is_overdue(const struct conn *c, int64_t now)
{
	return c->first && now >= c->first->deadline;
}

static void overdue(struct conn *c, int64_t now)
{
	const char *name = kafka_apis[c->first->api].name;
	char age[FMT_MAX];

	if (c->in.len || c->skip) {
		fmt_duration(age, sizeof(age), c->timeout);
		conn_fall(c, now, "HUNG: the reply to %s did not end within %s", name, age);
		return;
	}
	c->hung = true;
	conn_go_down(c, now);
}

void conn_step(struct conn *c, int64_t now)
{
	if (c->state == CONN_WAITING && now >= c->retry_at)
		start_dial(c, now);
	if (c->state == CONN_DIALING)
		step_dial(c, now);
	if (c->state < CONN_HANDSHAKE)
		return;
	conn_io(c, now);
	if (c->state >= CONN_HANDSHAKE && is_overdue(c, now))
		overdue(c, now);
}

int64_t conn_due(const struct conn *c, int64_t now)
{
	switch (c->state) {
	case CONN_WAITING:
		return c->retry_at;
	case CONN_DIALING:
		return c->dial.state == DIAL_CONNECTING ? c->dial.try_until : now + RESOLVE_PAUSE;
	case CONN_HANDSHAKE:
	case CONN_READY:
		break;
	}
	return c->first ? c->first->deadline : INT64_MAX;
}

struct pollfd conn_poll(const struct conn *c)
{
	struct pollfd p = {.fd = -1};

	if (c->state == CONN_DIALING) {
		p.fd = dial_fd(&c->dial);
		p.events = POLLOUT;
	} else if (c->state >= CONN_HANDSHAKE) {
		p.fd = c->fd;
		p.events = (short)(POLLIN | (c->out.len ? POLLOUT : 0));
	}
	return p;
}
