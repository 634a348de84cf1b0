#ifndef MQ_SOURCE_HOST_H
#define MQ_SOURCE_HOST_H

#include "source/source.h"

/*
 * host: volumes of this very machine by statvfs, for the `disk:` entries of a
 * cluster. A helper of the sources: each calls it when it makes its disk section.
 * statvfs on a dead network mount never returns, so that it runs in a thread of its
 * own; the caller gets what was measured last, and waits 20 ms at most for the first.
 *
 * used = total - what is free for others than root, as Kafka reckons its log dirs.
 */

/*
 * Puts the cluster's `disk:` entries into `disk`: fills the rows of that broker whose
 * path lies at or below the entry's and whose volume is not known; an entry without any
 * such row gets one. An entry counts as local where it says so, or where `brokers`
 * (SECTION_BROKERS, may be NULL) gives that broker, by id, name or address, an address
 * of this machine. Any thread.
 */
void host_disk_merge(const struct cluster_conf *c, const struct section *brokers,
    struct section *disk, int64_t now, int64_t period);

/* The same for a source, with the brokers that it published last. */
void host_disk_rows(const struct source_ctx *ctx, struct section *disk, int64_t now);

/* Is "host:port" (a URL will do) an address of this machine? TRI_*; never waits. */
int host_is_local(const char *address);

#endif
