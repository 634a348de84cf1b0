#ifndef MQ_SOURCE_MQTT_AUDIT_FACTS_H
#define MQ_SOURCE_MQTT_AUDIT_FACTS_H

#include "source/mqtt/fetch.h"
#include "source/source.h"

/* SECTION_FACTS of an MQTT cluster: how we got in, and what follows from it; `brokers`: SECTION_BROKERS as it is now.
 * anonymous: of brokers that we log in to, whether they take anybody as well, and detail which one. The caller owns it. */
bool mqtt_any_up(const struct section *brokers);
struct section *mqtt_facts_section(
    const struct source_ctx *ctx, const struct section *brokers, const struct fetch_sum *fetched,
    struct value anonymous, const char *detail, int64_t now);

#endif
