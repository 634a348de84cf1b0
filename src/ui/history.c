#include "ui/history.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WEEK_NS (INT64_C(7) * 86400 * NS_PER_S)

struct history {
	int (*read)(const char *, const char *, int64_t, int64_t, struct metrics_points *, struct err *);
	int wake;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	char *state_dir;
	bool asked, answered, stop, ended;
	unsigned configured; /* how often */
	struct past_ask ask;
	struct past_answer answer;
};

static void read_answer(struct history *h, const char *state_dir, struct past_answer *a)
{
	struct err err = {""};

	if (h->read(state_dir, a->ask.key, a->ask.from, a->ask.to, &a->points, &err))
		snprintf(a->trouble, sizeof(a->trouble), "%s", err_msg(&err));
	else if (a->ask.week &&
		 h->read(state_dir, a->ask.key, a->ask.from - WEEK_NS, a->ask.to - WEEK_NS, &a->before, &err))
		snprintf(a->trouble, sizeof(a->trouble), "%s", err_msg(&err));
}

static void answer(struct history *h)
{
	struct past_answer a = {.ask = h->ask};
	unsigned configured = h->configured;
	char *state_dir = xstrdup(h->state_dir);

	h->asked = false;
	pthread_mutex_unlock(&h->lock);
	read_answer(h, state_dir, &a);
	free(state_dir);
	pthread_mutex_lock(&h->lock);
	if (configured != h->configured) {
		/* What another folder holds is of no use any more. */
		past_answer_release(&a);
		h->asked = true;
		return;
	}
	past_answer_release(&h->answer);
	h->answer = a;
	h->answered = true;
	wake_set(h->wake);
}

static void *work(void *arg)
{
	struct history *h = arg;

	pthread_mutex_lock(&h->lock);
	while (!h->stop) {
		if (h->asked)
			answer(h);
		else
			pthread_cond_wait(&h->news, &h->lock);
	}
	h->ended = true;
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void release(struct history *h)
{
	past_answer_release(&h->answer);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->news);
	close(h->wake);
	free(h->state_dir);
	free(h);
}

struct history *history_new(const char *state_dir,
    int (*read)(const char *, const char *, int64_t, int64_t, struct metrics_points *, struct err *), struct err *err)
{
	int wake = wake_open(), rc;
	struct history *h;

	if (wake < 0) {
		err_set(err, _("No descriptor is left to read the history with."));
		return NULL;
	}
	h = xcalloc(1, sizeof(*h));
	h->read = read;
	h->state_dir = xstrdup(state_dir);
	h->wake = wake;
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->news, NULL);
	rc = thread_start(&h->thread, "history", work, h);
	if (rc) {
		err_set(err, _("No thread to read the history in: %s."), strerror(rc));
		release(h);
		return NULL;
	}
	return h;
}

int history_fd(const struct history *h)
{
	return h->wake;
}

void history_ask(struct history *h, const struct past_ask *ask)
{
	pthread_mutex_lock(&h->lock);
	h->ask = *ask;
	h->asked = true;
	pthread_cond_signal(&h->news);
	pthread_mutex_unlock(&h->lock);
}

void history_configure(struct history *h, const char *state_dir)
{
	pthread_mutex_lock(&h->lock);
	free(h->state_dir);
	h->state_dir = xstrdup(state_dir);
	h->configured++;
	if (h->answered) {
		past_answer_release(&h->answer);
		h->answer = (struct past_answer){0};
		h->answered = false;
		h->asked = true;
		pthread_cond_signal(&h->news);
	}
	pthread_mutex_unlock(&h->lock);
}

bool history_take(struct history *h, struct past_answer *out)
{
	bool there;

	wake_drain(h->wake);
	pthread_mutex_lock(&h->lock);
	there = h->answered;
	if (there) {
		*out = h->answer;
		h->answer = (struct past_answer){0};
		h->answered = false;
	}
	pthread_mutex_unlock(&h->lock);
	return there;
}

bool history_stop(struct history *h, int64_t patience)
{
	int64_t until = clock_boot() + patience;
	bool ended = false;

	if (!h)
		return true;
	pthread_mutex_lock(&h->lock);
	h->stop = true;
	pthread_cond_signal(&h->news);
	pthread_mutex_unlock(&h->lock);
	for (;;) {
		struct timespec nap = {.tv_nsec = 2 * NS_PER_MS};

		pthread_mutex_lock(&h->lock);
		ended = h->ended;
		pthread_mutex_unlock(&h->lock);
		if (ended || clock_boot() >= until)
			break;
		nanosleep(&nap, NULL);
	}
	if (!ended)
		return false;
	pthread_join(h->thread, NULL);
	release(h);
	return true;
}
