/* What is seen at a step now, and which source tells it. */
#include "triage/path.h"

#include "base/clock.h"

#include <stdint.h>
#include <string.h>

/*
 * Who tells: a fault that two of these say is real, a number that is read twice is not.
 * Fields of one section come from different requests to different parts of a broker.
 */
static const struct {
	enum section_kind section;
	const char *field; /* NULL: the rest of the section */
	const char *source;
} sources[] = {
    {SECTION_LAG, "members", "coordinator"},
    {SECTION_LAG, "state", "coordinator"},
    {SECTION_LAG, NULL, "offsets"},
    {SECTION_BROKERS, "up", "probe"},
    {SECTION_BROKERS, "rtt_ms", "probe"},
    {SECTION_BROKERS, "rtt_p50_ms", "probe"},
    {SECTION_BROKERS, "rtt_p95_ms", "probe"},
    {SECTION_BROKERS, "rtt_p99_ms", "probe"},
    {SECTION_BROKERS, NULL, "broker"},
    {SECTION_CLUSTER, "reachable", "probe"},
    {SECTION_CLUSTER, "brokers_up", "probe"},
    {SECTION_CLUSTER, NULL, "cluster"},
    {SECTION_PARTITIONS, NULL, "metadata"},
    {SECTION_ROUTES, NULL, "routes"},
    {SECTION_CONNECTIONS, NULL, "connections"},
    {SECTION_DISK, NULL, "disk"},
    {SECTION_LOGS, NULL, "logs"},
};

static const char *source_of(enum section_kind section, const char *field)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].section == section &&
		    (!sources[i].field || (field && !strcmp(sources[i].field, field))))
			return sources[i].source;
	return "alert";
}

const struct alert *incident_alert(const struct incident *inc, const struct judgement *j)
{
	for (size_t i = 0; inc->alert && i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (!strcmp(a->name, inc->alert) && !strcmp(a->cluster ? a->cluster : "", inc->cluster ? inc->cluster : "") &&
		    (!inc->entity || !strcmp(a->entity ? a->entity : "", inc->entity)))
			return a;
	}
	return NULL;
}

static const char *signal_of(const struct step *s, const struct sight *l)
{
	const struct field *f = s->query.field;

	if (!s->has_query)
		return s->manual && s->manual->command ? "command" : "operator";
	if (s->query.form != QUERY_RULE)
		return source_of(s->query.section, f ? f->name : NULL);
	/* An alert tells what the row that it was read from tells. */
	return source_of(l->result.section, l->result.section == SECTION_BROKERS ? "up" : NULL);
}

static size_t cluster_index(const struct snapshot *snap, const char *name)
{
	for (size_t i = 0; name && i < snap->n_clusters; i++)
		if (!strcmp(snap->clusters[i].name, name))
			return i;
	return SIZE_MAX;
}

/* The row of the incident: the alert's while it fires, and what shares its names. */
void incident_scope(const struct incident *inc, const struct frame *f, struct query_scope *scope)
{
	const struct alert *a = incident_alert(inc, f->judgement);

	*scope = (struct query_scope){
	    .cluster = cluster_index(f->snap, inc->cluster),
	    .section = SECTION_KINDS,
	    .row = SIZE_MAX,
	    .broker = inc->broker,
	    .group = inc->group,
	    .topic = inc->topic,
	    .path = inc->path,
	    .bad = inc->severity && !strcmp(inc->severity, "warning") ? VERDICT_WARN : VERDICT_CRIT,
	};
	if (a && a->section < SECTION_COUNT && a->row != SIZE_MAX) {
		scope->section = a->section;
		scope->row = a->row;
	}
}

void step_look(const struct step *s, const struct incident *inc, const struct frame *f, int64_t now, struct sight *out)
{
	struct query_scope scope;
	int64_t age;

	*out = (struct sight){.asked = s->has_query, .age_s = -1};
	if (s->has_query) {
		incident_scope(inc, f, &scope);
		query_eval(&s->query, &scope, f->snap, f->judgement, now, &out->result);
		age = value_age(&out->result.value, now);
		out->age_s = age < 0 ? -1 : (double)age / NS_PER_S;
	}
	out->signal = signal_of(s, out);
}
