#ifndef MQ_TESTS_STORE_DRIVE_H
#define MQ_TESTS_STORE_DRIVE_H

#include "store_folder.h"

/* What is done with an ops.db, and waits for what becomes of it. */

/* Submits; the id is the caller's to remember. */
static void submit(struct ops_db *db, const char *text, char *id)
{
	struct record *r = event(text);
	struct err err = {""};

	if (id)
		memcpy(id, r->id, sizeof(r->id));
	assert_int_equal(ops_db_submit(db, r, &err), 0);
}

/* Waits until the ledger is as the function wants it. */
static void await(struct ops_db *db, bool (*wanted)(const struct ledger *l), const char *what)
{
	int64_t until = clock_boot() + PATIENCE_MS * NS_PER_MS;

	for (;;) {
		struct ledger *l = ops_db_ledger(db);
		bool good = wanted(l);
		char trouble[256];

		memcpy(trouble, l->trouble, sizeof(trouble));
		ledger_unref(l);
		if (good)
			return;
		if (clock_boot() > until)
			fail_msg("never %s: %s", what, trouble);
		poll(NULL, 0, 2);
	}
}

static bool all_kept(const struct ledger *l)
{
	return l->n && !l->saving && !l->failed;
}

static bool some_failed(const struct ledger *l)
{
	return l->failed > 0;
}

static bool in_trouble(const struct ledger *l)
{
	return l->trouble[0];
}

static bool well(const struct ledger *l)
{
	return !l->trouble[0] && all_kept(l);
}

static void expect_trouble(struct ops_db *db, const char *words)
{
	struct ledger *l = ops_db_ledger(db);

	if (!strstr(l->trouble, words))
		fail_msg("'%s' instead of '%s'", l->trouble, words);
	ledger_unref(l);
}

static void expect_in_file(const char *id)
{
	struct ledger *l = read_again();

	if (!ledger_find(l, id))
		fail_msg("%s is not in the file (%zu records, %s)", id, l->n, l->trouble);
	ledger_unref(l);
}

static void stop(struct ops_db *db)
{
	assert_true(ops_db_stop(db, PATIENCE_MS * NS_PER_MS));
}

#endif
