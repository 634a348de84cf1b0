#ifndef MQ_WIRE_RULES_TEST_INT_H
#define MQ_WIRE_RULES_TEST_INT_H

#include "config/tree.h"
#include "engine/engine.h"

/* Inside rules_test: numbers that stand in the file, as snapshots. */
struct made_series;

/* Reads cluster:, interval: and series: of one test; NULL where there was a mistake. Texts go into the arena. */
struct made_series *made_series_read(struct tree *t, const yaml_node_t *test, struct arena *a);
void made_series_free(struct made_series *m);
/* How many looks there are, and the one at i; the caller owns it. */
size_t made_series_looks(const struct made_series *m);
struct snapshot *made_series_at(const struct made_series *m, size_t i);

/* "90s" as ns; -1: it is none. */
int64_t rules_test_time(const char *text);

#endif
