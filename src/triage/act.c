#include "triage/act.h"

#include "base/clock.h"
#include "base/jsonw.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PLAN_CHANGES_MOST = 200 };

static struct record *of_incident(enum record_kind kind, const struct incident *inc, const char *text)
{
	struct record *r = record_new(kind);

	r->cluster = record_str(r, inc->cluster);
	r->entity = record_str(r, inc->entity);
	r->subject = record_str(r, inc->subject);
	r->text = record_str(r, text);
	r->drill = inc->drill;
	return r;
}

/* An entry's data begins with the record that opened its incident, and where it stands. */
static void begin(struct buf *b, struct jsonw *w, const struct incident *inc, const char *kind)
{
	buf_init(b, RECORD_DATA_MAX);
	jsonw_init(w, b);
	jsonw_object(w, NULL);
	jsonw_text(w, "incident", inc->key);
	jsonw_text(w, "kind", kind);
	jsonw_text(w, "stage", stage_name(inc->stage));
}

static struct record *end(struct buf *b, struct jsonw *w, struct record *r)
{
	jsonw_end_object(w);
	r->data = record_str(r, b->data);
	buf_release(b);
	return r;
}

static void put_next(struct jsonw *w, const struct step *to)
{
	jsonw_object(w, "next");
	jsonw_text(w, "stage", stage_name(to->stage));
	jsonw_text(w, "step", to->id);
	jsonw_end_object(w);
}

static void put_text(struct jsonw *w, const char *key, const char *s)
{
	if (s && s[0])
		jsonw_text(w, key, s);
}

/* The question as it was asked, in the words of the files. */
static const char *question_of(const struct step *s, const struct incident *inc)
{
	if (!s->has_query)
		return NULL;
	if (s->query.form == QUERY_RULE)
		return s->manual ? s->manual->query_text : inc->alert;
	return s->manual ? s->manual->query_text : s->def->see;
}

static void put_evidence(struct jsonw *w, const struct step *s, const struct incident *inc, const struct sight *seen)
{
	const struct query_result *r = &seen->result;
	char say[QUERY_TEXT_MAX + 320];

	if (!seen->asked)
		return;
	jsonw_object(w, "evidence");
	put_text(w, "query", question_of(s, inc));
	put_text(w, "value", query_say(r, say, sizeof(say)));
	put_text(w, "number", r->number);
	jsonw_text(w, "quality", quality_name(r->quality));
	put_text(w, "threshold", r->bound);
	jsonw_text(w, "verdict", verdict_name(r->verdict));
	put_text(w, "source", seen->signal);
	put_text(w, "where", r->where);
	put_text(w, "reason", r->reason);
	if (seen->age_s >= 0)
		jsonw_real(w, "age_s", seen->age_s);
	jsonw_end_object(w);
}

/* The marks that a step sets by itself once it is met. */
static const char *mark_of(const struct step *s, const struct choice *c)
{
	bool met = c->outcome && (!strcmp(c->outcome, "met") || !strcmp(c->outcome, "holds"));

	return s->def && met ? s->def->mark : NULL;
}

struct record *act_answer(const struct incident *inc, const struct path *p, size_t at, const struct choice *c,
    const struct sight *seen, const char *precheck, const char *text)
{
	const struct step *s = &p->steps[at];
	bool keeps_field = s->def && s->def->field && c->outcome && strcmp(c->outcome, "as-it-is") &&
			   (s->kind == STEP_WRITE || (text && text[0]));
	bool guess = s->def && s->def->hypothesis && !(c->outcome && !strcmp(c->outcome, "unknown"));
	struct record *r = of_incident(RECORD_ENTRY, inc, text && text[0] ? text : NULL);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, step_kind_name(s->kind));
	jsonw_text(&w, "step", s->id);
	jsonw_text(&w, "title", step_title(s));
	jsonw_text(&w, "answer", c->text);
	put_text(&w, "outcome", c->outcome);
	if (seen && c->outcome && (!strcmp(c->outcome, "confirms") || !strcmp(c->outcome, "denies")))
		put_text(&w, "signal", c->by_eye ? "operator" : seen->signal);
	if (s->manual && p->page)
		put_text(&w, "revision", p->page->revision);
	put_text(&w, "precheck", precheck);
	if (c->forced)
		put_text(&w, "forced", text);
	if (keeps_field)
		jsonw_text(&w, "field", s->def->field);
	if (guess)
		jsonw_text(&w, "hypothesis", text && text[0] ? text : c->text);
	put_text(&w, "mark", mark_of(s, c));
	if (seen)
		put_evidence(&w, s, inc, seen);
	put_next(&w, &p->steps[c->to]);
	return end(&b, &w, r);
}

struct record *act_go(const struct incident *inc, const struct path *p, size_t at, size_t to, const char *outcome)
{
	struct record *r = of_incident(RECORD_ENTRY, inc, NULL);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, "go");
	jsonw_text(&w, "step", p->steps[at].id);
	jsonw_text(&w, "title", step_title(&p->steps[at]));
	jsonw_text(&w, "outcome", outcome);
	put_next(&w, &p->steps[to]);
	return end(&b, &w, r);
}

struct record *act_note(const struct incident *inc, const char *text)
{
	struct record *r = of_incident(RECORD_NOTE, inc, text);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, "note");
	return end(&b, &w, r);
}

/* "resolved 03:10": the newest such moment before now. 0: no time is said. */
static int64_t time_said(const char *text, size_t *before, int64_t wall)
{
	const char *last = strrchr(text, ' ');
	time_t s = (time_t)(wall / NS_PER_S);
	unsigned hour, minute;
	struct tm tm;
	char rest;

	*before = strlen(text);
	if (!last || sscanf(last, " %2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59)
		return 0;
	*before = (size_t)(last - text);
	gmtime_r(&s, &tm);
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = 0;
	s = timegm(&tm);
	if ((int64_t)s * NS_PER_S > wall)
		s -= 86400;
	return (int64_t)s * NS_PER_S;
}

struct record *act_mark(const struct incident *inc, const char *text)
{
	struct record *r = of_incident(RECORD_ENTRY, inc, NULL);
	size_t before;
	int64_t at = time_said(text, &before, r->wall);
	char name[128];
	struct jsonw w;
	struct buf b;

	snprintf(name, sizeof(name), "%.*s", (int)before, text);
	begin(&b, &w, inc, "mark");
	jsonw_text(&w, "mark", name);
	jsonw_int(&w, "at", at ? at : r->wall);
	return end(&b, &w, r);
}

struct record *act_hypothesis(const struct incident *inc, const char *text, const char *outcome)
{
	struct record *r = of_incident(RECORD_ENTRY, inc, NULL);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, "hypothesis");
	jsonw_text(&w, "hypothesis", text);
	put_text(&w, "outcome", outcome);
	return end(&b, &w, r);
}

struct record *act_escalate(const struct incident *inc, const char *whom)
{
	struct record *r = of_incident(RECORD_ENTRY, inc, whom);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, "escalate");
	return end(&b, &w, r);
}

struct record *act_pen(const struct incident *inc, bool release, const char *to)
{
	struct record *r = of_incident(RECORD_PEN, inc, to);
	struct jsonw w;
	struct buf b;

	r->until = release ? r->wall : r->wall + PEN_LEASE_S * NS_PER_S;
	begin(&b, &w, inc, "pen");
	jsonw_bool(&w, "release", release);
	return end(&b, &w, r);
}

struct record *act_close(const struct incident *inc)
{
	static const char *const fields[] = {
	    "happened", "cause", "resolution", "impact", "well", "badly", "actions", "plan"};
	struct record *r = of_incident(RECORD_INCIDENT_CLOSE, inc, NULL);
	struct jsonw w;
	struct buf b;

	begin(&b, &w, inc, "close");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (incident_field(inc, fields[i]))
			jsonw_text(&w, fields[i], incident_field(inc, fields[i]));
	return end(&b, &w, r);
}

/* One line of the change record. */
static void put_change(struct jsonw *w, int64_t wall, const char *user, const char *incident, const char *text)
{
	jsonw_object(w, NULL);
	jsonw_int(w, "wall", wall);
	put_text(w, "user", user);
	put_text(w, "incident", incident);
	put_text(w, "text", text);
	jsonw_end_object(w);
}

/* The lines of the record before: only the newest record of a plan outlives the years. */
static void put_changes_before(struct jsonw *w, const struct ledger *l, const char *fault)
{
	const struct record *before = ledger_newest(l, RECORD_PLAN, NULL, NULL, fault);
	json_t *o = before && before->data ? json_loads(before->data, 0, NULL) : NULL;
	const json_t *list = json_object_get(o, "changes"), *c;
	size_t n = json_array_size(list), i;

	json_array_foreach(list, i, c)
	{
		if (i + PLAN_CHANGES_MOST <= n)
			continue;
		put_change(w, json_integer_value(json_object_get(c, "wall")), json_string_value(json_object_get(c, "user")),
		    json_string_value(json_object_get(c, "incident")), json_string_value(json_object_get(c, "text")));
	}
	json_decref(o);
}

/* One plan a fault, whatever the cluster. */
static struct record *plan_record(struct record *r, const char *fault, const char *incident, const char *what,
    const struct ledger *l)
{
	struct jsonw w;
	struct buf b;

	r->cluster = r->entity = NULL;
	r->subject = record_str(r, fault);
	buf_init(&b, RECORD_DATA_MAX);
	jsonw_init(&w, &b);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "incident", incident);
	jsonw_array(&w, "changes");
	put_changes_before(&w, l, fault);
	put_change(&w, r->wall, r->user, incident, what);
	jsonw_end_array(&w);
	return end(&b, &w, r);
}

struct record *act_plan(const struct incident *inc, const struct ledger *l)
{
	const char *what = incident_field(inc, "plan"), *cause = incident_field(inc, "cause");

	return plan_record(of_incident(RECORD_PLAN, inc, what), inc->fault, inc->id, what && what[0] ? what : cause, l);
}

struct record *act_plan_made(const char *fault, const char *what, const struct ledger *l)
{
	struct record *r = record_new(RECORD_PLAN);

	r->text = record_str(r, what);
	return plan_record(r, fault, NULL, what, l);
}
