/* Whole hours become chunks of three tiers, and what is too old or too much goes. */
#include "store/metrics_int.h"

#include "base/i18n.h"
#include "store/metrics_chunk.h"
#include "store/sql.h"

#include <math.h>
#include <stdio.h>

/* How long each tier is kept. */
static const int64_t keep_s[METRICS_TIERS] = {
    [TIER_10S] = 2 * DAY_S, [TIER_1MIN] = 14 * DAY_S, [TIER_15MIN] = INT64_C(366) * DAY_S};

static int put_chunk(struct metrics_sql *m, int64_t sid, int tier, int64_t t0, const float *v, size_t n)
{
	unsigned char data[CHUNK_MOST * 5];
	size_t len = chunk_encode(v, n, data, sizeof(data));
	int rc;

	if (!len)
		return -1;
	sqlite3_bind_int64(m->put_chunk, 1, sid);
	sqlite3_bind_int(m->put_chunk, 2, tier);
	sqlite3_bind_int64(m->put_chunk, 3, t0);
	sqlite3_bind_blob(m->put_chunk, 4, data, (int)len, SQLITE_STATIC);
	rc = sqlite3_step(m->put_chunk) == SQLITE_DONE ? 0 : -1;
	sqlite3_reset(m->put_chunk);
	return rc;
}

static bool get_chunk(struct metrics_sql *m, int64_t sid, int tier, int64_t t0, float *v, size_t n)
{
	sqlite3_stmt *s = m->get_chunk;
	bool found;

	sqlite3_bind_int64(s, 1, sid);
	sqlite3_bind_int(s, 2, tier);
	sqlite3_bind_int64(s, 3, t0);
	found = sqlite3_step(s) == SQLITE_ROW &&
		!chunk_decode(sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0), v, n);
	sqlite3_reset(s);
	return found;
}

static void gaps(float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = NAN;
}

/* Least, greatest, mean and count of each `per` numbers: four arrays of `slots`, from `first` on. */
static void aggregate(const float *raw, size_t n, size_t per, float *out, size_t slots, size_t first)
{
	for (size_t i = 0; i < n / per; i++) {
		double sum = 0, count = 0;
		float least = INFINITY, greatest = -INFINITY;

		for (size_t k = i * per; k < (i + 1) * per; k++) {
			if (isnan(raw[k]))
				continue;
			least = raw[k] < least ? raw[k] : least;
			greatest = raw[k] > greatest ? raw[k] : greatest;
			sum += raw[k];
			count++;
		}
		out[first + i] = count > 0 ? least : NAN;
		out[slots + first + i] = count > 0 ? greatest : NAN;
		out[2 * slots + first + i] = count > 0 ? (float)(sum / count) : NAN;
		out[3 * slots + first + i] = (float)count;
	}
}

static int roll_quarters(struct metrics_sql *m, int64_t sid, int64_t t0, const float *raw, size_t hours)
{
	float quarters[SLOTS_15MIN * PARTS];
	int64_t day = t0 / DAY_S * DAY_S;

	if (!get_chunk(m, sid, TIER_15MIN, day, quarters, SLOTS_15MIN * PARTS)) {
		gaps(quarters, SLOTS_15MIN * PARTS);
		for (size_t i = 0; i < SLOTS_15MIN; i++)
			quarters[3 * SLOTS_15MIN + i] = 0;
	}
	aggregate(raw, hours * SLOTS_10S, SLOTS_10S / 4, quarters, SLOTS_15MIN, (size_t)((t0 - day) / HOUR_S * 4));
	return put_chunk(m, sid, TIER_15MIN, day, quarters, SLOTS_15MIN * PARTS);
}

int metrics_roll(struct metrics_sql *m, int64_t sid, int64_t t0, const float *raw, size_t hours, unsigned tiers)
{
	float minutes[SLOTS_1MIN * PARTS];
	int rc = 0;

	for (size_t i = 0; i < hours && !rc; i++) {
		const float *of_hour = raw + i * SLOTS_10S;
		int64_t hour = t0 + (int64_t)i * HOUR_S;

		if (tiers & 1 << TIER_10S)
			rc = put_chunk(m, sid, TIER_10S, hour, of_hour, SLOTS_10S);
		if (rc || !(tiers & 1 << TIER_1MIN))
			continue;
		aggregate(of_hour, SLOTS_10S, SLOTS_10S / SLOTS_1MIN, minutes, SLOTS_1MIN, 0);
		rc = put_chunk(m, sid, TIER_1MIN, hour, minutes, SLOTS_1MIN * PARTS);
	}
	if (!rc && tiers & 1 << TIER_15MIN)
		rc = roll_quarters(m, sid, t0, raw, hours);
	return rc;
}

/* A clock that was put back comes by an hour twice. */
static bool is_sealed(struct metrics_sql *m, int64_t hour)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM (SELECT 1 FROM chunk WHERE tier=%d AND t0=%lld LIMIT 1)", TIER_10S,
	    (long long)hour);
	return sql_number(m->db, sql) > 0;
}

static int seal_hour(struct metrics_sql *m, int64_t hour, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int64_t sid = -1;
	float raw[SLOTS_10S];
	bool again = is_sealed(m, hour);
	char sql[160];
	int rc = 0, got = SQLITE_DONE;

	if (metrics_run(m, "BEGIN", _("sealed"), err))
		return -1;
	if (sqlite3_prepare_v2(m->db, "SELECT sid, ts, v FROM sample WHERE ts>=?1 AND ts<?1+3600 ORDER BY sid", -1, &s, NULL))
		rc = -1;
	sqlite3_bind_int64(s, 1, hour);
	while (!rc && (got = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t slot = (sqlite3_column_int64(s, 1) - hour) / STEP_S;

		if (sqlite3_column_int64(s, 0) != sid) {
			if (sid >= 0)
				rc = metrics_roll(m, sid, hour, raw, 1, ALL_TIERS);
			sid = sqlite3_column_int64(s, 0);
			if (!again || !get_chunk(m, sid, TIER_10S, hour, raw, SLOTS_10S))
				gaps(raw, SLOTS_10S);
		}
		if (slot >= 0 && slot < SLOTS_10S)
			raw[slot] = (float)sqlite3_column_double(s, 2);
	}
	/* What could not be read to its end is not deleted. */
	if (!rc && got != SQLITE_DONE)
		rc = -1;
	if (!rc && sid >= 0)
		rc = metrics_roll(m, sid, hour, raw, 1, ALL_TIERS);
	sqlite3_finalize(s);
	snprintf(sql, sizeof(sql), "DELETE FROM sample WHERE ts>=%lld AND ts<%lld; COMMIT", (long long)hour,
	    (long long)hour + HOUR_S);
	if (!rc)
		rc = metrics_run(m, sql, _("sealed"), err);
	if (rc) {
		metrics_fail(m, _("sealed"), err);
		sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return rc;
}

static int64_t file_bytes(struct metrics_sql *m)
{
	return (sql_number(m->db, "PRAGMA page_count") - sql_number(m->db, "PRAGMA freelist_count")) * sql_number(m->db, "PRAGMA page_size");
}

int metrics_prune(struct metrics_sql *m, int64_t now, struct err *err)
{
	char sql[160];

	for (int tier = 0; tier < METRICS_TIERS; tier++) {
		snprintf(sql, sizeof(sql), "DELETE FROM chunk WHERE tier=%d AND t0<%lld", tier, (long long)(now - keep_s[tier]));
		if (metrics_run(m, sql, _("pruned"), err))
			return -1;
	}
	/* The finest goes first: it says least about the long run. */
	for (int tier = 0; tier < METRICS_TIERS; tier++) {
		while (file_bytes(m) > m->cap_bytes) {
			int64_t before = sqlite3_total_changes(m->db);

			snprintf(sql, sizeof(sql),
			    "DELETE FROM chunk WHERE tier=%d AND t0=(SELECT min(t0) FROM chunk WHERE tier=%d)", tier, tier);
			if (metrics_run(m, sql, _("pruned"), err))
				return -1;
			if (sqlite3_total_changes(m->db) == before)
				break;
		}
	}
	/* Looked up series by series: there are thousands of them and a million chunks. */
	return metrics_run(m,
	    "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.sid=series.sid)"
	    " AND sid NOT IN (SELECT sid FROM sample);"
		      "PRAGMA incremental_vacuum(2000)",
	    _("pruned"), err);
}

int metrics_sql_seal(struct metrics_sql *m, int64_t now, struct err *err)
{
	int64_t hour, this_hour = now / HOUR_S * HOUR_S;
	bool sealed = false;

	/* Times from the future are a clock that was put back: they are sealed when they are past. */
	while ((hour = sql_number(m->db, "SELECT min(ts) FROM sample")) > 0 && hour / HOUR_S * HOUR_S < this_hour) {
		if (seal_hour(m, hour / HOUR_S * HOUR_S, err))
			return -1;
		sealed = true;
	}
	if (!sealed)
		return 0;
	if (metrics_prune(m, now, err))
		return -1;
	map_release(&m->sids);
	map_init(&m->sids);
	return metrics_load_series(m, err);
}
