/* What is seen at a step now, and which source tells it. */
#include "triage/path.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdint.h>
#include <stdio.h>
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

void incident_bind(const struct incident *inc, const struct snapshot *snap, struct binding *b)
{
	size_t cluster = cluster_index(snap, inc->cluster);

	binding_init(b);
	if (inc->binding)
		binding_unpack(b, inc->binding, snap);
	else if (cluster < snap->n_clusters)
		binding_row(b, snap, cluster, SECTION_KINDS, SIZE_MAX);
}

void step_look(const struct step *s, const struct incident *inc, const struct frame *f, int64_t now, struct sight *out)
{
	struct query_scope scope;
	struct binding b;
	int64_t age;

	*out = (struct sight){.asked = s->has_query, .age_s = -1};
	if (s->has_query) {
		incident_bind(inc, f->snap, &b);
		scope = binding_scope(&b, f->snap, f->judgement);
		if (inc->severity && !strcmp(inc->severity, "warning"))
			scope.bad = VERDICT_WARN;
		query_eval(&s->query, &scope, f->snap, f->judgement, now, &out->result);
		age = value_age(&out->result.value, now);
		out->age_s = age < 0 ? -1 : (double)age / NS_PER_S;
		binding_release(&b);
	}
	out->signal = signal_of(s, out);
}

static void put_command(const struct binding *b, const char *template, struct bound *out)
{
	const char *missing = NULL;
	struct err err = {""};
	int rc = binding_command(b, template, &out->text, &missing, &err);

	if (!rc)
		return;
	buf_reset(&out->text);
	if (rc > 0)
		snprintf(out->why, sizeof(out->why), _("the command needs {%s}, which is not known: %s"), missing, template);
	else
		snprintf(out->why, sizeof(out->why), "%s", err_msg(&err));
}

void step_command(const struct step *s, const struct incident *inc, const struct frame *f, const struct config *config,
    const struct sight *seen, int64_t now, struct bound *out)
{
	struct binding b;

	*out = (struct bound){.why = ""};
	buf_init(&out->text, RECORD_TEXT_MAX);
	if (!s->manual || (!s->manual->command && s->manual->precheck == PRECHECK_NONE))
		return;
	incident_bind(inc, f->snap, &b);
	if (seen->asked)
		binding_evidence(&b, f->snap, &seen->result);
	out->checked = s->manual->precheck != PRECHECK_NONE;
	if (out->checked)
		precheck_eval(s->manual->precheck, &b, f->snap, now, &out->may);
	if (s->manual->command) {
		binding_reach(&b, config);
		put_command(&b, s->manual->command, out);
		binding_hint(&b, s->manual->command, out->hint, sizeof(out->hint));
	}
	binding_release(&b);
}

void bound_release(struct bound *c)
{
	buf_release(&c->text);
}
