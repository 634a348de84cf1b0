#ifndef MQ_BASE_KINDS_H
#define MQ_BASE_KINDS_H

/* Words that the configuration, the model and the reports share. */
enum tier { TIER_NONE, TIER_DEV, TIER_STAGING, TIER_PROD };
enum broker_kind { KIND_KAFKA, KIND_NATS, KIND_MQTT };

const char *tier_name(enum tier t); /* "prod", ...; "" for none */
const char *kind_name(enum broker_kind k); /* "kafka", "nats", "mqtt" */

#endif
