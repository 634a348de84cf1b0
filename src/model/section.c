#include "model/section.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

struct section *section_new(enum section_kind kind)
{
	struct section *s = xcalloc(1, sizeof(*s));

	s->kind = kind;
	atomic_init(&s->refs, 1);
	arena_init(&s->arena);
	return s;
}

struct section *section_ref(struct section *s)
{
	if (s)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

/* Rows own their series views; everything else is the arena's. */
static void release_row(const struct row_type *type, char *row)
{
	for (const struct field *f = type->fields; f->name; f++)
		if (f->type == FIELD_SERIES)
			series_view_unref(*(struct series_view **)(row + f->offset));
}

void section_unref(struct section *s)
{
	const struct row_type *type;

	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	type = &row_types[s->kind];
	for (size_t i = 0; i < s->n; i++)
		release_row(type, (char *)s->rows + i * type->size);
	free(s->rows);
	arena_release(&s->arena);
	free(s);
}

void *section_add(struct section *s)
{
	size_t size = row_types[s->kind].size;
	char *row;

	array_reserve(&s->rows, &s->cap, s->n + 1, size);
	row = (char *)s->rows + s->n++ * size;
	memset(row, 0, size);
	return row;
}

void *section_row(const struct section *s, size_t i)
{
	if (i >= s->n)
		BUG("row %zu of %zu in section %s", i, s->n, row_types[s->kind].name);
	return (char *)s->rows + i * row_types[s->kind].size;
}

size_t section_count(const struct section *s)
{
	return s ? s->n : 0;
}
