#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The clients of one server: all of them, once R has asked for them, else those that have most bytes waiting for them. */
static const struct connection_row *parent_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_CONNECTIONS);
}

/* NULL: nobody asked for all of them. */
static const struct client_list_row *list_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct connection_row *con = parent_of(ctx, row);
	const struct section *s = con ? row_cluster(ctx, row)->sections[SECTION_CLIENTS] : NULL;

	for (size_t i = 0; con && con->broker && i < section_count(s); i++) {
		const struct client_list_row *l = section_client_list(s, i);

		if (l->broker && l->n_clients && !strcmp(l->broker, con->broker))
			return l;
	}
	return NULL;
}

static const struct client_row *clients_of(const struct view_ctx *ctx, const struct view_row *row, size_t *n)
{
	const struct client_list_row *list = list_of(ctx, row);
	const struct connection_row *con = parent_of(ctx, row);

	*n = list ? list->n_clients : con ? con->n_clients : 0;
	return list ? list->clients : con ? con->clients : NULL;
}

static const struct client_row *client_of(const struct view_ctx *ctx, const struct view_row *row)
{
	size_t n;
	const struct client_row *all = clients_of(ctx, row, &n);

	return row->sub < n ? &all[row->sub] : NULL;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct client_row *all;
	const struct cluster_view *cluster;
	const char *broker;
	struct view_row parent;
	size_t n;

	if (!find_row(ctx, &view_connections, arg, &parent))
		return;
	all = clients_of(ctx, &parent, &n);
	cluster = row_cluster(ctx, &parent);
	broker = n ? parent_of(ctx, &parent)->broker : NULL;
	for (size_t i = 0; i < n; i++) {
		char cid[FMT_MAX];
		struct view_row *row;

		snprintf(cid, sizeof(cid), "%lld", (long long)all[i].cid);
		row = row_list_join(out, cluster->name, broker ? broker : "-", cid);
		row->cluster = parent.cluster;
		row->section = parent.section;
		row->row = parent.row;
		row->sub = i;
		row->verdict = parent.verdict;
		row->urgency = urgency_of(VERDICT_OK, log10(2 + (double)all[i].pending) / 20);
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
static void number(
    const struct view_ctx *ctx, const struct view_row *row, int64_t n, bool bytes, struct cell_text *out)
{
	const struct client_list_row *list = list_of(ctx, row);
	const struct connection_row *con = parent_of(ctx, row);
	enum quality q = list ? value_quality(&list->listed, ctx->now) : con ? value_quality(&con->current, ctx->now)
									     : QUALITY_MISSING;

	out->number = true;
	/* A list that is not whole yet is good as far as it goes. */
	out->role = n < 0 ? ROLE_UNKNOWN : q == QUALITY_OK || q == QUALITY_PARTIAL ? ROLE_TEXT : ROLE_DIM;
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
		number(ctx, row, c ? c->member : -1, bytes, out);                                  \
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
	const struct client_list_row *list = list_of(ctx, row);
	const struct connection_row *con = parent_of(ctx, row);
	const struct cluster_view *c = row_cluster(ctx, row);
	char shown[FMT_MAX], all[FMT_MAX] = "?", age[FMT_MAX];

	if (!con || !c)
		return;
	if (list) {
		if (list->total >= 0)
			fmt_count(all, sizeof(all), list->total);
		detail_text(&d, c->name, ROLE_TEXT, _("%.100s: %s of %s clients as of %s ago; R asks for all of them anew"),
		    list->broker, fmt_count(shown, sizeof(shown), (int64_t)list->n_clients), all,
		    fmt_duration(age, sizeof(age), value_age(&list->listed, ctx->now)));
		detail_reasons(&d, (const struct detail_value[]){{_("CLIENTS"), &list->listed}, {NULL, NULL}});
		return;
	}
	if (con->current.type == VALUE_INT)
		fmt_count(all, sizeof(all), con->current.i);
	detail_text(&d, c->name, ROLE_TEXT, _("%.100s: those with most bytes waiting, %s of %s; R asks for all of them"),
	    con->broker ? con->broker : "-", fmt_count(shown, sizeof(shown), (int64_t)con->n_clients), all);
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
    .order = N_("most bytes waiting first"),
    .detail_lines = 2,
    .detail = detail,
    .empty = N_("No clients are known here: a NATS server tells of them when R asks, an MQTT broker does not. Esc goes back."),
};
