#include "source/exporter/exporter.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "net/http.h"
#include "net/sock.h"
#include "source/exporter/figures.h"
#include "source/exporter/prom_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { URL_SIZE = 512, MOST = 100 };

/* What one told last; guarded by the lock. */
struct told {
	struct figures figures;
	int64_t at;	/* boot ns of the newest answer; 0: none */
	char error[300]; /* why there is no newer one; "" */
	bool tried;
	int64_t tried_at; /* boot ns of the end of the newest round */
};

struct ask {
	struct one *one;
	int figure; /* of Jolokia; -1: the id, -2: the whole page */
};

struct one {
	struct exporters *owner;
	const char *url;
	char host[HOST_MAX];
	bool jolokia;
	int64_t due;
	/* Of the round that is under way, in the thread. */
	struct figures figures;
	struct err err;
	struct ask asks[FIGURE_COUNT + 1];
	int asking, answered; /* requests */
	struct told told;
};

struct exporters {
	struct source_ctx *ctx;
	struct one *list;
	size_t n;
	pthread_t thread;
	pthread_mutex_t lock;
	int wake;
	atomic_bool stop;
	struct http *http;
	int64_t period;
};

/* The round is over: what came of it is there for all to see. */
static void end_round(struct one *o)
{
	struct exporters *e = o->owner;
	int64_t now = clock_boot();

	pthread_mutex_lock(&e->lock);
	if (!o->err.msg[0]) {
		o->told.figures = o->figures;
		o->told.at = now;
	}
	snprintf(o->told.error, sizeof(o->told.error), "%.299s", o->err.msg);
	o->told.tried = true;
	o->told.tried_at = now;
	pthread_mutex_unlock(&e->lock);
	o->due = now + e->period;
}

/* Is it a page of figures at all? */
static void check_page(struct one *o, const struct http_reply *r)
{
	struct prom_sample sample;
	struct prom_text p;

	prom_text_init(&p, r->body, r->len);
	while (prom_text_next(&p, &sample))
		continue;
	prom_text_check(&p, o->url, &o->err);
}

static void read_reply(struct one *o, int figure, const struct http_reply *r)
{
	if (r->fail != HTTP_OK)
		err_set(&o->err, "%s", r->phrase);
	else if (r->status == 401 || r->status == 403)
		err_set(&o->err, _("auth: the exporter does not let us in (HTTP %ld)"), r->status);
	else if (r->status != 200)
		err_set(&o->err, _("the exporter answers with HTTP %ld: check the address"), r->status);
	else if (o->owner->ctx->cluster->kind != KIND_KAFKA)
		check_page(o, r);
	else if (figure == -2)
		figures_read(&o->figures, o->owner->ctx->cluster, o->url, r->body, r->len, &o->err);
	else if (figure == -1)
		figures_jolokia_id(&o->figures, r->body, r->len);
	else
		figures_jolokia(&o->figures, figure, o->url, r->body, r->len, &o->err);
}

static void done(void *arg, const struct http_reply *r)
{
	struct ask *ask = arg;
	struct one *o = ask->one;

	if (!o->err.msg[0])
		read_reply(o, ask->figure, r);
	if (++o->answered == o->asking)
		end_round(o);
}

static void ask_for(struct one *o, const char *url, int figure)
{
	struct exporters *e = o->owner;
	const struct cluster_conf *conf = e->ctx->cluster;
	struct ask *ask = &o->asks[figure < 0 ? 0 : figure + 1];

	*ask = (struct ask){o, figure};
	http_get(e->http, &(struct http_request){.url = url,
			      .timeout_ms = conf->timeout_ms > 0 ? conf->timeout_ms : 5000,
			      .done = done,
			      .arg = ask});
}

static void start_round(struct one *o)
{
	char url[URL_SIZE];

	figures_clear(&o->figures);
	o->err.msg[0] = '\0';
	o->answered = 0;
	o->due = INT64_MAX;
	o->asking = o->jolokia ? FIGURE_COUNT + 1 : 1;
	if (!o->jolokia) {
		ask_for(o, o->url, -2);
		return;
	}
	for (int i = -1; i < FIGURE_COUNT; i++) {
		snprintf(url, sizeof(url), "%.250s/read/%s", o->url,
		    i < 0 ? FIGURES_ID_BEAN : figure_info[i].mbean);
		ask_for(o, url, i);
	}
}

static void *run(void *arg)
{
	struct exporters *e = arg;

	while (!atomic_load(&e->stop)) {
		int64_t now = clock_boot(), until = now + e->period;

		for (size_t i = 0; i < e->n; i++) {
			if (now >= e->list[i].due)
				start_round(&e->list[i]);
			if (e->list[i].due < until)
				until = e->list[i].due;
		}
		http_run(e->http);
		http_wait(e->http, e->wake, until);
		wake_drain(e->wake);
	}
	return NULL;
}

static bool is_jolokia(const char *url)
{
	const char *path = strstr(url, "/jolokia");

	return path && (!path[8] || !strcmp(path + 8, "/"));
}

static void init_one(struct exporters *e, struct one *o, const char *url)
{
	char port[PORT_MAX], *address = NULL;

	*o = (struct one){
	    .owner = e, .url = url, .jolokia = is_jolokia(url) && e->ctx->cluster->kind == KIND_KAFKA};
	figures_clear(&o->told.figures);
	if (http_url_split(url, &address, NULL, NULL) || address_split(address, o->host, port))
		o->host[0] = '\0';
	free(address);
}

static void free_all(struct exporters *e)
{
	http_free(e->http);
	if (e->wake >= 0)
		close(e->wake);
	pthread_mutex_destroy(&e->lock);
	free(e->list);
	free(e);
}

struct exporters *exporters_start(struct source_ctx *ctx)
{
	const struct cluster_conf *conf = ctx->cluster;
	struct exporters *e;

	if (!conf->n_exporters)
		return NULL;
	e = xcalloc(1, sizeof(*e));
	e->ctx = ctx;
	e->n = conf->n_exporters < MOST ? conf->n_exporters : MOST;
	e->list = xcalloc(e->n, sizeof(*e->list));
	e->period = schedule_period(ctx->config, PERIOD_METADATA);
	for (size_t i = 0; i < e->n; i++)
		init_one(e, &e->list[i], conf->exporters[i]);
	pthread_mutex_init(&e->lock, NULL);
	e->wake = wake_open();
	e->http = http_new(conf);
	if (e->wake < 0 || thread_start(&e->thread, "exporters", run, e) != 0) {
		free_all(e);
		return NULL;
	}
	return e;
}

void exporters_stop(struct exporters *e)
{
	if (!e)
		return;
	atomic_store(&e->stop, true);
	wake_set(e->wake);
	pthread_join(e->thread, NULL);
	free_all(e);
}

bool exporters_settled(struct exporters *e)
{
	bool all = true;

	if (!e)
		return true;
	pthread_mutex_lock(&e->lock);
	for (size_t i = 0; i < e->n; i++)
		all &= e->list[i].told.tried;
	pthread_mutex_unlock(&e->lock);
	return all;
}

struct value exporters_reachable(struct exporters *e, struct section *s, const char **detail)
{
	int64_t at = INT64_MAX, bad = 0;
	bool tried = e != NULL;

	*detail = NULL;
	for (size_t i = 0; e && i < e->n; i++) {
		struct told t;

		pthread_mutex_lock(&e->lock);
		t = e->list[i].told;
		pthread_mutex_unlock(&e->lock);
		tried &= t.tried;
		at = t.tried_at < at ? t.tried_at : at;
		if (t.error[0] && !bad++)
			*detail = arena_printf(&s->arena, "%s: %s", e->list[i].url, t.error);
	}
	if (!tried)
		return value_missing(e ? _("not asked yet") : _("no thread is left to ask the exporters in"));
	if (bad > 1)
		*detail = arena_printf(&s->arena, _("%lld of %zu do not answer, such as %s"), (long long)bad, e->n, *detail);
	/* Facts are published less often than the exporters are asked. */
	return value_int(!bad, at, 3 * e->period);
}

/* Brokers of that host in the section. */
static size_t on_host(const struct section *brokers, const char *host)
{
	char theirs[HOST_MAX], port[PORT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < section_count(brokers); i++) {
		const struct broker_row *b = section_broker(brokers, i);

		n += b->address && !address_split(b->address, theirs, port) && !strcmp(theirs, host);
	}
	return n;
}

static bool is_at(const struct broker_row *b, const char *host)
{
	char theirs[HOST_MAX], port[PORT_MAX];

	return b->address && !address_split(b->address, theirs, port) && !strcmp(theirs, host);
}

/* Is it this broker's? What does not tell whose it is belongs to the only broker of its host. */
static bool belongs(const struct one *o, const struct told *t, const struct section *brokers,
    const struct broker_row *b)
{
	if (t->figures.broker_id[0])
		return b->id && !strcmp(b->id, t->figures.broker_id);
	return is_at(b, o->host) && on_host(brokers, o->host) == 1;
}

/* That it is reachable, and the figures that it has. */
static void add(struct section *s, struct broker_row *b, const struct told *t, int64_t period)
{
	struct metric *m = arena_alloc(&s->arena, (b->n_metrics + FIGURE_COUNT + 1) * sizeof(*m));
	const char *error = t->error[0] ? arena_strdup(&s->arena, t->error) : NULL;
	size_t n = b->n_metrics;

	memcpy(m, b->metrics, n * sizeof(*m));
	m[n++] = (struct metric){METRIC_EXPORTER,
	    error ? value_error(error) : value_text(_("answers"), t->at, period)};
	for (int i = 0; i < FIGURE_COUNT; i++) {
		struct value v;

		if (isnan(t->figures.value[i]))
			continue;
		v = value_real(t->figures.value[i], t->at, period);
		m[n++] = (struct metric){figure_info[i].metric, error ? value_failed(v, error) : v};
	}
	b->metrics = m;
	b->n_metrics = n;
}

/* An exporter that belongs to nobody is not forgotten: every broker that has none says so. */
static void add_stray(struct section *s, const struct one *o, const struct told *t)
{
	for (size_t i = 0; i < section_count(s); i++) {
		struct broker_row *b = (struct broker_row *)section_broker(s, i);
		struct metric *m;

		if (broker_metric(b, METRIC_EXPORTER))
			continue;
		m = arena_alloc(&s->arena, (b->n_metrics + 1) * sizeof(*m));
		memcpy(m, b->metrics, b->n_metrics * sizeof(*m));
		m[b->n_metrics++] = (struct metric){METRIC_EXPORTER,
		    value_missing(arena_printf(&s->arena, _("%s: %s"), o->url,
			t->error[0] ? t->error
				    : _("it does not tell which broker it belongs to (app-info), and its "
					"host has not just one")))};
		b->metrics = m;
	}
}

void exporters_metrics(struct exporters *e, struct section *brokers)
{
	for (int stray = 0; e && stray < 2; stray++)
		for (size_t i = 0; i < e->n; i++) {
			struct one *o = &e->list[i];
			struct told t;
			bool used = false;

			pthread_mutex_lock(&e->lock);
			t = o->told;
			pthread_mutex_unlock(&e->lock);
			if (!t.tried)
				continue;
			for (size_t k = 0; k < section_count(brokers); k++) {
				struct broker_row *b =
				    (struct broker_row *)section_broker(brokers, k);

				if (!belongs(o, &t, brokers, b))
					continue;
				used = true;
				if (!stray)
					add(brokers, b, &t, e->period);
			}
			if (stray && !used)
				add_stray(brokers, o, &t);
		}
}
