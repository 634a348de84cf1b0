#ifndef MQ_UI_HANDOVER_H
#define MQ_UI_HANDOVER_H

#include "shift/handover.h"
#include "ui/ui.h"

/* handover: the report of the shift on the screen: as it stands now, handed in, confirmed by whoever takes over. */

/* The report as it stands now, without a record of its own; handover_release() afterwards. weekly: as it was judged last;
 * NULL: it was not. */
void handover_now(struct handover *h, const struct view_ctx *ctx, const struct record *by);

void handover_show(struct ui *ui);
void handover_keep(struct ui *ui, int64_t now);
/* said NULL: asks for the text. */
void handover_read_back(struct ui *ui, const char *said, int64_t now);

#endif
