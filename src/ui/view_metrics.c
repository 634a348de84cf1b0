#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <stddef.h>
#include <stdio.h>

/* All that is known of one broker, a number a line, each with its age and, where it is
 * not good, the reason. sub: first the facts of the row, then its metrics. */
static const struct fact {
	const char *label;
	size_t offset;
	enum value_style style;
} facts[] = {
    {N_("up"), offsetof(struct broker_row, up), STYLE_TEXT},
    {N_("RTT now"), offsetof(struct broker_row, rtt_ms), STYLE_MS},
    {N_("RTT p50 over 2 min"), offsetof(struct broker_row, rtt_p50_ms), STYLE_MS},
    {N_("RTT p95 over 2 min"), offsetof(struct broker_row, rtt_p95_ms), STYLE_MS},
    {N_("RTT p99 over 2 min"), offsetof(struct broker_row, rtt_p99_ms), STYLE_MS},
    {N_("version"), offsetof(struct broker_row, version), STYLE_TEXT},
    {N_("uptime"), offsetof(struct broker_row, uptime_s), STYLE_SECONDS},
    {N_("memory of its limit"), offsetof(struct broker_row, memory_percent), STYLE_PERCENT},
};

enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

static const struct broker_row *broker_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_BROKERS);
}

static const struct value *value_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct broker_row *b = broker_of(ctx, row);

	if (!b)
		return NULL;
	if (row->sub < FACTS)
		return (
		    const struct value *)(const void *)((const char *)b + facts[row->sub].offset);
	return row->sub - FACTS < b->n_metrics ? &b->metrics[row->sub - FACTS].v : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	struct view_row parent;
	const struct broker_row *b;

	if (!find_row(ctx, &view_brokers, arg, &parent))
		return;
	b = broker_of(ctx, &parent);
	for (size_t i = 0; b && i < FACTS + b->n_metrics; i++) {
		const char *name =
		    i < FACTS ? facts[i].label : metric_info[b->metrics[i - FACTS].id].name;
		struct view_row *row = row_list_add(out, "%s/%s", arg->id, name);

		row->cluster = parent.cluster;
		row->section = parent.section;
		row->row = parent.row;
		row->sub = i;
		row->verdict = VERDICT_NA;
		row->urgency = -(int)i;
	}
}

static void cell_label(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);

	cell_empty(out);
	if (row->sub < FACTS)
		cell_str(out, ROLE_LABEL, _(facts[row->sub].label));
	else if (b && row->sub - FACTS < b->n_metrics)
		cell_str(out, ROLE_LABEL, _(metric_info[b->metrics[row->sub - FACTS].id].label));
}

/* Rates of messages have no sign of their own, so fmt_rate() is not for them. */
void cell_metric(const struct view_ctx *ctx, const struct metric *m, struct cell_text *out)
{
	static const enum value_style style[] = {
	    [UNIT_COUNT] = STYLE_COUNT,
	    [UNIT_BYTES] = STYLE_BYTES,
	    [UNIT_PERCENT] = STYLE_PERCENT,
	    [UNIT_PER_S] = STYLE_SHORT,
	    [UNIT_BYTES_PER_S] = STYLE_BYTES,
	    [UNIT_MS] = STYLE_MS,
	    [UNIT_TEXT] = STYLE_TEXT,
	};
	enum metric_unit unit = metric_info[m->id].unit;
	char rest[sizeof(out->text)];
	size_t n;

	cell_value(ctx, &m->v, style[unit], out);
	if (unit != UNIT_PER_S && unit != UNIT_BYTES_PER_S)
		return;
	n = strcspn(out->text, " ?");
	if (m->v.type == VALUE_NONE || value_quality(&m->v, ctx->now) == QUALITY_NA || !n)
		return;
	snprintf(rest, sizeof(rest), "%s", out->text + n);
	snprintf(out->text + n, sizeof(out->text) - n, "/s%.100s", rest);
}

static void cell_number(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct broker_row *b = broker_of(ctx, row);
	const struct value *v = value_of(ctx, row);

	cell_empty(out);
	if (!b || !v)
		return;
	if (row->sub < FACTS)
		cell_value(ctx, v, facts[row->sub].style, out);
	else
		cell_metric(ctx, &b->metrics[row->sub - FACTS], out);
}

static void cell_age(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct value *v = value_of(ctx, row);

	cell_empty(out);
	out->role = ROLE_DIM;
	out->number = true;
	if (v && value_age(v, ctx->now) >= 0)
		fmt_duration(out->text, sizeof(out->text), value_age(v, ctx->now));
}

static void cell_reason(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct value *v = value_of(ctx, row);

	cell_empty(out);
	if (v && (value_quality(v, ctx->now) != QUALITY_OK || v->type == VALUE_NONE))
		cell_str(out, ROLE_DIM, v->reason ? v->reason : _("nobody said why"));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct broker_row *b = broker_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);

	if (!b || !c)
		return;
	detail_text(&d, c->name, ROLE_TEXT, "%.80s  %.80s  %.160s", b->name ? b->name : "-",
	    b->address ? b->address : "-", b->state ? i18n_again(b->state) : _("not known"));
	detail_spark(&d, _("RTT"), b->rtt_series, STYLE_MS);
}

static const struct column columns[] = {
    {"what", N_("WHAT"), 12, 40, 1, false, cell_label, NULL},
    {"value", N_("VALUE"), 8, 40, 1, true, cell_number, NULL},
    {"age", N_("AGE"), 3, 8, 2, true, cell_age, NULL},
    {"reason", N_("WHY NOT"), 8, 100, 3, false, cell_reason, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_metrics = {
    .pane = PANE_OVERVIEW,
    .name = "broker",
    .title = N_("BROKER"),
    .columns = columns,
    .order = "",
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("The broker is not listed any more. Esc goes back."),
};
