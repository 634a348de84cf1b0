/* The practice guide works: each of its 265 items is found by its id in what the product reads, and driven through the
 * product's own code to two outcomes. tests/unit/guide holds that no id is left out of data/. */
#include "guide_drive.h"

#include "base/clock.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Which kind an item is, by the longest beginning of its id, how many of them there are, and what drives it. */
static const struct kind {
	const char *begins;
	int n;
	guide_drive_fn *drive;
	const char *outcomes;
} kinds[] = {
    {"requirements.", 18, drive_requirement, "answered; not answered"},
    {"decision.step.", 6, drive_decision, "all answered; nothing answered"},
    {"decision.step", 13, drive_branch, "taken or known; not taken or not known"},
    {"matrix.dimension.", 5, drive_dimension, "the only weight; no weight"},
    {"matrix.use.", 4, drive_matrix_use, "taken; refused, ruled out or a tie"},
    {"architecture.", 48, drive_audit, "a good and a bad cluster; attested and overdue"},
    {"deployment.", 47, drive_audit, "a good and a bad cluster; attested and overdue"},
    {"operations.daily.", 5, drive_daily, "a good and a bad cluster"},
    {"operations.weekly.", 5, drive_periodic, "a good and a bad cluster; attested and overdue"},
    {"operations.monthly.", 5, drive_periodic, "a good and a bad cluster; attested and overdue"},
    {"alerts.", 11, drive_alert, "clears; fires with the guide's severity, threshold and action"},
    {"triage.stage.", 5, drive_stage, "worked on; left"},
    {"triage.stage", 13, drive_stage_step, "its first and its last answer are recorded"},
    {"faults.*.NN", 6, drive_fault, "opened by its alert in the drill; no alert when all is well"},
    {"faults.*.symptom.", 6, drive_symptom, "not there when all is well; seen in the drill, and found by its words"},
    {"faults.*.cause.", 14, drive_cause, "a hypothesis ruled out; confirmed"},
    {"faults.*.step.", 24, drive_step, "its number is good in the drill; well, not well"},
    {"faults.*.prevention.", 18, drive_prevention, "what watches over it is content; complains"},
    {"plan.section", 12, drive_plan, "known; not known is said"},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), ITEMS = 265 };

/* Only ids of faults.* need more than a beginning: faults.kafka.01, faults.kafka1.step.02. */
static bool is_of(const char *id, const char *begins)
{
	const char *rest;
	size_t n;

	if (strncmp(begins, "faults.*", 8) != 0)
		return !strncmp(id, begins, strlen(begins));
	if (strncmp(id, "faults.", 7) != 0)
		return false;
	n = strcspn(id + 7, ".");
	rest = id + 7 + n;
	return !strcmp(begins, "faults.*.NN") ? isdigit((unsigned char)rest[1]) != 0 : !strncmp(rest, begins + 8, strlen(begins + 8));
}

static const struct kind *kind_of(const char *id)
{
	const struct kind *best = NULL;

	for (size_t i = 0; i < KINDS; i++)
		if (is_of(id, kinds[i].begins) && (!best || strlen(kinds[i].begins) > strlen(best->begins)))
			best = &kinds[i];
	return best;
}

/* false: not driven, which has been said. */
static bool drive(const struct kind *k, const struct guide_item *it)
{
	struct outcomes o = {"", ""};

	if (!k->drive(it, &o)) {
		print_error("%s: nothing carries it\n", it->id);
		return false;
	}
	if (!o.good[0] || !o.bad[0] || !strcmp(o.good, o.bad)) {
		print_error("%s: not two outcomes (%s): \"%s\", \"%s\"\n", it->id, k->outcomes, o.good, o.bad);
		return false;
	}
	if (getenv("MQ_VERBOSE"))
		printf("%s\t%s\n\t+ %s\n\t- %s\n", it->id, k->outcomes, o.good, o.bad);
	return true;
}

static void each_item_has_two_outcomes(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096], line[1024];
	int n = 0, failed = 0, seen[KINDS] = {0};
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fixtures/guide-items.tsv", top ? top : ".");
	f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		fail_msg("%s cannot be read", path);
	while (fgets(line, sizeof(line), f)) {
		struct guide_item it;
		const struct kind *k;
		char *save = NULL;

		it.id = strtok_r(line, "\t\n", &save);
		strtok_r(NULL, "\t\n", &save);
		it.text = strtok_r(NULL, "\n", &save);
		assert_non_null(it.text);
		k = kind_of(it.id);
		if (!k) {
			print_error("%s: of no kind\n", it.id);
			failed++;
			continue;
		}
		seen[k - kinds]++;
		failed += !drive(k, &it);
		n++;
	}
	fclose(f);
	for (size_t i = 0; i < KINDS; i++)
		if (seen[i] != kinds[i].n)
			fail_msg("%d items of %s, should be %d", seen[i], kinds[i].begins, kinds[i].n);
	assert_int_equal(n, ITEMS);
	if (failed)
		fail_msg("%d of %d items are not driven", failed, ITEMS);
}

/* Were it not for this, a driver that never looks at the id would pass. */
static void what_nothing_carries_is_found_out(void **state)
{
	static const char *const none[] = {"requirements.9.01", "decision.step.09", "decision.step2.branch.09",
	    "matrix.dimension.09", "matrix.use.09", "architecture.kafka.9.01", "operations.daily.09", "operations.weekly.09",
	    "alerts.kafka.critical.09", "triage.stage.09", "triage.stage2.step.09", "faults.kafka.09",
	    "faults.kafka9.symptom.01", "faults.kafka1.cause.09", "faults.kafka1.step.09", "faults.kafka1.prevention.09",
	    "plan.section.09", "plan.section2.field.09"};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		const struct kind *k = kind_of(none[i]);
		struct outcomes o;

		assert_non_null(k);
		if (k->drive(&(struct guide_item){none[i], "NoSuchThing \">0\" \"do nothing\""}, &o))
			fail_msg("%s is driven, although there is no such item", none[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_item_has_two_outcomes),
	    cmocka_unit_test(what_nothing_carries_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
