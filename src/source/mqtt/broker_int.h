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

/* Opens the MQTT connection to b->peer. */
void mqtt_connect(struct mqtt_broker *b, int64_t now);

/* The second connection, to address. */
void mqtt_open_checker(struct mqtt_broker *b, const char *address);

/* Is the broker behind a command, so that nothing is known of TCP? */
bool mqtt_by_command(const struct mqtt_broker *b);
/* What that command said last. */
void mqtt_command_words(struct mqtt_broker *b, char *out, size_t size);

/* TLS (broker_tls.c): what is configured, a try, what both relays have to do, and the end. */
void mqtt_tls_init(struct mqtt_broker *b);
void mqtt_tls_begin(struct mqtt_broker *b, int64_t now);
void mqtt_tls_check(struct mqtt_broker *b, int64_t now);
void mqtt_tls_step(struct mqtt_broker *b, int64_t now);
void mqtt_tls_release(struct mqtt_broker *b);

/* The connection ended under us. Whoever ended it, the next try tells more. */
void mqtt_lost(struct mqtt_broker *b, int64_t now);

#endif
