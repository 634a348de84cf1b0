#include "store/sql.h"

#include <stdio.h>
#include <string.h>
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

static int judged(int rc)
{
	return rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB ? 0 : -1;
}

int sql_sound(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL), sound;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	sound = rc == SQLITE_ROW ? !strcmp((const char *)sqlite3_column_text(s, 0), "ok") : judged(rc);
	sqlite3_finalize(s);
	return sound;
}

int sql_file_sound(const char *path)
{
	sqlite3 *db = NULL;
	int sound = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(db, 2000);
		sound = sql_sound(db);
	}
	sqlite3_close(db);
	return sound;
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
