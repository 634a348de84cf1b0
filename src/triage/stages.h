#ifndef MQ_TRIAGE_STAGES_H
#define MQ_TRIAGE_STAGES_H

#include "base/alloc.h"
#include "base/err.h"
#include "manual/manual.h"
#include "triage/incident.h"

/*
 * stages: the course of a triage as data/triage/stages.yaml has it, in the language of the messages.
 * Immutable once loaded; everything lives in its arena. Any thread may read.
 */
enum step_kind {
	STEP_OBSERVE,  /* evidence, judged live */
	STEP_ASK,      /* answered with a digit */
	STEP_DO,       /* carried out by hand; a command to copy */
	STEP_WAIT,     /* until it has been well for a while */
	STEP_VERIFY,   /* does it hold? */
	STEP_ESCALATE, /* call somebody */
	STEP_GATE,     /* the stage's exit criterion */
	STEP_WRITE,    /* a field of the report */
	STEP_CLOSE,
	STEP_KINDS
};

const char *step_kind_name(enum step_kind k); /* "observe", ...: data files and records */

enum { STAGE_ANSWERS_MAX = 9, STAGE_STEPS_MAX = 16 };

struct stage_answer {
	const char *text;
	const char *to;	     /* id of a step; NULL: the next one */
	const char *outcome; /* word for the record; NULL */
	bool ask;	     /* a text goes with it */
};

struct stage_step {
	const char *id, *guide; /* guide: id of the practice guide; NULL */
	enum step_kind kind;
	const char *title, *text;
	const char *see;	     /* "alert" or a question; NULL */
	struct query query;	     /* of a question */
	enum manual_section section; /* whose steps follow; MANUAL_SECTIONS: none */
	enum manual_section fails;   /* where one goes when it does not hold; MANUAL_SECTIONS: nowhere */
	int64_t hold_ns;
	const char *field, *mark; /* of the report; set by itself when the step is met. NULL */
	bool now, hypothesis;	  /* shows the page's "now"; the answer is kept as a hypothesis */
	struct stage_answer answers[STAGE_ANSWERS_MAX];
	size_t n_answers;
};

struct stage_def {
	const char *guide, *title, *exit;
	int64_t box_ns;
	int signals; /* independent ones that must confirm; 0: none */
	struct stage_step steps[STAGE_STEPS_MAX];
	size_t n_steps;
};

struct stages {
	struct arena arena;
	struct stage_def list[STAGE_COUNT];
};

/* Reads FILE, NULL: the one that comes with mqduty. NULL with a sentence: file, line, what is wrong. */
struct stages *stages_load(const char *file, struct err *err);
void stages_free(struct stages *s);

const struct stage_step *stages_step(const struct stages *s, const char *id); /* NULL: none */

#endif
