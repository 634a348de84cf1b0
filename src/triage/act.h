#ifndef MQ_TRIAGE_ACT_H
#define MQ_TRIAGE_ACT_H

#include "triage/path.h"

/*
 * act: what an operator does in a triage, as records to be submitted. Each function returns one that the caller
 * owns; nothing is changed by it before the feed's ledger has it. Pure but for the clock and the user in record_new().
 */

/* What an incident is opened about. */
struct subject {
	size_t cluster;		   /* index in the snapshot; SIZE_MAX: none */
	enum section_kind section; /* with row: the model's row; SECTION_KINDS: none */
	size_t row;
	const struct alert *alert; /* NULL: none fires */
	const char *entity;	   /* NULL: the alert's, or the row's names */
	const char *fault;	   /* id of the manual's page; NULL: none is known */
	const char *revision;	   /* of the page; NULL */
};

/* "audit>events", "broker-2": what a row is called where no alert names it; "" for a cluster's one row. Returns out. */
char *subject_entity(const struct snapshot *snap, size_t cluster, enum section_kind section, size_t row, char *out,
    size_t size);

/* Opens one with the next free id, with a snapshot of the worst alerts and of the row. why: NULL or a text. */
struct record *act_open(const struct subject *about, const struct frame *f, const struct incidents *all, int64_t now,
    const char *why, bool drill);

/* The answer to a step, with the evidence that was seen. text: what went with it; precheck: what was said about the harm
 * that the step can do. Both may be NULL. */
struct record *act_answer(const struct incident *inc, const struct path *p, size_t at, const struct choice *c,
    const struct sight *seen, const char *precheck, const char *text);

/* To another step, without an answer ("skipped", "back"). */
struct record *act_go(const struct incident *inc, const struct path *p, size_t at, size_t to, const char *outcome);

struct record *act_note(const struct incident *inc, const char *text);
/* A moment: "mitigated", "resolved 03:10" (UTC, today or yesterday), or words of the operator's own. */
struct record *act_mark(const struct incident *inc, const char *text);
/* text, or a part of it, is a hypothesis; outcome: "ruled-out", "confirmed" or NULL. */
struct record *act_hypothesis(const struct incident *inc, const char *text, const char *outcome);
struct record *act_escalate(const struct incident *inc, const char *whom);
struct record *act_pen(const struct incident *inc, bool release, const char *to);

/* Closes it: the fields of the report as they were written. */
struct record *act_close(const struct incident *inc);
/* The emergency plan of the fault changes: its change record so far, and a line for this incident. */
struct record *act_plan(const struct incident *inc, const struct ledger *l);
/* The same without an incident: it was made anew, and `what` says what differs. */
struct record *act_plan_made(const char *fault, const char *what, const struct ledger *l);

#endif
