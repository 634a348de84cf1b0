#ifndef MQ_SOURCE_NATS_NATS_H
#define MQ_SOURCE_NATS_NATS_H

#include "base/map.h"
#include "net/http.h"
#include "source/nats/facts.h"
#include "source/source.h"

/*
 * One NATS cluster as its own thread sees it: every server of `monitor:` is a
 * node, asked by itself, because a frozen server stays in its peers' lists for
 * minutes. Everything here belongs to the source's thread.
 */
enum ask { ASK_VARZ, ASK_HEALTHZ, ASK_ROUTEZ, ASK_CONNZ, ASK_JSZ, ASK_GATEWAYZ, ASK_LEAFZ, ASK_COUNT };

/* Pages of /connz, small and sorted: the ones with most bytes waiting; those that went last; one of these, with what it
 * had subscribed to; the first again with their users, when publishers are held back for them; all, on request. */
enum look { LOOK_PENDING, LOOK_CLOSED, LOOK_GONE, LOOK_STALLS, LOOK_LIST, LOOK_COUNT };

/* More is asked of so many clients that were cut off, of one look: each costs the server a little. */
enum { GONE_MAX = 4 };

/* A client that was cut off, and what the page of those that went says of it. */
struct gone {
	int64_t cid;
	char words[ERR_MAX];
};

/* All clients of one server, in pages by cid, because the operator asked for them. */
struct client_list {
	bool wanted;          /* pages still come */
	struct arena arena;   /* of the clients' texts */
	struct client *clients;
	size_t n, cap;
	int64_t total, offset; /* of the newest page; where the next begins */
	int64_t asked;        /* where the one began that is asked for */
	int page;             /* clients in one */
	int64_t at;           /* boot ns of the newest page; 0: none yet */
	char why[ERR_MAX];    /* not all of them are here; "": all are, or more come */
};

struct ask_state {
	struct task task;
	bool in_flight, tried;
	bool ok;            /* the newest attempt went well */
	int64_t started;    /* boot ns */
	int64_t at;         /* boot ns of the newest good reply; 0: never */
	int64_t failed_at;  /* boot ns of the newest failure */
	enum http_fail fail;
	char why[ERR_MAX];  /* of the newest failure */
	uint64_t busy_mark; /* source.busy when it was started */
};

/* What a request by HTTP is for. */
struct pending {
	struct node *node;
	enum ask ask;
};

enum counter { COUNT_IN_MSGS, COUNT_OUT_MSGS, COUNT_IN_BYTES, COUNT_OUT_BYTES, COUNT_TOTAL_CONNECTIONS, COUNT_SLOW, COUNT_STALLED, COUNT_COUNT };

enum { NAME_MAX_LEN = JSON_TEXT_MAX + 1 };

struct node {
	struct source *src;
	char *url;                  /* without trailing slash, as it is asked; NULL: found by the system account */
	char *address;              /* host:port */
	char *shown;                /* the URL without secrets */
	char name[NAME_MAX_LEN];    /* the server's, once known; the address until then */
	char id[NAME_MAX_LEN], before_id[NAME_MAX_LEN], start[64];
	int64_t cgroup_limit;       /* bytes; 0: none known */
	bool cgroup_asked;          /* once per process of the server */
	bool shared_url;            /* several servers answer at this URL in turn */
	char sys_id[NAME_MAX_LEN];  /* of the server, as the system account calls it; "": not seen there */
	int64_t sys_seen;           /* boot ns of its newest answer there */
	bool by_system;             /* asked by the system account: its monitoring port does not answer */
	bool unsure;                /* that way has not answered yet either: nobody knows whether it is up */
	char http_why[ERR_MAX];     /* why it does not */
	enum http_fail http_fail;
	bool http_in_flight;        /* the port is tried again */
	struct task http_retry;
	bool js_lost;               /* JetStream was on in this very process and is off */
	int64_t raft_needed;        /* Raft groups that would lose their majority without it */
	char raft_needed_which[JSON_TEXT_MAX + 64];
	int64_t raft_alone;         /* streams of one replica on it */
	int64_t auth_errors;        /* refused logins since this is watched */
	struct ask_state asks[ASK_COUNT];
	struct pending pending[ASK_COUNT]; /* one of each kind is under way at most */
	struct varz *varz;
	struct healthz *healthz;
	struct routez *routez;
	struct connz *connz;
	struct jsz *jsz;
	struct gatewayz *gatewayz;
	struct leafz *leafz;
	struct probe_stats rtt;
	int probes;                 /* round trips tried */
	int true_probes;            /* of them, those that nothing of ours delayed */
	struct window counters[COUNT_COUNT];
	struct series *connections, *storage;
	int64_t silent_since;       /* boot ns of the first failure in a row; 0: answers */
	int64_t max_pinned;         /* most routes of single accounts to one peer */
	int thin_looks;             /* looks in a row that found too few connections to a peer that is there */
	char thin[NAME_MAX_LEN];    /* to whom; "": to nobody */
	int64_t thin_has, thin_wants;
	bool thin_told;
	int64_t connz_at;           /* boot ns of it: other pages of /connz are newer */
	bool look_closed;           /* slow consumers grew: ask next who went */
	int64_t closed_at;          /* boot ns of the newest such page; 0: none yet */
	struct gone gone[GONE_MAX]; /* told when more is known of them, the oldest first */
	size_t n_gone;
	bool look_near;             /* R, on a large server: ask next who has most waiting */
	bool look_stalls;           /* publishers were held back: ask next for whom */
	struct client_list list;
	enum look looking;          /* which page is asked for */
	int64_t closed_seen;        /* wall ns of the newest closed client that was told */
	char slow_who[ERR_MAX];     /* the newest client that was cut off for being slow, and why; "": none */
	int64_t slow_who_at;        /* boot ns */
	int64_t near_cid;           /* the client whose backlog was told; 0: none */
	int64_t stalls_told;        /* boot ns of the newest event about stalls; 0: none yet */
	int jsz_less;               /* 1: without config, 2: without consumers; the reply was too large */
};

/* What is kept of one stream and one consumer between polls. */
struct seq_at {
	int64_t wall, seq;
};

enum { SEQ_RING = 32, LAG_RING = 12 };

struct stream_track {
	char *key;
	int64_t at;          /* boot ns of the poll that the rest is from */
	char leader[NAME_MAX_LEN];
	int64_t n_consumers; /* -1: not known yet */
	int64_t listed;      /* in this round */
	int64_t first_seq, first_ts, last_seq, max_age;
	bool clustered, has_leader; /* in this round, by whoever answers */
	bool leaderless_told;
	bool namesake;       /* another account has a stream of this name */
	struct seq_at ring[SEQ_RING];
	size_t head, n;
	uint64_t gen;
};

struct lag_sample {
	int64_t at, lag, floor;
};

/* Why a consumer's numbers are not of now. */
enum lead { LEAD_OK, LEAD_SILENT, LEAD_MOVING, LEAD_UNPOLLED, LEAD_NONE };

struct consumer_track {
	char *key;
	const char *account, *stream_name, *name; /* in names */
	char *names;
	struct stream_track *stream;
	uint64_t gen;
	enum lead lead;
	char leader[NAME_MAX_LEN];
	const struct node *silent;  /* LEAD_SILENT: the node that does not answer */
	int listed_by;              /* nodes that list it, in this round */
	int most_listed;            /* and at most so far */
	bool listed_well;           /* by a node that answers */
	int64_t at;                 /* boot ns of the numbers below; 0: never */
	struct js_consumer last;    /* its texts are not kept */
	struct lag_sample ring[LAG_RING];
	size_t head, n;
	int64_t floor_moved_at, lag_then; /* boot ns */
	bool rewound;
	struct series *series;
	struct series *lost_series; /* of the time until unread messages are deleted; NULL: none is kept */
	int64_t lost_at;	    /* of its newest sample, boot ns */
	bool origin;                /* not a consumer: a mirror or source of the stream, told as one */
	char origin_error[160];     /* "": none */
	int64_t origin_active;      /* ns since its origin was heard of */
};

enum { JS_OFFLINE_MAX = 8 };

/* What is wrong with JetStream's streams, over all servers that answer. Texts name the first. */
struct js_sum {
	int64_t leaderless, offline, behind;
	char leaderless_which[JSON_TEXT_MAX + 64], offline_which[2 * JSON_TEXT_MAX], behind_which[2 * JSON_TEXT_MAX];
	char offline_on[JS_OFFLINE_MAX][JSON_TEXT_MAX + 1]; /* servers that are not asked, whose replicas are offline */
	size_t n_offline_on;
};

struct tracker {
	struct map consumers, streams;
	uint64_t gen;
	size_t n_series;
	bool changed; /* since it was published */
};

/* What came of a request, by HTTP or by the system account. */
struct answer {
	enum http_fail fail;
	const char *phrase;
	const char *body;
	size_t len;
	int64_t at;       /* boot ns */
	double answer_ms; /* -1: none came, or it was not measured well */
};

struct nats_system;

struct source {
	struct source_ctx *ctx;
	struct http *http;
	struct nats_system *sys; /* NULL: not configured */
	struct exporters *exporters; /* NULL: there are none */
	struct node **nodes; /* each on its own: others point at them */
	size_t n_nodes, cap_nodes;
	struct tracker tracker;
	struct js_sum js;
	uint64_t busy;         /* rises when this thread was busy too long for an RTT to be true */
	bool changed;          /* since it was published */
	int64_t changed_at;
	bool lists_changed;    /* a list of clients, since it was published */
	int64_t facts_at;      /* when the facts are published next */
	char meta_leader[NAME_MAX_LEN]; /* that was agreed on last */
	int64_t event_tokens, event_at, events_dropped;
};

/* nats.c */
void nats_answer(struct node *n, enum ask a, const struct answer *r);

/* How many accounts a reply of jsz may have: all. Servers leave out those beyond 1024 unless told otherwise. */
#define JSZ_ACCOUNTS "100000"

/* node.c */
int64_t nats_period(const struct source *s, enum ask a);
struct node *node_new_found(struct source *s, const char *address, const char *name, int64_t now);
void node_free(struct node *n);
int node_init(struct node *n, struct source *s, const char *url, int64_t now, struct err *err);
void node_release(struct node *n);
void node_request(struct node *n, enum ask a, char *url, size_t size);
/* A reply of status 200 (healthz: or 503): parses it, notes what changed. */
void node_take(struct node *n, enum ask a, const char *body, size_t len, int64_t now);
void node_failed(struct node *n, enum ask a, enum http_fail fail, const char *why, int64_t now);
bool node_wants(const struct node *n, enum ask a);      /* does this server have that at all */
bool node_ok(const struct node *n, enum ask a);         /* are its newest facts of this kind good */
const char *node_why(const struct node *n, enum ask a); /* why not */
const char *node_untried(const struct node *n, enum ask a); /* what there is to say before the first answer */
bool node_answers_as(const struct source *s, const char *name, const struct node **out);
const struct node *node_by_id(const struct source *s, const char *id);

/* slow.c: who is slow, was cut off or is held back */
enum look slow_next_look(const struct node *n);
void slow_begin(struct node *n); /* chooses the page that is asked for now */
/* Is one of the pages to be asked for at all? The clock asks a server of many clients only for those that went. */
bool slow_wants(const struct node *n);
/* So many clients that a page which walks them all is a burden. */
bool slow_is_large(const struct node *n);
/* When the next page is due, after `was` has come at `now`. */
void slow_follow(struct node *n, enum look was, int64_t now);
void slow_compare(struct node *n, const struct varz *v, int64_t now); /* before v becomes n->varz */
void slow_take(struct node *n, struct connz *c, int64_t now);         /* keeps or frees c */
/* A page did not come, or the server began anew: nothing is asked for again by itself, what is known is told. */
void slow_failed(struct node *n, int64_t now);
/* What is to be said of a server's slow clients; NULL: nothing. */
const char *slow_why(const struct node *n, struct arena *a, int64_t now);
/* The clients of the newest page, while that is not old; NULL: none. */
const struct connz *slow_clients(const struct node *n, int64_t now);
/* A request for the page n->looking, as a path and as the system account's payload. */
enum { LOOK_TEXT = 160 };
void slow_path(const struct node *n, char out[LOOK_TEXT]);
void slow_payload(const struct node *n, char out[LOOK_TEXT]);

/* list.c */
void list_toggle(struct node *n, int64_t now);                   /* begins a list anew, or stops the one that is coming */
void list_take(struct node *n, const struct connz *c, int64_t now); /* one page */
/* A page did not come. True: a smaller one is to be tried at once. */
bool list_failed(struct node *n, enum http_fail fail, const char *why);
void list_release(struct node *n);
/* SECTION_CLIENTS; the caller owns it. */
struct section *nats_lists_section(struct source *s);
/* Forgets lists that are old. */
void lists_expire(struct source *s, int64_t now);
void client_row_fill(struct client_row *out, const struct client *from, struct arena *a);

/* peers.c */
void peers_compare(struct node *n, const struct routez *before);
bool peers_contain(const struct routez *r, const struct node *peer);
const char *peers_detail(struct node *n, struct arena *a);
/* "n1 has 3 of 4 connections to n2 ..."; NULL: enough, or not for long enough to say. */
const char *peers_thin(const struct node *n, struct arena *a);
void leafs_compare(struct node *n, const struct leafz *before);
/* Leaf node connections that this server has dialled. */
int64_t leafs_dialled(const struct node *n);
/* Who of the hubs that it should dial is not there, at most LEAF_HUBS_MAX; returns how many texts. */
size_t leafs_missing(const struct node *n, struct arena *a, const char **out);
/* Configured remote gateways without a connection, at most `most`; returns how many. */
size_t gateways_missing(const struct node *n, const char **out, size_t most);

/* events.c: told at most so often; beyond: "and N more changes" */
void nats_event(struct source *s, const char *entity, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* tracker.c */
void tracker_init(struct tracker *t);
void tracker_release(struct tracker *t);
void tracker_merge(struct source *s, int64_t now, int64_t wall);
/* When the message after seq came, as wall ns; *estimated when it is older than what was
 * watched; -1: not known. */
int64_t stream_seq_time(const struct stream_track *t, int64_t seq, bool *estimated);

/* jetstream.c */
/* Servers that nobody asks, hold replicas and are offline as the leaders say: a row of SECTION_ROUTES; none while all are there. */
void js_offline_row(struct section *s, const struct source *src);
void js_sum_up(struct source *s);                              /* after tracker_merge() */
const char *js_trouble(const struct source *s, struct arena *a); /* NULL: none */
/* Members of the meta group, and of them those that follow; false where its leader does not say. */
bool js_meta_voters(const struct source *s, int64_t *all, int64_t *well, const struct node **leader);

/* publish.c, publish_brokers.c, publish_lag.c */
void nats_broker_row(struct section *s, const struct node *n, int64_t now);
void nats_publish(struct source *s, int64_t now);
void nats_publish_lag(struct source *s, int64_t now);
/* audit_facts.c: SECTION_FACTS; the caller owns it. */
struct section *nats_facts_section(struct source *s, int64_t now);
/* cluster.c */
struct section *nats_cluster_section(struct source *s, int64_t now);

#endif
