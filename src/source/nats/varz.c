#include "source/nats/facts.h"

#include "base/i18n.h"
#include "base/num.h"

#include <stdlib.h>

void facts_free(struct facts *f)
{
	if (!f)
		return;
	arena_release(&f->arena);
	free(f);
}

static void take_jetstream(struct varz *v, const json_t *js)
{
	json_t *config = json_sub(js, "config"), *stats = json_sub(js, "stats");
	json_t *meta = json_sub(js, "meta");

	/* "jetstream": {} stands for none at all. */
	v->jetstream = config || stats;
	v->store_dir = json_keep(&v->f.arena, config, "store_dir");
	v->js_max_memory = json_num(config, "max_memory");
	v->js_max_storage = json_num(config, "max_storage");
	v->js_memory = json_num(stats, "memory");
	v->js_storage = json_num(stats, "storage");
	v->js_reserved_memory = json_num(stats, "reserved_memory");
	v->js_reserved_storage = json_num(stats, "reserved_storage");
	v->js_ha_assets = json_num(stats, "ha_assets");
	v->js_sync_interval = json_tri(config, "sync_always") == TRI_YES ? 0 : json_num(config, "sync_interval");
	v->js_api_errors = json_num(json_sub(stats, "api"), "errors");
	v->meta = meta != NULL;
	v->meta_leader = json_keep(&v->f.arena, meta, "leader");
	v->meta_size = json_num(meta, "cluster_size");
	v->meta_peers = js_peers_parse(&v->f.arena, meta, &v->n_meta_peers);
}

static int64_t sum(int64_t a, int64_t b)
{
	return a == NUM_NONE ? b : b == NUM_NONE ? a : num_add(a, b);
}

static void take_hubs(struct varz *v, const json_t *remotes)
{
	v->leaf_remotes = (int64_t)json_array_size(remotes);
	v->leaf_hubs = arena_alloc(&v->f.arena, LEAF_HUBS_MAX * sizeof(*v->leaf_hubs));
	for (size_t i = 0; i < json_array_size(remotes) && i < LEAF_HUBS_MAX; i++) {
		const char *hub = json_string_value(json_array_get(json_list(json_array_get(remotes, i), "urls"), 0));

		if (hub)
			v->leaf_hubs[v->n_leaf_hubs++] = arena_strndup(&v->f.arena, hub, JSON_TEXT_MAX);
	}
}

static void take_links(struct varz *v, const json_t *root)
{
	json_t *gateway = json_sub(root, "gateway"), *leaf = json_sub(root, "leaf");
	json_t *list = json_list(gateway, "gateways"), *slow = json_sub(root, "slow_consumer_stats");
	size_t n = json_array_size(list) < GATEWAYS_MAX ? json_array_size(list) : GATEWAYS_MAX;

	v->gateway = json_keep(&v->f.arena, gateway, "name");
	v->gateways = arena_alloc(&v->f.arena, (n + 1) * sizeof(*v->gateways));
	for (size_t i = 0; i < n; i++) {
		const char *name = json_keep(&v->f.arena, json_array_get(list, i), "name");

		if (name && !(v->gateway && !strcmp(name, v->gateway)))
			v->gateways[v->n_gateways++] = name;
	}
	v->leafnodes = json_num(root, "leafnodes");
	v->leaf_port = json_num(leaf, "port");
	take_hubs(v, json_list(leaf, "remotes"));
	v->slow_routes = sum(sum(json_num(slow, "routes"), json_num(slow, "gateways")), json_num(slow, "leafs"));
	v->stale_connections = json_num(root, "stale_connections");
	v->stalled_clients = json_num(root, "stalled_clients");
	v->cert_not_after = nats_time(json_text(root, "tls_cert_not_after"));
	v->host = json_keep(&v->f.arena, root, "host");
	v->port = json_num(root, "port");
}

static void take_counters(struct varz *v, const json_t *root)
{
	v->mem = json_num(root, "mem");
	v->gomemlimit = json_num(root, "gomemlimit");
	v->cpu = json_float(root, "cpu");
	v->connections = json_num(root, "connections");
	v->total_connections = json_num(root, "total_connections");
	v->max_connections = json_num(root, "max_connections");
	v->max_pending = json_num(root, "max_pending");
	v->max_payload = json_num(root, "max_payload");
	v->auth_required = json_tri(root, "auth_required");
	v->tls_required = json_tri(root, "tls_required");
	v->routes = json_num(root, "routes");
	v->remotes = json_num(root, "remotes");
	v->in_msgs = json_num(root, "in_msgs");
	v->out_msgs = json_num(root, "out_msgs");
	v->in_bytes = json_num(root, "in_bytes");
	v->out_bytes = json_num(root, "out_bytes");
	v->slow_consumers = json_num(root, "slow_consumers");
	v->subscriptions = json_num(root, "subscriptions");
}

struct varz *varz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err), *cluster;
	struct varz *v;

	if (!root)
		return NULL;
	if (!json_text(root, "server_id") || !json_text(root, "version")) {
		err_set(err, _("the reply of %s has no server_id: is this the monitoring port of a NATS server?"),
		    what);
		json_decref(root);
		return NULL;
	}
	v = xcalloc(1, sizeof(*v));
	arena_init(&v->f.arena);
	v->server_id = json_keep(&v->f.arena, root, "server_id");
	v->server_name = json_keep(&v->f.arena, root, "server_name");
	v->version = json_keep(&v->f.arena, root, "version");
	v->start = json_keep(&v->f.arena, root, "start");
	v->uptime = nats_duration(json_text(root, "uptime"));
	cluster = json_sub(root, "cluster");
	v->cluster = json_keep(&v->f.arena, cluster, "name");
	v->pool_size = json_num(cluster, "pool_size");
	take_counters(v, root);
	take_links(v, root);
	take_jetstream(v, json_sub(root, "jetstream"));
	json_decref(root);
	return v;
}
