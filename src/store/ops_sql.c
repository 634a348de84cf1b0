#include "store/ops_sql.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 2000 };

static const char *const steps[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE records(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    " wall INTEGER NOT NULL, until INTEGER NOT NULL, user TEXT NOT NULL, origin TEXT NOT NULL, cluster TEXT,"
    " entity TEXT, subject TEXT, text TEXT, data TEXT, drill INTEGER NOT NULL);"
    "CREATE INDEX records_by_subject ON records(kind, subject);"
    "CREATE INDEX records_by_until ON records(until) WHERE until > 0;"
    "CREATE TABLE alert_state(one INTEGER PRIMARY KEY CHECK(one = 1), wall INTEGER NOT NULL, state TEXT NOT NULL);",
};

#define FIELDS "id, kind, wall, until, user, origin, cluster, entity, subject, text, data, drill"

static enum ops_rc may_not(struct err *err)
{
	err_set(err, _("it may not be written: look at its owner and mode, and at how the disk is mounted"));
	return OPS_READONLY;
}

/* What the operator can do about it, by SQLite's code. */
static enum ops_rc failed(struct ops_sql *s, int rc, struct err *err)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		err_set(err, _("the disk is full"));
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_set(err, _("another program holds it locked"));
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return may_not(err);
	case SQLITE_IOERR:
		err_set(err, _("the disk reports an error (%s)"), strerror(sqlite3_system_errno(s->db)));
		break;
	case SQLITE_CANTOPEN:
		err_set(err, _("it cannot be opened (%s)"), strerror(sqlite3_system_errno(s->db)));
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		err_set(err, _("it is damaged"));
		return OPS_DAMAGED;
	default:
		err_set(err, "%s", sqlite3_errmsg(s->db));
	}
	return OPS_FAILED;
}

static int quick_check(struct ops_sql *s)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &q, NULL);

	if (rc)
		return rc;
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		rc = strcmp((const char *)sqlite3_column_text(q, 0), "ok") ? SQLITE_CORRUPT : SQLITE_OK;
	sqlite3_finalize(q);
	return rc;
}

static enum ops_rc set_up(struct ops_sql *s, struct err *err)
{
	int rc = quick_check(s);

	if (rc)
		return failed(s, rc, err);
	/* A file system that cannot do this keeps SQLite's rollback journal, which is as safe. */
	sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
	rc = sqlite3_exec(s->db, "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
	if (rc)
		return failed(s, rc, err);
	return ops_sql_migrate(s, steps, sizeof(steps) / sizeof(steps[0]), err);
}

enum ops_rc ops_sql_open(struct ops_sql *s, const struct state_dir *dir, struct err *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	char path[PATH_MAX];
	enum ops_rc result;
	int rc;

	snprintf(path, sizeof(path), "%s/ops.db", dir->path);
	s->path = xstrdup(path);
	/* SQLite would open it for reading alone, and stay at that. Of other troubles it says why. */
	if (state_dir_make_db(dir, path) && (errno == EACCES || errno == EPERM || errno == EROFS)) {
		ops_sql_close(s);
		return may_not(err);
	}
	rc = sqlite3_open_v2(path, &s->db, flags, NULL);
	if (!rc)
		rc = sqlite3_busy_timeout(s->db, BUSY_MS);
	result = rc ? failed(s, rc, err) : set_up(s, err);
	if (result != OPS_OK)
		ops_sql_close(s);
	return result;
}

enum ops_rc ops_sql_open_read(struct ops_sql *s, const struct state_dir *dir, struct err *err)
{
	char path[PATH_MAX], log[PATH_MAX + 8], uri[3 * PATH_MAX];
	size_t n = 0;
	int rc;

	snprintf(path, sizeof(path), "%s/ops.db", dir->path);
	snprintf(log, sizeof(log), "%s-wal", path);
	s->path = xstrdup(path);
	s->db = NULL;
	if (access(path, F_OK))
		return OPS_OK;
	n += (size_t)snprintf(uri, sizeof(uri), "file:");
	for (const char *p = path; *p; p++)
		n += (size_t)snprintf(uri + n, sizeof(uri) - n, strchr("?#%", *p) ? "%%%02x" : "%c", (unsigned char)*p);
	/* Without a log nobody is writing; reading the plain way would make files beside it, owned by whoever looks. */
	snprintf(uri + n, sizeof(uri) - n, "?mode=ro%s", access(log, F_OK) ? "&immutable=1" : "");
	rc = sqlite3_open_v2(uri, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	if (!rc)
		rc = sqlite3_busy_timeout(s->db, BUSY_MS);
	if (!rc)
		rc = sqlite3_exec(s->db, "SELECT 1 FROM records LIMIT 1", NULL, NULL, NULL);
	if (rc) {
		enum ops_rc result = failed(s, rc, err);

		ops_sql_close(s);
		return result;
	}
	return OPS_OK;
}

void ops_sql_close(struct ops_sql *s)
{
	sqlite3_close(s->db);
	free(s->path);
	s->db = NULL;
	s->path = NULL;
}

static const char *column(struct record *r, sqlite3_stmt *q, int i)
{
	return record_str(r, (const char *)sqlite3_column_text(q, i));
}

/* NULL: a kind or an id that this version does not know. */
static struct record *row_record(sqlite3_stmt *q)
{
	const char *id = (const char *)sqlite3_column_text(q, 0), *kind = (const char *)sqlite3_column_text(q, 1);
	enum record_kind k = kind ? record_kind_by_name(kind) : RECORD_KINDS;
	struct record *r;

	if (k == RECORD_KINDS || !record_id_is_good(id))
		return NULL;
	r = record_blank(k, id);
	r->wall = sqlite3_column_int64(q, 2);
	r->until = sqlite3_column_int64(q, 3);
	r->user = column(r, q, 4);
	r->from = column(r, q, 5);
	r->cluster = column(r, q, 6);
	r->entity = column(r, q, 7);
	r->subject = column(r, q, 8);
	r->text = column(r, q, 9);
	r->data = column(r, q, 10);
	r->drill = sqlite3_column_int(q, 11) != 0;
	return r;
}

/* The newest, and of the older ones: what has not run out, all of incidents that are open, acknowledgements of the last
 * month, the daily checklists of ten days, the drills of a year, and the newest answer, baseline and plan of each thing. Newest first, so that a bound on bytes cuts the oldest. */
static const char load_sql[] =
    "WITH open(subject) AS (SELECT subject FROM records WHERE kind = 'incident' EXCEPT"
    " SELECT subject FROM records WHERE kind = 'incident-close'),"
    " last(seq) AS (SELECT max(seq) FROM records WHERE kind IN ('answer', 'baseline', 'plan', 'selection') GROUP BY kind, cluster, subject)"
    " SELECT " FIELDS " FROM records WHERE seq > (SELECT coalesce(max(seq), 0) - ?1 FROM records) OR until > ?2"
    " OR seq IN (SELECT seq FROM last)"
    " OR (kind IN ('ack', 'unack') AND wall > ?2 - 2592000000000000)"
    " OR (kind = 'incident-close' AND drill AND wall > ?2 - ?4)"
    " OR (kind IN ('sign', 'evidence', 'note') AND wall > ?2 - ?3)"
    " OR (kind IN ('incident', 'entry', 'pen', 'note') AND subject IN (SELECT subject FROM open))"
    " ORDER BY seq DESC";

/* The rows of q, newest first, into l, oldest first. Ends q. */
static enum ops_rc load_rows(struct ops_sql *s, sqlite3_stmt *q, struct ledger *l, struct err *err)
{
	struct record **found = NULL, *r;
	size_t n = 0, cap = 0, bytes = 0;
	int rc;

	while ((rc = sqlite3_step(q)) == SQLITE_ROW && bytes < OPS_LOAD_BYTES) {
		r = row_record(q);
		if (!r)
			continue;
		bytes += r->arena.bytes;
		array_reserve(&found, &cap, n + 1, sizeof(*found));
		found[n++] = r;
	}
	sqlite3_finalize(q);
	while (n--) {
		if (rc == SQLITE_DONE || rc == SQLITE_ROW)
			ledger_add(l, found[n], KEEP_KEPT);
		record_unref(found[n]);
	}
	free(found);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? OPS_OK : failed(s, rc, err);
}

enum ops_rc ops_sql_load(struct ops_sql *s, int64_t wall, struct ledger *l, struct err *err)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(s->db, load_sql, -1, &q, NULL);

	if (rc)
		return failed(s, rc, err);
	sqlite3_bind_int64(q, 1, OPS_NEWEST);
	sqlite3_bind_int64(q, 2, wall);
	sqlite3_bind_int64(q, 3, LEDGER_CHECKLISTS);
	sqlite3_bind_int64(q, 4, LEDGER_DRILLS);
	return load_rows(s, q, l, err);
}

enum ops_rc ops_sql_load_daily(
    struct ops_sql *s, int64_t from, int64_t to, struct ledger *l, struct err *err)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(s->db,
	    "SELECT " FIELDS " FROM records WHERE kind IN ('sign', 'evidence', 'note')"
	    " AND wall >= ?1 AND wall < ?2 ORDER BY seq DESC",
	    -1, &q, NULL);

	if (rc)
		return failed(s, rc, err);
	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, to);
	return load_rows(s, q, l, err);
}

/* Whatever their age: of incidents that are closed the engine's ledger has only the newest records. */
enum ops_rc ops_sql_load_incidents(struct ops_sql *s, struct ledger *l, struct err *err)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(s->db,
	    "SELECT " FIELDS " FROM records WHERE kind IN ('incident', 'entry', 'pen', 'note', 'incident-close', 'plan')"
	    " ORDER BY seq DESC",
	    -1, &q, NULL);

	return rc ? failed(s, rc, err) : load_rows(s, q, l, err);
}

static int save_record(sqlite3_stmt *q, const struct record *r)
{
	const char *texts[] = {r->id, record_kind_name(r->kind), NULL, NULL, r->user, r->from, r->cluster, r->entity,
	    r->subject, r->text, r->data};
	int rc;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		sqlite3_bind_text(q, (int)i + 1, texts[i], -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, r->wall);
	sqlite3_bind_int64(q, 4, r->until);
	sqlite3_bind_int(q, 12, r->drill);
	rc = sqlite3_step(q);
	sqlite3_reset(q);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int save_records(struct ops_sql *s, struct record *const *records, size_t n)
{
	sqlite3_stmt *q;
	int rc;

	/* Handed in twice it is one record. */
	rc = sqlite3_prepare_v2(s->db,
	    "INSERT OR IGNORE INTO records(" FIELDS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &q, NULL);
	for (size_t i = 0; i < n && !rc; i++)
		rc = save_record(q, records[i]);
	sqlite3_finalize(q);
	return rc;
}

static int save_state(struct ops_sql *s, const char *state, int64_t wall)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(
	    s->db, "INSERT OR REPLACE INTO alert_state(one, wall, state) VALUES(1, ?, ?)", -1, &q, NULL);

	if (rc)
		return rc;
	sqlite3_bind_int64(q, 1, wall);
	sqlite3_bind_text(q, 2, state, -1, SQLITE_STATIC);
	rc = sqlite3_step(q);
	sqlite3_finalize(q);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

enum ops_rc ops_sql_save(struct ops_sql *s, struct record *const *records, size_t n, const char *state, int64_t wall,
    struct err *err)
{
	enum ops_rc result;
	int rc, moved = 0;

	/* What is written to a file that nobody can find is not kept. */
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved)
		return OPS_GONE;
	rc = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (!rc)
		rc = save_records(s, records, n);
	if (!rc && state)
		rc = save_state(s, state, wall);
	if (!rc)
		rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	if (!rc)
		return OPS_OK;
	result = failed(s, rc, err);
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}

char *ops_sql_state(struct ops_sql *s, int64_t *wall)
{
	sqlite3_stmt *q;
	char *state = NULL;

	if (sqlite3_prepare_v2(s->db, "SELECT wall, state FROM alert_state", -1, &q, NULL))
		return NULL;
	if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 1)) {
		*wall = sqlite3_column_int64(q, 0);
		state = xstrdup((const char *)sqlite3_column_text(q, 1));
	}
	sqlite3_finalize(q);
	return state;
}

void ops_sql_set_aside(const struct state_dir *dir, char **aside)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
	char from[PATH_MAX], to[PATH_MAX], stamp[32] = "";
	time_t now = clock_wall() / NS_PER_S;
	struct tm tm;

	*aside = NULL;
	if (gmtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(from, sizeof(from), "%s/ops.db%s", dir->path, tails[i]);
		snprintf(to, sizeof(to), "%s/ops.db.damaged-%s%s", dir->path, stamp, tails[i]);
		if (!rename(from, to) && !i)
			*aside = xstrdup(to);
	}
}
