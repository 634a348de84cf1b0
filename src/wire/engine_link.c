#include "wire/engine_link.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "wire/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, READS_MOST = 256, CONNECT_MS = 1000 };

/* A folder on a dead disk hangs whoever looks into it: a thread that may stay behind does that. */
struct connector {
	atomic_uint refs; /* the thread and who waits for it */
	int done;	  /* eventfd */
	char *dir, key[SOCKET_NAME_MAX];
	atomic_int fd; /* -1: not connected; whoever takes it puts that there */
};

static void connector_unref(struct connector *c)
{
	int fd;

	if (atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	fd = atomic_load(&c->fd);
	if (fd >= 0)
		close(fd);
	close(c->done);
	free(c->dir);
	free(c);
}

static void *connector_main(void *arg)
{
	struct connector *c = arg;

	atomic_store(&c->fd, socket_connect(c->dir, c->key));
	wake_set(c->done);
	connector_unref(c);
	return NULL;
}

void engine_link_forget(struct connector **last)
{
	if (*last)
		connector_unref(*last);
	*last = NULL;
}

static int connect_within(struct connector **last, const char *dir, const char *key, int ms)
{
	struct connector *c;
	struct pollfd p = {.events = POLLIN};
	pthread_t t;

	if (*last && atomic_load(&(*last)->refs) > 1)
		return -1;
	engine_link_forget(last);
	c = xcalloc(1, sizeof(*c));
	atomic_init(&c->refs, 2);
	atomic_init(&c->fd, -1);
	c->dir = xstrdup(dir);
	c->done = wake_open();
	snprintf(c->key, sizeof(c->key), "%s", key);
	if (c->done < 0 || thread_start(&t, "connect", connector_main, c)) {
		connector_unref(c);
		connector_unref(c);
		return -1;
	}
	*last = c;
	pthread_detach(t);
	p.fd = c->done;
	poll(&p, 1, ms);
	return atomic_exchange(&c->fd, -1);
}

int engine_link_open(struct engine_link *k, struct connector **last, const char *state_dir, const char *config)
{
	char key[SOCKET_NAME_MAX];

	*k = (struct engine_link){.fd = -1};
	socket_key(key, config);
	k->fd = state_dir ? connect_within(last, state_dir, key, CONNECT_MS) : -1;
	if (k->fd < 0)
		return -1;
	buf_init(&k->in, WIRE_LINE_MAX + CHUNK);
	buf_init(&k->out, WIRE_LINE_MAX);
	k->reader = wire_reader_new();
	k->heard_at = clock_boot();
	return 0;
}

void engine_link_close(struct engine_link *k)
{
	if (k->fd < 0)
		return;
	close(k->fd);
	buf_release(&k->in);
	buf_release(&k->out);
	wire_reader_free(k->reader);
	*k = (struct engine_link){.fd = -1};
}

short engine_link_events(const struct engine_link *k)
{
	return (short)(POLLIN | (k->out.len > k->sent ? POLLOUT : 0));
}

static int send_some(struct engine_link *k)
{
	while (k->out.len > k->sent) {
		ssize_t n = send(k->fd, k->out.data + k->sent, k->out.len - k->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		k->sent += (size_t)n;
	}
	buf_reset(&k->out);
	k->sent = 0;
	return 0;
}

static int take_line(struct engine_link *k, const char *line, size_t len, struct engine_said *said, struct err *err)
{
	char id[RECORD_ID_SIZE];
	struct frame *f;
	struct err text;

	if (!k->hello.pid)
		return talk_get_hello(line, len, &k->hello, err) || wire_read(k->reader, line, len, &f, err) ? -1 : 0;
	switch (talk_get_note(line, len, id, &text)) {
	case NOTE_NONE:
		break;
	case NOTE_SETTLED:
		k->hello.settled = said->settled = true;
		return 0;
	case NOTE_CONFIG:
		snprintf(k->hello.digest, sizeof(k->hello.digest), "%.16s", err_msg(&text));
		said->config_changed = true;
		return 0;
	case NOTE_REFUSED:
		memcpy(said->refused, id, sizeof(id));
		said->why = text;
		return 0;
	default:
		return 0;
	}
	if (wire_read(k->reader, line, len, &f, err))
		return -1;
	frame_unref(said->frame);
	said->frame = f;
	return 0;
}

static int take_lines(struct engine_link *k, struct engine_said *said, struct err *err)
{
	for (;;) {
		char *end = memchr(k->in.data + k->looked, '\n', k->in.len - k->looked);
		size_t len;

		if (!end) {
			k->looked = k->in.len;
			return k->in.len > WIRE_LINE_MAX ? err_set(err, _("a line is longer than %d MiB"), WIRE_LINE_MAX >> 20) : 0;
		}
		len = (size_t)(end - k->in.data);
		if (take_line(k, k->in.data, len, said, err))
			return err_msg(err)[0] ? -1 : err_set(err, "a line was not understood");
		buf_consume(&k->in, len + 1);
		k->looked = 0;
	}
}

int engine_link_step(struct engine_link *k, struct engine_said *said, struct err *err)
{
	char block[CHUNK];

	if (send_some(k))
		return -1;
	for (int i = 0; i < READS_MOST; i++) {
		ssize_t n = recv(k->fd, block, sizeof(block), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n <= 0)
			return -1;
		k->heard_at = clock_boot();
		if (buf_add(&k->in, block, (size_t)n))
			return err_set(err, _("a line is longer than %d MiB"), WIRE_LINE_MAX >> 20);
		if (take_lines(k, said, err))
			return -1;
	}
	return 0;
}
