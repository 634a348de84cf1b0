#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "wire/attach_int.h"
#include "wire/socket.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A feed that follows an engine: that of `mqduty collect` or, where there is none, one of our own. A thread of its own
 * does all of it, so that a long line to read or an engine to end holds no key up. */

enum { FIND_SPREAD_MS = 500 };

#define FIND_LEAST (200 * NS_PER_MS)
#define OPEN_PATIENCE (2 * NS_PER_S)  /* how long wire_attach() waits to say whether it works */
#define SCREEN_PATIENCE (25 * NS_PER_MS) /* the same while an engine that is there says nothing, and a screen waits */

static struct attach *attach_of(struct feed *f)
{
	return (struct attach *)f;
}

void attach_say(struct attach *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	pthread_mutex_lock(&a->lock);
	vsnprintf(a->trouble, sizeof(a->trouble), fmt, ap);
	pthread_mutex_unlock(&a->lock);
	va_end(ap);
	wake_set(a->news_fd);
}

/* Under the lock: makes the newest frame of the raw one. */
void attach_show(struct attach *a)
{
	struct frame *old = a->newest;

	a->newest = a->raw ? overlay_frame(&a->overlay, frame_ref(a->raw)) : NULL;
	frame_unref(old);
	a->begun = true;
	pthread_cond_broadcast(&a->opened);
	wake_set(a->news_fd);
}

/* Takes the frame. */
void attach_publish(struct attach *a, struct frame *f)
{
	pthread_mutex_lock(&a->lock);
	frame_unref(a->raw);
	a->raw = f;
	overlay_settle(&a->overlay, f);
	attach_show(a);
	pthread_mutex_unlock(&a->lock);
}

void attach_set_settled(struct attach *a, bool settled)
{
	pthread_mutex_lock(&a->lock);
	a->settled = settled;
	pthread_mutex_unlock(&a->lock);
	wake_set(a->news_fd);
}

/* What waits to be kept, for another engine; the caller unrefs. */
struct ledger *attach_pending(struct attach *a)
{
	struct ledger *l;

	pthread_mutex_lock(&a->lock);
	l = a->overlay.mine ? ledger_copy(a->overlay.mine) : NULL;
	a->fresh_submits = false;
	pthread_mutex_unlock(&a->lock);
	return l;
}

void attach_wait(struct attach *a, int fd, short events, int64_t until)
{
	struct pollfd p[2] = {{.fd = a->wake_fd, .events = POLLIN}, {.fd = fd, .events = events}};
	int64_t left = until - clock_boot();

	poll(p, 2, left <= 0 ? 0 : left > 60 * NS_PER_S ? 60000 : (int)(left / NS_PER_MS) + 1);
	if (p[0].revents)
		wake_drain(a->wake_fd);
}

static void give_up(struct attach *a)
{
	pthread_mutex_lock(&a->lock);
	a->failed = true;
	pthread_cond_broadcast(&a->opened);
	pthread_mutex_unlock(&a->lock);
}

/* Many viewers lose their engine at the same moment: the first to go on by itself serves the others, and one that makes room
 * does so for another that is about to listen. */
static bool find_another(struct attach *a)
{
	int64_t until = clock_boot() + FIND_LEAST + (clock_boot() / NS_PER_MS * 37 + getpid() * 101) % FIND_SPREAD_MS * NS_PER_MS;

	while (!atomic_load(&a->stop)) {
		if (attach_link_try(a))
			return true;
		if (clock_boot() >= until)
			return false;
		attach_wait(a, -1, 0, clock_boot() + NS_PER_S / 10);
	}
	return false;
}

static void *attach_main(void *arg)
{
	struct attach *a = arg;
	bool attached = attach_link_try(a);

	pthread_mutex_lock(&a->lock);
	a->linking = false;
	pthread_mutex_unlock(&a->lock);
	if (a->how == ATTACH_ONLY) {
		if (attached)
			attach_link_follow(a);
		attach_say(a, _("The engine has gone."));
		give_up(a);
		return NULL;
	}
	while (!atomic_load(&a->stop)) {
		if (attached) {
			/* One that is silent is not tried again at once. */
			attached = attach_link_follow(a) && find_another(a);
			continue;
		}
		if (!attach_own_start(a)) {
			attached = attach_own_follow(a);
		} else {
			attach_wait(a, -1, 0, clock_boot() + LOOK_EVERY);
			attached = attach_link_try(a);
		}
	}
	engine_link_close(&a->link);
	return NULL;
}

static struct frame *attach_acquire(struct feed *f)
{
	struct attach *a = attach_of(f);
	struct frame *newest;

	wake_drain(a->news_fd);
	pthread_mutex_lock(&a->lock);
	newest = frame_ref(a->newest);
	pthread_mutex_unlock(&a->lock);
	return newest;
}

static int attach_fd(struct feed *f)
{
	return attach_of(f)->news_fd;
}

/* Was R pressed since the last call? list_of: "" where nothing is to be listed. */
bool attach_polled(struct attach *a, char list_of[TALK_LIST_OF])
{
	if (!atomic_exchange(&a->poll_now, false))
		return false;
	pthread_mutex_lock(&a->lock);
	snprintf(list_of, TALK_LIST_OF, "%s", a->list_of);
	a->list_of[0] = '\0';
	pthread_mutex_unlock(&a->lock);
	return true;
}

static void attach_poll_now(struct feed *f, const char *list_of)
{
	struct attach *a = attach_of(f);

	pthread_mutex_lock(&a->lock);
	snprintf(a->list_of, sizeof(a->list_of), "%s", list_of ? list_of : "");
	pthread_mutex_unlock(&a->lock);
	atomic_store(&a->poll_now, true);
	wake_set(a->wake_fd);
}

static int64_t attach_now(struct feed *f)
{
	(void)f;
	return clock_boot();
}

static int64_t attach_wall(struct feed *f)
{
	(void)f;
	return clock_wall();
}

static bool attach_settled(struct feed *f)
{
	struct attach *a = attach_of(f);
	bool settled;

	pthread_mutex_lock(&a->lock);
	settled = a->settled && a->newest;
	pthread_mutex_unlock(&a->lock);
	return settled;
}

static const char *attach_trouble(struct feed *f)
{
	struct attach *a = attach_of(f);

	pthread_mutex_lock(&a->lock);
	memcpy(a->said, a->trouble, sizeof(a->said));
	pthread_mutex_unlock(&a->lock);
	return a->said[0] ? a->said : NULL;
}

static int attach_submit(struct feed *f, struct record *r, struct err *err)
{
	struct attach *a = attach_of(f);
	int rc;

	pthread_mutex_lock(&a->lock);
	rc = overlay_add(&a->overlay, r);
	a->fresh_submits = true;
	attach_show(a);
	pthread_mutex_unlock(&a->lock);
	record_unref(r);
	wake_set(a->wake_fd);
	return rc ? err_set(err, _("%d records wait to be saved: no more are taken"), OVERLAY_MOST) : 0;
}

static void attach_close(struct feed *f)
{
	struct attach *a = attach_of(f);

	atomic_store(&a->stop, true);
	wake_set(a->wake_fd);
	pthread_join(a->thread, NULL);
	frame_unref(a->newest);
	frame_unref(a->raw);
	overlay_release(&a->overlay);
	engine_link_forget(&a->connector);
	for (size_t i = 0; i < NAMES_MOST; i++)
		free(a->names[i]);
	close(a->wake_fd);
	close(a->news_fd);
	pthread_cond_destroy(&a->opened);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

static const struct feed_ops attach_feed = {
    .acquire = attach_acquire,
    .fd = attach_fd,
    .poll_now = attach_poll_now,
    .now = attach_now,
    .wall = attach_wall,
    .settled = attach_settled,
    .trouble = attach_trouble,
    .submit = attach_submit,
    .close = attach_close,
};

/* Waits until it is known whether it works, but not for ever: a screen that says that it waits is better. */
static bool has_failed(struct attach *a, struct err *err)
{
	int64_t start = clock_boot();
	bool failed;

	pthread_mutex_lock(&a->lock);
	while (!a->begun && !a->failed) {
		bool impatient = a->linking && a->how == ATTACH_OR_RUN;
		struct timespec t;

		if (clock_boot() - start >= (impatient ? SCREEN_PATIENCE : OPEN_PATIENCE))
			break;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += SCREEN_PATIENCE / 5;
		if (t.tv_nsec >= NS_PER_S) {
			t.tv_nsec -= NS_PER_S;
			t.tv_sec++;
		}
		pthread_cond_timedwait(&a->opened, &a->lock, &t);
	}
	failed = a->failed;
	*err = failed ? a->err : *err;
	pthread_mutex_unlock(&a->lock);
	return failed;
}

struct feed *wire_attach(const struct config *config, enum attach_how how, struct err *err)
{
	struct attach *a = xcalloc(1, sizeof(*a));
	int rc;

	a->feed.ops = &attach_feed;
	a->config = config;
	a->how = how;
	a->link.fd = -1;
	a->linking = true;
	socket_config_path(config, a->path, sizeof(a->path));
	config_digest(config, a->digest);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->opened, NULL);
	a->wake_fd = wake_open();
	a->news_fd = wake_open();
	rc = thread_start(&a->thread, "attach", attach_main, a);
	if (rc) {
		err_set(err, _("The thread that follows the engine could not be started: %s."), strerror(rc));
		return NULL;
	}
	if (!has_failed(a, err))
		return &a->feed;
	attach_close(&a->feed);
	return NULL;
}
