#include "base/clock.h"
#include "base/i18n.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 200 };

/* Writes the newest frame unless that was done. */
static int record_newest(struct feed *feed, struct frame **last, struct wire_writer *w, int fd,
    const char *path, struct err *err)
{
	struct frame *f = feed->ops->acquire(feed);
	struct buf line;
	int rc = 0;

	if (!f || f == *last) {
		frame_unref(f);
		return 0;
	}
	buf_init(&line, WIRE_LINE_MAX);
	if (wire_write(w, f, &line))
		rc = err_set(err, _("a frame is larger than a recording can hold (%d MiB)"),
		    WIRE_LINE_MAX >> 20);
	else if (buf_write(&line, fd))
		rc = err_set(err, "%s: %s", path, strerror(errno));
	buf_release(&line);
	frame_unref(*last);
	*last = f;
	return rc;
}

int wire_record(
    struct feed *feed, const char *path, double seconds, const volatile int *stop, struct err *err)
{
	int64_t until = seconds > 0 ? clock_boot() + (int64_t)(seconds * NS_PER_S) : INT64_MAX;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct wire_writer *w;
	struct frame *last = NULL;
	int rc = 0;

	if (fd < 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	w = wire_writer_new();
	while (!rc && !*stop && clock_boot() < until) {
		struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};

		poll(&p, 1, LOOK_MS);
		rc = record_newest(feed, &last, w, fd, path, err);
	}
	if (!rc)
		rc = record_newest(feed, &last, w, fd, path, err);
	if (!rc && !last)
		rc = err_set(err, _("%s: nothing was recorded"), path);
	wire_writer_free(w);
	frame_unref(last);
	if (close(fd) && !rc)
		rc = err_set(err, "%s: %s", path, strerror(errno));
	return rc;
}
