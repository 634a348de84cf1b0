/* §5.2: the pages of the fault manual, on the frames that were recorded in their drills (tests/fixtures/drills). */
#include "guide_drive.h"

#include "sample_frame.h"

#include "manual/open.h"
#include "manual/search.h"
#include "rules/query_rows.h"
#include "triage/drill.h"
#include "wire/wire.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_MOST = 4 << 20 };

static const struct manual *manual(const char *lang)
{
	static struct manual *en, *zh;
	struct manual **m = strcmp(lang, "en") ? &zh : &en;

	if (!*m)
		*m = manual_load(NULL, 0, lang, NULL);
	return *m;
}

static bool lists(const char *const *ids, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(ids[i], id))
			return true;
	return false;
}

/* The page that carries the id as a whole. */
static const struct manual_page *page_of(const char *id)
{
	const struct manual *m = manual("en");

	for (size_t i = 0; i < m->n_pages; i++)
		if (lists(m->pages[i].guide, m->pages[i].n_guide, id))
			return &m->pages[i];
	return NULL;
}

/* faults.kafka1.step.02 is of the page that carries faults.kafka.01. */
static const struct manual_page *page_around(const char *id)
{
	char whole[64], family[16];
	int n;

	if (sscanf(id, "faults.%15[a-z]%d.", family, &n) != 2)
		return NULL;
	snprintf(whole, sizeof(whole), "faults.%s.%02d", family, n);
	return page_of(whole);
}

/* --- the drill's frame --- */

struct drilled {
	struct frame *frame;
	const struct alert *alert;
	struct binding binding;
};

/* The frame of the page's drill, read anew, so that it may be changed. */
static void drilled_init(struct drilled *d, const struct manual_page *page)
{
	struct wire_reader *reader = wire_reader_new();
	const struct drill *drill = drill_find(page->id);
	const char *top = getenv("top_srcdir");
	char path[PATH_MAX], *line = malloc(LINE_MOST);
	struct err err = {""};
	FILE *f;

	*d = (struct drilled){.frame = NULL};
	snprintf(path, sizeof(path), "%s/tests/fixtures/drills/%s.frames", top ? top : ".", page->id);
	f = fopen(path, "re");
	if (!f || !line || !drill)
		fail_msg("%s: no recording of its drill: %s", page->id, path);
	while (fgets(line, LINE_MOST, f)) {
		struct frame *read = NULL;

		if (wire_read(reader, line, strcspn(line, "\n"), &read, &err))
			fail_msg("%s: %s", path, err_msg(&err));
		if (!read)
			continue;
		frame_unref(d->frame);
		d->frame = read;
	}
	fclose(f);
	free(line);
	wire_reader_free(reader);
	assert_non_null(d->frame);
	d->alert = drill_alert(drill, d->frame->judgement);
	if (!d->alert)
		fail_msg("%s: %s does not fire in its drill", page->id, drill->alert);
	binding_init(&d->binding);
	binding_alert(&d->binding, d->frame->snap, d->alert);
}

static void drilled_release(struct drilled *d)
{
	binding_release(&d->binding);
	frame_unref(d->frame);
}

/* --- the page and its symptom --- */

bool drive_fault(const struct guide_item *it, struct outcomes *o)
{
	const struct manual_page *page = page_of(it->id), *opened;
	struct frame *healthy;
	struct drilled d;

	if (!page)
		return false;
	drilled_init(&d, page);
	opened = manual_for_alert(manual("en"), d.alert->manual, d.alert->name, d.binding.kind);
	assert_ptr_equal(opened, page);
	/* Chinese has the page, too. */
	assert_string_equal(manual_find(manual("zh_CN"), page->id)->lang, "zh_CN");
	snprintf(o->bad, sizeof(o->bad), "%s %s opens %s", d.alert->name, d.alert->entity, opened->id);
	healthy = sample_frame(SAMPLE_HEALTHY);
	for (size_t i = 0; i < healthy->judgement->n_alerts; i++)
		assert_true(strcmp(healthy->judgement->alerts[i].name, d.alert->name) != 0);
	snprintf(o->good, sizeof(o->good), "no %s when all is well", d.alert->name);
	frame_unref(healthy);
	drilled_release(&d);
	return true;
}

/* The first words of the guide's text, which an operator may type, find the page. */
bool drive_symptom(const struct guide_item *it, struct outcomes *o)
{
	const struct manual_page *page = page_of(it->id);
	struct manual_hit hits[40];
	struct query_result r;
	struct drilled d;
	size_t n, at = 0, first;

	if (!page)
		return false;
	assert_true(page->text[MANUAL_SYMPTOM] && page->text[MANUAL_SYMPTOM][0]);
	n = manual_search(manual("zh_CN"), it->text, hits, 40);
	while (at < n && strcmp(hits[at].page->id, page->id))
		at++;
	if (at == n)
		fail_msg("%s: \"%s\" does not find %s", it->id, it->text, page->id);
	drilled_init(&d, page);
	/* In the drill the page sees something that is not well, and goes there. */
	first = manual_first_step(page, &d.binding, d.frame, d.frame->snap->boot);
	if (!manual_evidence(&page->steps[first], &d.binding, d.frame, d.frame->snap->boot, &r) || r.verdict < VERDICT_WARN)
		fail_msg("%s: the page sees nothing in its drill", it->id);
	query_say(&r, o->bad, sizeof(o->bad));
	n = manual_search(manual("zh_CN"), "zzz", hits, 40);
	assert_int_equal(n, 0);
	snprintf(o->good, sizeof(o->good), "\"zzz\" finds no page");
	drilled_release(&d);
	return true;
}

/* --- lists: causes and what prevents --- */

/* The item of a list that carries the id, without its mark. false: none does. */
static bool list_item(const char *markdown, const char *id, char *out, size_t size)
{
	while (markdown && *markdown) {
		size_t n = strcspn(markdown, "\n");
		const char *mark = memmem(markdown, n, " (guide: ", 9);

		if (mark && markdown[0] == '-' && memmem(mark, n - (size_t)(mark - markdown), id, strlen(id))) {
			snprintf(out, size, "%.*s", (int)(mark - markdown - 2), markdown + 2);
			return true;
		}
		markdown += n + (markdown[n] == '\n');
	}
	return false;
}

bool drive_cause(const struct guide_item *it, struct outcomes *o)
{
	const struct manual_page *page = page_around(it->id);
	char cause[400], zh[400];

	if (!page || !list_item(page->text[MANUAL_SYMPTOM], it->id, cause, sizeof(cause)))
		return false;
	assert_true(list_item(manual_find(manual("zh_CN"), page->id)->text[MANUAL_SYMPTOM], it->id, zh, sizeof(zh)));
	drive_hypothesis(cause, o);
	return true;
}

/* What stands in brackets at the end of an item of "Prevent": a rule, an item of an audit, of a list. */
static bool watcher_of(const char *item, char *out, size_t size)
{
	const char *open = strrchr(item, '[');
	size_t n = strlen(item);

	if (!open || item[n - 1] != ']')
		return false;
	snprintf(out, size, "%.*s", (int)(item + n - 1 - open - 1), open + 1);
	return true;
}

static bool drive_watcher(const char *w, struct outcomes *o)
{
	const char *slash = strchr(w, '/');
	char list[32];

	if (!slash)
		return drive_audit_code(w, o) || drive_rule(w, o);
	snprintf(list, sizeof(list), "%.*s", (int)(slash - w), w);
	return drive_periodic_item(list, slash + 1, o);
}

bool drive_prevention(const struct guide_item *it, struct outcomes *o)
{
	const struct manual_page *page = page_around(it->id);
	char item[400], w[80], zh[80];

	if (!page || !list_item(page->text[MANUAL_PREVENT], it->id, item, sizeof(item)))
		return false;
	if (!watcher_of(item, w, sizeof(w)))
		fail_msg("%s: \"%s\" does not say in brackets what watches over it", it->id, item);
	if (!list_item(manual_find(manual("zh_CN"), page->id)->text[MANUAL_PREVENT], it->id, item, sizeof(item)) ||
	    !watcher_of(item, zh, sizeof(zh)) || strcmp(w, zh))
		fail_msg("%s: the languages differ", it->id);
	if (!drive_watcher(w, o))
		fail_msg("%s: there is no %s", it->id, w);
	return true;
}

/* --- steps --- */

static double number_for(const struct threshold *t, bool well)
{
	static const double tries[] = {0, 1, 2, 3, 10, 100, 1e4, 1e6, 1e9, 1e12, -1};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		if (threshold_breaks(t, tries[i], 0) == well)
			return tries[i];
	fail_msg("no number for %s", t->text);
	return 0;
}

static void set_number(struct value *v, double n)
{
	if (v->type == VALUE_BOOL)
		v->b = n != 0;
	else if (v->type == VALUE_INT)
		v->i = (int64_t)n;
	else
		v->d = n;
}

/* The question's number in that row, well or not. */
static void set_row(const struct query *q, char *row, int64_t now, bool well)
{
	const struct field *f = q->field;
	double n = q->form == QUERY_COMPARE ? number_for(&q->well, well) : 0;

	if (q->form == QUERY_FALLS || q->form == QUERY_GROWS) {
		bool up = (q->form == QUERY_GROWS) == well;
		struct sample past[] = {{now - 2 * q->span, 5000}, {now - q->span, up ? 6000 : 4000}, {now, up ? 7000 : 3000}};
		struct series_view **series = (struct series_view **)(void *)(row + q->past->offset);

		series_view_unref(*series);
		*series = series_view_make(past, 3);
		set_number((struct value *)(void *)(row + f->offset), 5000);
	} else if (!f) {
		struct broker_row *b = (struct broker_row *)(void *)row;

		for (size_t i = 0; i < b->n_metrics; i++)
			if (b->metrics[i].id == q->metric)
				set_number(&b->metrics[i].v, n);
	} else if (f->type == FIELD_VALUE) {
		set_number((struct value *)(void *)(row + f->offset), n);
	} else if (f->type == FIELD_TEXTS || f->type == FIELD_ROWS) {
		*(size_t *)(void *)(row + f->count_offset) = (size_t)n;
	}
}

static void set_rule(const struct query *q, struct judgement *j, bool well)
{
	for (size_t i = 0; well && i < j->n_alerts; i++)
		if (!strcmp(j->alerts[i].name, q->rule))
			j->alerts[i].name = "another";
	for (size_t i = 0; well && i < j->n_rules; i++)
		if (!strcmp(j->rules[i].name, q->rule))
			j->rules[i].verdict = VERDICT_OK;
}

/* The step's question on the drill's frame, where its number has been made well or not. */
static enum verdict changed(const struct manual_page *page, const struct manual_step *s, bool well, char *out, size_t size)
{
	const struct query *q = &s->query;
	struct query_result r;
	struct drilled d;

	drilled_init(&d, page);
	if (q->form == QUERY_RULE) {
		set_rule(q, d.frame->judgement, well);
	} else {
		const struct section *rows = d.frame->snap->clusters[d.binding.cluster_index].sections[q->section];

		for (size_t i = 0; i < section_count(rows); i++)
			set_row(q, section_row(rows, i), d.frame->snap->boot, well);
	}
	manual_evidence(s, &d.binding, d.frame, d.frame->snap->boot, &r);
	query_say(&r, out, size);
	drilled_release(&d);
	return r.verdict;
}

static void drive_one(const char *id, const struct manual_page *page, const struct manual_step *s, struct outcomes *o)
{
	struct query_result r;
	struct drilled d;
	char said[512];

	if (!s->query_text)
		fail_msg("%s: step \"%s\" of %s asks nothing", id, s->title, page->id);
	drilled_init(&d, page);
	manual_evidence(s, &d.binding, d.frame, d.frame->snap->boot, &r);
	query_say(&r, said, sizeof(said));
	/* A rule has no number of its own: it has been judged. */
	if (s->query.form == QUERY_RULE ? r.verdict == VERDICT_UNKNOWN || r.verdict == VERDICT_NA : r.quality != QUALITY_OK)
		fail_msg("%s: in its drill \"%s\" is %s: %s", id, s->query_text, quality_name(r.quality), said);
	drilled_release(&d);
	if (changed(page, s, true, o->good, sizeof(o->good)) != VERDICT_OK)
		fail_msg("%s: \"%s\" holds, and yet: %s", id, s->query_text, o->good);
	if (changed(page, s, false, o->bad, sizeof(o->bad)) < VERDICT_WARN)
		fail_msg("%s: \"%s\" does not hold, and yet: %s", id, s->query_text, o->bad);
}

bool drive_step(const struct guide_item *it, struct outcomes *o)
{
	const struct manual_page *page = page_around(it->id);
	size_t n = 0;

	for (size_t i = 0; page && i < page->n_steps; i++) {
		const struct manual_step *s = &page->steps[i];

		if (!lists(s->guide, s->n_guide, it->id))
			continue;
		drive_one(it->id, page, s, o);
		n++;
	}
	return n > 0;
}
