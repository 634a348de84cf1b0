#include "store_drive.h"
#include "lose_page.h"

/* What an engine keeps: all that is shown as kept is on disk, whatever happens to disk and program, and nothing that the
 * disk does stops anybody. */

static void what_is_kept_is_read_again(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	struct record *r = record_new(RECORD_SILENCE);
	struct ledger *l;
	const struct record *got;
	struct err err = {""};
	struct stat st;

	(void)state;
	r->cluster = record_str(r, "orders");
	r->entity = record_str(r, "kafka-2");
	r->subject = record_str(r, "BrokerDown");
	r->text = record_str(r, "it's \"known\"\n\xe4\xb8\xad");
	r->data = record_str(r, "{\"a\":1}");
	r->until = r->wall + 5 * NS_PER_S;
	r->drill = true;
	record_ref(r);
	assert_int_equal(ops_db_submit(db, r, &err), 0);
	record_ref(r);
	assert_int_equal(ops_db_submit(db, r, &err), 0);
	await(db, well, "kept");
	stop(db);
	assert_int_equal(stat(in_folder("ops.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	l = read_again();
	assert_int_equal(l->n, 1);
	assert_int_equal(l->lines[0].keep, KEEP_KEPT);
	got = l->lines[0].record;
	assert_string_equal(got->id, r->id);
	assert_int_equal(got->kind, RECORD_SILENCE);
	assert_true(got->wall == r->wall && got->until == r->until);
	assert_string_equal(got->user, r->user);
	assert_string_equal(got->from, r->from);
	assert_string_equal(got->cluster, r->cluster);
	assert_string_equal(got->entity, r->entity);
	assert_string_equal(got->subject, r->subject);
	assert_string_equal(got->text, r->text);
	assert_string_equal(got->data, r->data);
	assert_true(got->drill);
	ledger_unref(l);
	record_unref(r);
}

static void a_group_shares_its_folder(void **state)
{
	struct ops_db *db;
	struct stat st;

	(void)state;
	chmod(folder, 0770);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "deploy", NULL);
	await(db, well, "kept");
	assert_int_equal(stat(in_folder("ops.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(in_folder("ops.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(in_folder("mqduty.lock"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	stop(db);
	chmod(folder, 0777);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "deploy", NULL);
	await(db, some_failed, "refused");
	expect_trouble(db, "written by everybody");
	stop(db);
}

static void a_missing_folder_is_made(void **state)
{
	char deep[200];
	struct ops_db *db;
	struct stat st;

	(void)state;
	snprintf(deep, sizeof(deep), "%s/a/b", folder);
	db = ops_db_start(deep, OPS_WRITE, wake);
	submit(db, "x", NULL);
	await(db, well, "kept");
	stop(db);
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	snprintf(deep, sizeof(deep), "%s/a/b/ops.db", folder);
	unlink(deep);
	snprintf(deep, sizeof(deep), "%s/a/b/mqduty.lock", folder);
	unlink(deep);
	rmdir(in_folder("a/b"));
	rmdir(in_folder("a"));
}

/* A child that holds the lock until it is killed. */
static pid_t hold_lock(void)
{
	int told[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (!pid) {
		struct state_dir d;
		struct err err;
		pid_t holder;

		if (state_dir_open(&d, folder, false, &err) || state_dir_lock(&d, "mqduty.lock", &holder, &err) < 0)
			_exit(1);
		if (write(told[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(told[1]);
	assert_int_equal(read(told[0], &byte, 1), 1);
	close(told[0]);
	return pid;
}

static void only_one_engine_writes(void **state)
{
	pid_t holder = hold_lock();
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	char words[80], id[RECORD_ID_SIZE];

	(void)state;
	submit(db, "deploy", id);
	await(db, some_failed, "refused");
	snprintf(words, sizeof(words), "Kept nowhere: another mqduty (pid %d) holds", (int)holder);
	expect_trouble(db, words);
	assert_int_equal(access(in_folder("ops.db"), F_OK), -1);
	/* When the other ends, what was done meanwhile is kept. */
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	await(db, well, "kept after all");
	stop(db);
	expect_in_file(id);
}

static void a_disk_that_fails_is_said_and_tried_again(void **state)
{
	static const struct {
		enum disk_mood mood;
		const char *words;
	} moods[] = {{DISK_FULL, "the disk is full"}, {DISK_BROKEN, "the disk reports an error"}};
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	char id[RECORD_ID_SIZE];

	(void)state;
	submit(db, "before", NULL);
	await(db, well, "kept");
	for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
		disk_mood_set(moods[i].mood);
		submit(db, "during", id);
		await(db, some_failed, "refused");
		expect_trouble(db, moods[i].words);
		expect_trouble(db, "NOT SAVED");
		disk_mood_set(DISK_WELL);
		await(db, well, "kept after all");
		expect_in_file(id);
	}
	stop(db);
}

static void a_hung_disk_holds_nobody_up(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	int64_t start;
	char id[RECORD_ID_SIZE];
	struct ledger *l;

	(void)state;
	submit(db, "before", NULL);
	await(db, well, "kept");
	disk_mood_set(DISK_HUNG);
	start = clock_boot();
	submit(db, "during", id);
	l = ops_db_ledger(db);
	assert_int_equal(l->saving, 1);
	ledger_unref(l);
	assert_true(clock_boot() - start < 50 * NS_PER_MS);
	await(db, in_trouble, "said");
	expect_trouble(db, "does not answer");
	l = ops_db_ledger(db);
	assert_int_equal(l->saving, 1);
	assert_int_equal(l->failed, 0);
	ledger_unref(l);
	disk_mood_set(DISK_WELL);
	await(db, well, "kept after all");
	stop(db);
	expect_in_file(id);
}

/* The start and the end are not held up either. */
static void a_disk_that_hangs_from_the_start(void **state)
{
	static struct ops_db *volatile db; /* left behind, and no leak, also where the compiler sees nobody read it */
	int64_t start = clock_boot();

	(void)state;
	disk_mood_set(DISK_HUNG);
	db = ops_db_start(folder, OPS_WRITE, wake);
	ledger_unref(ops_db_ledger(db));
	assert_true(clock_boot() - start < 200 * NS_PER_MS);
	submit(db, "x", NULL);
	await(db, in_trouble, "said");
	start = clock_boot();
	assert_false(ops_db_stop(db, 100 * NS_PER_MS));
	assert_true(clock_boot() - start < 2 * NS_PER_S);
	/* What was left behind ends when the disk is back. */
	disk_mood_set(DISK_WELL);
	for (int i = 0; i < PATIENCE_MS; i++) {
		int fd = open(in_folder("mqduty.lock"), O_RDWR | O_CLOEXEC);
		bool free_again = fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB);

		close(fd);
		if (free_again)
			break;
		poll(NULL, 0, 1);
	}
}

static void a_damaged_file_is_set_aside(void **state)
{
	int fd = open(in_folder("ops.db"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct ops_db *db;
	char id[RECORD_ID_SIZE], block[8192];
	DIR *d;
	struct dirent *e;
	int aside = 0;

	(void)state;
	memset(block, 'x', sizeof(block));
	assert_int_equal(write(fd, block, sizeof(block)), (ssize_t)sizeof(block));
	close(fd);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "goes on", id);
	await(db, all_kept, "kept");
	expect_trouble(db, "was damaged: it is");
	stop(db);
	expect_in_file(id);
	d = opendir(folder);
	while ((e = readdir(d)))
		aside += strstr(e->d_name, "ops.db.damaged-") != NULL;
	closedir(d);
	assert_int_equal(aside, 1);
}

/* What nobody reads is looked at now and then all the same; all that is still known is written again. */
static void damage_is_found_while_the_file_is_open(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	char before[RECORD_ID_SIZE], after[RECORD_ID_SIZE];
	int64_t later;

	(void)state;
	submit(db, "before", before);
	await(db, well, "kept");
	lose_unread_page(in_folder("ops.db"), PATIENCE_MS);
	later = clock_boot() + 7 * 3600 * NS_PER_S;
	clock_fake(later, clock_wall());
	submit(db, "after", after);
	await(db, in_trouble, "found");
	expect_trouble(db, "was damaged: it is");
	clock_fake(later + 2 * NS_PER_S, clock_wall());
	await(db, all_kept, "kept again");
	clock_real();
	stop(db);
	expect_in_file(before);
	expect_in_file(after);
}

/* A file that somebody removed is no place to keep things. */
static void a_removed_file_is_made_anew(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	char first[RECORD_ID_SIZE], second[RECORD_ID_SIZE];

	(void)state;
	submit(db, "first", first);
	await(db, well, "kept");
	unlink(in_folder("ops.db"));
	unlink(in_folder("ops.db-wal"));
	unlink(in_folder("ops.db-shm"));
	submit(db, "second", second);
	await(db, well, "kept");
	stop(db);
	expect_in_file(first);
	expect_in_file(second);
}

enum { NOBODY = 65534 };

static void a_file_that_may_not_be_written_says_so(void **state)
{
	char kept[RECORD_ID_SIZE], late[RECORD_ID_SIZE];
	struct ops_db *db;
	struct ledger *l;
	bool root = !geteuid();

	(void)state;
	/* Root may write everything: be somebody else for this. */
	if (root) {
		assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
		assert_int_equal(seteuid(NOBODY), 0);
	}
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "x", kept);
	await(db, well, "kept");
	stop(db);
	chmod(in_folder("ops.db"), 0400);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "y", late);
	await(db, some_failed, "refused");
	expect_trouble(db, "may not be written");
	/* What was kept before counts all the same, and keeps its place when all can be kept again. */
	l = ops_db_ledger(db);
	assert_int_equal(l->n, 2);
	assert_int_equal(ledger_find(l, kept)->keep, KEEP_KEPT);
	ledger_unref(l);
	chmod(in_folder("ops.db"), 0600);
	await(db, well, "kept after all");
	stop(db);
	expect_in_file(late);
	/* A file beside it that an older version made while it might not be written. */
	close(open(in_folder("ops.db-shm"), O_CREAT | O_WRONLY, 0400));
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "z", NULL);
	await(db, well, "kept beside an old file");
	stop(db);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

static void a_locked_file_says_so(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	sqlite3 *other;

	(void)state;
	submit(db, "x", NULL);
	await(db, well, "kept");
	assert_int_equal(sqlite3_open(in_folder("ops.db"), &other), 0);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	submit(db, "y", NULL);
	await(db, some_failed, "refused");
	expect_trouble(db, "holds it locked");
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), 0);
	sqlite3_close(other);
	await(db, well, "kept after all");
	stop(db);
}

/* A check looks and leaves nothing behind, lock and all. */
static void reading_touches_nothing(void **state)
{
	struct ledger *l = read_again();
	struct ops_db *db;
	struct stat before, after;

	(void)state;
	assert_int_equal(l->n, 0);
	assert_string_equal(l->trouble, "");
	ledger_unref(l);
	assert_int_equal(access(in_folder("ops.db"), F_OK), -1);
	assert_int_equal(access(in_folder("mqduty.lock"), F_OK), -1);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "x", NULL);
	await(db, well, "kept");
	stop(db);
	stat(in_folder("ops.db"), &before);
	l = read_again();
	assert_int_equal(l->n, 1);
	ledger_unref(l);
	stat(in_folder("ops.db"), &after);
	assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	assert_int_equal(access(in_folder("ops.db-shm"), F_OK), -1);
}

static void newer_tables_are_left_alone(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	sqlite3 *other;

	(void)state;
	submit(db, "x", NULL);
	await(db, well, "kept");
	stop(db);
	assert_int_equal(sqlite3_open(in_folder("ops.db"), &other), 0);
	assert_int_equal(sqlite3_exec(other, "UPDATE meta SET value = 99 WHERE key = 'schema_version'", NULL, NULL, NULL), 0);
	sqlite3_close(other);
	db = ops_db_start(folder, OPS_WRITE, wake);
	submit(db, "y", NULL);
	await(db, some_failed, "refused");
	expect_trouble(db, "newer mqduty");
	stop(db);
}

static int number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;
	int n = -1;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), 0);
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return n;
}

/* Tables grow by steps; before that a copy is kept; a step that fails changes nothing. */
static void a_migration_keeps_a_copy(void **state)
{
	static const char *const steps[] = {
	    "CREATE TABLE meta(key TEXT PRIMARY KEY, value); CREATE TABLE t(a); INSERT INTO t VALUES(7)",
	    "ALTER TABLE t ADD COLUMN b DEFAULT 8",
	    "CREATE TABLE u(c); nonsense",
	};
	struct ops_sql s = {.path = strdup(in_folder("ops.db"))};
	sqlite3 *copy;
	struct err err = {""};

	(void)state;
	assert_int_equal(sqlite3_open(s.path, &s.db), 0);
	assert_int_equal(ops_sql_migrate(&s, steps, 1, &err), OPS_OK);
	assert_int_equal(ops_sql_migrate(&s, steps, 1, &err), OPS_OK);
	assert_int_equal(access(in_folder("ops.db.v1"), F_OK), -1);
	assert_int_equal(ops_sql_migrate(&s, steps, 2, &err), OPS_OK);
	assert_int_equal(number(s.db, "SELECT a + b FROM t"), 15);
	assert_int_equal(sqlite3_open(in_folder("ops.db.v1"), &copy), 0);
	assert_int_equal(number(copy, "SELECT a FROM t"), 7);
	assert_int_equal(number(copy, "SELECT value FROM meta"), 1);
	sqlite3_close(copy);
	assert_int_equal(ops_sql_migrate(&s, steps, 3, &err), OPS_FAILED);
	assert_non_null(strstr(err_msg(&err), "nonsense"));
	assert_int_equal(number(s.db, "SELECT value FROM meta"), 2);
	assert_int_equal(number(s.db, "SELECT count(*) FROM sqlite_master WHERE name = 'u'"), 0);
	assert_int_equal(ops_sql_migrate(&s, steps, 1, &err), OPS_NEWER);
	ops_sql_close(&s);
}

/* Of a long past the newest are read, and of the rest what is in force. */
static void what_is_in_force_is_read_however_old(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	static const struct {
		enum record_kind kind;
		const char *subject;
		int until_s; /* from now; 0: none */
		bool stays;
		int days; /* how old it is */
	} old[] = {
	    {RECORD_INCIDENT, "INC-1", 0, true, 0},
	    {RECORD_ENTRY, "INC-1", 0, true, 0},
	    {RECORD_INCIDENT, "INC-2", 0, false, 0},
	    {RECORD_ENTRY, "INC-2", 0, false, 0},
	    {RECORD_INCIDENT_CLOSE, "INC-2", 0, false, 0},
	    {RECORD_SILENCE, "A", 1000, true, 0},
	    {RECORD_SILENCE, "B", -5, false, 0},
	    {RECORD_ACK, "C", 0, true, 0},
	    {RECORD_BASELINE, "D", 0, false, 0}, /* there is a newer one */
	    {RECORD_BASELINE, "D", 0, true, 0},
	    {RECORD_EVENT, "E", 0, false, 0},
	    {RECORD_SIGN, "daily/F", 0, true, 9},
	    {RECORD_EVIDENCE, "daily/F", 0, true, 9},
	    {RECORD_NOTE, "daily/F", 0, true, 9},
	    {RECORD_SIGN, "daily/F", 0, false, 11},
	    {RECORD_NOTE, "daily/F", 0, false, 11},
	};
	enum { N = sizeof(old) / sizeof(old[0]), MANY = 2 * OPS_NEWEST };
	char ids[N][RECORD_ID_SIZE];
	struct ledger *l;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct record *r = record_new(old[i].kind);

		r->subject = record_str(r, old[i].subject);
		r->wall -= old[i].days * 86400 * NS_PER_S;
		r->until = old[i].until_s ? r->wall + old[i].until_s * NS_PER_S : 0;
		memcpy(ids[i], r->id, sizeof(r->id));
		assert_int_equal(ops_db_submit(db, r, NULL), 0);
	}
	for (int i = 0; i < MANY; i++)
		submit(db, "x", NULL);
	await(db, well, "kept");
	/* The ledger in memory is trimmed by the same measure. */
	for (int pass = 0; pass < 2; pass++) {
		l = pass ? read_again() : ops_db_ledger(db);
		assert_true(l->n >= OPS_NEWEST && l->n < MANY);
		for (size_t i = 0; i < N; i++)
			if ((ledger_find(l, ids[i]) != NULL) != old[i].stays)
				fail_msg("pass %d: record %zu should %s", pass, i, old[i].stays ? "stay" : "go");
		ledger_unref(l);
	}
	stop(db);
}

static void the_alert_state_comes_back(void **state)
{
	struct ops_db *db = ops_db_start(folder, OPS_WRITE, wake);
	int64_t wall, before = clock_wall();
	char *text;

	(void)state;
	settle(db);
	assert_null(ops_db_take_state(db, &wall));
	ops_db_put_state(db, strdup("one"));
	ops_db_put_state(db, strdup("two"));
	stop(db);
	db = ops_db_start(folder, OPS_WRITE, wake);
	settle(db);
	text = ops_db_take_state(db, &wall);
	assert_string_equal(text, "two");
	assert_true(wall >= before && wall <= clock_wall());
	free(text);
	assert_null(ops_db_take_state(db, &wall));
	stop(db);
}

int main(void)
{
#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)
	const struct CMUnitTest tests[] = {
	    /* The one that forks comes first: no thread is left behind by then. */
	    IN_FOLDER(only_one_engine_writes),
	    IN_FOLDER(what_is_kept_is_read_again),
	    IN_FOLDER(a_group_shares_its_folder),
	    IN_FOLDER(a_missing_folder_is_made),
	    IN_FOLDER(a_disk_that_fails_is_said_and_tried_again),
	    IN_FOLDER(a_hung_disk_holds_nobody_up),
	    IN_FOLDER(a_damaged_file_is_set_aside),
	    IN_FOLDER(damage_is_found_while_the_file_is_open),
	    IN_FOLDER(a_removed_file_is_made_anew),
	    IN_FOLDER(a_file_that_may_not_be_written_says_so),
	    IN_FOLDER(a_locked_file_says_so),
	    IN_FOLDER(reading_touches_nothing),
	    IN_FOLDER(newer_tables_are_left_alone),
	    IN_FOLDER(a_migration_keeps_a_copy),
	    IN_FOLDER(what_is_in_force_is_read_however_old),
	    IN_FOLDER(the_alert_state_comes_back),
	    IN_FOLDER(a_disk_that_hangs_from_the_start),
	};

	disk_shim_install(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
