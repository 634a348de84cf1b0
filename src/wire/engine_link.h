#ifndef MQ_WIRE_ENGINE_LINK_H
#define MQ_WIRE_ENGINE_LINK_H

#include "wire/talk.h"

/*
 * Inside src/wire: a viewer's end of the socket. One thread, which waits on fd and
 * steps; nothing blocks.
 */
struct engine_link {
	int fd; /* -1: there is none */
	struct talk_hello hello; /* pid 0: not said yet */
	struct buf in, out;
	size_t looked, sent;
	struct wire_reader *reader;
	int64_t heard_at; /* boot ns */
};

/* Connects to the engine of this configuration path; -1: nobody listens there. *last (NULL at first; to be given to
 * engine_link_forget() in the end) is the try before, which may still hang: then there is no other. */
struct connector;
int engine_link_open(struct engine_link *k, struct connector **last, const char *state_dir, const char *config);
void engine_link_forget(struct connector **last);
void engine_link_close(struct engine_link *k);

/* What came in one step. */
struct engine_said {
	struct frame *frame; /* the newest; NULL: none */
	bool settled, config_changed;
	char refused[RECORD_ID_SIZE]; /* "": nothing was */
	struct err why;
};

short engine_link_events(const struct engine_link *k);
/* Reads and writes what is possible. -1: the engine has gone (err empty) or talks nonsense. */
int engine_link_step(struct engine_link *k, struct engine_said *said, struct err *err);

#endif
