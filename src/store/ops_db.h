#ifndef MQ_STORE_OPS_DB_H
#define MQ_STORE_OPS_DB_H

#include "base/err.h"
#include "store/ledger.h"

/*
 * ops_db: the ledger of an engine and the one thread that brings it to disk, as
 * ops.db in state_dir. A disk that is full, locked, damaged or hung stops nobody: the
 * ledger says what is not kept and why, and the thread goes on trying. A record is
 * shown as kept when SQLite has synced it to disk, not before.
 */
enum ops_mode {
	OPS_WRITE,  /* hold the lock of state_dir and write */
	OPS_READ,   /* read what is there once, touch nothing: a one-shot check */
	OPS_MEMORY, /* no files at all */
};

struct ops_db;

/* Starts the thread; nothing has been read yet when this returns, whatever the disk does. wake_fd (an eventfd, not
 * taken) is set whenever there is a new ledger. Without a thread it is in memory, and says so. */
struct ops_db *ops_db_start(const char *state_dir, enum ops_mode mode, int wake_fd);

/* The ledger now; the caller owns a reference. Any thread. */
struct ledger *ops_db_ledger(struct ops_db *db);

/* Takes the caller's reference: the record is in the next ledger, as saving. -1 where too much waits to be written.
 * Any thread. */
int ops_db_submit(struct ops_db *db, struct record *r, struct err *err);

/* Has the file been read (or can it not be)? Any thread. */
bool ops_db_settled(struct ops_db *db);

/* Is something under way that should be looked at again within a second, such as a save that does not end? */
bool ops_db_busy(struct ops_db *db);

/* The alert state of the engine, a text: handed in (taken, freed by the thread; the newest counts) and saved soon; and
 * the one that was found when the file was read, once, to be freed: NULL: none, or not read yet. Any thread. */
void ops_db_put_state(struct ops_db *db, char *state);
char *ops_db_take_state(struct ops_db *db, int64_t *wall);

/* Reads the signatures, opened evidence and notes of that time (wall ns) into a new ledger of the caller's, without a
 * thread: may take as long as the disk likes. A folder or file that is not there is empty. NULL with a sentence. */
struct ledger *ops_db_read_daily(const char *state_dir, int64_t from, int64_t to, struct err *err);

/* All records of incidents and plans that are on disk in that folder, whether or not an engine runs; the caller owns
 * the ledger, which is empty where there is no ops.db. NULL with a sentence. Waits for the disk. */
struct ledger *ops_db_read_incidents(const char *state_dir, struct err *err);

/* Saves what waits and ends. false: it did not end within `patience` ns and is left behind; the process must end. */
bool ops_db_stop(struct ops_db *db, int64_t patience);

#endif
