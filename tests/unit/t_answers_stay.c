#include "store_folder.h"

#include <string.h>

/* An answer to a checklist that says nothing of its end holds as long as the list has it, however much is written after
 * it: in the engine's ledger, and read again from the file. Only a newer answer to the same takes its place. */

enum { MANY = OPS_NEWEST + 50, BATCH = 500 };

static struct record *answer_to(const char *cluster, const char *subject, const char *text)
{
	struct record *r = record_new(RECORD_ANSWER);

	r->cluster = record_str(r, cluster);
	r->subject = record_str(r, subject);
	r->text = record_str(r, text);
	return r;
}

/* The newest answer there; and that there is one alone. */
static void expect_answer(const struct ledger *l, const char *cluster, const char *subject, const char *text)
{
	const struct record *r = ledger_newest(l, RECORD_ANSWER, cluster, NULL, subject);
	size_t n = 0;

	if (!r || strcmp(r->text, text) != 0)
		fail_msg("%s %s: '%s' and not '%s'", cluster, subject, r ? r->text : "nothing", text);
	assert_int_equal(r->until, 0);
	for (size_t i = 0; i < l->n; i++) {
		const struct record *other = l->lines[i].record;

		n += other->kind == RECORD_ANSWER && !strcmp(other->cluster ? other->cluster : "", cluster) &&
		     !strcmp(other->subject, subject);
	}
	assert_int_equal(n, 1);
}

/* Two clusters, and a list that belongs to none; the first is answered twice. */
static size_t answers(struct record **out)
{
	out[0] = answer_to("orders", "audit/kafka/jvm", "4g");
	out[1] = answer_to("orders", "audit/kafka/jvm", "6g");
	out[2] = answer_to("clicks", "audit/kafka/jvm", "2g");
	out[3] = answer_to(NULL, "weekly/backups", "one restored");
	return 4;
}

static void expect_all(const struct ledger *l)
{
	expect_answer(l, "orders", "audit/kafka/jvm", "6g");
	expect_answer(l, "clicks", "audit/kafka/jvm", "2g");
	expect_answer(l, "", "weekly/backups", "one restored");
}

static void in_the_ledger(void **state)
{
	struct ledger *l = ledger_new(), *less;
	struct record *r[4];

	(void)state;
	for (size_t i = 0, n = answers(r); i < n; i++) {
		ledger_add(l, r[i], KEEP_KEPT);
		record_unref(r[i]);
	}
	for (int i = 0; i < 2 * MANY; i++) {
		struct record *e = event("later");

		ledger_add(l, e, KEEP_KEPT);
		record_unref(e);
	}
	less = ledger_trimmed(l, OPS_NEWEST, clock_wall());
	assert_non_null(less);
	/* Much has gone, so it was up to them to stay. */
	assert_int_equal(less->n, OPS_NEWEST + 3);
	expect_all(less);
	ledger_unref(less);
	ledger_unref(l);
}

static void save(struct ops_sql *sql, struct record **records, size_t n)
{
	struct err err = {""};

	if (ops_sql_save(sql, records, n, NULL, clock_wall(), &err) != OPS_OK)
		fail_msg("%s", err_msg(&err));
	while (n--)
		record_unref(records[n]);
}

static void in_the_file(void **state)
{
	struct record *r[BATCH];
	struct state_dir dir = {0};
	struct err err = {""};
	struct ops_sql sql;
	struct ledger *l;

	(void)state;
	assert_int_equal(state_dir_open(&dir, folder, true, &err), 0);
	assert_int_equal(ops_sql_open(&sql, &dir, &err), OPS_OK);
	save(&sql, r, answers(r));
	for (int done = 0; done < MANY; done += BATCH) {
		for (int i = 0; i < BATCH; i++)
			r[i] = event("later");
		save(&sql, r, BATCH);
	}
	ops_sql_close(&sql);
	state_dir_release(&dir);
	l = read_again();
	assert_int_equal(l->n, OPS_NEWEST + 3);
	expect_all(l);
	ledger_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_the_ledger),
	    cmocka_unit_test_setup_teardown(in_the_file, make_folder, drop_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
