#ifndef MQ_SOURCE_LOG_LINE_H
#define MQ_SOURCE_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* line: what one line of a broker's log says of its time and level. Pure; any thread. */
enum line_level { LINE_OTHER, LINE_WARN, LINE_ERROR, LINE_FATAL };

struct log_line {
	enum line_level level;
	bool dated, zoned;
	int64_t wall;	  /* ns, where dated; as if it were UTC where not zoned */
	const char *text; /* within the line: what follows time and level */
	size_t len;
};

/* Kafka (log4j), nats-server, mosquitto, and whatever has an ISO time and a level word. The line
 * ends at s + len, without its newline. */
void log_line_parse(const char *s, size_t len, struct log_line *out);

/* "FATAL", "ERROR", "WARN", "" */
const char *line_level_name(enum line_level level);

#endif
