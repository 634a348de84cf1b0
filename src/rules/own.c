#include "rules/own.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "rules/finding.h"

#include <string.h>

static const unsigned section_kinds[SECTION_COUNT] = {
    [SECTION_CLUSTER] = ON_ALL,
    [SECTION_BROKERS] = ON_ALL,
    [SECTION_PARTITIONS] = ON_KAFKA,
    [SECTION_LAG] = ON_KAFKA | ON_NATS,
    [SECTION_ROUTES] = ON_NATS,
    [SECTION_CONNECTIONS] = ON_NATS | ON_MQTT,
    [SECTION_DISK] = ON_ALL,
    [SECTION_LOGS] = ON_ALL,
    [SECTION_FACTS] = ON_ALL,
};

static enum metric_kind kind_of(const struct query *q)
{
	double per_second;

	switch (query_unit(q, &per_second)) {
	case UNITS_PERCENT:
		return METRIC_IS_PERCENT;
	case UNITS_SECONDS:
		return per_second > 1 ? METRIC_IS_MS : METRIC_IS_SECONDS;
	case UNITS_BYTES:
		return METRIC_IS_BYTES;
	case UNITS_NONE:
		break;
	}
	return METRIC_IS_COUNT;
}

static const struct rule_def *built_in(const char *name)
{
	for (size_t i = 0; i < n_rule_defs; i++)
		if (!strcmp(rule_defs[i].name, name))
			return &rule_defs[i];
	return NULL;
}

static int define(
    struct rule_def *def, const char *metric, struct arena *arena, struct err *err)
{
	const struct rule_def *like = built_in(metric);
	struct query *q;

	if (like) {
		*def = *like;
		return 0;
	}
	q = arena_alloc(arena, sizeof(*q));
	if (query_parse_field(q, metric, err))
		return -1;
	if (!section_kinds[q->section])
		return err_set(err, _("%s are shown and not judged: no rule can be made on them"),
		    row_types[q->section].name);
	*def = (struct rule_def){
	    .kinds = section_kinds[q->section],
	    .section = q->section,
	    .metric = kind_of(q),
	    .threshold = ">0",
	    .recover_factor = 1,
	    .folds = {{"ClusterUnreachable", FOLD_CLUSTER}, {"BrokerDown", FOLD_BROKER}},
	    .action = N_("A rule of your own: say under action: what to do."),
	    .read = read_field,
	    .field = q,
	};
	return 0;
}

struct rule *own_rule_add(
    struct rule_list *rules, const char *name, const char *metric, struct arena *arena, struct err *err)
{
	struct rule_def *def = arena_alloc(arena, sizeof(*def));
	struct rule *rule;

	if (define(def, metric, arena, err))
		return NULL;
	def->name = arena_strdup(arena, name);
	array_reserve(&rules->list, &rules->cap, rules->n + 1, sizeof(*rules->list));
	rule = &rules->list[rules->n++];
	*rule = (struct rule){.def = def, .only_matches = true, .has_warn = def->warn};
	if (rule_parse_threshold(def, def->threshold, &rule->threshold, err) ||
	    (def->warn && rule_parse_threshold(def, def->warn, &rule->warn, err)))
		return NULL;
	return rule;
}

bool own_rule_reads(const struct rule *rule, const char *metric)
{
	const struct rule_def *like = built_in(metric);
	struct query q;

	if (like || !rule->def->field)
		return like && !rule->def->field && rule->def->read == like->read;
	return !query_parse_field(&q, metric, NULL) && q.section == rule->def->field->section &&
	       q.field == rule->def->field->field && q.metric == rule->def->field->metric;
}

/* The names of a row, for the reading's entity and for folding. */
static struct reading row_reading(const struct section *s, size_t i)
{
	struct reading r = {.row = i};

	switch (s->kind) {
	case SECTION_BROKERS:
		r.entity = r.broker = section_broker(s, i)->name;
		break;
	case SECTION_LAG:
		r.entity = section_lag(s, i)->group;
		r.entity2 = r.topic = section_lag(s, i)->topic;
		break;
	case SECTION_ROUTES:
		r.entity = r.broker = section_route(s, i)->server;
		break;
	case SECTION_CONNECTIONS:
		r.entity = r.broker = section_connection(s, i)->broker;
		break;
	case SECTION_DISK:
		r.entity = r.broker = section_disk(s, i)->broker;
		r.entity2 = section_disk(s, i)->path;
		break;
	case SECTION_LOGS:
		r.entity = r.broker = section_log(s, i)->broker;
		r.entity2 = section_log(s, i)->path;
		break;
	case SECTION_FACTS:
		r.entity = ((const struct fact_row *)section_row(s, i))->name;
		r.entity2 = ((const struct fact_row *)section_row(s, i))->object;
		break;
	default:
		break;
	}
	return r;
}

void read_field(struct metric_ctx *ctx)
{
	const struct rule_def *def = ctx->base->def;

	for (size_t i = 0; i < section_count(ctx->section); i++) {
		struct reading r = row_reading(ctx->section, i);
		int64_t span;

		rule_select(ctx, &r);
		r.value = query_row_value(def->field, ctx->section, i);
		span = ctx->rule->def->mean_s * NS_PER_S;
		if (span && !ctx->one_shot)
			r.value = smooth_mean(ctx->smooth,
			    arena_printf(ctx->arena, "%s %s/%s", def->name, ctx->view->name,
				reading_entity(&r, ctx->arena, "")),
			    &r.value, span, ctx->now);
		ctx->emit(ctx, &r);
	}
}
