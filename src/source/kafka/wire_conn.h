#ifndef MQ_SOURCE_KAFKA_WIRE_CONN_H
#define MQ_SOURCE_KAFKA_WIRE_CONN_H

#include "net/sock.h"
#include "source/kafka/scram.h"
#include "source/kafka/wire.h"
#include "source/kafka/wire_oauth.h"
#include "source/kafka/wire_security.h"

#include <poll.h>

/*
 * conn: the connection to one broker. Never waits: the owner polls conn_poll(),
 * calls conn_step() when it is ready or at conn_due(), and sends with
 * conn_call(). Requests are pipelined; each has a deadline, and the first that
 * passes it takes the connection down, since a broker answers in order. It
 * comes back by itself, with doubling back-off. Owned by one thread.
 */
enum conn_state { CONN_WAITING, CONN_DIALING, CONN_HANDSHAKE, CONN_READY };

/* Metadata, ListOffsets, OffsetFetch, ListGroups: their versions differ from release to release. */
enum { N_TELLING = 4 };
extern const int16_t conn_telling_keys[N_TELLING];

struct call;

struct answer {
	void *reply;	   /* the API's struct, valid during the callback; NULL: failed */
	const char *error; /* a phrase, valid during the callback */
	bool too_large;	   /* failed because the reply is beyond WIRE_FRAME_MAX */
	size_t bytes;
	double ms;
	bool was_idle; /* nothing else was under way: the time is a round trip */
};

/* Called once for every call, also when the connection fails; may send, may not release the conn.
 */
typedef void call_done(void *owner, const struct call *call, const struct answer *answer);

struct call {
	enum kafka_api api;
	int version;
	int32_t correlation;
	int64_t sent, deadline;
	bool was_idle;
	bool step; /* of the handshake, not the owner's */
	call_done *done;
	int64_t tag; /* the caller's */
	struct call *next;
};

struct conn {
	void *owner;
	char address[HOST_MAX + PORT_MAX + 4]; /* that is dialled */
	const char *const *via;
	int64_t timeout; /* ns a request may take */
	enum conn_state state;
	struct dial dial;
	int fd;
	struct buf in, out;
	size_t skip; /* bytes of an oversized reply still to be thrown away */
	struct call *first, *last;
	int32_t correlation;
	struct security *security;  /* NULL: none; outlives the conn */
	char host[HOST_MAX];	    /* whose certificate is wanted: as the broker calls itself */
	struct tls tls;
	int64_t cert_until;	    /* wall ns, of the broker's certificate; 0: never seen */
	bool unread;		    /* there is more to read, whatever poll() says */
	struct scram *scram; /* logins under way; NULL: there was none yet */
	struct oauth *oauth;
	struct gss *gss;
	bool asks_kdc; /* a ticket is waited for, until step_until */
	unsigned auth_round;
	bool auth_begun; /* the broker knows that a login comes */
	int64_t renew_at;  /* when the session must be renewed; 0: never */
	bool renewing;	   /* meanwhile what is asked is held back */
	struct call *held_first, *held_last;
	struct buf held;
	int step;		    /* of the handshake */
	int64_t step_until;	    /* when a step that no call stands for is overdue */
	int16_t version[API_COUNT]; /* to use; -1: the broker does not offer it */
	int16_t metadata_version;
	int16_t
	    newest[N_TELLING]; /* highest versions of conn_telling_keys[]: they tell the release */
	double tcp_ms;
	bool hung;	      /* the last thing known is silence */
	bool hung_in_tls;     /* already in the TLS handshake */
	int64_t silent_since; /* when the oldest unanswered request was sent; 0: none */
	int64_t heard_at;     /* when the last whole reply came; 0: never */
	bool turned_away;     /* closed upon the first request, since it last answered one */
	bool proven;	      /* answered something beyond the handshake since it was dialled */
	struct err trouble;   /* why it is down; "" while there is none */
	int64_t retry_at, backoff, most_backoff;
	int64_t most_backoff_now; /* for this fall only; 0: most_backoff */
	unsigned falls;	  /* since it was ready last */
	int64_t requests; /* sent since the owner last looked */
	call_done *heard; /* told of every reply before the call's own callback; NULL: nobody */
};

void conn_init(
    struct conn *c, void *owner, const char *address, const char *const *via, int64_t timeout);
/* Before the first step: security (may be NULL) outlives the conn; name is the broker's own
 * "host:port". */
void conn_secure(struct conn *c, struct security *security, const char *name);
void conn_release(struct conn *c); /* calls are dropped without a callback */

/* Ends the connection; its calls fail. Not from a callback. */
void conn_close(struct conn *c, int64_t now, const char *why);

/* Dial now, whatever the back-off (R was pressed, the address changed). */
void conn_hurry(struct conn *c);

/* Goes on as far as it can. */
void conn_step(struct conn *c, int64_t now);

/* When conn_step() has something to do though nothing is ready, boot ns. */
int64_t conn_due(const struct conn *c, int64_t now);

/* What to poll for; fd is -1 where there is nothing. */
struct pollfd conn_poll(const struct conn *c);

/* Sends. -1 with err where the connection is not ready or the broker does not offer the API:
 * then done is not called. */
int conn_call(struct conn *c, enum kafka_api api, const struct wire_ask *ask, call_done *done,
    int64_t tag, int64_t now, struct err *err);

static inline bool conn_ready(const struct conn *c)
{
	return c->state == CONN_READY;
}

static inline bool conn_offers(const struct conn *c, enum kafka_api api)
{
	return c->state == CONN_READY && c->version[api] >= 0;
}

/* In words: "up", "connecting", "HUNG: TCP 1 ms, API silent 14 s", "refused", ... Returns out. */
const char *conn_words(const struct conn *c, int64_t now, char *out, size_t size);

#endif
