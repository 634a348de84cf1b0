#include "source/mqtt/rows.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/host/host.h"

#include <stdio.h>
#include <string.h>

static const char *const no_controller = N_("MQTT brokers have no controller");
static const char *const no_maximum =
    N_("mosquitto does not publish max_connections: set max_connections: for it in the config");

static int64_t liveness(const struct mqtt_broker *b)
{
	int64_t period = b->ping.period;

	/* While it is tried ever more seldom, an answer holds until the next try. */
	return b->retry.backoff > period ? b->retry.backoff : period;
}

/* Why nothing newer is known, in the arena; NULL while the broker answers. */
static const char *trouble_of(const struct mqtt_broker *b, struct arena *a, int64_t now)
{
	char words[ERR_MAX];

	if (b->trouble == TROUBLE_NONE && b->phase == PHASE_LIVE)
		return NULL;
	if (b->trouble == TROUBLE_NONE && b->heard_at)
		return _("the connection was lost, connecting again");
	mqtt_broker_words(b, now, words, sizeof(words));
	return arena_strdup(a, words);
}

static struct value up_of(const struct mqtt_broker *b, const char *trouble, int64_t now)
{
	switch (b->trouble) {
	case TROUBLE_HUNG:
		return value_bool(false, now, liveness(b));
	case TROUBLE_DOWN:
		return value_bool(false, b->tried_at, liveness(b));
	case TROUBLE_DENIED:
		return value_bool(true, b->tried_at, liveness(b));
	case TROUBLE_HERE:
		return value_error(trouble);
	case TROUBLE_NONE:
		break;
	}
	if (!b->heard_at)
		return value_missing("connecting");
	return value_bool(true, b->heard_at, liveness(b));
}

/* A make whose numbers come over HTTP, and no address to ask; NULL: all is well. */
static const char *no_address(const struct mqtt_broker *b, struct arena *a)
{
	const struct flavor *f = mqtt_broker_flavor(b);

	if (!f || b->fetch.n)
		return NULL;
	return arena_printf(a, _("%s tells its numbers over HTTP: add exporters: [\"%s\"]; it needs %s"),
	    f->title, f->example, _(f->right));
}

/* What stands between a row and its numbers. */
struct view_of {
	const struct mqtt_broker *b;
	struct arena *arena;
	const char *trouble; /* of the MQTT connection */
	const char *missing; /* why there can be no numbers */
	bool by_http;
	const char *http_trouble; /* NULL: it answers */
	int64_t now;
};

static struct view_of look(const struct mqtt_broker *b, struct section *s, int64_t now)
{
	return (struct view_of){.b = b,
	    .arena = &s->arena,
	    .trouble = trouble_of(b, &s->arena, now),
	    .missing = no_address(b, &s->arena),
	    .by_http = mqtt_broker_by_http(b),
	    .http_trouble = b->fetch.why[0] ? arena_strdup(&s->arena, b->fetch.why) : NULL,
	    .now = now};
}

static struct value kept(const struct view_of *l, struct value v)
{
	if (v.type == VALUE_TEXT)
		v.s = arena_strdup(l->arena, v.s);
	if (v.reason)
		v.reason = arena_strdup(l->arena, v.reason);
	return v;
}

static struct value after(struct value v, const char *trouble)
{
	return v.type == VALUE_NONE ? value_error(trouble) : value_failed(v, trouble);
}

/* The broker's number under the trouble that there is: a failure keeps the last one. */
static struct value under(const struct view_of *l, struct value v)
{
	if (l->missing)
		return value_missing(l->missing);
	if (l->by_http)
		return l->http_trouble && v.quality != QUALITY_NA ? after(v, l->http_trouble) : kept(l, v);
	if (!l->trouble)
		return kept(l, v);
	if (!l->b->heard_at && l->b->trouble == TROUBLE_NONE)
		return value_missing(l->trouble);
	return kept(l, after(v, l->trouble));
}

static const enum stat stat_of[SYS_FIELD_COUNT] = {
    [SYS_UPTIME] = STAT_UPTIME,
    [SYS_CONNECTED] = STAT_CONNECTED,
    [SYS_SUBSCRIPTIONS] = STAT_SUBSCRIPTIONS,
    [SYS_RETAINED] = STAT_RETAINED,
    [SYS_HEAP] = STAT_MEMORY,
    [SYS_RECEIVED] = STAT_RECEIVED,
    [SYS_SENT] = STAT_SENT,
    [SYS_DROPPED] = STAT_DROPPED,
    [SYS_BYTES_IN] = STAT_BYTES_IN,
    [SYS_BYTES_OUT] = STAT_BYTES_OUT,
    [SYS_CONNECTS] = STAT_CONNECTS,
};

static struct value from_http(const struct stats *s, enum sys_field field)
{
	if (field == SYS_VERSION)
		return s->now.version[0] ? value_text(s->now.version, s->at, s->period)
					 : value_missing(_("its metrics do not tell the version"));
	if (field == SYS_CONNECTS)
		return stats_per_min(s, STAT_CONNECTS);
	return stats_value(s, stat_of[field]);
}

static struct value fact(const struct view_of *l, enum sys_field field)
{
	return under(l, l->by_http ? from_http(&l->b->fetch.stats, field)
				   : facts_value(&l->b->facts, field, l->now));
}

static const struct {
	enum metric_id metric;
	enum sys_field field;
} totals[] = {
    {METRIC_CONNECTIONS, SYS_CONNECTED},
    {METRIC_SUBSCRIPTIONS, SYS_SUBSCRIPTIONS},
    {METRIC_RETAINED, SYS_RETAINED},
    {METRIC_HEAP, SYS_HEAP},
    {METRIC_RECEIVED, SYS_RECEIVED},
    {METRIC_SENT, SYS_SENT},
    {METRIC_DROPPED, SYS_DROPPED},
};

static const struct {
	enum metric_id metric;
	unsigned counter;
	enum stat stat;
} rates[] = {
    {METRIC_MSGS_IN_RATE, COUNTER_RECEIVED, STAT_RECEIVED},
    {METRIC_MSGS_OUT_RATE, COUNTER_SENT, STAT_SENT},
    {METRIC_BYTES_IN_RATE, COUNTER_BYTES_IN, STAT_BYTES_IN},
    {METRIC_BYTES_OUT_RATE, COUNTER_BYTES_OUT, STAT_BYTES_OUT},
};

enum { TOTALS = sizeof(totals) / sizeof(totals[0]), RATES = sizeof(rates) / sizeof(rates[0]) };

/* mosquitto tells its heap, the others the memory of their process. */
static enum metric_id memory_or(const struct view_of *l, enum metric_id id)
{
	return id == METRIC_HEAP && l->by_http ? METRIC_MEMORY : id;
}

static void fill_metrics(struct broker_row *row, const struct view_of *l)
{
	struct metric *m = arena_alloc(l->arena, (TOTALS + RATES) * sizeof(*m));

	row->metrics = m;
	row->n_metrics = TOTALS + RATES;
	for (size_t i = 0; i < TOTALS; i++)
		*m++ = (struct metric){memory_or(l, totals[i].metric), fact(l, totals[i].field)};
	for (size_t i = 0; i < RATES; i++)
		*m++ = (struct metric){rates[i].metric,
		    under(l, l->by_http ? stats_rate(&l->b->fetch.stats, rates[i].stat)
					: facts_rate(&l->b->facts, rates[i].counter, l->now))};
}

/* Whole days, rounded down: one that has expired is below zero. */
static struct value certificate(const struct mqtt_broker *b, const char *state, int64_t now)
{
	int64_t left = b->cert_until - clock_wall(), day = 86400 * NS_PER_S;
	struct value v;

	if (!b->secure)
		return value_na(_("not spoken to over TLS"));
	if (!b->cert_until)
		return b->trouble != TROUBLE_NONE ? value_error(state)
						  : value_missing(_("no certificate was seen yet"));
	v = value_int(left / day - (left % day < 0), now, liveness(b));
	return b->trouble == TROUBLE_NONE || b->trouble == TROUBLE_DENIED ? v
									  : value_failed(v, state);
}

struct section *mqtt_brokers_section(const struct mqtt_broker *brokers, size_t n, int64_t now)
{
	struct section *s = section_new(SECTION_BROKERS);
	char words[ERR_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct mqtt_broker *b = &brokers[i];
		struct broker_row *row = section_add(s);
		struct view_of l = look(b, s, now);

		row->id = row->name = arena_strdup(&s->arena, b->name);
		row->address = arena_strdup(&s->arena, b->address);
		mqtt_broker_words(b, now, words, sizeof(words));
		row->state = arena_strdup(&s->arena, words);
		row->up = up_of(b, l.trouble, now);
		row->controller = TRI_UNKNOWN; /* there is no such thing: null */
		row->version = fact(&l, SYS_VERSION);
		row->uptime_s = fact(&l, SYS_UPTIME);
		row->memory_percent =
		    l.by_http || l.missing ? under(&l, stats_memory_percent(&b->fetch.stats))
			      : value_na(_("mosquitto has no memory limit that it tells of"));
		row->cert_days = certificate(b, row->state, now);
		probe_stats_fill(&b->probes, row, now, b->ping.period,
		    b->first_try && (b->heard_at || b->trouble != TROUBLE_NONE) ? l.trouble : NULL);
		fill_metrics(row, &l);
	}
	s->listing = value_bool(true, now, 0);
	return s;
}

static struct value percent_of(struct value current, struct value max)
{
	struct value v;

	if (max.type == VALUE_NONE)
		return max;
	if (current.type == VALUE_NONE)
		return current;
	v = current;
	v.type = VALUE_REAL;
	v.d = 100 * value_number(&current) / value_number(&max);
	return v;
}

static struct value maximum_of(const struct view_of *l)
{
	if (l->b->max_connections > 0)
		return value_int(l->b->max_connections, l->now, 0);
	return l->by_http || l->missing ? under(l, stats_value(&l->b->fetch.stats, STAT_MAX))
					: value_missing(_(no_maximum));
}

struct section *mqtt_connections_section(const struct mqtt_broker *brokers, size_t n, int64_t now)
{
	static const char *const not_nats = N_("slow consumers are NATS's");
	struct section *s = section_new(SECTION_CONNECTIONS);

	for (size_t i = 0; i < n; i++) {
		const struct mqtt_broker *b = &brokers[i];
		struct connection_row *row = section_add(s);
		struct view_of l = look(b, s, now);
		char text[64], line_text[64];
		struct drops drops = l.by_http
					 ? stats_drops(&b->fetch.stats, text, sizeof(text))
					 : facts_drops(&b->facts, now, text, sizeof(text));
		struct timeouts timeouts =
		    l.by_http ? stats_timeouts(&b->fetch.stats, line_text, sizeof(line_text))
			      : facts_timeouts(&b->facts, now, line_text, sizeof(line_text));

		row->broker = arena_strdup(&s->arena, b->name);
		row->current = fact(&l, SYS_CONNECTED);
		row->max = maximum_of(&l);
		row->percent = percent_of(row->current, row->max);
		row->slow_total = row->slow_10m = value_na(_(not_nats));
		row->dropped_total = fact(&l, SYS_DROPPED);
		row->sent_total = fact(&l, SYS_SENT);
		row->tries_total = under(&l, drops.tries_total);
		row->drop_percent = under(&l, drops.percent);
		row->drop_tries = under(&l, drops.tries);
		row->drops = under(&l, drops.drops);
		row->timeout_percent = under(&l, timeouts.percent);
		row->timeouts = under(&l, timeouts.timeouts);
		row->timeouts_total = under(&l, timeouts.timeouts_total);
		row->closes_total = under(&l, timeouts.closes_total);
		row->connects_per_min = fact(&l, SYS_CONNECTS);
		row->connects_total = under(&l, l.by_http ? stats_value(&b->fetch.stats, STAT_CONNECTS)
							 : facts_connects(&b->facts, now));
		row->current_series = series_view(l.by_http ? b->fetch.stats.connected : b->facts.connected);
	}
	s->listing = value_bool(true, now, 0);
	return s;
}

/* Did one of them answer: yes if one did, no if none did, otherwise not known. */
static struct value reachable_of(const struct section *brokers, int64_t now)
{
	struct value v = value_missing("connecting");
	bool known = true;

	for (size_t i = 0; i < brokers->n; i++) {
		const struct value *up = &section_broker(brokers, i)->up;

		if (up->type == VALUE_BOOL && up->b)
			return *up;
		if (up->type == VALUE_BOOL)
			v = *up;
		else
			known = false;
		if (up->quality == QUALITY_ERROR)
			v = *up;
	}
	(void)now;
	return known || v.quality == QUALITY_ERROR ? v : value_missing("connecting");
}

static struct value count_up(const struct section *brokers, int64_t now, int64_t period)
{
	int64_t up = 0, unknown = 0;
	struct value v;

	for (size_t i = 0; i < brokers->n; i++) {
		const struct value *u = &section_broker(brokers, i)->up;

		if (u->type != VALUE_BOOL)
			unknown++;
		else if (u->b)
			up++;
	}
	v = value_int(up, now, period);
	return unknown ? value_partial(v, _("not every broker has been reached")) : v;
}

static const char *of_broker(const struct view_of *l, const char *trouble, size_t n)
{
	return n == 1 ? trouble : arena_printf(l->arena, "%s: %s", l->b->name, trouble);
}

struct section *mqtt_cluster_section(const struct mqtt_broker *brokers, size_t n, int64_t now)
{
	struct section *s = section_new(SECTION_CLUSTER);
	struct cluster_row *row = section_add(s);
	struct section *rows = mqtt_brokers_section(brokers, n, now);

	row->reachable = reachable_of(rows, now);
	if (row->reachable.reason)
		row->reachable.reason = arena_strdup(&s->arena, row->reachable.reason);
	row->version = value_missing("connecting");
	for (size_t i = 0; i < n; i++) {
		struct view_of l = look(&brokers[i], s, now);

		if (row->version.type != VALUE_TEXT)
			row->version = fact(&l, SYS_VERSION);
		if (!row->trouble && l.trouble && brokers[i].trouble != TROUBLE_NONE)
			row->trouble = of_broker(&l, l.trouble, n);
		else if (!row->trouble && l.by_http && l.http_trouble)
			row->trouble = of_broker(&l, l.http_trouble, n);
	}
	row->mode = mqtt_broker_flavor(&brokers[0])  ? mqtt_broker_flavor(&brokers[0])->title
		    : brokers[0].facts.version[0] ? "mosquitto"
						   : NULL;
	row->controllers = row->controller = value_na(_(no_controller));
	row->brokers_up = count_up(rows, now, liveness(&brokers[0]));
	row->voters = row->voters_ok = value_na(_("Kafka with KRaft has such voters"));
	row->brokers_expected = value_int((int64_t)n, now, 0);
	row->system_account = value_na(_("only NATS has a system account"));
	s->listing = value_bool(true, now, 0);
	section_unref(rows);
	return s;
}

static bool has_disk(const struct section *disk, const char *broker)
{
	for (size_t i = 0; i < disk->n; i++)
		if (strcmp(section_disk(disk, i)->broker, broker) == 0)
			return true;
	return false;
}

struct section *mqtt_disk_section(
    const struct source_ctx *ctx, const struct section *brokers, int64_t now)
{
	const char *no_entry =
	    _("an MQTT broker does not tell where it keeps its data: say so with "
	    "disk: [{broker: NAME, path: PERSISTENCE_LOCATION, local: true}]");
	struct section *s = section_new(SECTION_DISK);

	host_disk_merge(
	    ctx->cluster, brokers, s, now, schedule_period(ctx->config, PERIOD_LOGDIRS));
	for (size_t i = 0; i < section_count(brokers); i++) {
		const char *name = section_broker(brokers, i)->name;
		struct disk_row *row;

		if (has_disk(s, name))
			continue;
		row = section_add(s);
		row->broker = arena_strdup(&s->arena, name);
		row->used_bytes = row->total_bytes = row->percent = value_missing(no_entry);
		row->data_bytes = value_na(_("an MQTT broker does not tell what it keeps on disk"));
	}
	s->listing = value_bool(true, now, 0);
	return s;
}
