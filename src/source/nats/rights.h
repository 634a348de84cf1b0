#ifndef MQ_SOURCE_NATS_RIGHTS_H
#define MQ_SOURCE_NATS_RIGHTS_H

#include "base/buf.h"

/* What the user of `system:` must be allowed, and all that it needs: "publish SUBJECT" and
 * "subscribe SUBJECT"; ends with NULL. */
extern const char *const nats_system_rights[];

/* The same as a server's configuration, each line after `indent`. */
void nats_rights_print(struct buf *out, const char *indent);

#endif
