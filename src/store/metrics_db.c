#include "store/metrics_db.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/metrics_int.h"
#include "store/sql.h"
#include "store/state_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAITING_MOST = 6, TEXT = 256 };

#define RETRY (30 * NS_PER_S)
/* How often the open file is checked for damage. A second or two of this thread for a year of 1,000 series. */
#define CHECK_EVERY (6 * 3600 * NS_PER_S)

struct metrics_db {
	char *dir;
	pthread_t thread;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t news;
	struct metrics_batch waiting[WAITING_MOST];
	size_t n;
	bool stop, ended;
	char trouble[TEXT];

	int64_t last_slot; /* the engine's thread */
	/* The thread's own. */
	struct metrics_sql sql;
	struct state_dir place;
	int lock_fd;
	int64_t retry_at, check_at;
	bool told_cut;
};

static void say(struct metrics_db *db, const char *text)
{
	pthread_mutex_lock(&db->lock);
	if (text[0] && strcmp(db->trouble, text) != 0)
		log_warn("%s", text);
	snprintf(db->trouble, sizeof(db->trouble), "%s", text);
	pthread_mutex_unlock(&db->lock);
}

/* One engine writes; the others read. */
static bool take_lock(struct metrics_db *db)
{
	struct err err = {""};
	pid_t holder;

	if (db->lock_fd >= 0)
		return true;
	if (!db->place.path && state_dir_open(&db->place, db->dir, true, &err)) {
		say(db, err_msg(&err));
		return false;
	}
	db->lock_fd = state_dir_lock(&db->place, "metrics.lock", &holder, &err);
	if (db->lock_fd < 0 && err.msg[0])
		say(db, err_msg(&err));
	return db->lock_fd >= 0;
}

static bool ready(struct metrics_db *db)
{
	struct err err = {""};
	char path[4200];

	if (db->sql.db)
		return true;
	if (clock_boot() < db->retry_at)
		return false;
	db->retry_at = clock_boot() + RETRY;
	/* Whoever holds the lock keeps the history: nothing is lost. */
	if (!take_lock(db))
		return false;
	snprintf(path, sizeof(path), "%.4000s/metrics.db", db->place.path);
	state_dir_make_db(&db->place, path); /* where that fails SQLite says why */
	if (metrics_sql_open(&db->sql, path, db->place.file_mode, &err)) {
		metrics_sql_close(&db->sql);
		say(db, err_msg(&err));
		return false;
	}
	db->check_at = clock_boot() + CHECK_EVERY;
	say(db, "");
	return true;
}

/* Where nobody reads, damage would be found at the next start only. */
static bool still_sound(struct metrics_db *db)
{
	char path[4200], text[TEXT];

	if (clock_boot() < db->check_at)
		return true;
	db->check_at = clock_boot() + CHECK_EVERY;
	snprintf(path, sizeof(path), "%.4000s/metrics.db", db->place.path);
	if (sql_file_sound(path))
		return true;
	snprintf(text, sizeof(text), _("%.100s is damaged: it is set aside, and the history begins anew"), path);
	say(db, text);
	return false;
}

/* Said once: the rest of the history is whole. */
static void note_cut(struct metrics_db *db, const struct metrics_batch *b)
{
	if ((b->cut || db->sql.dropped) && !db->told_cut)
		log_warn("the history keeps %d series: of the numbers beyond them nothing is kept", SERIES_MOST);
	db->told_cut = b->cut || db->sql.dropped;
}

static void keep(struct metrics_db *db, struct metrics_batch *b)
{
	struct err err = {""};

	if (!ready(db))
		return;
	if (!metrics_sql_write(&db->sql, b, &err) && !metrics_sql_seal(&db->sql, b->slot, &err)) {
		note_cut(db, b);
		if (still_sound(db)) {
			say(db, "");
			return;
		}
		/* Opening it sets a damaged file aside. */
		metrics_sql_close(&db->sql);
		db->retry_at = 0;
		return;
	}
	say(db, err_msg(&err));
	metrics_sql_close(&db->sql);
	db->retry_at = clock_boot() + RETRY;
}

static void *metrics_main(void *arg)
{
	struct metrics_db *db = arg;

	pthread_mutex_lock(&db->lock);
	while (!db->stop || db->n) {
		struct metrics_batch b;

		if (!db->n) {
			pthread_cond_wait(&db->news, &db->lock);
			continue;
		}
		b = db->waiting[0];
		memmove(&db->waiting[0], &db->waiting[1], --db->n * sizeof(b));
		pthread_mutex_unlock(&db->lock);
		keep(db, &b);
		metrics_batch_release(&b);
		pthread_mutex_lock(&db->lock);
	}
	pthread_mutex_unlock(&db->lock);
	metrics_sql_close(&db->sql);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	state_dir_release(&db->place);
	pthread_mutex_lock(&db->lock);
	db->ended = true;
	pthread_mutex_unlock(&db->lock);
	return NULL;
}

struct metrics_db *metrics_db_start(const char *state_dir)
{
	struct metrics_db *db = xcalloc(1, sizeof(*db));

	db->dir = xstrdup(state_dir);
	db->lock_fd = -1;
	pthread_mutex_init(&db->lock, NULL);
	pthread_cond_init(&db->news, NULL);
	if (!thread_start(&db->thread, "history", metrics_main, db))
		return db;
	free(db->dir);
	free(db);
	return NULL;
}

void metrics_db_take(struct metrics_db *db, const struct snapshot *snap)
{
	int64_t slot = snap->wall / NS_PER_S / STEP_S * STEP_S;
	struct metrics_batch b;

	if (!db || slot == db->last_slot)
		return;
	db->last_slot = slot;
	metrics_gather(snap, &b);
	pthread_mutex_lock(&db->lock);
	if (db->n < WAITING_MOST && !db->stop) {
		db->waiting[db->n++] = b;
		b = (struct metrics_batch){0};
		pthread_cond_signal(&db->news);
	} else if (!db->trouble[0]) {
		snprintf(db->trouble, sizeof(db->trouble), _("The disk of %.100s does not follow: history is lost."), db->dir);
	}
	pthread_mutex_unlock(&db->lock);
	metrics_batch_release(&b);
}

void metrics_db_trouble(struct metrics_db *db, char *out, size_t size)
{
	out[0] = '\0';
	if (!db)
		return;
	pthread_mutex_lock(&db->lock);
	snprintf(out, size, "%s", db->trouble);
	pthread_mutex_unlock(&db->lock);
}

bool metrics_db_stop(struct metrics_db *db, int64_t patience)
{
	int64_t until = clock_boot() + patience;
	bool ended = false;

	if (!db)
		return true;
	pthread_mutex_lock(&db->lock);
	db->stop = true;
	pthread_cond_signal(&db->news);
	pthread_mutex_unlock(&db->lock);
	while (!ended && clock_boot() < until) {
		struct timespec nap = {.tv_nsec = 5 * NS_PER_MS};

		nanosleep(&nap, NULL);
		pthread_mutex_lock(&db->lock);
		ended = db->ended;
		pthread_mutex_unlock(&db->lock);
	}
	if (!ended)
		return false;
	pthread_join(db->thread, NULL);
	pthread_mutex_destroy(&db->lock);
	pthread_cond_destroy(&db->news);
	free(db->dir);
	free(db);
	return true;
}
