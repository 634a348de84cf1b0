#include "base/clock.h"
#include "base/i18n.h"
#include "rules/rule.h"

#include <stdio.h>
#include <string.h>

/* Readers of the cluster, brokers and partitions sections. */

/* A target that did not answer within its own timeout is known to be down, also
 * where the source calls that an error. */
static struct value known_down(struct value v)
{
	if (v.type == VALUE_BOOL && !v.b && v.quality == QUALITY_ERROR)
		v.quality = QUALITY_OK;
	return v;
}

void read_unreachable(struct metric_ctx *ctx)
{
	const struct cluster_row *row = cluster_facts(ctx->view);
	struct reading r = {.row = 0};

	if (!row)
		return;
	r.value = known_down(row->reachable);
	if (r.value.type == VALUE_BOOL && !r.value.b)
		r.note = row->trouble ? row->trouble : _("no broker answers");
	ctx->emit(ctx, &r);
}

void read_source_lost(struct metric_ctx *ctx)
{
	const struct cluster_row *row = cluster_facts(ctx->view);
	struct reading r = {.row = 0};
	int64_t age;

	if (!row)
		return;
	age = value_age(&row->reachable, ctx->now);
	/* What was missed in its sleep is no fault of the source. */
	if (!ctx->one_shot && age > ctx->now - ctx->awake)
		age = ctx->now - ctx->awake;
	/* Never measured but published: the source lives and says why it knows nothing. */
	r.proven = age < 0;
	r.value = value_int(age > 0 ? age / NS_PER_S : 0, ctx->now, 0);
	ctx->emit(ctx, &r);
}

void read_controllers(struct metric_ctx *ctx)
{
	const struct cluster_row *row = cluster_facts(ctx->view);

	if (row)
		ctx->emit(ctx, &(struct reading){.row = 0, .value = row->controllers});
}

/* A leader that too few follow decides nothing; its server calls it the leader for some 20 s more. */
static bool has_majority(const struct metric_ctx *ctx, const struct cluster_row *row)
{
	if (!value_is_good(&row->voters, ctx->now) || !value_is_good(&row->voters_ok, ctx->now))
		return true;
	return 2 * value_number(&row->voters_ok) > value_number(&row->voters);
}

static const struct fact_row *fact_of(const struct cluster_view *view, const char *name)
{
	const struct section *s = view->sections[SECTION_FACTS];

	for (size_t i = 0; i < section_count(s); i++)
		if (section_fact(s, i)->name && !strcmp(section_fact(s, i)->name, name))
			return section_fact(s, i);
	return NULL;
}

/* Streams elect leaders of their own, with or without the meta leader. */
static void read_stream_leaders(struct metric_ctx *ctx)
{
	const struct fact_row *fact = fact_of(ctx->view, "streams.leaderless");
	struct reading r = {.entity = _("streams"), .key = "(streams)", .row = SIZE_MAX};

	if (!fact)
		return;
	r.value = fact->v;
	if (r.value.type == VALUE_INT && r.value.i > 0) {
		r.note = arena_printf(ctx->arena, _("no leader, takes no messages: %s"), fact->detail ? fact->detail : "?");
		/* Some that are known to have none are enough. */
		r.value = value_int(0, fact->v.at, fact->v.period);
	} else if (r.value.type == VALUE_INT) {
		r.value.i = 1;
	}
	ctx->emit(ctx, &r);
}

void read_meta_leader(struct metric_ctx *ctx)
{
	const struct cluster_row *row = cluster_facts(ctx->view);
	struct reading r = {.row = 0};

	if (!row)
		return;
	r.value = row->controllers;
	if (r.value.type == VALUE_INT && r.value.i > 1)
		r.note = row->trouble;
	if (value_is_good(&r.value, ctx->now) && r.value.i == 1 && !has_majority(ctx, row)) {
		r.value.i = 0;
		r.note = arena_printf(ctx->arena, _("the meta leader has no majority: %.0f of %.0f servers follow"),
		    value_number(&row->voters_ok), value_number(&row->voters));
	}
	ctx->emit(ctx, &r);
	if (row->controllers.quality != QUALITY_NA)
		read_stream_leaders(ctx);
}

static int64_t expected_brokers(const struct cluster_conf *conf)
{
	if (!conf)
		return 0;
	return conf->kind == KIND_KAFKA	 ? conf->expected_brokers
	       : conf->kind == KIND_NATS ? conf->expected_nodes
					 : 0;
}

/* Those who hold a Kafka cluster's metadata and are no brokers: dedicated KRaft controllers, ZooKeeper servers. Brokers
 * among the voters are judged as brokers. */
static void read_controllers_down(struct metric_ctx *ctx)
{
	const struct cluster_row *row = cluster_facts(ctx->view);

	for (size_t i = 0; row && i < row->n_ensemble; i++) {
		const struct ensemble_member *m = &row->ensemble[i];
		struct reading r = {
		    .entity = m->name, .broker = m->name, .row = SIZE_MAX, .value = known_down(m->up), .note = NULL};

		if (!m->name || (ctx->section && brokers_find(ctx->section, m->name)))
			continue;
		if (r.value.type == VALUE_BOOL && !r.value.b)
			r.note = arena_printf(ctx->arena, "%s: %s", m->kind, m->state ? m->state : _("down"));
		ctx->emit(ctx, &r);
	}
}

void read_broker_down(struct metric_ctx *ctx)
{
	int64_t expected = expected_brokers(ctx->conf), seen = (int64_t)section_count(ctx->section);

	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct broker_row *b = section_broker(ctx->section, i);
		struct reading r = {
		    .entity = b->name, .broker = b->name, .row = i, .value = known_down(b->up)};

		if (r.value.type == VALUE_BOOL && !r.value.b)
			r.note = b->state ? b->state : _("down");
		ctx->emit(ctx, &r);
	}
	if (seen < expected && value_is_good(&ctx->section->listing, ctx->now)) {
		struct reading r = {
		    .entity = arena_printf(ctx->arena, _("%lld of %lld brokers"),
			(long long)(expected - seen), (long long)expected),
		    .key = "(never seen)",
		    .row = SIZE_MAX,
		    .value = value_bool(false, ctx->now, 0),
		    .note = _("never seen"),
		};

		ctx->emit(ctx, &r);
	}
	read_controllers_down(ctx);
}

void read_latency(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct broker_row *b = section_broker(ctx->section, i);

		ctx->emit(ctx,
		    &(struct reading){
			.entity = b->name, .broker = b->name, .row = i, .value = b->rtt_p95_ms});
	}
}

/* A garbage collector makes memory jump: the mean counts. */
static struct value mean_memory(struct metric_ctx *ctx, const struct broker_row *b)
{
	int64_t span = ctx->rule->def->mean_s * NS_PER_S;

	if (ctx->one_shot || !b->name)
		return b->memory_percent;
	return smooth_mean(ctx->smooth, arena_printf(ctx->arena, "%s/%s", ctx->view->name, b->name),
	    &b->memory_percent, span, ctx->now);
}

void read_memory(struct metric_ctx *ctx)
{
	for (size_t i = 0; i < section_count(ctx->section); i++) {
		const struct broker_row *b = section_broker(ctx->section, i);

		ctx->emit(ctx, &(struct reading){.entity = b->name,
				   .broker = b->name,
				   .row = i,
				   .value = mean_memory(ctx, b)});
	}
}

void read_offline(struct metric_ctx *ctx)
{
	const struct partition_row *p = cluster_partitions(ctx->view);

	if (p)
		ctx->emit(
		    ctx, &(struct reading){.value = p->offline, .broker = p->missing_brokers});
}

void read_under_min_isr(struct metric_ctx *ctx)
{
	const struct partition_row *p = cluster_partitions(ctx->view);
	bool told = p && (p->refusing.type != VALUE_NONE || p->refusing.quality != QUALITY_OK);

	/* Recordings of before have the other count only. */
	if (p)
		ctx->emit(ctx,
		    &(struct reading){.value = told ? p->refusing : p->under_min_isr, .broker = p->missing_brokers});
}

/* The name of the broker with this id (as long as len), or the id itself. */
static const char *broker_name(const struct metric_ctx *ctx, const char *id, size_t len)
{
	const struct section *s = ctx->view->sections[SECTION_BROKERS];

	for (size_t i = 0; i < section_count(s); i++) {
		const struct broker_row *b = section_broker(s, i);

		if (b->id && b->name && strlen(b->id) == len && !memcmp(b->id, id, len))
			return b->name;
	}
	return arena_strndup(ctx->arena, id, len);
}

/* "2,3" as "broker-2,broker-3" */
static const char *broker_names(const struct metric_ctx *ctx, const char *ids)
{
	const char *names = NULL;

	while (*ids) {
		size_t len = strcspn(ids, ",");
		const char *name = broker_name(ctx, ids, len);

		names = names ? arena_printf(ctx->arena, "%s,%s", names, name) : name;
		ids += len + (ids[len] == ',');
	}
	return names;
}

void read_under_replicated(struct metric_ctx *ctx)
{
	const struct partition_row *p = cluster_partitions(ctx->view);
	struct reading r = {.key = "(cluster)"};

	if (!p)
		return;
	r.value = p->under_replicated;
	if (p->missing_brokers) {
		r.entity = broker_names(ctx, p->missing_brokers);
		r.broker = r.entity;
	}
	ctx->emit(ctx, &r);
}
