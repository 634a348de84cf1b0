#include "judged.h"

#include "rules/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The operator's rule files: the guide's own YAML, what it may add, and what is said about
 * mistakes. */

/* Names of the guide's three blocks, word for word. */
static const char *const guide[] = {"kafka", "mqtt", "nats"};

static void guide_path(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/tests/fixtures/guide-rules-%s.yaml",
	    getenv("top_srcdir") ? getenv("top_srcdir") : "..", name);
}

/* The three, one after the other. */
static char *guide_text(void)
{
	char *text = calloc(1, 8192), path[512];
	size_t len = 0;

	for (size_t i = 0; i < 3; i++) {
		FILE *f;

		guide_path(path, sizeof(path), guide[i]);
		f = fopen(path, "r");
		assert_non_null(f);
		len += fread(text + len, 1, 8191 - len, f);
		fclose(f);
	}
	return text;
}

/* Rules with this file; NULL and err where it is wrong. */
static struct rules *rules_of(const char *yaml, bool one_shot, struct err *err)
{
	static char path[64];
	static const char *paths[] = {path};
	static struct config config;
	struct rules *r;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "t_tuned.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	fputs(yaml, f);
	fclose(f);
	config = *sample_config(SAMPLE_HEALTHY);
	config.rules = paths;
	config.n_rules = 1;
	r = rules_new(&config, one_shot, err);
	unlink(path);
	return r;
}

static struct judged tuned(const char *yaml, bool one_shot)
{
	struct err err = {""};
	struct judged j = {.rules = rules_of(yaml, one_shot, &err)};

	if (!j.rules)
		fail_msg("%s", err_msg(&err));
	return j;
}

static void set_lag(struct snapshot *s, size_t row, int64_t n)
{
	((struct lag_row *)row_of(s, ORDERS, SECTION_LAG, row))->lag =
	    value_int(n, s->boot, NS_PER_S);
}

static void check_guide(struct judged j)
{
	set_lag(judged_at(&j, 0), 0, 10001);
	judged_now(&j);
	assert_string_equal(alert_of(j.judgement, "ConsumerLag")->action,
	    "增加Consumer实例或优化消费逻辑");
	assert_string_equal(alert_of(j.judgement, "ConsumerLag")->threshold, ">10000");
	set_lag(judged_at(&j, 10), 0, 10000);
	assert_int_equal(judged_now(&j)->clusters[BUS].verdict, VERDICT_OK);
	judged_release(&j);
}

static void the_guides_blocks_load_as_one_file(void **state)
{
	char *text = guide_text();

	(void)state;
	check_guide(tuned(text, true));
	free(text);
}

static void the_guides_blocks_load_as_three_files(void **state)
{
	char path[3][512];
	const char *paths[3];
	struct config config = *sample_config(SAMPLE_HEALTHY);
	struct judged j = {0};
	struct err err = {""};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		guide_path(path[i], sizeof(path[i]), guide[i]);
		paths[i] = path[i];
	}
	config.rules = paths;
	config.n_rules = 3;
	j.rules = rules_new(&config, true, &err);
	if (!j.rules)
		fail_msg("%s", err_msg(&err));
	check_guide(j);
}

/* Names that are not built in, on fields of the report. */
static void rules_of_the_operators_own(void **state)
{
	struct judged j = tuned("critical_alerts:\n"
				"  - {name: TooManySubs, metric: brokers.metrics.subscriptions, "
				"threshold: \">2000\", match: {kind: mqtt}, action: Count them.}\n"
				"  - {name: AckPending, metric: lag.ack_pending, threshold: \">500\", "
				"for: 30s, manual: my-page}\n"
				"warning_alerts:\n"
				"  - {name: BigLag, metric: ConsumerLag, threshold: \">9000\", match: "
				"{entity: \"geo>*\"}}\n"
				"  - {name: BusyDisk, metric: disk.used_bytes, threshold: \">100TiB\"}\n"
				"  - {name: Churn, metric: connections.connects_per_min, threshold: "
				"\">40\", window: 2m, match: {cluster: devices}}\n",
	    false);
	struct broker_row *b;
	const struct alert *a;

	(void)state;
	judged_at(&j, 0);
	assert_int_equal(judged_now(&j)->verdict, VERDICT_OK);
	assert_int_equal(rule_of(j.judgement, "TooManySubs", "devices")->verdict, VERDICT_OK);
	assert_int_equal(rule_of(j.judgement, "AckPending", "bus")->verdict, VERDICT_OK);
	/* Kafka has no such thing: every row says so. */
	assert_int_equal(rule_of(j.judgement, "AckPending", "orders")->verdict, VERDICT_NA);
	for (size_t i = 0; i < j.judgement->n_rules; i++)
		assert_false(!strcmp(j.judgement->rules[i].name, "TooManySubs") &&
			     strcmp(j.judgement->rules[i].cluster, "devices") != 0);
	b = row_of(judged_at(&j, 10), DEVICES, SECTION_BROKERS, 0);
	for (size_t i = 0; i < b->n_metrics; i++)
		if (b->metrics[i].id == METRIC_SUBSCRIPTIONS)
			b->metrics[i].v = value_int(2001, j.snap->boot, NS_PER_S);
	((struct lag_row *)row_of(j.snap, BUS, SECTION_LAG, 0))->ack_pending =
	    value_int(501, j.snap->boot, NS_PER_S);
	set_lag(j.snap, 0, 9001);
	set_lag(j.snap, 1, 9001);
	judged_now(&j);
	a = alert_of(j.judgement, "TooManySubs");
	assert_int_equal(a->state, ALERT_FIRING);
	assert_string_equal(a->entity, "devices");
	assert_string_equal(a->what, "2,001 (>2000)");
	assert_string_equal(a->action, "Count them.");
	assert_string_equal(a->manual, "");
	assert_int_equal(judgement_row(j.judgement, DEVICES, SECTION_BROKERS, 0).verdict, VERDICT_CRIT);
	assert_int_equal(alert_of(j.judgement, "AckPending")->state, ALERT_PENDING);
	assert_string_equal(alert_of(j.judgement, "AckPending")->entity, "push>ORDERS");
	/* On a built-in metric: judged as that is, where it matches and nowhere else. */
	assert_int_equal(rule_of(j.judgement, "BigLag", "orders")->total, 1);
	/* What is not known is not OK. */
	b = row_of(judged_at(&j, 20), DEVICES, SECTION_BROKERS, 0);
	for (size_t i = 0; i < b->n_metrics; i++)
		b->metrics[i].v = value_error("timed out");
	((struct connection_row *)row_of(j.snap, DEVICES, SECTION_CONNECTIONS, 0))->connects_per_min =
	    value_real(50, j.snap->boot, NS_PER_S);
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "TooManySubs")->state, ALERT_FIRING);
	assert_null(alert_of(j.judgement, "Churn")); /* the mean: 12, 12, 50 */
	judged_release(&j);
}

static void the_most_specific_match_wins(void **state)
{
	struct judged j =
	    tuned("critical_alerts:\n"
		  "  - {name: ConsumerLag, threshold: \">100\", match: {cluster: \"ord*\"}}\n"
		  "  - {name: ConsumerLag, threshold: \">5000\", match: {entity: \"geo>*\"}}\n"
		  "  - {name: ConsumerLag, threshold: \">7\", match: {kind: nats}}\n"
		  "warning_alerts:\n"
		  "  - {name: ConsumerLag, threshold: \">300\", match: {cluster: orders, entity: "
		  "\"rep*\"}, manual: my-page, action: Wake them.}\n",
		true);
	const struct alert *a;

	(void)state;
	/* geo>positions has 5,000 of its own, reports>invoices 300 and a warning; push>ORDERS of
	 * bus 7. */
	set_lag(judged_at(&j, 0), 0, 4999);
	set_lag(j.snap, 1, 301);
	judged_now(&j);
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_OK);
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 1).verdict, VERDICT_WARN);
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_LAG, 0).verdict, VERDICT_CRIT);
	a = alert_of(j.judgement, "ConsumerLag");
	assert_string_equal(a->cluster, "bus");
	a = &j.judgement->alerts[j.judgement->n_alerts - 1];
	assert_string_equal(a->entity, "reports>invoices");
	assert_string_equal(a->manual, "my-page");
	assert_string_equal(a->action, "Wake them.");
	/* The other groups of orders: 100. */
	set_lag(judged_at(&j, 10), 2, 101);
	judged_now(&j);
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 2).verdict, VERDICT_CRIT);
	judged_release(&j);
}

static void disk(struct judged *j, int64_t t, double percent)
{
	struct disk_row *d = row_of(judged_at(j, t), ORDERS, SECTION_DISK, 0);

	d->percent = value_real(percent, j->snap->boot, NS_PER_S);
	judged_now(j);
}

static void times_and_recovery_are_the_operators(void **state)
{
	struct judged j = tuned("critical_alerts:\n"
				"- name: DiskUsage\n"
				"  threshold: \">65%\"\n"
				"  for: 30s\n"
				"  recover: \"<50%\"\n"
				"  keep_firing_for: 20s\n",
	    false);

	(void)state;
	disk(&j, 0, 66);
	assert_int_equal(alert_of(j.judgement, "DiskUsage")->state, ALERT_PENDING);
	assert_true(rules_next(j.rules) <= T0 + 30 * NS_PER_S);
	disk(&j, 30, 66);
	assert_int_equal(alert_of(j.judgement, "DiskUsage")->state, ALERT_FIRING);
	assert_int_equal(alert_of(j.judgement, "DiskUsage")->severity, SEVERITY_CRITICAL);
	disk(&j, 100, 50);
	disk(&j, 200, 50);
	assert_non_null(alert_of(j.judgement, "DiskUsage"));
	disk(&j, 210, 49);
	disk(&j, 229, 49);
	assert_non_null(alert_of(j.judgement, "DiskUsage"));
	disk(&j, 230, 49);
	assert_null(alert_of(j.judgement, "DiskUsage"));
	judged_release(&j);
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *yaml, *says;
	} made[] = {
	    {"- a\n", ":1:1: a rule file has the lists"},
	    {"alerts: []\n", ":1:1: a rule file has the lists"},
	    {"critical_alerts: 7\n", ":1:18: critical_alerts is a list"},
	    {"critical_alerts: [7]\n", ":1:19: a rule is a mapping"},
	    {"critical_alerts:\n  - threshold: \">0\"\n", ":2:5: a rule needs a name"},
	    {"critical_alerts:\n  - name: ConsumerLagg\n",
		":2:11: there is no rule ConsumerLagg: did you mean ConsumerLag?"},
	    {"critical_alerts:\n  - {name: DiskUsage, threshold: \">7q\"}\n",
		"column 3: units are"},
	    {"critical_alerts:\n  - {name: DiskUsage, threshold: \">7ms\"}\n",
		"a unit that does not fit"},
	    {"critical_alerts:\n  - {name: DiskUsage, threshold: \">7% max_connections\"}\n",
		"max_connections is not known"},
	    {"critical_alerts:\n  - {name: Routes, threshold: \"<max_connections\"}\n",
		"it may name expected_nodes"},
	    {"critical_alerts:\n  - {name: DiskUsage, for: 5}\n", ":2:28: write a time"},
	    {"critical_alerts:\n  - {name: DiskUsage, fore: 5m}\n",
		":2:23: a rule has no \"fore\""},
	    {"critical_alerts:\n  - {name: DiskUsage, match: {host: x}}\n",
		"match knows cluster, kind and entity"},
	    {"critical_alerts:\n  - {name: DiskUsage, match: {kind: rabbit}}\n",
		"kind is kafka, nats or mqtt"},
	    {"critical_alerts:\n  - {name: DiskUsage, window: 5m}\n", "not judged over a window"},
	    {"critical_alerts:\n  - {name: DiskUsage, metric: ConsumerLag}\n",
		":2:31: the metric of DiskUsage is DiskUsage; give a rule on another metric a name"},
	    {"critical_alerts:\n  - {name: Mine}\n", "one of your own needs a metric"},
	    {"critical_alerts:\n  - {name: Mine, metric: lag.lagg}\n",
		":2:26: lag has no field \"lagg\": did you mean \"lag\"?"},
	    {"critical_alerts:\n  - {name: Mine, metric: nothing}\n", ":2:26: \"nothing\" should be"},
	    {"critical_alerts:\n  - {name: Mine, metric: lag.state}\n", "lag.state is no number"},
	    {"critical_alerts:\n  - {name: Mine, metric: brokers.metrics.x}\n", "no metric \"x\""},
	    {"critical_alerts:\n  - {name: Mine, metric: lag.lag, threshold: \">1%\"}\n",
		"a unit that does not fit"},
	    {"critical_alerts:\n  - {name: Mine, metric: lag.lag}\n  - {name: Mine, metric: lag.members}\n",
		":3:26: another rule Mine has another metric"},
	    {"critical_alerts:\n  - {name: Mine, metric: lag.lag-members}\n", ":2:26: \"lag.lag-members\" should be"},
	    {"critical_alerts:\n  - {name: Mine, metric: client_lists.total}\n",
		":2:26: client_lists are shown and not judged"},
	    {"critical_alerts: [\n", ":2:1: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct err err = {""};

		assert_null(rules_of(made[i].yaml, false, &err));
		if (!strstr(err_msg(&err), made[i].says))
			fail_msg("%s gives: %s", made[i].yaml, err_msg(&err));
	}
}

/* What is not set is not nothing by chance. */
static __attribute__((noinline)) void soil_the_stack(void)
{
	volatile char dirt[65536];

	for (size_t i = 0; i < sizeof(dirt); i++)
		dirt[i] = (char)0xa5;
}

/* One entry for one cluster, another for the rest; each may name the metric, also after something else was asked. */
static void an_own_rule_may_stand_twice(void **state)
{
	static const char *const metrics[] = {"brokers.metrics.subscriptions", "lag.members"};

	(void)state;
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		struct rule_list list = {0};
		struct err err = {""};
		struct arena arena;
		struct rules *r;
		char yaml[400];
		struct rule *rule;

		snprintf(yaml, sizeof(yaml),
		    "critical_alerts:\n"
		    "  - {name: Other, metric: brokers.metrics.connections, threshold: \">9\"}\n"
		    "  - {name: Mine, metric: %s, threshold: \">9\", match: {cluster: \"a*\"}}\n"
		    "  - {name: Mine, metric: %s, threshold: \">5\"}\n",
		    metrics[i], metrics[i]);
		r = rules_of(yaml, false, &err);
		if (!r)
			fail_msg("%s", err_msg(&err));
		rules_free(r);
		arena_init(&arena);
		rule = own_rule_add(&list, "Mine", metrics[i], &arena, &err);
		assert_non_null(rule);
		soil_the_stack();
		assert_true(own_rule_reads(rule, metrics[i]));
		soil_the_stack();
		assert_false(own_rule_reads(rule, "lag.lag"));
		free(list.list);
		arena_release(&arena);
	}
}

static void too_many_rules_are_called_so(void **state)
{
	enum { MOST = 10000 };
	struct err err = {""};
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "critical_alerts:\n");
	for (int i = 0; i < MOST + 3; i++)
		buf_adds(&b, "- {name: DiskUsage}\n");
	assert_null(rules_of(b.data, false, &err));
	assert_non_null(strstr(err_msg(&err), ":10002:3: a rule file has at most 10000 rules"));
	assert_null(strchr(err_msg(&err), '\n'));
	buf_release(&b);
}

static void every_mistake_is_told_at_once(void **state)
{
	struct err err = {""};

	(void)state;
	assert_null(rules_of(
	    "critical_alerts:\n  - name: X\n  - {name: DiskUsage, for: z}\nfoo: 1\n", false, &err));
	assert_non_null(strstr(err_msg(&err), ":2:11:"));
	assert_non_null(strstr(err_msg(&err), ":3:28:"));
	assert_non_null(strstr(err_msg(&err), ":4:1:"));
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
	static const char *paths[] = {"no/such/rules.yaml"};
	struct config config = *sample_config(SAMPLE_HEALTHY);
	struct err err = {""};

	(void)state;
	config.rules = paths;
	config.n_rules = 1;
	assert_null(rules_new(&config, false, &err));
	assert_non_null(strstr(err_msg(&err), "no/such/rules.yaml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_guides_blocks_load_as_one_file),
	    cmocka_unit_test(the_guides_blocks_load_as_three_files),
	    cmocka_unit_test(rules_of_the_operators_own),
	    cmocka_unit_test(the_most_specific_match_wins),
	    cmocka_unit_test(times_and_recovery_are_the_operators),
	    cmocka_unit_test(mistakes_are_told_with_their_place),
	    cmocka_unit_test(an_own_rule_may_stand_twice),
	    cmocka_unit_test(too_many_rules_are_called_so),
	    cmocka_unit_test(every_mistake_is_told_at_once),
	    cmocka_unit_test(a_file_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
