/* The weekly and the monthly list: each item driven to what it says when all is well, when it is not, and when nobody
 * can know. */
#include "periodic_world.h"
#include "report/periodic.h"
#include "store/metrics_int.h"
#include "store/ops_sql.h"

#include "base/clock.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct audits audits;
static struct config config;
static char dir[64];

static struct periodic_result look(struct world *w, const char *list, const char *id, char *evidence, size_t size)
{
	struct frame *f = frame_new(snapshot_ref(w->snap), judgement_new(w->snap), ledger_ref(w->ledger), "here");
	struct periodic_result found = {0};
	struct periodic_report report;
	struct err err = {""};
	struct buf out;

	if (periodic_judge(&(struct periodic_input){&config, f, &audits, NOW, w->wall}, list, &report, &err))
		fail_msg("%s", err_msg(&err));
	assert_true(report.n >= 5);
	for (size_t i = 0; i < report.n; i++)
		if (!strcmp(report.results[i].item->id, id))
			found = report.results[i];
	assert_non_null(found.item);
	snprintf(evidence, size, "%s", found.evidence);
	buf_init(&out, 1 << 16);
	assert_int_equal(periodic_write(&report, "json", w->wall, &out), 0);
	assert_non_null(strstr(out.data, id));
	buf_release(&out);
	periodic_release(&report);
	frame_unref(f);
	return found;
}

static void expect(struct world *w, const char *list, const char *id, enum audit_how how, enum verdict verdict, const char *words)
{
	char why[512];
	struct periodic_result r = look(w, list, id, why, sizeof(why));

	if (r.how != how || r.verdict != verdict || !strstr(why, words))
		fail_msg("%s/%s: %s %s: %s (wanted: %s %s)", list, id, audit_how_name(r.how), verdict_name(r.verdict), why,
		    verdict_name(verdict), words);
}

static void versions_are_compared(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "monthly", "versions", AUDIT_MEASURED, VERDICT_OK, "4.4");
	world_release(&w);
	world_init(&w, "4.4.0", "4.3.1");
	expect(&w, "monthly", "versions", AUDIT_MEASURED, VERDICT_WARN, "mixed");
	world_release(&w);
	world_init(&w, "3.9.1", "3.9.1");
	expect(&w, "monthly", "versions", AUDIT_MEASURED, VERDICT_WARN, "the newest is");
	world_release(&w);
	world_init(&w, "4.4.0", NULL);
	expect(&w, "monthly", "versions", AUDIT_MEASURED, VERDICT_UNKNOWN, "broker-2");
	world_release(&w);
}

static void drills_grow_old(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_WARN, "no drill");
	/* A real incident is no drill. */
	add_record(&w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261101-1", DAY_NS);
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_WARN, "no drill");
	add_record(&w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261001-1", 60 * DAY_NS)->drill = true;
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_WARN, "60 days ago");
	add_record(&w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261120-1", 3 * DAY_NS)->drill = true;
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261120-1");
	add_record(&w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261122-1", DAY_NS)->drill = true;
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261122-1, 1d ago");
	world_release(&w);
}

static void drop(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (unlink(path))
		rmdir(path);
}

/* What `mqduty drill` leaves: the end of a drill that many days ago, in a ledger beside that of real incidents. */
static void leave_drill(const struct world *w, const char *subject, int64_t days)
{
	struct record *r = record_new(RECORD_INCIDENT_CLOSE);
	struct state_dir folder = {0};
	struct err err = {""};
	struct ops_sql sql;
	char path[100];

	r->subject = record_str(r, subject);
	r->wall = w->wall - days * DAY_NS;
	r->drill = true;
	snprintf(path, sizeof(path), "%s/drills", dir);
	if (state_dir_open(&folder, path, true, &err) || ops_sql_open(&sql, &folder, &err) != OPS_OK ||
	    ops_sql_save(&sql, &r, 1, NULL, clock_wall(), &err) != OPS_OK)
		fail_msg("%s", err_msg(&err));
	ops_sql_close(&sql);
	state_dir_release(&folder);
	record_unref(r);
}

static void drills_of_the_command_count(void **state)
{
	static const char *const left[] = {"drills/ops.db", "drills/ops.db-wal", "drills/ops.db-shm", "drills/mqduty.lock", "drills"};
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_WARN, "no drill");
	leave_drill(&w, "INC-20260901-1", 60);
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_WARN, "INC-20260901-1, ended 60 days ago");
	leave_drill(&w, "INC-20261121-1", 5);
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261121-1, 5d ago");
	/* Whichever of both is the newer: here one that was drilled on the dashboard. */
	add_record(&w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261124-1", 2 * DAY_NS)->drill = true;
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261124-1, 2d ago");
	leave_drill(&w, "INC-20261125-1", 1);
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261125-1, 1d ago");
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		drop(left[i]);
	/* Nothing of it stays in memory: without the folder there is only what the ledger holds. */
	expect(&w, "monthly", "drill", AUDIT_MEASURED, VERDICT_OK, "INC-20261124-1");
	world_release(&w);
}

static void what_is_asked_is_answered_and_overdue(void **state)
{
	static const char *const asked[][2] = {{"weekly", "backups"}, {"monthly", "cost"}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char subject[64];
		struct world w;

		snprintf(subject, sizeof(subject), "%s/%s", asked[i][0], asked[i][1]);
		world_init(&w, "4.4.0", "4.4.0");
		expect(&w, asked[i][0], asked[i][1], AUDIT_UNANSWERED, VERDICT_UNKNOWN, "?");
		add_record(&w, RECORD_ANSWER, NULL, subject, 40 * DAY_NS);
		expect(&w, asked[i][0], asked[i][1], AUDIT_UNANSWERED, VERDICT_UNKNOWN, "too old");
		add_record(&w, RECORD_ANSWER, NULL, subject, DAY_NS);
		expect(&w, asked[i][0], asked[i][1], AUDIT_ATTESTED, VERDICT_NA, "");
		world_release(&w);
	}
}

static void configuration_drifts_from_the_baseline(void **state)
{
	struct world w;
	struct record *r;
	struct buf data;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	add_fact(&w, "topics.replication_min", 3);
	add_fact(&w, "groups.bad_names", 1);
	expect(&w, "weekly", "configuration", AUDIT_MEASURED, VERDICT_UNKNOWN, "no baseline");
	r = add_record(&w, RECORD_BASELINE, "orders", NULL, DAY_NS);
	buf_init(&data, 1 << 16);
	baseline_write(&w.snap->clusters[0], NOW, &data);
	assert_null(strstr(data.data, "groups."));
	r->data = record_str(r, data.data);
	buf_release(&data);
	expect(&w, "weekly", "configuration", AUDIT_MEASURED, VERDICT_OK, "as in the baseline");
	((struct fact_row *)section_row(w.snap->clusters[0].sections[SECTION_FACTS], 0))->v.i = 1;
	expect(&w, "weekly", "configuration", AUDIT_MEASURED, VERDICT_WARN, "was 3");
	((struct fact_row *)section_row(w.snap->clusters[0].sections[SECTION_FACTS], 0))->v = value_missing("gone");
	expect(&w, "weekly", "configuration", AUDIT_MEASURED, VERDICT_UNKNOWN, "not known now");
	/* Nothing tells it at all any more, and another setting is as it was. */
	((struct fact_row *)section_row(w.snap->clusters[0].sections[SECTION_FACTS], 0))->name = "another";
	add_fact(&w, "brokers.count", 3);
	r->data = record_str(r, "{\"topics.replication_min\":\"3\",\"brokers.count\":\"3\"}");
	expect(&w, "weekly", "configuration", AUDIT_MEASURED, VERDICT_UNKNOWN, "topics.replication_min is not known now");
	world_release(&w);
}

static void security_is_the_audits(void **state)
{
	static const char *const good[] = {"security.authenticated", "security.encrypted", "security.authorizer"};
	static const char *const none[] = {"security.anonymous_listeners", "security.plaintext_listeners"};
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	for (size_t i = 0; i < 3; i++)
		add_fact(&w, good[i], 1);
	for (size_t i = 0; i < 2; i++)
		add_fact(&w, none[i], 0);
	/* One item of it is asked. */
	expect(&w, "weekly", "security", AUDIT_MEASURED, VERDICT_UNKNOWN, "not answered");
	add_record(&w, RECORD_ANSWER, "orders", "audit/kafka/audit-log", DAY_NS);
	expect(&w, "weekly", "security", AUDIT_MEASURED, VERDICT_OK, "hold");
	((struct fact_row *)section_row(w.snap->clusters[0].sections[SECTION_FACTS], 1))->v.i = 0;
	expect(&w, "weekly", "security", AUDIT_MEASURED, VERDICT_WARN, "KD10");
	world_release(&w);
}

static void documents_are_those_that_are_shipped(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "monthly", "documents", AUDIT_MEASURED, VERDICT_OK, "pages");
	/* Half a year later nobody has looked at them. */
	w.wall += 200 * DAY_NS;
	expect(&w, "monthly", "documents", AUDIT_MEASURED, VERDICT_WARN, "days ago");
	world_release(&w);
}

static void open_empty(struct metrics_sql *m)
{
	struct err err = {""};
	char path[128];

	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	unlink(path);
	if (metrics_sql_open(m, path, 0600, &err))
		fail_msg("%s", err_msg(&err));
}

/* A volume and a lag over four weeks, a sample every ten minutes. */
static void write_history(double per_day, double last_day)
{
	int64_t now = clock_wall() / NS_PER_S / 600 * 600;
	struct err err = {""};
	struct metrics_sql m;

	open_empty(&m);
	for (int64_t t = now - 29 * DAY_S; t < now; t += 600) {
		double day = (double)(t - now) / DAY_S, noise = (double)(t / 600 * 7 % 5);
		struct metrics_sample s[2] = {{(char *)"orders/disk/broker-1>/data/percent", 60 + per_day * day + 0.05 * noise},
		    {(char *)"orders/lag/billing>orders/lag", (1000 + noise) * (day > -1 ? last_day : 1)}};
		struct metrics_batch b = {.slot = t, .list = s, .n = 2};

		if (metrics_sql_write(&m, &b, &err) || metrics_sql_seal(&m, t, &err))
			fail_msg("%s", err_msg(&err));
	}
	metrics_sql_close(&m);
}

/* One more than is looked at, of which nothing is said. */
static void write_many_series(void)
{
	struct metrics_sample s[401];
	struct metrics_batch b = {.slot = clock_wall() / NS_PER_S / 10 * 10, .list = s, .n = 401};
	struct err err = {""};
	struct metrics_sql m;

	open_empty(&m);
	for (int i = 0; i < 401; i++) {
		char key[64];

		snprintf(key, sizeof(key), "orders/other/%03d/percent", i);
		s[i] = (struct metrics_sample){strdup(key), 1};
	}
	if (metrics_sql_write(&m, &b, &err))
		fail_msg("%s", err_msg(&err));
	metrics_sql_close(&m);
	for (int i = 0; i < 401; i++)
		free(s[i].key);
}

static void history_is_forecast_and_compared(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "weekly", "capacity", AUDIT_MEASURED, VERDICT_UNKNOWN, "no history");
	expect(&w, "weekly", "trends", AUDIT_MEASURED, VERDICT_UNKNOWN, "no history");
	expect(&w, "monthly", "extension", AUDIT_MEASURED, VERDICT_UNKNOWN, "no history");
	write_history(0, 1);
	expect(&w, "weekly", "capacity", AUDIT_MEASURED, VERDICT_OK, "does not grow");
	expect(&w, "weekly", "trends", AUDIT_MEASURED, VERDICT_OK, "as in the weeks before");
	/* 60 % now, 0.8 points a day: 50 days left. */
	write_history(0.8, 3);
	expect(&w, "weekly", "capacity", AUDIT_MEASURED, VERDICT_OK, "is full in");
	expect(&w, "monthly", "extension", AUDIT_MEASURED, VERDICT_WARN, "is full in");
	expect(&w, "weekly", "trends", AUDIT_MEASURED, VERDICT_WARN, "+200%");
	write_many_series();
	expect(&w, "weekly", "capacity", AUDIT_MEASURED, VERDICT_UNKNOWN, "only the first 400 of 401 series");
	world_release(&w);
}

/* A file of that age and size, in the folder of the test. */
static void write_backup(const char *name, int64_t days_old, int bytes)
{
	/* Somewhat older, since the world began a little earlier. */
	struct timespec times[2] = {{.tv_sec = clock_wall() / NS_PER_S - days_old * DAY_S - 30}, {0}};
	char path[200];
	FILE *f;

	times[1] = times[0];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < bytes; i++)
		fputc('x', f);
	fclose(f);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void backups_are_looked_at(void **state)
{
	static const char *good[] = {"true", NULL}, *bad[] = {"false", NULL}, *none[] = {"/no/such/program", NULL};
	char folder[100], file[120];
	struct backup_conf b[3] = {{.name = "topics", .path = file, .max_age_ns = 2 * DAY_NS, .min_size = 10},
	    {.name = "streams", .path = folder, .max_age_ns = 2 * DAY_NS, .min_size = 10},
	    {.name = "dump", .command = good}};
	struct world w;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/backups", dir);
	snprintf(file, sizeof(file), "%s/backups/topics.tar", dir);
	config.backups = b;
	config.n_backups = 1;
	world_init(&w, "4.4.0", "4.4.0");
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "No such file");
	assert_int_equal(mkdir(folder, 0700), 0);
	config.n_backups = 2;
	b[0] = b[1];
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "is empty");
	b[0] = (struct backup_conf){.name = "topics", .path = file, .max_age_ns = 2 * DAY_NS, .min_size = 10};
	write_backup("backups/topics.tar", 3, 100);
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "3d old");
	write_backup("backups/topics.tar", 1, 5);
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "at least 10");
	/* Whether it can be restored is asked, and grows too old. */
	write_backup("backups/topics.tar", 1, 100);
	expect(&w, "weekly", "backups", AUDIT_UNANSWERED, VERDICT_UNKNOWN, "1d old");
	add_record(&w, RECORD_ANSWER, NULL, "weekly/backups", 8 * DAY_NS);
	expect(&w, "weekly", "backups", AUDIT_UNANSWERED, VERDICT_UNKNOWN, "too old");
	add_record(&w, RECORD_ANSWER, NULL, "weekly/backups", DAY_NS);
	expect(&w, "weekly", "backups", AUDIT_ATTESTED, VERDICT_NA, "1d old");
	/* What an answer says does not make up for a backup that is not there. */
	config.n_backups = 3;
	expect(&w, "weekly", "backups", AUDIT_ATTESTED, VERDICT_NA, "its command says");
	config.backups = (struct backup_conf[]){{.name = "dump", .command = bad}};
	config.n_backups = 1;
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "exit code 1");
	/* A file dated ahead would be fresh for years. */
	write_backup("backups/topics.tar", -400, 100);
	config.backups = (struct backup_conf[]){{.name = "topics", .path = file, .max_age_ns = 2 * DAY_NS}};
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "in the future");
	/* Nobody tells how a command ended. */
	signal(SIGCHLD, SIG_IGN);
	config.backups = (struct backup_conf[]){{.name = "dump", .command = good}};
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "not known");
	signal(SIGCHLD, SIG_DFL);
	config.backups = (struct backup_conf[]){{.name = "x", .path = file}, {.name = "dump", .command = none}};
	config.n_backups = 2;
	expect(&w, "weekly", "backups", AUDIT_MEASURED, VERDICT_CRIT, "");
	unlink(file);
	rmdir(folder);
	config.n_backups = 0;
	world_release(&w);
}

static void add_disk(struct world *w, double gib, bool known)
{
	struct section *s = section_new(SECTION_DISK);
	struct disk_row *row = section_add(s);

	row->broker = "broker-1";
	row->path = "/data";
	row->data_bytes = known ? value_int((int64_t)(gib * (1 << 30)), NOW, NS_PER_S) : value_missing("not asked yet");
	w->snap->clusters[0].sections[SECTION_DISK] = s;
}

static struct fact_row *last_fact(struct world *w)
{
	struct section *s = w->snap->clusters[0].sections[SECTION_FACTS];

	return (struct fact_row *)section_row(s, section_count(s) - 1);
}

static void cost_is_reckoned_from_prices(void **state)
{
	struct world w;

	(void)state;
	config.prices = (struct price_conf){.currency = "EUR", .storage = 0.5, .broker = 100, .budget = 400, .set = true};
	world_init(&w, "4.4.0", "4.4.0");
	add_disk(&w, 100, true);
	/* Two brokers and 100 GiB; whether somebody reads the topics was not read. */
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_UNKNOWN, "orders: no group reads: not known (not read yet)");
	add_fact(&w, "topics.over_replicated", 0);
	add_fact(&w, "topics.unread", 0);
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_OK, "250 EUR a month: orders 250 (2 brokers, 100 GiB kept)");
	last_fact(&w)->v = value_missing("the offsets of some groups are not known");
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_UNKNOWN, "no group reads: not known (the offsets of some groups are not known)");
	last_fact(&w)->v = value_int(2, NOW, NS_PER_S);
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_WARN, "no group reads");
	config.prices.budget = 200;
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_WARN, "more than the budget of 200");
	world_release(&w);
	config.prices.budget = 0;
	world_init(&w, "4.4.0", "4.4.0");
	add_disk(&w, 100, false);
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_UNKNOWN, "data not known");
	/* One broker of two tells it: that is no sum. */
	((struct disk_row *)section_add(w.snap->clusters[0].sections[SECTION_DISK]))->data_bytes = value_int(1 << 30, NOW, NS_PER_S);
	expect(&w, "monthly", "cost", AUDIT_MEASURED, VERDICT_UNKNOWN, "data not known");
	config.prices.set = false;
	expect(&w, "monthly", "cost", AUDIT_UNANSWERED, VERDICT_UNKNOWN, "?");
	world_release(&w);
}

static void assume(struct world *w, const char *query, const char *how, const char *kind, double number)
{
	struct record *r = add_record(w, RECORD_SELECTION, NULL, "ADR-1", DAY_NS);
	char data[400];

	snprintf(data, sizeof(data),
	    "{\"assumptions\":[{\"id\":\"devices\",\"title\":\"Devices\",\"answer\":\"%.0f\",\"number\":%.0f,"
	    "\"query\":\"%s\",\"how\":\"%s\",\"most\":1.2,\"kind\":\"%s\"}]}",
	    number, number, query, how, kind);
	r->data = record_str(r, data);
}

static void assumptions_are_held_against_the_clusters(void **state)
{
	struct section *s = section_new(SECTION_CONNECTIONS);
	struct world w;

	(void)state;
	world_init(&w, "4.4.0", "4.4.0");
	for (int i = 0; i < 2; i++) {
		struct connection_row *row = section_add(s);

		row->broker = i ? "broker-2" : "broker-1";
		row->current = value_int(60, NOW, NS_PER_S);
	}
	w.snap->clusters[0].sections[SECTION_CONNECTIONS] = s;
	assume(&w, "connections.current", "sum", "kafka", 100);
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_OK, "is 120");
	/* A newer decision of the same name takes its place. */
	assume(&w, "connections.current", "sum", "kafka", 99);
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_WARN, "99 was assumed");
	assume(&w, "connections.current", "worst", "kafka", 60);
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_OK, "is 60");
	assume(&w, "connections.current", "sum", "nats", 100);
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_UNKNOWN, "no nats cluster");
	assume(&w, "brokers.metrics.msgs_in_per_s", "sum", "kafka", 100);
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_UNKNOWN, "not known");
	for (size_t i = 0; i < 2; i++) {
		struct section *brokers = w.snap->clusters[0].sections[SECTION_BROKERS];
		struct broker_row *b = section_row(brokers, i);

		b->metrics = arena_alloc(&brokers->arena, sizeof(*b->metrics));
		b->metrics[0] = (struct metric){METRIC_MSGS_IN_RATE, value_real(50, NOW, NS_PER_S)};
		b->n_metrics = 1;
	}
	expect(&w, "monthly", "assumed-devices", AUDIT_MEASURED, VERDICT_OK, "is 100");
	world_release(&w);
}

static int setup(void **state)
{
	struct err err = {""};

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/t_periodic-XXXXXX");
	config.state_dir = mkdtemp(dir);
	return config.state_dir && !audits_load(&audits, &err) ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	audits_release(&audits);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(versions_are_compared),
	    cmocka_unit_test(drills_grow_old),
	    cmocka_unit_test(drills_of_the_command_count),
	    cmocka_unit_test(what_is_asked_is_answered_and_overdue),
	    cmocka_unit_test(configuration_drifts_from_the_baseline),
	    cmocka_unit_test(security_is_the_audits),
	    cmocka_unit_test(documents_are_those_that_are_shipped),
	    cmocka_unit_test(history_is_forecast_and_compared),
	    cmocka_unit_test(backups_are_looked_at),
	    cmocka_unit_test(cost_is_reckoned_from_prices),
	    cmocka_unit_test(assumptions_are_held_against_the_clusters),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
