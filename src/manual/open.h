#ifndef MQ_MANUAL_OPEN_H
#define MQ_MANUAL_OPEN_H

#include "engine/engine.h"
#include "manual/binding.h"
#include "manual/manual.h"

/* open: from a row, an alert or the text of a page that rang to the right page of the manual. Pure. */

/* The page for a row: of the worst alert that fires for it, else of the rule that its section is most about. NULL:
 * none. *alert (may be NULL) is that alert, or NULL. */
const struct manual_page *manual_for_row(const struct manual *m, const struct frame *f, size_t cluster,
    enum section_kind section, size_t row, const struct alert **alert);

/* Judges a step's question for the binding; false: it has none. */
bool manual_evidence(const struct manual_step *s, const struct binding *b, const struct frame *f, int64_t now,
    struct query_result *out);

/* The first step whose evidence is WARN or CRIT; 0 where none is. */
size_t manual_first_step(const struct manual_page *page, const struct binding *b, const struct frame *f, int64_t now);

/* What the text of a page is about: "alertname=ConsumerLag group=billing topic=orders cluster=orders" (also as JSON
 * or in braces), or words. */
enum { OPENED_NAME = 160 };

struct opened {
	const struct alert *alert; /* NULL: no alert fits, see the row */
	size_t cluster;		   /* SIZE_MAX: neither does a row */
	enum section_kind section;
	size_t row;
	char named[OPENED_NAME];   /* the alert that the text names, where it is one of ours: the page for the row */
};
bool manual_open_text(const struct frame *f, const char *text, struct opened *out);

/* What to search the manual for where nothing fits: the alert's name, else the words without their labels. */
void manual_open_plain(const char *text, char *out, size_t size);

#endif
