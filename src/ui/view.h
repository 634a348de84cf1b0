#ifndef MQ_UI_VIEW_H
#define MQ_UI_VIEW_H

#include "engine/engine.h"
#include "ui/canvas.h"

/*
 * view: one pane. A pure function of (frame, ui state, now, size): views hold no
 * state, ask no broker, record nothing. Most are tables: they say which rows
 * there are and what stands in each column; widget_table.c does the widths, the
 * sorting, the filter, the selection and the drawing.
 */
enum pane_id {
	PANE_EVENTS, /* the number is the key that opens it */
	PANE_OVERVIEW,
	PANE_CHECKLIST,
	PANE_LAG,
	PANE_ROUTES,
	PANE_CONNECTIONS,
	PANE_DISK,
	PANE_ALERTS,
	PANE_LOGS,
	PANE_MANUAL,
	PANE_COUNT
};

struct desk;
struct past;
struct lists;
struct selecting;

struct view_ctx {
	const struct frame *frame;
	const struct ledger *ledger; /* the newest one, also while the view is frozen; NULL: the frame's */
	const struct desk *desk; /* of the triage; NULL: none */
	const struct past *past; /* of the row whose history is open; NULL: what the frame holds */
	const struct lists *lists; /* the weekly and the monthly list and the audits; NULL: none */
	const struct selecting *selecting; /* the selection; NULL: none */
	int64_t now;  /* boot ns: ages are reckoned from here */
	int64_t wall; /* ns */
	bool ascii;
	bool compact; /* in the grid: no column heads, no detail lines; a view that draws itself may leave things out */
	bool plain;   /* --plain: no borders, no graphs */
	bool idle;    /* another pane has the keys: no cursor is drawn */
};

/* What a row stands for. id is its identity ("orders/audit/events"): selection and marks follow it. */
struct view_row {
	char *id;
	size_t cluster;            /* index in the snapshot; SIZE_MAX: none */
	enum section_kind section; /* with row: the model's row; SECTION_KINDS: none */
	size_t row;
	size_t sub;                /* a partition of a lag row, a peer of a route row, an alert's or item's index */
	enum verdict verdict;
	int urgency;               /* the default order: higher first, ties by id */
	size_t folded;             /* of an alert: how many others stand folded under it */
};

struct row_list {
	struct view_row *rows; /* ids belong to the list */
	size_t n, cap;
	struct arena arena;    /* holds the ids; a zeroed list is an empty one */
};

void row_list_release(struct row_list *l);
/* Adds a row (its pointer holds until the next add): no cluster, no section, NA. */
struct view_row *row_list_add(struct row_list *l, const char *id_fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same from parts, joined with '/': quicker for lists of thousands. NULL parts are "". */
struct view_row *row_list_join(struct row_list *l, const char *a, const char *b, const char *c);

struct cell_text {
	char text[256];
	enum role role;
	bool number; /* right-aligned, never cut */
};

struct column {
	const char *key;      /* for the sort line and the palette: "lag" */
	const char *title;    /* N_() */
	int min, max;         /* cells */
	int priority;         /* 1 stays longest */
	bool right;
	void (*cell)(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out);
	/* Order by this column; NULL: by its text. Ties fall back to the id. */
	double (*number)(const struct view_ctx *ctx, const struct view_row *row);
};

/* Which row a drill-down is about: the parent's row id. */
struct view_arg {
	const char *id; /* NULL: the whole pane */
	size_t at;	/* of a view with steps: the one that is selected */
};

struct view_ops {
	enum pane_id pane;
	const char *name;   /* "lag": palette, state file */
	const char *title;  /* N_(): "LAG" */
	/* N_(): in which order the rows stand by themselves, behind "and 19 more"; "": nothing is said of it; NULL: the most
	 * urgent first. */
	const char *order;
	const struct column *columns; /* ends with a NULL key; NULL: the view draws itself */
	void (*rows)(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out);
	/* Lines about the selected row, under the table; at most `lines` of them are used, 0: none. */
	int detail_lines;
	int least_rows; /* that stay beside them on a low screen; 0: as many as usual */
	void (*detail)(const struct view_ctx *ctx, const struct view_row *row, const struct area *area);
	/* The view that Enter opens on a row; NULL: none. */
	const struct view_ops *(*drill)(const struct view_row *row);
	/* For a view that is no table. scroll counts lines. Returns the lines it has in all. */
	int (*draw)(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *area);
	bool tail; /* the end is shown first: scroll counts lines back from there */
	/* How many steps such a view has, which j and k go through; NULL: none. scroll is then counted from the step. */
	size_t (*steps)(const struct view_ctx *ctx, const struct view_arg *arg);
	/* What the arg is called in the title line; NULL: as it is. */
	void (*about)(const struct view_ctx *ctx, const struct view_arg *arg, char *out, size_t size);
	/* Stands in the title in place of the pane's verdict; NULL: that. */
	enum verdict (*verdict)(const struct view_ctx *ctx, const struct view_arg *arg);
	/* What an empty pane says: why there is nothing. */
	const char *empty; /* N_() */
	/* Follows the title: "2026-11-22"; NULL: nothing. */
	void (*title_more)(const struct view_ctx *ctx, char *out, size_t size);
	/* In the grid: a line below the rows where there is room; NULL: none. */
	void (*foot)(const struct view_ctx *ctx, const struct area *area);
	/* For the pane's title line: "offsets 3s old, every 10s"; NULL: none. */
	void (*note)(const struct view_ctx *ctx, char *out, size_t size);
	/* Keys whose actions come first in the function bar: "aA"; NULL: none. */
	const char *bar;
	/* What the help of this view says beside the keys: lines of text; NULL: nothing. */
	const char *help; /* N_() */
};

/* The pane's view; all of PANE_COUNT have one. */
extern const struct view_ops *const panes[PANE_COUNT];

enum verdict pane_verdict(const struct view_ctx *ctx, enum pane_id pane);

/* The role a verdict is painted with. */
enum role verdict_role(enum verdict v);

/* The verdict's word for the screen, translated: at most 4 cells in English. */
const char *verdict_word(enum verdict v);

/* The view that draws the past of the row's number, to be opened with the row's id;
 * NULL where the row has none. */
const struct view_ops *view_series(const struct view_row *row);

bool view_is_series(const struct view_ops *ops);
/* The name of that number in metrics.db (METRICS_KEY_SIZE); false: the row is not there. */
bool view_series_key(const struct view_ctx *ctx, const struct view_ops *ops, const char *id, char *out, size_t size);

/* A value as a cell: the number formatted by `fmt` (a function of base/fmt.h by
 * kind), dim with its age where it is not fresh, "n/a" or "?" where there is none. */
enum value_style { STYLE_COUNT, STYLE_SHORT, STYLE_BYTES, STYLE_PERCENT, STYLE_MS, STYLE_SECONDS, STYLE_RATE, STYLE_TEXT };
void cell_value(const struct view_ctx *ctx, const struct value *v, enum value_style style, struct cell_text *out);

/* A line of dots or braille of the newest samples that fit into `cells`. */
void area_spark(const struct area *a, int y, int x, int cells, const struct series_view *s);

#endif
