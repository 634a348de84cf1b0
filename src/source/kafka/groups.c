#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The roster: which groups there are and who coordinates them. A broker that
 * lists a group is its coordinator, so that nobody needs to be asked for it.
 */
#define MOST_WAIT (10 * NS_PER_S)
#define START_WAIT (2 * NS_PER_S)

struct kgroup *group_get(const struct kafka *k, const char *id)
{
	return map_get(&k->groups, id);
}

struct gtopic *group_topic(const struct kafka *k, struct kgroup *g, const char *name)
{
	struct gtopic *t;

	for (size_t i = 0; i < g->n_topics; i++)
		if (!strcmp(g->topics[i].name, name))
			return &g->topics[i];
	if (k->n_gparts >= MOST_GROUP_PARTITIONS)
		return NULL;
	array_reserve(&g->topics, &g->cap, g->n_topics + 1, sizeof(*g->topics));
	t = &g->topics[g->n_topics++];
	*t = (struct gtopic){.name = xstrdup(name), .worst = -1, .status = LAG_UNKNOWN};
	return t;
}

/* Where the partition stands in the list, or should. */
static size_t part_place(const struct gtopic *t, int32_t partition)
{
	size_t low = 0, high = t->n_parts;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->parts[mid].partition < partition)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void group_parts_reserve(const struct kafka *k, struct gtopic *t, size_t n)
{
	size_t left = MOST_GROUP_PARTITIONS - k->n_gparts, most = t->n_parts + left;

	if (n > most)
		n = most;
	if (n <= t->cap)
		return;
	t->parts = xrealloc(t->parts, n, sizeof(*t->parts));
	t->cap = n;
}

struct gpart *group_part(struct kafka *k, struct gtopic *t, int32_t partition)
{
	size_t at = part_place(t, partition);

	if (at < t->n_parts && t->parts[at].partition == partition)
		return &t->parts[at];
	if (k->n_gparts >= MOST_GROUP_PARTITIONS) {
		k->omitted_parts++;
		return NULL;
	}
	array_reserve(&t->parts, &t->cap, t->n_parts + 1, sizeof(*t->parts));
	memmove(&t->parts[at + 1], &t->parts[at], (t->n_parts - at) * sizeof(*t->parts));
	t->n_parts++;
	k->n_gparts++;
	t->parts[at] = (struct gpart){
	    .partition = partition, .committed = -1, .lag = -1, .end = -1, .end_then = -1};
	return &t->parts[at];
}

static void free_gtopic(struct kafka *k, struct gtopic *t)
{
	k->n_gparts -= t->n_parts;
	series_free(t->series);
	series_free(t->lost_series);
	free(t->parts);
	free(t->name);
}

void group_drop_empty(struct kafka *k, struct kgroup *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n_topics; i++) {
		if (g->topics[i].n_parts)
			g->topics[kept++] = g->topics[i];
		else
			free_gtopic(k, &g->topics[i]);
	}
	g->n_topics = kept;
}

void group_free(struct kafka *k, struct kgroup *g)
{
	for (size_t i = 0; i < g->n_topics; i++)
		free_gtopic(k, &g->topics[i]);
	free(g->topics);
	arena_release(&g->members_arena);
	outcome_release(&g->offsets);
	free(g->id);
	free(g);
}

void groups_release(struct kafka *k)
{
	size_t pos = 0;
	void *g;

	while (map_each(&k->groups, &pos, &g))
		group_free(k, g);
	map_release(&k->groups);
}

static struct kgroup *add_group(struct kafka *k, const char *id)
{
	struct kgroup *g = xcalloc(1, sizeof(*g));

	g->id = xstrdup(id);
	g->coordinator = -1;
	arena_init(&g->members_arena);
	map_put(&k->groups, id, g);
	return g;
}

static void copy_word(char *out, size_t size, const char *s)
{
	snprintf(out, size, "%s", s ? s : "");
}

static void learn_group(struct kafka *k, const struct kbroker *b, const struct listed_group *l)
{
	struct kgroup *g;

	if (!l->id || !cluster_wants_group(k->conf, l->id))
		return;
	/* Share groups commit nothing that could be compared with an end. */
	if (l->type && !strcmp(l->type, "share"))
		return;
	g = group_get(k, l->id);
	if (!g)
		g = add_group(k, l->id);
	g->coordinator = b->id;
	g->seen = k->roster;
	g->consumer = !l->protocol || !l->protocol[0] || !strcmp(l->protocol, "consumer");
	if (l->state)
		copy_word(g->state, sizeof(g->state), l->state);
	copy_word(g->type, sizeof(g->type), l->type);
	if (!strcmp(g->state, "Empty") || !strcmp(g->state, "Dead")) {
		if (g->described && g->members > 0)
			model_event(k->ctx->model, k->ctx->index, g->id,
			    _("lost its last member (%lld before)"), (long long)g->members);
		members_clear(g);
		g->described = true;
		g->members = 0;
		g->members_at = clock_boot();
	}
}

/* Only a list that is whole can say that something is not there. */
static void drop_unlisted(struct kafka *k)
{
	size_t pos = 0;
	const char *id;
	void *value;

	while ((id = map_each(&k->groups, &pos, &value))) {
		struct kgroup *g = value;

		if (g->seen == k->roster)
			continue;
		map_del(&k->groups, id);
		group_free(k, g);
		k->dirty_lag = true;
	}
}

/* The round is over when all have answered or failed. A broker that left the metadata cannot be
 * asked; while it holds replicas, groups may be hidden behind it, and nothing is dropped. */
static void end_round(struct kafka *k, int64_t now)
{
	bool done = true, whole = true;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (b->listing)
			return;
		done &= b->listed || !b->in_metadata;
		whole &= b->listed || (!b->in_metadata && !b->replicas);
	}
	k->listing = false;
	if (whole)
		drop_unlisted(k);
	/* The groups of a broker that was away so far are not kept waiting for the next cycle. */
	if (done && k->roster_due.backoff)
		k->offsets.next = now;
	if (done)
		task_done(&k->roster_due, now);
	else
		task_failed(&k->roster_due, now, MOST_WAIT);
	k->tried |= TRIED_GROUPS;
}

static void groups_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct list_groups *r = a->reply;
	int64_t now = clock_boot();

	(void)call;
	b->listing = false;
	if (r && !r->error) {
		for (size_t i = 0; i < r->n_groups; i++)
			learn_group(k, b, &r->groups[i]);
		b->listed = true;
		outcome_good(&b->groups, now);
		members_ask(b, now);
	} else {
		outcome_bad(&b->groups, r ? kafka_error_name(r->error) : a->error);
	}
	end_round(k, now);
}

/* Not before every broker has been reached or has failed once: a round without some of them
 * would be a list with holes. A dashboard shows what the others list rather than nothing. */
static bool all_reached(const struct kafka *k, int64_t now)
{
	int64_t patience = k->ctx->one_shot || k->timeout < START_WAIT ? 2 * k->timeout : START_WAIT;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (b->address[0] && !conn_ready(&b->conn) && !b->failed_once)
			return now - k->opened_at > patience;
	}
	return true;
}

void groups_ask(struct kafka *k, int64_t now)
{
	struct wire_ask none = {0};

	if (k->listing || now < k->roster_due.next || !k->meta.at || !all_reached(k, now))
		return;
	k->listing = true;
	k->roster++;
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[i];
		struct err err = {{0}};

		b->listed = false;
		b->listing = !broker_ask(b, API_LIST_GROUPS, &none, groups_done, 0, now, &err);
		if (!b->listing)
			outcome_bad(&b->groups, err.msg);
	}
	end_round(k, now);
}
