#include "rules/query_rows.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What identifies a row; NULL where it has no such thing. */
struct names {
	const char *broker, *group, *topic, *path;
};

static struct names names_of(const struct section *s, size_t i)
{
	struct names n = {NULL, NULL, NULL, NULL};

	switch (s->kind) {
	case SECTION_BROKERS:
		n.broker = section_broker(s, i)->name;
		break;
	case SECTION_LAG:
		n.group = section_lag(s, i)->group;
		n.topic = section_lag(s, i)->topic;
		break;
	case SECTION_ROUTES:
		n.broker = section_route(s, i)->server;
		break;
	case SECTION_CONNECTIONS:
		n.broker = section_connection(s, i)->broker;
		break;
	case SECTION_DISK:
		n.broker = section_disk(s, i)->broker;
		n.path = section_disk(s, i)->path;
		break;
	case SECTION_LOGS:
		n.broker = section_log(s, i)->broker;
		break;
	default:
		break;
	}
	return n;
}

static bool same(const char *wanted, const char *have)
{
	return !wanted || (have && !strcmp(wanted, have));
}

/* Of the routes of a server those count as well in which others miss it: a server that is gone tells nothing itself. */
static bool misses(const struct route_row *row, const char *broker)
{
	for (size_t i = 0; broker && i < row->n_missing; i++)
		if (!strcmp(row->missing[i], broker))
			return true;
	return false;
}

bool query_row_matches(const struct query_scope *scope, const struct section *s, size_t i)
{
	struct names n = names_of(s, i);

	if (s->kind == scope->section && scope->row != SIZE_MAX)
		return i == scope->row;
	switch (s->kind) {
	case SECTION_LAG:
		return same(scope->group, n.group) && same(scope->topic, n.topic);
	case SECTION_DISK:
		return same(scope->broker, n.broker) && same(scope->path, n.path);
	case SECTION_ROUTES:
		return same(scope->broker, n.broker) || misses(section_route(s, i), scope->broker);
	case SECTION_BROKERS:
	case SECTION_CONNECTIONS:
	case SECTION_LOGS:
		return same(scope->broker, n.broker);
	default:
		return true;
	}
}

bool query_scope_is_narrow(const struct query_scope *scope, enum section_kind kind)
{
	if (kind == scope->section && scope->row != SIZE_MAX)
		return true;
	switch (kind) {
	case SECTION_LAG:
		return scope->group && scope->topic;
	case SECTION_DISK:
		return scope->broker && scope->path;
	case SECTION_CLUSTER:
	case SECTION_PARTITIONS:
		return true;
	default:
		return scope->broker;
	}
}

void query_row_name(const struct section *s, size_t i, char *out, size_t size)
{
	struct names n = names_of(s, i);
	char raw[256];

	out[0] = '\0';
	if (n.group)
		snprintf(raw, sizeof(raw), "%s>%s", n.group, n.topic ? n.topic : "");
	else if (n.path)
		snprintf(raw, sizeof(raw), "%s %s", n.broker ? n.broker : "", n.path);
	else if (n.broker)
		snprintf(raw, sizeof(raw), "%s", n.broker);
	else
		return;
	text_sanitise(out, size, raw[0] == ' ' ? raw + 1 : raw, sizeof(raw));
}

static const struct {
	enum section_kind section;
	const char *field, *label;
} labels[] = {
    {SECTION_CLUSTER, "reachable", N_("reachable")},
    {SECTION_CLUSTER, "controllers", N_("controllers")},
    {SECTION_CLUSTER, "brokers_up", N_("brokers up")},
    {SECTION_CLUSTER, "brokers_expected", N_("brokers expected")},
    {SECTION_BROKERS, "up", N_("up")},
    {SECTION_BROKERS, "rtt_ms", N_("round trip")},
    {SECTION_BROKERS, "rtt_p50_ms", N_("round trip p50")},
    {SECTION_BROKERS, "rtt_p95_ms", N_("round trip p95")},
    {SECTION_BROKERS, "rtt_p99_ms", N_("round trip p99")},
    {SECTION_BROKERS, "uptime_s", N_("up for")},
    {SECTION_BROKERS, "memory_percent", N_("memory")},
    {SECTION_PARTITIONS, "under_replicated", N_("under-replicated partitions")},
    {SECTION_PARTITIONS, "offline", N_("offline partitions")},
    {SECTION_PARTITIONS, "under_min_isr", N_("partitions under min ISR")},
    {SECTION_PARTITIONS, "at_min_isr", N_("partitions at min ISR")},
    {SECTION_PARTITIONS, "reassigning", N_("reassignments")},
    {SECTION_LAG, "lag", N_("lag")},
    {SECTION_LAG, "ack_pending", N_("unacknowledged")},
    {SECTION_LAG, "lag_seconds", N_("behind")},
    {SECTION_LAG, "lost_in_seconds", N_("lost in")},
    {SECTION_LAG, "members", N_("members")},
    {SECTION_LAG, "end_rate", N_("written per s")},
    {SECTION_LAG, "commit_rate", N_("committed per s")},
    {SECTION_LAG, "trend", N_("lag per s")},
    {SECTION_LAG, "stalled_s", N_("nothing committed for")},
    {SECTION_ROUTES, "peers", N_("peers")},
    {SECTION_ROUTES, "missing", N_("missing peers")},
    {SECTION_CONNECTIONS, "current", N_("connections")},
    {SECTION_CONNECTIONS, "max", N_("connection limit")},
    {SECTION_CONNECTIONS, "percent", N_("of the connection limit")},
    {SECTION_CONNECTIONS, "slow_10m", N_("slow consumers in 10 min")},
    {SECTION_CONNECTIONS, "slow_total", N_("slow consumers since start")},
    {SECTION_CONNECTIONS, "drop_percent", N_("dropped")},
    {SECTION_CONNECTIONS, "drops", N_("dropped in 5 min")},
    {SECTION_CONNECTIONS, "timeout_percent", N_("keep-alive timeouts")},
    {SECTION_CONNECTIONS, "timeouts", N_("timeouts in 15 min")},
    {SECTION_CONNECTIONS, "connects_per_min", N_("connects per min")},
    {SECTION_DISK, "percent", N_("disk used")},
    {SECTION_DISK, "used_bytes", N_("disk used")},
    {SECTION_DISK, "data_bytes", N_("broker data")},
    {SECTION_LOGS, "readable", N_("log readable")},
    {SECTION_LOGS, "errors_10m", N_("errors in 10 min")},
    {SECTION_LOGS, "errors_hour", N_("errors in the hour before")},
    {SECTION_LOGS, "fatals_hour", N_("fatal errors in 1 h")},
};

const char *query_field_label(const struct query *q)
{
	if (!q->field)
		return _(metric_info[q->metric].label);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (labels[i].section == q->section && !strcmp(labels[i].field, q->field->name))
			return _(labels[i].label);
	return q->field->name;
}

static bool name_has(const struct query *q, const char *piece)
{
	return strstr(q->field ? q->field->name : metric_info[q->metric].name, piece);
}

static bool counts_seconds(const struct query *q)
{
	const char *name = q->field ? q->field->name : metric_info[q->metric].name;
	size_t n = strlen(name);

	return strstr(name, "_seconds") || (n > 2 && !strcmp(name + n - 2, "_s") && !strstr(name, "_per_s"));
}

void query_number(const struct query *q, double n, char *out, size_t size)
{
	if (q->field && (q->field->type == FIELD_TRI))
		snprintf(out, size, "%s", n ? _("yes") : _("no"));
	else if (name_has(q, "percent"))
		threshold_percent(q->form == QUERY_COMPARE ? &q->well : NULL, NULL, n, out, size);
	else if (name_has(q, "_bytes"))
		fmt_bytes(out, size, num_int(n));
	else if (name_has(q, "_ms"))
		fmt_ms(out, size, n);
	else if (counts_seconds(q) && fabs(n) < 1e9)
		fmt_seconds(out, size, n);
	else if (n == floor(n) && fabs(n) < 1e15)
		fmt_count(out, size, (int64_t)n);
	else
		fmt_short(out, size, n);
}
