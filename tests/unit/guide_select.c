/* §1: requirements, decision flow, matrix. */
#include "guide_drive.h"

#include "base/err.h"
#include "report/selection.h"
#include "selection_open.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { REPORT_MOST = 1 << 18 };

/* An answer that fits, and rules nothing out where it can. */
static const char *fitting(const struct requirement *r)
{
	static const struct {
		const char *id, *answer;
	} mild[] = {{"scenario", "mixed"}, {"retention", "0"}, {"latency", "50"}};

	for (size_t i = 0; i < sizeof(mild) / sizeof(mild[0]); i++)
		if (!strcmp(mild[i].id, r->id))
			return mild[i].answer;
	return r->type == ANSWER_NUMBER ? "7" : r->type == ANSWER_YESNO ? "no" : r->type == ANSWER_CHOICE ? r->choices[0] : "yes";
}

static void answer_all(struct selection *s)
{
	for (size_t i = 0; i < s->n_requirements; i++)
		answer(s, s->requirements[i].id, fitting(&s->requirements[i]));
}

/* The lines of the report that begin with what stands at `from`, up to the line that begins with `to` (NULL: one line). */
static void lines_of(struct selection *s, const char *from, const char *to, char *out, size_t size)
{
	const char *at, *end;
	struct buf b;

	selection_decide(s);
	buf_init(&b, REPORT_MOST);
	assert_int_equal(selection_report(s, "text", 0, &b), 0);
	at = strstr(b.data, from);
	end = at ? strstr(at, to ? to : "\n") : NULL;
	if (!at)
		fail_msg("the report does not say \"%s\"", from);
	snprintf(out, size, "%.*s", (int)(end ? (size_t)(end - at) : strlen(at)), at);
	buf_release(&b);
}

/* What the answers make of it: for each candidate whether it is out or may be, and the range of its total; which
 * branches hold. */
static void standing(struct selection *s, struct buf *b)
{
	selection_decide(s);
	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct candidate *c = &s->candidates[i];

		buf_addf(b, "%d %s %.4f..%.4f;", c->out != NULL, c->may ? c->may->when.text : "", c->low, c->high);
	}
	for (size_t i = 0; i < s->n_steps; i++)
		for (size_t k = 0; k < s->steps[i].n_branches; k++) {
			const struct flow_branch *f = &s->steps[i].branches[k];
			size_t known = 0;

			for (const char **n = f->needs; *n; n++)
				known += selection_requirement(s, *n)->answer != NULL;
			buf_addf(b, "%d %zu;", selection_holds(s, &f->when), known);
		}
}

bool drive_requirement(const struct guide_item *it, struct outcomes *o)
{
	struct requirement *r = NULL;
	struct err err = {""};
	struct buf before, after;
	struct selection s;
	char line[300];

	load(&s);
	for (size_t i = 0; i < s.n_requirements; i++)
		if (!strcmp(s.requirements[i].guide, it->id))
			r = &s.requirements[i];
	if (!r) {
		selection_release(&s);
		return false;
	}
	buf_init(&before, REPORT_MOST);
	buf_init(&after, REPORT_MOST);
	standing(&s, &before);
	snprintf(line, sizeof(line), "  %s: ", r->title);
	lines_of(&s, line, NULL, o->bad, sizeof(o->bad));
	if (r->type != ANSWER_TEXT && !selection_answer(&s, r->id, "neither here nor there", &err))
		fail_msg("%s takes any answer", it->id);
	answer(&s, r->id, fitting(r));
	standing(&s, &after);
	if (!strcmp(before.data, after.data))
		fail_msg("%s: its answer changes nothing", it->id);
	lines_of(&s, line, NULL, o->good, sizeof(o->good));
	buf_release(&before);
	buf_release(&after);
	selection_release(&s);
	return true;
}

bool drive_decision(const struct guide_item *it, struct outcomes *o)
{
	struct selection s;
	size_t at = 0;
	char from[300], to[300];

	load(&s);
	while (at < s.n_steps && strcmp(s.steps[at].guide, it->id))
		at++;
	if (at == s.n_steps) {
		selection_release(&s);
		return false;
	}
	snprintf(from, sizeof(from), "  %zu %s\n", at + 1, s.steps[at].title);
	snprintf(to, sizeof(to), "\n  %zu ", at + 2);
	/* The first and the last step have no branches: what they come to stands at the head of the report. */
	if (!s.steps[at].n_branches) {
		lines_of(&s, from, NULL, o->bad, sizeof(o->bad));
		if (at)
			lines_of(&s, "", NULL, o->bad, sizeof(o->bad));
		else
			snprintf(o->bad, sizeof(o->bad), "%zu not answered", selection_unanswered(&s));
	} else {
		lines_of(&s, from, to, o->bad, sizeof(o->bad));
	}
	answer_all(&s);
	if (at && !s.steps[at].n_branches)
		lines_of(&s, "", NULL, o->good, sizeof(o->good));
	else if (!at)
		snprintf(o->good, sizeof(o->good), "%zu not answered", selection_unanswered(&s));
	else
		lines_of(&s, from, to, o->good, sizeof(o->good));
	selection_release(&s);
	return true;
}

/* Makes the branch's own condition hold. */
static void make_hold(struct selection *s, const struct flow_branch *b)
{
	answer(s, b->when.field, b->when.value);
	assert_int_equal(selection_holds(s, &b->when), 1);
}

bool drive_branch(const struct guide_item *it, struct outcomes *o)
{
	const struct flow_branch *b = NULL;
	struct selection s;

	load(&s);
	for (size_t i = 0; i < s.n_steps; i++)
		for (size_t k = 0; k < s.steps[i].n_branches; k++)
			if (!strcmp(s.steps[i].branches[k].guide, it->id))
				b = &s.steps[i].branches[k];
	if (b) {
		char line[300];

		/* A branch of §1.2's second step favours somebody; the others ask for something. */
		assert_true(b->favours[0] ? b->when.field != NULL : b->needs[0] != NULL);
		snprintf(line, sizeof(line), "- %s", b->title);
		lines_of(&s, line, NULL, o->bad, sizeof(o->bad));
		if (b->when.field) {
			make_hold(&s, b);
			line[0] = '>';
		}
		for (const char **n = b->needs; *n; n++)
			answer(&s, *n, fitting(selection_requirement(&s, *n)));
		lines_of(&s, line, NULL, o->good, sizeof(o->good));
	}
	selection_release(&s);
	return b != NULL;
}

/* "性能 weight 30% Kafka 8 MQTT 6 NATS-Core 10 NATS-JetStream 8" is what the file gives. */
static void as_the_guide_has_it(const struct guide_item *it, const struct dimension *d)
{
	double weight = 0, k = 0, m = 0, c = 0, j = 0;
	const char *at = strstr(it->text, "weight ");

	if (!at || sscanf(at, "weight %lf%% Kafka %lf MQTT %lf NATS-Core %lf NATS-JetStream %lf", &weight, &k, &m, &c, &j) != 5)
		fail_msg("%s: \"%s\" cannot be read", it->id, it->text);
	if (d->weight != weight || d->scores[0] != k || d->scores[1] != m || d->scores[2] != c || d->scores[3] != j)
		fail_msg("%s: the file differs from the guide", it->id);
}

static void totals(const struct selection *s, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_candidates && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s %.2f; ", s->candidates[i].title, s->candidates[i].total);
}

bool drive_dimension(const struct guide_item *it, struct outcomes *o)
{
	struct selection s;
	size_t at = 0;
	bool found;

	load(&s);
	while (at < s.n_dimensions && strcmp(s.dimensions[at].guide, it->id))
		at++;
	found = at < s.n_dimensions;
	if (found) {
		double score = s.dimensions[at].scores[0];

		as_the_guide_has_it(it, &s.dimensions[at]);
		/* With all the weight the total is the score; without any it is that of the others. */
		for (size_t i = 0; i < s.n_dimensions; i++)
			s.dimensions[i].weight = i == at ? 100 : 0;
		selection_decide(&s);
		assert_true(fabs(s.candidates[0].total - score) < 1e-9);
		totals(&s, o->good, sizeof(o->good));
		for (size_t i = 0; i < s.n_dimensions; i++)
			s.dimensions[i].weight = i == at ? 0 : i == (at + 1) % s.n_dimensions ? 40 : 20;
		selection_decide(&s);
		totals(&s, o->bad, sizeof(o->bad));
	}
	selection_release(&s);
	return found;
}

/* --- how the matrix is used --- */

/* A matrix of the operator's own: performance alone, with that weight and score of Kafka's. -1: refused. */
static int own_matrix(struct selection *s, const char *weight, const char *score, struct err *err)
{
	char path[] = "/tmp/guide_matrix-XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	dprintf(fd,
	    "reviewed: 2026-11-26\nsource: own\n"
	    "candidates: [{id: kafka, title: Kafka}, {id: mqtt, title: MQTT}, {id: nats-core, title: Core}, {id: nats-jetstream, title: JetStream}]\n"
	    "dimensions:\n"
	    "  - {id: a, guide: matrix.dimension.01, title: A, weight: %s, scores: {kafka: %s, mqtt: 5, nats-core: 5, nats-jetstream: 5}, needs: []}\n"
	    "  - {id: b, guide: matrix.dimension.02, title: B, weight: 50, scores: {kafka: 5, mqtt: 5, nats-core: 5, nats-jetstream: 5}, needs: []}\n"
	    "use: []\n",
	    weight, score);
	close(fd);
	rc = selection_load(s, path, err);
	unlink(path);
	return rc;
}

static void taken_or_refused(const char *good_weight, const char *good_score, const char *bad_weight, const char *bad_score,
    struct outcomes *o)
{
	struct selection s;
	struct err err = {""};

	if (own_matrix(&s, good_weight, good_score, &err))
		fail_msg("%s", err_msg(&err));
	selection_decide(&s);
	snprintf(o->good, sizeof(o->good), "%s %.2f", s.candidates[0].title, s.candidates[0].total);
	selection_release(&s);
	if (!own_matrix(&s, bad_weight, bad_score, &err))
		fail_msg("a matrix with %s and %s is taken", bad_weight, bad_score);
	snprintf(o->bad, sizeof(o->bad), "%s", err_msg(&err));
	selection_release(&s);
}

static void totals_of_those_that_are_in(struct outcomes *o)
{
	struct selection s;

	load(&s);
	selection_decide(&s);
	assert_true(fabs(s.candidates[0].total - 7.65) < 1e-9);
	lines_of(&s, "  Kafka ", NULL, o->good, sizeof(o->good));
	answer(&s, "protocol", "mqtt");
	lines_of(&s, "  Kafka ", NULL, o->bad, sizeof(o->bad));
	assert_non_null(strstr(o->bad, "ruled out"));
	selection_release(&s);
}

static void highest_or_tie(struct outcomes *o)
{
	struct selection s;

	load(&s);
	answer_all(&s);
	selection_decide(&s);
	assert_int_equal(s.outcome, OUTCOME_WINNER);
	for (size_t i = 0; i < s.n_candidates; i++)
		assert_true(s.candidates[i].out || s.candidates[i].total <= s.candidates[s.best].total);
	lines_of(&s, "", NULL, o->good, sizeof(o->good));
	for (size_t i = 0; i < s.n_dimensions; i++)
		for (size_t k = 1; k < s.n_candidates; k++)
			s.dimensions[i].scores[k] = s.dimensions[i].scores[0];
	selection_decide(&s);
	assert_int_equal(s.outcome, OUTCOME_TIE);
	lines_of(&s, "", NULL, o->bad, sizeof(o->bad));
	selection_release(&s);
}

bool drive_matrix_use(const struct guide_item *it, struct outcomes *o)
{
	long n = strtol(strrchr(it->id, '.') + 1, NULL, 10);
	struct selection s;
	size_t uses = 0;

	load(&s);
	while (s.use[uses])
		uses++;
	selection_release(&s);
	if (n < 1 || (size_t)n > uses)
		return false;
	switch (n) {
	case 1:
		taken_or_refused("50", "8", "130", "8", o);
		break;
	case 2:
		taken_or_refused("50", "10", "50", "11", o);
		break;
	case 3:
		totals_of_those_that_are_in(o);
		break;
	default:
		highest_or_tie(o);
		break;
	}
	return true;
}
