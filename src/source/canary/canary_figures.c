#include "source/canary/canary_figures.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "source/exporter/prom_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILES_MOST = 64, BROKERS_MOST = 256, FILE_MOST = 4 << 20 };

/* Seconds that fit into nanoseconds, and a count that fits into a number. */
#define TIME_MOST 9e9
#define COUNT_MOST 9e18

#define READ_EVERY (2 * NS_PER_S)
#define FIRST_WAIT (20 * NS_PER_MS) /* a check looks once: give the file a moment */

struct figure {
	char broker[128];
	double p50, p99, lost;
	char trouble[256];
};

struct canary_figures {
	struct figure *list;
	size_t n, cap;
	int64_t at; /* boot ns when the canary wrote them; 0: it did not say */
	char error[256];
};

struct file {
	char *path;
	struct canary_figures *now; /* NULL: not read yet */
};

/* Never freed: the thread that reads them never ends. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wanted = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;
static struct file files[FILES_MOST];
static size_t n_files;

static struct figure *figure_of(struct canary_figures *f, const char *broker)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->list[i].broker, broker))
			return &f->list[i];
	if (f->n == BROKERS_MOST)
		return NULL;
	array_reserve(&f->list, &f->cap, f->n + 1, sizeof(*f->list));
	f->list[f->n] = (struct figure){.p50 = NAN, .p99 = NAN, .lost = NAN};
	snprintf(f->list[f->n].broker, sizeof(f->list[f->n].broker), "%s", broker);
	return &f->list[f->n++];
}

static void take(struct canary_figures *f, const struct prom_sample *s, int64_t wall, int64_t boot)
{
	const char *broker = prom_label(s, "broker"), *quantile = prom_label(s, "quantile");
	struct figure *one;

	if (!strcmp(s->name, "mqduty_canary_time_seconds") && s->value > 0 && s->value < TIME_MOST) {
		f->at = boot - (wall - (int64_t)(s->value * NS_PER_S));
		/* A canary whose clock is ahead of ours did not write in the future. */
		if (f->at > boot)
			f->at = boot;
		return;
	}
	one = broker && strlen(broker) < sizeof(one->broker) ? figure_of(f, broker) : NULL;
	if (!one)
		return;
	if (!strcmp(s->name, "mqduty_canary_lost_total"))
		one->lost = s->value;
	else if (!strcmp(s->name, "mqduty_canary_trouble") && prom_label(s, "why"))
		snprintf(one->trouble, sizeof(one->trouble), "%s", prom_label(s, "why"));
	else if (!strcmp(s->name, "mqduty_canary_latency_ms") && quantile && !strcmp(quantile, "0.5"))
		one->p50 = s->value;
	else if (!strcmp(s->name, "mqduty_canary_latency_ms") && quantile && !strcmp(quantile, "0.99"))
		one->p99 = s->value;
}

struct canary_figures *canary_figures_parse(const char *text, size_t len, int64_t wall, int64_t boot)
{
	struct canary_figures *f = xcalloc(1, sizeof(*f));
	struct prom_sample s;
	struct prom_text p;
	struct err err = {""};

	prom_text_init(&p, text, len);
	while (prom_text_next(&p, &s))
		take(f, &s, wall, boot);
	if (prom_text_check(&p, "the canary's figures", &err))
		snprintf(f->error, sizeof(f->error), "%.255s", err_msg(&err));
	else if (!f->at)
		snprintf(f->error, sizeof(f->error), "%s", _("the file of figures does not say when it was written"));
	return f;
}

void canary_figures_free(struct canary_figures *f)
{
	if (f)
		free(f->list);
	free(f);
}

static const struct figure *find(const struct canary_figures *f, const struct broker_row *row)
{
	const char *names[] = {row->id, row->name, row->address};

	for (size_t n = 0; n < 3; n++)
		for (size_t i = 0; names[n] && i < f->n; i++)
			if (!strcmp(f->list[i].broker, names[n]))
				return &f->list[i];
	return NULL;
}

struct value canary_figure(const struct canary_figures *f, const struct broker_row *row, enum metric_id id, int64_t period)
{
	const struct figure *one;
	double n;

	if (!f)
		return value_missing(_("the canary's figures were not read yet"));
	if (f->error[0])
		return value_missing(f->error);
	one = find(f, row);
	if (!one)
		return value_missing(_("the canary does not fly through this broker"));
	n = id == METRIC_CANARY_P50_MS ? one->p50 : id == METRIC_CANARY_P99_MS ? one->p99 : one->lost;
	if (isnan(n) || isinf(n))
		return value_missing(one->trouble[0] ? one->trouble : _("none of the canary's messages came back"));
	if (id == METRIC_CANARY_LOST)
		return value_int(n > COUNT_MOST ? INT64_MAX : n < 0 ? 0 : (int64_t)n, f->at, period);
	return value_real(n, f->at, period);
}

static struct canary_figures *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct canary_figures *out;
	char *text;
	size_t len;

	if (!f) {
		out = xcalloc(1, sizeof(*out));
		snprintf(out->error, sizeof(out->error), _("mqduty-canary does not run: %.180s: %s"), path, strerror(errno));
		return out;
	}
	text = xmalloc(FILE_MOST);
	len = fread(text, 1, FILE_MOST, f);
	fclose(f);
	out = canary_figures_parse(text, len, clock_wall(), clock_boot());
	free(text);
	return out;
}

/* Waits on the condition for so long; the lock is held. */
static void wait_on(pthread_cond_t *cond, int64_t ns)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	ns += until.tv_nsec;
	until.tv_sec += ns / NS_PER_S;
	until.tv_nsec = ns % NS_PER_S;
	pthread_cond_timedwait(cond, &lock, &until);
}

static void *reader(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	for (;;) {
		for (size_t i = 0; i < n_files; i++) {
			const char *path = files[i].path;
			struct canary_figures *now;

			pthread_mutex_unlock(&lock);
			now = read_file(path);
			pthread_mutex_lock(&lock);
			canary_figures_free(files[i].now);
			files[i].now = now;
		}
		pthread_cond_broadcast(&done);
		wait_on(&wanted, READ_EVERY);
	}
	return NULL;
}

/* With the lock held; starts the thread with the first file. NULL: too many. */
static struct file *file_of(const char *path)
{
	pthread_t thread;

	for (size_t i = 0; i < n_files; i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	if (n_files == FILES_MOST)
		return NULL;
	files[n_files++].path = xstrdup(path);
	if (n_files == 1 && !thread_start(&thread, "canary", reader, NULL))
		pthread_detach(thread);
	pthread_cond_signal(&wanted);
	wait_on(&done, FIRST_WAIT);
	return &files[n_files - 1];
}

static void add_to_row(struct section *s, struct broker_row *row, const struct canary_figures *f, int64_t period)
{
	static const enum metric_id ids[] = {METRIC_CANARY_P50_MS, METRIC_CANARY_P99_MS, METRIC_CANARY_LOST};
	enum { N = sizeof(ids) / sizeof(ids[0]) };
	struct metric *all = arena_alloc(&s->arena, (row->n_metrics + N) * sizeof(*all));

	if (row->n_metrics)
		memcpy(all, row->metrics, row->n_metrics * sizeof(*all));
	for (size_t i = 0; i < N; i++) {
		struct metric *m = &all[row->n_metrics + i];

		*m = (struct metric){ids[i], canary_figure(f, row, ids[i], period)};
		m->v.reason = arena_strdup(&s->arena, m->v.reason);
	}
	row->metrics = all;
	row->n_metrics += N;
}

void canary_metrics(const struct source_ctx *ctx, struct section *brokers)
{
	struct file *file;

	if (!ctx->cluster->canary.topic || !ctx->cluster->canary.figures)
		return;
	pthread_mutex_lock(&lock);
	file = file_of(ctx->cluster->canary.figures);
	for (size_t i = 0; i < section_count(brokers); i++)
		add_to_row(brokers, section_row(brokers, i), file ? file->now : NULL,
		    schedule_period(ctx->config, PERIOD_OFFSETS));
	pthread_mutex_unlock(&lock);
}
