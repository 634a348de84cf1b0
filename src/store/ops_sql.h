#ifndef MQ_STORE_OPS_SQL_H
#define MQ_STORE_OPS_SQL_H

#include "base/err.h"
#include "store/ledger.h"
#include "store/state_dir.h"

#include <sqlite3.h>

/*
 * Inside src/store: ops.db as SQL. One thread. Everything here may take as long
 * as the disk likes.
 */
enum {
	OPS_NEWEST = 2000, /* records that are loaded whatever they are */
	OPS_LOAD_BYTES = 32 << 20,
};

enum ops_rc {
	OPS_OK,
	OPS_FAILED, /* it may work later */
	OPS_DAMAGED, /* the file is no database any more */
	OPS_READONLY, /* it may not be written: open it anew later */
	OPS_GONE,   /* moved or removed under us: open it anew */
	OPS_NEWER,  /* made by a newer mqduty: not touched */
};

struct ops_sql {
	sqlite3 *db;
	char *path;
};

/* Opens ops.db in the folder for writing, makes or migrates its tables. err says what is wrong, as the second half
 * of a sentence. */
enum ops_rc ops_sql_open(struct ops_sql *s, const struct state_dir *dir, struct err *err);
/* The same for reading alone; OPS_OK with db NULL where there is no file. */
enum ops_rc ops_sql_open_read(struct ops_sql *s, const struct state_dir *dir, struct err *err);
void ops_sql_close(struct ops_sql *s);

/* Adds the newest records and all older ones that are in force at this wall time to l, oldest first. */
enum ops_rc ops_sql_load(struct ops_sql *s, int64_t wall, struct ledger *l, struct err *err);

/* Adds what belongs to checklists (signatures, evidence opened, notes) and was written from `from` to `to` (wall ns). */
enum ops_rc ops_sql_load_daily(
    struct ops_sql *s, int64_t from, int64_t to, struct ledger *l, struct err *err);

/* Adds all records of incidents and plans, oldest first. */
enum ops_rc ops_sql_load_incidents(struct ops_sql *s, struct ledger *l, struct err *err);

/* All of them and the alert state (NULL: none) in one transaction that is on disk when this returns OPS_OK. */
enum ops_rc ops_sql_save(struct ops_sql *s, struct record *const *records, size_t n, const char *state, int64_t wall,
    struct err *err);

/* The alert state that was saved last, or NULL; free() it. */
char *ops_sql_state(struct ops_sql *s, int64_t *wall);

/* Sets a damaged database aside; *aside is the new path, to be freed, or NULL: it could not be renamed. */
void ops_sql_set_aside(const struct state_dir *dir, char **aside);

/* Brings a database from its version to the newest by the steps after it: step i makes version i + 1. Before one that
 * is not empty is changed a copy is kept as PATH.vN. */
enum ops_rc ops_sql_migrate(struct ops_sql *s, const char *const *steps, int n, struct err *err);

#endif
