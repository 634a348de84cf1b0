#include "base/log.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static atomic_int log_fd = -1;
static atomic_int log_least = LOG_LEVEL_INFO;
static atomic_bool log_lent;

int log_open(const char *path, enum log_level least)
{
	int fd = -1;

	if (path) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (fd < 0)
			return -1;
	}
	log_close();
	atomic_store(&log_least, (int)least);
	atomic_store(&log_fd, fd);
	return 0;
}

void log_use(int fd, enum log_level least)
{
	log_close();
	atomic_store(&log_least, (int)least);
	atomic_store(&log_lent, true);
	atomic_store(&log_fd, fd);
}

void log_close(void)
{
	int fd = atomic_exchange(&log_fd, -1);

	if (fd >= 0 && !atomic_exchange(&log_lent, false))
		close(fd);
}

void log_msg(enum log_level level, const char *fmt, ...)
{
	static const char *const name[] = {"error", "warn", "info", "debug"};
	char raw[LINE_MAX_BYTES], clean[LINE_MAX_BYTES], stamp[FMT_MAX], line[LINE_MAX_BYTES + 80];
	int fd = atomic_load(&log_fd), n;
	va_list ap;

	if (fd < 0 || (int)level > atomic_load(&log_least))
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_sanitise(clean, sizeof(clean), raw, sizeof(raw));
	n = snprintf(line, sizeof(line), "%s %-5s %s\n", fmt_utc(stamp, sizeof(stamp), clock_wall()),
	    name[level], clean);
	/* One write, so that lines of several threads do not mix; a full disk must not stop anything. */
	if (write(fd, line, (size_t)n) < 0)
		return;
}
