#ifndef MQ_SOURCE_MQTT_TALLY_H
#define MQ_SOURCE_MQTT_TALLY_H

#include <stdatomic.h>
#include <stddef.h>

/*
 * tally: what the lines of one log file of a mosquitto say of its clients, since it is followed. The
 * thread that reads the file adds, the source's thread looks.
 */
struct mqtt_tally {
	atomic_uint lines; /* of clients that come or go: that they are written at all */
	atomic_uint closes, timeouts;
};

/* One line, with or without its time. */
void mqtt_tally_line(struct mqtt_tally *t, const char *line, size_t len);

#endif
