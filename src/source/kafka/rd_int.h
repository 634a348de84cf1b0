#ifndef MQ_SOURCE_KAFKA_RD_INT_H
#define MQ_SOURCE_KAFKA_RD_INT_H

#include "source/kafka/rd.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>

/* What the files of librdkafka's side share. */
enum { RD_WORKERS = 6, RD_MOST_BROKERS = 64 };

struct rd_job {
	struct arena arena; /* of the question and of the reply */
	enum kafka_api api;
	int32_t broker;
	struct wire_ask ask;
	void *owner; /* NULL: dropped, nobody waits for it */
	call_done *done;
	int64_t tag, sent;
	void *reply; /* NULL: failed, and err says why */
	struct err err;
	struct rd_job *next;
};

struct rd_seen {
	char address[HOST_MAX + PORT_MAX + 4];
	struct rd_broker is;
	int64_t received; /* replies, as the newest statistics count them */
};

/* Where a broker's committed offsets come in: one that is silent is stuck alone. Made under the lock, and then of the
 * one worker that asks that broker for offsets. */
struct rd_fetch {
	int32_t broker;
	rd_kafka_queue_t *queue;
	bool stuck; /* a request is out that it has not answered */
};

struct rd {
	rd_kafka_t *rk;
	int timeout_ms;
	int fd; /* eventfd: something was answered */
	char *token_file, *token, *principal; /* OAUTHBEARER */

	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t work;
	unsigned refs;
	bool ending;
	struct rd_job *waiting, *done;
	struct rd_job *running[RD_WORKERS];
	struct rd_seen seen[RD_MOST_BROKERS];
	size_t n_seen;
	char trouble[256]; /* of no broker, such as a token that is not usable */
	int64_t sent, sent_told; /* requests, as the statistics count them */

	struct rd_fetch fetches[RD_MOST_BROKERS];
	size_t n_fetches;

	/* Of the one worker that asks for groups at a time. */
	const struct rd_kafka_group_list *groups;
	int64_t groups_at;
};

/* rd_calls.c: does the job, in a worker. */
void rd_work(struct rd *r, struct rd_job *job);

/* rd_conf.c */
rd_kafka_conf_t *rd_conf(struct rd *r, const struct cluster_conf *conf, const struct security *s,
    struct err *err);
/* Hands the newest token to librdkafka. */
void rd_give_token(struct rd *r);

/* rd_stats.c: callbacks of librdkafka, in the polling thread. */
int rd_on_stats(rd_kafka_t *rk, char *json, size_t len, void *opaque);
void rd_on_error(rd_kafka_t *rk, int error, const char *reason, void *opaque);

#endif
