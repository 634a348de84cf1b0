/* A report as it was handed over: read back from the digest that was kept. */
#include "shift/handover.h"

#include "base/i18n.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Bounded: the digest is a file's, and somebody may have written it otherwise. */
enum { ROWS_MOST = 200 };

static bool read_verdict(const char *name, enum verdict *out)
{
	for (int v = 0; name && v <= VERDICT_CRIT; v++)
		if (!strcmp(verdict_name((enum verdict)v), name)) {
			*out = (enum verdict)v;
			return true;
		}
	return false;
}

static void read_table(struct handover *h, struct handover_table *t, const json_t *o)
{
	json_t *rows = json_object_get(o, "rows");
	json_int_t total = json_integer_value(json_object_get(o, "total"));
	size_t n = json_array_size(rows);

	t->total = total > 0 ? (size_t)total : 0;
	t->note = arena_strdup(&h->arena, json_string_value(json_object_get(o, "note")));
	n = n < ROWS_MOST ? n : ROWS_MOST;
	t->rows = xcalloc(n + 1, sizeof(*t->rows));
	for (; t->n < n; t->n++)
		for (size_t c = 0; c < HANDOVER_COLUMNS && t->kind->columns[c].key; c++)
			t->rows[t->n].cells[c] = arena_strdup(&h->arena,
			    json_string_value(json_object_get(json_array_get(rows, t->n), t->kind->columns[c].key)));
	if (t->total < t->n)
		t->total = t->n;
}

int handover_read(struct handover *h, const struct record *report)
{
	json_t *root = report->data ? json_loads(report->data, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const char *schema = json_string_value(json_object_get(root, "schema"));
	bool ours = schema && !strcmp(schema, "mqduty-handover/1");

	*h = (struct handover){.wall = report->wall, .user = report->user, .from = report->from};
	arena_init(&h->arena);
	ours = ours && read_verdict(json_string_value(json_object_get(root, "verdict")), &h->verdict);
	for (size_t i = 0; i < HANDOVER_TABLES; i++) {
		h->tables[i].kind = &handover_kinds[i];
		if (ours)
			read_table(h, &h->tables[i], json_object_get(root, handover_kinds[i].key));
	}
	json_decref(root);
	return ours ? 0 : -1;
}
