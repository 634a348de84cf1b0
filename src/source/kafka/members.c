#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* Members of groups, and which partition each of them owns. */
enum { FIRST_CHUNK = 10000 };

void members_clear(struct kgroup *g)
{
	for (size_t i = 0; i < g->n_topics; i++)
		for (size_t j = 0; j < g->topics[i].n_parts; j++) {
			g->topics[i].parts[j].member = NULL;
			g->topics[i].parts[j].assigned = false;
		}
	arena_release(&g->members_arena);
	arena_init(&g->members_arena);
}

static void learn_assigned(
    struct kafka *k, struct kgroup *g, const struct assigned_topic *a, const char *member)
{
	struct gtopic *t;

	/* A topic that the metadata does not have is not worth a row. */
	if (!a->name || !topic_get(k, a->name))
		return;
	t = group_topic(k, g, a->name);
	if (!t) {
		k->omitted_parts += (int64_t)a->n_parts;
		return;
	}
	group_parts_reserve(k, t, a->n_parts);
	for (size_t i = 0; i < a->n_parts; i++) {
		struct gpart *p = group_part(k, t, a->parts[i]);

		if (!p)
			continue;
		p->member = member;
		p->assigned = true;
	}
}

static void learn_members(
    struct kafka *k, struct kgroup *g, const struct described_group *d, int64_t now)
{
	if (g->described && g->members != (int64_t)d->n_members)
		model_event(k->ctx->model, k->ctx->index, g->id, _("members: %lld, were %lld"),
		    (long long)d->n_members, (long long)g->members);
	members_clear(g);
	for (size_t i = 0; i < d->n_members; i++) {
		const struct group_member *m = &d->members[i];
		const char *name = arena_printf(&g->members_arena, "%.200s %.100s",
		    m->client_id ? m->client_id : "?", m->client_host ? m->client_host : "");

		for (size_t j = 0; j < m->n_assigned; j++)
			learn_assigned(k, g, &m->assigned[j], name);
	}
	g->members = (int64_t)d->n_members;
	g->members_at = now;
	g->described = true;
	if (d->state && !g->state[0])
		snprintf(g->state, sizeof(g->state), "%s", d->state);
}

static void members_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct describe_groups *r = a->reply;
	int64_t now = clock_boot();

	/* The tag is the chunk size of the time: only the first that was too large halves it. */
	if (a->too_large && k->describe_chunk > 1 && (size_t)call->tag == k->describe_chunk) {
		k->describe_chunk /= 2;
		members_ask(b, now);
		return;
	}
	if (!r)
		return; /* the members' values age, and then say so */
	for (size_t i = 0; i < r->n_groups; i++) {
		struct kgroup *g = r->groups[i].id ? group_get(k, r->groups[i].id) : NULL;

		if (g && !r->groups[i].error)
			learn_members(k, g, &r->groups[i], now);
	}
	k->dirty_lag = true;
}

/* Groups of KIP-848 have an API of their own; without it their members stay unknown, which
 * is not the same as none. */
static enum kafka_api api_for(const struct kgroup *g)
{
	return !strcmp(g->type, "consumer") ? API_GROUP_DESCRIBE : API_DESCRIBE_GROUPS;
}

static bool to_describe(const struct kgroup *g, const struct kbroker *b, enum kafka_api api)
{
	if (g->coordinator != b->id || api_for(g) != api)
		return false;
	return strcmp(g->state, "Empty") != 0 && strcmp(g->state, "Dead") != 0;
}

static void ask_chunk(
    struct kbroker *b, enum kafka_api api, const char **names, size_t n, int64_t now)
{
	struct wire_ask ask = {.names = names, .n_names = n};

	if (n && conn_offers(&b->conn, api))
		broker_ask(b, api, &ask, members_done, (int64_t)b->k->describe_chunk, now, NULL);
}

static void ask_api(
    struct kbroker *b, enum kafka_api api, const char **names, size_t chunk, int64_t now)
{
	struct kafka *k = b->k;
	size_t pos = 0, n = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		if (!to_describe(g, b, api))
			continue;
		names[n++] = g->id;
		if (n < chunk)
			continue;
		ask_chunk(b, api, names, n, now);
		n = 0;
	}
	ask_chunk(b, api, names, n, now);
}

void members_ask(struct kbroker *b, int64_t now)
{
	struct kafka *k = b->k;
	const char **names;

	if (!k->describe_chunk)
		k->describe_chunk = FIRST_CHUNK;
	names = xmalloc(k->describe_chunk * sizeof(*names));
	ask_api(b, API_DESCRIBE_GROUPS, names, k->describe_chunk, now);
	ask_api(b, API_GROUP_DESCRIBE, names, k->describe_chunk, now);
	free(names);
}
