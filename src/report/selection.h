#ifndef MQ_REPORT_SELECTION_H
#define MQ_REPORT_SELECTION_H

#include "base/buf.h"
#include "select/select.h"

#include <stdint.h>

/* A decided selection as "text", "json" or "markdown" (a decision record, whose assumptions are the answers that a live
 * cluster can be held to). -1 when out is full or there is no such format. Pure. */
int selection_report(const struct selection *s, const char *format, int64_t wall, struct buf *out);

#endif
