#include "source/mqtt/fetch.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MOST = 4 << 20 };

static const char *path_of(const char *url)
{
	const char *rest = strstr(url, "://");

	rest = rest ? strchr(rest + 3, '/') : NULL;
	return rest && rest[1] ? rest : NULL;
}

static void add_url(struct fetch *f, const char *base, const char *path)
{
	size_t len = strlen(base);
	char url[1024];

	if (f->n == FETCH_MOST)
		return;
	while (path && len && base[len - 1] == '/')
		len--;
	snprintf(url, sizeof(url), "%.*s%s", (int)(len < 700 ? len : 700), base, path ? path : "");
	f->urls[f->n++] = xstrdup(url);
}

/* An address with a path is asked for just that; without one for what the flavour has. */
static void add_exporter(struct fetch *f, const char *url)
{
	if (path_of(url)) {
		add_url(f, url, NULL);
		return;
	}
	if (!f->flavor) {
		add_url(f, url, "/metrics");
		return;
	}
	for (size_t i = 0; i < sizeof(f->flavor->paths) / sizeof(f->flavor->paths[0]); i++)
		if (f->flavor->paths[i])
			add_url(f, url, f->flavor->paths[i]);
}

static bool has_host(const char *url, const char *host)
{
	const char *rest = strstr(url, "://");
	size_t len = strlen(host);

	rest = rest ? rest + 3 : url;
	return !strncmp(rest, host, len) && (!rest[len] || strchr(":/", rest[len]));
}

/* One broker has them all; else one each in the same order, or by the host; one address alone speaks
 * for a whole EMQX cluster. */
static void choose(struct fetch *f, const struct cluster_conf *c, size_t index, const char *host)
{
	if (c->n_brokers > 1 && c->n_exporters == c->n_brokers) {
		add_exporter(f, c->exporters[index]);
		return;
	}
	for (size_t i = 0; i < c->n_exporters; i++)
		if (c->n_brokers <= 1 || has_host(c->exporters[i], host))
			add_exporter(f, c->exporters[i]);
	if (!f->n && c->n_exporters == 1)
		add_exporter(f, c->exporters[0]);
}

void fetch_init(struct fetch *f, const struct source_ctx *ctx, struct http *http, size_t index,
    const char *host, int64_t now)
{
	const struct cluster_conf *c = ctx->cluster;

	*f = (struct fetch){.http = http, .flavor = flavor_find(c->flavor)};
	task_init(&f->task, ctx->config, PERIOD_OFFSETS, now);
	f->timeout_ms = c->timeout_ms > 0 ? c->timeout_ms : 5000;
	stats_init(&f->stats, f->task.period);
	if (!http || !strcmp(c->flavor, "mosquitto"))
		return;
	choose(f, c, index, host);
	if (c->n_brokers > 1)
		snprintf(f->node, sizeof(f->node), "%s", host);
}

void fetch_release(struct fetch *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->urls[i]);
	stats_release(&f->stats);
	memset(f, 0, sizeof(*f));
}

/* What an HTTP status means, and what to do. */
static void say_status(const struct fetch *f, const char *url, long status, struct err *err)
{
	const struct flavor *of = f->flavor ? f->flavor : f->stats.now.flavor;

	if (status == 401 || status == 403)
		err_set(err, _("auth: %s answers %ld: it wants %s"), url, status,
		    of ? _(of->right) : _("a username: and a password of the cluster"));
	else if (status == 404)
		err_set(err, _("%s answers 404: what exporters: names is not the address of the metrics, such "
			       "as %s"),
		    url, of ? of->example : "http://HOST:PORT/metrics");
	else
		err_set(err, _("%s answers HTTP %ld"), url, status);
}

/* What the broker does not count its log may tell; the closes are then those of the log as well. */
static void take_log(const struct fetch *f, struct reading *r)
{
	r->v[STAT_TIMEOUTS] = f->log.timeouts;
	r->v[STAT_CLOSES] = f->log.closes;
	r->seen[STAT_TIMEOUTS] = r->seen[STAT_CLOSES] = f->log.lines > 0;
}

/* The round is over. */
static void finish(struct fetch *f, int64_t now)
{
	struct reading *r = &f->reading;

	if (!f->err.msg[0] && r->node && r->other_nodes[0] && !r->node_seen)
		err_set(&f->err, _("the cluster's nodes are %s: none is %s: write its url: with the name that the "
				   "node has"),
		    r->other_nodes, f->node);
	f->tried = f->done = true;
	snprintf(f->why, sizeof(f->why), "%s", f->err.msg);
	if (f->err.msg[0]) {
		task_failed(&f->task, now, 0);
		return;
	}
	r->node = NULL;
	if (!r->seen[STAT_TIMEOUTS])
		take_log(f, r);
	stats_take(&f->stats, r, now);
	task_done(&f->task, now);
}

static void answered(void *arg, const struct http_reply *reply)
{
	struct fetch_call *c = arg;
	struct fetch *f = c->of;
	struct err err = {{0}};

	if (reply->fail != HTTP_OK)
		err_set(&err, "%s: %s", f->urls[c->i], reply->phrase);
	else if (reply->status < 200 || reply->status > 299)
		say_status(f, f->urls[c->i], reply->status, &err);
	else
		reading_take(&f->reading, f->urls[c->i], reply->body, reply->len, &err);
	if (err.msg[0] && !f->err.msg[0])
		f->err = err;
	if (--f->in_flight == 0)
		finish(f, clock_boot());
}

int64_t fetch_step(struct fetch *f, int64_t now)
{
	f->done = false;
	if (!f->n)
		return INT64_MAX;
	if (f->in_flight || now < f->task.next)
		return f->in_flight ? now + NS_PER_S : f->task.next;
	f->reading = (struct reading){.flavor = f->flavor, .node = f->node[0] ? f->node : NULL};
	f->err.msg[0] = '\0';
	f->in_flight = f->n;
	for (size_t i = 0; i < f->n; i++) {
		f->calls[i] = (struct fetch_call){.of = f, .i = i};
		http_get(f->http, &(struct http_request){.url = f->urls[i],
				      .timeout_ms = f->timeout_ms,
				      .max_body = BODY_MOST,
				      .done = answered,
				      .arg = &f->calls[i]});
	}
	return now + NS_PER_S;
}
