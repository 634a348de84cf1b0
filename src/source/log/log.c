#include "source/log/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "source/log/tail.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	KEPT_MOST = 500, /* lines of a cluster, shared among its logs */
	KEPT_LEAST = 20,
	ENTRIES_MOST = 200, /* threads of a cluster */
	PATH_SHOWN = 200,
	LOOK_MS = 1000,
	FIRST_LOOK_MS = 100, /* while a check waits */
};

#define PUBLISH_EVERY (10 * NS_PER_S)

struct log_thread {
	struct logs *logs;
	pthread_t thread;
	struct tail tail;
	/* under the lock: as they were after the last read */
	bool seen, caught_up;
	int64_t at; /* boot ns of the last look */
	char why[300];
};

struct logs {
	struct source_ctx *ctx;
	pthread_mutex_t lock;
	struct log_thread *threads;
	size_t n;
	atomic_size_t running;
	atomic_bool stop;
	int stop_fd; /* readable: all end */
	int64_t published;
	bool changed;
};

static struct value counted(
    const struct log_thread *t, struct section *s, int from_s, int to_s, bool fatals, int64_t wall)
{
	int64_t n = log_store_count(&t->tail.store, wall, from_s, to_s, fatals);
	struct value v = value_int(n, t->at, PUBLISH_EVERY);
	int64_t watched = wall - t->tail.since;
	char d[FMT_MAX], need[FMT_MAX];

	if (t->why[0])
		return t->tail.fed ? value_failed(v, arena_strdup(&s->arena, t->why))
				   : value_error(arena_strdup(&s->arena, t->why));
	/* One that says more than can be read is never read to its end: what was found until now counts. */
	if (!t->caught_up)
		return n ? value_partial(v, _("it is being read for the first time"))
			 : value_missing(_("it is being read for the first time"));
	if (t->tail.since && watched < to_s * NS_PER_S)
		return value_partial(v, arena_printf(&s->arena, _("watched for %s of %s"),
					    fmt_duration(d, sizeof(d), watched > 0 ? watched : 0),
					    fmt_duration(need, sizeof(need), to_s * NS_PER_S)));
	return v;
}

static char *shown_path(struct arena *arena, const struct log_conf *conf)
{
	struct buf b;
	char *path;

	if (!conf->command)
		return arena_strdup(arena, conf->path);
	buf_init(&b, PATH_SHOWN);
	for (const char **arg = conf->command; *arg; arg++)
		if (buf_addf(&b, "%s%s", b.len ? " " : "", *arg))
			break;
	path = arena_strdup(arena, b.data);
	buf_release(&b);
	return path;
}

static void fill_row(const struct log_thread *t, const struct section *brokers, const char *cluster,
    struct section *s, int64_t wall)
{
	struct log_row *row = section_add(s);
	const struct broker_row *b = brokers_find(brokers, t->tail.conf->broker);
	const char *name = b && b->name ? b->name : t->tail.conf->broker;
	const char *why = t->why[0] ? arena_strdup(&s->arena, t->why) : NULL;

	row->broker = arena_strdup(&s->arena, name ? name : cluster);
	row->path = shown_path(&s->arena, t->tail.conf);
	row->readable = !t->seen ? value_missing(_("it is being opened"))
			: why	 ? value_error(why)
				 : value_bool(true, t->at, PUBLISH_EVERY);
	row->state = !t->seen ? _("being opened") : why ? why : "followed";
	row->errors_10m = counted(t, s, 0, LOG_RECENT_S, false, wall);
	row->errors_hour = counted(t, s, LOG_RECENT_S, LOG_RECENT_S + LOG_BEFORE_S, false, wall);
	row->fatals_hour = counted(t, s, 0, LOG_BEFORE_S, true, wall);
	log_store_fill(&t->tail.store, &s->arena, row);
}

/* Under the lock, so that an older section never comes after a newer one. */
static void publish(struct logs *l, int64_t boot)
{
	bool settled = atomic_load(&l->ctx->settled);
	struct snapshot *snap = model_acquire(l->ctx->model);
	const struct cluster_view *view = &snap->clusters[l->ctx->index];
	struct section *s = section_new(SECTION_LOGS);
	int64_t wall = clock_wall();

	for (size_t i = 0; i < l->n; i++) {
		fill_row(&l->threads[i], view->sections[SECTION_BROKERS], view->name, s, wall);
		settled = settled && l->threads[i].seen && l->threads[i].caught_up;
	}
	s->omitted = (int64_t)(l->ctx->cluster->n_logs - l->n);
	s->listing = value_bool(true, boot, 0);
	model_publish(l->ctx->model, l->ctx->index, s);
	snapshot_unref(snap);
	l->published = boot;
	l->changed = false;
	if (settled)
		atomic_store(&l->ctx->logs_settled, true);
}

/* A check waits for the first look of all. */
static bool is_awaited(const struct logs *l)
{
	return l->ctx->one_shot && !atomic_load(&l->ctx->logs_settled);
}

/* After a read: what the others may see. */
static void note(struct log_thread *t, const char *buf, size_t n, int64_t boot)
{
	struct logs *l = t->logs;
	bool caught_up = t->tail.caught_up;

	pthread_mutex_lock(&l->lock);
	if (n || t->tail.begun)
		tail_feed(&t->tail, buf, n, clock_wall());
	l->changed |= n || !t->seen || strcmp(t->why, t->tail.why) || caught_up != t->caught_up;
	memcpy(t->why, t->tail.why, sizeof(t->why));
	t->seen = true;
	t->caught_up = caught_up;
	if (!t->why[0])
		t->at = boot;
	if (boot - l->published >= (is_awaited(l) ? FIRST_LOOK_MS : LOOK_MS) * NS_PER_MS &&
	    (l->changed || boot - l->published >= PUBLISH_EVERY ||
		(atomic_load(&l->ctx->settled) && !atomic_load(&l->ctx->logs_settled))))
		publish(l, boot);
	pthread_mutex_unlock(&l->lock);
}

static void wait_for_more(const struct log_thread *t)
{
	const struct logs *l = t->logs;
	struct pollfd p[3] = {{.fd = l->stop_fd, .events = POLLIN},
	    {.fd = t->tail.command.out, .events = POLLIN},
	    {.fd = t->tail.command.err, .events = POLLIN}};

	poll(p, 3, is_awaited(l) ? FIRST_LOOK_MS : LOOK_MS);
}

static void *log_main(void *arg)
{
	struct log_thread *t = arg;
	char *buf = xmalloc(TAIL_CHUNK);

	while (!atomic_load(&t->logs->stop)) {
		int64_t boot = clock_boot();
		size_t n = tail_read(&t->tail, buf, TAIL_CHUNK, boot);

		note(t, buf, n, boot);
		if (!n)
			wait_for_more(t);
	}
	tail_close(&t->tail);
	free(buf);
	atomic_fetch_sub(&t->logs->running, 1);
	return NULL;
}

static void count_line(void *arg, const char *line, size_t len)
{
	mqtt_tally_line(arg, line, len);
}

static void start_thread(struct logs *l, size_t i)
{
	struct log_thread *t = &l->threads[i];
	int rc;

	atomic_fetch_add(&l->running, 1);
	rc = thread_start(&t->thread, "log", log_main, t);
	if (!rc)
		return;
	atomic_fetch_sub(&l->running, 1);
	t->thread = 0;
	t->seen = t->caught_up = true;
	snprintf(t->why, sizeof(t->why), _("no thread to read it with: %s"), strerror(rc));
}

struct logs *logs_start(struct source_ctx *ctx)
{
	const struct cluster_conf *conf = ctx->cluster;
	struct logs *l;

	if (!conf->n_logs) {
		atomic_store(&ctx->logs_settled, true);
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	l->ctx = ctx;
	l->n = conf->n_logs < ENTRIES_MOST ? conf->n_logs : ENTRIES_MOST;
	l->threads = xcalloc(l->n, sizeof(*l->threads));
	l->stop_fd = wake_open();
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < l->n; i++) {
		size_t share = KEPT_MOST / l->n;

		l->threads[i].logs = l;
		tail_init(
		    &l->threads[i].tail, &conf->logs[i], share > KEPT_LEAST ? share : KEPT_LEAST);
		if (conf->kind == KIND_MQTT && i < MQTT_TALLIES) {
			l->threads[i].tail.each = count_line;
			l->threads[i].tail.each_arg = &ctx->tally[i];
		}
		start_thread(l, i);
	}
	publish(l, clock_boot());
	pthread_mutex_unlock(&l->lock);
	return l;
}

void logs_stop(struct logs *l)
{
	if (!l)
		return;
	atomic_store(&l->stop, true);
	wake_set(l->stop_fd);
}

bool logs_free(struct logs *l)
{
	if (!l)
		return true;
	if (atomic_load(&l->running))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		if (l->threads[i].thread)
			pthread_join(l->threads[i].thread, NULL);
		tail_release(&l->threads[i].tail);
	}
	close(l->stop_fd);
	pthread_mutex_destroy(&l->lock);
	free(l->threads);
	free(l);
	return true;
}
