#include "base/clock.h"
#include "base/text.h"
#include "report/parts.h"

#include <stdint.h>
#include <string.h>

/*
 * OpenMetrics text. A number that is not known has no sample, never 0; whether a
 * thing could be judged is in mqduty_rule_verdict and mqduty_checklist_verdict
 * (0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN); what does not apply has no sample either.
 */

enum { LABELS_MOST = 4 };

struct label {
	const char *name, *value;
};

/* FNV-1a. */
static uint32_t name_hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void put_label_value(struct buf *out, const char *s)
{
	struct buf clean;

	buf_init(&clean, 4096);
	text_put(&clean, s, 0, false);
	/* Two names may look the same without what is not shown of them: the same labels twice, and
	 * the reader refuses the whole page. */
	if (strcmp(clean.data, s) != 0)
		buf_addf(&clean, "#%08x", name_hash(s));
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.data[i] == '"' || clean.data[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, clean.data[i]);
	}
	buf_release(&clean);
}

static void put_sample(
    struct buf *out, const char *family, const struct label *labels, double number)
{
	buf_adds(out, family);
	for (size_t i = 0; i < LABELS_MOST && labels[i].name; i++) {
		buf_addf(out, "%s%s=\"", i ? "," : "{", labels[i].name);
		put_label_value(out, labels[i].value ? labels[i].value : "");
		buf_addc(out, '"');
	}
	buf_addf(out, "%s %.17g\n", labels[0].name ? "}" : "", number);
}

static void put_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

/* A number of the rows of one section: a family with a sample per row. */
struct row_family {
	enum section_kind section;
	const char *name, *help;
	const char *labels[LABELS_MOST - 1]; /* fields of the row */
	const char *field;
};

static const struct row_family families[] = {
    {SECTION_CLUSTER, "mqduty_cluster_reachable", "Whether a broker of the cluster answered.",
	{NULL}, "reachable"},
    {SECTION_CLUSTER, "mqduty_cluster_controllers", "Active controllers.", {NULL}, "controllers"},
    {SECTION_BROKERS, "mqduty_broker_up", "Whether the broker answered.", {"name"}, "up"},
    {SECTION_BROKERS, "mqduty_broker_rtt_milliseconds", "Newest round trip.", {"name"}, "rtt_ms"},
    {SECTION_BROKERS, "mqduty_broker_rtt_p95_milliseconds", "95th percentile of 2 minutes.",
	{"name"}, "rtt_p95_ms"},
    {SECTION_BROKERS, "mqduty_broker_memory_percent", "Memory of its limit.", {"name"},
	"memory_percent"},
    {SECTION_PARTITIONS, "mqduty_under_replicated_partitions", "Partitions with a replica missing.",
	{NULL}, "under_replicated"},
    {SECTION_PARTITIONS, "mqduty_offline_partitions", "Partitions without a leader.", {NULL},
	"offline"},
    {SECTION_PARTITIONS, "mqduty_under_min_isr_partitions", "Partitions with fewer replicas in sync than min.insync.replicas.",
	{NULL}, "under_min_isr"},
    {SECTION_LAG, "mqduty_lag_messages", "Messages not consumed.", {"group", "topic"}, "lag"},
    {SECTION_LAG, "mqduty_lag_seconds", "Age of the oldest message not consumed.",
	{"group", "topic"}, "lag_seconds"},
    {SECTION_ROUTES, "mqduty_route_peers", "Peers a NATS server is connected to.", {"server"},
	"peers"},
    {SECTION_ROUTES, "mqduty_route_peers_expected", "Peers it should be connected to.", {"server"},
	"expected"},
    {SECTION_CONNECTIONS, "mqduty_connections", "Clients connected.", {"broker"}, "current"},
    {SECTION_CONNECTIONS, "mqduty_connections_max", "Clients allowed.", {"broker"}, "max"},
    {SECTION_DISK, "mqduty_disk_used_bytes", "Bytes used of the volume.", {"broker", "path"},
	"used_bytes"},
    {SECTION_DISK, "mqduty_disk_size_bytes", "Size of the volume.", {"broker", "path"},
	"total_bytes"},
};

static const struct field *field_named(const struct row_type *type, const char *name)
{
	for (const struct field *f = type->fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static void put_row(struct buf *out, const struct row_family *fam, const char *cluster,
    const char *row, int64_t now)
{
	const struct row_type *type = &row_types[fam->section];
	const struct field *number = field_named(type, fam->field);
	struct label labels[LABELS_MOST] = {{"cluster", cluster}};
	const struct value *v;

	if (!number)
		return;
	v = (const struct value *)(row + number->offset);
	/* What is no number, or none any more, has no sample. */
	if (report_quality(v, now) != QUALITY_OK || v->type == VALUE_TEXT)
		return;
	for (size_t i = 0; i < LABELS_MOST - 1 && fam->labels[i]; i++) {
		const struct field *f = field_named(type, fam->labels[i]);

		labels[i + 1].name = strcmp(fam->labels[i], "name") ? fam->labels[i] : "broker";
		labels[i + 1].value = f ? *(const char *const *)(row + f->offset) : NULL;
	}
	put_sample(out, fam->name, labels, value_number(v));
}

static void put_rows(struct buf *out, const struct frame *f, int64_t now)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct row_family *fam = &families[i];

		put_family(out, fam->name, "gauge", fam->help);
		for (size_t c = 0; c < f->snap->n_clusters; c++) {
			const struct cluster_view *view = &f->snap->clusters[c];

			for (size_t r = 0; r < section_count(view->sections[fam->section]); r++)
				put_row(out, fam, view->name,
				    section_row(view->sections[fam->section], r), now);
		}
	}
}

static void put_verdict(struct buf *out, const char *family, const struct label *labels, enum verdict v)
{
	if (v != VERDICT_NA)
		put_sample(out, family, labels, verdict_exit_code(v));
}

static void put_verdicts(struct buf *out, const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;

	put_family(out, "mqduty_verdict", "gauge", "The whole: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN.");
	put_sample(out, "mqduty_verdict", (struct label[LABELS_MOST]){{NULL, NULL}},
	    verdict_exit_code(report_verdict(f, list)));
	put_family(out, "mqduty_cluster_verdict", "gauge", "A cluster, likewise.");
	for (size_t i = 0; i < f->snap->n_clusters; i++)
		put_verdict(out, "mqduty_cluster_verdict",
		    (struct label[LABELS_MOST]){{"cluster", f->snap->clusters[i].name}},
		    j->clusters[i].verdict);
	put_family(out, "mqduty_rule_verdict", "gauge", "A rule on a cluster, likewise.");
	for (size_t i = 0; i < j->n_rules; i++)
		put_verdict(out, "mqduty_rule_verdict",
		    (struct label[LABELS_MOST]){
			{"cluster", j->rules[i].cluster}, {"rule", j->rules[i].name}},
		    j->rules[i].verdict);
	put_family(out, "mqduty_checklist_verdict", "gauge", "An item of a checklist, likewise.");
	for (size_t i = 0; i < j->n_checklist; i++)
		if (report_wants(list, &j->checklist[i]))
			put_verdict(out, "mqduty_checklist_verdict",
			    (struct label[LABELS_MOST]){
				{"list", j->checklist[i].list}, {"item", j->checklist[i].id}},
			    j->checklist[i].verdict);
}

static void put_alerts(struct buf *out, const struct frame *f)
{
	const struct judgement *j = f->judgement;

	put_family(out, "mqduty_alert_since_seconds", "gauge",
	    "When the condition of an alert began, in seconds of Unix time.");
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state == ALERT_FIRING || a->state == ALERT_FOLDED)
			put_sample(out, "mqduty_alert_since_seconds",
			    (struct label[LABELS_MOST]){{"alert", a->name}, {"cluster", a->cluster},
				{"entity", a->entity},
				{"severity",
				    a->severity == SEVERITY_CRITICAL ? "critical" : "warning"}},
			    (double)(a->since_wall / NS_PER_S));
	}
}

static void put_engine(struct buf *out, const struct engine_stats *s)
{
	put_family(out, "mqduty_requests", "counter", "Requests sent to brokers.");
	buf_addf(out, "mqduty_requests_total %lld\n", (long long)s->requests);
	put_family(out, "mqduty_overruns", "counter", "Cycles that took longer than their period.");
	buf_addf(out, "mqduty_overruns_total %lld\n", (long long)s->overruns);
	put_family(out, "mqduty_resident_bytes", "gauge", "Memory of this program.");
	buf_addf(out, "mqduty_resident_bytes %lld\n", (long long)s->rss_bytes);
}

int report_openmetrics(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	put_verdicts(out, f, list);
	put_alerts(out, f);
	put_rows(out, f, now);
	put_engine(out, &f->snap->stats);
	buf_adds(out, "# EOF\n");
	return out->overflow ? -1 : 0;
}
