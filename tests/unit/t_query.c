/* What a question of the manual answers: never "well" on what is not fresh. */
#include "judged.h"

#include "base/i18n.h"
#include "rules/query.h"

static struct query_result ask(struct judged *j, const char *text, const struct query_scope *scope, int64_t later_s)
{
	struct query_result r;
	struct err err = {""};
	struct query q;
	int rc = !strncmp(text, "rule ", 5) ? query_parse_rule(&q, text + 5, &err) : query_parse(&q, text, &err);

	if (rc)
		fail_msg("%s", err_msg(&err));
	query_eval(&q, scope, j->snap, judged_now(j), j->snap->boot + later_s * NS_PER_S, &r);
	return r;
}

/* The first lag row of orders. */
static struct query_scope lag_scope(struct judged *j)
{
	const struct lag_row *row = row_of(j->snap, ORDERS, SECTION_LAG, 0);

	return (struct query_scope){.cluster = ORDERS, .section = SECTION_LAG, .row = 0, .group = row->group,
	    .topic = row->topic, .bad = VERDICT_CRIT};
}

static void compares_with_the_row(void **state)
{
	struct judged j;
	struct query_scope scope;
	struct query_result r;
	char say[256];
	struct lag_row *row;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	scope = lag_scope(&j);
	row = row_of(j.snap, ORDERS, SECTION_LAG, 0);
	row->members = value_int(3, j.snap->boot, 10 * NS_PER_S);
	r = ask(&j, "lag.members >= 1", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_OK);
	assert_int_equal(r.rows, 1);
	assert_string_equal(query_say(&r, say, sizeof(say)), "members 3");
	row->members = value_int(0, j.snap->boot, 10 * NS_PER_S);
	r = ask(&j, "lag.members >= 1", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_CRIT);
	assert_string_equal(query_say(&r, say, sizeof(say)), "members 0, should be >= 1");
	scope.bad = VERDICT_WARN;
	assert_int_equal(ask(&j, "lag.members >= 1", &scope, 0).verdict, VERDICT_WARN);
	row->lag_seconds = value_real(90, j.snap->boot, 10 * NS_PER_S);
	r = ask(&j, "lag.lag_seconds < 1m", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_WARN);
	assert_string_equal(query_say(&r, say, sizeof(say)), "behind 1m, should be < 1m");
	judged_release(&j);
}

static void is_never_well_on_what_is_not_fresh(void **state)
{
	const struct {
		struct value v;
		enum verdict verdict;
	} cases[] = {
	    {value_missing("not told"), VERDICT_UNKNOWN},
	    {value_error("refused"), VERDICT_UNKNOWN},
	    {value_na("never here"), VERDICT_NA},
	    {value_failed(value_int(3, T0, 10 * NS_PER_S), "timeout"), VERDICT_UNKNOWN},
	    {value_partial(value_int(3, T0, 10 * NS_PER_S), "2 of 3"), VERDICT_UNKNOWN},
	    {{0}, VERDICT_UNKNOWN},
	};
	struct judged j;
	struct query_scope scope;
	struct lag_row *row;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	scope = lag_scope(&j);
	row = row_of(j.snap, ORDERS, SECTION_LAG, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row->members = cases[i].v;
		assert_int_equal(ask(&j, "lag.members >= 1", &scope, 0).verdict, cases[i].verdict);
	}
	row->members = value_int(3, T0, 10 * NS_PER_S);
	assert_int_equal(ask(&j, "lag.members >= 1", &scope, 0).verdict, VERDICT_OK);
	assert_int_equal(ask(&j, "lag.members >= 1", &scope, 60).verdict, VERDICT_UNKNOWN);
	/* What is known of a part is enough where it is too much already. */
	row->members = value_partial(value_int(3, T0, 10 * NS_PER_S), "2 of 3");
	assert_int_equal(ask(&j, "lag.members < 3", &scope, 0).verdict, VERDICT_CRIT);
	assert_int_equal(ask(&j, "lag.members < 4", &scope, 0).verdict, VERDICT_UNKNOWN);
	assert_int_equal(ask(&j, "lag.members == 0", &scope, 0).verdict, VERDICT_CRIT);
	judged_release(&j);
}

static void counts_the_worst_of_several(void **state)
{
	struct judged j;
	struct query_scope scope;
	struct query_result r;
	struct broker_row *b;
	char say[256];

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	scope = lag_scope(&j);
	r = ask(&j, "brokers.up == 1", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_OK);
	assert_int_equal(r.rows, 3);
	b = row_of(j.snap, ORDERS, SECTION_BROKERS, 1);
	b->up = value_bool(false, T0, 2 * NS_PER_S);
	r = ask(&j, "brokers.up == 1", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_CRIT);
	assert_int_equal(r.row, 1);
	query_say(&r, say, sizeof(say));
	assert_non_null(strstr(say, "up no, should be yes ("));
	b->up = value_error("refused");
	assert_int_equal(ask(&j, "brokers.up == 1", &scope, 0).verdict, VERDICT_UNKNOWN);
	scope.broker = ((struct broker_row *)row_of(j.snap, ORDERS, SECTION_BROKERS, 0))->name;
	assert_int_equal(ask(&j, "brokers.up == 1", &scope, 0).verdict, VERDICT_OK);
	scope.broker = "nobody";
	r = ask(&j, "brokers.up == 1", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_UNKNOWN);
	assert_string_equal(r.reason, "there is no such row any more");
	judged_release(&j);
}

/* Do the others miss it? A server that is gone tells nothing of its own routes: what counts is what the others say. */
static void hears_the_others_about_a_server(void **state)
{
	static const char *missing[1];
	struct query_scope scope = {.cluster = BUS, .section = SECTION_KINDS, .row = SIZE_MAX, .bad = VERDICT_CRIT};
	struct route_row *gone, *other;
	struct query_result r;
	struct judged j;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	gone = row_of(j.snap, BUS, SECTION_ROUTES, 1);
	other = row_of(j.snap, BUS, SECTION_ROUTES, 0);
	scope.broker = gone->server;
	assert_int_equal(ask(&j, "routes.missing == 0", &scope, 0).verdict, VERDICT_OK);
	gone->peers = value_missing("it does not answer");
	gone->n_missing = 0;
	r = ask(&j, "routes.missing == 0", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_UNKNOWN);
	missing[0] = gone->server;
	other->missing = missing;
	other->n_missing = 1;
	r = ask(&j, "routes.missing == 0", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_CRIT);
	assert_int_equal(r.row, 0);
	judged_release(&j);
}

static void does_not_trust_a_list_with_gaps(void **state)
{
	struct judged j;
	struct query_scope scope = {.cluster = ORDERS, .section = SECTION_KINDS, .row = SIZE_MAX, .bad = VERDICT_CRIT};

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	assert_int_equal(ask(&j, "brokers.up == 1", &scope, 0).verdict, VERDICT_OK);
	j.snap->clusters[ORDERS].sections[SECTION_BROKERS]->listing = value_error("metadata: timeout");
	assert_int_equal(ask(&j, "brokers.up == 1", &scope, 0).verdict, VERDICT_UNKNOWN);
	section_unref(j.snap->clusters[ORDERS].sections[SECTION_BROKERS]);
	j.snap->clusters[ORDERS].sections[SECTION_BROKERS] = NULL;
	judged_release(&j);
}

static void asks_the_past(void **state)
{
	struct judged j;
	struct query_scope scope;
	struct lag_row *row;
	struct sample s[11];
	struct query_result r;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	scope = lag_scope(&j);
	row = row_of(j.snap, ORDERS, SECTION_LAG, 0);
	for (int i = 0; i < 11; i++)
		s[i] = (struct sample){T0 - (10 - i) * 60 * NS_PER_S, 1000 - 10 * i};
	row->lag = value_int(900, T0, 10 * NS_PER_S);
	series_view_unref(row->lag_series);
	row->lag_series = series_view_make(s, 11);
	assert_int_equal(ask(&j, "lag.lag falls 5m", &scope, 0).verdict, VERDICT_OK);
	assert_int_equal(ask(&j, "lag.lag grows 5m", &scope, 0).verdict, VERDICT_CRIT);
	r = ask(&j, "lag.lag falls 1h", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_UNKNOWN);
	assert_string_equal(r.reason, "needs 1h of watching");
	assert_int_equal(ask(&j, "lag.lag falls 5m", &scope, 120).verdict, VERDICT_UNKNOWN);
	row->lag = value_int(0, T0, 10 * NS_PER_S);
	assert_int_equal(ask(&j, "lag.lag falls 5m", &scope, 0).verdict, VERDICT_OK);
	judged_release(&j);
}

static void asks_whether_a_rule_fires(void **state)
{
	struct judged j;
	struct query_scope scope;
	struct query_result r;
	struct disk_row *disk;

	(void)state;
	judged_init(&j, true);
	judged_at(&j, 0);
	scope = lag_scope(&j);
	assert_int_equal(ask(&j, "rule DiskUsage", &scope, 0).verdict, VERDICT_OK);
	assert_int_equal(ask(&j, "rule Routes", &scope, 0).verdict, VERDICT_NA);
	disk = row_of(j.snap, ORDERS, SECTION_DISK, 0);
	disk->percent = value_real(91, T0, 60 * NS_PER_S);
	r = ask(&j, "rule DiskUsage", &scope, 0);
	assert_int_equal(r.verdict, VERDICT_WARN);
	assert_int_equal(r.section, SECTION_DISK);
	assert_int_equal(r.row, 0);
	scope.broker = ((struct disk_row *)row_of(j.snap, ORDERS, SECTION_DISK, 1))->broker;
	assert_int_equal(ask(&j, "rule DiskUsage", &scope, 0).verdict, VERDICT_OK);
	disk = row_of(j.snap, ORDERS, SECTION_DISK, 1);
	disk->percent = value_error("refused");
	assert_int_equal(ask(&j, "rule DiskUsage", &scope, 0).verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compares_with_the_row),
	    cmocka_unit_test(is_never_well_on_what_is_not_fresh),
	    cmocka_unit_test(counts_the_worst_of_several),
	    cmocka_unit_test(hears_the_others_about_a_server),
	    cmocka_unit_test(does_not_trust_a_list_with_gaps),
	    cmocka_unit_test(asks_the_past),
	    cmocka_unit_test(asks_whether_a_rule_fires),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
