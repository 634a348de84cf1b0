#include "store/metrics_int.h"

#include "base/i18n.h"
#include "store/metrics_chunk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int64_t step_s, chunk_s, reach_s;
	size_t slots;
	bool parts;
} tiers[METRICS_TIERS] = {
    [TIER_10S] = {STEP_S, HOUR_S, 2 * DAY_S, SLOTS_10S, false},
    [TIER_1MIN] = {60, HOUR_S, 14 * DAY_S, SLOTS_1MIN, true},
    [TIER_15MIN] = {900, DAY_S, INT64_C(366) * DAY_S, SLOTS_15MIN, true},
};

static sqlite3 *open_db(const char *state_dir, struct err *err)
{
	char path[4200];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%.4000s/metrics.db", state_dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(db, 2000);
		return db;
	}
	err_set(err, _("there is no history in %.300s: run mqduty collect"), path);
	sqlite3_close(db);
	return NULL;
}

const char **metrics_keys(const char *state_dir, struct arena *a, struct err *err)
{
	sqlite3 *db = open_db(state_dir, err);
	const char **keys = arena_alloc(a, (SERIES_MOST + 1) * sizeof(*keys));
	sqlite3_stmt *s = NULL;
	size_t n = 0;

	if (!db)
		return NULL;
	if (sqlite3_prepare_v2(db, "SELECT key FROM series ORDER BY key", -1, &s, NULL) != SQLITE_OK) {
		err_set(err, _("the history cannot be read: %s"), sqlite3_errmsg(db));
		sqlite3_close(db);
		return NULL;
	}
	while (n < SERIES_MOST && sqlite3_step(s) == SQLITE_ROW)
		keys[n++] = arena_strdup(a, (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	sqlite3_close(db);
	return keys;
}

static void add(struct metrics_points *out, int64_t at, double min, double max, double mean, double n)
{
	if (out->n == METRICS_POINTS_MOST)
		return;
	array_reserve(&out->list, &out->cap, out->n + 1, sizeof(*out->list));
	out->list[out->n++] = (struct metrics_point){at * NS_PER_S, min, max, mean, n};
}

static void add_chunk(struct metrics_points *out, int tier, int64_t t0, const float *v, int64_t from, int64_t to)
{
	size_t slots = tiers[tier].slots;

	for (size_t i = 0; i < slots; i++) {
		int64_t at = t0 + (int64_t)i * tiers[tier].step_s;

		if (at < from || at >= to)
			continue;
		if (tiers[tier].parts)
			add(out, at, v[i], v[slots + i], v[2 * slots + i], v[3 * slots + i]);
		else
			add(out, at, v[i], v[i], v[i], isnan(v[i]) ? 0 : 1);
	}
}

static int read_chunks(sqlite3 *db, int64_t sid, int tier, int64_t from, int64_t to, struct metrics_points *out)
{
	size_t n = tiers[tier].slots * (tiers[tier].parts ? PARTS : 1);
	float v[SLOTS_15MIN * PARTS + SLOTS_10S];
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, "SELECT t0, data FROM chunk WHERE sid=? AND tier=? AND t0>? AND t0<? ORDER BY t0", -1, &s,
		NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(s, 1, sid);
	sqlite3_bind_int(s, 2, tier);
	sqlite3_bind_int64(s, 3, from - tiers[tier].chunk_s);
	sqlite3_bind_int64(s, 4, to);
	while (sqlite3_step(s) == SQLITE_ROW)
		if (!chunk_decode(sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), v, n))
			add_chunk(out, tier, sqlite3_column_int64(s, 0), v, from, to);
	sqlite3_finalize(s);
	return 0;
}

/* Adds what was gathered of one step, with the gap before it. */
static void add_open(struct metrics_points *out, const struct metrics_point *p, int64_t from)
{
	int64_t at = p->wall, step = out->step / NS_PER_S;
	int64_t last = out->n ? out->list[out->n - 1].wall / NS_PER_S + step : from;

	/* A day's chunk holds the hours before: what it calls a gap may be known here. */
	while (out->n && out->list[out->n - 1].wall / NS_PER_S >= at && out->list[out->n - 1].n <= 0)
		out->n--;
	if (out->n && out->list[out->n - 1].wall / NS_PER_S >= at)
		return;
	for (; last < at && out->n; last += step)
		if (out->list[out->n - 1].wall / NS_PER_S < last)
			add(out, last, NAN, NAN, NAN, 0);
	add(out, at, p->min, p->max, p->mean / p->n, p->n);
}

/* When the first number was taken that is not sealed yet; INT64_MAX: there is none. */
static int64_t open_since(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int64_t first = INT64_MAX;

	if (sqlite3_prepare_v2(db, "SELECT min(ts) FROM sample", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
	    sqlite3_column_type(s, 0) != SQLITE_NULL)
		first = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return first;
}

/* What is not sealed yet, gathered into the steps of the tier. Each moment is looked up by itself: the rows of one series
 * lie among those of all others. */
static int read_open(sqlite3 *db, int64_t sid, int64_t from, int64_t to, struct metrics_points *out)
{
	int64_t step = out->step / NS_PER_S, first = open_since(db);
	struct metrics_point p = {0};
	sqlite3_stmt *s = NULL;

	if (first < from)
		first = from;
	if (first >= to)
		return 0;
	if (sqlite3_prepare_v2(db, "SELECT v FROM sample WHERE ts=?1 AND sid=?2", -1, &s, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(s, 2, sid);
	for (int64_t ts = (first + STEP_S - 1) / STEP_S * STEP_S; ts < to; ts += STEP_S) {
		double v;

		sqlite3_bind_int64(s, 1, ts);
		if (sqlite3_step(s) == SQLITE_ROW) {
			v = sqlite3_column_double(s, 0);
			if (p.n > 0 && p.wall != ts / step * step) {
				add_open(out, &p, from);
				p.n = 0;
			}
			if (p.n <= 0)
				p = (struct metrics_point){.wall = ts / step * step, .min = v, .max = v};
			p.min = fmin(p.min, v);
			p.max = fmax(p.max, v);
			p.mean += v;
			p.n++;
		}
		sqlite3_reset(s);
	}
	if (p.n > 0)
		add_open(out, &p, from);
	sqlite3_finalize(s);
	return 0;
}

static int64_t find_series(sqlite3 *db, const char *key)
{
	sqlite3_stmt *s = NULL;
	int64_t sid = -1;

	if (sqlite3_prepare_v2(db, "SELECT sid FROM series WHERE key=?", -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
		if (sqlite3_step(s) == SQLITE_ROW)
			sid = sqlite3_column_int64(s, 0);
	}
	sqlite3_finalize(s);
	return sid;
}

/* The finest one that reaches back so far and does not give more points than anybody draws. */
static int pick_tier(int64_t from, int64_t to)
{
	int64_t now = clock_wall() / NS_PER_S;
	int tier = TIER_10S;

	while (tier < TIER_15MIN && (now - from > tiers[tier].reach_s || (to - from) / tiers[tier].step_s > METRICS_POINTS_MOST / 5))
		tier++;
	return tier;
}

int metrics_read(const char *state_dir, const char *key, int64_t from, int64_t to, struct metrics_points *out, struct err *err)
{
	sqlite3 *db = open_db(state_dir, err);
	int64_t from_s = from / NS_PER_S, to_s = to / NS_PER_S, sid;
	int tier = pick_tier(from_s, to_s), rc;

	*out = (struct metrics_points){.step = tiers[tier].step_s * NS_PER_S};
	if (!db)
		return -1;
	sid = find_series(db, key);
	if (sid < 0)
		rc = err_set(err, _("there is no series '%.200s': 'mqduty history' lists them"), key);
	else if (read_chunks(db, sid, tier, from_s, to_s, out) || read_open(db, sid, from_s, to_s, out))
		rc = err_set(err, _("the history cannot be read: %s"), sqlite3_errmsg(db));
	else
		rc = 0;
	sqlite3_close(db);
	return rc;
}
