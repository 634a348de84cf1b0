#include "source/nats/system.h"

#include "base/i18n.h"

/* What the nodes that answer agree on. */
struct sight {
	const struct node *first_up, *first_failed;
	size_t up, failed;          /* failed: asked, and no NATS server answered */
	size_t silent;              /* of those: no answer of any kind */
	bool jetstream, all_jetstream, meta;
	const char *without_js;     /* a node without JetStream */
	const char *lost_js;        /* one whose JetStream went off while it ran */
	const char *leaders[16];    /* distinct meta leaders */
	size_t n_leaders, without_leader;
	const char *version, *other_version;
	const char *cluster;
	const struct node *twin, *twin_of; /* two URLs, one server */
	const struct node *shared;
};

static void add_leader(struct sight *g, const char *leader)
{
	for (size_t i = 0; i < g->n_leaders; i++)
		if (!strcmp(g->leaders[i], leader))
			return;
	if (g->n_leaders < sizeof(g->leaders) / sizeof(g->leaders[0]))
		g->leaders[g->n_leaders++] = leader;
}

static void look_up(struct sight *g, const struct node *n)
{
	const struct varz *v = n->varz;

	g->up++;
	if (!g->first_up)
		g->first_up = n;
	if (n->shared_url)
		g->shared = n;
	if (!g->version)
		g->version = v->version;
	else if (strcmp(g->version, v->version))
		g->other_version = v->version;
	if (v->cluster)
		g->cluster = v->cluster;
	if (n->js_lost)
		g->lost_js = n->name;
	if (!v->jetstream) {
		g->without_js = n->name;
		return;
	}
	g->jetstream = true;
	if (!v->meta)
		return;
	g->meta = true;
	if (v->meta_leader)
		add_leader(g, v->meta_leader);
	else
		g->without_leader++;
}

static bool is_silent(enum http_fail f)
{
	return f != HTTP_PROTOCOL && f != HTTP_TOO_LARGE;
}

static void look(const struct source *s, struct sight *g)
{
	*g = (struct sight){0};
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = s->nodes[i];

		if (!n->asks[ASK_VARZ].tried)
			continue;
		if (n->asks[ASK_VARZ].ok) {
			look_up(g, n);
		} else {
			g->failed++;
			g->silent += is_silent(n->asks[ASK_VARZ].fail);
			if (!g->first_failed)
				g->first_failed = n;
		}
		for (size_t k = 0; n->id[0] && k < i; k++)
			if (!strcmp(s->nodes[k]->id, n->id)) {
				g->twin_of = s->nodes[k];
				g->twin = n;
			}
	}
}

/* No server is known by name yet: what the connection itself says. */
static struct value reachable_by_system(const struct source *s, struct section *sec, int64_t now)
{
	const struct nats_system *y = s->sys;

	if (!y->tried || y->up)
		return value_missing(y->up ? _("no server has been heard of yet") : _("not connected yet"));
	if (is_silent(y->fail) && y->fail != HTTP_TLS && y->fail != HTTP_DNS)
		return value_bool(false, now, nats_period(s, ASK_VARZ));
	return value_error(arena_strdup(&sec->arena, y->why));
}

static struct value reachable(const struct source *s, const struct sight *g, struct section *sec, int64_t now)
{
	int64_t period = nats_period(s, ASK_VARZ);

	if (g->up)
		return value_bool(true, now, period);
	if (!s->n_nodes)
		return reachable_by_system(s, sec, now);
	if (g->failed < s->n_nodes)
		return value_missing(_("not every node has answered yet"));
	if (g->silent == g->failed)
		return value_bool(false, now, period);
	return value_error(arena_strdup(&sec->arena, g->first_failed->asks[ASK_VARZ].why));
}

/* A value of the cluster that any answering node could give. */
static struct value unknown(const struct source *s, const struct sight *g, struct section *sec)
{
	const char *why_not = s->n_nodes ? NULL : system_trouble(s, &sec->arena);

	if (!g->first_failed)
		return why_not ? value_error(arena_strdup(&sec->arena, why_not)) : value_missing(_("not asked yet"));
	return value_error(arena_strdup(&sec->arena, g->first_failed->asks[ASK_VARZ].why));
}

static void fill_controllers(struct source *s, const struct sight *g, struct section *sec,
    struct cluster_row *row, int64_t now)
{
	int64_t period = nats_period(s, ASK_VARZ);

	if (!g->up) {
		row->controllers = row->controller = unknown(s, g, sec);
	} else if (!g->jetstream) {
		row->controllers = row->controller = value_na(_("no JetStream: there is no meta leader"));
	} else if (!g->meta) {
		row->controllers = row->controller = value_na(_("a single server has no meta leader"));
	} else {
		/* A node that knows of no leader does not agree with the others. */
		bool split = g->n_leaders > 0 && g->without_leader > 0;

		row->controllers = value_int((int64_t)g->n_leaders, now, period);
		row->controller = value_missing(_("the nodes know of no meta leader"));
		if (g->n_leaders)
			row->controller = value_text(arena_strdup(&sec->arena, g->leaders[0]), now, period);
		if (split)
			row->controllers = value_partial(row->controllers, _("some nodes know of no meta leader"));
	}
}

/* Tells when the leader that all agree on is another one than before. */
static void note_leader(struct source *s, const struct sight *g)
{
	if (!g->up)
		return;
	if (g->n_leaders == 1 && !g->without_leader) {
		if (s->meta_leader[0] && strcmp(s->meta_leader, g->leaders[0]))
			nats_event(s, g->leaders[0], _("the JetStream meta leader moved from %s to %s"),
			    s->meta_leader, g->leaders[0]);
		snprintf(s->meta_leader, sizeof(s->meta_leader), "%s", g->leaders[0]);
	}
}

/* It may be a server of another cluster, behind a gateway. One that never answered has no name yet. */
static bool is_asked(const struct source *s, const char *name)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!s->nodes[i]->id[0] || !strcmp(s->nodes[i]->name, name))
			return true;
	return false;
}

/* The meta group: how many servers it has, and how many of them follow. */
static void fill_voters(const struct source *s, const struct sight *g, struct section *sec, struct cluster_row *row,
    int64_t now)
{
	int64_t period = nats_period(s, ASK_VARZ), all, well;
	const struct node *leader;

	if (!g->up)
		row->voters = row->voters_ok = unknown(s, g, sec);
	else if (!g->meta)
		row->voters = row->voters_ok = value_na(_("there is no meta group"));
	else if (g->n_leaders == 1 && !is_asked(s, g->leaders[0]))
		row->voters = row->voters_ok = value_missing(arena_printf(&sec->arena,
		    _("the meta leader %.64s is none of the servers that are asked here"), g->leaders[0]));
	else if (!js_meta_voters(s, &all, &well, &leader))
		row->voters = row->voters_ok = value_missing(_("the meta leader does not answer, or there is none"));
	else {
		row->voters = value_int(all, now, period);
		row->voters_ok = value_int(well, leader->asks[ASK_VARZ].at, period);
	}
}

static const char *none_answers(const struct source *s, const struct node *n, struct section *sec)
{
	const char *why = n->asks[ASK_VARZ].why;

	if (s->n_nodes > 1)
		return arena_printf(&sec->arena, _("none of the %zu nodes answers as it should; %s: %s"), s->n_nodes,
		    n->name, why);
	return strstr(why, n->name) ? arena_strdup(&sec->arena, why)
				    : arena_printf(&sec->arena, "%s: %s", n->name, why);
}

/* Leaf node connections that this server should have dialled. */
static const char *leaf_trouble(const struct node *n, struct arena *a)
{
	const struct varz *v = n->varz;
	int64_t dialled = leafs_dialled(n);

	if (!n->leafz || !node_ok(n, ASK_LEAFZ) || v->leaf_remotes <= 0)
		return NULL;
	if (dialled >= v->leaf_remotes)
		return NULL;
	return arena_printf(a, _("%s has %lld of its %lld leaf node connections: its hub does not answer, or refuses it"),
	    n->name, (long long)dialled, (long long)v->leaf_remotes);
}

static const char *links_trouble(const struct source *s, struct section *sec)
{
	const char *words = NULL, *missing[1];

	for (size_t i = 0; i < s->n_nodes && !words; i++) {
		const struct node *n = s->nodes[i];

		if (!n->asks[ASK_VARZ].ok)
			continue;
		if (node_ok(n, ASK_GATEWAYZ) && gateways_missing(n, missing, 1))
			words = arena_printf(&sec->arena, _("%s has no gateway connection to the cluster %.64s"), n->name, missing[0]);
		if (!words)
			words = leaf_trouble(n, &sec->arena);
		if (!words)
			words = peers_thin(n, &sec->arena);
	}
	return words;
}

static const char *trouble(const struct source *s, const struct sight *g, struct section *sec)
{
	if (!s->n_nodes)
		return system_trouble(s, &sec->arena);
	if (!g->up && g->failed == s->n_nodes)
		return none_answers(s, g->first_failed, sec);
	if (g->twin)
		return arena_printf(&sec->arena, _("%s and %s answer as the same server %s: give each server's own URL"),
		    g->twin_of->shown, g->twin->shown, g->twin->name);
	if (g->shared)
		return arena_printf(&sec->arena, _("several servers answer in turn at %s: give each server's own URL"),
		    g->shared->shown);
	if (g->jetstream && g->without_js)
		return arena_printf(&sec->arena, _("JetStream is off on %s though it is on elsewhere"), g->without_js);
	if (g->lost_js)
		return arena_printf(&sec->arena, _("JetStream went off on %s while it ran: look at its disk and its log"),
		    g->lost_js);
	if (g->meta && !g->n_leaders)
		return _("JetStream has no meta leader: streams and consumers cannot be made or moved");
	if (g->n_leaders > 1)
		return arena_printf(&sec->arena, _("the nodes disagree about the meta leader: %s, %s"), g->leaders[0],
		    g->leaders[1]);
	if (js_trouble(s, &sec->arena))
		return js_trouble(s, &sec->arena);
	if (system_trouble(s, &sec->arena))
		return system_trouble(s, &sec->arena);
	return links_trouble(s, sec);
}

static struct value system_account(const struct source *s, struct section *sec, int64_t now)
{
	const struct nats_system *y = s->sys;
	const char *why = system_trouble(s, &sec->arena);

	if (!y)
		return value_na(_("no `system:` is configured"));
	if (why)
		return value_error(why);
	if (!y->up || !y->gathered)
		return value_missing(_("not connected yet"));
	return value_bool(true, now, y->ping.period);
}

struct section *nats_cluster_section(struct source *s, int64_t now)
{
	struct section *sec = section_new(SECTION_CLUSTER);
	struct cluster_row *row = section_add(sec);
	int64_t period = nats_period(s, ASK_VARZ), expected = s->ctx->cluster->expected_nodes;
	struct sight g;

	look(s, &g);
	note_leader(s, &g);
	row->reachable = reachable(s, &g, sec, now);
	row->version = unknown(s, &g, sec);
	if (g.version)
		row->version = value_text(g.other_version
		    ? arena_printf(&sec->arena, "%s + %s (mixed)", g.version, g.other_version)
		    : arena_strdup(&sec->arena, g.version), now, period);
	row->mode = !g.up ? NULL : g.jetstream ? "JetStream" : "Core";
	row->cluster_id = arena_strdup(&sec->arena, g.cluster);
	fill_controllers(s, &g, sec, row, now);
	fill_voters(s, &g, sec, row, now);
	row->brokers_up = value_int((int64_t)g.up, now, period);
	if (g.up + g.failed < s->n_nodes)
		row->brokers_up = value_partial(row->brokers_up, _("not every node has answered yet"));
	row->brokers_expected = value_int(expected > 0 ? expected : (int64_t)s->n_nodes, 0, 0);
	row->trouble = trouble(s, &g, sec);
	row->system_account = system_account(s, sec, now);
	sec->listing = value_bool(true, now, 0);
	return sec;
}
