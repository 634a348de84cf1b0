#include "source/mqtt/guest.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/mqtt/refused.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEEPALIVE_S = 10, STEP_MS = 20 };

/* After a try that told nothing. */
#define AGAIN (60 * NS_PER_S)

void guest_init(struct guest *g, const char *name, bool by_certificate)
{
	*g = (struct guest){.fd = -1, .by_certificate = by_certificate};
	snprintf(g->name, sizeof(g->name), "%.63s", name);
}

void guest_stop(struct guest *g)
{
	if (g->phase == GUEST_DIALLING)
		dial_stop(&g->dial);
	tls_stop(&g->tls);
	if (g->fd >= 0) {
		close(g->fd);
		dial_stop(&g->dial);
	}
	g->fd = -1;
	g->phase = GUEST_IDLE;
}

void guest_start(struct guest *g, struct tls_client *client, const char *const *argv, const char *address, const char *host,
    int64_t now, int64_t deadline)
{
	guest_stop(g);
	g->client = client;
	g->deadline = deadline;
	g->have = 0;
	g->sent = false;
	snprintf(g->host, sizeof(g->host), "%s", host);
	g->phase = GUEST_DIALLING;
	dial_start(&g->dial, address, argv, now, deadline);
}

static void end(struct guest *g, enum guest_verdict verdict, const char *why, int64_t now)
{
	guest_stop(g);
	g->tried = true;
	g->verdict = verdict;
	g->at = now;
	snprintf(g->why, sizeof(g->why), "%s", why);
	g->due = now + (verdict == GUEST_UNKNOWN ? AGAIN : GUEST_EVERY);
}

enum guest_verdict guest_read(const unsigned char *connack, char *why, size_t size)
{
	const char *words;

	why[0] = '\0';
	if (connack[0] != 0x20 || connack[1] != 2) {
		snprintf(why, size, "%s", _("what answers is no MQTT 3.1.1"));
		return GUEST_UNKNOWN;
	}
	if (!connack[3])
		return GUEST_TAKEN;
	if (connack[3] == 4 || connack[3] == 5)
		return GUEST_REFUSED;
	words = refused_words(connack[3]);
	snprintf(why, size, "%s", words ? words : _("the broker answers with a code that says nothing"));
	return GUEST_UNKNOWN;
}

static ssize_t send_bytes(struct guest *g, const void *data, size_t len)
{
	return g->client ? tls_write(&g->tls, data, len) : send(g->fd, data, len, MSG_NOSIGNAL);
}

/* CONNECT with a clean session and nothing else; few enough bytes to go at once. */
static bool send_connect(struct guest *g)
{
	static const unsigned char head[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, KEEPALIVE_S};
	unsigned char packet[128];
	size_t id = strlen(g->name), n = 0;

	packet[n++] = 0x10;
	packet[n++] = (unsigned char)(sizeof(head) + 2 + id);
	memcpy(packet + n, head, sizeof(head));
	n += sizeof(head);
	packet[n++] = 0;
	packet[n++] = (unsigned char)id;
	memcpy(packet + n, g->name, id);
	n += id;
	return send_bytes(g, packet, n) == (ssize_t)n;
}

static void say_good_bye(struct guest *g)
{
	static const unsigned char disconnect[] = {0xe0, 0};

	/* Where it does not go at once the end of the connection says as much. */
	(void)!send_bytes(g, disconnect, sizeof(disconnect));
}

/* The same authority is trusted as on our own connection: what fails is the certificate that we do not show. */
static void tls_failed(struct guest *g, int64_t now)
{
	bool refused = g->by_certificate && !g->tls.verify_error;
	char why[ERR_MAX];

	snprintf(why, sizeof(why), "%s", refused ? "" : err_msg(&g->tls.err));
	end(g, refused ? GUEST_REFUSED : GUEST_UNKNOWN, why, now);
}

static void ask(struct guest *g, int64_t now)
{
	ssize_t n;
	char why[ERR_MAX];

	if (!g->sent && !send_connect(g)) {
		if (g->client && g->tls.err.msg[0])
			tls_failed(g, now);
		else
			end(g, GUEST_UNKNOWN, _("the question could not be sent"), now);
		return;
	}
	g->sent = true;
	n = g->client ? tls_read(&g->tls, g->in + g->have, sizeof(g->in) - g->have)
		      : recv(g->fd, g->in + g->have, sizeof(g->in) - g->have, 0);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		/* With TLS 1.3 a certificate that is missing is told only now. */
		if (g->client && g->tls.err.msg[0])
			tls_failed(g, now);
		else
			end(g, GUEST_UNKNOWN, _("the broker ended the connection without an answer"), now);
		return;
	}
	g->have += (size_t)n;
	if (g->have < sizeof(g->in))
		return;
	say_good_bye(g);
	switch (guest_read(g->in, why, sizeof(why))) {
	case GUEST_TAKEN:
		end(g, GUEST_TAKEN, "", now);
		break;
	case GUEST_REFUSED:
		end(g, GUEST_REFUSED, "", now);
		break;
	case GUEST_UNKNOWN:
		end(g, GUEST_UNKNOWN, why, now);
		break;
	}
}

static void connected(struct guest *g, int64_t now)
{
	g->fd = g->dial.fd;
	g->phase = g->client ? GUEST_SHAKING : GUEST_ASKING;
	if (g->client && tls_start(&g->tls, g->client, g->fd, g->host))
		end(g, GUEST_UNKNOWN, err_msg(&g->tls.err), now);
}

static void shake(struct guest *g, int64_t now)
{
	int rc = tls_handshake(&g->tls);

	if (rc > 0)
		g->phase = GUEST_ASKING;
	else if (rc < 0)
		tls_failed(g, now);
}

int64_t guest_step(struct guest *g, int64_t now)
{
	if (g->phase == GUEST_IDLE)
		return INT64_MAX;
	if (g->phase == GUEST_DIALLING) {
		enum dial_state state = dial_step(&g->dial, now);

		if (state == DIAL_FAILED)
			end(g, GUEST_UNKNOWN, err_msg(&g->dial.err), now);
		else if (state == DIAL_DONE)
			connected(g, now);
	}
	if (g->phase == GUEST_SHAKING)
		shake(g, now);
	if (g->phase == GUEST_ASKING)
		ask(g, now);
	if (g->phase != GUEST_IDLE && now >= g->deadline)
		end(g, GUEST_UNKNOWN, _("the broker gave no answer in time"), now);
	return g->phase == GUEST_IDLE ? INT64_MAX : now + STEP_MS * NS_PER_MS;
}

size_t guest_fds(const struct guest *g, struct pollfd *fd)
{
	bool dialling = g->phase == GUEST_DIALLING;

	if (g->phase == GUEST_IDLE || (dialling && dial_fd(&g->dial) < 0))
		return 0;
	*fd = (struct pollfd){.fd = dialling ? dial_fd(&g->dial) : g->fd,
	    .events = dialling || (g->phase == GUEST_SHAKING && g->tls.wants_write) ? POLLOUT : POLLIN};
	return 1;
}
