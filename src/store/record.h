#ifndef MQ_STORE_RECORD_H
#define MQ_STORE_RECORD_H

#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * record: one thing that somebody did or wrote. Records are never changed; what
 * undoes one is another record. Immutable once made and reference-counted.
 */
enum record_kind {
	RECORD_ACK,	      /* of the alert `subject` on cluster and entity; text: the comment */
	RECORD_UNACK,
	RECORD_SILENCE,	      /* the same with `until`; subject "*": all alerts there */
	RECORD_UNSILENCE,
	RECORD_MAINT,	      /* entity (a broker) is under maintenance until `until`; text: the reason */
	RECORD_MAINT_END,
	RECORD_EVENT,	      /* `mqduty event TEXT` */
	RECORD_EVIDENCE,      /* the evidence of checklist item `subject` ("daily/disk-usage") was opened; data: the day */
	RECORD_SIGN,	      /* item `subject` was signed; data: day, verdict and values then; text: what is not OK and why */
	RECORD_NOTE,	      /* a note to `subject`: an item or an incident */
	RECORD_ANSWER,	      /* an asked item `subject` was answered; until: when it is due again; text: the evidence */
	RECORD_INCIDENT,      /* incident `subject` ("INC-20261122-1") was opened; data: fault, alert, snapshot at entry */
	RECORD_ENTRY,	      /* an entry of incident `subject`; data: stage, step, kind, query, value, threshold, revision */
	RECORD_PEN,	      /* who holds the pen of incident `subject` until `until` */
	RECORD_INCIDENT_CLOSE,/* data: the report's fields */
	RECORD_BASELINE,      /* the configuration of a cluster, to compare with later; data */
	RECORD_PLAN,	      /* a regenerated emergency plan of fault `subject`; data */
	RECORD_SELECTION,     /* decision `subject` (a file's name): which broker; data: what was assumed, to be checked monthly */
	RECORD_HANDOVER,      /* a shift's report; data; a second one by the next operator confirms it */
	RECORD_ALERT_STATE,   /* the engine's own: an alert began to fire, was resolved, is gone; data */
	RECORD_KINDS
};

enum keep { KEEP_SAVING, KEEP_KEPT, KEEP_FAILED };

enum { RECORD_ID_SIZE = 33, RECORD_TEXT_MAX = 4096, RECORD_DATA_MAX = 256 << 10 };

struct record {
	atomic_uint refs;
	struct arena arena;
	char id[RECORD_ID_SIZE];  /* 128 random bits in hex, made by whoever submits: handed in twice it is one record */
	enum record_kind kind;
	int64_t wall;		  /* ns */
	int64_t until;		  /* wall ns; 0: no end */
	const char *user, *from;  /* who, at which host; never NULL */
	const char *cluster, *entity, *subject, *text, *data; /* NULL where it has none; data is a JSON object */
	bool drill;
};

/* A record of this moment by the user who runs the program, to be filled with record_str() before anybody else
 * sees it. */
struct record *record_new(enum record_kind kind);
/* One that was read from a file or a socket: nothing is filled in but kind and id; user and from are "?". */
struct record *record_blank(enum record_kind kind, const char *id);
/* Is this text an id as record_new() makes them? */
bool record_id_is_good(const char *id);
struct record *record_ref(struct record *r);
void record_unref(struct record *r);
/* A copy of s that lives as long as the record; NULL stays NULL. */
const char *record_str(struct record *r, const char *s);

/* "ack", "silence", ...: names of the database and the socket. */
const char *record_kind_name(enum record_kind k);
enum record_kind record_kind_by_name(const char *name); /* RECORD_KINDS: there is none */
const char *keep_name(enum keep k);

#endif
