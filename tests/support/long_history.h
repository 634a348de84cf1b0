/* A long history that was never lived through: what metrics.db holds after months, written within minutes. Days that
 * retention has made coarse are rolled up straight from their numbers, by the function that seals an hour; the days that
 * are still kept finer go through the writer, slot by slot. tests/unit/t_history proves that both leave the same chunks. */
#ifndef MQ_TESTS_LONG_HISTORY_H
#define MQ_TESTS_LONG_HISTORY_H

#include "store/metrics_int.h"

struct long_history {
	int series;
	int64_t cadence_s;	  /* a multiple of STEP_S */
	int64_t from, recent, to; /* wall s; from and recent at the beginning of a day; from recent on all is written */
};

void long_history_key(int series, char *out, size_t size);
/* What a series was at a time: a share with noise, a weekly swing, a counter that grows, steps. */
double long_history_number(int series, int64_t t);
/* -1 with a sentence. */
int long_history_write(struct metrics_sql *m, const struct long_history *h, struct err *err);

#endif
