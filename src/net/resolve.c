#include "net/resolve.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/map.h"
#include "base/thread.h"

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name server that is gone holds a thread for each of its names: the others still want theirs. */
enum { MOST_THREADS = 16, MOST_NAMES = 1024 };

#define FRESH (60 * NS_PER_S)
#define FRESH_FAILURE (5 * NS_PER_S)

struct name {
	char *host, *port;
	bool asked;	   /* in the queue or in a thread */
	bool known;	   /* addrs holds what the last good lookup found */
	bool tried;	   /* at least one lookup has ended */
	char failure[160]; /* of the last lookup; "" when it went well */
	int64_t at;	   /* when the last lookup ended */
	struct resolved addrs;
	struct name *next_job;
};

/* Names stay for good: a lookup that hangs may still write into its own. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t work;
	bool ready;
	struct map names;
	struct name *first, *last;
	unsigned threads, idle, queued;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .work = PTHREAD_COND_INITIALIZER};

static void copy_addresses(const struct addrinfo *found, struct resolved *out)
{
	out->n = 0;
	for (const struct addrinfo *a = found; a && out->n < RESOLVE_MAX; a = a->ai_next) {
		if (a->ai_addrlen > sizeof(out->list[0].addr))
			continue;
		memcpy(&out->list[out->n].addr, a->ai_addr, a->ai_addrlen);
		out->list[out->n++].len = a->ai_addrlen;
	}
}

static void note_result(struct name *n, int rc, const struct addrinfo *found)
{
	if (!rc) {
		copy_addresses(found, &n->addrs);
		n->known = true;
	}
	snprintf(n->failure, sizeof(n->failure), "%s", rc ? gai_strerror(rc) : "");
	n->at = clock_boot();
	n->tried = true;
	n->asked = false;
}

static void *work(void *arg)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	for (;;) {
		struct addrinfo *found = NULL;
		struct name *n;
		int rc;

		while (!pool.first) {
			pool.idle++;
			pthread_cond_wait(&pool.work, &pool.lock);
			pool.idle--;
		}
		n = pool.first;
		pool.first = n->next_job;
		pool.queued--;
		pthread_mutex_unlock(&pool.lock);
		rc = getaddrinfo(n->host, n->port, &hints, &found);
		pthread_mutex_lock(&pool.lock);
		note_result(n, rc, found);
		if (!rc)
			freeaddrinfo(found);
	}
	return NULL;
}

static void add_thread(void)
{
	pthread_t t;

	if (pool.queued <= pool.idle || pool.threads >= MOST_THREADS)
		return;
	if (!thread_start(&t, "resolver", work, NULL)) {
		pthread_detach(t);
		pool.threads++;
	}
}

static void enqueue(struct name *n)
{
	n->asked = true;
	n->next_job = NULL;
	if (pool.first)
		pool.last->next_job = n;
	else
		pool.first = n;
	pool.last = n;
	pool.queued++;
	add_thread();
	pthread_cond_signal(&pool.work);
}

static struct name *find_name(const char *host, const char *port)
{
	char key[320];
	struct name *n;

	snprintf(key, sizeof(key), "%s %s", host, port);
	if (!pool.ready) {
		map_init(&pool.names);
		pool.ready = true;
	}
	n = map_get(&pool.names, key);
	if (n || pool.names.n >= MOST_NAMES)
		return n;
	n = xcalloc(1, sizeof(*n));
	n->host = xstrdup(host);
	n->port = xstrdup(port);
	map_put(&pool.names, key, n);
	return n;
}

static enum resolve_result ask_pool(struct name *n, struct resolved *out, struct err *err)
{
	int64_t age = clock_boot() - n->at;

	if (!n->asked && (!n->tried || age > (n->failure[0] ? FRESH_FAILURE : FRESH)))
		enqueue(n);
	if (n->known) {
		*out = n->addrs;
		return RESOLVE_OK;
	}
	if (!n->tried || n->asked)
		return RESOLVE_WAIT;
	err_set(err, _("dns: the name %s does not resolve: %s"), n->host, n->failure);
	return RESOLVE_FAILED;
}

static bool resolve_numeric(const char *host, const char *port, struct resolved *out)
{
	struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, port, &hints, &found))
		return false;
	copy_addresses(found, out);
	freeaddrinfo(found);
	return true;
}

enum resolve_result resolve(
    const char *host, const char *port, struct resolved *out, struct err *err)
{
	enum resolve_result result;
	struct name *n;

	if (resolve_numeric(host, port, out))
		return RESOLVE_OK;
	pthread_mutex_lock(&pool.lock);
	n = find_name(host, port);
	if (n) {
		result = ask_pool(n, out, err);
	} else {
		err_set(err, _("dns: more than %d names are in use"), MOST_NAMES);
		result = RESOLVE_FAILED;
	}
	pthread_mutex_unlock(&pool.lock);
	return result;
}
