#ifndef MQ_STORE_STATE_DIR_H
#define MQ_STORE_STATE_DIR_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * state_dir: the folder for what outlives the program, of one user (0700) or shared
 * by a group (group-writable): its own mode decides, and the files in it follow. All
 * of this may hang on a dead disk: not for the UI thread.
 */
struct state_dir {
	char *path;	  /* without links */
	mode_t file_mode; /* 0600, or 0660 where the folder is shared */
	gid_t gid;	  /* of the folder; files of a shared one get it */
	bool shared;
};

/* make: a folder that is missing is made, with its parents. -1: it cannot be used, and why. */
int state_dir_open(struct state_dir *d, const char *path, bool make, struct err *err);
void state_dir_release(struct state_dir *d);

/* Gives a new file of ours the folder's mode and group. */
void state_dir_adopt(const struct state_dir *d, int fd);

/* Makes a file for SQLite, which gives those beside it (-wal, -shm) its mode; puts the modes of all three right where they are
 * ours. -1 with errno: it may not be written, or cannot be made. */
int state_dir_make_db(const struct state_dir *d, const char *path);

/* The lock file of that name: a descriptor that holds it until it is closed or the process ends. -1 with *holder
 * the pid of whoever holds it (0: not known) and err empty, or -1 with err: the file cannot be had. */
int state_dir_lock(const struct state_dir *d, const char *name, pid_t *holder, struct err *err);

#endif
