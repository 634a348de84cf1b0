#include "ui/views.h"

#include "base/i18n.h"

#include <stdio.h>

const struct section_words routes_words = {
    .kind = SECTION_ROUTES,
    .kinds = HAS_NATS,
    .none = N_("a single server: there are no routes"),
};

static struct view_row *add_row(
    const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct route_row *route = section_route(c->sections[SECTION_ROUTES], i);
	struct view_row *row =
	    row_list_add(out, "%s/%s", c->name, route->server ? route->server : "-");

	row->verdict = judgement_row(ctx->frame->judgement, cluster, SECTION_ROUTES, i).verdict;
	row->urgency = urgency_of(row->verdict, (double)route->n_missing / 100);
	return row;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	(void)arg;
	section_rows(ctx, &routes_words, out, add_row);
}

static const struct route_row *route_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_ROUTES);
}

static void cell_server(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);

	if (route)
		cell_str(out, ROLE_TEXT, route->server);
	else
		cell_note(ctx, row, &routes_words, out);
}

static void cell_peers(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);

	cell_empty(out);
	if (route)
		cell_ratio(ctx, &route->peers, &route->expected, out);
}

static double order_peers(const struct view_ctx *ctx, const struct view_row *row)
{
	return order_field(ctx, row, SECTION_ROUTES, offsetof(struct route_row, peers));
}

static void missing_text(const struct route_row *route, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < route->n_missing && at + 1 < size; i++) {
		int n = snprintf(out + at, size - at, "%s%.60s", i ? ", " : "",
		    route->missing[i] ? route->missing[i] : "?");

		at += n > 0 ? (size_t)n : 0;
	}
}

static void cell_missing(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);
	char names[200];

	cell_empty(out);
	if (!route || !route->n_missing)
		return;
	missing_text(route, names, sizeof(names));
	cell_str(out, verdict_role(row->verdict), names);
}

static void cell_detail(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);

	cell_empty(out);
	if (route && route->detail)
		cell_str(out, ROLE_TEXT, route->detail);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct route_row *route = route_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct broker_row *server = route && c ? find_broker(c, route->server, NULL) : NULL;
	char names[400];

	if (!route) {
		detail_note(&d, row, &routes_words);
		return;
	}
	if (route->n_missing) {
		missing_text(route, names, sizeof(names));
		detail_text(&d, _("missing:"), ROLE_TEXT, _("%s (Enter: its peers)"), names);
	}
	if (row_judged(ctx, row).why)
		detail_text(&d, _("why:"), ROLE_TEXT, "%s", row_judged(ctx, row).why);
	if (server && server->state)
		detail_text(&d, _("server:"), ROLE_TEXT, "%s", i18n_again(server->state));
	if (route->detail)
		detail_text(&d, _("routes:"), ROLE_TEXT, "%s", route->detail);
	detail_reasons(&d, (const struct detail_value[]){{_("PEERS"), &route->peers},
			       {_("EXPECTED"), &route->expected}, {NULL, NULL}});
}

static const struct view_ops *drill(const struct view_row *row)
{
	return row->section == SECTION_ROUTES ? &view_peers : NULL;
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	section_note(ctx, SECTION_ROUTES, offsetof(struct route_row, peers), out, size);
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"server", N_("SERVER"), 6, 40, 1, false, cell_server, NULL},
    {"peers", N_("PEERS"), 5, 14, 1, true, cell_peers, order_peers},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"missing", N_("MISSING"), 7, 40, 2, false, cell_missing, NULL},
    {"detail", N_("CONNECTIONS PER PEER"), 12, 60, 5, false, cell_detail, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_routes = {
    .pane = PANE_ROUTES,
    .name = "routes",
    .title = N_("ROUTES"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .drill = drill,
    .note = note,
    .empty = N_("Routes join NATS servers, and no NATS cluster is configured."),
    .help = N_("PEERS: other servers that this one has routes to, of those it should have.\n"
	       "Each pair has several connections; a peer is missing when it has none."),
};
