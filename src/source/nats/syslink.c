#include "source/nats/syslink_int.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	EVENTS_MOST = 4096,
	NOTICES_MOST = 1024,
	COMMANDS_MOST = 4096,
	NOTICE_LEN_MOST = 16 << 10,
	BYTES_MOST = 64 << 20,
	END_PATIENCE_MS = 150,
	LAST_WORD_MS = 1000,
	FIRST_WAIT_MS = 1000,
	LONGEST_WAIT_MS = 30000,
	SOON_MS = 100,
};

#define HELD (10 * NS_PER_S)

const char *const syslink_notices[] = {
    "$SYS.ACCOUNT.*.DISCONNECT",
    "$SYS.SERVER.*.CLIENT.AUTH.ERR",
    "$SYS.SERVER.*.SHUTDOWN",
    "$SYS.SERVER.*.LAMEDUCK",
    NULL,
};

static bool has_room(const struct syslink *l, enum syslink_kind kind, size_t len)
{
	if (l->n_events >= EVENTS_MOST || l->bytes + len > BYTES_MOST)
		return kind == SYSLINK_UP || kind == SYSLINK_DOWN;
	if (kind == SYSLINK_NOTICE)
		return l->n_notices < NOTICES_MOST && len <= NOTICE_LEN_MOST;
	return true;
}

void syslink_put(struct syslink *l, struct syslink_event head, const char *subject, const char *text, size_t len)
{
	size_t subject_len = strlen(subject);
	struct syslink_event *e;
	char *data;

	pthread_mutex_lock(&l->lock);
	if (l->abandoned || !has_room(l, head.kind, len)) {
		l->lost++;
		pthread_mutex_unlock(&l->lock);
		return;
	}
	e = xmalloc(sizeof(*e) + subject_len + len + 2);
	data = (char *)e + sizeof(*e);
	*e = head;
	e->at = clock_boot();
	memcpy(data, subject, subject_len + 1);
	e->subject = data;
	data += subject_len + 1;
	if (len)
		memcpy(data, text, len);
	data[len] = '\0';
	e->text = data;
	e->len = len;
	e->next = NULL;
	if (l->last)
		l->last->next = e;
	else
		l->first = e;
	l->last = e;
	l->n_events++;
	l->n_notices += e->kind == SYSLINK_NOTICE;
	l->bytes += len;
	wake_set(l->wake_fd);
	pthread_mutex_unlock(&l->lock);
}

struct syslink_event *syslink_take(struct syslink *l)
{
	struct syslink_event *e;

	pthread_mutex_lock(&l->lock);
	e = l->first;
	if (e) {
		l->first = e->next;
		if (!l->first)
			l->last = NULL;
		l->n_events--;
		l->n_notices -= e->kind == SYSLINK_NOTICE;
		l->bytes -= e->len;
	}
	pthread_mutex_unlock(&l->lock);
	return e;
}

uint64_t syslink_lost(struct syslink *l)
{
	uint64_t n;

	pthread_mutex_lock(&l->lock);
	n = l->lost;
	l->lost = 0;
	pthread_mutex_unlock(&l->lock);
	return n;
}

static void on_message(natsConnection *nc, natsSubscription *sub, natsMsg *msg, void *closure)
{
	struct syslink *l = closure;
	const char *subject = natsMsg_GetSubject(msg), *token = NULL;
	struct syslink_event e = {.kind = SYSLINK_NOTICE};
	size_t len = natsMsg_GetDataLength(msg) > 0 ? (size_t)natsMsg_GetDataLength(msg) : 0;
	const char *data = natsMsg_GetData(msg);

	(void)nc;
	(void)sub;
	if (!strncmp(subject, l->inbox, strlen(l->inbox)))
		token = subject + strlen(l->inbox);
	if (token) {
		e.kind = SYSLINK_REPLY;
		e.token = strtoull(token, NULL, 10);
		if (natsMsg_IsNoResponders(msg))
			e.kind = SYSLINK_NOBODY;
		if (len > HTTP_BODY_MAX)
			e.kind = SYSLINK_TOO_LARGE;
		if (e.kind != SYSLINK_REPLY)
			len = 0;
	}
	syslink_put(l, e, token ? "" : subject, data, len);
	natsMsg_Destroy(msg);
}

static void on_closed(natsConnection *nc, void *closure)
{
	struct syslink *l = closure;
	const char *said = NULL;
	natsStatus st = natsConnection_GetLastError(nc, &said);
	struct err err = {""};
	enum http_fail fail;

	syslink_words(l, st, said, &fail, &err);
	pthread_mutex_lock(&l->lock);
	l->closed = true;
	l->closed_fail = fail;
	snprintf(l->closed_why, sizeof(l->closed_why), "%s", err.msg);
	pthread_cond_broadcast(&l->moved);
	pthread_mutex_unlock(&l->lock);
}

static void on_error(natsConnection *nc, natsSubscription *sub, natsStatus st, void *closure)
{
	struct syslink *l = closure;
	natsStatus last;
	/* Of this very error; the connection only keeps the newest of several. */
	const char *said = nats_GetLastError(&last);

	(void)sub;
	if (!said || !strcasestr(said, "permissions"))
		natsConnection_GetLastError(nc, &said);
	if (st == NATS_NOT_PERMITTED && said)
		syslink_put(l, (struct syslink_event){.kind = SYSLINK_DENIED}, "", said, strnlen(said, ERR_MAX));
}

const natsMsgHandler syslink_on_message = on_message;
const natsConnectionHandler syslink_on_closed = on_closed;
const natsErrHandler syslink_on_error = on_error;

static void deadline_in(struct timespec *t, int ms)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_sec += ms / 1000;
	t->tv_nsec += (long)(ms % 1000) * NS_PER_MS;
	if (t->tv_nsec >= NS_PER_S) {
		t->tv_sec++;
		t->tv_nsec -= NS_PER_S;
	}
}

bool syslink_pause(struct syslink *l, int ms)
{
	struct timespec t;
	bool go;

	deadline_in(&t, ms);
	pthread_mutex_lock(&l->lock);
	while (!l->stop && pthread_cond_timedwait(&l->moved, &l->lock, &t) == 0)
		;
	go = !l->stop;
	pthread_mutex_unlock(&l->lock);
	return go;
}

static void drop_commands(struct syslink *l)
{
	struct syslink_command *next;

	for (struct syslink_command *c = l->first_command; c; c = next) {
		next = c->next;
		free(c);
	}
	l->first_command = l->last_command = NULL;
	l->n_commands = 0;
}

static void send_one(struct syslink *l, const struct syslink_command *c)
{
	char reply[128];

	snprintf(reply, sizeof(reply), "%s%llu", l->inbox, (unsigned long long)c->token);
	/* A failure is told by what follows: the connection ends, or nobody answers. */
	natsConnection_PublishRequest(l->nc, c->subject, reply, c->payload, (int)strlen(c->payload));
}

/* Sends what it is given, until the connection ends or the link is to end. */
static void serve(struct syslink *l)
{
	pthread_mutex_lock(&l->lock);
	l->renew = false;
	while (!l->stop && !l->closed && !l->renew) {
		struct syslink_command *c = l->first_command;

		if (!c) {
			pthread_cond_wait(&l->moved, &l->lock);
			continue;
		}
		l->first_command = c->next;
		if (!l->first_command)
			l->last_command = NULL;
		l->n_commands--;
		pthread_mutex_unlock(&l->lock);
		send_one(l, c);
		free(c);
		pthread_mutex_lock(&l->lock);
	}
	drop_commands(l);
	pthread_mutex_unlock(&l->lock);
}

/* The library may still be about to call on_closed: wait for it, so that nothing of l is used later. */
static void disconnect(struct syslink *l)
{
	struct timespec t;

	syslink_note_servers(l);
	for (size_t i = 0; i < l->n_subs; i++)
		natsSubscription_Destroy(l->subs[i]);
	l->n_subs = 0;
	natsConnection_Destroy(l->nc);
	l->nc = NULL;
	tunnel_close(&l->tunnel);
	deadline_in(&t, LAST_WORD_MS);
	pthread_mutex_lock(&l->lock);
	while (!l->closed && pthread_cond_timedwait(&l->moved, &l->lock, &t) == 0)
		;
	pthread_mutex_unlock(&l->lock);
}

static void tell_up(struct syslink *l)
{
	char id[128] = "";

	natsConnection_GetConnectedServerId(l->nc, id, sizeof(id));
	syslink_put(l, (struct syslink_event){.kind = SYSLINK_UP}, "", id, strlen(id));
}

static void tell_down(struct syslink *l, enum http_fail fail, const char *why)
{
	syslink_put(l, (struct syslink_event){.kind = SYSLINK_DOWN, .fail = fail, .token = l->attempts >= l->n_servers},
	    "", why, strlen(why));
}

static void free_all(struct syslink *l)
{
	struct syslink_event *e;
	bool forgotten = l->closed || !l->inbox[0];

	while ((e = syslink_take(l)))
		free(e);
	drop_commands(l);
	if (l->conf.sys.password.value)
		OPENSSL_cleanse((char *)l->conf.sys.password.value, strlen(l->conf.sys.password.value));
	if (!forgotten)
		return; /* a callback may still come: what it needs stays until the end of the process */
	arena_release(&l->arena);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->moved);
	free(l);
}

static int next_wait(int wait)
{
	wait = wait >= FIRST_WAIT_MS ? 2 * wait : FIRST_WAIT_MS;
	return wait > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : wait;
}

static void *syslink_main(void *arg)
{
	struct syslink *l = arg;
	int wait = 0;
	bool leave;

	while (syslink_pause(l, wait)) {
		enum http_fail fail = HTTP_OK;
		struct err err = {""};
		int64_t since = clock_boot();

		l->attempts++;
		if (!syslink_connect(l, &fail, &err)) {
			l->attempts = 0;
			tell_up(l);
			serve(l);
			disconnect(l);
			fail = l->closed_fail;
			err_set(&err, "%s", l->closed_why);
		}
		tell_down(l, fail, err.msg);
		/* One that held for a while is made again at once, and every server gets its try. */
		if (clock_boot() - since > HELD || l->attempts < l->n_servers)
			wait = SOON_MS;
		else
			wait = next_wait(wait);
	}
	nats_ReleaseThreadMemory();
	pthread_mutex_lock(&l->lock);
	l->ended = true;
	leave = l->abandoned;
	pthread_cond_broadcast(&l->moved);
	pthread_mutex_unlock(&l->lock);
	if (leave)
		free_all(l);
	return NULL;
}

static const char **copy_list(struct arena *a, const char **list)
{
	size_t n = 0;
	const char **out;

	while (list && list[n])
		n++;
	out = arena_alloc(a, (n + 1) * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out[i] = arena_strdup(a, list[i]);
	return list ? out : NULL;
}

static void copy_conf(struct syslink *l, const struct cluster_conf *c)
{
	struct arena *a = &l->arena;
	struct cluster_conf *to = &l->conf;

	to->via = copy_list(a, c->via);
	to->n_address_map = c->n_address_map;
	to->address_map = arena_alloc(a, (c->n_address_map + 1) * sizeof(*to->address_map));
	for (size_t i = 0; i < c->n_address_map; i++)
		to->address_map[i] = (struct text_pair){
		    arena_strdup(a, c->address_map[i].key), arena_strdup(a, c->address_map[i].value)};
	to->sys.url = arena_strdup(a, c->sys.url);
	to->sys.user = arena_strdup(a, c->sys.user);
	to->sys.creds = arena_strdup(a, c->sys.creds);
	to->sys.nkey = arena_strdup(a, c->sys.nkey);
	to->sys.password.value = arena_strdup(a, c->sys.password.value);
	to->sys.tls = (struct tls_conf){.set = c->sys.tls.set, .ca = arena_strdup(a, c->sys.tls.ca),
	    .cert = arena_strdup(a, c->sys.tls.cert), .key = arena_strdup(a, c->sys.tls.key)};
	l->timeout_ms = c->timeout_ms > 0 ? c->timeout_ms : 5000;
}

struct syslink *syslink_new(const struct cluster_conf *cluster, int wake_fd)
{
	struct syslink *l = xcalloc(1, sizeof(*l));
	pthread_condattr_t attr;

	arena_init(&l->arena);
	copy_conf(l, cluster);
	l->wake_fd = wake_fd;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->moved, &attr);
	pthread_condattr_destroy(&attr);
	if (thread_start(&l->thread, "nats-system", syslink_main, l)) {
		l->ended = true;
		tell_down(l, HTTP_PROTOCOL, _("no thread could be started for the system account"));
		l->thread = 0;
	}
	return l;
}

void syslink_free(struct syslink *l)
{
	struct timespec t;
	pthread_t thread;
	bool ended;

	if (!l)
		return;
	thread = l->thread;
	deadline_in(&t, END_PATIENCE_MS);
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->moved);
	while (!l->ended && pthread_cond_timedwait(&l->moved, &l->lock, &t) == 0)
		;
	ended = l->ended;
	l->abandoned = !ended;
	pthread_mutex_unlock(&l->lock);
	if (!ended) {
		pthread_detach(thread); /* l is the thread's from now on */
		return;
	}
	if (thread)
		pthread_join(thread, NULL);
	free_all(l);
}

void syslink_reconnect(struct syslink *l)
{
	pthread_mutex_lock(&l->lock);
	l->renew = true;
	pthread_cond_broadcast(&l->moved);
	pthread_mutex_unlock(&l->lock);
}

void syslink_request(struct syslink *l, const char *subject, const char *payload, uint64_t token)
{
	size_t n = strlen(subject) + 1, m = strlen(payload) + 1;
	struct syslink_command *c = xmalloc(sizeof(*c) + n + m);
	char *data = (char *)c + sizeof(*c);

	memcpy(data, subject, n);
	memcpy(data + n, payload, m);
	*c = (struct syslink_command){.token = token, .subject = data, .payload = data + n};
	pthread_mutex_lock(&l->lock);
	if (l->n_commands < COMMANDS_MOST) {
		if (l->last_command)
			l->last_command->next = c;
		else
			l->first_command = c;
		l->last_command = c;
		l->n_commands++;
		c = NULL;
		pthread_cond_broadcast(&l->moved);
	}
	pthread_mutex_unlock(&l->lock);
	free(c);
}
