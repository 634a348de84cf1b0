#include "source/nats/facts.h"

#include "base/map.h"

static struct peer *peer_of(struct routez *r, struct map *by_id, const json_t *route)
{
	const char *id = json_text(route, "remote_id");
	struct peer *p;

	if (!id || !*id)
		return NULL;
	p = map_get(by_id, id);
	if (p || r->n_peers == PEERS_MAX)
		return p;
	p = &r->peers[r->n_peers++];
	p->id = json_keep(&r->f.arena, route, "remote_id");
	p->name = json_keep(&r->f.arena, route, "remote_name");
	if (json_text(route, "ip"))
		p->address = arena_printf(&r->f.arena, "%.64s:%lld", json_text(route, "ip"),
		    (long long)json_num(route, "port"));
	map_put(by_id, id, p);
	return p;
}

static void keep_start(const struct map *by_id, const json_t *route)
{
	const char *id = json_text(route, "remote_id");
	struct peer *p = id && *id ? map_get(by_id, id) : NULL;

	if (p)
		p->starts[p->n_starts++] = nats_time(json_text(route, "start"));
}

struct routez *routez_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err), *list;
	struct routez *r;
	struct map by_id;
	int64_t *starts;
	size_t n;

	if (!root)
		return NULL;
	list = json_list(root, "routes");
	n = json_array_size(list);
	if (n > ROUTES_MAX)
		n = ROUTES_MAX;
	r = xcalloc(1, sizeof(*r));
	arena_init(&r->f.arena);
	r->peers = arena_alloc(&r->f.arena, ((n < PEERS_MAX ? n : PEERS_MAX) + 1) * sizeof(*r->peers));
	r->now = nats_time(json_text(root, "now"));
	starts = arena_alloc(&r->f.arena, (n + 1) * sizeof(*starts));
	map_init(&by_id);
	for (size_t i = 0; i < n; i++) {
		const json_t *route = json_array_get(list, i);
		struct peer *p = peer_of(r, &by_id, route);

		if (!p)
			continue;
		if (json_text(route, "account"))
			p->pinned++;
		else
			p->conns++;
	}
	/* Each peer's starts stand together. */
	for (size_t k = 0; k < r->n_peers; k++) {
		r->peers[k].starts = starts;
		starts += r->peers[k].conns + r->peers[k].pinned;
	}
	for (size_t i = 0; i < n; i++)
		keep_start(&by_id, json_array_get(list, i));
	map_release(&by_id);
	json_decref(root);
	return r;
}
