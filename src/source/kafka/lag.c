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

static void compute_part(
    const struct kafka *k, const struct kpart *kp, struct gpart *p, int64_t now)
{
	int64_t before = p->window.n ? p->window.committed : -1;
	const struct kbroker *b = kp ? broker_by_id(k, kp->asked_of) : NULL;

	p->lag = p->end = -1;
	p->beyond = false;
	if (!kp || kp->end < 0 || kp->end_round < kp->asked)
		return;
	p->end = kp->end;
	p->at = b ? b->ends_asked_at : now;
	if (p->refused)
		return;
	if (p->committed < 0) {
		/* Nothing was ever written there, so that there is nothing to commit. */
		if (kp->end == 0 || kp->end == kp->start)
			p->lag = 0;
		return;
	}
	p->lag = p->end > p->committed ? p->end - p->committed : 0;
	p->beyond = p->committed > p->end;
	watch_stall(p, before, now);
	lag_window_add(&p->window, p->committed, p->lag);
}

static bool comes_still(const struct kafka *k, const struct kpart *kp)
{
	const struct kbroker *b = kp ? broker_by_id(k, kp->asked_of) : NULL;

	return b && b->asking_ends && b->ends_round == kp->asked && kp->end_round < kp->asked;
}

/* The end that was asked for is there, or will not come. While it is neither, the last number
 * stays as long as it is fresh. Has anything changed? */
static bool take_end(struct kafka *k, const struct kpart *kp, struct gpart *p, int64_t now)
{
	if (!p->asked)
		return false;
	if (!comes_still(k, kp)) {
		p->asked = false;
		compute_part(k, kp, p, now);
		return true;
	}
	if (p->lag < 0 || now - p->at <= value_fresh_for(k->offsets.period))
		return false;
	p->lag = p->end = -1;
	return true;
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

		if (p->lag < 0) {
			s = LAG_UNKNOWN;
		} else if (p->beyond) {
			s = LAG_REWIND;
			why = _("committed beyond the end of the log: the topic was made anew, or its log cut back");
		} else if (p->lag > 0) {
			s = judge_part(g, p, &why);
		}
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

static void sum_up(struct gtopic *t)
{
	int64_t oldest = INT64_MAX, sum = 0;

	t->waits = false;
	t->known = t->unknown = t->never = 0;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];

		t->waits |= p->fresh || p->asked;
		if (p->lag < 0) {
			t->unknown++;
			t->never += p->committed < 0 && p->end >= 0;
			continue;
		}
		t->known++;
		sum = num_add(sum, p->lag);
		oldest = p->at < oldest ? p->at : oldest;
	}
	if (!t->known)
		return;
	t->sum = sum;
	t->at = oldest;
}

static void add_rate(struct gtopic *t, int64_t now)
{
	struct rate_point point = {.at = now};

	if (t->unknown || t->rate_parts != t->n_parts)
		t->n_rates = 0;
	t->rate_parts = t->n_parts;
	if (t->unknown || t->waits)
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

static void compute_stall(struct gtopic *t, int64_t period, int64_t now)
{
	int64_t longest = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		const struct gpart *p = &t->parts[i];

		if (p->stalled_since && now - p->stalled_since > longest)
			longest = now - p->stalled_since;
	}
	t->stalled = value_real((double)longest / NS_PER_S, t->at, period);
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
	t->lag_seconds = value_real((double)oldest / NS_PER_S, t->at, k->offsets.period);
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
static struct value lost_in(struct kafka *k, const struct ktopic *topic, const struct gtopic *t)
{
	enum fate size = FATE_NEVER;
	struct value v;
	double left, by_size = 0;

	if (t->deleted)
		return value_real(0, t->at, k->offsets.period);
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
	v = value_real(left > 0 ? left : 0, t->at, k->offsets.period);
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
	t->lost_in = topic ? lost_in(k, topic, t)
			   : value_missing(
				 _("the topic is not in the metadata: deleted, or no DESCRIBE right"));
}

static void compute_topic(struct kafka *k, const struct kgroup *g, struct gtopic *t, int64_t now)
{
	const struct ktopic *topic = topic_get(k, t->name);
	bool changed = false;

	for (size_t i = 0; i < t->n_parts; i++)
		changed |= take_end(k, part_of(topic, &t->parts[i]), &t->parts[i], now);
	if (!changed)
		return;
	sum_up(t);
	judge_parts(g, t);
	add_rate(t, now);
	compute_stall(t, k->offsets.period, now);
	foresee(k, t, now);
	if (!t->unknown && !t->waits)
		add_series(k, t, now);
}

static void each_topic(struct kafka *k, int64_t now, bool whole)
{
	size_t pos = 0;
	void *value;

	while (map_each(&k->groups, &pos, &value)) {
		struct kgroup *g = value;

		for (size_t i = 0; i < g->n_topics; i++) {
			if (whole)
				compute_topic(k, g, &g->topics[i], now);
			else if (g->topics[i].at)
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
