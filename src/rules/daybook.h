#ifndef MQ_RULES_DAYBOOK_H
#define MQ_RULES_DAYBOOK_H

#include "model/verdict.h"
#include "rules/checklist_file.h"
#include "rules/day.h"
#include "store/ledger.h"

/*
 * daybook: what the ledger says about the checklist of a day: whose evidence was opened, what was signed and noted.
 * Records name their day in their data. Pure; any thread.
 */

/* Is this the day that the record is about? */
bool record_is_of_day(const struct record *r, const char *day);

/* The newest record of that kind about the item ("daily/disk-usage") on that day, by that user (NULL: by anybody), or
 * NULL. */
const struct ledger_line *daybook_line(const struct ledger *l, enum record_kind kind,
    const char *subject, const char *day, const char *user);

/* How the item stood when it was signed, as an enum verdict; -1: the record does not say. */
int daybook_verdict(const struct record *sign);

/* The notes to an item on that day, oldest first; returns how many there are, of which at most `most` are written. */
size_t daybook_notes(const struct ledger *l, const char *subject, const char *day,
    const struct ledger_line **out, size_t most);

/* How many items of the list are signed on that day, and kept. */
size_t daybook_signed(const struct ledger *l, const struct checklist *list, const char *day);

/* The newest signature of any item of the list on any day before `day`, or NULL. */
const struct record *daybook_last_before(
    const struct ledger *l, const struct checklist *list, const char *day);

/* "08:12": that time as the clocks of the zone show it. */
char *daybook_clock(int64_t wall, int offset_s, char *out, size_t size);

#endif
