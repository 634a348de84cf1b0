#include "source/source.h"

const struct source_ops *source_for(enum broker_kind kind)
{
	static const struct source_ops *const family[] = {
	    [KIND_KAFKA] = &kafka_source,
	    [KIND_NATS] = &nats_source,
	    [KIND_MQTT] = &mqtt_source,
	};

	if ((size_t)kind >= sizeof(family) / sizeof(family[0]))
		BUG("no source for kind %d", (int)kind);
	return family[kind];
}
