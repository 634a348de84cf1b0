#ifndef MQ_WIRE_OVERLAY_H
#define MQ_WIRE_OVERLAY_H

#include "engine/engine.h"

/*
 * Inside src/wire: what this viewer handed in and no engine has shown as kept yet. It
 * stands in every frame as saving, and is handed in again wherever the viewer goes.
 */
enum { OVERLAY_MOST = 1000 };

struct overlay {
	struct ledger *mine; /* NULL: nothing */
	char trouble[256];   /* why one was refused */
};

void overlay_release(struct overlay *o);
/* References r. -1: too many wait. */
int overlay_add(struct overlay *o, struct record *r);
/* The engine does not take it. */
void overlay_refuse(struct overlay *o, const char *id, const char *why);
/* Drops what the frame shows as kept. */
void overlay_settle(struct overlay *o, const struct frame *f);
/* The frame with what it lacks; takes the reference, gives one. */
struct frame *overlay_frame(const struct overlay *o, struct frame *f);

#endif
