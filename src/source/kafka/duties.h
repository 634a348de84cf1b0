#ifndef MQ_SOURCE_KAFKA_DUTIES_H
#define MQ_SOURCE_KAFKA_DUTIES_H

#include "base/err.h"
#include "config/config.h"
#include "source/kafka/wire_security.h"

/* Which Kafka client answers what, and why it is that one. */
enum kafka_client { CLIENT_NONE, CLIENT_WIRE, CLIENT_RDKAFKA };

struct kafka_duty {
	const char *what;
	/* [0] where the wire client can log in, [1] where it cannot; CLIENT_NONE: UNKNOWN there */
	enum kafka_client by[2];
	const char *why;
};

extern const struct kafka_duty kafka_duties[]; /* ends with what NULL */

/* -1 with a sentence where the config asks for something that no client can do. */
int duties_check(const struct cluster_conf *conf, const struct security *s, struct err *err);

#endif
