#ifndef MQ_STORE_SQL_H
#define MQ_STORE_SQL_H

#include <sqlite3.h>
#include <stdint.h>

/* sql: what the files of the store have in common. The thread of the connection. */

/* The number that a query gives; -1: none, or it failed. */
int64_t sql_number(sqlite3 *db, const char *query);

/* What SQLite's quick check says, which reads the whole file: 1 sound, 0 damaged, -1 it could not be told (the connection
 * knows why). */
int sql_sound(sqlite3 *db);
/* The same of a file that others have open, past what they keep of it in memory. */
int sql_file_sound(const char *path);

/* Before version v of its tables is changed: a whole, synced copy of the file at `path` as `path`.vN. An SQLite code. */
int sql_keep_copy(sqlite3 *db, const char *path, int v);

#endif
