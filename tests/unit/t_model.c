/* Values and their freshness, series, windows, sections and snapshots. */
#include "base/clock.h"
#include "base/thread.h"
#include "model/model.h"
#include "model/verdict.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

static void quality_at(int64_t period, int64_t age, enum quality want)
{
	struct value v = value_int(7, 1000 * S, period);

	assert_int_equal(value_quality(&v, 1000 * S + age), want);
}

static void values_outlive_their_freshness(void **state)
{
	(void)state;
	/* max(3 x period, period + 15 s) */
	quality_at(2 * S, 17 * S, QUALITY_OK);
	quality_at(2 * S, 17 * S + 1, QUALITY_STALE);
	quality_at(10 * S, 30 * S, QUALITY_OK);
	quality_at(10 * S, 30 * S + 1, QUALITY_STALE);
	quality_at(0, 1000 * S, QUALITY_OK);
}

static void a_failure_keeps_the_number_and_loses_the_quality(void **state)
{
	struct value v = value_failed(value_int(7, 5 * S, 2 * S), "refused");
	struct value part = value_partial(value_int(7, 5 * S, 2 * S), "broker 2 did not answer");
	struct value failed_part = value_partial(v, "of a part");

	(void)state;
	assert_int_equal(value_quality(&v, 5 * S), QUALITY_ERROR);
	assert_int_equal(v.i, 7);
	assert_int_equal(value_age(&v, 8 * S), 3 * S);
	assert_int_equal(value_quality(&part, 5 * S), QUALITY_PARTIAL);
	assert_int_equal(value_quality(&part, 500 * S), QUALITY_STALE);
	/* Partial never makes a failed value better. */
	assert_int_equal(failed_part.quality, QUALITY_ERROR);
	assert_string_equal(failed_part.reason, "refused");
}

static void what_never_was_has_no_age(void **state)
{
	struct value v = value_missing("not asked yet");

	(void)state;
	assert_int_equal(value_age(&v, 99 * S), -1);
	assert_int_equal(v.type, VALUE_NONE);
	assert_int_equal(value_quality(&v, 99 * S), QUALITY_MISSING);
}

static void a_view_stands_while_the_series_grows(void **state)
{
	struct series *s = series_new(200);
	struct series_view *early, *late;

	(void)state;
	for (int i = 0; i < 100; i++)
		series_add(s, i * S, i);
	early = series_view(s);
	for (int i = 100; i < 1000; i++)
		series_add(s, i * S, i);
	late = series_view(s);
	assert_int_equal(series_view_count(early), 100);
	assert_true(series_view_at(early, 0).v == 0);
	assert_true(series_view_at(early, 99).v == 99);
	assert_true(series_view_count(late) >= 200);
	assert_true(series_view_count(late) < 400);
	assert_true(series_view_at(late, series_view_count(late) - 1).v == 999);
	series_free(s);
	assert_true(series_view_at(early, 99).v == 99);
	series_view_unref(early);
	series_view_unref(late);
}

static void rates_and_percentiles(void **state)
{
	struct sample samples[21];
	struct series_view *v;
	double rate, min;
	size_t n;

	(void)state;
	for (int i = 0; i < 21; i++)
		samples[i] = (struct sample){i * S, 100 + 3 * i};
	v = series_view_make(samples, 21);
	assert_int_equal(series_view_rate(v, 10 * S, &rate), 0);
	assert_true(fabs(rate - 3) < 1e-9);
	/* Less than half of the span is known: no rate is better than a wrong one. */
	assert_int_equal(series_view_rate(v, 60 * S, &rate), -1);
	assert_true(series_view_percentile(v, 1 * S, 95, &n) == 100 + 3 * 19);
	assert_int_equal(n, 20);
	assert_true(series_view_percentile(v, 1 * S, 50, &n) == 100 + 3 * 10);
	assert_int_equal(series_view_min(v, 5 * S, &min), 0);
	assert_true(min == 115);
	assert_int_equal(series_view_min(v, -5 * S, &min), -1);
	series_view_percentile(v, 99 * S, 50, &n);
	assert_int_equal(n, 0);
	series_view_unref(v);
	assert_int_equal(series_view_count(NULL), 0);
}

static void a_window_needs_its_span(void **state)
{
	struct window w;
	int64_t covered;
	double grown;

	(void)state;
	window_init(&w, 60 * S, 100);
	assert_int_equal(window_growth(&w, &grown, &covered), -1);
	for (int i = 0; i < 60; i += 10)
		window_add(&w, i * S, 1000 + i);
	assert_int_equal(window_growth(&w, &grown, &covered), -1);
	assert_true(grown == 50);
	window_add(&w, 60 * S, 1060);
	assert_int_equal(window_growth(&w, &grown, &covered), 0);
	assert_true(grown == 60);
	for (int i = 70; i <= 200; i += 10)
		window_add(&w, i * S, 1000 + i);
	assert_int_equal(window_growth(&w, &grown, &covered), 0);
	assert_true(grown == 60);
	/* The counter fell: a restart; what was before does not count. */
	window_add(&w, 210 * S, 5);
	assert_int_equal(window_growth(&w, &grown, &covered), -1);
	assert_true(grown == 0);
	window_release(&w);
}

static void a_full_window_keeps_its_reach(void **state)
{
	struct window w;
	int64_t covered;
	double grown;

	(void)state;
	window_init(&w, 100 * S, 4);
	for (int i = 0; i <= 100; i++)
		window_add(&w, i * S, i);
	assert_int_equal(window_growth(&w, &grown, &covered), 0);
	assert_true(grown == 100);
	window_release(&w);
}

static struct section *brokers_of(const char *name)
{
	struct section *s = section_new(SECTION_BROKERS);
	struct broker_row *b = section_add(s);
	struct series *rtt = series_new(10);

	b->name = arena_strdup(&s->arena, name);
	b->metrics = arena_alloc(&s->arena, sizeof(*b->metrics));
	b->n_metrics = 1;
	b->metrics[0] = (struct metric){METRIC_HEAP, value_int(42, S, S)};
	series_add(rtt, S, 1);
	b->rtt_series = series_view(rtt);
	series_free(rtt);
	return s;
}

static void a_snapshot_stands_while_sources_publish(void **state)
{
	struct model *m = model_new();
	struct snapshot *before, *after;
	size_t c;

	(void)state;
	c = model_add_cluster(m, "orders", KIND_KAFKA, TIER_PROD);
	assert_null(cluster_facts(&(struct cluster_view){0}));
	model_publish(m, c, brokers_of("one"));
	before = model_acquire(m);
	model_publish(m, c, brokers_of("two"));
	after = model_acquire(m);
	assert_string_equal(section_broker(before->clusters[0].sections[SECTION_BROKERS], 0)->name, "one");
	assert_string_equal(section_broker(after->clusters[0].sections[SECTION_BROKERS], 0)->name, "two");
	assert_int_equal(broker_metric(section_broker(after->clusters[0].sections[SECTION_BROKERS], 0), METRIC_HEAP)->i, 42);
	assert_null(broker_metric(section_broker(after->clusters[0].sections[SECTION_BROKERS], 0), METRIC_CPU));
	assert_true(after->seq > before->seq);
	assert_null(after->clusters[0].sections[SECTION_LAG]);
	model_free(m);
	assert_string_equal(before->clusters[0].name, "orders");
	snapshot_unref(before);
	snapshot_unref(after);
}

static void events_are_bounded_and_newest_last(void **state)
{
	struct model *m = model_new();
	struct snapshot *s;

	(void)state;
	model_add_cluster(m, "bus", KIND_NATS, TIER_NONE);
	for (int i = 0; i < 700; i++)
		model_event(m, 0, "n1", "event %d", i);
	s = model_acquire(m);
	assert_int_equal(section_count(s->events), 500);
	assert_int_equal(s->events->omitted, 200);
	assert_string_equal(section_event(s->events, 499)->text, "event 699");
	assert_string_equal(section_event(s->events, 0)->cluster, "bus");
	snapshot_unref(s);
	model_free(m);
}

struct race {
	struct model *model;
	size_t cluster;
};

static void *publish_often(void *arg)
{
	struct race *r = arg;

	for (int i = 0; i < 500; i++) {
		model_publish(r->model, r->cluster, brokers_of("x"));
		if (i % 50 == 0)
			model_event(r->model, r->cluster, NULL, "round %d", i);
	}
	return NULL;
}

/* For TSan: several sources publish while a reader reads. */
static void readers_need_no_lock(void **state)
{
	struct model *m = model_new();
	struct race races[3];
	pthread_t threads[3];
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		races[i] = (struct race){m, model_add_cluster(m, "c", KIND_MQTT, TIER_NONE)};
		assert_int_equal(thread_start(&threads[i], "pub", publish_often, &races[i]), 0);
	}
	for (int i = 0; i < 500; i++) {
		struct snapshot *s = model_acquire(m);

		for (size_t c = 0; c < s->n_clusters; c++) {
			const struct section *b = s->clusters[c].sections[SECTION_BROKERS];

			if (section_count(b))
				seen += series_view_count(section_broker(b, 0)->rtt_series);
		}
		snapshot_unref(s);
	}
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	model_free(m);
	assert_true(seen <= 1500);
}

static void verdicts_roll_up_in_the_order_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(verdict_worse(VERDICT_OK, VERDICT_NA), VERDICT_OK);
	assert_int_equal(verdict_worse(VERDICT_WARN, VERDICT_UNKNOWN), VERDICT_UNKNOWN);
	assert_int_equal(verdict_worse(VERDICT_UNKNOWN, VERDICT_CRIT), VERDICT_CRIT);
	assert_int_equal(verdict_exit_code(VERDICT_NA), 3);
	assert_int_equal(verdict_exit_code(VERDICT_UNKNOWN), 3);
	assert_int_equal(verdict_exit_code(VERDICT_CRIT), 2);
	assert_int_equal(verdict_exit_code(VERDICT_WARN), 1);
	assert_int_equal(verdict_exit_code(VERDICT_OK), 0);
}

static void every_row_type_is_described(void **state)
{
	(void)state;
	for (size_t k = 0; k < SECTION_KINDS; k++) {
		const struct row_type *t = &row_types[k];

		assert_non_null(t->name);
		for (const struct field *f = t->fields; f->name; f++) {
			assert_true(f->offset < t->size);
			assert_true(f->count_offset < t->size);
			for (const struct field *g = t->fields; g < f; g++)
				assert_string_not_equal(f->name, g->name);
		}
	}
	for (size_t i = 0; i < METRIC_COUNT; i++)
		assert_non_null(metric_info[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_outlive_their_freshness),
	    cmocka_unit_test(a_failure_keeps_the_number_and_loses_the_quality),
	    cmocka_unit_test(what_never_was_has_no_age),
	    cmocka_unit_test(a_view_stands_while_the_series_grows),
	    cmocka_unit_test(rates_and_percentiles),
	    cmocka_unit_test(a_window_needs_its_span),
	    cmocka_unit_test(a_full_window_keeps_its_reach),
	    cmocka_unit_test(a_snapshot_stands_while_sources_publish),
	    cmocka_unit_test(events_are_bounded_and_newest_last),
	    cmocka_unit_test(readers_need_no_lock),
	    cmocka_unit_test(verdicts_roll_up_in_the_order_of_the_design),
	    cmocka_unit_test(every_row_type_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
