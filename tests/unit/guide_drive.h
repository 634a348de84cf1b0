#ifndef MQ_TESTS_GUIDE_DRIVE_H
#define MQ_TESTS_GUIDE_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What t_guide is made of: an item of the practice guide, and functions that find by its id what carries it in the
 * product and drive that to two outcomes. What the product says of each goes into `good` and `bad`.
 */
struct guide_item {
	const char *id, *text; /* as in guide-items.tsv */
};

struct outcomes {
	char good[512], bad[512];
};

/* false: nothing carries the id. What does not come out as it should fails the test. */
typedef bool guide_drive_fn(const struct guide_item *it, struct outcomes *o);

guide_drive_fn drive_requirement, drive_decision, drive_branch, drive_dimension, drive_matrix_use; /* guide_select.c */
guide_drive_fn drive_audit, drive_daily, drive_periodic, drive_alert, drive_plan;		   /* guide_lists.c */
guide_drive_fn drive_stage, drive_stage_step;							   /* guide_triage.c */
guide_drive_fn drive_fault, drive_symptom, drive_cause, drive_step, drive_prevention;		   /* guide_manual.c */

/* That text as the hypothesis of an incident: ruled out, and confirmed. */
void drive_hypothesis(const char *text, struct outcomes *o);

/* The built-in rule fires for its bad number and does not for its good one. */
bool drive_rule(const char *name, struct outcomes *o);
/* The item of an audit by its code, of a checklist by its subject. */
bool drive_audit_code(const char *code, struct outcomes *o);
bool drive_periodic_item(const char *list, const char *id, struct outcomes *o);

#endif
