#ifndef MQ_SOURCE_CANARY_CANARY_FIGURES_H
#define MQ_SOURCE_CANARY_CANARY_FIGURES_H

#include "source/source.h"

/* Adds the canary's figures to each row of SECTION_BROKERS, by id, name or address, where the cluster has a canary.
 * Never waits. Any thread. */
void canary_metrics(const struct source_ctx *ctx, struct section *brokers);

/* Reads a file of figures into the metrics; pure, for tests and the fuzzer. `wall` and `boot` are now. */
struct canary_figures;
struct canary_figures *canary_figures_parse(const char *text, size_t len, int64_t wall, int64_t boot);
void canary_figures_free(struct canary_figures *f);
/* The metric of that broker; missing with a reason where there is none. reason lives as long as f. */
struct value canary_figure(const struct canary_figures *f, const struct broker_row *row, enum metric_id id, int64_t period);

#endif
