#ifndef MQ_SOURCE_MQTT_BROKER_H
#define MQ_SOURCE_MQTT_BROKER_H

#include "net/sock.h"
#include "source/mqtt/facts.h"
#include "source/mqtt/fetch.h"
#include "source/mqtt/link.h"
#include "source/mqtt/relay.h"
#include "source/mqtt/tunnel.h"
#include "source/source.h"

/*
 * mqtt_broker: the connection to one broker and all that is known of it. A state
 * machine that the source's thread steps; it waits for nothing.
 *
 * Each try: look the name up, connect a plain TCP socket (which tells refused,
 * unreachable and HUNG apart, and is closed again), then the MQTT connection,
 * a round trip while nothing else is on it, then the subscription. After a failure the wait
 * doubles, with jitter.
 */
enum phase {
	PHASE_IDLE,
	PHASE_DIALLING,
	PHASE_CONNECTING,
	PHASE_PROBING,
	PHASE_SUBSCRIBING,
	PHASE_LIVE
};

enum trouble {
	TROUBLE_NONE,
	TROUBLE_DOWN,	/* nothing answers at that address */
	TROUBLE_HUNG,	/* TCP answers, the broker does not */
	TROUBLE_DENIED, /* the broker answers, and refuses us */
	TROUBLE_HERE,	/* a setting that cannot work, a program of `via:` that fails */
};

struct mqtt_broker {
	struct source_ctx *ctx;
	struct queue *queue;
	const char *name;
	const struct flavor *flavor; /* configured, or seen in $SYS; NULL: mosquitto, or not known yet */
	bool flavor_said;	     /* configured: mosquitto too */
	char address[HOST_MAX + PORT_MAX + 4];	    /* as configured */
	char dial_address[HOST_MAX + PORT_MAX + 4]; /* after address_map */
	bool secure;
	int64_t max_connections; /* 0: not said */

	enum phase phase;
	int64_t deadline; /* of the phase under way */
	struct dial dial;
	bool dialling; /* for the phase, or beside a live connection that has gone silent */
	double tcp_ms; /* newest handshake; below 0: none */
	char peer[64]; /* the numeric address that answered it */
	struct link *link;
	int mqtt_version;     /* that is spoken: 5, or 4 (3.1.1) where the broker refuses 5 */
	struct tunnel tunnel; /* of the link, where the cluster has via: and no TLS */
	struct tls_client tls;
	struct relay relay; /* of the link, with TLS */
	int64_t cert_until; /* wall ns; 0: none was seen */
	unsigned link_id;
	struct task retry;

	enum trouble trouble;
	char words[ERR_MAX];	     /* of the trouble, without its duration */
	enum trouble told;	     /* as an event; NONE: it has been well since */
	char told_words[ERR_MAX];
	int64_t first_try, heard_at; /* boot ns; 0: never */
	int64_t tried_at;	     /* when the newest try ended */

	int64_t tcp_looked_at;
	struct task ping;
	int ping_token;
	int64_t ping_sent; /* 0: none under way */
	unsigned pings;	   /* answered */
	bool measured;	   /* on this connection */
	struct probe_stats probes;

	struct facts facts; /* from $SYS */
	struct fetch fetch; /* over HTTP */
	unsigned next_link_id; /* every link has its own: events of closed ones are ignored */
	char client_id[96];

	/* A second, short connection: its own log lines show whether lines come at all. */
	struct link *checker;
	struct relay checker_relay;
	unsigned checker_id;
	char checker_name[100];
	bool check_wanted;
	int64_t check_deadline;		    /* 0: not under way */
	int64_t told_denied, told_dropping; /* events of the broker's log are thinned out */
};

/* What `address` is in messages: host:port. url: mqtt://host[:port] or mqtts://. */
int mqtt_broker_init(struct mqtt_broker *b, struct source_ctx *ctx, struct queue *queue,
    const char *name, const char *url, int64_t max_connections, unsigned number, int64_t now,
    struct err *err);
/* http may be NULL where the cluster has no exporters. Before the first step. */
void mqtt_broker_ask_by(struct mqtt_broker *b, struct http *http, size_t index, int64_t now);
void mqtt_broker_release(struct mqtt_broker *b);

/* Does what is due; returns when it wants to be stepped again. */
int64_t mqtt_broker_step(struct mqtt_broker *b, int64_t now);

/* Is the event of one of this broker's links? Then it was taken. */
bool mqtt_broker_event(struct mqtt_broker *b, const struct event *e);

/* Messages were lost on the way here. */
void mqtt_broker_gap(struct mqtt_broker *b, uint64_t lost);

/* The operator asks for it: whatever waits is due. */
void mqtt_broker_hurry(struct mqtt_broker *b, int64_t now);

/* The make whose numbers come over HTTP; NULL: mosquitto, or not known yet. */
const struct flavor *mqtt_broker_flavor(const struct mqtt_broker *b);

/* Do the broker's numbers come over HTTP? */
bool mqtt_broker_by_http(const struct mqtt_broker *b);

/* Everything has been tried once, well or badly. */
bool mqtt_broker_settled(const struct mqtt_broker *b, int64_t now);

/* What to poll beside the queue; returns how many of MQTT_BROKER_FDS. */
enum { MQTT_BROKER_FDS = 1 + 2 * RELAY_FDS };
size_t mqtt_broker_fds(const struct mqtt_broker *b, struct pollfd *fds);

/* Nothing came back for longer than the timeout: how long, or 0. */
int64_t mqtt_broker_silent(const struct mqtt_broker *b, int64_t now);

/* "up", "down: ...", "HUNG: TCP 1 ms, API silent 14 s". */
void mqtt_broker_words(const struct mqtt_broker *b, int64_t now, char *out, size_t size);

#endif
