#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/*
 * The cycle: first what the groups have committed, one request per coordinator for all of its
 * groups; then how far the logs reach, one request per leader. In this order, or lag would come
 * out negative: a commit is only ever compared with an end that was asked for after it had come.
 *
 * Nobody is waited for: a cycle begins when it is due, and a broker that still owes an answer is
 * not asked again before it came. When the others have answered, or a moment after the first did,
 * the ends of their groups are asked for, and what came of those is shown. What comes later is
 * taken in as it comes, in a round of its own where a request is left for that; until then, or
 * until its broker fails, it keeps its last number with the time of that number.
 */
enum { FIRST_CHUNK = 20000 };

#define MOST_WAIT (10 * NS_PER_S)

void offsets_init(struct kafka *k)
{
	k->ends_due = k->settle_due = k->relag_due = NOT_DUE;
}

static void hurry(int64_t *due, int64_t at)
{
	if (at < *due)
		*due = at;
}

/* How many still owe their commits; how many of them in time. */
static size_t owe_commits(const struct kafka *k, size_t *in_time)
{
	size_t n = 0;

	*in_time = 0;
	for (size_t i = 0; i < k->n_brokers; i++) {
		n += k->brokers[i]->fetching > 0;
		*in_time += k->brokers[i]->fetching && !k->brokers[i]->late_commits;
	}
	return n;
}

static size_t owe_ends(const struct kafka *k, size_t *in_time)
{
	size_t n = 0;

	*in_time = 0;
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		n += b->asking_ends;
		/* Answers come in order: one that owes its commits is silent already. */
		*in_time += b->asking_ends && !b->late_ends && !b->fetching;
	}
	return n;
}

/* Commits have come, or will not: time to ask for the ends? */
static void note_commits(struct kafka *k, int64_t now)
{
	size_t in_time, owe = owe_commits(k, &in_time);

	if (!owe || (!in_time && k->asked_cycle != k->cycle))
		k->ends_due = now;
	else
		hurry(&k->ends_due, now + OFFSETS_GRACE);
}

/* Likewise: time to show what came? */
static void note_ends(struct kafka *k, int64_t now)
{
	size_t in_time, owe = owe_ends(k, &in_time);

	if (!owe || (!in_time && k->settled_at < k->asked_at))
		k->settle_due = now;
	else
		hurry(&k->settle_due, now + OFFSETS_GRACE);
}

/* A commit that expired or was deleted is not there any more; what a member owns stays. */
static void drop_unseen(struct kafka *k, struct gtopic *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		struct gpart *p = &t->parts[i];

		if (!p->seen && !p->assigned)
			continue;
		/* The end that goes with the last commit is on its way; this one is the next cycle's. */
		if (!p->asked) {
			if (!p->seen)
				p->committed = -1;
			p->fresh = true;
		}
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
		p->seen = true;
		/* The end that goes with the last commit is on its way. */
		if (p->asked)
			continue;
		p->refused = from->parts[j].error != 0;
		if (!p->refused)
			p->committed = from->parts[j].offset;
	}
}

static void forget_seen(struct kgroup *g)
{
	for (size_t i = 0; i < g->n_topics; i++)
		for (size_t j = 0; j < g->topics[i].n_parts; j++)
			g->topics[i].parts[j].seen = false;
}

static void learn_committed(
    struct kafka *k, struct kgroup *g, const struct fetch_group *f, int64_t now)
{
	forget_seen(g);
	for (size_t i = 0; i < f->n_topics; i++)
		if (f->topics[i].name)
			learn_topic(k, g, &f->topics[i]);
	for (size_t i = 0; i < g->n_topics; i++)
		drop_unseen(k, &g->topics[i]);
	group_drop_empty(k, g);
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

/* The tag: a request of one group has its place in the list of those. */
enum { NOT_SINGLE = 0xffffff };

void offsets_forget(struct kbroker *b)
{
	while (b->n_single)
		free(b->single[--b->n_single]);
	free(b->single);
	b->single = NULL;
	b->cap_single = 0;
}

static void committed_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct offset_fetch *r = a->reply;
	int64_t now = clock_boot();
	size_t single = (size_t)call->tag;
	const char *id = single < b->n_single ? b->single[single] : NULL;

	if (b->fetching)
		b->fetching--;
	if (a->too_large && k->fetch_chunk > 1)
		k->fetch_chunk /= 2;
	if (r) {
		b->late_commits = k->asked_cycle == k->cycle && now - k->asked_at > OFFSETS_GRACE;
	} else {
		fail_groups(b, id, a->error);
		k->dirty_lag = true;
	}
	for (size_t i = 0; r && i < r->n_groups; i++) {
		const char *name = id ? id : r->groups[i].id;
		struct kgroup *g = name ? group_get(k, name) : NULL;

		/* Meanwhile it may have moved to a coordinator that knows better. */
		if (g && g->coordinator == b->id)
			learn_fetch(k, g, &r->groups[i], now);
	}
	note_commits(k, now);
}

static int send_fetch(struct kbroker *b, const char **names, size_t n, size_t single, int64_t now)
{
	struct wire_ask ask = {.names = names, .n_names = n};
	struct err err = {{0}};

	if (!n)
		return 0;
	if (broker_ask(b, API_OFFSET_FETCH, &ask, committed_done, (int64_t)single, now, &err)) {
		fail_groups(b, single == NOT_SINGLE ? NULL : names[0], err.msg);
		return -1;
	}
	b->fetching++;
	return 0;
}

static void fetch_one(struct kbroker *b, const char *id, int64_t now)
{
	if (b->n_single >= NOT_SINGLE)
		return;
	array_reserve(&b->single, &b->cap_single, b->n_single + 1, sizeof(*b->single));
	b->single[b->n_single++] = xstrdup(id);
	send_fetch(b, &id, 1, b->n_single - 1, now);
}

static void fetch_from(struct kbroker *b, const char **names, int64_t now)
{
	struct kafka *k = b->k;
	bool many = !conn_ready(&b->conn) || b->conn.version[API_OFFSET_FETCH] >= 8;
	size_t pos = 0, n = 0;
	void *value;

	offsets_forget(b);
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

static void settle(struct kafka *k, int64_t now);

static void begin_cycle(struct kafka *k, int64_t now)
{
	const char **names;
	size_t in_time;

	if (k->settle_due != NOT_DUE)
		settle(k, now);
	task_done(&k->offsets, now);
	k->cycle++;
	k->omitted_parts = 0;
	k->ends_due = NOT_DUE;
	if (!k->fetch_chunk)
		k->fetch_chunk = FIRST_CHUNK;
	names = xmalloc(k->fetch_chunk * sizeof(*names));
	for (size_t i = 0; i < k->n_brokers; i++) {
		liveness_refill(k->brokers[i], now);
		if (!k->brokers[i]->fetching)
			fetch_from(k->brokers[i], names, now);
	}
	free(names);
	if (!owe_commits(k, &in_time))
		k->ends_due = now;
}

/* May this leader be asked for ends? Once in a cycle; again where a request is left. */
static bool may_ask_ends(const struct kbroker *b, int64_t now)
{
	return !b->asking_ends &&
	       (b->ends_cycle != b->k->cycle || b->k->cycle == 1 || liveness_spares(b, now));
}

/* Puts the question for the end that goes with a commit. */
static void want_end(struct kafka *k, struct gpart *p, struct kpart *kp, int64_t now)
{
	const struct kbroker *leader = kp ? broker_by_id(k, kp->leader) : NULL;

	if (leader && !may_ask_ends(leader, now)) {
		k->left = true;
		return;
	}
	p->fresh = false;
	p->asked = true;
	if (!kp)
		return;
	kp->asked = k->round;
	kp->asked_of = kp->leader;
}

/* Which partitions somebody reads; only their ends are asked for. */
static void mark_wanted(struct kafka *k, int64_t now)
{
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		for (size_t i = 0; i < g->n_topics; i++) {
			struct gtopic *of = &g->topics[i];
			struct ktopic *t = topic_get(k, of->name);

			for (size_t j = 0; j < of->n_parts; j++) {
				struct gpart *p = &of->parts[j];
				struct kpart *kp = NULL;

				if (t && p->partition >= 0 && (size_t)p->partition < t->n_parts)
					kp = &t->parts[p->partition];
				if (kp)
					kp->wanted = k->cycle;
				if (p->fresh)
					want_end(k, p, kp, now);
			}
		}
	}
}

void pick_led(struct kafka *k, int32_t leader, uint64_t round, struct arena *arena, struct wire_ask *ask)
{
	struct wire_topic *list = NULL;
	size_t pos = 0, n = 0, cap = 0;
	void *value;

	while (map_each(&k->topics, &pos, &value)) {
		const struct ktopic *t = value;
		int32_t *parts = NULL;
		size_t found = 0;

		for (size_t i = 0; i < t->n_parts; i++) {
			const struct kpart *p = &t->parts[i];

			if (p->leader != leader || (round ? p->asked != round : p->wanted != k->cycle))
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

static void learn_ends(
    struct kafka *k, const struct list_offsets *r, uint64_t round, int64_t now)
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
			/* Made anew, or cut back: where it begins now will be asked for. */
			if (p->start > p->end)
				p->start = -1;
			p->end_round = round;
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

	b->asking_ends = false;
	if (r) {
		b->late_ends = k->settled_at >= k->asked_at && now - k->settled_at > OFFSETS_GRACE;
		outcome_good(&b->ends, now);
		learn_ends(k, r, (uint64_t)call->tag, now);
	} else {
		outcome_bad(&b->ends, a->error);
	}
	note_ends(k, now);
	if (k->left && may_ask_ends(b, now))
		hurry(&k->ends_due, now);
}

static void ask_leader(struct kbroker *b, int64_t now)
{
	struct kafka *k = b->k;
	struct wire_ask ask = {.timestamp = OFFSETS_LATEST};
	struct arena arena;
	struct err err = {{0}};

	arena_init(&arena);
	/* The first question of a cycle is for all that is read, the others for what is new. */
	pick_led(k, b->id, b->ends_cycle == k->cycle ? k->round : 0, &arena, &ask);
	if (ask.n_topics) {
		b->ends_cycle = k->cycle;
		if (broker_ask(b, API_LIST_OFFSETS, &ask, ends_done, (int64_t)k->round, now, &err)) {
			outcome_bad(&b->ends, err.msg);
			k->want_metadata = true;
		} else {
			b->asking_ends = true;
			b->ends_round = k->round;
			b->ends_asked_at = now;
		}
	}
	arena_release(&arena);
}

static void ask_ends(struct kafka *k, int64_t now)
{
	size_t in_time;

	if (k->settle_due != NOT_DUE)
		settle(k, now);
	k->ends_due = NOT_DUE;
	k->left = false;
	k->round++;
	k->asked_cycle = k->cycle;
	k->asked_at = now;
	for (size_t i = 0; i < k->n_brokers; i++)
		k->brokers[i]->late_commits |= k->brokers[i]->fetching > 0;
	mark_wanted(k, now);
	for (size_t i = 0; i < k->n_brokers; i++)
		if (may_ask_ends(k->brokers[i], now))
			ask_leader(k->brokers[i], now);
	owe_ends(k, &in_time);
	if (!in_time)
		k->settle_due = now;
}

static void settle(struct kafka *k, int64_t now)
{
	size_t in_time;

	k->settle_due = NOT_DUE;
	k->settled_at = now;
	for (size_t i = 0; i < k->n_brokers; i++)
		k->brokers[i]->late_ends |= k->brokers[i]->asking_ends;
	lag_compute(k, now);
	k->dirty_lag = true;
	if (!owe_commits(k, &in_time) && !owe_ends(k, &in_time) && k->ends_due == NOT_DUE)
		k->tried |= TRIED_LAG;
}

bool offsets_idle(const struct kafka *k)
{
	return k->ends_due == NOT_DUE && k->settle_due == NOT_DUE && k->settled_at >= k->asked_at &&
	       k->asked_cycle == k->cycle;
}

int64_t offsets_due(const struct kafka *k)
{
	int64_t due = k->tried & TRIED_GROUPS ? k->offsets.next : NOT_DUE;

	hurry(&due, k->ends_due);
	hurry(&due, k->settle_due);
	return due;
}

void offsets_step(struct kafka *k, int64_t now)
{
	if (now >= k->offsets.next) {
		if (k->tried & TRIED_GROUPS) {
			begin_cycle(k, now);
		} else if (k->meta.tried && k->meta.error) {
			task_failed(&k->offsets, now, MOST_WAIT);
			k->tried |= TRIED_LAG;
			k->dirty_lag = true;
		}
	}
	if (now >= k->ends_due)
		ask_ends(k, now);
	if (now >= k->settle_due)
		settle(k, now);
}
