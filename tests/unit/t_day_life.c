#include "judged.h"
#include "rule_lives.h"

#include "engine/news.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * A day in the life of three clusters, made up and recorded, then judged again from the recording:
 * alerts fire, fold, flap, are acknowledged, silenced, under maintenance; the engine restarts, the laptop
 * sleeps, the clock is set. Both times the same comes out, and it is what
 * tests/fixtures/day-life.txt says (MQ_GOLDEN=write rewrites it).
 */
enum { STEP_S = 20, DAY_S = 86400, HOUR = 3600, MINUTE = 60 };
#define AT(h, m) ((h) * HOUR + (m) * MINUTE - 8 * HOUR)
#define START (SAMPLE_BOOT - (int64_t)DAY_S * NS_PER_S)

/* What is wrong when; the day begins at 08:00. */
static void broker(struct snapshot *s, size_t row, bool up, const char *missing)
{
	struct broker_row *b = row_of(s, ORDERS, SECTION_BROKERS, row);
	struct partition_row *p = row_of(s, ORDERS, SECTION_PARTITIONS, 0);

	b->up.b = up;
	if (!up) {
		b->state = "down: connection refused";
		b->rtt_p95_ms = value_error("connection refused");
	}
	if (missing) {
		set_int(&p->under_replicated, 8);
		p->missing_brokers = missing;
	}
}

static void late(struct snapshot *s, int t)
{
	(void)t;
	set_lag(s, 20000);
}

static void second_down(struct snapshot *s, int t)
{
	(void)t;
	broker(s, 1, false, "2");
}

static void flapping(struct snapshot *s, int t)
{
	broker(s, 2, t % 80 >= 40, NULL);
}

static void first_maintained(struct snapshot *s, int t)
{
	broker(s, 0, t >= 15 * MINUTE, t < 20 * MINUTE ? "1" : NULL);
}

static void second_too(struct snapshot *s, int t)
{
	(void)t;
	broker(s, 1, false, "1,2");
}

static void full(struct snapshot *s, int t)
{
	(void)t;
	set_disk(s, 75);
}

static void lost(struct snapshot *s, int t)
{
	(void)t;
	for (size_t c = 0; c < s->n_clusters; c++)
		((struct cluster_row *)row_of(s, c, SECTION_CLUSTER, 0))->reachable.b = false;
}

static const struct scene {
	int from, to;
	void (*happens)(struct snapshot *s, int t);
} scenes[] = {
    {AT(9, 0), AT(9, 20), late},
    {AT(10, 0), AT(10, 12), second_down},
    {AT(11, 0), AT(11, 6), flapping},
    {AT(12, 10), AT(12, 30), first_maintained},
    {AT(12, 15), AT(12, 18), second_too},
    {AT(14, 0), AT(16, 30), full},
    {AT(20, 59), AT(21, 10), second_down},
    {AT(22, 0), AT(22, 2), lost},
};

/* What duty1 does about it. */
static const struct deed {
	int at;
	enum record_kind kind;
	const char *entity, *subject, *text;
	int lasts;
} deeds[] = {
    {AT(9, 5), RECORD_ACK, "geo>positions", "ConsumerLag", "more consumers are coming", 0},
    {AT(10, 3), RECORD_ACK, "broker-2", "BrokerDown", "walking to the rack", 0},
    {AT(12, 5), RECORD_MAINT, "broker-1", NULL, "new kernel", 45 * MINUTE},
    {AT(14, 20), RECORD_SILENCE, "broker-2 /var/lib/kafka", "DiskUsage", "the new disk comes at three", HOUR},
    {AT(21, 5), RECORD_ACK, "broker-2", "BrokerDown", "again", 0},
};

enum { SLEEPS = AT(17, 0), WAKES = AT(20, 0), CLOCK_SET = AT(21, 0) };
static const int restarts[] = {AT(15, 0), AT(15, 40)};

/* The world at that second of the day. */
static struct snapshot *world(int t)
{
	struct snapshot *s;

	if (t == WAKES) {
		/* The first look after the sleep knows only what was before it. */
		s = sample_snapshot(SAMPLE_HEALTHY, START + (int64_t)SLEEPS * NS_PER_S);
		s->boot += (int64_t)(WAKES - SLEEPS) * NS_PER_S;
		s->wall += (int64_t)(WAKES - SLEEPS) * NS_PER_S;
	} else {
		s = sample_snapshot(SAMPLE_HEALTHY, START + (int64_t)t * NS_PER_S);
	}
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (t >= scenes[i].from && t < scenes[i].to)
			scenes[i].happens(s, t - scenes[i].from);
	/* A day that begins at 08:00, on a clock that is set back by an hour in the evening. */
	s->wall = (int64_t)(1795334400 + t - (t >= CLOCK_SET ? HOUR : 0)) * NS_PER_S;
	return s;
}

static bool restarts_at(int t)
{
	for (size_t i = 0; i < sizeof(restarts) / sizeof(restarts[0]); i++)
		if (restarts[i] == t)
			return true;
	return false;
}

static void keep(struct ledger **l, struct record *r)
{
	struct ledger *with = ledger_with(*l, r, KEEP_KEPT);

	ledger_unref(*l);
	*l = with;
	record_unref(r);
}

static void do_deeds(struct ledger **l, int t, int64_t wall)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		const struct deed *d = &deeds[i];
		struct record *r;

		if (d->at != t)
			continue;
		r = record_new(d->kind);
		r->wall = wall;
		r->until = d->lasts ? wall + (int64_t)d->lasts * NS_PER_S : 0;
		r->user = "duty1";
		r->cluster = "orders";
		r->entity = d->entity;
		r->subject = d->subject;
		r->text = d->text;
		keep(l, r);
	}
}

/* One engine, and the log of what it showed. */
struct watch {
	struct rules *rules;
	struct buf log;
	char *alerts[64], *verdict; /* as they were logged last */
	size_t n_alerts;
};

static void restart(struct watch *w)
{
	struct err err = {""};

	rules_free(w->rules);
	w->rules = rules_new(sample_config(SAMPLE_HEALTHY), false, &err);
	assert_non_null(w->rules);
}

static const char *clock_of(int64_t wall, char out[16])
{
	time_t t = wall / NS_PER_S;
	struct tm tm;

	strftime(out, 16, "%H:%M:%S", gmtime_r(&t, &tm));
	return out;
}

static char *words_of(const struct alert *a)
{
	static const char *const state[] = {[ALERT_PENDING] = "pending",
	    [ALERT_FIRING] = "FIRING",
	    [ALERT_FOLDED] = "folded",
	    [ALERT_SILENCED] = "muted"};
	struct buf b;

	buf_init(&b, 4096);
	buf_addf(&b, "%s %s %s %s", a->name, a->cluster, a->entity, state[a->state]);
	if (a->folded_under)
		buf_addf(&b, " under %s", a->folded_under);
	if (a->muted)
		buf_addf(&b, ", %s", a->muted);
	if (a->acknowledged)
		buf_addf(&b, ", acknowledged by %s: %s", a->ack_by, a->ack_comment);
	if (a->flapping)
		buf_adds(&b, ", flapping");
	if (value_quality(&a->value, a->value.at) != QUALITY_OK && a->value.quality != QUALITY_OK)
		buf_addf(&b, ", not known: %s", a->value.reason ? a->value.reason : "?");
	return b.cap ? b.data : strdup("");
}

/* Takes a string over; true: it was not there before. */
static bool was_there(char *const *list, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], what))
			return true;
	return false;
}

static void see(struct watch *w, const struct judgement *j)
{
	char *now[64], at[16], *verdict = NULL;
	size_t n = 0;

	clock_of(j->wall, at);
	for (size_t i = 0; i < j->n_alerts && n < 64; i++)
		now[n++] = words_of(&j->alerts[i]);
	for (size_t i = 0; i < j->n_news; i++)
		buf_addf(&w->log, "%s   * %s\n", at, j->news[i].text);
	for (size_t i = 0; i < n; i++)
		if (!was_there(w->alerts, w->n_alerts, now[i]))
			buf_addf(&w->log, "%s   %s\n", at, now[i]);
	if (asprintf(&verdict, "%s%s%s, %zu alerts", verdict_name(j->verdict), j->banner ? ", " : "",
		j->banner ? j->banner : "", n) < 0)
		abort();
	if (!w->verdict || strcmp(w->verdict, verdict) != 0)
		buf_addf(&w->log, "%s %s\n", at, verdict);
	free(w->verdict);
	w->verdict = verdict;
	for (size_t i = 0; i < w->n_alerts; i++)
		free(w->alerts[i]);
	memcpy(w->alerts, now, sizeof(now));
	w->n_alerts = n;
}

static void watch_release(struct watch *w)
{
	for (size_t i = 0; i < w->n_alerts; i++)
		free(w->alerts[i]);
	free(w->verdict);
	rules_free(w->rules);
	buf_release(&w->log);
}

/* Lives through the day as the engine does; what it saw is in w, the recording in out. */
static void live_day(struct watch *w, struct buf *out)
{
	struct wire_writer *writer = wire_writer_new();
	struct ledger *ledger = ledger_new();

	restart(w);
	for (int t = 0; t < AT(23, 0); t += STEP_S) {
		struct snapshot *s;
		struct judgement *j;
		struct frame *f;

		bool flaps = t >= AT(11, 0) && t < AT(11, 10);

		if ((t > SLEEPS && t < WAKES) || (t % MINUTE && !flaps))
			continue;
		if (restarts_at(t))
			restart(w);
		s = world(t);
		do_deeds(&ledger, t, s->wall);
		j = rules_judge(w->rules, s, ledger);
		see(w, j);
		f = frame_new(s, j, ledger_ref(ledger), "here");
		assert_int_equal(wire_write(writer, f, out), 0);
		for (size_t i = 0; i < j->n_news; i++)
			keep(&ledger, news_record(&j->news[i]));
		frame_unref(f);
	}
	ledger_unref(ledger);
	wire_writer_free(writer);
}

/* Judges what was recorded anew. */
static void replay_day(struct watch *w, const struct buf *recording)
{
	struct wire_reader *reader = wire_reader_new();
	const char *line = recording->data, *end = recording->data + recording->len, *stop;
	struct err err = {""};

	restart(w);
	for (; line < end && (stop = memchr(line, '\n', (size_t)(end - line))); line = stop + 1) {
		struct frame *f = NULL;
		struct judgement *j;

		if (wire_read(reader, line, (size_t)(stop - line), &f, &err))
			fail_msg("%s", err_msg(&err));
		if (!f)
			continue;
		if (restarts_at((int)((f->snap->boot - START) / NS_PER_S)))
			restart(w);
		j = rules_judge(w->rules, f->snap, f->ledger);
		see(w, j);
		judgement_unref(j);
		frame_unref(f);
	}
	wire_reader_free(reader);
}

static void compare_with_golden(const struct buf *log)
{
	const char *top = getenv("top_srcdir"), *mode = getenv("MQ_GOLDEN");
	char path[512], *want;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/fixtures/day-life.txt", top ? top : "..");
	if (mode && !strcmp(mode, "write")) {
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(log->data, f);
		fclose(f);
		return;
	}
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing: MQ_GOLDEN=write makes it", path);
	want = calloc(1, 1 << 20);
	n = fread(want, 1, (1 << 20) - 1, f);
	want[n] = '\0';
	fclose(f);
	assert_string_equal(log->data, want);
	free(want);
}

static void a_day_is_the_same_each_time(void **state)
{
	struct watch live = {0}, again = {0};
	struct buf recording;

	(void)state;
	buf_init(&recording, (size_t)1 << 30);
	buf_init(&live.log, 1 << 20);
	buf_init(&again.log, 1 << 20);
	live_day(&live, &recording);
	replay_day(&again, &recording);
	assert_string_equal(live.log.data, again.log.data);
	compare_with_golden(&live.log);
	watch_release(&live);
	watch_release(&again);
	buf_release(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_day_is_the_same_each_time)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
