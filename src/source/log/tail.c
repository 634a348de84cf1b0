#include "source/log/tail.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BACKOFF_LEAST (1 * NS_PER_S)
#define BACKOFF_MOST (60 * NS_PER_S)
#define COMMAND_QUIET (1 * NS_PER_S)  /* after its last byte a command has told its past, */
#define COMMAND_SILENT (3 * NS_PER_S) /* or after this if it never said a word */

void tail_init(struct tail *t, const struct log_conf *conf, size_t most)
{
	*t = (struct tail){.conf = conf, .fd = -1, .command = {.out = -1, .err = -1}};
	log_store_init(&t->store, most);
}

void tail_close(struct tail *t)
{
	char how[sizeof(t->why)];

	if (t->command.pid)
		kill(-t->command.pid, SIGKILL);
	log_command_end(&t->command, how, sizeof(how));
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

void tail_release(struct tail *t)
{
	tail_close(t);
	log_store_release(&t->store);
}

static void open_file(struct tail *t)
{
	const char *path = t->conf->path;
	bool again = t->ino != 0;
	struct stat st;

	t->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (t->fd < 0 || fstat(t->fd, &st)) {
		snprintf(t->why, sizeof(t->why), "%.200s: %s", path, strerror(errno));
		t->caught_up = true;
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(t->why, sizeof(t->why), _("%.200s is not a file"), path);
		close(t->fd);
		t->fd = -1;
		t->caught_up = true;
		return;
	}
	/* A new file in the place of the one that was followed is read from its beginning. */
	t->at = !again && st.st_size > TAIL_CHUNK ? st.st_size - TAIL_CHUNK : 0;
	t->from_middle = t->at > 0;
	t->dev = (uint64_t)st.st_dev;
	t->ino = (uint64_t)st.st_ino;
	t->written = (int64_t)st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec;
	t->begun = true;
	t->why[0] = '\0';
}

/* At the end of what is open: was it truncated, or put aside for a new one? */
static void look_for_rotation(struct tail *t)
{
	struct stat st;

	if (fstat(t->fd, &st) == 0 && st.st_size < t->at) {
		t->at = 0;
		t->from_middle = false;
		t->begun = true;
		return;
	}
	if (stat(t->conf->path, &st)) {
		snprintf(t->why, sizeof(t->why), "%.200s: %s", t->conf->path, strerror(errno));
	} else if ((uint64_t)st.st_dev == t->dev && (uint64_t)st.st_ino == t->ino) {
		t->why[0] = '\0';
		return;
	}
	close(t->fd);
	t->fd = -1;
}

static size_t read_file(struct tail *t, char *buf, size_t size)
{
	ssize_t n;

	for (int files = 0; files < 2; files++) {
		if (t->fd < 0)
			open_file(t);
		if (t->fd < 0)
			return 0;
		n = pread(t->fd, buf, size, t->at);
		if (n > 0) {
			t->at += n;
			return (size_t)n;
		}
		if (n < 0) {
			snprintf(
			    t->why, sizeof(t->why), "%.200s: %s", t->conf->path, strerror(errno));
			t->caught_up = true;
			return 0;
		}
		t->caught_up = true;
		look_for_rotation(t);
	}
	return 0;
}

static void put_off(struct tail *t, const char *how, int64_t boot)
{
	if (t->started && boot - t->started > BACKOFF_MOST)
		t->backoff = 0;
	t->backoff = t->backoff ? t->backoff * 2 : BACKOFF_LEAST;
	if (t->backoff > BACKOFF_MOST)
		t->backoff = BACKOFF_MOST;
	t->retry_at = boot + t->backoff;
	t->caught_up = true;
	snprintf(t->why, sizeof(t->why), _("%.240s; again in %llds"), how,
	    (long long)(t->backoff / NS_PER_S));
}

static bool start_command(struct tail *t, int64_t boot)
{
	struct err err = {""};

	if (boot < t->retry_at)
		return false;
	if (log_command_start(&t->command, t->conf->command, &err)) {
		put_off(t, err.msg, boot);
		return false;
	}
	t->started = boot;
	t->begun = true;
	t->written = 0;
	t->heard = 0;
	return true;
}

static size_t read_command(struct tail *t, char *buf, size_t size, int64_t boot)
{
	char how[280], end[240] = "";
	ssize_t n;

	if (!t->command.pid && !start_command(t, boot))
		return 0;
	log_command_hear(&t->command);
	n = read(t->command.out, buf, size);
	if (n > 0) {
		t->heard = boot;
		t->why[0] = '\0';
		return (size_t)n;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (t->heard ? boot - t->heard > COMMAND_QUIET
			     : boot - t->started > COMMAND_SILENT) {
			t->caught_up = true;
			t->why[0] = '\0';
		}
		return 0;
	}
	log_command_end(&t->command, end, sizeof(end));
	snprintf(how, sizeof(how), "%.30s %s", t->conf->command[0], end);
	put_off(t, how, boot);
	return 0;
}

size_t tail_read(struct tail *t, char *buf, size_t size, int64_t boot)
{
	return t->conf->command ? read_command(t, buf, size, boot) : read_file(t, buf, size);
}

static int64_t local_zone(int64_t wall)
{
	time_t s = wall / NS_PER_S;
	struct tm tm;

	return localtime_r(&s, &tm) ? tm.tm_gmtoff * NS_PER_S : 0;
}

/* A clock face without a zone: the file was written when its last line says, so that the
 * difference, where it is whole quarters of an hour, is the zone of whoever wrote it. */
static int64_t zone_of(const struct tail *t, const char *buf, size_t n, int64_t wall)
{
	const int64_t quarter = 900 * NS_PER_S, minute = 60 * NS_PER_S;
	int64_t face = 0, ahead, zone;

	for (const char *s = buf, *end = buf + n; s < end;) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		struct log_line line;

		log_line_parse(s, (size_t)((stop ? stop : end) - s), &line);
		if (line.dated && !line.zoned)
			face = line.wall;
		s = stop ? stop + 1 : end;
	}
	ahead = face - t->written;
	zone = (ahead + (ahead < 0 ? -quarter : quarter) / 2) / quarter * quarter;
	if (!face || !t->written || llabs(zone) > 56 * quarter || llabs(ahead - zone) > minute)
		return local_zone(wall);
	return zone;
}

/* The first bytes of something that was opened. */
static void begin(struct tail *t, const char *buf, size_t n, int64_t wall)
{
	bool first = !t->newest && !t->since;

	t->begun = false;
	t->len = 0;
	t->skipping = t->from_middle;
	t->zone = zone_of(t, buf, n, wall);
	if (t->conf->command) {
		t->stopped = t->newest;
		t->since = wall;
	} else if (first && t->from_middle) {
		t->since = wall;
	}
}

static void eat_line(struct tail *t, const char *s, size_t len, int64_t wall)
{
	struct log_line line;
	int64_t when = !t->caught_up && t->written ? t->written : wall;

	if (t->each && t->caught_up)
		t->each(t->each_arg, s, len);
	log_line_parse(s, len, &line);
	if (line.dated) {
		when = line.zoned ? line.wall : line.wall - t->zone;
		if (when > wall)
			when = wall;
		if (t->since > when)
			t->since = when;
		if (when > t->newest)
			t->newest = when;
		if (t->conf->command && when <= t->stopped)
			return; /* told again after a restart */
	}
	log_store_add(&t->store, line.level, when, line.text, line.len);
}

void tail_feed(struct tail *t, const char *buf, size_t n, int64_t wall)
{
	t->fed = true;
	if (t->begun)
		begin(t, buf, n, wall);
	for (const char *s = buf, *end = buf + n; s < end;) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((stop ? stop : end) - s), room = sizeof(t->line) - t->len;

		if (!t->skipping) {
			memcpy(t->line + t->len, s, len < room ? len : room);
			t->len += len < room ? len : room;
		}
		if (stop && t->len)
			eat_line(t, t->line, t->len, wall);
		if (stop) {
			t->len = 0;
			t->skipping = false;
		}
		s = stop ? stop + 1 : end;
	}
}
