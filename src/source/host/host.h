#ifndef MQ_SOURCE_HOST_H
#define MQ_SOURCE_HOST_H

#include "config/config.h"
#include "model/section.h"

/*
 * host: volumes of this very machine by statvfs, for the `disk:` entries of a
 * cluster. A helper of the sources: each calls it when it makes its disk section.
 * statvfs on a dead network mount never returns, so that it runs in a thread of its
 * own; the caller gets what was measured last, and waits 20 ms at most for the first.
 *
 * used = total - what is free for others than root, as Kafka reckons its log dirs.
 */

/*
 * Puts the cluster's `disk:` entries into `disk`: fills a row of the same broker and
 * path whose volume is not known, adds the others. An entry counts as local where it
 * says so, or where `brokers` (SECTION_BROKERS, may be NULL) gives that broker, by
 * id, name or address, an address of this machine. Any thread.
 */
void host_disk_rows(const struct cluster_conf *c, const struct section *brokers,
    struct section *disk, int64_t now, int64_t period);

/* Is "host:port" (a URL will do) an address of this machine? TRI_*; never waits. */
int host_is_local(const char *address);

#endif
