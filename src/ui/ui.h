#ifndef MQ_UI_UI_H
#define MQ_UI_UI_H

#include "ui/actions.h"
#include "store/record.h"
#include "ui/chrome.h"
#include "ui/lists.h"
#include "ui/past.h"
#include "ui/prompt.h"
#include "ui/selecting.h"
#include "ui/triage.h"
#include "ui/widget_table.h"

/*
 * ui: what the operator sees and has done, without a terminal: frames and keys
 * come in, canvases and wishes (to be done by app.c) go out. UI thread.
 */
enum { UI_DEPTH = 4, UI_TEXT = 512, UI_THEMES = 24, UI_SUBMITS = 16 };

/* A view that is open in a pane: the pane's own or a drill-down. */
struct level {
	const struct view_ops *ops;
	struct table table; /* where the view has columns */
	char *arg;	    /* id of the row it was opened on; NULL */
	size_t at;	    /* the step that is selected, where it has steps */
	int scroll, lines;  /* where the view draws itself: first line shown, lines in all */
	int page;	    /* lines of the last draw */
};

struct pane_state {
	struct level levels[UI_DEPTH];
	int depth; /* index of the top one */
};

enum popup { POPUP_NONE, POPUP_HELP, POPUP_FILTER, POPUP_PALETTE, POPUP_PROMPT };

/* What app.c is asked to do after a key. */
struct wishes {
	bool quit, repaint, poll_now, mouse, bell, reload;
	char theme[64];	 /* "" no */
	char copy[4096]; /* "" no */
	char list_of[UI_TEXT]; /* with poll_now: CLUSTER/BROKER whose clients are to be listed; "" none */
	char decision[64]; /* name under which the selection is to be written; "" no */
	char report[RECORD_ID_SIZE]; /* incident whose report is to be written; "" no */
	struct record *submit[UI_SUBMITS]; /* references of the wishes, to be handed to the feed */
	size_t n_submit;
};

struct ui {
	struct pane_state panes[PANE_COUNT];
	enum pane_id pane;
	bool maximised;
	enum popup popup;
	char typed[UI_TEXT];
	char typed_before[UI_TEXT]; /* the filter, should typing be left */
	int choice, popup_scroll, popup_lines, popup_page;
	struct asking asking; /* of POPUP_PROMPT */
	struct frame *frame;  /* newest */
	struct frame *frozen; /* what is shown while frozen; NULL */
	int64_t frozen_at;
	const char *trouble;  /* of the feed */
	size_t alert;	      /* which problem the alert line shows */
	bool walking;	      /* e or E was pressed since a critical alert was new */
	size_t fresh;	      /* "+1 NEW" */
	struct map opened;    /* evidence opened in this session: "2026-11-26 daily/disk-usage" */
	struct map criticals; /* those that were there in the last frame */
	bool seen_frame;
	char message[512];
	int64_t message_until;
	char handed_in[RECORD_ID_SIZE]; /* the newest record whose fate the message tells; "" none */
	int64_t moved_at; /* when the cursor was last moved, boot ns; 0: long ago */
	int64_t polled_at;
	bool stale_rows; /* tables must ask their views again */
	bool held;	 /* the order was held in the last update */
	struct desk desk;
	struct past past; /* of the row whose history is open */
	struct lists lists;
	struct selecting selecting;
	bool ascii, plain, lines;
	char themes[UI_THEMES][32]; /* names that `theme` takes, read once at the start */
	size_t n_themes;
	int width, height;			/* of the last draw */
	struct grid_cell shown[GRID_CELLS_MAX]; /* where the panes are, for the mouse */
	size_t n_shown;
	struct wishes wishes;
};

void ui_init(struct ui *ui);
void ui_release(struct ui *ui);

/* A newer frame; takes the reference. Returns true when a critical alert is new. */
bool ui_frame(struct ui *ui, struct frame *f);

/* Before their feed is closed: shows that there is nothing yet. */
void ui_forget_frames(struct ui *ui);

void ui_key(struct ui *ui, int key, int64_t now);
void ui_click(struct ui *ui, int y, int x, int64_t now);
void ui_action(struct ui *ui, enum action_id id, int key, int64_t now);

/* Draws everything; *cursor_y is -1 unless something is being typed. */
void ui_draw(
    struct ui *ui, int64_t now, int64_t wall, struct canvas *c, int *cursor_y, int *cursor_x);

/* When, by itself, something will change on screen (boot ns); INT64_MAX: never. */
int64_t ui_next_change(const struct ui *ui, int64_t now);

void ui_say(struct ui *ui, int64_t now, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Hands a record in, whose reference is taken: it is shown as saving until the ledger says that it is kept. */
void ui_submit(struct ui *ui, struct record *r, int64_t now);
void ui_submit_quietly(struct ui *ui, struct record *r, int64_t now); /* likewise, without a word about it */

/* The evidence of a checklist item was opened; sign or note the one that the cursor is on, or whose evidence is
 * open. */
void daily_opened(struct ui *ui, const char *subject, int64_t now);
void daily_sign(struct ui *ui, int64_t now);
void daily_note(struct ui *ui, const char *text, int64_t now); /* NULL: asks for the text */

/* Asks for what a record of this kind needs (RECORD_ACK, RECORD_SILENCE, RECORD_MAINT), about the row that the
 * cursor is on; where it stands already, whether to end it. */
void act_begin(struct ui *ui, enum record_kind kind, int64_t now);
/* Commands of the palette about what operators do. False: it is none of them. */
bool act_command(struct ui *ui, const char *line, int64_t now);
bool act_has_words(const char *line); /* begins with one that takes words, and a blank */
const char *act_verb(size_t i, const char **help); /* the i-th; NULL behind the last */
/* Alerts that a row is about: itself in the alerts' panes, else those that fire for it. */
size_t ui_row_alerts(const struct view_ctx *ctx, const struct level *l, const struct view_row *row,
    const struct alert **out, size_t most);

/* The keys of a number's history; false: it is none of them. */
bool history_action(struct ui *ui, int id, int64_t now);
/* What must be read from metrics.db for what is shown now; false: nothing. Notes that it was asked for. */
bool history_wanted(struct ui *ui, int64_t now, int64_t wall, struct past_ask *out);

/* The keys of lists and audits; false: it is none of them. And the commands: "weekly", "audit kafka". */
bool lists_action(struct ui *ui, int id, int64_t now);
bool lists_command(struct ui *ui, const char *line, int64_t now);
/* What must be judged for what is shown now, with a frame to be released; false: nothing. Notes that it was asked for. */
bool lists_wanted(struct ui *ui, int64_t now, int64_t wall, struct lists_ask *out);
void lists_take(struct ui *ui, struct lists_answer *fresh); /* what it holds is taken over */
void lists_forget(struct ui *ui); /* what came, and that something was asked for */

/* The keys of the selection; false: it is none of them. And its command: "select", "select FILE". */
bool select_action(struct ui *ui, int id, int64_t now);
bool select_command(struct ui *ui, const char *line, int64_t now);

/* The keys of the fault manual; false: it is none of them. */
bool manual_action(struct ui *ui, int id, int key, int64_t now);
void manual_step_by(struct ui *ui, long by, int64_t now);
/* The alert that a page was opened for, by the view's arg; NULL: none fires. */
const struct alert *manual_page_alert(const struct view_ctx *ctx, const char *arg);
/* `mqduty open TEXT`: to the alert that it is about; where it is `last`, to a row or to pages that hold its words.
 * False: nothing fits yet. */
bool manual_open_words(struct ui *ui, const char *text, bool last, int64_t now);

/* The view that has the keys. */
struct level *ui_level(struct ui *ui);
unsigned ui_context(struct ui *ui);
bool ui_takes_text(struct ui *ui); /* something is being typed */
void ui_go(struct ui *ui, enum pane_id pane);
bool ui_open(struct ui *ui, const struct view_ops *ops, const char *arg);
bool ui_close(struct ui *ui); /* one level up; false: it was the last */
struct view_ctx ui_ctx(const struct ui *ui, int64_t now, int64_t wall);
/* Rows and orders of all visible tables, if something made them stale. */
void ui_update(struct ui *ui, int64_t now);

/* A command of the palette; typed: its line, of which the first word is the name. */
void ui_command(struct ui *ui, const char *line, int64_t now);

/* What the palette offers: all commands whose line or help holds `typed`. Returns
 * how many were written to out. */
struct command {
	char line[64];
	const char *help; /* translated */
};
size_t ui_commands(struct ui *ui, const char *typed, struct command *out, size_t most);

/* Popups; each draws over what is there. */
/* An empty frame with a title; returns what is inside. */
struct area popup_box(const struct ui *ui, const struct area *a, const char *title);
/* How many bytes of the text go on one line: up to a newline, else to the last blank that fits. */
size_t popup_break(const char *text, int cells);
void popup_help(struct ui *ui, const struct area *body);
void popup_palette(struct ui *ui, const struct area *body, int *cursor_y, int *cursor_x);
void popup_message(const struct ui *ui, const struct area *body);
void popup_filter(const struct ui *ui, const struct area *line, int *cursor_x);

/* The state file: last pane, sort of each pane, maximised. Never the configuration. */
void ui_state_load(struct ui *ui, const char *path);
int ui_state_save(const struct ui *ui, const char *path, struct err *err);

#endif
