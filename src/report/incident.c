#include "report/incident.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "report/md.h"
#include "triage/words.h"

#include <stdio.h>
#include <string.h>

/* Records keep these in English, whatever the language of who wrote them; the reader has their own. */
static const char *evidence_word(const char *name)
{
	static const char *const words[] = {N_("critical"), N_("warning"), N_("OK"), N_("WARN"), N_("CRIT"), N_("UNKNOWN"),
	    N_("n/a"), N_("ok"), N_("stale"), N_("partial"), N_("missing"), N_("error")};

	if (name && (!strcmp(name, "NA") || !strcmp(name, "na")))
		return _("n/a");
	for (size_t i = 0; name && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], name))
			return _(words[i]);
	return name;
}

/* What the report asks for, in its order. */
static const struct {
	const char *field, *title;
} fields[] = {
    {"happened", N_("What happened")},
    {"cause", N_("Causes")},
    {"resolution", N_("Resolution")},
    {"impact", N_("Impact")},
    {"well", N_("What went well")},
    {"badly", N_("What did not go well")},
    {"actions", N_("Actions")},
};

static void head(const struct incident *inc, const struct manual_page *page, int64_t wall, struct buf *out)
{
	char when[FMT_MAX], about[320];

	buf_adds(out, "# ");
	if (inc->drill)
		buf_addf(out, "%s ", _("DRILL"));
	md_text(out, inc->id);
	buf_adds(out, ": ");
	md_text(out, page ? page->title : incident_about(inc, about, sizeof(about)));
	buf_adds(out, "\n\n");
	if (inc->drill)
		buf_addf(out, "**%s**\n\n", _("DRILL: this was an exercise, nothing here happened in earnest."));
	buf_addf(out, "| | |\n|---|---|\n| %s | ", _("About"));
	md_text(out, incident_about(inc, about, sizeof(about)));
	buf_addf(out, " |\n| %s | ", _("Opened"));
	buf_addf(out, "%s ", fmt_utc(when, sizeof(when), inc->opened));
	md_text(out, inc->user);
	buf_adds(out, " @ ");
	md_text(out, inc->from);
	buf_addf(out, " |\n| %s | ", _("Closed"));
	if (inc->closed) {
		buf_addf(out, "%s ", fmt_utc(when, sizeof(when), inc->closed));
		md_text(out, inc->closed_by);
	} else {
		buf_adds(out, _("still open"));
	}
	buf_addf(out, " |\n| %s | ", _("Fault"));
	md_text(out, inc->fault);
	if (inc->revision) {
		buf_addf(out, ", %s ", _("manual revision"));
		md_code(out, inc->revision);
	}
	buf_addf(out, " |\n| %s | ", _("Severity"));
	md_text(out, evidence_word(inc->severity));
	buf_addf(out, " |\n| %s | %s |\n\n", _("Written"), fmt_utc(when, sizeof(when), wall));
}

static void put_field(const struct incident *inc, size_t i, struct buf *out)
{
	const char *text = incident_field(inc, fields[i].field);

	buf_addf(out, "## %s\n\n", _(fields[i].title));
	if (!text || !text[0]) {
		buf_addf(out, "*%s*\n\n", text ? _("deliberately left empty") : _("not written"));
		return;
	}
	/* Actions are separated by semicolons: each is a box to tick. */
	if (strcmp(fields[i].field, "actions")) {
		md_text(out, text);
		buf_adds(out, "\n\n");
		return;
	}
	while (*text) {
		size_t n = strcspn(text, ";");
		char one[1024];

		snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1), text);
		if (one[strspn(one, " ")]) {
			buf_adds(out, "- [ ] ");
			md_text(out, one + strspn(one, " "));
			buf_addc(out, '\n');
		}
		text += n + (text[n] == ';');
	}
	buf_addc(out, '\n');
}

static void duration(const struct incident *inc, const char *title, const char *from, const char *to, struct buf *out)
{
	int64_t ns = incident_between(inc, from, to);
	char d[FMT_MAX];

	buf_addf(out, "| %s | %s |\n", title, ns < 0 ? _("not known: a mark is missing") : fmt_duration(d, sizeof(d), ns));
}

static void times(const struct incident *inc, struct buf *out)
{
	char when[FMT_MAX];

	buf_addf(out, "## %s\n\n| %s | %s |\n|---|---|\n", _("Times"), _("measure"), _("time"));
	duration(inc, _("MTTD (began to detected)"), "started", "detected", out);
	duration(inc, _("MTTA (detected to acknowledged)"), "detected", "acknowledged", out);
	duration(inc, _("MTTM (began to mitigated)"), "started", "mitigated", out);
	duration(inc, _("MTTR (began to resolved)"), "started", "resolved", out);
	buf_addf(out, "\n| %s | %s | %s |\n|---|---|---|\n", _("mark"), _("time"), _("by"));
	for (size_t i = 0; i < inc->n_marks; i++) {
		buf_adds(out, "| ");
		md_text(out, incident_word(inc->marks[i].name));
		buf_addf(out, " | %s | ", fmt_utc(when, sizeof(when), inc->marks[i].at));
		md_text(out, inc->marks[i].by_itself ? "mqduty" : inc->marks[i].user);
		buf_adds(out, " |\n");
	}
	buf_addc(out, '\n');
}

static void stages(const struct incident *inc, struct buf *out)
{
	char when[FMT_MAX];

	buf_addf(out, "## %s\n\n", _("Stages"));
	for (int s = 0; s < STAGE_COUNT; s++) {
		if (!inc->stage_since[s])
			continue;
		buf_addf(out, "- %s %s", fmt_utc(when, sizeof(when), inc->stage_since[s]), _(stage_name((enum stage)s)));
		if (inc->stage_forced[s])
			buf_addf(out, " (%s)", _("left although its exit criterion was not met"));
		buf_addc(out, '\n');
	}
	buf_addf(out, "- %s: %zu\n\n", _("independent signals that confirmed the fault"), incident_signals(inc));
}

static void hypotheses(const struct incident *inc, struct buf *out)
{
	static const char *const state[] = {
	    [HYPOTHESIS_OPEN] = N_("open"), [HYPOTHESIS_RULED_OUT] = N_("ruled out"), [HYPOTHESIS_CONFIRMED] = N_("confirmed")};

	if (!inc->n_hypotheses)
		return;
	buf_addf(out, "## %s\n\n", _("Hypotheses"));
	for (size_t i = 0; i < inc->n_hypotheses; i++) {
		buf_adds(out, "- ");
		md_text(out, inc->hypotheses[i].text);
		buf_addf(out, ": %s\n", _(state[inc->hypotheses[i].state]));
	}
	buf_addc(out, '\n');
}

static void timeline(const struct incident *inc, struct buf *out)
{
	struct timeline t;
	char when[FMT_MAX];

	timeline_make(&t, inc);
	buf_addf(out, "## %s\n\n| UTC | %s | %s | %s |\n|---|---|---|---|\n", _("Timeline"), _("what"), _("who"), _("said"));
	for (size_t i = 0; i < t.n; i++) {
		buf_addf(out, "| %s | ", fmt_utc(when, sizeof(when), t.list[i].wall));
		if (inc->drill)
			buf_addf(out, "%s ", _("DRILL"));
		md_text(out, t.list[i].what);
		buf_adds(out, " | ");
		md_text(out, t.list[i].user);
		buf_adds(out, " | ");
		md_text(out, t.list[i].text);
		if (t.list[i].keep != KEEP_KEPT)
			buf_addf(out, " **%s**", t.list[i].keep == KEEP_FAILED ? _("NOT SAVED") : _("saving"));
		buf_adds(out, " |\n");
	}
	buf_addc(out, '\n');
	timeline_release(&t);
}

static void evidence(const struct incident *inc, struct buf *out)
{
	char when[FMT_MAX];

	buf_addf(out, "## %s\n\n| UTC | %s | %s | %s | %s | %s | %s | %s |\n|---|---|---|---|---|---|---|---|\n", _("Evidence"),
	    _("who"), _("step"), _("question"), _("seen"), _("limit"), _("verdict"), _("quality"));
	for (size_t i = 0; i < inc->n_entries; i++) {
		const struct incident_entry *e = &inc->entries[i];
		const char *cells[] = {e->user, e->step, e->seen.query, e->seen.value, e->seen.threshold,
		    evidence_word(e->seen.verdict), evidence_word(e->seen.quality)};

		if (!e->has_evidence)
			continue;
		buf_addf(out, "| %s", fmt_utc(when, sizeof(when), e->wall));
		for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++) {
			buf_adds(out, " | ");
			md_text(out, cells[k]);
		}
		buf_adds(out, " |\n");
	}
	buf_addc(out, '\n');
	if (!inc->snapshot)
		return;
	buf_addf(out, "### %s\n\n", _("As it stood at the opening"));
	md_code(out, inc->snapshot);
	buf_addc(out, '\n');
}

int incident_markdown(const struct incident *inc, const struct manual_page *page, int64_t wall, struct buf *out)
{
	head(inc, page, wall, out);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		put_field(inc, i, out);
	times(inc, out);
	stages(inc, out);
	hypotheses(inc, out);
	timeline(inc, out);
	evidence(inc, out);
	return out->overflow ? -1 : 0;
}
