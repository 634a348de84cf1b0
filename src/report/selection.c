#include "report/selection.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "report/md.h"

#include <string.h>

enum { LINE = 1024 };

static const char *outcome_name(enum outcome o)
{
	static const char *const words[] = {
	    [OUTCOME_NONE_LEFT] = "none left", [OUTCOME_OPEN] = "open", [OUTCOME_TIE] = "tie", [OUTCOME_WINNER] = "winner"};

	return words[o];
}

static void verdict(const struct selection *s, struct buf *out)
{
	char text[LINE];

	buf_adds(out, selection_verdict(s, text, sizeof(text)));
}

static void sureness(const struct selection *s, struct buf *out)
{
	char text[LINE];

	buf_adds(out, selection_sureness(s, text, sizeof(text)));
}

/* How a candidate stands, in words: "", or why it is out or may be. */
static const char *standing(const struct selection *s, const struct candidate *c, char *out, size_t size)
{
	char clean[LINE];

	out[0] = '\0';
	if (c->out)
		snprintf(out, size, _("ruled out by %s: %s"), c->out->when.text, c->out->why);
	else if (c->may)
		snprintf(out, size, _("may be ruled out by %s, which is not answered"),
		    selection_requirement(s, c->may->when.field)->title);
	text_sanitise(clean, sizeof(clean), out, sizeof(clean));
	snprintf(out, size, "%s", clean);
	return out;
}

static void text_candidates(const struct selection *s, struct buf *out)
{
	char why[LINE];

	buf_addf(out, "%s\n", _("CANDIDATES"));
	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct candidate *c = &s->candidates[i];

		buf_addf(out, "  %-16s %5.2f", c->title, c->total);
		if (!c->out)
			buf_addf(out, "  %.2f..%.2f  %s %3.0f%%", c->low, c->high, _("first in"), 100 * c->wins);
		if (standing(s, c, why, sizeof(why))[0])
			buf_addf(out, "  %s", why);
		buf_addc(out, '\n');
	}
}

static void text_flow(const struct selection *s, struct buf *out)
{
	buf_addf(out, "\n%s\n", _("THE WAY"));
	for (size_t i = 0; i < s->n_steps; i++) {
		const struct flow_step *f = &s->steps[i];

		buf_addf(out, "  %zu %s\n", i + 1, f->title);
		for (size_t k = 0; k < f->n_branches; k++) {
			const struct flow_branch *b = &f->branches[k];
			size_t missing = 0;

			for (const char **n = b->needs; *n; n++)
				missing += !selection_requirement(s, *n)->answer;
			buf_addf(out, "    %s %s", selection_holds(s, &b->when) > 0 ? ">" : "-", b->title);
			if (missing)
				buf_addf(out, _("  (%zu not answered)"), missing);
			buf_addc(out, '\n');
		}
	}
}

static void text_answers(const struct selection *s, struct buf *out)
{
	char clean[LINE];

	buf_addf(out, "\n%s\n", _("REQUIREMENTS"));
	for (size_t i = 0; i < s->n_requirements; i++) {
		const struct requirement *r = &s->requirements[i];

		buf_addf(out, "  %s: %s%s%s\n", r->title,
		    r->answer ? text_sanitise(clean, sizeof(clean), r->answer, sizeof(clean)) : _("not answered"),
		    r->answer && r->unit ? " " : "", r->answer && r->unit ? r->unit : "");
	}
}

static void write_text(const struct selection *s, int64_t wall, struct buf *out)
{
	(void)wall;
	verdict(s, out);
	buf_addc(out, '\n');
	sureness(s, out);
	buf_adds(out, "\n\n");
	text_candidates(s, out);
	text_flow(s, out);
	text_answers(s, out);
}

static void write_json(const struct selection *s, int64_t wall, struct buf *out)
{
	char at[FMT_MAX], why[LINE];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty-selection/1");
	jsonw_text(&w, "time", fmt_utc(at, sizeof(at), wall));
	jsonw_text(&w, "outcome", outcome_name(s->outcome));
	jsonw_text(&w, "best", s->best == SIZE_MAX ? NULL : s->candidates[s->best].id);
	jsonw_int(&w, "unanswered", (int64_t)selection_unanswered(s));
	jsonw_array(&w, "candidates");
	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct candidate *c = &s->candidates[i];

		jsonw_object(&w, NULL);
		jsonw_text(&w, "id", c->id);
		jsonw_real(&w, "total", c->total);
		jsonw_bool(&w, "ruled_out", c->out);
		jsonw_text(&w, "why", standing(s, c, why, sizeof(why))[0] ? why : NULL);
		jsonw_real(&w, "low", c->low);
		jsonw_real(&w, "high", c->high);
		jsonw_real(&w, "wins", c->wins);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_object(&w, "answers");
	for (size_t i = 0; i < s->n_requirements; i++)
		jsonw_text(&w, s->requirements[i].id, s->requirements[i].answer);
	jsonw_end_object(&w);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

static void md_matrix(const struct selection *s, struct buf *out)
{
	buf_addf(out, "| %s | %s |", _("Dimension"), _("Weight"));
	for (size_t i = 0; i < s->n_candidates; i++)
		buf_addf(out, " %s |", s->candidates[i].title);
	buf_adds(out, "\n|---|---:|");
	for (size_t i = 0; i < s->n_candidates; i++)
		buf_adds(out, "---:|");
	for (size_t i = 0; i < s->n_dimensions; i++) {
		buf_adds(out, "\n| ");
		md_text(out, s->dimensions[i].title);
		buf_addf(out, " | %.0f%% |", s->dimensions[i].weight);
		for (size_t k = 0; k < s->n_candidates; k++)
			buf_addf(out, " %.4g |", s->dimensions[i].scores[k]);
	}
	buf_addf(out, "\n| **%s** | 100%% |", _("Total"));
	for (size_t i = 0; i < s->n_candidates; i++)
		buf_addf(out, s->candidates[i].out ? " ~~%.2f~~ |" : " **%.2f** |", s->candidates[i].total);
	buf_addc(out, '\n');
}

static void md_requirements(const struct selection *s, struct buf *out)
{
	const char *group = NULL;

	for (size_t i = 0; i < s->n_requirements; i++) {
		const struct requirement *r = &s->requirements[i];

		if (!group || strcmp(group, r->group) != 0)
			buf_addf(out, "\n### %s\n\n", r->group);
		group = r->group;
		buf_addf(out, "- %s: ", r->title);
		if (r->answer)
			md_text(out, r->answer);
		else
			buf_addf(out, "**%s**", _("not answered"));
		if (r->answer && r->unit)
			buf_addf(out, " %s", r->unit);
		buf_addc(out, '\n');
	}
}

static void md_candidates(const struct selection *s, struct buf *out)
{
	char why[LINE];

	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct candidate *c = &s->candidates[i];

		if (!standing(s, c, why, sizeof(why))[0])
			continue;
		buf_addf(out, "- %s: ", c->title);
		md_text(out, why);
		buf_addc(out, '\n');
	}
}

/* What a live cluster will be held to. */
static void md_assumptions(const struct selection *s, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_requirements; i++) {
		const struct requirement *r = &s->requirements[i];

		if (!r->watch || !r->answer)
			continue;
		n++;
		buf_addf(out, _("- %s: %s %s; checked monthly against `%s` (at most %.4g of it)\n"), r->title, r->answer,
		    r->unit ? r->unit : "", r->watch, r->watch_most);
	}
	if (!n)
		buf_addf(out, "%s\n", _("None: no answer was given that a live cluster shows."));
}

static void write_markdown(const struct selection *s, int64_t wall, struct buf *out)
{
	char at[FMT_MAX];

	buf_addf(out, "# %s\n\n", _("Decision: which message broker"));
	buf_addf(out, "- %s: %.10s\n- %s: %s\n", _("Date"), fmt_utc(at, sizeof(at), wall), _("Status"), _("proposed"));
	buf_addf(out, "\n## %s\n", _("Requirements"));
	md_requirements(s, out);
	buf_addf(out, "\n## %s\n\n", _("Ruled out"));
	md_candidates(s, out);
	buf_addf(out, "\n## %s\n\n", _("Matrix"));
	md_matrix(s, out);
	buf_addf(out, "\n%s: ", _("Scores"));
	md_text(out, s->source);
	buf_addf(out, " (%s)\n\n", s->reviewed);
	for (const char **u = s->use; *u; u++)
		buf_addf(out, "1. %s\n", *u);
	buf_addf(out, "\n## %s\n\n", _("Decision"));
	verdict(s, out);
	buf_adds(out, "\n\n");
	sureness(s, out);
	buf_addf(out, "\n\n## %s\n\n", _("Assumptions to be checked"));
	md_assumptions(s, out);
	buf_addf(out, "\n## %s\n\n", _("The way"));
	for (size_t i = 0; i < s->n_steps; i++) {
		buf_addf(out, "%zu. %s\n", i + 1, s->steps[i].title);
		for (size_t k = 0; k < s->steps[i].n_branches; k++)
			buf_addf(out, "   - %s%s%s\n", selection_holds(s, &s->steps[i].branches[k].when) > 0 ? "**" : "",
			    s->steps[i].branches[k].title,
			    selection_holds(s, &s->steps[i].branches[k].when) > 0 ? "**" : "");
	}
}

static const struct {
	const char *name;
	void (*write)(const struct selection *s, int64_t wall, struct buf *out);
} formats[] = {{"text", write_text}, {"json", write_json}, {"markdown", write_markdown}};

int selection_report(const struct selection *s, const char *format, int64_t wall, struct buf *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, format) != 0)
			continue;
		formats[i].write(s, wall, out);
		return out->overflow ? -1 : 0;
	}
	return -1;
}
