#include "disk_shim.h"

#include "base/clock.h"
#include "engine/engine.h"

#include "config_parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <unistd.h>

/*
 * Whatever the disk does, an engine goes on asking and judging, hands out a frame at once to whoever asks, and its frames say
 * what is not kept: full, broken, hung, locked, damaged. When the disk is well again all is kept. The cluster refuses, which
 * is something to publish at each turn.
 */
enum { PATIENCE_MS = 30000, TURNS = 2 };

#define AT_ONCE (200 * NS_PER_MS)

static char folder[4200];
static struct feed *feed;
static struct config *config;
/* On a slow machine an engine may leave threads behind that use these: they stay, and are no leaks. */
static struct feed *volatile feeds[8];
static struct config *volatile configs[8];
static size_t n_feeds, n_configs;

static const char *in_folder(const char *name)
{
	static char path[4400];

	snprintf(path, sizeof(path), "%.4000s/%.255s", folder, name);
	return path;
}

static void start(void)
{
	struct err err = {""};

	feed = engine_start(config, false, &err);
	if (!feed)
		fail_msg("%s", err_msg(&err));
	feeds[n_feeds++] = feed;
}

static int set_up(void **state)
{
	char text[4600], here[4096];

	(void)state;
	/* A name that does not begin with a slash would be beside the config's file. */
	if (!getcwd(here, sizeof(here)))
		return -1;
	snprintf(folder, sizeof(folder), "%s/t_engine_disk.XXXXXX", here);
	if (!mkdtemp(folder))
		return -1;
	snprintf(text, sizeof(text),
	    "interval: 500ms\nstate_dir: %s\nclusters:\n  - {name: a, kind: nats, monitor: [\"http://127.0.0.1:1\"]}\n", folder);
	disk_mood_set(DISK_WELL);
	config = parse(text);
	if (!config)
		return -1;
	configs[n_configs++] = config;
	start();
	return 0;
}

static int tear_down(void **state)
{
	struct dirent *e;
	DIR *d;

	(void)state;
	disk_mood_set(DISK_WELL);
	feed->ops->close(feed);
	for (int i = 0; i < PATIENCE_MS / 10 && rmdir(folder); i++) {
		d = opendir(folder);
		while (d && (e = readdir(d)))
			if (e->d_name[0] != '.')
				unlink(in_folder(e->d_name));
		closedir(d);
		poll(NULL, 0, 10);
	}
	return 0;
}

/* The newest frame, which comes at once. */
static struct frame *look(void)
{
	int64_t start = clock_boot();
	struct frame *f = feed->ops->acquire(feed);

	assert_true(clock_boot() - start < AT_ONCE);
	return f;
}

static void hand_in(char id[RECORD_ID_SIZE])
{
	struct record *r = record_new(RECORD_EVENT);
	int64_t start = clock_boot();
	struct err err = {""};

	r->text = record_str(r, "deploy");
	memcpy(id, r->id, RECORD_ID_SIZE);
	assert_int_equal(feed->ops->submit(feed, r, &err), 0);
	assert_true(clock_boot() - start < AT_ONCE);
}

/* Waits for a frame that says `words` ("": no trouble at all) and in which the record is kept, or is not. */
static void await(const char *words, const char *id, bool kept)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS;
	char said[256] = "";

	while (clock_boot() < until) {
		struct frame *f = look();
		const struct ledger_line *line = f ? ledger_find(f->ledger, id) : NULL;
		bool good = line && (line->keep == KEEP_KEPT) == kept &&
			    (words[0] ? strstr(f->ledger->trouble, words) != NULL : !f->ledger->trouble[0]);

		if (f)
			snprintf(said, sizeof(said), "%s", f->ledger->trouble);
		frame_unref(f);
		if (good)
			return;
		poll(NULL, 0, 10);
	}
	fail_msg("never '%s': %s", words, said);
}

/* The cluster is asked and judged on. */
static void goes_on(void)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS, last = 0;
	int turns = 0;

	while (turns < TURNS && clock_boot() < until) {
		struct frame *f = look();
		const struct section *s = f ? f->snap->clusters[0].sections[SECTION_CLUSTER] : NULL;
		int64_t at = s ? ((const struct cluster_row *)section_row(s, 0))->reachable.at : 0;

		turns += last && at > last;
		last = at ? at : last;
		if (f && at)
			assert_int_not_equal(f->judgement->verdict, VERDICT_OK);
		frame_unref(f);
		poll(NULL, 0, 10);
	}
	assert_int_equal(turns, TURNS);
}

static void try_mood(enum disk_mood mood, const char *words)
{
	char id[RECORD_ID_SIZE];

	hand_in(id);
	await("", id, true);
	disk_mood_set(mood);
	hand_in(id);
	await(words, id, false);
	goes_on();
	await(words, id, false);
	disk_mood_set(DISK_WELL);
	await("", id, true);
}

static void a_full_disk(void **state)
{
	(void)state;
	try_mood(DISK_FULL, "What you do is NOT SAVED: ");
}

static void a_broken_disk(void **state)
{
	(void)state;
	try_mood(DISK_BROKEN, "the disk reports an error");
}

static void a_hung_disk(void **state)
{
	(void)state;
	try_mood(DISK_HUNG, "does not answer: nothing is saved until it does.");
}

static void a_locked_file(void **state)
{
	char id[RECORD_ID_SIZE];
	sqlite3 *other;

	(void)state;
	hand_in(id);
	await("", id, true);
	assert_int_equal(sqlite3_open(in_folder("ops.db"), &other), 0);
	/* The engine may be saving the state of its alerts at this moment. */
	sqlite3_busy_timeout(other, PATIENCE_MS);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	hand_in(id);
	await("holds it locked.", id, false);
	goes_on();
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), 0);
	sqlite3_close(other);
	await("", id, true);
}

/* Between two engines: the second one goes on with an empty file, and says where the other is. */
static void a_damaged_file(void **state)
{
	char id[RECORD_ID_SIZE], block[4096];
	int fd;

	(void)state;
	hand_in(id);
	await("", id, true);
	feed->ops->close(feed);
	fd = open(in_folder("ops.db"), O_WRONLY);
	assert_true(fd >= 0);
	memset(block, 'x', sizeof(block));
	assert_int_equal(write(fd, block, sizeof(block)), (ssize_t)sizeof(block));
	close(fd);
	start();
	hand_in(id);
	await("ops.db was damaged: it is", id, true);
	goes_on();
}

int main(void)
{
#define ON_DISK(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    ON_DISK(a_full_disk),
	    ON_DISK(a_broken_disk),
	    ON_DISK(a_hung_disk),
	    ON_DISK(a_locked_file),
	    ON_DISK(a_damaged_file),
	};

	disk_shim_install(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
