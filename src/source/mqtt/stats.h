#ifndef MQ_SOURCE_MQTT_STATS_H
#define MQ_SOURCE_MQTT_STATS_H

#include "model/series.h"
#include "model/value.h"
#include "source/mqtt/facts.h"
#include "source/mqtt/reading.h"

/*
 * stats: the readings of one broker in the course of time: rates, and growth over
 * the same windows as mosquitto's (facts.h). No I/O, no clock; one thread.
 */
struct stats {
	struct reading now;
	int64_t at, period; /* boot ns of the newest reading (0: none), ns between two */
	struct reading before;
	int64_t before_at;
	struct window window[STAT_COUNT]; /* of the counters */
	struct series *connected;
	bool restarted;	    /* set by stats_take(), cleared by whoever tells of it */
	double uptime_lost; /* s that it had been up for before; below 0: not known */
};

void stats_init(struct stats *s, int64_t period);
void stats_release(struct stats *s);
void stats_take(struct stats *s, const struct reading *r, int64_t at);

/* Reasons are static, or in text, which must outlive the value. */
struct value stats_value(const struct stats *s, enum stat stat);
struct value stats_rate(const struct stats *s, enum stat stat);
struct value stats_per_min(const struct stats *s, enum stat stat);
struct value stats_memory_percent(const struct stats *s);
struct drops stats_drops(const struct stats *s, char *text, size_t size);
struct timeouts stats_timeouts(const struct stats *s, char *text, size_t size);

#endif
