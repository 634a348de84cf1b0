#include "source/nats/system.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"

#include <stdlib.h>

/* Shorter than this, nothing is said about a consumer that does not move. */
#define STALL_LEAST (60 * NS_PER_S)
/* An origin without messages sends heartbeats. */
#define ORIGIN_SILENT (60 * NS_PER_S)

static const struct lag_sample *sample(const struct consumer_track *c, size_t i)
{
	return &c->ring[(c->head + i) % LAG_RING];
}

/* Why what a mirror or source says of its origin is not of now; NULL: it is, or it is none. */
static const char *origin_reason(const struct consumer_track *c, struct arena *a)
{
	if (!c->origin)
		return NULL;
	if (c->origin_error[0])
		return arena_printf(a, _("its origin cannot be read: %s"), c->origin_error);
	if (c->origin_active < 0)
		return _("its origin has not been heard of");
	return c->origin_active > ORIGIN_SILENT ? _("nothing has been heard of its origin for a minute") : NULL;
}

static const char *lead_reason(const struct consumer_track *c, struct arena *a)
{
	switch (c->lead) {
	case LEAD_SILENT:
		return arena_printf(a, _("%s, which leads this consumer, does not answer: %s"), c->silent->name,
		    node_why(c->silent, ASK_JSZ));
	case LEAD_MOVING:
		return arena_printf(a, _("the consumer's leader is moving to %s"), c->leader);
	case LEAD_UNPOLLED:
		return arena_printf(a, _("%s, which leads this consumer, is none of the servers that are asked"), c->leader);
	case LEAD_NONE:
		return _("the consumer has no leader");
	case LEAD_OK:
		break;
	}
	return origin_reason(c, a);
}

/* v, or what is left of it when the leader does not speak. */
static struct value led(const struct consumer_track *c, struct value v, const char *reason)
{
	if (!reason)
		return v;
	return c->at ? value_failed(v, reason) : value_error(reason);
}

static struct value count(const struct consumer_track *c, int64_t n, int64_t period, const char *reason)
{
	if (n == NUM_NONE && !reason)
		return value_missing(_("the server does not report it"));
	return led(c, value_int(n == NUM_NONE ? 0 : n, c->at, period), reason);
}

static int64_t lag_of(const struct consumer_track *c)
{
	if (c->last.pending == NUM_NONE || c->last.ack_pending == NUM_NONE)
		return NUM_NONE;
	return num_add(c->last.pending, c->last.ack_pending);
}

/* Messages per second over what the ring covers. The server counts what it acknowledged in
 * order; what arrives follows from that and from how the lag changed. */
static void fill_rates(const struct consumer_track *c, struct lag_row *row, int64_t period,
    const char *reason)
{
	const struct lag_sample *first, *last;
	double s, commit, trend;

	if (c->n < 2) {
		row->end_rate = row->commit_rate = row->trend = value_missing(_("needs two polls"));
		return;
	}
	first = sample(c, 0);
	last = sample(c, c->n - 1);
	s = (double)(last->at - first->at) / NS_PER_S;
	commit = ((double)last->floor - (double)first->floor) / s;
	trend = (double)(last->lag - first->lag) / s;
	row->commit_rate = led(c, value_real(commit, c->at, period), reason);
	row->trend = led(c, value_real(trend, c->at, period), reason);
	row->end_rate = led(c, value_real(commit + trend > 0 ? commit + trend : 0, c->at, period), reason);
}

/* How long the oldest message has waited, and when the stream will drop it unread. */
static void fill_ages(const struct consumer_track *c, struct lag_row *row, int64_t period,
    const char *reason)
{
	int64_t now_wall = clock_wall() - (clock_boot() - c->at), came, max_age;
	bool estimated = false;

	row->lost_in_seconds = value_na(_("the stream has no max_age: nothing expires"));
	if (c->origin) {
		row->lost_in_seconds = value_na(_("a mirror or source fetches what it can: its stream's age says nothing"));
		row->lag_seconds = lag_of(c) ? value_missing(_("the server tells how many messages a mirror lacks, not since when"))
					     : led(c, value_real(0, c->at, period), reason);
		return;
	}
	if (!lag_of(c)) {
		row->lag_seconds = led(c, value_real(0, c->at, period), reason);
		if (c->stream && c->stream->max_age > 0)
			row->lost_in_seconds = value_na(_("nothing is unread"));
		return;
	}
	came = c->stream ? stream_seq_time(c->stream, c->last.floor_stream_seq, &estimated) : -1;
	if (came < 0) {
		row->lag_seconds = value_missing(_("when the oldest unread message came is not known"));
	} else {
		double age = (double)(now_wall - came) / NS_PER_S;

		row->lag_seconds = led(c, value_real(age > 0 ? age : 0, c->at, period), reason);
	}
	if (estimated && came >= 0)
		row->lag_seconds = value_partial(row->lag_seconds,
		    _("estimated from the stream's first and newest message: it came before this was watched"));
	max_age = c->stream ? c->stream->max_age : NUM_NONE;
	if (max_age == NUM_NONE || (max_age > 0 && came < 0)) {
		row->lost_in_seconds = value_missing(_("the stream's max_age or the message's age is not known"));
	} else if (max_age > 0) {
		row->lost_in_seconds = row->lag_seconds;
		row->lost_in_seconds.d = (double)max_age / NS_PER_S - row->lag_seconds.d;
	}
}

/* Does anybody fetch from it? */
static int attended(const struct js_consumer *j)
{
	if (j->push == TRI_YES || j->push_bound == TRI_YES)
		return j->push_bound == TRI_YES;
	if (j->push == TRI_NO)
		return j->waiting > 0 || j->ack_pending > 0;
	return TRI_UNKNOWN;
}

static enum lag_status status_of(const struct consumer_track *c, bool silent)
{
	const struct lag_sample *first, *last;

	if (silent || !c->n)
		return LAG_UNKNOWN;
	if (c->rewound)
		return LAG_REWIND;
	first = sample(c, 0);
	last = sample(c, c->n - 1);
	if (!last->lag)
		return LAG_OK;
	if (c->n < 2)
		return LAG_UNKNOWN;
	if (last->floor == sample(c, c->n - 2)->floor && last->lag >= c->lag_then) {
		if (last->at - c->floor_moved_at >= STALL_LEAST)
			return attended(&c->last) == TRI_NO ? LAG_STOP : LAG_STALL;
		return LAG_UNKNOWN;
	}
	if (last->lag > first->lag && last->at - first->at >= STALL_LEAST)
		return LAG_WARN;
	return LAG_OK;
}

static const char *state_of(const struct js_consumer *j, struct arena *a)
{
	if (j->paused == TRI_YES)
		return "paused";
	if (j->push == TRI_YES || j->push_bound == TRI_YES)
		return j->push_bound == TRI_YES ? _("push bound") : _("push, nobody bound");
	if (j->waiting == NUM_NONE)
		return NULL;
	return arena_printf(a, _("pull %lld waiting"), (long long)j->waiting);
}

static const char *why_of(const struct consumer_track *c, struct arena *a)
{
	const struct js_consumer *j = &c->last;
	char n[FMT_MAX];

	if (j->paused == TRI_YES)
		return _("paused: it is given nothing until it is resumed");
	if (j->max_ack_pending > 0 && j->ack_pending >= j->max_ack_pending)
		return arena_printf(a, _("%s delivered and not acknowledged: at its max_ack_pending, it is given no more"),
		    fmt_count(n, sizeof(n), j->ack_pending));
	if (lag_of(c) > 0 && attended(j) == TRI_NO)
		return j->push == TRI_YES ? _("nobody is bound to it") : _("nobody fetches from it");
	if (j->redelivered > 0)
		return arena_printf(a, _("%s delivered more than once"), fmt_count(n, sizeof(n), j->redelivered));
	return NULL;
}

enum { LOST_KEEP = 64 };

/* The past of the time that is left, once per poll, for the consumers whose lag has a past. */
static void keep_lost(struct consumer_track *c, struct lag_row *row)
{
	const struct value *lost = &row->lost_in_seconds;

	if (!c->series || lost->type != VALUE_REAL || lost->quality != QUALITY_OK)
		return;
	if (!c->lost_series)
		c->lost_series = series_new(LOST_KEEP);
	if (c->lost_at != c->at)
		series_add(c->lost_series, c->at, lost->d);
	c->lost_at = c->at;
	row->lost_series = series_view(c->lost_series);
}

static void fill_row(struct section *s, struct consumer_track *c, int64_t period)
{
	struct lag_row *row = section_add(s);
	struct arena *a = &s->arena;
	const char *reason = lead_reason(c, a);
	int64_t lag = c->at ? lag_of(c) : NUM_NONE;

	row->group = arena_strdup(a, c->name);
	row->topic = c->stream && c->stream->namesake ? arena_printf(a, "%s/%s", c->account, c->stream_name)
						      : arena_strdup(a, c->stream_name);
	row->lag = count(c, lag, period, reason);
	row->ack_pending = count(c, c->at ? c->last.ack_pending : NUM_NONE, period, reason);
	row->members = value_na(_("JetStream keeps no list of who fetches"));
	row->status = status_of(c, reason != NULL);
	row->worst_partition = -1;
	row->lag_series = c->series ? series_view(c->series) : NULL;
	row->why = reason;
	if (!c->at) {
		row->lag_seconds = row->lost_in_seconds = row->stalled_s = row->lag;
		row->end_rate = row->commit_rate = row->trend = row->acked_s = row->lag;
		return;
	}
	row->state = c->origin ? "mirrors" : state_of(&c->last, a);
	if (c->origin && strncmp(c->name, "mirror", 6) != 0)
		row->state = "sources";
	if (!reason)
		row->why = why_of(c, a);
	if (!c->origin && (c->last.push == TRI_YES || c->last.push_bound == TRI_YES))
		row->members = count(c, c->last.push_bound == TRI_YES, period, reason);
	row->acked_s = c->last.acked_ago < 0
	    ? value_missing(_("the server does not report it"))
	    : led(c, value_real((double)c->last.acked_ago / NS_PER_S, c->at, period), reason);
	fill_rates(c, row, period, reason);
	fill_ages(c, row, period, reason);
	keep_lost(c, row);
	row->stalled_s = led(c, value_real(lag > c->lag_then
	    ? (double)(c->at - c->floor_moved_at) / NS_PER_S : 0, c->at, period), reason);
}

static int by_key(const void *a, const void *b)
{
	const struct consumer_track *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static struct value listing(const struct source *s, struct section *sec, int64_t now)
{
	size_t good = 0, less = 0;
	const char *why = _("nothing was asked");
	struct value v = value_bool(true, now, nats_period(s, ASK_JSZ));

	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct node *n = s->nodes[i];

		if (node_ok(n, ASK_JSZ)) {
			good++;
			less += n->jsz_less == 2;
		} else {
			why = n->asks[ASK_JSZ].tried || (n->asks[ASK_VARZ].tried && !n->asks[ASK_VARZ].ok)
			    ? arena_printf(&sec->arena, "%s: %s", n->name, node_why(n, ASK_JSZ))
			    : arena_printf(&sec->arena, _("%s was not asked yet"), n->name);
		}
	}
	if (!s->n_nodes && system_trouble(s, &sec->arena))
		why = system_trouble(s, &sec->arena);
	if (!good)
		return value_error(why);
	if (less)
		return value_partial(v, _("too many consumers for one reply of 8 MiB: they are not listed"));
	return good < s->n_nodes ? value_partial(v, why) : v;
}

/* Accounts may have streams of the same name: these are told apart, or their consumers would be one to whoever judges. */
static void find_namesakes(struct tracker *t)
{
	struct map by_name;
	size_t pos = 0;
	void *v;

	map_init(&by_name);
	while (map_each(&t->streams, &pos, &v)) {
		struct stream_track *st = v, *other = map_put(&by_name, strchr(st->key, '\x1f') + 1, st);

		st->namesake = other != NULL;
		if (other)
			other->namesake = true;
	}
	map_release(&by_name);
}

void nats_publish_lag(struct source *s, int64_t now)
{
	struct tracker *t = &s->tracker;
	struct section *sec = section_new(SECTION_LAG);
	struct consumer_track **all = xcalloc(t->consumers.n, sizeof(*all));
	size_t n = 0, pos = 0;
	void *v;

	while (map_each(&t->consumers, &pos, &v))
		all[n++] = v;
	qsort(all, n, sizeof(*all), by_key);
	find_namesakes(t);
	for (size_t i = 0; i < n; i++)
		fill_row(sec, all[i], nats_period(s, ASK_JSZ));
	free(all);
	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i]->jsz && s->nodes[i]->jsz->omitted > sec->omitted)
			sec->omitted = s->nodes[i]->jsz->omitted;
	sec->listing = listing(s, sec, now);
	model_publish(s->ctx->model, s->ctx->index, sec);
}
