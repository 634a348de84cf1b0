#ifndef MQ_UI_TRIAGE_H
#define MQ_UI_TRIAGE_H

#include "triage/act.h"
#include "ui/view.h"

/*
 * triage: the desk at which incidents are worked on: what every view of them needs beside the frame. UI thread.
 */
struct ui;

struct desk {
	struct stages *stages; /* NULL: not readable, see trouble */
	struct err trouble;
	struct manual *manual; /* NULL: there is none */
	const struct config *config; /* for contacts; not owned, NULL: none (a recording) */
	struct incidents *all;	     /* of `ledger` */
	struct ledger *ledger;
	char user[64], from[128]; /* who sits here */
	bool drill;		  /* incidents that are opened here are drills */
	/* Compiles an emergency plan (app_options); NULL: none can be. What was compiled last: Markdown, NULL: nothing. */
	int (*plan)(void *arg, const struct frame *f, const char *fault, struct buf *out, struct err *err);
	void *plan_arg;
	char *plan_text;
	char left[RECORD_ID_SIZE]; /* the incident that was left for another alert: t goes back to it; "" none */
	char moving[RECORD_ID_SIZE]; /* the record after which the incident stands elsewhere; "" none */
	int64_t moved_at;
	char due[RECORD_ID_SIZE]; /* the incident whose report is to be written once it is kept; "" none */
	/* How long the question of the step that is waited for has been well. */
	char waits[RECORD_ID_SIZE], waits_at[STEP_ID_MAX];
	int64_t well_since; /* boot ns; 0: it is not */
	bool rang, offered;
};

void desk_init(struct desk *d);
void desk_release(struct desk *d);
/* With a configuration: its contacts, and the manual with the teams' folders (taken; NULL: the one that is there stays).
 * c outlives the desk. */
void desk_configure(struct desk *d, const struct config *c, struct manual *manual);

/* A newer frame: folds its ledger, if it is another one, and looks whether what is waited for is met. */
void desk_frame(struct ui *ui, const struct frame *f);

/* The incident that is open in the view with the keys; NULL: none is, or it is not known yet. */
const struct incident *desk_current(struct ui *ui);

/* The path and the place of an incident; false where there are no stages. */
bool desk_path(const struct desk *d, const struct incident *inc, struct path *p, size_t *at);
/* Has the step's question been well for long enough? *for_ns: for how long it has been. */
bool desk_held(const struct desk *d, const struct incident *inc, const struct step *s, int64_t now, int64_t *for_ns);

/* "call: Ann +49 30 1, Bob": whom the configuration names for the cluster of the incident. */
void desk_contacts(const struct ui *ui, const struct incident *inc, char *out, size_t size);

/* The actions of a triage; false: it is none of them. */
/* Does this key do anything here? What is over takes no more notes, steps and marks. */
bool triage_offers(const struct ui *ui, int id);
bool triage_action(struct ui *ui, int id, int key, int64_t now);
void triage_begin(struct ui *ui, bool another, int64_t now); /* t; T: also where an incident is open */
void triage_leave_for(struct ui *ui);			     /* before e goes elsewhere */

extern const struct view_ops view_triage, view_incidents;

#endif
