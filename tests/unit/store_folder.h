#ifndef MQ_TESTS_STORE_FOLDER_H
#define MQ_TESTS_STORE_FOLDER_H

#include "disk_shim.h"

#include "base/clock.h"
#include "store/ops_db.h"
#include "store/ops_sql.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* A folder for ops.db, and looks into it. */

enum { PATIENCE_MS = 20000 };

static char folder[64];
static int wake;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "t_store.XXXXXX");
	/* One for all tests: a thread that was left behind may still use it. */
	if (!wake)
		wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	disk_mood_set(DISK_WELL);
	return mkdtemp(folder) && wake >= 0 ? 0 : -1;
}

static const char *in_folder(const char *name)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int drop_folder(void **state)
{
	DIR *d;
	struct dirent *e;

	(void)state;
	chmod(folder, 0700);
	d = opendir(folder);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			unlink(in_folder(e->d_name));
	if (d)
		closedir(d);
	return rmdir(folder);
}

static struct record *event(const char *text)
{
	struct record *r = record_new(RECORD_EVENT);

	r->text = record_str(r, text);
	return r;
}

static void settle(struct ops_db *db)
{
	for (int i = 0; i < PATIENCE_MS && !ops_db_settled(db); i++)
		poll(NULL, 0, 1);
	assert_true(ops_db_settled(db));
}

/* A ledger read anew from the file. */
static struct ledger *read_again(void)
{
	struct ops_db *db = ops_db_start(folder, OPS_READ, wake);
	struct ledger *l;

	settle(db);
	l = ops_db_ledger(db);
	assert_true(ops_db_stop(db, PATIENCE_MS * NS_PER_MS));
	return l;
}

#endif
