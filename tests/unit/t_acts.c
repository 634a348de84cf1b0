#include "judged.h"

#include "base/alloc.h"
#include "base/fmt.h"
#include "rules/flap.h"

#include <math.h>

/* What operators do to alerts: acknowledge, silence, put under maintenance; and alerts that come and go. */
static struct ledger *ledger;

static int begin(void **state)
{
	(void)state;
	ledger = ledger_new();
	return 0;
}

static int finish(void **state)
{
	(void)state;
	ledger_unref(ledger);
	return 0;
}

/* Duty1 did this at T0 + s. */
static struct record *act(enum record_kind kind, int64_t s, const char *cluster, const char *entity,
    const char *subject, int64_t until_s)
{
	struct snapshot *at = sample_snapshot(SAMPLE_HEALTHY, T0 + s * NS_PER_S);
	struct record *r = record_new(kind);
	struct ledger *with;

	r->wall = at->wall;
	r->until = until_s ? at->wall + (until_s - s) * NS_PER_S : 0;
	r->user = "duty1";
	r->cluster = record_str(r, cluster);
	r->entity = record_str(r, entity);
	r->subject = record_str(r, subject);
	r->text = "looking into it";
	with = ledger_with(ledger, r, KEEP_SAVING);
	ledger_unref(ledger);
	ledger = with;
	record_unref(r);
	snapshot_unref(at);
	return r;
}

static void set_broker(struct snapshot *s, size_t cluster, size_t row, bool up)
{
	struct broker_row *b = row_of(s, cluster, SECTION_BROKERS, row);

	b->up.b = up;
	b->state = up ? "up" : "down: refused";
}

static void set_disk(struct snapshot *s, double percent)
{
	((struct disk_row *)row_of(s, ORDERS, SECTION_DISK, 1))->percent.d = percent;
}

static const struct judgement *judge(struct judged *j)
{
	judgement_unref(j->judgement);
	j->judgement = rules_judge(j->rules, j->snap, ledger);
	return j->judgement;
}

/* Broker 2 of orders at T0 + s. */
static const struct alert *broker_2(struct judged *j, int64_t s, bool up)
{
	set_broker(judged_at(j, s), ORDERS, 1, up);
	return alert_of(judge(j), "BrokerDown");
}

static const struct alert_news *news_of(const struct judgement *j, enum news_kind kind)
{
	for (size_t i = 0; i < j->n_news; i++)
		if (j->news[i].kind == kind)
			return &j->news[i];
	return NULL;
}

static void an_acknowledgement_ends_with_its_alert(void **state)
{
	struct judged j;
	const struct alert *a;

	(void)state;
	judged_init(&j, false);
	a = broker_2(&j, 100, false);
	assert_false(a->acknowledged);
	act(RECORD_ACK, 110, "orders", "broker-2", "BrokerDown", 0);
	a = broker_2(&j, 120, false);
	assert_true(a->acknowledged);
	assert_string_equal(a->ack_by, "duty1");
	assert_string_equal(a->ack_comment, "looking into it");
	assert_int_equal(a->state, ALERT_FIRING); /* it counts */
	assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_CRIT);
	act(RECORD_UNACK, 130, "orders", "broker-2", "BrokerDown", 0);
	assert_false(broker_2(&j, 140, false)->acknowledged);
	act(RECORD_ACK, 150, "orders", "broker-2", "BrokerDown", 0);
	assert_true(broker_2(&j, 160, false)->acknowledged);
	assert_null(broker_2(&j, 200, true));
	assert_false(broker_2(&j, 300, false)->acknowledged);
	judged_release(&j);
}

/* The clock is set back while it fires: what is acknowledged then counts. */
static void a_clock_set_back_takes_no_acknowledgement(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	assert_non_null(broker_2(&j, 100, false));
	judged_at(&j, 200)->wall -= 3600 * NS_PER_S;
	set_broker(j.snap, ORDERS, 1, false);
	act(RECORD_ACK, 190 - 3600, "orders", "broker-2", "BrokerDown", 0);
	assert_true(alert_of(judge(&j), "BrokerDown")->acknowledged);
	judged_release(&j);
}

static void a_silence_runs_out(void **state)
{
	const struct check_item *item;
	struct judged j;
	const struct alert *a;

	(void)state;
	judged_init(&j, false);
	act(RECORD_SILENCE, 50, "orders", "broker-2", "BrokerDown", 400);
	a = broker_2(&j, 100, false);
	assert_int_equal(a->state, ALERT_SILENCED);
	assert_string_equal(a->muted, "silenced until 01:11 by duty1: looking into it");
	assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_OK);
	assert_int_equal(rule_of(j.judgement, "BrokerDown", "orders")->verdict, VERDICT_OK);
	assert_int_equal(rule_of(j.judgement, "BrokerDown", "orders")->evaluated, 2);
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_BROKERS, 1).verdict, VERDICT_NA);
	item = item_of(j.judgement, "cluster-health");
	assert_non_null(strstr(item->evidence, "not counted: 1"));
	/* Not counted is not the same as not known. */
	assert_int_equal(item->muted, 1);
	assert_int_equal(item->total, item->evaluated + item->muted);
	assert_true(rules_next(j.rules) <= T0 + 400 * NS_PER_S);
	/* What it would have hidden under itself is not lost with it: another broker counts. */
	set_broker(j.snap, ORDERS, 0, false);
	assert_int_equal(judge(&j)->clusters[ORDERS].verdict, VERDICT_CRIT);
	assert_int_equal(broker_2(&j, 401, false)->state, ALERT_FIRING);
	assert_int_equal(j.judgement->verdict, VERDICT_CRIT);
	act(RECORD_SILENCE, 410, "orders", "broker-2", "*", 900);
	assert_int_equal(broker_2(&j, 420, false)->state, ALERT_SILENCED);
	act(RECORD_UNSILENCE, 430, "orders", "broker-2", "BrokerDown", 0);
	assert_int_equal(broker_2(&j, 440, false)->state, ALERT_FIRING);
	judged_release(&j);
}

/* Broker 2 goes, its partitions miss it; at_s its metadata were asked. */
static void two_of_orders(struct judged *j, int64_t s, bool up, const char *missing, int64_t at_s)
{
	struct partition_row *p;

	set_broker(judged_at(j, s), ORDERS, 1, up);
	p = row_of(j->snap, ORDERS, SECTION_PARTITIONS, 0);
	p->under_replicated = value_int(missing ? 8 : 0, T0 + at_s * NS_PER_S, 30 * NS_PER_S);
	p->missing_brokers = missing;
}

static void a_maintenance_mutes_what_follows(void **state)
{
	static const char words[] = "maintenance until 01:49 by duty1: looking into it";
	struct judged j;
	const struct alert *a;
	struct row_verdict row;

	(void)state;
	judged_init(&j, false);
	act(RECORD_MAINT, 50, "orders", "2", NULL, 2700);
	assert_null(broker_2(&j, 60, true));
	row = judgement_row(j.judgement, ORDERS, SECTION_BROKERS, 1);
	assert_int_equal(row.verdict, VERDICT_OK);
	assert_string_equal(row.why, words);
	for (int64_t s = 100; s <= 500; s += 100) {
		two_of_orders(&j, s, false, "2", s);
		a = alert_of(judge(&j), "BrokerDown");
		assert_int_equal(a->state, ALERT_SILENCED);
		assert_string_equal(a->muted, words);
		assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_OK);
		row = judgement_row(j.judgement, ORDERS, SECTION_BROKERS, 1);
		assert_int_equal(row.verdict, VERDICT_NA);
		assert_string_equal(row.why, words);
	}
	a = alert_of(j.judgement, "UnderReplicatedPartitions");
	assert_int_equal(a->state, ALERT_SILENCED);
	assert_string_equal(a->folded_under, "BrokerDown orders broker-2");
	/* What it does not tell while it is away is not expected of it either. */
	((struct broker_row *)row_of(j.snap, ORDERS, SECTION_BROKERS, 1))->rtt_p95_ms =
	    value_error("refused");
	assert_int_equal(judge(&j)->clusters[ORDERS].verdict, VERDICT_OK);
	/* A second broker breaks through, with all that follows from both. */
	two_of_orders(&j, 510, false, "2,3", 510);
	set_broker(j.snap, ORDERS, 2, false);
	judge(&j);
	assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_CRIT);
	a = alert_of(j.judgement, "UnderReplicatedPartitions");
	assert_int_equal(a->state, ALERT_FOLDED);
	assert_string_equal(a->folded_under, "BrokerDown orders broker-3");
	/* A replica of another broker is no consequence either. */
	two_of_orders(&j, 520, false, "2,3", 520);
	a = alert_of(judge(&j), "UnderReplicatedPartitions");
	assert_int_equal(a->state, ALERT_FIRING);
	judged_release(&j);
}

static void a_maintenance_ends_when_the_broker_is_in_sync(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	act(RECORD_MAINT, 50, "orders", "broker-2", NULL, 2700);
	two_of_orders(&j, 60, true, NULL, 60);
	assert_null(news_of(judge(&j), NEWS_MAINT_ENDED)); /* it has not even begun */
	two_of_orders(&j, 100, false, "2", 100);
	judge(&j);
	two_of_orders(&j, 200, true, "2", 190);
	assert_null(news_of(judge(&j), NEWS_MAINT_ENDED));
	/* What was measured before it came back says nothing. */
	two_of_orders(&j, 210, true, NULL, 199);
	assert_null(news_of(judge(&j), NEWS_MAINT_ENDED));
	two_of_orders(&j, 220, true, "2", 215);
	assert_null(news_of(judge(&j), NEWS_MAINT_ENDED));
	two_of_orders(&j, 230, true, NULL, 225);
	assert_non_null(news_of(judge(&j), NEWS_MAINT_ENDED));
	assert_string_equal(news_of(j.judgement, NEWS_MAINT_ENDED)->entity, "broker-2");
	assert_null(judgement_row(j.judgement, ORDERS, SECTION_BROKERS, 1).why);
	two_of_orders(&j, 240, true, NULL, 235);
	assert_null(news_of(judge(&j), NEWS_MAINT_ENDED));
	assert_int_equal(broker_2(&j, 300, false)->state, ALERT_FIRING);
	judged_release(&j);
}

static void a_maintenance_ends_when_it_is_told_to_or_runs_out(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	act(RECORD_MAINT, 50, "orders", "broker-2", NULL, 300);
	assert_int_equal(broker_2(&j, 100, false)->state, ALERT_SILENCED);
	assert_true(rules_next(j.rules) <= T0 + 300 * NS_PER_S);
	assert_int_equal(broker_2(&j, 301, false)->state, ALERT_FIRING);
	act(RECORD_MAINT, 310, "orders", "broker-2", NULL, 900);
	assert_int_equal(broker_2(&j, 320, false)->state, ALERT_SILENCED);
	act(RECORD_MAINT_END, 330, "orders", "broker-2", NULL, 0);
	assert_int_equal(broker_2(&j, 340, false)->state, ALERT_FIRING);
	judged_release(&j);
}

/* A cluster of one broker is lost with it. */
static void the_only_broker_takes_its_cluster_with_it(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	act(RECORD_MAINT, 50, "devices", "devices", NULL, 2700);
	set_broker(judged_at(&j, 100), DEVICES, 0, false);
	((struct cluster_row *)row_of(j.snap, DEVICES, SECTION_CLUSTER, 0))->reachable.b = false;
	assert_int_equal(alert_of(judge(&j), "ClusterUnreachable")->state, ALERT_SILENCED);
	assert_int_equal(j.judgement->clusters[DEVICES].verdict, VERDICT_OK);
	judged_release(&j);
}

static void what_comes_and_goes_flaps(void **state)
{
	struct judged j;
	const struct alert *a;
	int64_t s = 1000;

	(void)state;
	judged_init(&j, false);
	for (int i = 0; i < 2; i++, s += 60) {
		a = broker_2(&j, s, false);
		assert_false(a->flapping);
		assert_null(broker_2(&j, s + 20, true));
	}
	/* The third time is one too many: it stays. */
	a = broker_2(&j, s, false);
	a = broker_2(&j, s + 20, true);
	assert_true(a->flapping);
	assert_int_equal(a->state, ALERT_FIRING);
	assert_memory_equal(a->what, "flapping, just now fine: down: refused; held until ", 51);
	assert_non_null(strstr(a->what, "Z unless it comes back"));
	assert_int_equal(j.judgement->clusters[ORDERS].verdict, VERDICT_CRIT);
	assert_true(rules_next(j.rules) <= T0 + (s + 20 + FLAP_EVERY_S) * NS_PER_S);
	assert_non_null(broker_2(&j, s + 140, true));
	/* No data while it is held is no end either. */
	judged_at(&j, s + 600);
	((struct broker_row *)row_of(j.snap, ORDERS, SECTION_BROKERS, 1))->up = value_missing("asleep");
	assert_non_null(alert_of(judge(&j), "BrokerDown"));
	assert_null(broker_2(&j, s + 700, true));
	assert_non_null(news_of(j.judgement, NEWS_RESOLVED));
	judged_release(&j);
}

/* It says until when it is held, and it is so. */
static void a_flapping_alert_ends_when_it_said(void **state)
{
	char said[96] = "", before[FMT_MAX] = "", now[FMT_MAX] = "";
	struct judged j;
	const struct alert *a = NULL;
	int64_t s = 1000;
	int looks = 0;

	(void)state;
	judged_init(&j, false);
	for (int i = 0; i < 3; i++, s += 60) {
		broker_2(&j, s, false);
		a = broker_2(&j, s + 20, true);
	}
	for (s -= 40; a; s += 5, looks++, a = broker_2(&j, s, true)) {
		const char *held = strstr(a->what, "held until ");

		assert_non_null(held);
		if (looks && strcmp(said, held) != 0)
			fail_msg("%s; before: %s", a->what, said);
		snprintf(said, sizeof(said), "%s", held);
		fmt_clock(before, sizeof(before), j.snap->wall);
	}
	fmt_clock(now, sizeof(now), j.snap->wall);
	assert_in_range(looks, 6 * 60 / 5, 10 * 60 / 5);
	if (strncmp(said + 11, before, 9) <= 0 || strncmp(said + 11, now, 9) > 0)
		fail_msg("%s, but it ended between %s and %s", said, before, now);
	judged_release(&j);
}

/* The arithmetic of the reference: 21 states, weights from 0.75 to 1.25. */
static void flapping_is_reckoned_as_the_reference_says(void **state)
{
	struct flap f = {0};
	int64_t now = 1000 * NS_PER_S;
	int n;

	(void)state;
	for (n = 0; !flap_change(&f, n % 2 == 0, now); n++)
		now += NS_PER_S;
	assert_int_equal(n + 1, 6); /* 6 changes: 6 * 1.18 / 20 = 35 %; 5 are 29.9 % */
	for (n = 0; flap_look(&f, now); n++)
		now += FLAP_EVERY_S * NS_PER_S;
	assert_true(n > 12 && n <= FLAP_STATES);
	flap_look(&f, now + 86400 * NS_PER_S);
	assert_true(flap_is_calm(&f));
}

/* mosquitto's load/connections/1min is a running mean: the alert of a storm that is over lasts until it has fallen below 30 a minute,
 * and then for its `keep_firing_for` of two minutes. */
static void a_storm_ends_as_the_brokers_mean_falls(void **state)
{
	const struct alert *a = NULL;
	double rate = 1800, fallen = 0;
	struct judged j;
	int64_t s;

	(void)state;
	judged_init(&j, false);
	for (s = 0; !s || a; s += 10) {
		struct connection_row *row = row_of(judged_at(&j, s), DEVICES, SECTION_CONNECTIONS, 0);

		if (s > 120)
			rate *= exp(-10 / 60.0);
		if (rate < 30 && !fallen)
			fallen = (double)s;
		row->connects_per_min = value_real(rate, j.snap->boot, 10 * NS_PER_S);
		row->current = value_int(100, j.snap->boot, 10 * NS_PER_S);
		a = alert_of(judge(&j), "ReconnectStorm");
		if (s == 120) {
			assert_int_equal(a->state, ALERT_FIRING);
			assert_non_null(strstr(a->what, "a running mean: 2m18s after a storm a tenth of it is left"));
		}
		assert_true(s < 3600);
	}
	/* 60 s times the logarithm of 1,800 / 30, and the two minutes. */
	assert_in_range((int)fallen, 120 + 240, 120 + 260);
	assert_in_range((int)(s - 10 - (int64_t)fallen), 120, 130);
	judged_release(&j);
}

static void ends_are_told_once(void **state)
{
	struct judged j;
	const struct alert_news *n;

	(void)state;
	judged_init(&j, false);
	broker_2(&j, 100, false);
	n = news_of(j.judgement, NEWS_FIRING);
	assert_string_equal(n->text, "BrokerDown: down: refused");
	broker_2(&j, 110, false);
	assert_int_equal(j.judgement->n_news, 0);
	broker_2(&j, 820, true);
	n = news_of(j.judgement, NEWS_RESOLVED);
	assert_string_equal(n->text, "BrokerDown resolved after 12m");
	assert_string_equal(n->cluster, "orders");
	assert_string_equal(n->entity, "broker-2");
	broker_2(&j, 830, true);
	assert_int_equal(j.judgement->n_news, 0);
	judged_release(&j);
}

/* Gone is what a whole and fresh list lacks, and only that. */
/* A voter that is no broker in the list would be a controller of its own. */
static void without_voters(struct snapshot *s)
{
	((struct cluster_row *)row_of(s, ORDERS, SECTION_CLUSTER, 0))->n_ensemble = 0;
}

static void what_is_not_listed_is_gone_only_then(void **state)
{
	struct judged j;
	struct section *s;

	(void)state;
	judged_init(&j, false);
	broker_2(&j, 100, false);
	s = judged_at(&j, 200)->clusters[ORDERS].sections[SECTION_BROKERS];
	without_voters(j.snap);
	s->n = 1; /* brokers 2 and 3 are not there */
	s->listing = value_error("not authorised");
	assert_int_equal(alert_of(judge(&j), "BrokerDown")->state, ALERT_FIRING);
	assert_null(news_of(j.judgement, NEWS_GONE));
	s->n = 3; /* so that all of it is freed */
	/* Broker 2 is called broker-4 now: the list is whole. */
	s = judged_at(&j, 300)->clusters[ORDERS].sections[SECTION_BROKERS];
	without_voters(j.snap);
	((struct broker_row *)section_row(s, 1))->name = "broker-4";
	assert_null(alert_of(judge(&j), "BrokerDown"));
	assert_string_equal(
	    news_of(j.judgement, NEWS_GONE)->text, "BrokerDown gone after 3m: it is not there any more");
	judged_release(&j);
}

/* What an engine that starts again makes of the records of the one before. */
static void firing_alerts_outlive_the_engine(void **state)
{
	struct judged j;
	struct record *r;
	const struct alert *a;
	int64_t since;
	char data[128];

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 100);
	since = j.snap->wall;
	r = act(RECORD_ALERT_STATE, 100, "orders", "broker-2 /var/lib/kafka", "DiskUsage", 0);
	snprintf(data, sizeof(data), "{\"state\":\"firing\",\"key\":\"broker-2 /var/lib/kafka\",\"since\":%lld}",
	    (long long)since);
	r->data = arena_strdup(&r->arena, data);
	act(RECORD_ACK, 200, "orders", "broker-2 /var/lib/kafka", "DiskUsage", 0);
	/* It goes on at once, with its age, and acknowledged; also between the thresholds. */
	set_disk(judged_at(&j, 1000), 68);
	a = alert_of(judge(&j), "DiskUsage");
	assert_non_null(a);
	assert_int_equal(a->state, ALERT_FIRING);
	assert_true(a->acknowledged);
	assert_true(a->since_wall == since);
	assert_true(a->since_boot == T0 + 100 * NS_PER_S);
	assert_null(news_of(j.judgement, NEWS_FIRING));
	set_disk(judged_at(&j, 1100), 60);
	assert_null(alert_of(judge(&j), "DiskUsage"));
	assert_non_null(news_of(j.judgement, NEWS_RESOLVED));
	judged_release(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_acknowledgement_ends_with_its_alert, begin, finish),
	    cmocka_unit_test_setup_teardown(a_clock_set_back_takes_no_acknowledgement, begin, finish),
	    cmocka_unit_test_setup_teardown(a_silence_runs_out, begin, finish),
	    cmocka_unit_test_setup_teardown(a_maintenance_mutes_what_follows, begin, finish),
	    cmocka_unit_test_setup_teardown(a_maintenance_ends_when_the_broker_is_in_sync, begin, finish),
	    cmocka_unit_test_setup_teardown(
		a_maintenance_ends_when_it_is_told_to_or_runs_out, begin, finish),
	    cmocka_unit_test_setup_teardown(the_only_broker_takes_its_cluster_with_it, begin, finish),
	    cmocka_unit_test_setup_teardown(what_comes_and_goes_flaps, begin, finish),
	    cmocka_unit_test_setup_teardown(a_storm_ends_as_the_brokers_mean_falls, begin, finish),
	    cmocka_unit_test_setup_teardown(a_flapping_alert_ends_when_it_said, begin, finish),
	    cmocka_unit_test_setup_teardown(flapping_is_reckoned_as_the_reference_says, begin, finish),
	    cmocka_unit_test_setup_teardown(ends_are_told_once, begin, finish),
	    cmocka_unit_test_setup_teardown(what_is_not_listed_is_gone_only_then, begin, finish),
	    cmocka_unit_test_setup_teardown(firing_alerts_outlive_the_engine, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
