#include "select/select.h"

#include "base/i18n.h"
#include "base/jsonw.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCES = 1024 };

/* What came out, in a sentence or two. */
static void verdict(const struct selection *s, struct buf *out)
{
	const struct candidate *best, *second;

	if (s->outcome == OUTCOME_NONE_LEFT) {
		buf_adds(out, _("No candidate is left: the requirements rule all of them out. Relax one of them, or join "
				"several brokers by bridges."));
		return;
	}
	best = &s->candidates[s->best];
	second = s->second == SIZE_MAX ? NULL : &s->candidates[s->second];
	if (s->outcome == OUTCOME_OPEN)
		buf_addf(out, _("Not decided: %s leads with %.2f of 10, but could still be ruled out: %s is not answered."),
		    best->title, best->total, selection_requirement(s, best->may->when.field)->title);
	else if (!second)
		buf_addf(out, _("%s: the only one that no requirement rules out."), best->title);
	else if (s->outcome == OUTCOME_TIE)
		buf_addf(out, _("A tie between %s (%.2f) and %s (%.2f): decide by what the team has run before."),
		    best->title, best->total, second->title, second->total);
	else
		buf_addf(out, _("%s, %.2f of 10, before %s with %.2f."), best->title, best->total, second->title,
		    second->total);
}

static void sureness(const struct selection *s, struct buf *out)
{
	size_t open = selection_unanswered(s);

	if (s->best == SIZE_MAX)
		return;
	buf_addf(out, _("It stays first in %.0f%% of %zu draws in which each weight is moved by up to %.0f%% (up to %.0f%% "
			"where nothing was answered)."),
	    100 * s->candidates[s->best].wins, s->draws, 100 * s->swing, 200 * s->swing);
	buf_addc(out, ' ');
	if (s->flip)
		buf_addf(out, _("It would be overtaken if the weight of %s went from %.0f%% to %.0f%%."), s->flip->title,
		    s->flip->weight, s->flip_to);
	else if (s->second != SIZE_MAX)
		buf_adds(out, _("No single weight turns it round."));
	if (open) {
		buf_addc(out, ' ');
		buf_addf(out, open == 1 ? _("%zu of %zu questions is not answered.") : _("%zu of %zu questions are not answered."), open, s->n_requirements);
	}
}

static char *say(void (*what)(const struct selection *s, struct buf *out), const struct selection *s, char *out, size_t size)
{
	struct buf text;

	buf_init(&text, SENTENCES);
	what(s, &text);
	snprintf(out, size, "%s", text.data ? text.data : "");
	buf_release(&text);
	return out;
}

char *selection_verdict(const struct selection *s, char *out, size_t size)
{
	return say(verdict, s, out, size);
}

char *selection_sureness(const struct selection *s, char *out, size_t size)
{
	return say(sureness, s, out, size);
}

/* "nats-jetstream" is a NATS cluster. */
static void put_kind(struct jsonw *w, const char *candidate)
{
	char kind[16];

	snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(candidate, "-"), candidate);
	jsonw_text(w, "kind", kind);
}

void selection_assumptions(const struct selection *s, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "winner", s->best == SIZE_MAX ? NULL : s->candidates[s->best].id);
	jsonw_array(&w, "assumptions");
	for (size_t i = 0; i < s->n_requirements && s->best != SIZE_MAX; i++) {
		const struct requirement *r = &s->requirements[i];

		if (!r->watch || !r->answer || r->type != ANSWER_NUMBER)
			continue;
		jsonw_object(&w, NULL);
		jsonw_text(&w, "id", r->id);
		jsonw_text(&w, "title", r->title);
		jsonw_text(&w, "answer", r->answer);
		jsonw_real(&w, "number", r->number);
		jsonw_text(&w, "query", r->watch);
		jsonw_text(&w, "how", r->watch_how);
		jsonw_real(&w, "most", r->watch_most);
		put_kind(&w, s->candidates[s->best].id);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}
