#include "model/series.h"

#include "base/alloc.h"
#include "base/err.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 };

/*
 * A chunk is appended to until it is full and never changed below its fill:
 *
 *   series:  [ c0 full ][ c1 full ][ c2 ....        ]
 *   view:    [ c0 full ][ c1 full ][ c2 .. ]            (n samples were there)
 */
struct chunk {
	atomic_uint refs;
	struct sample samples[CHUNK];
};

struct series {
	struct chunk **chunks;
	size_t n_chunks, most;
	size_t fill; /* samples in the last chunk */
	struct series_view *view; /* the newest, while nothing was added since */
};

struct series_view {
	atomic_uint refs;
	size_t n, n_chunks;
	struct chunk *chunks[];
};

static void chunk_unref(struct chunk *c)
{
	if (atomic_fetch_sub(&c->refs, 1) == 1)
		free(c);
}

struct series *series_new(size_t keep)
{
	struct series *s = xcalloc(1, sizeof(*s));

	/* So many are left when the oldest chunk goes. */
	s->most = (keep + CHUNK - 1) / CHUNK + 1;
	s->chunks = xcalloc(s->most, sizeof(*s->chunks));
	return s;
}

void series_free(struct series *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_chunks; i++)
		chunk_unref(s->chunks[i]);
	series_view_unref(s->view);
	free(s->chunks);
	free(s);
}

static void series_grow(struct series *s)
{
	struct chunk *c = xmalloc(sizeof(*c));

	atomic_init(&c->refs, 1);
	if (s->n_chunks == s->most) {
		chunk_unref(s->chunks[0]);
		s->n_chunks--;
		memmove(s->chunks, s->chunks + 1, s->n_chunks * sizeof(*s->chunks));
	}
	s->chunks[s->n_chunks++] = c;
	s->fill = 0;
}

void series_add(struct series *s, int64_t at, double v)
{
	if (!s->n_chunks || s->fill == CHUNK)
		series_grow(s);
	s->chunks[s->n_chunks - 1]->samples[s->fill++] = (struct sample){at, v};
	series_view_unref(s->view);
	s->view = NULL;
}

static struct series_view *view_new(size_t n_chunks)
{
	struct series_view *v = xmalloc(sizeof(*v) + n_chunks * sizeof(v->chunks[0]));

	atomic_init(&v->refs, 1);
	v->n_chunks = n_chunks;
	v->n = 0;
	return v;
}

struct series_view *series_view(struct series *s)
{
	if (!s->view) {
		struct series_view *v = view_new(s->n_chunks);

		for (size_t i = 0; i < s->n_chunks; i++) {
			v->chunks[i] = s->chunks[i];
			atomic_fetch_add(&v->chunks[i]->refs, 1);
		}
		if (s->n_chunks)
			v->n = (s->n_chunks - 1) * CHUNK + s->fill;
		s->view = v;
	}
	return series_view_ref(s->view);
}

struct series_view *series_view_make(const struct sample *samples, size_t n)
{
	struct series_view *v = view_new((n + CHUNK - 1) / CHUNK);

	for (size_t i = 0; i < v->n_chunks; i++) {
		size_t part = n - i * CHUNK < CHUNK ? n - i * CHUNK : CHUNK;

		v->chunks[i] = xmalloc(sizeof(*v->chunks[i]));
		atomic_init(&v->chunks[i]->refs, 1);
		memcpy(v->chunks[i]->samples, samples + i * CHUNK, part * sizeof(*samples));
	}
	v->n = n;
	return v;
}

struct series_view *series_view_ref(struct series_view *v)
{
	if (v)
		atomic_fetch_add(&v->refs, 1);
	return v;
}

void series_view_unref(struct series_view *v)
{
	if (!v || atomic_fetch_sub(&v->refs, 1) != 1)
		return;
	for (size_t i = 0; i < v->n_chunks; i++)
		chunk_unref(v->chunks[i]);
	free(v);
}

size_t series_view_count(const struct series_view *v)
{
	return v ? v->n : 0;
}

struct sample series_view_at(const struct series_view *v, size_t i)
{
	if (i >= v->n)
		BUG("sample %zu of %zu", i, v->n);
	return v->chunks[i / CHUNK]->samples[i % CHUNK];
}

/* Index of the first sample not older than `since`. */
static size_t view_from(const struct series_view *v, int64_t since)
{
	size_t lo = 0, hi = series_view_count(v);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (series_view_at(v, mid).at < since)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int series_view_rate(const struct series_view *v, int64_t span, double *per_s)
{
	size_t n = series_view_count(v);
	struct sample first, last;

	if (n < 2)
		return -1;
	last = series_view_at(v, n - 1);
	first = series_view_at(v, view_from(v, last.at - span));
	if (last.at - first.at < span / 2 || last.at == first.at)
		return -1;
	*per_s = (last.v - first.v) * 1e9 / (double)(last.at - first.at);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double series_view_percentile(const struct series_view *v, int64_t since, double p, size_t *n)
{
	size_t from = view_from(v, since), count = series_view_count(v) - from, rank;
	double *sorted, result;

	*n = count;
	if (!count)
		return 0;
	sorted = xmalloc(count * sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i] = series_view_at(v, from + i).v;
	qsort(sorted, count, sizeof(*sorted), by_number);
	/* Nearest rank: the smallest sample that at least p percent do not exceed. */
	rank = (size_t)(p / 100 * (double)count + 0.999999);
	result = sorted[rank < 1 ? 0 : rank > count ? count - 1 : rank - 1];
	free(sorted);
	return result;
}

int series_view_min(const struct series_view *v, int64_t since, double *min)
{
	size_t n = series_view_count(v), from = view_from(v, since);

	if (from == n || (from == 0 && series_view_at(v, 0).at > since))
		return -1;
	*min = series_view_at(v, from).v;
	for (size_t i = from + 1; i < n; i++)
		if (series_view_at(v, i).v < *min)
			*min = series_view_at(v, i).v;
	return 0;
}

void window_init(struct window *w, int64_t span, size_t most)
{
	*w = (struct window){.span = span, .cap = most < 2 ? 2 : most};
	w->ring = xcalloc(w->cap, sizeof(*w->ring));
}

void window_release(struct window *w)
{
	free(w->ring);
	*w = (struct window){0};
}

void window_reset(struct window *w)
{
	w->head = w->n = 0;
}

static struct sample *window_at(const struct window *w, size_t i)
{
	return &w->ring[(w->head + i) % w->cap];
}

void window_add(struct window *w, int64_t at, double total)
{
	if (w->n && total < window_at(w, w->n - 1)->v)
		window_reset(w);
	/* One sample at or before the start of the window is kept: growth is reckoned from it. */
	while (w->n > 1 && window_at(w, 1)->at <= at - w->span) {
		w->head = (w->head + 1) % w->cap;
		w->n--;
	}
	if (w->n == w->cap) {
		/* Full: the newest sample gives way, the reach of the window stays. */
		*window_at(w, w->n - 1) = (struct sample){at, total};
		return;
	}
	w->n++;
	*window_at(w, w->n - 1) = (struct sample){at, total};
}

int window_growth(const struct window *w, double *grown, int64_t *covered)
{
	struct sample first, last;

	*grown = 0;
	*covered = 0;
	if (!w->n)
		return -1;
	first = *window_at(w, 0);
	last = *window_at(w, w->n - 1);
	*grown = last.v - first.v;
	*covered = last.at - first.at;
	return *covered >= w->span ? 0 : -1;
}
