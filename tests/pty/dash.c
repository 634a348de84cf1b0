/*
 * dash: the real dashboard on made-up frames, for the tests of its terminal
 * manners. `dash KIND [plain]`:
 *   still    one frame, the clock stands
 *   clock    one frame, the clock runs
 *   moving   a new frame every 200 ms, the clock runs
 *   big      10,000 lag rows, a new frame every second
 *   slow     hangs before there is a screen, as a password command may
 *   hanging  as moving, and a poller that never comes back from anything
 *   full     as still, but what is handed in cannot be kept
 * What is handed in stands in the next frame as saving, and a second later as kept.
 * Two threads named "poller" stand for the sources.
 */
#include "base/clock.h"
#include "base/thread.h"
#include "sample_frame.h"
#include "ui/app.h"

#include <errno.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fake {
	struct feed feed;
	struct frame *frames[2];
	atomic_uint turn;
	int wake;
	bool clock_runs;
	int64_t began;
	int period_ms;
	pthread_mutex_t lock; /* for frames and what follows */
	struct record *saving[8];
	size_t n_saving;
	bool full;
};

static struct fake fake = {.lock = PTHREAD_MUTEX_INITIALIZER},
		   after_reload = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct frame *acquire(struct feed *f)
{
	struct fake *k = (struct fake *)f;

	struct frame *now;

	wake_drain(k->wake);
	pthread_mutex_lock(&k->lock);
	now = frame_ref(k->frames[atomic_load(&k->turn) % 2]);
	pthread_mutex_unlock(&k->lock);
	return now;
}

static int wake_fd(struct feed *f)
{
	return ((struct fake *)f)->wake;
}

static void poll_now(struct feed *f, const char *list_of)
{
	(void)list_of;
	wake_set(wake_fd(f));
}

static int64_t elapsed(const struct fake *k)
{
	return k->clock_runs ? clock_boot() - k->began : 0;
}

static int64_t now(struct feed *f)
{
	return SAMPLE_BOOT + elapsed((struct fake *)f);
}

static int64_t wall(struct feed *f)
{
	return SAMPLE_WALL + elapsed((struct fake *)f);
}

static bool settled(struct feed *f)
{
	(void)f;
	return true;
}

static const char *trouble(struct feed *f)
{
	(void)f;
	return NULL;
}

/* Both frames get the ledger; taken. */
static void put_ledger(struct fake *k, struct ledger *l)
{
	for (int i = 0; i < 2; i++) {
		struct frame *old = k->frames[i];

		k->frames[i] = frame_new(
		    snapshot_ref(old->snap), judgement_ref(old->judgement), ledger_ref(l), old->from);
		frame_unref(old);
	}
	ledger_unref(l);
	wake_set(k->wake);
}

static int submit(struct feed *f, struct record *r, struct err *err)
{
	struct fake *k = (struct fake *)f;

	if (k->n_saving == sizeof(k->saving) / sizeof(k->saving[0])) {
		record_unref(r);
		return err_set(err, "dash takes no more");
	}
	pthread_mutex_lock(&k->lock);
	k->saving[k->n_saving++] = r;
	put_ledger(k, ledger_with(k->frames[0]->ledger, r, KEEP_SAVING));
	pthread_mutex_unlock(&k->lock);
	return 0;
}

/* The disk, which is slow. */
static void *keeper(void *arg)
{
	struct fake *k = arg;

	for (;;) {
		usleep(1000000);
		pthread_mutex_lock(&k->lock);
		for (size_t i = 0; i < k->n_saving; i++) {
			put_ledger(k, ledger_kept(k->frames[0]->ledger, k->saving[i]->id,
					  k->full ? KEEP_FAILED : KEEP_KEPT));
			record_unref(k->saving[i]);
		}
		k->n_saving = 0;
		pthread_mutex_unlock(&k->lock);
	}
	return NULL;
}

/* Libraries that hang: this one is never closed. */
static void close_feed(struct feed *f)
{
	(void)f;
	for (;;)
		pause();
}

static const struct feed_ops ops = {
    acquire, wake_fd, poll_now, now, wall, settled, trouble, submit, close_feed};

static void *poller(void *arg)
{
	(void)arg;
	while (fake.period_ms) {
		usleep((useconds_t)fake.period_ms * 1000);
		atomic_fetch_add(&fake.turn, 1);
		wake_set(fake.wake);
		/* Libraries do this; it must not reach the screen. */
		fprintf(stderr, "library: something happened\n");
	}
	for (;;)
		pause();
	return NULL;
}

static enum sample_kind set_up(const char *kind)
{
	fake.full = !strcmp(kind, "full");
	fake.clock_runs = strcmp(kind, "still") != 0 && !fake.full;
	fake.period_ms = !strcmp(kind, "still") || fake.full || !strcmp(kind, "clock") ? 0
			 : !strcmp(kind, "big")				  ? 1000
									  : 200;
	fake.began = clock_boot();
	fake.wake = wake_open();
	fake.feed.ops = &ops;
	return !strcmp(kind, "big") ? SAMPLE_BIG : SAMPLE_RICH;
}

static void *never_back(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

/* A configuration that is slow to read, and names another folder. */
static struct feed *reload(void *arg, const struct config **config, struct err *err)
{
	static struct config other;

	(void)arg;
	(void)err;
	usleep(1500000);
	other.state_dir = getenv("DASH_STATE_AFTER");
	*config = &other;
	after_reload.feed.ops = &ops;
	after_reload.frames[0] = after_reload.frames[1] = sample_frame(SAMPLE_HEALTHY);
	after_reload.wake = wake_open();
	wake_set(after_reload.wake);
	return &after_reload.feed;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "still";
	bool plain = argc > 2 && !strcmp(argv[2], "plain");
	struct app_options options = {
	    .plain = plain, .state_dir = getenv("DASH_STATE"), .reload = reload};
	struct feed *feed = &fake.feed;
	struct err err = {""};
	enum sample_kind sample;
	pthread_t t[3];
	int rc;

	setlocale(LC_ALL, "");
	if (app_prepare(plain, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 3;
	}
	if (!strcmp(kind, "slow")) {
		puts("asking for a password");
		fflush(stdout);
		sleep(60);
	}
	sample = set_up(kind);
	fake.frames[0] = sample_frame(sample);
	fake.frames[1] = sample_frame(sample == SAMPLE_BIG ? SAMPLE_BIG : SAMPLE_HUNG);
	if (thread_start(&t[0], "poller", poller, NULL) || thread_start(&t[2], "keeper", keeper, &fake) ||
	    thread_start(&t[1], "poller", never_back, NULL))
		return 3;
	rc = app_run(&feed, &options, &err);
	if (rc < 0)
		fprintf(stderr, "%s\n", err.msg);
	_exit(rc < 0 ? 3 : rc);
}
