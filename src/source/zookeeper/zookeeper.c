#include "source/zookeeper/zookeeper.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "net/http.h"
#include "net/sock.h"
#include "source/zookeeper/answer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 32, REPLY_MAX = 64 << 10, ADMIN_PORT = 8080, RESOLVE_PAUSE_MS = 20 };

enum state { AT_REST, DIALING, TALKING, ADMIN };

struct server {
	struct zookeeper *owner;
	const char *address;
	char host[HOST_MAX];
	enum state state;
	struct dial dial;
	int fd;
	struct buf in;
	bool asked;
	int64_t due, deadline;
	/* What it told last; guarded by the lock. */
	struct zk_answer told;
	int64_t at; /* boot ns; 0: never */
	char error[300];
	bool tried;
};

struct zookeeper {
	struct source_ctx *ctx;
	struct server *list;
	size_t n;
	pthread_t thread;
	pthread_mutex_t lock;
	int wake;
	atomic_bool stop;
	struct http *http;
	int64_t period, timeout;
};

static void end_talk(struct server *s)
{
	if (s->state == DIALING)
		dial_stop(&s->dial);
	if (s->fd >= 0)
		close(s->fd);
	if (s->state == TALKING && s->dial.uses_via)
		via_end(&s->dial.via);
	s->fd = -1;
	s->state = AT_REST;
	buf_release(&s->in);
}

/* a NULL: it failed, and why. */
static void finish(struct server *s, const struct zk_answer *a, const char *why)
{
	struct zookeeper *z = s->owner;
	int64_t now = clock_boot();

	end_talk(s);
	pthread_mutex_lock(&z->lock);
	if (a) {
		s->told = *a;
		s->at = now;
	}
	snprintf(s->error, sizeof(s->error), "%s", a ? "" : why);
	s->tried = true;
	pthread_mutex_unlock(&z->lock);
	s->due = now + z->period;
}

static void admin_done(void *arg, const struct http_reply *r)
{
	struct server *s = arg;
	struct err err = {{0}};
	struct zk_answer a;

	if (r->fail != HTTP_OK || r->status != 200)
		err_set(&err, _("srvr is not in its 4lw.commands.whitelist, and its AdminServer does not answer"));
	else
		zk_read_monitor(&a, r->body, r->len, &err);
	finish(s, err.msg[0] ? NULL : &a, err.msg);
}

/* The word is forbidden: the AdminServer may tell. */
static void ask_admin(struct server *s)
{
	char url[HOST_MAX + 64];
	bool v6 = strchr(s->host, ':');

	end_talk(s);
	s->state = ADMIN;
	snprintf(url, sizeof(url), v6 ? "http://[%s]:%d/commands/monitor" : "http://%s:%d/commands/monitor", s->host,
	    ADMIN_PORT);
	http_get(s->owner->http, &(struct http_request){.url = url,
				     .timeout_ms = s->owner->timeout / NS_PER_MS,
				     .done = admin_done,
				     .arg = s});
}

/* The server closes the connection behind its answer. */
static void ended(struct server *s)
{
	struct err err = {{0}};
	struct zk_answer a;
	bool forbidden = false;

	if (!s->in.len)
		finish(s, NULL, _("closed without an answer: is it ZooKeeper?"));
	else if (!zk_read_srvr(&a, s->in.data, s->in.len, &forbidden, &err))
		finish(s, &a, NULL);
	else if (forbidden)
		ask_admin(s);
	else
		finish(s, NULL, err.msg);
}

static void talk(struct server *s)
{
	char bytes[4096];
	ssize_t n;

	if (!s->asked && send(s->fd, "srvr", 4, MSG_NOSIGNAL) == 4)
		s->asked = true;
	while ((n = recv(s->fd, bytes, sizeof(bytes), 0)) > 0)
		if (buf_add(&s->in, bytes, (size_t)n)) {
			finish(s, NULL, _("protocol: its answer does not end"));
			return;
		}
	if (n == 0)
		ended(s);
	else if (errno != EAGAIN && errno != EINTR)
		finish(s, NULL, sock_words(errno));
}

static void step(struct server *s, int64_t now)
{
	const struct cluster_conf *conf = s->owner->ctx->cluster;
	char why[ERR_MAX];

	if (s->state == AT_REST && now >= s->due) {
		s->deadline = now + s->owner->timeout;
		s->asked = false;
		buf_init(&s->in, REPLY_MAX);
		dial_start(&s->dial, cluster_dial_address(conf, s->address), conf->via, now, s->deadline);
		s->state = DIALING;
	}
	if (s->state == DIALING) {
		enum dial_state d = dial_step(&s->dial, now);

		if (d == DIAL_FAILED) {
			snprintf(why, sizeof(why), "%s", s->dial.err.msg);
			finish(s, NULL, why);
		} else if (d == DIAL_DONE) {
			s->fd = s->dial.fd;
			s->state = TALKING;
		}
	}
	if (s->state == TALKING)
		talk(s);
	if ((s->state == TALKING || s->state == DIALING) && now >= s->deadline)
		finish(s, NULL, s->state == TALKING ? _("HUNG: connected, no answer to srvr") : _("unreachable: no answer to TCP"));
}

/* Waits for the sockets; while the AdminServer is asked, for it. */
static void wait_for(struct zookeeper *z)
{
	struct pollfd p[MOST + 1];
	int64_t now = clock_boot(), until = now + z->period;
	size_t n = 0;
	bool admin = false, resolving = false;

	p[n++] = (struct pollfd){.fd = z->wake, .events = POLLIN};
	for (size_t i = 0; i < z->n; i++) {
		struct server *s = &z->list[i];
		int64_t due = s->state == AT_REST ? s->due : s->deadline;

		admin |= s->state == ADMIN;
		if (s->state == DIALING && dial_fd(&s->dial) < 0)
			resolving = true;
		else if (s->state == DIALING)
			p[n++] = (struct pollfd){.fd = dial_fd(&s->dial), .events = POLLOUT};
		else if (s->state == TALKING)
			p[n++] = (struct pollfd){.fd = s->fd, .events = POLLIN};
		if (s->state != ADMIN && due < until)
			until = due;
	}
	if (admin || resolving) {
		/* Libcurl has descriptors of its own: look after both often. */
		if (until > now + RESOLVE_PAUSE_MS * NS_PER_MS)
			until = now + RESOLVE_PAUSE_MS * NS_PER_MS;
	}
	if (until > now)
		poll(p, n, (int)((until - now) / NS_PER_MS) + 1);
	wake_drain(z->wake);
}

static void *run(void *arg)
{
	struct zookeeper *z = arg;

	while (!atomic_load(&z->stop)) {
		for (size_t i = 0; i < z->n; i++)
			step(&z->list[i], clock_boot());
		http_run(z->http);
		wait_for(z);
	}
	return NULL;
}

static void free_all(struct zookeeper *z)
{
	http_free(z->http);
	for (size_t i = 0; i < z->n; i++)
		end_talk(&z->list[i]);
	if (z->wake >= 0)
		close(z->wake);
	pthread_mutex_destroy(&z->lock);
	free(z->list);
	free(z);
}

struct zookeeper *zookeeper_start(struct source_ctx *ctx)
{
	const struct cluster_conf *conf = ctx->cluster;
	char port[PORT_MAX];
	struct zookeeper *z;

	if (!conf->n_zookeeper)
		return NULL;
	z = xcalloc(1, sizeof(*z));
	z->ctx = ctx;
	z->n = conf->n_zookeeper < MOST ? conf->n_zookeeper : MOST;
	z->list = xcalloc(z->n, sizeof(*z->list));
	z->period = schedule_period(ctx->config, PERIOD_METADATA);
	z->timeout = (conf->timeout_ms > 0 ? conf->timeout_ms : 5000) * NS_PER_MS;
	for (size_t i = 0; i < z->n; i++) {
		struct server *s = &z->list[i];

		s->owner = z;
		s->address = conf->zookeeper[i];
		s->fd = s->dial.fd = s->dial.via.err_fd = -1;
		buf_init(&s->in, REPLY_MAX);
		if (address_split(s->address, s->host, port))
			s->host[0] = '\0';
	}
	pthread_mutex_init(&z->lock, NULL);
	z->wake = wake_open();
	z->http = http_new(conf);
	if (z->wake < 0 || thread_start(&z->thread, "zookeeper", run, z) != 0) {
		free_all(z);
		return NULL;
	}
	return z;
}

void zookeeper_stop(struct zookeeper *z)
{
	if (!z)
		return;
	atomic_store(&z->stop, true);
	wake_set(z->wake);
	pthread_join(z->thread, NULL);
	free_all(z);
}

bool zookeeper_settled(struct zookeeper *z)
{
	bool all = true;

	if (!z)
		return true;
	pthread_mutex_lock(&z->lock);
	for (size_t i = 0; i < z->n; i++)
		all &= z->list[i].tried;
	pthread_mutex_unlock(&z->lock);
	return all;
}

size_t zookeeper_count(const struct zookeeper *z)
{
	return z ? z->n : 0;
}

static uint64_t leader_zxid(const struct zookeeper *z)
{
	for (size_t i = 0; i < z->n; i++)
		if (!z->list[i].error[0] && !strcmp(z->list[i].told.mode, "leader"))
			return z->list[i].told.zxid;
	return 0;
}

static struct value told_or(const struct value v, bool told, const char *error)
{
	if (error)
		return told ? value_failed(v, error) : value_error(error);
	return told ? v : value_missing(_("ZooKeeper does not tell"));
}

static void fill(const struct zookeeper *z, const struct server *s, struct ensemble_member *m, struct arena *arena)
{
	const struct zk_answer *a = &s->told;
	const char *error = s->error[0] ? arena_strdup(arena, s->error) : NULL;
	bool alone = !strcmp(a->mode, "standalone"), leads = !strcmp(a->mode, "leader");
	int64_t behind = leads || alone ? 0 : zk_behind(a->zxid, leader_zxid(z));

	*m = (struct ensemble_member){.name = arena_strdup(arena, s->address),
	    .kind = "ZooKeeper",
	    .role = s->at ? arena_strdup(arena, a->mode) : NULL,
	    .state = error    ? arena_printf(arena, "down: %s", error)
		     : !s->at ? _("connecting")
			      : arena_printf(arena, "up, %s", a->version[0] ? a->version : "?"),
	    .up = s->tried ? value_bool(!error, clock_boot(), z->period) : value_missing(_("not asked yet")),
	    .behind = told_or(value_int(behind, s->at, z->period), s->at && behind >= 0, error),
	    .behind_ms = value_na(_("ZooKeeper does not tell")),
	    .latency_ms = told_or(value_real(a->latency_ms, s->at, z->period), s->at && a->latency_ms >= 0, error),
	    .outstanding = told_or(value_int(a->outstanding, s->at, z->period), s->at && a->outstanding >= 0, error)};
}

void zookeeper_members(struct zookeeper *z, struct ensemble_member *out, struct arena *arena)
{
	if (!z)
		return;
	pthread_mutex_lock(&z->lock);
	for (size_t i = 0; i < z->n; i++)
		fill(z, &z->list[i], &out[i], arena);
	pthread_mutex_unlock(&z->lock);
}
