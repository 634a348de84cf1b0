/* What the records of a ledger say about incidents. */
#include "ledger_of.h"

#include "base/clock.h"
#include "triage/incident.h"

#include <setjmp.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define T0 (1795316671LL * NS_PER_S) /* 2026-11-22T03:04:31Z */
#define ID "INC-20261122-1"

static const char *open_one(struct ledger_of *l)
{
	return ledger_of_add(l, RECORD_INCIDENT, ID, "half the orders are missing",
	    "{\"fault\":\"kafka-group-stalled\",\"alert\":\"GroupStalled\",\"started\":%lld,\"detected\":%lld,"
	    "\"revision\":\"ab12\",\"snapshot\":{\"alerts\":[1]}}",
	    (long long)(T0 - 900 * NS_PER_S), (long long)(T0 - 300 * NS_PER_S));
}

static void opens(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;
	const char *key;

	(void)state;
	ledger_of_init(&l, T0);
	key = open_one(&l);
	all = incidents_fold(l.ledger);
	inc = incidents_find(all, ID);
	assert_non_null(inc);
	assert_ptr_equal(inc, incidents_find(all, key));
	assert_string_equal(inc->fault, "kafka-group-stalled");
	assert_string_equal(inc->entity, "audit/events");
	assert_string_equal(inc->snapshot, "{\"alerts\":[1]}");
	assert_int_equal(inc->stage, STAGE_DISCOVER);
	assert_null(inc->step);
	assert_int_equal(inc->closed, 0);
	assert_int_equal(incidents_open(all), 1);
	assert_int_equal(incident_between(inc, "started", "detected"), 600 * NS_PER_S);
	assert_int_equal(incident_between(inc, "detected", "acknowledged"), 300 * NS_PER_S);
	assert_int_equal(incident_between(inc, "started", "resolved"), -1);
	assert_ptr_equal(incidents_open_on(all, "orders", "audit/events", NULL), inc);
	assert_null(incidents_open_on(all, "orders", "billing/invoices", NULL));
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void entry(struct ledger_of *l, const char *stage, const char *step, const char *next_stage,
    const char *next_step, const char *more)
{
	ledger_of_add(l, RECORD_ENTRY, ID, NULL,
	    "{\"stage\":\"%s\",\"step\":\"%s\",\"kind\":\"observe\",%s\"next\":{\"stage\":\"%s\",\"step\":\"%s\"}}", stage,
	    step, more, next_stage, next_step);
}

static void stands_where_the_newest_step_left_it(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	l.wall += 60 * NS_PER_S;
	entry(&l, "discover", "discover.alert", "discover", "discover.now", "");
	l.wall += 60 * NS_PER_S;
	entry(&l, "discover", "discover.now", "confirm", "confirm.alerts", "");
	l.wall += 60 * NS_PER_S;
	/* A note moves nothing. */
	ledger_of_add(&l, RECORD_NOTE, ID, "deploy at 02:38", "%s", "");
	all = incidents_fold(l.ledger);
	inc = incidents_find(all, ID);
	assert_int_equal(inc->stage, STAGE_CONFIRM);
	assert_string_equal(inc->step, "confirm.alerts");
	assert_int_equal(inc->stage_since[STAGE_CONFIRM], T0 + 120 * NS_PER_S);
	assert_int_equal(inc->n_entries, 3);
	assert_string_equal(inc->entries[2].kind, "note");
	assert_string_equal(inc->entries[2].text, "deploy at 02:38");
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void counts_each_source_once(void **state)
{
	struct ledger_of l;
	struct incidents *all;

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	entry(&l, "discover", "discover.alert", "confirm", "confirm.alerts",
	    "\"outcome\":\"confirms\",\"signal\":\"probe\",");
	entry(&l, "confirm", "confirm.alerts", "confirm", "confirm.logs",
	    "\"outcome\":\"confirms\",\"signal\":\"offsets\",");
	entry(&l, "confirm", "confirm.1", "confirm", "confirm.logs",
	    "\"outcome\":\"confirms\",\"signal\":\"offsets\",");
	entry(&l, "confirm", "confirm.2", "confirm", "confirm.logs",
	    "\"outcome\":\"denies\",\"signal\":\"coordinator\",");
	all = incidents_fold(l.ledger);
	assert_int_equal(incident_signals(&all->list[0]), 1);
	incidents_free(all);
	entry(&l, "confirm", "confirm.logs", "confirm", "confirm.impact",
	    "\"outcome\":\"confirms\",\"signal\":\"logs\",\"evidence\":{\"query\":\"logs.errors_10m <= 0\","
	    "\"value\":\"12\",\"quality\":\"ok\",\"verdict\":\"CRIT\",\"age_s\":1.5},");
	all = incidents_fold(l.ledger);
	assert_int_equal(incident_signals(&all->list[0]), 2);
	assert_true(all->list[0].entries[4].has_evidence);
	assert_string_equal(all->list[0].entries[4].seen.value, "12");
	assert_true(all->list[0].entries[4].seen.age_s == 1.5);
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void one_holds_the_pen(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	all = incidents_fold(l.ledger);
	inc = &all->list[0];
	assert_true(incident_may_write(inc, "duty1", "10.1.2.3", T0 + NS_PER_S));
	assert_false(incident_may_write(inc, "duty1", "10.9.9.9", T0 + NS_PER_S));
	assert_false(incident_may_write(inc, "duty2", "10.1.2.3", T0 + NS_PER_S));
	/* The lease runs out. */
	assert_true(incident_may_write(inc, "duty2", "10.1.2.3", T0 + PEN_LEASE_S * NS_PER_S));
	incidents_free(all);
	/* Acting renews it. */
	l.wall = T0 + 500 * NS_PER_S;
	entry(&l, "discover", "discover.alert", "discover", "discover.now", "");
	all = incidents_fold(l.ledger);
	assert_false(incident_may_write(&all->list[0], "duty2", "10.1.2.3", T0 + PEN_LEASE_S * NS_PER_S));
	incidents_free(all);
	/* What somebody without the pen wrote is kept, and marked; then he takes it. */
	l.user = "duty2";
	entry(&l, "discover", "discover.now", "confirm", "confirm.alerts", "");
	ledger_of_add(&l, RECORD_PEN, ID, NULL, "{}");
	ledger_of_add(&l, RECORD_NOTE, ID, "mine now", "{}");
	all = incidents_fold(l.ledger);
	inc = &all->list[0];
	assert_true(inc->entries[1].without_pen);
	assert_false(inc->entries[2].without_pen);
	assert_string_equal(inc->entries[2].outcome, "taken");
	assert_false(inc->entries[3].without_pen);
	assert_string_equal(inc->pen.user, "duty2");
	assert_false(incident_may_write(inc, "duty1", "10.1.2.3", l.wall));
	incidents_free(all);
	/* Laid down it is anybody's. */
	ledger_of_add(&l, RECORD_PEN, ID, NULL, "{\"release\":true}");
	all = incidents_fold(l.ledger);
	assert_null(all->list[0].pen.user);
	assert_true(incident_may_write(&all->list[0], "duty1", "10.1.2.3", l.wall));
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void marks_of_people_go_first(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	l.wall += 600 * NS_PER_S;
	ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"mark\",\"mark\":\"resolved\"}");
	ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"mark\",\"mark\":\"detected\",\"at\":%lld}",
	    (long long)(T0 - 600 * NS_PER_S));
	all = incidents_fold(l.ledger);
	inc = &all->list[0];
	assert_int_equal(incident_between(inc, "started", "detected"), 300 * NS_PER_S);
	assert_int_equal(incident_between(inc, "started", "resolved"), 1500 * NS_PER_S);
	assert_string_equal(incident_mark(inc, "resolved")->user, "duty1");
	for (size_t i = 1; i < inc->n_marks; i++)
		assert_true(inc->marks[i - 1].at <= inc->marks[i].at);
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void fields_and_hypotheses(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	ledger_of_add(&l, RECORD_ENTRY, ID, "a first try", "{\"kind\":\"write\",\"field\":\"happened\"}");
	ledger_of_add(&l, RECORD_ENTRY, ID, "three members left", "{\"kind\":\"write\",\"field\":\"happened\"}");
	ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"write\",\"field\":\"well\"}");
	ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"ask\",\"hypothesis\":\"the network\"}");
	ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"ask\",\"hypothesis\":\"a deploy\"}");
	ledger_of_add(
	    &l, RECORD_ENTRY, ID, NULL, "{\"kind\":\"ask\",\"hypothesis\":\"the network\",\"outcome\":\"ruled-out\"}");
	all = incidents_fold(l.ledger);
	inc = &all->list[0];
	assert_string_equal(incident_field(inc, "happened"), "three members left");
	assert_string_equal(incident_field(inc, "well"), "");
	assert_null(incident_field(inc, "badly"));
	assert_int_equal(inc->n_hypotheses, 2);
	assert_int_equal(inc->hypotheses[0].state, HYPOTHESIS_RULED_OUT);
	assert_int_equal(inc->hypotheses[1].state, HYPOTHESIS_OPEN);
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void closes_once(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	char id[64];

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	l.wall += NS_PER_S;
	ledger_of_add(&l, RECORD_INCIDENT_CLOSE, ID, NULL, "{\"happened\":\"x\"}");
	l.wall += NS_PER_S;
	ledger_of_add(&l, RECORD_INCIDENT_CLOSE, ID, NULL, "{\"happened\":\"y\"}");
	all = incidents_fold(l.ledger);
	assert_int_equal(all->list[0].closed, T0 + NS_PER_S);
	assert_string_equal(all->list[0].report, "{\"happened\":\"x\"}");
	assert_int_equal(incidents_open(all), 0);
	assert_null(incidents_newest_open(all));
	assert_string_equal(incidents_next_id(all, T0, id, sizeof(id)), "INC-20261122-2");
	assert_string_equal(incidents_next_id(all, T0 + 86400 * NS_PER_S, id, sizeof(id)), "INC-20261123-1");
	incidents_free(all);
	ledger_unref(l.ledger);
}

/* Two viewers opened at the same moment and took the same number: both stand, and entries find their own. */
static void the_same_number_twice(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	char first[RECORD_ID_SIZE], second[RECORD_ID_SIZE];

	(void)state;
	ledger_of_init(&l, T0);
	snprintf(first, sizeof(first), "%s", open_one(&l));
	snprintf(second, sizeof(second), "%s", open_one(&l));
	ledger_of_add(&l, RECORD_NOTE, ID, "to the first", "{\"incident\":\"%s\"}", first);
	ledger_of_add(&l, RECORD_NOTE, ID, "to the second", "{\"incident\":\"%s\"}", second);
	all = incidents_fold(l.ledger);
	assert_int_equal(all->n, 2);
	assert_string_equal(all->list[0].id, ID);
	assert_string_not_equal(all->list[1].id, ID);
	assert_true(!strncmp(all->list[1].id, ID "-", strlen(ID "-")));
	assert_string_equal(all->list[0].entries[0].text, "to the first");
	assert_string_equal(all->list[1].entries[0].text, "to the second");
	incidents_free(all);
	ledger_unref(l.ledger);
}

static void says_what_is_not_kept(void **state)
{
	struct ledger_of l;
	struct incidents *all;
	struct record *r = record_new(RECORD_NOTE);

	(void)state;
	ledger_of_init(&l, T0);
	open_one(&l);
	r->subject = record_str(r, ID);
	r->text = record_str(r, "hello");
	record_ref(r);
	ledger_of_put(&l, r, KEEP_SAVING);
	all = incidents_fold(l.ledger);
	assert_int_equal(all->list[0].keep, KEEP_SAVING);
	incidents_free(all);
	ledger_of_keep(&l, r->id, KEEP_FAILED);
	all = incidents_fold(l.ledger);
	assert_int_equal(all->list[0].keep, KEEP_FAILED);
	assert_int_equal(all->list[0].entries[0].keep, KEEP_FAILED);
	incidents_free(all);
	ledger_of_keep(&l, r->id, KEEP_KEPT);
	all = incidents_fold(l.ledger);
	assert_int_equal(all->list[0].keep, KEEP_KEPT);
	incidents_free(all);
	record_unref(r);
	ledger_unref(l.ledger);
}

static void survives_any_data(void **state)
{
	static const char *const broken[] = {"", "{", "[]", "null", "{\"next\":1}", "{\"next\":{\"stage\":\"nowhere\"}}",
	    "{\"evidence\":[]}", "{\"stage\":7,\"kind\":{},\"mark\":3,\"at\":\"x\"}", "{\"incident\":\"nobody\"}"};
	struct ledger_of l;
	struct incidents *all;

	(void)state;
	ledger_of_init(&l, T0);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		ledger_of_add(&l, RECORD_ENTRY, "INC-0", NULL, "%s", broken[i]);
		ledger_of_add(&l, RECORD_PEN, ID, NULL, "%s", broken[i]);
	}
	open_one(&l);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		ledger_of_add(&l, RECORD_ENTRY, ID, NULL, "%s", broken[i]);
		ledger_of_add(&l, RECORD_PEN, ID, NULL, "%s", broken[i]);
		ledger_of_add(&l, RECORD_NOTE, i % 2 ? ID : "daily/disk-usage", "x", "%s", broken[i]);
	}
	all = incidents_fold(l.ledger);
	assert_int_equal(all->n, 1);
	assert_int_equal(all->list[0].stage, STAGE_DISCOVER);
	incidents_free(all);
	ledger_unref(l.ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens),
	    cmocka_unit_test(stands_where_the_newest_step_left_it),
	    cmocka_unit_test(counts_each_source_once),
	    cmocka_unit_test(one_holds_the_pen),
	    cmocka_unit_test(marks_of_people_go_first),
	    cmocka_unit_test(fields_and_hypotheses),
	    cmocka_unit_test(closes_once),
	    cmocka_unit_test(the_same_number_twice),
	    cmocka_unit_test(says_what_is_not_kept),
	    cmocka_unit_test(survives_any_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
