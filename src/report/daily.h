#ifndef MQ_REPORT_DAILY_H
#define MQ_REPORT_DAILY_H

#include "base/buf.h"
#include "store/ledger.h"

/* The daily checklist of a day that is over, from the ledger, as Markdown: what was signed with its verdict and the
 * values then, notes, and what was missed. offset_s: of the zone in which its times are said. Pure. Returns -1 when
 * out is full. *missed: how many items nobody signed. */
int report_past_day(
    const struct ledger *l, const char *day, int offset_s, struct buf *out, size_t *missed);

#endif
