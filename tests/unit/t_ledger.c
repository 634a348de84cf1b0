#include "sample_frame.h"

#include "base/clock.h"
#include "rules/rules.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* Ledgers: what operators did travels with the frames, each record once. */

static struct record *ack(const char *comment)
{
	struct record *r = record_new(RECORD_ACK);

	r->cluster = record_str(r, "orders");
	r->entity = record_str(r, "kafka-2");
	r->subject = record_str(r, "BrokerDown");
	r->text = record_str(r, comment);
	r->data = record_str(r, "{\"a\":[1,\"\xe4\xb8\xad\"]}");
	r->until = r->wall + 60 * NS_PER_S;
	r->drill = true;
	return r;
}

/* Adds a record of ours to the ledger, whose reference is taken. */
static struct ledger *and_one(struct ledger *l, const char *comment, enum keep keep)
{
	struct record *r = ack(comment);
	struct ledger *more = ledger_with(l, r, keep);

	record_unref(r);
	ledger_unref(l);
	return more;
}

static struct frame *frame_with(struct ledger *l)
{
	static struct rules *rules;
	struct err err = {""};
	struct snapshot *s = sample_snapshot(SAMPLE_HUNG, SAMPLE_BOOT);

	if (!rules)
		rules = rules_new(sample_config(SAMPLE_HUNG), false, &err);
	return frame_new(s, rules_judge(rules, s, l), ledger_ref(l), "bastion-2");
}

struct link {
	struct wire_writer *w;
	struct wire_reader *r;
	struct buf line;
};

static void link_init(struct link *k)
{
	k->w = wire_writer_new();
	k->r = wire_reader_new();
	buf_init(&k->line, 64 << 20);
}

static void link_release(struct link *k)
{
	wire_writer_free(k->w);
	wire_reader_free(k->r);
	buf_release(&k->line);
}

/* What the reader makes of a frame with this ledger; the caller owns it. */
static struct frame *through(struct link *k, struct ledger *l)
{
	struct frame *f = frame_with(l), *got = NULL;
	struct err err = {""};
	char *at;

	buf_reset(&k->line);
	assert_int_equal(wire_write(k->w, f, &k->line), 0);
	for (at = k->line.data; *at && !got; at += strcspn(at, "\n") + 1)
		if (wire_read(k->r, at, strcspn(at, "\n"), &got, &err))
			fail_msg("%s", err_msg(&err));
	assert_non_null(got);
	frame_unref(f);
	return got;
}

static void expect_same(const struct ledger *a, const struct ledger *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->saving, b->saving);
	assert_int_equal(a->failed, b->failed);
	assert_string_equal(a->trouble, b->trouble);
	for (size_t i = 0; i < a->n; i++) {
		const struct record *x = a->lines[i].record, *y = b->lines[i].record;

		assert_int_equal(a->lines[i].keep, b->lines[i].keep);
		assert_string_equal(x->id, y->id);
		assert_int_equal(x->kind, y->kind);
		assert_true(x->wall == y->wall && x->until == y->until);
		assert_string_equal(x->user, y->user);
		assert_string_equal(x->from, y->from);
		assert_string_equal(x->cluster, y->cluster);
		assert_string_equal(x->entity, y->entity);
		assert_string_equal(x->subject, y->subject);
		assert_string_equal(x->text, y->text);
		assert_string_equal(x->data, y->data);
		assert_int_equal(x->drill, y->drill);
	}
}

static void check_step(struct link *k, struct ledger *l)
{
	struct frame *f = through(k, l);

	expect_same(l, f->ledger);
	frame_unref(f);
}

static void a_ledger_arrives_as_it_is(void **state)
{
	struct ledger *l = ledger_new(), *kept;
	struct link k;

	(void)state;
	link_init(&k);
	check_step(&k, l);
	l = and_one(l, "looking at it", KEEP_SAVING);
	l = and_one(l, "controls \x1b[2J and \xe2\x80\xae", KEEP_FAILED);
	snprintf(l->trouble, sizeof(l->trouble), "Nothing is kept: the disk is full.");
	check_step(&k, l);
	kept = ledger_kept(l, l->lines[0].record->id, KEEP_KEPT);
	ledger_unref(l);
	l = kept;
	check_step(&k, l);
	l->trouble[0] = '\0';
	l = and_one(l, "gone on", KEEP_SAVING);
	check_step(&k, l);
	check_step(&k, l);
	ledger_unref(l);
	link_release(&k);
}

static void a_record_is_written_once(void **state)
{
	struct ledger *l = and_one(ledger_new(), "COMMENT-A", KEEP_SAVING), *kept;
	struct link k;

	(void)state;
	link_init(&k);
	check_step(&k, l);
	assert_non_null(strstr(k.line.data, "COMMENT-A"));
	l = and_one(l, "COMMENT-B", KEEP_SAVING);
	kept = ledger_kept(l, l->lines[0].record->id, KEEP_KEPT);
	check_step(&k, kept);
	assert_null(strstr(k.line.data, "COMMENT-A"));
	assert_non_null(strstr(k.line.data, "COMMENT-B"));
	/* The same ledger is not spoken of. */
	check_step(&k, kept);
	assert_null(strstr(k.line.data, "\"ledger\""));
	ledger_unref(kept);
	ledger_unref(l);
	link_release(&k);
}

static void the_oldest_may_go(void **state)
{
	struct ledger *l = ledger_new(), *less = ledger_new();
	struct link k;

	(void)state;
	link_init(&k);
	for (int i = 0; i < 20; i++)
		l = and_one(l, "x", KEEP_KEPT);
	check_step(&k, l);
	for (size_t i = 7; i < 20; i++)
		ledger_add(less, l->lines[i].record, i == 9 ? KEEP_FAILED : KEEP_KEPT);
	less = and_one(less, "newest", KEEP_SAVING);
	check_step(&k, less);
	assert_non_null(strstr(k.line.data, "\"skip\":7,\"same\":13"));
	ledger_unref(l);
	l = ledger_new();
	check_step(&k, l);
	ledger_unref(l);
	ledger_unref(less);
	link_release(&k);
}

/* The first frame of a writer makes the reader forget, so that who was behind is not shown what is gone. */
static void a_whole_frame_forgets(void **state)
{
	struct ledger *l = and_one(ledger_new(), "old", KEEP_KEPT), *none = ledger_new();
	struct link k;

	(void)state;
	link_init(&k);
	check_step(&k, l);
	wire_writer_free(k.w);
	k.w = wire_writer_new();
	/* Its header is a second one, which is skipped here as a server leaves it out. */
	{
		struct frame *f = frame_with(none), *got = NULL;
		struct err err = {""};
		const char *at;

		buf_reset(&k.line);
		assert_int_equal(wire_write(k.w, f, &k.line), 0);
		at = strchr(k.line.data, '\n') + 1;
		assert_int_equal(wire_read(k.r, at, strcspn(at, "\n"), &got, &err), 0);
		expect_same(none, got->ledger);
		frame_unref(f);
		frame_unref(got);
	}
	ledger_unref(l);
	ledger_unref(none);
	link_release(&k);
}

static void impossible_ledgers_are_refused(void **state)
{
#define ID "0123456789abcdef0123456789abcdef"
#define NEW(more) "{\"new\":[{\"id\":\"" ID "\",\"kind\":\"ack\",\"keep\":\"kept\"" more "}]}"
	static const struct {
		const char *ledger, *error;
	} made[] = {
	    {"7", "an object"},
	    {"{\"same\":1}", "were not there"},
	    {"{\"skip\":-1,\"same\":1}", "were not there"},
	    {"{\"skip\":9223372036854775807,\"same\":9223372036854775807}", "were not there"},
	    {"{\"keep\":[0,\"kept\"]}", "pairs"},
	    {"{\"keep\":[\"a\",\"kept\"]}", "pairs"},
	    {"{\"new\":7}", "new should be an array"},
	    {"{\"new\":[7]}", "keep is none"},
	    {"{\"new\":[{\"keep\":\"kept\"}]}", "no id"},
	    {"{\"new\":[{\"keep\":\"kept\",\"id\":\"../../etc\"}]}", "no id"},
	    {"{\"new\":[{\"id\":\"" ID "\",\"kind\":\"dance\",\"keep\":\"kept\"}]}", "kind is none"},
	    {NEW(",\"wall\":-1"), "wall is no time"},
	    {NEW(",\"until\":\"soon\""), "until should be a whole number"},
	    {NEW(",\"user\":7"), "user should be text"},
	    {NEW(",\"data\":\"[1]\""), "data is no object"},
	    {NEW(",\"data\":\"{\""), "data is no object"},
	    {NEW(",\"drill\":1"), "drill should be"},
	};
	struct link k;
	struct ledger *l = ledger_new();

	(void)state;
	link_init(&k);
	check_step(&k, l);
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct frame *got;
		struct err err = {""};
		struct buf line;

		buf_init(&line, 4096);
		buf_addf(&line, "{\"boot\":5,\"whole\":true,\"clusters\":[],\"judgement\":{\"verdict\":\"OK\"},\"ledger\":%s}",
		    made[i].ledger);
		assert_int_equal(wire_read(k.r, line.data, line.len, &got, &err), -1);
		if (!strstr(err_msg(&err), made[i].error))
			fail_msg("%s: %s", made[i].ledger, err_msg(&err));
		buf_release(&line);
	}
	ledger_unref(l);
	link_release(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ledger_arrives_as_it_is),
	    cmocka_unit_test(a_record_is_written_once),
	    cmocka_unit_test(the_oldest_may_go),
	    cmocka_unit_test(a_whole_frame_forgets),
	    cmocka_unit_test(impossible_ledgers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
