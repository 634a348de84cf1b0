#include "lab/simkafka.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first topics and groups bear the names that the real lab uses. */
static const char *const topic_names[] = {"orders", "payments", "clicks", "audit"};

static const struct {
	const char *name;
	int topic;
	double speed;
	bool stopped;
} group_specs[] = {
    {"billing", 0, 1, false},
    {"archive", 1, 0.7, false},
    {"dashboard", 2, 1, false},
    {"reporting", 3, 0, true},
};

enum {
	N_TOPIC_NAMES = sizeof(topic_names) / sizeof(topic_names[0]),
	N_GROUP_SPECS = sizeof(group_specs) / sizeof(group_specs[0]),
	FENCE_MS = 3000,
	NEAR_END = 3 /* a group that keeps up is so many records behind at most */
};

static unsigned hash(unsigned a, unsigned b)
{
	unsigned h = 2166136261u;

	h = (h ^ a) * 16777619u;
	h = (h ^ b) * 16777619u;
	return h ^ h >> 15;
}

static void init_topic(struct sim_topic *t, int i, int partitions)
{
	if (i < N_TOPIC_NAMES)
		snprintf(t->name, sizeof(t->name), "%s", topic_names[i]);
	else
		snprintf(t->name, sizeof(t->name), "topic-%05d", i + 1);
	for (int k = 0; k < 16; k++)
		t->uuid[k] = (unsigned char)hash((unsigned)i, (unsigned)k);
	t->n = partitions;
	t->p = xcalloc((size_t)partitions, sizeof(*t->p));
}

static void init_group(const struct sim *s, struct sim_group *g, int i)
{
	g->frozen_at = -1;
	g->speed = 1;
	if (i < N_GROUP_SPECS) {
		snprintf(g->name, sizeof(g->name), "%s", group_specs[i].name);
		g->topic = group_specs[i].topic;
		g->speed = group_specs[i].speed;
		if (group_specs[i].stopped)
			g->frozen_at = 0;
	} else {
		snprintf(g->name, sizeof(g->name), "group-%05d", i + 1);
		g->topic = i;
	}
	if (s->n_topics)
		g->topic %= s->n_topics;
}

void sim_init(struct sim *s, int brokers, int topics, int partitions, int groups, int replication)
{
	*s = (struct sim){.n_brokers = brokers,
	    .n_topics = topics,
	    .n_groups = groups,
	    .stopped_at = -1,
	    .quorum_leader = 1,
	    .fence_ms = FENCE_MS,
	    .random = 1};
	s->replication = replication < brokers ? replication : brokers;
	for (int i = 0; i < brokers; i++) {
		s->broker[i].id = i + 1;
		s->broker[i].listen_fd = -1;
		s->broker[i].disk_percent = 40;
	}
	map_init(&s->topic_index);
	map_init(&s->group_index);
	s->topics = xcalloc((size_t)topics, sizeof(*s->topics));
	for (int i = 0; i < topics; i++) {
		init_topic(&s->topics[i], i, partitions);
		map_put(&s->topic_index, s->topics[i].name, (void *)(intptr_t)(i + 1));
	}
	s->groups = xcalloc((size_t)groups, sizeof(*s->groups));
	for (int i = 0; i < groups; i++) {
		init_group(s, &s->groups[i], i);
		map_put(&s->group_index, s->groups[i].name, (void *)(intptr_t)(i + 1));
	}
	for (int i = 0; i < n_sim_apis; i++)
		s->range[sim_apis[i].key] = (struct sim_range){sim_apis[i].min, sim_apis[i].max};
	for (int i = 0; i < SIM_API_MAX; i++)
		if (!sim_api_find(i))
			s->range[i] = (struct sim_range){0, -1};
}

void sim_release(struct sim *s)
{
	for (int i = 0; i < s->n_topics; i++)
		free(s->topics[i].p);
	free(s->topics);
	free(s->groups);
	map_release(&s->topic_index);
	map_release(&s->group_index);
}

/* As with KRaft: a broker that ended or hangs stays in the metadata until its session is over. */
bool sim_in_cluster(const struct sim *s, int id)
{
	const struct sim_broker *b = &s->broker[id - 1];

	return b->mode == SIM_UP || s->now - b->since < s->fence_ms;
}

int sim_replica(const struct sim *s, int topic, int part, int i)
{
	return 1 + (topic + part + i) % s->n_brokers;
}

bool sim_in_sync(const struct sim *s, int topic, int part, int i)
{
	const struct sim_partition *p = &s->topics[topic].p[part];

	return sim_in_cluster(s, sim_replica(s, topic, part, i)) && (!p->isr || i < p->isr);
}

int sim_leader(const struct sim *s, int topic, int part)
{
	if (s->topics[topic].p[part].leaderless)
		return -1;
	for (int i = 0; i < s->replication; i++)
		if (sim_in_sync(s, topic, part, i))
			return sim_replica(s, topic, part, i);
	return -1;
}

static int64_t end_at(const struct sim *s, int topic, int part, int64_t at)
{
	int64_t base = 1000 + hash((unsigned)topic, (unsigned)part + 7777) % 5000;

	return base + s->rate * at / 1000;
}

int64_t sim_moved(const struct sim *s)
{
	return (s->stopped_at >= 0 ? s->stopped_at : s->now) - s->stood;
}

int64_t sim_end(const struct sim *s, int topic, int part)
{
	return end_at(s, topic, part, sim_moved(s));
}

int64_t sim_committed(const struct sim *s, const struct sim_group *g, int part)
{
	int64_t at = sim_moved(s), end, lag, n = s->topics[g->topic].n;

	if (g->frozen_at >= 0 && g->frozen_at < at)
		at = g->frozen_at;
	end = end_at(s, g->topic, part, at);
	lag = g->lag / n + (part < g->lag % n);
	lag += (int64_t)((1 - g->speed) * (double)(s->rate * at) / 1000);
	if (s->rate && s->stopped_at < 0 && !lag && g->frozen_at < 0)
		lag = hash((unsigned)part, (unsigned)(s->now / 1000)) % NEAR_END;
	return lag < end ? end - lag : 0;
}

int sim_coordinator(const struct sim *s, int group)
{
	for (int i = 0; i < s->n_brokers; i++) {
		int id = 1 + (group + i) % s->n_brokers;

		if (sim_in_cluster(s, id))
			return id;
	}
	return -1;
}

static int find(const struct map *m, const char *name)
{
	return (int)(intptr_t)map_get(m, name) - 1;
}

int sim_topic_find(const struct sim *s, const char *name)
{
	return find(&s->topic_index, name);
}

int sim_group_find(const struct sim *s, const char *name)
{
	int i = find(&s->group_index, name);

	return i >= 0 && s->groups[i].deleted ? -1 : i;
}

int sim_take_error(struct sim *s, int api)
{
	struct sim_error *e = &s->error[api];
	int code = e->code;

	if (e->left > 0 && --e->left == 0)
		e->code = 0;
	return code;
}
