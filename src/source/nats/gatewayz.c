#include "source/nats/facts.h"

#include "base/i18n.h"

static json_t *read_whole(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err);

	if (root && !json_text(root, "server_id")) {
		err_set(err, _("the reply of %s has no server_id"), what);
		json_decref(root);
		return NULL;
	}
	return root;
}

struct gatewayz *gatewayz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = read_whole(what, body, len, err), *out, *one;
	struct gatewayz *g;
	const char *name;
	size_t n;

	if (!root)
		return NULL;
	g = xcalloc(1, sizeof(*g));
	arena_init(&g->f.arena);
	out = json_sub(root, "outbound_gateways");
	n = json_object_size(out) < GATEWAYS_MAX ? json_object_size(out) : GATEWAYS_MAX;
	g->outbound = arena_alloc(&g->f.arena, (n + 1) * sizeof(*g->outbound));
	json_object_foreach(out, name, one) {
		if (g->n_outbound < n && json_sub(one, "connection"))
			g->outbound[g->n_outbound++] = arena_strndup(&g->f.arena, name, JSON_TEXT_MAX);
	}
	json_decref(root);
	return g;
}

struct leafz *leafz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = read_whole(what, body, len, err), *list;
	struct leafz *l;
	size_t n;

	if (!root)
		return NULL;
	list = json_list(root, "leafs");
	n = json_array_size(list) < LEAFS_MAX ? json_array_size(list) : LEAFS_MAX;
	l = xcalloc(1, sizeof(*l));
	arena_init(&l->f.arena);
	l->leafs = arena_alloc(&l->f.arena, (n + 1) * sizeof(*l->leafs));
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(list, i);
		struct leaf *one = &l->leafs[l->n_leafs++];
		const char *ip = json_text(o, "ip");

		one->name = json_keep(&l->f.arena, o, "name");
		one->account = json_keep(&l->f.arena, o, "account");
		if (ip)
			one->address = arena_printf(&l->f.arena, "%.64s:%lld", ip, (long long)json_num(o, "port"));
		one->spoke = json_tri(o, "is_spoke");
	}
	json_decref(root);
	return l;
}
