#include "source/mqtt/stats.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { KEEP_SERIES = 720, WINDOW_SAMPLES = 512 };

#define MINUTE (60 * NS_PER_S)

/* Totals since the start, and over which span their growth is wanted. */
static const struct {
	enum stat stat;
	int64_t span;
} counters[] = {
    {STAT_RECEIVED, MINUTE},
    {STAT_BYTES_IN, MINUTE},
    {STAT_BYTES_OUT, MINUTE},
    {STAT_CONNECTS, MINUTE},
    {STAT_SENT, FACTS_DROP_WINDOW},
    {STAT_DROPPED, FACTS_DROP_WINDOW},
    {STAT_QUEUED, FACTS_DROP_WINDOW},
    {STAT_CLOSES, FACTS_LINE_WINDOW},
    {STAT_TIMEOUTS, FACTS_LINE_WINDOW},
};

enum { COUNTED = sizeof(counters) / sizeof(counters[0]) };

void stats_init(struct stats *s, int64_t period)
{
	*s = (struct stats){.period = period};
	for (size_t i = 0; i < COUNTED; i++)
		window_init(&s->window[counters[i].stat], counters[i].span, WINDOW_SAMPLES);
	s->connected = series_new(KEEP_SERIES);
}

void stats_release(struct stats *s)
{
	for (size_t i = 0; i < COUNTED; i++)
		window_release(&s->window[counters[i].stat]);
	series_free(s->connected);
	memset(s, 0, sizeof(*s));
}

static bool fell(const struct stats *s, const struct reading *r, enum stat stat)
{
	return s->now.seen[stat] && r->seen[stat] && r->v[stat] < s->now.v[stat];
}

/* An uptime that fell; or, where there is none, a total that did. */
static bool is_restart(const struct stats *s, const struct reading *r)
{
	if (!s->at)
		return false;
	if (s->now.seen[STAT_UPTIME] && r->seen[STAT_UPTIME])
		return fell(s, r, STAT_UPTIME);
	return fell(s, r, STAT_CONNECTS) || fell(s, r, STAT_RECEIVED) || fell(s, r, STAT_SENT);
}

void stats_take(struct stats *s, const struct reading *r, int64_t at)
{
	if (is_restart(s, r)) {
		s->restarted = true;
		s->uptime_lost = s->now.seen[STAT_UPTIME] ? s->now.v[STAT_UPTIME] : -1;
		for (size_t i = 0; i < COUNTED; i++)
			window_reset(&s->window[counters[i].stat]);
		s->at = 0;
	}
	s->before = s->now;
	s->before_at = s->at;
	s->now = *r;
	s->at = at;
	for (size_t i = 0; i < COUNTED; i++)
		if (r->seen[counters[i].stat])
			window_add(&s->window[counters[i].stat], at, r->v[counters[i].stat]);
	if (r->seen[STAT_CONNECTED])
		series_add(s->connected, at, r->v[STAT_CONNECTED]);
}

/* Why a stat is not there: the flavour cannot tell, or this broker does not. */
static struct value absent(const struct stats *s, enum stat stat)
{
	const char *why;

	if (!s->at && !s->before_at)
		return value_missing(_("its HTTP address has not answered yet"));
	why = s->now.flavor ? flavor_reason(s->now.flavor, stat) : NULL;
	if (stat == STAT_MAX && s->now.no_limit)
		return value_missing(
		    _("its listeners have no limit: set max_connections: to what it is meant to bear"));
	if (why && (strstr(why, "exporters:") || strstr(why, "max_connections:") || strstr(why, "logs:")))
		return value_missing(why); /* something can be done about it */
	return why ? value_na(why) : value_missing(_("this broker does not tell it over HTTP"));
}

struct value stats_value(const struct stats *s, enum stat stat)
{
	if (!s->at || !s->now.seen[stat])
		return absent(s, stat);
	return value_int((int64_t)s->now.v[stat], s->at, s->period);
}

struct value stats_rate(const struct stats *s, enum stat stat)
{
	double elapsed = (double)(s->at - s->before_at) / NS_PER_S;

	if (!s->at || !s->now.seen[stat])
		return absent(s, stat);
	if (!s->before_at || !s->before.seen[stat] || elapsed <= 0 || s->before.v[stat] > s->now.v[stat])
		return value_missing(_("needs two readings"));
	return value_real((s->now.v[stat] - s->before.v[stat]) / elapsed, s->at, s->period);
}

/* The window's verdict on its figure: whole, or of the part that was watched. */
static struct value windowed(struct value v, int64_t covered, int64_t span, char *text, size_t size)
{
	char have[FMT_MAX], want[FMT_MAX];

	if (covered >= span)
		return v;
	fmt_duration(have, sizeof(have), covered);
	fmt_duration(want, sizeof(want), span);
	snprintf(text, size, _("%s of %s watched so far"), have, want);
	return value_partial(v, text);
}

struct value stats_per_min(const struct stats *s, enum stat stat)
{
	double grown;
	int64_t covered;

	if (!s->at || !s->now.seen[stat])
		return absent(s, stat);
	window_growth(&s->window[stat], &grown, &covered);
	if (covered <= 0)
		return value_missing(_("needs two readings"));
	/* A minute need not be whole: a storm is to be seen before it is over. */
	return value_real(grown * (double)MINUTE / (double)covered, s->at, s->period);
}

struct value stats_memory_percent(const struct stats *s)
{
	double limit = s->now.v[STAT_MEMORY_LIMIT];

	if (!s->at)
		return absent(s, STAT_MEMORY_LIMIT);
	if (!s->now.seen[STAT_MEMORY] || !s->now.seen[STAT_MEMORY_LIMIT] || limit <= 0)
		return value_na(_("this broker has no memory limit that it tells of"));
	return value_real(100 * s->now.v[STAT_MEMORY] / limit, s->at, s->period);
}

struct drops stats_drops(const struct stats *s, char *text, size_t size)
{
	enum stat base = s->now.seen[STAT_QUEUED] ? STAT_QUEUED : STAT_SENT;
	double dropped, sent, tries;
	int64_t covered, sent_covered;
	struct value none, tries_total;

	if (!s->at || !s->now.seen[STAT_DROPPED] || !s->now.seen[base]) {
		none = absent(s, STAT_DROPPED);
		return (struct drops){none, none, none, none};
	}
	tries_total = value_real(s->now.v[base] + s->now.v[STAT_DROPPED], s->at, s->period);
	window_growth(&s->window[STAT_DROPPED], &dropped, &covered);
	window_growth(&s->window[base], &sent, &sent_covered);
	if (sent_covered < covered)
		covered = sent_covered;
	if (covered <= 0) {
		none = value_missing(_("needs 5m of watching: two readings at least"));
		return (struct drops){none, none, none, tries_total};
	}
	tries = sent + dropped;
	return (struct drops){
	    .percent = windowed(value_real(tries > 0 ? 100 * dropped / tries : 0, s->at, s->period), covered,
		FACTS_DROP_WINDOW, text, size),
	    .tries = windowed(
		value_int((int64_t)tries, s->at, s->period), covered, FACTS_DROP_WINDOW, text, size),
	    .drops = windowed(
		value_int((int64_t)dropped, s->at, s->period), covered, FACTS_DROP_WINDOW, text, size),
	    .tries_total = tries_total,
	};
}

struct timeouts stats_timeouts(const struct stats *s, char *text, size_t size)
{
	double timeouts, closes;
	int64_t covered;
	struct value none;

	if (!s->at || !s->now.seen[STAT_TIMEOUTS] || !s->now.seen[STAT_CLOSES]) {
		none = absent(s, STAT_TIMEOUTS);
		return (struct timeouts){none, none, none, none};
	}
	window_growth(&s->window[STAT_TIMEOUTS], &timeouts, &covered);
	window_growth(&s->window[STAT_CLOSES], &closes, &covered);
	if (covered <= 0) {
		none = value_missing(_("needs 15m of watching: two readings at least"));
		return (struct timeouts){none, none, none, none};
	}
	return (struct timeouts){
	    .percent = windowed(value_real(closes > 0 ? 100 * timeouts / closes : 0, s->at, s->period),
		covered, FACTS_LINE_WINDOW, text, size),
	    .timeouts = windowed(
		value_int((int64_t)timeouts, s->at, s->period), covered, FACTS_LINE_WINDOW, text, size),
	    .timeouts_total = stats_value(s, STAT_TIMEOUTS),
	    .closes_total = stats_value(s, STAT_CLOSES),
	};
}
