#include "config/config.h"
#include "config/load.h"

#include "base/i18n.h"

#include <stdlib.h>

enum { MOST_ERRORS = 200 };

bool config_errors_full(const struct config_errors *e)
{
	return e->n >= MOST_ERRORS;
}

void config_errors_add(
    struct config_errors *e, int line, int column, bool warning, const char *text)
{
	if (config_errors_full(e))
		return;
	array_reserve(&e->list, &e->cap, e->n + 1, sizeof(*e->list));
	e->list[e->n++] = (struct config_error){
	    .line = line, .column = column, .text = xstrdup(text), .warning = warning};
}

static bool after(const struct config_error *a, const struct config_error *b)
{
	return a->line > b->line || (a->line == b->line && a->column > b->column);
}

/* Stable, so that what was found first at one place stays first; the list is short. */
void config_errors_sort(struct config_errors *e)
{
	for (size_t i = 1; i < e->n; i++) {
		struct config_error x = e->list[i];
		size_t j = i;

		for (; j && after(&e->list[j - 1], &x); j--)
			e->list[j] = e->list[j - 1];
		e->list[j] = x;
	}
}

size_t config_errors_count(const struct config_errors *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += !e->list[i].warning;
	return n;
}

void config_errors_print(const struct config_errors *e, const char *name, struct buf *out)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct config_error *x = &e->list[i];

		if (x->line)
			buf_addf(out, "%s:%d:%d: ", name, x->line, x->column);
		else
			buf_addf(out, "%s: ", name);
		buf_addf(out, "%s%s\n", x->warning ? _("warning: ") : "", x->text);
	}
}

void config_errors_release(struct config_errors *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->list[i].text);
	free(e->list);
	*e = (struct config_errors){0};
}
