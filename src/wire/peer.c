#include "wire/peer.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WAITING_MOST = 8 << 20, /* bytes for one viewer; a single line may be larger */
	READ_AT_ONCE = 256 << 10,
	REQUESTS_PER_S = 20,
	REQUESTS_BURST = 100,
};

#define PAST_MOST (7 * 86400 * NS_PER_S) /* a record that waited for an engine this long */
#define AHEAD_MOST (60 * NS_PER_S)

struct wire_line *wire_line_take(struct buf *b)
{
	struct wire_line *l = xcalloc(1, sizeof(*l));

	l->refs = 1;
	l->len = b->len;
	l->data = buf_detach(b);
	return l;
}

void wire_line_unref(struct wire_line *l)
{
	if (!l || --l->refs)
		return;
	free(l->data);
	free(l);
}

static void find_name(struct peer *p)
{
	struct passwd pw, *found = NULL;
	char names[4096];

	if (!getpwuid_r(p->who.uid, &pw, names, sizeof(names), &found) && found)
		snprintf(p->user, sizeof(p->user), "%s", found->pw_name);
	else
		snprintf(p->user, sizeof(p->user), "uid %u", (unsigned)p->who.uid);
}

struct peer *peer_new(int fd, const struct ucred *who)
{
	struct peer *p = xcalloc(1, sizeof(*p));

	p->fd = fd;
	p->who = *who;
	find_name(p);
	buf_init(&p->in, TALK_REQUEST_MAX + READ_AT_ONCE);
	p->wrote_at = p->tokens_at = clock_boot();
	p->tokens = REQUESTS_BURST;
	return p;
}

void peer_free(struct peer *p)
{
	for (size_t i = 0; i < p->n; i++)
		wire_line_unref(p->queue[i]);
	buf_release(&p->in);
	close(p->fd);
	free(p);
}

/* All but a line that is under way. */
static void forget(struct peer *p)
{
	size_t stay = p->sent ? 1 : 0;

	while (p->n > stay) {
		p->waiting -= p->queue[--p->n]->len;
		wire_line_unref(p->queue[p->n]);
	}
}

bool peer_send(struct peer *p, struct wire_line *line)
{
	if (p->n == PEER_LINES || (p->n && p->waiting + line->len > WAITING_MOST)) {
		forget(p);
		p->in_step = false;
		return false;
	}
	if (!p->n)
		p->wrote_at = clock_boot();
	line->refs++;
	p->queue[p->n++] = line;
	p->waiting += line->len;
	return true;
}

bool peer_waits(const struct peer *p)
{
	return p->n > 0;
}

static void first_is_sent(struct peer *p)
{
	p->waiting -= p->queue[0]->len;
	wire_line_unref(p->queue[0]);
	memmove(p->queue, p->queue + 1, --p->n * sizeof(p->queue[0]));
	p->sent = 0;
}

int peer_write(struct peer *p, int64_t now)
{
	while (p->n) {
		struct wire_line *l = p->queue[0];
		ssize_t n = send(p->fd, l->data + p->sent, l->len - p->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		p->wrote_at = now;
		p->sent += (size_t)n;
		if (p->sent == l->len)
			first_is_sent(p);
	}
	return 0;
}

static void earn_tokens(struct peer *p)
{
	int64_t now = clock_boot();

	p->tokens += (double)(now - p->tokens_at) / NS_PER_S * REQUESTS_PER_S;
	if (p->tokens > REQUESTS_BURST)
		p->tokens = REQUESTS_BURST;
	p->tokens_at = now;
}

short peer_events(const struct peer *p)
{
	/* Who asks too much is not listened to for a while. */
	return (short)((peer_has_request(p) ? 0 : POLLIN) | (p->n ? POLLOUT : 0));
}

int peer_read(struct peer *p, struct err *err)
{
	char block[READ_AT_ONCE];
	ssize_t n;

	if (peer_has_request(p))
		return 0;
	do
		n = recv(p->fd, block, sizeof(block), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	if (!n)
		return -1;
	if (buf_add(&p->in, block, (size_t)n))
		return err_set(err, "a line is longer than %d MiB", TALK_REQUEST_MAX >> 20);
	while (p->looked < p->in.len && p->in.data[p->looked] != '\n')
		p->looked++;
	return p->looked > TALK_REQUEST_MAX ? err_set(err, "a line is longer than %d MiB", TALK_REQUEST_MAX >> 20) : 0;
}

bool peer_has_request(const struct peer *p)
{
	return p->looked < p->in.len;
}

bool peer_request(struct peer *p, const char **line, size_t *len)
{
	if (!peer_has_request(p))
		return false;
	earn_tokens(p);
	if (p->tokens < 1)
		return false;
	p->tokens--;
	*line = p->in.data;
	*len = p->looked;
	return true;
}

void peer_request_done(struct peer *p, size_t len)
{
	buf_consume(&p->in, len + 1);
	p->looked = 0;
	while (p->looked < p->in.len && p->in.data[p->looked] != '\n')
		p->looked++;
}

int peer_stamp(const struct peer *p, struct record *r, int64_t wall, struct err *err)
{
	if (r->kind == RECORD_ALERT_STATE)
		return err_set(err, _("that record is the engine's own"));
	r->user = record_str(r, p->user);
	if (r->wall < wall - PAST_MOST || r->wall > wall + AHEAD_MOST)
		r->wall = wall;
	return 0;
}
