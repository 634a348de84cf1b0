#ifndef MQ_UI_WIDGET_TABLE_H
#define MQ_UI_WIDGET_TABLE_H

#include "base/map.h"
#include "ui/view.h"

/*
 * table: the rows of one view with the operator's sort, filter, selection and
 * marks. table_update() asks the view for its rows and is called when the frame
 * or the state changed; table_draw() only draws. UI thread.
 */
enum { TABLE_FILTER_MAX = 128 };

struct table {
	const struct view_ops *ops;
	char *arg;             /* view_arg.id, own copy; NULL */
	struct row_list rows;  /* as the view gave them */
	uint32_t *order;       /* filtered and sorted: indexes into rows */
	size_t n, order_cap;
	int sort;              /* column; -1: urgency */
	bool reverse;
	char filter[TABLE_FILTER_MAX];
	char *selected;        /* id; NULL: the first row */
	size_t at;             /* its place in order */
	size_t top;            /* first row drawn */
	size_t page;           /* rows of the last draw */
	struct map marks;      /* ids */
	bool held;             /* the order of old rows is kept: the cursor moved just now */
	int widths[16];        /* of the last draw, so that columns do not jump about */
	int widths_for;        /* the area's width they were made for */
};

enum { TABLE_COLUMNS = 16 };

void table_init(struct table *t, const struct view_ops *ops, const char *arg);
void table_release(struct table *t);

/* Rebuilds rows and order; hold keeps the known rows where they are ("sort held"). */
void table_update(struct table *t, const struct view_ctx *ctx, bool hold);
void table_draw(struct table *t, const struct view_ctx *ctx, const struct area *a);

const struct view_row *table_selected(const struct table *t); /* NULL when empty */
bool table_move(struct table *t, long by);                    /* false: nothing moved */
bool table_select(struct table *t, const char *id);           /* false: no such row shown */
void table_sort_next(struct table *t, int by);                /* < and >; wraps through urgency */
void table_mark(struct table *t);                             /* Space: marks or unmarks, goes down one */
bool table_marked(const struct table *t, const char *id);

/* Does a filter ("sub", "glob*", "!sub") let this text through? */
bool filter_match(const char *filter, const char *text);

#endif
