#include "ui/view.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 1024 };

void row_list_release(struct row_list *l)
{
	free(l->rows);
	arena_release(&l->arena);
	*l = (struct row_list){0};
}

static struct view_row *add(struct row_list *l, char *id)
{
	struct view_row *row;

	array_reserve(&l->rows, &l->cap, l->n + 1, sizeof(*l->rows));
	row = &l->rows[l->n++];
	*row = (struct view_row){.id = id,
	    .cluster = SIZE_MAX,
	    .section = SECTION_KINDS,
	    .row = SIZE_MAX,
	    .sub = SIZE_MAX};
	row->verdict = VERDICT_NA;
	return row;
}

struct view_row *row_list_add(struct row_list *l, const char *id_fmt, ...)
{
	char id[ID_MAX];
	va_list ap;

	va_start(ap, id_fmt);
	vsnprintf(id, sizeof(id), id_fmt, ap);
	va_end(ap);
	return add(l, arena_strdup(&l->arena, id));
}

struct view_row *row_list_join(struct row_list *l, const char *a, const char *b, const char *c)
{
	const char *part[] = {a, b, c};
	size_t len[3], at = 0;
	char *id;

	for (size_t i = 0; i < 3; i++)
		len[i] = part[i] ? strnlen(part[i], ID_MAX / 3) : 0;
	id = arena_alloc(&l->arena, len[0] + len[1] + len[2] + 3);
	for (size_t i = 0; i < 3; i++) {
		if (i)
			id[at++] = '/';
		if (len[i])
			memcpy(id + at, part[i], len[i]);
		at += len[i];
	}
	id[at] = '\0';
	return add(l, id);
}
