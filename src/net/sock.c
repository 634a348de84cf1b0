#include "net/sock.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int address_split(const char *address, char host[HOST_MAX], char port[PORT_MAX])
{
	const char *colon = strrchr(address, ':'), *start = address;
	size_t len;

	if (!colon || !colon[1] || strlen(colon + 1) >= PORT_MAX)
		return -1;
	if (strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -1;
	len = (size_t)(colon - address);
	if (len >= 2 && address[0] == '[' && colon[-1] == ']') {
		start++;
		len -= 2;
	} else if (memchr(address, ':', len)) {
		return -1;
	}
	if (!len || len >= HOST_MAX)
		return -1;
	memcpy(host, start, len);
	host[len] = '\0';
	snprintf(port, PORT_MAX, "%s", colon + 1);
	return 0;
}

const char *sock_words(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "refused";
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case EADDRNOTAVAIL:
		return "unreachable";
	case ETIMEDOUT:
		return _("unreachable: no answer to TCP");
	case ECONNRESET:
	case EPIPE:
		return _("reset: the other side closed the connection");
	default:
		return strerror(error);
	}
}

static void fail(struct dial *d, const char *why)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	if (why)
		err_set(&d->err, "%s", why);
	d->state = DIAL_FAILED;
}

/* Each address gets its share of the time that is left, so that a dead one does not eat it all. */
static int64_t share(const struct dial *d, int64_t now)
{
	int64_t left = d->deadline - now;

	return now + left / (int64_t)(d->addrs.n - d->next + 1);
}

static void try_next(struct dial *d, int64_t now)
{
	int one = 1;

	while (d->next < d->addrs.n) {
		const struct sockaddr *to = (const struct sockaddr *)&d->addrs.list[d->next].addr;
		socklen_t len = d->addrs.list[d->next].len;

		d->next++;
		d->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (d->fd < 0) {
			err_set(&d->err, _("no socket: %s"), strerror(errno));
			continue;
		}
		setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(d->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
		d->started = clock_boot();
		if (!connect(d->fd, to, len) || errno == EINPROGRESS) {
			d->try_until = share(d, now);
			d->state = DIAL_CONNECTING;
			return;
		}
		err_set(&d->err, "%s", sock_words(errno));
		close(d->fd);
		d->fd = -1;
	}
	fail(d, d->err.msg[0] ? NULL : _("dns: the name has no address"));
}

void dial_start(
    struct dial *d, const char *address, const char *const *via_argv, int64_t now, int64_t deadline)
{
	*d = (struct dial){.fd = -1, .state = DIAL_RESOLVING, .started = now, .deadline = deadline};
	d->via.err_fd = d->via.fd = -1;
	if (address_split(address, d->host, d->port)) {
		err_set(&d->err, _("\"%s\" is not host:port"), address);
		d->state = DIAL_FAILED;
		return;
	}
	if (!via_argv)
		return;
	d->uses_via = true;
	if (via_start(&d->via, via_argv, d->host, d->port, &d->err)) {
		d->state = DIAL_FAILED;
		return;
	}
	d->fd = d->via.fd;
	d->state = DIAL_DONE;
}

static void step_resolve(struct dial *d, int64_t now)
{
	switch (resolve(d->host, d->port, &d->addrs, &d->err)) {
	case RESOLVE_OK:
		d->next = 0;
		try_next(d, now);
		break;
	case RESOLVE_WAIT:
		if (now >= d->deadline) {
			err_set(&d->err, _("dns: no answer for the name %s"), d->host);
			d->state = DIAL_FAILED;
		}
		break;
	case RESOLVE_FAILED:
		d->state = DIAL_FAILED;
		break;
	}
}

static void step_connect(struct dial *d, int64_t now)
{
	struct pollfd p = {.fd = d->fd, .events = POLLOUT};
	socklen_t len = sizeof(int);
	int error = 0;

	if (poll(&p, 1, 0) <= 0) {
		if (now < d->try_until)
			return;
		error = ETIMEDOUT;
	} else if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len)) {
		error = errno;
	}
	if (!error) {
		d->connect_ms = (double)(clock_boot() - d->started) / NS_PER_MS;
		d->state = DIAL_DONE;
		return;
	}
	err_set(&d->err, "%s", sock_words(error));
	close(d->fd);
	d->fd = -1;
	try_next(d, now);
}

enum dial_state dial_step(struct dial *d, int64_t now)
{
	if (d->state == DIAL_RESOLVING)
		step_resolve(d, now);
	if (d->state == DIAL_CONNECTING)
		step_connect(d, now);
	return d->state;
}

int dial_fd(const struct dial *d)
{
	return d->state == DIAL_CONNECTING ? d->fd : -1;
}

void dial_stop(struct dial *d)
{
	if (d->state == DIAL_CONNECTING && d->fd >= 0)
		close(d->fd);
	if (d->uses_via)
		via_end(&d->via);
	d->state = DIAL_IDLE;
	d->fd = -1;
}
