#ifndef MQ_SOURCE_NATS_SYSTEM_H
#define MQ_SOURCE_NATS_SYSTEM_H

#include "source/nats/nats.h"
#include "source/nats/syslink.h"

/*
 * system: what the system account tells: which servers there are, their facts
 * where the monitoring port does not answer or is not known, and events as they
 * happen. All of it in the source's thread; syslink.h is the connection.
 */
struct sys_server {
	char id[NAME_MAX_LEN], name[NAME_MAX_LEN], cluster[NAME_MAX_LEN], host[NAME_MAX_LEN];
	int64_t seen;   /* boot ns of its newest answer to a ping */
	bool refuted;   /* nobody answered a request to its id since */
};

struct sys_request {
	uint64_t token;
	struct node *node;
	enum ask ask;
	int64_t started, deadline; /* boot ns */
};

/* One kind of notice, so that a storm of equal ones is told once and then counted. */
struct sys_notice {
	char key[160];
	int64_t told; /* boot ns */
	int64_t untold;
};

enum { SYS_SERVERS_MAX = 1024, SYS_DENIED_MAX = 16, SYS_NOTICES_MAX = 64, SYS_SUBJECT_MAX = 120 };

struct nats_system {
	struct syslink *link;
	bool up, tried;
	char server_id[NAME_MAX_LEN]; /* that it is connected to */
	char why[ERR_MAX];            /* while it is not up */
	enum http_fail fail;          /* HTTP_PROTOCOL while servers are left to be tried */
	int64_t heard;                /* boot ns when anything came from it last */
	struct task ping;
	uint64_t ping_token, next_token;
	int64_t ping_started, ping_reply; /* boot ns; 0: none is under way, none came */
	int64_t ping_seen;            /* when the newest round began that has ended */
	bool gathered;                /* a round of pings has ended since it came up */
	bool nobody;                  /* nobody listens to pings: not the system account */
	bool unmatched;               /* servers that may be one of the URLs not heard of yet */
	struct sys_server *servers;
	size_t n_servers, cap_servers;
	struct sys_request *requests;
	size_t n_requests, cap_requests;
	char denied[SYS_DENIED_MAX][SYS_SUBJECT_MAX]; /* "publish SUBJECT" or "subscribe SUBJECT" */
	size_t n_denied;
	struct sys_notice notices[SYS_NOTICES_MAX];
};

/* Where `system:` is configured; s->sys stays NULL otherwise. */
void system_open(struct source *s, int64_t now);
void system_close(struct source *s);

/* Takes what came, gives up on what did not; returns when it is due again. */
int64_t system_run(struct source *s, int64_t now);

/* When the first request in flight is given up (boot ns). */
int64_t system_deadline(const struct source *s);

/* Has it been tried, and, where it works, has every server been heard of? */
bool system_settled(const struct source *s);

/* Can this node be asked by it? */
bool system_knows(const struct source *s, const struct node *n);

/* Asks; answered by nats_answer(). */
void system_ask(struct node *n, enum ask a, int64_t timeout, int64_t now);

/* What is wrong with it, for the cluster; NULL: nothing, or not configured. */
const char *system_trouble(const struct source *s, struct arena *a);

/* system_nodes.c: a round of pings has ended: servers become nodes, nodes that left go. */
void system_match(struct source *s, int64_t now);

/* system_events.c */
void system_notice(struct source *s, const char *subject, const char *text, size_t len, int64_t now);
void system_tell_untold(struct source *s, int64_t now);

/* system_facts.c: what the messages say, as plain data. */
struct sys_fact {
	struct facts f;
	const char *id, *name, *cluster, *host;   /* of the server */
	const char *client_name, *client_host, *user, *account, *kind, *reason;
	int64_t cid;
};
/* NULL with words. */
struct sys_fact *sys_fact_parse(const char *what, const char *body, size_t len, struct err *err);
/* "publish $SYS.REQ.SERVER.*.VARZ" of the server's words about a right that is missing; the id that
 * was asked, or "", in id (NAME_MAX_LEN). -1 where they are something else. */
int sys_denied_parse(const char *said, char *right, size_t size, char *id);

extern const char *const sys_ask_name[ASK_COUNT];

#endif
