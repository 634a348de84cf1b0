#ifndef MQ_UI_SELECTING_H
#define MQ_UI_SELECTING_H

#include "select/select.h"
#include "ui/view.h"

/*
 * selecting: which broker for a new system, on the screen: the requirements, the way to a decision, the weighted matrix
 * and what comes out, which is reckoned anew with each answer and each weight. view_select.c draws (pure),
 * ui_select.c has the keys. Nothing is kept until the decision is written. UI thread.
 */
struct selecting {
	bool loaded;
	struct selection s; /* decided */
	double *weights;    /* of the dimensions, as the data file has them: to see what was moved */
};

void selecting_release(struct selecting *s);

/* A row of it; the id is "kafka", "throughput", ... behind one of these and a slash. */
enum select_row { SELECT_CANDIDATE, SELECT_REQUIREMENT, SELECT_STEP, SELECT_DIMENSION, SELECT_ROWS };
/* Which one; *at: its index in the selection. SELECT_ROWS: none. */
enum select_row selecting_row(const struct selecting *s, const char *id, size_t *at);

/* The branch of a step that the answers chose; SIZE_MAX: none did. */
size_t select_branch(const struct selection *s, const struct flow_step *step);

extern const struct view_ops view_select;

#endif
