#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"

#include <stdlib.h>

/*
 * tracker: one entry per JetStream stream and consumer over all nodes and polls.
 * A consumer is listed by every server that holds a replica of it, but only its
 * leader's numbers are right; the others' are old or different.
 */

/* Rings for all while there are few; later only for those that matter. */
enum { SERIES_FOR_ALL = 2000, SERIES_MOST = 4000, SERIES_LAG = 1000, SERIES_KEEP = 128 };

void tracker_init(struct tracker *t)
{
	*t = (struct tracker){0};
	map_init(&t->consumers);
	map_init(&t->streams);
}

static void consumer_free(struct consumer_track *c)
{
	series_free(c->series);
	series_free(c->lost_series);
	free(c->names);
	free(c->key);
	free(c);
}

static void stream_free(struct stream_track *s)
{
	free(s->key);
	free(s);
}

void tracker_release(struct tracker *t)
{
	size_t pos = 0;
	void *v;

	while (map_each(&t->consumers, &pos, &v))
		consumer_free(v);
	pos = 0;
	while (map_each(&t->streams, &pos, &v))
		stream_free(v);
	map_release(&t->consumers);
	map_release(&t->streams);
}

enum { KEY_MAX = 3 * JSON_TEXT_MAX + 8 };

static struct stream_track *stream_of(struct tracker *t, const struct js_stream *js)
{
	char key[KEY_MAX];
	struct stream_track *s;

	snprintf(key, sizeof(key), "%s\x1f%s", js->account, js->name);
	s = map_get(&t->streams, key);
	if (s || t->streams.n >= STREAMS_MAX)
		return s;
	s = xcalloc(1, sizeof(*s));
	s->key = xstrdup(key);
	s->n_consumers = -1;
	map_put(&t->streams, key, s);
	return s;
}

static struct consumer_track *consumer_of(struct tracker *t, const struct js_stream *js,
    const struct js_consumer *jc)
{
	size_t na = strlen(js->account) + 1, ns = strlen(js->name) + 1, nc = strlen(jc->name) + 1;
	char key[KEY_MAX];
	struct consumer_track *c;

	snprintf(key, sizeof(key), "%s\x1f%s\x1f%s", js->account, js->name, jc->name);
	c = map_get(&t->consumers, key);
	if (c || t->consumers.n >= CONSUMERS_MAX)
		return c;
	c = xcalloc(1, sizeof(*c));
	c->key = xstrdup(key);
	c->names = xmalloc(na + ns + nc);
	memcpy(c->names, js->account, na);
	memcpy(c->names + na, js->name, ns);
	memcpy(c->names + na + ns, jc->name, nc);
	c->account = c->names;
	c->stream_name = c->names + na;
	c->name = c->names + na + ns;
	map_put(&t->consumers, key, c);
	return c;
}

/* The stream's own numbers and leader, from a server that answers. */
static void merge_stream(struct source *s, struct stream_track *t, const struct node *n,
    const struct js_stream *js, int64_t wall)
{
	bool leads = !js->clustered || (js->leader && !strcmp(js->leader, n->name));
	int64_t at = n->asks[ASK_JSZ].at;

	/* The servers are not asked in one moment: of two that claim to lead, the later word counts.
	 * A replica's word is better than none. */
	if ((!leads && t->at) || at <= t->at)
		return;
	t->at = at;
	if (leads && js->leader && t->leader[0] && strcmp(t->leader, js->leader))
		nats_event(s, t->key + strcspn(t->key, "\x1f") + 1, _("the stream's leader moved from %s to %s"),
		    t->leader, js->leader);
	if (leads && js->leader)
		snprintf(t->leader, sizeof(t->leader), "%s", js->leader);
	t->first_seq = js->first_seq;
	t->first_ts = js->first_ts;
	t->max_age = js->max_age;
	if (js->last_seq == NUM_NONE)
		return;
	if (t->n && js->last_seq < t->last_seq)
		t->n = 0; /* made anew */
	t->last_seq = js->last_seq;
	if (t->n == SEQ_RING) {
		t->head = (t->head + 1) % SEQ_RING;
		t->n--;
	}
	t->ring[(t->head + t->n++) % SEQ_RING] = (struct seq_at){wall, js->last_seq};
}

static void keep_series(struct tracker *t, struct consumer_track *c, int64_t lag)
{
	if (!c->series) {
		if (t->n_series >= SERIES_MOST || (t->n_series >= SERIES_FOR_ALL && lag < SERIES_LAG))
			return;
		c->series = series_new(SERIES_KEEP);
		t->n_series++;
	}
	series_add(c->series, c->at, (double)lag);
}

/* A new poll of the consumer's leader. */
static void take_numbers(struct tracker *t, struct consumer_track *c, const struct js_consumer *jc,
    int64_t at)
{
	struct lag_sample s = {.at = at, .floor = jc->floor_seq};

	if (at <= c->at)
		return;
	c->last = *jc;
	c->last.name = c->last.leader = NULL;
	c->at = at;
	c->rewound = false;
	if (jc->pending == NUM_NONE || jc->ack_pending == NUM_NONE) {
		c->n = 0; /* what was watched before says nothing of now */
		return;
	}
	s.lag = num_add(jc->pending, jc->ack_pending);
	keep_series(t, c, s.lag);
	if (c->n) {
		const struct lag_sample *prev = &c->ring[(c->head + c->n - 1) % LAG_RING];

		c->rewound = s.floor < prev->floor;
		if (c->rewound)
			c->n = 0;
		if (s.floor != prev->floor || !s.lag) {
			c->floor_moved_at = at;
			c->lag_then = s.lag;
		}
	} else {
		c->floor_moved_at = at;
		c->lag_then = s.lag;
	}
	if (c->n == LAG_RING) {
		c->head = (c->head + 1) % LAG_RING;
		c->n--;
	}
	c->ring[(c->head + c->n++) % LAG_RING] = s;
}

static void note_lead(struct source *s, struct consumer_track *c, const struct node *n,
    const struct js_consumer *jc)
{
	const struct node *leader;

	if (c->lead == LEAD_OK)
		return;
	snprintf(c->leader, sizeof(c->leader), "%s", jc->leader ? jc->leader : "");
	if (!jc->leader)
		c->lead = LEAD_NONE;
	else if (node_answers_as(s, jc->leader, &leader))
		c->lead = node_ok(leader, ASK_JSZ) ? LEAD_MOVING : LEAD_SILENT;
	else
		c->lead = leader ? LEAD_SILENT : LEAD_UNPOLLED;
	c->silent = c->lead == LEAD_SILENT ? leader : NULL;
	(void)n;
}

static void merge_consumer(struct source *s, struct consumer_track *c, const struct node *n,
    const struct js_consumer *jc, bool answers)
{
	bool leads = !jc->clustered || (jc->leader && !strcmp(jc->leader, n->name));

	if (c->gen != s->tracker.gen) {
		c->gen = s->tracker.gen;
		c->lead = LEAD_NONE;
		c->silent = NULL;
		c->listed_by = 0;
		c->listed_well = false;
	}
	c->listed_by++;
	if (answers) {
		c->listed_well = true;
		if (leads) {
			c->lead = LEAD_OK;
			c->silent = NULL;
			snprintf(c->leader, sizeof(c->leader), "%s", n->name);
			take_numbers(&s->tracker, c, jc, n->asks[ASK_JSZ].at);
		} else {
			note_lead(s, c, n, jc);
		}
	} else if (!c->listed_well && leads) {
		c->lead = LEAD_SILENT;
		c->silent = n;
	}
}

/* A mirror or a source is a consumer of another stream in all but name: what it has not fetched is its lag. */
static void merge_origins(struct source *s, struct stream_track *st, const struct node *n, const struct js_stream *js,
    bool answers)
{
	for (size_t i = 0; i < js->n_origins; i++) {
		const struct js_origin *o = &js->origins[i];
		char name[JSON_TEXT_MAX + 16];
		struct js_stream from = {.account = js->account, .name = o->name};
		struct js_consumer as = {.name = name, .leader = js->leader, .clustered = js->clustered, .pending = o->lag,
		    .ack_pending = 0, .redelivered = NUM_NONE, .waiting = NUM_NONE, .max_ack_pending = NUM_NONE,
		    .floor_seq = js->last_seq, .floor_stream_seq = NUM_NONE, .push = TRI_YES, .push_bound = TRI_YES,
		    .paused = TRI_UNKNOWN};
		struct consumer_track *c;

		snprintf(name, sizeof(name), "%s %.*s", o->mirror ? "mirror" : _("source of"), JSON_TEXT_MAX - 1, js->name);
		c = consumer_of(&s->tracker, &from, &as);
		if (!c)
			continue;
		c->stream = st;
		c->origin = true;
		snprintf(c->origin_error, sizeof(c->origin_error), "%s", o->error ? o->error : "");
		c->origin_active = o->active;
		merge_consumer(s, c, n, &as, answers);
	}
}

static void merge_node(struct source *s, const struct node *n, bool answers, int64_t wall)
{
	struct tracker *t = &s->tracker;

	for (size_t i = 0; i < n->jsz->n_listed_streams; i++) {
		const struct js_stream *js = &n->jsz->streams[i];
		struct stream_track *st = stream_of(t, js);

		if (!st)
			continue;
		if (st->gen != t->gen)
			st->listed = st->clustered = st->has_leader = 0;
		st->gen = t->gen;
		if (answers) {
			st->clustered |= js->clustered;
			st->has_leader |= js->leader != NULL;
			merge_stream(s, st, n, js, wall);
		}
		merge_origins(s, st, n, js, answers);
		for (size_t k = js->first; k < js->first + js->n; k++) {
			struct consumer_track *c = consumer_of(t, js, &n->jsz->consumers[k]);

			if (!c)
				continue;
			c->stream = st;
			merge_consumer(s, c, n, &n->jsz->consumers[k], answers);
		}
	}
}

/* Not listed any more; or listed only by servers that do not answer, though others
 * that do answer had it too: then it was deleted since. */
static bool is_gone(const struct tracker *t, const struct consumer_track *c)
{
	return c->gen != t->gen || (!c->listed_well && c->most_listed > c->listed_by);
}

/* A consumer of fewer replicas than its stream is listed by its own servers only: the count
 * is one over all. complete: every server was heard. */
static void note_count(struct source *s, struct stream_track *st, bool complete)
{
	if (!complete)
		return;
	if (st->n_consumers >= 0 && st->n_consumers != st->listed)
		nats_event(s, strchr(st->key, '\x1f') + 1, _("the stream's consumers went from %lld to %lld"),
		    (long long)st->n_consumers, (long long)st->listed);
	st->n_consumers = st->listed;
}

static void sweep(struct source *s, bool complete)
{
	struct tracker *t = &s->tracker;
	size_t pos = 0;
	const char *key;
	void *v;

	while ((key = map_each(&t->consumers, &pos, &v))) {
		struct consumer_track *c = v;

		if (is_gone(t, c)) {
			map_del(&t->consumers, key);
			t->n_series -= c->series != NULL;
			consumer_free(c);
			continue;
		}
		if (c->listed_by > c->most_listed)
			c->most_listed = c->listed_by;
		c->stream->listed += !c->origin;
	}
	pos = 0;
	while ((key = map_each(&t->streams, &pos, &v))) {
		struct stream_track *st = v;

		if (st->gen != t->gen) {
			map_del(&t->streams, key);
			stream_free(st);
		} else {
			note_count(s, st, complete);
		}
	}
}

void tracker_merge(struct source *s, int64_t now, int64_t wall)
{
	struct tracker *t = &s->tracker;
	bool complete = true;

	t->gen++;
	for (int answers = 1; answers >= 0; answers--)
		for (size_t i = 0; i < s->n_nodes; i++) {
			const struct node *n = s->nodes[i];

			complete &= n->jsz && node_ok(n, ASK_JSZ) && n->jsz_less < 2 && !n->jsz->omitted;
			if (n->jsz && node_ok(n, ASK_JSZ) == (bool)answers)
				merge_node(s, n, answers, wall - (now - n->asks[ASK_JSZ].at));
		}
	sweep(s, complete);
	js_sum_up(s);
}

static int64_t between(int64_t seq, int64_t seq0, int64_t t0, int64_t seq1, int64_t t1)
{
	double part;

	if (seq1 <= seq0)
		return t1;
	part = ((double)seq - (double)seq0) / ((double)seq1 - (double)seq0);
	if (part < 0)
		part = 0;
	return t0 + (int64_t)((double)(t1 - t0) * (part > 1 ? 1 : part));
}

int64_t stream_seq_time(const struct stream_track *t, int64_t seq, bool *estimated)
{
	const struct seq_at *oldest = &t->ring[t->head], *later = NULL;

	*estimated = false;
	if (!t->n || seq == NUM_NONE)
		return -1;
	for (size_t i = t->n; i-- > 0;) {
		const struct seq_at *at = &t->ring[(t->head + i) % SEQ_RING];

		if (at->seq <= seq)
			return later ? between(seq + 1, at->seq, at->wall, later->seq, later->wall) : at->wall;
		later = at;
	}
	if (t->first_seq == NUM_NONE || t->first_ts < 0) {
		*estimated = true;
		return -1;
	}
	/* Of the first message that is kept the stream itself tells when it came. */
	if (seq + 1 <= t->first_seq)
		return t->first_ts;
	*estimated = true;
	return between(seq + 1, t->first_seq, t->first_ts, oldest->seq, oldest->wall);
}
