#include "source/nats/facts.h"

#include "base/i18n.h"

/* Of the details, the subject with most messages; of a plain list, the first. */
static const char *busiest(struct connz *c, const json_t *o)
{
	json_t *details = json_list(o, "subscriptions_list_detail"), *plain = json_list(o, "subscriptions_list");
	const json_t *best = NULL;
	int64_t most = -1;

	for (size_t i = 0; i < json_array_size(details); i++) {
		const json_t *one = json_array_get(details, i);
		int64_t msgs = json_num(one, "msgs");

		if (json_text(one, "subject") && msgs > most) {
			most = msgs;
			best = one;
		}
	}
	if (best)
		return json_keep(&c->f.arena, best, "subject");
	if (json_is_string(json_array_get(plain, 0)))
		return arena_strndup(&c->f.arena, json_string_value(json_array_get(plain, 0)), JSON_TEXT_MAX);
	return NULL;
}

static void take_client(struct connz *c, const json_t *o)
{
	struct client *one = &c->clients[c->n_clients++];
	const char *ip = json_text(o, "ip");

	one->cid = json_num(o, "cid");
	one->name = json_keep(&c->f.arena, o, "name");
	one->user = json_keep(&c->f.arena, o, "authorized_user");
	one->account = json_keep(&c->f.arena, o, "account");
	one->subject = busiest(c, o);
	one->n_subs = json_num(o, "subscriptions");
	one->stalls = json_num(o, "stalls");
	one->in_msgs = json_num(o, "in_msgs");
	one->out_msgs = json_num(o, "out_msgs");
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
		err_set(err, _("the reply of %s has no status"), what);
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

const char *client_words(const struct client *one, struct arena *a)
{
	const char *more = arena_printf(a, "cid %lld", (long long)(one->cid == NUM_NONE ? 0 : one->cid));

	if (one->user && *one->user)
		more = arena_printf(a, "%s, user %.64s", more, one->user);
	if (one->account && *one->account)
		more = arena_printf(a, "%s, account %.64s", more, one->account);
	if (one->subject)
		more = arena_printf(a, "%s, subject %.64s", more, one->subject);
	if (one->subject && one->n_subs > 1)
		more = arena_printf(a, _("%s and %lld more"), more, (long long)one->n_subs - 1);
	return arena_printf(a, "client %.64s%s%.64s (%s)", one->name ? one->name : "", one->name && *one->name ? " " : "",
	    one->address ? one->address : "?", more);
}
