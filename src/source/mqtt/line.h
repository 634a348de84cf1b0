#ifndef MQ_SOURCE_MQTT_LINE_H
#define MQ_SOURCE_MQTT_LINE_H

#include <stddef.h>

/*
 * line: what one line of mosquitto's log says (topic $SYS/broker/log/#), in the
 * wordings of 1.6, 2.0 and 2.1, and of RabbitMQ's log, which names
 * no client, and HiveMQ's event log. Pure; any thread. A client id is text of a
 * stranger's choosing and may hold any of these phrases, so a line is known by its
 * beginning and its end, never by what stands between.
 */
enum line_kind {
	LINE_OTHER,    /* nothing that is counted */
	LINE_CONNECT,  /* a client connected */
	LINE_CLEAN,    /* closes: by DISCONNECT */
	LINE_LOST,     /* by a socket that ended */
	LINE_TIMEOUT,  /* by the keep-alive time */
	LINE_TAKEOVER, /* by another client of the same id */
	LINE_BROKEN,   /* for any other reason: protocol error, not authorised, ... */
	LINE_DENIED,   /* a connection was refused: max_connections */
	LINE_DROPPING, /* a client's queue is full */
};

struct line {
	enum line_kind kind;
	const char *client; /* inside the text; NULL where the line names none */
	size_t client_len;
};

struct line line_parse(const char *text, size_t len);

/* Is it about a client of the broker's own users? Not about a connection that never became a client (the log calls it
 * <unknown>: health checks and we ourselves open such), and not about an mqduty. */
int line_is_of_client(const struct line *line);

/* Is this the end of a connection? */
int line_is_close(enum line_kind kind);

#endif
