#ifndef MQ_LAB_SIMKAFKA_H
#define MQ_LAB_SIMKAFKA_H

#include "base/err.h"

#include <stddef.h>

/* Says words to a simulated cluster through its control socket; its answer into reply
 * (may be NULL). -1: it is not there, or does not understand. */
int sim_tell(const char *socket_path, const char *words, char *reply, size_t size, struct err *err);

#endif
