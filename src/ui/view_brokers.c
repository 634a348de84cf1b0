#include "ui/views.h"

#include "base/i18n.h"
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* The brokers of one cluster (arg: its name), or of all where an item of the checklist asks. */
static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct snapshot *snap = ctx->frame->snap;
	size_t only = SIZE_MAX;

	for (size_t c = 0; arg && arg->id && c < snap->n_clusters; c++)
		if (!strcmp(snap->clusters[c].name, arg->id))
			only = c;
	if (arg && arg->id && only == SIZE_MAX && !item_by_subject(arg->id))
		return; /* a reload took the cluster away */
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[SECTION_BROKERS];

		if (only != SIZE_MAX && only != c)
			continue;
		for (size_t i = 0; i < section_count(s); i++) {
			const struct broker_row *b = section_broker(s, i);
			struct view_row *row = row_list_add(
			    out, "%s/%s", snap->clusters[c].name, b->name ? b->name : "-");

			row->cluster = c;
			row->section = SECTION_BROKERS;
			row->row = i;
			row->verdict =
			    judgement_row(ctx->frame->judgement, c, SECTION_BROKERS, i).verdict;
			row->urgency =
			    urgency_of(row->verdict, log10(1 + value_number(&b->rtt_p95_ms)) / 6);
		}
	}
}

static const struct broker_row *broker_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_BROKERS);
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);

	cell_str(out, ROLE_TEXT, b ? b->name : NULL);
}

static void cell_state(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);

	cell_empty(out);
	if (b)
		cell_fmt(out, value_quality(&b->up, ctx->now) == QUALITY_OK ? ROLE_TEXT : ROLE_DIM, "%.160s%s", b->state ? i18n_again(b->state) : _("not known"),
		    b->controller != TRI_YES	? ""
		    : c && c->kind == KIND_NATS ? _(" meta leader")
						: _(" controller"));
}

static void cell_address(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);

	cell_str(out, ROLE_TEXT, b ? b->address : NULL);
}

VALUE_COLUMN(SECTION_BROKERS, struct broker_row, rtt_ms, STYLE_MS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, rtt_p50_ms, STYLE_MS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, rtt_p95_ms, STYLE_MS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, rtt_p99_ms, STYLE_MS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, uptime_s, STYLE_SECONDS)
VALUE_COLUMN(SECTION_BROKERS, struct broker_row, memory_percent, STYLE_PERCENT)

static void cell_version(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	cell_field(
	    ctx, row, SECTION_BROKERS, offsetof(struct broker_row, version), STYLE_TEXT, out);
}

/* All the metrics of the broker, side by side, as many as fit. */
static void detail_metrics(struct detail *d, const struct broker_row *b)
{
	enum { GAP = 3 };
	int x = 0;

	for (size_t i = 0; i < b->n_metrics && d->y < d->area->height; i++) {
		const char *label = _(metric_info[b->metrics[i].id].label);
		struct cell_text v;
		int need;

		cell_metric(d->ctx, &b->metrics[i], &v);
		need = (int)(text_width(label) + 1 + text_width(v.text));
		if (x && x + need > d->area->width) {
			x = 0;
			d->y++;
		}
		if (d->y >= d->area->height || need > d->area->width)
			continue;
		x += area_text(d->area, d->y, x, d->area->width - x, ROLE_LABEL, label) + 1;
		x += area_text(d->area, d->y, x, d->area->width - x, v.role, v.text) + GAP;
	}
	d->y += x > 0;
}

void detail_broker(struct detail *d, const struct broker_row *b)
{
	struct cell_text now, p50, p95, p99;

	detail_text(d, b->name ? b->name : "-", ROLE_TEXT, "%.100s  %.200s",
	    b->address ? b->address : "-", b->state ? i18n_again(b->state) : _("not known"));
	cell_value(d->ctx, &b->rtt_ms, STYLE_MS, &now);
	cell_value(d->ctx, &b->rtt_p50_ms, STYLE_MS, &p50);
	cell_value(d->ctx, &b->rtt_p95_ms, STYLE_MS, &p95);
	cell_value(d->ctx, &b->rtt_p99_ms, STYLE_MS, &p99);
	detail_text(d, _("RTT"), ROLE_TEXT, _("%s now; p50 %s, p95 %s, p99 %s over 2 min"),
	    now.text, p50.text, p95.text, p99.text);
	detail_metrics(d, b);
	detail_spark(d, _("RTT"), b->rtt_series, STYLE_MS);
	detail_reasons(
	    d, (const struct detail_value[]){{_("up"), &b->up}, {_("RTT"), &b->rtt_ms},
		   {"p95", &b->rtt_p95_ms}, {_("version"), &b->version},
		   {_("uptime"), &b->uptime_s}, {_("MEM"), &b->memory_percent}, {NULL, NULL}});
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct broker_row *b = broker_of(ctx, row);

	if (b)
		detail_broker(&d, b);
}

static const struct view_ops *drill(const struct view_row *row)
{
	(void)row;
	return &view_metrics;
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"broker", N_("BROKER"), 6, 30, 1, false, cell_name, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"state", N_("STATE"), 8, 44, 2, false, cell_state, NULL},
    {"rtt", N_("RTT"), 5, 14, 3, true, cell_rtt_ms, order_rtt_ms},
    {"p50", "P50", 5, 14, 6, true, cell_rtt_p50_ms, order_rtt_p50_ms},
    {"p95", "P95", 5, 14, 4, true, cell_rtt_p95_ms, order_rtt_p95_ms},
    {"p99", "P99", 5, 14, 7, true, cell_rtt_p99_ms, order_rtt_p99_ms},
    {"memory", N_("MEM"), 4, 12, 5, true, cell_memory_percent, order_memory_percent},
    {"uptime", N_("UPTIME"), 6, 12, 8, true, cell_uptime_s, order_uptime_s},
    {"version", N_("VERSION"), 7, 20, 9, false, cell_version, NULL},
    {"address", N_("ADDRESS"), 9, 40, 10, false, cell_address, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_brokers = {
    .pane = PANE_OVERVIEW,
    .name = "brokers",
    .title = N_("BROKERS"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 6,
    .detail = detail,
    .drill = drill,
    .empty = N_("No broker of this cluster has answered yet. Esc goes back."),
};
