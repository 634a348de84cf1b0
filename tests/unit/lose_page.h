#ifndef MQ_TESTS_LOSE_PAGE_H
#define MQ_TESTS_LOSE_PAGE_H

#include "store/sql.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Damage in a database that is open: a page that the program never reads. */

/* Zeros in place of a page. By a child: a process that closes a file loses SQLite's locks of it. */
static void lose_page(const char *path, int64_t size, int64_t page)
{
	static const char zeros[1 << 16];
	pid_t pid;
	int status = -1;

	assert_in_range(size, 512, sizeof(zeros));
	assert_true(page > 1);
	pid = fork();
	if (!pid) {
		int fd = open(path, O_WRONLY);

		_exit(fd < 0 || pwrite(fd, zeros, (size_t)size, (page - 1) * size) != size);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

/* That of a table of another's in the file. */
static void lose_unread_page(const char *path, int patience_ms)
{
	static const char make[] = "CREATE TABLE other(a); INSERT INTO other VALUES(1); PRAGMA wal_checkpoint(TRUNCATE)";
	sqlite3 *c = NULL;
	int64_t size, page;

	assert_int_equal(sqlite3_open(path, &c), SQLITE_OK);
	sqlite3_busy_timeout(c, patience_ms);
	assert_int_equal(sqlite3_exec(c, make, NULL, NULL, NULL), SQLITE_OK);
	size = sql_number(c, "PRAGMA page_size");
	page = sql_number(c, "SELECT rootpage FROM sqlite_master WHERE name='other'");
	sqlite3_close(c);
	lose_page(path, size, page);
}

#endif
