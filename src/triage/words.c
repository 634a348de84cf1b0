#include "triage/words.h"

#include "base/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *word;
} words[] = {
    {"discover", N_("discover")},
    {"confirm", N_("confirm")},
    {"locate", N_("locate")},
    {"recover", N_("recover")},
    {"summarise", N_("summarise")},
    {"note", N_("note")},
    {"pen", N_("pen")},
    {"escalate", N_("escalate")},
    {"hypothesis", N_("hypothesis")},
    {"started", N_("started")},
    {"detected", N_("detected")},
    {"acknowledged", N_("acknowledged")},
    {"mitigated", N_("mitigated")},
    {"resolved", N_("resolved")},
    {"skipped", N_("skipped")},
    {"back", N_("went back")},
    {"ruled-out", N_("ruled out")},
    {"confirmed", N_("confirmed")},
};

const char *incident_word(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (name && !strcmp(words[i].name, name))
			return _(words[i].word);
	return name ? name : "";
}

static const char *word(const char *name)
{
	return incident_word(name);
}

const char *incident_entity(const struct incident *inc)
{
	/* An alert about a cluster as a whole names it twice. */
	return !inc->entity || (inc->cluster && !strcmp(inc->cluster, inc->entity)) ? "" : inc->entity;
}

char *incident_about(const struct incident *inc, char *out, size_t size)
{
	const char *what = inc->alert ? inc->alert : inc->fault, *entity = incident_entity(inc);

	snprintf(out, size, "%s%s%s%s%s", what ? what : "", what && inc->cluster ? " " : "",
	    inc->cluster ? inc->cluster : "", entity[0] ? " " : "", entity);
	return out;
}

static void say(struct moment *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct moment *m, const char *fmt, ...)
{
	size_t at = strlen(m->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->text + at, sizeof(m->text) - at, fmt, ap);
	va_end(ap);
}

static bool is_kind(const struct incident_entry *e, const char *kind)
{
	return !strcmp(e->kind, kind);
}

/* Whatever the language: what is asked needs no colon before its answer. */
static bool asks(const char *title)
{
	size_t n = strlen(title);

	return (n && title[n - 1] == '?') || (n >= 3 && !strcmp(title + n - 3, "\uff1f"));
}

/* The evidence first: it is what one looks for later. */
static void say_answer(struct moment *m, const struct incident_entry *e)
{
	bool own_words = is_kind(e, "ask") || is_kind(e, "write") || !e->has_evidence;

	if (own_words && e->title)
		say(m, "%.200s%s ", e->title, asks(e->title) ? "" : ":");
	if (e->has_evidence && e->seen.value)
		say(m, "%.240s: ", e->seen.value);
	if (e->answer)
		say(m, "%.160s", e->answer);
	/* An answer that became a hypothesis is its own text. */
	if (e->text && (!e->answer || strcmp(e->text, e->answer)))
		say(m, ": %.400s", e->text);
	if (e->precheck)
		say(m, " (%.300s)", e->precheck);
}

static void say_entry(struct moment *m, const struct incident_entry *e)
{
	m->what = word(stage_name(e->stage));
	if (is_kind(e, "note")) {
		m->what = word("note");
		say(m, "%.700s", e->text ? e->text : "");
	} else if (is_kind(e, "pen")) {
		m->what = word("pen");
		say(m, e->outcome && !strcmp(e->outcome, "released") ? _("handed over by %.64s") : _("taken by %.64s"),
		    e->user);
		if (e->text)
			say(m, ": %.400s", e->text);
	} else if (is_kind(e, "escalate") && !e->answer) {
		m->what = word("escalate");
		say(m, "%.700s", e->text ? e->text : "");
	} else if (is_kind(e, "hypothesis")) {
		m->what = word("hypothesis");
		say(m, "%.400s", e->text ? e->text : "");
		if (e->outcome)
			say(m, ": %s", word(e->outcome));
	} else if (is_kind(e, "go")) {
		say(m, "%.200s: %s", e->title ? e->title : "", word(e->outcome));
	} else {
		say_answer(m, e);
	}
	if (e->without_pen)
		say(m, " %s", _("(somebody else held the pen)"));
}

static struct moment *add(struct timeline *t, int64_t wall)
{
	struct moment *m = &t->list[t->n];

	*m = (struct moment){.wall = wall, .keep = KEEP_KEPT, .order = t->n++};
	return m;
}

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->wall != y->wall)
		return x->wall < y->wall ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void add_opening(struct timeline *t, const struct incident *inc)
{
	struct moment *m = add(t, inc->opened);

	m->what = _("opened");
	m->user = inc->user;
	m->keep = inc->n_entries ? KEEP_KEPT : inc->keep;
	say(m, _("by %.64s from %.64s"), inc->user, inc->from);
	if (inc->text)
		say(m, ": %.400s", inc->text);
}

static void add_marks(struct timeline *t, const struct incident *inc)
{
	char about[256];

	for (size_t i = 0; i < inc->n_marks; i++) {
		const struct incident_mark *mark = &inc->marks[i];
		struct moment *m;

		/* What only repeats the opening says nothing. */
		if (mark->by_itself && mark->at == inc->opened)
			continue;
		m = add(t, mark->at);
		m->what = word(mark->name);
		m->user = mark->user;
		if (mark->by_itself)
			say(m, "%s", incident_about(inc, about, sizeof(about)));
		else
			say(m, _("marked by %.64s"), mark->user);
	}
}

/* Marks stand there with their own time; the entry that set one adds nothing unless it says more or is not kept. */
static bool is_only_mark(const struct incident_entry *e)
{
	return is_kind(e, "mark") && e->keep == KEEP_KEPT;
}

void timeline_make(struct timeline *t, const struct incident *inc)
{
	*t = (struct timeline){.list = xcalloc(inc->n_entries + inc->n_marks + 2, sizeof(*t->list))};
	add_opening(t, inc);
	add_marks(t, inc);
	for (size_t i = 0; i < inc->n_entries; i++) {
		struct moment *m;

		if (is_only_mark(&inc->entries[i]))
			continue;
		m = add(t, inc->entries[i].wall);
		m->user = inc->entries[i].user;
		m->keep = inc->entries[i].keep;
		m->entry = &inc->entries[i];
		if (is_kind(m->entry, "mark"))
			m->what = _("mark");
		else
			say_entry(m, m->entry);
	}
	if (inc->closed) {
		struct moment *m = add(t, inc->closed);

		m->what = _("closed");
		m->user = inc->closed_by;
		m->keep = inc->keep;
		say(m, _("by %.64s"), inc->closed_by);
	}
	qsort(t->list, t->n, sizeof(*t->list), by_time);
}

void timeline_release(struct timeline *t)
{
	free(t->list);
	*t = (struct timeline){0};
}
