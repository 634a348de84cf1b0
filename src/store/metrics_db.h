#ifndef MQ_STORE_METRICS_DB_H
#define MQ_STORE_METRICS_DB_H

#include "base/err.h"
#include "model/model.h"

/*
 * metrics_db: the history of numbers, metrics.db in state_dir, written by the engine's
 * own thread for it: every 10 s for 2 days, every minute for 14 days, every quarter of
 * an hour for a year (least, greatest, mean and how many), gaps as gaps. It may be lost:
 * a disk that is full or a file that is damaged costs history, nothing else.
 */
enum metrics_tier { TIER_10S, TIER_1MIN, TIER_15MIN, METRICS_TIERS };

struct metrics_db;

/* Starts the thread; nothing was opened when this returns. NULL: no thread. */
struct metrics_db *metrics_db_start(const char *state_dir);
/* Takes the numbers of a snapshot, at most one every 10 s; what the thread cannot follow is dropped. Never waits. The
 * engine's thread. */
void metrics_db_take(struct metrics_db *db, const struct snapshot *snap);
/* Why no history is kept, a sentence; "": it is. Any thread. */
void metrics_db_trouble(struct metrics_db *db, char *out, size_t size);
/* false: it did not end within `patience` ns and is left behind; the process must end. */
bool metrics_db_stop(struct metrics_db *db, int64_t patience);

struct metrics_point {
	int64_t wall;	       /* ns: when its span begins */
	double min, max, mean; /* NAN: a gap */
	double n;	       /* samples; 0: a gap */
};

struct metrics_points {
	struct metrics_point *list;
	size_t n, cap;
	int64_t step; /* ns */
};

enum { METRICS_POINTS_MOST = 50000 };

/* What is known of that series from `from` to `to` (wall ns), at the finest tier that reaches back so far and has not
 * more than METRICS_POINTS_MOST points. Waits for the disk; -1 with a sentence. Free list. */
int metrics_read(const char *state_dir, const char *key, int64_t from, int64_t to, struct metrics_points *out, struct err *err);

enum { METRICS_KEY_SIZE = 640 };

/* The name under which a number of a snapshot's row is kept: "cluster/section/row/field". Pure. */
void metrics_row_key(const char *cluster, enum section_kind kind, const void *row, const char *field, char *out, size_t size);

/* The names of all series, sorted, NULL-terminated, in the arena. NULL with a sentence. Waits for the disk. */
const char **metrics_keys(const char *state_dir, struct arena *a, struct err *err);

#endif
