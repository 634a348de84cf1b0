#ifndef MQ_SOURCE_EXPORTER_EXPORTER_H
#define MQ_SOURCE_EXPORTER_EXPORTER_H

#include "source/source.h"

/*
 * exporters: the `exporters:` of a Kafka cluster, asked by a thread of their
 * own every metadata period; a hanging one delays nobody.
 */
struct exporters;

/* NULL: the cluster has none, or no thread could be started. */
struct exporters *exporters_start(struct source_ctx *ctx);
void exporters_stop(struct exporters *e); /* NULL is fine; returns within 100 ms */

/* Has each been asked once, well or badly? */
bool exporters_settled(struct exporters *e);

/* Adds what they tell to the rows of SECTION_BROKERS: by the broker's id where the exporter tells it,
 * else by the host of its URL. */
void exporters_metrics(struct exporters *e, struct section *brokers);

#endif
