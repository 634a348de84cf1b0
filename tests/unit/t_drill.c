/* Drills: every page has one, and what counts as an answer to a question of its page. */
#include "sample_frame.h"

#include "base/clock.h"
#include "triage/drill.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct manual *manual;
static struct frame *frame;

static const struct alert *alert_named(const char *name)
{
	for (size_t i = 0; i < frame->judgement->n_alerts; i++)
		if (!strcmp(frame->judgement->alerts[i].name, name))
			return &frame->judgement->alerts[i];
	fail_msg("no alert %s", name);
	return NULL;
}

/* Whoever writes a page says how it is practised; tests/unit/drills looks for the fault in the lab. */
static void every_page_has_a_drill(void **state)
{

	(void)state;
	for (size_t i = 0; i < manual->n_pages; i++) {
		const struct manual_page *p = &manual->pages[i];
		const struct drill *d = drill_find(p->id);
		bool fits = false;
		struct buf rules;

		if (!d || strcmp(d->fault, p->id))
			fail_msg("%s has no row in src/triage/drill.c", p->id);
		for (size_t k = 0; k < p->n_alerts; k++)
			fits = fits || !strcmp(p->alerts[k], d->alert);
		if (!fits)
			fail_msg("%s is not about %s", p->id, d->alert);
		assert_non_null(d->lab_fault);
		assert_true(d->lab_fault[0] && d->patience_s > 0);
		buf_init(&rules, 4096);
		assert_int_equal(drill_rules(d, &rules), 0);
		buf_release(&rules);
	}
	for (size_t i = 0; i < n_drills; i++)
		if (!manual_find(manual, drills[i].fault))
			fail_msg("%s is no page of the manual", drills[i].fault);
}

static size_t ask(const struct manual_page *page, const struct alert *a, const struct frame *f, int64_t now, size_t *later,
    struct buf *out)
{
	struct binding b;
	size_t bad;

	binding_init(&b);
	binding_alert(&b, f->snap, a);
	buf_reset(out);
	bad = drill_check(page, &b, f, now, later, out);
	binding_release(&b);
	return bad;
}

static void a_drills_questions_are_told_one_by_one(void **state)
{
	const struct manual_page *page = manual_find(manual, "kafka-group-stalled");
	const struct alert *stalled = alert_named("GroupStalled");
	struct frame *unknown = sample_frame(SAMPLE_UNKNOWN);
	size_t later, bad;
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	ask(page, stalled, frame, SAMPLE_BOOT, &later, &out);
	assert_non_null(strstr(out.data, "DRILL ok    kafka-group-stalled confirm.1"));
	for (const char *line = out.data; *line; line += strcspn(line, "\n") + 1)
		assert_int_equal(strncmp(line, "DRILL ", 6), 0);
	/* A past that is too short: the drill goes on until it is long enough. */
	assert_non_null(strstr(out.data, "DRILL BAD   kafka-group-stalled verify.2"));
	assert_null(strstr(out.data, "later"));
	/* What nobody may see is no good answer; what is asked after the recovery has time until then, and no longer. */
	bad = ask(page, stalled, unknown, SAMPLE_BOOT, &later, &out);
	assert_true(bad > 0 && later > 0);
	assert_non_null(strstr(out.data, "DRILL BAD   kafka-group-stalled confirm.1"));
	assert_non_null(strstr(out.data, "DRILL later kafka-group-stalled verify.1"));
	assert_int_equal(ask(page, stalled, unknown, SAMPLE_BOOT, NULL, &out), later);
	assert_null(strstr(out.data, "confirm.1"));
	assert_non_null(strstr(out.data, "DRILL BAD   kafka-group-stalled verify.1"));
	buf_release(&out);
	frame_unref(unknown);
}

/* A number that was good an hour ago answers nothing now. */
static void a_stale_number_is_no_answer_in_a_drill(void **state)
{
	const struct manual_page *page = manual_find(manual, "kafka-group-stalled");
	const struct alert *stalled = alert_named("GroupStalled");
	size_t later, fresh;
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	fresh = ask(page, stalled, frame, SAMPLE_BOOT, &later, &out);
	assert_true(ask(page, stalled, frame, SAMPLE_BOOT + 3600 * NS_PER_S, &later, &out) > fresh);
	assert_non_null(strstr(out.data, "DRILL BAD   kafka-group-stalled confirm.1"));
	buf_release(&out);
}

static int set_up(void **state)
{
	(void)state;
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	frame = sample_frame(SAMPLE_RICH);
	manual = manual_load(NULL, 0, "en", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	manual_free(manual);
	frame_unref(frame);
	clock_real();
	return 0;
}
int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_page_has_a_drill),
	    cmocka_unit_test(a_drills_questions_are_told_one_by_one),
	    cmocka_unit_test(a_stale_number_is_no_answer_in_a_drill),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
