/* The tables of metrics.db and how they came about. A step that was released is never changed. */
#include "store/metrics_int.h"

#include "base/i18n.h"
#include "store/sql.h"

#include <stdio.h>

static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE IF NOT EXISTS series(sid INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL);"
    "CREATE TABLE IF NOT EXISTS sample(ts INTEGER, sid INTEGER, v REAL, PRIMARY KEY(ts, sid)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS chunk(sid INTEGER, tier INTEGER, t0 INTEGER, data BLOB, PRIMARY KEY(sid, tier, t0))"
    " WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS chunk_age ON chunk(tier, t0);",
};

static int fail(struct metrics_sql *m, struct err *err)
{
	return err_set(err, _("the history cannot be %s: %s"), _("prepared"), sqlite3_errmsg(m->db));
}

/* One step and the version that says so: both or neither. */
static int take_step(struct metrics_sql *m, const char *step, int to)
{
	char set[64];

	snprintf(set, sizeof(set), "PRAGMA user_version=%d; COMMIT", to);
	return sqlite3_exec(m->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) || sqlite3_exec(m->db, step, NULL, NULL, NULL) ||
	       sqlite3_exec(m->db, set, NULL, NULL, NULL);
}

int metrics_migrate(struct metrics_sql *m, const char *path, const char *const *list, int n, struct err *err)
{
	int v = (int)sql_number(m->db, "PRAGMA user_version");

	if (v < 0)
		return fail(m, err);
	if (v > n)
		return err_set(err, _("%s was written by a newer mqduty: this one leaves it alone"), path);
	if (v && v < n && sql_keep_copy(m->db, path, v))
		return fail(m, err);
	for (; v < n; v++) {
		if (!take_step(m, list[v], v + 1))
			continue;
		fail(m, err);
		sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	return 0;
}

int metrics_schema(struct metrics_sql *m, const char *path, struct err *err)
{
	/* Neither can be set inside of a step. */
	if (sqlite3_exec(m->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA auto_vacuum=INCREMENTAL", NULL, NULL,
		NULL))
		return fail(m, err);
	return metrics_migrate(m, path, steps, sizeof(steps) / sizeof(steps[0]), err);
}
