#include "source/nats/cells.h"
#include "source/nats/system.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>

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

/* Of a large server it is only known after something asked for it. */
static struct value backlog(const struct cells *c, struct value v)
{
	if (!node_ok(c->n, ASK_VARZ) || c->n->connz)
		return v;
	if (slow_wants(c->n))
		return node_ok(c->n, ASK_CONNZ) ? value_missing(_("not asked yet")) : v;
	return value_missing(_("the server would have to walk more than 5000 clients for it: only R asks"));
}

/* Counted from events: while the connection is away nobody knows. */
static struct value auth_errors(const struct cells *c)
{
	const struct nats_system *y = c->n->src->sys;
	struct value v = value_int(c->n->auth_errors, y->ping_seen, y->ping.period);

	return y->up ? v : value_failed(v, arena_strdup(&c->s->arena, y->why));
}

/* What a power cut may cost. Servers before 2.10 do not tell; theirs is 2 minutes, fixed. */
static struct value sync_words(const struct cells *c, int64_t interval)
{
	char text[FMT_MAX];

	if (interval == NUM_NONE)
		return cell_text(c, ASK_VARZ, NULL, "jetstream.config.sync_interval");
	if (!interval)
		return cell_text(c, ASK_VARZ, "after every write", "");
	return cell_text(c, ASK_VARZ, arena_printf(&c->s->arena, "every %s", fmt_duration(text, sizeof(text), interval)), "");
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
	add_metric(row, METRIC_MSGS_IN_RATE, cell_rate(c, COUNT_IN_MSGS, 1));
	add_metric(row, METRIC_MSGS_OUT_RATE, cell_rate(c, COUNT_OUT_MSGS, 1));
	add_metric(row, METRIC_BYTES_IN_RATE, cell_rate(c, COUNT_IN_BYTES, 1));
	add_metric(row, METRIC_BYTES_OUT_RATE, cell_rate(c, COUNT_OUT_BYTES, 1));
	add_metric(row, METRIC_RECEIVED, cell_num(c, ASK_VARZ, OF(in_msgs), "in_msgs"));
	add_metric(row, METRIC_SENT, cell_num(c, ASK_VARZ, OF(out_msgs), "out_msgs"));
	add_metric(row, METRIC_SLOW_CONSUMERS, cell_num(c, ASK_VARZ, OF(slow_consumers), "slow_consumers"));
	add_metric(row, METRIC_PENDING_PERCENT, backlog(c, cell_percent(c, ASK_CONNZ, largest_pending(c->n->connz),
	    OF(max_pending), "max_pending")));
	if (OF(stalled_clients) != NUM_NONE)
		add_metric(row, METRIC_STALLED, cell_num(c, ASK_VARZ, OF(stalled_clients), "stalled_clients"));
	if (OF(stale_connections) != NUM_NONE)
		add_metric(row, METRIC_STALE, cell_num(c, ASK_VARZ, OF(stale_connections), "stale_connections"));
	if (c->n->sys_id[0])
		add_metric(row, METRIC_AUTH_ERRORS, auth_errors(c));
	if (node_wants(c->n, ASK_LEAFZ))
		add_metric(row, METRIC_LEAFNODES, cell_num(c, ASK_VARZ, OF(leafnodes), "leafnodes"));
	add_metric(row, METRIC_HEALTH,
	    cell_text(c, ASK_HEALTHZ, c->n->healthz ? c->n->healthz->text : NULL, "status"));
	add_metric(row, METRIC_PENDING, backlog(c, cell_num(c, ASK_CONNZ, largest_pending(c->n->connz), "pending_bytes")));
	if (!js)
		return;
	add_metric(row, METRIC_JS_MEMORY, cell_num(c, ASK_VARZ, OF(js_memory), "jetstream.stats.memory"));
	add_metric(row, METRIC_JS_STORAGE, cell_num(c, ASK_VARZ, OF(js_storage), "jetstream.stats.storage"));
	add_metric(row, METRIC_JS_API_ERRORS,
	    cell_num(c, ASK_VARZ, OF(js_api_errors), "jetstream.stats.api.errors"));
	add_metric(row, METRIC_STREAMS, cell_num(c, ASK_JSZ, j ? j->n_streams : NUM_NONE, "streams"));
	add_metric(row, METRIC_CONSUMERS, cell_num(c, ASK_JSZ, j ? j->n_consumers : NUM_NONE, "consumers"));
	add_metric(row, METRIC_JS_MEMORY_PERCENT,
	    cell_percent(c, ASK_VARZ, OF(js_memory), OF(js_max_memory), "jetstream.config.max_memory"));
	add_metric(row, METRIC_JS_RESERVED_PERCENT,
	    cell_percent(c, ASK_VARZ, OF(js_reserved_storage), OF(js_max_storage), "jetstream.stats.reserved_storage"));
	add_metric(row, METRIC_JS_SYNC, sync_words(c, v->js_sync_interval));
	add_metric(row, METRIC_RAFT_NEEDED, cell_num(c, ASK_JSZ, j ? c->n->raft_needed : NUM_NONE, "cluster"));
	if (c->n->raft_needed)
		add_metric(row, METRIC_RAFT_NEEDED_WHICH, cell_text(c, ASK_JSZ, c->n->raft_needed_which, "cluster"));
	add_metric(row, METRIC_RAFT_ALONE, cell_num(c, ASK_JSZ, j ? c->n->raft_alone : NUM_NONE, "cluster"));
#undef OF
}

/* The server did not answer, or what answers is no NATS server: two different things. */
static bool is_down(enum http_fail f)
{
	return f == HTTP_REFUSED || f == HTTP_UNREACHABLE || f == HTTP_TIMEOUT_CONNECT || f == HTTP_HUNG;
}

/* The port is silent, and the other way has not answered yet. */
static const char *unsure_words(const struct cells *c)
{
	return arena_printf(&c->s->arena, _("%s; the system account is asked"), c->n->http_why);
}

static struct value up_value(const struct cells *c)
{
	const struct ask_state *k = &c->n->asks[ASK_VARZ];
	int64_t period = nats_period(c->n->src, ASK_VARZ);

	if (!k->tried)
		return value_missing(node_untried(c->n, ASK_VARZ));
	if (k->ok && c->n->unsure)
		return value_error(unsure_words(c));
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
		return node_untried(c->n, ASK_VARZ);
	if (k->ok && c->n->unsure)
		return unsure_words(c);
	if (k->ok) {
		if (node_ok(c->n, ASK_HEALTHZ) && c->n->healthz && !c->n->healthz->ok)
			return arena_printf(&c->s->arena, _("up, not healthy: %s"), c->n->healthz->text);
		for (int a = 0; a < ASK_COUNT; a++)
			if (c->n->asks[a].tried && !c->n->asks[a].ok && node_wants(c->n, (enum ask)a))
				return arena_printf(&c->s->arena, _("up, but %s"), c->why[a]);
		if (c->n->by_system && c->n->url)
			return arena_printf(&c->s->arena, _("up, as the system account says; its monitoring port: %s"),
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
		return arena_printf(&c->s->arena, _("down for %s: %s"), since, c->why[ASK_VARZ]);
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
		return value_missing(_("no limit is known: set `memory_limit:` for this cluster"));
	return cell_percent(c, ASK_VARZ, v ? v->mem : NUM_NONE, limit, "mem");
}

/* Of the monitoring port as it was shown, and of the client port where the server tells: the earlier. */
static struct value certificate(const struct cells *c)
{
	const struct node *n = c->n;
	bool https = n->url && !strncmp(n->url, "https:", 6);
	int64_t until = https ? http_cert_until(n->src->http, n->address) : 0, day = 86400 * NS_PER_S, left;
	struct value v;

	if (n->varz && n->varz->cert_not_after > 0 && (!until || n->varz->cert_not_after < until))
		until = n->varz->cert_not_after;
	if (!until && !https && (!n->varz || node_ok(n, ASK_VARZ)))
		return value_na(_("not spoken to over TLS"));
	if (!until)
		return c->why[ASK_VARZ] ? value_error(c->why[ASK_VARZ]) : value_missing(_("no certificate was seen yet"));
	/* Whole days, rounded down: one that has expired is below zero. */
	left = until - clock_wall();
	v = value_int(left / day - (left % day < 0), clock_boot(), nats_period(n->src, ASK_VARZ));
	if (n->asks[ASK_VARZ].ok || n->asks[ASK_VARZ].fail == HTTP_TLS)
		return v;
	return value_failed(v, c->why[ASK_VARZ]);
}

void nats_broker_row(struct section *s, const struct node *n, int64_t now)
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
	row->cert_days = certificate(&c);
	fill_metrics(&c, row);
	probe_stats_fill(&n->rtt, row, now, nats_period(n->src, ASK_VARZ), c.why[ASK_VARZ]);
}
