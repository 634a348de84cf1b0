#ifndef MQ_TESTS_JUDGED_H
#define MQ_TESTS_JUDGED_H

#include "sample_frame.h"

#include "base/clock.h"
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* For tests of the rules: healthy samples at made-up times, changed, judged. The
 * three clusters are ORDERS, BUS and DEVICES. */
enum { ORDERS, BUS, DEVICES };
#define T0 (SAMPLE_BOOT - 7200 * NS_PER_S)

struct judged {
	struct rules *rules;
	struct snapshot *snap;
	struct judgement *judgement;
};

static inline void judged_init(struct judged *j, bool one_shot)
{
	struct err err = {""};

	*j = (struct judged){.rules = rules_new(sample_config(SAMPLE_HEALTHY), one_shot, &err)};
	if (!j->rules)
		fail_msg("%s", err_msg(&err));
}

static inline void judged_release(struct judged *j)
{
	judgement_unref(j->judgement);
	snapshot_unref(j->snap);
	rules_free(j->rules);
}

/* A fresh healthy snapshot at T0 + s, to be changed before it is judged. */
static inline struct snapshot *judged_at(struct judged *j, int64_t s)
{
	snapshot_unref(j->snap);
	j->snap = sample_snapshot(SAMPLE_HEALTHY, T0 + s * NS_PER_S);
	return j->snap;
}

static inline const struct judgement *judged_now(struct judged *j)
{
	judgement_unref(j->judgement);
	j->judgement = rules_judge(j->rules, j->snap, NULL);
	return j->judgement;
}

static inline void *row_of(struct snapshot *s, size_t cluster, enum section_kind kind, size_t row)
{
	return section_row(s->clusters[cluster].sections[kind], row);
}

static inline const struct alert *alert_of(const struct judgement *j, const char *name)
{
	for (size_t i = 0; i < j->n_alerts; i++)
		if (!strcmp(j->alerts[i].name, name))
			return &j->alerts[i];
	return NULL;
}

static inline const struct rule_result *rule_of(const struct judgement *j, const char *name, const char *cluster)
{
	for (size_t i = 0; i < j->n_rules; i++)
		if (!strcmp(j->rules[i].name, name) && !strcmp(j->rules[i].cluster, cluster))
			return &j->rules[i];
	fail_msg("no rule %s on %s", name, cluster);
	return NULL;
}

static inline const struct check_item *item_of(const struct judgement *j, const char *id)
{
	for (size_t i = 0; i < j->n_checklist; i++)
		if (!strcmp(j->checklist[i].id, id))
			return &j->checklist[i];
	fail_msg("no item %s", id);
	return NULL;
}

#endif
