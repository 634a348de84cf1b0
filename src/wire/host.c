#include "wire/host.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define TRY_EVERY (2 * NS_PER_S)

struct host_opener {
	atomic_uint refs; /* the thread and who waits for it */
	atomic_bool done;
	char *state_dir, *config;
	struct server *server; /* the thread writes it before `done` */
};

static void opener_unref(struct host_opener *o)
{
	if (atomic_fetch_sub(&o->refs, 1) != 1)
		return;
	server_free(o->server);
	free(o->state_dir);
	free(o->config);
	free(o);
}

/* Why there is none is no news: another engine has the socket, or the folder is none, which the ledger's trouble says. */
static void *opener_main(void *arg)
{
	struct host_opener *o = arg;
	struct server_setup setup = {.state_dir = o->state_dir, .config = o->config, .viewer = true};
	struct err err = {""};

	o->server = server_new(&setup, &err);
	atomic_store(&o->done, true);
	opener_unref(o);
	return NULL;
}

void host_try(struct host *h, const char *state_dir, const char *config, int64_t now)
{
	struct host_opener *o;
	pthread_t t;

	if (h->server || h->opener || !state_dir || now < h->not_before)
		return;
	o = xcalloc(1, sizeof(*o));
	atomic_init(&o->refs, 2);
	o->state_dir = xstrdup(state_dir);
	o->config = xstrdup(config);
	if (thread_start(&t, "host", opener_main, o)) {
		opener_unref(o);
		opener_unref(o);
		return;
	}
	pthread_detach(t);
	h->opener = o;
}

struct server *host_server(struct host *h, bool *refused)
{
	*refused = false;
	if (!h->opener || !atomic_load(&h->opener->done))
		return h->server;
	h->server = h->opener->server;
	h->opener->server = NULL;
	*refused = !h->server;
	h->not_before = clock_boot() + TRY_EVERY;
	opener_unref(h->opener);
	h->opener = NULL;
	return h->server;
}

void host_close(struct host *h)
{
	server_free(h->server);
	if (h->opener)
		opener_unref(h->opener);
	h->server = NULL;
	h->opener = NULL;
}
