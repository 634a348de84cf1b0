#include "audit/forecast.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WEEKS_MOST = 8, HOURS_DAY = 24, HOURS_LEAST = 12, DAYS_MOST = 36500 };

#define HOUR (3600 * NS_PER_S)
#define DAY (24 * HOUR)

static const double step_share = 0.05, days_least = 3, unusual_share = 0.3, unusual_mads = 3;

/* The mean of each hour, weighted by samples. */
struct hour {
	int64_t at; /* wall ns */
	double mean;
};

static size_t hours_of(const struct metrics_point *p, size_t n, struct hour **out)
{
	struct hour *list = NULL;
	size_t count = 0, cap = 0;
	double sum = 0, weight = 0;
	int64_t at = -1;

	for (size_t i = 0; i <= n; i++) {
		int64_t mine = i < n ? p[i].wall / HOUR * HOUR : -2;

		if (mine != at && weight > 0) {
			array_reserve(&list, &cap, count + 1, sizeof(*list));
			list[count++] = (struct hour){at, sum / weight};
		}
		if (mine != at)
			sum = weight = 0;
		at = mine;
		if (i < n && p[i].n > 0 && isfinite(p[i].mean)) {
			sum += p[i].mean * p[i].n;
			weight += p[i].n;
		}
	}
	*out = list;
	return count;
}

static size_t after_last_step(const struct hour *h, size_t n, double limit)
{
	size_t first = 0;

	for (size_t i = 1; i < n; i++)
		if (fabs(h[i].mean - h[i - 1].mean) > step_share * limit)
			first = i;
	return first;
}

/* Least squares of mean over days; half the width of the slope's interval at two deviations. */
static void fit(const struct hour *h, size_t n, double *slope, double *half)
{
	double sx = 0, sy = 0, sxx = 0, sxy = 0, residual = 0, d, a;

	for (size_t i = 0; i < n; i++) {
		double x = (double)(h[i].at - h[0].at) / DAY;

		sx += x;
		sy += h[i].mean;
		sxx += x * x;
		sxy += x * h[i].mean;
	}
	d = (double)n * sxx - sx * sx;
	*slope = d > 0 ? ((double)n * sxy - sx * sy) / d : 0;
	a = (sy - *slope * sx) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double e = h[i].mean - a - *slope * (double)(h[i].at - h[0].at) / DAY;

		residual += e * e;
	}
	*half = d > 0 && n > 2 ? 2 * sqrt(residual / (double)(n - 2) * (double)n / d) : INFINITY;
}

void forecast_limit(const struct metrics_point *p, size_t n, double limit, struct forecast *out)
{
	struct hour *h;
	size_t count = hours_of(p, n, &h), first = after_last_step(h, count, limit), whole;
	double half, left;

	*out = (struct forecast){.outlook = OUTLOOK_TOO_LITTLE, .least = INFINITY, .most = INFINITY, .stepped = first > 0};
	if (count > first)
		out->days = floor((double)(h[count - 1].at + HOUR - h[first].at) / DAY);
	if (out->days < days_least || limit <= 0) {
		free(h);
		return;
	}
	/* The newest whole days: a daily swing then cancels itself. */
	whole = first;
	while (h[whole].at < h[count - 1].at + HOUR - (int64_t)out->days * DAY)
		whole++;
	fit(h + whole, count - whole, &out->per_day, &half);
	left = limit - h[count - 1].mean;
	out->now = h[count - 1].mean;
	out->fast = out->per_day + half;
	out->outlook = fabs(out->per_day) <= half ? OUTLOOK_STEADY : out->per_day < 0 ? OUTLOOK_FALLING : OUTLOOK_RISING;
	if (out->outlook == OUTLOOK_RISING) {
		out->least = left <= 0 ? 0 : left / (out->per_day + half);
		out->most = left <= 0 ? 0 : left / (out->per_day - half);
	}
	free(h);
}

/* The first point of the newest so many days, and one more: what is judged anew must have its whole days. */
static size_t newest(const struct metrics_point *p, size_t n, double days)
{
	size_t first = 0;

	days = fmin(days, DAYS_MOST);
	while (first < n && p[first].wall < p[n - 1].wall - (int64_t)((days + 1) * DAY))
		first++;
	return first;
}

void forecast_level(const struct metrics_point *p, size_t n, double limit, double keep_days, double room, struct level *out)
{
	size_t split = newest(p, n, fmax(keep_days, days_least)), late = newest(p, n, days_least);
	struct forecast before, since, latest;

	forecast_limit(p, split, limit, &before);
	forecast_limit(p + split, n - split, limit, &since);
	if (since.outlook == OUTLOOK_TOO_LITTLE)
		forecast_limit(p, n, limit, &since);
	*out = (struct level){.most = since.now + room, .outlived = before.outlook == OUTLOOK_RISING};
	/* Growth that began a few days ago is flattened by the days before. */
	forecast_limit(p + late, n - late, limit, &latest);
	if (latest.outlook == OUTLOOK_RISING && !(since.outlook == OUTLOOK_RISING && since.fast > latest.fast))
		since = latest;
	if (since.outlook == OUTLOOK_RISING) {
		out->most += since.fast * keep_days;
		out->grown = since.per_day * since.days;
	}
	/* Up to a limit of size it may grow for as long as it likes. */
	if (keep_days <= 0)
		out->outlived = room <= 0;
}

static int by_value(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return a < b ? -1 : a > b;
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static const struct hour *hour_at(const struct hour *h, size_t n, int64_t at)
{
	for (size_t i = 0; i < n; i++)
		if (h[i].at == at)
			return &h[i];
	return NULL;
}

/* How an hour stands against the same hour of the weeks before: its change, and the deviation usual there. */
static bool compare(const struct hour *h, size_t n, const struct hour *one, double *change, double *usual)
{
	double past[WEEKS_MOST], off[WEEKS_MOST], middle;
	size_t weeks = 0;

	for (int64_t w = 1; w <= WEEKS_MOST; w++) {
		const struct hour *then = hour_at(h, n, one->at - w * 7 * DAY);

		if (then)
			past[weeks++] = then->mean;
	}
	if (weeks < 2)
		return false;
	middle = median(past, weeks);
	for (size_t i = 0; i < weeks; i++)
		off[i] = fabs(past[i] - middle);
	/* A lag that is always 0 is as it was; from 0 there is no percentage. */
	if (fabs(middle) < 1e-9) {
		*change = fabs(one->mean) < 1e-9 ? 0 : INFINITY;
		*usual = 0;
		return true;
	}
	*change = (one->mean - middle) / fabs(middle);
	*usual = median(off, weeks) / fabs(middle);
	return true;
}

enum trend trend_week(const struct metrics_point *p, size_t n, int64_t now, double *change)
{
	double changes[HOURS_DAY], usual[HOURS_DAY], middle, deviation;
	struct hour *h;
	size_t count = hours_of(p, n, &h), compared = 0;

	*change = 0;
	for (size_t i = count; i-- > 0 && compared < HOURS_DAY;) {
		/* The hour that is not over yet would compare badly. */
		if (h[i].at + HOUR > now || h[i].at < now - DAY - HOUR)
			continue;
		compared += compare(h, count, &h[i], &changes[compared], &usual[compared]);
	}
	free(h);
	if (compared < HOURS_LEAST)
		return TREND_TOO_LITTLE;
	middle = median(changes, compared);
	deviation = median(usual, compared);
	*change = middle;
	if (fabs(middle) <= unusual_share || fabs(middle) <= unusual_mads * deviation)
		return TREND_USUAL;
	return middle > 0 ? TREND_HIGHER : TREND_LOWER;
}
