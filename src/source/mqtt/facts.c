#include "source/mqtt/facts.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Until two uptimes have been seen nobody knows sys_interval: mosquitto's default, doubled. */
#define GUESSED_INTERVAL (20 * NS_PER_S)
#define LONGEST_INTERVAL (3600 * NS_PER_S)

/* Messages of one tick come in one burst. */
#define BURST_GAP (150 * NS_PER_MS)
#define BURST_MOST (2 * NS_PER_S)

/* mosquitto up to 2.0.15 takes retained values back after 60 s: what changed in a gap shorter
 * than this is still there when we come back. */
#define GAP_WITHOUT_LOSS (50 * NS_PER_S)

/* After this much silence somebody should look. */
#define PATIENCE (25 * NS_PER_S)

/* How far two reckonings of a start time may differ. */
#define START_SLACK (10 * NS_PER_S)

enum { KEEP_SERIES = 720, WINDOW_SAMPLES = 512 };

static const enum sys_field counter_field[COUNTERS] = {
    [COUNTER_RECEIVED] = SYS_RECEIVED,
    [COUNTER_SENT] = SYS_SENT,
    [COUNTER_DROPPED] = SYS_DROPPED,
    [COUNTER_BYTES_IN] = SYS_BYTES_IN,
    [COUNTER_BYTES_OUT] = SYS_BYTES_OUT,
};

void facts_init(struct facts *f)
{
	*f = (struct facts){.interval = GUESSED_INTERVAL, .uptime_before = -1, .load = -1};
	for (size_t i = 0; i < COUNTERS; i++) {
		f->counter[i] = (struct counter){.field = counter_field[i], .last = -1, .rate = -1};
		window_init(&f->counter[i].window, FACTS_DROP_WINDOW, WINDOW_SAMPLES);
	}
	window_init(&f->own, FACTS_DROP_WINDOW, WINDOW_SAMPLES);
	window_init(&f->timeouts_window, FACTS_LINE_WINDOW, WINDOW_SAMPLES);
	window_init(&f->closes_window, FACTS_LINE_WINDOW, WINDOW_SAMPLES);
	f->connected = series_new(KEEP_SERIES);
}

void facts_release(struct facts *f)
{
	for (size_t i = 0; i < COUNTERS; i++)
		window_release(&f->counter[i].window);
	window_release(&f->own);
	window_release(&f->timeouts_window);
	window_release(&f->closes_window);
	series_free(f->connected);
	memset(f, 0, sizeof(*f));
}

static void forget_counters(struct facts *f)
{
	for (size_t i = 0; i < COUNTERS; i++) {
		window_reset(&f->counter[i].window);
		f->counter[i].last = f->counter[i].rate = -1;
	}
	window_reset(&f->own);
	f->uptime_before = -1;
	f->load = -1;
}

static void forget_lines(struct facts *f)
{
	window_reset(&f->timeouts_window);
	window_reset(&f->closes_window);
}

/* Values that came before `since` belong to a life of the broker that is over, or may have
 * changed unseen. */
static void forget_values(struct facts *f, int64_t since)
{
	for (size_t i = 0; i < SYS_FIELD_COUNT; i++)
		if (f->field[i].at < since)
			f->field[i] = (struct fact){0};
}

void facts_subscribed(struct facts *f, int64_t now)
{
	if (f->lost_at && now - f->lost_at > GAP_WITHOUT_LOSS) {
		forget_values(f, now);
		forget_counters(f);
	}
	f->subscribed_at = now;
	f->first_message_at = 0;
	f->ticks = 0;
	f->tick_due = 0;
	f->lines = LINES_UNKNOWN;
	forget_lines(f);
}

void facts_disconnected(struct facts *f, int64_t now)
{
	if (f->subscribed_at)
		f->lost_at = now;
	f->subscribed_at = 0;
	f->tick_due = 0;
	forget_lines(f);
}

void facts_gap(struct facts *f, uint64_t lost)
{
	f->delivered += (double)lost;
	forget_lines(f);
}

/* A restart shows as an uptime that fell; or, where we were away, as a start that lies after the
 * one we knew. */
static bool is_restart(const struct facts *f, int64_t uptime, int64_t at)
{
	int64_t start = at - uptime * NS_PER_S, known = f->uptime_at - f->uptime * NS_PER_S;

	if (!f->uptime_at)
		return false;
	if (uptime < f->uptime)
		return true;
	return f->ticks == 0 && f->lost_at && start - known > START_SLACK + f->interval;
}

static void note_uptime(struct facts *f, int64_t uptime, int64_t at)
{
	int64_t step;

	if (is_restart(f, uptime, at)) {
		f->restarted = true;
		f->uptime_lost = f->uptime;
		forget_values(f, f->subscribed_at);
		forget_counters(f);
	} else if (f->uptime_at && uptime > f->uptime) {
		step = (uptime - f->uptime) * NS_PER_S;
		if (f->ticks && step < LONGEST_INTERVAL)
			f->interval = step;
		f->uptime_before = f->uptime;
	}
	f->uptime = uptime;
	f->uptime_at = at;
}

/* mosquitto counts a packet as it sends it, so that the count holds what it sent to us until then;
 * one that was retained is older than the burst that brings it. */
static void note_own(struct facts *f, bool retained)
{
	f->own_in_sent = retained ? f->delivered_before : f->delivered - 1;
}

void facts_message(struct facts *f, const char *topic, size_t topic_len, const char *payload,
    size_t len, bool retained, int64_t at)
{
	struct sys_value v;

	if (!f->message_at || at - f->message_at > BURST_GAP)
		f->delivered_before = f->delivered;
	f->delivered++;
	f->message_at = at;
	if (!f->first_message_at)
		f->first_message_at = at;
	if (f->tick_due)
		f->tick_due = at + BURST_GAP;
	if (sys_parse(topic, topic_len, payload, len, &v) != 1)
		return;
	if (v.field == SYS_UPTIME) {
		note_uptime(f, v.i, at);
		f->tick_due = at + BURST_GAP;
	} else if (v.field == SYS_VERSION) {
		memcpy(f->version, v.text, sizeof(f->version));
	} else if (v.field == SYS_SENT) {
		note_own(f, retained);
	}
	f->field[v.field] = (struct fact){.seen = true, .i = v.i, .d = v.d, .at = at};
}

void facts_line(struct facts *f, const struct line *line)
{
	f->delivered++;
	if (line->kind != LINE_CONNECT && !line_is_close(line->kind))
		return;
	if (f->lines == LINES_FILE)
		forget_lines(f); /* the same lines come twice */
	f->lines = LINES_SEEN;
	if (!line_is_of_client(line))
		return;
	if (line->kind == LINE_TIMEOUT)
		f->timeouts++;
	if (line_is_close(line->kind))
		f->closes++;
}

void facts_file(struct facts *f, double closes, double timeouts)
{
	if (f->lines == LINES_SEEN)
		return;
	if (f->lines != LINES_FILE)
		forget_lines(f);
	f->lines = LINES_FILE;
	f->closes = closes;
	f->timeouts = timeouts;
}

static void tick_counter(struct facts *f, struct counter *c, int64_t at)
{
	const struct fact *v = &f->field[c->field];
	double elapsed = (double)(f->uptime - f->uptime_before);

	if (!v->seen) {
		/* Silent through a watched tick: it did not move. */
		c->rate = f->ticks ? 0 : -1;
		window_add(&c->window, at, 0);
		return;
	}
	if (c->last < 0)
		window_reset(&c->window); /* the total was not known before: growth starts here */
	c->rate = c->last >= 0 && v->d >= c->last && f->uptime_before >= 0 && elapsed > 0
		      ? (v->d - c->last) / elapsed
		      : -1;
	c->last = v->d;
	window_add(&c->window, at, v->d);
}

/* load/connections/1min is a mean of connections a minute whose memory fades with e^(-t/1min): from two of them comes how
 * many connected between. Each connection has added one to it or less since, so that the first is the least there were. */
static void tick_connects(struct facts *f)
{
	const struct fact *v = &f->field[SYS_CONNECTS];
	double minutes = (double)(f->uptime - f->uptime_before) / 60, fades = exp(-minutes), came;

	if (!v->seen)
		return;
	if (f->load < 0) {
		f->connects = v->d;
	} else if (f->uptime_before >= 0 && minutes > 0) {
		came = minutes * (v->d - f->load * fades) / (1 - fades);
		f->connects += came > 0 ? came : 0;
	}
	f->load = v->d;
}

bool facts_tick(struct facts *f, int64_t now)
{
	const struct fact *connected = &f->field[SYS_CONNECTED];

	if (!f->tick_due || (now < f->tick_due && now - f->uptime_at < BURST_MOST))
		return false;
	f->tick_due = 0;
	for (size_t i = 0; i < COUNTERS; i++)
		tick_counter(f, &f->counter[i], f->uptime_at);
	tick_connects(f);
	window_add(&f->own, f->uptime_at, f->own_in_sent);
	window_add(&f->timeouts_window, f->uptime_at, f->timeouts);
	window_add(&f->closes_window, f->uptime_at, f->closes);
	if (connected->seen)
		series_add(f->connected, f->uptime_at, connected->d);
	f->ticks++;
	return true;
}

/* Has it said anything that mosquitto says, be it not its uptime? */
static bool is_mosquitto(const struct facts *f)
{
	for (size_t i = 0; i < SYS_FIELD_COUNT; i++)
		if (f->field[i].seen)
			return true;
	return false;
}

const char *facts_silence(const struct facts *f, int64_t now)
{
	int64_t waited = now - f->subscribed_at;

	if (f->field[SYS_UPTIME].seen)
		return NULL;
	if (!f->subscribed_at)
		return _("not connected yet");
	if (is_mosquitto(f))
		return _("its $SYS values come with its next sys_interval, if this user may read all of "
		       "them: `topic read $SYS/#`");
	if (f->first_message_at && waited > BURST_MOST)
		return _("this broker's $SYS topics are not mosquitto's: name its make in flavor: and its "
		       "HTTP address in exporters:");
	if (waited > PATIENCE)
		return _("no $SYS values come: sys_interval is 0, or this user may not read them: "
		       "add `topic read $SYS/#` for it to the broker's acl_file");
	return _("no $SYS value has come yet: if none does, sys_interval is 0 or this user lacks "
	       "`topic read $SYS/#`");
}

static const char *why_unseen(const struct facts *f)
{
	if (sys_version_expires(sys_version_number(f->version)))
		return _("not seen yet: mosquitto up to 2.0.15 drops retained $SYS values after 60 "
		       "s, "
		       "this one comes with its next change");
	return _("this broker does not publish it below $SYS/broker/");
}

struct value facts_value(const struct facts *f, enum sys_field field, int64_t now)
{
	const struct fact *v = &f->field[field];
	const char *silence = facts_silence(f, now);

	if (silence)
		return value_missing(silence);
	if (!v->seen)
		return value_missing(why_unseen(f));
	if (field == SYS_VERSION)
		return value_text(f->version, f->uptime_at, f->interval);
	if (field == SYS_CONNECTS)
		return value_real(v->d, f->uptime_at, f->interval);
	return value_int(v->i, f->uptime_at, f->interval);
}

struct value facts_connects(const struct facts *f, int64_t now)
{
	const char *silence = facts_silence(f, now);

	if (silence)
		return value_missing(silence);
	if (f->load < 0)
		return value_missing(why_unseen(f));
	return value_real(f->connects, f->uptime_at, f->interval);
}

struct value facts_rate(const struct facts *f, unsigned counter, int64_t now)
{
	const struct counter *c = &f->counter[counter];
	const char *silence = facts_silence(f, now);

	if (silence)
		return value_missing(silence);
	if (c->rate < 0)
		return value_missing(_("needs two $SYS intervals"));
	return value_real(c->rate, f->uptime_at, f->interval);
}

/* Puts the window's verdict on its figure: whole, or of the part that was watched. */
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

/* What sent and dropped grow by, without what was sent to us. */
static struct value facts_tries_total(const struct facts *f)
{
	const struct fact *sent = &f->field[SYS_SENT], *dropped = &f->field[SYS_DROPPED];

	if (!sent->seen || !dropped->seen)
		return value_missing(why_unseen(f));
	return value_real(sent->d - f->own_in_sent + dropped->d, f->uptime_at, f->interval);
}

struct drops facts_drops(const struct facts *f, int64_t now, char *text, size_t size)
{
	double dropped, sent, own, tries;
	int64_t covered, sent_covered, own_covered;
	const char *why = facts_silence(f, now);
	struct value none, tries_total = facts_tries_total(f);

	window_growth(&f->counter[COUNTER_DROPPED].window, &dropped, &covered);
	window_growth(&f->counter[COUNTER_SENT].window, &sent, &sent_covered);
	window_growth(&f->own, &own, &own_covered);
	if (sent_covered < covered)
		covered = sent_covered;
	if (own_covered < covered)
		covered = own_covered;
	if (!why && covered <= 0)
		why = _("needs 5m of watching: two $SYS intervals at least");
	if (why) {
		none = value_missing(why);
		return (struct drops){none, none, none, tries_total};
	}
	tries = sent - own + dropped;
	if (tries < dropped)
		tries = dropped; /* our own share reckoned a tick too early */
	return (struct drops){
	    .percent = windowed(
		value_real(tries > 0 ? 100 * dropped / tries : 0, f->uptime_at, f->interval),
		covered, FACTS_DROP_WINDOW, text, size),
	    .tries = windowed(value_int((int64_t)tries, f->uptime_at, f->interval), covered,
		FACTS_DROP_WINDOW, text, size),
	    .drops = windowed(value_int((int64_t)dropped, f->uptime_at, f->interval), covered,
		FACTS_DROP_WINDOW, text, size),
	    .tries_total = tries_total,
	};
}

struct timeouts facts_timeouts(const struct facts *f, int64_t now, char *text, size_t size)
{
	double timeouts, closes;
	int64_t covered;
	const char *why = facts_silence(f, now);
	struct value timeouts_total = value_int((int64_t)f->timeouts, f->uptime_at, f->interval);
	struct value closes_total = value_int((int64_t)f->closes, f->uptime_at, f->interval);
	struct value none;

	window_growth(&f->timeouts_window, &timeouts, &covered);
	window_growth(&f->closes_window, &closes, &covered);
	if (f->lines == LINES_ABSENT)
		why =
		    _("mosquitto has no counter of it and no log lines come: set `log_dest topic` in "
		    "mosquitto.conf or name its log file under logs:, keep connection_messages true and "
		    "log_type notice");
	else if (!why && f->lines == LINES_UNKNOWN)
		why = _("looking whether the broker's log lines come (log_dest topic, or logs:)");
	if (why) {
		none = value_missing(why);
		return (struct timeouts){none, none, none, none};
	}
	if (covered <= 0) {
		none = value_missing(_("needs 15m of watching: two $SYS intervals at least"));
		return (struct timeouts){none, none, timeouts_total, closes_total};
	}
	return (struct timeouts){
	    .percent = windowed(
		value_real(closes > 0 ? 100 * timeouts / closes : 0, f->uptime_at, f->interval),
		covered, FACTS_LINE_WINDOW, text, size),
	    .timeouts = windowed(value_int((int64_t)timeouts, f->uptime_at, f->interval), covered,
		FACTS_LINE_WINDOW, text, size),
	    .timeouts_total = timeouts_total,
	    .closes_total = closes_total,
	};
}
