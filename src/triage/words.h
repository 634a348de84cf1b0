#ifndef MQ_TRIAGE_WORDS_H
#define MQ_TRIAGE_WORDS_H

#include "triage/incident.h"

/*
 * words: an incident's timeline as lines, for the screen and for the report. Pure. Texts are what operators and
 * brokers said: each sink sanitises them.
 */
struct moment {
	int64_t wall;
	const char *what;  /* "confirm", "note", "detected", ...: translated where it is ours */
	char text[768];
	const char *user;  /* NULL: nobody, it follows from something */
	enum keep keep;
	size_t order; /* of what happened at the same time */
	const struct incident_entry *entry; /* NULL: a mark, or the opening */
};

struct timeline {
	struct moment *list; /* by time */
	size_t n;
};

void timeline_make(struct timeline *t, const struct incident *inc);
void timeline_release(struct timeline *t);

/* A word of the records ("resolved", "ruled-out") in the language of the messages; itself where it is none of them. */
const char *incident_word(const char *name);

/* What of the cluster it is about; "": all of it. */
const char *incident_entity(const struct incident *inc);
/* "GroupStalled orders audit>events", what the incident is about. Returns out. */
char *incident_about(const struct incident *inc, char *out, size_t size);

#endif
