#ifndef MQ_TRIAGE_INCIDENT_H
#define MQ_TRIAGE_INCIDENT_H

#include "store/ledger.h"

#include <stddef.h>

/*
 * incident: what the records of a ledger say about each incident. Nothing else is
 * remembered anywhere, so an incident goes on where it was whatever ended the
 * program, and everybody who sees the ledger sees the same. Pure; any thread.
 *
 * An entry's `data` is a JSON object; act.c writes it, incident_fold.c reads it:
 * "incident" (id of the record that opened it), "stage", "step", "kind", "title",
 * "answer", "outcome", "signal", "revision", "next" {"stage", "step"} (where the
 * incident stands after it), "evidence" {"query", "value", "quality", "threshold",
 * "verdict", "age_s", "source"}, and by kind "mark" with "at", "field", "forced".
 */
enum stage {
	STAGE_DISCOVER,
	STAGE_CONFIRM,
	STAGE_LOCATE,
	STAGE_RECOVER,
	STAGE_SUMMARISE,
	STAGE_COUNT
};

const char *stage_name(enum stage s);	      /* "discover", ...: records, data files */
enum stage stage_by_name(const char *name);   /* STAGE_COUNT: there is none */

/* What was seen at a step: never without how good it was. */
struct evidence {
	const char *query, *value, *quality, *threshold, *verdict, *source; /* NULL: none */
	double age_s;
};

struct incident_entry {
	const char *id;	  /* of the record */
	const char *kind; /* "observe", "ask", "do", "wait-until", "verify", "escalate", "write", "note", "mark", ... */
	const char *step, *title, *text, *answer, *outcome, *signal, *revision, *forced, *field, *precheck;
	enum stage stage;
	struct evidence seen;
	bool has_evidence;
	bool without_pen; /* somebody else held it then: kept all the same, and said */
	int64_t wall;
	const char *user, *from;
	enum keep keep;
};

/* A moment that the times of the report are reckoned from: "started", "detected",
 * "acknowledged", "mitigated", "resolved", or the operator's own. */
struct incident_mark {
	const char *name, *user;
	int64_t at; /* wall ns */
	bool by_itself; /* nobody set it: it follows from the alert or the opening */
};

enum hypothesis_state { HYPOTHESIS_OPEN, HYPOTHESIS_RULED_OUT, HYPOTHESIS_CONFIRMED };

struct hypothesis {
	const char *text;
	enum hypothesis_state state;
};

enum { PEN_LEASE_S = 600 };

struct pen {
	const char *user, *from; /* NULL: nobody holds it */
	int64_t until;		 /* wall ns; renewed by each entry of the holder */
};

struct incident {
	const char *id;	 /* "INC-20261126-1" */
	const char *subject; /* the id that its records carry; that of another one too where two took the same number */
	const char *key; /* id of the record that opened it */
	const char *fault, *revision; /* page of the manual, and which edition of it; NULL */
	const char *alert, *cluster, *entity, *severity, *tier; /* NULL where it has none */
	const char *binding;  /* the names of its row, as binding_pack() made them; NULL */
	const char *snapshot; /* JSON: what was seen at the opening */
	const char *text;     /* why it was opened; NULL */
	const char *user, *from;
	int64_t opened, closed; /* wall ns; 0: not closed */
	const char *closed_by, *report; /* report: JSON of the closing record */
	bool drill;
	enum stage stage;
	const char *step; /* id; NULL: the first of the stage */
	int64_t stage_since[STAGE_COUNT]; /* wall ns; 0: not come to yet */
	bool stage_forced[STAGE_COUNT];   /* left although its exit criterion was not met */
	struct incident_entry *entries;
	size_t n_entries;
	struct incident_mark *marks; /* by time */
	size_t n_marks;
	struct hypothesis *hypotheses;
	size_t n_hypotheses;
	struct pen pen;
	enum keep keep; /* of the least kept record: KEEP_FAILED, KEEP_SAVING, KEEP_KEPT */
	size_t saving, failed;
};

struct incidents {
	struct arena arena;
	struct incident *list; /* oldest first */
	size_t n, cap;
};

struct incidents *incidents_fold(const struct ledger *l);
void incidents_free(struct incidents *all); /* NULL: nothing */

const struct incident *incidents_find(const struct incidents *all, const char *id); /* by id or key; NULL */

/* The open incident about that alert or fault there; else NULL. NULL arguments match everything. */
const struct incident *incidents_open_on(
    const struct incidents *all, const char *cluster, const char *entity, const char *fault);
size_t incidents_open(const struct incidents *all); /* how many are not closed */
const struct incident *incidents_newest_open(const struct incidents *all); /* NULL: none */

/* The next free id of that day (UTC): "INC-20261126-2". Returns out. */
char *incidents_next_id(const struct incidents *all, int64_t wall, char *out, size_t size);

/* Does this user at this host hold the pen at `wall`? Nobody's pen is anybody's. */
bool incident_may_write(const struct incident *inc, const char *user, const char *from, int64_t wall);
/* Somebody holds it at `wall`. */
bool incident_pen_held(const struct incident *inc, int64_t wall);

/* How many independent signals confirmed the fault: entries of the stage "confirm" with outcome "confirms",
 * each source once. */
size_t incident_signals(const struct incident *inc);

/* The newest mark of that name; NULL: none. */
const struct incident_mark *incident_mark(const struct incident *inc, const char *name);

/* The newest text that was written for a field of the report; NULL: none. "" means: deliberately left empty. */
const char *incident_field(const struct incident *inc, const char *field);

/* ns from one mark to another; -1 where one is not there or they stand the wrong way round. */
int64_t incident_between(const struct incident *inc, const char *from, const char *to);

#endif
