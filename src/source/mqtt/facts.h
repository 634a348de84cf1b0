#ifndef MQ_SOURCE_MQTT_FACTS_H
#define MQ_SOURCE_MQTT_FACTS_H

#include "model/series.h"
#include "model/value.h"
#include "source/mqtt/line.h"
#include "source/mqtt/sys.h"

#include <stdbool.h>

/*
 * facts: what one mosquitto has told about itself, and for how long that holds.
 * No I/O, no clock of its own; one thread.
 *
 * mosquitto publishes a value when it has changed, all changes of one tick
 * (sys_interval) at once and `uptime` always, first. So every value is as fresh as
 * the newest uptime, and a counter that stays silent through watched ticks has not
 * moved: its growth is zero even where its total was never seen.
 */
#define FACTS_DROP_WINDOW (300 * NS_PER_S)
#define FACTS_LINE_WINDOW (900 * NS_PER_S)

struct fact {
	bool seen;
	int64_t i, at;
	double d;
};

struct counter {
	enum sys_field field;
	struct window window;
	double last; /* at the last tick; below 0: not known */
	double rate; /* per second over the last tick; below 0: not known */
};

enum {
	COUNTER_RECEIVED,
	COUNTER_SENT,
	COUNTER_DROPPED,
	COUNTER_BYTES_IN,
	COUNTER_BYTES_OUT,
	COUNTERS
};

enum line_state { LINES_UNKNOWN, LINES_SEEN, LINES_FILE, LINES_ABSENT };

struct facts {
	struct fact field[SYS_FIELD_COUNT];
	char version[SYS_TEXT_MAX];
	int64_t subscribed_at;	  /* boot ns; 0: not connected */
	int64_t lost_at;	  /* when the connection before this ended; 0: never */
	int64_t first_message_at; /* of this connection; 0: none yet */
	int64_t interval;	  /* ns between ticks, measured; a guess at first */
	int64_t uptime, uptime_at, uptime_before; /* s, boot ns, s of the tick before (-1: none) */
	int64_t message_at;			  /* newest $SYS message, 0: none */
	int64_t tick_due;	 /* when the tick under way counts as whole; 0: none is */
	unsigned ticks;		 /* closed since subscribed */
	double delivered;	 /* PUBLISH packets that we were sent, ever */
	double delivered_before; /* the same before the burst under way */
	double own_in_sent;	 /* how much of it the newest SYS_SENT holds */
	struct counter counter[COUNTERS];
	struct window own; /* own_in_sent, beside COUNTER_SENT's */
	double connects, load; /* since the start, at least; load/connections/1min at the last tick, below 0: not known */
	enum line_state lines;
	double timeouts, closes; /* seen in log lines, ever */
	struct window timeouts_window, closes_window;
	struct series *connected;
	bool restarted;	     /* set by facts_message(), cleared by whoever tells of it */
	int64_t uptime_lost; /* s that the broker had been up for before */
};

void facts_init(struct facts *f);
void facts_release(struct facts *f);

void facts_subscribed(struct facts *f, int64_t now);
void facts_disconnected(struct facts *f, int64_t now);
/* Messages were lost on the way here: what is counted from lines starts again. */
void facts_gap(struct facts *f, uint64_t lost);

/* A message below $SYS/broker/ that is no log line. */
void facts_message(struct facts *f, const char *topic, size_t topic_len, const char *payload,
    size_t len, bool retained, int64_t at);
/* A log line. */
void facts_line(struct facts *f, const struct line *line);

/* What the broker's log file has told in all; counts where no lines come by topic. */
void facts_file(struct facts *f, double closes, double timeouts);

/* Closes the tick where it is due. Returns whether it did. */
bool facts_tick(struct facts *f, int64_t now);

/* The values, or why they are not there. Reasons are static. */
struct value facts_value(const struct facts *f, enum sys_field field, int64_t now);
struct value facts_rate(const struct facts *f, unsigned counter, int64_t now);

/* How many have connected since the broker's start, at least: mosquitto tells but a mean that fades. */
struct value facts_connects(const struct facts *f, int64_t now);

/* What is true of all of them: NULL, or why there is nothing from $SYS at all. */
const char *facts_silence(const struct facts *f, int64_t now);

struct drops {
	struct value percent, tries, drops;
	struct value tries_total; /* since the start, from any beginning: only its growth means something */
};
/* Over the last 5 min: D/(S - own + D). text holds the reason and must outlive the values. */
struct drops facts_drops(const struct facts *f, int64_t now, char *text, size_t size);

struct timeouts {
	struct value percent, timeouts;
	struct value timeouts_total, closes_total; /* since they are counted */
};
/* Keep-alive timeouts of all closes over the last 15 min. */
struct timeouts facts_timeouts(const struct facts *f, int64_t now, char *text, size_t size);

#endif
