#ifndef MQ_TRIAGE_PATH_H
#define MQ_TRIAGE_PATH_H

#include "engine/engine.h"
#include "manual/binding.h"
#include "manual/precheck.h"
#include "triage/stages.h"

/*
 * path: the steps of one incident: the guide's sub-steps with those of the fault's manual page put in, what is seen at
 * a step now, and what may be answered there. Pure.
 */
enum { PATH_STEPS = STAGE_COUNT * STAGE_STEPS_MAX + MANUAL_STEPS_MAX, STEP_ID_MAX = 64 };

struct step {
	char id[STEP_ID_MAX]; /* "confirm.alerts", of the manual "manual/confirm.1" */
	enum stage stage;
	enum step_kind kind;
	const struct stage_step *def;	  /* one of the two is set */
	const struct manual_step *manual;
	bool has_query;
	struct query query;
	int64_t hold_ns; /* STEP_WAIT */
	bool aside;	 /* a way back: come to only when something did not hold */
};

struct path {
	const struct stages *stages;
	const struct manual_page *page; /* NULL: the fault has none */
	struct step steps[PATH_STEPS];
	size_t n;
};

void path_make(struct path *p, const struct stages *s, const struct manual_page *page, const struct incident *inc);

size_t path_find(const struct path *p, const char *id); /* p->n: none */
size_t path_first(const struct path *p, enum stage s);
/* Where the incident stands. A step that is gone from data or manual: the first of its stage. */
size_t path_at(const struct path *p, const struct incident *inc);
size_t path_next(const struct path *p, size_t at);     /* the last one stays */
size_t path_previous(const struct path *p, size_t at); /* the first one stays */
/* "2 of 6": its place in its stage, counted from 1. */
void path_place(const struct path *p, size_t at, size_t *place, size_t *of);

const char *step_title(const struct step *s);
const char *step_text(const struct step *s); /* the manual's is Markdown; "" */

/* What is seen at a step now. */
struct sight {
	bool asked; /* the step has a question */
	struct query_result result;
	double age_s;	    /* of the number; -1: none */
	const char *signal; /* which source tells: two steps of one source are one signal. NULL: none */
};

void step_look(const struct step *s, const struct incident *inc, const struct frame *f, int64_t now, struct sight *out);
/* What the incident is about, by its names, on this snapshot. binding_release() afterwards. */
void incident_bind(const struct incident *inc, const struct snapshot *snap, struct binding *b);

/* What a step that is carried out by hand says before its command, and the command with the names put in. */
struct bound {
	struct buf text;     /* one line, quoted for the shell; "" where there is none, see why */
	char hint[ERR_MAX];  /* what has to be known before it is run from here; "" */
	char why[ERR_MAX];   /* why there is none: a name that is not known, or that no command may carry; "" */
	bool checked;	     /* the step can do harm: */
	struct precheck may; /* whether it may be taken now */
};
/* config: how the cluster is reached from here; NULL: not known. bound_release() afterwards. */
void step_command(const struct step *s, const struct incident *inc, const struct frame *f, const struct config *config,
    const struct sight *seen, int64_t now, struct bound *out);
void bound_release(struct bound *c);

/* What may be answered at a step, each by its digit. */
struct choice {
	char text[160];	     /* translated */
	const char *outcome; /* for the record; NULL */
	size_t to;	     /* index of the step to go on with */
	bool ask;	     /* a text goes with it */
	bool by_eye;	     /* the operator saw it elsewhere: a signal of its own */
	bool forced;	     /* goes on although the exit criterion is not met: the text is the reason, and must be there */
	bool close;	     /* closes the incident */
};

struct choices {
	struct choice list[STAGE_ANSWERS_MAX];
	size_t n;
};

/* held: the step's question has been well for as long as it has to be. */
void step_choices(const struct path *p, size_t at, const struct incident *inc, const struct sight *seen, bool held,
    struct choices *out);

/* Is the exit criterion of the stage met? */
bool stage_is_met(const struct path *p, const struct incident *inc, enum stage s);

#endif
