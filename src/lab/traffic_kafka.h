#ifndef MQ_LAB_TRAFFIC_KAFKA_H
#define MQ_LAB_TRAFFIC_KAFKA_H

#include "lab/lab.h"

#include <librdkafka/rdkafka.h>

/* A client of the lab's Kafka; group NULL: a producer. Never NULL. */
rd_kafka_t *kafka_client(const struct lab *lab, rd_kafka_type_t type, const char *group);

/* Queues record n of the topic. */
void kafka_produce(rd_kafka_t *rk, const char *topic, unsigned long n);

/* Makes the group exist, without any member: it commits offset 0 of so many partitions. */
int kafka_commit_start(const struct lab *lab, const char *group, const char *topic, int partitions);

#endif
