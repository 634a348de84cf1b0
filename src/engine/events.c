#include "engine/events.h"

#include <string.h>

enum { SAID_MOST = 200 };

void events_release(struct events *e)
{
	section_unref(e->seen);
	section_unref(e->merged);
	*e = (struct events){0};
}

/* The newest records of `mqduty event`, in their order; returns how many. */
static size_t said(const struct ledger *l, const struct record **out)
{
	size_t n = 0;

	for (size_t i = l->n; i-- > 0 && n < SAID_MOST;)
		if (l->lines[i].record->kind == RECORD_EVENT)
			out[n++] = l->lines[i].record;
	for (size_t i = 0; i < n / 2; i++) {
		const struct record *swap = out[i];

		out[i] = out[n - 1 - i];
		out[n - 1 - i] = swap;
	}
	return n;
}

static void add_row(struct section *s, const struct event_row *from)
{
	struct event_row *e = section_add(s);

	e->wall = from->wall;
	e->cluster = arena_strdup(&s->arena, from->cluster);
	e->entity = arena_strdup(&s->arena, from->entity);
	e->text = arena_strdup(&s->arena, from->text);
}

static void add_said(struct section *s, const struct record *r)
{
	struct event_row e = {.wall = r->wall, .cluster = r->cluster, .entity = r->entity};

	e.text = arena_printf(&s->arena, "%s: %s", r->user, r->text ? r->text : "");
	add_row(s, &e);
}

/* Both are in the order of time. */
static struct section *merge(const struct section *seen, const struct record *const *records, size_t n)
{
	struct section *s = section_new(SECTION_EVENTS);
	size_t next = 0;

	s->listing = seen->listing;
	s->omitted = seen->omitted;
	for (size_t i = 0; i < seen->n; i++) {
		while (next < n && records[next]->wall < section_event(seen, i)->wall)
			add_said(s, records[next++]);
		add_row(s, section_event(seen, i));
	}
	while (next < n)
		add_said(s, records[next++]);
	return s;
}

void events_merge(struct events *e, struct snapshot *s, const struct ledger *l)
{
	const struct record *records[SAID_MOST];
	size_t n = said(l, records);

	if (!n || !s->events)
		return;
	if (e->seen != s->events || e->said != n || strcmp(e->last_id, records[n - 1]->id) != 0) {
		events_release(e);
		e->seen = section_ref(s->events);
		e->merged = merge(s->events, records, n);
		e->said = n;
		memcpy(e->last_id, records[n - 1]->id, sizeof(e->last_id));
	}
	section_unref(s->events);
	s->events = section_ref(e->merged);
}
