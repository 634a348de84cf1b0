#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

struct ledger *ledger_new(void)
{
	struct ledger *l = xcalloc(1, sizeof(*l));

	atomic_init(&l->refs, 1);
	return l;
}

struct ledger *ledger_ref(struct ledger *l)
{
	if (l)
		atomic_fetch_add(&l->refs, 1);
	return l;
}

void ledger_unref(struct ledger *l)
{
	if (!l || atomic_fetch_sub(&l->refs, 1) != 1)
		return;
	for (size_t i = 0; i < l->n; i++)
		record_unref(l->lines[i].record);
	free(l->lines);
	free(l);
}

static struct ledger *copy(const struct ledger *l, size_t more)
{
	struct ledger *c = ledger_new();

	array_reserve(&c->lines, &c->cap, l->n + more + 1, sizeof(*c->lines));
	c->n = l->n;
	c->saving = l->saving;
	c->failed = l->failed;
	memcpy(c->trouble, l->trouble, sizeof(c->trouble));
	for (size_t i = 0; i < l->n; i++) {
		c->lines[i] = l->lines[i];
		record_ref(c->lines[i].record);
	}
	return c;
}

void ledger_add(struct ledger *l, struct record *r, enum keep keep)
{
	array_reserve(&l->lines, &l->cap, l->n + 1, sizeof(*l->lines));
	l->lines[l->n++] = (struct ledger_line){record_ref(r), keep};
	l->saving += keep == KEEP_SAVING;
	l->failed += keep == KEEP_FAILED;
}

void ledger_mark(struct ledger *l, size_t i, enum keep keep)
{
	struct ledger_line *line = &l->lines[i];

	l->saving -= line->keep == KEEP_SAVING;
	l->failed -= line->keep == KEEP_FAILED;
	line->keep = keep;
	l->saving += keep == KEEP_SAVING;
	l->failed += keep == KEEP_FAILED;
}

struct ledger *ledger_with(const struct ledger *l, struct record *r, enum keep keep)
{
	struct ledger *c = copy(l, 1);
	size_t i = 0;

	while (i < c->n && strcmp(c->lines[i].record->id, r->id) != 0)
		i++;
	if (i == c->n)
		ledger_add(c, r, keep);
	return c;
}

struct ledger *ledger_kept(const struct ledger *l, const char *id, enum keep keep)
{
	struct ledger *c = copy(l, 0);

	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->lines[i].record->id, id))
			ledger_mark(c, i, keep);
	return c;
}

static int matches(const char *want, const char *have)
{
	return !want || !strcmp(want, have ? have : "");
}

const struct record *ledger_newest(const struct ledger *l, enum record_kind kind, const char *cluster,
    const char *entity, const char *subject)
{
	for (size_t i = l ? l->n : 0; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (r->kind == kind && matches(cluster, r->cluster) && matches(entity, r->entity) &&
		    matches(subject, r->subject))
			return r;
	}
	return NULL;
}
