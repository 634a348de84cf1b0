/* From records to incidents. */
#include "triage/incident.h"

#include "base/clock.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = RECORD_TEXT_MAX };

struct fold {
	struct incidents *all;
	const struct ledger *ledger;
};

/* A bounded copy of a string member; NULL where there is none. */
static const char *text_of(struct fold *f, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	const char *s = json_string_value(v);

	return s ? arena_strndup(&f->all->arena, s, strnlen(s, TEXT_MOST)) : NULL;
}

static const char *keep_text(struct fold *f, const char *s)
{
	return arena_strdup(&f->all->arena, s);
}

/* Data that is no JSON object is as good as none: a record of another version, or a broken one. */
static json_t *data_of(const struct record *r)
{
	json_t *o = r->data ? json_loads(r->data, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (o && !json_is_object(o)) {
		json_decref(o);
		o = NULL;
	}
	return o ? o : json_object();
}

/* Elements that live in the arena: the list is copied when it is full, which is seldom. */
static void *grow(struct fold *f, void *list, size_t n, size_t size)
{
	void *more;

	if (n && (n & (n - 1)))
		return list;
	more = arena_alloc(&f->all->arena, (n ? 2 * n : 1) * size);
	if (n)
		memcpy(more, list, n * size);
	return more;
}

static void add_mark(struct fold *f, struct incident *inc, const char *name, int64_t at, const char *user)
{
	size_t i;

	inc->marks = grow(f, inc->marks, inc->n_marks, sizeof(*inc->marks));
	for (i = inc->n_marks++; i > 0 && inc->marks[i - 1].at > at; i--)
		inc->marks[i] = inc->marks[i - 1];
	inc->marks[i] = (struct incident_mark){name, user, at, user == NULL};
}

static void add_hypothesis(struct fold *f, struct incident *inc, const char *text)
{
	for (size_t i = 0; i < inc->n_hypotheses; i++)
		if (!strcmp(inc->hypotheses[i].text, text))
			return;
	inc->hypotheses = grow(f, inc->hypotheses, inc->n_hypotheses, sizeof(*inc->hypotheses));
	inc->hypotheses[inc->n_hypotheses++] = (struct hypothesis){text, HYPOTHESIS_OPEN};
}

static void judge_hypothesis(struct incident *inc, const char *text, const char *outcome)
{
	for (size_t i = 0; i < inc->n_hypotheses; i++) {
		struct hypothesis *h = &inc->hypotheses[i];

		if (strcmp(h->text, text))
			continue;
		if (outcome && !strcmp(outcome, "ruled-out"))
			h->state = HYPOTHESIS_RULED_OUT;
		else if (outcome && !strcmp(outcome, "confirmed"))
			h->state = HYPOTHESIS_CONFIRMED;
	}
}

static void count_keep(struct incident *inc, enum keep keep)
{
	inc->saving += keep == KEEP_SAVING;
	inc->failed += keep == KEEP_FAILED;
	inc->keep = inc->failed ? KEEP_FAILED : inc->saving ? KEEP_SAVING : KEEP_KEPT;
}

/* Two viewers may have taken the same number at the same moment: the later one gets a letter code of its own. */
static const char *own_id(struct fold *f, const struct record *r)
{
	const char *id = r->subject ? r->subject : r->id;

	if (!incidents_find(f->all, id))
		return keep_text(f, id);
	return arena_printf(&f->all->arena, "%s-%.4s", id, r->id);
}

/* A time before 1970 or after 2200 is none. */
static int64_t wall_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	int64_t wall = json_is_integer(v) ? json_integer_value(v) : 0;

	return wall > 0 && wall < 7258118400 * NS_PER_S ? wall : 0;
}

static void hold_pen(struct incident *inc, const char *user, const char *from, int64_t until)
{
	inc->pen = (struct pen){user, from, until};
}

static void open_incident(struct fold *f, const struct ledger_line *line, const json_t *o)
{
	struct record *r = line->record;
	json_t *snapshot = json_object_get(o, "snapshot");
	char *text = snapshot ? json_dumps(snapshot, JSON_COMPACT) : NULL;
	struct incident *inc;

	array_reserve(&f->all->list, &f->all->cap, f->all->n + 1, sizeof(*f->all->list));
	inc = &f->all->list[f->all->n];
	*inc = (struct incident){
	    .id = own_id(f, r),
	    .subject = keep_text(f, r->subject ? r->subject : r->id),
	    .key = keep_text(f, r->id),
	    .fault = text_of(f, o, "fault"),
	    .revision = text_of(f, o, "revision"),
	    .alert = text_of(f, o, "alert"),
	    .severity = text_of(f, o, "severity"),
	    .tier = text_of(f, o, "tier"),
	    .binding = text_of(f, o, "binding"),
	    .cluster = keep_text(f, r->cluster),
	    .entity = keep_text(f, r->entity),
	    .text = keep_text(f, r->text),
	    .snapshot = keep_text(f, text),
	    .user = keep_text(f, r->user),
	    .from = keep_text(f, r->from),
	    .opened = r->wall,
	    .drill = r->drill,
	};
	free(text);
	f->all->n++;
	inc->stage_since[STAGE_DISCOVER] = r->wall;
	hold_pen(inc, inc->user, inc->from, r->wall + PEN_LEASE_S * NS_PER_S);
	if (wall_of(o, "started"))
		add_mark(f, inc, "started", wall_of(o, "started"), NULL);
	add_mark(f, inc, "detected", wall_of(o, "detected") ? wall_of(o, "detected") : r->wall, NULL);
	add_mark(f, inc, "acknowledged", wall_of(o, "acknowledged") ? wall_of(o, "acknowledged") : r->wall, NULL);
	count_keep(inc, line->keep);
}

/* The incident that a record belongs to: by the record that opened it, else by its name. */
static struct incident *incident_of(struct fold *f, const struct record *r, const json_t *o)
{
	const char *key = json_string_value(json_object_get(o, "incident"));

	return (struct incident *)incidents_find(f->all, key ? key : r->subject);
}

static void read_evidence(struct fold *f, struct incident_entry *e, const json_t *o)
{
	e->has_evidence = json_is_object(o);
	if (!e->has_evidence)
		return;
	e->seen = (struct evidence){
	    .query = text_of(f, o, "query"),
	    .value = text_of(f, o, "value"),
	    .quality = text_of(f, o, "quality"),
	    .threshold = text_of(f, o, "threshold"),
	    .verdict = text_of(f, o, "verdict"),
	    .source = text_of(f, o, "source"),
	    .age_s = json_number_value(json_object_get(o, "age_s")),
	};
}

static void move_on(struct fold *f, struct incident *inc, const struct incident_entry *e, const json_t *next)
{
	enum stage to = stage_by_name(json_string_value(json_object_get(next, "stage")));

	if (to == STAGE_COUNT)
		return;
	if (e->forced)
		inc->stage_forced[inc->stage] = true;
	if (!inc->stage_since[to])
		inc->stage_since[to] = e->wall;
	inc->stage = to;
	inc->step = text_of(f, next, "step");
}

/* What some kinds of entries do beside standing in the timeline. */
static void take_kind(struct fold *f, struct incident *inc, const struct incident_entry *e, const json_t *o)
{
	const char *mark = text_of(f, o, "mark"), *hypothesis = text_of(f, o, "hypothesis");

	if (mark)
		add_mark(f, inc, mark, wall_of(o, "at") ? wall_of(o, "at") : e->wall, e->user);
	if (hypothesis) {
		add_hypothesis(f, inc, hypothesis);
		judge_hypothesis(inc, hypothesis, e->outcome);
	}
}

static void add_entry(struct fold *f, const struct ledger_line *line, const json_t *o, const char *kind)
{
	const struct record *r = line->record;
	struct incident *inc = incident_of(f, r, o);
	struct incident_entry *e;

	if (!inc)
		return;
	inc->entries = grow(f, inc->entries, inc->n_entries, sizeof(*inc->entries));
	e = &inc->entries[inc->n_entries++];
	*e = (struct incident_entry){
	    .id = keep_text(f, r->id),
	    .kind = text_of(f, o, "kind"),
	    .step = text_of(f, o, "step"),
	    .title = text_of(f, o, "title"),
	    .text = r->text ? keep_text(f, r->text) : text_of(f, o, "hypothesis"),
	    .answer = text_of(f, o, "answer"),
	    .outcome = text_of(f, o, "outcome"),
	    .signal = text_of(f, o, "signal"),
	    .revision = text_of(f, o, "revision"),
	    .forced = text_of(f, o, "forced"),
	    .field = text_of(f, o, "field"),
	    .precheck = text_of(f, o, "precheck"),
	    .stage = stage_by_name(json_string_value(json_object_get(o, "stage"))),
	    .wall = r->wall,
	    .user = keep_text(f, r->user),
	    .from = keep_text(f, r->from),
	    .keep = line->keep,
	};
	if (!e->kind)
		e->kind = kind;
	if (e->stage == STAGE_COUNT)
		e->stage = inc->stage;
	read_evidence(f, e, json_object_get(o, "evidence"));
	e->without_pen = !incident_may_write(inc, e->user, e->from, e->wall);
	if (!e->without_pen)
		hold_pen(inc, e->user, e->from, e->wall + PEN_LEASE_S * NS_PER_S);
	take_kind(f, inc, e, o);
	move_on(f, inc, e, json_object_get(o, "next"));
	count_keep(inc, line->keep);
}

/* Taken, or with "release" laid down. It stands in the timeline as well. */
static void take_pen(struct fold *f, const struct ledger_line *line, const json_t *o)
{
	const struct record *r = line->record;
	struct incident *inc = incident_of(f, r, o);
	bool release = json_is_true(json_object_get(o, "release"));

	if (!inc)
		return;
	/* Whoever takes it holds it, so that the entry itself is not "without pen". */
	hold_pen(inc, keep_text(f, r->user), keep_text(f, r->from), r->until ? r->until : r->wall);
	add_entry(f, line, o, "pen");
	inc->entries[inc->n_entries - 1].outcome = release ? "released" : "taken";
	if (release)
		hold_pen(inc, NULL, NULL, 0);
}

static void close_incident(struct fold *f, const struct ledger_line *line, const json_t *o)
{
	const struct record *r = line->record;
	struct incident *inc = incident_of(f, r, o);

	if (!inc || inc->closed)
		return;
	inc->closed = r->wall;
	inc->closed_by = keep_text(f, r->user);
	inc->report = keep_text(f, r->data);
	inc->stage = STAGE_SUMMARISE;
	count_keep(inc, line->keep);
}

static void take_record(struct fold *f, const struct ledger_line *line)
{
	json_t *o = data_of(line->record);

	switch (line->record->kind) {
	case RECORD_INCIDENT:
		open_incident(f, line, o);
		break;
	case RECORD_ENTRY:
		add_entry(f, line, o, "entry");
		break;
	case RECORD_NOTE:
		add_entry(f, line, o, "note");
		break;
	case RECORD_PEN:
		take_pen(f, line, o);
		break;
	case RECORD_INCIDENT_CLOSE:
		close_incident(f, line, o);
		break;
	default:
		break;
	}
	json_decref(o);
}

/* Is it of an incident at all? Notes are also made to checklist items. */
static bool is_of_incidents(const struct record *r)
{
	switch (r->kind) {
	case RECORD_INCIDENT:
	case RECORD_ENTRY:
	case RECORD_PEN:
	case RECORD_INCIDENT_CLOSE:
		return true;
	case RECORD_NOTE:
		return r->subject && !strncmp(r->subject, "INC-", 4);
	default:
		return false;
	}
}

struct incidents *incidents_fold(const struct ledger *l)
{
	struct fold f = {.all = xcalloc(1, sizeof(*f.all)), .ledger = l};

	arena_init(&f.all->arena);
	for (size_t i = 0; l && i < l->n; i++)
		if (is_of_incidents(l->lines[i].record))
			take_record(&f, &l->lines[i]);
	return f.all;
}

void incidents_free(struct incidents *all)
{
	if (!all)
		return;
	arena_release(&all->arena);
	free(all->list);
	free(all);
}
