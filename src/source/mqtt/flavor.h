#ifndef MQ_SOURCE_MQTT_FLAVOR_H
#define MQ_SOURCE_MQTT_FLAVOR_H

#include <stddef.h>

/*
 * flavor: brokers whose numbers come over HTTP instead of $SYS/broker/: one
 * table each of metric names and what they mean, and why the rest is not known.
 * JSON (EMQX's REST, NATS' /varz) is read as if it were such metrics. Pure.
 */
enum stat {
	STAT_UPTIME, /* s */
	STAT_CONNECTED,
	STAT_MAX, /* clients */
	STAT_SUBSCRIPTIONS,
	STAT_RETAINED,
	STAT_MEMORY,	   /* bytes */
	STAT_MEMORY_LIMIT, /* bytes */
	STAT_RECEIVED,	   /* PUBLISH packets since the start, as SENT and DROPPED */
	STAT_SENT,
	STAT_DROPPED,
	STAT_QUEUED, /* what left the queues, where DROPPED counts those and not packets */
	STAT_BYTES_IN,
	STAT_BYTES_OUT,
	STAT_CONNECTS, /* connections since the start, as CLOSES and TIMEOUTS */
	STAT_CLOSES,
	STAT_TIMEOUTS,
	STAT_COUNT
};

struct stat_name {
	enum stat stat;
	const char *name;
	const char *label, *value; /* only samples with this label; a value may end in "*" */
	double scale;		   /* all samples of a stat are summed, each times this */
};

struct stat_reason {
	enum stat stat;
	const char *why;
};

struct flavor {
	const char *name;  /* as in `flavor:` */
	const char *title; /* "EMQX" */
	const char *sign;  /* metrics that begin so are this maker's */
	const char *json;  /* put before the keys of JSON */
	const struct stat_name *names;
	size_t n_names;
	const struct stat_reason *reasons;
	size_t n_reasons;
	const char *paths[4]; /* asked where the address under exporters: has no path */
	const char *example;  /* such an address */
	const char *right;    /* what its user needs */
};

/* NULL for mosquitto, "auto" and what is not known. */
const struct flavor *flavor_find(const char *name);

/* Whose metric it is; NULL: nobody's. */
const struct flavor *flavor_of_metric(const char *metric);

/* Whose $SYS topic it is that is not mosquitto's; NULL: nobody's. topic is len bytes. */
const struct flavor *flavor_of_topic(const char *topic, size_t len);

/* Why this flavour cannot tell a stat; NULL: it should. */
const char *flavor_reason(const struct flavor *f, enum stat stat);

/* The flavours, in the order of the config's choices; NULL at the end. */
const struct flavor *flavor_at(size_t i);

#endif
