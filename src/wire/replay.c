#include "base/clock.h"
#include "base/i18n.h"
#include "wire/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* A feed that plays a file. Lines are read one ahead: the next frame says when it is due. */

enum { CHUNK = 64 << 10 };

#define LOOK_AGAIN (3600 * NS_PER_S) /* at the latest, however slowly it plays */

struct replay {
	struct feed feed; /* first: a feed is a replay */
	char *path;
	FILE *file;
	struct buf pending; /* bytes read but not yet a whole line */
	size_t line;	    /* number of the line read last */
	struct wire_reader *reader;
	struct frame *current, *next; /* next NULL: the end */
	double speed;
	int64_t real_start, boot_start;
	int timer_fd;
	bool ended;
	char trouble[ERR_MAX];
};

static struct replay *replay_of(struct feed *f)
{
	return (struct replay *)f;
}

/* Makes `pending` begin with a whole line. Returns its length, -1 at the end or with err set. */
static ssize_t next_line(struct replay *r, struct err *err)
{
	size_t looked = 0;

	for (;;) {
		char *end = memchr(r->pending.data + looked, '\n', r->pending.len - looked),
		     chunk[CHUNK];
		size_t n;

		if (end)
			return end - r->pending.data;
		looked = r->pending.len;
		n = fread(chunk, 1, sizeof(chunk), r->file);
		if (!n)
			return -1;
		if (buf_add(&r->pending, chunk, n))
			return err_set(err, _("a line is longer than %d MiB"), WIRE_LINE_MAX >> 20);
	}
}

/* Reads on to the next frame; leaves next NULL at the end or at the first mistake. */
static int read_next(struct replay *r, struct err *err)
{
	ssize_t len;

	r->next = NULL;
	while (!r->next) {
		err->msg[0] = '\0';
		len = next_line(r, err);
		if (len < 0)
			return err->msg[0] ? -1 : 0;
		r->line++;
		if (wire_read(r->reader, r->pending.data, (size_t)len, &r->next, err))
			return err_prefix(err, "line %zu", r->line);
		buf_consume(&r->pending, (size_t)len + 1);
	}
	return 0;
}

static void end(struct replay *r, const struct err *err)
{
	r->ended = true;
	if (err->msg[0])
		snprintf(r->trouble, sizeof(r->trouble),
		    _("the recording cannot be read further: %.400s"), err->msg);
	else if (r->pending.len)
		snprintf(r->trouble, sizeof(r->trouble),
		    _("end of the recording, in the middle of a line"));
	else
		snprintf(r->trouble, sizeof(r->trouble), _("end of the recording"));
}

static void advance(struct replay *r)
{
	struct err err = {""};

	frame_unref(r->current);
	r->current = r->next;
	if (read_next(r, &err) || !r->next)
		end(r, &err);
}

static int64_t replay_now(struct feed *f)
{
	struct replay *r = replay_of(f);
	int64_t now;

	if (r->speed <= 0)
		return r->current->snap->boot;
	now = r->boot_start + (int64_t)((double)(clock_boot() - r->real_start) * r->speed);
	/* At the end time stands still, or everything would go stale. */
	return r->ended && now > r->current->snap->boot ? r->current->snap->boot : now;
}

static int64_t replay_wall(struct feed *f)
{
	const struct snapshot *s = replay_of(f)->current->snap;

	return s->wall + (replay_now(f) - s->boot);
}

/* Wakes the viewer when the next frame is due. */
static void arm(struct replay *r)
{
	double due = r->next ? (double)(r->next->snap->boot - replay_now(&r->feed)) / r->speed : 0;
	int64_t left = due < LOOK_AGAIN ? (int64_t)due : LOOK_AGAIN;
	struct itimerspec t = {0};

	if (left < 1)
		left = r->next ? 1 : 0;
	t.it_value.tv_sec = left / NS_PER_S;
	t.it_value.tv_nsec = left % NS_PER_S;
	timerfd_settime(r->timer_fd, 0, &t, NULL);
}

static struct frame *replay_acquire(struct feed *f)
{
	struct replay *r = replay_of(f);
	uint64_t drained;

	if (read(r->timer_fd, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
		drained = 0;
	while (r->next && (r->speed <= 0 || r->next->snap->boot <= replay_now(f)))
		advance(r);
	if (r->speed > 0)
		arm(r);
	return frame_ref(r->current);
}

static int replay_fd(struct feed *f)
{
	return replay_of(f)->timer_fd;
}

static void replay_poll_now(struct feed *f, const char *list_of)
{
	(void)f;
	(void)list_of;
}

static bool replay_settled(struct feed *f)
{
	(void)f;
	return true;
}

static const char *replay_trouble(struct feed *f)
{
	struct replay *r = replay_of(f);

	return r->trouble[0] ? r->trouble : NULL;
}

static void replay_close(struct feed *f)
{
	struct replay *r = replay_of(f);

	frame_unref(r->current);
	frame_unref(r->next);
	wire_reader_free(r->reader);
	buf_release(&r->pending);
	if (r->file)
		fclose(r->file);
	if (r->timer_fd >= 0)
		close(r->timer_fd);
	free(r->path);
	free(r);
}

static int replay_submit(struct feed *f, struct record *record, struct err *err)
{
	(void)f;
	record_unref(record);
	return err_set(err, _("this is a recording: nothing can be added to it"));
}

static const struct feed_ops replay_ops = {
    .acquire = replay_acquire,
    .fd = replay_fd,
    .poll_now = replay_poll_now,
    .now = replay_now,
    .wall = replay_wall,
    .settled = replay_settled,
    .trouble = replay_trouble,
    .submit = replay_submit,
    .close = replay_close,
};

static int open_file(struct replay *r, struct err *err)
{
	r->file = fopen(r->path, "re");
	r->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (!r->file || r->timer_fd < 0)
		return err_set(err, "%s: %s", r->path, strerror(errno));
	if (read_next(r, err))
		return err_prefix(err, "%s", r->path);
	if (!r->next)
		return err_set(err, _("%s: there is no frame in it"), r->path);
	return 0;
}

struct feed *wire_replay(const char *path, double speed, struct err *err)
{
	struct replay *r = xcalloc(1, sizeof(*r));

	r->feed.ops = &replay_ops;
	r->path = xstrdup(path);
	r->reader = wire_reader_new();
	r->speed = speed;
	r->timer_fd = -1;
	buf_init(&r->pending, WIRE_LINE_MAX + CHUNK);
	if (open_file(r, err)) {
		replay_close(&r->feed);
		return NULL;
	}
	r->real_start = clock_boot();
	r->boot_start = r->next->snap->boot;
	advance(r);
	return &r->feed;
}
