#include "source/nats/system.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>

/* Equal notices are told once in this time, and counted in between. */
#define TELL_GAP (30 * NS_PER_S)

/* A client that goes for these reasons was not asked whether it wants to. */
static const char *const cut_off[] = {
    "Slow Consumer", "Stale Connection", "Maximum", "Authentication", "TLS Handshake", "Protocol Violation",
    "Credentials", "Kicked", "Missing Account", "Duplicate", "Parse Error", "Incorrect Port", "Minimum Version",
};

static bool is_cut_off(const char *reason)
{
	for (size_t i = 0; i < sizeof(cut_off) / sizeof(cut_off[0]); i++)
		if (!strncmp(reason, cut_off[i], strlen(cut_off[i])))
			return true;
	return false;
}

/* The place where notices of this kind are counted; the one that has been quiet for longest gives way. */
static struct sys_notice *notice_of(struct nats_system *y, const char *key)
{
	struct sys_notice *oldest = &y->notices[0];

	for (size_t i = 0; i < SYS_NOTICES_MAX; i++) {
		struct sys_notice *k = &y->notices[i];

		if (!strcmp(k->key, key))
			return k;
		if (k->told < oldest->told)
			oldest = k;
	}
	*oldest = (struct sys_notice){.told = 0};
	snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	return oldest;
}

/* Is it to be told now? If not, it is counted. */
static bool is_news(struct source *s, const char *server, const char *what, int64_t now)
{
	char key[sizeof(s->sys->notices[0].key)];
	struct sys_notice *k;

	snprintf(key, sizeof(key), "%.70s\x1f%.80s", server, what);
	k = notice_of(s->sys, key);
	if (k->told && now - k->told < TELL_GAP) {
		k->untold++;
		return false;
	}
	k->told = now;
	k->untold = 0;
	return true;
}

void system_tell_untold(struct source *s, int64_t now)
{
	for (size_t i = 0; i < SYS_NOTICES_MAX; i++) {
		struct sys_notice *k = &s->sys->notices[i];
		char server[sizeof(k->key)];
		size_t n = strcspn(k->key, "\x1f");

		if (!k->untold || now - k->told < TELL_GAP)
			continue;
		snprintf(server, sizeof(server), "%.*s", (int)n, k->key);
		nats_event(s, server, _("and %lld more: %s"), (long long)k->untold, k->key + n + 1);
		k->told = now;
		k->untold = 0;
	}
}

static struct node *node_of_fact(const struct source *s, const struct sys_fact *f)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->id, f->id) || !strcmp(s->nodes[i]->sys_id, f->id))
			return s->nodes[i];
	return NULL;
}

static const char *words_of(const struct sys_fact *f, struct arena *a)
{
	struct client one = {.cid = f->cid, .name = f->client_name, .address = f->client_host, .user = f->user,
	    .account = f->account};

	return client_words(&one, a);
}

static void tell_client(struct source *s, struct sys_fact *f, const char *name, bool login, int64_t now)
{
	struct node *n = node_of_fact(s, f);
	const char *reason = f->reason ? f->reason : _("no reason given");

	if (login && n)
		n->auth_errors++;
	if (!login && !is_cut_off(reason))
		return;
	/* Those that do not come in are told by both subjects. */
	if (!login && (!strncmp(reason, "Authentication Failure", 22) || !strncmp(reason, "Authentication Timeout", 22)))
		return;
	/* Its own list of closed clients says more: to what it had subscribed. */
	if (n && node_ok(n, ASK_VARZ) && (n->asks[ASK_CONNZ].ok || !n->asks[ASK_CONNZ].tried) && !strncmp(reason, "Slow Consumer", 13)) {
		n->look_closed = true;
		n->asks[ASK_CONNZ].task.next = now;
		return;
	}
	if (is_news(s, name, reason, now))
		nats_event(s, name, login ? _("refused a login of %s: %s") : _("cut off %s: %s"),
		    words_of(f, &f->f.arena), reason);
	s->changed = true;
}

void system_notice(struct source *s, const char *subject, const char *text, size_t len, int64_t now)
{
	struct sys_fact *f = sys_fact_parse("an event", text, len, NULL);
	const char *word = strrchr(subject, '.'), *name;

	if (!f)
		return;
	name = f->name ? f->name : f->id;
	if (!word)
		;
	else if (!strcmp(word, ".SHUTDOWN"))
		nats_event(s, name, _("is shutting down"));
	else if (!strcmp(word, ".LAMEDUCK"))
		nats_event(s, name, _("is in lame duck mode: it takes no new clients and sends the others away"));
	else if (!strcmp(word, ".DISCONNECT") || !strcmp(word, ".ERR"))
		tell_client(s, f, name, !strcmp(word, ".ERR"), now);
	facts_free((struct facts *)f);
}
