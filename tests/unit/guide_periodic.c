/* §4.1, weekly and monthly: a site where everything is looked after, and one where nothing is. */
#include "guide_drive.h"
#include "periodic_world.h"

#include "audit/periodic.h"
#include "base/clock.h"
#include "store/metrics_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	struct config config;
	struct world world;
	char dir[64];
};

/* A volume and a lag over four weeks, a sample every half hour; sealed once a day. */
static void write_history(const struct site *w, double per_day, double last_day)
{
	int64_t now = w->world.wall / NS_PER_S / 1800 * 1800;
	struct err err = {""};
	struct metrics_sql m;
	char path[128];

	snprintf(path, sizeof(path), "%s/metrics.db", w->dir);
	if (metrics_sql_open(&m, path, 0600, &err))
		fail_msg("%s", err_msg(&err));
	for (int64_t t = now - 29 * DAY_S; t < now; t += 1800) {
		double day = (double)(t - now) / DAY_S, noise = (double)(t / 1800 * 7 % 5);
		struct metrics_sample s[2] = {{(char *)"orders/disk/broker-1>/data/percent", 60 + per_day * day + 0.05 * noise},
		    {(char *)"orders/lag/billing>orders/lag", (1000 + noise) * (day > -1 ? last_day : 1)}};
		struct metrics_batch b = {.slot = t, .list = s, .n = 2};

		if (metrics_sql_write(&m, &b, &err) || (t % DAY_S == 0 && metrics_sql_seal(&m, t, &err)))
			fail_msg("%s", err_msg(&err));
	}
	metrics_sql_close(&m);
}

static void add_facts(struct world *w, bool well)
{
	static const struct {
		const char *name;
		int64_t good;
	} facts[] = {{"security.authenticated", 1}, {"security.encrypted", 1}, {"security.authorizer", 1},
	    {"security.anonymous_listeners", 0}, {"security.plaintext_listeners", 0}, {"topics.replication_min", 3}};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		add_fact(w, facts[i].name, well ? facts[i].good : !facts[i].good);
}

/* What operators do about it: drills, answers, baselines; on the bad site all of it is long ago or never was. */
static void add_records(struct world *w, bool well)
{
	int64_t ago = well ? DAY_NS : 400 * DAY_NS;
	struct record *r;
	struct buf data;

	add_record(w, RECORD_INCIDENT_CLOSE, "orders", "INC-20261101-1", ago)->drill = true;
	add_record(w, RECORD_ANSWER, NULL, "weekly/backups", ago);
	add_record(w, RECORD_ANSWER, NULL, "monthly/cost", ago);
	/* What nobody answered would hide what is measured. */
	add_record(w, RECORD_ANSWER, "orders", "audit/kafka/audit-log", DAY_NS);
	r = add_record(w, RECORD_BASELINE, "orders", NULL, ago);
	buf_init(&data, 1 << 16);
	baseline_write(&w->snap->clusters[0], NOW, &data);
	r->data = record_str(r, data.data);
	buf_release(&data);
}

/* The items that look at the history alone need one. */
static bool looks_back(const struct list_item *item)
{
	return item->measure &&
	       (!strcmp(item->measure, "trends") || !strcmp(item->measure, "capacity") || !strcmp(item->measure, "extension"));
}

static void site_init(struct site *w, bool well, const struct list_item *item)
{
	*w = (struct site){.dir = ""};
	snprintf(w->dir, sizeof(w->dir), "/tmp/guide_site-XXXXXX");
	w->config.state_dir = mkdtemp(w->dir);
	assert_non_null(w->config.state_dir);
	world_init(&w->world, "4.4.0", well ? "4.4.0" : "3.6.0");
	add_facts(&w->world, well);
	if (looks_back(item))
		write_history(w, well ? 0 : 2, well ? 1 : 3);
	add_records(&w->world, well);
	/* Since the baseline somebody has changed something. */
	if (!well)
		((struct fact_row *)section_row(w->world.snap->clusters[0].sections[SECTION_FACTS], 5))->v.i = 1;
}

static void site_release(struct site *w)
{
	static const char *const names[] = {"metrics.db", "metrics.db-wal", "metrics.db-shm"};
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		unlink(path);
	}
	rmdir(w->dir);
	world_release(&w->world);
}

static struct periodic_result look(struct site *w, const struct list_item *item, int64_t wall, char *out, size_t size)
{
	struct frame *f = frame_new(snapshot_ref(w->world.snap), judgement_new(w->world.snap),
	    ledger_ref(w->world.ledger), "here");
	struct periodic_result found = {0};
	struct periodic_report report;
	struct audits audits;
	struct err err = {""};

	if (audits_load(&audits, &err) ||
	    periodic_judge(&(struct periodic_input){&w->config, f, &audits, NOW, wall}, item->list, &report, &err))
		fail_msg("%s", err_msg(&err));
	for (size_t i = 0; i < report.n; i++)
		if (report.results[i].item == item)
			found = report.results[i];
	assert_non_null(found.item);
	snprintf(out, size, "%s %s: %s", audit_how_name(found.how), verdict_name(found.verdict), found.evidence);
	periodic_release(&report);
	audits_release(&audits);
	frame_unref(f);
	return found;
}

static bool drive(const struct list_item *item, struct outcomes *o)
{
	struct periodic_result r;
	struct site w;

	site_init(&w, true, item);
	r = look(&w, item, w.world.wall, o->good, sizeof(o->good));
	if (r.how == AUDIT_MEASURED ? r.verdict != VERDICT_OK : r.how != AUDIT_ATTESTED || r.verdict != VERDICT_NA)
		fail_msg("%s: all is looked after, and yet %s", item->guide, o->good);
	site_release(&w);
	site_init(&w, false, item);
	/* Pages of the manual that are shipped grow old only with time. */
	r = look(&w, item, w.world.wall + (item->measure && !strcmp(item->measure, "documents") ? 200 * DAY_NS : 0), o->bad,
	    sizeof(o->bad));
	if (r.how == AUDIT_MEASURED ? r.verdict != VERDICT_WARN && r.verdict != VERDICT_CRIT
				    : r.how != AUDIT_UNANSWERED || r.verdict != VERDICT_UNKNOWN)
		fail_msg("%s: nothing is looked after, and yet %s", item->guide, o->bad);
	site_release(&w);
	return true;
}

bool drive_periodic(const struct guide_item *it, struct outcomes *o)
{
	static const char *const lists[] = {"weekly", "monthly"};

	for (size_t k = 0; k < 2; k++) {
		const struct checklist *list = checklist_find(checklists(), lists[k]);

		for (size_t i = 0; i < list->n; i++)
			if (!strcmp(list->items[i].guide, it->id))
				return drive(&list->items[i], o);
	}
	return false;
}

bool drive_periodic_item(const char *list, const char *id, struct outcomes *o)
{
	const struct list_item *item = checklist_item(checklists(), list, id);

	return item && drive(item, o);
}
