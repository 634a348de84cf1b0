#include "model/model.h"

#include "base/clock.h"
#include "base/err.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	EVENTS_MOST = 500,
	EVENT_TEXT_MAX = 256,
};

struct model {
	pthread_mutex_t lock; /* the only one: for everything below */
	struct cluster_view *clusters;
	size_t n_clusters, cap_clusters;
	struct section *events;
	uint64_t seq;
	struct engine_stats stats;
	double cycle_ms_now; /* longest cycle since the last snapshot */
	int wake_fd;
};

struct model *model_new(void)
{
	struct model *m = xcalloc(1, sizeof(*m));

	pthread_mutex_init(&m->lock, NULL);
	m->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->wake_fd < 0)
		BUG("eventfd failed");
	m->events = section_new(SECTION_EVENTS);
	m->events->listing = value_bool(true, clock_boot(), 0);
	return m;
}

static void release_clusters(struct cluster_view *clusters, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < SECTION_COUNT; k++)
			section_unref(clusters[i].sections[k]);
}

void model_free(struct model *m)
{
	if (!m)
		return;
	release_clusters(m->clusters, m->n_clusters);
	for (size_t i = 0; i < m->n_clusters; i++)
		free((char *)m->clusters[i].name);
	free(m->clusters);
	section_unref(m->events);
	close(m->wake_fd);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

size_t model_add_cluster(struct model *m, const char *name, enum broker_kind kind, enum tier tier)
{
	struct cluster_view *c;
	size_t index;

	pthread_mutex_lock(&m->lock);
	array_reserve(&m->clusters, &m->cap_clusters, m->n_clusters + 1, sizeof(*m->clusters));
	index = m->n_clusters++;
	c = &m->clusters[index];
	memset(c, 0, sizeof(*c));
	c->name = xstrdup(name);
	c->kind = kind;
	c->tier = tier;
	pthread_mutex_unlock(&m->lock);
	return index;
}

static void model_wake(struct model *m)
{
	uint64_t one = 1;

	/* A full counter means that the reader is awake already. */
	if (write(m->wake_fd, &one, sizeof(one)) < 0)
		return;
}

void model_publish(struct model *m, size_t cluster, struct section *s)
{
	struct section *old;

	pthread_mutex_lock(&m->lock);
	if (cluster >= m->n_clusters || s->kind >= SECTION_COUNT)
		BUG("section %d of cluster %zu", s->kind, cluster);
	old = m->clusters[cluster].sections[s->kind];
	m->clusters[cluster].sections[s->kind] = s;
	m->seq++;
	pthread_mutex_unlock(&m->lock);
	section_unref(old);
	model_wake(m);
}

/* The events so far, without the oldest where there are too many, and a new one.
 * Readers may hold the old section, so it is copied; events are rare. */
static struct section *events_with(const struct section *old, const char *cluster, const char *entity,
    const char *text)
{
	struct section *s = section_new(SECTION_EVENTS);
	size_t first = old->n >= EVENTS_MOST ? old->n + 1 - EVENTS_MOST : 0;
	struct event_row *e;

	s->listing = old->listing;
	s->omitted = old->omitted + (int64_t)first;
	for (size_t i = first; i < old->n; i++) {
		const struct event_row *o = section_event(old, i);

		e = section_add(s);
		e->wall = o->wall;
		e->cluster = arena_strdup(&s->arena, o->cluster);
		e->entity = arena_strdup(&s->arena, o->entity);
		e->text = arena_strdup(&s->arena, o->text);
	}
	e = section_add(s);
	e->wall = clock_wall();
	e->cluster = arena_strdup(&s->arena, cluster);
	e->entity = arena_strdup(&s->arena, entity);
	e->text = arena_strdup(&s->arena, text);
	return s;
}

void model_event(struct model *m, size_t cluster, const char *entity, const char *fmt, ...)
{
	char text[EVENT_TEXT_MAX];
	struct section *old;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&m->lock);
	old = m->events;
	m->events = events_with(old, m->clusters[cluster].name, entity, text);
	m->seq++;
	pthread_mutex_unlock(&m->lock);
	section_unref(old);
	model_wake(m);
}

void model_count_requests(struct model *m, int64_t n)
{
	pthread_mutex_lock(&m->lock);
	m->stats.requests += n;
	pthread_mutex_unlock(&m->lock);
}

void model_note_cycle(struct model *m, double ms, bool overrun)
{
	pthread_mutex_lock(&m->lock);
	if (ms > m->cycle_ms_now)
		m->cycle_ms_now = ms;
	m->stats.overruns += overrun;
	pthread_mutex_unlock(&m->lock);
}

static int64_t own_rss(void)
{
	long long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%*s %lld", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

struct snapshot *snapshot_new(size_t n_clusters, int64_t boot, int64_t wall)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));

	atomic_init(&s->refs, 1);
	arena_init(&s->arena);
	s->boot = boot;
	s->wall = wall;
	s->n_clusters = n_clusters;
	s->clusters = arena_alloc(&s->arena, n_clusters * sizeof(*s->clusters));
	return s;
}

struct snapshot *model_acquire(struct model *m)
{
	int64_t rss = own_rss();
	struct snapshot *s;

	pthread_mutex_lock(&m->lock);
	s = snapshot_new(m->n_clusters, clock_boot(), clock_wall());
	s->seq = m->seq;
	for (size_t i = 0; i < m->n_clusters; i++) {
		s->clusters[i] = m->clusters[i];
		s->clusters[i].name = arena_strdup(&s->arena, m->clusters[i].name);
		for (size_t k = 0; k < SECTION_COUNT; k++)
			section_ref(s->clusters[i].sections[k]);
	}
	s->events = section_ref(m->events);
	if (m->cycle_ms_now > 0)
		m->stats.cycle_ms = m->cycle_ms_now;
	m->cycle_ms_now = 0;
	m->stats.rss_bytes = rss;
	s->stats = m->stats;
	pthread_mutex_unlock(&m->lock);
	return s;
}

int model_wake_fd(const struct model *m)
{
	return m->wake_fd;
}

uint64_t model_seq(struct model *m)
{
	uint64_t seq;

	pthread_mutex_lock(&m->lock);
	seq = m->seq;
	pthread_mutex_unlock(&m->lock);
	return seq;
}

struct snapshot *snapshot_ref(struct snapshot *s)
{
	if (s)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

void snapshot_unref(struct snapshot *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	release_clusters(s->clusters, s->n_clusters);
	section_unref(s->events);
	arena_release(&s->arena);
	free(s);
}

const struct cluster_row *cluster_facts(const struct cluster_view *c)
{
	const struct section *s = c->sections[SECTION_CLUSTER];

	return section_count(s) ? section_row(s, 0) : NULL;
}

const struct partition_row *cluster_partitions(const struct cluster_view *c)
{
	const struct section *s = c->sections[SECTION_PARTITIONS];

	return section_count(s) ? section_row(s, 0) : NULL;
}

static bool same(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

const struct broker_row *brokers_find(const struct section *brokers, const char *who)
{
	for (size_t i = 0; i < section_count(brokers); i++) {
		const struct broker_row *b = section_broker(brokers, i);

		if (!who || same(b->id, who) || same(b->name, who) || same(b->address, who))
			return b;
	}
	return NULL;
}

const struct value *broker_metric(const struct broker_row *b, enum metric_id id)
{
	for (size_t i = 0; i < b->n_metrics; i++)
		if (b->metrics[i].id == id)
			return &b->metrics[i].v;
	return NULL;
}
