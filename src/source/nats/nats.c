#include "source/nats/nats.h"

#include "base/clock.h"

#include <stdlib.h>

#define DEFAULT_TIMEOUT_MS 2000
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
	http_free(s->http);
	for (size_t i = 0; i < s->n_nodes; i++)
		node_release(&s->nodes[i]);
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
	s->nodes = xcalloc(conf->n_monitor, sizeof(*s->nodes));
	tracker_init(&s->tracker);
	for (size_t i = 0; i < conf->n_monitor; i++) {
		s->n_nodes = i + 1;
		if (node_init(&s->nodes[i], s, conf->monitor[i], now, err)) {
			nats_close(s);
			return NULL;
		}
	}
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
		snprintf(out, size, "%s%.*s answers %ld: set `username:` and `password_*:` of this cluster "
		    "for the proxy before it", n->shown, (int)strcspn(path, "?"), path, status);
	else if (status == 404)
		snprintf(out, size, "%s%.*s answers 404: is `monitor:` the monitoring port, with its "
		    "http_base_path?", n->shown, (int)strcspn(path, "?"), path);
	else
		snprintf(out, size, "%s%.*s answers HTTP %ld", n->shown, (int)strcspn(path, "?"), path, status);
}

struct pending {
	struct node *node;
	enum ask ask;
};

/* A check cannot watch for minutes: it gathers its round trips at once; not for ever, where
 * most of them come while other replies are read. */
static bool wants_probes(const struct node *n)
{
	return n->src->ctx->one_shot && n->true_probes < PROBE_BURST && n->probes < 4 * PROBE_BURST;
}

static void on_reply(void *arg, const struct http_reply *r)
{
	struct pending *p = arg;
	struct node *n = p->node;
	enum ask a = p->ask;
	struct source *s = n->src;
	struct ask_state *k = &n->asks[a];
	char why[ERR_MAX];
	int64_t now = clock_boot();

	free(p);
	k->in_flight = false;
	if (a == ASK_VARZ)
		n->probes++;
	if (a == ASK_VARZ && r->fail == HTTP_OK && r->answer_ms >= 0 && k->busy_mark == s->busy) {
		probe_stats_add(&n->rtt, now, r->answer_ms);
		n->true_probes++;
	}
	if (r->fail != HTTP_OK) {
		node_failed(n, a, r->fail, r->phrase, now);
	} else if (!is_answer(a, r)) {
		status_words(n, a, r->status, why, sizeof(why));
		node_failed(n, a, HTTP_PROTOCOL, why, now);
	} else {
		node_take(n, a, r->body, r->len, now);
	}
	if (a == ASK_VARZ && k->ok && wants_probes(n))
		k->task.next = now;
	if (clock_boot() - now > BUSY)
		s->busy++;
}

static void start_ask(struct node *n, enum ask a, int64_t now)
{
	int64_t base = n->src->ctx->cluster->timeout_ms;
	struct ask_state *k = &n->asks[a];
	struct pending *p = xmalloc(sizeof(*p));
	struct http_request rq = {.done = on_reply, .arg = p};
	char url[4096];

	*p = (struct pending){n, a};
	node_request(n, a, url, sizeof(url));
	rq.url = url;
	rq.timeout_ms = base > 0 ? base : DEFAULT_TIMEOUT_MS;
	if ((a == ASK_JSZ || a == ASK_CONNZ) && rq.timeout_ms < LONG_TIMEOUT_MS)
		rq.timeout_ms = LONG_TIMEOUT_MS;
	k->in_flight = true;
	k->started = now;
	k->busy_mark = n->src->busy;
	model_count_requests(n->src->ctx->model, 1);
	http_get(n->src->http, &rq);
}

/* Starts what is due; returns when the next thing will be. */
static int64_t start_due(struct source *s, int64_t now)
{
	int64_t next = now + 60 * NS_PER_S, gate = 0;

	for (size_t i = 0; i < s->n_nodes; i++) {
		struct ask_state *k = &s->nodes[i].asks[ASK_VARZ];

		if (!k->in_flight && k->task.next <= now)
			start_ask(&s->nodes[i], ASK_VARZ, now);
		if (k->in_flight && k->started + PROBE_GATE > now)
			gate = k->started + PROBE_GATE;
		if (!k->in_flight && k->task.next < next)
			next = k->task.next;
	}
	for (size_t i = 0; i < s->n_nodes; i++) {
		struct node *n = &s->nodes[i];

		for (int a = ASK_VARZ + 1; a < ASK_COUNT && n->asks[ASK_VARZ].ok; a++) {
			struct ask_state *k = &n->asks[a];
			int64_t due = k->task.next > gate ? k->task.next : gate;

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
	s->changed = false;
	s->changed_at = 0;
	nats_publish(s, now);
	if (s->tracker.changed) {
		s->tracker.changed = false;
		tracker_merge(s, now, clock_wall());
		nats_publish_lag(s, now);
	}
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
			waiting |= s->nodes[i].asks[a].in_flight;
	if (waiting && now < s->changed_at + GATHER)
		return s->changed_at + GATHER;
	publish(s, now);
	return INT64_MAX;
}

static bool all_tried(const struct source *s)
{
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = &s->nodes[i];

		if (!n->asks[ASK_VARZ].tried || (n->asks[ASK_VARZ].ok && wants_probes(n)))
			return false;
		for (int a = 0; a < ASK_COUNT && n->asks[ASK_VARZ].ok; a++)
			if (!n->asks[a].tried)
				return false;
	}
	return true;
}

static int64_t nats_run(struct source *s, int64_t now)
{
	int64_t next, publish_at;

	if (atomic_exchange(&s->ctx->poll_now, false))
		for (size_t i = 0; i < s->n_nodes; i++)
			for (int a = 0; a < ASK_COUNT; a++)
				s->nodes[i].asks[a].task.next = now;
	http_run(s->http);
	now = clock_boot();
	next = start_due(s, now);
	http_run(s->http);
	publish_at = publish_due(s, clock_boot());
	if (!s->changed && !atomic_load(&s->ctx->settled) && all_tried(s))
		atomic_store(&s->ctx->settled, true);
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
