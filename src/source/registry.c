#include "source/source.h"

#include <stdlib.h>

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

/* paho would send plain MQTT through a web proxy, and paint its trace over the screen. */
void source_prepare(void)
{
	static const char *const unwanted[] = {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy",
	    "NO_PROXY", "MQTT_C_CLIENT_TRACE", "MQTT_C_CLIENT_TRACE_LEVEL", "MQTT_C_CLIENT_TRACE_MAX_LINES"};

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		unsetenv(unwanted[i]);
}
