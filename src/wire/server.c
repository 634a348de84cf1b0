#include "wire/server.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "wire/peer.h"
#include "wire/socket.h"
#include "wire/yield.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VIEWERS_MOST = 64, HOST_MAX = 65 };

#define ALIVE_EVERY (2 * NS_PER_S)
#define PATIENCE (60 * NS_PER_S)
#define TAKE_OVER_WITHIN (10 * NS_PER_S)

struct server {
	struct state_dir place;
	char key[SOCKET_NAME_MAX];
	int lock_fd, fd;
	int64_t patience;
	bool is_to_yield;
	struct feed *feed;
	int64_t fed_at; /* boot ns: the feed's engine has watched since then, or for a moment longer */
	struct talk_hello hello;
	char from[HOST_MAX];
	struct frame *current;
	struct wire_writer *writer;  /* what the viewers in step know; NULL: there is none */
	struct wire_line *whole;     /* the current frame with nothing left out; NULL: not made */
	struct wire_line *alive;
	struct peer *peers[VIEWERS_MOST];
	size_t n;
};

/* One engine a configuration: the lock says so even where a socket was left behind. */
static int take_lock(struct server *s, struct err *err)
{
	char name[SOCKET_NAME_MAX + 8];
	pid_t holder;

	snprintf(name, sizeof(name), "%s.lock", s->key);
	s->lock_fd = state_dir_lock(&s->place, name, &holder, err);
	if (s->lock_fd >= 0)
		return 0;
	return err_msg(err)[0] ? -1 : err_set(err, _("an engine runs for this configuration already (pid %ld)"), (long)holder);
}

/* A dashboard's engine that has the lock makes room; another one does not. */
static int take_over(struct server *s, struct err *err)
{
	int64_t until = clock_boot() + TAKE_OVER_WITHIN;

	for (;;) {
		err->msg[0] = '\0';
		if (!take_lock(s, err))
			return 0;
		if (clock_boot() > until || !yield_ask(s->place.path, s->key))
			return -1;
	}
}

struct server *server_new(const struct server_setup *setup, struct err *err)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->fd = s->lock_fd = -1;
	s->patience = setup->patience ? setup->patience : PATIENCE;
	s->hello.pid = getpid();
	s->hello.viewer = setup->viewer;
	if (gethostname(s->from, sizeof(s->from) - 1))
		snprintf(s->from, sizeof(s->from), "localhost");
	snprintf(s->hello.config, sizeof(s->hello.config), "%s", setup->config);
	socket_key(s->key, setup->config);
	if (state_dir_open(&s->place, setup->state_dir, true, err) || (setup->takes_over ? take_over : take_lock)(s, err) ||
	    (s->fd = socket_listen(&s->place, s->key, err)) < 0) {
		server_free(s);
		return NULL;
	}
	log_info("listening on %s/%s.sock", s->place.path, s->key);
	return s;
}

static void drop(struct server *s, size_t i)
{
	peer_free(s->peers[i]);
	s->peers[i] = s->peers[--s->n];
}

void server_free(struct server *s)
{
	if (!s)
		return;
	while (s->n)
		drop(s, 0);
	if (s->fd >= 0) {
		socket_unlink(&s->place, s->key);
		close(s->fd);
	}
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	wire_writer_free(s->writer);
	wire_line_unref(s->whole);
	wire_line_unref(s->alive);
	frame_unref(s->current);
	state_dir_release(&s->place);
	free(s);
}

size_t server_viewers(const struct server *s)
{
	return s->n;
}

static struct wire_line *note_line(enum talk_note note, const char *id, const char *text)
{
	struct buf b;

	buf_init(&b, 16 << 10);
	talk_put_note(&b, note, id, text);
	return wire_line_take(&b);
}

static void tell(struct peer *p, enum talk_note note, const char *id, const char *text)
{
	struct wire_line *line = note_line(note, id, text);

	peer_send(p, line);
	wire_line_unref(line);
}

static void tell_all(struct server *s, enum talk_note note, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		tell(s->peers[i], note, NULL, text);
}

void server_feed(struct server *s, struct feed *feed, const char *digest)
{
	s->feed = feed;
	s->fed_at = clock_boot();
	s->hello.settled = false;
	if (strcmp(s->hello.digest, digest) != 0)
		tell_all(s, NOTE_CONFIG, digest);
	snprintf(s->hello.digest, sizeof(s->hello.digest), "%s", digest);
}

/* NULL: the frame is larger than a line may be. */
static struct wire_line *frame_line(struct wire_writer *w, const struct frame *f)
{
	struct buf b;

	buf_init(&b, WIRE_LINE_MAX);
	if (wire_write(w, f, &b)) {
		log_warn("a frame is larger than %d MiB and was not sent", WIRE_LINE_MAX >> 20);
		buf_release(&b);
		return NULL;
	}
	return wire_line_take(&b);
}

/* The current frame with nothing left out; the first one also begins what viewers in step know. */
static struct wire_line *whole_line(struct server *s)
{
	struct wire_writer *w = wire_writer_plain();

	if (s->whole || !s->current) {
		wire_writer_free(w);
		return s->whole;
	}
	s->whole = frame_line(w, s->current);
	if (s->writer || !s->whole)
		wire_writer_free(w);
	else
		s->writer = w;
	return s->whole;
}

/* Viewers that wait for a whole frame and have nothing else before them get it. */
static void catch_up(struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->peers[i]->in_step && !peer_waits(s->peers[i]) && whole_line(s)) {
			peer_send(s->peers[i], s->whole);
			s->peers[i]->in_step = true;
			if (s->hello.settled)
				tell(s->peers[i], NOTE_SETTLED, NULL, NULL);
		}
}

static void send_frame(struct server *s, struct frame *f)
{
	struct wire_line *line;
	bool any = false;

	frame_unref(s->current);
	s->current = f;
	wire_line_unref(s->whole);
	s->whole = NULL;
	for (size_t i = 0; i < s->n; i++)
		any |= s->peers[i]->in_step;
	if (!any) {
		wire_writer_free(s->writer);
		s->writer = NULL;
		return;
	}
	line = frame_line(s->writer, f);
	for (size_t i = 0; i < s->n; i++)
		if (s->peers[i]->in_step)
			s->peers[i]->in_step = line && peer_send(s->peers[i], line);
	wire_line_unref(line);
	/* What the viewers know is not the frame before any more. */
	if (!line) {
		wire_writer_free(s->writer);
		s->writer = NULL;
	}
}

static void take_frame(struct server *s)
{
	bool settled = !s->hello.settled && s->feed->ops->settled(s->feed);
	struct frame *f = s->feed->ops->acquire(s->feed);

	if (f && f != s->current)
		send_frame(s, f);
	else
		frame_unref(f);
	if (!settled)
		return;
	/* After the frame that it is about. */
	s->hello.settled = true;
	for (size_t i = 0; i < s->n; i++)
		if (s->peers[i]->in_step)
			tell(s->peers[i], NOTE_SETTLED, NULL, NULL);
	catch_up(s);
}

static void greet(struct server *s, struct peer *p)
{
	struct buf b;
	struct wire_line *line;

	buf_init(&b, 64 << 10);
	s->hello.watched_ms = (clock_boot() - s->fed_at) / NS_PER_MS;
	talk_put_hello(&b, s->from, &s->hello);
	line = wire_line_take(&b);
	peer_send(p, line);
	wire_line_unref(line);
}

static void welcome(struct server *s)
{
	for (;;) {
		int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct ucred who = {0};

		if (fd < 0)
			return;
		if (!socket_peer_may(&s->place, fd, &who) || s->n == VIEWERS_MOST) {
			log_warn("viewer pid %ld of uid %ld was sent away: %s", (long)who.pid, (long)who.uid,
			    s->n == VIEWERS_MOST ? "there are too many" : "it may not read this folder");
			close(fd);
			continue;
		}
		s->peers[s->n] = peer_new(fd, &who);
		greet(s, s->peers[s->n++]);
	}
}

static void submit(struct server *s, struct peer *p, struct record *r)
{
	struct err err = {""};
	char id[RECORD_ID_SIZE];

	memcpy(id, r->id, sizeof(id));
	if (peer_stamp(p, r, clock_wall(), &err)) {
		record_unref(r);
	} else if (!s->feed->ops->submit(s->feed, r, &err)) {
		return;
	}
	tell(p, NOTE_REFUSED, id, err_msg(&err));
}

/* What the viewer asked for; false: it is to be dropped, and that was said. */
static bool serve(struct server *s, struct peer *p)
{
	struct err err = {""};
	char list_of[TALK_LIST_OF];
	struct record *r;
	const char *line;
	size_t len;

	if (peer_read(p, &err)) {
		if (err_msg(&err)[0])
			log_warn("viewer pid %ld of %s was dropped: %s", (long)p->who.pid, p->user, err_msg(&err));
		return false;
	}
	while (peer_request(p, &line, &len)) {
		enum talk_request request = talk_get_request(line, len, &r, list_of, &err);

		peer_request_done(p, len);
		if (request == REQUEST_BAD) {
			log_warn("viewer pid %ld of %s was dropped: %s", (long)p->who.pid, p->user, err_msg(&err));
			return false;
		}
		if (request == REQUEST_POLL)
			s->feed->ops->poll_now(s->feed, list_of[0] ? list_of : NULL);
		else if (request == REQUEST_YIELD)
			s->is_to_yield = s->hello.viewer;
		else
			submit(s, p, r);
	}
	return true;
}

/* One viewer's share of a step. */
static bool attend(struct server *s, struct peer *p, short revents, int64_t now)
{
	if ((revents & (POLLIN | POLLHUP | POLLERR) || peer_has_request(p)) && !serve(s, p))
		return false;
	/* It has left with more requests than it may make. */
	if ((revents & (POLLHUP | POLLERR)) && peer_has_request(p))
		return false;
	if (peer_write(p, now))
		return false;
	if (peer_waits(p) && now - p->wrote_at > s->patience) {
		log_warn("viewer pid %ld of %s was dropped: it does not read", (long)p->who.pid, p->user);
		return false;
	}
	if (!peer_waits(p) && now - p->wrote_at > ALIVE_EVERY) {
		if (!s->alive)
			s->alive = note_line(NOTE_ALIVE, NULL, NULL);
		peer_send(p, s->alive);
		return !peer_write(p, now);
	}
	return true;
}

bool server_is_to_yield(const struct server *s)
{
	return s->is_to_yield;
}

void server_step(struct server *s, int other, int ms)
{
	struct pollfd p[3 + VIEWERS_MOST] = {
	    {.fd = s->fd, .events = POLLIN},
	    {.fd = s->feed->ops->fd(s->feed), .events = POLLIN},
	    {.fd = other, .events = POLLIN},
	};
	size_t n = s->n;

	/* Whoever else uses the feed may have drained its descriptor. */
	take_frame(s);
	for (size_t i = 0; i < n; i++)
		p[3 + i] = (struct pollfd){.fd = s->peers[i]->fd, .events = peer_events(s->peers[i])};
	/* Settling makes no noise. */
	if (!s->hello.settled && ms > 50)
		ms = 50;
	if (poll(p, (nfds_t)(3 + n), ms > 1000 ? 1000 : ms) < 0)
		return;
	if (p[1].revents || !s->hello.settled)
		take_frame(s);
	/* From the end, since dropping one moves the last into its place. */
	for (size_t i = n; i-- > 0;)
		if (!attend(s, s->peers[i], p[3 + i].revents, clock_boot()))
			drop(s, i);
	if (p[0].revents)
		welcome(s);
	catch_up(s);
	for (size_t i = s->n; i-- > 0;)
		if (peer_write(s->peers[i], clock_boot()))
			drop(s, i);
}
