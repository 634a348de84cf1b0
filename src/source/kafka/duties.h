#ifndef MQ_SOURCE_KAFKA_DUTIES_H
#define MQ_SOURCE_KAFKA_DUTIES_H

#include "base/err.h"
#include "config/config.h"
#include "source/kafka/wire_security.h"

/* Which Kafka client answers what, and why it is that one. */
enum kafka_client { CLIENT_NONE, CLIENT_WIRE };

struct kafka_duty {
	const char *what;
	enum kafka_client by[2]; /* [0] where the wire client can log in, [1] where it cannot */
	const char *why;
};

extern const struct kafka_duty kafka_duties[]; /* ends with what NULL */

/* -1 with a sentence where the cluster asks for something that nobody can answer. */
int duties_check(const struct cluster_conf *conf, const struct security *s, struct err *err);

#endif
