#include "ui/judging.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct judging {
	int wake;
	pthread_t thread;
	struct audits audits; /* of the thread; results point into it */
	struct err trouble;   /* why there are none */
	bool loaded;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	const struct config *config;
	unsigned configured; /* how often */
	bool asked, answered, stop, ended;
	struct lists_ask ask;
	struct lists_answer answer;
};

/* The files are read with the first question, not before a screen is there. */
static void judge(struct judging *j, const struct config *config, const struct lists_ask *ask, struct lists_answer *out)
{
	if (!j->loaded && audits_load(&j->audits, &j->trouble)) {
		audits_release(&j->audits);
		*out = (struct lists_answer){.ask = {.now = ask->now, .wall = ask->wall}};
		snprintf(out->trouble, sizeof(out->trouble), "%s", err_msg(&j->trouble));
		return;
	}
	j->loaded = true;
	lists_judge(config, &j->audits, ask, out);
}

static void answer(struct judging *j)
{
	const struct config *config = j->config;
	unsigned configured = j->configured;
	struct lists_ask ask = j->ask;
	struct lists_answer a;

	j->ask = (struct lists_ask){0};
	j->asked = false;
	pthread_mutex_unlock(&j->lock);
	judge(j, config, &ask, &a);
	lists_ask_release(&ask);
	pthread_mutex_lock(&j->lock);
	/* Nobody wants to see any more what another configuration says. */
	if (j->configured != configured) {
		lists_answer_release(&a);
		return;
	}
	lists_answer_release(&j->answer);
	j->answer = a;
	j->answered = true;
	wake_set(j->wake);
}

static void *work(void *arg)
{
	struct judging *j = arg;

	pthread_mutex_lock(&j->lock);
	while (!j->stop) {
		if (j->asked)
			answer(j);
		else
			pthread_cond_wait(&j->news, &j->lock);
	}
	j->ended = true;
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

static void release(struct judging *j)
{
	lists_answer_release(&j->answer);
	lists_ask_release(&j->ask);
	if (j->loaded)
		audits_release(&j->audits);
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->news);
	close(j->wake);
	free(j);
}

struct judging *judging_new(const struct config *config, struct err *err)
{
	int wake = wake_open(), rc;
	struct judging *j;

	if (wake < 0) {
		err_set(err, _("No descriptor is left to judge the lists with."));
		return NULL;
	}
	j = xcalloc(1, sizeof(*j));
	j->config = config;
	j->wake = wake;
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->news, NULL);
	rc = thread_start(&j->thread, "lists", work, j);
	if (rc) {
		err_set(err, _("No thread to judge the lists in: %s."), strerror(rc));
		release(j);
		return NULL;
	}
	return j;
}

int judging_fd(const struct judging *j)
{
	return j->wake;
}

void judging_ask(struct judging *j, const struct lists_ask *ask)
{
	pthread_mutex_lock(&j->lock);
	lists_ask_release(&j->ask);
	j->ask = *ask;
	j->asked = true;
	pthread_cond_signal(&j->news);
	pthread_mutex_unlock(&j->lock);
}

bool judging_take(struct judging *j, struct lists_answer *out)
{
	bool there;

	wake_drain(j->wake);
	pthread_mutex_lock(&j->lock);
	there = j->answered;
	if (there) {
		*out = j->answer;
		j->answer = (struct lists_answer){.trouble = ""};
		j->answered = false;
	}
	pthread_mutex_unlock(&j->lock);
	return there;
}

void judging_configure(struct judging *j, const struct config *config)
{
	pthread_mutex_lock(&j->lock);
	j->config = config;
	j->configured++;
	lists_ask_release(&j->ask);
	lists_answer_release(&j->answer);
	j->asked = j->answered = false;
	pthread_mutex_unlock(&j->lock);
}

bool judging_stop(struct judging *j, int64_t patience)
{
	int64_t until = clock_boot() + patience;
	bool ended = false;

	if (!j)
		return true;
	pthread_mutex_lock(&j->lock);
	j->stop = true;
	pthread_cond_signal(&j->news);
	pthread_mutex_unlock(&j->lock);
	for (;;) {
		struct timespec nap = {.tv_nsec = 2 * NS_PER_MS};

		pthread_mutex_lock(&j->lock);
		ended = j->ended;
		pthread_mutex_unlock(&j->lock);
		if (ended || clock_boot() >= until)
			break;
		nanosleep(&nap, NULL);
	}
	if (!ended)
		return false;
	pthread_join(j->thread, NULL);
	release(j);
	return true;
}
