#ifndef MQ_REPORT_PLAN_INT_H
#define MQ_REPORT_PLAN_INT_H

#include "report/plan.h"

/* Between plan.c and plan_parts.c. */

/* The text of a part of the template, Markdown; false: nothing is known, and nothing was written. */
bool plan_write_part(const struct plan_of *of, const char *id, struct buf *out);

#endif
