#include "report/incident.h"
#include "report/plan.h"
#include "triage/words.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The data of records, a line each: opening, entry, pen, closing and plan in turn, as a socket or a file of another
 * version may bring them. Whatever they hold, the fold, the timeline and the reports stand. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum record_kind kinds[] = {
	    RECORD_INCIDENT, RECORD_ENTRY, RECORD_NOTE, RECORD_PEN, RECORD_PLAN, RECORD_INCIDENT_CLOSE};
	struct ledger *l = ledger_new(), *more;
	const char *at = (const char *)data, *end = at + size;
	struct incidents *all;
	struct buf out;

	for (size_t i = 0; at < end && i < 64; i++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop ? stop : end) - at);
		struct record *r = record_new(kinds[i % (sizeof(kinds) / sizeof(kinds[0]))]);

		r->subject = "INC-20261126-1";
		r->data = arena_strndup(&r->arena, at, n);
		more = ledger_with(l, r, KEEP_KEPT);
		ledger_unref(l);
		record_unref(r);
		l = more;
		at += n + 1;
	}
	all = incidents_fold(l);
	buf_init(&out, 4 << 20);
	for (size_t i = 0; i < all->n; i++) {
		struct err err = {""};
		const struct plan_of plan = {.fault = "x", .all = all, .ledger = l};

		if (incident_markdown(&all->list[i], NULL, 1, &out) || incident_json(&all->list[i], 1, &out))
			__builtin_trap();
		plan_markdown(&plan, &out, &err);
		for (const char *p = out.data; *p; p++)
			if ((unsigned char)*p < ' ' && *p != '\n')
				__builtin_trap();
		buf_reset(&out);
	}
	buf_release(&out);
	incidents_free(all);
	ledger_unref(l);
	return 0;
}
