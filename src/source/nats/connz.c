#include "source/nats/facts.h"

static void take_client(struct connz *c, const json_t *o)
{
	struct client *one = &c->clients[c->n_clients++];
	const char *ip = json_text(o, "ip");

	one->cid = json_num(o, "cid");
	one->name = json_keep(&c->f.arena, o, "name");
	one->user = json_keep(&c->f.arena, o, "authorized_user");
	one->reason = json_keep(&c->f.arena, o, "reason");
	if (ip)
		one->address = arena_printf(&c->f.arena, "%.64s:%lld", ip, (long long)json_num(o, "port"));
	one->pending = json_num(o, "pending_bytes");
	one->stop = nats_time(json_text(o, "stop"));
}

struct connz *connz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err), *list;
	struct connz *c;
	size_t n;

	if (!root)
		return NULL;
	list = json_list(root, "connections");
	n = json_array_size(list);
	if (n > CLIENTS_MAX)
		n = CLIENTS_MAX;
	c = xcalloc(1, sizeof(*c));
	arena_init(&c->f.arena);
	c->total = json_num(root, "total");
	c->clients = arena_alloc(&c->f.arena, (n + 1) * sizeof(*c->clients));
	for (size_t i = 0; i < n; i++)
		take_client(c, json_array_get(list, i));
	json_decref(root);
	return c;
}

struct healthz *healthz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err);
	const char *status;
	struct healthz *h;

	if (!root)
		return NULL;
	status = json_text(root, "status");
	if (!status) {
		err_set(err, "the reply of %s has no status", what);
		json_decref(root);
		return NULL;
	}
	h = xcalloc(1, sizeof(*h));
	arena_init(&h->f.arena);
	/* Some versions answer HTTP 200 beside errors: the word decides. */
	h->ok = !strcmp(status, "ok");
	h->text = json_keep(&h->f.arena, root, json_text(root, "error") ? "error" : "status");
	json_decref(root);
	return h;
}
