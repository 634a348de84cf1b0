/* A triage from the alert to the report, on a sample frame, without a screen: what is asked, what is recorded, where it
 * goes on, and what the report makes of it. */
#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "base/datadir.h"
#include "report/incident.h"
#include "report/plan.h"
#include "triage/act.h"
#include "triage/words.h"

#include <jansson.h>
#include <limits.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct frame *frame;
	struct stages *stages;
	struct manual *manual;
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc; /* the one that is worked on */
	struct path path;
	size_t at;
};

static void refresh(struct world *w, const char *key)
{
	char kept[RECORD_ID_SIZE];

	snprintf(kept, sizeof(kept), "%s", key ? key : w->inc->key);
	incidents_free(w->all);
	w->all = incidents_fold(w->l.ledger);
	w->inc = incidents_find(w->all, kept);
	assert_non_null(w->inc);
	path_make(&w->path, w->stages, w->inc->fault ? manual_find(w->manual, w->inc->fault) : NULL, w->inc);
	w->at = path_at(&w->path, w->inc);
}

static void hand_in(struct world *w, struct record *r)
{
	w->l.wall += NS_PER_S;
	clock_fake(SAMPLE_BOOT, w->l.wall);
	ledger_of_put(&w->l, r, KEEP_KEPT);
	refresh(w, NULL);
}

static const struct alert *alert_named(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->frame->judgement->n_alerts; i++)
		if (!strcmp(w->frame->judgement->alerts[i].name, name))
			return &w->frame->judgement->alerts[i];
	fail_msg("no alert %s", name);
	return NULL;
}

static size_t cluster_of(const struct world *w, const char *name)
{
	size_t i = 0;

	while (strcmp(w->frame->snap->clusters[i].name, name))
		i++;
	return i;
}

static void open_on(struct world *w, const char *name, bool drill)
{
	const struct alert *a = alert_named(w, name);
	const struct manual_page *page = manual_for_alert(w->manual, a->manual, a->name, KIND_KAFKA);
	struct subject about = {.cluster = cluster_of(w, a->cluster), .section = a->section, .row = a->row, .alert = a,
	    .fault = page ? page->id : NULL, .revision = page ? page->revision : NULL};
	struct record *r = act_open(&about, w->frame, NULL, SAMPLE_BOOT, "orders are late", drill);
	char key[RECORD_ID_SIZE];

	snprintf(key, sizeof(key), "%s", r->id);
	ledger_of_put(&w->l, r, KEEP_KEPT);
	refresh(w, key);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct err err = {""};

	setenv("SUDO_USER", "duty1", 1);
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	w->frame = sample_frame(SAMPLE_RICH);
	w->stages = stages_load(NULL, &err);
	if (!w->stages)
		fail_msg("%s", err_msg(&err));
	w->manual = manual_load(NULL, 0, "en", NULL);
	ledger_of_init(&w->l, SAMPLE_WALL);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	incidents_free(w->all);
	ledger_unref(w->l.ledger);
	manual_free(w->manual);
	stages_free(w->stages);
	frame_unref(w->frame);
	free(w);
	clock_real();
	return 0;
}

static void look_here(const struct world *w, struct sight *seen, struct choices *choices, bool held)
{
	step_look(&w->path.steps[w->at], w->inc, w->frame, SAMPLE_BOOT, seen);
	step_choices(&w->path, w->at, w->inc, seen, held, choices);
}

/* Answers the step with that choice, counted from 0, and expects to be where it leads. */
static void answer(struct world *w, size_t choice, const char *text)
{
	struct choices choices;
	struct sight seen;
	char to[STEP_ID_MAX];

	look_here(w, &seen, &choices, true);
	assert_true(choice < choices.n);
	snprintf(to, sizeof(to), "%s", w->path.steps[choices.list[choice].to].id);
	hand_in(w, act_answer(w->inc, &w->path, w->at, &choices.list[choice], &seen, NULL, text));
	assert_string_equal(w->path.steps[w->at].id, to);
}

static size_t choice_of(const struct world *w, const char *outcome)
{
	struct choices choices;
	struct sight seen;
	size_t i = 0;

	look_here(w, &seen, &choices, true);
	while (i < choices.n && (!choices.list[i].outcome || strcmp(choices.list[i].outcome, outcome)))
		i++;
	return i < choices.n ? i : SIZE_MAX;
}

static void go_to(struct world *w, const char *id)
{
	size_t to = path_find(&w->path, id);

	assert_true(to < w->path.n);
	hand_in(w, act_go(w->inc, &w->path, w->at, to, "skipped"));
}

static void the_guide_stands_in_the_data(void **state)
{
	static const char *const ids[] = {"triage.stage.01", "triage.stage.02", "triage.stage.03", "triage.stage.04",
	    "triage.stage.05", "triage.stage2.step.01", "triage.stage2.step.02", "triage.stage2.step.03",
	    "triage.stage3.step.01", "triage.stage3.step.02", "triage.stage3.step.03", "triage.stage4.step.01",
	    "triage.stage4.step.02", "triage.stage4.step.03", "triage.stage5.step.01", "triage.stage5.step.02",
	    "triage.stage5.step.03", "triage.stage5.step.04"};
	const struct world *w = *state;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		bool found = false;

		for (int s = 0; s < STAGE_COUNT; s++) {
			const struct stage_def *d = &w->stages->list[s];

			found = found || (d->guide && !strcmp(d->guide, ids[i]));
			for (size_t k = 0; k < d->n_steps; k++)
				found = found || (d->steps[k].guide && !strcmp(d->steps[k].guide, ids[i]));
		}
		if (!found)
			fail_msg("%s drives nothing", ids[i]);
	}
}

static void opening_remembers_what_was_seen(void **state)
{
	struct world *w = *state;
	json_t *snapshot;

	open_on(w, "GroupStalled", false);
	assert_string_equal(w->inc->alert, "GroupStalled");
	assert_string_equal(w->inc->cluster, "orders");
	assert_string_equal(w->inc->fault, "kafka-group-stalled");
	assert_non_null(w->inc->revision);
	assert_string_equal(w->inc->user, "duty1");
	snapshot = json_loads(w->inc->snapshot, 0, NULL);
	assert_non_null(snapshot);
	assert_true(json_array_size(json_object_get(snapshot, "alerts")) > 2);
	assert_string_equal(json_string_value(json_object_get(json_object_get(snapshot, "row"), "group")), "audit");
	json_decref(snapshot);
}

static void each_step_leads_on_to_the_end(void **state)
{
	struct world *w = *state;
	size_t n = 0;

	open_on(w, "GroupStalled", false);
	while (w->path.steps[w->at].kind != STEP_CLOSE && n++ < w->path.n) {
		size_t good = choice_of(w, "holds");

		answer(w, good == SIZE_MAX ? 0 : good, "because it is so");
	}
	assert_int_equal(w->path.steps[w->at].kind, STEP_CLOSE);
	assert_true(n > 20); /* the manual's steps were among them */
	hand_in(w, act_close(w->inc));
	assert_true(w->inc->closed > 0);
	assert_non_null(incident_mark(w->inc, "resolved"));
	assert_string_equal(incident_field(w->inc, "happened"), "because it is so");
}

static void two_sources_confirm(void **state)
{
	struct world *w = *state;
	struct choices choices;
	struct sight seen;

	open_on(w, "GroupStalled", false);
	go_to(w, "confirm.gate");
	look_here(w, &seen, &choices, false);
	assert_false(stage_is_met(&w->path, w->inc, STAGE_CONFIRM));
	assert_true(choices.list[0].forced && choices.list[0].ask);
	/* The alert and its own number are one source; members are told by another. */
	go_to(w, "confirm.alerts");
	answer(w, choice_of(w, "confirms"), NULL);
	assert_int_equal(incident_signals(w->inc), 1);
	go_to(w, "confirm.alerts");
	answer(w, choice_of(w, "confirms"), NULL);
	assert_int_equal(incident_signals(w->inc), 1);
	while (incident_signals(w->inc) < 2 && w->path.steps[w->at].kind != STEP_GATE) {
		size_t yes = choice_of(w, "confirms");

		answer(w, yes == SIZE_MAX ? choice_of(w, "denies") : yes, NULL);
	}
	assert_int_equal(incident_signals(w->inc), 2);
	go_to(w, "confirm.gate");
	look_here(w, &seen, &choices, false);
	assert_string_equal(choices.list[0].outcome, "met");
	assert_false(choices.list[0].forced);
}

static void going_on_by_force_is_kept(void **state)
{
	struct world *w = *state;

	open_on(w, "GroupStalled", false);
	go_to(w, "confirm.gate");
	answer(w, choice_of(w, "forced"), "customers call in by the dozen");
	assert_int_equal(w->inc->stage, STAGE_LOCATE);
	assert_true(w->inc->stage_forced[STAGE_CONFIRM]);
	assert_string_equal(w->inc->entries[w->inc->n_entries - 1].forced, "customers call in by the dozen");
}

/* What cannot be told, or is well, confirms nothing by itself: who says so all the same has to say how he knows, and is
 * his own source. */
static void what_is_not_seen_confirms_nothing(void **state)
{
	static const enum sample_kind kinds[] = {SAMPLE_HEALTHY, SAMPLE_UNKNOWN};
	struct world *w = *state;
	struct frame *rich = w->frame;
	struct choices choices;
	struct sight seen;

	open_on(w, "GroupStalled", false);
	go_to(w, "confirm.alerts");
	look_here(w, &seen, &choices, false);
	assert_string_equal(choices.list[0].outcome, "confirms");
	assert_false(choices.list[0].ask);
	for (size_t i = 0; i < 2; i++) {
		w->frame = sample_frame(kinds[i]);
		go_to(w, "confirm.alerts");
		look_here(w, &seen, &choices, false);
		assert_string_equal(choices.list[0].outcome, "confirms");
		assert_true(choices.list[0].ask);
		answer(w, 0, "the customer's own graph");
		assert_string_equal(w->inc->entries[w->inc->n_entries - 1].signal, "operator");
		frame_unref(w->frame);
	}
	w->frame = rich;
}

static void evidence_goes_with_the_answer(void **state)
{
	struct world *w = *state;
	const struct incident_entry *e;

	open_on(w, "GroupStalled", false);
	go_to(w, "confirm.logs");
	answer(w, choice_of(w, "unknown"), NULL);
	e = &w->inc->entries[w->inc->n_entries - 1];
	assert_true(e->has_evidence);
	assert_string_equal(e->seen.query, "logs.errors_10m <= 0");
	assert_non_null(e->seen.value);
	assert_non_null(e->seen.verdict);
	assert_string_equal(e->step, "confirm.logs");
	assert_string_equal(e->user, "duty1");
}

static void what_fails_leads_to_the_way_back(void **state)
{
	struct world *w = *state;
	struct choices choices;
	struct sight seen;

	open_on(w, "GroupStalled", false);
	go_to(w, "recover.verify");
	/* The alert still fires: whoever says that it holds has to say how he knows. */
	look_here(w, &seen, &choices, false);
	assert_true(choices.list[0].ask);
	answer(w, choice_of(w, "fails"), NULL);
	assert_true(w->path.steps[w->at].aside || w->at == path_first(&w->path, STAGE_RECOVER));
	for (int i = 0; i < 10 && w->path.steps[w->at].aside; i++)
		answer(w, 0, NULL);
	assert_int_equal(w->inc->stage, STAGE_RECOVER);
	/* In the normal course nobody comes by it. */
	for (size_t at = 0; path_next(&w->path, at) != at; at = path_next(&w->path, at))
		assert_false(w->path.steps[path_next(&w->path, at)].aside);
}

static void waiting_needs_its_time(void **state)
{
	struct world *w = *state;
	struct choices choices;
	struct sight seen;

	open_on(w, "GroupStalled", false);
	go_to(w, "recover.watch");
	assert_int_equal(w->path.steps[w->at].kind, STEP_WAIT);
	assert_int_equal(w->path.steps[w->at].hold_ns, 300 * NS_PER_S);
	look_here(w, &seen, &choices, false);
	assert_string_equal(choices.list[0].outcome, "given-up");
	answer(w, choice_of(w, "met"), NULL);
	assert_non_null(incident_mark(w->inc, "resolved"));
}

static void a_mark_may_be_past(void **state)
{
	struct world *w = *state;

	open_on(w, "GroupStalled", false);
	/* It is 03:04 UTC: 02:50 is today's, 23:50 yesterday's. */
	hand_in(w, act_mark(w->inc, "mitigated 02:50"));
	assert_int_equal(SAMPLE_WALL - incident_mark(w->inc, "mitigated")->at, (14 * 60 + 31) * NS_PER_S);
	hand_in(w, act_mark(w->inc, "first call 23:50"));
	assert_int_equal(SAMPLE_WALL - incident_mark(w->inc, "first call")->at, (3 * 3600 + 14 * 60 + 31) * NS_PER_S);
	hand_in(w, act_mark(w->inc, "resolved"));
	assert_true(incident_mark(w->inc, "resolved")->at >= SAMPLE_WALL);
}

static void the_report_is_whole_and_harmless(void **state)
{
	struct world *w = *state;
	struct buf out;

	open_on(w, "GroupStalled", true);
	hand_in(w, act_note(w->inc, "<script>alert(1)</script> | a `cell` \033[31mred\xe2\x80\xae"));
	hand_in(w, act_hypothesis(w->inc, "a deploy", NULL));
	go_to(w, "summarise.happened");
	answer(w, 0, "Three members left");
	go_to(w, "summarise.actions");
	answer(w, 0, "alert on members (ann, 2026-12-01); longer retention");
	hand_in(w, act_mark(w->inc, "resolved"));
	hand_in(w, act_close(w->inc));
	buf_init(&out, 1 << 20);
	assert_int_equal(incident_markdown(w->inc, w->path.page, w->l.wall, &out), 0);
	for (const char *p = out.data; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= ' ');
	assert_null(strstr(out.data, "<script>"));
	assert_null(strstr(out.data, "\xe2\x80\xae"));
	assert_non_null(strstr(out.data, "# DRILL INC-20261122-1: "));
	assert_non_null(strstr(out.data, "## What happened\n\nThree members left\n"));
	assert_non_null(strstr(out.data, "## Causes\n\n*not written*"));
	assert_non_null(strstr(out.data, "- [ ] alert on members (ann, 2026-12-01)\n- [ ] longer retention\n"));
	assert_non_null(strstr(out.data, "| MTTR (began to resolved) | 2"));
	assert_non_null(strstr(out.data, "- a deploy: open"));
	assert_non_null(strstr(out.data, "| MTTM (began to mitigated) | not known"));
	buf_release(&out);
}

static void the_report_as_json(void **state)
{
	struct world *w = *state;
	struct buf out;
	json_t *o, *entries;

	open_on(w, "GroupStalled", false);
	hand_in(w, act_note(w->inc, "a \"quoted\" note"));
	go_to(w, "confirm.alerts");
	answer(w, 0, NULL);
	hand_in(w, act_mark(w->inc, "resolved"));
	buf_init(&out, 1 << 20);
	assert_int_equal(incident_json(w->inc, w->l.wall, &out), 0);
	o = json_loads(out.data, 0, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "schema")), "mqduty/incident/1");
	assert_true(json_number_value(json_object_get(o, "mttr_s")) > 0);
	assert_true(json_is_null(json_object_get(o, "mttm_s")));
	assert_true(json_is_null(json_object_get(o, "closed")));
	entries = json_object_get(o, "entries");
	assert_int_equal(json_array_size(entries), w->inc->n_entries);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(entries, 0), "text")), "a \"quoted\" note");
	assert_true(json_is_object(json_object_get(json_array_get(entries, 2), "evidence")));
	json_decref(o);
	buf_release(&out);
}

static char *plan_of(struct world *w)
{
	const struct plan_of of = {.fault = w->inc->fault, .page = w->path.page, .config = sample_config(SAMPLE_RICH),
	    .all = w->all, .ledger = w->l.ledger};
	struct err err = {""};
	struct buf out;

	buf_init(&out, 1 << 20);
	if (plan_markdown(&of, &out, &err))
		fail_msg("%s", err_msg(&err));
	return buf_detach(&out);
}

static void the_plan_grows_with_incidents(void **state)
{
	static const char *const sections[] = {"### Description of the fault\n", "### Scope\n", "- Systems: orders (kafka, prod)",
	    "- Users: ", "- Business: ", "### Steps\n\n1. ", "### Roll back\n", "### Contacts\n", "- Responsible: ",
	    "- Technical support: *not known: write `contacts`", "- Business side: *", "### Change record\n"};
	struct world *w = *state;
	char *plan;

	open_on(w, "GroupStalled", false);
	plan = plan_of(w);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (!strstr(plan, sections[i]))
			fail_msg("no \"%s\" in\n%s", sections[i], plan);
	assert_non_null(strstr(plan, "No change yet."));
	/* A command that somebody copies from here is the one that was written. */
	for (size_t i = 0; i < w->path.page->n_steps; i++)
		if (w->path.page->steps[i].command)
			assert_non_null(strstr(plan, w->path.page->steps[i].command));
	free(plan);
	go_to(w, "summarise.plan");
	answer(w, 0, "first the retention, then the consumers");
	hand_in(w, act_plan(w->inc, w->l.ledger));
	/* The next incident's line is added to those before. */
	go_to(w, "summarise.plan");
	answer(w, 0, "call the owner of audit first");
	hand_in(w, act_plan(w->inc, w->l.ledger));
	plan = plan_of(w);
	assert_non_null(strstr(plan, "- 2026-11-22 first the retention, then the consumers (INC-20261122-1, duty1)\n"
				     "- 2026-11-22 call the owner of audit first (INC-20261122-1, duty1)\n"));
	free(plan);
}

static void the_plans_template_carries_the_guide(void **state)
{
	static const char *const ids[] = {"plan.section.01", "plan.section.02", "plan.section2.field.01",
	    "plan.section2.field.02", "plan.section2.field.03", "plan.section.03", "plan.section.04", "plan.section.05",
	    "plan.section5.field.01", "plan.section5.field.02", "plan.section5.field.03", "plan.section.06"};
	char path[PATH_MAX], text[16384], want[64];
	size_t n;
	FILE *f;

	(void)state;
	assert_true(datadir_find("plans/template.yaml", path, sizeof(path)));
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		snprintf(want, sizeof(want), "guide: %s\n", ids[i]);
		if (!strstr(text, want))
			fail_msg("no %s", want);
	}
}

static void a_broken_course_is_refused_with_its_place(void **state)
{
	static const char *const texts[] = {
	    "stages: []\n",
	    "stages:\n  - {id: nowhere, steps: []}\n",
	    "stages:\n  - id: confirm\n    title: x\n    exit: y\n    steps:\n      - {id: a, kind: dance, title: t, text: u}\n",
	    "stages:\n  - id: confirm\n    title: x\n    exit: y\n    steps:\n      - {id: a, kind: ask, title: t, text: u}\n",
	    ("stages:\n  - id: confirm\n    title: x\n    exit: y\n    steps:\n"
	     "      - {id: a, kind: observe, title: t, text: u, see: lag.nonsense > 1}\n"),
	    "stages: {",
	};
	char path[] = "/tmp/mqduty-stages-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err err = {""};

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, texts[i], strlen(texts[i]), 0), (ssize_t)strlen(texts[i]));
		assert_null(stages_load(path, &err));
		if (!strstr(err_msg(&err), path))
			fail_msg("%zu: \"%s\" does not name the file", i, err_msg(&err));
	}
	close(fd);
	unlink(path);
	assert_null(stages_load("/nowhere/stages.yaml", &(struct err){""}));
}

int main(void)
{
#define TRIAGE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TRIAGE_TEST(the_guide_stands_in_the_data),
	    TRIAGE_TEST(opening_remembers_what_was_seen),
	    TRIAGE_TEST(each_step_leads_on_to_the_end),
	    TRIAGE_TEST(two_sources_confirm),
	    TRIAGE_TEST(going_on_by_force_is_kept),
	    TRIAGE_TEST(what_is_not_seen_confirms_nothing),
	    TRIAGE_TEST(evidence_goes_with_the_answer),
	    TRIAGE_TEST(what_fails_leads_to_the_way_back),
	    TRIAGE_TEST(waiting_needs_its_time),
	    TRIAGE_TEST(a_mark_may_be_past),
	    TRIAGE_TEST(the_report_is_whole_and_harmless),
	    TRIAGE_TEST(the_report_as_json),
	    TRIAGE_TEST(the_plan_grows_with_incidents),
	    TRIAGE_TEST(the_plans_template_carries_the_guide),
	    TRIAGE_TEST(a_broken_course_is_refused_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
