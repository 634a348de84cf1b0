#ifndef MQ_UI_CHROME_H
#define MQ_UI_CHROME_H

#include "ui/view.h"

/*
 * chrome: what stands around the panes: header, strip, alert line, function bar,
 * banner, pane titles, the grid and the tiny screen. Pure functions that draw on
 * an area; each takes the first line of it unless it says otherwise. All state
 * that is not in the frame comes in by argument.
 */

/* "mqduty PROD bastion-2  3/3 live  CRIT 4 WARN 1 UNKN 1 ack 1  03:04:31Z 11:04 +08".
 * frozen_ns: for how long the view has been frozen; 0: it is live. */
void chrome_header(const struct view_ctx *ctx, const struct area *a, int64_t frozen_ns);

/* "1ov CRIT 2chk CRIT 3lag CRIT ...": the state of every pane. */
void chrome_strip(const struct view_ctx *ctx, const struct area *a, enum pane_id current);

/* "CRIT 1/4 GroupStalled orders audit>events 25m  +1 NEW   e next m manual".
 * at: which of the alerts that are shown (see alert_shown()), counted from 0, wraps round;
 * fresh: how many critical ones are new since the operator last pressed a key. */
void chrome_alert(const struct view_ctx *ctx, const struct area *a, size_t at, size_t fresh);

/* Alerts that alert line, counts and the alerts pane count: firing, most urgent first.
 * Returns how many there are; sets *alert to the at-th, or NULL. */
size_t chrome_firing(const struct view_ctx *ctx, size_t at, const struct alert **alert);

/* How many events there were in the last 15 minutes. */
size_t chrome_recent_events(const struct view_ctx *ctx);

/* "? help  / filter  Enter partitions": what does not fit is left out whole. */
struct key_hint {
	const char *key;   /* as it stands on the keyboard */
	const char *label; /* already translated */
};
void chrome_functions(const struct area *a, const struct key_hint *hints, size_t n);

/* What the banner says: the judgement's, else the feed's trouble (NULL: none), else what the engine cannot keep;
 * NULL: nothing. */
const char *chrome_trouble(const struct frame *f, const char *trouble);

/* One line over the whole width: chrome_trouble(). Returns false, and draws nothing, when there is neither. */
bool chrome_banner(const struct view_ctx *ctx, const struct area *a, const char *trouble);

/* "3 LAG all clusters  sort urgency  filter -   214 rows  offsets 3s old, every 10s" */
struct pane_heading {
	const struct view_arg *arg; /* of a drill-down, or NULL */
	const char *sort;           /* title of the column, translated; NULL: by urgency */
	bool reversed;
	const char *filter;         /* NULL or "": none */
	enum verdict verdict;
	size_t rows, shown;         /* all of them, and after the filter */
	bool focused;
};
void chrome_title(const struct view_ctx *ctx, const struct area *a, const struct view_ops *ops,
		  const struct pane_heading *h);

/* How a grid of >= 120x35 is cut. Each cell's first line is its title
 * (chrome_grid_title), the rest is the view's. Returns how many there are; 0 when the
 * area is too small for a grid. */
struct grid_cell {
	enum pane_id pane;
	int y, x, height, width;
};
enum { GRID_CELLS_MAX = PANE_COUNT };
size_t chrome_grid(int height, int width, struct grid_cell cells[GRID_CELLS_MAX]);

/* "3 LAG ----------------- CRIT" */
void chrome_grid_title(const struct view_ctx *ctx, const struct area *a, const struct view_ops *ops,
		       const struct pane_heading *h);

/* Screens below 40x10, whole: a line per cluster, worst first, and the worst alert
 * on the last line. */
void chrome_tiny(const struct view_ctx *ctx, const struct area *a, int64_t frozen_ns);

#endif
