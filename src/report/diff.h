#ifndef MQ_REPORT_DIFF_H
#define MQ_REPORT_DIFF_H

#include "base/buf.h"

#include <stdbool.h>

/* diff: what differs between two texts, line by line, as a unified diff of three lines around each change. Where both
 * are longer than can be compared well, all of the old goes and all of the new comes. Pure; any thread. */

/* *added and *removed: lines. Returns whether they differ; out may be NULL: nothing is written. */
bool diff_texts(const char *old, const char *fresh, const char *old_name, const char *fresh_name, struct buf *out,
    size_t *added, size_t *removed);

#endif
