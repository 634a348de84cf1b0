#include "source/nats/system.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>

enum { FOUND_MAX = 256 };

/* A server that left is missed for so long: for ever where fewer are left than there should be. */
#define MISSED (60 * NS_PER_S)
#define MISSED_LONG (600 * NS_PER_S)

static struct node *node_of(const struct source *s, const struct sys_server *v)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->id, v->id) || !strcmp(s->nodes[i]->sys_id, v->id))
			return s->nodes[i];
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->name, v->name))
			return s->nodes[i];
	return NULL;
}

/* A URL that has never told whose it is: does it belong to this server? Only where it does not answer. */
static struct node *nameless(const struct source *s, bool *waiting)
{
	struct node *found = NULL;

	for (size_t i = 0; i < s->n_nodes; i++) {
		struct node *n = s->nodes[i];

		if (n->id[0] || n->sys_id[0])
			continue;
		if (!n->asks[ASK_VARZ].tried)
			*waiting = true;
		else if (!found)
			found = n;
	}
	return found;
}

static struct node *add_node(struct source *s, const struct sys_server *v, int64_t now)
{
	struct node *n;

	if (s->n_nodes >= s->ctx->cluster->n_monitor + FOUND_MAX)
		return NULL;
	n = node_new_found(s, v->host, v->name, now);
	array_reserve(&s->nodes, &s->cap_nodes, s->n_nodes + 1, sizeof(*s->nodes));
	s->nodes[s->n_nodes++] = n;
	if (s->ctx->cluster->n_monitor)
		nats_event(s, v->name, _("was found by the system account: it is not in `monitor:`"));
	return n;
}

static void match_one(struct source *s, const struct sys_server *v, int64_t now)
{
	struct node *n = node_of(s, v);
	bool waiting = false;

	if (!n)
		n = nameless(s, &waiting);
	if (!n && waiting) {
		s->sys->unmatched = true;
		return;
	}
	if (!n)
		n = add_node(s, v, now);
	if (!n)
		return;
	if (strcmp(n->sys_id, v->id)) {
		snprintf(n->sys_id, sizeof(n->sys_id), "%s", v->id);
		if (n->by_system)
			n->asks[ASK_VARZ].task.next = now;
	}
	n->sys_seen = v->seen;
	if (!n->id[0])
		snprintf(n->name, sizeof(n->name), "%s", v->name);
	if (!n->by_system && n->asks[ASK_VARZ].tried && !n->asks[ASK_VARZ].ok)
		n->asks[ASK_VARZ].task.next = now;
}

/* The servers of the cluster that it is connected to; others are reached by gateways and leaf nodes. */
static bool is_ours(const struct nats_system *y, const struct sys_server *v)
{
	const char *cluster = NULL;

	for (size_t i = 0; i < y->n_servers; i++)
		if (!strcmp(y->servers[i].id, y->server_id))
			cluster = y->servers[i].cluster;
	if (!cluster || !cluster[0])
		return !strcmp(v->id, y->server_id);
	return !strcmp(v->cluster, cluster);
}

static size_t here(const struct source *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_nodes; i++)
		n += s->nodes[i]->asks[ASK_VARZ].ok;
	return n;
}

static bool is_asked(const struct source *s, const struct node *n)
{
	for (size_t i = 0; i < s->sys->n_requests; i++)
		if (s->sys->requests[i].node == n)
			return true;
	return n->http_in_flight;
}

/* Two nodes of one server: the URL's stays. */
static bool has_twin(const struct source *s, const struct node *n)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i] != n && s->nodes[i]->url && n->id[0] && !strcmp(s->nodes[i]->id, n->id))
			return true;
	return false;
}

static bool is_forgotten(const struct source *s, const struct node *n, int64_t now)
{
	int64_t expected = s->ctx->cluster->expected_nodes, missed = now - n->sys_seen;

	if (n->url || is_asked(s, n))
		return false;
	if (has_twin(s, n))
		return true;
	if (n->asks[ASK_VARZ].ok)
		return false;
	return expected > 0 ? missed > MISSED && (int64_t)here(s) >= expected : missed > MISSED_LONG;
}

static void forget(struct source *s, int64_t now)
{
	struct nats_system *y = s->sys;

	for (size_t i = s->n_nodes; i-- > 0;) {
		struct node *n = s->nodes[i];

		if (!is_forgotten(s, n, now))
			continue;
		node_free(n);
		for (size_t k = i + 1; k < s->n_nodes; k++)
			s->nodes[k - 1] = s->nodes[k];
		s->n_nodes--;
		s->changed = s->tracker.changed = true;
	}
	for (size_t i = y->n_servers; i-- > 0;)
		if (now - y->servers[i].seen > MISSED_LONG)
			y->servers[i] = y->servers[--y->n_servers];
}

void system_match(struct source *s, int64_t now)
{
	struct nats_system *y = s->sys;

	y->unmatched = false;
	for (size_t i = 0; i < y->n_servers; i++)
		if (y->servers[i].seen >= y->ping_seen && !y->servers[i].refuted && is_ours(y, &y->servers[i]))
			match_one(s, &y->servers[i], now);
	forget(s, now);
}
