#ifndef MQ_TESTS_AUDIT_WORLD_H
#define MQ_TESTS_AUDIT_WORLD_H

#include "audit/audit.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* For tests: a cluster, named "c", in which exactly what an item of an audit looks at is there, well or badly. */
#define NOW (1000 * NS_PER_S)
#define WALL (INT64_C(1795000000) * NS_PER_S)
#define DAY (86400 * NS_PER_S)

enum how_good { GOOD, BAD, STALE };

/* A number that keeps the threshold, or breaks it. */
static inline double number_for(const struct threshold *t, enum how_good how)
{
	static const double tries[] = {0, 1, 2, 3, 4, 5, 7, 50, 60, 79, 86, 99, 1000, 1e6, 1e8, 1e12, -1};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		if (threshold_breaks(t, tries[i], 0) == (how != BAD))
			return tries[i];
	fail_msg("no number for %s", t->text);
	return 0;
}

static inline struct value value_of(double n, enum how_good how)
{
	return value_real(n, how == STALE ? 1 : NOW, NS_PER_S);
}

static inline void put_fact(struct section *s, const struct audit_condition *c, enum how_good how)
{
	struct fact_row *row = section_add(s);

	row->name = arena_strdup(&s->arena, c->fact);
	if (c->is)
		row->v = value_text(how == BAD ? "something else" : c->is, how == STALE ? 1 : NOW, NS_PER_S);
	else
		row->v = value_of(number_for(&c->want, how), how);
	row->detail = "clicks | <b>";
}

static inline void put_rule(struct judgement *j, const char *name, enum how_good how)
{
	j->rules = arena_alloc(&j->arena, sizeof(*j->rules));
	j->n_rules = 1;
	j->rules[0] = (struct rule_result){
	    .name = name, .cluster = "c", .verdict = how == GOOD ? VERDICT_OK : VERDICT_UNKNOWN, .reason = "no source"};
}

/* The row that the query looks at, with nothing in it but its number. */
static inline void put_row(struct snapshot *snap, const struct query *q, enum how_good how)
{
	struct section *had = snap->clusters[0].sections[q->section];
	struct section *s = had ? had : section_new(q->section);
	struct value v = value_of(number_for(&q->well, how), how);
	char *row = had ? section_row(s, 0) : section_add(s);

	if (q->field) {
		*(struct value *)(row + q->field->offset) = v;
	} else {
		struct broker_row *b = (struct broker_row *)row;

		b->metrics = arena_alloc(&s->arena, sizeof(*b->metrics));
		b->n_metrics = 1;
		b->metrics[0] = (struct metric){q->metric, v};
	}
	s->listing = value_bool(true, NOW, 0);
	snap->clusters[0].sections[q->section] = s;
}

/* A cluster in which all conditions hold, but the one of that index, which is as `how` says. */
static inline struct frame *frame_for(const struct audit_item *item, enum broker_kind kind, size_t which, enum how_good how,
    struct ledger *ledger)
{
	struct snapshot *snap = snapshot_new(1, NOW, WALL);
	struct section *facts = section_new(SECTION_FACTS);
	struct judgement *j;

	snap->clusters[0].name = "c";
	snap->clusters[0].kind = kind;
	snap->clusters[0].tier = TIER_PROD;
	snap->clusters[0].sections[SECTION_FACTS] = facts;
	for (size_t i = 0; i < item->n_conditions; i++)
		if (!item->conditions[i].fact)
			put_row(snap, &item->conditions[i].query, i == which ? how : GOOD);
	j = judgement_new(snap);
	for (size_t i = 0; i < item->n_conditions; i++) {
		const struct audit_condition *c = &item->conditions[i];
		enum how_good mine = i == which ? how : GOOD;

		if (c->fact && !strncmp(c->fact, "rules.judged.", 13)) {
			struct rule_result *had = j->rules;
			size_t n = j->n_rules;
			struct rule_result *all = arena_alloc(&j->arena, (n + 1) * sizeof(*all));

			put_rule(j, c->fact + 13, mine);
			if (n)
				memcpy(all, had, n * sizeof(*all));
			all[n] = j->rules[0];
			j->rules = all;
			j->n_rules = n + 1;
		} else if (c->fact) {
			put_fact(facts, c, mine);
		}
	}
	return frame_new(snap, j, ledger, "here");
}

static inline struct audit_result audit_outcome(const struct audits *all, const struct audit_item *item,
    enum broker_kind kind, size_t which, enum how_good how, struct ledger *ledger, char *evidence, size_t size)
{
	struct frame *f = frame_for(item, kind, which, how, ledger);
	struct audit_result found = {0};
	struct audit_report report;

	audit_judge(all, 1u << kind, f, NOW, WALL, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.results[i].item == item)
			found = report.results[i];
	assert_ptr_equal(found.item, item);
	assert_non_null(found.evidence);
	snprintf(evidence, size, "%s", found.evidence ? found.evidence : "");
	audit_report_release(&report);
	frame_unref(f);
	return found;
}

static inline struct ledger *audit_answered(const struct audit_item *item, int64_t ago, int64_t until)
{
	struct ledger *none = ledger_new(), *l;
	struct record *r = record_new(RECORD_ANSWER);
	char subject[160];

	r->subject = record_str(r, audit_subject(item, subject, sizeof(subject)));
	r->cluster = record_str(r, "c");
	r->text = record_str(r, "looked at it \x1b[31m");
	r->wall = WALL - ago;
	r->until = until;
	l = ledger_with(none, r, KEEP_KEPT);
	ledger_unref(none);
	record_unref(r);
	return l;
}

#endif
