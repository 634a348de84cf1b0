#ifndef MQ_UI_ACTIONS_H
#define MQ_UI_ACTIONS_H

#include "base/buf.h"
#include "ui/key.h"

#include <stdbool.h>

/*
 * actions: the one table of what the operator can do. Key handling, help,
 * palette, function bar and man page are all made from it. No lower-case letter
 * changes anything outside mqduty.
 */
enum action_id {
	ACT_HELP,
	ACT_FILTER,
	ACT_PALETTE,
	ACT_NEXT_PANE,
	ACT_PREVIOUS_PANE,
	ACT_PANE,
	ACT_DRILL,
	ACT_HISTORY,
	ACT_CURSOR_BACK,
	ACT_CURSOR_FORTH,
	ACT_SPAN_SHORTER,
	ACT_SPAN_LONGER,
	ACT_WEEK_BEFORE,
	ACT_BACK,
	ACT_QUIT,
	ACT_DOWN,
	ACT_UP,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_PAGE_DOWN,
	ACT_PAGE_UP,
	ACT_TOP,
	ACT_BOTTOM,
	ACT_NEXT_PROBLEM,
	ACT_PREVIOUS_PROBLEM,
	ACT_FREEZE,
	ACT_SORT_NEXT,
	ACT_SORT_PREVIOUS,
	ACT_REVERSE,
	ACT_MAXIMISE,
	ACT_MARK,
	ACT_COPY,
	ACT_POLL_NOW,
	ACT_REPAINT,
	ACT_MOUSE,
	ACT_ACKNOWLEDGE,
	ACT_SILENCE,
	ACT_MAINT,
	ACT_TRIAGE,
	ACT_TRIAGE_ROW,
	ACT_STEP_ANSWER,
	ACT_STEP_SKIP,
	ACT_STEP_BACK,
	ACT_INCIDENT_NOTE,
	ACT_MOMENT,
	ACT_COMMAND,
	ACT_PEN,
	ACT_ESCALATE,
	ACT_HYPOTHESES,
	ACT_INCIDENTS,
	ACT_MANUAL,
	ACT_MANUAL_SEARCH,
	ACT_CHANGED,
	ACT_PLAN,
	ACT_RESTART,
	ACT_QUORUM,
	ACT_STEP_EVIDENCE,
	ACT_STEP_COPY,
	ACT_SIGN,
	ACT_NOTE,
	ACT_SELECT_ENTER,
	ACT_WEIGHT_LESS,
	ACT_WEIGHT_MORE,
	ACT_DECIDE,
	ACT_LIST_NEXT,
	ACT_LIST_ANSWER,
	ACT_ACCEPT,
	ACT_CANCEL,
	ACT_ERASE,
	ACT_ERASE_ALL,
	ACT_CHOOSE_NEXT,
	ACT_CHOOSE_PREVIOUS,
	ACT_ANSWER,
	ACT_COUNT
};

/* Where a key is pressed. */
enum context {
	CTX_TABLE = 1,	 /* a pane of rows */
	CTX_TEXT = 2,	 /* a pane that draws itself and scrolls */
	CTX_HELP = 4,	 /* the help is open */
	CTX_FILTER = 8,	 /* a filter is being typed */
	CTX_PALETTE = 16, /* a command is being typed */
	CTX_PROMPT = 32,  /* an answer is being typed */
	CTX_CHOICE = 64,  /* an answer is chosen by digit */
	CTX_HISTORY = 512, /* the past of a number: h and l move the graph's cursor */
	CTX_LIST = 1024,  /* a weekly or monthly list or an audit: a pane of rows as well */
	CTX_ITEM = 2048,  /* an item of one */
	CTX_SELECT = 4096, /* the selection of a broker: a pane of rows as well */
	CTX_PAGE = 256,	  /* a page of the manual: j and k go through its steps */
	CTX_TRIAGE = 128  /* an incident is open: digits answer its step */
};

struct action {
	const char *name; /* in the palette and on the man page */
	const char *help; /* N_(): a sentence */
	const char *bar;  /* N_(): a word for the function bar; NULL: it is not there */
	int keys[11];	  /* ends with 0 */
	unsigned contexts;
	bool named;	  /* in the function bar only where the view names one of its keys */
};

extern const struct action actions[ACT_COUNT];

/* ACT_COUNT where the key means nothing there. */
enum action_id action_for_key(int key, unsigned context);
enum action_id action_by_name(const char *name); /* likewise */

/* All keys of an action: "j Down". Returns out. */
char *action_keys(enum action_id id, char *out, size_t size);

/* The section KEYS of the man page, as roff. Returns -1 when out is full. */
int actions_roff(struct buf *out);

#endif
