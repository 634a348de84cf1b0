#include "wire/overlay.h"

#include <stdio.h>

void overlay_release(struct overlay *o)
{
	ledger_unref(o->mine);
	*o = (struct overlay){0};
}

int overlay_add(struct overlay *o, struct record *r)
{
	if (!o->mine)
		o->mine = ledger_new();
	if (o->mine->n >= OVERLAY_MOST)
		return -1;
	if (!ledger_find(o->mine, r->id))
		ledger_add(o->mine, r, KEEP_SAVING);
	o->trouble[0] = '\0';
	return 0;
}

void overlay_refuse(struct overlay *o, const char *id, const char *why)
{
	struct ledger_line *line = o->mine ? ledger_find(o->mine, id) : NULL;

	if (!line)
		return;
	ledger_mark(o->mine, (size_t)(line - o->mine->lines), KEEP_FAILED);
	snprintf(o->trouble, sizeof(o->trouble), "%s", why);
}

void overlay_settle(struct overlay *o, const struct frame *f)
{
	struct ledger *rest;

	if (!o->mine)
		return;
	rest = ledger_new();
	for (size_t i = 0; i < o->mine->n; i++) {
		const struct ledger_line *mine = &o->mine->lines[i], *theirs = ledger_find(f->ledger, mine->record->id);

		if (!theirs || theirs->keep != KEEP_KEPT)
			ledger_add(rest, mine->record, mine->keep);
	}
	ledger_unref(o->mine);
	o->mine = rest->n ? rest : NULL;
	if (!rest->n)
		ledger_unref(rest);
}

static void drop_frame(void *frame)
{
	frame_unref(frame);
}

struct frame *overlay_frame(const struct overlay *o, struct frame *f)
{
	struct frame *with;
	struct ledger *l = NULL;

	for (size_t i = 0; o->mine && i < o->mine->n; i++) {
		const struct ledger_line *mine = &o->mine->lines[i];

		if (ledger_find(f->ledger, mine->record->id))
			continue;
		if (!l)
			l = ledger_copy(f->ledger);
		ledger_add(l, mine->record, mine->keep);
	}
	if (!l)
		return f;
	if (o->trouble[0])
		snprintf(l->trouble, sizeof(l->trouble), "%s", o->trouble);
	with = frame_new(snapshot_ref(f->snap), judgement_ref(f->judgement), l, f->from);
	/* What the frame points into lives as long as the frame. */
	with->owner = f;
	with->dropped = drop_frame;
	return with;
}
