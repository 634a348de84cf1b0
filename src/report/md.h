#ifndef MQ_REPORT_MD_H
#define MQ_REPORT_MD_H

#include "base/buf.h"

/* Markdown for reports. Texts may be foreign bytes: what would harm a terminal becomes '?', what means something in
 * Markdown or HTML is escaped, and line breaks become blanks, so that a name stays what it is. Pure; any thread. */

/* A text within a line or a cell of a table; NULL is "-". */
int md_text(struct buf *out, const char *s);
/* The same between back-ticks. */
int md_code(struct buf *out, const char *s);

#endif
