#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include "source/host/host.h"
#include "source/nats/cgroup.h"

#include <stdlib.h>

#define SLOW_SPAN (600 * NS_PER_S)
#define RATE_SPAN (10 * NS_PER_S)
#define CONNECT_SPAN (60 * NS_PER_S)

enum { KEEP = 600, SLOW_SAMPLES = 330, RATE_SAMPLES = 16, CONNECT_SAMPLES = 64 };

static const enum period_id ask_period[ASK_COUNT] = {
    [ASK_VARZ] = PERIOD_LIVENESS,
    [ASK_HEALTHZ] = PERIOD_ROUTES,
    [ASK_ROUTEZ] = PERIOD_ROUTES,
    [ASK_CONNZ] = PERIOD_METADATA,
    [ASK_JSZ] = PERIOD_METADATA,
    [ASK_GATEWAYZ] = PERIOD_ROUTES,
    [ASK_LEAFZ] = PERIOD_ROUTES,
};

int64_t nats_period(const struct source *s, enum ask a)
{
	return schedule_period(s->ctx->config, ask_period[a]);
}

static void set_text(char *out, size_t size, const char *s)
{
	snprintf(out, size, "%s", s ? s : "");
}

static void init_rest(struct node *n, struct source *s, int64_t now)
{
	for (int a = 0; a < ASK_COUNT; a++)
		task_init(&n->asks[a].task, s->ctx->config, ask_period[a], now);
	probe_stats_init(&n->rtt);
	for (int c = 0; c < COUNT_COUNT; c++)
		window_init(&n->counters[c], RATE_SPAN, RATE_SAMPLES);
	for (int c = COUNT_SLOW; c <= COUNT_STALLED; c++) {
		window_release(&n->counters[c]);
		window_init(&n->counters[c], SLOW_SPAN, SLOW_SAMPLES);
	}
	window_release(&n->counters[COUNT_TOTAL_CONNECTIONS]);
	window_init(&n->counters[COUNT_TOTAL_CONNECTIONS], CONNECT_SPAN, CONNECT_SAMPLES);
	n->connections = series_new(KEEP);
	n->storage = series_new(KEEP);
	n->closed_seen = clock_wall(); /* who went earlier is no news */
	task_init(&n->http_retry, s->ctx->config, PERIOD_ROUTES, now);
}

int node_init(struct node *n, struct source *s, const char *url, int64_t now, struct err *err)
{
	size_t len = strlen(url);

	*n = (struct node){.src = s};
	if (http_url_split(url, &n->address, &n->shown, err))
		return -1;
	while (len && url[len - 1] == '/')
		len--;
	n->url = xstrndup(url, len);
	set_text(n->name, sizeof(n->name), n->address);
	init_rest(n, s, now);
	return 0;
}

/* One without a URL, which the system account has shown. */
struct node *node_new_found(struct source *s, const char *address, const char *name, int64_t now)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->src = s;
	n->address = xstrdup(address);
	n->shown = xstrdup(name);
	n->by_system = true;
	set_text(n->name, sizeof(n->name), name);
	init_rest(n, s, now);
	return n;
}

void node_release(struct node *n)
{
	free(n->url);
	free(n->address);
	free(n->shown);
	facts_free((struct facts *)n->varz);
	facts_free((struct facts *)n->healthz);
	facts_free((struct facts *)n->routez);
	facts_free((struct facts *)n->connz);
	facts_free((struct facts *)n->jsz);
	list_release(n);
	facts_free((struct facts *)n->gatewayz);
	facts_free((struct facts *)n->leafz);
	for (int c = 0; c < COUNT_COUNT; c++)
		window_release(&n->counters[c]);
	/* A node whose URL was refused never got these. */
	if (n->connections)
		probe_stats_release(&n->rtt);
	series_free(n->connections);
	series_free(n->storage);
}

void node_free(struct node *n)
{
	node_release(n);
	free(n);
}

void node_request(struct node *n, enum ask a, char *url, size_t size)
{
	static const char *const jsz[] = {
	    "/jsz?limit=" JSZ_ACCOUNTS "&streams=1&consumers=1&config=1",
	    "/jsz?limit=" JSZ_ACCOUNTS "&streams=1&consumers=1",
	    "/jsz?limit=" JSZ_ACCOUNTS "&streams=1",
	};
	static const char *const path[ASK_COUNT] = {
	    [ASK_VARZ] = "/varz",
	    [ASK_HEALTHZ] = "/healthz?js-enabled-only=true",
	    [ASK_ROUTEZ] = "/routez",
	    [ASK_GATEWAYZ] = "/gatewayz",
	    [ASK_LEAFZ] = "/leafz",
	};
	char look[LOOK_TEXT] = "";
	const char *p = a == ASK_JSZ ? jsz[n->jsz_less] : a == ASK_CONNZ ? look : path[a];

	if (a == ASK_CONNZ)
		slow_path(n, look);
	snprintf(url, size, "%s%s", n->url, p);
}

bool node_wants(const struct node *n, enum ask a)
{
	if (a == ASK_CONNZ)
		return slow_wants(n);
	if (a == ASK_GATEWAYZ)
		return n->varz && n->varz->gateway;
	if (a == ASK_LEAFZ)
		return n->varz && (n->varz->leaf_port > 0 || n->varz->leaf_remotes > 0 || n->varz->leafnodes > 0);
	return true;
}

bool node_ok(const struct node *n, enum ask a)
{
	return n->asks[ASK_VARZ].ok && n->asks[a].ok;
}

const char *node_why(const struct node *n, enum ask a)
{
	return n->asks[ASK_VARZ].ok ? n->asks[a].why : n->asks[ASK_VARZ].why;
}

const char *node_untried(const struct node *n, enum ask a)
{
	return n->asks[a].in_flight ? _("asked, no answer yet") : _("not asked yet");
}

bool node_answers_as(const struct source *s, const char *name, const struct node **out)
{
	*out = NULL;
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->name, name))
			*out = s->nodes[i];
	return *out && node_ok(*out, ASK_VARZ);
}

const struct node *node_by_id(const struct source *s, const char *id)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->id, id) || !strcmp(s->nodes[i]->before_id, id))
			return s->nodes[i];
	return NULL;
}

static void all_due(struct node *n, int64_t now)
{
	for (int a = 0; a < ASK_COUNT; a++) {
		n->asks[a].task.backoff = 0;
		if (a != ASK_VARZ)
			n->asks[a].task.next = now;
	}
}

/* The server behind the URL is another process than before. */
static void identity_changed(struct node *n, const struct varz *v, int64_t now)
{
	char up[FMT_MAX] = "";

	for (int c = 0; c < COUNT_COUNT; c++)
		window_reset(&n->counters[c]);
	facts_free((struct facts *)n->routez);
	n->routez = NULL;
	facts_free((struct facts *)n->leafz);
	n->leafz = NULL;
	n->max_pinned = 0;
	n->thin_looks = 0;
	slow_failed(n, now);
	n->look_closed = n->look_stalls = n->js_lost = false;
	facts_free((struct facts *)n->connz);
	n->connz = NULL;
	n->connz_at = n->closed_at = 0;
	n->slow_who[0] = '\0';
	list_release(n);
	all_due(n, now);
	if (v->uptime >= 0)
		fmt_duration(up, sizeof(up), v->uptime);
	if (!strcmp(n->before_id, v->server_id)) {
		/* Back to the one before: no restart, two servers take turns. */
		n->shared_url = true;
	} else if (n->varz && v->server_name && n->varz->server_name &&
	    strcmp(v->server_name, n->varz->server_name)) {
		nats_event(n->src, v->server_name, _("answers at %s instead of %s"), n->address, n->name);
	} else {
		nats_event(n->src, v->server_name ? v->server_name : n->name, _("restarted (up for %s, version %s)"),
		    up[0] ? up : "?", v->version);
	}
}

/* Only where nobody said a limit: what the kernel would hold the server to. */
static void limit_on_this_host(struct node *n, const struct varz *v)
{
	const struct cluster_conf *conf = n->src->ctx->cluster;
	const char *address = cluster_dial_address(conf, n->address);
	int local;

	if (!n->url || n->cgroup_asked || conf->memory_limit > 0 || v->gomemlimit != NUM_NONE || conf->via)
		return;
	local = host_is_local(address);
	/* A name that is still being looked up: next time. */
	n->cgroup_asked = local != TRI_UNKNOWN;
	if (local == TRI_YES)
		n->cgroup_limit = cgroup_limit_of_port("", (int)strtol(strrchr(address, ':') + 1, NULL, 10));
}

static void note_identity(struct node *n, const struct varz *v, int64_t now)
{
	bool other_id = strcmp(n->id, v->server_id) != 0;

	if (n->id[0] && (other_id || (v->start && n->start[0] && strcmp(n->start, v->start))))
		identity_changed(n, v, now);
	if (other_id) {
		n->cgroup_limit = 0;
		n->cgroup_asked = false;
		set_text(n->before_id, sizeof(n->before_id), n->id);
		set_text(n->id, sizeof(n->id), v->server_id);
	}
	limit_on_this_host(n, v);
	set_text(n->start, sizeof(n->start), v->start);
	set_text(n->name, sizeof(n->name), v->server_name ? v->server_name : n->address);
}

static void count(struct node *n, enum counter c, int64_t total, int64_t now)
{
	if (total != NUM_NONE)
		window_add(&n->counters[c], now, (double)total);
}

static void take_varz(struct node *n, struct varz *v, int64_t now)
{
	char gap[FMT_MAX];

	note_identity(n, v, now);
	if (n->silent_since) {
		fmt_duration(gap, sizeof(gap), now - n->silent_since);
		nats_event(n->src, n->name, n->varz ? _("answers again after %s") : _("answers; it was silent for %s"), gap);
		n->silent_since = 0;
		all_due(n, now);
	}
	if (n->varz && n->varz->remotes != v->remotes)
		n->asks[ASK_ROUTEZ].task.next = now;
	slow_compare(n, v, now);
	if (n->varz && n->varz->jetstream && !v->jetstream && !n->js_lost) {
		nats_event(n->src, n->name, _("JetStream went off: look at its disk and its log"));
		n->js_lost = true;
	}
	n->js_lost = n->js_lost && !v->jetstream;
	count(n, COUNT_IN_MSGS, v->in_msgs, now);
	count(n, COUNT_OUT_MSGS, v->out_msgs, now);
	count(n, COUNT_IN_BYTES, v->in_bytes, now);
	count(n, COUNT_OUT_BYTES, v->out_bytes, now);
	count(n, COUNT_TOTAL_CONNECTIONS, v->total_connections, now);
	count(n, COUNT_SLOW, v->slow_consumers, now);
	count(n, COUNT_STALLED, v->stalled_clients, now);
	if (v->connections != NUM_NONE)
		series_add(n->connections, now, (double)v->connections);
	if (v->js_storage != NUM_NONE && v->js_max_storage > 0)
		series_add(n->storage, now, 100.0 * (double)v->js_storage / (double)v->js_max_storage);
	facts_free((struct facts *)n->varz);
	n->varz = v;
}

static void take_routez(struct node *n, struct routez *r)
{
	struct routez *before = n->routez;

	n->routez = r;
	peers_compare(n, before);
	facts_free((struct facts *)before);
}

static void take_leafz(struct node *n, struct leafz *l)
{
	struct leafz *before = n->leafz;

	n->leafz = l;
	leafs_compare(n, before);
	facts_free((struct facts *)before);
}

/* Parses and stores; false with a phrase when the reply is of no use. */
static bool take(struct node *n, enum ask a, const char *what, const char *body, size_t len,
    int64_t now, struct err *err)
{
	void *f = NULL;

	switch (a) {
	case ASK_VARZ:
		f = varz_parse(what, body, len, err);
		if (f)
			take_varz(n, f, now);
		break;
	case ASK_HEALTHZ:
		f = healthz_parse(what, body, len, err);
		if (f) {
			facts_free((struct facts *)n->healthz);
			n->healthz = f;
		}
		break;
	case ASK_ROUTEZ:
		f = routez_parse(what, body, len, err);
		if (f)
			take_routez(n, f);
		break;
	case ASK_CONNZ:
		f = connz_parse(what, body, len, err);
		if (f)
			slow_take(n, f, now);
		break;
	case ASK_JSZ:
		f = jsz_parse(what, body, len, err);
		if (f) {
			facts_free((struct facts *)n->jsz);
			n->jsz = f;
			n->src->tracker.changed = true;
		}
		break;
	case ASK_GATEWAYZ:
		f = gatewayz_parse(what, body, len, err);
		if (f) {
			facts_free((struct facts *)n->gatewayz);
			n->gatewayz = f;
		}
		break;
	case ASK_LEAFZ:
		f = leafz_parse(what, body, len, err);
		if (f)
			take_leafz(n, f);
		break;
	case ASK_COUNT:
		break;
	}
	return f != NULL;
}

void node_take(struct node *n, enum ask a, const char *body, size_t len, int64_t now)
{
	static const char *const path[ASK_COUNT] = {"/varz", "/healthz", "/routez", "/connz", "/jsz", "/gatewayz",
	    "/leafz"};
	struct ask_state *k = &n->asks[a];
	enum look before = n->looking;
	struct err err = {""};
	char what[ERR_MAX / 2];

	if (n->by_system)
		snprintf(what, sizeof(what), _("%.200s to %s by the system account"), n->name, path[a] + 1);
	else
		snprintf(what, sizeof(what), "%s%s", n->shown, path[a]);
	if (!take(n, a, what, body, len, now, &err)) {
		node_failed(n, a, HTTP_PROTOCOL, err_msg(&err), now);
		return;
	}
	if (!k->ok && a == ASK_VARZ)
		n->src->tracker.changed = true;
	k->tried = true;
	k->ok = true;
	k->fail = HTTP_OK;
	k->at = now;
	task_done(&k->task, now);
	if (a == ASK_CONNZ)
		slow_follow(n, before, now);
	n->src->changed = true;
}

/* The longest wait beside the period: who comes back is to be noticed within seconds. */
#define LIVENESS_WAIT (4 * NS_PER_S)

void node_failed(struct node *n, enum ask a, enum http_fail fail, const char *why, int64_t now)
{
	struct ask_state *k = &n->asks[a];

	set_text(k->why, sizeof(k->why), why);
	k->fail = fail;
	k->failed_at = now;
	task_failed(&k->task, now, a == ASK_VARZ ? LIVENESS_WAIT : 0);
	if (a == ASK_VARZ && !n->silent_since) {
		n->silent_since = k->at ? k->at : now;
		n->src->tracker.changed = true;
		nats_event(n->src, n->name, _("does not answer: %s"), why);
	}
	if (a == ASK_CONNZ)
		slow_failed(n, now);
	if (a == ASK_CONNZ && n->looking == LOOK_LIST && list_failed(n, fail, why))
		k->task.next = now;
	if (a == ASK_JSZ) {
		n->src->tracker.changed = true;
		if (fail == HTTP_TOO_LARGE && n->jsz_less < 2) {
			n->jsz_less++;
			k->task.next = now;
		}
	}
	k->tried = true;
	k->ok = false;
	n->src->changed = true;
}
