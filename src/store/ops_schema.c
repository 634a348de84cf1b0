#include "store/ops_sql.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "store/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The tables of ops.db and how they came about. A step that was released is never changed. */

static enum ops_rc failed(struct ops_sql *s, struct err *err)
{
	int rc = sqlite3_errcode(s->db);

	err_set(err, "%s", sqlite3_errmsg(s->db));
	return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB ? OPS_DAMAGED : OPS_FAILED;
}

/* The version that the file says; 0: it is empty. -1: it cannot be read. */
static int version(struct ops_sql *s)
{
	sqlite3_stmt *q;
	int v = -1;

	if (sqlite3_prepare_v2(s->db, "SELECT count(*) FROM sqlite_master WHERE name = 'meta'", -1, &q, NULL))
		return -1;
	if (sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	if (v <= 0)
		return v;
	v = -1;
	if (sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE key = 'schema_version'", -1, &q, NULL))
		return -1;
	if (sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return v;
}

static int take_step(struct ops_sql *s, const char *step, int to)
{
	char set[120];

	snprintf(set, sizeof(set), "INSERT OR REPLACE INTO meta(key, value) VALUES('schema_version', %d)", to);
	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL))
		return -1;
	if (sqlite3_exec(s->db, step, NULL, NULL, NULL) || sqlite3_exec(s->db, set, NULL, NULL, NULL) ||
	    sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL)) {
		/* The error code is that of the failure, not of the rollback. */
		return -1;
	}
	return 0;
}

enum ops_rc ops_sql_migrate(struct ops_sql *s, const char *const *steps, int n, struct err *err)
{
	int v = version(s);
	enum ops_rc rc;

	if (v < 0)
		return failed(s, err);
	if (v > n) {
		err_set(err, _("it was made by a newer mqduty (version %d of its tables; this one knows %d)"), v, n);
		return OPS_NEWER;
	}
	if (v && v < n && sql_keep_copy(s->db, s->path, v))
		return failed(s, err);
	for (; v < n; v++) {
		if (!take_step(s, steps[v], v + 1))
			continue;
		rc = failed(s, err);
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		return rc;
	}
	return OPS_OK;
}
