/* Judging a question. */
#include "rules/query_rows.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "rules/rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct asking {
	const struct query *q;
	const struct query_scope *scope;
	const struct snapshot *snap;
	const struct judgement *j;
	int64_t now;
};

static void unknown(struct query_result *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void unknown(struct query_result *r, const char *fmt, ...)
{
	char raw[QUERY_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_sanitise(r->reason, sizeof(r->reason), raw, sizeof(raw));
	r->verdict = VERDICT_UNKNOWN;
}

/* Why a number that is not good cannot be judged, and how old what was last known is. */
static void not_good(struct query_result *r, const struct value *v, int64_t now)
{
	int64_t age = value_age(v, now);
	char d[FMT_MAX];
	const char *why = v->reason;

	if (r->quality == QUALITY_STALE)
		why = _("stale");
	else if (!why)
		why = r->quality == QUALITY_PARTIAL ? _("only part of it is known")
						    : _("the broker did not say");
	if (age < NS_PER_S || r->quality == QUALITY_PARTIAL)
		unknown(r, "%s", why);
	else
		unknown(r, _("%s (last known %s ago)"), why, fmt_duration(d, sizeof(d), age));
	if (r->quality == QUALITY_NA)
		r->verdict = VERDICT_NA;
}

/* What is counted or said without a time of its own is as fresh as the list. */
static struct value dated(const struct section *s, struct value v)
{
	v.at = s->listing.at;
	v.period = s->listing.period;
	v.quality = s->listing.type == VALUE_NONE && s->listing.quality == QUALITY_OK
			? QUALITY_MISSING
			: s->listing.quality;
	v.reason = s->listing.reason;
	return v;
}

static struct value metric_value(const struct broker_row *b, enum metric_id id)
{
	const struct value *v = broker_metric(b, id);

	return v ? *v : value_na(_("this broker does not tell"));
}

struct value query_row_value(const struct query *q, const struct section *s, size_t i)
{
	const char *row = section_row(s, i);
	const struct field *f = q->field;

	if (!f)
		return metric_value((const struct broker_row *)row, q->metric);
	switch (f->type) {
	case FIELD_VALUE:
		return *(const struct value *)(row + f->offset);
	case FIELD_TRI: {
		int tri = *(const int *)(row + f->offset);

		return tri == TRI_UNKNOWN ? value_missing(NULL)
					  : dated(s, value_bool(tri == TRI_YES, 1, 0));
	}
	case FIELD_INT:
		return dated(s, value_int(*(const int64_t *)(row + f->offset), 1, 0));
	case FIELD_STATUS:
		return dated(s, value_int((int64_t) * (const enum lag_status *)(row + f->offset), 1, 0));
	case FIELD_TEXTS:
		/* A server that does not answer names nobody whom it misses: nothing is known of it, rather than none. */
		if (s->kind == SECTION_ROUTES && section_route(s, i)->peers.type == VALUE_NONE)
			return section_route(s, i)->peers;
		return dated(s, value_int((int64_t) * (const size_t *)(row + f->count_offset), 1, 0));
	case FIELD_ROWS:
		return dated(s, value_int((int64_t) * (const size_t *)(row + f->count_offset), 1, 0));
	default:
		return value_missing(NULL);
	}
}

static void compare(const struct asking *a, struct query_result *r)
{
	const struct threshold *t = &a->q->well;
	double n = value_number(&r->value);
	bool well = threshold_breaks(t, n, 0);
	/* Parts only add: what is too much already stays so. */
	bool surely = !well && n >= t->high &&
		      (t->op == THRESHOLD_LT || t->op == THRESHOLD_LE || t->op == THRESHOLD_EQ);

	if (r->quality == QUALITY_OK) {
		r->verdict = well ? VERDICT_OK : a->scope->bad;
		return;
	}
	if (r->quality == QUALITY_PARTIAL && surely) {
		r->verdict = a->scope->bad;
		return;
	}
	not_good(r, &r->value, a->now);
}

static bool nothing_unread(const struct asking *a, const struct lag_row *row)
{
	return value_is_good(&row->lag, a->now) && value_number(&row->lag) <= 0;
}

/* The past must reach back far enough, and up to now. */
static void follow(const struct asking *a, const struct section *s, size_t i, struct query_result *r)
{
	const struct query *q = a->q;
	const char *row = section_row(s, i);
	const struct series_view *past = *(struct series_view *const *)(row + q->past->offset);
	size_t n = series_view_count(past);
	char d[FMT_MAX];
	double rate;

	if (r->quality != QUALITY_OK) {
		not_good(r, &r->value, a->now);
		return;
	}
	/* Where nothing is unread nothing can be lost, and what is 0 cannot fall. */
	if (s->kind == SECTION_LAG && nothing_unread(a, section_lag(s, i))) {
		r->verdict = VERDICT_OK;
		return;
	}
	if (q->form == QUERY_FALLS && value_number(&r->value) <= 0) {
		r->verdict = VERDICT_OK;
		return;
	}
	if (!n || series_view_at(past, n - 1).at + value_fresh_for(r->value.period) < a->now ||
	    series_view_rate(past, q->span, &rate)) {
		unknown(r, _("needs %s of watching"), fmt_duration(d, sizeof(d), q->span));
		return;
	}
	r->verdict = (q->form == QUERY_FALLS ? rate < 0 : rate > 0) ? VERDICT_OK : a->scope->bad;
}

static void look_at(const struct asking *a, const struct section *s, size_t i, struct query_result *r)
{
	r->section = s->kind;
	r->row = i;
	r->value = query_row_value(a->q, s, i);
	r->quality = judged_quality(&r->value, a->now);
	r->reason[0] = '\0';
	if (r->value.type == VALUE_TEXT)
		unknown(r, _("this is a text, not a number"));
	else if (a->q->form == QUERY_COMPARE)
		compare(a, r);
	else
		follow(a, s, i, r);
	if (r->value.type != VALUE_NONE && r->value.type != VALUE_TEXT)
		query_number(a->q, value_number(&r->value), r->number, sizeof(r->number));
	else
		r->number[0] = '\0';
	if (r->value.type == VALUE_BOOL && a->q->form == QUERY_COMPARE && a->q->well.op >= THRESHOLD_GE)
		snprintf(r->bound, sizeof(r->bound), "%s", threshold_breaks(&a->q->well, 1, 0) ? _("yes") : _("no"));
	if (r->value.type == VALUE_BOOL)
		snprintf(r->number, sizeof(r->number), "%s", r->value.b ? _("yes") : _("no"));
}

static void describe(const struct query *q, struct query_result *r)
{
	char d[FMT_MAX];

	snprintf(r->what, sizeof(r->what), "%s", query_field_label(q));
	r->trend = q->form != QUERY_COMPARE;
	if (q->form == QUERY_COMPARE)
		snprintf(r->bound, sizeof(r->bound), "%s", q->well.text);
	else
		snprintf(r->bound, sizeof(r->bound),
		    q->form == QUERY_FALLS ? _("fall for %s") : _("grow for %s"),
		    fmt_duration(d, sizeof(d), q->span));
}

/* A list that may lack rows cannot say that all is well. */
static void mind_gaps(const struct asking *a, const struct section *s, struct query_result *r)
{
	enum quality q = judged_quality(&s->listing, a->now);

	if (r->rows && query_scope_is_narrow(a->scope, s->kind))
		return;
	if (r->verdict >= VERDICT_UNKNOWN || r->verdict == VERDICT_WARN)
		return;
	if (q == QUALITY_NA && !r->rows) {
		r->quality = q;
		not_good(r, &s->listing, a->now);
	} else if (q != QUALITY_OK || s->omitted) {
		r->quality = q == QUALITY_OK ? QUALITY_PARTIAL : q;
		not_good(r, &s->listing, a->now);
	} else if (!r->rows) {
		r->quality = QUALITY_MISSING;
		unknown(r, _("there is no such row any more"));
	}
}

static void ask_rows(const struct asking *a, struct query_result *out)
{
	const struct cluster_view *c = &a->snap->clusters[a->scope->cluster];
	const struct section *s = c->sections[a->q->section];

	describe(a->q, out);
	if (!s) {
		out->quality = QUALITY_MISSING;
		unknown(out, _("nothing is known of this yet"));
		return;
	}
	for (size_t i = 0; i < section_count(s); i++) {
		struct query_result r = *out;

		if (!query_row_matches(a->scope, s, i))
			continue;
		look_at(a, s, i, &r);
		r.rows = ++out->rows;
		if (out->rows > 1 && r.verdict <= out->verdict)
			continue;
		*out = r;
	}
	if (out->row != SIZE_MAX)
		query_row_name(s, out->row, out->where, sizeof(out->where));
	mind_gaps(a, s, out);
}

static const struct rule_result *result_of(const struct judgement *j, const char *rule, const char *cluster)
{
	for (size_t i = 0; i < j->n_rules; i++)
		if (!strcmp(j->rules[i].name, rule) && !strcmp(j->rules[i].cluster, cluster))
			return &j->rules[i];
	return NULL;
}

static bool alert_is_about(const struct asking *a, const struct alert *alert, const char *cluster)
{
	const struct section *s;

	if (strcmp(alert->name, a->q->rule) || !alert->cluster || strcmp(alert->cluster, cluster))
		return false;
	s = alert->section < SECTION_COUNT
		? a->snap->clusters[a->scope->cluster].sections[alert->section]
		: NULL;
	return !s || alert->row >= section_count(s) || query_row_matches(a->scope, s, alert->row);
}

static void note_alert(const struct alert *alert, struct query_result *out)
{
	enum verdict v = alert->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
	char raw[96];
	const char *what = alert->what ? alert->what : "";
	size_t fits = text_cut(what, 80);

	/* Over its threshold, but not for long enough yet. */
	if (alert->state == ALERT_PENDING)
		v = VERDICT_WARN;
	if (out->rows++ && v <= out->verdict)
		return;
	out->verdict = v;
	out->value = alert->value;
	out->section = alert->section < SECTION_COUNT ? alert->section : SECTION_KINDS;
	out->row = alert->row;
	/* What is cut says so: half a word reads like a whole one. */
	snprintf(raw, sizeof(raw), "%.*s%s", (int)fits, what, what[fits] ? "~" : "");
	text_sanitise(out->number, sizeof(out->number), raw, sizeof(raw));
	text_sanitise(out->where, sizeof(out->where), alert->entity ? alert->entity : "", 256);
	out->trend = true;
	snprintf(out->bound, sizeof(out->bound), "%s",
	    alert->state == ALERT_PENDING ? _("not fire (it is pending)") : _("not fire"));
	out->trend = true;
}

/* Nothing fires: was everything that the scope is about judged? */
static void trust_silence(const struct asking *a, const struct rule_result *result, struct query_result *out)
{
	enum section_kind kind = a->q->section;
	struct row_verdict row = {VERDICT_UNKNOWN, NULL};

	if (kind == a->scope->section && a->scope->row != SIZE_MAX)
		row = judgement_row(a->j, a->scope->cluster, kind, a->scope->row);
	if (result->verdict == VERDICT_NA) {
		unknown(out, "%s", result->reason ? result->reason : _("does not apply here"));
		out->verdict = VERDICT_NA;
	} else if (result->verdict == VERDICT_OK || row.verdict == VERDICT_OK ||
		   row.verdict == VERDICT_WARN ||
		   (result->verdict != VERDICT_UNKNOWN && result->evaluated == result->total)) {
		out->verdict = VERDICT_OK;
	} else {
		unknown(out, "%s", row.why ? row.why : result->reason ? result->reason : _("not everything was judged"));
	}
}

static void ask_rule(const struct asking *a, struct query_result *out)
{
	const char *cluster = a->snap->clusters[a->scope->cluster].name;
	const struct rule_result *result = result_of(a->j, a->q->rule, cluster);

	snprintf(out->what, sizeof(out->what), "%s", a->q->rule);
	snprintf(out->bound, sizeof(out->bound), "%s", _("not fire"));
	for (size_t i = 0; i < a->j->n_alerts; i++)
		if (alert_is_about(a, &a->j->alerts[i], cluster))
			note_alert(&a->j->alerts[i], out);
	if (out->rows)
		return;
	if (result) {
		trust_silence(a, result, out);
		return;
	}
	unknown(out, _("this rule does not go with this kind of broker"));
	out->verdict = VERDICT_NA;
}

void query_eval(const struct query *q, const struct query_scope *scope, const struct snapshot *snap,
    const struct judgement *j, int64_t now, struct query_result *out)
{
	struct asking a = {q, scope, snap, j, now};

	*out = (struct query_result){
	    .section = SECTION_KINDS, .row = SIZE_MAX, .quality = QUALITY_OK};
	if (scope->cluster >= snap->n_clusters) {
		out->quality = QUALITY_MISSING;
		unknown(out, _("this cluster is not there any more"));
	} else if (q->form == QUERY_RULE) {
		ask_rule(&a, out);
	} else {
		ask_rows(&a, out);
	}
}

char *query_say(const struct query_result *r, char *out, size_t size)
{
	const char *where = r->rows > 1 ? r->where : "";
	int n;

	if (r->verdict == VERDICT_UNKNOWN || r->verdict == VERDICT_NA) {
		n = snprintf(out, size, "%s: %s", r->what, r->reason);
	} else if (r->verdict == VERDICT_OK) {
		n = r->number[0] ? snprintf(out, size, "%s %s", r->what, r->number)
				 : snprintf(out, size, _("%s does not fire"), r->what);
	} else {
		n = snprintf(out, size, r->trend ? _("%s %s, should %s") : _("%s %s, should be %s"), r->what, r->number,
		    r->bound);
	}
	if (where[0] && n > 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, " (%s)", where);
	return out;
}
