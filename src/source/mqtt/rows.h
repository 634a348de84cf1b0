#ifndef MQ_SOURCE_MQTT_ROWS_H
#define MQ_SOURCE_MQTT_ROWS_H

#include "source/mqtt/broker.h"

/* rows: what is known of the brokers as sections of the model. In the source's
 * thread; the caller publishes what is returned. */
struct section *mqtt_cluster_section(const struct mqtt_broker *brokers, size_t n, int64_t now);
struct section *mqtt_brokers_section(const struct mqtt_broker *brokers, size_t n, int64_t now);
struct section *mqtt_connections_section(const struct mqtt_broker *brokers, size_t n, int64_t now);

/* The cluster's disk: entries; a broker without one has a row that says what to configure. */
struct section *mqtt_disk_section(
    const struct source_ctx *ctx, const struct section *brokers, int64_t now);

#endif
