#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "wire/engine_link.h"
#include "wire/overlay.h"
#include "wire/socket.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A feed that follows an engine: that of `mqduty collect` or, where there is none, one of our own. A thread of its own
 * does all of it, so that a long line to read or an engine to end holds no key up. */

enum { NAMES_MOST = 64 };

#define FIRST_WITHIN (3 * NS_PER_S)   /* an engine that has not sent a frame by then is none */
#define SILENT_MOST (6 * NS_PER_S)    /* it says something every 2 s */
#define LOOK_EVERY (2 * NS_PER_S)     /* for an engine, while one of our own runs */
#define OPEN_PATIENCE (2 * NS_PER_S)  /* how long wire_attach() waits to say whether it works */

struct attach {
	struct feed feed; /* first: a feed is an attach */
	const struct config *config;
	enum attach_how how;
	char path[TALK_PATH_MAX], digest[TALK_DIGEST_SIZE];
	pthread_t thread;
	atomic_bool stop, poll_now;
	int wake_fd, news_fd;

	pthread_mutex_t lock; /* for all below */
	pthread_cond_t opened;
	struct frame *raw;    /* the newest, as it came */
	struct frame *newest; /* with what is handed in and not in it */
	struct overlay overlay;
	bool begun, failed, settled, fresh_submits;
	struct err err;
	char trouble[ERR_MAX];
	char said[ERR_MAX];   /* the viewer's copy of it */

	/* The thread's own. */
	struct engine_link link;
	struct connector *connector;
	struct feed *own;
	bool own_settled;
	bool hangs; /* the one that we lost */
	pid_t lost; /* the engine that we were attached to before our own; 0: none */
	char *names[NAMES_MOST]; /* hosts that frames came from; frames may outlive their reader */
};

static struct attach *attach_of(struct feed *f)
{
	return (struct attach *)f;
}

static void set_trouble(struct attach *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void set_trouble(struct attach *a, const char *fmt, ...)
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
static void show(struct attach *a)
{
	struct frame *old = a->newest;

	a->newest = a->raw ? overlay_frame(&a->overlay, frame_ref(a->raw)) : NULL;
	frame_unref(old);
	a->begun = true;
	pthread_cond_broadcast(&a->opened);
	wake_set(a->news_fd);
}

/* Takes the frame. */
static void publish(struct attach *a, struct frame *f)
{
	pthread_mutex_lock(&a->lock);
	frame_unref(a->raw);
	a->raw = f;
	overlay_settle(&a->overlay, f);
	show(a);
	pthread_mutex_unlock(&a->lock);
}

static void set_settled(struct attach *a, bool settled)
{
	pthread_mutex_lock(&a->lock);
	a->settled = settled;
	pthread_mutex_unlock(&a->lock);
	wake_set(a->news_fd);
}

static const char *lasting_name(struct attach *a, const char *name)
{
	size_t i = 0;

	while (i < NAMES_MOST && a->names[i] && strcmp(a->names[i], name) != 0)
		i++;
	if (i == NAMES_MOST)
		return "?";
	if (!a->names[i])
		a->names[i] = xstrdup(name);
	return a->names[i];
}

/* What waits to be kept, for another engine; the caller unrefs. */
static struct ledger *pending(struct attach *a)
{
	struct ledger *l;

	pthread_mutex_lock(&a->lock);
	l = a->overlay.mine ? ledger_copy(a->overlay.mine) : NULL;
	a->fresh_submits = false;
	pthread_mutex_unlock(&a->lock);
	return l;
}

static void hand_in_link(struct attach *a)
{
	struct ledger *l = pending(a);

	for (size_t i = 0; l && i < l->n; i++)
		if (l->lines[i].keep == KEEP_SAVING)
			talk_put_submit(&a->link.out, l->lines[i].record);
	ledger_unref(l);
}

static void hand_in_own(struct attach *a)
{
	struct ledger *l = pending(a);
	struct err err = {""};

	for (size_t i = 0; l && i < l->n; i++) {
		if (!a->own->ops->submit(a->own, record_ref(l->lines[i].record), &err))
			continue;
		pthread_mutex_lock(&a->lock);
		overlay_refuse(&a->overlay, l->lines[i].record->id, err_msg(&err));
		pthread_mutex_unlock(&a->lock);
	}
	ledger_unref(l);
}

static void close_own(struct attach *a)
{
	if (a->own)
		a->own->ops->close(a->own);
	a->own = NULL;
}

static void say_attached(struct attach *a)
{
	if (strcmp(a->link.hello.digest, a->digest) != 0)
		set_trouble(a, _("The engine (pid %ld) and this mqduty read %.200s at different times: reload both (kill -HUP %ld, :reload)."),
		    (long)a->link.hello.pid, a->path, (long)a->link.hello.pid);
	else
		set_trouble(a, "%s", "");
}

/* What one step of the link brought. */
static void take_said(struct attach *a, struct engine_said *said)
{
	if (said->refused[0]) {
		pthread_mutex_lock(&a->lock);
		overlay_refuse(&a->overlay, said->refused, err_msg(&said->why));
		show(a);
		pthread_mutex_unlock(&a->lock);
	}
	if (said->frame) {
		said->frame->from = lasting_name(a, said->frame->from);
		publish(a, said->frame);
		said->frame = NULL;
	}
	if (said->config_changed)
		say_attached(a);
	if (said->settled)
		set_settled(a, true);
}

static void wait_for(struct attach *a, int fd, short events, int64_t until)
{
	struct pollfd p[2] = {{.fd = a->wake_fd, .events = POLLIN}, {.fd = fd, .events = events}};
	int64_t left = until - clock_boot();

	poll(p, 2, left <= 0 ? 0 : left > 60 * NS_PER_S ? 60000 : (int)(left / NS_PER_MS) + 1);
	if (p[0].revents)
		wake_drain(a->wake_fd);
}

static const char *lost_words(const struct attach *a, char words[ERR_MAX / 2])
{
	snprintf(words, ERR_MAX / 2,
	    a->hangs ? _("The engine (pid %ld) does not answer: this mqduty asks the clusters itself.")
		     : _("The engine (pid %ld) has gone: this mqduty asks the clusters itself."),
	    (long)a->lost);
	return words;
}

static void say_own(struct attach *a)
{
	const char *trouble = a->own->ops->trouble(a->own);
	char words[ERR_MAX / 2];

	if (a->lost)
		set_trouble(a, "%s%s%.200s", lost_words(a, words), trouble ? " " : "", trouble ? trouble : "");
	else
		set_trouble(a, "%s", trouble ? trouble : "");
}

static void show_own(struct attach *a)
{
	/* First whether it is settled, then the frame: that one holds what settled it. */
	bool now = a->own->ops->settled(a->own);
	struct frame *f = a->own->ops->acquire(a->own);

	if (f && f != a->raw) {
		publish(a, f);
		say_own(a);
	} else {
		frame_unref(f);
	}
	if (now && !a->own_settled)
		set_settled(a, true);
	a->own_settled = now;
}

/* Connects and waits for the first frame, which is published; one of our own goes on meanwhile. false: there is no
 * engine, or none that is ours. */
static bool try_link(struct attach *a)
{
	int64_t until = clock_boot() + FIRST_WITHIN;
	struct err err = {""};

	if (engine_link_open(&a->link, &a->connector, a->config->state_dir, a->path))
		return false;
	while (!atomic_load(&a->stop) && clock_boot() < until) {
		struct engine_said said = {0};
		int rc = engine_link_step(&a->link, &said, &err);

		if (rc || (a->link.hello.pid && strcmp(a->link.hello.config, a->path) != 0)) {
			frame_unref(said.frame);
			break;
		}
		if (said.frame) {
			set_settled(a, a->link.hello.settled);
			say_attached(a);
			take_said(a, &said);
			a->lost = 0;
			return true;
		}
		if (a->own)
			show_own(a);
		wait_for(a, a->link.fd, engine_link_events(&a->link), a->own ? clock_boot() + NS_PER_S / 10 : until);
	}
	if (err_msg(&err)[0])
		log_warn("the engine's socket: %s", err_msg(&err));
	engine_link_close(&a->link);
	return false;
}

/* Until the engine has gone; false: it hangs. */
static bool follow_link(struct attach *a)
{
	struct err err = {""};
	bool hangs = false;

	hand_in_link(a);
	while (!atomic_load(&a->stop)) {
		struct engine_said said = {0};
		bool more;
		int rc;

		pthread_mutex_lock(&a->lock);
		more = a->fresh_submits;
		pthread_mutex_unlock(&a->lock);
		if (more)
			hand_in_link(a);
		if (atomic_exchange(&a->poll_now, false))
			talk_put_poll(&a->link.out);
		rc = engine_link_step(&a->link, &said, &err);
		take_said(a, &said);
		if (rc)
			break;
		if (clock_boot() - a->link.heard_at > SILENT_MOST) {
			err_set(&err, "it has said nothing for long");
			hangs = true;
			break;
		}
		wait_for(a, a->link.fd, engine_link_events(&a->link), clock_boot() + NS_PER_S);
	}
	if (err_msg(&err)[0])
		log_warn("the engine (pid %ld) was left: %s", (long)a->link.hello.pid, err_msg(&err));
	a->lost = a->link.hello.pid;
	a->hangs = hangs;
	engine_link_close(&a->link);
	return !hangs;
}

/* With an engine of our own, until there is another. true: attached. */
static bool follow_own(struct attach *a)
{
	int64_t look_at = clock_boot() + LOOK_EVERY;

	a->own_settled = false;
	hand_in_own(a);
	while (!atomic_load(&a->stop)) {
		bool more;

		pthread_mutex_lock(&a->lock);
		more = a->fresh_submits;
		pthread_mutex_unlock(&a->lock);
		if (more)
			hand_in_own(a);
		if (atomic_exchange(&a->poll_now, false))
			a->own->ops->poll_now(a->own);
		show_own(a);
		if (a->how == ATTACH_OR_RUN && clock_boot() >= look_at) {
			if (try_link(a))
				return true;
			look_at = clock_boot() + LOOK_EVERY;
		}
		wait_for(a, a->own->ops->fd(a->own), POLLIN, clock_boot() + (a->own_settled ? NS_PER_S / 2 : 20 * NS_PER_MS));
	}
	return false;
}

/* -1: it cannot be started; said. */
static int start_own(struct attach *a)
{
	char words[ERR_MAX / 2];
	struct err err = {""};

	set_settled(a, false);
	if (a->lost)
		set_trouble(a, "%s", lost_words(a, words));
	a->own = engine_start(a->config, a->how == ATTACH_OR_LOOK, &err);
	if (a->own)
		return 0;
	pthread_mutex_lock(&a->lock);
	a->failed = !a->begun;
	a->err = err;
	pthread_cond_broadcast(&a->opened);
	pthread_mutex_unlock(&a->lock);
	set_trouble(a, _("No engine runs, and none can be started here: %.300s"), err_msg(&err));
	return -1;
}

static void give_up(struct attach *a)
{
	pthread_mutex_lock(&a->lock);
	a->failed = true;
	pthread_cond_broadcast(&a->opened);
	pthread_mutex_unlock(&a->lock);
}

static void *attach_main(void *arg)
{
	struct attach *a = arg;
	bool attached = try_link(a);

	if (a->how == ATTACH_ONLY) {
		if (attached)
			follow_link(a);
		set_trouble(a, _("The engine has gone."));
		give_up(a);
		return NULL;
	}
	while (!atomic_load(&a->stop)) {
		if (attached) {
			/* One that is silent is not tried again at once. */
			attached = follow_link(a) && !atomic_load(&a->stop) && try_link(a);
			continue;
		}
		if (!start_own(a)) {
			attached = follow_own(a);
			close_own(a);
		} else {
			wait_for(a, -1, 0, clock_boot() + LOOK_EVERY);
			attached = try_link(a);
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

static void attach_poll_now(struct feed *f)
{
	struct attach *a = attach_of(f);

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
	show(a);
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
	int64_t until = clock_boot() + OPEN_PATIENCE;
	bool failed;

	pthread_mutex_lock(&a->lock);
	while (!a->begun && !a->failed && clock_boot() < until) {
		struct timespec t;

		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_sec++;
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
