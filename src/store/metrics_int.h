#ifndef MQ_STORE_METRICS_INT_H
#define MQ_STORE_METRICS_INT_H

#include "base/clock.h"
#include "base/map.h"
#include "store/metrics_db.h"

#include <sqlite3.h>
#include <sys/types.h>

/* Inside src/store: the parts of metrics_db. */

enum {
	SERIES_MOST = 5000,
	SLOTS_10S = 360,  /* of an hour */
	SLOTS_1MIN = 60,  /* of an hour */
	SLOTS_15MIN = 96, /* of a day */
	PARTS = 4,	  /* of an aggregate: least, greatest, mean, how many */
	ALL_TIERS = (1 << METRICS_TIERS) - 1,
};

#define STEP_S 10
#define HOUR_S 3600
#define DAY_S 86400

/* One number of a snapshot. */
struct metrics_sample {
	char *key;
	double v;
};

struct metrics_batch {
	int64_t slot; /* wall s, a multiple of STEP_S */
	struct metrics_sample *list;
	size_t n, cap;
	bool cut; /* there were more than SERIES_MOST */
};

/* metrics_take.c: the numbers worth keeping. Keys are malloc'd. */
void metrics_gather(const struct snapshot *snap, struct metrics_batch *out);
void metrics_batch_release(struct metrics_batch *b);

/* metrics_sql.c: the file. One thread. */
struct metrics_sql {
	sqlite3 *db;
	sqlite3_stmt *insert, *add_series, *put_chunk, *get_chunk;
	struct map sids; /* key -> sid + 1 as a pointer */
	int64_t dropped; /* series beyond the bound */
	int64_t cap_bytes;
	bool damaged; /* a check says so */
};

int metrics_sql_open(struct metrics_sql *m, const char *path, mode_t mode, struct err *err);
/* metrics_schema.c: makes the tables, or brings those of an older version up to date; a copy of the file is kept as
 * `path`.vN first. A newer version's file is left alone: -1. */
int metrics_schema(struct metrics_sql *m, const char *path, struct err *err);
/* The same with steps of one's own, for tests. */
int metrics_migrate(struct metrics_sql *m, const char *path, const char *const *list, int n, struct err *err);
void metrics_sql_close(struct metrics_sql *m);
int metrics_sql_write(struct metrics_sql *m, const struct metrics_batch *b, struct err *err);
int metrics_load_series(struct metrics_sql *m, struct err *err);
/* -1 with what SQLite says; what: "written", "sealed". */
int metrics_fail(struct metrics_sql *m, const char *what, struct err *err);
int metrics_run(struct metrics_sql *m, const char *sql, const char *what, struct err *err);

/* metrics_seal.c: puts the whole hours before `now` (wall s) into chunks, and deletes what is too old or too much. */
int metrics_sql_seal(struct metrics_sql *m, int64_t now, struct err *err);
/* Its parts. The numbers of one series, `hours` whole hours of one day from t0 on, into the chunks of these tiers (bits
 * 1 << TIER); within a transaction of the caller's. -1: SQLite says why. */
int metrics_roll(struct metrics_sql *m, int64_t sid, int64_t t0, const float *raw, size_t hours, unsigned tiers);
int metrics_prune(struct metrics_sql *m, int64_t now, struct err *err);

#endif
