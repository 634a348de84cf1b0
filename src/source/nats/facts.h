#ifndef MQ_SOURCE_NATS_FACTS_H
#define MQ_SOURCE_NATS_FACTS_H

#include "source/nats/json_read.h"

/*
 * facts: what one reply of a server's monitoring port says, as plain data. Each
 * *_parse() gives a new object (freed by facts_free) or NULL with a phrase.
 * Numbers that the server does not report are NUM_NONE, texts NULL. Strings live
 * in the object's arena.
 */
struct facts {
	struct arena arena;
};

void facts_free(struct facts *f); /* NULL is fine */

/* A further member of a Raft group, as its leader sees it. */
struct js_peer {
	const char *name;
	bool current, offline;
	int64_t active; /* ns since it was heard of */
	int64_t lag;    /* operations behind */
};

enum { JS_PEERS_MAX = 64 };

/* The group's other members in o.replicas. */
struct js_peer *js_peers_parse(struct arena *a, const json_t *o, size_t *n);
/* Does it count for a majority? */
bool js_peer_is_well(const struct js_peer *p);

struct varz {
	struct facts f;
	const char *server_id, *server_name, *version, *start;
	const char *cluster; /* name; NULL: not clustered */
	int64_t pool_size;   /* route connections per peer, since 2.10 */
	int64_t uptime;      /* ns */
	int64_t mem, gomemlimit;
	double cpu;
	int64_t connections, total_connections, max_connections, max_pending;
	int64_t routes, remotes;
	int64_t in_msgs, out_msgs, in_bytes, out_bytes;
	int64_t slow_consumers, subscriptions;
	bool jetstream;         /* is there a JetStream at all */
	bool meta;              /* is it part of a cluster with a meta leader */
	const char *meta_leader; /* NULL: none is known to it */
	int64_t meta_size;
	struct js_peer *meta_peers; /* besides the leader; right in the leader's own word only */
	size_t n_meta_peers;
	const char *store_dir;
	int64_t js_max_memory, js_max_storage, js_memory, js_storage, js_api_errors;
	int64_t js_reserved_memory, js_reserved_storage, js_ha_assets;
	int64_t js_sync_interval; /* ns; 0: after every write */
	int64_t slow_routes;      /* slow consumers that were other servers: routes, gateways, leaf nodes; since 2.10 */
	int64_t stale_connections, stalled_clients; /* since the start; since 2.12 */
	int64_t cert_not_after;   /* wall ns of the client port's certificate; -1: not told; since 2.12 */
	int auth_required, tls_required; /* TRI_*: of the client port */
	int64_t max_payload;
	const char *host;         /* of the client port */
	int64_t port;
	const char *gateway;      /* the name of its own; NULL: none */
	const char **gateways;    /* the remote ones that are configured */
	size_t n_gateways;
	int64_t leafnodes, leaf_port, leaf_remotes; /* connected; NUM_NONE or 0: takes none; configured to be dialled */
	const char **leaf_hubs;   /* the first address of each that is to be dialled, at most LEAF_HUBS_MAX */
	size_t n_leaf_hubs;
};

enum { LEAF_HUBS_MAX = 64 };

struct varz *varz_parse(const char *what, const char *body, size_t len, struct err *err);

/* The routes to one peer. */
struct peer {
	const char *id, *name; /* name only since 2.9.16 */
	const char *address;   /* ip:port */
	int64_t conns;         /* of the pool */
	int64_t pinned;        /* routes of a single account */
	int64_t *starts;       /* wall ns of the server's clock, of each connection */
	size_t n_starts;
};

struct routez {
	struct facts f;
	int64_t now;           /* wall ns of the server's clock; -1: not told */
	struct peer *peers;
	size_t n_peers;
};

enum { ROUTES_MAX = 8192, PEERS_MAX = 1024 };

struct routez *routez_parse(const char *what, const char *body, size_t len, struct err *err);

/* The remote clusters that a server has a connection to. */
struct gatewayz {
	struct facts f;
	const char **outbound;
	size_t n_outbound;
};

struct gatewayz *gatewayz_parse(const char *what, const char *body, size_t len, struct err *err);

struct leaf {
	const char *name, *account, *address;
	int spoke; /* TRI_*: this server is the one that dialled; not told before 2.9.15 */
};

struct leafz {
	struct facts f;
	struct leaf *leafs;
	size_t n_leafs;
};

enum { GATEWAYS_MAX = 256, LEAFS_MAX = 1024 };

struct leafz *leafz_parse(const char *what, const char *body, size_t len, struct err *err);

/* One page of clients: those with most bytes pending, or those that went last. */
struct client {
	int64_t cid;
	const char *name, *address, *user, *account, *reason;
	const char *subject;      /* the one that it was given most messages of; NULL: not told */
	int64_t n_subs;           /* how many it had subscribed to */
	int64_t pending, stalls, in_msgs, out_msgs;
	int64_t stop; /* wall ns; -1: open */
};

struct connz {
	struct facts f;
	int64_t total;
	struct client *clients;
	size_t n_clients;
};

enum { CLIENTS_MAX = 4096 };

struct connz *connz_parse(const char *what, const char *body, size_t len, struct err *err);

/* "client NAME 10.0.0.7:4711 (cid 5, user U, account A, subject S and 3 more)" */
const char *client_words(const struct client *one, struct arena *a);

struct healthz {
	struct facts f;
	bool ok;
	const char *text; /* "ok", or what is wrong */
};

struct healthz *healthz_parse(const char *what, const char *body, size_t len, struct err *err);

/* Where a stream gets its messages from: it is a mirror, or one of its sources. */
struct js_origin {
	const char *name;
	bool mirror;
	int64_t lag, active; /* messages; ns since it was heard of, -1: never */
	const char *error;   /* NULL: none */
};

enum { ORIGINS_MAX = 16 };

struct js_stream {
	const char *account, *name;
	const char *leader;   /* NULL: none, or not clustered (see clustered) */
	bool clustered;
	int64_t last_seq, first_seq, first_ts, last_ts; /* wall ns */
	int64_t max_age;      /* ns; 0: for ever */
	int64_t messages, bytes;
	int64_t replicas, max_bytes, max_msgs; /* of its configuration; NUM_NONE where that was not told */
	int in_memory;         /* TRI_* */
	int interest;          /* TRI_*: keeps only what is still to be read (interest, work queue) */
	const char *subject;   /* its first; NULL */
	struct js_peer *peers; /* besides the leader */
	size_t n_peers;
	struct js_origin *origins;
	size_t n_origins;
	size_t first, n;      /* its consumers in jsz.consumers */
};

struct js_consumer {
	const char *name;
	const char *leader;
	bool clustered;
	int64_t pending, ack_pending, redelivered, waiting, max_ack_pending;
	int64_t floor_seq;        /* consumer sequence up to which all is acknowledged */
	int64_t floor_stream_seq; /* the same as a sequence of the stream */
	int64_t acked_ago;        /* ns before the reply that something was acknowledged last; -1: it does not say */
	int push, push_bound, paused; /* TRI_* */
	struct js_peer *peers; /* besides the leader */
	size_t n_peers;
};

struct jsz {
	struct facts f;
	int64_t now; /* wall ns of the server that replied; -1: it does not say */
	bool disabled;
	int64_t n_streams, n_consumers; /* as the server counts them */
	struct js_stream *streams;
	size_t n_listed_streams;
	struct js_consumer *consumers;
	size_t n_listed_consumers;
	int64_t omitted; /* consumers beyond the bound */
};

enum { STREAMS_MAX = 20000, CONSUMERS_MAX = 20000 };

struct jsz *jsz_parse(const char *what, const char *body, size_t len, struct err *err);

#endif
