#ifndef MQ_RULES_OWN_H
#define MQ_RULES_OWN_H

#include "rules/rule.h"

/*
 * own: rules that the operator has made: of a name that is not built in, judged on
 * a field of `check --format json` (metric: brokers.metrics.subscriptions) or as a
 * built-in rule is (metric: ConsumerLag).
 */

/* Adds the rule to the list; texts go into the arena. NULL and a sentence where there is no such metric. */
struct rule *own_rule_add(
    struct rule_list *rules, const char *name, const char *metric, struct arena *arena, struct err *err);

/* Is the metric of this rule, which is the operator's own, this one? */
bool own_rule_reads(const struct rule *rule, const char *metric);

#endif
