#include "source/host/volume.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

enum { PATHS_MOST = 256, KEEP = 720 };

#define FIRST_WAIT (20 * NS_PER_MS)

/* A file system that takes longer than this is spoken of as hung. */
#define PATIENCE (5 * NS_PER_S)

struct entry {
	char *path;
	bool measuring;
	int64_t began;
	struct volume v;
	struct series *series;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static struct entry *entries[PATHS_MOST]; /* never freed: a hung thread may come back to its own */
static size_t n_entries;

static void keep(struct entry *e, const struct statvfs *s, int error)
{
	int64_t unit = s->f_frsize ? (int64_t)s->f_frsize : (int64_t)s->f_bsize;

	if (!error && !s->f_blocks) {
		snprintf(e->v.trouble, sizeof(e->v.trouble),
		    _("%.100s is on a file system without a size"), e->path);
		return;
	}
	if (error) {
		snprintf(
		    e->v.trouble, sizeof(e->v.trouble), "%.100s: %s", e->path, strerror(error));
		return;
	}
	e->v.trouble[0] = '\0';
	e->v.known = true;
	e->v.total = (int64_t)s->f_blocks * unit;
	e->v.used = ((int64_t)s->f_blocks - (int64_t)s->f_bavail) * unit;
	e->v.at = clock_boot();
	series_add(e->series, e->v.at, 100 * (double)e->v.used / (double)e->v.total);
}

static void *measure(void *arg)
{
	struct entry *e = arg;
	struct statvfs s = {0};
	int error = statvfs(e->path, &s) ? errno : 0;

	pthread_mutex_lock(&lock);
	keep(e, &s, error);
	e->measuring = false;
	pthread_cond_broadcast(&done);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static struct entry *find(const char *path)
{
	struct entry *e;

	for (size_t i = 0; i < n_entries; i++)
		if (strcmp(entries[i]->path, path) == 0)
			return entries[i];
	if (n_entries == PATHS_MOST)
		return NULL;
	e = xcalloc(1, sizeof(*e));
	e->path = xstrdup(path);
	e->series = series_new(KEEP);
	entries[n_entries++] = e;
	return e;
}

static void begin(struct entry *e, int64_t now)
{
	pthread_t thread;

	e->began = now;
	e->measuring = true;
	if (thread_start(&thread, "statvfs", measure, e) == 0) {
		pthread_detach(thread);
		return;
	}
	e->measuring = false;
	snprintf(e->v.trouble, sizeof(e->v.trouble), _("no thread to measure %.100s with"), e->path);
}

static void wait_briefly(const struct entry *e)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += FIRST_WAIT;
	if (until.tv_nsec >= NS_PER_S) {
		until.tv_nsec -= NS_PER_S;
		until.tv_sec++;
	}
	while (e->measuring && pthread_cond_timedwait(&done, &lock, &until) == 0)
		continue;
}

struct volume volume_look(const char *path, int64_t now, int64_t period)
{
	struct volume v = {0};
	struct entry *e;

	pthread_mutex_lock(&lock);
	e = find(path);
	if (!e) {
		pthread_mutex_unlock(&lock);
		snprintf(v.trouble, sizeof(v.trouble), _("more than %d paths in disk: entries"),
		    PATHS_MOST);
		return v;
	}
	if (!e->measuring && (!e->began || now - e->began >= period)) {
		bool first = !e->began;

		begin(e, now);
		if (first)
			wait_briefly(e);
	}
	v = e->v;
	v.percent = series_view(e->series);
	if (e->measuring && now - e->began > PATIENCE)
		snprintf(v.trouble, sizeof(v.trouble),
		    _("the file system of %.80s does not answer (a dead mount?)"), e->path);
	else if (!v.known && !v.trouble[0])
		snprintf(v.trouble, sizeof(v.trouble), _("%.100s is being measured"), e->path);
	pthread_mutex_unlock(&lock);
	return v;
}
