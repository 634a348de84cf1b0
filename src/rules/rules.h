#ifndef MQ_RULES_RULES_H
#define MQ_RULES_RULES_H

#include "rules/judgement.h"
#include "config/config.h"
#include "store/ledger.h"

/*
 * rules: the memory between two judgements: which condition began when, what
 * is firing, what is folded. One thread.
 */
struct rules;

/* one_shot: `check` without an engine: every `for` is 0, and a rule that needs a
 * window is judged from a total since start where that alone proves OK. */
struct rules *rules_new(const struct config *config, bool one_shot, struct err *err);
void rules_free(struct rules *r);

/* The i-th built-in rule's name, NULL behind the last; and the id of its page in the fault manual for that kind of
 * broker ("kafka-broker-down"). false: it does not go with that kind. Any thread. */
const char *rules_name(size_t i);
bool rules_page(size_t i, enum broker_kind kind, char *out, size_t size);

/* What the table of built-in rules says of one: its threshold as the guide writes it, and what to do
 * (N_()). false: there is no rule of that name. Any thread. */
bool rules_describe(const char *name, const char **threshold, const char **action);

/* Judges the snapshot at its own time (snap->boot, snap->wall), in the light of what operators did (NULL: nothing).
 * The caller owns one reference. */
struct judgement *rules_judge(struct rules *r, const struct snapshot *snap, const struct ledger *ledger);

/* When the verdicts may change without any new data (a `for` that runs out, a
 * value that goes stale), boot ns; rules_judge() should be called by then. */
int64_t rules_next(const struct rules *r);

#endif
