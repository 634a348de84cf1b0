#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/*
 * The cycle: first what the groups have committed, one request per coordinator
 * for all of its groups; when those are in, how far the logs reach, one request
 * per leader. In this order, or lag would come out negative. A broker that is
 * slower than it used to be is not waited for: its groups keep their last
 * numbers until it answers or fails.
 */
enum { FIRST_CHUNK = 20000 };

/* A commit that comes late costs its groups one cycle, which nobody sees; an end that does makes their lag unknown. */
static const int64_t least_wait_ms[] = {[PHASE_COMMITTED] = 250, [PHASE_ENDS] = 1000};

#define MOST_WAIT (10 * NS_PER_S)

static void end_committed(struct kafka *k, int64_t now);

static void await(struct kafka *k, enum offsets_phase phase, int64_t now)
{
	int64_t slowest = 0, wait;

	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->slow_ms > slowest)
			slowest = k->brokers[i]->slow_ms;
	wait = slowest ? 4 * slowest : k->timeout / NS_PER_MS;
	if (wait < least_wait_ms[phase])
		wait = least_wait_ms[phase];
	k->phase = phase;
	k->phase_until = now + wait * NS_PER_MS;
}

static void note_pace(struct kbroker *b, const struct answer *a)
{
	if (a->reply)
		b->slow_ms =
		    b->slow_ms ? (3 * b->slow_ms + (int64_t)a->ms) / 4 + 1 : (int64_t)a->ms + 1;
}

/* Does this answer belong to what is being waited for? */
static bool in_time(struct kafka *k, int64_t cycle, enum offsets_phase phase)
{
	if ((uint64_t)cycle != k->cycle || k->phase != phase)
		return false;
	if (k->waiting)
		k->waiting--;
	return true;
}

/* A commit that expired or was deleted is not there any more; what a member owns stays. */
static void drop_unseen(struct kafka *k, struct gtopic *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		struct gpart *p = &t->parts[i];

		if (p->seen != k->cycle && !p->assigned)
			continue;
		if (p->seen != k->cycle)
			p->committed = -1;
		t->parts[kept++] = *p;
	}
	k->n_gparts -= t->n_parts - kept;
	t->n_parts = kept;
}

/* Asked for by name, a partition without a commit answers -1; it is not a row. */
static bool is_row(const struct offsets_part *p)
{
	return p->offset >= 0 || p->error;
}

static void learn_topic(struct kafka *k, struct kgroup *g, const struct offsets_topic *from)
{
	struct gtopic *t;
	size_t rows = 0;

	for (size_t j = 0; j < from->n_parts; j++)
		rows += is_row(&from->parts[j]);
	t = rows ? group_topic(k, g, from->name) : NULL;
	if (!t) {
		k->omitted_parts += (int64_t)rows;
		return;
	}
	group_parts_reserve(k, t, from->n_parts);
	for (size_t j = 0; j < from->n_parts; j++) {
		struct gpart *p = is_row(&from->parts[j]) ? group_part(k, t, from->parts[j].index) : NULL;

		if (!p)
			continue;
		p->seen = k->cycle;
		p->refused = from->parts[j].error != 0;
		if (!p->refused)
			p->committed = from->parts[j].offset;
	}
}

static void learn_committed(
    struct kafka *k, struct kgroup *g, const struct fetch_group *f, int64_t now)
{
	for (size_t i = 0; i < f->n_topics; i++)
		if (f->topics[i].name)
			learn_topic(k, g, &f->topics[i]);
	for (size_t i = 0; i < g->n_topics; i++)
		drop_unseen(k, &g->topics[i]);
	group_drop_empty(k, g);
	g->fetched = k->cycle;
	g->fetched_at = now;
	outcome_good(&g->offsets, now);
}

static void learn_fetch(struct kafka *k, struct kgroup *g, const struct fetch_group *f, int64_t now)
{
	if (!f->error) {
		learn_committed(k, g, f, now);
		return;
	}
	outcome_bad(&g->offsets, kafka_error_name(f->error));
	if (f->error == KERR_NOT_COORDINATOR || f->error == KERR_COORDINATOR_NOT_AVAILABLE)
		k->roster_due.next = now;
}

static void fail_groups(struct kbroker *b, const char *single, const char *why)
{
	struct kafka *k = b->k;
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		if (g->coordinator == b->id && (!single || !strcmp(g->id, single)))
			outcome_bad(&g->offsets, why);
	}
}

/* The tag holds the cycle and, for a request of one group, its place in the list of those. */
enum { NOT_SINGLE = 0xffffff };

static int64_t make_tag(uint64_t cycle, size_t single)
{
	return (int64_t)(cycle << 24 | single);
}

static void committed_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct offset_fetch *r = a->reply;
	int64_t now = clock_boot();
	size_t single = (size_t)(call->tag & NOT_SINGLE);
	const char *id;

	note_pace(b, a);
	if (a->too_large && k->fetch_chunk > 1)
		k->fetch_chunk /= 2;
	if ((uint64_t)(call->tag >> 24) != k->cycle)
		return;
	id = single < k->n_single ? k->single[single] : NULL;
	if (!r)
		fail_groups(b, id, a->error);
	if (!in_time(k, call->tag >> 24, PHASE_COMMITTED))
		return;
	for (size_t i = 0; r && i < r->n_groups; i++) {
		const char *name = id ? id : r->groups[i].id;
		struct kgroup *g = name ? group_get(k, name) : NULL;

		if (g)
			learn_fetch(k, g, &r->groups[i], now);
	}
	if (!k->waiting)
		end_committed(k, now);
}

static int send_fetch(struct kbroker *b, const char **names, size_t n, size_t single, int64_t now)
{
	struct kafka *k = b->k;
	struct wire_ask ask = {.names = names, .n_names = n};
	struct err err = {{0}};

	if (!n)
		return 0;
	if (broker_ask(
		b, API_OFFSET_FETCH, &ask, committed_done, make_tag(k->cycle, single), now, &err)) {
		fail_groups(b, single == NOT_SINGLE ? NULL : names[0], err.msg);
		return -1;
	}
	k->waiting++;
	return 0;
}

static void fetch_one(struct kbroker *b, const char *id, int64_t now)
{
	struct kafka *k = b->k;

	if (k->n_single >= NOT_SINGLE)
		return;
	array_reserve(&k->single, &k->cap_single, k->n_single + 1, sizeof(*k->single));
	k->single[k->n_single++] = xstrdup(id);
	send_fetch(b, &id, 1, k->n_single - 1, now);
}

static void fetch_from(struct kbroker *b, const char **names, int64_t now)
{
	struct kafka *k = b->k;
	bool many = !conn_ready(&b->conn) || b->conn.version[API_OFFSET_FETCH] >= 8;
	size_t pos = 0, n = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		const struct kgroup *g = value;

		if (g->coordinator != b->id)
			continue;
		if (!many) {
			fetch_one(b, g->id, now);
			continue;
		}
		names[n++] = g->id;
		if (n < k->fetch_chunk)
			continue;
		if (send_fetch(b, names, n, NOT_SINGLE, now))
			return;
		n = 0;
	}
	send_fetch(b, names, n, NOT_SINGLE, now);
}

static void begin_committed(struct kafka *k, int64_t now)
{
	const char **names;

	k->cycle++;
	k->waiting = 0;
	k->omitted_parts = 0;
	while (k->n_single)
		free(k->single[--k->n_single]);
	if (!k->fetch_chunk)
		k->fetch_chunk = FIRST_CHUNK;
	names = xmalloc(k->fetch_chunk * sizeof(*names));
	for (size_t i = 0; i < k->n_brokers; i++) {
		liveness_refill(k->brokers[i], now);
		fetch_from(k->brokers[i], names, now);
	}
	free(names);
	await(k, PHASE_COMMITTED, now);
	if (!k->waiting)
		end_committed(k, now);
}

/* Which partitions somebody reads; only their ends are asked for. */
static void mark_wanted(struct kafka *k)
{
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		for (size_t i = 0; i < g->n_topics; i++) {
			struct ktopic *t = topic_get(k, g->topics[i].name);

			for (size_t j = 0; t && j < g->topics[i].n_parts; j++) {
				int32_t at = g->topics[i].parts[j].partition;

				if (at >= 0 && (size_t)at < t->n_parts)
					t->parts[at].wanted = k->cycle;
			}
		}
	}
}

/* The wanted partitions that a broker leads, as a request; all of it in the arena. */
void pick_led(struct kafka *k, int32_t leader, struct arena *arena, struct wire_ask *ask)
{
	struct wire_topic *list = NULL;
	size_t pos = 0, n = 0, cap = 0;
	void *value;

	while (map_each(&k->topics, &pos, &value)) {
		const struct ktopic *t = value;
		int32_t *parts = NULL;
		size_t found = 0;

		for (size_t i = 0; i < t->n_parts; i++) {
			if (t->parts[i].leader != leader || t->parts[i].wanted != k->cycle)
				continue;
			if (!parts)
				parts = arena_alloc(arena, t->n_parts * sizeof(*parts));
			parts[found++] = (int32_t)i;
		}
		if (!found)
			continue;
		array_reserve(&list, &cap, n + 1, sizeof(*list));
		list[n++] = (struct wire_topic){t->name, parts, found};
	}
	if (n) {
		struct wire_topic *kept = arena_alloc(arena, n * sizeof(*kept));

		memcpy(kept, list, n * sizeof(*kept));
		ask->topics = kept;
	}
	ask->n_topics = n;
	free(list);
}

static void finish_cycle(struct kafka *k, int64_t now)
{
	k->phase = PHASE_IDLE;
	lag_compute(k, now);
	task_done(&k->offsets, now);
	k->dirty_lag = true;
	k->tried |= TRIED_LAG;
}

static void learn_ends(struct kafka *k, const struct list_offsets *r, int64_t now)
{
	for (size_t i = 0; i < r->n_topics; i++) {
		struct ktopic *t = r->topics[i].name ? topic_get(k, r->topics[i].name) : NULL;

		for (size_t j = 0; t && j < r->topics[i].n_parts; j++) {
			const struct offsets_part *from = &r->topics[i].parts[j];
			struct kpart *p;

			if (from->index < 0 || (size_t)from->index >= t->n_parts)
				continue;
			p = &t->parts[from->index];
			p->end_error = from->error || from->offset >= 0 ? from->error : KERR_UNKNOWN_SERVER;
			if (p->end_error) {
				k->want_metadata = true;
				continue;
			}
			p->end = from->offset;
			p->end_cycle = k->cycle;
			end_ring_add(k, p, now, from->offset);
		}
	}
}

static void ends_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct list_offsets *r = a->reply;
	int64_t now = clock_boot();

	note_pace(b, a);
	if (r)
		outcome_good(&b->ends, now);
	else
		outcome_bad(&b->ends, a->error);
	if (!in_time(k, call->tag, PHASE_ENDS))
		return;
	if (r)
		learn_ends(k, r, now);
	if (!k->waiting)
		finish_cycle(k, now);
}

static void end_committed(struct kafka *k, int64_t now)
{
	mark_wanted(k);
	k->waiting = 0;
	await(k, PHASE_ENDS, now);
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[i];
		struct wire_ask ask = {.timestamp = OFFSETS_LATEST};
		struct arena arena;
		struct err err = {{0}};

		arena_init(&arena);
		pick_led(k, b->id, &arena, &ask);
		if (ask.n_topics) {
			if (broker_ask(b, API_LIST_OFFSETS, &ask, ends_done, (int64_t)k->cycle, now,
				&err)) {
				outcome_bad(&b->ends, err.msg);
				k->want_metadata = true;
			} else {
				k->waiting++;
			}
		}
		arena_release(&arena);
	}
	if (!k->waiting)
		finish_cycle(k, now);
}

void offsets_step(struct kafka *k, int64_t now)
{
	switch (k->phase) {
	case PHASE_IDLE:
		if (now < k->offsets.next)
			break;
		if (k->tried & TRIED_GROUPS) {
			begin_committed(k, now);
		} else if (k->meta.tried && k->meta.error) {
			task_failed(&k->offsets, now, MOST_WAIT);
			k->tried |= TRIED_LAG;
			k->dirty_lag = true;
		}
		break;
	case PHASE_COMMITTED:
		if (now >= k->phase_until)
			end_committed(k, now);
		break;
	case PHASE_ENDS:
		if (now >= k->phase_until)
			finish_cycle(k, now);
		break;
	}
}
