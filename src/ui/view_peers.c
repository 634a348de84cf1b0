#include "ui/views.h"

#include "base/i18n.h"

#include <stdio.h>

/*
 * The peers of one NATS server: first those that are not there, then those of
 * its route list ("n2 4/4, n3 4/4": connections of how many the pool wants).
 * sub counts the missing ones first.
 */
enum { PIECE_MAX = 128 };

static const struct route_row *route_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_ROUTES);
}

/* The i-th piece of the list; false: there is none. */
static bool piece(const char *list, size_t i, char *out, size_t size)
{
	for (; list && *list; i--) {
		size_t n = strcspn(list, ",");

		if (!i) {
			snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), list);
			return true;
		}
		list += n + (list[n] != '\0');
		list += strspn(list, " ");
	}
	return false;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	enum { PEERS_MAX = 200 };
	struct view_row parent;
	const struct route_row *route;
	char text[PIECE_MAX];

	if (!find_row(ctx, &view_routes, arg, &parent))
		return;
	route = row_data(ctx, &parent, SECTION_ROUTES);
	for (size_t i = 0; route && i < PEERS_MAX; i++) {
		bool missing = i < route->n_missing;
		struct view_row *row;

		if (!missing && !piece(route->detail, i - route->n_missing, text, sizeof(text)))
			break;
		row = row_list_add(out, "%s/%zu", arg->id, i);
		row->cluster = parent.cluster;
		row->section = parent.section;
		row->row = parent.row;
		row->sub = i;
		row->verdict = missing ? parent.verdict : VERDICT_NA;
		row->urgency = missing ? 1 : 0;
	}
}

/* "n2 4/4" in its two halves; a piece that is not made so is all name. */
static void halves(const struct route_row *route, size_t sub, char *name, char *number, size_t size)
{
	char *blank;

	name[0] = number[0] = '\0';
	if (!piece(route->detail, sub - route->n_missing, name, size))
		return;
	blank = strchr(name, ' ');
	if (blank && blank[1] >= '0' && blank[1] <= '9') {
		snprintf(number, size, "%s", blank + 1);
		*blank = '\0';
	}
}

static void cell_peer(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);
	char name[PIECE_MAX], number[PIECE_MAX];

	cell_empty(out);
	if (!route)
		return;
	if (row->sub < route->n_missing) {
		cell_str(out, ROLE_TEXT, route->missing[row->sub]);
		return;
	}
	halves(route, row->sub, name, number, PIECE_MAX);
	cell_str(out, ROLE_TEXT, name);
}

static void cell_routes(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);
	char name[PIECE_MAX], number[PIECE_MAX];

	cell_empty(out);
	if (!route || row->sub < route->n_missing)
		return;
	halves(route, row->sub, name, number, PIECE_MAX);
	cell_str(out, ROLE_TEXT, number);
}

static void cell_state(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct route_row *route = route_of(ctx, row);

	cell_empty(out);
	if (!route)
		return;
	if (row->sub < route->n_missing)
		cell_str(out, verdict_role(row->verdict), _("missing"));
	else
		cell_str(out, value_quality(&route->peers, ctx->now) == QUALITY_OK ? ROLE_TEXT : ROLE_DIM, _("connected"));
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct route_row *route = route_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct broker_row *peer;
	struct cell_text name;

	if (!route || !c)
		return;
	cell_peer(ctx, row, &name);
	peer = find_broker(c, name.text, NULL);
	detail_text(
	    &d, c->name, ROLE_TEXT, _("as %.80s sees it"), route->server ? route->server : "-");
	if (peer)
		detail_text(&d, name.text, ROLE_TEXT, "%.100s  %.200s",
		    peer->address ? peer->address : "-", peer->state ? i18n_again(peer->state) : "-");
	else
		detail_text(&d, name.text, ROLE_DIM, "%s",
		    _("is no server that mqduty polls under this name"));
}

static const struct column columns[] = {
    {"peer", N_("PEER"), 8, 60, 1, false, cell_peer, NULL},
    {"state", N_("STATE"), 7, 14, 1, false, cell_state, NULL},
    {"routes", N_("CONNECTIONS"), 8, 30, 2, false, cell_routes, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_peers = {
    .pane = PANE_ROUTES,
    .name = "peers",
    .title = N_("PEERS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("The server tells of no peers. Esc goes back."),
};
