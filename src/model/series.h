#ifndef MQ_MODEL_SERIES_H
#define MQ_MODEL_SERIES_H

#include <stddef.h>
#include <stdint.h>

/*
 * series: the past of one number. The source that measures it owns the series
 * and appends; what a snapshot holds is a view: references to append-only chunks
 * and a length. A reader looks only at samples below that length, all of which
 * were written before the view was made and published, so it needs no lock.
 */
struct sample {
	int64_t at; /* boot ns, rising */
	double v;
};

struct series;
struct series_view; /* immutable, reference-counted */

/* Keeps about the newest `keep` samples (a few chunks more or less). */
struct series *series_new(size_t keep);
void series_free(struct series *s);
void series_add(struct series *s, int64_t at, double v);

/* The view of now; made once per change and shared. The caller owns one reference. */
struct series_view *series_view(struct series *s);
struct series_view *series_view_ref(struct series_view *v);  /* NULL stays NULL */
void series_view_unref(struct series_view *v);
size_t series_view_count(const struct series_view *v);       /* NULL: 0 */
struct sample series_view_at(const struct series_view *v, size_t i); /* 0 is the oldest */

/* A view made from samples (replay, tests). */
struct series_view *series_view_make(const struct sample *samples, size_t n);

/* Slope over the newest `span` ns in units per second, by the first and last
 * sample in it; returns -1 with fewer than two samples or less than half the span. */
int series_view_rate(const struct series_view *v, int64_t span, double *per_s);

/* The p-th percentile (0..100) of the samples not older than `since` (boot ns);
 * *n is how many there were; 0 when none. */
double series_view_percentile(const struct series_view *v, int64_t since, double p, size_t *n);

/* Smallest value since `since`; -1 where the view does not reach back that far. */
int series_view_min(const struct series_view *v, int64_t since, double *min);

/*
 * window: how much a counter grew over the last `span` ns. A counter that fell
 * is a reset: the window starts again. Owned by one thread.
 */
struct window {
	int64_t span;
	struct sample *ring;
	size_t cap, head, n;
};

void window_init(struct window *w, int64_t span, size_t most);
void window_release(struct window *w);
void window_reset(struct window *w);
void window_add(struct window *w, int64_t at, double total);

/* The growth over the window. Returns 0, or -1 while the counter has not been
 * watched for the whole span; *grown and *covered (ns) are set in both cases. */
int window_growth(const struct window *w, double *grown, int64_t *covered);

#endif
