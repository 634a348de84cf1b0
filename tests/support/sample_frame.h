#ifndef MQ_TESTS_SAMPLE_FRAME_H
#define MQ_TESTS_SAMPLE_FRAME_H

#include "engine/engine.h"

/*
 * sample_frame: deterministic frames for tests of whatever shows or writes
 * frames: orders (kafka, 3 brokers), bus (nats, 3 nodes), devices (mosquitto),
 * judged by the real rules over 26 minutes of made-up past. The snapshot is
 * always taken at SAMPLE_BOOT and SAMPLE_WALL: give these as `now` and `wall`.
 */
#define SAMPLE_BOOT (100000LL * 1000000000LL)
#define SAMPLE_WALL (1795316671LL * 1000000000LL) /* 2026-11-22T03:04:31Z */

enum sample_kind {
	SAMPLE_RICH,    /* the screens of the design: four criticals, a warning, some unknowns */
	SAMPLE_HEALTHY, /* everything answers and nothing is over a threshold */
	SAMPLE_HUNG,    /* as healthy, but orders' broker-2 is HUNG since 3 min and a bus node is down */
	SAMPLE_UNKNOWN, /* nobody is allowed to see anything: every value is an error, stale or n/a */
	SAMPLE_EMPTY,   /* clusters are configured, nothing was published yet */
	SAMPLE_NONE,    /* no cluster at all */
	SAMPLE_BIG,     /* 10,000 lag rows */
	SAMPLE_LOST,    /* no cluster answers: suspect this host */
	SAMPLE_KINDS
};

/* The caller owns one reference. */
struct frame *sample_frame(enum sample_kind kind);
/* The same, judged in the light of what operators did; the ledger stays the caller's. */
struct frame *sample_frame_with(enum sample_kind kind, struct ledger *ledger);

/* Only the numbers, as they were at `boot` (SAMPLE_BOOT or before). */
struct snapshot *sample_snapshot(enum sample_kind kind, int64_t boot);

/* The config that goes with it; static. */
const struct config *sample_config(enum sample_kind kind);

#endif
