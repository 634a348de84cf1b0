#ifndef MQ_CONFIG_MAN_H
#define MQ_CONFIG_MAN_H

#include "base/buf.h"

/* Appends text to man(7) source: dashes, backslashes and leading dots mean themselves. */
void man_text(struct buf *out, const char *s);

/* Appends text broken at blanks so that no line is wider than width cells; every
 * line but the first begins with indent blanks, and column is where the first
 * begins. Ends with a line break. */
void help_wrap(struct buf *out, const char *s, size_t column, size_t indent, size_t width);

#endif
