#ifndef MQ_POLL_POLLER_H
#define MQ_POLL_POLLER_H

#include "base/err.h"
#include "config/config.h"
#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

struct pollers;

/* Adds every cluster of the config to the model, in its order, and starts one
 * thread per cluster; one_shot is for the sources (source.h). config and model must outlive the pollers. */
struct pollers *pollers_start(const struct config *config, struct model *model, bool one_shot, struct err *err);

/* Everything is due now. At most once in 2 s; sooner calls do nothing. Any thread. */
void pollers_poll_now(struct pollers *p, const char *list_of);

/* Has every source tried everything once, well or badly? Any thread. */
bool pollers_settled(const struct pollers *p);

/* Stops and frees. Threads that have not ended within `patience` ns are left
 * behind with what they use; then false is returned and model and config must stay. */
bool pollers_stop(struct pollers *p, int64_t patience);

#endif
