#include "store/sql.h"

#include <stdio.h>
#include <unistd.h>

int64_t sql_number(sqlite3 *db, const char *query)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

/* VACUUM INTO makes a whole database and syncs it. */
int sql_keep_copy(sqlite3 *db, const char *path, int v)
{
	char *sql, copy[4300];
	int rc;

	snprintf(copy, sizeof(copy), "%.4200s.v%d", path, v);
	unlink(copy);
	sql = sqlite3_mprintf("VACUUM INTO %Q", copy);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return rc;
}
