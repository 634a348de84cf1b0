#include "store/metrics_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which numbers of a snapshot are history: one row a section. "*": all metrics of a broker. What there may be thousands of
 * comes last, so that it crowds nothing else out. */
static const struct {
	enum section_kind section;
	const char *const fields[8];
} kept[] = {
    {SECTION_CLUSTER, {"brokers_up", "controllers"}},
    {SECTION_BROKERS, {"up", "rtt_ms", "memory_percent", "*"}},
    {SECTION_PARTITIONS, {"partitions", "under_replicated", "offline", "under_min_isr"}},
    {SECTION_ROUTES, {"peers"}},
    {SECTION_CONNECTIONS, {"current", "percent", "drop_percent", "connects_per_min"}},
    {SECTION_DISK, {"used_bytes", "total_bytes", "percent", "data_bytes"}},
    {SECTION_LOGS, {"errors_10m"}},
    {SECTION_LAG, {"lag", "lag_seconds", "end_rate", "commit_rate"}},
};

/* What tells a row from the others of its section: its texts, up to two. */
static void row_name(enum section_kind kind, const char *row, char *out, size_t size)
{
	static const char *const names[] = {"name", "group", "topic", "broker", "server", "path"};
	size_t at = 0;

	out[0] = '\0';
	for (const struct field *f = row_types[kind].fields; f->name; f++) {
		const char *text = f->type == FIELD_TEXT ? *(const char *const *)(row + f->offset) : NULL;

		for (size_t i = 0; text && i < sizeof(names) / sizeof(names[0]) && at < size; i++)
			if (!strcmp(names[i], f->name))
				at += (size_t)snprintf(out + at, size - at, "%s%s", at ? ">" : "", text);
	}
	if (!out[0])
		snprintf(out, size, "-");
}

void metrics_row_key(const char *cluster, enum section_kind kind, const void *row, const char *field, char *out, size_t size)
{
	char name[400];

	row_name(kind, row, name, sizeof(name));
	snprintf(out, size, "%.100s/%s/%s/%s", cluster, row_types[kind].name, name, field);
}

static void add(struct metrics_batch *b, const char *prefix, const char *field, const struct value *v, int64_t now)
{
	char key[640];
	double n = value_number(v);

	if (value_quality(v, now) != QUALITY_OK || v->type == VALUE_TEXT || v->type == VALUE_NONE || !isfinite(n))
		return;
	snprintf(key, sizeof(key), "%s/%s", prefix, field);
	array_reserve(&b->list, &b->cap, b->n + 1, sizeof(*b->list));
	b->list[b->n++] = (struct metrics_sample){xstrdup(key), n};
}

static void add_field(struct metrics_batch *b, enum section_kind kind, const char *row, const char *name,
    const char *prefix, int64_t now)
{
	if (!strcmp(name, "*")) {
		const struct broker_row *broker = (const struct broker_row *)row;

		for (size_t i = 0; i < broker->n_metrics; i++)
			add(b, prefix, metric_info[broker->metrics[i].id].name, &broker->metrics[i].v, now);
		return;
	}
	for (const struct field *f = row_types[kind].fields; f->name; f++)
		if (f->type == FIELD_VALUE && !strcmp(f->name, name))
			add(b, prefix, name, (const struct value *)(row + f->offset), now);
}

static void gather_section(struct metrics_batch *out, const struct cluster_view *view, size_t k, int64_t now)
{
	enum section_kind kind = kept[k].section;
	const struct section *s = view->sections[kind];

	for (size_t i = 0; i < section_count(s); i++) {
		char name[400], prefix[600];
		const char *row = section_row(s, i);

		if (out->n >= SERIES_MOST) {
			out->cut = true;
			return;
		}
		row_name(kind, row, name, sizeof(name));
		snprintf(prefix, sizeof(prefix), "%.100s/%s/%s", view->name, row_types[kind].name, name);
		for (size_t f = 0; f < 8 && kept[k].fields[f]; f++)
			add_field(out, kind, row, kept[k].fields[f], prefix, now);
	}
}

void metrics_gather(const struct snapshot *snap, struct metrics_batch *out)
{
	*out = (struct metrics_batch){.slot = snap->wall / NS_PER_S / STEP_S * STEP_S};
	for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
		for (size_t c = 0; c < snap->n_clusters; c++)
			gather_section(out, &snap->clusters[c], k, snap->boot);
}

void metrics_batch_release(struct metrics_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->list[i].key);
	free(b->list);
	*b = (struct metrics_batch){0};
}
