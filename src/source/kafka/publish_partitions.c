#include "source/kafka/cluster.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <string.h>

/* SECTION_PARTITIONS: counted over all partitions, with the worst by name. */

enum problem { PROBLEM_OFFLINE, PROBLEM_MIN_ISR, PROBLEM_UNDER_REPLICATED, PROBLEM_KINDS };

static const char *const problem_words[PROBLEM_KINDS] = {
    N_("offline"), N_("under min ISR"), N_("under-replicated")};

struct tally {
	int64_t topics, partitions, under, offline, under_min, at_min, refusing, unconfigured;
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
		return t->configured && p->n_isr < t->min_isr;
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
		/* As kafka-topics.sh counts them, partitions made with no more replicas than that included; */
		sum->under_min += p->n_isr < t->min_isr;
		sum->at_min += p->n_isr == t->min_isr;
		/* as brokers count them, which want no more than there are. */
		sum->refusing += p->n_isr < least_isr(t, p);
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
		.what = _(problem_words[w])};
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

enum { EXAMPLES = 3, EXAMPLES_MAX = 400 };

/* "events-7, audit-0, and more" */
static void add_example(struct buf *b, int64_t so_far, const struct ktopic *t, size_t part)
{
	if (so_far < EXAMPLES)
		buf_addf(b, "%s%.100s-%zu", so_far ? ", " : "", t->name, part);
	else if (so_far == EXAMPLES)
		buf_adds(b, ", ...");
}

/* A broker while it is counted. */
struct staker {
	int32_t id;
	struct broker_stake *stake;
	struct buf only, needed;
};

static void note_stake(struct staker *s, bool only, const struct ktopic *t, size_t part)
{
	if (only)
		add_example(&s->only, s->stake->only_isr++, t, part);
	else
		add_example(&s->needed, s->stake->needed_isr++, t, part);
}

static void note_moving(struct staker *all, size_t n, const struct kpart *p)
{
	for (size_t r = 0; r < p->n_replicas; r++)
		for (size_t b = 0; b < n; b++)
			all[b].stake->moving += all[b].id == p->replicas[r];
}

/* Most partitions can do without any one of their replicas; those that cannot name them. */
static void stakes_of_topic(struct staker *all, size_t n, const struct ktopic *t)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct kpart *p = &t->parts[i];
		bool only = p->n_isr == 1;

		if (p->moving)
			note_moving(all, n, p);
		if (!only && (!t->configured || (int64_t)p->n_isr - 1 >= least_isr(t, p)))
			continue;
		for (size_t r = 0; r < p->n_isr; r++)
			for (size_t b = 0; b < n; b++)
				if (all[b].id == p->isr[r])
					note_stake(&all[b], only, t, i);
	}
}

static int is_voter(const struct kafka *k, const struct kbroker *b)
{
	if (!k->kraft || !k->quorum.at || k->quorum.error)
		return TRI_UNKNOWN;
	return b->voter ? TRI_YES : TRI_NO;
}

/* Per broker, what would be lost or refused without it. */
static void list_stakes(struct kafka *k, struct section *s, struct partition_row *row)
{
	struct staker *all = arena_alloc(&s->arena, k->n_brokers * sizeof(*all));
	size_t pos = 0;
	void *value;

	row->stakes = arena_alloc(&s->arena, k->n_brokers * sizeof(*row->stakes));
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];
		struct staker *one = &all[row->n_stakes];

		if (b->id < 0)
			continue;
		one->id = b->id;
		one->stake = &row->stakes[row->n_stakes++];
		one->stake->broker = arena_strdup(&s->arena, b->name);
		one->stake->voter = is_voter(k, b);
		buf_init(&one->only, EXAMPLES_MAX);
		buf_init(&one->needed, EXAMPLES_MAX);
	}
	while (map_each(&k->topics, &pos, &value))
		stakes_of_topic(all, row->n_stakes, value);
	for (size_t i = 0; i < row->n_stakes; i++) {
		struct staker *one = &all[i];

		one->stake->only_example = one->only.len ? arena_strdup(&s->arena, one->only.data) : NULL;
		one->stake->needed_example = one->needed.len ? arena_strdup(&s->arena, one->needed.data) : NULL;
		buf_release(&one->only);
		buf_release(&one->needed);
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
		    v, _("min.insync.replicas of some topics is not known: grant DESCRIBE_CONFIGS"));
	if (k->config.error)
		return value_error(
		    arena_printf(arena, _("min.insync.replicas is not known: %s"), k->config.error));
	return value_missing(
	    k->config.tried ? _("min.insync.replicas is not known: grant DESCRIBE_CONFIGS on topics")
			    : _("min.insync.replicas is not known yet"));
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
	row->refusing = config_count(k, &sum, sum.refusing, arena);
	row->reassigning = outcome_value(outcome_for(k, &k->moving),
	    value_int(k->reassigning, k->moving.at, k->moves.period), arena);
	row->missing_brokers = missing_brokers(k, arena);
	list_problems(k, s, row);
	list_stakes(k, s, row);
	s->listing = outcome_value(&k->meta, value_bool(true, at, period), arena);
	return s;
}
