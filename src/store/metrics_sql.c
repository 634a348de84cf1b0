#include "store/metrics_int.h"

#include "base/i18n.h"
#include "base/log.h"
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As large as the file may get; then the finest tier loses its oldest first. */
#define CAP_BYTES (INT64_C(512) << 20)

int metrics_fail(struct metrics_sql *m, const char *what, struct err *err)
{
	return err_set(err, _("the history cannot be %s: %s"), what, sqlite3_errmsg(m->db));
}

int metrics_run(struct metrics_sql *m, const char *sql, const char *what, struct err *err)
{
	return sqlite3_exec(m->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : metrics_fail(m, what, err);
}

int metrics_load_series(struct metrics_sql *m, struct err *err)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(m->db, "SELECT sid, key FROM series", -1, &s, NULL) != SQLITE_OK)
		return metrics_fail(m, _("read"), err);
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
	int sound;

	*m = (struct metrics_sql){.cap_bytes = CAP_BYTES};
	map_init(&m->sids);
	set_modes(path, mode);
	if (sqlite3_open_v2(path, &m->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return metrics_fail(m, _("opened"), err);
	sqlite3_busy_timeout(m->db, 2000);
	/* Another program's newer file is not ours to touch: sound is what a quick check calls so. */
	sound = sql_sound(m->db);
	m->damaged = !sound;
	if (sound <= 0)
		return sound ? metrics_fail(m, _("opened"), err) : err_set(err, _("%s is damaged"), path);
	if (metrics_schema(m, path, err) || metrics_load_series(m, err))
		return -1;
	if (sqlite3_prepare_v2(m->db, "INSERT OR REPLACE INTO sample(ts, sid, v) VALUES(?,?,?)", -1, &m->insert, NULL) ||
	    sqlite3_prepare_v2(m->db,
		"INSERT INTO chunk(sid, tier, t0, data) VALUES(?,?,?,?) ON CONFLICT(sid, tier, t0) DO UPDATE SET data=excluded.data",
		-1, &m->put_chunk, NULL) ||
	    sqlite3_prepare_v2(m->db, "SELECT data FROM chunk WHERE sid=? AND tier=? AND t0=?", -1, &m->get_chunk, NULL) ||
	    sqlite3_prepare_v2(m->db, "INSERT INTO series(key) VALUES(?)", -1, &m->add_series, NULL))
		return metrics_fail(m, _("written"), err);
	return 0;
}

int metrics_sql_open(struct metrics_sql *m, const char *path, mode_t mode, struct err *err)
{
	char aside[4200];
	int rc = open_once(m, path, mode, err);
	bool damaged = rc && (m->damaged || sqlite3_errcode(m->db) == SQLITE_CORRUPT || sqlite3_errcode(m->db) == SQLITE_NOTADB);

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
	sqlite3_finalize(m->put_chunk);
	sqlite3_finalize(m->get_chunk);
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
	if (metrics_run(m, "BEGIN", _("written"), err))
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		int64_t sid = sid_of(m, b->list[i].key);

		if (sid < 0)
			continue;
		sqlite3_bind_int64(m->insert, 1, b->slot);
		sqlite3_bind_int64(m->insert, 2, sid);
		sqlite3_bind_double(m->insert, 3, b->list[i].v);
		if (sqlite3_step(m->insert) != SQLITE_DONE) {
			metrics_fail(m, _("written"), err);
			sqlite3_reset(m->insert);
			sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
			/* Series that were added are gone with it. */
			map_release(&m->sids);
			map_init(&m->sids);
			metrics_load_series(m, NULL);
			return -1;
		}
		sqlite3_reset(m->insert);
	}
	if (!metrics_run(m, "COMMIT", _("written"), err))
		return 0;
	sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
