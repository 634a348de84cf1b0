#include "ui/past.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int64_t seconds;
} spans[PAST_SPANS] = {
    [PAST_1H] = {"1h", 3600},
    [PAST_24H] = {"24h", 86400},
    [PAST_7D] = {"7d", INT64_C(7) * 86400},
    [PAST_30D] = {"30d", INT64_C(30) * 86400},
};

void past_init(struct past *p)
{
	*p = (struct past){.span = PAST_24H, .cursor = PAST_NO_CURSOR};
}

void past_answer_release(struct past_answer *a)
{
	free(a->points.list);
	free(a->before.list);
	*a = (struct past_answer){0};
}

void past_release(struct past *p)
{
	past_answer_release(&p->got);
}

void past_take(struct past *p, struct past_answer *fresh)
{
	past_answer_release(&p->got);
	p->got = *fresh;
	*fresh = (struct past_answer){0};
	p->waiting = p->waiting && past_is_other(&p->asked, &p->got.ask);
}

const char *past_span_name(enum past_span span)
{
	return spans[span].name;
}

int64_t past_span_ns(enum past_span span)
{
	return spans[span].seconds * NS_PER_S;
}

enum past_span past_span_of(const struct past_ask *ask)
{
	int span = 0;

	while (span < PAST_SPANS - 1 && past_span_ns((enum past_span)span) < ask->to - ask->from)
		span++;
	return (enum past_span)span;
}

void past_window(enum past_span span, int64_t wall, int64_t *from, int64_t *to)
{
	int64_t step = past_span_ns(span) / PAST_STEPS;

	*to = (wall / step + 1) * step;
	*from = *to - past_span_ns(span);
}

bool past_is_other(const struct past_ask *a, const struct past_ask *b)
{
	return a->from != b->from || a->to != b->to || a->week != b->week || strcmp(a->key, b->key) != 0;
}

struct metrics_point past_sum(const struct metrics_points *p, int64_t from, int64_t to)
{
	struct metrics_point sum = {.wall = from, .min = NAN, .max = NAN, .mean = NAN};
	double total = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct metrics_point *x = &p->list[i];

		if (x->n <= 0 || isnan(x->mean) || x->wall >= to || x->wall + p->step <= from)
			continue;
		sum.min = fmin(sum.min, x->min);
		sum.max = fmax(sum.max, x->max);
		total += x->mean * x->n;
		sum.n += x->n;
	}
	if (sum.n > 0)
		sum.mean = total / sum.n;
	return sum;
}
