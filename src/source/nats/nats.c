#include "source/nats/system.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/exporter/exporter.h"

#include <stdlib.h>

#define DEFAULT_TIMEOUT_MS 2000
#define UNSURE_MS 2000
/* What walks all clients or all streams may take longer than a sign of life. */
#define LONG_TIMEOUT_MS 10000
/* Big requests wait for the probes, so that an RTT is true; but not for a hung node's. */
#define PROBE_GATE (100 * NS_PER_MS)
/* The answers of one cycle are published together. */
#define GATHER (50 * NS_PER_MS)
/* A thread that parsed for longer than this has read the clock too late for a probe. */
#define BUSY (2 * NS_PER_MS)

static void nats_close(struct source *s)
{
	exporters_stop(s->exporters);
	system_close(s);
	http_free(s->http);
	for (size_t i = 0; i < s->n_nodes; i++)
		node_free(s->nodes[i]);
	free(s->nodes);
	tracker_release(&s->tracker);
	free(s);
}

static struct source *nats_open(struct source_ctx *ctx, struct err *err)
{
	const struct cluster_conf *conf = ctx->cluster;
	struct source *s;
	int64_t now = clock_boot();

	s = xcalloc(1, sizeof(*s));
	s->ctx = ctx;
	s->http = http_new(conf);
	array_reserve(&s->nodes, &s->cap_nodes, conf->n_monitor + 1, sizeof(*s->nodes));
	tracker_init(&s->tracker);
	for (size_t i = 0; i < conf->n_monitor; i++) {
		s->nodes[i] = xcalloc(1, sizeof(*s->nodes[i]));
		s->n_nodes = i + 1;
		if (node_init(s->nodes[i], s, conf->monitor[i], now, err)) {
			nats_close(s);
			return NULL;
		}
	}
	system_open(s, now);
	s->exporters = exporters_start(ctx);
	s->changed = true;
	s->tracker.changed = true;
	return s;
}

/* An error's status beside JSON is how /healthz says no: 503, in newer versions also 500 and 400. */
static bool is_answer(enum ask a, const struct http_reply *r)
{
	return r->status == 200 || (a == ASK_HEALTHZ && r->body[0] == '{');
}

static void status_words(const struct node *n, enum ask a, long status, char *out, size_t size)
{
	char url[ERR_MAX / 2];
	const char *path;

	node_request((struct node *)n, a, url, sizeof(url));
	path = url + strlen(n->url);
	if (status == 401 || status == 403)
		snprintf(out, size, _("%s%.*s answers %ld: set `username:` and `password_*:` of this cluster "
		    "for the proxy before it"), n->shown, (int)strcspn(path, "?"), path, status);
	else if (status == 404)
		snprintf(out, size, _("%s%.*s answers 404: is `monitor:` the monitoring port, with its "
		    "http_base_path?"), n->shown, (int)strcspn(path, "?"), path);
	else
		snprintf(out, size, _("%s%.*s answers HTTP %ld"), n->shown, (int)strcspn(path, "?"), path, status);
}

/* A check cannot watch for minutes: it gathers its round trips at once; not for ever, where
 * most of them come while other replies are read. */
static bool wants_probes(const struct node *n)
{
	return n->src->ctx->one_shot && n->true_probes < PROBE_BURST && n->probes < 4 * PROBE_BURST;
}

/* What a server's monitoring port did not tell may still be had by the system account. */
static bool other_way(struct node *n, const struct answer *r)
{
	if (!n->url || !system_knows(n->src, n))
		return false;
	n->by_system = true;
	n->unsure = true;
	n->http_fail = r->fail;
	snprintf(n->http_why, sizeof(n->http_why), "%s", r->phrase);
	n->http_retry.next = r->at + n->http_retry.period;
	for (int a = 0; a < ASK_COUNT; a++)
		n->asks[a].task.next = r->at;
	return true;
}

static void failed(struct node *n, enum ask a, const struct answer *r)
{
	if (a == ASK_VARZ && !n->by_system && other_way(n, r))
		return;
	if (a == ASK_VARZ && n->by_system && n->url) {
		/* Neither way: what the port said tells more. */
		n->by_system = false;
		node_failed(n, a, n->http_fail, n->http_why, r->at);
		return;
	}
	node_failed(n, a, r->fail, r->phrase, r->at);
}

void nats_answer(struct node *n, enum ask a, const struct answer *r)
{
	struct source *s = n->src;
	struct ask_state *k = &n->asks[a];

	k->in_flight = false;
	if (a == ASK_VARZ) {
		n->unsure = false;
		n->probes++;
	}
	if (a == ASK_VARZ && r->fail == HTTP_OK && r->answer_ms >= 0) {
		probe_stats_add(&n->rtt, r->at, r->answer_ms);
		n->true_probes++;
	}
	if (r->fail != HTTP_OK)
		failed(n, a, r);
	else
		node_take(n, a, r->body, r->len, r->at);
	if (a == ASK_VARZ && k->ok && wants_probes(n))
		k->task.next = r->at;
	if (clock_boot() - r->at > BUSY)
		s->busy++;
}

static void on_reply(void *arg, const struct http_reply *r)
{
	struct pending p = *(struct pending *)arg;
	struct answer out = {.fail = r->fail, .phrase = r->phrase, .body = r->body, .len = r->len, .at = clock_boot(),
	    .answer_ms = -1};
	char why[ERR_MAX];

	if (p.node->asks[p.ask].busy_mark == p.node->src->busy)
		out.answer_ms = r->answer_ms;
	if (r->fail == HTTP_OK && !is_answer(p.ask, r)) {
		status_words(p.node, p.ask, r->status, why, sizeof(why));
		out.fail = HTTP_PROTOCOL;
		out.phrase = why;
	}
	nats_answer(p.node, p.ask, &out);
}

/* Does the port of a node that is asked by the system account answer again? */
static void on_retried(void *arg, const struct http_reply *r)
{
	struct node *n = arg;
	int64_t now = clock_boot();

	n->http_in_flight = false;
	task_done(&n->http_retry, now);
	if (r->fail != HTTP_OK || r->status != 200) {
		if (r->fail != HTTP_OK)
			snprintf(n->http_why, sizeof(n->http_why), "%s", r->phrase);
		return;
	}
	n->by_system = n->unsure = false;
	for (int a = 0; a < ASK_COUNT; a++)
		n->asks[a].task.next = now;
}

static int64_t timeout_ms(const struct source *s)
{
	return s->ctx->cluster->timeout_ms > 0 ? s->ctx->cluster->timeout_ms : DEFAULT_TIMEOUT_MS;
}

static void retry_http(struct node *n, int64_t now)
{
	struct http_request rq = {.done = on_retried, .arg = n, .timeout_ms = timeout_ms(n->src)};
	char url[4096];

	if (!n->by_system || !n->url || n->http_in_flight || n->http_retry.next > now)
		return;
	node_request(n, ASK_VARZ, url, sizeof(url));
	rq.url = url;
	rq.fresh = true;
	n->http_in_flight = true;
	model_count_requests(n->src->ctx->model, 1);
	http_get(n->src->http, &rq);
}

static void start_ask(struct node *n, enum ask a, int64_t now)
{
	struct ask_state *k = &n->asks[a];
	struct http_request rq = {.done = on_reply, .timeout_ms = timeout_ms(n->src)};
	char url[4096];

	if ((a == ASK_JSZ || a == ASK_CONNZ) && rq.timeout_ms < LONG_TIMEOUT_MS)
		rq.timeout_ms = LONG_TIMEOUT_MS;
	/* Whether the server or only our connections to it are dead, a new one tells. */
	rq.fresh = n->asks[ASK_VARZ].tried && !n->asks[ASK_VARZ].ok;
	k->in_flight = true;
	k->started = now;
	if (!k->tried)
		n->src->changed = true; /* the rows say that it is asked */
	k->busy_mark = n->src->busy;
	if (a == ASK_CONNZ)
		slow_begin(n);
	model_count_requests(n->src->ctx->model, 1);
	if (n->by_system) {
		/* A server that lives answers this way at once; its silence on the other lasted for long already. */
		if (n->unsure && rq.timeout_ms > UNSURE_MS)
			rq.timeout_ms = UNSURE_MS;
		system_ask(n, a, rq.timeout_ms * NS_PER_MS, now);
		return;
	}
	n->pending[a] = (struct pending){n, a};
	node_request(n, a, url, sizeof(url));
	rq.url = url;
	rq.arg = &n->pending[a];
	http_get(n->src->http, &rq);
}

/* Starts what is due; returns when the next thing will be. */
static int64_t start_due(struct source *s, int64_t now)
{
	int64_t next = now + 60 * NS_PER_S, gate = 0;

	for (size_t i = 0; i < s->n_nodes; i++) {
		struct ask_state *k = &s->nodes[i]->asks[ASK_VARZ];

		if (!k->in_flight && k->task.next <= now)
			start_ask(s->nodes[i], ASK_VARZ, now);
		if (k->in_flight && k->started + PROBE_GATE > now)
			gate = k->started + PROBE_GATE;
		if (!k->in_flight && k->task.next < next)
			next = k->task.next;
	}
	for (size_t i = 0; i < s->n_nodes; i++) {
		struct node *n = s->nodes[i];

		retry_http(n, now);
		for (int a = ASK_VARZ + 1; a < ASK_COUNT && n->asks[ASK_VARZ].ok; a++) {
			struct ask_state *k = &n->asks[a];
			int64_t due = k->task.next > gate ? k->task.next : gate;

			if (!node_wants(n, (enum ask)a))
				continue;
			if (!k->in_flight && due <= now)
				start_ask(n, (enum ask)a, now);
			else if (!k->in_flight && due < next)
				next = due;
		}
	}
	return next;
}

static void publish(struct source *s, int64_t now)
{
	bool streams = s->tracker.changed;

	s->changed = false;
	s->changed_at = 0;
	s->tracker.changed = false;
	if (streams)
		tracker_merge(s, now, clock_wall());
	nats_publish(s, now);
	if (now >= s->facts_at) {
		s->facts_at = now + schedule_period(s->ctx->config, PERIOD_OFFSETS);
		model_publish(s->ctx->model, s->ctx->index, nats_facts_section(s, now));
	}
	if (streams)
		nats_publish_lag(s, now);
}

/* Publishes now, or says when: answers that come close together go out together. */
static int64_t publish_due(struct source *s, int64_t now)
{
	bool waiting = false;

	if (!s->changed)
		return INT64_MAX;
	if (!s->changed_at)
		s->changed_at = now;
	for (size_t i = 0; i < s->n_nodes; i++)
		for (int a = 0; a < ASK_COUNT; a++)
			waiting |= s->nodes[i]->asks[a].in_flight;
	if (waiting && now < s->changed_at + GATHER)
		return s->changed_at + GATHER;
	publish(s, now);
	return INT64_MAX;
}

static bool all_tried(const struct source *s)
{
	if (!system_settled(s) || !exporters_settled(s->exporters))
		return false;
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = s->nodes[i];

		if (!n->asks[ASK_VARZ].tried || (n->asks[ASK_VARZ].ok && wants_probes(n)))
			return false;
		for (int a = 0; a < ASK_COUNT && n->asks[ASK_VARZ].ok; a++)
			if (!n->asks[a].tried && node_wants(n, (enum ask)a))
				return false;
	}
	return true;
}

/* R in the view of a server's clients. */
static void lists_wanted(struct source *s, int64_t now)
{
	char *of = atomic_exchange(&s->ctx->list_of, NULL);

	for (size_t i = 0; of && i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->name, of))
			list_toggle(s->nodes[i], now);
	free(of);
}

static int64_t nats_run(struct source *s, int64_t now)
{
	int64_t next, publish_at, system_at;

	if (atomic_exchange(&s->ctx->poll_now, false))
		for (size_t i = 0; i < s->n_nodes; i++) {
			s->nodes[i]->look_near = slow_is_large(s->nodes[i]);
			for (int a = 0; a < ASK_COUNT; a++)
				s->nodes[i]->asks[a].task.next = now;
		}
	lists_wanted(s, now);
	http_run(s->http);
	system_at = system_run(s, clock_boot());
	start_due(s, clock_boot());
	http_run(s->http);
	/* What failed at once is due again sooner than it seemed. */
	next = start_due(s, clock_boot());
	if (system_deadline(s) < system_at)
		system_at = system_deadline(s);
	if (system_at < next)
		next = system_at;
	publish_at = publish_due(s, clock_boot());
	if (!s->changed && !atomic_load(&s->ctx->settled) && all_tried(s)) {
		/* Facts are published seldom: a check that looks once sees those of all answers. */
		s->facts_at = 0;
		publish(s, clock_boot());
		atomic_store(&s->ctx->settled, true);
	}
	return publish_at < next ? publish_at : next;
}

static void nats_wait(struct source *s, int64_t until)
{
	http_wait(s->http, s->ctx->wake_fd, until);
}

const struct source_ops nats_source = {
    .name = "nats",
    .open = nats_open,
    .run = nats_run,
    .wait = nats_wait,
    .close = nats_close,
};
