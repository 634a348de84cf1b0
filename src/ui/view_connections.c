#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>

const struct section_words connections_words = {
    .kind = SECTION_CONNECTIONS,
    .kinds = HAS_NATS | HAS_MQTT,
    .none = N_("no broker told of its connections"),
    .na_kinds = HAS_KAFKA,
    .na = N_("n/a: Kafka does not tell"),
};

static struct view_row *add_row(
    const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct connection_row *con = section_connection(c->sections[SECTION_CONNECTIONS], i);
	struct view_row *row = row_list_add(out, "%s/%s", c->name, con->broker ? con->broker : "-");

	row->verdict =
	    judgement_row(ctx->frame->judgement, cluster, SECTION_CONNECTIONS, i).verdict;
	row->urgency = urgency_of(row->verdict, value_number(&con->percent) / 100);
	return row;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	(void)arg;
	section_rows(ctx, &connections_words, out, add_row);
}

static const struct connection_row *connection_of(
    const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_CONNECTIONS);
}

static void cell_broker(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct connection_row *con = connection_of(ctx, row);

	if (con)
		cell_str(out, ROLE_TEXT, con->broker);
	else
		cell_note(ctx, row, &connections_words, out);
}

VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, current, STYLE_COUNT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, max, STYLE_COUNT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, percent, STYLE_PERCENT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, slow_10m, STYLE_COUNT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, drop_percent, STYLE_PERCENT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, timeout_percent, STYLE_PERCENT)
VALUE_COLUMN(SECTION_CONNECTIONS, struct connection_row, connects_per_min, STYLE_SHORT)

static void cell_why(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const char *why = row_judged(ctx, row).why;
	const struct connection_row *con = connection_of(ctx, row);

	cell_empty(out);
	if (!why && con)
		why = con->why;
	if (why)
		cell_str(out, ROLE_TEXT, why);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct connection_row *con = connection_of(ctx, row);
	struct cell_text a, b, c;

	if (!con) {
		detail_note(&d, row, &connections_words);
		return;
	}
	if (row_judged(ctx, row).why)
		detail_text(&d, _("why:"), ROLE_TEXT, "%s", row_judged(ctx, row).why);
	if (con->why)
		detail_text(&d, _("clients"), ROLE_TEXT, "%s", con->why);
	if (con->dropped_total.type != VALUE_NONE) {
		cell_value(ctx, &con->dropped_total, STYLE_SHORT, &a);
		cell_value(ctx, &con->sent_total, STYLE_SHORT, &b);
		cell_value(ctx, &con->drop_tries, STYLE_SHORT, &c);
		detail_text(&d, _("messages"), ROLE_TEXT,
		    _("dropped %s, sent %s since start; %s tries in 5 min"), a.text, b.text,
		    c.text);
	}
	if (con->slow_total.type != VALUE_NONE) {
		cell_value(ctx, &con->slow_total, STYLE_COUNT, &a);
		cell_value(ctx, &con->slow_10m, STYLE_COUNT, &b);
		detail_text(&d, _("slow consumers"), ROLE_TEXT, _("%s since start, %s in 10 min"),
		    a.text, b.text);
	}
	detail_spark(&d, _("connections"), con->current_series, STYLE_COUNT);
	detail_reasons(&d, (const struct detail_value[]){{_("CURRENT"), &con->current},
			       {_("MAX"), &con->max}, {_("USED"), &con->percent},
			       {_("SLOW 10m"), &con->slow_10m}, {_("DROPPED"), &con->drop_percent},
			       {_("TIMEOUTS"), &con->timeout_percent}, {NULL, NULL}});
}

static const struct view_ops *drill(const struct view_row *row)
{
	return row->section == SECTION_CONNECTIONS ? &view_clients : NULL;
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	section_note(ctx, SECTION_CONNECTIONS, offsetof(struct connection_row, current), out, size);
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"broker", N_("BROKER"), 6, 40, 1, false, cell_broker, NULL},
    {"current", N_("CURRENT"), 7, 18, 1, true, cell_current, order_current},
    {"max", N_("MAX"), 3, 18, 4, true, cell_max, order_max},
    {"percent", N_("USED"), 4, 12, 2, true, cell_percent, order_percent},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"slow", N_("SLOW 10m"), 8, 14, 5, true, cell_slow_10m, order_slow_10m},
    {"dropped", N_("DROPPED"), 7, 12, 6, true, cell_drop_percent, order_drop_percent},
    {"timeouts", N_("TIMEOUTS"), 8, 12, 7, true, cell_timeout_percent, order_timeout_percent},
    {"new", N_("NEW/MIN"), 7, 12, 8, true, cell_connects_per_min, order_connects_per_min},
    {"why", N_("WHY"), 8, 40, 9, false, cell_why, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_connections = {
    .pane = PANE_CONNECTIONS,
    .name = "connections",
    .title = N_("CONNECTIONS"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 5,
    .detail = detail,
    .drill = drill,
    .note = note,
    .empty = N_("No cluster is configured."),
    .help = N_("USED: connections of what the broker or the config allows.\n"
	       "SLOW 10m: slow consumers in 10 min (NATS). DROPPED: share of messages in 5 min,\n"
	       "TIMEOUTS: keep-alive timeouts of all closed connections in 15 min (MQTT)."),
};
