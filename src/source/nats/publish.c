#include "source/nats/cells.h"
#include "source/nats/system.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "source/canary/canary_figures.h"
#include "source/host/host.h"

#include <math.h>

static const char ONLY_MQTT[] = "NATS has no such counter: it belongs to MQTT brokers";

static struct value growth_rate(const struct cells *c, enum counter k, double per)
{
	double grown;
	int64_t covered;

	window_growth(&c->n->counters[k], &grown, &covered);
	if (node_ok(c->n, ASK_VARZ) && covered < NS_PER_S)
		return value_missing("needs two polls");
	return cell_real(c, ASK_VARZ, covered >= NS_PER_S ? grown * per * NS_PER_S / (double)covered : NAN, "rate");
}

static void add_metric(struct broker_row *row, enum metric_id id, struct value v)
{
	row->metrics[row->n_metrics++] = (struct metric){id, v};
}

/* The page is sorted by it. */
static int64_t largest_pending(const struct connz *c)
{
	if (!c)
		return NUM_NONE;
	return c->n_clients ? c->clients[0].pending : 0;
}

/* Counted from events: while the connection is away nobody knows. */
static struct value auth_errors(const struct cells *c)
{
	const struct nats_system *y = c->n->src->sys;
	struct value v = value_int(c->n->auth_errors, y->ping_seen, y->ping.period);

	return y->up ? v : value_failed(v, arena_strdup(&c->s->arena, y->why));
}

static void fill_metrics(const struct cells *c, struct broker_row *row)
{
	const struct varz *v = c->n->varz;
	const struct jsz *j = c->n->jsz;
	bool js = v && v->jetstream;

#define OF(field) (v ? v->field : NUM_NONE)
	row->metrics = arena_alloc(&c->s->arena, METRIC_COUNT * sizeof(*row->metrics));
	add_metric(row, METRIC_CONNECTIONS, cell_num(c, ASK_VARZ, OF(connections), "connections"));
	add_metric(row, METRIC_SUBSCRIPTIONS, cell_num(c, ASK_VARZ, OF(subscriptions), "subscriptions"));
	add_metric(row, METRIC_MEMORY, cell_num(c, ASK_VARZ, OF(mem), "mem"));
	add_metric(row, METRIC_CPU, cell_real(c, ASK_VARZ, v ? v->cpu : NAN, "cpu"));
	add_metric(row, METRIC_MSGS_IN_RATE, growth_rate(c, COUNT_IN_MSGS, 1));
	add_metric(row, METRIC_MSGS_OUT_RATE, growth_rate(c, COUNT_OUT_MSGS, 1));
	add_metric(row, METRIC_BYTES_IN_RATE, growth_rate(c, COUNT_IN_BYTES, 1));
	add_metric(row, METRIC_BYTES_OUT_RATE, growth_rate(c, COUNT_OUT_BYTES, 1));
	add_metric(row, METRIC_RECEIVED, cell_num(c, ASK_VARZ, OF(in_msgs), "in_msgs"));
	add_metric(row, METRIC_SENT, cell_num(c, ASK_VARZ, OF(out_msgs), "out_msgs"));
	add_metric(row, METRIC_SLOW_CONSUMERS, cell_num(c, ASK_VARZ, OF(slow_consumers), "slow_consumers"));
	if (c->n->sys_id[0])
		add_metric(row, METRIC_AUTH_ERRORS, auth_errors(c));
	add_metric(row, METRIC_HEALTH,
	    cell_text(c, ASK_HEALTHZ, c->n->healthz ? c->n->healthz->text : NULL, "status"));
	add_metric(row, METRIC_PENDING, cell_num(c, ASK_CONNZ, largest_pending(c->n->connz), "pending_bytes"));
	if (!js)
		return;
	add_metric(row, METRIC_JS_MEMORY, cell_num(c, ASK_VARZ, OF(js_memory), "jetstream.stats.memory"));
	add_metric(row, METRIC_JS_STORAGE, cell_num(c, ASK_VARZ, OF(js_storage), "jetstream.stats.storage"));
	add_metric(row, METRIC_JS_API_ERRORS,
	    cell_num(c, ASK_VARZ, OF(js_api_errors), "jetstream.stats.api.errors"));
	add_metric(row, METRIC_STREAMS, cell_num(c, ASK_JSZ, j ? j->n_streams : NUM_NONE, "streams"));
	add_metric(row, METRIC_CONSUMERS, cell_num(c, ASK_JSZ, j ? j->n_consumers : NUM_NONE, "consumers"));
#undef OF
}

/* The server did not answer, or what answers is no NATS server: two different things. */
static bool is_down(enum http_fail f)
{
	return f == HTTP_REFUSED || f == HTTP_UNREACHABLE || f == HTTP_TIMEOUT_CONNECT || f == HTTP_HUNG;
}

static struct value up_value(const struct cells *c)
{
	const struct ask_state *k = &c->n->asks[ASK_VARZ];
	int64_t period = nats_period(c->n->src, ASK_VARZ);

	if (!k->tried)
		return value_missing("not asked yet");
	if (k->ok)
		return value_bool(true, k->at, period);
	if (is_down(k->fail))
		return value_bool(false, k->failed_at, period);
	return value_error(c->why[ASK_VARZ]);
}

/* The time of one request matters less than how long there has been no answer at all. */
static const char *hung_words(const struct cells *c, const char *since)
{
	static const char silent[] = "API silent ";
	const char *why = c->why[ASK_VARZ], *at = strstr(why, silent);

	if (!at)
		return arena_printf(&c->s->arena, "%s, for %s", why, since);
	return arena_printf(&c->s->arena, "%.*s%s%s", (int)(at - why), why, silent, since);
}

static const char *state_words(const struct cells *c, int64_t now)
{
	const struct ask_state *k = &c->n->asks[ASK_VARZ];
	char since[FMT_MAX];

	if (!k->tried)
		return "not asked yet";
	if (k->ok) {
		if (node_ok(c->n, ASK_HEALTHZ) && c->n->healthz && !c->n->healthz->ok)
			return arena_printf(&c->s->arena, "up, not healthy: %s", c->n->healthz->text);
		for (int a = 0; a < ASK_COUNT; a++)
			if (c->n->asks[a].tried && !c->n->asks[a].ok)
				return arena_printf(&c->s->arena, "up, but %s", c->why[a]);
		if (c->n->by_system && c->n->url)
			return arena_printf(&c->s->arena, "up, as the system account says; its monitoring port: %s",
			    c->n->http_why);
		return "up";
	}
	if (now - c->n->silent_since < NS_PER_S)
		return is_down(k->fail) && k->fail != HTTP_HUNG
		    ? arena_printf(&c->s->arena, "down: %s", c->why[ASK_VARZ]) : c->why[ASK_VARZ];
	fmt_duration(since, sizeof(since), now - c->n->silent_since);
	if (k->fail == HTTP_HUNG)
		return hung_words(c, since);
	if (is_down(k->fail))
		return arena_printf(&c->s->arena, "down for %s: %s", since, c->why[ASK_VARZ]);
	return c->why[ASK_VARZ];
}

static struct value memory_percent(const struct cells *c)
{
	const struct varz *v = c->n->varz;
	int64_t limit = c->n->src->ctx->cluster->memory_limit;

	if (limit <= 0 && v && v->gomemlimit != NUM_NONE)
		limit = v->gomemlimit;
	if (limit <= 0)
		limit = c->n->cgroup_limit;
	if (limit <= 0 && v && node_ok(c->n, ASK_VARZ))
		return value_missing("no limit is known: set `memory_limit:` for this cluster");
	return cell_percent(c, ASK_VARZ, v ? v->mem : NUM_NONE, limit, "mem");
}

static void broker_row(struct section *s, const struct node *n, int64_t now)
{
	struct broker_row *row = section_add(s);
	const struct varz *v = n->varz;
	const char *leader = n->src->meta_leader;
	struct cells c;

	cells_init(&c, s, n);
	row->id = n->id[0] ? cells_keep(&c, n->id) : NULL;
	row->name = cells_keep(&c, n->name);
	row->address = cells_keep(&c, n->address);
	row->up = up_value(&c);
	row->state = state_words(&c, now);
	row->controller = leader[0] ? !strcmp(leader, n->name) : TRI_UNKNOWN;
	row->version = cell_text(&c, ASK_VARZ, v ? v->version : NULL, "version");
	row->uptime_s = cell_num(&c, ASK_VARZ, v && v->uptime >= 0 ? v->uptime / NS_PER_S : NUM_NONE, "uptime");
	row->memory_percent = memory_percent(&c);
	row->cert_days = value_na("not spoken to over TLS");
	fill_metrics(&c, row);
	probe_stats_fill(&n->rtt, row, now, nats_period(n->src, ASK_VARZ), c.why[ASK_VARZ]);
}

/* How many peers each server should have. */
static struct value expected_peers(const struct source *s, const struct varz *v)
{
	int64_t nodes = s->ctx->cluster->expected_nodes;

	if (nodes <= 0 && s->n_nodes > 1)
		nodes = (int64_t)s->n_nodes;
	if (nodes <= 0 && v && !v->cluster)
		nodes = 1;
	if (nodes <= 0)
		return value_missing("set `expected_nodes:` for this cluster");
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
	    arena_printf(&c->s->arena, "watched for %s of 10m: run mqduty collect",
		fmt_duration(text, sizeof(text), covered)));
}

static void connection_row(struct section *s, const struct node *n)
{
	struct connection_row *row = section_add(s);
	const struct varz *v = n->varz;
	struct value only_mqtt = value_na(ONLY_MQTT);
	struct cells c;

	cells_init(&c, s, n);
	row->broker = cells_keep(&c, n->name);
	row->current = cell_num(&c, ASK_VARZ, v ? v->connections : NUM_NONE, "connections");
	row->max = cell_num(&c, ASK_VARZ, v ? v->max_connections : NUM_NONE, "max_connections");
	row->percent = cell_percent(&c, ASK_VARZ, v ? v->connections : NUM_NONE,
	    v ? v->max_connections : NUM_NONE, "max_connections");
	row->slow_total = cell_num(&c, ASK_VARZ, v ? v->slow_consumers : NUM_NONE, "slow_consumers");
	row->slow_10m = slow_10m(&c);
	row->connects_per_min = growth_rate(&c, COUNT_TOTAL_CONNECTIONS, 60);
	row->dropped_total = row->sent_total = only_mqtt;
	row->drop_percent = row->drop_tries = row->drops = only_mqtt;
	row->timeout_percent = row->timeouts = only_mqtt;
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
			    n->asks[ASK_VARZ].tried ? node_why(n, a) : "not asked yet");
	}
	s->listing = value_bool(true, now, nats_period(src, a));
	if (!good)
		s->listing = value_error(why ? why : "nothing was asked");
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

		broker_row(brokers, n, now);
		route_row(routes, n);
		connection_row(connections, n);
		disk_row(disk, n);
	}
	/* The nodes of the configuration: their list is complete by itself. */
	brokers->listing = value_bool(true, now, 0);
	if (s->sys && !s->ctx->cluster->n_monitor && !(s->sys->up && s->sys->gathered && s->n_nodes))
		brokers->listing = value_error(s->sys->up ? "the servers have not all been heard of yet"
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
}
