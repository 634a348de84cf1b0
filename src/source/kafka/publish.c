#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"
#include "source/canary/canary_figures.h"
#include "source/host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SECTION_CLUSTER, SECTION_BROKERS, SECTION_DISK from what is known. */

/* Software that tells its newest metadata.version, and what older brokers offer. */
static const struct {
	int16_t metadata_version;
	const char *release;
} by_feature[] = {
    {28, "4.2"},
    {26, "4.1"},
    {22, "4.0"},
    {21, "3.9"},
    {20, "3.8"},
    {15, "3.7"},
    {12, "3.6"},
    {9, "3.5"},
    {8, "3.4"},
    {1, "3.3"},
};

/* Newest Metadata, ListOffsets, OffsetFetch, ListGroups; newest release first. */
static const struct {
	int16_t newest[N_TELLING];
	const char *release;
} by_api[] = {
    {{12, 9, 9, 5}, "3.9"},
    {{12, 8, 9, 5}, "3.8"},
    {{12, 8, 9, 4}, "3.7"},
    {{12, 8, 8, 4}, "3.5-3.6"},
    {{12, 7, 8, 4}, "3.1-3.4"},
    {{11, 7, 8, 4}, "3.0"},
    {{11, 6, 7, 4}, "2.8"},
    {{9, 5, 7, 4}, "2.6-2.7"},
    {{9, 5, 7, 3}, "2.5"},
    {{9, 5, 6, 3}, "2.4"},
    {{8, 5, 5, 2}, "2.2-2.3"},
    {{0, 0, 0, 0}, "before 2.2"},
};

const char *release_of(const struct conn *c)
{
	for (size_t i = 0; c->metadata_version && i < sizeof(by_feature) / sizeof(by_feature[0]);
	     i++)
		if (c->metadata_version >= by_feature[i].metadata_version)
			return by_feature[i].release;
	for (size_t i = 0; i < sizeof(by_api) / sizeof(by_api[0]); i++) {
		bool all = true;

		for (size_t j = 0; j < N_TELLING; j++)
			all &= c->newest[j] >= by_api[i].newest[j];
		if (all)
			return by_api[i].release;
	}
	return "unknown";
}

static struct value broker_version(const struct kbroker *b, int64_t now, struct arena *arena)
{
	struct value v;

	if (!b->ever_up)
		return b->failed_once ? value_error(arena_strdup(arena, b->words))
				      : value_missing("connecting");
	v = value_text(release_of(&b->conn), now, liveness_period(b->k));
	return b->up ? v : value_failed(v, arena_strdup(arena, b->words));
}

/* How many more partitions the broker leads than its share would be, in percent of the share. */
static struct value leader_skew(const struct kbroker *b)
{
	const struct kafka *k = b->k;
	int64_t all = 0, brokers = 0;

	for (size_t i = 0; i < k->n_brokers; i++) {
		all += k->brokers[i]->leaders;
		brokers += k->brokers[i]->in_metadata;
	}
	if (!all || !brokers)
		return value_missing(_("no partition has a leader"));
	return value_real(100.0 * ((double)b->leaders * (double)brokers / (double)all - 1),
	    k->meta.at, k->metadata.period);
}

static struct value metadata_lag(const struct kbroker *b, struct arena *arena)
{
	const struct kafka *k = b->k;

	if (k->quorum.at && b->metadata_lag < 0)
		return value_missing(_("the quorum does not list this broker"));
	return outcome_value(&k->quorum,
	    value_int(b->metadata_lag, k->quorum.at, k->metadata.period), arena);
}

static void fill_metrics(
    const struct kbroker *b, struct broker_row *row, struct arena *arena, int64_t now)
{
	const struct kafka *k = b->k;
	struct metric *m = arena_alloc(arena, 6 * sizeof(*m));
	struct value throttle = value_int(b->throttle_ms, now, liveness_period(k));

	m[0] = (struct metric){METRIC_LEADERS,
	    outcome_value(&k->meta, value_int(b->leaders, k->meta.at, k->metadata.period), arena)};
	m[1] = (struct metric){METRIC_REPLICAS,
	    outcome_value(&k->meta, value_int(b->replicas, k->meta.at, k->metadata.period), arena)};
	m[2] = (struct metric){METRIC_THROTTLE_MS, b->up ? throttle : value_error(row->state)};
	m[3] = (struct metric){METRIC_LEADER_SKEW, outcome_value(&k->meta, leader_skew(b), arena)};
	m[4] = (struct metric){METRIC_NOT_PREFERRED,
	    outcome_value(&k->meta, value_int(b->elsewhere, k->meta.at, k->metadata.period), arena)};
	row->metrics = m;
	row->n_metrics = 5;
	if (k->kraft)
		m[row->n_metrics++] = (struct metric){METRIC_QUORUM_LAG, metadata_lag(b, arena)};
}

static int is_controller(const struct kbroker *b)
{
	const struct kafka *k = b->k;

	if (b->id < 0 || !k->quorum.at || k->quorum.error)
		return TRI_UNKNOWN;
	return k->controller == b->id ? TRI_YES : TRI_NO;
}

static struct value certificate(const struct kbroker *b, const char *state, int64_t now)
{
	int64_t left = b->conn.cert_until - clock_wall(), day = 86400 * NS_PER_S;
	struct value v;

	if (!b->k->security.uses_tls)
		return value_na(_("not spoken to over TLS"));
	if (!b->conn.cert_until)
		return b->failed_once && !b->up ? value_error(state)
						: value_missing(_("no certificate was seen yet"));
	/* Whole days, rounded down: one that has expired is below zero. */
	v = value_int(left / day - (left % day < 0), now, liveness_period(b->k));
	return b->up || !strncmp(b->conn.trouble.msg, "TLS:", 4) ? v : value_failed(v, state);
}

static void add_broker_row(struct section *s, const struct kbroker *b, int64_t now)
{
	struct broker_row *row = section_add(s);
	struct arena *arena = &s->arena;
	int64_t period = liveness_period(b->k);
	bool known = b->up || !b->address[0] || (b->failed_once && !cluster_starting(b->k));

	row->id = arena_strdup(arena, b->id_text);
	row->name = arena_strdup(arena, b->name);
	row->address = b->address[0] ? arena_strdup(arena, b->address) : NULL;
	row->state = arena_strdup(arena, b->words);
	row->up = known ? value_bool(b->up, now, period) : value_missing("connecting");
	row->controller = is_controller(b);
	row->version = broker_version(b, now, arena);
	row->uptime_s = value_na(_("Kafka does not tell since when it runs"));
	row->memory_percent = value_na(_("Kafka does not tell its memory; its JVM's exporter does"));
	row->cert_days = certificate(b, row->state, now);
	probe_stats_fill(&b->rtt, row, now, schedule_period(b->k->ctx->config, PERIOD_LIVENESS),
	    b->up ? NULL : row->state);
	fill_metrics(b, row, arena, now);
}

static void publish_brokers(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_BROKERS);

	for (size_t i = 0; i < k->n_brokers; i++)
		add_broker_row(s, k->brokers[i], now);
	s->listing =
	    outcome_value(&k->meta, value_bool(true, k->meta.at, k->metadata.period), &s->arena);
	exporters_metrics(k->exporters, s);
	canary_metrics(k->ctx, s);
	model_publish(k->ctx->model, k->ctx->index, s);
}

static struct value disk_value(const struct kbroker *b, struct value v, struct arena *arena)
{
	if (v.quality != QUALITY_OK)
		return v;
	if (!b->up)
		return value_failed(v, arena_strdup(arena, b->words));
	return outcome_value(&b->disk, v, arena);
}

/* Two statvfs() of one volume are some milliseconds apart: that much may be written between them. */
enum { WRITTEN_MEANWHILE = 16 << 20 };

static bool same_volume(const struct kdisk *a, const struct kdisk *b)
{
	int64_t apart = a->usable > b->usable ? a->usable - b->usable : b->usable - a->usable;

	return !a->error && !b->error && a->total > 0 && a->total == b->total && a->usable >= 0 &&
	       b->usable >= 0 && apart <= WRITTEN_MEANWHILE;
}

/* The first log dir of the broker that lies on the same volume. */
static size_t first_on_volume(const struct kbroker *b, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_volume(&b->disks[i], &b->disks[at]))
			return i;
	return at;
}

/* "/data/a, /data/b": all log dirs on the volume of the first; their sizes add up, its does not. */
static const char *join_dirs(const struct kbroker *b, size_t first, int64_t *data, struct arena *arena)
{
	const char *paths = b->disks[first].path;

	*data = b->disks[first].data;
	for (size_t i = first + 1; i < b->n_disks; i++) {
		if (first_on_volume(b, i) != first)
			continue;
		paths = arena_printf(arena, "%s, %s", paths, b->disks[i].path);
		*data = num_add(*data, b->disks[i].data);
	}
	return paths == b->disks[first].path ? arena_strdup(arena, paths) : paths;
}

static void add_kept(const struct kbroker *b, size_t first, struct disk_row *row, struct arena *arena)
{
	bool *of = xcalloc(b->n_disks, sizeof(*of));

	for (size_t i = first; i < b->n_disks; i++)
		of[i] = first_on_volume(b, i) == first;
	disk_kept(b, of, row, arena);
	free(of);
}

static void add_disk_row(struct section *s, const struct kbroker *b, size_t at)
{
	const struct kdisk *d = &b->disks[at];
	int64_t data;
	struct disk_row *row = section_add(s);
	struct arena *arena = &s->arena;
	int64_t period = b->logdirs.period;
	struct value none = value_missing(
	    _("Kafka before 3.3 does not tell the size of its volumes: add disk: entries"));
	bool told = d->total >= 0 && d->usable >= 0;
	int64_t used = d->total - d->usable;

	row->broker = arena_strdup(arena, b->name);
	row->path = join_dirs(b, at, &data, arena);
	row->percent_series = series_view(d->percent);
	if (d->error) {
		row->trouble = arena_printf(arena, "offline: %s", kafka_error_name(d->error));
		none = value_error(row->trouble);
		told = false;
	}
	row->used_bytes = disk_value(b, told ? value_int(used, d->at, period) : none, arena);
	row->total_bytes = disk_value(b, told ? value_int(d->total, d->at, period) : none, arena);
	row->percent = disk_value(b,
	    told && d->total > 0
		? value_real(100.0 * (double)used / (double)d->total, d->at, period)
		: none,
	    arena);
	row->data_bytes = disk_value(b, d->error ? none : value_int(data, d->at, period), arena);
	if (!d->error)
		add_kept(b, at, row, arena);
}

/* A broker whose log dirs nobody knows yet is a row all the same. */
static void add_unknown_disk(struct section *s, const struct kbroker *b)
{
	struct disk_row *row = section_add(s);
	struct arena *arena = &s->arena;
	struct value v = value_missing(_("not asked yet"));

	if (!b->up)
		v = value_error(arena_strdup(arena, b->words));
	else if (b->disk.error)
		v = value_error(arena_strdup(arena, b->disk.error));
	row->broker = arena_strdup(arena, b->name);
	row->path = "log dirs";
	row->used_bytes = row->total_bytes = row->percent = row->data_bytes = v;
}

static void publish_disk(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_DISK);

	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (b->id < 0)
			continue;
		for (size_t j = 0; j < b->n_disks; j++)
			if (first_on_volume(b, j) == j)
				add_disk_row(s, b, j);
		if (!b->n_disks)
			add_unknown_disk(s, b);
	}
	s->listing = outcome_value(&k->meta, value_bool(true, now, k->metadata.period), &s->arena);
	host_disk_rows(k->ctx, s, now);
	model_publish(k->ctx->model, k->ctx->index, s);
}

void publish_step(struct kafka *k, int64_t now)
{
	/* First: the disks of this host look up their brokers in what was published. */
	if (now >= k->publish_at) {
		k->publish_at = now + schedule_period(k->ctx->config, PERIOD_LIVENESS);
		publish_brokers(k, now);
		publish_cluster(k, now);
	}
	if (k->dirty_partitions) {
		k->dirty_partitions = false;
		model_publish(k->ctx->model, k->ctx->index, build_partitions(k, now));
	}
	if (k->dirty_lag) {
		k->dirty_lag = false;
		model_publish(k->ctx->model, k->ctx->index, build_lag(k, now));
	}
	if (k->dirty_disk) {
		k->dirty_disk = false;
		publish_disk(k, now);
	}
}
