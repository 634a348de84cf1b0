/* §5.1: the stages of a triage and their steps, worked on as an operator does. */
#include "guide_drive.h"

#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "triage/act.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An incident about an alert of the sample, and where it stands. */
struct duty {
	struct frame *frame;
	struct stages *stages;
	struct manual *manual;
	struct ledger_of l;
	struct incidents *all;
	const struct incident *inc;
	struct path path;
	char key[RECORD_ID_SIZE];
};

static void refresh(struct duty *d)
{
	incidents_free(d->all);
	d->all = incidents_fold(d->l.ledger);
	d->inc = incidents_find(d->all, d->key);
	assert_non_null(d->inc);
	path_make(&d->path, d->stages, manual_find(d->manual, d->inc->fault), d->inc);
}

static void hand_in(struct duty *d, struct record *r)
{
	d->l.wall += NS_PER_S;
	clock_fake(SAMPLE_BOOT, d->l.wall);
	ledger_of_put(&d->l, r, KEEP_KEPT);
	refresh(d);
}

static void duty_init(struct duty *d)
{
	const struct judgement *j;
	const struct alert *a = NULL;
	struct subject about = {.fault = "kafka-group-stalled", .revision = "1"};
	struct err err = {""};
	struct record *r;

	*d = (struct duty){.frame = NULL};
	setenv("SUDO_USER", "duty1", 1);
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	d->frame = sample_frame(SAMPLE_RICH);
	d->stages = stages_load(NULL, &err);
	if (!d->stages)
		fail_msg("%s", err_msg(&err));
	d->manual = manual_load(NULL, 0, "en", NULL);
	ledger_of_init(&d->l, SAMPLE_WALL);
	j = d->frame->judgement;
	for (size_t i = 0; i < j->n_alerts; i++)
		if (!strcmp(j->alerts[i].name, "GroupStalled"))
			a = &j->alerts[i];
	assert_non_null(a);
	while (strcmp(d->frame->snap->clusters[about.cluster].name, a->cluster))
		about.cluster++;
	about.section = a->section;
	about.row = a->row;
	about.alert = a;
	r = act_open(&about, d->frame, NULL, SAMPLE_BOOT, "orders are late", false);
	snprintf(d->key, sizeof(d->key), "%s", r->id);
	ledger_of_put(&d->l, r, KEEP_KEPT);
	refresh(d);
}

static void duty_release(struct duty *d)
{
	incidents_free(d->all);
	ledger_unref(d->l.ledger);
	manual_free(d->manual);
	stages_free(d->stages);
	frame_unref(d->frame);
	clock_real();
}

static void go_to(struct duty *d, size_t to)
{
	hand_in(d, act_go(d->inc, &d->path, path_at(&d->path, d->inc), to, "skipped"));
}

bool drive_stage(const struct guide_item *it, struct outcomes *o)
{
	struct duty d;
	int s = 0;

	duty_init(&d);
	while (s < STAGE_COUNT && strcmp(d.stages->list[s].guide, it->id))
		s++;
	if (s < STAGE_COUNT) {
		const struct stage_def *def = &d.stages->list[s];

		assert_true(def->title[0] && def->exit[0] && def->n_steps > 0);
		go_to(&d, path_first(&d.path, (enum stage)s));
		assert_int_equal(d.inc->stage, s);
		assert_true(d.inc->stage_since[s] > 0);
		snprintf(o->good, sizeof(o->good), "%s: %s, step %s", d.inc->id, stage_name(d.inc->stage), d.inc->step);
		if (s + 1 < STAGE_COUNT) {
			go_to(&d, path_first(&d.path, (enum stage)(s + 1)));
			assert_int_equal(d.inc->stage, s + 1);
		} else {
			hand_in(&d, act_close(d.inc));
			assert_true(d.inc->closed > 0);
		}
		snprintf(o->bad, sizeof(o->bad), "%s: %s, %s", d.inc->id, stage_name(d.inc->stage),
		    d.inc->closed ? "closed" : d.inc->step);
	}
	duty_release(&d);
	return s < STAGE_COUNT;
}

/* Answers that step of an incident of its own with its first or last choice: what is then in the record. false: no such
 * step. */
static bool answer_at(const char *id, bool first, char *out, size_t size)
{
	const struct incident_entry *e;
	struct choices choices;
	struct sight seen;
	struct duty d;
	size_t at = 0, to;

	duty_init(&d);
	while (at < d.path.n && !(d.path.steps[at].def && d.path.steps[at].def->guide && !strcmp(d.path.steps[at].def->guide, id)))
		at++;
	if (at == d.path.n) {
		duty_release(&d);
		return false;
	}
	go_to(&d, at);
	step_look(&d.path.steps[at], d.inc, d.frame, SAMPLE_BOOT, &seen);
	step_choices(&d.path, at, d.inc, &seen, false, &choices);
	assert_true(choices.n >= 2);
	to = choices.list[first ? 0 : choices.n - 1].to;
	hand_in(&d, act_answer(d.inc, &d.path, at, &choices.list[first ? 0 : choices.n - 1], &seen, NULL,
			first ? "because it is so" : NULL));
	e = &d.inc->entries[d.inc->n_entries - 1];
	assert_string_equal(e->step, d.path.steps[at].id);
	assert_string_equal(d.path.steps[path_at(&d.path, d.inc)].id, d.path.steps[to].id);
	/* What is observed is kept with how good it was. */
	if (d.path.steps[at].kind == STEP_OBSERVE)
		assert_true(e->has_evidence && e->seen.quality);
	if (d.path.steps[at].kind == STEP_WRITE)
		assert_string_equal(incident_field(d.inc, d.path.steps[at].def->field), first ? "because it is so" : "");
	snprintf(out, size, "%s: %s (%s) %s, on to %s", e->step, e->answer ? e->answer : "", e->outcome ? e->outcome : "",
	    e->text ? e->text : "", d.path.steps[to].id);
	duty_release(&d);
	return true;
}

bool drive_stage_step(const struct guide_item *it, struct outcomes *o)
{
	return answer_at(it->id, true, o->good, sizeof(o->good)) && answer_at(it->id, false, o->bad, sizeof(o->bad));
}

/* A cause of the manual's page as a hypothesis of an incident. */
void drive_hypothesis(const char *text, struct outcomes *o)
{
	static const char *const outcome[] = {"ruled-out", "confirmed"};

	for (int i = 0; i < 2; i++) {
		struct duty d;

		duty_init(&d);
		hand_in(&d, act_hypothesis(d.inc, text, NULL));
		assert_int_equal(d.inc->n_hypotheses, 1);
		assert_int_equal(d.inc->hypotheses[0].state, HYPOTHESIS_OPEN);
		hand_in(&d, act_hypothesis(d.inc, text, outcome[i]));
		assert_int_equal(d.inc->n_hypotheses, 1);
		assert_int_equal(d.inc->hypotheses[0].state, i ? HYPOTHESIS_CONFIRMED : HYPOTHESIS_RULED_OUT);
		snprintf(i ? o->good : o->bad, sizeof(o->good), "%s: %s", d.inc->hypotheses[0].text, outcome[i]);
		duty_release(&d);
	}
}
