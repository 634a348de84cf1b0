#include "store/metrics_int.h"

#include "base/i18n.h"
#include "base/log.h"
#include "store/metrics_chunk.h"
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long each tier is kept. */
static const int64_t keep_s[METRICS_TIERS] = {
    [TIER_10S] = 2 * DAY_S, [TIER_1MIN] = 14 * DAY_S, [TIER_15MIN] = INT64_C(366) * DAY_S};

/* As large as the file may get; then the finest tier loses its oldest first. */
#define CAP_BYTES (INT64_C(512) << 20)

static int fail(struct metrics_sql *m, const char *what, struct err *err)
{
	return err_set(err, _("the history cannot be %s: %s"), what, sqlite3_errmsg(m->db));
}

static int run(struct metrics_sql *m, const char *sql, const char *what, struct err *err)
{
	return sqlite3_exec(m->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(m, what, err);
}

/* Sound means that a quick check says so; another program's newer file is not ours to touch. */
static bool sound(struct metrics_sql *m)
{
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(m->db, "PRAGMA quick_check(1)", -1, &s, NULL) == SQLITE_OK &&
		  sqlite3_step(s) == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(s, 0), "ok");

	sqlite3_finalize(s);
	return ok;
}

static int load_series(struct metrics_sql *m, struct err *err)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(m->db, "SELECT sid, key FROM series", -1, &s, NULL) != SQLITE_OK)
		return fail(m, _("read"), err);
	while (sqlite3_step(s) == SQLITE_ROW)
		map_put(&m->sids, (const char *)sqlite3_column_text(s, 1),
		    (void *)(intptr_t)(sqlite3_column_int64(s, 0) + 1));
	sqlite3_finalize(s);
	return 0;
}

/* SQLite gives the files beside a database its mode, so the file is made before SQLite would: in a folder that a group
 * shares, others could not read the history otherwise. What cannot be opened or is somebody else's is left to SQLite. */
static void set_modes(const char *path, mode_t mode)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	char name[4200];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct stat st;
		int fd;

		snprintf(name, sizeof(name), "%.4000s%s", path, tails[i]);
		fd = open(name, O_RDWR | (i ? 0 : O_CREAT) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
		if (fd < 0)
			continue;
		if (!fstat(fd, &st) && st.st_uid == geteuid() && (st.st_mode & 0777) != mode && fchmod(fd, mode))
			log_warn("%s keeps its mode: %s", name, strerror(errno));
		close(fd);
	}
}

static int open_once(struct metrics_sql *m, const char *path, mode_t mode, struct err *err)
{
	*m = (struct metrics_sql){.cap_bytes = CAP_BYTES};
	map_init(&m->sids);
	set_modes(path, mode);
	if (sqlite3_open_v2(path, &m->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return fail(m, _("opened"), err);
	sqlite3_busy_timeout(m->db, 2000);
	if (!sound(m))
		return err_set(err, _("%s is damaged"), path);
	if (metrics_schema(m, path, err) || load_series(m, err))
		return -1;
	if (sqlite3_prepare_v2(m->db, "INSERT OR REPLACE INTO sample(ts, sid, v) VALUES(?,?,?)", -1, &m->insert, NULL) ||
	    sqlite3_prepare_v2(m->db, "INSERT INTO series(key) VALUES(?)", -1, &m->add_series, NULL))
		return fail(m, _("written"), err);
	return 0;
}

int metrics_sql_open(struct metrics_sql *m, const char *path, mode_t mode, struct err *err)
{
	char aside[4200];
	int rc = open_once(m, path, mode, err);
	bool damaged = rc && (sqlite3_errcode(m->db) == SQLITE_CORRUPT || sqlite3_errcode(m->db) == SQLITE_NOTADB ||
				 strstr(err->msg, _("damaged")));

	if (!damaged)
		return rc;
	metrics_sql_close(m);
	snprintf(aside, sizeof(aside), "%.4000s.damaged-%lld", path, (long long)(clock_wall() / NS_PER_S));
	if (rename(path, aside))
		return -1;
	/* Its log belongs to it and would damage a new one. */
	snprintf(aside, sizeof(aside), "%.4000s-wal", path);
	unlink(aside);
	snprintf(aside, sizeof(aside), "%.4000s-shm", path);
	unlink(aside);
	log_warn("%s was damaged and is set aside; the history begins anew", path);
	err->msg[0] = '\0';
	return open_once(m, path, mode, err);
}

void metrics_sql_close(struct metrics_sql *m)
{
	sqlite3_finalize(m->insert);
	sqlite3_finalize(m->add_series);
	sqlite3_close(m->db);
	map_release(&m->sids);
	*m = (struct metrics_sql){0};
}

static int64_t sid_of(struct metrics_sql *m, const char *key)
{
	void *known = map_get(&m->sids, key);
	int64_t sid;

	if (known)
		return (int64_t)(intptr_t)known - 1;
	if (m->sids.n >= SERIES_MOST) {
		m->dropped++;
		return -1;
	}
	sqlite3_bind_text(m->add_series, 1, key, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(m->add_series) != SQLITE_DONE) {
		sqlite3_reset(m->add_series);
		return -1;
	}
	sqlite3_reset(m->add_series);
	sid = sqlite3_last_insert_rowid(m->db);
	map_put(&m->sids, key, (void *)(intptr_t)(sid + 1));
	return sid;
}

int metrics_sql_write(struct metrics_sql *m, const struct metrics_batch *b, struct err *err)
{
	if (run(m, "BEGIN", _("written"), err))
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		int64_t sid = sid_of(m, b->list[i].key);

		if (sid < 0)
			continue;
		sqlite3_bind_int64(m->insert, 1, b->slot);
		sqlite3_bind_int64(m->insert, 2, sid);
		sqlite3_bind_double(m->insert, 3, b->list[i].v);
		if (sqlite3_step(m->insert) != SQLITE_DONE) {
			fail(m, _("written"), err);
			sqlite3_reset(m->insert);
			sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
			/* Series that were added are gone with it. */
			map_release(&m->sids);
			map_init(&m->sids);
			load_series(m, NULL);
			return -1;
		}
		sqlite3_reset(m->insert);
	}
	if (!run(m, "COMMIT", _("written"), err))
		return 0;
	sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

static int put_chunk(struct metrics_sql *m, int64_t sid, int tier, int64_t t0, const float *v, size_t n)
{
	unsigned char data[CHUNK_MOST * 5];
	size_t len = chunk_encode(v, n, data, sizeof(data));
	sqlite3_stmt *s = NULL;
	int rc = -1;

	if (len && sqlite3_prepare_v2(m->db, "INSERT OR REPLACE INTO chunk(sid, tier, t0, data) VALUES(?,?,?,?)", -1, &s,
		       NULL) == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, sid);
		sqlite3_bind_int(s, 2, tier);
		sqlite3_bind_int64(s, 3, t0);
		sqlite3_bind_blob(s, 4, data, (int)len, SQLITE_TRANSIENT);
		rc = sqlite3_step(s) == SQLITE_DONE ? 0 : -1;
	}
	sqlite3_finalize(s);
	return rc;
}

static bool get_chunk(struct metrics_sql *m, int64_t sid, int tier, int64_t t0, float *v, size_t n)
{
	sqlite3_stmt *s = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(m->db, "SELECT data FROM chunk WHERE sid=? AND tier=? AND t0=?", -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, sid);
		sqlite3_bind_int(s, 2, tier);
		sqlite3_bind_int64(s, 3, t0);
		found = sqlite3_step(s) == SQLITE_ROW && !chunk_decode(sqlite3_column_blob(s, 0),
							      (size_t)sqlite3_column_bytes(s, 0), v, n);
	}
	sqlite3_finalize(s);
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
		double least = INFINITY, greatest = -INFINITY, sum = 0, count = 0;

		for (size_t k = i * per; k < (i + 1) * per; k++) {
			if (isnan(raw[k]))
				continue;
			least = fmin(least, raw[k]);
			greatest = fmax(greatest, raw[k]);
			sum += raw[k];
			count++;
		}
		out[first + i] = count > 0 ? (float)least : NAN;
		out[slots + first + i] = count > 0 ? (float)greatest : NAN;
		out[2 * slots + first + i] = count > 0 ? (float)(sum / count) : NAN;
		out[3 * slots + first + i] = (float)count;
	}
}

/* One series of one hour into all three tiers. */
static int seal_series(struct metrics_sql *m, int64_t sid, int64_t hour, const float *raw)
{
	float minutes[SLOTS_1MIN * PARTS], quarters[SLOTS_15MIN * PARTS];
	int64_t day = hour / DAY_S * DAY_S;

	aggregate(raw, SLOTS_10S, SLOTS_10S / SLOTS_1MIN, minutes, SLOTS_1MIN, 0);
	if (!get_chunk(m, sid, TIER_15MIN, day, quarters, SLOTS_15MIN * PARTS)) {
		gaps(quarters, SLOTS_15MIN * PARTS);
		for (size_t i = 0; i < SLOTS_15MIN; i++)
			quarters[3 * SLOTS_15MIN + i] = 0;
	}
	aggregate(raw, SLOTS_10S, SLOTS_10S / 4, quarters, SLOTS_15MIN, (size_t)((hour - day) / HOUR_S * 4));
	return put_chunk(m, sid, TIER_10S, hour, raw, SLOTS_10S) ||
		       put_chunk(m, sid, TIER_1MIN, hour, minutes, SLOTS_1MIN * PARTS) ||
		       put_chunk(m, sid, TIER_15MIN, day, quarters, SLOTS_15MIN * PARTS)
		   ? -1
		   : 0;
}

static int seal_hour(struct metrics_sql *m, int64_t hour, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int64_t sid = -1;
	float raw[SLOTS_10S];
	char sql[160];
	int rc = 0;

	if (run(m, "BEGIN", _("sealed"), err))
		return -1;
	if (sqlite3_prepare_v2(m->db, "SELECT sid, ts, v FROM sample WHERE ts>=?1 AND ts<?1+3600 ORDER BY sid", -1, &s, NULL))
		rc = -1;
	sqlite3_bind_int64(s, 1, hour);
	while (!rc && sqlite3_step(s) == SQLITE_ROW) {
		int64_t slot = (sqlite3_column_int64(s, 1) - hour) / STEP_S;

		if (sqlite3_column_int64(s, 0) != sid) {
			if (sid >= 0)
				rc = seal_series(m, sid, hour, raw);
			sid = sqlite3_column_int64(s, 0);
			gaps(raw, SLOTS_10S);
		}
		if (slot >= 0 && slot < SLOTS_10S)
			raw[slot] = (float)sqlite3_column_double(s, 2);
	}
	if (!rc && sid >= 0)
		rc = seal_series(m, sid, hour, raw);
	sqlite3_finalize(s);
	snprintf(sql, sizeof(sql), "DELETE FROM sample WHERE ts>=%lld AND ts<%lld; COMMIT", (long long)hour,
	    (long long)hour + HOUR_S);
	if (!rc)
		rc = run(m, sql, _("sealed"), err);
	if (rc) {
		fail(m, _("sealed"), err);
		sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return rc;
}

static int64_t file_bytes(struct metrics_sql *m)
{
	return (sql_number(m->db, "PRAGMA page_count") - sql_number(m->db, "PRAGMA freelist_count")) * sql_number(m->db, "PRAGMA page_size");
}

static int prune(struct metrics_sql *m, int64_t now, struct err *err)
{
	char sql[160];

	for (int tier = 0; tier < METRICS_TIERS; tier++) {
		snprintf(sql, sizeof(sql), "DELETE FROM chunk WHERE tier=%d AND t0<%lld", tier, (long long)(now - keep_s[tier]));
		if (run(m, sql, _("pruned"), err))
			return -1;
	}
	/* The finest goes first: it says least about the long run. */
	for (int tier = 0; tier < METRICS_TIERS; tier++) {
		while (file_bytes(m) > m->cap_bytes) {
			int64_t before = sqlite3_total_changes(m->db);

			snprintf(sql, sizeof(sql),
			    "DELETE FROM chunk WHERE tier=%d AND t0=(SELECT min(t0) FROM chunk WHERE tier=%d)", tier, tier);
			if (run(m, sql, _("pruned"), err))
				return -1;
			if (sqlite3_total_changes(m->db) == before)
				break;
		}
	}
	return run(m, "DELETE FROM series WHERE sid NOT IN (SELECT sid FROM chunk) AND sid NOT IN (SELECT sid FROM sample);"
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
	if (prune(m, now, err))
		return -1;
	map_release(&m->sids);
	map_init(&m->sids);
	return load_series(m, err);
}
