#ifndef MQ_SOURCE_ZOOKEEPER_ANSWER_H
#define MQ_SOURCE_ZOOKEEPER_ANSWER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a ZooKeeper server says of itself. Pure; foreign bytes. */
struct zk_answer {
	char mode[16];	    /* "leader", "follower", "observer", "standalone"; "" unknown */
	char version[24];
	double latency_ms;  /* average since its start; -1: not told */
	int64_t outstanding; /* -1: not told */
	uint64_t zxid;	    /* of the newest change it has; 0: not told */
};

/* The reply to srvr. -1 with a sentence; *forbidden: the word is not in the server's whitelist. */
int zk_read_srvr(struct zk_answer *a, const char *text, size_t len, bool *forbidden, struct err *err);

/* The AdminServer's /commands/monitor. */
int zk_read_monitor(struct zk_answer *a, const char *text, size_t len, struct err *err);

/* How many changes `zxid` is behind the leader's; -1: another epoch, or not told. */
int64_t zk_behind(uint64_t zxid, uint64_t leader);

#endif
