#ifndef MQ_REPORT_CONFIG_CHECK_H
#define MQ_REPORT_CONFIG_CHECK_H

#include "base/buf.h"
#include "config/config.h"
#include "model/model.h"

/*
 * What `mqduty config check` prints: for each cluster a line per thing that the
 * dashboard lives on, whether it came, why not, and the right or the setting that
 * would bring it. A pure function of the config and of a snapshot that was taken when
 * every source had answered or given up (or the deadline had passed) at `now`.
 *
 * Returns the exit code: 0 all came, 1 something is missing, 2 a cluster cannot be
 * reached, 3 a cluster has not answered yet.
 */
int config_check_report(
    const struct config *c, const struct snapshot *snap, int64_t now, struct buf *out);

#endif
