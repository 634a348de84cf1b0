#ifndef MQ_TESTS_DISK_SHIM_H
#define MQ_TESTS_DISK_SHIM_H

/* A disk under SQLite that fails as it is told, for the whole process. Any thread. */
enum disk_mood {
	DISK_WELL,
	DISK_FULL,    /* writes give SQLITE_FULL */
	DISK_BROKEN,  /* writes and syncs give SQLITE_IOERR */
	DISK_HUNG,    /* writes and syncs wait until the mood changes */
	DISK_LYING,   /* syncs do nothing, which the test of the shim itself must notice */
};

/* Becomes SQLite's disk. shadows: whatever is synced is also copied to PATH.synced, so that a test can put the files
 * back as they are after a power cut: disk_power_cut(). */
void disk_shim_install(int shadows);
void disk_mood_set(enum disk_mood mood);

/* The folder's files as a power cut leaves them: only what was synced. Of a process that is gone. */
void disk_power_cut(const char *folder);

#endif
