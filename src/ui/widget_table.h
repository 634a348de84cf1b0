#ifndef MQ_UI_WIDGET_TABLE_H
#define MQ_UI_WIDGET_TABLE_H

#include "base/map.h"
#include "ui/filter.h"
#include "ui/view.h"

/*
 * table: the rows of one view with the operator's sort, filter, selection and
 * marks. table_update() asks the view for its rows and is called when the frame
 * or the state changed; table_draw() only draws. UI thread.
 */
enum { TABLE_COLUMNS = 16 };

struct table {
	const struct view_ops *ops;
	char *arg;            /* view_arg.id, own copy; NULL */
	struct row_list rows; /* as the view gave them */
	uint32_t *order;      /* filtered and sorted: indexes into rows */
	size_t n, order_cap;
	int sort;             /* column; -1: urgency */
	bool reverse;
	char filter[FILTER_MAX];
	char *selected;       /* id; NULL: whatever stands first */
	size_t at;            /* its place in order */
	size_t top;           /* first row drawn */
	size_t page;          /* rows of the last draw */
	struct map marks;     /* ids */
	int widths[TABLE_COLUMNS]; /* of the last draw, so that columns do not jump about */
	int widths_for;            /* the width of the area they were made for */
	struct cell_text *cells;   /* scratch of table_draw() */
	size_t cells_cap;
};

void table_init(struct table *t, const struct view_ops *ops, const char *arg);
void table_release(struct table *t);

/* Rebuilds rows and order; hold keeps the rows that were there where they are,
 * new ones come after them ("sort held"). */
void table_update(struct table *t, const struct view_ctx *ctx, bool hold);
void table_draw(struct table *t, const struct view_ctx *ctx, const struct area *a);

const struct view_row *table_selected(const struct table *t); /* NULL when empty */
bool table_move(struct table *t, long by);                    /* false: nothing moved */
bool table_select(struct table *t, const char *id);           /* false: no such row shown */

/* < and >: the next column to sort by, through urgency; the caller updates. */
void table_sort_next(struct table *t, int by);
bool table_sort_by(struct table *t, const char *key); /* "urgency" or a column's key; false: no such */
const char *table_sort_key(const struct table *t);
const char *table_sort_title(const struct table *t); /* translated; NULL: urgency */

void table_mark(struct table *t); /* Space: marks or unmarks the row, goes down one */

/* Of table_draw(), for the tests: how wide each column becomes, 0 for those that
 * are left out. need: the widest of head and cells, fixed: holds numbers. */
void table_fit(const struct column *columns, size_t n, const int *need, const bool *fixed, int width, int *out);

#endif
