#include "triage/incident.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const stage_names[STAGE_COUNT] = {
    [STAGE_DISCOVER] = "discover",
    [STAGE_CONFIRM] = "confirm",
    [STAGE_LOCATE] = "locate",
    [STAGE_RECOVER] = "recover",
    [STAGE_SUMMARISE] = "summarise",
};

const char *stage_name(enum stage s)
{
	return s < STAGE_COUNT ? stage_names[s] : "?";
}

enum stage stage_by_name(const char *name)
{
	int s = 0;

	while (s < STAGE_COUNT && (!name || strcmp(stage_names[s], name)))
		s++;
	return (enum stage)s;
}

const struct incident *incidents_find(const struct incidents *all, const char *id)
{
	for (size_t i = all ? all->n : 0; id && i-- > 0;)
		if (!strcmp(all->list[i].id, id) || !strcmp(all->list[i].key, id))
			return &all->list[i];
	return NULL;
}

static bool is_about(const char *want, const char *have)
{
	return !want || !strcmp(want, have ? have : "");
}

const struct incident *incidents_open_on(
    const struct incidents *all, const char *cluster, const char *entity, const char *fault)
{
	for (size_t i = all ? all->n : 0; i-- > 0;) {
		const struct incident *inc = &all->list[i];

		if (!inc->closed && is_about(cluster, inc->cluster) && is_about(entity, inc->entity) &&
		    is_about(fault, inc->fault))
			return inc;
	}
	return NULL;
}

size_t incidents_open(const struct incidents *all)
{
	size_t n = 0;

	for (size_t i = 0; all && i < all->n; i++)
		n += !all->list[i].closed;
	return n;
}

const struct incident *incidents_newest_open(const struct incidents *all)
{
	for (size_t i = all ? all->n : 0; i-- > 0;)
		if (!all->list[i].closed)
			return &all->list[i];
	return NULL;
}

char *incidents_next_id(const struct incidents *all, int64_t wall, char *out, size_t size)
{
	time_t s = (time_t)(wall / 1000000000LL);
	struct tm tm;
	char day[32];
	int most = 0;

	gmtime_r(&s, &tm);
	strftime(day, sizeof(day), "INC-%Y%m%d-", &tm);
	for (size_t i = 0; all && i < all->n; i++) {
		int n;

		if (!strncmp(all->list[i].id, day, strlen(day)) &&
		    sscanf(all->list[i].id + strlen(day), "%9d", &n) == 1 && n > most)
			most = n;
	}
	snprintf(out, size, "%s%d", day, most + 1);
	return out;
}

bool incident_pen_held(const struct incident *inc, int64_t wall)
{
	return inc->pen.user && inc->pen.until > wall;
}

bool incident_may_write(const struct incident *inc, const char *user, const char *from, int64_t wall)
{
	return !incident_pen_held(inc, wall) ||
	       (!strcmp(inc->pen.user, user) && !strcmp(inc->pen.from, from));
}

/* Is it the first entry that confirms by this source? */
static bool is_first_of_source(const struct incident *inc, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const struct incident_entry *e = &inc->entries[i];

		if (e->stage == STAGE_CONFIRM && e->outcome && !strcmp(e->outcome, "confirms") && e->signal &&
		    !strcmp(e->signal, inc->entries[at].signal))
			return false;
	}
	return true;
}

size_t incident_signals(const struct incident *inc)
{
	size_t n = 0;

	for (size_t i = 0; i < inc->n_entries; i++) {
		const struct incident_entry *e = &inc->entries[i];

		n += e->stage == STAGE_CONFIRM && e->outcome && !strcmp(e->outcome, "confirms") && e->signal &&
		     is_first_of_source(inc, i);
	}
	return n;
}

const struct incident_mark *incident_mark(const struct incident *inc, const char *name)
{
	const struct incident_mark *found = NULL;

	/* What somebody said goes before what only follows from something. */
	for (size_t i = 0; i < inc->n_marks; i++)
		if (!strcmp(inc->marks[i].name, name) && (!found || found->by_itself || !inc->marks[i].by_itself))
			found = &inc->marks[i];
	return found;
}

const char *incident_field(const struct incident *inc, const char *field)
{
	for (size_t i = inc->n_entries; i-- > 0;)
		if (inc->entries[i].field && !strcmp(inc->entries[i].field, field))
			return inc->entries[i].text ? inc->entries[i].text : "";
	return NULL;
}

int64_t incident_between(const struct incident *inc, const char *from, const char *to)
{
	const struct incident_mark *a = incident_mark(inc, from), *b = incident_mark(inc, to);

	return a && b && b->at >= a->at ? b->at - a->at : -1;
}
