#include "source/nats/facts.h"

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
	v->js_api_errors = json_num(json_sub(stats, "api"), "errors");
	v->meta = meta != NULL;
	v->meta_leader = json_keep(&v->f.arena, meta, "leader");
	v->meta_size = json_num(meta, "cluster_size");
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
		err_set(err, "the reply of %s has no server_id: is this the monitoring port of a NATS server?",
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
	take_jetstream(v, json_sub(root, "jetstream"));
	json_decref(root);
	return v;
}
