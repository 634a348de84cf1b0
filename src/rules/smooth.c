#include "rules/smooth.h"

#include "base/alloc.h"
#include "rules/rule.h"

#include <stdlib.h>

struct mean {
	struct {
		int64_t at;
		double v;
	} samples[SMOOTH_SAMPLES];
	size_t n, head; /* head: where the next one goes */
	int64_t newest, span;
};

void smooth_release(struct smooth *s)
{
	size_t pos = 0;
	void *mean;

	while (map_each(&s->by_key, &pos, &mean))
		free(mean);
	map_release(&s->by_key);
}

void smooth_expire(struct smooth *s, int64_t now)
{
	struct mean *mean;
	const char *key;
	size_t pos = 0;

	while ((key = map_each(&s->by_key, &pos, (void **)&mean))) {
		if (now - mean->newest > 2 * mean->span) {
			map_del(&s->by_key, key);
			free(mean);
		}
	}
}

static void take_in(struct mean *m, int64_t at, double v, int64_t span)
{
	m->span = span;
	if (m->n && at - m->newest < span / SMOOTH_SAMPLES)
		return;
	m->samples[m->head].at = at;
	m->samples[m->head].v = v;
	m->head = (m->head + 1) % SMOOTH_SAMPLES;
	m->n += m->n < SMOOTH_SAMPLES;
	m->newest = at;
}

static struct mean *mean_of(struct smooth *s, const char *key)
{
	struct mean *m = map_get(&s->by_key, key);

	if (!m) {
		m = xcalloc(1, sizeof(*m));
		map_put(&s->by_key, key, m);
	}
	return m;
}

struct value smooth_mean(
    struct smooth *s, const char *key, const struct value *v, int64_t span, int64_t now)
{
	struct mean *m;
	double sum = 0;
	size_t n = 0;

	if (!value_is_good(v, now))
		return *v;
	m = mean_of(s, key);
	take_in(m, v->at, value_number(v), span);
	for (size_t i = 0; i < m->n; i++) {
		if (v->at - m->samples[i].at > span)
			continue;
		sum += m->samples[i].v;
		n++;
	}
	return n ? value_real(sum / (double)n, v->at, v->period) : *v;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double smooth_median(struct smooth *s, const char *key, const struct value *v, int64_t span, size_t *n)
{
	struct mean *m = mean_of(s, key);
	double sorted[SMOOTH_SAMPLES];

	take_in(m, v->at, value_number(v), span);
	*n = 0;
	for (size_t i = 0; i < m->n; i++)
		if (v->at - m->samples[i].at <= span)
			sorted[(*n)++] = m->samples[i].v;
	if (!*n)
		return value_number(v);
	qsort(sorted, *n, sizeof(sorted[0]), by_number);
	return sorted[*n / 2];
}

double smooth_oldest(struct smooth *s, const char *key, const struct value *v, int64_t span, int64_t *age)
{
	struct mean *m = mean_of(s, key);
	double oldest = value_number(v);

	*age = 0;
	take_in(m, v->at, value_number(v), span);
	for (size_t i = 0; i < m->n; i++) {
		/* One step older counts too: samples are not taken at round times. */
		int64_t old = v->at - m->samples[i].at;

		if (old <= *age || old > span + span / SMOOTH_SAMPLES)
			continue;
		*age = old;
		oldest = m->samples[i].v;
	}
	return oldest;
}
