#ifndef MQ_TRIAGE_DRILL_H
#define MQ_TRIAGE_DRILL_H

#include "base/buf.h"
#include "engine/engine.h"
#include "manual/binding.h"
#include "manual/manual.h"

/*
 * drill: how a fault of the manual is practised: which fault of the lab brings it about, and what is asked sooner of its
 * rule, so that nobody waits for the minutes that an alert may take in earnest. One table. Pure; any thread.
 */
struct drill {
	const char *fault;	 /* id of the manual's page */
	const char *lab_fault;	 /* of `mqduty-lab fault` */
	const char *lab;	 /* what of the lab it needs, as arguments of `up`, separated by blanks */
	const char *cluster;	 /* of the lab's configuration */
	const char *alert;
	const char *threshold, *lasts, *window; /* in place of the rule's own; NULL: those */
	bool critical;		 /* of the two lists of a rule file */
	int patience_s;		 /* until the alert has to stand there */
	bool seen_well;		 /* mqduty must have seen the cluster well before: the dashboard opens first */
};

extern const struct drill drills[];
extern const size_t n_drills;

/* By the id of the fault, the name of the lab's fault or of the alert; NULL: none. */
const struct drill *drill_find(const char *name);

/* What of the lab it needs. Kafka's disks are real only for root, who may mount a small volume: simulated otherwise. */
const char *drill_lab(const struct drill *d, bool root);

/* The rule file of the drill. -1 when out is full. */
int drill_rules(const struct drill *d, struct buf *out);

/* Its alert, as soon as it fires or is folded; NULL: not yet. */
const struct alert *drill_alert(const struct drill *d, const struct judgement *j);

/*
 * Judges the questions of the page for what the binding is about, and adds a line for each to out, which says whether
 * its number was good: fresh, whole and judged. Returns how many were not. While the fault is in force all are asked;
 * those of Verify and Roll back, which nobody asks before the recovery, may wait until then: *later (not NULL) counts
 * those instead. later NULL: the fault is healed, and only they are asked.
 */
size_t drill_check(const struct manual_page *page, const struct binding *b, const struct frame *f, int64_t now,
    size_t *later, struct buf *out);

#endif
