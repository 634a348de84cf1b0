#ifndef MQ_MANUAL_PRECHECK_H
#define MQ_MANUAL_PRECHECK_H

#include "manual/binding.h"
#include "manual/manual.h"
#include "rules/restart.h"

/* Whether a step that can do harm may be taken now, from the snapshot alone. Pure; any thread. */
struct precheck {
	enum may may;
	char question[160];	/* "May broker-2 go down now?", sanitised */
	char why[MAY_WHY_MAX];	/* a sentence without its full stop, sanitised */
};

/* p is not PRECHECK_NONE. */
void precheck_eval(enum manual_precheck p, const struct binding *b, const struct snapshot *snap, int64_t now,
    struct precheck *out);

/* "May broker-2 go down now? NO: 3 partitions would lose ...". Returns out. */
char *precheck_say(const struct precheck *p, char *out, size_t size);

#endif
