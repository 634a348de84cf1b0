#include "base/stdio.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int stdio_prepare(struct err *err)
{
	struct rlimit files;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The wrong way round, so that reading or writing fails as it would have. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return err_set(err, _("standard input, output or errors are closed, and /dev/null cannot be opened in their place"));
	}
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur < FILES_LEAST)
		return err_set(err, _("only %d files may be open at once: raise that limit to %d or more (ulimit -n)"),
		    (int)files.rlim_cur, FILES_LEAST);
	return 0;
}

static int lost_why;

void stdio_lost(int why)
{
	lost_why = why;
}

int stdio_flush(struct err *err)
{
	static bool said;

	errno = 0;
	if (!fflush(stdout) && !ferror(stdout) && !lost_why)
		return 0;
	if (!lost_why)
		lost_why = errno ? errno : EIO;
	if (!said && lost_why != EPIPE)
		err_set(err, _("the output could not be written: %s"), strerror(lost_why));
	said = true;
	return -1;
}
