#include "engine/engine.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "engine/events.h"
#include "engine/news.h"
#include "poll/poller.h"
#include "rules/rules.h"
#include "store/metrics_db.h"
#include "store/ops_db.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JUDGE_GAP (100 * NS_PER_MS) /* published sections are gathered this long */
#define STOP_PATIENCE (300 * NS_PER_MS)
#define UNEASY (1 * NS_PER_S) /* while something is being saved, look this often whether that ends */

#define SAVE_EVERY (10 * NS_PER_S)

enum { HOST_MAX = 65, STATE_MOST = 16 << 20 };

struct engine {
	struct feed feed; /* first: a feed is an engine */
	atomic_uint refs; /* the feed and every frame: rules and names that frames point into */
	const struct config *config;
	struct model *model;
	struct pollers *pollers;
	struct rules *rules;   /* the judging thread's */
	struct events events;  /* likewise */
	pthread_t thread;
	atomic_bool stop;
	int stop_fd, news_fd;
	pthread_mutex_t lock; /* for newest */
	struct frame *newest;
	bool newest_informed; /* judged in the light of all records that were read; likewise */
	bool one_shot;
	struct ops_db *ops;
	struct metrics_db *history; /* NULL: a one-shot check keeps none */
	bool restored;	  /* the judging thread's, with the two below */
	int64_t saved_at; /* boot ns */
	char *saved;	  /* the text that was saved last */
	char trouble[sizeof(((struct ledger *)0)->trouble)]; /* the viewer's thread */
};

static struct engine *engine_of(struct feed *f)
{
	return (struct engine *)f;
}

static void put_newest(struct engine *e, struct frame *f, bool informed)
{
	struct frame *old;

	pthread_mutex_lock(&e->lock);
	old = e->newest;
	e->newest = f;
	e->newest_informed = informed;
	pthread_mutex_unlock(&e->lock);
	frame_unref(old);
	wake_set(e->news_fd);
}

/* This host's name; for ever, as frames outlive engines. */
static char host[HOST_MAX];
static pthread_once_t host_once = PTHREAD_ONCE_INIT;

static void find_host(void)
{
	if (gethostname(host, sizeof(host) - 1))
		memcpy(host, "localhost", sizeof("localhost"));
}

static void engine_unref(void *arg)
{
	struct engine *e = arg;

	if (atomic_fetch_sub(&e->refs, 1) != 1)
		return;
	rules_free(e->rules);
	free(e->saved);
	free(e);
}

/* What has changed becomes an event, and a record that outlives this engine. */
static void tell_news(struct engine *e, const struct judgement *j)
{
	for (size_t i = 0; i < j->n_news; i++) {
		const struct alert_news *n = &j->news[i];

		model_event(e->model, n->index, n->entity, "%s", n->text);
		ops_db_submit(e->ops, news_record(n), NULL);
	}
}

/* What the engine before this one remembered, once it has been read. */
static void restore(struct engine *e, const struct snapshot *snap, const struct ledger *ledger)
{
	int64_t wall = 0;
	char *text = ops_db_take_state(e->ops, &wall);

	if (text || (!e->restored && ops_db_settled(e->ops))) {
		rules_state_load(e->rules, snap, ledger, text, wall);
		e->restored = true;
	}
	free(text);
}

/* Not before the old state was taken over: it would be written over. */
static void save_state(struct engine *e, const struct snapshot *snap)
{
	struct buf text;

	if (!e->restored)
		return;
	e->saved_at = snap->boot;
	buf_init(&text, STATE_MOST);
	rules_state_save(e->rules, snap, &text);
	if (!text.overflow && (!e->saved || strcmp(e->saved, text.data) != 0)) {
		free(e->saved);
		e->saved = xstrdup(text.data);
		ops_db_put_state(e->ops, buf_detach(&text));
	}
	buf_release(&text);
}

static void judge(struct engine *e)
{
	struct snapshot *snap = model_acquire(e->model);
	bool informed = ops_db_settled(e->ops); /* asked first: the ledger is this one, or a newer one */
	struct ledger *ledger = ops_db_ledger(e->ops);
	struct judgement *j;
	struct frame *f;

	events_merge(&e->events, snap, ledger);
	if (!e->one_shot)
		restore(e, snap, ledger);
	j = rules_judge(e->rules, snap, ledger);
	if (!e->one_shot)
		tell_news(e, j);
	if (!e->one_shot && snap->boot - e->saved_at > SAVE_EVERY)
		save_state(e, snap);
	metrics_db_take(e->history, snap);
	f = frame_new(snap, j, ledger, host);
	atomic_fetch_add(&e->refs, 1);
	f->owner = e;
	f->dropped = engine_unref;
	put_newest(e, f, informed);
}

/* Waits for something published, the next deadline of the rules, or the end. */
static void wait_for_news(struct engine *e)
{
	struct pollfd p[2] = {
	    {.fd = model_wake_fd(e->model), .events = POLLIN},
	    {.fd = e->stop_fd, .events = POLLIN},
	};
	int64_t left = rules_next(e->rules) - clock_boot();

	if (left < 0)
		left = 0;
	if (left > 60 * NS_PER_S)
		left = 60 * NS_PER_S;
	if (left > UNEASY && ops_db_busy(e->ops))
		left = UNEASY;
	if (poll(p, 2, (int)(left / NS_PER_MS) + 1) > 0 && p[0].revents) {
		/* Sources publish several sections in a row: judge them together. */
		poll(&p[1], 1, (int)(JUDGE_GAP / NS_PER_MS));
		wake_drain(p[0].fd);
	}
}

static void *engine_main(void *arg)
{
	struct engine *e = arg;

	while (!atomic_load(&e->stop)) {
		judge(e);
		wait_for_news(e);
	}
	return NULL;
}

static struct frame *engine_acquire(struct feed *f)
{
	struct engine *e = engine_of(f);
	struct frame *newest;

	wake_drain(e->news_fd);
	pthread_mutex_lock(&e->lock);
	newest = frame_ref(e->newest);
	pthread_mutex_unlock(&e->lock);
	return newest;
}

static int engine_fd(struct feed *f)
{
	return engine_of(f)->news_fd;
}

static void engine_poll_now(struct feed *f, const char *list_of)
{
	pollers_poll_now(engine_of(f)->pollers, list_of);
}

static int64_t engine_now(struct feed *f)
{
	(void)f;
	return clock_boot();
}

static int64_t engine_wall(struct feed *f)
{
	(void)f;
	return clock_wall();
}

/* Settled means that what the sources published is also judged. */
static bool engine_settled(struct feed *f)
{
	struct engine *e = engine_of(f);
	uint64_t published;
	bool judged;

	if (!pollers_settled(e->pollers))
		return false;
	published = model_seq(e->model);
	pthread_mutex_lock(&e->lock);
	/* A check waits for what operators said of the alerts; a dashboard shows it when it is there. */
	judged = e->newest && e->newest->snap->seq >= published && (!e->one_shot || e->newest_informed);
	pthread_mutex_unlock(&e->lock);
	return judged;
}

static const char *engine_trouble(struct feed *f)
{
	struct engine *e = engine_of(f);
	struct ledger *l = ops_db_ledger(e->ops);

	memcpy(e->trouble, l->trouble, sizeof(e->trouble));
	if (!e->trouble[0])
		metrics_db_trouble(e->history, e->trouble, sizeof(e->trouble));
	ledger_unref(l);
	return e->trouble[0] ? e->trouble : NULL;
}

static int engine_submit(struct feed *f, struct record *r, struct err *err)
{
	return ops_db_submit(engine_of(f)->ops, r, err);
}

static void engine_close(struct feed *f)
{
	struct engine *e = engine_of(f);
	bool kept;

	atomic_store(&e->stop, true);
	wake_set(e->stop_fd);
	pthread_join(e->thread, NULL);
	if (e->newest && !e->one_shot)
		save_state(e, e->newest->snap);
	kept = ops_db_stop(e->ops, STOP_PATIENCE) && metrics_db_stop(e->history, STOP_PATIENCE);
	/* A source that hangs in a library still uses the model, a disk that hangs the descriptors: leave all of it to the
	 * exit. */
	if (!pollers_stop(e->pollers, STOP_PATIENCE) || !kept)
		return;
	frame_unref(e->newest);
	events_release(&e->events);
	model_free(e->model);
	close(e->stop_fd);
	close(e->news_fd);
	pthread_mutex_destroy(&e->lock);
	engine_unref(e);
}

static const struct feed_ops engine_feed = {
    .acquire = engine_acquire,
    .fd = engine_fd,
    .poll_now = engine_poll_now,
    .now = engine_now,
    .wall = engine_wall,
    .settled = engine_settled,
    .trouble = engine_trouble,
    .submit = engine_submit,
    .close = engine_close,
};

struct feed *engine_start(const struct config *config, bool one_shot, struct err *err)
{
	struct engine *e = xcalloc(1, sizeof(*e));
	int rc;

	e->feed.ops = &engine_feed;
	atomic_init(&e->refs, 1);
	e->config = config;
	e->one_shot = one_shot;
	e->rules = rules_new(config, one_shot, err);
	if (!e->rules) {
		free(e);
		return NULL;
	}
	pthread_once(&host_once, find_host);
	pthread_mutex_init(&e->lock, NULL);
	e->stop_fd = wake_open();
	e->news_fd = wake_open();
	e->model = model_new();
	e->ops = ops_db_start(config->state_dir, one_shot ? OPS_READ : OPS_WRITE, model_wake_fd(e->model));
	if (!one_shot)
		e->history = metrics_db_start(config->state_dir);
	e->pollers = pollers_start(config, e->model, one_shot, err);
	rc = e->pollers ? thread_start(&e->thread, "judge", engine_main, e) : -1;
	if (rc) {
		if (e->pollers)
			err_set(err, _("The judging thread could not be started: %s."), strerror(rc));
		/* The caller ends the program; threads that have started may still use the model. */
		return NULL;
	}
	return &e->feed;
}
