#include "long_history.h"

#include "base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOURS = 24, KINDS = 4 };

void long_history_key(int series, char *out, size_t size)
{
	snprintf(out, size, "c/brokers/b%d/rtt_ms", series);
}

double long_history_number(int series, int64_t t)
{
	double day = (double)t / DAY_S, noise = (double)((t / STEP_S * 2654435761u + (unsigned)series * 40503u) % 1000) / 1000;

	switch (series % KINDS) {
	case 0:
		return 0.5 + 0.2 * noise;
	case 1:
		return floor(5000 + 3000 * sin(6.2832 * day) + 100 * noise);
	case 2:
		return floor(1e9 + 1e6 * day + 1e4 * noise);
	default:
		return series % 8 < KINDS ? 3 : floor(20 * noise);
	}
}

static int write_slots(struct metrics_sql *m, const struct long_history *h, struct err *err)
{
	struct metrics_sample *list = xcalloc((size_t)h->series, sizeof(*list));
	int rc = 0;

	for (int i = 0; i < h->series; i++) {
		char key[64];

		long_history_key(i, key, sizeof(key));
		list[i].key = xstrdup(key);
	}
	for (int64_t t = h->recent; t < h->to && !rc; t += h->cadence_s) {
		struct metrics_batch b = {.slot = t, .list = list, .n = (size_t)h->series};

		for (int i = 0; i < h->series; i++)
			list[i].v = long_history_number(i, t);
		rc = metrics_sql_write(m, &b, err) || metrics_sql_seal(m, t, err) ? -1 : 0;
	}
	for (int i = 0; i < h->series; i++)
		free(list[i].key);
	free(list);
	return rc;
}

static int add_series(struct metrics_sql *m, int series, struct err *err)
{
	char key[64], sql[160];

	long_history_key(series, key, sizeof(key));
	snprintf(sql, sizeof(sql), "INSERT INTO series(sid, key) VALUES(%d, '%s')", series + 1, key);
	return metrics_run(m, sql, "written", err);
}

static int roll_day(struct metrics_sql *m, const struct long_history *h, int64_t day, struct err *err)
{
	float raw[HOURS * SLOTS_10S];

	for (int i = 0; i < h->series; i++) {
		for (size_t k = 0; k < HOURS * SLOTS_10S; k++)
			raw[k] = (int64_t)k * STEP_S % h->cadence_s ? NAN : (float)long_history_number(i, day + (int64_t)k * STEP_S);
		if (metrics_roll(m, i + 1, day, raw, HOURS, 1 << TIER_15MIN))
			return metrics_fail(m, "written", err);
	}
	return 0;
}

static int roll_days(struct metrics_sql *m, const struct long_history *h, struct err *err)
{
	if (metrics_run(m, "BEGIN", "written", err))
		return -1;
	for (int i = 0; i < h->series; i++)
		if (add_series(m, i, err))
			return -1;
	for (int64_t day = h->from; day < h->recent; day += DAY_S)
		if (roll_day(m, h, day, err) || metrics_run(m, "COMMIT; BEGIN", "written", err))
			return -1;
	return metrics_run(m, "COMMIT", "written", err) || metrics_load_series(m, err) ? -1 : 0;
}

int long_history_write(struct metrics_sql *m, const struct long_history *h, struct err *err)
{
	return (h->from < h->recent && roll_days(m, h, err)) || write_slots(m, h, err) ? -1 : 0;
}
