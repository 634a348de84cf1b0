#ifndef MQ_RULES_TUNED_H
#define MQ_RULES_TUNED_H

#include "base/alloc.h"
#include "base/buf.h"
#include "rules/rule.h"

/*
 * tuned: the operator's rule files, in the guide's own YAML (§4.2). Each entry of
 * critical_alerts: and warning_alerts: (lists that are repeated are joined)
 * tunes the built-in rule of that name, everywhere or where `match` says; one of
 * another name, with a metric, is a rule of the operator's own.
 */

/* Reads one file and adds what it tunes to the rules. Texts live in the arena. Each mistake is a line
 * "file:line:column: sentence": in err as many as fit, in said (NULL: not asked for) every one. */
int tuned_load(struct rule_list *rules, const char *path, struct arena *arena, struct err *err, struct buf *said);
int tuned_parse(struct rule_list *rules, const char *name, const char *text, size_t len,
    struct arena *arena, struct err *err);
void tuned_release(struct rule_list *rules);

/* Can this rule find anything on a cluster of this name and kind? */
bool tuned_concerns(const struct rule *base, const struct cluster_view *view);

/* The rule in force for a cluster and an entity (NULL: any), the most specific match. */
const struct rule *tuned_for(
    const struct rule *base, const struct cluster_view *view, const char *entity);

#endif
