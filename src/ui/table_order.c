/* The order of a table's rows: filter, sort, hold, selection by identity. */
#include "ui/widget_table.h"

#include "base/i18n.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void table_init(struct table *t, const struct view_ops *ops, const char *arg)
{
	*t = (struct table){.ops = ops, .sort = -1};
	t->arg = arg ? xstrdup(arg) : NULL;
	map_init(&t->marks);
}

void table_release(struct table *t)
{
	row_list_release(&t->rows);
	map_release(&t->marks);
	free(t->arg);
	free(t->order);
	free(t->selected);
	free(t->cells);
	*t = (struct table){0};
}

static bool row_passes(const struct table *t, const struct view_ctx *ctx, const struct filter *f,
    const struct view_row *row)
{
	bool hit = filter_hit(f, row->id) || filter_hit(f, verdict_short(row->verdict));

	for (const struct column *c = t->ops->columns; !hit && c->key; c++) {
		struct cell_text text;

		if (c->right)
			continue;
		text.text[0] = '\0';
		c->cell(ctx, row, &text);
		hit = filter_hit(f, text.text);
	}
	return hit != f->inverse;
}

static void apply_filter(struct table *t, const struct view_ctx *ctx)
{
	struct filter f;
	size_t n = 0;

	if (!t->filter[0])
		return;
	filter_parse(&f, t->filter);
	for (size_t i = 0; i < t->n; i++) {
		if (row_passes(t, ctx, &f, &t->rows.rows[t->order[i]]))
			t->order[n++] = t->order[i];
	}
	t->n = n;
}

struct sort_key {
	double number; /* ascending */
	const char *text, *id;
	uint32_t row;
};

static int compare_keys(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;
	int by_text;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->text && (by_text = strcmp(a->text, b->text)))
		return by_text;
	return strcmp(a->id, b->id);
}

static int compare_reverse(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;
	int by_text;

	if (a->number != b->number)
		return a->number > b->number ? -1 : 1;
	if (a->text && (by_text = strcmp(b->text, a->text)))
		return by_text;
	return strcmp(a->id, b->id);
}

/* Numbers come greatest first, texts from a to z; what is not known comes last. */
static struct sort_key key_of(
    const struct table *t, const struct view_ctx *ctx, uint32_t i, struct arena *texts)
{
	const struct view_row *row = &t->rows.rows[i];
	const struct column *c = t->sort < 0 ? NULL : &t->ops->columns[t->sort];
	struct sort_key key = {.id = row->id, .row = i};
	struct cell_text text;

	if (!c) {
		key.number = -(double)row->urgency;
	} else if (c->number) {
		key.number = -c->number(ctx, row);
		if (isnan(key.number))
			key.number = INFINITY;
	} else {
		text.text[0] = '\0';
		c->cell(ctx, row, &text);
		key.text = arena_strdup(texts, text.text);
	}
	return key;
}

static void apply_sort(struct table *t, const struct view_ctx *ctx)
{
	int (*compare)(const void *, const void *) = t->reverse ? compare_reverse : compare_keys;
	struct sort_key *keys = xcalloc(t->n, sizeof(*keys));
	struct arena texts;
	bool sorted = true;

	arena_init(&texts);
	for (size_t i = 0; i < t->n; i++) {
		keys[i] = key_of(t, ctx, t->order[i], &texts);
		sorted = sorted && (!i || compare(&keys[i - 1], &keys[i]) <= 0);
	}
	if (!sorted) {
		qsort(keys, t->n, sizeof(*keys), compare);
		for (size_t i = 0; i < t->n; i++)
			t->order[i] = keys[i].row;
	}
	arena_release(&texts);
	free(keys);
}

static bool same_ids(const struct row_list *a, const struct row_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->rows[i].id, b->rows[i].id))
			return false;
	}
	return true;
}

/* Old rows first, as they stood; what is new follows. */
static void keep_order(struct table *t, const struct row_list *old)
{
	uint32_t *order = xcalloc(t->rows.n, sizeof(*order));
	char *taken = xcalloc(t->rows.n, 1);
	struct map index;
	size_t n = 0;

	map_init(&index);
	for (size_t i = 0; i < t->rows.n; i++)
		map_put(&index, t->rows.rows[i].id, &t->rows.rows[i]);
	for (size_t i = 0; i < t->n; i++) {
		struct view_row *row = map_get(&index, old->rows[t->order[i]].id);
		size_t at = row ? (size_t)(row - t->rows.rows) : 0;

		if (row && !taken[at]) {
			taken[at] = 1;
			order[n++] = (uint32_t)at;
		}
	}
	for (size_t i = 0; i < t->rows.n; i++) {
		if (!taken[i])
			order[n++] = (uint32_t)i;
	}
	map_release(&index);
	free(taken);
	free(t->order);
	t->order = order;
	t->order_cap = t->rows.n;
	t->n = n;
}

static void find_selected(struct table *t)
{
	if (!t->n || !t->selected) {
		t->at = 0;
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		/* From where it stood, outwards: it is almost always there. */
		size_t k = (t->at + i) % t->n;

		if (!strcmp(t->rows.rows[t->order[k]].id, t->selected)) {
			t->at = k;
			return;
		}
	}
	/* It is gone: its neighbour takes its place. */
	if (t->at >= t->n)
		t->at = t->n - 1;
	free(t->selected);
	t->selected = xstrdup(t->rows.rows[t->order[t->at]].id);
}

void table_update(struct table *t, const struct view_ctx *ctx, bool hold)
{
	struct view_arg arg = {.id = t->arg};
	struct row_list old = t->rows;
	bool same, unfiltered = t->n == old.n;

	hold = hold && old.n;
	t->rows = (struct row_list){0};
	t->ops->rows(ctx, t->arg ? &arg : NULL, &t->rows);
	same = unfiltered && same_ids(&old, &t->rows);
	if (hold && !same) {
		keep_order(t, &old);
	} else if (!same) {
		array_reserve(&t->order, &t->order_cap, t->rows.n, sizeof(*t->order));
		for (size_t i = 0; i < t->rows.n; i++)
			t->order[i] = (uint32_t)i;
		t->n = t->rows.n;
	}
	row_list_release(&old);
	apply_filter(t, ctx);
	if (!hold)
		apply_sort(t, ctx);
	find_selected(t);
}

const struct view_row *table_selected(const struct table *t)
{
	return t->n ? &t->rows.rows[t->order[t->at]] : NULL;
}

static void select_at(struct table *t, size_t at)
{
	t->at = at;
	free(t->selected);
	t->selected = xstrdup(t->rows.rows[t->order[at]].id);
}

bool table_move(struct table *t, long by)
{
	size_t to = t->at, before = t->at;

	if (!t->n)
		return false;
	if (by < 0)
		to = (size_t)-by > to ? 0 : to - (size_t)-by;
	else
		to = (size_t)by > t->n - 1 - to ? t->n - 1 : to + (size_t)by;
	select_at(t, to);
	return to != before;
}

bool table_select(struct table *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!strcmp(t->rows.rows[t->order[i]].id, id)) {
			select_at(t, i);
			return true;
		}
	}
	return false;
}

static int column_count(const struct table *t)
{
	int n = 0;

	while (t->ops->columns[n].key)
		n++;
	return n;
}

void table_sort_next(struct table *t, int by)
{
	int places = column_count(t) + 1; /* the columns, and urgency before them */

	t->sort = (t->sort + 1 + places + by) % places - 1;
	t->reverse = false;
}

bool table_sort_by(struct table *t, const char *key)
{
	if (!strcmp(key, "urgency")) {
		t->sort = -1;
		return true;
	}
	for (int i = 0; t->ops->columns[i].key; i++) {
		if (!strcmp(t->ops->columns[i].key, key)) {
			t->sort = i;
			return true;
		}
	}
	return false;
}

const char *table_sort_key(const struct table *t)
{
	return t->sort < 0 ? "urgency" : t->ops->columns[t->sort].key;
}

const char *table_sort_title(const struct table *t)
{
	return t->sort < 0 ? NULL : _(t->ops->columns[t->sort].title);
}

void table_mark(struct table *t)
{
	const struct view_row *row = table_selected(t);

	if (!row)
		return;
	if (!map_del(&t->marks, row->id))
		map_put(&t->marks, row->id, t);
	table_move(t, 1);
}
