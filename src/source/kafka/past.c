#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <string.h>

/*
 * Where logs begin (what lies before is deleted, read or not), and how far they
 * reached a while ago, which brokers look up by time: with it the age of unread
 * records is known from the first poll on, and not only as far back as we have
 * watched. Both are asked between two offset cycles, in place of a sign of life.
 */
static const int64_t looks[] = {
    600 * NS_PER_S, 60 * NS_PER_S, 3 * 3600 * NS_PER_S, 24 * 3600 * NS_PER_S};

enum { N_LOOKS = sizeof(looks) / sizeof(looks[0]) };

static struct kpart *part_at(const struct kafka *k, const struct offsets_topic *from, size_t j)
{
	struct ktopic *t = from->name ? topic_get(k, from->name) : NULL;
	int32_t at = from->parts[j].index;

	if (!t || at < 0 || (size_t)at >= t->n_parts || from->parts[j].error)
		return NULL;
	return &t->parts[at];
}

/* What the others know is shown without the one that is silent. */
static void one_less(struct kafka *k)
{
	int64_t soon = clock_boot() + OFFSETS_GRACE;

	if (k->past_waiting)
		k->past_waiting--;
	if (k->past_waiting) {
		k->relag_due = k->relag_due < soon ? k->relag_due : soon;
		return;
	}
	if (k->starts.next > k->opened_at && k->starts.next > clock_boot())
		k->tried |= TRIED_STARTS;
	if (k->seeds == N_LOOKS)
		k->tried |= TRIED_SEEDS;
	k->relag_due = 0;
}

static void starts_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct list_offsets *r = a->reply;

	(void)call;
	for (size_t i = 0; r && i < r->n_topics; i++)
		for (size_t j = 0; j < r->topics[i].n_parts; j++) {
			struct kpart *p = part_at(k, &r->topics[i], j);

			if (p)
				p->start = r->topics[i].parts[j].offset;
		}
	one_less(k);
}

/* The first record since then, with its own time; none means that the log already reached its
 * end. The tag is the moment, in boot time, that was looked back to. Producers write the times, some of them in
 * microseconds: one that lies ahead of our clock tells nothing. */
static void seed(struct kafka *k, struct kpart *p, const struct offsets_part *found, int64_t moment)
{
	int64_t wall = clock_wall();

	if (found->offset < 0)
		end_ring_seed(k, p, moment, p->end);
	else if (found->timestamp > 0 && found->timestamp < wall / NS_PER_MS)
		end_ring_seed(k, p, clock_boot() - (wall - found->timestamp * NS_PER_MS), found->offset);
}

static void look_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct list_offsets *r = a->reply;

	for (size_t i = 0; r && i < r->n_topics; i++)
		for (size_t j = 0; j < r->topics[i].n_parts; j++) {
			struct kpart *p = part_at(k, &r->topics[i], j);

			if (p && p->end >= 0)
				seed(k, p, &r->topics[i].parts[j], call->tag);
		}
	one_less(k);
}

static void ask_leaders(
    struct kafka *k, int64_t timestamp, call_done *done, int64_t tag, int64_t now)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[i];
		struct wire_ask ask = {.timestamp = timestamp};
		struct arena arena;

		if (!conn_ready(&b->conn))
			continue;
		arena_init(&arena);
		pick_led(k, b->id, 0, &arena, &ask);
		if (ask.n_topics && !broker_ask(b, API_LIST_OFFSETS, &ask, done, tag, now, NULL))
			k->past_waiting++;
		arena_release(&arena);
	}
}

static bool may_ask(const struct kafka *k)
{
	return k->cycle && offsets_idle(k) && !k->past_waiting;
}

void starts_step(struct kafka *k, int64_t now)
{
	if (now < k->starts.next || !may_ask(k))
		return;
	task_done(&k->starts, now);
	k->past_waiting++;
	ask_leaders(k, OFFSETS_EARLIEST, starts_done, 0, now);
	one_less(k);
}

void seeds_step(struct kafka *k, int64_t now)
{
	int64_t back;

	if (k->seeds == N_LOOKS || now < k->seed_at || !may_ask(k))
		return;
	back = looks[k->seeds++];
	/* A check has no time to spread them out. */
	k->seed_at = k->ctx->one_shot ? now : now + 2 * k->offsets.period;
	k->past_waiting++;
	ask_leaders(k, (clock_wall() - back) / NS_PER_MS, look_done, now - back, now);
	one_less(k);
}
