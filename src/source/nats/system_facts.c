#include "source/nats/system.h"

#include "base/i18n.h"

const char *const sys_ask_name[ASK_COUNT] = {
    [ASK_VARZ] = "VARZ",
    [ASK_HEALTHZ] = "HEALTHZ",
    [ASK_ROUTEZ] = "ROUTEZ",
    [ASK_CONNZ] = "CONNZ",
    [ASK_JSZ] = "JSZ",
    [ASK_GATEWAYZ] = "GATEWAYZ",
    [ASK_LEAFZ] = "LEAFZ",
};

struct sys_fact *sys_fact_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err);
	const json_t *server, *client;
	struct sys_fact *f;

	if (!root)
		return NULL;
	server = json_sub(root, "server");
	/* A server that shuts down tells of itself alone. */
	if (!server && json_text(root, "id"))
		server = root;
	if (!json_text(server, "id")) {
		err_set(err, _("%s names no server"), what);
		json_decref(root);
		return NULL;
	}
	client = json_sub(root, "client");
	f = xcalloc(1, sizeof(*f));
	arena_init(&f->f.arena);
	f->id = json_keep(&f->f.arena, server, "id");
	f->name = json_keep(&f->f.arena, server, "name");
	f->cluster = json_keep(&f->f.arena, server, "cluster");
	f->host = json_keep(&f->f.arena, server, "host");
	f->client_name = json_keep(&f->f.arena, client, "name");
	f->client_host = json_keep(&f->f.arena, client, "host");
	f->user = json_keep(&f->f.arena, client, "user");
	f->account = json_keep(&f->f.arena, client, "acc");
	f->kind = json_keep(&f->f.arena, client, "client_type");
	f->cid = json_num(client, "id");
	f->reason = json_keep(&f->f.arena, root, "reason");
	json_decref(root);
	return f;
}

static bool begins(const char *s, size_t len, const char *with)
{
	return len >= strlen(with) && !strncasecmp(s, with, strlen(with));
}

int sys_denied_parse(const char *said, char *right, size_t size, char *id)
{
	static const char req[] = "$SYS.REQ.SERVER.";
	const char *verb = strcasestr(said, "publish") ? "publish" : "subscribe";
	const char *from = strchr(said, '"'), *to = from ? strchr(from + 1, '"') : NULL;
	size_t len = to ? (size_t)(to - from - 1) : 0, skip = sizeof(req) - 1, token;

	id[0] = '\0';
	if (!len || !strcasestr(said, "permissions violation"))
		return -1;
	from++;
	if (begins(from, len, "_INBOX.")) {
		snprintf(right, size, "%s _INBOX.>", verb);
		return 0;
	}
	token = begins(from, len, req) ? strcspn(from + skip, ".\"") : 0;
	if (!token || from[skip + token] == '"') {
		snprintf(right, size, "%s %.*s", verb, (int)len, from);
		return 0;
	}
	snprintf(id, NAME_MAX_LEN, "%.*s", (int)token, from + skip);
	snprintf(right, size, "%s %s*%.*s", verb, req, (int)(len - skip - token), from + skip + token);
	return 0;
}
