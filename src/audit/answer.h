#ifndef MQ_AUDIT_ANSWER_H
#define MQ_AUDIT_ANSWER_H

#include "store/ledger.h"

/* answer: what somebody said about an asked item of a list or an audit, and how long that holds. Pure; any thread. */

/* When it is due again (wall ns): after `every` ns, or at the end that was given with it, whichever is sooner. */
int64_t answer_due(const struct record *r, int64_t every);

/* "duty1 on 2026-11-26: seen on the screens", or that it is too old; sanitised. */
const char *answer_words(const struct record *r, bool holds, struct arena *a);

/* The end of a day such as 2099-01-31 (UTC, wall ns); 0: it is none. */
int64_t answer_day_end(const char *day);

#endif
