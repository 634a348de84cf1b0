#ifndef MQ_RULES_RESTART_H
#define MQ_RULES_RESTART_H

#include "model/model.h"

/*
 * restart: may this broker go down now? Answered from the snapshot alone. Pure; any thread.
 */
enum may { MAY_UNKNOWN, MAY_YES, MAY_NO };

enum { MAY_WHY_MAX = 360, RESTART_FACTS_MAX = 6 };

/* One thing that was looked at. */
struct restart_fact {
	enum may may;
	char text[MAY_WHY_MAX]; /* a sentence without its full stop, sanitised */
};

struct restart {
	enum may may; /* NO where any fact says so, else UNKNOWN where one is, else YES */
	char why[MAY_WHY_MAX]; /* the first fact that decides */
	struct restart_fact facts[RESTART_FACTS_MAX]; /* those that say NO first, then UNKNOWN, then YES */
	size_t n_facts;
};

/* Looks at the broker of that id, name or address in this cluster of the snapshot, at `now` (boot ns). A broker that
 * is down already may stay down; one that is not known is UNKNOWN. */
void restart_check(const struct snapshot *snap, size_t cluster, const char *broker, int64_t now, struct restart *out);

/* "YES", "NO", "UNKNOWN", translated. */
const char *may_word(enum may m);

#endif
