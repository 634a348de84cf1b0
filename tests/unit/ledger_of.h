#ifndef MQ_TESTS_LEDGER_OF_H
#define MQ_TESTS_LEDGER_OF_H

#include "store/ledger.h"

#include <stdarg.h>
#include <stdio.h>

/* For tests: a ledger that grows by records with made-up times and users. */
struct ledger_of {
	struct ledger *ledger;
	int64_t wall;	  /* of the next record */
	const char *user; /* likewise */
};

static inline void ledger_of_init(struct ledger_of *l, int64_t wall)
{
	*l = (struct ledger_of){.ledger = ledger_new(), .wall = wall, .user = "duty1"};
}

/* Takes r over. */
static inline void ledger_of_put(struct ledger_of *l, struct record *r, enum keep keep)
{
	struct ledger *more = ledger_with(l->ledger, r, keep);

	ledger_unref(l->ledger);
	l->ledger = more;
	record_unref(r);
}

static inline void ledger_of_keep(struct ledger_of *l, const char *id, enum keep keep)
{
	struct ledger *more = ledger_kept(l->ledger, id, keep);

	ledger_unref(l->ledger);
	l->ledger = more;
}

/* Adds a kept record and returns its id; fmt is its data. */
__attribute__((format(printf, 5, 6))) static inline const char *ledger_of_add(struct ledger_of *l,
    enum record_kind kind, const char *subject, const char *text, const char *fmt, ...)
{
	struct record *r = record_new(kind);
	char data[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(data, sizeof(data), fmt, ap);
	va_end(ap);
	r->wall = l->wall;
	r->user = record_str(r, l->user);
	r->from = record_str(r, "10.1.2.3");
	r->cluster = record_str(r, "orders");
	r->entity = record_str(r, "audit/events");
	r->subject = record_str(r, subject);
	r->text = record_str(r, text);
	r->data = record_str(r, data[0] ? data : NULL);
	ledger_of_put(l, r, KEEP_KEPT);
	return l->ledger->lines[l->ledger->n - 1].record->id;
}

#endif
