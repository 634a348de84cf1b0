#include "source/nats/cells.h"
#include "source/nats/system.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include "source/canary/canary_figures.h"
#include "source/host/host.h"

static const char *const ONLY_MQTT = N_("NATS has no such counter: it belongs to MQTT brokers");

/* How many peers each server should have. */
static struct value expected_peers(const struct source *s, const struct varz *v)
{
	int64_t nodes = s->ctx->cluster->expected_nodes;

	if (nodes <= 0 && s->n_nodes > 1)
		nodes = (int64_t)s->n_nodes;
	if (nodes <= 0 && v && !v->cluster)
		nodes = 1;
	if (nodes <= 0)
		return value_missing(_("set `expected_nodes:` for this cluster"));
	return value_int(nodes - 1, 0, 0);
}

static struct value peer_count(const struct cells *c)
{
	const struct varz *v = c->n->varz;
	const struct routez *r = c->n->routez;

	/* `routes` counts connections, four to a peer since 2.10; `remotes` counts peers. */
	if (v && v->remotes != NUM_NONE)
		return cell_num(c, ASK_VARZ, v->remotes, "remotes");
	return cell_num(c, ASK_ROUTEZ, r ? (int64_t)r->n_peers : NUM_NONE, "remotes");
}

/* As many as are missing: first those that are known not to be there, then those that never
 * answered and so have no name yet. */
static void name_missing(const struct cells *c, struct route_row *row)
{
	const struct source *src = c->n->src;
	double want = value_number(&row->expected) - value_number(&row->peers);

	for (int known = 1; known >= 0; known--)
		for (size_t i = 0; i < src->n_nodes && (double)row->n_missing < want; i++) {
			const struct node *other = src->nodes[i];

			if (other != c->n && strcmp(other->name, c->n->name) && (other->id[0] != 0) == known &&
			    !peers_contain(c->n->routez, other))
				row->missing[row->n_missing++] = cells_keep(c, other->name);
		}
}

static void route_row(struct section *s, struct node *n)
{
	struct route_row *row = section_add(s);
	const struct source *src = n->src;
	struct cells c;

	cells_init(&c, s, n);
	row->server = cells_keep(&c, n->name);
	row->expected = expected_peers(src, n->varz);
	row->peers = peer_count(&c);
	row->detail = peers_detail(n, &s->arena);
	row->missing = arena_alloc(&s->arena, (src->n_nodes + 1) * sizeof(*row->missing));
	if (n->routez && node_ok(n, ASK_ROUTEZ))
		name_missing(&c, row);
}

/* The remote clusters of a super-cluster: a row of its own, so that a missing one is missed like a peer. */
static void gateway_row(struct section *s, const struct node *n)
{
	const struct varz *v = n->varz;
	const struct gatewayz *g = n->gatewayz;
	const char *names = "";
	struct route_row *row;
	struct cells c;
	size_t missing;

	if (!v || !v->gateway || !v->n_gateways)
		return;
	row = section_add(s);
	cells_init(&c, s, n);
	row->server = arena_printf(&s->arena, "%s gateways", n->name);
	row->missing = arena_alloc(&s->arena, (v->n_gateways + 1) * sizeof(*row->missing));
	missing = gateways_missing(n, row->missing, v->n_gateways);
	row->expected = value_int((int64_t)v->n_gateways, 0, 0);
	row->peers = cell_num(&c, ASK_GATEWAYZ, g ? (int64_t)(v->n_gateways - missing) : NUM_NONE, "outbound_gateways");
	if (node_ok(n, ASK_GATEWAYZ))
		row->n_missing = missing;
	for (size_t i = 0; i < row->n_missing; i++)
		row->missing[i] = arena_printf(&s->arena, "cluster %.64s", row->missing[i]);
	for (size_t i = 0; g && i < g->n_outbound && i < 16; i++)
		names = arena_printf(&s->arena, "%s%s%.64s", names, *names ? ", " : "", g->outbound[i]);
	row->detail = arena_printf(&s->arena, _("gateways of %.64s to %s"), v->gateway, *names ? names : "nobody");
}

/* The hubs that a leaf node should be connected to: a row of its own, as for gateways. */
static void leaf_row(struct section *s, const struct node *n)
{
	const struct varz *v = n->varz;
	struct route_row *row;
	struct cells c;

	if (!v || v->leaf_remotes <= 0)
		return;
	row = section_add(s);
	cells_init(&c, s, n);
	row->server = arena_printf(&s->arena, "%s leaf nodes", n->name);
	row->expected = value_int(v->leaf_remotes, 0, 0);
	row->peers = cell_num(&c, ASK_LEAFZ, n->leafz ? leafs_dialled(n) : NUM_NONE, "leafs");
	row->missing = arena_alloc(&s->arena, (LEAF_HUBS_MAX + 1) * sizeof(*row->missing));
	if (node_ok(n, ASK_LEAFZ))
		row->n_missing = leafs_missing(n, &s->arena, row->missing);
	row->detail = _("leaf node connections that it dials");
}

static struct value slow_10m(const struct cells *c)
{
	const struct varz *v = c->n->varz;
	int64_t covered;
	double grown;
	char text[FMT_MAX];
	bool whole;

	if (!v || v->slow_consumers == NUM_NONE)
		return cell_num(c, ASK_VARZ, NUM_NONE, "slow_consumers");
	whole = !window_growth(&c->n->counters[COUNT_SLOW], &grown, &covered);
	/* What the total since the start proves needs no watching. */
	if (!whole && (v->slow_consumers == 0 || (v->uptime >= 0 && v->uptime <= 600 * NS_PER_S))) {
		grown = (double)v->slow_consumers;
		whole = true;
	}
	if (whole || !node_ok(c->n, ASK_VARZ))
		return cell_num(c, ASK_VARZ, (int64_t)grown, "slow_consumers");
	return value_partial(cell_num(c, ASK_VARZ, (int64_t)grown, "slow_consumers"),
	    arena_printf(&c->s->arena, _("watched for %s of 10m: run mqduty collect"),
		fmt_duration(text, sizeof(text), covered)));
}

/* Only while they are fresh: a list of who was there is no list of who is. */
static void fill_clients(struct section *s, const struct node *n, struct connection_row *row, int64_t now)
{
	const struct connz *c = node_ok(n, ASK_CONNZ) ? slow_clients(n, now) : NULL;

	if (!c)
		return;
	row->clients = arena_alloc(&s->arena, (c->n_clients + 1) * sizeof(*row->clients));
	for (size_t i = 0; i < c->n_clients; i++)
		client_row_fill(&row->clients[row->n_clients++], &c->clients[i], &s->arena);
}

static void connection_row(struct section *s, const struct node *n, int64_t now)
{
	struct connection_row *row = section_add(s);
	const struct varz *v = n->varz;
	struct value only_mqtt = value_na(_(ONLY_MQTT));
	struct cells c;

	cells_init(&c, s, n);
	row->broker = cells_keep(&c, n->name);
	row->current = cell_num(&c, ASK_VARZ, v ? v->connections : NUM_NONE, "connections");
	row->max = cell_num(&c, ASK_VARZ, v ? v->max_connections : NUM_NONE, "max_connections");
	row->percent = cell_percent(&c, ASK_VARZ, v ? v->connections : NUM_NONE,
	    v ? v->max_connections : NUM_NONE, "max_connections");
	row->slow_total = cell_num(&c, ASK_VARZ, v ? v->slow_consumers : NUM_NONE, "slow_consumers");
	row->slow_10m = slow_10m(&c);
	row->connects_per_min = cell_rate(&c, COUNT_TOTAL_CONNECTIONS, 60);
	row->connects_total = cell_num(&c, ASK_VARZ, v ? v->total_connections : NUM_NONE, "total_connections");
	row->dropped_total = row->sent_total = row->tries_total = only_mqtt;
	row->drop_percent = row->drop_tries = row->drops = only_mqtt;
	row->timeout_percent = row->timeouts = row->timeouts_total = row->closes_total = only_mqtt;
	row->why = slow_why(n, &s->arena, now);
	fill_clients(s, n, row, now);
	row->current_series = series_view(n->connections);
}

/* JetStream's own limit, not the volume's: the path says so. */
static void disk_row(struct section *s, const struct node *n)
{
	const struct varz *v = n->varz;
	struct disk_row *row;
	struct cells c;

	if (!v || !v->jetstream)
		return;
	cells_init(&c, s, n);
	row = section_add(s);
	row->broker = cells_keep(&c, n->name);
	row->path = arena_printf(&s->arena, "jetstream %s", v->store_dir ? v->store_dir : "store");
	row->used_bytes = cell_num(&c, ASK_VARZ, v->js_storage, "jetstream.stats.storage");
	row->data_bytes = row->used_bytes;
	row->total_bytes = cell_num(&c, ASK_VARZ, v->js_max_storage, "jetstream.config.max_storage");
	row->percent = cell_percent(&c, ASK_VARZ, v->js_storage, v->js_max_storage,
	    "jetstream.config.max_storage");
	row->percent_series = series_view(n->storage);
}

/* Complete when every node's newest answer of this kind is good. */
static void set_listing(struct section *s, const struct source *src, enum ask a, int64_t now)
{
	size_t good = 0;
	const char *why = NULL;

	for (size_t i = 0; i < src->n_nodes; i++) {
		const struct node *n = src->nodes[i];

		if (node_ok(n, a))
			good++;
		else
			why = arena_printf(&s->arena, "%s: %s", n->name,
			    n->asks[ASK_VARZ].tried ? node_why(n, a) : node_untried(n, ASK_VARZ));
	}
	s->listing = value_bool(true, now, nats_period(src, a));
	if (!good)
		s->listing = value_error(why ? why : _("nothing was asked"));
	else if (good < src->n_nodes)
		s->listing = value_partial(s->listing, why);
}

void nats_publish(struct source *s, int64_t now)
{
	struct section *cluster = nats_cluster_section(s, now);
	struct section *brokers = section_new(SECTION_BROKERS), *routes = section_new(SECTION_ROUTES);
	struct section *connections = section_new(SECTION_CONNECTIONS), *disk = section_new(SECTION_DISK);

	for (size_t i = 0; i < s->n_nodes; i++) {
		struct node *n = s->nodes[i];

		nats_broker_row(brokers, n, now);
		route_row(routes, n);
		gateway_row(routes, n);
		leaf_row(routes, n);
		connection_row(connections, n, now);
		disk_row(disk, n);
	}
	js_offline_row(routes, s);
	/* The nodes of the configuration: their list is complete by itself. */
	brokers->listing = value_bool(true, now, 0);
	if (s->sys && !s->ctx->cluster->n_monitor && !(s->sys->up && s->sys->gathered && s->n_nodes))
		brokers->listing = value_error(s->sys->up ? _("the servers have not all been heard of yet")
							    : arena_strdup(&brokers->arena, s->sys->why));
	routes->listing = connections->listing = brokers->listing;
	if (brokers->listing.quality != QUALITY_OK) {
		routes->listing.reason = arena_strdup(&routes->arena, brokers->listing.reason);
		connections->listing.reason = arena_strdup(&connections->arena, brokers->listing.reason);
	}
	set_listing(disk, s, ASK_VARZ, now);
	host_disk_rows(s->ctx, disk, now);
	model_publish(s->ctx->model, s->ctx->index, cluster);
	canary_metrics(s->ctx, brokers);
	model_publish(s->ctx->model, s->ctx->index, brokers);
	model_publish(s->ctx->model, s->ctx->index, routes);
	model_publish(s->ctx->model, s->ctx->index, connections);
	model_publish(s->ctx->model, s->ctx->index, disk);
	lists_expire(s, now);
	if (s->lists_changed)
		model_publish(s->ctx->model, s->ctx->index, nats_lists_section(s));
	s->lists_changed = false;
}
