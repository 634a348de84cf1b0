#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

/* What a cycle's offsets mean: per partition, then summed up per group and topic. */

/* Seconds that nobody lives to see. */
#define NEVER 1e15

enum { KEEP_LAG = 360, KEEP_LAG_MANY = 64, KEEP_LOST = 64, MANY_ROWS = 1000 };

static const struct kpart *part_of(const struct ktopic *t, const struct gpart *p)
{
	if (!t || p->partition < 0 || (size_t)p->partition >= t->n_parts)
		return NULL;
	return &t->parts[p->partition];
}

/* Since when the log has grown while the commit stood still. */
static void watch_stall(struct gpart *p, int64_t before, int64_t now)
{
	if (p->committed != before || !p->lag || p->end_then < 0) {
		p->moved_at = now;
		p->end_then = p->end;
		p->stalled_since = 0;
	} else if (p->end > p->end_then && !p->stalled_since) {
		p->stalled_since = p->moved_at;
	}
}

static void compute_part(struct kafka *k, const struct kpart *kp, struct gpart *p, int64_t now)
{
	int64_t before = p->window.n ? p->window.committed : -1;

	p->lag = p->end = -1;
	if (!kp || kp->end_cycle != k->cycle)
		return;
	p->end = kp->end;
	if (p->refused)
		return;
	if (p->committed < 0) {
		/* Nothing was ever written there, so that there is nothing to commit. */
		if (kp->end == 0 || kp->end == kp->start)
			p->lag = 0;
		return;
	}
	p->lag = p->end > p->committed ? p->end - p->committed : 0;
	watch_stall(p, before, now);
	lag_window_add(&p->window, p->committed, p->lag);
}

static int owned(const struct kgroup *g, const struct gpart *p)
{
	if (!strcmp(g->state, "Empty") || !strcmp(g->state, "Dead"))
		return TRI_NO;
	if (!g->described)
		return TRI_UNKNOWN;
	return p->assigned ? TRI_YES : TRI_NO;
}

static int badness(enum lag_status s)
{
	static const int rank[] = {[LAG_OK] = 0,
	    [LAG_UNKNOWN] = 1,
	    [LAG_WARN] = 2,
	    [LAG_REWIND] = 3,
	    [LAG_STALL] = 4,
	    [LAG_STOP] = 5};

	return rank[s];
}

static enum lag_status judge_part(const struct kgroup *g, const struct gpart *p, const char **why)
{
	struct lag_point points[LAG_WINDOW];

	return lag_judge(points, lag_window_read(&p->window, points), owned(g, p), why);
}

static void judge_parts(const struct kgroup *g, struct gtopic *t)
{
	int64_t most = -1;

	t->status = LAG_OK;
	t->why = NULL;
	t->worst = -1;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];
		const char *why = NULL;
		enum lag_status s = LAG_OK;

		if (p->lag < 0)
			s = LAG_UNKNOWN;
		else if (p->lag > 0)
			s = judge_part(g, p, &why);
		if (badness(s) > badness(t->status)) {
			t->status = s;
			t->why = why;
		}
		if (p->lag > most) {
			most = p->lag;
			t->worst = p->partition;
		}
	}
}

static void sum_up(struct gtopic *t, int64_t now)
{
	t->known = t->unknown = t->never = t->sum = 0;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];

		if (p->lag < 0) {
			t->unknown++;
			t->never += p->committed < 0 && p->end >= 0;
			continue;
		}
		t->known++;
		t->sum = num_add(t->sum, p->lag);
	}
	t->failed = !t->known;
	if (t->known)
		t->at = now;
}

static void add_rate(struct gtopic *t, int64_t now)
{
	struct rate_point point = {.at = now};

	if (t->unknown || t->rate_parts != t->n_parts)
		t->n_rates = 0;
	t->rate_parts = t->n_parts;
	if (t->unknown)
		return;
	for (size_t i = 0; i < t->n_parts; i++) {
		point.end = num_add(point.end, t->parts[i].end);
		point.committed = num_add(point.committed, t->parts[i].committed > 0 ? t->parts[i].committed : 0);
	}
	if (t->n_rates == RATE_WINDOW) {
		memmove(t->rates, t->rates + 1, (RATE_WINDOW - 1) * sizeof(t->rates[0]));
		t->n_rates--;
	}
	t->rates[t->n_rates++] = point;
}

static void compute_stall(struct kafka *k, struct gtopic *t, int64_t now)
{
	int64_t longest = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];

		if (p->stalled_since && now - p->stalled_since > longest)
			longest = now - p->stalled_since;
	}
	t->stalled = value_real((double)longest / NS_PER_S, now, k->offsets.period);
}

/* The oldest unread record of all partitions. */
static void compute_age(struct kafka *k, const struct ktopic *topic, struct gtopic *t, int64_t now)
{
	int64_t oldest = 0;
	bool rough = false, unknown = false;

	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];
		const struct kpart *kp = part_of(topic, p);
		int64_t ns;
		enum age age;

		if (p->lag <= 0 || !kp)
			continue;
		age = end_ring_age(kp->ring, p->committed, now, &ns);
		unknown |= age == AGE_UNKNOWN;
		rough |= age == AGE_ROUGH && ns >= oldest;
		if (ns > oldest)
			oldest = ns;
	}
	if (unknown && !oldest) {
		t->lag_seconds = value_missing(_("needs two polls of the end offset"));
		return;
	}
	t->lag_seconds = value_real((double)oldest / NS_PER_S, now, k->offsets.period);
	if (rough || unknown)
		t->lag_seconds =
		    value_partial(t->lag_seconds, _("older than what was watched: an estimate"));
	if (t->unknown)
		t->lag_seconds = value_partial(t->lag_seconds, _("of some partitions only"));
}

static void count_deleted(const struct ktopic *topic, struct gtopic *t)
{
	t->deleted = 0;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct kpart *kp = part_of(topic, &t->parts[i]);

		if (kp && t->parts[i].committed >= 0 && kp->start > t->parts[i].committed)
			t->deleted = num_add(t->deleted, kp->start - t->parts[i].committed);
	}
}

enum fate { FATE_KNOWN, FATE_NEVER, FATE_UNKNOWN };

/* When a log that is cut by size will have grown over the oldest unread record: what still
 * fits behind it, at the pace at which the log grows. */
static enum fate cut_by_size(const struct ktopic *topic, const struct gtopic *t, double *seconds)
{
	enum fate fate = FATE_NEVER;

	for (size_t i = 0; i < t->n_parts; i++) {
		const struct kpart *kp = part_of(topic, &t->parts[i]);
		double pace = kp ? end_ring_pace(kp->ring) : -1, record, room, left;

		if (!kp || kp->end < 0 || kp->start < 0 || kp->bytes < 0 || pace < 0)
			return FATE_UNKNOWN;
		if (pace == 0 || kp->end <= kp->start)
			continue;
		record = (double)kp->bytes / (double)(kp->end - kp->start);
		room = (double)topic->retention_bytes -
		       record * (double)(t->parts[i].lag > 0 ? t->parts[i].lag : 0);
		left = room > 0 && record > 0 ? room / (record * pace) : 0;
		if (record <= 0)
			continue;
		if (fate == FATE_NEVER || left < *seconds)
			*seconds = left;
		fate = FATE_KNOWN;
	}
	return fate;
}

/* When the oldest unread record reaches the retention time. Segments are deleted whole and
 * later, so that this is the earliest moment. */
static struct value lost_in(
    struct kafka *k, const struct ktopic *topic, const struct gtopic *t, int64_t now)
{
	enum fate size = FATE_NEVER;
	struct value v;
	double left, by_size = 0;

	if (t->deleted)
		return value_real(0, now, k->offsets.period);
	if (topic->config_error)
		return value_missing(_("retention is not known: grant DESCRIBE_CONFIGS on the topic"));
	if (!topic->configured)
		return value_missing(k->config.error
					 ? _("retention is not known: DescribeConfigs failed")
					 : _("retention is not known yet"));
	if (topic->compacted)
		return value_na(_("the topic is compacted: the last record of each key stays"));
	if (topic->retention_ms < 0 && topic->retention_bytes < 0)
		return value_na(_("the topic keeps everything (retention.ms -1)"));
	if (topic->retention_ms >= 0 && t->lag_seconds.type == VALUE_NONE)
		return t->lag_seconds;
	left = topic->retention_ms >= 0 ? (double)topic->retention_ms / 1000 - t->lag_seconds.d
					: NEVER;
	if (topic->retention_bytes >= 0) {
		size = cut_by_size(topic, t, &by_size);
		if (size == FATE_KNOWN && by_size < left)
			left = by_size;
	}
	if (left >= NEVER)
		return value_na(_("the topic is cut by size only, and does not grow"));
	v = value_real(left > 0 ? left : 0, now, k->offsets.period);
	if (size == FATE_UNKNOWN)
		return value_partial(v, _("by time; retention.bytes may delete sooner"));
	if (t->lag_seconds.quality != QUALITY_OK)
		return value_partial(v, t->lag_seconds.reason);
	return v;
}

static void add_series(struct kafka *k, struct gtopic *t, int64_t now)
{
	if (!t->series)
		t->series = series_new(k->n_gparts > MANY_ROWS ? KEEP_LAG_MANY : KEEP_LAG);
	series_add(t->series, now, (double)t->sum);
	if (t->lost_in.type != VALUE_REAL || t->lost_in.quality != QUALITY_OK || t->sum <= 0)
		return;
	if (!t->lost_series)
		t->lost_series = series_new(KEEP_LOST);
	series_add(t->lost_series, now, t->lost_in.d);
}

/* What does not need a new cycle: how old, how long still. */
static void foresee(struct kafka *k, struct gtopic *t, int64_t now)
{
	const struct ktopic *topic = topic_get(k, t->name);

	compute_age(k, topic, t, now);
	count_deleted(topic, t);
	t->lost_in = topic ? lost_in(k, topic, t, now)
			   : value_missing(
				 _("the topic is not in the metadata: deleted, or no DESCRIBE right"));
}

static void compute_topic(struct kafka *k, const struct kgroup *g, struct gtopic *t, int64_t now)
{
	const struct ktopic *topic = topic_get(k, t->name);

	for (size_t i = 0; i < t->n_parts; i++)
		compute_part(k, part_of(topic, &t->parts[i]), &t->parts[i], now);
	sum_up(t, now);
	judge_parts(g, t);
	add_rate(t, now);
	compute_stall(k, t, now);
	foresee(k, t, now);
	if (!t->unknown)
		add_series(k, t, now);
}

static void each_topic(struct kafka *k, int64_t now, bool whole)
{
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		if (g->fetched != k->cycle)
			continue;
		for (size_t i = 0; i < g->n_topics; i++) {
			if (whole)
				compute_topic(k, g, &g->topics[i], now);
			else
				foresee(k, &g->topics[i], now);
		}
	}
}

void lag_compute(struct kafka *k, int64_t now)
{
	each_topic(k, now, true);
}

void lag_recompute(struct kafka *k, int64_t now)
{
	each_topic(k, now, false);
}
