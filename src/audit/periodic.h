#ifndef MQ_AUDIT_PERIODIC_H
#define MQ_AUDIT_PERIODIC_H

#include "audit/audit.h"
#include "config/config.h"
#include "rules/checklist_file.h"

/*
 * periodic: the weekly and the monthly checklist. Their measured items look at history, the audit, baselines, drills
 * and manuals; asked ones at the newest answer. Waits for the disk: for commands, not for the screen.
 */
struct periodic_input {
	const struct config *config; /* NULL: there is none, nor a history */
	const struct frame *frame;
	const struct audits *audits;
	int64_t now, wall;
};

struct periodic_result {
	const struct list_item *item;
	enum audit_how how;
	enum verdict verdict; /* NA where attested */
	const char *evidence; /* sanitised; never NULL */
	const struct record *answer; /* the newest, whether or not it still holds; NULL */
};

struct periodic_report {
	struct arena arena;
	const struct checklist *list;
	struct periodic_result *results;
	size_t n;
	size_t counts[AUDIT_NA + 1];
	enum verdict verdict;
};

/* list: "weekly" or "monthly". -1 with a sentence where there is none of that name. */
int periodic_judge(const struct periodic_input *in, const char *list, struct periodic_report *out, struct err *err);
/* How long an answer to the item is good, ns. */
int64_t periodic_every(const struct list_item *item);
void periodic_release(struct periodic_report *r);

/* The facts of a cluster that a baseline holds, as a JSON object. */
void baseline_write(const struct cluster_view *view, int64_t now, struct buf *out);

#endif
