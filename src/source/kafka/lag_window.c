#include "source/kafka/cluster.h"

#include <string.h>

/*
 * There may be 100,000 of these: the newest point is kept whole, older ones as their distance
 * from it. Nothing that is judged needs more than order and equality, so that a distance which
 * does not fit (a group that was reset by billions of records) may as well be cut off.
 */
static int32_t distance(int64_t old, int64_t newest)
{
	int64_t d;

	if (__builtin_sub_overflow(old, newest, &d))
		return old < newest ? INT32_MIN : INT32_MAX;
	return d < INT32_MIN ? INT32_MIN : d > INT32_MAX ? INT32_MAX : (int32_t)d;
}

unsigned lag_window_read(const struct lag_window *w, struct lag_point *out)
{
	for (unsigned i = 0; i + 1 < w->n; i++)
		out[i] = (struct lag_point){
		    w->committed + w->committed_by[i], w->lag + w->lag_by[i]};
	if (w->n)
		out[w->n - 1] = (struct lag_point){w->committed, w->lag};
	return w->n;
}

void lag_window_add(struct lag_window *w, int64_t committed, int64_t lag)
{
	struct lag_point all[LAG_WINDOW + 1];
	unsigned n = lag_window_read(w, all), first = n == LAG_WINDOW;

	w->committed = committed;
	w->lag = lag;
	w->n = n - first + 1;
	for (unsigned i = first; i < n; i++) {
		w->committed_by[i - first] = distance(all[i].committed, committed);
		w->lag_by[i - first] = distance(all[i].lag, lag);
	}
}
