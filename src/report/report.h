#ifndef MQ_REPORT_REPORT_H
#define MQ_REPORT_REPORT_H

#include "base/buf.h"
#include "engine/engine.h"

/*
 * report: one frame as text. Pure functions of (frame, list, now); no curses, no
 * I/O. Foreign names are sanitised for the sink.
 */
struct report_format {
	const char *name; /* "text", "json", "nagios", "openmetrics", "markdown" */
	/* list: only this checklist ("daily"), or NULL for everything. Returns -1 when out is full. */
	int (*write)(const struct frame *f, const char *list, int64_t now, struct buf *out);
};

extern const struct report_format report_formats[]; /* ends with a NULL name */
const struct report_format *report_format_find(const char *name);

/* The exit code: of the whole frame, or of one list. */
int report_exit_code(const struct frame *f, const char *list);

#endif
