#ifndef MQ_SOURCE_MQTT_BROKER_INT_H
#define MQ_SOURCE_MQTT_BROKER_INT_H

#include "source/mqtt/broker.h"

/* What broker.c, broker_events.c and broker_words.c share and nobody else calls. */

/* How long the cluster's brokers may take to answer, ns. */
int64_t mqtt_timeout(const struct mqtt_broker *b);

/* An event of the model about this broker. */
void mqtt_tell(struct mqtt_broker *b, const char *text);

/* It has answered: whatever was wrong is over. */
void mqtt_heard(struct mqtt_broker *b, int64_t at);

/* The try has failed: says why, waits longer than the last time. */
void mqtt_fail(struct mqtt_broker *b, enum trouble trouble, const char *words, int64_t now);

/* The connection ended under us. Whoever ended it, the next try tells more. */
void mqtt_lost(struct mqtt_broker *b, int64_t now);

#endif
