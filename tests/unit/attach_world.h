#ifndef MQ_TESTS_ATTACH_WORLD_H
#define MQ_TESTS_ATTACH_WORLD_H

#include "sample_frame.h"

#include "base/clock.h"
#include "base/thread.h"
#include "config/config.h"
#include "rules/rules.h"
#include "wire/server.h"
#include "wire/socket.h"

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* An engine that serves made-up frames in a thread, and viewers of it. */

enum { PATIENCE_MS = 20000, VIEWERS = 10 };

/* The engine: a feed whose frames the test makes, served in a thread. */
static struct world {
	struct feed feed;
	int news;
	pthread_mutex_t lock;
	struct frame *newest;
	struct ledger *ledger;
	uint64_t seq;
	atomic_int polls;
	char list_of[64]; /* of the newest; written before polls is */
	struct server *server;
	pthread_t thread;
	atomic_bool stop, pause;
	atomic_size_t viewers;
	struct config *config;
	char folder[64];
} w = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct frame *acquire(struct feed *f)
{
	struct frame *newest;

	(void)f;
	wake_drain(w.news);
	pthread_mutex_lock(&w.lock);
	newest = frame_ref(w.newest);
	pthread_mutex_unlock(&w.lock);
	return newest;
}

static int news_fd(struct feed *f)
{
	(void)f;
	return w.news;
}

static void poll_now(struct feed *f, const char *list_of)
{
	(void)f;
	snprintf(w.list_of, sizeof(w.list_of), "%s", list_of ? list_of : "");
	atomic_fetch_add(&w.polls, 1);
}

static bool settled(struct feed *f)
{
	(void)f;
	return w.seq > 1;
}

/* A frame of this kind with the ledger as it is. */
static void put_frame(enum sample_kind kind)
{
	static struct rules *rules[SAMPLE_KINDS];
	struct snapshot *s = sample_snapshot(kind, SAMPLE_BOOT);
	struct err err = {""};
	struct frame *old;

	if (!rules[kind])
		rules[kind] = rules_new(sample_config(kind), false, &err);
	pthread_mutex_lock(&w.lock);
	s->seq = ++w.seq;
	old = w.newest;
	w.newest = frame_new(s, rules_judge(rules[kind], s, NULL), ledger_ref(w.ledger), "bastion-2");
	pthread_mutex_unlock(&w.lock);
	frame_unref(old);
	wake_set(w.news);
}

static int submit(struct feed *f, struct record *r, struct err *err)
{
	struct ledger *old;

	(void)f;
	if (r->text && !strcmp(r->text, "refuse me")) {
		record_unref(r);
		return err_set(err, "no more of these");
	}
	pthread_mutex_lock(&w.lock);
	old = w.ledger;
	w.ledger = ledger_with(old, r, KEEP_KEPT);
	pthread_mutex_unlock(&w.lock);
	ledger_unref(old);
	record_unref(r);
	put_frame(SAMPLE_HUNG);
	return 0;
}

static const struct feed_ops fake_ops = {
    .acquire = acquire, .fd = news_fd, .poll_now = poll_now, .settled = settled, .submit = submit};

static void *serve(void *arg)
{
	(void)arg;
	while (!atomic_load(&w.stop)) {
		if (atomic_load(&w.pause))
			poll(NULL, 0, 5);
		else
			server_step(w.server, -1, 10);
		atomic_store(&w.viewers, server_viewers(w.server));
	}
	return NULL;
}

static void start_server(int64_t patience)
{
	struct server_setup setup = {.state_dir = w.folder, .config = "", .takes_over = true, .patience = patience};
	struct err err = {""};
	char digest[TALK_DIGEST_SIZE];

	w.server = server_new(&setup, &err);
	if (!w.server)
		fail_msg("%s", err_msg(&err));
	config_digest(w.config, digest);
	server_feed(w.server, &w.feed, digest);
	atomic_store(&w.stop, false);
	atomic_store(&w.pause, false);
	assert_int_equal(thread_start(&w.thread, "server", serve, NULL), 0);
}

static void stop_server(void)
{
	atomic_store(&w.stop, true);
	pthread_join(w.thread, NULL);
	server_free(w.server);
	w.server = NULL;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(w.folder, sizeof(w.folder), "t_attach.XXXXXX");
	if (!mkdtemp(w.folder))
		return -1;
	w.feed.ops = &fake_ops;
	w.news = wake_open();
	w.ledger = ledger_new();
	w.seq = 0;
	w.config = config_new_default();
	w.config->state_dir = arena_strdup(&w.config->arena, w.folder);
	put_frame(SAMPLE_HUNG);
	put_frame(SAMPLE_HUNG);
	return 0;
}

/* A thread that an engine left behind may still be closing its file. */
static int remove_folder(void)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS;
	struct dirent *e;
	char path[400];
	DIR *d;

	do {
		d = opendir(w.folder);
		while (d && (e = readdir(d))) {
			snprintf(path, sizeof(path), "%s/%s", w.folder, e->d_name);
			if (e->d_name[0] != '.')
				unlink(path);
		}
		closedir(d);
		if (!rmdir(w.folder))
			return 0;
		poll(NULL, 0, 10);
	} while (clock_boot() < until);
	return -1;
}

static int tear_down(void **state)
{
	(void)state;
	if (w.server)
		stop_server();
	frame_unref(w.newest);
	w.newest = NULL;
	ledger_unref(w.ledger);
	close(w.news);
	config_free(w.config);
	return remove_folder();
}

static struct feed *attach(enum attach_how how)
{
	struct err err = {""};
	struct feed *f = wire_attach(w.config, how, &err);

	if (!f)
		fail_msg("%s", err_msg(&err));
	return f;
}

/* Waits until the feed's newest frame is as the function wants it, and returns it. */
static struct frame *await(struct feed *feed, bool (*wanted)(struct feed *, const struct frame *), const char *what)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS;

	while (clock_boot() < until) {
		struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};
		struct frame *f = feed->ops->acquire(feed);

		if (f && wanted(feed, f))
			return f;
		frame_unref(f);
		poll(&p, 1, 50);
	}
	fail_msg("never %s; trouble: %s", what, feed->ops->trouble(feed));
	return NULL;
}

static bool is_newest(struct feed *feed, const struct frame *f)
{
	bool newest;

	(void)feed;
	pthread_mutex_lock(&w.lock);
	newest = f->snap->seq == w.seq;
	pthread_mutex_unlock(&w.lock);
	return newest;
}

#endif
