#include "source/kafka/rd_int.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The questions, asked of librdkafka; the replies take the shape of the wire client's. */

/* offsets_for_times() takes time by the square of the partitions. */
enum { CHUNK = 500 };

#define GROUPS_KEPT (3 * NS_PER_S)

/* A request for offsets that times out while its broker is away corrupts memory (librdkafka 2.0.2):
 * it never does within the life of this process. Our own limit is the cluster's time-out. */
enum { NEVER_MS = 3600000 };

static void failed(struct rd_job *job, rd_kafka_resp_err_t e)
{
	err_set(&job->err, "%s", rd_kafka_err2str(e));
}

static int16_t code(rd_kafka_resp_err_t e)
{
	return (int16_t)e;
}

static const int32_t *copy_ids(struct arena *arena, const int32_t *ids, int n)
{
	int32_t *copy = arena_alloc(arena, (size_t)n * sizeof(*copy) + 1);

	memcpy(copy, ids, (size_t)n * sizeof(*copy));
	return copy;
}

static void copy_part(
    struct arena *arena, const struct rd_kafka_metadata_partition *from, struct meta_part *to)
{
	*to = (struct meta_part){.error = code(from->err),
	    .index = from->id,
	    .leader = from->leader,
	    .epoch = -1,
	    .replicas = copy_ids(arena, from->replicas, from->replica_cnt),
	    .n_replicas = (size_t)from->replica_cnt,
	    .isr = copy_ids(arena, from->isrs, from->isr_cnt),
	    .n_isr = (size_t)from->isr_cnt};
}

static void copy_topic(
    struct arena *arena, const struct rd_kafka_metadata_topic *from, struct meta_topic *to)
{
	to->error = code(from->err);
	to->name = arena_strdup(arena, from->topic);
	to->internal = !strncmp(from->topic, "__", 2);
	to->n_parts = (size_t)from->partition_cnt;
	to->parts = arena_alloc(arena, to->n_parts * sizeof(*to->parts) + 1);
	for (size_t i = 0; i < to->n_parts; i++)
		copy_part(arena, &from->partitions[i], &to->parts[i]);
}

static void *ask_metadata(struct rd *r, struct rd_job *job)
{
	struct arena *arena = &job->arena;
	const struct rd_kafka_metadata *from;
	struct metadata *m;
	rd_kafka_resp_err_t e = rd_kafka_metadata(r->rk, 1, NULL, &from, r->timeout_ms);
	char *id;

	if (e) {
		failed(job, e);
		return NULL;
	}
	m = arena_alloc(arena, sizeof(*m));
	id = rd_kafka_clusterid(r->rk, 0);
	m->cluster_id = arena_strdup(arena, id);
	rd_kafka_mem_free(r->rk, id);
	m->controller = -1; /* under KRaft it would be any broker */
	m->n_brokers = (size_t)from->broker_cnt;
	m->brokers = arena_alloc(arena, m->n_brokers * sizeof(*m->brokers) + 1);
	for (size_t i = 0; i < m->n_brokers; i++)
		m->brokers[i] = (struct meta_broker){.id = from->brokers[i].id,
		    .port = from->brokers[i].port,
		    .host = arena_strdup(arena, from->brokers[i].host)};
	m->n_topics = (size_t)from->topic_cnt;
	m->topics = arena_alloc(arena, m->n_topics * sizeof(*m->topics) + 1);
	for (size_t i = 0; i < m->n_topics; i++)
		copy_topic(arena, &from->topics[i], &m->topics[i]);
	rd_kafka_metadata_destroy(from);
	return m;
}

/* One chunk of one topic's partitions. -1 where the whole call failed. */
static int look_up(struct rd *r, struct rd_job *job, const struct wire_topic *t, size_t first,
    size_t n, struct offsets_topic *out)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)n);
	rd_kafka_resp_err_t e;

	for (size_t i = 0; i < n; i++)
		rd_kafka_topic_partition_list_add(list, t->name, t->parts[first + i])->offset =
		    job->ask.timestamp;
	e = rd_kafka_offsets_for_times(r->rk, list, r->timeout_ms);
	if (e)
		failed(job, e);
	for (int i = 0; !e && i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		out->parts[out->n_parts++] = (struct offsets_part){.error = code(p->err),
		    .index = p->partition,
		    .offset = p->err ? -1 : p->offset,
		    .timestamp = -1};
	}
	rd_kafka_topic_partition_list_destroy(list);
	return e ? -1 : 0;
}

static void *ask_offsets(struct rd *r, struct rd_job *job)
{
	struct list_offsets *l = arena_alloc(&job->arena, sizeof(*l));
	size_t n = job->ask.n_topics;

	l->topics = arena_alloc(&job->arena, n * sizeof(*l->topics) + 1);
	for (size_t i = 0; i < n; i++) {
		const struct wire_topic *t = &job->ask.topics[i];
		struct offsets_topic *out = &l->topics[l->n_topics++];

		out->name = t->name;
		out->parts = arena_alloc(&job->arena, t->n_parts * sizeof(*out->parts) + 1);
		for (size_t at = 0; at < t->n_parts; at += CHUNK) {
			size_t some = t->n_parts - at < CHUNK ? t->n_parts - at : CHUNK;

			if (look_up(r, job, t, at, some, out))
				return NULL;
		}
	}
	return l;
}

/* All groups of the cluster, of this moment or of a few seconds ago. */
static const struct rd_kafka_group_list *groups_now(struct rd *r, struct rd_job *job)
{
	const struct rd_kafka_group_list *list = NULL;
	rd_kafka_resp_err_t e;

	if (r->groups && clock_boot() - r->groups_at < GROUPS_KEPT)
		return r->groups;
	e = rd_kafka_list_groups(r->rk, NULL, &list, r->timeout_ms);
	if (e) {
		/* A part of the list is no list: groups would be forgotten that are there. */
		if (list)
			rd_kafka_group_list_destroy(list);
		failed(job, e);
		return NULL;
	}
	if (r->groups)
		rd_kafka_group_list_destroy(r->groups);
	r->groups = list;
	r->groups_at = clock_boot();
	return list;
}

/* Groups of the new protocol are told as dead by the request that librdkafka knows. */
static bool is_told(const struct rd_kafka_group_info *g)
{
	return !g->err && strcmp(g->state, "Dead") != 0;
}

static void *list_groups(struct rd *r, struct rd_job *job)
{
	const struct rd_kafka_group_list *all = groups_now(r, job);
	struct list_groups *l;

	if (!all)
		return NULL;
	l = arena_alloc(&job->arena, sizeof(*l));
	l->groups = arena_alloc(&job->arena, (size_t)all->group_cnt * sizeof(*l->groups) + 1);
	for (int i = 0; i < all->group_cnt; i++) {
		const struct rd_kafka_group_info *g = &all->groups[i];

		if (g->broker.id != job->broker)
			continue;
		l->groups[l->n_groups++] =
		    (struct listed_group){.id = arena_strdup(&job->arena, g->group),
			.protocol = arena_strdup(&job->arena, g->protocol_type),
			.state = is_told(g) ? arena_strdup(&job->arena, g->state) : NULL};
	}
	return l;
}

static void copy_members(
    struct arena *arena, const struct rd_kafka_group_info *from, struct described_group *to)
{
	to->n_members = (size_t)from->member_cnt;
	to->members = arena_alloc(arena, to->n_members * sizeof(*to->members) + 1);
	for (int i = 0; i < from->member_cnt; i++) {
		const struct rd_kafka_group_member_info *m = &from->members[i];

		to->members[i].client_id = arena_strdup(arena, m->client_id);
		to->members[i].client_host = arena_strdup(arena, m->client_host);
		wire_assignment(arena, m->member_assignment, (size_t)m->member_assignment_size,
		    &to->members[i]);
	}
}

static bool is_asked(const struct wire_ask *ask, const char *name)
{
	for (size_t i = 0; i < ask->n_names; i++)
		if (!strcmp(ask->names[i], name))
			return true;
	return false;
}

static void *describe_groups(struct rd *r, struct rd_job *job)
{
	const struct rd_kafka_group_list *all = groups_now(r, job);
	struct describe_groups *d;

	if (!all)
		return NULL;
	d = arena_alloc(&job->arena, sizeof(*d));
	d->groups = arena_alloc(&job->arena, (size_t)all->group_cnt * sizeof(*d->groups) + 1);
	for (int i = 0; i < all->group_cnt; i++) {
		const struct rd_kafka_group_info *g = &all->groups[i];
		struct described_group *to = &d->groups[d->n_groups];

		if (!is_told(g) || !is_asked(&job->ask, g->group))
			continue;
		d->n_groups++;
		to->id = arena_strdup(&job->arena, g->group);
		to->state = arena_strdup(&job->arena, g->state);
		to->protocol = arena_strdup(&job->arena, g->protocol_type);
		copy_members(&job->arena, g, to);
	}
	return d;
}

static struct offsets_topic *topic_of(struct arena *arena, struct fetch_group *g, const char *name, size_t room)
{
	struct offsets_topic *t;

	for (size_t i = g->n_topics; i-- > 0;)
		if (!strcmp(g->topics[i].name, name))
			return &g->topics[i];
	t = &g->topics[g->n_topics++];
	t->name = arena_strdup(arena, name);
	t->parts = arena_alloc(arena, room * sizeof(*t->parts));
	return t;
}

/* How many partitions of the list are of the topic of its entry `at`. */
static size_t same_topic(const rd_kafka_topic_partition_list_t *list, int at)
{
	size_t n = 0;

	for (int i = 0; i < list->cnt; i++)
		n += !strcmp(list->elems[i].topic, list->elems[at].topic);
	return n;
}

static void copy_offsets(
    struct arena *arena, rd_kafka_topic_partition_list_t *list, struct fetch_group *g)
{
	struct offsets_topic *t = NULL;

	rd_kafka_topic_partition_list_sort(list, NULL, NULL);
	g->topics = arena_alloc(arena, (size_t)list->cnt * sizeof(*g->topics) + 1);
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		if (!t || strcmp(t->name, p->topic) != 0)
			t = topic_of(arena, g, p->topic, same_topic(list, i));
		t->parts[t->n_parts++] = (struct offsets_part){.error = code(p->err),
		    .index = p->partition,
		    .offset = p->offset < 0 ? -1 : p->offset,
		    .timestamp = -1};
	}
}

static int read_event(struct rd_job *job, rd_kafka_event_t *ev, struct fetch_group *g)
{
	const rd_kafka_ListConsumerGroupOffsets_result_t *result =
	    rd_kafka_event_ListConsumerGroupOffsets_result(ev);
	const rd_kafka_group_result_t **groups;
	const rd_kafka_error_t *error;
	size_t n = 0;

	if (!result || rd_kafka_event_error(ev)) {
		err_set(&job->err, "%s", rd_kafka_err2str(rd_kafka_event_error(ev)));
		return -1;
	}
	groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &n);
	error = n ? rd_kafka_group_result_error(groups[0]) : NULL;
	if (error)
		g->error = code(rd_kafka_error_code(error));
	else if (n)
		copy_offsets(&job->arena,
		    (rd_kafka_topic_partition_list_t *)rd_kafka_group_result_partitions(groups[0]), g);
	return 0;
}

/* NULL: there are too many brokers. */
static struct rd_fetch *fetch_of(struct rd *r, int32_t broker)
{
	struct rd_fetch *f = NULL;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->n_fetches && !f; i++)
		if (r->fetches[i].broker == broker)
			f = &r->fetches[i];
	if (!f && r->n_fetches < RD_MOST_BROKERS) {
		f = &r->fetches[r->n_fetches++];
		*f = (struct rd_fetch){.broker = broker, .queue = rd_kafka_queue_new(r->rk)};
	}
	pthread_mutex_unlock(&r->lock);
	return f;
}

static void send_fetch(
    struct rd *r, const struct rd_job *job, rd_kafka_queue_t *answers, const char *group)
{
	rd_kafka_AdminOptions_t *o =
	    rd_kafka_AdminOptions_new(r->rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
	rd_kafka_ListConsumerGroupOffsets_t *ask = rd_kafka_ListConsumerGroupOffsets_new(group, NULL);

	rd_kafka_AdminOptions_set_request_timeout(o, NEVER_MS, NULL, 0);
	rd_kafka_AdminOptions_set_broker(o, job->broker, NULL, 0);
	rd_kafka_ListConsumerGroupOffsets(r->rk, &ask, 1, o, answers);
	rd_kafka_ListConsumerGroupOffsets_destroy(ask);
	rd_kafka_AdminOptions_destroy(o);
}

/* Whatever came too late for who asked. */
static bool still_stuck(struct rd_fetch *from)
{
	rd_kafka_event_t *late = from->stuck ? rd_kafka_queue_poll(from->queue, 0) : NULL;

	if (late) {
		rd_kafka_event_destroy(late);
		from->stuck = false;
	}
	return from->stuck;
}

static int fetch_group(struct rd *r, struct rd_job *job, struct rd_fetch *from, const char *group,
    struct fetch_group *g)
{
	rd_kafka_event_t *ev;
	int rc;

	g->id = group;
	if (still_stuck(from))
		return err_set(&job->err, _("a broker has not answered an earlier request for offsets"));
	send_fetch(r, job, from->queue, group);
	ev = rd_kafka_queue_poll(from->queue, r->timeout_ms);
	if (!ev) {
		from->stuck = true;
		return err_set(&job->err, _("HUNG: no answer to OffsetFetch within %d s"),
		    (r->timeout_ms + 999) / 1000);
	}
	rc = read_event(job, ev, g);
	rd_kafka_event_destroy(ev);
	return rc;
}

static void *fetch_offsets(struct rd *r, struct rd_job *job)
{
	struct offset_fetch *f = arena_alloc(&job->arena, sizeof(*f));
	struct rd_fetch *from = fetch_of(r, job->broker);

	if (!from) {
		err_set(&job->err, _("no more than %d brokers are asked for offsets through librdkafka"), RD_MOST_BROKERS);
		return NULL;
	}
	f->groups = arena_alloc(&job->arena, job->ask.n_names * sizeof(*f->groups) + 1);
	for (size_t i = 0; i < job->ask.n_names; i++)
		if (fetch_group(r, job, from, job->ask.names[i], &f->groups[f->n_groups++]))
			return NULL;
	return f;
}

void rd_work(struct rd *r, struct rd_job *job)
{
	static void *(*const ask[API_COUNT])(struct rd * r, struct rd_job * job) = {
	    [API_METADATA] = ask_metadata,
	    [API_LIST_OFFSETS] = ask_offsets,
	    [API_OFFSET_FETCH] = fetch_offsets,
	    [API_LIST_GROUPS] = list_groups,
	    [API_DESCRIBE_GROUPS] = describe_groups,
	};

	if (ask[job->api])
		job->reply = ask[job->api](r, job);
	else
		err_set(&job->err, "%s", rd_lacks(job->api) ? rd_lacks(job->api) : _("not asked"));
}
