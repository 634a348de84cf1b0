#include "lab/simkafka.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	CONNS_MAX = 4096,
	READ_BYTES = 65536,
	TICK_MS = 500,
	TRICKLE_MS = 5,
	LINE_MAX_BYTES = 4096,
	ENDLESS_BYTES = 65536
};

struct conn {
	int fd;
	int broker; /* id; 0: the control socket */
	struct buf in, out;
	int64_t hold; /* ns: nothing is sent before */
	bool closing; /* once out is empty */
	bool endless; /* out is filled again and again */
	bool eof;     /* control: the other side has said all */
	bool trickle;
};

struct net {
	struct sim *sim;
	struct conn *conns[CONNS_MAX];
	struct pollfd fds[CONNS_MAX + SIM_BROKERS_MAX + 1];
	short index[CONNS_MAX + SIM_BROKERS_MAX + 1]; /* conn, or ~(broker id), or ~0: control */
	int n_fds, control_fd;
};

int sim_listen(struct sim *s, int index, int port, struct err *err)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sim_broker *b = &s->broker[index];
	socklen_t len = sizeof(a);
	int one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	b->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (b->listen_fd < 0)
		return err_set(err, "No socket: %s.", strerror(errno));
	setsockopt(b->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(b->listen_fd, (struct sockaddr *)&a, sizeof(a)) || listen(b->listen_fd, 512) ||
	    getsockname(b->listen_fd, (struct sockaddr *)&a, &len)) {
		err_set(err, "Broker %d cannot listen on 127.0.0.1:%d: %s.", b->id, port,
		    strerror(errno));
		close(b->listen_fd);
		b->listen_fd = -1;
		return -1;
	}
	b->port = ntohs(a.sin_port);
	return 0;
}

static int control_listen(const char *path, struct err *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return err_set(
		    err, "%s is too long for a socket's path; choose a shorter folder.", path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 8)) {
		err_set(err, "The control socket %s cannot be made: %s.", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void conn_drop(struct net *n, int i)
{
	struct conn *c = n->conns[i];

	close(c->fd);
	buf_release(&c->in);
	buf_release(&c->out);
	free(c);
	n->conns[i] = NULL;
}

static void conn_accept(struct net *n, int listen_fd, int broker)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), one = 1, i = 0;
	struct conn *c;

	if (fd < 0)
		return;
	while (i < CONNS_MAX && n->conns[i])
		i++;
	if (i == CONNS_MAX) {
		close(fd);
		return;
	}
	if (broker) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		n->sim->broker[broker - 1].accepted++;
	}
	c = xcalloc(1, sizeof(*c));
	c->fd = fd;
	c->broker = broker;
	buf_init(&c->in, SIM_FRAME_MAX + 4);
	buf_init(&c->out, SIM_REPLY_MAX);
	n->conns[i] = c;
}

static void noise(struct conn *c, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_addc(&c->out, (char)random());
}

/* Spoils the answer that begins at start, in the way the broker is told to. -1: close. */
static int spoil(struct conn *c, enum sim_garbage how, size_t start)
{
	static const char http[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
	size_t len = c->out.len - start;

	switch (how) {
	case GARBAGE_NONE:
		return 0;
	case GARBAGE_NOISE:
		c->out.len = start;
		noise(c, 512);
		return 0;
	case GARBAGE_HTTP:
		c->out.len = start;
		buf_adds(&c->out, http);
		c->closing = true;
		return 0;
	case GARBAGE_TRUNCATED:
		c->out.len = start + len / 2;
		c->closing = true;
		return 0;
	case GARBAGE_HUGE:
		c->out.len = start;
		buf_add(&c->out, "\x7f\xff\xff\xff", 4);
		noise(c, ENDLESS_BYTES);
		c->endless = true;
		return 0;
	case GARBAGE_TRICKLE:
		c->trickle = true;
		return 0;
	case GARBAGE_CORRELATION:
		c->out.data[start + 4] ^= 0x55;
		return 0;
	case GARBAGE_SHORT:
		if (len > 12) {
			c->out.len = start + len - 3;
			len -= 4 + 3;
			for (int i = 0; i < 4; i++)
				c->out.data[start + (size_t)i] = (char)(len >> (8 * (3 - i)));
		}
		return 0;
	}
	return -1;
}

static size_t frame_size(const struct buf *b)
{
	const unsigned char *p = (const unsigned char *)b->data;

	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* Answers every whole request that has come. -1: close. */
static int conn_requests(struct net *n, struct conn *c)
{
	struct sim_broker *b = &n->sim->broker[c->broker - 1];
	size_t done = 0;
	int rc = 0;

	while (!rc && !c->closing && c->in.len - done >= 4) {
		struct buf rest = {.data = c->in.data + done, .len = c->in.len - done};
		size_t size = frame_size(&rest), start = c->out.len;

		if (size > SIM_FRAME_MAX)
			return -1;
		if (rest.len < 4 + size)
			break;
		if (!c->out.len)
			c->hold = clock_boot() + b->slow_ms * NS_PER_MS;
		rc = sim_answer(n->sim, c->broker, (unsigned char *)rest.data + 4, size, &c->out);
		if (!rc)
			rc = spoil(c, b->garbage, start);
		done += 4 + size;
	}
	buf_consume(&c->in, done);
	return rc;
}

static int conn_control(struct net *n, struct conn *c)
{
	char *nl = memchr(c->in.data, '\n', c->in.len);

	if (!nl)
		return c->in.len > LINE_MAX_BYTES || c->eof ? -1 : 0;
	*nl = '\0';
	sim_command(n->sim, c->in.data, &c->out);
	c->closing = true;
	return 0;
}

static int conn_read(struct net *n, struct conn *c)
{
	static char chunk[READ_BYTES];
	ssize_t got = recv(c->fd, chunk, sizeof(chunk), 0);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (got == 0 && c->broker)
		return -1;
	c->eof = got == 0;
	if (c->broker)
		n->sim->broker[c->broker - 1].bytes_in += (uint64_t)got;
	if (buf_add(&c->in, chunk, (size_t)got))
		return -1;
	return c->broker ? conn_requests(n, c) : conn_control(n, c);
}

static int conn_write(struct net *n, struct conn *c)
{
	ssize_t sent;

	if (!c->out.len)
		return c->closing ? -1 : 0;
	sent = send(c->fd, c->out.data, c->trickle ? 1 : c->out.len, MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (c->broker)
		n->sim->broker[c->broker - 1].bytes_out += (uint64_t)sent;
	if (c->trickle)
		c->hold = clock_boot() + TRICKLE_MS * NS_PER_MS;
	buf_consume(&c->out, (size_t)sent);
	if (c->endless && c->out.len < ENDLESS_BYTES)
		noise(c, ENDLESS_BYTES);
	return !c->out.len && c->closing ? -1 : 0;
}

static void add_fd(struct net *n, int fd, short events, int index)
{
	n->fds[n->n_fds] = (struct pollfd){fd, events, 0};
	n->index[n->n_fds++] = (short)index;
}

/* What there is to wait for; returns how long, in ms. A broker that hangs is not looked at:
 * the kernel goes on to accept connections for it, as it does for a stopped process. */
static int gather(struct net *n)
{
	int64_t now = clock_boot(), wait = TICK_MS;

	n->n_fds = 0;
	if (n->control_fd >= 0)
		add_fd(n, n->control_fd, POLLIN, ~0);
	for (int i = 0; i < n->sim->n_brokers; i++)
		if (n->sim->broker[i].listen_fd >= 0 && n->sim->broker[i].mode == SIM_UP)
			add_fd(n, n->sim->broker[i].listen_fd, POLLIN, ~(i + 1));
	for (int i = 0; i < CONNS_MAX; i++) {
		struct conn *c = n->conns[i];
		short events = 0;

		if (!c || (c->broker && n->sim->broker[c->broker - 1].mode != SIM_UP))
			continue;
		if (!c->closing && !c->eof)
			events |= POLLIN;
		if (c->out.len && c->hold <= now)
			events |= POLLOUT;
		else if (c->out.len && (c->hold - now) / NS_PER_MS < wait)
			wait = (c->hold - now) / NS_PER_MS + 1;
		add_fd(n, c->fd, events, i);
	}
	return (int)wait;
}

/* A broker that is down has no socket left; one that comes back takes its port again. */
static void follow_modes(struct net *n)
{
	struct sim *s = n->sim;
	struct err err;

	for (int k = 0; k < s->n_brokers; k++) {
		struct sim_broker *b = &s->broker[k];

		if (b->mode == SIM_DOWN && b->listen_fd >= 0) {
			close(b->listen_fd);
			b->listen_fd = -1;
			for (int i = 0; i < CONNS_MAX; i++)
				if (n->conns[i] && n->conns[i]->broker == b->id)
					conn_drop(n, i);
		} else if (b->mode != SIM_DOWN && b->listen_fd < 0 &&
			   sim_listen(s, k, b->port, &err)) {
			fprintf(stderr, "%s\n", err.msg);
		}
	}
}

static void serve_one(struct net *n, int k)
{
	short re = n->fds[k].revents;
	int i = n->index[k], rc = 0;
	struct conn *c;

	if (i < 0) {
		conn_accept(n, n->fds[k].fd, ~i);
		return;
	}
	c = n->conns[i];
	if (!c || c->fd != n->fds[k].fd)
		return;
	if (re & (POLLIN | POLLHUP | POLLERR))
		rc = c->closing ? ((re & POLLOUT) ? 0 : -1) : conn_read(n, c);
	if (!rc && c->out.len && c->hold <= clock_boot())
		rc = conn_write(n, c);
	if (rc)
		conn_drop(n, i);
}

int sim_serve(struct sim *s, const char *control, const volatile int *stop,
    bool (*owner_gone)(void), struct err *err)
{
	struct net *n = xcalloc(1, sizeof(*n));
	int64_t began = clock_boot(), looked = began;

	n->sim = s;
	n->control_fd = -1;
	s->start = clock_wall() / NS_PER_MS;
	if (control && (n->control_fd = control_listen(control, err)) < 0) {
		free(n);
		return -1;
	}
	while (!*stop) {
		int wait = gather(n), ready = poll(n->fds, (nfds_t)n->n_fds, wait);
		int64_t now = clock_boot();

		s->now = (now - began) / NS_PER_MS;
		for (int k = 0; ready > 0 && k < n->n_fds; k++)
			if (n->fds[k].revents)
				serve_one(n, k);
		follow_modes(n);
		if (now - looked > NS_PER_S) {
			looked = now;
			if (owner_gone && owner_gone())
				break;
		}
	}
	for (int i = 0; i < CONNS_MAX; i++)
		if (n->conns[i])
			conn_drop(n, i);
	for (int i = 0; i < s->n_brokers; i++)
		if (s->broker[i].listen_fd >= 0)
			close(s->broker[i].listen_fd);
	if (n->control_fd >= 0) {
		close(n->control_fd);
		unlink(control);
	}
	free(n);
	return 0;
}
