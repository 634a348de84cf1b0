#ifndef MQ_WIRE_HOST_H
#define MQ_WIRE_HOST_H

#include "wire/server.h"

#include <stdbool.h>

/*
 * Inside src/wire: the socket of an engine that runs inside a viewer, so that other viewers of the same configuration
 * attach to it. Getting the socket may hang with the disk: a thread that may stay behind does that. One thread.
 */
struct host_opener;
struct host {
	struct host_opener *opener; /* NULL: none is under way */
	struct server *server;	    /* NULL: nobody is served */
	int64_t not_before;	    /* boot ns: no try before that, as the last one has just failed */
};

/* Begins to try, where none is under way and it is time. */
void host_try(struct host *h, const char *state_dir, const char *config, int64_t now);
/* The server once there is one. *refused: a try has just ended without. */
struct server *host_server(struct host *h, bool *refused);
/* Viewers are left alone, the socket goes. */
void host_close(struct host *h);

#endif
