#include "source/mqtt/relay.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors of this process among which paho's is looked for. */
enum { FDS_MOST = 4096 };

/* Rounds of one step; what is left waits for the next one. */
enum { ROUNDS_MOST = 64 };

void relay_init(struct relay *r)
{
	memset(r, 0, sizeof(*r));
	r->remote = r->listener = r->local = -1;
	r->dial.fd = r->dial.via.fd = r->dial.via.err_fd = -1;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void relay_stop(struct relay *r)
{
	tls_stop(&r->tls);
	close_one(&r->remote);
	close_one(&r->local);
	close_one(&r->listener);
	dial_stop(&r->dial);
	free(r->up);
	free(r->down);
	r->up = r->down = NULL;
	r->state = RELAY_IDLE;
}

static void end(struct relay *r, const struct err *why)
{
	if (why && why->msg[0])
		r->err = *why;
	close_one(&r->local);
	close_one(&r->listener);
	r->state = RELAY_ENDED;
}

void relay_start(struct relay *r, struct tls_client *client, const char *const *argv,
    const char *address, const char *host, int64_t now, int64_t deadline)
{
	relay_stop(r);
	relay_init(r);
	r->client = client;
	snprintf(r->host, sizeof(r->host), "%s", host);
	dial_start(&r->dial, address, argv, now, deadline);
	r->state = RELAY_DIALLING;
}

static int listen_here(struct relay *r)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->listener < 0 || bind(r->listener, (struct sockaddr *)&a, len) ||
	    listen(r->listener, 4) || getsockname(r->listener, (struct sockaddr *)&a, &len))
		return err_set(&r->err, _("no local port for TLS: %s"), strerror(errno));
	snprintf(r->address, sizeof(r->address), "127.0.0.1:%d", ntohs(a.sin_port));
	return 0;
}

static void step_dial(struct relay *r, int64_t now)
{
	switch (dial_step(&r->dial, now)) {
	case DIAL_DONE:
		r->remote = r->dial.fd;
		if (tls_start(&r->tls, r->client, r->remote, r->host) != 0) {
			r->here = true;
			end(r, &r->tls.err);
			return;
		}
		r->state = RELAY_SHAKING;
		break;
	case DIAL_FAILED:
		r->here = r->dial.uses_via;
		end(r, &r->dial.err);
		break;
	default:
		break;
	}
}

static void step_shake(struct relay *r)
{
	switch (tls_handshake(&r->tls)) {
	case 1:
		if (listen_here(r) != 0) {
			r->here = true;
			end(r, NULL);
			return;
		}
		r->up = xcalloc(1, sizeof(*r->up));
		r->down = xcalloc(1, sizeof(*r->down));
		r->state = RELAY_UP;
		break;
	case 0:
		break;
	default:
		end(r, &r->tls.err);
		break;
	}
}

static bool same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_family == AF_INET && b->sin_family == AF_INET && a->sin_port == b->sin_port &&
	       a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* Another process must not speak through our connection: the other end has to be ours. */
static bool is_ours(const struct sockaddr_in *peer)
{
	for (int fd = 0; fd < FDS_MOST; fd++) {
		struct sockaddr_in a = {0};
		socklen_t len = sizeof(a);

		if (getsockname(fd, (struct sockaddr *)&a, &len) == 0 && same(&a, peer))
			return true;
	}
	return false;
}

static void step_accept(struct relay *r)
{
	struct sockaddr_in peer = {0};
	socklen_t len = sizeof(peer);
	int one = 1, fd = accept4(r->listener, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (!is_ours(&peer)) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	r->local = fd;
	close_one(&r->listener);
}

/* Takes what one side says; -1: that side is over. */
static int take(struct relay *r, struct relay_way *w, bool from_broker)
{
	ssize_t n;

	if (w->len)
		return 0;
	n = from_broker ? tls_read(&r->tls, w->data, sizeof(w->data))
			: recv(r->local, w->data, sizeof(w->data), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		return -1;
	w->from = 0;
	w->len = n > 0 ? (size_t)n : 0;
	return 0;
}

static int give(struct relay *r, struct relay_way *w, bool to_broker)
{
	ssize_t n;

	if (!w->len)
		return 0;
	n = to_broker ? tls_write(&r->tls, w->data + w->from, w->len)
		      : send(r->local, w->data + w->from, w->len, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		return -1;
	if (n > 0) {
		w->from += (size_t)n;
		w->len -= (size_t)n;
		return 1;
	}
	return 0;
}

static void pump(struct relay *r)
{
	for (int i = 0; i < ROUNDS_MOST; i++) {
		int moved = 0, rc;

		if (take(r, r->up, false) != 0) {
			end(r, NULL);
			return;
		}
		rc = give(r, r->up, true);
		moved |= rc == 1;
		if (rc < 0 || take(r, r->down, true) != 0) {
			end(r, &r->tls.err);
			return;
		}
		rc = give(r, r->down, false);
		moved |= rc == 1;
		if (rc < 0) {
			end(r, NULL);
			return;
		}
		if (!moved)
			return;
	}
}

enum relay_state relay_step(struct relay *r, int64_t now)
{
	if (r->state == RELAY_DIALLING)
		step_dial(r, now);
	if (r->state == RELAY_SHAKING)
		step_shake(r);
	if (r->state == RELAY_UP && r->local < 0)
		step_accept(r);
	if (r->state == RELAY_UP && r->local >= 0)
		pump(r);
	return r->state;
}

size_t relay_fds(const struct relay *r, struct pollfd *fds)
{
	size_t n = 0;
	short local = 0, remote = 0;

	if (r->state == RELAY_DIALLING && dial_fd(&r->dial) >= 0)
		fds[n++] = (struct pollfd){.fd = dial_fd(&r->dial), .events = POLLOUT};
	if (r->state == RELAY_SHAKING)
		fds[n++] = (struct pollfd){
		    .fd = r->remote, .events = r->tls.wants_write ? POLLOUT : POLLIN};
	if (r->state != RELAY_UP)
		return n;
	if (r->local < 0) {
		fds[n++] = (struct pollfd){.fd = r->listener, .events = POLLIN};
		return n;
	}
	local |= r->up->len ? 0 : POLLIN;
	local |= r->down->len ? POLLOUT : 0;
	remote |= r->down->len ? 0 : POLLIN;
	remote |= r->up->len || r->tls.wants_write ? POLLOUT : 0;
	fds[n++] = (struct pollfd){.fd = r->local, .events = local};
	fds[n++] = (struct pollfd){.fd = r->remote, .events = remote};
	return n;
}
