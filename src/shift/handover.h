#ifndef MQ_SHIFT_HANDOVER_H
#define MQ_SHIFT_HANDOVER_H

#include "audit/periodic.h"
#include "base/buf.h"
#include "engine/engine.h"

/*
 * handover: the report of a shift: what is open, what is muted until when, what nobody signed, what happened since the
 * handover before. Texts are what operators and brokers said: each format escapes them. Pure; any thread.
 */
enum { HANDOVER_COLUMNS = 7, HANDOVER_HASH_SIZE = 65 };

struct handover_column {
	const char *key, *title; /* title: N_() */
	bool word;		 /* its cells are words of ours, N_() */
};

struct handover_kind {
	const char *key, *title, *none; /* title, none (what is said of an empty table): N_() */
	struct handover_column columns[HANDOVER_COLUMNS]; /* end with a NULL key */
	size_t most; /* rows that are shown */
};

struct handover_row {
	const char *cells[HANDOVER_COLUMNS]; /* NULL: there is nothing to say */
};

struct handover_table {
	const struct handover_kind *kind;
	struct handover_row *rows;
	size_t n, cap, total; /* total: with those that are not shown */
	const char *note;     /* what the table cannot say, a sentence; NULL */
};

/* A report that was handed over, and who confirmed it. */
struct handover_past {
	const struct record *report;	   /* NULL: there is none */
	const struct record *confirmation; /* NULL: not confirmed yet */
};

enum handover_since { SINCE_HANDOVER, SINCE_DAY, SINCE_24_H };
enum { HANDOVER_TABLES = 11 };

struct handover {
	struct arena arena;
	int64_t wall, since; /* ns */
	enum handover_since since_what;
	const char *user, *from; /* who writes it */
	struct handover_past past; /* of the frame's ledger, which must outlive it */
	enum verdict verdict;
	struct handover_table tables[HANDOVER_TABLES];
};

struct handover_input {
	const struct frame *frame;
	const struct audits *audits;		/* for how long answers hold; NULL: what they say themselves */
	const struct periodic_report *weekly;	/* NULL: was not judged */
	const char *user, *from;
	int64_t wall;
};

extern const struct handover_kind handover_kinds[HANDOVER_TABLES];

void handover_make(struct handover *h, const struct handover_input *in);
void handover_release(struct handover *h);

/* How the record of this report stands; NULL where it has none. */
struct handover_kept {
	const char *id, *hash;
	bool kept;
};

/* How Markdown escapes a text, and one between back-ticks (report/md.h). */
struct handover_markup {
	int (*text)(struct buf *out, const char *s), (*code)(struct buf *out, const char *s);
};

/* As "text" or "json", or "markdown" where markup is given. -1 when out is full or there is no such format. */
int handover_write(const struct handover *h, const struct handover_kept *kept, const char *format,
    const struct handover_markup *markup, struct buf *out);

/* What stood there as a JSON object that fits into a record, and its SHA-256 in hex. */
void handover_digest(const struct handover *h, struct buf *out, char hash[HANDOVER_HASH_SIZE]);

/* The tables, who and when of a report that was kept, from its digest; handover_release() afterwards, whatever comes. -1: there is
 * no digest in it, or none of ours. */
int handover_read(struct handover *h, const struct record *report);
/* These as plain text, as they were handed over. -1: they cannot be read or do not fit. */
int handover_write_kept(const struct record *report, struct buf *out);
/* Is this report still to be confirmed, and by this user? */
bool handover_waits_for(const struct handover_past *past, const char *user, int64_t wall);

/* The newest report that is kept, or on its way to the disk. */
struct handover_past handover_last(const struct ledger *l);

/* Fills in the record by which its user confirms the newest report; -1 with a sentence where he may not: he wrote it
 * himself, it has been confirmed, there is none of the last 24 hours, or the text says nothing. */
int handover_confirm(struct record *r, const struct ledger *l, const char *text, struct err *err);

#endif
