#ifndef MQ_WIRE_SERVER_H
#define MQ_WIRE_SERVER_H

#include "wire/talk.h"

/*
 * server: an engine's end of the socket. One thread. A viewer that is slow or hung loses
 * frames, and its next one is whole; a bad one is dropped with a line in the log; nobody
 * holds the engine or the other viewers up, and what is kept for a viewer is bounded.
 */
struct server;
struct server_setup {
	const char *state_dir;
	const char *config;   /* canonical path */
	bool viewer;	      /* the engine is a dashboard's, which makes room when it is asked to */
	bool takes_over;      /* a dashboard that has the socket is asked to make room; waits up to 10 s */
	int64_t patience;     /* ns after which a viewer that does not read is dropped; 0: a minute */
};

/* Takes the lock of this configuration and listens. NULL: an engine runs for it already, or why not. */
struct server *server_new(const struct server_setup *setup, struct err *err);
void server_free(struct server *s);

/* The feed from now on and the digest of its configuration. Viewers are told. */
void server_feed(struct server *s, struct feed *feed, const char *digest);

/* An engine that is to run longer wants the socket: close the feed and free the server. */
bool server_is_to_yield(const struct server *s);

/* Serves until something has happened, `other` (a descriptor, or -1) is readable, or ms have passed. */
void server_step(struct server *s, int other, int ms);

size_t server_viewers(const struct server *s);

#endif
