#include "judged.h"

/* What folds under what, the banner, waivers, the checklist, and what one look can say. */

static struct value int_of(struct snapshot *s, int64_t i)
{
	return value_int(i, s->boot, 2 * NS_PER_S);
}

static void down(struct snapshot *s, size_t cluster, size_t broker)
{
	((struct broker_row *)row_of(s, cluster, SECTION_BROKERS, broker))->up.b = false;
}

static void under_replicated(struct snapshot *s, const char *missing)
{
	struct partition_row *p = row_of(s, ORDERS, SECTION_PARTITIONS, 0);

	p->under_replicated = int_of(s, 67);
	p->missing_brokers = missing;
}

static void disk_full(struct snapshot *s, size_t i)
{
	((struct disk_row *)row_of(s, ORDERS, SECTION_DISK, i))->percent =
	    value_real(90, s->boot, 60 * NS_PER_S);
}

static void consequences_fold_under_the_same_broker(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, true);
	s = judged_at(&j, 0);
	down(s, ORDERS, 1);
	under_replicated(s, "2");
	disk_full(s, 0);
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "BrokerDown")->state, ALERT_FIRING);
	assert_int_equal(alert_of(j.judgement, "UnderReplicatedPartitions")->state, ALERT_FOLDED);
	assert_string_equal(alert_of(j.judgement, "UnderReplicatedPartitions")->folded_under,
	    "BrokerDown orders broker-2");
	/* Another broker's disk has nothing to do with it. */
	assert_int_equal(alert_of(j.judgement, "DiskUsage")->state, ALERT_FIRING);
	judged_release(&j);
}

/* The volume of the first broker over the six hours before: `percent` now, `rise` more in each of them. */
static void filling(struct snapshot *s, double percent, double rise)
{
	struct disk_row *d = row_of(s, ORDERS, SECTION_DISK, 0);
	struct sample past[7];

	for (int i = 0; i < 7; i++)
		past[i] = (struct sample){s->boot - (6 - i) * 3540 * NS_PER_S, percent - (6 - i) * rise};
	d->percent = value_real(percent, s->boot, 60 * NS_PER_S);
	series_view_unref(d->percent_series);
	d->percent_series = series_view_make(past, 7);
}

static const struct alert *filling_at(struct judged *j, int64_t s, double percent, double rise)
{
	filling(judged_at(j, s), percent, rise);
	judged_now(j);
	return alert_of(j->judgement, "DiskFillingFast");
}

/* The alert is held for a while; there is no time by which such a volume is full, and none is made up. */
static void a_volume_that_has_stopped_growing_says_so(void **state)
{
	const struct alert *a;
	struct judged j;

	(void)state;
	judged_init(&j, false);
	for (int64_t t = 0; t <= 3660; t += 60)
		a = filling_at(&j, t, 84, 5);
	assert_int_equal(a->state, ALERT_FIRING);
	assert_non_null(strstr(a->what, "full in 3h"));
	a = filling_at(&j, 3720, 84, 0);
	assert_int_equal(a->state, ALERT_FIRING);
	assert_int_equal(strncmp(a->what, "has stopped growing; held until ", 32), 0);
	assert_int_equal(a->value.type, VALUE_NONE);
	a = filling_at(&j, 3780, 50, 0);
	assert_int_equal(strncmp(a->what, "has room again; held until ", 27), 0);
	a = filling_at(&j, 3840, 84, 5);
	assert_non_null(strstr(a->what, "full in 3h"));
	/* Until then, and not longer. */
	a = filling_at(&j, 3900, 84, 0);
	assert_int_equal(a->state, ALERT_FIRING);
	a = filling_at(&j, 3900 + 890, 84, 0);
	assert_int_equal(a->state, ALERT_FIRING);
	assert_null(filling_at(&j, 3900 + 900, 84, 0));
	judged_release(&j);
}

static void peers(struct snapshot *s, size_t row, int64_t n, const char **missing)
{
	struct route_row *r = row_of(s, BUS, SECTION_ROUTES, row);

	r->peers = int_of(s, n);
	r->missing = missing;
	r->n_missing = missing != NULL;
}

static size_t alerts_named(const struct judgement *j, const char *name, enum alert_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_alerts; i++)
		n += !strcmp(j->alerts[i].name, name) && j->alerts[i].state == state;
	return n;
}

/* First nobody knows who is missing, then it has a name: one alert, under the broker that is down.
 */
static void routes_fold_with_and_without_a_name(void **state)
{
	static const char *gone[] = {"n3"};
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, false);
	for (int64_t t = 0; t <= 40; t += 40) {
		s = judged_at(&j, t);
		peers(s, 0, 1, NULL);
		down(s, BUS, 2);
		judged_now(&j);
	}
	assert_string_equal(alert_of(j.judgement, "Routes")->entity, "n1");
	assert_int_equal(alerts_named(j.judgement, "Routes", ALERT_FOLDED), 1);
	for (int64_t t = 50; t <= 130; t += 40) {
		s = judged_at(&j, t);
		peers(s, 0, 1, gone);
		peers(s, 1, 1, gone);
		((struct route_row *)row_of(s, BUS, SECTION_ROUTES, 2))->peers =
		    value_error("refused");
		down(s, BUS, 2);
		judged_now(&j);
	}
	assert_string_equal(alert_of(j.judgement, "Routes")->entity, "n3");
	assert_string_equal(alert_of(j.judgement, "Routes")->folded_under, "BrokerDown bus n3");
	assert_int_equal(alerts_named(j.judgement, "Routes", ALERT_FOLDED), 1);
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_ROUTES, 0).verdict, VERDICT_CRIT);
	assert_int_equal(rule_of(j.judgement, "Routes", "bus")->total, 3);
	judged_release(&j);
}

static void another_brokers_absence_does_not_fold(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, true);
	s = judged_at(&j, 0);
	down(s, ORDERS, 0);
	under_replicated(s, "2");
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "UnderReplicatedPartitions")->state, ALERT_FIRING);
	judged_release(&j);
}

static void a_broker_of_another_cluster_does_not_fold(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, true);
	s = judged_at(&j, 0);
	((struct broker_row *)row_of(s, BUS, SECTION_BROKERS, 1))->name = "broker-2";
	down(s, BUS, 1);
	under_replicated(s, "2");
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "UnderReplicatedPartitions")->state, ALERT_FIRING);
	judged_release(&j);
}

static void folded_alerts_still_count(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, true);
	s = judged_at(&j, 0);
	((struct cluster_row *)row_of(s, BUS, SECTION_CLUSTER, 0))->reachable.b = false;
	down(s, BUS, 0);
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "ClusterUnreachable")->state, ALERT_FIRING);
	assert_int_equal(alert_of(j.judgement, "BrokerDown")->state, ALERT_FOLDED);
	assert_int_equal(j.judgement->clusters[BUS].verdict, VERDICT_CRIT);
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_BROKERS, 0).verdict, VERDICT_CRIT);
	assert_int_equal(judgement_pane(j.judgement, SECTION_BROKERS), VERDICT_CRIT);
	judged_release(&j);
}

/* A partition without a leader explains the lag on its own topic, and on no other. */
static void lag_folds_under_its_own_offline_partitions_only(void **state)
{
	static struct problem_partition gone = {
	    .topic = "positions", .leader = -1, .what = "offline"};
	static const char *const topics[] = {"positions", "invoices"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct judged j;
		struct snapshot *s;
		struct partition_row *p;

		judged_init(&j, true);
		s = judged_at(&j, 0);
		((struct lag_row *)row_of(s, ORDERS, SECTION_LAG, i))->lag = int_of(s, 20000);
		down(s, ORDERS, 1);
		p = row_of(s, ORDERS, SECTION_PARTITIONS, 0);
		p->offline = int_of(s, 1);
		p->problems = &gone;
		p->n_problems = 1;
		judged_now(&j);
		assert_string_equal(
		    ((struct lag_row *)row_of(s, ORDERS, SECTION_LAG, i))->topic, topics[i]);
		assert_int_equal(
		    alert_of(j.judgement, "ConsumerLag")->state, i ? ALERT_FIRING : ALERT_FOLDED);
		assert_int_equal(alert_of(j.judgement, "OfflinePartitions")->state, ALERT_FIRING);
		judged_release(&j);
	}
}

static void lose(struct snapshot *s, size_t cluster)
{
	((struct cluster_row *)row_of(s, cluster, SECTION_CLUSTER, 0))->reachable.b = false;
}

static size_t firing(const struct judgement *j, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_alerts; i++)
		n += !strcmp(j->alerts[i].name, name) && j->alerts[i].state == ALERT_FIRING;
	return n;
}

static void three_clusters_at_once_are_one_banner(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	judged_now(&j);
	s = judged_at(&j, 10);
	lose(s, ORDERS);
	lose(s, BUS);
	judged_now(&j);
	assert_null(j.judgement->banner);
	assert_int_equal(firing(j.judgement, "ClusterUnreachable"), 2);
	/* The third a few seconds later: its timeout was longer. */
	s = judged_at(&j, 14);
	for (size_t c = ORDERS; c <= DEVICES; c++)
		lose(s, c);
	judged_now(&j);
	assert_non_null(strstr(j.judgement->banner, "3 clusters"));
	assert_int_equal(firing(j.judgement, "ClusterUnreachable"), 1);
	for (size_t c = ORDERS; c <= DEVICES; c++)
		assert_int_equal(j.judgement->clusters[c].verdict, VERDICT_CRIT);
	judged_release(&j);
}

static void three_clusters_one_after_another_are_no_banner(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	for (size_t n = 0; n < 3; n++) {
		struct snapshot *s = judged_at(&j, 60 * (int64_t)n);

		for (size_t c = 0; c <= n; c++)
			lose(s, c);
		judged_now(&j);
	}
	assert_null(j.judgement->banner);
	assert_int_equal(firing(j.judgement, "ClusterUnreachable"), 3);
	judged_release(&j);
}

static void alerts_stand_in_the_order_of_urgency(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	const struct judgement *j = f->judgement;

	(void)state;
	assert_int_equal(j->n_alerts, 5);
	assert_string_equal(j->alerts[0].name, "DataExpiring");
	assert_string_equal(j->alerts[1].name, "GroupStalled");
	assert_string_equal(j->alerts[2].name, "ConsumerLag");
	assert_string_equal(j->alerts[3].name, "ConnectedClients");
	assert_string_equal(j->alerts[4].name, "DiskUsage");
	frame_unref(f);
}

/* A config of its own: bus waives a rule and an item. */
static void a_waiver_counts_and_does_not_judge(void **state)
{
	static struct waive_conf waives[] = {
	    {.item = "DiskUsage", .until = "2027-01-01", .reason = "moved next week"},
	    {.item = "DiskFillingFast", .until = "2027-01-01", .reason = "moved next week"},
	    {.item = "error-logs", .until = "2026-01-01", .reason = "ran out"},
	};
	struct cluster_conf clusters[3];
	struct config config = *sample_config(SAMPLE_HEALTHY);
	struct snapshot *s = sample_snapshot(SAMPLE_HEALTHY, T0);
	struct judged j = {0};
	struct err err = {""};

	(void)state;
	memcpy(clusters, config.clusters, sizeof(clusters));
	clusters[BUS].waives = waives;
	clusters[BUS].n_waives = 3;
	config.clusters = clusters;
	j.rules = rules_new(&config, true, &err);
	j.snap = s;
	for (size_t i = 0; i < 3; i++)
		((struct disk_row *)row_of(s, BUS, SECTION_DISK, i))->percent =
		    value_error("refused");
	judged_now(&j);
	assert_int_equal(rule_of(j.judgement, "DiskUsage", "bus")->verdict, VERDICT_NA);
	assert_non_null(
	    strstr(rule_of(j.judgement, "DiskUsage", "bus")->reason, "moved next week"));
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_DISK, 0).verdict, VERDICT_NA);
	assert_int_equal(j.judgement->clusters[BUS].verdict, VERDICT_OK);
	assert_int_equal(item_of(j.judgement, "disk-usage")->waived, 3);
	assert_int_equal(item_of(j.judgement, "disk-usage")->evaluated, 4);
	assert_int_equal(item_of(j.judgement, "disk-usage")->total, 7);
	/* Waiving the item is the same for the verdict; it counts once. */
	waives[0].item = "disk-usage";
	judged_now(&j);
	assert_int_equal(j.judgement->clusters[BUS].verdict, VERDICT_OK);
	assert_int_equal(item_of(j.judgement, "disk-usage")->waived, 1);
	/* The other waiver has run out. */
	assert_int_equal(item_of(j.judgement, "error-logs")->waived, 0);
	assert_int_equal(item_of(j.judgement, "error-logs")->verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

static void the_checklist_has_its_five_items(void **state)
{
	static const char *const ids[] = {
	    "cluster-health", "consumer-lag", "disk-usage", "network-latency", "error-logs"};
	struct judged j;

	(void)state;
	judged_init(&j, true);
	judged_at(&j, 0);
	judged_now(&j);
	assert_int_equal(j.judgement->n_checklist, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct check_item *item = &j.judgement->checklist[i];

		assert_string_equal(item->id, ids[i]);
		assert_string_equal(item->list, "daily");
		assert_non_null(item->evidence);
		assert_int_equal(item->verdict, i < 4 ? VERDICT_OK : VERDICT_UNKNOWN);
	}
	assert_string_equal(
	    item_of(j.judgement, "consumer-lag")->evidence, "largest lag 420: push>ORDERS of bus");
	assert_int_equal(item_of(j.judgement, "consumer-lag")->total, 6);
	assert_non_null(
	    strstr(item_of(j.judgement, "error-logs")->evidence, "add logs: to the cluster"));
	judged_release(&j);
}

/* What is over its threshold but not for long enough is no alert, and still the fullest of all. */
static void what_is_pending_is_named_as_the_worst(void **state)
{
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	judged_now(&j);
	s = judged_at(&j, 40);
	disk_full(s, 1);
	judged_now(&j);
	s = judged_at(&j, 80);
	disk_full(s, 1);
	judged_now(&j);
	assert_int_equal(alert_of(j.judgement, "DiskUsage")->state, ALERT_PENDING);
	assert_int_equal(item_of(j.judgement, "disk-usage")->verdict, VERDICT_OK);
	assert_string_equal(item_of(j.judgement, "disk-usage")->evidence,
	    "fullest 90%: broker-2 /var/lib/kafka of orders (over 40s of 15m)");
	judged_release(&j);
}

/* After a start each client comes back once; that is no storm, more than that is one. */
static void clients_that_come_back_are_no_storm(void **state)
{
	static const struct {
		int64_t uptime_s, rate, total; /* total below 0: not known */
		enum verdict verdict;
	} looks[] = {{60, 90, -1, VERDICT_OK}, {60, 300, -1, VERDICT_CRIT}, {3600, 90, -1, VERDICT_CRIT},
	    {60, 300, 85, VERDICT_OK}, {60, 80, 200, VERDICT_CRIT}, {120, 80, 100, VERDICT_OK}};
	struct connection_row *c;
	struct broker_row *b;
	struct judged j;

	(void)state;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		judged_init(&j, true);
		c = row_of(judged_at(&j, 0), DEVICES, SECTION_CONNECTIONS, 0);
		b = row_of(j.snap, DEVICES, SECTION_BROKERS, 0);
		assert_string_equal(b->name, c->broker);
		b->uptime_s = value_int(looks[i].uptime_s, j.snap->boot, NS_PER_S);
		c->current = value_int(80, j.snap->boot, NS_PER_S);
		c->connects_per_min = value_real((double)looks[i].rate, j.snap->boot, NS_PER_S);
		if (looks[i].total >= 0)
			c->connects_total = value_int(looks[i].total, j.snap->boot, NS_PER_S);
		judged_now(&j);
		assert_int_equal(rule_of(j.judgement, "ReconnectStorm", "devices")->verdict, looks[i].verdict);
		judged_release(&j);
	}
}

/* A window that one look cannot have watched. */
static void one_look_proves_by_totals_or_says_what_it_needs(void **state)
{
	struct judged j;
	struct connection_row *c;

	(void)state;
	judged_init(&j, true);
	c = row_of(judged_at(&j, 0), DEVICES, SECTION_CONNECTIONS, 0);
	c->drop_percent = c->drops = c->drop_tries = value_missing("watched for 4s");
	judged_now(&j);
	assert_int_equal(rule_of(j.judgement, "MessageDropRate", "devices")->verdict, VERDICT_OK);
	c = row_of(judged_at(&j, 0), DEVICES, SECTION_CONNECTIONS, 0);
	c->drop_percent = c->drops = c->drop_tries = value_missing("watched for 4s");
	c->dropped_total.i = 3;
	c->timeout_percent = c->timeouts = value_missing("watched for 4s");
	judged_now(&j);
	assert_int_equal(
	    rule_of(j.judgement, "MessageDropRate", "devices")->verdict, VERDICT_UNKNOWN);
	assert_non_null(strstr(
	    rule_of(j.judgement, "MessageDropRate", "devices")->reason, "needs 5m: run mqduty collect"));
	assert_non_null(strstr(
	    rule_of(j.judgement, "KeepAliveTimeout", "devices")->reason, "needs 15m: run mqduty collect"));
	/* Where nothing is told, watching longer helps nobody: what would help is said. */
	c = row_of(judged_at(&j, 0), DEVICES, SECTION_CONNECTIONS, 0);
	c->timeout_percent = c->timeouts = c->timeouts_total = value_missing("set log_dest topic");
	c->drop_percent = c->drops = c->drop_tries = c->dropped_total = value_missing("sys_interval is 0");
	((struct broker_row *)row_of(j.snap, DEVICES, SECTION_BROKERS, 0))->uptime_s = value_missing("sys_interval is 0");
	judged_now(&j);
	assert_non_null(strstr(rule_of(j.judgement, "KeepAliveTimeout", "devices")->reason, "set log_dest topic"));
	assert_non_null(strstr(rule_of(j.judgement, "MessageDropRate", "devices")->reason, "sys_interval is 0"));
	c = row_of(judged_at(&j, 0), BUS, SECTION_CONNECTIONS, 0);
	c->slow_10m = value_missing("watched for 4s");
	judged_now(&j);
	assert_int_equal(rule_of(j.judgement, "SlowConsumers", "bus")->verdict, VERDICT_OK);
	c = row_of(judged_at(&j, 0), BUS, SECTION_CONNECTIONS, 0);
	c->slow_10m = value_missing("watched for 4s");
	c->slow_total.i = 1;
	judged_now(&j);
	assert_int_equal(rule_of(j.judgement, "SlowConsumers", "bus")->verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

static void slow_consumers_warn_before_they_are_critical(void **state)
{
	struct judged j;
	struct connection_row *c;

	(void)state;
	judged_init(&j, false);
	for (int64_t n = 1; n <= 11; n += 10) {
		c = row_of(judged_at(&j, n), BUS, SECTION_CONNECTIONS, 0);
		c->slow_total.i = 11;
		c->slow_10m.i = n;
		judged_now(&j);
		assert_int_equal(alert_of(j.judgement, "SlowConsumers")->severity,
		    n == 1 ? SEVERITY_WARNING : SEVERITY_CRITICAL);
		assert_string_equal(
		    alert_of(j.judgement, "SlowConsumers")->threshold, n == 1 ? ">=1" : ">10");
		assert_int_equal(
		    j.judgement->clusters[BUS].verdict, n == 1 ? VERDICT_WARN : VERDICT_CRIT);
	}
	judged_release(&j);
}

static void few_messages_make_no_drop_rate(void **state)
{
	struct judged j;
	struct connection_row *c;

	(void)state;
	judged_init(&j, true);
	c = row_of(judged_at(&j, 0), DEVICES, SECTION_CONNECTIONS, 0);
	c->dropped_total.i = 9;
	c->drops.i = 9;
	c->drop_percent.d = 50;
	judged_now(&j);
	assert_null(alert_of(j.judgement, "MessageDropRate"));
	assert_int_equal(rule_of(j.judgement, "MessageDropRate", "devices")->verdict, VERDICT_OK);
	judged_release(&j);
}

static void brokers_that_were_never_seen_are_down(void **state)
{
	struct judged j;
	struct section *brokers;
	struct snapshot *s;

	(void)state;
	judged_init(&j, true);
	s = judged_at(&j, 0);
	brokers = s->clusters[ORDERS].sections[SECTION_BROKERS];
	series_view_unref(section_broker(brokers, 2)->rtt_series);
	brokers->n = 2;
	judged_now(&j);
	assert_string_equal(alert_of(j.judgement, "BrokerDown")->entity, "1 of 3 brokers");
	assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_CRIT);
	judged_release(&j);
}

static void nothing_published_is_not_asked_yet(void **state)
{
	struct frame *f = sample_frame(SAMPLE_EMPTY);

	(void)state;
	assert_int_equal(f->judgement->verdict, VERDICT_UNKNOWN);
	assert_int_equal(f->judgement->n_alerts, 0);
	for (size_t i = 0; i < f->judgement->n_rules; i++)
		assert_int_equal(f->judgement->rules[i].verdict, VERDICT_UNKNOWN);
	frame_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_volume_that_has_stopped_growing_says_so),
	    cmocka_unit_test(consequences_fold_under_the_same_broker),
	    cmocka_unit_test(routes_fold_with_and_without_a_name),
	    cmocka_unit_test(another_brokers_absence_does_not_fold),
	    cmocka_unit_test(a_broker_of_another_cluster_does_not_fold),
	    cmocka_unit_test(folded_alerts_still_count),
	    cmocka_unit_test(lag_folds_under_its_own_offline_partitions_only),
	    cmocka_unit_test(three_clusters_at_once_are_one_banner),
	    cmocka_unit_test(three_clusters_one_after_another_are_no_banner),
	    cmocka_unit_test(alerts_stand_in_the_order_of_urgency),
	    cmocka_unit_test(a_waiver_counts_and_does_not_judge),
	    cmocka_unit_test(the_checklist_has_its_five_items),
	    cmocka_unit_test(what_is_pending_is_named_as_the_worst),
	    cmocka_unit_test(clients_that_come_back_are_no_storm),
	    cmocka_unit_test(one_look_proves_by_totals_or_says_what_it_needs),
	    cmocka_unit_test(slow_consumers_warn_before_they_are_critical),
	    cmocka_unit_test(few_messages_make_no_drop_rate),
	    cmocka_unit_test(brokers_that_were_never_seen_are_down),
	    cmocka_unit_test(nothing_published_is_not_asked_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
