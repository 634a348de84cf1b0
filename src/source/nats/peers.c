#include "source/nats/nats.h"

#include "base/i18n.h"

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
		nats_event(n->src, n->name, _("has a route to %s"), peer_name(n, p));
	else
		nats_event(n->src, n->name, _("has a route to a server that has just started"));
}

static const struct peer *peer_by_id(const struct routez *r, const char *id)
{
	for (size_t i = 0; i < r->n_peers; i++)
		if (!strcmp(r->peers[i].id, id))
			return &r->peers[i];
	return NULL;
}

/* Connections to a peer that were lost and made again between two looks. */
static void tell_flaps(struct node *n, const struct routez *before, const struct peer *p)
{
	const struct peer *was = peer_by_id(before, p->id);
	int64_t remade = 0, grown;

	if (!was || before->now < 0)
		return;
	for (size_t i = 0; i < p->n_starts; i++)
		remade += p->starts[i] > before->now;
	grown = p->conns + p->pinned - was->conns - was->pinned;
	if (grown > 0)
		remade -= grown;
	if (remade > 0)
		nats_event(n->src, n->name, _("its route to %s was lost and made again (%lld of %lld connections)"),
		    peer_name(n, p), (long long)remade, (long long)(p->conns + p->pinned));
}

/* A server before 2.10 has no pool: there is one connection with it, whoever holds the other end. */
static int64_t wanted(const struct node *n, const struct peer *p)
{
	const struct node *other = node_by_id(n->src, p->id);

	if (other && other->varz && other->varz->pool_size == NUM_NONE)
		return 1;
	return (n->varz && n->varz->pool_size > 0 ? n->varz->pool_size : 1) + n->max_pinned;
}

/* A pool is filled one by one: only what lasts is worth a word. */
enum { THIN_LOOKS = 3 };

static void note_thin(struct node *n)
{
	const struct peer *thin = NULL;
	int64_t want = 0;

	for (size_t i = 0; i < n->routez->n_peers && !thin; i++) {
		want = wanted(n, &n->routez->peers[i]);
		if (n->routez->peers[i].conns + n->routez->peers[i].pinned < want)
			thin = &n->routez->peers[i];
	}
	if (!thin) {
		n->thin_looks = 0;
		n->thin_told = false;
		return;
	}
	snprintf(n->thin, sizeof(n->thin), "%s", peer_name(n, thin));
	n->thin_has = thin->conns + thin->pinned;
	n->thin_wants = want;
	if (++n->thin_looks < THIN_LOOKS || n->thin_told)
		return;
	n->thin_told = true;
	nats_event(n->src, n->name, _("has only %lld of %lld connections to %s"), (long long)n->thin_has, (long long)want,
	    n->thin);
}

const char *peers_thin(const struct node *n, struct arena *a)
{
	if (n->thin_looks < THIN_LOOKS || !node_ok(n, ASK_ROUTEZ))
		return NULL;
	return arena_printf(a, _("%s has only %lld of %lld connections to %s: messages of some accounts may not pass"), n->name,
	    (long long)n->thin_has, (long long)n->thin_wants, n->thin);
}

/* Tells what changed since the last look. */
void peers_compare(struct node *n, const struct routez *before)
{
	for (size_t i = 0; i < n->routez->n_peers; i++)
		if (n->routez->peers[i].pinned > n->max_pinned)
			n->max_pinned = n->routez->peers[i].pinned;
	note_thin(n);
	if (!before)
		return;
	for (size_t i = 0; i < n->routez->n_peers; i++)
		tell_flaps(n, before, &n->routez->peers[i]);
	for (size_t i = 0; i < before->n_peers; i++)
		if (!has_id(n->routez, before->peers[i].id))
			nats_event(n->src, n->name, _("lost its route to %s"), peer_name(n, &before->peers[i]));
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
	const char *text = "";

	if (!n->routez)
		return NULL;
	for (size_t i = 0; i < n->routez->n_peers; i++) {
		const struct peer *p = &n->routez->peers[i];

		text = arena_printf(a, "%s%s%.64s %lld/%lld", text, *text ? ", " : "", peer_name(n, p),
		    (long long)(p->conns + p->pinned), (long long)wanted(n, p));
		if (strlen(text) > 400)
			return arena_printf(a, "%s, ...", text);
	}
	return text;
}

static const char *leaf_words(const struct leaf *l, struct arena *a)
{
	return arena_printf(a, "%.64s (%.64s%s%.64s)", l->name && *l->name ? l->name : _("without a name"),
	    l->address ? l->address : "?", l->account ? ", account " : "", l->account ? l->account : "");
}

static bool has_leaf(const struct leafz *l, const struct leaf *one)
{
	for (size_t i = 0; i < l->n_leafs; i++) {
		const struct leaf *k = &l->leafs[i];

		/* A leaf node that has connected again comes from another port. */
		if (!strcmp(k->name ? k->name : "", one->name ? one->name : "") &&
		    !strcmp(k->account ? k->account : "", one->account ? one->account : "") &&
		    (one->name || !strcmp(k->address ? k->address : "", one->address ? one->address : "")))
			return true;
	}
	return false;
}

void leafs_compare(struct node *n, const struct leafz *before)
{
	struct arena a;

	if (!before)
		return;
	arena_init(&a);
	for (size_t i = 0; i < before->n_leafs; i++)
		if (!has_leaf(n->leafz, &before->leafs[i]))
			nats_event(n->src, n->name, _("lost its leaf node connection with %s"), leaf_words(&before->leafs[i], &a));
	for (size_t i = 0; i < n->leafz->n_leafs; i++)
		if (!has_leaf(before, &n->leafz->leafs[i]))
			nats_event(n->src, n->name, _("has a leaf node connection with %s"), leaf_words(&n->leafz->leafs[i], &a));
	arena_release(&a);
}

int64_t leafs_dialled(const struct node *n)
{
	int64_t dialled = 0;

	for (size_t i = 0; n->leafz && i < n->leafz->n_leafs; i++)
		/* Before 2.9.15 it is not told who dialled: all are counted. */
		dialled += n->leafz->leafs[i].spoke != TRI_NO;
	return dialled;
}

static bool is_connected(const struct leafz *l, const char *hub)
{
	for (size_t i = 0; i < l->n_leafs; i++)
		if (l->leafs[i].address && !strcmp(l->leafs[i].address, hub))
			return true;
	return false;
}

size_t leafs_missing(const struct node *n, struct arena *a, const char **out)
{
	const struct varz *v = n->varz;
	int64_t missing = v && n->leafz ? v->leaf_remotes - leafs_dialled(n) : 0;
	const char *all = "";
	size_t found = 0;

	if (missing <= 0)
		return 0;
	for (size_t i = 0; i < v->n_leaf_hubs; i++) {
		if (is_connected(n->leafz, v->leaf_hubs[i]))
			continue;
		all = arena_printf(a, "%s%s%.64s", all, *all ? ", " : "", v->leaf_hubs[i]);
		out[found++] = arena_printf(a, _("hub %.64s"), v->leaf_hubs[i]);
	}
	if ((int64_t)found == missing)
		return found;
	/* By a host name it is not known which of them is there. */
	out[0] = arena_printf(a, _("%lld of the hubs %.200s"), (long long)missing, *all ? all : "?");
	return 1;
}

size_t gateways_missing(const struct node *n, const char **out, size_t most)
{
	const struct varz *v = n->varz;
	const struct gatewayz *g = n->gatewayz;
	size_t missing = 0;

	for (size_t i = 0; g && v && i < v->n_gateways && missing < most; i++) {
		bool found = false;

		for (size_t k = 0; k < g->n_outbound; k++)
			found |= !strcmp(g->outbound[k], v->gateways[i]);
		if (!found)
			out[missing++] = v->gateways[i];
	}
	return missing;
}
