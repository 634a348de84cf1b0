#include "source/kafka/cluster.h"

#include "base/buf.h"
#include "base/clock.h"

#include <string.h>

/* SECTION_PARTITIONS: counted over all partitions, with the worst by name. */

enum problem { PROBLEM_OFFLINE, PROBLEM_MIN_ISR, PROBLEM_UNDER_REPLICATED, PROBLEM_KINDS };

static const char *const problem_words[PROBLEM_KINDS] = {
    "offline", "under min ISR", "under-replicated"};

struct tally {
	int64_t topics, partitions, under, offline, under_min, at_min, unconfigured;
};

static bool is_offline(const struct kafka *k, const struct kpart *p)
{
	const struct kbroker *b = broker_by_id(k, p->leader);

	return p->leader < 0 || !b || !b->in_metadata;
}

/* A replica that is being added is no loss while it catches up. */
static bool is_under(const struct kpart *p)
{
	return p->n_isr < p->n_replicas - p->n_adding;
}

static int64_t least_isr(const struct ktopic *t, const struct kpart *p)
{
	return t->min_isr < p->n_replicas ? t->min_isr : p->n_replicas;
}

static bool has_problem(
    const struct kafka *k, const struct ktopic *t, const struct kpart *p, enum problem w)
{
	switch (w) {
	case PROBLEM_OFFLINE:
		return is_offline(k, p);
	case PROBLEM_MIN_ISR:
		return t->configured && p->n_isr < least_isr(t, p);
	case PROBLEM_UNDER_REPLICATED:
		return is_under(p);
	case PROBLEM_KINDS:
		break;
	}
	return false;
}

static void tally_topic(const struct kafka *k, const struct ktopic *t, struct tally *sum)
{
	sum->topics++;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct kpart *p = &t->parts[i];

		sum->partitions++;
		sum->offline += is_offline(k, p);
		sum->under += is_under(p);
		if (!t->configured) {
			sum->unconfigured++;
			continue;
		}
		sum->under_min += p->n_isr < least_isr(t, p);
		sum->at_min += p->n_isr == t->min_isr && p->n_replicas > t->min_isr;
	}
}

static const char *node_list(const int32_t *nodes, size_t n, struct arena *arena)
{
	struct buf b;
	const char *text;

	buf_init(&b, 512);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%d", i ? "," : "", nodes[i]);
	text = arena_strdup(arena, b.data);
	buf_release(&b);
	return text;
}

static void add_problem(
    struct section *s, struct partition_row *row, const struct ktopic *t, size_t at, enum problem w)
{
	const struct kpart *p = &t->parts[at];

	row->problems[row->n_problems++] =
	    (struct problem_partition){.topic = arena_strdup(&s->arena, t->name),
		.partition = (int64_t)at,
		.leader = p->leader,
		.replicas = node_list(p->replicas, p->n_replicas, &s->arena),
		.isr = node_list(p->isr, p->n_isr, &s->arena),
		.what = problem_words[w]};
}

/* Each partition once, under the worst of its problems. */
static void list_problems(struct kafka *k, struct section *s, struct partition_row *row)
{
	row->problems = arena_alloc(&s->arena, MOST_PROBLEMS * sizeof(*row->problems));
	for (int w = 0; w < PROBLEM_KINDS; w++) {
		size_t pos = 0;
		void *value;

		while (map_each(&k->topics, &pos, &value)) {
			const struct ktopic *t = value;

			for (size_t i = 0; i < t->n_parts && row->n_problems < MOST_PROBLEMS; i++) {
				bool worse = false;

				for (int v = 0; v < w; v++)
					worse |= has_problem(k, t, &t->parts[i], v);
				if (!worse && has_problem(k, t, &t->parts[i], w))
					add_problem(s, row, t, i, w);
			}
		}
	}
}

static const char *missing_brokers(const struct kafka *k, struct arena *arena)
{
	struct buf b;
	const char *text;

	buf_init(&b, 512);
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->replicas && !k->brokers[i]->in_metadata)
			buf_addf(&b, "%s%d", b.len ? "," : "", k->brokers[i]->id);
	text = b.len ? arena_strdup(arena, b.data) : NULL;
	buf_release(&b);
	return text;
}

/* A count over all partitions that can be seen. */
static struct value counted(const struct kafka *k, int64_t n, struct arena *arena)
{
	struct value v = value_int(n, k->meta.at, k->metadata.period);
	const char *hidden = rights_topics(k);

	if (hidden && !k->meta.error)
		return k->topics.n ? value_partial(v, hidden) : value_missing(hidden);
	return outcome_value(&k->meta, v, arena);
}

static struct value config_count(
    const struct kafka *k, const struct tally *sum, int64_t n, struct arena *arena)
{
	struct value v = value_int(n, k->meta.at, k->metadata.period);

	if (!sum->unconfigured)
		return counted(k, n, arena);
	if (sum->unconfigured < sum->partitions)
		return value_partial(
		    v, "min.insync.replicas of some topics is not known: grant DESCRIBE_CONFIGS");
	if (k->config.error)
		return value_error(
		    arena_printf(arena, "min.insync.replicas is not known: %s", k->config.error));
	return value_missing(
	    k->config.tried ? "min.insync.replicas is not known: grant DESCRIBE_CONFIGS on topics"
			    : "min.insync.replicas is not known yet");
}

struct section *build_partitions(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_PARTITIONS);
	struct partition_row *row = section_add(s);
	struct arena *arena = &s->arena;
	int64_t at = k->meta.at, period = k->metadata.period;
	struct tally sum = {0};
	size_t pos = 0;
	void *value;

	(void)now;
	while (map_each(&k->topics, &pos, &value))
		tally_topic(k, value, &sum);
	row->topics = counted(k, sum.topics, arena);
	row->partitions = counted(k, sum.partitions, arena);
	row->under_replicated = counted(k, sum.under, arena);
	row->offline = counted(k, sum.offline, arena);
	row->under_min_isr = config_count(k, &sum, sum.under_min, arena);
	row->at_min_isr = config_count(k, &sum, sum.at_min, arena);
	row->reassigning = outcome_value(outcome_for(k, &k->moving),
	    value_int(k->reassigning, k->moving.at, k->moves.period), arena);
	row->missing_brokers = missing_brokers(k, arena);
	list_problems(k, s, row);
	s->listing = outcome_value(&k->meta, value_bool(true, at, period), arena);
	return s;
}
