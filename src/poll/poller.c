#include "poll/poller.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "source/log/log.h"
#include "source/source.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { POLL_NOW_GAP_S = 2 };

struct poller {
	struct source_ctx ctx;
	const struct source_ops *ops;
	pthread_t thread;
	atomic_bool ended;
	struct logs *logs; /* beside the source; NULL: none */
};

struct pollers {
	struct poller *all;
	size_t n;
	_Atomic int64_t last_poll_now;
};

static void wait_plain(int fd, int64_t until)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left = until - clock_boot();

	if (left > 0)
		poll(&p, 1, left > 60 * NS_PER_S ? 60000 : (int)(left / NS_PER_MS) + 1);
}

/* A source that can never work still has its row: what is wrong, in words. */
static void publish_refusal(struct source_ctx *ctx, const struct err *err)
{
	struct section *s = section_new(SECTION_CLUSTER);
	struct cluster_row *row = section_add(s);
	const char *why = arena_strdup(&s->arena, err->msg);

	row->reachable = value_missing(why);
	row->version = value_missing(why);
	row->controllers = value_missing(why);
	row->controller = value_missing(why);
	row->brokers_up = value_missing(why);
	row->brokers_expected = value_missing(why);
	row->system_account = value_missing(why);
	row->trouble = why;
	s->listing = value_missing(why);
	model_publish(ctx->model, ctx->index, s);
	atomic_store(&ctx->settled, true);
}

static void run_source(struct poller *p, struct source *s)
{
	int64_t base = schedule_period(p->ctx.config, PERIOD_LIVENESS);

	while (!atomic_load(&p->ctx.stop)) {
		int64_t start = clock_boot(), next = p->ops->run(s, start), end = clock_boot();

		model_note_cycle(p->ctx.model, (double)(end - start) / NS_PER_MS, end - start > base);
		if (next > end && !atomic_load(&p->ctx.stop)) {
			if (p->ops->wait)
				p->ops->wait(s, next);
			else
				wait_plain(p->ctx.wake_fd, next);
		}
		wake_drain(p->ctx.wake_fd);
	}
}

static void *poller_main(void *arg)
{
	struct poller *p = arg;
	struct err err = {{0}};
	struct source *s = p->ops->open(&p->ctx, &err);

	if (s) {
		run_source(p, s);
		p->ops->close(s);
	} else {
		log_warn("%s: %s", p->ctx.cluster->name, err_msg(&err));
		publish_refusal(&p->ctx, &err);
	}
	atomic_store(&p->ended, true);
	return NULL;
}

static int start_poller(struct poller *p)
{
	char name[16];

	snprintf(name, sizeof(name), "src-%.11s", p->ctx.cluster->name);
	return thread_start(&p->thread, name, poller_main, p);
}

struct pollers *pollers_start(const struct config *config, struct model *model, bool one_shot, struct err *err)
{
	struct pollers *ps = xcalloc(1, sizeof(*ps));

	source_prepare();
	ps->all = xcalloc(config->n_clusters, sizeof(*ps->all));
	for (size_t i = 0; i < config->n_clusters; i++) {
		const struct cluster_conf *c = &config->clusters[i];
		struct poller *p = &ps->all[i];
		int rc;

		p->ops = source_for(c->kind);
		p->ctx.config = config;
		p->ctx.cluster = c;
		p->ctx.model = model;
		p->ctx.one_shot = one_shot;
		p->ctx.index = model_add_cluster(model, c->name, c->kind, c->tier);
		p->ctx.wake_fd = wake_open();
		p->logs = logs_start(&p->ctx);
		rc = p->ctx.wake_fd < 0 ? errno : start_poller(p);
		ps->n++;
		if (rc) {
			atomic_store(&p->ended, true);
			err_set(err,
			    rc == EMFILE ? _("cluster %s cannot be watched: %s. Raise the limit of open files (ulimit -n).")
					 : _("No thread could be started for cluster %s: %s. Is a process limit reached (ulimit -u)?"),
			    c->name, strerror(rc));
			p->thread = 0;
			pollers_stop(ps, NS_PER_S);
			return NULL;
		}
	}
	return ps;
}

/* CLUSTER/BROKER: only that cluster's source hears of it. */
static void ask_for_list(struct source_ctx *ctx, const char *list_of)
{
	size_t len = strlen(ctx->cluster->name);

	if (list_of && !strncmp(list_of, ctx->cluster->name, len) && list_of[len] == '/')
		free(atomic_exchange(&ctx->list_of, xstrdup(list_of + len + 1)));
}

void pollers_poll_now(struct pollers *p, const char *list_of)
{
	int64_t now = clock_boot();

	if (now - atomic_load(&p->last_poll_now) < POLL_NOW_GAP_S * NS_PER_S)
		return;
	atomic_store(&p->last_poll_now, now);
	for (size_t i = 0; i < p->n; i++) {
		ask_for_list(&p->all[i].ctx, list_of);
		atomic_store(&p->all[i].ctx.poll_now, true);
		wake_set(p->all[i].ctx.wake_fd);
	}
}

bool pollers_settled(const struct pollers *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!atomic_load(&p->all[i].ctx.settled) || !atomic_load(&p->all[i].ctx.logs_settled))
			return false;
	return true;
}

bool pollers_stop(struct pollers *p, int64_t patience)
{
	int64_t deadline = clock_boot() + patience;
	bool all_ended = true;

	for (size_t i = 0; i < p->n; i++) {
		atomic_store(&p->all[i].ctx.stop, true);
		wake_set(p->all[i].ctx.wake_fd);
		logs_stop(p->all[i].logs);
		free(atomic_exchange(&p->all[i].ctx.list_of, NULL));
	}
	for (size_t i = 0; i < p->n; i++) {
		struct poller *one = &p->all[i];
		bool logs_ended;

		while (!(logs_ended = logs_free(one->logs)) && clock_boot() < deadline)
			nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
		while (!atomic_load(&one->ended) && clock_boot() < deadline)
			nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
		if (!atomic_load(&one->ended) || !logs_ended) {
			all_ended = false;
			continue;
		}
		if (one->thread)
			pthread_join(one->thread, NULL);
		if (one->ctx.wake_fd >= 0)
			close(one->ctx.wake_fd);
	}
	if (!all_ended)
		return false;
	free(p->all);
	free(p);
	return true;
}
