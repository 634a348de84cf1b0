#include "triage/path.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

static struct step *add(struct path *p, enum stage stage, enum step_kind kind)
{
	struct step *s;

	if (p->n == PATH_STEPS)
		return NULL;
	s = &p->steps[p->n++];
	*s = (struct step){.stage = stage, .kind = kind};
	return s;
}

/* What one does at a step of the manual follows from what it carries and where it stands. */
static enum step_kind kind_of(const struct manual_step *m)
{
	if (m->n_answers)
		return STEP_ASK;
	if (m->query_text && m->wait_ns)
		return STEP_WAIT;
	switch (m->section) {
	case MANUAL_CONFIRM:
	case MANUAL_LOCATE:
		return m->query_text || m->command ? STEP_OBSERVE : STEP_DO;
	case MANUAL_VERIFY:
		return STEP_VERIFY;
	default:
		return STEP_DO;
	}
}

static void add_section(struct path *p, enum stage stage, enum manual_section section, bool aside)
{
	for (size_t i = 0; p->page && i < p->page->n_steps; i++) {
		const struct manual_step *m = &p->page->steps[i];
		struct step *s = m->section == section ? add(p, stage, kind_of(m)) : NULL;

		if (!s)
			continue;
		snprintf(s->id, sizeof(s->id), "manual/%.48s", m->id);
		s->manual = m;
		s->has_query = m->query_text != NULL;
		s->query = m->query;
		s->hold_ns = m->wait_ns;
		s->aside = aside;
	}
}

static void set_question(struct step *s, const struct incident *inc)
{
	if (!s->def->see)
		return;
	if (strcmp(s->def->see, "alert")) {
		s->query = s->def->query;
		s->has_query = true;
	} else if (inc->alert) {
		s->has_query = !query_parse_rule(&s->query, inc->alert, NULL);
	}
}

void path_make(struct path *p, const struct stages *stages, const struct manual_page *page, const struct incident *inc)
{
	p->stages = stages;
	p->page = page;
	p->n = 0;
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const struct stage_def *d = &stages->list[stage];
		enum manual_section back = MANUAL_SECTIONS;

		for (size_t i = 0; i < d->n_steps; i++) {
			struct step *s = add(p, (enum stage)stage, d->steps[i].kind);

			if (!s)
				return;
			snprintf(s->id, sizeof(s->id), "%.63s", d->steps[i].id);
			s->def = &d->steps[i];
			s->hold_ns = d->steps[i].hold_ns;
			set_question(s, inc);
			if (d->steps[i].section != MANUAL_SECTIONS)
				add_section(p, (enum stage)stage, d->steps[i].section, false);
			if (d->steps[i].fails != MANUAL_SECTIONS)
				back = d->steps[i].fails;
		}
		if (back != MANUAL_SECTIONS)
			add_section(p, (enum stage)stage, back, true);
	}
}

size_t path_find(const struct path *p, const char *id)
{
	size_t i = 0;

	while (i < p->n && (!id || strcmp(p->steps[i].id, id)))
		i++;
	return i;
}

size_t path_first(const struct path *p, enum stage s)
{
	size_t i = 0;

	while (i + 1 < p->n && p->steps[i].stage != s)
		i++;
	return i;
}

size_t path_at(const struct path *p, const struct incident *inc)
{
	size_t at = path_find(p, inc->step);

	return at < p->n ? at : path_first(p, inc->stage);
}

size_t path_next(const struct path *p, size_t at)
{
	bool aside = at < p->n && p->steps[at].aside;
	size_t i = at + 1;

	if (aside && i < p->n && p->steps[i].aside && p->steps[i].stage == p->steps[at].stage)
		return i;
	if (aside) {
		/* The way back has been gone: see whether it helped. */
		for (i = 0; i < p->n; i++)
			if (p->steps[i].stage == p->steps[at].stage && p->steps[i].kind == STEP_VERIFY)
				return i;
	}
	for (i = at + 1; i < p->n; i++)
		if (!p->steps[i].aside)
			return i;
	return at;
}

size_t path_previous(const struct path *p, size_t at)
{
	for (size_t i = at; i-- > 0;)
		if (!p->steps[i].aside)
			return i;
	return at;
}

void path_place(const struct path *p, size_t at, size_t *place, size_t *of)
{
	bool aside = p->steps[at].aside;

	*place = *of = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (p->steps[i].stage != p->steps[at].stage || p->steps[i].aside != aside)
			continue;
		++*of;
		if (i <= at)
			++*place;
	}
}

const char *step_title(const struct step *s)
{
	return s->def ? s->def->title : s->manual->title;
}

const char *step_text(const struct step *s)
{
	const char *text = s->def ? s->def->text : s->manual->text;

	return text ? text : "";
}

bool stage_is_met(const struct path *p, const struct incident *inc, enum stage s)
{
	int signals = p->stages->list[s].signals;

	return !signals || incident_signals(inc) >= (size_t)signals;
}

static struct choice *offer(struct choices *out, size_t to, const char *outcome, const char *text)
{
	struct choice *c;

	if (out->n == STAGE_ANSWERS_MAX)
		return NULL;
	c = &out->list[out->n++];
	*c = (struct choice){.outcome = outcome, .to = to};
	snprintf(c->text, sizeof(c->text), "%s", text);
	return c;
}

static void offer_answers(const struct path *p, size_t at, struct choices *out)
{
	const struct step *s = &p->steps[at];

	for (size_t i = 0; s->def && i < s->def->n_answers; i++) {
		const struct stage_answer *a = &s->def->answers[i];
		size_t to = a->to ? path_find(p, a->to) : p->n;
		struct choice *c = offer(out, to < p->n ? to : path_next(p, at), a->outcome, a->text);

		if (c)
			c->ask = a->ask;
	}
	for (size_t i = 0; s->manual && i < s->manual->n_answers; i++) {
		const struct manual_answer *a = &s->manual->answers[i];
		size_t to = p->n;
		char id[STEP_ID_MAX];

		if (a->target >= 0 && (size_t)a->target < p->page->n_steps) {
			snprintf(id, sizeof(id), "manual/%.48s", p->page->steps[a->target].id);
			to = path_find(p, id);
		}
		offer(out, to < p->n ? to : path_next(p, at), NULL, a->text);
	}
}

static void offer_observe(const struct path *p, size_t at, const struct sight *seen, struct choices *out)
{
	size_t next = path_next(p, at);
	struct choice *c;

	if (p->steps[at].stage != STAGE_CONFIRM) {
		offer(out, next, "noted", _("noted, go on"));
		offer(out, next, "unknown", _("it cannot be told, go on"));
		return;
	}
	/* What is well, or is not known, can confirm nothing: then it is the operator who says so. A digit means the same
	 * whatever the numbers do while it is pressed. */
	if (!seen->asked || seen->result.verdict == VERDICT_CRIT || seen->result.verdict == VERDICT_WARN) {
		offer(out, next, "confirms", _("it confirms the fault"));
	} else {
		c = offer(out, next, "confirms", _("it confirms the fault, by what you see elsewhere"));
		c->ask = c->by_eye = true;
	}
	offer(out, next, "denies", _("it speaks against the fault"));
	offer(out, next, "unknown", _("it does not tell"));
}

/* Where one goes when what was done did not help: the way back, else to the steps of recovery. */
static size_t after_failure(const struct path *p, size_t at)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].aside && p->steps[i].stage == p->steps[at].stage)
			return i;
	return path_first(p, p->steps[at].stage);
}

static void offer_verify(const struct path *p, size_t at, const struct sight *seen, struct choices *out)
{
	/* Nobody should call well what is seen to be not. */
	if (!seen->asked || seen->result.verdict == VERDICT_OK || seen->result.verdict == VERDICT_NA)
		offer(out, path_next(p, at), "holds", _("it holds"));
	else
		offer(out, path_next(p, at), "holds", _("it holds, although mqduty does not see it: say how you know"))->ask =
		    true;
	offer(out, after_failure(p, at), "fails", _("it does not hold: roll back"));
	offer(out, path_first(p, STAGE_LOCATE), "fails", _("it does not hold: locate again"));
}

static void offer_wait(const struct path *p, size_t at, bool held, struct choices *out)
{
	struct choice *c;

	if (held) {
		offer(out, path_next(p, at), "met", _("it is met, go on"));
	} else {
		c = offer(out, path_next(p, at), "given-up", _("go on without it: say why"));
		c->ask = true;
	}
	offer(out, after_failure(p, at), "fails", _("it does not hold: roll back"));
}

static void offer_gate(const struct path *p, size_t at, const struct incident *inc, struct choices *out)
{
	enum stage stage = p->steps[at].stage;
	struct choice *c;

	if (stage_is_met(p, inc, stage)) {
		offer(out, path_next(p, at), "met", _("yes, go on"));
	} else {
		c = offer(out, path_next(p, at), "forced", _("go on all the same: say why"));
		c->ask = c->forced = true;
	}
	offer(out, path_first(p, stage), "again", _("look again"));
	c = offer(out, path_first(p, STAGE_SUMMARISE), "false-alarm", _("a false alarm: to the summary"));
	c->ask = true;
}

static void offer_write(const struct path *p, size_t at, const struct incident *inc, struct choices *out)
{
	const char *said = incident_field(inc, p->steps[at].def->field);
	size_t next = path_next(p, at);

	offer(out, next, "written", said && said[0] ? _("change it") : _("write it"))->ask = true;
	if (said && said[0])
		offer(out, next, "as-it-is", _("leave it as it is, go on"));
	else
		offer(out, next, "empty", _("leave it empty, go on"));
}

void step_choices(const struct path *p, size_t at, const struct incident *inc, const struct sight *seen, bool held,
    struct choices *out)
{
	size_t next = path_next(p, at);

	out->n = 0;
	switch (p->steps[at].kind) {
	case STEP_OBSERVE:
		offer_observe(p, at, seen, out);
		break;
	case STEP_ASK:
		offer_answers(p, at, out);
		break;
	case STEP_DO:
		offer(out, next, "done", _("done, go on"));
		offer(out, next, "skipped", _("not needed, go on"));
		break;
	case STEP_WAIT:
		offer_wait(p, at, held, out);
		break;
	case STEP_VERIFY:
		offer_verify(p, at, seen, out);
		break;
	case STEP_ESCALATE:
		offer(out, next, "escalated", _("told: say whom"))->ask = true;
		offer(out, next, "skipped", _("not needed, go on"));
		break;
	case STEP_GATE:
		offer_gate(p, at, inc, out);
		break;
	case STEP_WRITE:
		offer_write(p, at, inc, out);
		break;
	case STEP_CLOSE:
		offer(out, at, "closed", _("close it and write the report"))->close = true;
		offer(out, path_first(p, STAGE_SUMMARISE), "again", _("look through the summary again"));
		break;
	case STEP_KINDS:
		break;
	}
}
