#ifndef MQ_UI_PLOT_H
#define MQ_UI_PLOT_H

#include "ui/view.h"

/* plot: the past of a number in braille dots, or in ASCII steps. Pure. */

/* How many samples stand side by side in so many cells. */
size_t plot_columns(const struct area *a, int cells);

/* The greatest sample of each of n equal parts of the time; NAN where there is none. */
void plot_buckets(const struct series_view *s, int64_t since, int64_t until, double *out, size_t n);

/* Draws plot_columns() samples, `lines` high, the lowest line at y + lines - 1. */
void plot_draw(
    const struct area *a, int y, int x, int cells, int lines, const double *v, double top);

#endif
