#include "engine/engine.h"

#include <stdlib.h>

struct frame *frame_new(struct snapshot *snap, struct judgement *j, struct ledger *l, const char *from)
{
	struct frame *f = xcalloc(1, sizeof(*f));

	atomic_init(&f->refs, 1);
	f->snap = snap;
	f->judgement = j;
	f->ledger = l ? l : ledger_new();
	f->from = from;
	return f;
}

struct frame *frame_ref(struct frame *f)
{
	if (f)
		atomic_fetch_add(&f->refs, 1);
	return f;
}

void frame_unref(struct frame *f)
{
	if (!f || atomic_fetch_sub(&f->refs, 1) != 1)
		return;
	snapshot_unref(f->snap);
	judgement_unref(f->judgement);
	ledger_unref(f->ledger);
	if (f->dropped)
		f->dropped(f->owner);
	free(f);
}
