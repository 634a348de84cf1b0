#include "source/kafka/wire_conn_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { READS_PER_STEP = 32 };

/* A reply beyond the bound is thrown away as it comes, so that the connection survives it;
 * one beyond this is not waited for. */
enum { SKIP_MAX = 64 << 20 };

/* What the first bytes give away of a server that is not Kafka. */
static const struct {
	const char *bytes;
	const char *what;
} strangers[] = {
    {"HTTP", N_("an HTTP server")},
    {"<!DO", N_("an HTTP server")},
    {"<htm", N_("an HTTP server")},
    {"<HTM", N_("an HTTP server")},
    {"INFO", N_("a NATS server")},
    {"SSH-", N_("an SSH server")},
    {"220 ", N_("a mail or FTP server")},
    {"-ERR", N_("a server of another kind")},
};

static void name_stranger(struct conn *c, const uint8_t *p, int64_t now)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (!memcmp(p, strangers[i].bytes, 4)) {
			conn_fall(c, now, _("protocol: %s answers on %s, not Kafka"),
			    _(strangers[i].what), c->address);
			return;
		}
	if (p[0] == 0x15 && p[1] == 0x03) {
		conn_fall(c, now,
		    _("TLS: %s speaks TLS: set security.protocol: SSL or SASL_SSL in properties"),
		    c->address);
		return;
	}
	conn_fall(c, now,
	    _("protocol: what answers on %s is not Kafka (it begins with %02x %02x %02x %02x)"),
	    c->address, p[0], p[1], p[2], p[3]);
}

static void via_ended(struct conn *c, int64_t now)
{
	char words[200] = "";

	via_last_words(&c->dial.via, words, sizeof(words));
	conn_fall(c, now, _("unreachable: the via command ended%s%s"), words[0] ? ": " : "", words);
}

/* TLS 1.3 servers look at the client's certificate when the client thinks that all is well. */
static void closed_after_tls(struct conn *c, int64_t now)
{
	conn_fall(c, now,
	    _("TLS: closed by %s right after the TLS handshake: does it ask for a client certificate "
	      "(ssl.certificate.location)?"),
	    c->address);
}

static void broken(struct conn *c, int error, int64_t now)
{
	if (c->tls.err.msg[0])
		conn_fall(c, now, "%s", c->tls.err.msg);
	else if (c->dial.uses_via)
		via_ended(c, now);
	else if (c->tls.ssl && !c->proven && c->state == CONN_HANDSHAKE)
		closed_after_tls(c, now);
	else if (c->state == CONN_HANDSHAKE && !c->heard_at)
		conn_fall(c, now, _("%s before it said anything: does %s ask for TLS?"),
		    sock_words(error), c->address);
	else
		conn_fall(c, now, "%s", sock_words(error));
}

static ssize_t put(struct conn *c)
{
	if (c->tls.ssl)
		return tls_write(&c->tls, c->out.data, c->out.len);
	return send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL);
}

static ssize_t get(struct conn *c, char *bytes, size_t size)
{
	if (c->tls.ssl)
		return tls_read(&c->tls, bytes, size);
	return recv(c->fd, bytes, size, 0);
}

static void flush(struct conn *c, int64_t now)
{
	while (c->out.len) {
		ssize_t n = put(c);

		if (n > 0) {
			buf_consume(&c->out, (size_t)n);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		broken(c, errno, now);
		return;
	}
}

/* The other side ended the connection: when it did so says why. */
static void ended(struct conn *c, int64_t now)
{
	if (c->dial.uses_via) {
		via_ended(c, now);
	} else if (c->in.len) {
		conn_fall(c, now, _("protocol: the connection ended in the middle of a reply"));
	} else if (c->tls.ssl && !c->proven && c->state == CONN_HANDSHAKE && !c->security->sasl) {
		closed_after_tls(c, now);
	} else if (c->state == CONN_HANDSHAKE && c->auth_begun) {
		conn_fall(c, now, _("auth: closed by %s during the login"), c->address);
	} else if (c->state == CONN_HANDSHAKE) {
		conn_fall(c, now,
		    _("closed by %s before it said anything: does this listener ask for TLS?"),
		    c->address);
	} else if (c->first && !c->proven) {
		c->turned_away = true;
		conn_fall(c, now,
		    _("auth: closed by %s upon the first request: does this listener ask for SASL?"),
		    c->address);
	} else {
		conn_fall(c, now, _("closed by the broker"));
	}
}

static void note_answer(struct conn *c, int64_t now)
{
	c->heard_at = now;
	c->hung = false;
	c->silent_since = c->first ? c->first->sent : 0;
}

static void finish(struct conn *c, struct call *call, struct answer *a, int64_t now)
{
	a->ms = (double)(now - call->sent) / NS_PER_MS;
	a->was_idle = call->was_idle;
	if (c->heard && a->reply)
		c->heard(c->owner, call, a);
	if (call->done)
		call->done(c->owner, call, a);
	free(call);
}

/* Starts to throw away a reply that is beyond the bound; only its request fails. */
static void refuse_reply(struct conn *c, uint32_t size, int64_t now)
{
	char have[FMT_MAX], why[200];
	struct answer a = {.error = why, .too_large = true};
	const char *name = kafka_apis[c->first->api].name;
	struct call *call;

	fmt_bytes(have, sizeof(have), size);
	snprintf(why, sizeof(why), _("the reply to %s would be %s; the limit is %d MiB"), name, have,
	    WIRE_FRAME_MAX >> 20);
	if (size > SKIP_MAX) {
		conn_fall(c, now, "protocol: %s", why);
		return;
	}
	buf_consume(&c->in, 4);
	c->skip = size;
	call = conn_take_call(c);
	/* It does answer. */
	c->silent_since = c->first ? c->first->sent : 0;
	finish(c, call, &a, now);
}

static void deliver(struct conn *c, const uint8_t *frame, size_t len, int64_t now)
{
	struct arena arena;
	struct answer a = {.bytes = len};
	struct err err = {{0}};
	struct call *call;

	arena_init(&arena);
	a.reply = wire_reply(frame, len, c->first->api, c->first->version, &arena, &err);
	if (!a.reply) {
		conn_fall(c, now, "%s", err.msg);
		arena_release(&arena);
		return;
	}
	call = conn_take_call(c);
	note_answer(c, now);
	if (call->step) {
		enum kafka_api api = call->api;

		free(call);
		conn_step_answered(c, api, a.reply, now);
	} else {
		/* ApiVersions is answered before a login, so that it proves nothing. */
		if (call->api != API_VERSIONS) {
			c->proven = true;
			c->turned_away = false;
			c->trouble.msg[0] = '\0';
		}
		c->backoff = 0;
		finish(c, call, &a, now);
	}
	arena_release(&arena);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void throw_away(struct conn *c)
{
	size_t n = c->skip < c->in.len ? c->skip : c->in.len;

	buf_consume(&c->in, n);
	c->skip -= n;
}

/* One whole frame, if there is one. Returns whether there may be more. */
static bool next_frame(struct conn *c, int64_t now)
{
	const uint8_t *p = (const uint8_t *)c->in.data;
	uint32_t size;

	if (c->skip)
		throw_away(c);
	if (c->skip || c->in.len < 4)
		return false;
	p = (const uint8_t *)c->in.data;
	size = be32(p);
	/* Nothing that Kafka says is shorter than a correlation id, and it does not begin with a
	 * great deal. */
	if (size < 4 || size > (1u << 30) || !c->first ||
	    (c->state == CONN_HANDSHAKE && size > WIRE_FRAME_MAX)) {
		name_stranger(c, p, now);
		return false;
	}
	if (c->in.len >= 8 && (int32_t)be32(p + 4) != c->first->correlation) {
		if (c->state == CONN_HANDSHAKE)
			name_stranger(c, p, now);
		else
			conn_fall(c, now, _("protocol: a reply came to a request that was not made"));
		return false;
	}
	if (size > WIRE_FRAME_MAX) {
		if (c->in.len < 8)
			return false;
		refuse_reply(c, size, now);
		return c->fd >= 0;
	}
	if (c->in.len < 4 + (size_t)size)
		return false;
	deliver(c, p + 4, size, now);
	if (c->fd < 0)
		return false;
	buf_consume(&c->in, 4 + (size_t)size);
	return true;
}

static void eat(struct conn *c)
{
	while (next_frame(c, clock_boot()))
		;
	/* A large reply must not keep its memory for good. */
	if (c->fd >= 0 && !c->in.len && c->in.cap > (1u << 20)) {
		buf_release(&c->in);
		buf_init(&c->in, WIRE_FRAME_MAX + CONN_READ_SIZE + 4);
	}
}

static void fill(struct conn *c, int64_t now)
{
	char bytes[CONN_READ_SIZE];

	c->unread = false;
	for (int i = 0; i < READS_PER_STEP && c->fd >= 0; i++) {
		ssize_t n = get(c, bytes, sizeof(bytes));

		if (n > 0) {
			buf_add(&c->in, bytes, (size_t)n);
			eat(c);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n == 0)
			ended(c, now);
		else
			broken(c, errno, now);
	}
	/* What TLS has unpacked already wakes no poll(). */
	c->unread = c->fd >= 0 && c->tls.ssl;
}

void conn_io(struct conn *c, int64_t now)
{
	if (c->tls.ssl && !c->tls.shaken)
		conn_tls_io(c, now);
	if (c->state < CONN_HANDSHAKE || (c->tls.ssl && !c->tls.shaken))
		return;
	flush(c, now);
	if (c->fd >= 0)
		fill(c, now);
	/* A reply may have made its owner send the next request. */
	if (c->fd >= 0)
		flush(c, now);
}
