#include "judged.h"
#include "rule_lives.h"
#include "rules/smooth.h"

/*
 * Every built-in rule through its life: a number is set at one place of a
 * healthy world, time passes, and the alert must be where the table says.
 */

/* One look at T0 + s with this number. */
static const struct alert *look(struct judged *j, const struct life *l, int64_t s, double n)
{
	l->set(judged_at(j, s), n);
	return alert_of(judged_now(j), l->name);
}

static void expect_firing(const struct judged *j, const struct life *l, const struct alert *a)
{
	enum verdict v = l->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;

	if (!a || a->state != ALERT_FIRING)
		fail_msg("%s should fire", l->name);
	assert_string_equal(a->cluster, l->cluster);
	assert_string_equal(a->entity, l->entity);
	assert_string_equal(a->manual, l->manual);
	assert_int_equal(a->severity, l->severity);
	assert_true(a->action && a->action[0] && a->what && a->what[0]);
	assert_int_equal(rule_of(j->judgement, l->name, l->cluster)->verdict, v);
	assert_true(j->judgement->verdict >= v);
	if (a->row != SIZE_MAX && a->section != SECTION_CLUSTER)
		assert_int_equal(judgement_row(j->judgement,
				     !strcmp(l->cluster, "bus")	      ? BUS
				     : !strcmp(l->cluster, "devices") ? DEVICES
								      : ORDERS,
				     a->section, a->row)
				     .verdict,
		    v);
}

static void live(const struct life *l)
{
	struct judged j;
	const struct alert *a;
	int64_t t = 1000, last = l->for_s ? l->for_s - 1 : 0;

	judged_init(&j, false);
	assert_null(look(&j, l, 0, l->fine));
	assert_int_equal(rule_of(j.judgement, l->name, l->cluster)->verdict, VERDICT_OK);

	/* Pending does not count, and one good look ends it. */
	a = look(&j, l, t, l->bad);
	if (l->for_s) {
		assert_int_equal(a->state, ALERT_PENDING);
		assert_true(rules_next(j.rules) <= T0 + (t + l->for_s) * NS_PER_S);
		assert_int_equal(rule_of(j.judgement, l->name, l->cluster)->verdict, VERDICT_OK);
		assert_null(look(&j, l, t + last, l->fine));
		a = look(&j, l, t += last + 1, l->bad);
		assert_int_equal(look(&j, l, t + last, l->bad)->state, ALERT_PENDING);
		t += l->for_s;
		a = look(&j, l, t, l->bad);
	}
	expect_firing(&j, l, a);
	assert_true(a->since_boot == T0 + (t - l->for_s) * NS_PER_S);

	/* Below the threshold but above the recovery threshold it goes on. */
	if (l->edge != l->fine) {
		a = look(&j, l, t += 60, l->edge);
		expect_firing(&j, l, a);
		a = look(&j, l, t += l->clear_s + 60, l->edge);
		expect_firing(&j, l, a);
	}
	if (l->clear_s) {
		expect_firing(&j, l, look(&j, l, t += 10, l->fine));
		assert_true(rules_next(j.rules) <= T0 + (t + l->clear_s) * NS_PER_S);
		expect_firing(&j, l, look(&j, l, t + l->clear_s - 1, l->fine));
		/* A relapse starts the clearing time again. */
		expect_firing(&j, l, look(&j, l, t += l->clear_s - 1, l->bad));
		expect_firing(&j, l, look(&j, l, t += 10, l->fine));
		expect_firing(&j, l, look(&j, l, t + l->clear_s - 1, l->fine));
	}
	assert_null(look(&j, l, t + l->clear_s, l->fine));
	judged_release(&j);
}

static void every_rule_lives_as_its_row_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_LIVES; i++)
		if (lives[i].set != set_memory) /* a mean: it has a test of its own */
			live(&lives[i]);
}

/* In a one-shot check nothing is waited for. */
static void one_shot_fires_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_LIVES; i++) {
		struct judged j;

		judged_init(&j, true);
		expect_firing(&j, &lives[i], look(&j, &lives[i], 0, lives[i].bad));
		judged_release(&j);
	}
}

/* Everything of this section fails: what fires goes on, nothing else is OK, nothing resolves. */
static void fail_section(struct snapshot *s, size_t cluster, enum section_kind kind)
{
	struct section *section = s->clusters[cluster].sections[kind];

	for (size_t i = 0; i < section->n; i++)
		for (const struct field *f = row_types[kind].fields; f->name; f++)
			if (f->type == FIELD_VALUE) {
				struct value *v =
				    (void *)((char *)section_row(section, i) + f->offset);

				*v = value_failed(*v, "timed out");
			}
	section->listing = value_error("timed out");
}

static size_t cluster_of(const struct life *l)
{
	return !strcmp(l->cluster, "orders") ? ORDERS : !strcmp(l->cluster, "bus") ? BUS : DEVICES;
}

static void no_data_is_never_resolved(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_LIVES; i++) {
		const struct life *l = &lives[i];
		const struct alert *a;
		struct judged j;
		int64_t t = 0;

		judged_init(&j, false);
		look(&j, l, t, l->bad);
		expect_firing(&j, l, look(&j, l, t += l->for_s, l->bad));
		a = alert_of(j.judgement, l->name);
		for (int k = 0; k < 3; k++) {
			struct snapshot *s = judged_at(&j, t += 7200);

			/* A broker that is known to be down stays known to be down. */
			fail_section(s, cluster_of(l), a->section);
			a = alert_of(judged_now(&j), l->name);
			if (!a || a->state != ALERT_FIRING)
				fail_msg("%s was resolved by having no data", l->name);
			assert_int_not_equal(a->value.quality, QUALITY_OK);
			assert_non_null(a->value.reason);
		}
		judged_release(&j);
	}
}

/* Leaves only the first n rows. */
static void set_n(struct snapshot *s, size_t cluster, enum section_kind kind, size_t n)
{
	struct section *section = s->clusters[cluster].sections[kind];

	for (size_t i = n; kind == SECTION_LAG && i < section->n; i++) {
		struct lag_row *r = section_row(section, i);

		series_view_unref(r->lag_series);
	}
	section->n = n;
}

/* The listing itself is gone: the entity may or may not be there. */
static void an_empty_listing_must_be_whole_to_end_an_alert(void **state)
{
	const struct life *l = &lives[1];
	struct judged j;
	struct snapshot *s;

	(void)state;
	judged_init(&j, false);
	expect_firing(&j, l, look(&j, l, 0, l->bad));
	s = judged_at(&j, 60);
	set_n(s, ORDERS, SECTION_LAG, 0);
	s->clusters[ORDERS].sections[SECTION_LAG]->listing = value_error("timed out");
	assert_non_null(alert_of(judged_now(&j), l->name));
	assert_int_equal(rule_of(j.judgement, l->name, "orders")->verdict, VERDICT_CRIT);
	/* Whole and fresh without it: gone, after the clearing time. */
	for (int64_t t = 600; t <= 720; t += 120) {
		s = judged_at(&j, t);
		set_n(s, ORDERS, SECTION_LAG, 0);
		judged_now(&j);
		assert_int_equal(alert_of(j.judgement, l->name) != NULL, t == 600);
	}
	judged_release(&j);
}

static void rows_beyond_the_bound_are_not_judged(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0)->clusters[ORDERS].sections[SECTION_LAG]->omitted = 7;
	judged_now(&j);
	assert_int_equal(rule_of(j.judgement, "ConsumerLag", "orders")->verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

static void a_lag_that_clears_soon_is_not_late(void **state)
{
	struct judged j;
	struct snapshot *s;
	struct lag_row *r;

	(void)state;
	judged_init(&j, false);
	s = judged_at(&j, 0);
	set_lag(s, 50000);
	r = row_of(s, ORDERS, SECTION_LAG, 0);
	set_real(&r->trend, -100);
	assert_null(alert_of(judged_now(&j), "ConsumerLag"));
	assert_string_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).why, "clears in 8m");
	/* In 600.1 s is not soon. */
	s = judged_at(&j, 10);
	set_lag(s, 60010);
	r = row_of(s, ORDERS, SECTION_LAG, 0);
	set_real(&r->trend, -100);
	assert_non_null(alert_of(judged_now(&j), "ConsumerLag"));
	judged_release(&j);
}

static void a_lag_needs_its_window(void **state)
{
	struct judged j;
	struct snapshot *s;
	struct lag_row *r;
	struct sample young[2], dip[3];

	(void)state;
	judged_init(&j, false);
	s = judged_at(&j, 0);
	set_lag(s, 20000);
	r = row_of(s, ORDERS, SECTION_LAG, 0);
	young[0] = (struct sample){s->boot - 100 * NS_PER_S, 20000};
	young[1] = (struct sample){s->boot, 20000};
	series_view_unref(r->lag_series);
	r->lag_series = series_view_make(young, 2);
	judged_now(&j);
	assert_null(alert_of(j.judgement, "ConsumerLag"));
	assert_int_equal(
	    judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_UNKNOWN);
	/* It was below within the last five minutes: not yet. */
	s = judged_at(&j, 10);
	set_lag(s, 20000);
	r = row_of(s, ORDERS, SECTION_LAG, 0);
	dip[0] = (struct sample){s->boot - 900 * NS_PER_S, 20000};
	dip[1] = (struct sample){s->boot - 290 * NS_PER_S, 9000};
	dip[2] = (struct sample){s->boot, 20000};
	series_view_unref(r->lag_series);
	r->lag_series = series_view_make(dip, 3);
	judged_now(&j);
	assert_null(alert_of(j.judgement, "ConsumerLag"));
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_OK);
	judged_release(&j);
}

/* One that nobody saw commit may have stood still for long before anybody looked: not OK before the window is over. */
static void nobody_stands_still_unseen(void **state)
{
	struct judged j;
	struct snapshot *s;
	struct lag_row *r;
	struct sample watched[2];

	(void)state;
	for (int step = 0; step < 4; step++) {
		judged_init(&j, step < 2);
		s = judged_at(&j, 0);
		set_lag(s, 5000);
		r = row_of(s, ORDERS, SECTION_LAG, 0);
		set_real(&r->lag_seconds, 2700);
		set_real(&r->commit_rate, step == 1 ? 3 : 0);
		set_real(&r->stalled_s, 0);
		watched[0] = (struct sample){s->boot - (step == 3 ? 601 : 300) * NS_PER_S, 5000};
		watched[1] = (struct sample){s->boot, 5000};
		series_view_unref(r->lag_series);
		r->lag_series = series_view_make(watched, 2);
		judged_now(&j);
		/* Watched for too short a time, once in a check and once in an engine; seen to commit; watched. */
		assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict,
		    step == 0 || step == 2 ? VERDICT_UNKNOWN : VERDICT_OK);
		assert_null(alert_of(j.judgement, "GroupStalled"));
		/* The checklist counts a row as judged where every rule of the item knows it. */
		assert_int_equal(item_of(j.judgement, "consumer-lag")->total - item_of(j.judgement, "consumer-lag")->evaluated,
		    step == 0 || step == 2);
		judged_release(&j);
	}
}

/* The leader of a JetStream consumer tells when it acknowledged last: one look is enough for those that do. */
static void who_acknowledged_lately_does_not_stand_still(void **state)
{
	/* Seconds ago; whether that is as it was long before. */
	static const struct {
		double ago;
		bool stale;
		enum verdict verdict;
	} cases[] = {{20, false, VERDICT_OK}, {599, false, VERDICT_OK}, {601, false, VERDICT_UNKNOWN}, {20, true, VERDICT_UNKNOWN},
	    {-1, false, VERDICT_UNKNOWN}};
	struct judged j;
	struct lag_row *r;
	struct snapshot *s;
	struct sample watched[2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		judged_init(&j, true);
		s = judged_at(&j, 0);
		r = row_of(s, BUS, SECTION_LAG, 0);
		set_real(&r->lag_seconds, 2700);
		set_real(&r->commit_rate, 0);
		set_real(&r->stalled_s, 0);
		r->lag = value_int(5000, s->boot, 2 * NS_PER_S);
		watched[0] = (struct sample){s->boot - NS_PER_S, 5000};
		watched[1] = (struct sample){s->boot, 5000};
		series_view_unref(r->lag_series);
		r->lag_series = series_view_make(watched, 2);
		r->acked_s = cases[i].ago < 0 ? value_missing("it does not say")
					      : value_real(cases[i].ago, s->boot - (cases[i].stale ? 3600 : 0) * NS_PER_S, 2 * NS_PER_S);
		judged_now(&j);
		assert_int_equal(rule_of(j.judgement, "GroupStalled", "bus")->verdict, cases[i].verdict);
		judged_release(&j);
	}
}

/* Quality to verdict: what a part of a sum proves. */
static void partial_counts_only_against(void **state)
{
	struct judged j;
	struct partition_row *p;
	struct lag_row *r;

	(void)state;
	judged_init(&j, true);
	p = row_of(judged_at(&j, 0), ORDERS, SECTION_PARTITIONS, 0);
	p->offline = value_partial(p->offline, "broker-3 did not answer");
	judged_now(&j);
	assert_int_equal(
	    rule_of(j.judgement, "OfflinePartitions", "orders")->verdict, VERDICT_UNKNOWN);
	assert_string_equal(
	    rule_of(j.judgement, "OfflinePartitions", "orders")->reason, "broker-3 did not answer");
	p = row_of(judged_at(&j, 10), ORDERS, SECTION_PARTITIONS, 0);
	set_int(&p->offline, 3);
	p->offline = value_partial(p->offline, "broker-3 did not answer");
	judged_now(&j);
	assert_int_equal(
	    rule_of(j.judgement, "OfflinePartitions", "orders")->verdict, VERDICT_CRIT);
	r = row_of(judged_at(&j, 20), ORDERS, SECTION_LAG, 0);
	r->lag = value_partial(r->lag, "3 of 12 partitions are not known");
	judged_now(&j);
	assert_int_equal(
	    judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

static void stale_is_unknown_with_its_age(void **state)
{
	struct judged j;
	struct disk_row *d;
	const struct rule_result *r;

	(void)state;
	judged_init(&j, false);
	d = row_of(judged_at(&j, 0), ORDERS, SECTION_DISK, 0);
	d->percent.at -= 600 * NS_PER_S;
	judged_now(&j);
	r = rule_of(j.judgement, "DiskUsage", "orders");
	assert_int_equal(r->verdict, VERDICT_UNKNOWN);
	assert_int_equal(r->evaluated, 2);
	assert_int_equal(r->total, 3);
	assert_non_null(strstr(r->reason, "10m ago"));
	assert_int_equal(j.judgement->verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

/* rules_next() says when the freshest number goes stale by itself. */
static void next_is_when_something_goes_stale(void **state)
{
	struct judged j;
	struct snapshot *s;
	int64_t next;

	(void)state;
	judged_init(&j, false);
	s = judged_at(&j, 0);
	judged_now(&j);
	assert_int_equal(j.judgement->verdict, VERDICT_OK);
	next = rules_next(j.rules);
	assert_true(next > s->boot && next < s->boot + 20 * NS_PER_S);
	s->boot = next;
	judged_now(&j);
	assert_int_equal(j.judgement->verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

/* Memory jumps: two looks in three are over, the mean is not. */
static void memory_is_judged_by_its_mean(void **state)
{
	struct judged j;
	double percent;

	(void)state;
	judged_init(&j, false);
	for (int64_t t = 0; t <= 1200; t += 10) {
		set_memory(judged_at(&j, t), t / 10 % 3 ? 85 : 65);
		judged_now(&j);
	}
	assert_null(alert_of(j.judgement, "MemoryUsage"));
	/* The mean of five minutes rises over it. */
	for (int64_t t = 1210; t <= 2400; t += 10) {
		set_memory(judged_at(&j, t), 85);
		judged_now(&j);
	}
	assert_int_equal(alert_of(j.judgement, "MemoryUsage")->state, ALERT_FIRING);
	percent = value_number(&alert_of(j.judgement, "MemoryUsage")->value);
	assert_true(percent > 84.9 && percent < 85.1);
	/* It ends ten minutes after the mean has come below 75. */
	for (int64_t t = 2410; t <= 3300; t += 10) {
		set_memory(judged_at(&j, t), 60);
		judged_now(&j);
		if (t == 2410 + 700)
			assert_non_null(alert_of(j.judgement, "MemoryUsage"));
	}
	assert_null(alert_of(j.judgement, "MemoryUsage"));
	judged_release(&j);
}

/* Who holds the metadata and is no broker is down like a broker; a broker among the voters is told once. */
static void a_dead_controller_is_no_quiet_one(void **state)
{
	struct ensemble_member m[4];
	struct cluster_row *c;
	const struct alert *a;
	struct judged j;

	(void)state;
	judged_init(&j, false);
	for (int t = 0; t < 3; t++) {
		c = row_of(judged_at(&j, t * 10), ORDERS, SECTION_CLUSTER, 0);
		memcpy(m, c->ensemble, 3 * sizeof(*m));
		m[1].up.b = false; /* broker-2: its own row says whether it is down */
		m[3] = m[1];
		m[3].name = "controller-101";
		m[3].state = "has not fetched for 3m";
		m[3].up = t == 1 ? value_error("timed out") : value_bool(!t, j.snap->boot, 0);
		c->ensemble = m;
		c->n_ensemble = 4;
		a = alert_of(judged_now(&j), "BrokerDown");
		assert_int_equal(rule_of(j.judgement, "BrokerDown", "orders")->total, 4);
		assert_int_equal(rule_of(j.judgement, "BrokerDown", "orders")->verdict,
		    t == 0 ? VERDICT_OK : t == 1 ? VERDICT_UNKNOWN : VERDICT_CRIT);
	}
	assert_non_null(a);
	assert_string_equal(a->entity, "controller-101");
	assert_string_equal(a->what, "KRaft: has not fetched for 3m");
	judged_release(&j);
}

/* No leader, two of them, one that nobody follows, and streams without one: each is told. */
static void jetstream_needs_leaders(void **state)
{
	static const struct {
		int64_t leaders, voters, well, leaderless;
		const char *entity, *what;
	} cases[] = {
	    {1, 3, 2, 0, NULL, NULL},
	    {0, 3, 3, 0, "bus", "0 (!=1)"},
	    {2, 3, 3, 0, "bus", "the nodes disagree"},
	    {1, 4, 2, 0, "bus", "the meta leader has no majority: 2 of 4 servers follow"},
	    {1, 3, 3, 2, "streams", "no leader, takes no messages: ORDERS, BILLS"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged j;
		struct cluster_row *c;
		struct fact_row *fact;
		struct section *facts;
		const struct alert *a;

		judged_init(&j, true);
		c = row_of(judged_at(&j, 0), BUS, SECTION_CLUSTER, 0);
		c->controllers = value_int(cases[i].leaders, j.snap->boot, 0);
		c->voters = value_int(cases[i].voters, j.snap->boot, 0);
		c->voters_ok = value_int(cases[i].well, j.snap->boot, 0);
		c->trouble = cases[i].leaders > 1 ? "the nodes disagree" : NULL;
		section_unref(j.snap->clusters[BUS].sections[SECTION_FACTS]);
		facts = j.snap->clusters[BUS].sections[SECTION_FACTS] = section_new(SECTION_FACTS);
		fact = section_add(facts);
		fact->name = "streams.leaderless";
		fact->v = value_partial(value_int(cases[i].leaderless, j.snap->boot, 0), "n3 does not answer");
		if (!cases[i].leaderless)
			fact->v.quality = QUALITY_OK;
		fact->detail = "ORDERS, BILLS";
		a = alert_of(judged_now(&j), "NoMetaLeader");
		assert_int_equal(a != NULL, cases[i].entity != NULL);
		assert_int_equal(rule_of(j.judgement, "NoMetaLeader", "bus")->verdict, a ? VERDICT_CRIT : VERDICT_OK);
		if (a) {
			assert_string_equal(a->entity, cases[i].entity);
			assert_string_equal(a->what, cases[i].what);
		}
		/* A check is about the end of its look: what was over by then is no alert. */
		judged_at(&j, 1);
		assert_null(alert_of(judged_now(&j), "NoMetaLeader"));
		judged_release(&j);
	}
}

/* At most so much time is left: where that is too little, it is sure enough. */
static void what_expires_soon_at_the_latest_is_critical(void **state)
{
	struct judged j;
	struct lag_row *r;

	(void)state;
	judged_init(&j, false);
	r = row_of(judged_at(&j, 0), ORDERS, SECTION_LAG, 0);
	r->lost_in_seconds = value_partial(value_real(9000, j.snap->boot, NS_PER_S), "an estimate");
	judged_now(&j);
	assert_int_equal(
	    judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_UNKNOWN);
	r = row_of(judged_at(&j, 10), ORDERS, SECTION_LAG, 0);
	r->lost_in_seconds = value_partial(value_real(600, j.snap->boot, NS_PER_S), "an estimate");
	judged_now(&j);
	assert_int_equal(judgement_row(j.judgement, ORDERS, SECTION_LAG, 0).verdict, VERDICT_CRIT);
	assert_int_equal(alert_of(j.judgement, "DataExpiring")->state, ALERT_FIRING);
	judged_release(&j);
}

static void never_set_is_missing(void **state)
{
	struct judged j;

	(void)state;
	judged_init(&j, false);
	((struct disk_row *)row_of(judged_at(&j, 0), BUS, SECTION_DISK, 0))->percent =
	    (struct value){0};
	judged_now(&j);
	assert_int_equal(judgement_row(j.judgement, BUS, SECTION_DISK, 0).verdict, VERDICT_UNKNOWN);
	judged_release(&j);
}

/* What is sampled seldom, for a long window, is not forgotten between two samples; what is not fed any more is. */
static void a_window_of_a_day_fills(void **state)
{
	struct smooth s = {0};
	int64_t day = 86400 * NS_PER_S, age = 0;

	(void)state;
	for (int64_t t = day; t <= 2 * day; t += 60 * NS_PER_S) {
		struct value v = value_int(t / NS_PER_S, t, 10 * NS_PER_S);

		smooth_oldest(&s, "drops", &v, day, &age);
		smooth_mean(&s, "memory", &v, 300 * NS_PER_S, t);
		smooth_expire(&s, t);
	}
	assert_true(age >= day - day / SMOOTH_SAMPLES);
	assert_int_equal(s.by_key.n, 2);
	smooth_expire(&s, 2 * day + 1000 * NS_PER_S);
	assert_int_equal(s.by_key.n, 1);
	smooth_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_rule_lives_as_its_row_says),
	    cmocka_unit_test(one_shot_fires_at_once),
	    cmocka_unit_test(no_data_is_never_resolved),
	    cmocka_unit_test(an_empty_listing_must_be_whole_to_end_an_alert),
	    cmocka_unit_test(rows_beyond_the_bound_are_not_judged),
	    cmocka_unit_test(a_lag_that_clears_soon_is_not_late),
	    cmocka_unit_test(a_lag_needs_its_window),
	    cmocka_unit_test(nobody_stands_still_unseen),
	    cmocka_unit_test(who_acknowledged_lately_does_not_stand_still),
	    cmocka_unit_test(partial_counts_only_against),
	    cmocka_unit_test(stale_is_unknown_with_its_age),
	    cmocka_unit_test(next_is_when_something_goes_stale),
	    cmocka_unit_test(memory_is_judged_by_its_mean),
	    cmocka_unit_test(a_dead_controller_is_no_quiet_one),
	    cmocka_unit_test(a_window_of_a_day_fills),
	    cmocka_unit_test(jetstream_needs_leaders),
	    cmocka_unit_test(what_expires_soon_at_the_latest_is_critical),
	    cmocka_unit_test(never_set_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
