#include "store/ops_db.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/ops_sql.h"
#include "store/sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BATCH = 200,
	WAITING_MOST = 10000, /* records that are not on disk */
	TEXT = 256,
};

#define HUNG_AFTER (3 * NS_PER_S)
#define NOTICE_LASTS (600 * NS_PER_S)
#define RETRY_LEAST (1 * NS_PER_S)
#define RETRY_MOST (10 * NS_PER_S)
/* How often the open file is checked for damage. */
#define CHECK_EVERY (6 * 3600 * NS_PER_S)
#define RETRY_OWN (100 * NS_PER_MS) /* the lock is still held by an engine of ours that is about to end */

struct ops_db {
	char *dir;
	enum ops_mode mode;
	int wake_fd;
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t news;
	struct ledger *ledger;
	bool stop, ended, settled;
	char *state;	     /* to be saved */
	char *found;	     /* read */
	int64_t found_wall;
	char fault[TEXT];    /* why nothing is kept; "": all is well */
	char notice[TEXT];   /* what happened to the file */
	int64_t notice_until;
	int64_t busy_since;  /* boot ns since when the thread waits for the disk; 0: it does not */

	/* The thread's own. */
	struct state_dir place;
	int lock_fd;
	struct ops_sql sql;
	int64_t retry_at, backoff, check_at;
};

static void set_ledger(struct ops_db *db, struct ledger *l)
{
	ledger_unref(db->ledger);
	db->ledger = l;
}

/* Under the lock: the sentence that the ledger should carry now. */
static void trouble_now(struct ops_db *db, char *out, size_t size)
{
	int64_t now = clock_boot();

	out[0] = '\0';
	if (db->busy_since && now - db->busy_since > HUNG_AFTER)
		snprintf(out, size, _("The disk of %.100s does not answer: nothing is saved until it does."), db->dir);
	else if (db->fault[0])
		snprintf(out, size, "%s", db->fault);
	else if (db->notice[0] && now < db->notice_until)
		snprintf(out, size, "%s", db->notice);
}

static void set_trouble(struct ops_db *db)
{
	char said[TEXT];
	struct ledger *l;

	trouble_now(db, said, sizeof(said));
	if (!strcmp(said, db->ledger->trouble))
		return;
	l = ledger_copy(db->ledger);
	snprintf(l->trouble, sizeof(l->trouble), "%s", said);
	set_ledger(db, l);
}

/* Under the lock, by the thread: nothing can be kept now. */
static void fail(struct ops_db *db, int64_t again, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void fail(struct ops_db *db, int64_t again, const char *fmt, ...)
{
	char fault[TEXT];
	struct ledger *l = ledger_copy(db->ledger);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fault, sizeof(fault), fmt, ap);
	va_end(ap);
	if (strcmp(fault, db->fault) != 0)
		log_warn("%s", fault);
	memcpy(db->fault, fault, sizeof(fault));
	for (size_t i = 0; i < l->n; i++)
		if (l->lines[i].keep == KEEP_SAVING)
			ledger_mark(l, i, KEEP_FAILED);
	set_ledger(db, l);
	set_trouble(db);
	db->settled = true;
	db->retry_at = clock_boot() + again;
	wake_set(db->wake_fd);
}

static int64_t next_backoff(struct ops_db *db)
{
	db->backoff = db->backoff ? db->backoff * 2 : RETRY_LEAST;
	if (db->backoff > RETRY_MOST)
		db->backoff = RETRY_MOST;
	return db->backoff;
}

static void close_all(struct ops_db *db)
{
	ops_sql_close(&db->sql);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	db->lock_fd = -1;
	state_dir_release(&db->place);
}

/* What was read comes before what was done since. Under the lock. */
static void take_loaded(struct ops_db *db, struct ledger *loaded)
{
	for (size_t i = 0; i < db->ledger->n; i++) {
		struct ledger_line *line = &db->ledger->lines[i];

		if (!ledger_find(loaded, line->record->id))
			ledger_add(loaded, line->record, KEEP_SAVING);
	}
	set_ledger(db, loaded);
	db->fault[0] = '\0';
	set_trouble(db);
	db->settled = true;
	db->backoff = 0;
	wake_set(db->wake_fd);
}

static void note_state(struct ops_db *db, char *state, int64_t wall)
{
	free(db->found);
	db->found = state;
	db->found_wall = wall;
}

/* Reads everything; without the lock. */
static enum ops_rc load(struct ops_db *db, struct err *err)
{
	struct ledger *loaded = ledger_new();
	enum ops_rc rc = db->sql.db ? ops_sql_load(&db->sql, clock_wall(), loaded, err) : OPS_OK;
	int64_t wall = 0;
	char *state;

	if (rc != OPS_OK) {
		ledger_unref(loaded);
		return rc;
	}
	state = db->sql.db ? ops_sql_state(&db->sql, &wall) : NULL;
	pthread_mutex_lock(&db->lock);
	note_state(db, state, wall);
	take_loaded(db, loaded);
	pthread_mutex_unlock(&db->lock);
	return OPS_OK;
}

/* All that is still known has to be written again. Under the lock. */
static void unkeep(struct ops_db *db)
{
	struct ledger *l = ledger_copy(db->ledger);

	for (size_t i = 0; i < l->n; i++)
		ledger_mark(l, i, KEEP_SAVING);
	set_ledger(db, l);
	wake_set(db->wake_fd);
}

static void set_aside(struct ops_db *db)
{
	char *aside;

	ops_sql_close(&db->sql);
	ops_sql_set_aside(&db->place, &aside);
	pthread_mutex_lock(&db->lock);
	unkeep(db);
	if (aside) {
		snprintf(db->notice, sizeof(db->notice), _("ops.db was damaged: it is %.120s now, and an empty one is used."),
		    aside);
		log_warn("%s", db->notice);
		db->notice_until = clock_boot() + NOTICE_LASTS;
		db->retry_at = clock_boot() + next_backoff(db);
	} else {
		fail(db, next_backoff(db), _("%.100s/ops.db is damaged and cannot be set aside: nothing is kept."), db->dir);
	}
	pthread_mutex_unlock(&db->lock);
	free(aside);
}

/* Under the lock: why the file cannot be used, and when to try again. */
static void fail_file(struct ops_db *db, enum ops_rc rc, const struct err *err)
{
	fail(db, rc == OPS_NEWER ? RETRY_MOST : next_backoff(db), _("What you do is NOT SAVED: %.80s/ops.db: %.110s."),
	    db->dir, err_msg(err));
}

/* The folder and its lock. -1: said why not. */
static int take_place(struct ops_db *db, struct err *err)
{
	pid_t holder;

	if (state_dir_open(&db->place, db->dir, true, err)) {
		pthread_mutex_lock(&db->lock);
		fail(db, next_backoff(db), _("What you do is NOT SAVED: %.160s."), err_msg(err));
		pthread_mutex_unlock(&db->lock);
		return -1;
	}
	db->lock_fd = state_dir_lock(&db->place, "mqduty.lock", &holder, err);
	if (db->lock_fd >= 0)
		return 0;
	state_dir_release(&db->place);
	pthread_mutex_lock(&db->lock);
	if (holder == getpid())
		db->retry_at = clock_boot() + RETRY_OWN;
	else if (err_msg(err)[0])
		fail(db, next_backoff(db), _("What you do is NOT SAVED: %.160s."), err_msg(err));
	else
		fail(db, RETRY_LEAST,
		    _("Kept nowhere: another mqduty (pid %ld) holds %.100s; run mqduty collect and attach."), (long)holder,
		    db->dir);
	pthread_mutex_unlock(&db->lock);
	return -1;
}

/* What may not be written may be readable still: acknowledgements count whether or not new ones can be kept. */
static void load_readable(struct ops_db *db)
{
	struct err err = {""};

	if (db->settled)
		return;
	if (ops_sql_open_read(&db->sql, &db->place, &err) == OPS_OK && db->sql.db)
		load(db, &err);
	ops_sql_close(&db->sql);
}

/* Gets at the file, or says why not; without the lock. */
static void get_ready(struct ops_db *db)
{
	struct err err = {""};
	enum ops_rc rc;

	if (db->lock_fd < 0 && take_place(db, &err))
		return;
	rc = ops_sql_open(&db->sql, &db->place, &err);
	if (rc == OPS_OK)
		rc = load(db, &err);
	db->check_at = clock_boot() + CHECK_EVERY;
	if (rc == OPS_OK)
		return;
	if (rc == OPS_DAMAGED) {
		set_aside(db);
		return;
	}
	ops_sql_close(&db->sql);
	if (rc == OPS_READONLY)
		load_readable(db);
	pthread_mutex_lock(&db->lock);
	fail_file(db, rc, &err);
	pthread_mutex_unlock(&db->lock);
}

struct batch {
	struct record *records[BATCH];
	size_t n;
	char *state;
};

/* Under the lock. */
static bool take_batch(struct ops_db *db, struct batch *b)
{
	b->n = 0;
	for (size_t i = 0; i < db->ledger->n && b->n < BATCH; i++)
		if (db->ledger->lines[i].keep != KEEP_KEPT)
			b->records[b->n++] = record_ref(db->ledger->lines[i].record);
	b->state = db->state;
	db->state = NULL;
	return b->n || b->state;
}

/* Under the lock. */
static void batch_is_kept(struct ops_db *db, const struct batch *b)
{
	struct ledger *l = ledger_copy(db->ledger), *less;

	for (size_t i = 0; i < b->n; i++) {
		struct ledger_line *line = ledger_find(l, b->records[i]->id);

		if (line)
			ledger_mark(l, (size_t)(line - l->lines), KEEP_KEPT);
	}
	less = ledger_trimmed(l, OPS_NEWEST, clock_wall());
	if (less)
		ledger_unref(l);
	set_ledger(db, less ? less : l);
	db->fault[0] = '\0';
	db->backoff = 0;
	set_trouble(db);
	if (b->n)
		wake_set(db->wake_fd);
}

static void batch_release(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		record_unref(b->records[i]);
	free(b->state);
}

/* Called and returns under the lock. */
static void save(struct ops_db *db, struct batch *b)
{
	struct err err = {""};
	enum ops_rc rc;

	pthread_mutex_unlock(&db->lock);
	rc = ops_sql_save(&db->sql, b->records, b->n, b->state, clock_wall(), &err);
	if (rc == OPS_DAMAGED)
		set_aside(db);
	if (rc == OPS_GONE)
		close_all(db);
	if (rc == OPS_READONLY)
		ops_sql_close(&db->sql);
	pthread_mutex_lock(&db->lock);
	if (rc == OPS_GONE)
		unkeep(db);
	if (rc == OPS_OK) {
		batch_is_kept(db, b);
		batch_release(b);
		return;
	}
	/* The newest state is saved with the next try. */
	if (!db->state) {
		db->state = b->state;
		b->state = NULL;
	}
	if (rc == OPS_FAILED || rc == OPS_READONLY)
		fail_file(db, rc, &err);
	batch_release(b);
}

static void wait_news(struct ops_db *db, int64_t until)
{
	cond_wait_until(&db->news, &db->lock, until);
}

/* What nobody reads would be found damaged at the next start only. Called and returns under the lock. */
static void look_for_damage(struct ops_db *db)
{
	char path[4200];

	db->check_at = clock_boot() + CHECK_EVERY;
	db->busy_since = clock_boot();
	pthread_mutex_unlock(&db->lock);
	snprintf(path, sizeof(path), "%.4000s/ops.db", db->place.path);
	if (!sql_file_sound(path))
		set_aside(db);
	pthread_mutex_lock(&db->lock);
	db->busy_since = 0;
}

/* One step under the lock; false: nothing is left to do. */
static bool step(struct ops_db *db)
{
	struct batch b;

	if (clock_boot() < db->retry_at && !db->stop) {
		wait_news(db, db->retry_at);
		return true;
	}
	db->retry_at = 0;
	if (!db->sql.db) {
		bool stopping = db->stop;

		if (stopping && !db->state && !db->ledger->saving && !db->ledger->failed)
			return false;
		db->busy_since = clock_boot();
		pthread_mutex_unlock(&db->lock);
		get_ready(db);
		pthread_mutex_lock(&db->lock);
		db->busy_since = 0;
		set_trouble(db);
		return db->sql.db || !stopping;
	}
	if (clock_boot() >= db->check_at && !db->stop) {
		look_for_damage(db);
		return true;
	}
	if (!take_batch(db, &b)) {
		if (db->stop)
			return false;
		wait_news(db, db->notice[0] && clock_boot() < db->notice_until ? db->notice_until : db->check_at);
		set_trouble(db);
		return true;
	}
	db->busy_since = clock_boot();
	save(db, &b);
	db->busy_since = 0;
	set_trouble(db);
	return !db->stop || !db->retry_at;
}

static void *writer_main(void *arg)
{
	struct ops_db *db = arg;

	pthread_mutex_lock(&db->lock);
	while (step(db))
		continue;
	db->busy_since = clock_boot();
	pthread_mutex_unlock(&db->lock);
	close_all(db);
	pthread_mutex_lock(&db->lock);
	db->busy_since = 0;
	db->ended = true;
	pthread_cond_broadcast(&db->news);
	pthread_mutex_unlock(&db->lock);
	return NULL;
}

/* Looks once, for a check: what cannot be read is said and does not count. */
static void *reader_main(void *arg)
{
	struct ops_db *db = arg;
	struct err err = {""};
	enum ops_rc rc = OPS_OK;

	if (!access(db->dir, F_OK)) {
		rc = state_dir_open(&db->place, db->dir, false, &err) ? OPS_FAILED : OPS_OK;
		if (rc == OPS_OK)
			rc = ops_sql_open_read(&db->sql, &db->place, &err);
		if (rc == OPS_OK)
			rc = load(db, &err);
		close_all(db);
	}
	pthread_mutex_lock(&db->lock);
	if (rc != OPS_OK)
		snprintf(db->fault, sizeof(db->fault), _("%.80s/ops.db: %.110s. Acknowledgements are not known."), db->dir,
		    err_msg(&err));
	db->busy_since = 0;
	set_trouble(db);
	db->settled = true;
	db->ended = true;
	pthread_cond_broadcast(&db->news);
	pthread_mutex_unlock(&db->lock);
	wake_set(db->wake_fd);
	return NULL;
}

struct ops_db *ops_db_start(const char *state_dir, enum ops_mode mode, int wake_fd)
{
	struct ops_db *db = xcalloc(1, sizeof(*db));
	pthread_condattr_t attr;
	int rc = 0;

	db->dir = xstrdup(state_dir ? state_dir : "");
	db->mode = state_dir ? mode : OPS_MEMORY;
	db->wake_fd = wake_fd;
	db->lock_fd = -1;
	db->ledger = ledger_new();
	pthread_mutex_init(&db->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&db->news, &attr);
	pthread_condattr_destroy(&attr);
	if (db->mode != OPS_MEMORY) {
		db->busy_since = clock_boot();
		rc = thread_start(&db->thread, "ops-db", mode == OPS_WRITE ? writer_main : reader_main, db);
		db->threaded = !rc;
	}
	if (!db->threaded) {
		db->busy_since = 0;
		db->settled = db->ended = true;
		snprintf(db->fault, sizeof(db->fault), rc ? _("Kept nowhere: no thread could be started (%s).") :
		    _("Kept nowhere: there is no state_dir."), strerror(rc));
		set_trouble(db);
	}
	return db;
}

struct ledger *ops_db_ledger(struct ops_db *db)
{
	struct ledger *l;

	pthread_mutex_lock(&db->lock);
	set_trouble(db);
	l = ledger_ref(db->ledger);
	pthread_mutex_unlock(&db->lock);
	return l;
}

int ops_db_submit(struct ops_db *db, struct record *r, struct err *err)
{
	bool full;

	pthread_mutex_lock(&db->lock);
	full = db->ledger->saving + db->ledger->failed >= WAITING_MOST;
	if (!full)
		set_ledger(db, ledger_with(db->ledger, r, db->threaded && db->mode == OPS_WRITE ? KEEP_SAVING : KEEP_FAILED));
	pthread_cond_broadcast(&db->news);
	pthread_mutex_unlock(&db->lock);
	record_unref(r);
	wake_set(db->wake_fd);
	return full ? err_set(err, _("%d records wait to be saved: no more are taken"), WAITING_MOST) : 0;
}

bool ops_db_settled(struct ops_db *db)
{
	bool settled;

	pthread_mutex_lock(&db->lock);
	settled = db->settled;
	pthread_mutex_unlock(&db->lock);
	return settled;
}

bool ops_db_busy(struct ops_db *db)
{
	bool busy;

	pthread_mutex_lock(&db->lock);
	busy = db->busy_since || db->ledger->saving || (db->notice[0] && clock_boot() < db->notice_until);
	pthread_mutex_unlock(&db->lock);
	return busy;
}

void ops_db_put_state(struct ops_db *db, char *state)
{
	char *old = state;

	pthread_mutex_lock(&db->lock);
	if (db->threaded && db->mode == OPS_WRITE) {
		old = db->state;
		db->state = state;
	}
	pthread_cond_broadcast(&db->news);
	pthread_mutex_unlock(&db->lock);
	free(old);
}

char *ops_db_take_state(struct ops_db *db, int64_t *wall)
{
	char *found;

	pthread_mutex_lock(&db->lock);
	found = db->found;
	db->found = NULL;
	*wall = db->found_wall;
	pthread_mutex_unlock(&db->lock);
	return found;
}

static bool wait_end(struct ops_db *db, int64_t patience)
{
	int64_t until = clock_boot() + patience;
	bool ended;

	pthread_mutex_lock(&db->lock);
	db->stop = true;
	pthread_cond_broadcast(&db->news);
	while (!db->ended && clock_boot() < until)
		wait_news(db, until);
	ended = db->ended;
	pthread_mutex_unlock(&db->lock);
	return ended;
}

bool ops_db_stop(struct ops_db *db, int64_t patience)
{
	if (db->threaded) {
		if (!wait_end(db, patience)) {
			pthread_detach(db->thread);
			return false;
		}
		pthread_join(db->thread, NULL);
	}
	ledger_unref(db->ledger);
	free(db->state);
	free(db->found);
	free(db->dir);
	pthread_cond_destroy(&db->news);
	pthread_mutex_destroy(&db->lock);
	free(db);
	return true;
}
