#ifndef MQ_SOURCE_MQTT_SYS_H
#define MQ_SOURCE_MQTT_SYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * sys: what one message below $SYS/broker/ says. Pure; any thread. Foreign
 * bytes: nothing is read beyond the lengths given, and what is not as mosquitto
 * writes it is refused rather than guessed.
 */
enum sys_field {
	SYS_VERSION, /* text, without "mosquitto version " */
	SYS_UPTIME,  /* s */
	SYS_CONNECTED,
	SYS_SUBSCRIPTIONS,
	SYS_RETAINED,
	SYS_HEAP,
	SYS_RECEIVED, /* PUBLISH packets since the start, as SENT and DROPPED */
	SYS_SENT,
	SYS_DROPPED,
	SYS_BYTES_IN,
	SYS_BYTES_OUT,
	SYS_CONNECTS, /* CONNECT packets per minute, averaged over a minute */
	SYS_FIELD_COUNT
};

enum { SYS_TEXT_MAX = 64 };

struct sys_value {
	enum sys_field field;
	int64_t i;
	double d;
	char text[SYS_TEXT_MAX]; /* SYS_VERSION only */
};

/* Returns 1 with *out filled, 0 for a topic that is not in the table, -1 for one
 * that is but whose payload is not what it should be. */
int sys_parse(
    const char *topic, size_t topic_len, const char *payload, size_t len, struct sys_value *out);

/* "2.0.11" -> 20011; 0 where it does not begin so. */
int sys_version_number(const char *version);

/* Does this version take retained $SYS values back 60 s after they last changed? 0: not known,
 * taken as yes. */
int sys_version_expires(int number);

#endif
