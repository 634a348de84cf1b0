#include "source/kafka/wire_auth.h"
#include "source/kafka/wire_conn_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_BACKOFF (NS_PER_S / 2)
#define MOST_BACKOFF (5 * NS_PER_S)
#define LOOK_PAUSE (20 * NS_PER_MS) /* between looks at what a thread does */

const int16_t conn_telling_keys[N_TELLING] = {3, 2, 9, 16};

void conn_init(
    struct conn *c, void *owner, const char *address, const char *const *via, int64_t timeout)
{
	char port[PORT_MAX];

	*c = (struct conn){.owner = owner, .via = via, .timeout = timeout, .fd = -1};
	snprintf(c->address, sizeof(c->address), "%s", address);
	c->dial.fd = c->dial.via.err_fd = -1;
	c->most_backoff = MOST_BACKOFF;
	buf_init(&c->in, WIRE_FRAME_MAX + CONN_READ_SIZE + 4);
	buf_init(&c->out, WIRE_REQUEST_MAX + 4096);
	buf_init(&c->held, WIRE_REQUEST_MAX + 4096);
	if (address_split(address, c->host, port))
		c->host[0] = '\0';
}

void conn_secure(struct conn *c, struct security *security, const char *name)
{
	char port[PORT_MAX];

	c->security = security;
	if (address_split(name, c->host, port))
		c->host[0] = '\0';
}

/* Calls that were held back stand in line with the others. */
static void take_held(struct conn *c)
{
	if (!c->held_first)
		return;
	if (c->last)
		c->last->next = c->held_first;
	else
		c->first = c->held_first;
	c->last = c->held_last;
	c->held_first = c->held_last = NULL;
}

static void drop_socket(struct conn *c)
{
	if (c->state == CONN_DIALING)
		dial_stop(&c->dial);
	tls_stop(&c->tls);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->unread = false;
	c->step_until = 0;
	c->renewing = false;
	auth_forget(c);
	if (c->dial.uses_via)
		via_end(&c->dial.via);
	buf_release(&c->in);
	buf_release(&c->out);
	buf_init(&c->in, WIRE_FRAME_MAX + CONN_READ_SIZE + 4);
	buf_init(&c->out, WIRE_REQUEST_MAX + 4096);
	buf_release(&c->held);
	c->skip = 0;
}

void conn_release(struct conn *c)
{
	drop_socket(c);
	take_held(c);
	auth_release(c);
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

	take_held(c);
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
	int64_t most = c->most_backoff_now ? c->most_backoff_now : c->most_backoff;
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
		if (c->backoff > most)
			c->backoff = most;
		c->retry_at = now + c->backoff;
	}
	c->most_backoff_now = 0;
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
		const char *layer = c->hung_in_tls ? "TLS handshake" : "API";

		fmt_duration(age, sizeof(age), now - c->silent_since);
		if (c->dial.uses_via)
			snprintf(out, size, "HUNG: connected, %s silent %s", layer, age);
		else
			snprintf(out, size, "HUNG: TCP %s, %s silent %s",
			    fmt_ms(tcp, sizeof(tcp), c->tcp_ms), layer, age);
	} else if (c->state == CONN_READY && (c->proven || !c->trouble.msg[0])) {
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
	conn_first_step(c, now);
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

static struct call *new_call(struct conn *c, enum kafka_api api, int64_t now)
{
	struct call *call = xcalloc(1, sizeof(*call));

	*call = (struct call){.api = api,
	    .version = c->version[api],
	    .correlation = c->correlation,
	    .sent = clock_boot(),
	    .deadline = now + c->timeout,
	    .was_idle = !c->first && !c->renewing};
	c->requests++;
	return call;
}

static void append(struct call **first, struct call **last, struct call *call)
{
	if (*last)
		(*last)->next = call;
	else
		*first = call;
	*last = call;
}

/* NULL: too large. */
static struct call *send_call(
    struct conn *c, enum kafka_api api, const struct wire_ask *ask, bool hold, int64_t now)
{
	struct wire_ask own = *ask;
	struct call *call;

	if (c->security)
		own.client_id = c->security->client_id;
	if (wire_request(hold ? &c->held : &c->out, api, c->version[api], ++c->correlation, &own))
		return NULL;
	call = new_call(c, api, now);
	if (hold) {
		append(&c->held_first, &c->held_last, call);
		return call;
	}
	append(&c->first, &c->last, call);
	if (!c->silent_since)
		c->silent_since = now;
	return call;
}

int conn_send_step(struct conn *c, enum kafka_api api, const struct wire_ask *ask, int64_t now)
{
	struct call *call = send_call(c, api, ask, false, now);

	if (!call)
		return -1;
	call->step = true;
	return 0;
}

int conn_call(struct conn *c, enum kafka_api api, const struct wire_ask *ask, call_done *done,
    int64_t tag, int64_t now, struct err *err)
{
	struct call *call;
	char why[ERR_MAX];

	if (c->state != CONN_READY)
		return err_set(err, "%s", conn_words(c, now, why, sizeof(why)));
	if (c->version[api] < 0)
		return err_set(err, _("the broker does not offer %s, which gives %s"),
		    kafka_apis[api].name, _(kafka_apis[api].gives));
	call = send_call(c, api, ask, c->renewing, now);
	if (!call)
		return err_set(err, _("the %s request would be larger than %d MiB"),
		    kafka_apis[api].name, WIRE_REQUEST_MAX >> 20);
	call->done = done;
	call->tag = tag;
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
	c->hung_in_tls = false;
	conn_go_down(c, now);
}

/* The KDC said nothing; or the other side nothing, or not all, of its half of the TLS handshake. */
static void step_overdue(struct conn *c, int64_t now)
{
	if (c->asks_kdc) {
		auth_overdue(c, now);
		return;
	}
	c->hung = c->hung_in_tls = true;
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
	if (c->renew_at && now >= c->renew_at)
		conn_renew(c, now);
	if (c->asks_kdc)
		auth_look(c, now);
	conn_io(c, now);
	if (c->state < CONN_HANDSHAKE)
		return;
	if (c->step_until && now >= c->step_until)
		step_overdue(c, now);
	else if (is_overdue(c, now))
		overdue(c, now);
}

int64_t conn_due(const struct conn *c, int64_t now)
{
	switch (c->state) {
	case CONN_WAITING:
		return c->retry_at;
	case CONN_DIALING:
		return c->dial.state == DIAL_CONNECTING ? c->dial.try_until : now + LOOK_PAUSE;
	case CONN_HANDSHAKE:
	case CONN_READY:
		break;
	}
	if (c->unread)
		return now;
	if (c->asks_kdc)
		return now + LOOK_PAUSE;
	if (c->step_until)
		return c->step_until;
	if (c->first && (!c->renew_at || c->first->deadline < c->renew_at))
		return c->first->deadline;
	return c->renew_at ? c->renew_at : INT64_MAX;
}

struct pollfd conn_poll(const struct conn *c)
{
	struct pollfd p = {.fd = -1};

	if (c->state == CONN_DIALING) {
		p.fd = dial_fd(&c->dial);
		p.events = POLLOUT;
	} else if (c->state >= CONN_HANDSHAKE) {
		p.fd = c->fd;
		p.events = (short)(POLLIN | (c->out.len || c->tls.wants_write ? POLLOUT : 0));
	}
	return p;
}
