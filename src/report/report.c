#include "report/report.h"

#include "report/parts.h"

#include <string.h>

const struct report_format report_formats[] = {
    {"text", report_text},
    {"json", report_json},
    {"nagios", report_nagios},
    {"openmetrics", report_openmetrics},
    {"markdown", report_markdown},
    {NULL, NULL},
};

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

enum verdict report_verdict(const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;
	enum verdict worst = VERDICT_NA;
	bool known = false;

	if (!list)
		return j->verdict;
	for (size_t i = 0; i < j->n_checklist; i++) {
		if (!report_wants(list, &j->checklist[i]))
			continue;
		known = true;
		worst = verdict_worse(worst, j->checklist[i].verdict);
	}
	return known ? worst : VERDICT_UNKNOWN;
}

int report_exit_code(const struct frame *f, const char *list)
{
	return verdict_exit_code(report_verdict(f, list));
}

enum quality report_quality(const struct value *v, int64_t now)
{
	enum quality q = value_quality(v, now);

	return v->type == VALUE_NONE &&
		       (q == QUALITY_OK || q == QUALITY_PARTIAL || q == QUALITY_STALE)
		   ? QUALITY_MISSING
		   : q;
}

struct report_counts report_counts(const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;
	struct report_counts n = {0};

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		n.critical += a->state == ALERT_FIRING && a->severity == SEVERITY_CRITICAL;
		n.warning += a->state == ALERT_FIRING && a->severity == SEVERITY_WARNING;
		n.pending += a->state == ALERT_PENDING;
		n.folded += a->state == ALERT_FOLDED;
		n.silenced += a->state == ALERT_SILENCED;
		n.acknowledged += a->acknowledged;
	}
	for (size_t i = 0; i < j->n_rules; i++)
		n.unknown += j->rules[i].verdict == VERDICT_UNKNOWN;
	for (size_t i = 0; i < j->n_checklist; i++)
		if (report_wants(list, &j->checklist[i]))
			n.waived += (size_t)j->checklist[i].waived;
	return n;
}
