#ifndef MQ_UI_ACTS_H
#define MQ_UI_ACTS_H

#include "rules/judgement.h"
#include "store/ledger.h"
#include "ui/canvas.h"

/*
 * acts: what operators did about an alert or a broker, for showing it: the newest record that
 * nobody took back and that has not run out. What follows from it is the judgement's. Pure.
 */
struct act {
	const struct record *record; /* NULL: there is none */
	enum keep keep;
};

/* Of the time since this alert began. */
struct act act_ack(const struct ledger *l, const struct alert *a);
struct act act_silence(const struct ledger *l, const struct alert *a, int64_t wall);
struct act act_maint(const struct ledger *l, const char *cluster, const char *entity, int64_t wall);

/* How many maintenances are on. */
size_t acts_maints(const struct ledger *l, int64_t wall);

/* "" where it is kept, else "saving" or "NOT SAVED", translated; and how loud that is. */
const char *keep_word(enum keep keep);
enum role keep_role(enum keep keep);

#endif
