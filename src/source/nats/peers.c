#include "source/nats/nats.h"

static const char *peer_name(const struct node *n, const struct peer *p)
{
	const struct node *known;

	if (p->name)
		return p->name;
	known = node_by_id(n->src, p->id);
	if (known)
		return known->name;
	return p->address ? p->address : p->id;
}

static bool has_id(const struct routez *r, const char *id)
{
	for (size_t i = 0; i < r->n_peers; i++)
		if (!strcmp(r->peers[i].id, id))
			return true;
	return false;
}

/* Before 2.9.16 a server that has just restarted has no name until it is asked itself. */
static void tell_new(struct node *n, const struct peer *p)
{
	if (p->name || node_by_id(n->src, p->id))
		nats_event(n->src, n->name, "has a route to %s", peer_name(n, p));
	else
		nats_event(n->src, n->name, "has a route to a server that has just started");
}

/* Tells what changed since the last look. */
void peers_compare(struct node *n, const struct routez *before)
{
	for (size_t i = 0; i < n->routez->n_peers; i++)
		if (n->routez->peers[i].pinned > n->max_pinned)
			n->max_pinned = n->routez->peers[i].pinned;
	if (!before)
		return;
	for (size_t i = 0; i < before->n_peers; i++)
		if (!has_id(n->routez, before->peers[i].id))
			nats_event(n->src, n->name, "lost its route to %s", peer_name(n, &before->peers[i]));
	for (size_t i = 0; i < n->routez->n_peers; i++)
		if (!has_id(before, n->routez->peers[i].id))
			tell_new(n, &n->routez->peers[i]);
}

bool peers_contain(const struct routez *r, const struct node *peer)
{
	for (size_t i = 0; i < r->n_peers; i++) {
		const struct peer *p = &r->peers[i];

		if (peer->id[0] && !strcmp(p->id, peer->id))
			return true;
		if (p->name && !strcmp(p->name, peer->name))
			return true;
	}
	return false;
}

/* "n2 4/4, n3 3/4": connections to each peer of how many there should be. Servers
 * before 2.10 hold one. */
const char *peers_detail(struct node *n, struct arena *a)
{
	int64_t pool = n->varz && n->varz->pool_size > 0 ? n->varz->pool_size : 1;
	int64_t want = pool + n->max_pinned;
	const char *text = "";

	if (!n->routez)
		return NULL;
	for (size_t i = 0; i < n->routez->n_peers; i++) {
		const struct peer *p = &n->routez->peers[i];

		text = arena_printf(a, "%s%s%.64s %lld/%lld", text, *text ? ", " : "", peer_name(n, p),
		    (long long)(p->conns + p->pinned), (long long)want);
		if (strlen(text) > 400)
			return arena_printf(a, "%s, ...", text);
	}
	return text;
}
