/* Planted in the history, through the store and the lists that judge it: a disk that fills at a known rate, a one-off
 * clean-up, a weekly season. (Faults of live clusters: tests/brokers/t_planted.) */
#include "audit/periodic.h"
#include "base/clock.h"
#include "store/metrics_int.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW (1000 * NS_PER_S)

#define STRAY "orders/disk/1>/data/percent"

enum { DAYS = 29 };

static char dir[64];
static struct config config;
static struct audits audits;

static void drop(void)
{
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm"};
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
}

/* What the number is `day` days from now, a negative one; phase shifts the week. */
typedef double history_fn(double day, int phase);

/* Days before now in which the same volume was seen for an hour under the number of its broker; 0: it was not. */
static int stray;

/* A sample in half an hour for four weeks, of one series. */
static void plant(const char *key, history_fn *of, int phase)
{
	int64_t now = clock_wall() / NS_PER_S / 1800 * 1800;
	struct err err = {""};
	struct metrics_sql m;
	char path[128];

	drop();
	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	if (metrics_sql_open(&m, path, 0600, &err))
		fail_msg("%s", err_msg(&err));
	for (int64_t t = now - DAYS * DAY_S; t < now; t += 1800) {
		struct metrics_sample s[2] = {{(char *)key, of((double)(t - now) / DAY_S, phase)}, {(char *)STRAY, 50}};
		int64_t since = t - (now - stray * DAY_S);
		struct metrics_batch b = {.slot = t, .list = s, .n = stray && since >= 7200 && since < 14400 ? 2 : 1};

		if (metrics_sql_write(&m, &b, &err) || (t % DAY_S == 0 && metrics_sql_seal(&m, t, &err)))
			fail_msg("%s", err_msg(&err));
	}
	metrics_sql_close(&m);
}

/* The cluster whose volume it is, as it is seen now: what its topics' retention is. */
static struct seen {
	bool watched, known;
	int64_t longest_s, room, unlimited, data;
	const struct disk_kept *kept; /* of the volume by itself; NULL: the broker does not tell */
} seen;

#define GIB (INT64_C(1) << 30)

static void add_fact(struct section *s, const char *name, int64_t n, const char *detail)
{
	struct fact_row *row = section_add(s);

	row->name = name;
	row->detail = detail;
	row->v = seen.known ? value_int(n, NOW, NS_PER_S) : value_missing("the retention of clicks is not known");
}

static struct snapshot *cluster(void)
{
	struct snapshot *snap = snapshot_new(seen.watched, NOW, clock_wall());
	struct section *disks, *facts;
	struct disk_row *disk;

	if (!seen.watched)
		return snap;
	disks = snap->clusters[0].sections[SECTION_DISK] = section_new(SECTION_DISK);
	facts = snap->clusters[0].sections[SECTION_FACTS] = section_new(SECTION_FACTS);
	snap->clusters[0].name = "orders";
	snap->clusters[0].kind = KIND_KAFKA;
	disk = section_add(disks);
	disk->broker = "broker-1";
	disk->path = "/data";
	disk->total_bytes = value_int(100 * GIB, NOW, NS_PER_S);
	disk->data_bytes = value_int(seen.data, NOW, NS_PER_S);
	disk->n_kept = seen.kept != NULL;
	if (seen.kept) {
		disk->kept = arena_alloc(&disks->arena, sizeof(*disk->kept));
		*disk->kept = *seen.kept;
	}
	add_fact(facts, "retention.longest_s", seen.longest_s, "orders");
	add_fact(facts, "retention.room_bytes", seen.room, NULL);
	add_fact(facts, "retention.unlimited", seen.unlimited, "clicks");
	return snap;
}

static enum verdict judge(const char *list, const char *id, char *said, size_t size)
{
	struct snapshot *snap = cluster();
	struct frame *f = frame_new(snap, judgement_new(snap), NULL, "here");
	enum verdict v = VERDICT_NA;
	struct periodic_report report;
	struct err err = {""};

	if (periodic_judge(&(struct periodic_input){&config, f, &audits, NOW, clock_wall()}, list, &report, &err))
		fail_msg("%s", err_msg(&err));
	for (size_t i = 0; i < report.n; i++) {
		if (strcmp(report.results[i].item->id, id))
			continue;
		v = report.results[i].verdict;
		snprintf(said, size, "%s", report.results[i].evidence);
	}
	periodic_release(&report);
	frame_unref(f);
	return v;
}

static void expect(const char *list, const char *id, enum verdict verdict, const char *words)
{
	char said[512];
	enum verdict v = judge(list, id, said, sizeof(said));

	if (v != verdict || !strstr(said, words))
		fail_msg("%s/%s: %s: %s (should be %s: %s)", list, id, verdict_name(v), said, verdict_name(verdict), words);
}

/* The days until it is full, as they are said: "in 20 days", "in 18 to 22 days". */
static void expect_days(double days)
{
	char said[512];
	const char *in;
	double least, most;
	int n;

	judge("weekly", "capacity", said, sizeof(said));
	in = strstr(said, "is full in ");
	n = in ? sscanf(in, "is full in %lf to %lf days", &least, &most) : 0;
	if (n == 1)
		most = least;
	if (n < 1 || least > days + 1 || most < days - 1 || most - least > days)
		fail_msg("%.1f days are left, and it says: %s", days, said);
}

#define DISK "orders/disk/broker-1>/data/percent"
#define LAG "orders/lag/billing>orders/lag"

/* With the swing of the day: 60 % now, 2 points a day. */
static double fills(double day, int phase)
{
	(void)phase;
	return 60 + 2 * day + sin(6.2832 * day);
}

static double fills_slowly(double day, int phase)
{
	(void)phase;
	return 60 + 0.8 * day + 0.5 * sin(6.2832 * day);
}

static void a_disk_that_fills_is_told_in_days(void **state)
{
	(void)state;
	plant(DISK, fills, 0);
	expect("weekly", "capacity", VERDICT_WARN, "+2 points a day");
	expect_days(20);
	/* The month looks further than the week. */
	plant(DISK, fills_slowly, 0);
	expect("weekly", "capacity", VERDICT_OK, "+0.8 points a day");
	expect("monthly", "extension", VERDICT_WARN, "+0.8 points a day");
}

/* Somebody deleted 40 points of data ten days ago; it has filled at the same rate since. */
static double cleaned_up(double day, int phase)
{
	(void)phase;
	return 70 + 1.5 * day + sin(6.2832 * day) + (day < -10 ? 40 : 0);
}

static void a_clean_up_does_not_hide_that_it_fills(void **state)
{
	(void)state;
	plant(DISK, cleaned_up, 0);
	expect("weekly", "capacity", VERDICT_WARN, "points a day");
	expect_days(20);
}

static void a_name_that_is_gone_hides_nothing(void **state)
{
	(void)state;
	stray = 2;
	plant(DISK, fills_slowly, 0);
	expect("weekly", "capacity", VERDICT_OK, "+0.8 points a day");
	/* Of today: a volume that nothing can be said of yet. */
	stray = 1;
	plant(DISK, fills_slowly, 0);
	stray = 0;
	expect("weekly", "capacity", VERDICT_UNKNOWN, "not enough history of " STRAY);
}

/* Emptied eight days ago; two points a day since. */
static double filling_up(double day, int phase)
{
	(void)phase;
	return (day < -8 ? 70 : 52 + 2 * day) + 0.3 * sin(6.2832 * day);
}

/* A topic without a limit fills the volumes that it lies on, and no other. */
static void retention_is_that_of_the_volume(void **state)
{
	struct disk_kept kept = {.longest_s = value_int(10 * DAY_S, NOW, NS_PER_S), .room_bytes = value_int(0, NOW, NS_PER_S),
	    .unlimited = value_int(0, NOW, NS_PER_S)};
	const struct seen elsewhere = {true, true, 60 * DAY_S, 90 * GIB, 1, 50 * GIB, &kept};

	(void)state;
	plant(DISK, filling_up, 0);
	seen = elsewhere;
	expect("weekly", "capacity", VERDICT_OK, "levels off at about 7");
	seen.kept = NULL;
	expect("weekly", "capacity", VERDICT_WARN, "nothing limits the size of clicks");
	seen = (struct seen){true, true, 10 * DAY_S, 0, 0, 50 * GIB, &kept};
	kept.unlimited.i = 1;
	kept.names = "events";
	expect("weekly", "capacity", VERDICT_WARN, "nothing limits the size of events");
	kept.longest_s = kept.room_bytes = kept.unlimited = value_missing("the retention of events is not known");
	expect("weekly", "capacity", VERDICT_WARN, "the retention of events is not known");
	seen = (struct seen){0};
}

static void retention_ends_growth(void **state)
{
	const struct seen good = {true, true, 10 * DAY_S, 0, 0, 50 * GIB, NULL};

	(void)state;
	/* 24 days are left, but after ten days as much is deleted as is written: 52 + 10 * 2. */
	plant(DISK, filling_up, 0);
	seen = (struct seen){0};
	expect("weekly", "capacity", VERDICT_WARN, "not limited by retention: it is not watched now");
	seen = good;
	expect("weekly", "capacity", VERDICT_OK, "levels off at about 7");
	/* What topics with a limit of size may still take, comes on top: 92. */
	seen.room = 20 * GIB;
	expect("weekly", "capacity", VERDICT_WARN, "levels off at about 9");
	seen.room = 60 * GIB;
	expect("weekly", "capacity", VERDICT_WARN, "only above 100%");
	seen = good;
	seen.longest_s = 60 * DAY_S;
	expect("weekly", "capacity", VERDICT_WARN, "only above 100%");
	seen.longest_s = 10 * DAY_S;
	/* Never green on unknown. */
	seen.unlimited = 1;
	expect("weekly", "capacity", VERDICT_WARN, "nothing limits the size of clicks");
	seen = good;
	seen.known = false;
	expect("weekly", "capacity", VERDICT_WARN, "the retention of clicks is not known");
	/* The broker has a gigabyte there: something else fills it. */
	seen = good;
	seen.data = GIB;
	expect("weekly", "capacity", VERDICT_WARN, "more has grown there");
	/* It has grown for four weeks: all of ten days ago is deleted and it grows nevertheless. */
	seen = good;
	plant(DISK, fills, 0);
	expect("weekly", "capacity", VERDICT_WARN, "retention (10d) does not end it");
	expect_days(20);
	seen = (struct seen){0};
}

/* Busy from Monday to Friday; the disk follows. */
static double season_of_lag(double day, int phase)
{
	int weekday = ((int)floor(day + 70) + phase) % 7;

	return (weekday < 5 ? 4000 : 300) + 100 * sin(6.2832 * day);
}

static double season_of_disk(double day, int phase)
{
	return 60 + 10 * sin(6.2832 * (day + phase) / 7);
}

static double out_of_season(double day, int phase)
{
	return season_of_lag(day, phase) * (day > -1 ? 3 : 1);
}

static void a_weekly_season_is_no_trend(void **state)
{
	(void)state;
	for (int phase = 0; phase < 7; phase++) {
		plant(LAG, season_of_lag, phase);
		expect("weekly", "trends", VERDICT_OK, "as in the weeks before");
		plant(DISK, season_of_disk, phase);
		expect("weekly", "capacity", VERDICT_OK, "");
		expect("monthly", "extension", VERDICT_OK, "");
	}
	plant(LAG, out_of_season, 0);
	expect("weekly", "trends", VERDICT_WARN, "+200%");
}

static int setup(void **state)
{
	struct err err = {""};

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/t_planted-XXXXXX");
	config.state_dir = mkdtemp(dir);
	return config.state_dir && !audits_load(&audits, &err) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	drop();
	audits_release(&audits);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_disk_that_fills_is_told_in_days),
	    cmocka_unit_test(a_clean_up_does_not_hide_that_it_fills),
	    cmocka_unit_test(a_name_that_is_gone_hides_nothing),
	    cmocka_unit_test(retention_ends_growth),
	    cmocka_unit_test(retention_is_that_of_the_volume),
	    cmocka_unit_test(a_weekly_season_is_no_trend),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
