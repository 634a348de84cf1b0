#ifndef MQ_SOURCE_MQTT_LINK_H
#define MQ_SOURCE_MQTT_LINK_H

#include "base/err.h"
#include "source/mqtt/queue.h"

#include <stdbool.h>

/*
 * link: one connection to one broker through paho's MQTTAsync, used once: when it
 * is lost or refused it is closed and a new one opened, so that the source alone
 * decides when to try again. Calls come from the source's thread; what happens is
 * told by events with the link's id. None of them waits for the network: the
 * address is numeric already, because paho holds a lock of the whole process while
 * it looks a name up.
 */
struct link_conf {
	const char *address; /* "127.0.0.1:1883", "[::1]:1883" */
	const char *client_id;
	const char *username, *password; /* NULL: none */
	int64_t timeout_ms;
	int mqtt_version; /* 5 or 4 */
	unsigned id;
};

struct link;
struct link *link_open(const struct link_conf *conf, struct queue *queue, struct err *err);

/* Subscribes to $SYS/# alone. EVENT_SUBSCRIBED answers. */
int link_subscribe(struct link *l);

/*
 * A round trip that asks nothing of the broker: UNSUBSCRIBE of a topic that was
 * never subscribed, which every broker must answer (MQTT-3.10.4-5), which needs no
 * right and changes nothing. EVENT_PONG answers with this token; -1: not sent.
 */
int link_ping(struct link *l);

/* Says good-bye where that can be done without waiting; no event comes after it. */
void link_close(struct link *l);

#endif
