#ifndef MQ_SOURCE_EXPORTER_EXPORTER_H
#define MQ_SOURCE_EXPORTER_EXPORTER_H

#include "source/source.h"

/*
 * exporters: the `exporters:` of a Kafka or NATS cluster, asked by a thread of their
 * own every metadata period; a hanging one delays nobody. Of NATS, which tells its figures itself, only
 * whether they answer is of interest.
 */
struct exporters;

/* NULL: the cluster has none, or no thread could be started. */
struct exporters *exporters_start(struct source_ctx *ctx);
void exporters_stop(struct exporters *e); /* NULL is fine; returns within 100 ms */

/* Has each been asked once, well or badly? */
bool exporters_settled(struct exporters *e);

/* Do they all answer: 1, 0 or not known yet; *detail says which do not, in the section's arena. */
struct value exporters_reachable(struct exporters *e, struct section *s, const char **detail);

/* Adds what they tell to the rows of SECTION_BROKERS: by the broker's id where the exporter tells it,
 * else by the host of its URL. */
void exporters_metrics(struct exporters *e, struct section *brokers);

#endif
