#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/canary/canary_figures.h"
#include "source/host/host.h"

#include <stdio.h>
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

static const char *release_of(const struct conn *c)
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
	if (b->k->rd)
		return value_missing(
		    _("librdkafka, which logs in here, does not tell the release"));
	v = value_text(release_of(&b->conn), now, liveness_period(b->k));
	return b->up ? v : value_failed(v, arena_strdup(arena, b->words));
}

static void set_cluster_version(
    struct kafka *k, struct cluster_row *row, struct arena *arena, int64_t now)
{
	const char *low = NULL, *high = NULL;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const char *r;

		if (!conn_ready(&k->brokers[i]->conn))
			continue;
		r = release_of(&k->brokers[i]->conn);
		low = !low || strcmp(r, low) < 0 ? r : low;
		high = !high || strcmp(r, high) > 0 ? r : high;
	}
	if (low && k->rd)
		row->version = value_missing(
		    _("librdkafka, which logs in here, does not tell the release"));
	else if (!low)
		row->version = value_missing("no broker answers");
	else if (low == high)
		row->version = value_text(low, now, liveness_period(k));
	else
		row->version = value_text(
		    arena_printf(arena, "%s and %s", low, high), now, liveness_period(k));
}

/* The sentence for a cluster of which nobody answers. */
static const char *cluster_trouble(const struct kafka *k, struct arena *arena)
{
	const struct kbroker *b = NULL;

	for (size_t i = 0; i < k->n_brokers; i++) {
		if (k->brokers[i]->up)
			return k->meta.error
				   ? arena_printf(arena, "Metadata failed: %s", k->meta.error)
				   : NULL;
		if (!b && k->brokers[i]->address[0])
			b = k->brokers[i];
	}
	if (!b)
		return "no bootstrap address is configured";
	if (!b->failed_once)
		return NULL;
	return arena_printf(arena, "no broker answers; %s: %s", b->address, b->words);
}

static struct value controller_name(struct kafka *k, struct arena *arena)
{
	const struct kbroker *b = broker_by_id(k, k->controller);
	const char *name =
	    b ? arena_strdup(arena, b->name) : arena_printf(arena, "controller %d", k->controller);

	if (k->controller < 0)
		return value_missing("there is none just now");
	return value_text(name, k->quorum.at, k->metadata.period);
}

static size_t known_brokers(const struct kafka *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_brokers; i++)
		n += k->brokers[i]->id >= 0;
	return n;
}

static void set_voters(const struct kafka *k, struct cluster_row *row, struct arena *arena)
{
	const struct outcome *quorum = outcome_for(k, &k->quorum);
	int64_t at = k->quorum.at, period = k->metadata.period;

	if (k->mode_known && !k->kraft) {
		row->voters = row->voters_ok = value_na("ZooKeeper elects the controller");
		return;
	}
	row->voters = outcome_value(quorum, value_int(k->voters, at, period), arena);
	row->voters_ok = outcome_value(quorum, value_int(k->voters_ok, at, period), arena);
}

static void publish_cluster(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_CLUSTER);
	struct cluster_row *row = section_add(s);
	int64_t up = 0, period = liveness_period(k);
	const struct outcome *quorum = outcome_for(k, &k->quorum);
	bool tried = false;

	for (size_t i = 0; i < k->n_brokers; i++) {
		up += k->brokers[i]->up;
		tried |= k->brokers[i]->failed_once || k->brokers[i]->ever_up;
	}
	row->trouble = cluster_trouble(k, &s->arena);
	row->reachable = tried ? value_bool(up > 0, now, period) : value_missing("connecting");
	set_cluster_version(k, row, &s->arena, now);
	row->mode = k->mode_known ? (k->kraft ? "KRaft" : "ZooKeeper") : NULL;
	row->cluster_id = arena_strdup(&s->arena, k->cluster_id);
	row->controllers = outcome_value(
	    quorum, value_int(k->controllers, k->quorum.at, k->metadata.period), &s->arena);
	row->controller = outcome_value(quorum, controller_name(k, &s->arena), &s->arena);
	set_voters(k, row, &s->arena);
	row->brokers_up = value_int(up, now, period);
	row->system_account = value_na("only NATS has a system account");
	if (k->conf->expected_brokers)
		row->brokers_expected = value_int(k->conf->expected_brokers, now, 0);
	else if (k->meta.at)
		row->brokers_expected = value_int((int64_t)known_brokers(k), now, 0);
	else
		row->brokers_expected =
		    value_missing("not known before the first metadata; expected_brokers: says it");
	s->listing = value_bool(true, now, period);
	model_publish(k->ctx->model, k->ctx->index, s);
}

static void fill_metrics(
    const struct kbroker *b, struct broker_row *row, struct arena *arena, int64_t now)
{
	const struct kafka *k = b->k;
	struct metric *m = arena_alloc(arena, 3 * sizeof(*m));
	struct value throttle = value_int(b->throttle_ms, now, liveness_period(k));

	m[0] = (struct metric){METRIC_LEADERS,
	    outcome_value(&k->meta, value_int(b->leaders, k->meta.at, k->metadata.period), arena)};
	m[1] = (struct metric){METRIC_REPLICAS,
	    outcome_value(&k->meta, value_int(b->replicas, k->meta.at, k->metadata.period), arena)};
	m[2] = (struct metric){METRIC_THROTTLE_MS, b->up ? throttle : value_error(row->state)};
	row->metrics = m;
	row->n_metrics = 3;
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
		return value_na("not spoken to over TLS");
	if (!b->conn.cert_until)
		return b->failed_once && !b->up ? value_error(state)
						: value_missing("no certificate was seen yet");
	/* Whole days, rounded down: one that has expired is below zero. */
	v = value_int(left / day - (left % day < 0), now, liveness_period(b->k));
	return b->up || !strncmp(b->conn.trouble.msg, "TLS:", 4) ? v : value_failed(v, state);
}

static void add_broker_row(struct section *s, const struct kbroker *b, int64_t now)
{
	struct broker_row *row = section_add(s);
	struct arena *arena = &s->arena;
	int64_t period = liveness_period(b->k);
	bool known = b->up || b->failed_once || !b->address[0];

	row->id = arena_strdup(arena, b->id_text);
	row->name = arena_strdup(arena, b->name);
	row->address = b->address[0] ? arena_strdup(arena, b->address) : NULL;
	row->state = arena_strdup(arena, b->words);
	row->up = known ? value_bool(b->up, now, period) : value_missing("connecting");
	row->controller = is_controller(b);
	row->version = broker_version(b, now, arena);
	row->uptime_s = value_na("Kafka does not tell since when it runs");
	row->memory_percent = value_na("Kafka does not tell its memory; its JVM's exporter does");
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

static void add_disk_row(struct section *s, const struct kbroker *b, const struct kdisk *d)
{
	struct disk_row *row = section_add(s);
	struct arena *arena = &s->arena;
	int64_t period = b->logdirs.period;
	struct value none = value_missing(
	    "Kafka before 3.3 does not tell the size of its volumes: add disk: entries");
	bool told = d->total >= 0 && d->usable >= 0;
	int64_t used = d->total - d->usable;

	row->broker = arena_strdup(arena, b->name);
	row->path = arena_strdup(arena, d->path);
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
	row->data_bytes = disk_value(b, d->error ? none : value_int(d->data, d->at, period), arena);
}

/* A broker whose log dirs nobody knows yet is a row all the same. */
static void add_unknown_disk(struct section *s, const struct kbroker *b)
{
	struct disk_row *row = section_add(s);
	struct arena *arena = &s->arena;
	struct value v = value_missing("not asked yet");

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
			add_disk_row(s, b, &b->disks[j]);
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
