#include "judged.h"

/* The item error-logs, on the healthy sample with a log for each broker. */

static struct log_row *log_row_of(struct judged *j, size_t cluster, size_t i)
{
	return row_of(j->snap, cluster, SECTION_LOGS, i);
}

static struct value count(const struct judged *j, int64_t n)
{
	return value_int(n, j->snap->boot, 10 * NS_PER_S);
}

/* A log without an error for every broker, named by id. */
static void with_logs(struct judged *j)
{
	judged_at(j, 0);
	for (size_t c = 0; c < j->snap->n_clusters; c++) {
		const struct section *brokers = j->snap->clusters[c].sections[SECTION_BROKERS];
		struct section *s = section_new(SECTION_LOGS);

		s->listing = value_bool(true, j->snap->boot, 0);
		for (size_t i = 0; i < section_count(brokers); i++) {
			struct log_row *r = section_add(s);

			r->broker = section_broker(brokers, i)->id;
			r->path = "server.log";
			r->readable = value_bool(true, j->snap->boot, 10 * NS_PER_S);
			r->errors_10m = r->errors_hour = r->fatals_hour = count(j, 0);
		}
		section_unref(j->snap->clusters[c].sections[SECTION_LOGS]);
		j->snap->clusters[c].sections[SECTION_LOGS] = s;
	}
}

static void expect(struct judged *j, enum verdict verdict, int evaluated, const char *evidence)
{
	const struct check_item *item = item_of(judged_now(j), "error-logs");

	assert_int_equal(item->verdict, verdict);
	assert_int_equal(item->evaluated, evaluated);
	assert_int_equal(item->total, 7);
	if (!strstr(item->evidence, evidence))
		fail_msg("\"%s\" is not in \"%s\"", evidence, item->evidence);
}

static void silence_is_ok_only_where_all_logs_are_read(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, true);
	with_logs(&j);
	expect(&j, VERDICT_OK, 7, "no error in the last 10 min");
	log_row_of(&j, BUS, 1)->readable = value_error("n2.log: Permission denied");
	expect(&j, VERDICT_UNKNOWN, 6, "bus n2: n2.log: Permission denied");
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_LOGS, 1).verdict, VERDICT_UNKNOWN);
	with_logs(&j);
	log_row_of(&j, ORDERS, 2)->broker = "1"; /* broker 1 twice, broker 3 never */
	expect(&j, VERDICT_UNKNOWN, 6, "orders broker-3: no log source");
	with_logs(&j);
	log_row_of(&j, DEVICES, 0)->errors_10m = value_partial(count(&j, 0), "watched for 40s");
	expect(&j, VERDICT_UNKNOWN, 6, "watched for 40s");
	with_logs(&j);
	log_row_of(&j, DEVICES, 0)->errors_10m.at -= 60 * NS_PER_S; /* a read that hangs */
	expect(&j, VERDICT_UNKNOWN, 6, "devices devices: nothing newer was read");
	judged_release(&j);
}

static void errors_count_against_the_hour_before(void **state)
{
	static const struct {
		int64_t recent, before;
		enum verdict verdict;
	} cases[] = {{4, 0, VERDICT_OK}, {5, 0, VERDICT_WARN}, {30, 60, VERDICT_OK},
	    {31, 60, VERDICT_WARN}, {500, 3000, VERDICT_OK}};
	struct judged j;

	(void)state;
	judged_init(&j, true);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		with_logs(&j);
		log_row_of(&j, BUS, 2)->errors_10m = count(&j, cases[i].recent);
		log_row_of(&j, BUS, 2)->errors_hour = count(&j, cases[i].before);
		expect(&j, cases[i].verdict, 7, "errors in 10 min");
	}
	/* What is known in part is known to be at least that. */
	with_logs(&j);
	log_row_of(&j, BUS, 2)->errors_10m = value_partial(count(&j, 9), "watched for 40s");
	log_row_of(&j, BUS, 2)->errors_hour = value_missing("not watched yet");
	expect(&j, VERDICT_WARN, 7, "bus n3: 9 errors in 10 min");
	judged_release(&j);
}

static void a_fatal_line_is_critical(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, true);
	with_logs(&j);
	log_row_of(&j, ORDERS, 0)->fatals_hour = count(&j, 1);
	log_row_of(&j, BUS, 0)->errors_10m = count(&j, 50);
	expect(&j, VERDICT_CRIT, 7, "orders 1: 1 FATAL in the last hour");
	judged_release(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(silence_is_ok_only_where_all_logs_are_read),
	    cmocka_unit_test(errors_count_against_the_hour_before),
	    cmocka_unit_test(a_fatal_line_is_critical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
