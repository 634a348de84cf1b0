#include "audit/answer.h"
#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/scalar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 400 };

static const struct {
	const char *name;
	void (*measure)(struct measuring *m);
} measurements[] = {
    {"trends", measure_trends},
    {"capacity", measure_capacity},
    {"extension", measure_extension},
    {"security", measure_security},
    {"configuration", measure_configuration},
    {"versions", measure_versions},
    {"drill", measure_drill},
    {"documents", measure_documents},
    {"backups", measure_backups},
    {"cost", measure_cost},
};

void measured(struct measuring *m, enum verdict verdict, const char *fmt, ...)
{
	char text[LINE], clean[LINE];
	va_list ap;

	if (m->out->evidence && verdict <= m->out->verdict)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	m->out->verdict = verdict;
	m->out->evidence = arena_strdup(m->arena, text_sanitise(clean, sizeof(clean), text, sizeof(text)));
}

const struct fact_row *measured_fact(const struct cluster_view *view, const char *name)
{
	const struct section *s = view->sections[SECTION_FACTS];

	for (size_t i = 0; i < section_count(s); i++)
		if (section_fact(s, i)->name && !strcmp(section_fact(s, i)->name, name))
			return section_fact(s, i);
	return NULL;
}

/* "weekly", "monthly", "90d". */
int64_t periodic_every(const struct list_item *item)
{
	const char *text = item->period;
	int64_t ns = 0;

	if (!strcmp(text, "daily"))
		return 86400 * NS_PER_S;
	if (!strcmp(text, "weekly"))
		return 7 * 86400 * NS_PER_S;
	if (!strcmp(text, "monthly") || scalar_duration(text, &ns, NULL))
		return 31 * 86400 * NS_PER_S;
	return ns;
}

static void ask(struct measuring *m)
{
	const struct list_item *item = m->out->item;
	const struct record *r = ledger_newest(m->in->frame->ledger, RECORD_ANSWER, NULL, NULL, item->subject);
	bool holds = r && m->in->wall < answer_due(r, periodic_every(item));

	m->out->answer = r;
	m->out->how = holds ? AUDIT_ATTESTED : AUDIT_UNANSWERED;
	m->out->verdict = holds ? VERDICT_NA : VERDICT_UNKNOWN;
	m->out->evidence = r ? answer_words(r, holds, m->arena) : words_now(&item->hint);
	m->out->evidence = arena_printf(
	    m->arena, "%s%s%s", m->seen ? m->seen : "", m->seen && m->seen[0] ? "; " : "", m->out->evidence);
}

static void judge(struct measuring *m)
{
	const struct list_item *item = m->out->item;

	m->out->how = AUDIT_MEASURED;
	for (size_t i = 0; item->measure && i < sizeof(measurements) / sizeof(measurements[0]); i++)
		if (!strcmp(measurements[i].name, item->measure))
			measurements[i].measure(m);
	/* Where nothing could be measured, or what was measured is only half of it. */
	if (item->kind == ITEM_ASKED && !m->out->evidence)
		ask(m);
	if (!m->out->evidence)
		measured(m, VERDICT_UNKNOWN, _("there is nothing to measure it by"));
}

int periodic_judge(const struct periodic_input *in, const char *name, struct periodic_report *out, struct err *err)
{
	const struct checklist *list = checklist_find(checklists(), name);

	*out = (struct periodic_report){.list = list, .verdict = VERDICT_NA};
	arena_init(&out->arena);
	if (!list)
		return err_set(err, _("there is no list '%s': mqduty is not installed whole"), name);
	out->results = arena_alloc(&out->arena, (list->n + ASSUMPTIONS_MOST) * sizeof(*out->results));
	for (size_t i = 0; i < list->n; i++) {
		struct measuring m = {.in = in, .arena = &out->arena, .out = &out->results[out->n++]};

		*m.out = (struct periodic_result){.item = &list->items[i], .verdict = VERDICT_NA};
		judge(&m);
	}
	if (!strcmp(name, "monthly"))
		out->n += judge_assumptions(in, &out->arena, out->results + out->n, ASSUMPTIONS_MOST);
	for (size_t i = 0; i < out->n; i++) {
		out->counts[out->results[i].how]++;
		out->verdict = verdict_worse(out->verdict, out->results[i].verdict);
	}
	return 0;
}

void periodic_release(struct periodic_report *r)
{
	arena_release(&r->arena);
	*r = (struct periodic_report){0};
}
