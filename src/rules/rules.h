#ifndef MQ_RULES_RULES_H
#define MQ_RULES_RULES_H

#include "base/buf.h"
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

/* Reads the rule files of the config for their mistakes alone: each is a line "file:line:column: sentence" in said.
 * -1 where there are any. */
int rules_mistakes(const struct config *config, struct buf *said);

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

/* What is pending, firing or recovering, as a text for another engine. snap: the one that was judged last. */
void rules_state_save(const struct rules *r, const struct snapshot *snap, struct buf *out);

/* Takes over what another engine remembered when it ended: what fired by the ledger's word, and the rest by its text
 * (foreign, NULL: none), saved at that wall time; a text older than an hour says nothing. What was pending has not been
 * watched meanwhile: its `for` goes on where it was. At any time before rules_judge() of this snapshot. */
void rules_state_load(struct rules *r, const struct snapshot *snap, const struct ledger *l, const char *text,
    int64_t saved_wall);

/* When the verdicts may change without any new data (a `for` that runs out, a
 * value that goes stale), boot ns; rules_judge() should be called by then. */
int64_t rules_next(const struct rules *r);

#endif
