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

struct ledger *ledger_copy(const struct ledger *l)
{
	return copy(l, 1);
}

struct ledger_line *ledger_find(const struct ledger *l, const char *id)
{
	for (size_t i = l->n; i-- > 0;)
		if (!strcmp(l->lines[i].record->id, id))
			return &l->lines[i];
	return NULL;
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

	if (!ledger_find(c, r->id))
		ledger_add(c, r, keep);
	return c;
}

struct ledger *ledger_kept(const struct ledger *l, const char *id, enum keep keep)
{
	struct ledger *c = copy(l, 0);
	struct ledger_line *line = ledger_find(c, id);

	if (line)
		ledger_mark(c, (size_t)(line - c->lines), keep);
	return c;
}

static bool incident_is_open(const struct ledger *l, const char *subject)
{
	const struct record *opened = ledger_newest(l, RECORD_INCIDENT, NULL, NULL, subject);

	return opened && !ledger_newest(l, RECORD_INCIDENT_CLOSE, NULL, NULL, subject);
}

static bool is_needed(const struct ledger *l, const struct ledger_line *line, int64_t wall)
{
	const struct record *r = line->record;

	if (line->keep != KEEP_KEPT || r->until > wall)
		return true;
	switch (r->kind) {
	case RECORD_ACK:
	case RECORD_UNACK:
	case RECORD_ANSWER:
	case RECORD_BASELINE:
	case RECORD_PLAN:
	case RECORD_SELECTION:
		return ledger_newest(l, r->kind, r->cluster ? r->cluster : "", r->entity ? r->entity : "",
			   r->subject ? r->subject : "") == r;
	case RECORD_INCIDENT:
	case RECORD_ENTRY:
	case RECORD_PEN:
		return r->subject && incident_is_open(l, r->subject);
	case RECORD_INCIDENT_CLOSE:
		return r->drill && r->wall > wall - LEDGER_DRILLS;
	case RECORD_SIGN:
	case RECORD_EVIDENCE:
		return r->wall > wall - LEDGER_CHECKLISTS;
	case RECORD_NOTE:
		return r->wall > wall - LEDGER_CHECKLISTS || (r->subject && incident_is_open(l, r->subject));
	default:
		return false;
	}
}

struct ledger *ledger_trimmed(const struct ledger *l, size_t most, int64_t wall)
{
	struct ledger *c;

	if (l->n < 2 * most)
		return NULL;
	c = ledger_new();
	memcpy(c->trouble, l->trouble, sizeof(c->trouble));
	for (size_t i = 0; i < l->n; i++)
		if (i + most >= l->n || is_needed(l, &l->lines[i], wall))
			ledger_add(c, l->lines[i].record, l->lines[i].keep);
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
