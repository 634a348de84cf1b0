#include "report/incident.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/jsonw.h"

#include <string.h>

static void put(struct jsonw *w, const char *key, const char *s)
{
	if (s)
		jsonw_text(w, key, s);
}

static void put_time(struct jsonw *w, const char *key, int64_t wall)
{
	char when[FMT_MAX];

	jsonw_text(w, key, wall ? fmt_utc(when, sizeof(when), wall) : NULL);
}

static void put_seconds(struct jsonw *w, const char *key, int64_t ns)
{
	if (ns < 0)
		jsonw_null(w, key);
	else
		jsonw_real(w, key, (double)ns / NS_PER_S);
}

static void put_evidence(struct jsonw *w, const struct evidence *e)
{
	jsonw_object(w, "evidence");
	put(w, "query", e->query);
	put(w, "value", e->value);
	put(w, "quality", e->quality);
	put(w, "threshold", e->threshold);
	put(w, "verdict", e->verdict);
	put(w, "source", e->source);
	jsonw_real(w, "age_s", e->age_s);
	jsonw_end_object(w);
}

static void put_entry(struct jsonw *w, const struct incident_entry *e, bool drill)
{
	jsonw_object(w, NULL);
	put_time(w, "time", e->wall);
	jsonw_text(w, "user", e->user);
	jsonw_text(w, "from", e->from);
	jsonw_text(w, "kind", e->kind);
	jsonw_text(w, "stage", stage_name(e->stage));
	put(w, "step", e->step);
	put(w, "title", e->title);
	put(w, "answer", e->answer);
	put(w, "outcome", e->outcome);
	put(w, "signal", e->signal);
	put(w, "text", e->text);
	put(w, "field", e->field);
	put(w, "forced", e->forced);
	put(w, "precheck", e->precheck);
	put(w, "revision", e->revision);
	if (e->has_evidence)
		put_evidence(w, &e->seen);
	jsonw_text(w, "keep", keep_name(e->keep));
	jsonw_bool(w, "without_pen", e->without_pen);
	jsonw_bool(w, "drill", drill);
	jsonw_end_object(w);
}

static void put_fields(struct jsonw *w, const struct incident *inc)
{
	static const char *const names[] = {
	    "happened", "cause", "resolution", "impact", "well", "badly", "actions", "plan"};

	jsonw_object(w, "report");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		jsonw_text(w, names[i], incident_field(inc, names[i]));
	jsonw_end_object(w);
}

static void put_marks(struct jsonw *w, const struct incident *inc)
{
	jsonw_array(w, "marks");
	for (size_t i = 0; i < inc->n_marks; i++) {
		jsonw_object(w, NULL);
		jsonw_text(w, "name", inc->marks[i].name);
		put_time(w, "time", inc->marks[i].at);
		jsonw_text(w, "user", inc->marks[i].user);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	put_seconds(w, "mttd_s", incident_between(inc, "started", "detected"));
	put_seconds(w, "mtta_s", incident_between(inc, "detected", "acknowledged"));
	put_seconds(w, "mttm_s", incident_between(inc, "started", "mitigated"));
	put_seconds(w, "mttr_s", incident_between(inc, "started", "resolved"));
}

static void put_hypotheses(struct jsonw *w, const struct incident *inc)
{
	static const char *const state[] = {
	    [HYPOTHESIS_OPEN] = "open", [HYPOTHESIS_RULED_OUT] = "ruled-out", [HYPOTHESIS_CONFIRMED] = "confirmed"};

	jsonw_array(w, "hypotheses");
	for (size_t i = 0; i < inc->n_hypotheses; i++) {
		jsonw_object(w, NULL);
		jsonw_text(w, "text", inc->hypotheses[i].text);
		jsonw_text(w, "state", state[inc->hypotheses[i].state]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

int incident_json(const struct incident *inc, int64_t wall, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty/incident/1");
	put_time(&w, "written", wall);
	jsonw_text(&w, "id", inc->id);
	jsonw_bool(&w, "drill", inc->drill);
	jsonw_text(&w, "fault", inc->fault);
	put(&w, "revision", inc->revision);
	jsonw_text(&w, "alert", inc->alert);
	jsonw_text(&w, "cluster", inc->cluster);
	jsonw_text(&w, "tier", inc->tier);
	jsonw_text(&w, "entity", inc->entity);
	jsonw_text(&w, "severity", inc->severity);
	put_time(&w, "opened", inc->opened);
	jsonw_text(&w, "opened_by", inc->user);
	jsonw_text(&w, "opened_from", inc->from);
	put_time(&w, "closed", inc->closed);
	jsonw_text(&w, "closed_by", inc->closed_by);
	jsonw_text(&w, "stage", stage_name(inc->stage));
	jsonw_text(&w, "step", inc->step);
	jsonw_int(&w, "signals", (int64_t)incident_signals(inc));
	put_fields(&w, inc);
	put_marks(&w, inc);
	put_hypotheses(&w, inc);
	jsonw_text(&w, "snapshot", inc->snapshot);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < inc->n_entries; i++)
		put_entry(&w, &inc->entries[i], inc->drill);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
	return out->overflow ? -1 : 0;
}
