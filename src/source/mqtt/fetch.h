#ifndef MQ_SOURCE_MQTT_FETCH_H
#define MQ_SOURCE_MQTT_FETCH_H

#include "net/http.h"
#include "source/mqtt/stats.h"
#include "source/source.h"

/*
 * fetch: asks the addresses under exporters: that belong to one broker, all at
 * once every period, and keeps what they say (stats). One thread, that of http.
 */
enum { FETCH_MOST = 8 };

struct fetch {
	struct http *http;
	const struct flavor *flavor; /* configured; NULL: found out */
	char *urls[FETCH_MOST];
	size_t n; /* 0: this broker has no such address */
	struct fetch_call {
		struct fetch *of;
		size_t i;
	} calls[FETCH_MOST];
	size_t in_flight;
	struct task task;
	int64_t timeout_ms;
	char node[256]; /* whose part of a cluster's numbers is wanted; "": all */
	struct reading reading;
	struct err err; /* of the round under way */
	char why[ERR_MAX]; /* the newest round failed; "": it did not */
	bool tried;	   /* a round has ended, well or badly */
	bool done;	   /* one has since fetch_step() was called last */
	struct stats stats;
	struct {
		unsigned lines, closes, timeouts;
	} log; /* what the broker's log files have told so far; whoever owns this keeps it */
};

/* Of all brokers of a cluster. */
struct fetch_sum {
	bool tried;	 /* each was asked once */
	const char *why; /* one did not answer as it should; NULL: all did */
};

/* index is the broker's in the cluster, host that of its url. http may be NULL where there are no
 * exporters. */
void fetch_init(struct fetch *f, const struct source_ctx *ctx, struct http *http, size_t index,
    const char *host, int64_t now);
void fetch_release(struct fetch *f); /* after http_free() */

/* Begins a round when it is due; returns when it is to be called again. */
int64_t fetch_step(struct fetch *f, int64_t now);

#endif
