#ifndef MQ_WIRE_PEER_H
#define MQ_WIRE_PEER_H

#include "wire/talk.h"

#include <sys/socket.h>

/*
 * Inside src/wire: one viewer as the engine sees it. Lines for several viewers are the
 * same object.
 */
struct wire_line {
	unsigned refs;
	char *data;
	size_t len;
};

struct wire_line *wire_line_take(struct buf *b); /* empties b */
void wire_line_unref(struct wire_line *l);

enum { PEER_LINES = 32, PEER_NAME = 64 };

struct peer {
	int fd;
	struct ucred who;
	char user[PEER_NAME];
	bool in_step;	  /* has got, or will get, every frame since its last whole one */
	struct buf in;
	size_t looked;	  /* bytes of `in` without a newline */
	struct wire_line *queue[PEER_LINES];
	size_t n, sent;	  /* bytes of the first line that are gone */
	size_t waiting;   /* bytes in the queue */
	int64_t wrote_at; /* boot ns when it last took something, or when there was first something to take */
	double tokens;	  /* requests that it may make now */
	int64_t tokens_at;
};

struct peer *peer_new(int fd, const struct ucred *who);
void peer_free(struct peer *p);

/* Puts the line into the queue. false: it is too slow; all that was not begun has been thrown away. */
bool peer_send(struct peer *p, struct wire_line *line);
bool peer_waits(const struct peer *p); /* is something in the queue? */
int peer_write(struct peer *p, int64_t now); /* what the socket takes; -1: it is gone */

short peer_events(const struct peer *p);
/* Reads what is there. -1: it has left (err empty) or sends what no viewer would. */
int peer_read(struct peer *p, struct err *err);
/* The next whole line, as far as it may make requests now; valid until peer_request_done(). */
bool peer_request(struct peer *p, const char **line, size_t *len);
void peer_request_done(struct peer *p, size_t len);
bool peer_has_request(const struct peer *p);

/* Who it is and when it was is not for the peer to say. -1: it may not hand in such a record. */
int peer_stamp(const struct peer *p, struct record *r, int64_t wall, struct err *err);

#endif
