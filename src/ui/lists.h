#ifndef MQ_UI_LISTS_H
#define MQ_UI_LISTS_H

#include "audit/periodic.h"
#include "ui/view.h"

/*
 * lists: the weekly and the monthly list and the audits as the dashboard shows them. They read history, files and
 * ledgers of drills, so judging.h has them judged in a thread; what came last is shown with its age. view_list.c and
 * view_item.c draw (pure), ui_lists.c has the keys.
 */
struct lists_ask {
	struct frame *frame; /* a reference */
	int64_t now, wall;
};

struct lists_answer {
	struct lists_ask ask; /* what was looked at; no frame: nothing has come yet */
	struct periodic_report weekly, monthly;
	struct audit_report audit;
	char trouble[400]; /* why there is nothing; "": there is */
};

struct lists {
	bool waiting;
	int64_t asked_at;	    /* boot ns; 0: never */
	const struct ledger *ledger; /* of what was asked last: only to see whether there is another one */
	struct lists_answer got;
};

void lists_ask_release(struct lists_ask *ask);
void lists_answer_release(struct lists_answer *a);
/* Judges everything; a may come from audits_load() or be NULL with the trouble. Waits for the disk. */
void lists_judge(const struct config *config, const struct audits *a, const struct lists_ask *ask, struct lists_answer *out);

/* An item of one of them, wherever it comes from. Texts belong to the answer or to the data files. */
struct list_line {
	const char *subject, *cluster; /* of its answers; cluster NULL: the list is about all of them */
	const char *guide, *code, *title, *text, *mend, *question; /* code, mend and question NULL: there is none */
	enum audit_how how;
	enum verdict verdict;
	const char *evidence;
	const struct record *answer;
	int64_t every; /* how long an answer holds, ns */
};

/* By the id of its row: "weekly/trends", "audit/kafka/jvm@orders". hint: where it stood when the row was made. */
bool lists_line(const struct lists_answer *a, const char *id, size_t hint, struct list_line *out);

/* The newest answer in the ledger as it is now, whose keep says whether it is on disk; NULL: there is none. */
const struct ledger_line *lists_answered(const struct view_ctx *ctx, const struct list_line *line);

/* Their args: "weekly", "monthly"; "audit", "audit/kafka"; the id of a row. */
extern const struct view_ops view_list, view_audit, view_item;
bool view_is_list(const struct view_ops *ops); /* one of the first two */

/* The first column: a verdict where it was measured, otherwise what is known of the answer; attested is never OK. */
void list_standing(const struct view_ctx *ctx, const struct list_line *line, struct cell_text *out);

#endif
