#ifndef MQ_WIRE_TALK_H
#define MQ_WIRE_TALK_H

#include "wire/wire.h"

#include <sys/types.h>

/*
 * talk: what an engine and its viewers say to each other besides frames, a line of JSON
 * each. The engine says hello first (its line is also the header of its frames), then
 * frames and notes; a viewer sends requests. Both sides are foreign to each other:
 * every line is checked. Pure.
 */
enum { TALK_DIGEST_SIZE = 17, TALK_PATH_MAX = 4096, TALK_REQUEST_MAX = 2 << 20 };

struct talk_hello {
	pid_t pid;
	char config[TALK_PATH_MAX]; /* canonical path; "": brokers that were found on this host */
	char digest[TALK_DIGEST_SIZE];
	bool settled; /* every source has answered or failed once */
	bool viewer;  /* it runs inside a dashboard, and makes room for `mqduty collect` */
	int64_t watched_ms; /* for so long, when it said hello; -1: it did not say */
};

void talk_put_hello(struct buf *out, const char *from, const struct talk_hello *h);
int talk_get_hello(const char *line, size_t len, struct talk_hello *out, struct err *err);

enum talk_note {
	NOTE_NONE,    /* the line is none: it is a frame */
	NOTE_ALIVE,   /* nothing is new */
	NOTE_SETTLED,
	NOTE_CONFIG,  /* text: the digest of the configuration that it reads now */
	NOTE_REFUSED, /* text: why; id: of the record */
	NOTES
};

/* id and text may be NULL. */
void talk_put_note(struct buf *out, enum talk_note note, const char *id, const char *text);
/* A note that is not understood is NOTE_ALIVE. id and text are emptied where it has none. */
enum talk_note talk_get_note(const char *line, size_t len, char id[RECORD_ID_SIZE], struct err *text);

enum talk_request { REQUEST_BAD, REQUEST_SUBMIT, REQUEST_POLL, REQUEST_YIELD };

void talk_put_submit(struct buf *out, const struct record *r);
void talk_put_poll(struct buf *out, const char *list_of); /* NULL: none */
void talk_put_yield(struct buf *out); /* from `mqduty collect` to a dashboard whose engine serves others */
enum { TALK_LIST_OF = 512 };
/* *r: the record of a submit, the caller's; its user is the peer's word. list_of: of a poll, "" where it names none.
 * REQUEST_BAD: err says what is wrong. */
enum talk_request talk_get_request(const char *line, size_t len, struct record **r, char list_of[TALK_LIST_OF], struct err *err);

#endif
