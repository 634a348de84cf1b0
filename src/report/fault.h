#ifndef MQ_REPORT_FAULT_H
#define MQ_REPORT_FAULT_H

#include "manual/manual.h"

/* Pages of the fault manual for a reader without a screen. */

/* All pages, one a line: the id first, then the title. */
void fault_list(const struct manual *m, struct buf *out);

/* One page as text. */
void fault_text(const struct manual_page *page, struct buf *out);

#endif
