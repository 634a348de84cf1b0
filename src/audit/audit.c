#include "audit/answer.h"
#include "audit/audit.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 400 };

struct auditing {
	const struct frame *f;
	int64_t now, wall;
	struct audit_report *out;
};

/* What one condition says of one cluster. */
struct finding_of {
	enum verdict verdict; /* OK, WARN (broken), UNKNOWN, NA */
	char text[LINE];
};

const char *audit_how_name(enum audit_how how)
{
	static const char *const names[] = {[AUDIT_MEASURED] = "measured",
	    [AUDIT_ATTESTED] = "attested",
	    [AUDIT_UNANSWERED] = "unanswered",
	    [AUDIT_NA] = "not applicable"};

	return names[how];
}

char *audit_subject(const struct audit_item *item, char *out, size_t size)
{
	snprintf(out, size, "audit/%s/%s", item->list, item->id);
	return out;
}

const struct audit_item *audit_find(const struct audits *a, const char *subject)
{
	for (size_t k = 0; k < sizeof(a->lists) / sizeof(a->lists[0]); k++) {
		for (size_t i = 0; i < a->lists[k].n; i++) {
			char name[160];

			if (a->lists[k].items[i].question &&
			    !strcmp(audit_subject(&a->lists[k].items[i], name, sizeof(name)), subject))
				return &a->lists[k].items[i];
		}
	}
	return NULL;
}

/* What breaks counts more than what is not known, that more than what holds. */
static void join(struct finding_of *all, enum verdict verdict, const char *text)
{
	static const int rank[VERDICT_COUNT] = {
	    [VERDICT_NA] = 0, [VERDICT_OK] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_WARN] = 3, [VERDICT_CRIT] = 4};

	if (all->text[0] && rank[verdict] <= rank[all->verdict])
		return;
	all->verdict = verdict;
	snprintf(all->text, sizeof(all->text), "%.*s", (int)sizeof(all->text) - 1, text);
}

static const char *fact_value(const struct fact_row *row, char *out, size_t size)
{
	char number[FMT_MAX];

	switch (row->v.type) {
	case VALUE_TEXT:
		return text_sanitise(out, size, row->v.s ? row->v.s : "", size);
	case VALUE_BOOL:
		snprintf(out, size, "%s", row->v.b ? _("yes") : _("no"));
		break;
	case VALUE_INT:
		snprintf(out, size, "%s", fmt_count(number, sizeof(number), row->v.i));
		break;
	default:
		snprintf(out, size, "%.6g", value_number(&row->v));
		break;
	}
	return out;
}

static void fact_line(const struct fact_row *row, char *out, size_t size)
{
	char value[LINE / 2], object[LINE / 4] = "", detail[LINE / 2] = "";

	if (row->object)
		text_sanitise(object, sizeof(object), row->object, sizeof(object));
	if (row->detail)
		text_sanitise(detail, sizeof(detail), row->detail, sizeof(detail));
	snprintf(out, size, "%s%s%.60s %.80s%s%.120s%s", object, object[0] ? ": " : "", row->name,
	    fact_value(row, value, sizeof(value)), detail[0] ? " (" : "", detail, detail[0] ? ")" : "");
}

static enum verdict fact_holds(const struct audit_condition *c, const struct fact_row *row)
{
	bool holds = c->is ? row->v.type == VALUE_TEXT && row->v.s && !strcmp(row->v.s, c->is)
			   : row->v.type != VALUE_TEXT && threshold_breaks(&c->want, value_number(&row->v), 0);

	return holds ? VERDICT_OK : VERDICT_WARN;
}

/* "rules.judged.NAME": is the rule judged on this cluster at all? */
static bool judge_rule(const struct auditing *a, size_t cluster, const struct audit_condition *c, struct finding_of *out)
{
	static const char prefix[] = "rules.judged.";
	const char *name = c->fact + sizeof(prefix) - 1;

	if (strncmp(c->fact, prefix, sizeof(prefix) - 1) != 0)
		return false;
	for (size_t i = 0; i < a->f->judgement->n_rules; i++) {
		const struct rule_result *r = &a->f->judgement->rules[i];
		char line[LINE], why[LINE];

		if (strcmp(r->name, name) || !r->cluster || strcmp(r->cluster, a->f->snap->clusters[cluster].name))
			continue;
		text_sanitise(why, sizeof(why), r->reason ? r->reason : "", sizeof(why));
		snprintf(line, sizeof(line), _("%s is judged"), name);
		/* Waived, or nothing here that it could judge: it is not green for that. */
		if (r->verdict == VERDICT_UNKNOWN || r->verdict == VERDICT_NA)
			snprintf(line, sizeof(line), _("%s is not judged: %.300s"), name, why[0] ? why : _("does not apply here"));
		join(out, r->verdict == VERDICT_UNKNOWN ? VERDICT_WARN : r->verdict == VERDICT_NA ? VERDICT_NA : VERDICT_OK, line);
		return true;
	}
	return false;
}

static void judge_fact(const struct auditing *a, size_t cluster, const struct audit_condition *c, struct finding_of *out)
{
	const struct section *s = a->f->snap->clusters[cluster].sections[SECTION_FACTS];
	bool seen = judge_rule(a, cluster, c, out);

	for (size_t i = 0; i < section_count(s); i++) {
		const struct fact_row *row = section_fact(s, i);
		char line[LINE], why[LINE];
		enum quality q;

		if (!row->name || strcmp(row->name, c->fact) != 0)
			continue;
		seen = true;
		q = value_quality(&row->v, a->now);
		if (q == QUALITY_OK) {
			fact_line(row, line, sizeof(line));
			join(out, fact_holds(c, row), line);
			continue;
		}
		text_sanitise(why, sizeof(why), row->v.reason ? row->v.reason : quality_name(q), sizeof(why));
		snprintf(line, sizeof(line), "%s: %.300s", c->fact, why);
		join(out, q == QUALITY_NA ? VERDICT_NA : VERDICT_UNKNOWN, line);
	}
	if (!seen) {
		char line[LINE];

		snprintf(line, sizeof(line), _("%s was not read yet"), c->fact);
		join(out, VERDICT_UNKNOWN, line);
	}
}

static void judge_query(const struct auditing *a, size_t cluster, const struct audit_condition *c, struct finding_of *out)
{
	struct query_scope scope = {
	    .cluster = cluster, .section = SECTION_KINDS, .row = SIZE_MAX, .bad = VERDICT_WARN};
	struct query_result r;
	char said[LINE], line[2 * LINE];

	query_eval(&c->query, &scope, a->f->snap, a->f->judgement, a->now, &r);
	query_say(&r, said, sizeof(said));
	snprintf(line, sizeof(line), "%s%s%s", r.where, r.where[0] ? ": " : "", said);
	join(out, r.verdict, line);
}

static enum verdict severity(enum audit_level level, enum tier tier)
{
	if (level == LEVEL_HIGH && tier == TIER_PROD)
		return VERDICT_CRIT;
	/* Noted, not judged: what is broken never looks like OK. */
	if (level == LEVEL_LOW && tier == TIER_DEV)
		return VERDICT_NA;
	return VERDICT_WARN;
}

static const struct record *newest_answer(const struct auditing *a, const struct audit_item *item, const char *cluster)
{
	char subject[160];

	return ledger_newest(
	    a->f->ledger, RECORD_ANSWER, cluster, NULL, audit_subject(item, subject, sizeof(subject)));
}

static void ask(struct auditing *a, struct audit_result *r, const char *cluster)
{
	r->answer = newest_answer(a, r->item, cluster);
	if (r->answer && a->wall < answer_due(r->answer, r->item->every)) {
		r->how = AUDIT_ATTESTED;
		r->verdict = VERDICT_NA;
	} else {
		r->how = AUDIT_UNANSWERED;
		r->verdict = VERDICT_UNKNOWN;
	}
	r->evidence = r->answer ? answer_words(r->answer, r->how == AUDIT_ATTESTED, &a->out->arena)
				: arena_strdup(&a->out->arena, r->item->question);
}

/* Does the item concern this cluster at all? */
static bool concerns(const struct audit_item *item, const struct cluster_view *view)
{
	const struct cluster_row *facts = cluster_facts(view);

	return !item->mode || !facts || !facts->mode || !strcmp(facts->mode, item->mode);
}

static void judge_item(struct auditing *a, size_t cluster, const struct audit_item *item, struct audit_result *r)
{
	const struct cluster_view *view = &a->f->snap->clusters[cluster];
	struct finding_of found = {.verdict = VERDICT_NA};
	char clean[LINE];

	*r = (struct audit_result){.item = item, .cluster = cluster, .how = AUDIT_NA, .verdict = VERDICT_NA};
	if (!concerns(item, view)) {
		r->evidence = arena_printf(&a->out->arena, _("only for clusters in %s mode"), item->mode);
		return;
	}
	for (size_t i = 0; i < item->n_conditions; i++) {
		if (item->conditions[i].fact)
			judge_fact(a, cluster, &item->conditions[i], &found);
		else
			judge_query(a, cluster, &item->conditions[i], &found);
	}
	/* With both, a person is asked only where what is measured holds or cannot apply. */
	if (item->question && (found.verdict == VERDICT_OK || found.verdict == VERDICT_NA)) {
		ask(a, r, view->name);
		return;
	}
	/* It may have been cut within a character. */
	r->evidence = arena_strdup(&a->out->arena, text_sanitise(clean, sizeof(clean), found.text, sizeof(clean)));
	if (found.verdict == VERDICT_NA)
		return;
	r->how = AUDIT_MEASURED;
	r->verdict = found.verdict == VERDICT_WARN || found.verdict == VERDICT_CRIT ? severity(item->level, view->tier)
										    : found.verdict;
}

void audit_judge(const struct audits *audits, unsigned kinds, const struct frame *f, int64_t now, int64_t wall,
    struct audit_report *out)
{
	struct auditing a = {.f = f, .now = now, .wall = wall, .out = out};
	size_t most = 0;

	*out = (struct audit_report){.verdict = VERDICT_NA};
	arena_init(&out->arena);
	for (size_t c = 0; c < f->snap->n_clusters; c++)
		most += audits->lists[f->snap->clusters[c].kind].n;
	out->results = arena_alloc(&out->arena, (most + 1) * sizeof(*out->results));
	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		enum broker_kind kind = f->snap->clusters[c].kind;

		for (size_t i = 0; kinds & 1u << kind && i < audits->lists[kind].n; i++) {
			struct audit_result *r = &out->results[out->n++];

			judge_item(&a, c, &audits->lists[kind].items[i], r);
			out->counts[r->how]++;
			out->verdict = verdict_worse(out->verdict, r->verdict);
		}
	}
}

void audit_report_release(struct audit_report *r)
{
	arena_release(&r->arena);
	*r = (struct audit_report){0};
}
