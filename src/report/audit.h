#ifndef MQ_REPORT_AUDIT_H
#define MQ_REPORT_AUDIT_H

#include "audit/audit.h"
#include "base/buf.h"

/* An audit as "text", "json", "markdown" or "junit" (XML). -1 when out is full or there is no such format. Pure. */
int audit_write(const struct audit_report *r, const struct frame *f, const char *format, int64_t wall, struct buf *out);

#endif
