#include "ui/views.h"

#include "base/i18n.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* Clusters, worst first, each with its brokers under it. */

static void add_cluster(const struct view_ctx *ctx, size_t cluster, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct judgement *j = ctx->frame->judgement;
	struct view_row *row = row_list_add(out, "%s", c->name);

	row->cluster = cluster;
	row->section = SECTION_CLUSTER;
	row->row = 0;
	row->verdict = cluster < j->n_clusters ? j->clusters[cluster].verdict : VERDICT_UNKNOWN;
	for (size_t i = 0; i < section_count(c->sections[SECTION_BROKERS]); i++) {
		const struct broker_row *b = section_broker(c->sections[SECTION_BROKERS], i);

		row = row_list_add(out, "%s/%s", c->name, b->name ? b->name : "-");
		row->cluster = cluster;
		row->section = SECTION_BROKERS;
		row->row = i;
		row->verdict = judgement_row(j, cluster, SECTION_BROKERS, i).verdict;
	}
}

/* Worst first; among equals production first, then as configured. */
static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;
	const struct judgement *j = ctx->frame->judgement;

	(void)arg;
	for (int v = VERDICT_CRIT; v >= VERDICT_NA; v--)
		for (int tier = TIER_PROD; tier >= TIER_NONE; tier--)
			for (size_t c = 0; c < snap->n_clusters; c++)
				if ((int)snap->clusters[c].tier == tier && c < j->n_clusters &&
				    (int)j->clusters[c].verdict == v)
					add_cluster(ctx, c, out);
	for (size_t i = 0; i < out->n; i++)
		out->rows[i].urgency = (int)(out->n - i < INT32_MAX ? out->n - i : INT32_MAX);
}

static bool is_cluster(const struct view_row *row)
{
	return row->section == SECTION_CLUSTER;
}

static const struct broker_row *broker_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_BROKERS);
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct broker_row *b = broker_of(ctx, row);

	if (b)
		cell_fmt(out, ROLE_TEXT, "  %.200s", b->name ? b->name : "-");
	else
		cell_str(out, ROLE_TITLE, c ? c->name : NULL);
}

static void cell_tier(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct cluster_view *c = row_cluster(ctx, row);

	cell_empty(out);
	if (!c || !is_cluster(row))
		return;
	if (c->tier == TIER_PROD)
		cell_str(out, ROLE_PROD, _("PROD"));
	else
		cell_str(out, ROLE_DIM, tier_name(c->tier));
}

static void cell_nodes(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct cluster_row *facts = c && is_cluster(row) ? cluster_facts(c) : NULL;

	cell_empty(out);
	if (facts)
		cell_ratio(ctx, &facts->brokers_up, &facts->brokers_expected, out);
	else if (is_cluster(row))
		cell_str(out, ROLE_UNKNOWN, "?");
	out->number = true;
}

VALUE_COLUMN(SECTION_BROKERS, struct broker_row, rtt_ms, STYLE_MS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, memory_percent, STYLE_PERCENT)

/* The fullest volume of the broker. */
static void cell_disk(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct value *worst = NULL;

	cell_empty(out);
	for (size_t i = 0; b && i < section_count(c->sections[SECTION_DISK]); i++) {
		const struct disk_row *disk = section_disk(c->sections[SECTION_DISK], i);

		if (!disk->broker || !b->name || strcmp(disk->broker, b->name) != 0)
			continue;
		if (!worst || order_value(&disk->percent) > order_value(worst))
			worst = &disk->percent;
	}
	if (worst)
		cell_value(ctx, worst, STYLE_PERCENT, out);
}

static void cell_clients(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);
	const struct value *v = b ? broker_metric(b, METRIC_CONNECTIONS) : NULL;

	cell_empty(out);
	if (v)
		cell_value(ctx, v, STYLE_COUNT, out);
}

static void note_kafka(
    const struct view_ctx *ctx, const struct cluster_view *c, struct cell_text *out)
{
	const struct partition_row *p = cluster_partitions(c);
	struct cell_text under, offline;
	bool none_offline;

	if (!p)
		return;
	none_offline = value_quality(&p->offline, ctx->now) == QUALITY_OK &&
		       p->offline.type != VALUE_NONE && value_number(&p->offline) == 0;
	cell_value(ctx, &p->under_replicated, STYLE_COUNT, &under);
	cell_value(ctx, &p->offline, STYLE_COUNT, &offline);
	cell_fmt(out, under.role, _("URP %s%s%s"), under.text, none_offline ? "" : _("  offline "),
	    none_offline ? "" : offline.text);
}

/* The one server with the fewest of its peers; among those that miss none the one of which that is not known. */
static void note_nats(
    const struct view_ctx *ctx, const struct cluster_view *c, struct cell_text *out)
{
	const struct section *s = c->sections[SECTION_ROUTES];
	const struct route_row *worst = NULL;
	struct cell_text ratio;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct route_row *route = section_route(s, i);

		if (!worst || route->n_missing > worst->n_missing ||
		    (route->n_missing == worst->n_missing && value_quality(&worst->peers, ctx->now) == QUALITY_OK &&
			value_quality(&route->peers, ctx->now) != QUALITY_OK))
			worst = route;
	}
	if (!worst)
		return;
	cell_ratio(ctx, &worst->peers, &worst->expected, &ratio);
	cell_fmt(out, ratio.role, _("%s peers"), ratio.text);
}

/* The one broker with the least room for more; before it one of which that is not known. */
static void note_mqtt(
    const struct view_ctx *ctx, const struct cluster_view *c, struct cell_text *out)
{
	const struct section *s = c->sections[SECTION_CONNECTIONS];
	const struct connection_row *worst = NULL;
	struct cell_text ratio;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct connection_row *row = section_connection(s, i);

		if (!worst || (value_quality(&worst->current, ctx->now) == QUALITY_OK &&
				  (value_quality(&row->current, ctx->now) != QUALITY_OK ||
				      order_value(&row->percent) > order_value(&worst->percent))))
			worst = row;
	}
	if (!worst)
		return;
	cell_ratio(ctx, &worst->current, &worst->max, &ratio);
	cell_fmt(out, ratio.role, _("%s clients"), ratio.text);
}

/* "kafka 4.1.0 KRaft  URP 0", or what the trouble is. */
static void state_of_cluster(const struct view_ctx *ctx, const struct view_row *row,
    const struct cluster_view *c, struct cell_text *out)
{
	static void (*const note[])(
	    const struct view_ctx *, const struct cluster_view *, struct cell_text *) = {
	    [KIND_KAFKA] = note_kafka, [KIND_NATS] = note_nats, [KIND_MQTT] = note_mqtt};
	const struct cluster_row *facts = cluster_facts(c);
	struct cell_text version, more;
	const char *what, *mode;
	bool known;

	if (!facts) {
		cell_fmt(out, ROLE_UNKNOWN, _("%s  no answer yet"), kind_name(c->kind));
		return;
	}
	/* What is down or not to be seen says more than what it would be otherwise. */
	if (facts->trouble && (row->verdict == VERDICT_CRIT || facts->version.type == VALUE_NONE)) {
		cell_str(out, verdict_role(row->verdict), facts->trouble);
		return;
	}
	cell_empty(&more);
	note[c->kind](ctx, c, &more);
	cell_value(ctx, &facts->version, STYLE_TEXT, &version);
	what = c->kind == KIND_MQTT && facts->mode ? facts->mode : kind_name(c->kind);
	known = facts->version.type != VALUE_NONE;
	mode = c->kind != KIND_MQTT && facts->mode ? facts->mode : "";
	cell_fmt(out, version.role == ROLE_TEXT ? more.role : version.role,
	    "%.30s%s%.30s%s%.30s%s%.60s%s%s", what, known ? " " : "", known ? version.text : "",
	    mode[0] ? " " : "", mode, more.text[0] ? "  " : "", more.text,
	    facts->trouble ? "  " : "", facts->trouble ? facts->trouble : "");
}

static void cell_state(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct broker_row *b = broker_of(ctx, row);
	const char *why = row_judged(ctx, row).why;

	if (row->verdict == VERDICT_OK || (b && b->state && strcmp(b->state, "up") != 0))
		why = NULL; /* nothing to explain yet, or the state does */
	cell_empty(out);
	if (!b && c)
		state_of_cluster(ctx, row, c, out);
	if (!b)
		return;
	cell_fmt(out, verdict_role(row->verdict), "%.100s%s%s%s",
	    b->state ? i18n_again(b->state) : _("not known"),
	    b->controller != TRI_YES	? ""
	    : c && c->kind == KIND_NATS ? _(" meta leader")
					: _(" controller"),
	    why ? "  " : "", why ? why : "");
	if (row->verdict == VERDICT_OK || row->verdict == VERDICT_NA)
		out->role = ROLE_TEXT;
}

/* The partitions in trouble, worst first, as many as the area takes. */
static void detail_partitions(struct detail *d, const struct partition_row *p)
{
	if (p->missing_brokers)
		detail_text(d, _("missing brokers:"), ROLE_TEXT, "%s", p->missing_brokers);
	for (size_t i = 0; i < p->n_problems && d->y < d->area->height; i++) {
		const struct problem_partition *x = &p->problems[i];

		detail_text(d, x->what ? i18n_again(x->what) : "-", ROLE_TEXT,
		    _("%.80s-%lld  ISR %s of %s"), x->topic ? x->topic : "-",
		    (long long)x->partition, x->isr ? x->isr : "-",
		    x->replicas ? x->replicas : "-");
	}
}

static void detail_cluster(
    struct detail *d, const struct view_row *row, const struct cluster_view *c)
{
	const struct cluster_row *facts = cluster_facts(c);
	const struct partition_row *p = cluster_partitions(c);
	const char *why = row_judged(d->ctx, row).why;
	struct cell_text controllers, controller;

	if (!facts) {
		detail_text(d, c->name, ROLE_UNKNOWN, "%s", _("no answer yet"));
		return;
	}
	if (facts->trouble || why)
		detail_wrapped(d, _("why:"), facts->trouble ? facts->trouble : why, 2);
	cell_value(d->ctx, &facts->controllers, STYLE_COUNT, &controllers);
	cell_value(d->ctx, &facts->controller, STYLE_TEXT, &controller);
	if (c->kind != KIND_MQTT)
		detail_text(d, c->kind == KIND_NATS ? _("meta leaders") : _("controllers"),
		    ROLE_TEXT, "%s (%s)", controllers.text, controller.text);
	if (p)
		detail_partitions(d, p);
	detail_reasons(d, (const struct detail_value[]){{_("reachable"), &facts->reachable},
			      {_("NODES"), &facts->brokers_up}, {_("version"), &facts->version},
			      {_("controller"), &facts->controllers}, {NULL, NULL}});
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct broker_row *b = broker_of(ctx, row);

	if (b)
		detail_broker(&d, b);
	else if (c)
		detail_cluster(&d, row, c);
}

static const struct view_ops *drill(const struct view_row *row)
{
	return is_cluster(row) ? &view_brokers : &view_metrics;
}

static const struct column columns[] = {
    {"name", N_("CLUSTER"), 8, 40, 1, false, cell_name, NULL},
    {"tier", N_("TIER"), 4, 8, 5, false, cell_tier, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"nodes", N_("UP"), 3, 14, 1, true, cell_nodes, NULL},
    {"rtt", N_("RTT"), 5, 14, 4, true, cell_rtt_ms, order_rtt_ms},
    {"disk", N_("DISK"), 4, 12, 6, true, cell_disk, NULL},
    {"memory", N_("MEM"), 4, 12, 7, true, cell_memory_percent, order_memory_percent},
    {"clients", N_("CLIENTS"), 7, 14, 8, true, cell_clients, NULL},
    {"state", N_("STATE"), 16, 100, 2, false, cell_state, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_overview = {
    .pane = PANE_OVERVIEW,
    .name = "overview",
    .title = N_("OVERVIEW"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .drill = drill,
    .empty = N_("No cluster is configured, and no broker answers on this host (9092, 8222, 1883). "
		"Write a config: mqduty(1) shows one."),
    .help =
	N_("Clusters, the worst first, each with its brokers. URP: under-replicated partitions.\n"
	   "RTT: newest round trip from this host; Enter shows its percentiles and all metrics."),
};
