#include "source/nats/system.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/log.h"

#include <stdlib.h>

/* No end marks the answers to a ping: they have all come when none came for so long. */
#define PING_SILENCE (300 * NS_PER_MS)
#define PING_LONGEST (2 * NS_PER_S)
/* While servers wait to be told from the URLs. */
#define PING_SOON NS_PER_S

static const char PING_SUBJECT[] = "$SYS.REQ.SERVER.PING";

void system_open(struct source *s, int64_t now)
{
	struct nats_system *y;

	if (!s->ctx->cluster->sys.url)
		return;
	y = xcalloc(1, sizeof(*y));
	y->link = syslink_new(s->ctx->cluster, s->ctx->wake_fd);
	task_init(&y->ping, s->ctx->config, PERIOD_ROUTES, now);
	snprintf(y->why, sizeof(y->why), _("not connected yet"));
	y->fail = HTTP_PROTOCOL;
	s->sys = y;
}

void system_close(struct source *s)
{
	if (!s->sys)
		return;
	syslink_free(s->sys->link);
	free(s->sys->servers);
	free(s->sys->requests);
	free(s->sys);
}

static struct sys_server *server_by_id(const struct nats_system *y, const char *id)
{
	for (size_t i = 0; i < y->n_servers; i++)
		if (!strcmp(y->servers[i].id, id))
			return &y->servers[i];
	return NULL;
}

bool system_knows(const struct source *s, const struct node *n)
{
	const struct sys_server *v;

	if (!s->sys || !s->sys->up || !n->sys_id[0])
		return false;
	v = server_by_id(s->sys, n->sys_id);
	return v && !v->refuted;
}

bool system_settled(const struct source *s)
{
	const struct nats_system *y = s->sys;

	if (!y)
		return true;
	return y->tried && (!y->up || (y->gathered && !y->unmatched));
}

static void start_ping(struct nats_system *y, int64_t now)
{
	y->ping_token = ++y->next_token;
	y->ping_started = now;
	y->ping_reply = 0;
	syslink_request(y->link, PING_SUBJECT, "", y->ping_token);
}

static void end_ping(struct source *s, int64_t now)
{
	struct nats_system *y = s->sys;

	y->ping_seen = y->ping_started;
	y->ping_started = 0;
	if (y->ping_reply) {
		y->nobody = false;
		task_done(&y->ping, now);
	} else {
		task_failed(&y->ping, now, 0);
	}
	y->gathered = true;
	system_match(s, now);
	if (y->unmatched && y->ping.next > now + PING_SOON)
		y->ping.next = now + PING_SOON;
	s->changed = true;
}

static void take_ping(struct nats_system *y, const struct syslink_event *e)
{
	struct sys_fact *f = sys_fact_parse("a ping", e->text, e->len, NULL);
	struct sys_server *v;

	if (!f)
		return;
	v = server_by_id(y, f->id);
	if (!v && y->n_servers < SYS_SERVERS_MAX) {
		array_reserve(&y->servers, &y->cap_servers, y->n_servers + 1, sizeof(*y->servers));
		v = &y->servers[y->n_servers++];
		*v = (struct sys_server){.refuted = false};
		snprintf(v->id, sizeof(v->id), "%s", f->id);
	}
	if (v) {
		snprintf(v->name, sizeof(v->name), "%s", f->name ? f->name : f->id);
		snprintf(v->cluster, sizeof(v->cluster), "%s", f->cluster ? f->cluster : "");
		snprintf(v->host, sizeof(v->host), "%s", f->host ? f->host : "");
		v->seen = e->at;
		v->refuted = false;
	}
	y->ping_reply = e->at;
	facts_free((struct facts *)f);
}

static struct sys_request *request_of(struct nats_system *y, uint64_t token)
{
	for (size_t i = 0; i < y->n_requests; i++)
		if (y->requests[i].token == token)
			return &y->requests[i];
	return NULL;
}

/* Ends the request and answers it. */
static void answer(struct source *s, struct sys_request *at, struct answer *r)
{
	struct nats_system *y = s->sys;
	struct sys_request q = *at;

	*at = y->requests[--y->n_requests];
	nats_answer(q.node, q.ask, r);
}

static void fail(struct source *s, struct sys_request *q, enum http_fail f, const char *why)
{
	answer(s, q, &(struct answer){.fail = f, .phrase = why, .answer_ms = -1, .at = clock_boot()});
}

static void take_reply(struct source *s, const struct syslink_event *e)
{
	struct nats_system *y = s->sys;
	struct sys_request *q = request_of(y, e->token);

	if (e->token == y->ping_token && y->ping_started)
		take_ping(y, e);
	if (!q)
		return;
	answer(s, q, &(struct answer){.fail = HTTP_OK, .phrase = "", .body = e->text, .len = e->len, .at = e->at,
	    .answer_ms = (double)(e->at - q->started) / NS_PER_MS});
}

static void take_nobody(struct source *s, const struct syslink_event *e)
{
	struct nats_system *y = s->sys;
	struct sys_request *q = request_of(y, e->token);
	struct sys_server *v = q ? server_by_id(y, q->node->sys_id) : NULL;

	if (e->token == y->ping_token)
		y->nobody = true;
	if (v)
		v->refuted = true;
	if (q) {
		/* It may be back under another id already. */
		y->ping.next = y->ping_started ? y->ping.next : e->at;
		fail(s, q, HTTP_REFUSED, _("gone: no server of its id is in the cluster"));
	}
}

static void fail_all(struct source *s, enum http_fail f, const char *why)
{
	struct nats_system *y = s->sys;

	while (y->n_requests)
		fail(s, &y->requests[y->n_requests - 1], f, why);
}

static void go_down(struct source *s, const struct syslink_event *e, int64_t now)
{
	struct nats_system *y = s->sys;
	bool was_up = y->up;

	y->up = false;
	y->tried = true;
	/* One server that is gone says nothing of the others. */
	y->fail = e->token ? e->fail : HTTP_PROTOCOL;
	snprintf(y->why, sizeof(y->why), _("the system account: %s"), e->text);
	y->ping_started = 0;
	if (was_up)
		nats_event(s, NULL, _("lost its connection to the system account: %s"), e->text);
	fail_all(s, y->fail, y->why);
	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i]->by_system)
			s->nodes[i]->asks[ASK_VARZ].task.next = now;
	s->changed = true;
}

static void go_up(struct source *s, const struct syslink_event *e, int64_t now)
{
	struct nats_system *y = s->sys;

	if (y->tried)
		nats_event(s, NULL, _("is connected to the system account again"));
	y->up = y->tried = true;
	y->why[0] = '\0';
	y->gathered = y->nobody = false;
	y->n_denied = 0;
	snprintf(y->server_id, sizeof(y->server_id), "%s", e->text);
	y->ping.backoff = 0;
	y->ping.next = now;
	s->changed = true;
}

static void note_denied(struct nats_system *y, const char *right)
{
	for (size_t i = 0; i < y->n_denied; i++)
		if (!strcmp(y->denied[i], right))
			return;
	if (y->n_denied < SYS_DENIED_MAX)
		snprintf(y->denied[y->n_denied++], SYS_SUBJECT_MAX, "%s", right);
}

static bool is_denied(const struct nats_system *y, enum ask a, char *right)
{
	snprintf(right, SYS_SUBJECT_MAX, "publish $SYS.REQ.SERVER.*.%s", sys_ask_name[a]);
	for (size_t i = 0; i < y->n_denied; i++)
		if (!strcmp(y->denied[i], right))
			return true;
	return false;
}

static void fail_denied(struct source *s, struct sys_request *q, const char *right)
{
	char why[ERR_MAX];

	snprintf(why, sizeof(why), _("not permitted: grant %s to the user of `system:`"), right);
	fail(s, q, HTTP_PROTOCOL, why);
}

/* Without this the requests would only time out. Of several errors at once the library may tell the last
 * alone: rights are given for all servers, so what one was refused the others were too. */
static void take_denied(struct source *s, const struct syslink_event *e)
{
	struct nats_system *y = s->sys;
	char right[SYS_SUBJECT_MAX], wanted[SYS_SUBJECT_MAX], id[NAME_MAX_LEN];

	if (sys_denied_parse(e->text, right, sizeof(right), id))
		return;
	note_denied(y, right);
	s->changed = true;
	for (size_t i = y->n_requests; i-- > 0;)
		if (i < y->n_requests && is_denied(y, y->requests[i].ask, wanted) && !strcmp(wanted, right))
			fail_denied(s, &y->requests[i], right);
}

static void take_event(struct source *s, const struct syslink_event *e, int64_t now)
{
	struct sys_request *q;

	s->sys->heard = e->at;
	switch (e->kind) {
	case SYSLINK_UP:
		go_up(s, e, now);
		break;
	case SYSLINK_DOWN:
		go_down(s, e, now);
		break;
	case SYSLINK_REPLY:
		take_reply(s, e);
		break;
	case SYSLINK_NOBODY:
		take_nobody(s, e);
		break;
	case SYSLINK_TOO_LARGE:
		q = request_of(s->sys, e->token);
		if (q)
			fail(s, q, HTTP_TOO_LARGE, _("the reply is larger than 8 MiB"));
		break;
	case SYSLINK_NOTICE:
		system_notice(s, e->subject, e->text, e->len, now);
		break;
	case SYSLINK_DENIED:
		take_denied(s, e);
		break;
	}
}

/* Nothing at all came: it is not the server asked for that is silent, but the connection. */
static void lose_connection(struct source *s)
{
	struct nats_system *y = s->sys;

	syslink_reconnect(y->link);
	y->up = false;
	y->fail = HTTP_PROTOCOL;
	snprintf(y->why, sizeof(y->why), _("the system account: the server that it is connected to does not answer"));
	nats_event(s, NULL, _("gives up its connection to the system account: nothing comes from it"));
	y->ping_started = 0;
	fail_all(s, y->fail, y->why);
	s->changed = true;
}

static int64_t give_up(struct source *s, int64_t now)
{
	struct nats_system *y = s->sys;
	int64_t next = INT64_MAX;
	char why[ERR_MAX], since[FMT_MAX], right[SYS_SUBJECT_MAX];

	for (size_t i = y->n_requests; i-- > 0;) {
		struct sys_request *q = &y->requests[i];

		if (q->deadline > now) {
			next = q->deadline < next ? q->deadline : next;
			continue;
		}
		if (y->heard < q->started) {
			lose_connection(s);
			return INT64_MAX;
		}
		if (is_denied(y, q->ask, right)) {
			fail_denied(s, q, right);
			continue;
		}
		snprintf(why, sizeof(why), "HUNG: no answer to %s by the system account for %s", sys_ask_name[q->ask],
		    fmt_duration(since, sizeof(since), now - q->started));
		fail(s, q, HTTP_HUNG, why);
	}
	return next;
}

int64_t system_deadline(const struct source *s)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; s->sys && i < s->sys->n_requests; i++)
		if (s->sys->requests[i].deadline < first)
			first = s->sys->requests[i].deadline;
	return first;
}

static int64_t ping_due(struct source *s, int64_t now)
{
	struct nats_system *y = s->sys;
	int64_t end;

	if (!y->up)
		return INT64_MAX;
	if (!y->ping_started) {
		if (y->ping.next > now)
			return y->ping.next;
		start_ping(y, now);
	}
	end = y->ping_reply ? y->ping_reply + PING_SILENCE : y->ping_started + PING_LONGEST;
	if (y->nobody && !y->ping_reply)
		end = now;
	if (end > y->ping_started + PING_LONGEST)
		end = y->ping_started + PING_LONGEST;
	if (end > now)
		return end;
	end_ping(s, now);
	return y->ping.next;
}

/* What is missing in the logs' pane, or stays unanswered, has a reason then. */
static void tell_lost(struct source *s)
{
	uint64_t lost = syslink_lost(s->sys->link);

	if (lost)
		log_warn("%s: %llu messages of the system account came faster than they were read", s->ctx->cluster->name,
		    (unsigned long long)lost);
}

int64_t system_run(struct source *s, int64_t now)
{
	struct syslink_event *e;
	int64_t next, ping;

	if (!s->sys)
		return INT64_MAX;
	while ((e = syslink_take(s->sys->link))) {
		take_event(s, e, now);
		free(e);
	}
	tell_lost(s);
	system_tell_untold(s, now);
	next = give_up(s, now);
	ping = ping_due(s, now);
	return ping < next ? ping : next;
}

static const char *payload_of(const struct node *n, enum ask a, char look[LOOK_TEXT])
{
	static const char *const jsz[] = {
	    "{\"accounts\":true,\"streams\":true,\"consumer\":true,\"config\":true,\"limit\":" JSZ_ACCOUNTS "}",
	    "{\"accounts\":true,\"streams\":true,\"consumer\":true,\"limit\":" JSZ_ACCOUNTS "}",
	    "{\"accounts\":true,\"streams\":true,\"limit\":" JSZ_ACCOUNTS "}",
	};

	switch (a) {
	case ASK_HEALTHZ:
		return "{\"js-enabled-only\":true}";
	case ASK_CONNZ:
		slow_payload(n, look);
		return look;
	case ASK_JSZ:
		return jsz[n->jsz_less];
	case ASK_VARZ:
	case ASK_ROUTEZ:
	case ASK_GATEWAYZ:
	case ASK_LEAFZ:
	case ASK_COUNT:
		break;
	}
	return "";
}

void system_ask(struct node *n, enum ask a, int64_t timeout, int64_t now)
{
	struct nats_system *y = n->src->sys;
	char subject[NAME_MAX_LEN + 64], look[LOOK_TEXT];
	struct sys_request *q;

	if (!y->up) {
		nats_answer(n, a, &(struct answer){.fail = y->fail, .phrase = y->why, .answer_ms = -1, .at = now});
		return;
	}
	snprintf(subject, sizeof(subject), "$SYS.REQ.SERVER.%s.%s", n->sys_id, sys_ask_name[a]);
	array_reserve(&y->requests, &y->cap_requests, y->n_requests + 1, sizeof(*y->requests));
	q = &y->requests[y->n_requests++];
	*q = (struct sys_request){.token = ++y->next_token, .node = n, .ask = a, .started = now, .deadline = now + timeout};
	syslink_request(y->link, subject, payload_of(n, a, look), q->token);
}

const char *system_trouble(const struct source *s, struct arena *a)
{
	const struct nats_system *y = s->sys;

	if (!y || !y->tried)
		return NULL;
	if (!y->up)
		return arena_strdup(a, y->why);
	if (y->nobody)
		return _("nobody answers $SYS.REQ.SERVER.PING: the user of `system:` does not belong to the system account");
	if (y->n_denied)
		return arena_printf(a, _("the user of `system:` lacks a right: grant %s%s"), y->denied[0],
		    y->n_denied > 1 ? _(" and more") : "");
	return NULL;
}
