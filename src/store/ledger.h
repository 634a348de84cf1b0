#ifndef MQ_STORE_LEDGER_H
#define MQ_STORE_LEDGER_H

#include "store/record.h"

/*
 * ledger: the records of the engine in the order in which it took them, and how
 * far each is on its way to the disk. Immutable and reference-counted; a new
 * record makes a new ledger that shares the old records.
 */
struct ledger_line {
	struct record *record;
	enum keep keep;
};

struct ledger {
	atomic_uint refs;
	struct ledger_line *lines; /* oldest first */
	size_t n, cap;
	size_t saving, failed;	   /* how many are not kept */
	char trouble[256];	   /* what is not kept and why, a sentence; "": all is well */
};

struct ledger *ledger_new(void);
struct ledger *ledger_ref(struct ledger *l);
void ledger_unref(struct ledger *l);

/* The same with one more record (referenced, not taken), or unchanged where its id is there already; the caller
 * owns the result, `l` stays the caller's. */
struct ledger *ledger_with(const struct ledger *l, struct record *r, enum keep keep);
/* The same with that record's line changed. */
struct ledger *ledger_kept(const struct ledger *l, const char *id, enum keep keep);

/* Signatures, evidence opened and notes of checklists stay for ten days (ns). */
#define LEDGER_CHECKLISTS (10 * 86400 * 1000000000LL)

/* Ends of drills stay for a year: the monthly list asks when the newest was. */
#define LEDGER_DRILLS (366 * 86400 * 1000000000LL)

/* A copy of its own, with room for more, that nobody else has seen yet. */
struct ledger *ledger_copy(const struct ledger *l);
/* Without the oldest lines that nobody needs any more (kept, run out, of no open incident), once there are many more
 * than `most`; NULL where all may stay. */
struct ledger *ledger_trimmed(const struct ledger *l, size_t most, int64_t wall);
/* The line with this record, or NULL. */
struct ledger_line *ledger_find(const struct ledger *l, const char *id);

/* Adds a line (the record is referenced, not taken) to a ledger that nobody else has seen yet; the id must not be
 * in it. */
void ledger_add(struct ledger *l, struct record *r, enum keep keep);
/* Says of line i of such a ledger how it is kept. */
void ledger_mark(struct ledger *l, size_t i, enum keep keep);

/* The newest record of that kind about this alert, whether or not it has run out; NULL: there is none. A NULL
 * argument matches everything. */
const struct record *ledger_newest(const struct ledger *l, enum record_kind kind, const char *cluster,
    const char *entity, const char *subject);

#endif
