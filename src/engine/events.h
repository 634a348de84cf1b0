#ifndef MQ_ENGINE_EVENTS_H
#define MQ_ENGINE_EVENTS_H

#include "model/model.h"
#include "store/ledger.h"

/*
 * Inside src/engine: what operators said happened (`mqduty event`) stands among what the
 * sources saw. One thread.
 */
struct events {
	struct section *seen;	/* of the model, the last time */
	struct section *merged;
	size_t said;		/* how many records were in it */
	char last_id[RECORD_ID_SIZE];
};

void events_release(struct events *e);

/* Puts the ledger's RECORD_EVENTs into the snapshot, which nobody else has seen yet. The section stays the same object
 * as long as nothing new happens. */
void events_merge(struct events *e, struct snapshot *s, const struct ledger *l);

#endif
