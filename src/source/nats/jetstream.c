#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

/* A replica that far behind its leader, and not catching up within a look, is told. */
enum { BEHIND = 1000 };

/* From these shares on new streams may be refused, or what is written. */
enum { FULL_PERCENT = 90, RESERVED_PERCENT = 95 };

static bool leads(const struct node *n, bool clustered, const char *leader)
{
	return clustered && leader && !strcmp(leader, n->name);
}

static struct node *node_named(const struct source *s, const char *name)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i]->name, name))
			return s->nodes[i];
	return NULL;
}

static void note_needed(struct node *n, const char *what, const char *name)
{
	if (!n)
		return;
	if (!n->raft_needed++)
		snprintf(n->raft_needed_which, sizeof(n->raft_needed_which), "%s %s", what, name);
}

/* A group as its leader sees it: which of its members can it not do without? */
static void weigh(struct node *leader, const struct js_peer *peers, size_t n, const char *what, const char *name)
{
	size_t well = 1;

	if (!n) {
		leader->raft_alone++;
		return;
	}
	for (size_t i = 0; i < n; i++)
		well += js_peer_is_well(&peers[i]);
	if (2 * (well - 1) > n + 1)
		return;
	note_needed(leader, what, name);
	for (size_t i = 0; i < n; i++)
		if (js_peer_is_well(&peers[i]))
			note_needed(node_named(leader->src, peers[i].name), what, name);
}

/* A server that is asked tells for itself whether it is down: of the others nobody else does. */
static void note_offline(struct source *s, const char *server)
{
	struct js_sum *sum = &s->js;

	if (node_named(s, server))
		return;
	for (size_t i = 0; i < sum->n_offline_on; i++)
		if (!strcmp(sum->offline_on[i], server))
			return;
	if (sum->n_offline_on < JS_OFFLINE_MAX)
		snprintf(sum->offline_on[sum->n_offline_on++], sizeof(sum->offline_on[0]), "%s", server);
}

static void look_at_replicas(struct source *s, const struct js_stream *st)
{
	struct js_sum *sum = &s->js;
	char lag[FMT_MAX];

	for (size_t i = 0; i < st->n_peers; i++) {
		const struct js_peer *p = &st->peers[i];

		if (p->offline) {
			note_offline(s, p->name);
			if (!sum->offline++)
				snprintf(sum->offline_which, sizeof(sum->offline_which), _("the replica of %.200s on %.200s is offline"),
				    st->name, p->name);
		} else if (!p->current && p->lag >= BEHIND) {
			if (!sum->behind++)
				snprintf(sum->behind_which, sizeof(sum->behind_which), _("the replica of %.200s on %.200s is %s behind"),
				    st->name, p->name, fmt_count(lag, sizeof(lag), p->lag));
		}
	}
}

static void sum_node(struct source *s, struct node *n)
{
	for (size_t i = 0; i < n->jsz->n_listed_streams; i++) {
		const struct js_stream *st = &n->jsz->streams[i];

		if (!st->clustered) {
			n->raft_alone++;
			continue;
		}
		if (leads(n, st->clustered, st->leader)) {
			look_at_replicas(s, st);
			weigh(n, st->peers, st->n_peers, "stream", st->name);
		}
		for (size_t k = st->first; k < st->first + st->n; k++) {
			const struct js_consumer *c = &n->jsz->consumers[k];

			/* One that lives as long as its client has one replica: it is no group. */
			if (leads(n, c->clustered, c->leader) && c->n_peers)
				weigh(n, c->peers, c->n_peers, "consumer", c->name);
		}
	}
}

static void sum_leaderless(struct source *s)
{
	size_t pos = 0;
	void *v;

	while (map_each(&s->tracker.streams, &pos, &v)) {
		struct stream_track *t = v;
		const char *name = strchr(t->key, '\x1f') + 1;

		if (!t->clustered || t->has_leader) {
			if (t->leaderless_told && t->has_leader)
				nats_event(s, name, _("the stream has a leader again"));
			t->leaderless_told = false;
			continue;
		}
		if (!s->js.leaderless++)
			snprintf(s->js.leaderless_which, sizeof(s->js.leaderless_which), "%s", name);
		if (!t->leaderless_told)
			nats_event(s, name, _("the stream has no leader: it takes no messages"));
		t->leaderless_told = true;
	}
}

void js_sum_up(struct source *s)
{
	s->js = (struct js_sum){0};
	for (size_t i = 0; i < s->n_nodes; i++) {
		s->nodes[i]->raft_needed = s->nodes[i]->raft_alone = 0;
		s->nodes[i]->raft_needed_which[0] = '\0';
	}
	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i]->jsz && node_ok(s->nodes[i], ASK_JSZ))
			sum_node(s, s->nodes[i]);
	sum_leaderless(s);
}

static const char *and_more(struct arena *a, int64_t n)
{
	return n > 1 ? arena_printf(a, _(" (and %lld more)"), (long long)n - 1) : "";
}

void js_offline_row(struct section *s, const struct source *src)
{
	const struct js_sum *j = &src->js;
	struct route_row *row;
	int64_t up = 0;

	/* One that is down and has no name yet may be the very server. */
	for (size_t i = 0; i < src->n_nodes; i++) {
		if (!src->nodes[i]->id[0])
			return;
		up += src->nodes[i]->asks[ASK_VARZ].ok;
	}
	if (!j->n_offline_on)
		return;
	row = section_add(s);
	row->server = _("stream replicas");
	row->detail = arena_printf(&s->arena, "%s%s", j->offline_which, and_more(&s->arena, j->offline));
	row->peers = value_int(up, clock_boot(), nats_period(src, ASK_JSZ));
	row->expected = value_int(up + (int64_t)j->n_offline_on, 0, 0);
	row->missing = arena_alloc(&s->arena, JS_OFFLINE_MAX * sizeof(*row->missing));
	for (size_t i = 0; i < j->n_offline_on; i++)
		row->missing[row->n_missing++] = arena_strdup(&s->arena, j->offline_on[i]);
}

/* JetStream's own limits of one server. */
static const char *limits_trouble(const struct node *n, struct arena *a)
{
	const struct varz *v = n->varz;
	const struct {
		const char *what;
		int64_t used, reserved, max;
	} kinds[] = {
	    {"memory", v->js_memory, v->js_reserved_memory, v->js_max_memory},
	    {"storage", v->js_storage, v->js_reserved_storage, v->js_max_storage},
	};

	for (size_t i = 0; i < 2; i++) {
		double max = (double)kinds[i].max;

		if (kinds[i].max <= 0)
			continue;
		if (kinds[i].used != NUM_NONE && 100 * (double)kinds[i].used >= FULL_PERCENT * max)
			return arena_printf(a, _("JetStream's %s on %s is %.0f%% full: writes fail when it is"), kinds[i].what,
			    n->name, 100 * (double)kinds[i].used / max);
		if (kinds[i].reserved != NUM_NONE && 100 * (double)kinds[i].reserved >= RESERVED_PERCENT * max)
			return arena_printf(a, _("streams have reserved %.0f%% of JetStream's %s on %s: new streams may be refused"),
			    100 * (double)kinds[i].reserved / max, kinds[i].what, n->name);
	}
	return NULL;
}

const char *js_trouble(const struct source *s, struct arena *a)
{
	const struct js_sum *j = &s->js;

	if (j->leaderless)
		return arena_printf(a, _("the stream %s%s has no leader: it takes no messages"), j->leaderless_which,
		    and_more(a, j->leaderless));
	if (j->offline)
		return arena_printf(a, "%s%s", j->offline_which, and_more(a, j->offline));
	if (j->behind)
		return arena_printf(a, "%s%s", j->behind_which, and_more(a, j->behind));
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = s->nodes[i];
		const char *words = n->asks[ASK_VARZ].ok && n->varz->jetstream ? limits_trouble(n, a) : NULL;

		if (words)
			return words;
	}
	return NULL;
}

bool js_meta_voters(const struct source *s, int64_t *all, int64_t *well, const struct node **leader)
{
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = s->nodes[i];

		if (!n->asks[ASK_VARZ].ok || !n->varz->meta || !n->varz->meta_leader || strcmp(n->varz->meta_leader, n->name) != 0)
			continue;
		*all = n->varz->meta_size;
		*well = 1;
		for (size_t k = 0; k < n->varz->n_meta_peers; k++)
			*well += js_peer_is_well(&n->varz->meta_peers[k]);
		*leader = n;
		return *all > 0;
	}
	return false;
}
