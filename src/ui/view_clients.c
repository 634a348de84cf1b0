#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>

/* The clients of one server that have most bytes waiting for them. A few are always known; R asks for more. */
static const struct connection_row *parent_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_CONNECTIONS);
}

static const struct client_row *client_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct connection_row *con = parent_of(ctx, row);

	return con && row->sub < con->n_clients ? &con->clients[row->sub] : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	struct view_row parent;
	const struct connection_row *con;

	if (!find_row(ctx, &view_connections, arg, &parent))
		return;
	con = row_data(ctx, &parent, SECTION_CONNECTIONS);
	for (size_t i = 0; con && i < con->n_clients; i++) {
		struct view_row *row = row_list_add(out, "%s/%lld", arg->id, (long long)con->clients[i].cid);

		row->cluster = parent.cluster;
		row->section = parent.section;
		row->row = parent.row;
		row->sub = i;
		row->verdict = parent.verdict;
		row->urgency = urgency_of(VERDICT_OK, log10(2 + (double)con->clients[i].pending) / 20);
	}
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct client_row *c = client_of(ctx, row);

	cell_empty(out);
	if (c)
		cell_str(out, ROLE_TEXT, c->name ? c->name : _("(no name)"));
}

static void cell_address(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct client_row *c = client_of(ctx, row);

	cell_str(out, ROLE_TEXT, c ? c->address : NULL);
}

static void cell_user(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct client_row *c = client_of(ctx, row);

	cell_str(out, ROLE_TEXT, c ? c->user : NULL);
}

/* Numbers below 0 are not known. */
static void number(int64_t n, bool bytes, struct cell_text *out)
{
	out->number = true;
	out->role = n < 0 ? ROLE_UNKNOWN : ROLE_TEXT;
	if (n < 0)
		snprintf(out->text, sizeof(out->text), "?");
	else if (bytes)
		fmt_bytes(out->text, sizeof(out->text), n);
	else
		fmt_count(out->text, sizeof(out->text), n);
}

#define NUMBER_COLUMN(member, bytes)                                                               \
	static void cell_##member(                                                                 \
	    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)         \
	{                                                                                          \
		const struct client_row *c = client_of(ctx, row);                                  \
                                                                                                   \
		number(c ? c->member : -1, bytes, out);                                            \
	}                                                                                          \
	static double order_##member(const struct view_ctx *ctx, const struct view_row *row)       \
	{                                                                                          \
		const struct client_row *c = client_of(ctx, row);                                  \
                                                                                                   \
		return c ? (double)c->member : -1;                                                 \
	}

NUMBER_COLUMN(pending, true)
NUMBER_COLUMN(subscriptions, false)
NUMBER_COLUMN(in_msgs, false)
NUMBER_COLUMN(out_msgs, false)
NUMBER_COLUMN(cid, false)

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct connection_row *con = parent_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	char shown[FMT_MAX], all[FMT_MAX];

	if (!con || !c)
		return;
	detail_text(&d, c->name, ROLE_TEXT, _("%.100s: those with most bytes waiting, %s of %s; R asks for more"),
	    con->broker ? con->broker : "-", fmt_count(shown, sizeof(shown), (int64_t)con->n_clients),
	    con->current.type == VALUE_INT ? fmt_count(all, sizeof(all), con->current.i) : "?");
	detail_reasons(&d, (const struct detail_value[]){{_("CURRENT"), &con->current}, {NULL, NULL}});
}

static const struct column columns[] = {
    {"name", N_("CLIENT"), 8, 40, 1, false, cell_name, NULL},
    {"address", N_("ADDRESS"), 9, 48, 2, false, cell_address, NULL},
    {"user", N_("USER"), 4, 24, 5, false, cell_user, NULL},
    {"pending", N_("WAITING"), 7, 10, 1, true, cell_pending, order_pending},
    {"subscriptions", N_("SUBS"), 4, 10, 3, true, cell_subscriptions, order_subscriptions},
    {"in", N_("SENT BY IT"), 10, 16, 6, true, cell_in_msgs, order_in_msgs},
    {"out", N_("GIVEN TO IT"), 11, 16, 4, true, cell_out_msgs, order_out_msgs},
    {"cid", N_("CID"), 3, 10, 7, true, cell_cid, order_cid},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_clients = {
    .pane = PANE_CONNECTIONS,
    .name = "clients",
    .title = N_("CLIENTS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("No clients of this server are known: NATS servers tell of them. R asks now; Esc goes back."),
};
