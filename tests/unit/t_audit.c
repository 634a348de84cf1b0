/* Every item of data/audits driven to each of its outcomes: measured well and badly and not at all, asked and answered
 * and overdue. */
#include "audit_world.h"

#include "report/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct audits audits;

static void load(void)
{
	struct err err = {""};

	if (audits.arena.head)
		return;
	if (audits_load(&audits, &err))
		fail_msg("%s", err_msg(&err));
}

static void measured(const struct audit_item *item, enum broker_kind kind)
{
	enum verdict bad = item->level == LEVEL_HIGH ? VERDICT_CRIT : VERDICT_WARN;
	char why[512];
	struct audit_result r = audit_outcome(&audits, item, kind, SIZE_MAX, GOOD, NULL, why, sizeof(why));

	if (!item->question && (r.how != AUDIT_MEASURED || r.verdict != VERDICT_OK))
		fail_msg("%s %s: all holds, and yet: %s", item->code, item->id, why);
	for (size_t i = 0; i < item->n_conditions; i++) {
		const struct audit_condition *c = &item->conditions[i];
		bool judged = c->fact && !strncmp(c->fact, "rules.judged.", 13);

		r = audit_outcome(&audits, item, kind, i, BAD, NULL, why, sizeof(why));
		if (r.how != AUDIT_MEASURED || r.verdict != bad)
			fail_msg("%s %s: broken, and yet %s: %s", item->code, c->text, verdict_name(r.verdict), why);
		r = audit_outcome(&audits, item, kind, i, STALE, NULL, why, sizeof(why));
		if (r.how != AUDIT_MEASURED || r.verdict != (judged ? bad : VERDICT_UNKNOWN))
			fail_msg("%s %s: stale, and yet %s: %s", item->code, c->text, verdict_name(r.verdict), why);
	}
}

static void asked(const struct audit_item *item, enum broker_kind kind)
{
	char why[512];
	struct audit_result r = audit_outcome(&audits, item, kind, SIZE_MAX, GOOD, NULL, why, sizeof(why));

	if (r.how != AUDIT_UNANSWERED || r.verdict != VERDICT_UNKNOWN)
		fail_msg("%s: nobody answered, and yet %s", item->code, audit_how_name(r.how));
	r = audit_outcome(&audits, item, kind, SIZE_MAX, GOOD, audit_answered(item, DAY, 0), why, sizeof(why));
	/* Attested never wears OK. */
	if (r.how != AUDIT_ATTESTED || r.verdict != VERDICT_NA)
		fail_msg("%s: answered, and yet %s", item->code, audit_how_name(r.how));
	assert_null(strchr(why, '\x1b'));
	r = audit_outcome(&audits, item, kind, SIZE_MAX, GOOD, audit_answered(item, item->every + DAY, 0), why, sizeof(why));
	if (r.how != AUDIT_UNANSWERED)
		fail_msg("%s: overdue, and yet %s", item->code, audit_how_name(r.how));
	r = audit_outcome(&audits, item, kind, SIZE_MAX, GOOD, audit_answered(item, 2 * DAY, WALL - DAY), why, sizeof(why));
	if (r.how != AUDIT_UNANSWERED)
		fail_msg("%s: its day is over, and yet %s", item->code, audit_how_name(r.how));
}

static void every_item_has_its_outcomes(void **state)
{
	size_t n = 0;

	(void)state;
	load();
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
		for (size_t i = 0; i < audits.lists[k].n; i++, n++) {
			const struct audit_item *item = &audits.lists[k].items[i];

			if (item->n_conditions)
				measured(item, (enum broker_kind)k);
			if (item->question)
				asked(item, (enum broker_kind)k);
		}
	}
	assert_int_equal(n, 95);
}

static void an_item_of_another_mode_does_not_apply(void **state)
{
	const struct audit_item *item = NULL;
	struct audit_report report;
	struct cluster_row *row;
	struct frame *f;

	(void)state;
	load();
	for (size_t i = 0; i < audits.lists[KIND_NATS].n; i++)
		if (audits.lists[KIND_NATS].items[i].mode)
			item = &audits.lists[KIND_NATS].items[i];
	assert_non_null(item);
	f = frame_for(item, KIND_NATS, SIZE_MAX, GOOD, NULL);
	f->snap->clusters[0].sections[SECTION_CLUSTER] = section_new(SECTION_CLUSTER);
	row = section_add(f->snap->clusters[0].sections[SECTION_CLUSTER]);
	row->mode = "core";
	audit_judge(&audits, 1u << KIND_NATS, f, NOW, WALL, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.results[i].item == item)
			assert_int_equal(report.results[i].how, AUDIT_NA);
	audit_report_release(&report);
	frame_unref(f);
}

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* On a cluster for development what matters little is noted: no failure, and the head says the same as the cases. */
static void what_is_noted_is_skipped(void **state)
{
	const struct audit_item *item = NULL;
	struct audit_report report;
	char head[64];
	struct frame *f;
	struct buf out;

	(void)state;
	load();
	for (size_t i = 0; i < audits.lists[KIND_KAFKA].n; i++)
		if (audits.lists[KIND_KAFKA].items[i].level == LEVEL_LOW && audits.lists[KIND_KAFKA].items[i].n_conditions)
			item = &audits.lists[KIND_KAFKA].items[i];
	assert_non_null(item);
	f = frame_for(item, KIND_KAFKA, 0, BAD, NULL);
	f->snap->clusters[0].tier = TIER_DEV;
	audit_judge(&audits, 1u << KIND_KAFKA, f, NOW, WALL, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.results[i].item == item) {
			assert_int_equal(report.results[i].how, AUDIT_MEASURED);
			assert_int_equal(report.results[i].verdict, VERDICT_NA);
		}
	buf_init(&out, 1 << 20);
	assert_int_equal(audit_write(&report, f, "junit", WALL, &out), 0);
	snprintf(head, sizeof(head), "failures=\"%zu\"", count_of(out.data, "<failure "));
	assert_non_null(strstr(out.data, head));
	snprintf(head, sizeof(head), "skipped=\"%zu\"", count_of(out.data, "<skipped "));
	assert_non_null(strstr(out.data, head));
	snprintf(head, sizeof(head), "errors=\"%zu\"", count_of(out.data, "<error "));
	assert_non_null(strstr(out.data, head));
	buf_release(&out);
	audit_report_release(&report);
	frame_unref(f);
}

static void a_rule_that_is_waived_is_not_judged(void **state)
{
	const struct audit_item *item = NULL;
	struct audit_report report;
	struct frame *f;

	(void)state;
	load();
	for (size_t i = 0; i < audits.lists[KIND_KAFKA].n; i++)
		if (!strcmp(audits.lists[KIND_KAFKA].items[i].id, "consumer-lag-watched"))
			item = &audits.lists[KIND_KAFKA].items[i];
	assert_non_null(item);
	f = frame_for(item, KIND_KAFKA, SIZE_MAX, GOOD, NULL);
	f->judgement->rules[0].verdict = VERDICT_NA;
	f->judgement->rules[0].reason = "waived by duty1";
	audit_judge(&audits, 1u << KIND_KAFKA, f, NOW, WALL, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.results[i].item == item) {
			assert_int_equal(report.results[i].verdict, VERDICT_NA);
			assert_non_null(strstr(report.results[i].evidence, "waived by duty1"));
		}
	audit_report_release(&report);
	frame_unref(f);
}

static void reports_hold_hostile_names(void **state)
{
	static const char *const formats[] = {"text", "json", "markdown", "junit"};
	const struct audit_item *item;
	struct audit_report report;
	struct frame *f;
	struct buf out;

	(void)state;
	load();
	item = &audits.lists[KIND_KAFKA].items[0];
	f = frame_for(item, KIND_KAFKA, 0, BAD, NULL);
	f->snap->clusters[0].name = "a|b<c>\x1b]0;x\a";
	audit_judge(&audits, 1u << KIND_KAFKA, f, NOW, WALL, &report);
	assert_int_equal(report.verdict, VERDICT_UNKNOWN);
	for (size_t i = 0; i < 4; i++) {
		buf_init(&out, 1 << 20);
		assert_int_equal(audit_write(&report, f, formats[i], WALL, &out), 0);
		assert_null(strchr(out.data, '\x1b'));
		assert_non_null(strstr(out.data, "KA01"));
		if (i == 3)
			assert_null(strstr(out.data, "<b>"));
		buf_release(&out);
	}
	buf_init(&out, 100);
	assert_int_equal(audit_write(&report, f, "json", WALL, &out), -1);
	buf_release(&out);
	audit_report_release(&report);
	frame_unref(f);
}

static void mistakes_have_a_place(void **state)
{
	static const char text[] = "list: kafka\ntitle: t\ngroups: [{id: g, title: G}]\nitems:\n"
				   "  - {id: a, guide: x.1, code: A1, group: g, level: dire, title: t, why: w, mend: m, ask: q}\n"
				   "  - {id: b, guide: x.2, code: B1, group: h, level: low, title: t, why: w, mend: m}\n"
				   "  - {id: c, guide: x.3, code: C1, group: g, level: low, title: t, why: w, mend: m,\n"
				   "     measure: [{fact: f, want: many}, {query: brokers.nothing > 1}]}\n";
	struct audits a = {0};
	struct err err = {""};

	(void)state;
	arena_init(&a.arena);
	assert_int_equal(audits_parse(&a, "f.yaml", text, sizeof(text) - 1, &err), -1);
	assert_non_null(strstr(err_msg(&err), "f.yaml:5:5: level is high, medium or low"));
	assert_non_null(strstr(err_msg(&err), "f.yaml:6:5: there is no group h"));
	audits_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_item_has_its_outcomes),
	    cmocka_unit_test(an_item_of_another_mode_does_not_apply),
	    cmocka_unit_test(a_rule_that_is_waived_is_not_judged),
	    cmocka_unit_test(what_is_noted_is_skipped),
	    cmocka_unit_test(reports_hold_hostile_names),
	    cmocka_unit_test(mistakes_have_a_place),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	audits_release(&audits);
	return rc;
}
