#ifndef MQ_SOURCE_KAFKA_DUTIES_H
#define MQ_SOURCE_KAFKA_DUTIES_H

#include "base/err.h"
#include "config/config.h"

/* Which Kafka client answers what, and why it is that one. */
enum kafka_client { CLIENT_NONE, CLIENT_WIRE };

struct kafka_duty {
	const char *what;
	enum kafka_client by[2]; /* [0] on PLAINTEXT, [1] under TLS or SASL */
	const char *why;
};

extern const struct kafka_duty kafka_duties[]; /* ends with what NULL */

/* -1 with a sentence where the cluster asks for something that nobody can answer. */
int duties_check(const struct cluster_conf *conf, struct err *err);

#endif
