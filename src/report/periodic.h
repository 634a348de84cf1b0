#ifndef MQ_REPORT_PERIODIC_H
#define MQ_REPORT_PERIODIC_H

#include "audit/periodic.h"
#include "base/buf.h"

/* The weekly or monthly list as "text", "json" or "markdown". -1 when out is full or there is no such format. Pure. */
int periodic_write(const struct periodic_report *r, const char *format, int64_t wall, struct buf *out);

#endif
