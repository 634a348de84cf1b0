#ifndef MQ_REPORT_RESTART_H
#define MQ_REPORT_RESTART_H

#include "base/buf.h"
#include "base/err.h"
#include "model/model.h"

/* `mqduty check restart CLUSTER/BROKER`: may that broker go down now? Writes the answer with everything that was looked
 * at, and returns the exit code: 0 yes, 2 NO, 3 UNKNOWN. -1 with err: there is no such broker. A broker's name alone will do
 * where no other cluster has it. */
int restart_report(const struct snapshot *snap, const char *subject, int64_t now, struct buf *out, struct err *err);

#endif
