#ifndef MQ_SOURCE_SOURCE_H
#define MQ_SOURCE_SOURCE_H

#include "base/err.h"
#include "config/config.h"
#include "model/model.h"
#include "source/mqtt/tally.h"

#include <stdatomic.h>

/*
 * source: one cluster's eye. It runs in a thread of its own (src/poll), never
 * blocks for longer than its next due time, publishes sections into the model
 * and heals by itself: with doubling back-off after failures, and after a
 * restart of the broker. A failed request makes the values that depend on it
 * `error` at once.
 */
/* Round trips that make a percentile worth showing. */
enum { PROBE_BURST = 20 };

/* Log files of one MQTT cluster whose lines are counted. */
enum { MQTT_TALLIES = 16 };

struct source_ctx {
	const struct config *config;
	const struct cluster_conf *cluster; /* immutable while the source lives */
	struct model *model;
	size_t index;       /* of the cluster in the model */
	bool one_shot;      /* a check: PROBE_BURST round trips are gathered at once, so that latency can be
	                     * judged without watching for minutes */
	int wake_fd;        /* readable: look at `stop` and `poll_now` (the scheduler drains it) */
	atomic_bool stop;   /* leave wait() and run() at once */
	atomic_bool poll_now; /* the operator pressed R: everything is due */
	_Atomic(char *) list_of; /* a broker all whose clients are to be listed, or no longer; whoever takes it out frees it */
	atomic_bool settled; /* set by the source: every quantity has been tried once, well or badly.
	                      * A one-shot check waits for it */
	atomic_bool logs_settled; /* the same for its `logs:` entries */
	struct mqtt_tally tally[MQTT_TALLIES]; /* of the first `logs:` entries of an MQTT cluster, in their order */
};

struct source; /* each family has its own struct */

struct source_ops {
	const char *name;
	/* In the thread of the source. Does not connect; NULL with err for what can never work. */
	struct source *(*open)(struct source_ctx *ctx, struct err *err);
	/* Does what is due at `now` (boot ns) or has become ready; returns the boot time of the next due thing. */
	int64_t (*run)(struct source *s, int64_t now);
	/* Waits for its own descriptors and ctx->wake_fd, not beyond `until` (boot ns).
	 * NULL: the scheduler waits on wake_fd alone. */
	void (*wait)(struct source *s, int64_t until);
	/* Frees everything; may not block longer than 200 ms. */
	void (*close)(struct source *s);
};

extern const struct source_ops kafka_source, nats_source, mqtt_source;

/* Takes out of the environment what client libraries would obey behind our back. Before the first
 * thread starts. */
void source_prepare(void);

/* The source of a kind of cluster. */
const struct source_ops *source_for(enum broker_kind kind);

/*
 * schedule: the quantities of a source with their periods, one row each. The
 * periods are those of the design times (interval / 2 s).
 */
struct task {
	int64_t period;  /* ns; the base period, scaled */
	int64_t next;    /* boot ns when it is due */
	int64_t backoff; /* ns added after failures; 0 while well */
};

enum period_id {
	PERIOD_LIVENESS, /* 2 s: liveness, RTT */
	PERIOD_OFFSETS,  /* 10 s */
	PERIOD_ROUTES,   /* 10 s */
	PERIOD_METADATA, /* 30 s: metadata, groups, jsz */
	PERIOD_LOGDIRS,  /* 60 s */
	PERIOD_CONFIGS,  /* 10 min */
	PERIOD_COUNT
};

/* The period in ns under this config's interval. */
int64_t schedule_period(const struct config *config, enum period_id id);

void task_init(struct task *t, const struct config *config, enum period_id id, int64_t now);
/* After it went well: due one period after it was due, or from now where that is past. */
void task_done(struct task *t, int64_t now);
/* After it failed: the wait doubles, up to `most` ns (0: 60 s). */
void task_failed(struct task *t, int64_t now, int64_t most);

/*
 * probe_stats: RTT probes of one broker: the ring, the percentiles over the last
 * 2 min, the same meaning for every family. Fills the rtt fields of a row.
 */
struct probe_stats {
	struct series *series;
	int64_t last_at;
	double last_ms;
};

void probe_stats_init(struct probe_stats *p);
void probe_stats_release(struct probe_stats *p);
void probe_stats_add(struct probe_stats *p, int64_t at, double ms);
/* reason: why there is no newer probe (NULL while the broker answers); it must outlive the section. */
void probe_stats_fill(const struct probe_stats *p, struct broker_row *row, int64_t now, int64_t period,
    const char *reason);

#endif
