#ifndef MQ_CANARY_FLIGHT_H
#define MQ_CANARY_FLIGHT_H

#include "base/buf.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * flight: the messages that went through one broker: sent, back, lost. Any thread.
 */
enum { FLIGHT_UNDERWAY = 256, FLIGHT_KEPT = 600 };

struct flight {
	pthread_mutex_t lock;
	char broker[128];
	uint64_t run; /* of this process: what others wrote is not ours */
	uint64_t next;
	int64_t sent_at[FLIGHT_UNDERWAY]; /* boot ns by number modulo; 0: none, or it is back */
	struct {
		int64_t at;
		float ms;
	} back[FLIGHT_KEPT];
	size_t n_back; /* ever */
	uint64_t sent, lost, failed;
	char trouble[256]; /* "" while it works */
};

void flight_init(struct flight *f, const char *broker);
void flight_release(struct flight *f);

/* The text of the next message, "mqduty-canary RUN NUMBER", noted as sent now. */
void flight_send(struct flight *f, int64_t now, char *out, size_t size);
/* The message just noted could not be handed over after all. */
void flight_failed(struct flight *f, const char *why);
/* A message came back; foreign bytes: what is not ours is ignored. Returns whether it was ours. */
bool flight_back(struct flight *f, int64_t now, const char *text, size_t len);
/* What has been under way for longer than `patience` ns is lost. */
void flight_sweep(struct flight *f, int64_t now, int64_t patience);

/* Lines of Prometheus text for this broker over the last 2 minutes. */
void flight_write(struct flight *f, const char *cluster, int64_t now, struct buf *out);

#endif
