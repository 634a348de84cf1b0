#include "source/kafka/rd_int.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 200 };

static const char *const lacks[API_COUNT] = {
    [API_GROUP_DESCRIBE] =
	N_("librdkafka, which logs in here, knows no members of groups of the new protocol"),
    [API_LOG_DIRS] = N_("librdkafka, which logs in here, cannot ask for log dirs: SCRAM or a client "
			"certificate would do"),
    [API_QUORUM] = N_("librdkafka, which logs in here, cannot ask for the quorum: SCRAM or a client "
		      "certificate would do"),
    [API_REASSIGNMENTS] = N_("librdkafka, which logs in here, cannot ask for reassignments: SCRAM or a "
			     "client certificate would do"),
    [API_CONFIGS] = N_("configs are not asked for through librdkafka: SCRAM or a client "
		       "certificate would do"),
};

const char *rd_lacks(enum kafka_api api)
{
	return lacks[api] ? _(lacks[api]) : NULL;
}

static void free_job(struct rd_job *job)
{
	arena_release(&job->arena);
	free(job);
}

static void free_jobs(struct rd_job *job)
{
	while (job) {
		struct rd_job *next = job->next;

		free_job(job);
		job = next;
	}
}

/* The last of the source and the threads. librdkafka's own threads may take their time to end, and
 * never do while a request of this kind is out: then they stay until the process ends. */
static void destroy(struct rd *r)
{
	bool stuck = false;

	if (r->groups)
		rd_kafka_group_list_destroy(r->groups);
	for (size_t i = 0; i < r->n_fetches; i++)
		stuck |= r->fetches[i].stuck;
	for (size_t i = 0; i < r->n_fetches && !stuck; i++)
		rd_kafka_queue_destroy(r->fetches[i].queue);
	if (!stuck)
		rd_kafka_destroy(r->rk);
	free_jobs(r->waiting);
	free_jobs(r->done);
	close(r->fd);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->work);
	if (r->token)
		explicit_bzero(r->token, strlen(r->token));
	free(r->token);
	free(r->token_file);
	free(r->principal);
	free(r);
}

static void unref(struct rd *r)
{
	bool last;

	pthread_mutex_lock(&r->lock);
	last = --r->refs == 0;
	pthread_mutex_unlock(&r->lock);
	if (last)
		destroy(r);
}

/* Groups are asked for one at a time, and a broker has one request of a kind at a time. */
static bool clash(const struct rd_job *a, const struct rd_job *b)
{
	bool groups_a = a->api == API_LIST_GROUPS || a->api == API_DESCRIBE_GROUPS;
	bool groups_b = b->api == API_LIST_GROUPS || b->api == API_DESCRIBE_GROUPS;

	if (groups_a || groups_b)
		return groups_a && groups_b;
	return a->api == b->api && a->broker == b->broker;
}

static bool may_start(const struct rd *r, const struct rd_job *job)
{
	for (int i = 0; i < RD_WORKERS; i++)
		if (r->running[i] && clash(r->running[i], job))
			return false;
	return true;
}

/* Takes the first that may start off the queue; NULL: none. */
static struct rd_job *take(struct rd *r)
{
	for (struct rd_job **p = &r->waiting; *p; p = &(*p)->next)
		if (may_start(r, *p)) {
			struct rd_job *job = *p;

			*p = job->next;
			job->next = NULL;
			return job;
		}
	return NULL;
}

static void put_last(struct rd_job **list, struct rd_job *job)
{
	while (*list)
		list = &(*list)->next;
	*list = job;
}

static int free_place(const struct rd *r)
{
	int i = 0;

	while (r->running[i])
		i++;
	return i;
}

static void *worker_main(void *arg)
{
	struct rd *r = arg;

	pthread_mutex_lock(&r->lock);
	while (!r->ending) {
		struct rd_job *job = take(r);
		int at;

		if (!job) {
			pthread_cond_wait(&r->work, &r->lock);
			continue;
		}
		at = free_place(r);
		r->running[at] = job;
		pthread_mutex_unlock(&r->lock);
		rd_work(r, job);
		pthread_mutex_lock(&r->lock);
		r->running[at] = NULL;
		put_last(&r->done, job);
		wake_set(r->fd);
		/* What waited for this one may start. */
		pthread_cond_broadcast(&r->work);
	}
	pthread_mutex_unlock(&r->lock);
	unref(r);
	return NULL;
}

static bool ends(struct rd *r)
{
	bool ending;

	pthread_mutex_lock(&r->lock);
	ending = r->ending;
	pthread_mutex_unlock(&r->lock);
	return ending;
}

static void *poll_main(void *arg)
{
	struct rd *r = arg;

	while (!ends(r))
		rd_kafka_poll(r->rk, POLL_MS);
	unref(r);
	return NULL;
}

static void start(struct rd *r, void *(*run)(void *), const char *name)
{
	pthread_t thread;

	pthread_mutex_lock(&r->lock);
	r->refs++;
	pthread_mutex_unlock(&r->lock);
	if (thread_start(&thread, name, run, r) == 0)
		pthread_detach(thread);
	else
		unref(r);
}

struct rd *rd_open(
    const struct cluster_conf *conf, const struct security *s, int64_t timeout, struct err *err)
{
	struct rd *r = xcalloc(1, sizeof(*r));
	char why[256] = "";
	rd_kafka_conf_t *rc;

	r->timeout_ms = (int)(timeout / NS_PER_MS);
	r->refs = 1;
	r->fd = wake_open();
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->work, NULL);
	rc = rd_conf(r, conf, s, err);
	if (rc)
		r->rk = rd_kafka_new(RD_KAFKA_CONSUMER, rc, why, sizeof(why));
	if (!r->rk) {
		if (rc) {
			err_set(err, _("librdkafka does not start: %s"), why);
			rd_kafka_conf_destroy(rc);
		}
		/* Nothing of it runs yet. */
		close(r->fd);
		free(r->token);
		free(r->token_file);
		free(r->principal);
		free(r);
		return NULL;
	}
	rd_give_token(r);
	start(r, poll_main, "rd-poll");
	for (int i = 0; i < RD_WORKERS; i++)
		start(r, worker_main, "rd-work");
	return r;
}

void rd_close(struct rd *r)
{
	pthread_mutex_lock(&r->lock);
	r->ending = true;
	pthread_cond_broadcast(&r->work);
	pthread_mutex_unlock(&r->lock);
	unref(r);
}

int rd_fd(const struct rd *r)
{
	return r->fd;
}

static void finish(struct rd_job *job, const char *error)
{
	struct call call = {.api = job->api, .sent = job->sent, .tag = job->tag};
	struct answer a = {.reply = error ? NULL : job->reply,
	    .error = error ? error : job->reply ? NULL : job->err.msg,
	    .ms = (double)(clock_boot() - job->sent) / NS_PER_MS};

	if (job->owner && job->done)
		job->done(job->owner, &call, &a);
}

void rd_deliver(struct rd *r)
{
	struct rd_job *job;

	wake_drain(r->fd);
	pthread_mutex_lock(&r->lock);
	job = r->done;
	r->done = NULL;
	pthread_mutex_unlock(&r->lock);
	while (job) {
		struct rd_job *next = job->next;

		finish(job, NULL);
		free_job(job);
		job = next;
	}
}

static void copy_ask(struct rd_job *job, const struct wire_ask *ask)
{
	struct arena *arena = &job->arena;
	const char **names = arena_alloc(arena, (ask->n_names + 1) * sizeof(*names));
	struct wire_topic *topics = arena_alloc(arena, (ask->n_topics + 1) * sizeof(*topics));

	job->ask = *ask;
	for (size_t i = 0; i < ask->n_names; i++)
		names[i] = arena_strdup(arena, ask->names[i]);
	for (size_t i = 0; i < ask->n_topics; i++) {
		size_t size = ask->topics[i].n_parts * sizeof(int32_t);
		int32_t *parts = arena_alloc(arena, size + 1);

		memcpy(parts, ask->topics[i].parts, size);
		topics[i] = (struct wire_topic){
		    arena_strdup(arena, ask->topics[i].name), parts, ask->topics[i].n_parts};
	}
	job->ask.names = names;
	job->ask.topics = topics;
}

void rd_ask(struct rd *r, void *owner, int32_t id, enum kafka_api api, const struct wire_ask *ask,
    call_done *done, int64_t tag)
{
	struct rd_job *job = xcalloc(1, sizeof(*job));

	arena_init(&job->arena);
	job->api = api;
	job->broker = id;
	job->owner = owner;
	job->done = done;
	job->tag = tag;
	job->sent = clock_boot();
	copy_ask(job, ask);
	pthread_mutex_lock(&r->lock);
	put_last(&r->waiting, job);
	pthread_cond_signal(&r->work);
	pthread_mutex_unlock(&r->lock);
}

/* Those of the owner leave the list. */
static void pull(struct rd_job **list, const void *owner, struct rd_job **out)
{
	while (*list) {
		struct rd_job *job = *list;

		if (job->owner != owner) {
			list = &job->next;
			continue;
		}
		*list = job->next;
		job->next = *out;
		*out = job;
	}
}

void rd_drop(struct rd *r, void *owner, const char *why)
{
	struct rd_job *mine = NULL;
	struct rd_job under_way[RD_WORKERS] = {{.owner = NULL}};

	pthread_mutex_lock(&r->lock);
	pull(&r->waiting, owner, &mine);
	pull(&r->done, owner, &mine);
	for (int i = 0; i < RD_WORKERS; i++)
		if (r->running[i] && r->running[i]->owner == owner) {
			under_way[i].owner = owner;
			under_way[i].api = r->running[i]->api;
			under_way[i].done = r->running[i]->done;
			under_way[i].tag = r->running[i]->tag;
			under_way[i].sent = r->running[i]->sent;
			r->running[i]->owner = NULL;
		}
	pthread_mutex_unlock(&r->lock);
	for (int i = 0; i < RD_WORKERS; i++)
		finish(&under_way[i], why);
	for (struct rd_job *job = mine; job; job = job->next)
		finish(job, why);
	free_jobs(mine);
}

struct rd_broker rd_look(struct rd *r, const char *address)
{
	struct rd_broker is = {.rtt_ms = -1};

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->n_seen; i++)
		if (!strcmp(r->seen[i].address, address))
			is = r->seen[i].is;
	if (!is.up && !is.trouble[0])
		snprintf(is.trouble, sizeof(is.trouble), "%s", r->trouble);
	pthread_mutex_unlock(&r->lock);
	return is;
}

int64_t rd_requests(struct rd *r)
{
	int64_t n;

	pthread_mutex_lock(&r->lock);
	n = r->sent - r->sent_told;
	r->sent_told = r->sent;
	pthread_mutex_unlock(&r->lock);
	return n > 0 ? n : 0;
}
