#ifndef MQ_SOURCE_MQTT_QUEUE_H
#define MQ_SOURCE_MQTT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * queue: what paho's threads have to say to the source's thread. Bounded; putting
 * never blocks beyond a short lock. The descriptor is readable while there may be
 * something to take.
 */
enum event_kind {
	EVENT_CONNECTED,
	EVENT_CONNECT_FAILED, /* code: CONNACK's, or paho's negative one; text */
	EVENT_LOST,	      /* code: why the broker says that it ended it (MQTT 5), or 0 */
	EVENT_SUBSCRIBED, /* code: the granted QoS of the worst topic, or 0x80 */
	EVENT_PONG,	  /* token: of link_ping() */
	EVENT_MESSAGE,
};

struct event {
	enum event_kind kind;
	unsigned link; /* id of the link it came from */
	int64_t at;    /* boot ns, taken in the callback */
	int code, token;
	bool retained;
	size_t topic_len, len;
	const char *topic, *payload; /* in the same allocation; terminated beyond their lengths */
};

struct queue;
struct queue *queue_new(size_t most);
void queue_free(struct queue *q);
int queue_fd(const struct queue *q);

/* Any thread. text (may be NULL) becomes the payload. */
void queue_put(struct queue *q, struct event head, const char *text);
void queue_put_message(struct queue *q, struct event head, const char *topic, size_t topic_len,
    const char *payload, size_t len);

/* The oldest, which the caller frees; NULL when empty. */
struct event *queue_take(struct queue *q);

/* How many messages found no room since the last call. */
uint64_t queue_lost(struct queue *q);

#endif
