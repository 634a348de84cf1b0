#include "rules/daybook.h"

#include "base/clock.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

bool record_is_of_day(const struct record *r, const char *day)
{
	static const char first[] = "{\"day\":\"";
	json_t *data;
	const char *said;
	bool same;

	if (!r->data || !day || !day[0])
		return false;
	/* As mqduty writes it; else as anybody may. */
	if (!strncmp(r->data, first, sizeof(first) - 1)) {
		const char *at = r->data + sizeof(first) - 1;

		return !strncmp(at, day, DAY_SIZE - 1) && at[DAY_SIZE - 1] == '"';
	}
	data = json_loads(r->data, 0, NULL);
	said = json_string_value(json_object_get(data, "day"));
	same = said && !strcmp(said, day);
	json_decref(data);
	return same;
}

static bool is_about(const struct record *r, enum record_kind kind, const char *subject)
{
	return r->kind == kind && r->subject && !strcmp(r->subject, subject);
}

const struct ledger_line *daybook_line(const struct ledger *l, enum record_kind kind,
    const char *subject, const char *day, const char *user)
{
	for (size_t i = l->n; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (is_about(r, kind, subject) && (!user || !strcmp(r->user, user)) &&
		    record_is_of_day(r, day))
			return &l->lines[i];
	}
	return NULL;
}

int daybook_verdict(const struct record *sign)
{
	json_t *data = sign->data ? json_loads(sign->data, 0, NULL) : NULL;
	const char *said = json_string_value(json_object_get(data, "verdict"));
	int v = said ? 0 : VERDICT_COUNT;

	while (v < VERDICT_COUNT && strcmp(said, verdict_name((enum verdict)v)) != 0)
		v++;
	json_decref(data);
	return v < VERDICT_COUNT ? v : -1;
}

size_t daybook_notes(const struct ledger *l, const char *subject, const char *day,
    const struct ledger_line **out, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct record *r = l->lines[i].record;

		if (!is_about(r, RECORD_NOTE, subject) || !record_is_of_day(r, day))
			continue;
		if (n < most)
			out[n] = &l->lines[i];
		n++;
	}
	return n;
}

size_t daybook_signed(const struct ledger *l, const struct checklist *list, const char *day)
{
	size_t n = 0;

	for (size_t i = 0; list && i < list->n; i++) {
		const struct ledger_line *line =
		    daybook_line(l, RECORD_SIGN, list->items[i].subject, day, NULL);

		n += line && line->keep == KEEP_KEPT;
	}
	return n;
}

static bool is_of_list(const struct record *r, const struct checklist *list)
{
	size_t n = strlen(list->name);

	return r->kind == RECORD_SIGN && r->subject && !strncmp(r->subject, list->name, n) &&
	       r->subject[n] == '/';
}

const struct record *daybook_last_before(
    const struct ledger *l, const struct checklist *list, const char *day)
{
	for (size_t i = l->n; list && i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (is_of_list(r, list) && !record_is_of_day(r, day))
			return r;
	}
	return NULL;
}

char *daybook_clock(int64_t wall, int offset_s, char *out, size_t size)
{
	int64_t s = wall / NS_PER_S + offset_s, minute = (s % 86400 + 86400) % 86400 / 60;

	snprintf(out, size, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
	return out;
}
