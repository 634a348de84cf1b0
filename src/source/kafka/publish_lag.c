#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <string.h>

/* SECTION_LAG: a row per group and topic. */

static const char *leader_trouble(const struct kafka *k, const struct kpart *p, struct arena *arena)
{
	const struct kbroker *b = broker_by_id(k, p->leader);

	if (p->leader < 0)
		return _("offline: the partition has no leader");
	if (p->end_error)
		return arena_printf(arena, _("the leader answers %s"), kafka_error_name(p->end_error));
	if (b && b->ends.error)
		return arena_strdup(arena, b->ends.error);
	return _("its leader has not answered in time");
}

const char *part_trouble(
    const struct kafka *k, const struct gtopic *t, const struct gpart *p, struct arena *arena)
{
	const struct ktopic *topic = topic_get(k, t->name);

	if (p->lag >= 0)
		return NULL;
	if (!topic)
		return _("the topic is not in the metadata: deleted, or no DESCRIBE right");
	if (p->partition < 0 || (size_t)p->partition >= topic->n_parts)
		return _("the topic has no such partition any more");
	if (p->end < 0)
		return leader_trouble(k, &topic->parts[p->partition], arena);
	if (p->refused)
		return _("the coordinator refused this partition");
	return _("nothing was committed yet");
}

static const char *first_trouble(const struct kafka *k, const struct gtopic *t, struct arena *arena)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		const char *why = part_trouble(k, t, &t->parts[i], arena);

		if (why)
			return why;
	}
	return _("not known yet");
}

static bool reads_beyond(const struct gtopic *t)
{
	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].beyond)
			return t->status == LAG_REWIND;
	return false;
}

/* The lag as it stands: of this cycle, or the last number with what is wrong now. */
static struct value lag_value(
    const struct kafka *k, const struct kgroup *g, const struct gtopic *t, struct arena *arena)
{
	struct value v = value_int(t->sum, t->at, k->offsets.period);
	const char *why;

	if (g->offsets.error) {
		why = arena_printf(arena, _("committed offsets: %s"), g->offsets.error);
		return t->at ? value_failed(v, why) : value_error(why);
	}
	if (!t->unknown && !t->at)
		return value_missing(_("not known yet"));
	/* Whether what is there is read depends on where its consumers start anew: 0 is not the whole truth. */
	if (!t->unknown)
		return reads_beyond(t) ? value_partial(v, t->why) : v;
	why = first_trouble(k, t, arena);
	if (t->known)
		return value_partial(v, arena_printf(arena, t->n_parts == 1 ? _("%lld of %zu partition: %s") : _("%lld of %zu partitions: %s"),
					    (long long)t->unknown, t->n_parts, why));
	if (t->never == t->unknown || (t->waits && !t->at))
		return value_missing(why);
	return t->at ? value_failed(v, why) : value_error(why);
}

/* Numbers that follow from the lag fail with it. */
static struct value follow(struct value v, const struct value *lag)
{
	if (lag->quality == QUALITY_ERROR && v.quality == QUALITY_OK)
		return v.type == VALUE_NONE ? value_error(lag->reason)
					    : value_failed(v, lag->reason);
	if (v.type == VALUE_NONE && v.quality == QUALITY_OK)
		return value_missing(_("not known yet"));
	return v;
}

static void fill_rates(const struct kafka *k, const struct gtopic *t, struct lag_row *row)
{
	const struct rate_point *first = &t->rates[0], *last;
	struct value none = value_missing(_("needs two polls"));
	double s;

	row->end_rate = row->commit_rate = row->trend = none;
	if (t->n_rates < 2)
		return;
	last = &t->rates[t->n_rates - 1];
	s = (double)(last->at - first->at) / NS_PER_S;
	if (s <= 0)
		return;
	row->end_rate =
	    value_real((double)(last->end - first->end) / s, last->at, k->offsets.period);
	row->commit_rate = value_real(
	    (double)(last->committed - first->committed) / s, last->at, k->offsets.period);
	row->trend = value_real(row->end_rate.d - row->commit_rate.d, last->at, k->offsets.period);
}

static struct value members_value(
    const struct kafka *k, const struct kgroup *g, struct arena *arena)
{
	const struct kbroker *b = broker_by_id(k, g->coordinator);
	struct value v = value_int(g->members, g->members_at, k->roster_due.period);

	if (!g->described)
		return value_missing(
		    !strcmp(g->type, "consumer")
			? _("a group of the new protocol: its members need Kafka 3.8 or later")
			: _("the coordinator has not described the group"));
	if (b && b->groups.error)
		return value_failed(v, arena_strdup(arena, b->groups.error));
	return v;
}

/* Of a name that many partitions point to, the section has one copy; of more names than fit here, several. */
enum { COPIES = 16 };

struct copies {
	const char *from[COPIES], *to[COPIES];
	size_t n;
};

static const char *copy_once(struct copies *c, const char *text, struct arena *arena)
{
	size_t at;

	if (!text)
		return NULL;
	for (size_t i = 0; i < COPIES; i++)
		if (c->from[i] == text)
			return c->to[i];
	at = c->n++ % COPIES;
	c->from[at] = text;
	return c->to[at] = arena_strdup(arena, text);
}

/* The commit that the lag was reckoned from: a newer one waits for its end. */
static int64_t compared(const struct gpart *p)
{
	bool newer = p->fresh || p->asked;

	return newer && p->lag >= 0 && p->window.n ? p->window.committed : p->committed;
}

static void fill_parts(const struct kafka *k, const struct kgroup *g, const struct gtopic *t,
    struct lag_row *row, struct arena *arena)
{
	const struct ktopic *topic = topic_get(k, t->name);
	struct copies members = {0};

	row->parts = arena_alloc(arena, (t->n_parts ? t->n_parts : 1) * sizeof(*row->parts));
	row->n_parts = t->n_parts;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];
		bool there = topic && p->partition >= 0 && (size_t)p->partition < topic->n_parts;

		row->parts[i] = (struct lag_partition){.partition = p->partition,
		    .committed = compared(p),
		    .end = p->end,
		    .start = there ? topic->parts[p->partition].start : -1,
		    .lag = p->lag,
		    .member = copy_once(&members, p->member, arena),
		    .error = g->offsets.error ? _("its group's coordinator does not answer")
					      : part_trouble(k, t, p, arena)};
	}
}

static const char *row_why(const struct gtopic *t, struct arena *arena)
{
	if (t->deleted)
		return arena_printf(arena, _("%lld messages were deleted before they were read"),
		    (long long)t->deleted);
	return t->why;
}

static void add_row(struct kafka *k, struct section *s, const struct kgroup *g, struct gtopic *t)
{
	struct lag_row *row = section_add(s);
	struct arena *arena = &s->arena;

	row->group = arena_strdup(arena, g->id);
	row->topic = arena_strdup(arena, t->name);
	row->lag = lag_value(k, g, t, arena);
	row->ack_pending = row->acked_s = value_na(_("JetStream only"));
	row->lag_seconds = follow(t->lag_seconds, &row->lag);
	row->lost_in_seconds = follow(t->lost_in, &row->lag);
	row->status = row->lag.quality == QUALITY_ERROR ? LAG_UNKNOWN : t->status;
	row->state = g->state[0] ? arena_strdup(arena, g->state) : NULL;
	row->members = members_value(k, g, arena);
	fill_rates(k, t, row);
	row->end_rate = follow(row->end_rate, &row->lag);
	row->commit_rate = follow(row->commit_rate, &row->lag);
	row->trend = follow(row->trend, &row->lag);
	row->stalled_s = follow(t->stalled, &row->lag);
	row->why = row_why(t, arena);
	row->worst_partition = t->worst;
	fill_parts(k, g, t, row, arena);
	row->lag_series = t->series ? series_view(t->series) : NULL;
	row->lost_series = t->lost_series && t->sum > 0 ? series_view(t->lost_series) : NULL;
}

static struct value lag_listing(const struct kafka *k, struct arena *arena, int64_t now)
{
	struct value v = value_bool(true, now, k->roster_due.period);

	if (k->meta.error)
		return value_error(arena_strdup(arena, k->meta.error));
	if (!(k->tried & TRIED_GROUPS))
		return value_missing(_("the groups are not listed yet"));
	if (rights_groups(k))
		return value_missing(rights_groups(k));
	if (rights_topics(k))
		return k->groups.n ? value_partial(v, rights_topics(k)) : value_missing(rights_topics(k));
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		if (b->id >= 0 && b->groups.error && (b->in_metadata || b->replicas))
			return value_partial(
			    v, arena_printf(arena, _("groups that %s coordinates may be missing: %s"),
				   b->name, b->groups.error));
	}
	return v;
}

struct section *build_lag(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_LAG);
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		const struct kgroup *g = value;

		for (size_t i = 0; i < g->n_topics; i++)
			if (g->topics[i].n_parts)
				add_row(k, s, g, &g->topics[i]);
	}
	s->omitted = k->omitted_parts;
	s->listing = lag_listing(k, &s->arena, now);
	return s;
}
