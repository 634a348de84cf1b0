#ifndef MQ_SOURCE_ZOOKEEPER_ZOOKEEPER_H
#define MQ_SOURCE_ZOOKEEPER_ZOOKEEPER_H

#include "source/source.h"

/* zookeeper: the `zookeeper:` hosts of a Kafka cluster, asked by a thread of their own. */
struct zookeeper;

/* NULL: the cluster has none, or no thread could be started. */
struct zookeeper *zookeeper_start(struct source_ctx *ctx);
void zookeeper_stop(struct zookeeper *z); /* NULL is fine; returns within 100 ms */

/* Has each been asked once, well or badly? */
bool zookeeper_settled(struct zookeeper *z);

size_t zookeeper_count(const struct zookeeper *z);

/* Writes zookeeper_count() members; strings go into the arena. */
void zookeeper_members(struct zookeeper *z, struct ensemble_member *out, struct arena *arena);

#endif
