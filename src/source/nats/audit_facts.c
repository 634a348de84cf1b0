#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/exporter/exporter.h"
#include "source/facts.h"

#include <stdio.h>
#include <string.h>

/* SECTION_FACTS: how the servers and their streams are set up. What one server does not tell makes a fact of all of them
 * partial: what is known to be wrong stays wrong, what looks right is not called right. */

/* The default of nats-server: whoever did not choose one has it. */
enum { DEFAULT_MAX_CONNECTIONS = 65536 };

struct facts_of {
	struct source *src;
	struct section *s;
	int64_t varz_at, jsz_at; /* of the oldest answer; 0: not every server has answered */
	const char *varz_why, *jsz_why;
	bool no_config;		 /* a reply was too large for configurations */
};

/* Servers that nobody asks have streams and settings as well. */
static const char *not_asked(struct facts_of *f)
{
	for (size_t i = 0; i < f->src->n_nodes; i++) {
		const struct node *n = f->src->nodes[i];

		if (n->varz && node_ok(n, ASK_VARZ) && n->varz->remotes >= (int64_t)f->src->n_nodes)
			return arena_printf(&f->s->arena, _("%s sees %lld others, and only %zu servers are asked: add them under monitor:"),
			    n->name, (long long)n->varz->remotes, f->src->n_nodes);
	}
	return NULL;
}

static void look_at(struct facts_of *f)
{
	const char *more;

	f->varz_at = f->jsz_at = INT64_MAX;
	for (size_t i = 0; i < f->src->n_nodes; i++) {
		const struct node *n = f->src->nodes[i];

		if (!n->varz || !node_ok(n, ASK_VARZ))
			f->varz_why = arena_printf(&f->s->arena, "%s: %s", n->name, node_why(n, ASK_VARZ));
		else if (n->asks[ASK_VARZ].at < f->varz_at)
			f->varz_at = n->asks[ASK_VARZ].at;
		if (!node_wants(n, ASK_JSZ))
			continue;
		if (!n->jsz || !node_ok(n, ASK_JSZ))
			f->jsz_why = arena_printf(&f->s->arena, "%s: %s", n->name, node_why(n, ASK_JSZ));
		else if (n->asks[ASK_JSZ].at < f->jsz_at)
			f->jsz_at = n->asks[ASK_JSZ].at;
		f->no_config = f->no_config || n->jsz_less;
	}
	more = not_asked(f);
	f->varz_why = f->varz_why ? f->varz_why : more;
	f->jsz_why = f->jsz_why ? f->jsz_why : more;
	if (f->varz_at == INT64_MAX)
		f->varz_at = 0;
	if (f->jsz_at == INT64_MAX)
		f->jsz_at = 0;
}

static void of_servers(struct facts_of *f, const char *name, int64_t n, const char *detail)
{
	struct value v = !f->varz_at ? value_missing(f->varz_why ? f->varz_why : _("not asked yet"))
				     : value_int(n, f->varz_at, nats_period(f->src, ASK_VARZ));

	fact_add(f->s, name, f->varz_at && f->varz_why ? value_partial(v, f->varz_why) : v, detail);
}

static struct value streams_value(struct facts_of *f, int64_t n)
{
	struct value v = !f->jsz_at ? value_missing(f->jsz_why ? f->jsz_why : _("no server tells of JetStream"))
				    : value_int(n, f->jsz_at, nats_period(f->src, ASK_JSZ));

	if (f->no_config)
		v = value_missing(_("there are too many streams for their configurations to be read"));
	return f->jsz_at && f->jsz_why && !f->no_config ? value_partial(v, f->jsz_why) : v;
}

static void of_streams(struct facts_of *f, const char *name, int64_t n, const char *detail)
{
	fact_add(f->s, name, streams_value(f, n), detail);
}

static void server_facts(struct facts_of *f)
{
	struct tally default_limit = {0}, open = {0}, plain = {0}, without_js = {0}, no_js_limit = {0};
	int64_t with_js = 0, payload = 0, up = 0;

	for (size_t i = 0; i < f->src->n_nodes; i++) {
		const struct node *n = f->src->nodes[i];
		const struct varz *v = n->varz;

		if (!v || !node_ok(n, ASK_VARZ))
			continue;
		up++;
		if (v->max_connections == DEFAULT_MAX_CONNECTIONS)
			tally_add(&default_limit, n->name);
		if (v->auth_required != TRI_YES)
			tally_add(&open, n->name);
		if (v->tls_required != TRI_YES)
			tally_add(&plain, n->name);
		if (v->max_payload > payload)
			payload = v->max_payload;
		with_js += v->jetstream;
		if (!v->jetstream)
			tally_add(&without_js, n->name);
		else if (v->js_max_storage <= 0 || v->js_max_memory < 0)
			tally_add(&no_js_limit, n->name);
	}
	of_servers(f, "cluster.size", up, NULL);
	of_servers(f, "limits.default_max_connections", default_limit.n, tally_names(&default_limit, &f->s->arena));
	of_servers(f, "limits.max_payload", payload, NULL);
	of_servers(f, "security.auth_required", !open.n, tally_names(&open, &f->s->arena));
	of_servers(f, "security.tls_required", !plain.n, tally_names(&plain, &f->s->arena));
	of_servers(f, "jetstream.mixed", with_js && without_js.n, tally_names(&without_js, &f->s->arena));
	of_servers(f, "jetstream.servers_without_limit", no_js_limit.n, tally_names(&no_js_limit, &f->s->arena));
}

/* Routes are judged by each server's own list. */
static void route_facts(struct facts_of *f)
{
	struct tally missing = {0};
	int64_t at = INT64_MAX, expected = f->src->ctx->cluster->expected_nodes;
	const char *why = NULL;

	for (size_t i = 0; i < f->src->n_nodes; i++) {
		const struct node *n = f->src->nodes[i];
		int64_t peers = n->varz ? n->varz->remotes : NUM_NONE;

		if (!n->varz || !node_ok(n, ASK_VARZ)) {
			why = arena_printf(&f->s->arena, "%s: %s", n->name, node_why(n, ASK_VARZ));
			continue;
		}
		if (n->asks[ASK_VARZ].at < at)
			at = n->asks[ASK_VARZ].at;
		if (peers + 1 < (expected ? expected : (int64_t)f->src->n_nodes))
			tally_add(&missing, n->name);
	}
	if (at == INT64_MAX)
		fact_add(f->s, "routes.missing", value_missing(why ? why : _("not asked yet")), NULL);
	else if (why)
		fact_add(f->s, "routes.missing",
		    value_partial(value_int(missing.n, at, nats_period(f->src, ASK_VARZ)), why),
		    tally_names(&missing, &f->s->arena));
	else
		fact_add(f->s, "routes.missing", value_int(missing.n, at, nats_period(f->src, ASK_VARZ)),
		    tally_names(&missing, &f->s->arena));
}

struct stream_tallies {
	int64_t count;
	struct tally leaderless, unbounded, in_memory, few, many, unread, everything, flat;
	struct kept kept;
};

/* A limit of messages bounds no bytes, and how long an interest stream keeps its messages its readers decide. */
static void keep_stream(struct kept *kept, const struct js_stream *s)
{
	int64_t held = s->bytes > 0 ? s->bytes : 0;

	if (s->in_memory != TRI_YES)
		kept_add(kept, s->name, s->max_age > 0 ? s->max_age / NS_PER_S + 1 : -1,
		    s->max_bytes <= 0 ? -1 : held < s->max_bytes ? s->max_bytes - held : 0);
}

/* A key-value or object store is read without consumers that last. */
static bool is_store(const char *name)
{
	return !strncmp(name, "KV_", 3) || !strncmp(name, "OBJ_", 4);
}

static void look_at_stream(struct stream_tallies *t, const struct js_stream *s)
{
	if (s->clustered && !s->leader)
		tally_add(&t->leaderless, s->name);
	if (s->max_age <= 0 && s->max_bytes <= 0 && s->max_msgs <= 0 && s->interest == TRI_NO)
		tally_add(&t->unbounded, s->name);
	keep_stream(&t->kept, s);
	if (s->in_memory == TRI_YES)
		tally_add(&t->in_memory, s->name);
	if (s->replicas >= 0 && s->replicas < 3)
		tally_add(&t->few, s->name);
	if (s->replicas > 3)
		tally_add(&t->many, s->name);
	if (!s->n && !is_store(s->name))
		tally_add(&t->unread, s->name);
	if (s->subject && !strcmp(s->subject, ">"))
		tally_add(&t->everything, s->name);
	if (s->subject && !strchr(s->subject, '.'))
		tally_add(&t->flat, s->name);
}

static bool is_watched(const struct source *s, const char *name)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->name, name))
			return true;
	return false;
}

/* A stream is counted where its leader lists it; where it has none, or none that is watched, at the first server that
 * lists it. */
static bool counts_here(const struct source *s, size_t node, const struct js_stream *stream)
{
	if (stream->leader && is_watched(s, stream->leader))
		return !strcmp(stream->leader, s->nodes[node]->name);
	for (size_t i = 0; i < node; i++) {
		const struct jsz *j = s->nodes[i]->jsz;

		for (size_t k = 0; j && k < j->n_listed_streams; k++)
			if (!strcmp(j->streams[k].name, stream->name) && !strcmp(j->streams[k].account, stream->account))
				return false;
	}
	return true;
}

static void stream_facts(struct facts_of *f)
{
	struct stream_tallies t = {0};
	struct arena *a = &f->s->arena;

	for (size_t i = 0; i < f->src->n_nodes; i++) {
		const struct jsz *j = node_ok(f->src->nodes[i], ASK_JSZ) ? f->src->nodes[i]->jsz : NULL;

		for (size_t k = 0; j && k < j->n_listed_streams; k++) {
			if (!counts_here(f->src, i, &j->streams[k]))
				continue;
			t.count++;
			look_at_stream(&t, &j->streams[k]);
		}
	}
	of_streams(f, "streams.count", t.count, NULL);
	/* The word of one server that there is a leader is enough: what another said may be older. */
	if (f->src->js.leaderless)
		of_streams(f, "streams.leaderless", t.leaderless.n, tally_names(&t.leaderless, a));
	else
		of_streams(f, "streams.leaderless", 0, NULL);
	of_streams(f, "streams.unbounded", t.unbounded.n, tally_names(&t.unbounded, a));
	of_streams(f, "streams.in_memory", t.in_memory.n, tally_names(&t.in_memory, a));
	of_streams(f, "streams.few_replicas", t.few.n, tally_names(&t.few, a));
	of_streams(f, "streams.over_replicated", t.many.n, tally_names(&t.many, a));
	of_streams(f, "streams.unread", t.unread.n, tally_names(&t.unread, a));
	of_streams(f, "streams.on_everything", t.everything.n, tally_names(&t.everything, a));
	of_streams(f, "streams.flat_subjects", t.flat.n, tally_names(&t.flat, a));
	kept_facts(f->s, &t.kept, streams_value(f, 0));
}

struct section *nats_facts_section(struct source *s, int64_t now)
{
	struct facts_of f = {.src = s, .s = section_new(SECTION_FACTS)};
	const char *detail;
	struct value reachable;

	look_at(&f);
	server_facts(&f);
	route_facts(&f);
	stream_facts(&f);
	reachable = exporters_reachable(s->exporters, f.s, &detail);
	facts_exporters(s->ctx->cluster, reachable, detail, f.s, now);
	f.s->listing = value_bool(true, now, 0);
	return f.s;
}
