#ifndef MQ_SELECT_SELECT_H
#define MQ_SELECT_SELECT_H

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * selection: the guide's §1 as data, the operator's answers, and what follows. An
 * answer that is missing is never taken for a middling one: it widens what may come
 * out, and what it could still rule out is said.
 */
enum answer_type { ANSWER_TEXT, ANSWER_NUMBER, ANSWER_YESNO, ANSWER_CHOICE };

struct requirement {
	const char *id, *guide, *group; /* group: its title */
	const char *title, *ask, *unit; /* unit: NULL where it has none */
	enum answer_type type;
	const char **choices; /* NULL-terminated */
	const char *watch;    /* the figure of a live cluster that shows whether the answer still holds; NULL */
	const char *watch_how;
	double watch_most;    /* the answer times this is still fine */
	const char *answer;   /* NULL: not answered */
	double number;
};

struct dimension {
	const char *id, *guide, *title;
	double weight;	     /* percent */
	double *scores;	     /* by candidate */
	const char **needs;  /* ids of requirements */
	double answered;     /* share of them that is answered, 0 to 1 */
};

/* "retention > 0": NULL field where it has none. */
struct condition_on {
	const char *field, *value, *text;
	char op; /* '=' '!' '<' '>' */
};

struct knock_out {
	struct condition_on when;
	const char **out; /* ids of candidates */
	const char *why;
};

struct flow_branch {
	const char *id, *guide, *title;
	struct condition_on when;
	const char **favours, **needs;
};

struct flow_step {
	const char *id, *guide, *title;
	struct flow_branch *branches;
	size_t n_branches;
};

struct candidate {
	const char *id, *title;
	const struct knock_out *out; /* the first that rules it out; NULL: it is in */
	const struct knock_out *may; /* one that an answer not given could still bring; NULL */
	double total;		     /* 1 to 10 */
	double low, high;	     /* over all draws of the weights */
	double wins;		     /* share of the draws that it wins, 0 to 1 */
};

/* OPEN: the first could still be ruled out by an answer that is missing. */
enum outcome { OUTCOME_NONE_LEFT, OUTCOME_OPEN, OUTCOME_TIE, OUTCOME_WINNER };

struct selection {
	struct arena arena;
	const char *reviewed, *source; /* of the matrix */
	struct requirement *requirements;
	size_t n_requirements;
	struct dimension *dimensions;
	size_t n_dimensions;
	struct candidate *candidates;
	size_t n_candidates;
	struct flow_step *steps;
	size_t n_steps;
	struct knock_out *knock_outs;
	size_t n_knock_outs;
	const char **use; /* how the matrix is used, NULL-terminated */

	/* selection_decide() */
	enum outcome outcome;
	size_t best, second; /* candidates; SIZE_MAX: there is none */
	double swing;	     /* how far weights were varied where all was answered, 0.25 */
	size_t draws;
	const struct dimension *flip; /* whose weight turns it round soonest; NULL: none alone does */
	double flip_to;		      /* the weight, percent, at which it does */
};

/* Reads the data files; matrix NULL: the one that is shipped. -1 with every mistake, a line each. */
int selection_load(struct selection *s, const char *matrix, struct err *err);
void selection_release(struct selection *s);

/* Reads answers, a mapping of requirement to answer. -1 with every mistake, a line each. */
int selection_answers(struct selection *s, const char *path, struct err *err);
/* One answer; "" or NULL takes it back. -1 with a sentence when it does not fit. */
int selection_answer(struct selection *s, const char *id, const char *answer, struct err *err);
/* The answers as a file that selection_answers() reads; what is not answered stands there as a comment. */
void selection_write_answers(const struct selection *s, struct buf *out);

void selection_decide(struct selection *s);

/* What came out, and how sure that is, in sentences. Return out. */
char *selection_verdict(const struct selection *s, char *out, size_t size);
char *selection_sureness(const struct selection *s, char *out, size_t size);
/* The answers that a live cluster can be held to, as the data of a record (RECORD_SELECTION): a JSON object. */
void selection_assumptions(const struct selection *s, struct buf *out);

const struct requirement *selection_requirement(const struct selection *s, const char *id);
/* Does it hold? -1: nobody knows, since the question is not answered. */
int selection_holds(const struct selection *s, const struct condition_on *c);
size_t selection_unanswered(const struct selection *s);

#endif
