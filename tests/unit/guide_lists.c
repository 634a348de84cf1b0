/* §2 to §4 and §5.3: audits, checklists, alerts, the emergency plan. */
#include "guide_drive.h"

#include "audit_world.h"
#include "judged.h"
#include "ledger_of.h"
#include "rule_lives.h"

#include "audit/periodic.h"
#include "base/datadir.h"
#include "config/tree.h"
#include "report/incident.h"
#include "report/plan.h"
#include "rules/tuned.h"
#include "store/metrics_int.h"
#include "triage/act.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* --- audits --- */

static const struct audits *all_audits(void)
{
	static struct audits audits;
	struct err err = {""};

	if (!audits.arena.head && audits_load(&audits, &err))
		fail_msg("%s", err_msg(&err));
	return &audits;
}

static void measured_item(const struct audit_item *item, enum broker_kind kind, struct outcomes *o)
{
	enum verdict worst = item->level == LEVEL_HIGH ? VERDICT_CRIT : VERDICT_WARN;
	struct ledger *said = item->question ? audit_answered(item, DAY, 0) : NULL;
	struct audit_result r = audit_outcome(all_audits(), item, kind, SIZE_MAX, GOOD, said, o->good, sizeof(o->good));

	/* Where something is asked as well, the answer makes it attested, never OK. */
	if (item->question ? r.how != AUDIT_ATTESTED : r.how != AUDIT_MEASURED || r.verdict != VERDICT_OK)
		fail_msg("%s: on a good cluster it is %s: %s", item->guide, verdict_name(r.verdict), o->good);
	r = audit_outcome(all_audits(), item, kind, 0, BAD, NULL, o->bad, sizeof(o->bad));
	if (r.how != AUDIT_MEASURED || r.verdict != worst)
		fail_msg("%s: on a bad cluster it is %s: %s", item->guide, verdict_name(r.verdict), o->bad);
}

static void asked_item(const struct audit_item *item, enum broker_kind kind, struct outcomes *o)
{
	struct audit_result r = audit_outcome(
	    all_audits(), item, kind, SIZE_MAX, GOOD, audit_answered(item, DAY, 0), o->good, sizeof(o->good));

	if (r.how != AUDIT_ATTESTED || r.verdict != VERDICT_NA)
		fail_msg("%s: answered, and yet %s", item->guide, audit_how_name(r.how));
	r = audit_outcome(all_audits(), item, kind, SIZE_MAX, GOOD, audit_answered(item, item->every + DAY, 0), o->bad,
	    sizeof(o->bad));
	if (r.how != AUDIT_UNANSWERED || r.verdict != VERDICT_UNKNOWN)
		fail_msg("%s: overdue, and yet %s", item->guide, audit_how_name(r.how));
}

static bool drive_item(const struct audit_item *item, int kind, struct outcomes *o)
{
	if (item->question)
		asked_item(item, (enum broker_kind)kind, o);
	if (item->n_conditions)
		measured_item(item, (enum broker_kind)kind, o);
	return true;
}

bool drive_audit(const struct guide_item *it, struct outcomes *o)
{
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++)
		for (size_t i = 0; i < all_audits()->lists[k].n; i++)
			if (!strcmp(all_audits()->lists[k].items[i].guide, it->id))
				return drive_item(&all_audits()->lists[k].items[i], k, o);
	return false;
}

bool drive_audit_code(const char *code, struct outcomes *o)
{
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++)
		for (size_t i = 0; i < all_audits()->lists[k].n; i++)
			if (!strcmp(all_audits()->lists[k].items[i].code, code))
				return drive_item(&all_audits()->lists[k].items[i], k, o);
	return false;
}

/* --- rules and alerts --- */

static void set_subscriptions(struct snapshot *s, double n)
{
	struct broker_row *b = row_of(s, DEVICES, SECTION_BROKERS, 0);

	for (size_t i = 0; i < b->n_metrics; i++)
		if (b->metrics[i].id == METRIC_SUBSCRIPTIONS)
			set_real(&b->metrics[i].v, n);
}

/* A rule of growth: it needs a past, which the lives of rule_lives.h have not. */
static const struct life explosion = {.name = "SubscriptionExplosion", .cluster = "devices", .set = set_subscriptions,
    .bad = 5000, .fine = 1644, .clear_s = 300, .severity = SEVERITY_WARNING};

static const struct life *life_of(const char *name)
{
	if (!strcmp(name, explosion.name))
		return &explosion;
	for (size_t i = 0; i < N_LIVES; i++)
		if (!strcmp(lives[i].name, name))
			return &lives[i];
	return NULL;
}

/* The guide's own three blocks, over the built-in rules. */
static const struct config *guide_config(void)
{
	static struct config config;
	static const char *paths[3];
	static const char *const names[] = {"kafka", "mqtt", "nats"};
	const char *top = getenv("top_srcdir");
	char path[PATH_MAX];

	if (paths[0])
		return &config;
	config = *sample_config(SAMPLE_HEALTHY);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/tests/fixtures/guide-rules-%s.yaml", top ? top : ".", names[i]);
		paths[i] = xstrdup(path);
	}
	config.rules = paths;
	config.n_rules = 3;
	return &config;
}

static const struct alert *look(struct rules *r, const struct life *l, int64_t s, double n, struct snapshot **snap,
    struct judgement **j)
{
	judgement_unref(*j);
	snapshot_unref(*snap);
	*snap = sample_snapshot(SAMPLE_HEALTHY, T0 + s * NS_PER_S);
	l->set(*snap, n);
	*j = rules_judge(r, *snap, NULL);
	return alert_of(*j, l->name);
}

static void say_alert(const struct alert *a, char *out, size_t size)
{
	snprintf(out, size, "%s %s %s: %s (%s): %s", a->name, a->cluster, a->entity, a->what, a->threshold, a->action);
}

/* One life of the alert under these rules: a good number, a bad one until it fires, a good one until it has cleared. */
static bool live(const struct config *config, const char *name, struct outcomes *o, char *action, char *threshold,
    enum severity *severity)
{
	const struct life *l = life_of(name);
	struct snapshot *snap = NULL;
	struct judgement *j = NULL;
	const struct alert *a = NULL;
	struct err err = {""};
	struct rules *r;
	int64_t t = 1000;

	if (!l)
		return false;
	r = rules_new(config, false, &err);
	if (!r)
		fail_msg("%s", err_msg(&err));
	/* Means and windows need numbers in between. */
	for (int64_t before = 0; before < t; before += 100)
		if (look(r, l, before, l->fine, &snap, &j))
			fail_msg("%s: an alert although all is well", name);
	for (int64_t end = t + l->for_s + 700; t <= end && !(a && a->state == ALERT_FIRING); t += 20)
		a = look(r, l, t, l->bad, &snap, &j);
	if (!a || a->state != ALERT_FIRING)
		fail_msg("%s does not fire", name);
	say_alert(a, o->bad, sizeof(o->bad));
	snprintf(action, 256, "%s", a->action);
	snprintf(threshold, 64, "%s", a->threshold);
	*severity = a->severity;
	for (int64_t end = t + l->clear_s + 1500; t <= end && a; t += 20)
		a = look(r, l, t, l->fine, &snap, &j);
	if (a)
		fail_msg("%s does not clear", name);
	snprintf(o->good, sizeof(o->good), "%s %s", name, verdict_name(rule_of(j, name, l->cluster)->verdict));
	assert_int_equal(rule_of(j, name, l->cluster)->verdict, VERDICT_OK);
	judgement_unref(j);
	snapshot_unref(snap);
	rules_free(r);
	return true;
}

bool drive_rule(const char *name, struct outcomes *o)
{
	char action[256], threshold[64];
	enum severity severity;

	return live(sample_config(SAMPLE_HEALTHY), name, o, action, threshold, &severity);
}

/* alerts.kafka.critical.01: UnderReplicatedPartitions ">0" "检查Broker状态和磁盘空间" */
bool drive_alert(const struct guide_item *it, struct outcomes *o)
{
	char name[64], threshold[64], action[256], does[256], is[64];
	enum severity severity;

	if (sscanf(it->text, "%63s \"%63[^\"]\" \"%255[^\"]\"", name, threshold, action) != 3)
		fail_msg("%s: \"%s\" cannot be read", it->id, it->text);
	if (!live(guide_config(), name, o, does, is, &severity))
		return false;
	assert_string_equal(does, action);
	assert_string_equal(is, threshold);
	assert_int_equal(severity, strstr(it->id, ".critical.") ? SEVERITY_CRITICAL : SEVERITY_WARNING);
	return true;
}

/* --- the daily list --- */

static void with_logs(struct snapshot *snap, int64_t fatals)
{
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *brokers = snap->clusters[c].sections[SECTION_BROKERS];
		struct section *s = section_new(SECTION_LOGS);

		s->listing = value_bool(true, snap->boot, 0);
		for (size_t i = 0; i < section_count(brokers); i++) {
			struct log_row *r = section_add(s);

			r->broker = section_broker(brokers, i)->id;
			r->path = "server.log";
			r->readable = value_bool(true, snap->boot, 10 * NS_PER_S);
			r->errors_10m = r->errors_hour = value_int(0, snap->boot, 10 * NS_PER_S);
			r->fatals_hour = value_int(fatals, snap->boot, 10 * NS_PER_S);
		}
		section_unref(snap->clusters[c].sections[SECTION_LOGS]);
		snap->clusters[c].sections[SECTION_LOGS] = s;
	}
}

static enum verdict look_at_item(const struct list_item *item, const struct life *l, bool well, char *out, size_t size)
{
	const struct check_item *c;
	enum verdict v;
	struct judged j;

	judged_init(&j, true);
	judged_at(&j, 0);
	with_logs(j.snap, !l && !well);
	if (l)
		l->set(j.snap, well ? l->fine : l->bad);
	c = item_of(judged_now(&j), item->id);
	v = c->verdict;
	snprintf(out, size, "%s %s", verdict_name(v), c->evidence ? c->evidence : "");
	judged_release(&j);
	return v;
}

bool drive_daily(const struct guide_item *it, struct outcomes *o)
{
	const struct checklist *daily = checklist_find(checklists(), "daily");
	const struct list_item *item = NULL;
	size_t driven = 0;

	for (size_t i = 0; i < daily->n; i++)
		if (!strcmp(daily->items[i].guide, it->id))
			item = &daily->items[i];
	if (!item)
		return false;
	/* Each of the rules that it is made of brings it down. */
	for (const char **rule = item->rules; *rule; rule++) {
		const struct life *l = life_of(*rule);

		if (!l)
			continue;
		driven++;
		if (look_at_item(item, l, true, o->good, sizeof(o->good)) != VERDICT_OK)
			fail_msg("%s: all is well, and yet %s", it->id, o->good);
		if (look_at_item(item, l, false, o->bad, sizeof(o->bad)) < VERDICT_WARN)
			fail_msg("%s: %s fires, and yet %s", it->id, *rule, o->bad);
	}
	if (!driven) {
		assert_true(look_at_item(item, NULL, true, o->good, sizeof(o->good)) == VERDICT_OK);
		assert_true(look_at_item(item, NULL, false, o->bad, sizeof(o->bad)) == VERDICT_CRIT);
	}
	return true;
}

/* --- the emergency plan --- */

/* The text that the plan has under that title: "" none. */
static void plan_part(const char *plan, const char *title, bool field, char *out, size_t size)
{
	char head[200];
	const char *at, *end;

	snprintf(head, sizeof(head), field ? "\n- %s: " : "\n### %s\n", title);
	at = strstr(plan, head);
	end = at ? strstr(at + 1, field ? "\n" : "\n### ") : NULL;
	snprintf(out, size, "%.*s", at ? (int)(end ? (size_t)(end - at) : strlen(at)) : 0, at ? at : "");
}

static void write_plan(const struct plan_of *of, struct buf *out)
{
	struct err err = {""};

	buf_init(out, 1 << 20);
	if (plan_markdown(of, out, &err))
		fail_msg("%s", err_msg(&err));
}

/* One cluster with an owner's page, contacts, and an incident whose impact was written and whose plan was changed. */
static void known_plan(struct buf *out)
{
	static const char *contacts[] = {"platform@example.com", "business: orders desk"};
	struct cluster_conf cluster = {
	    .name = (char *)"orders", .kind = KIND_KAFKA, .contacts = contacts, .n_contacts = 2};
	struct config config = {.clusters = &cluster, .n_clusters = 1};
	struct manual *manual = manual_load(NULL, 0, "en", NULL);
	const struct manual_page *page = manual_find(manual, "kafka-under-replicated");
	struct ledger_of l;
	struct incidents *all;

	ledger_of_init(&l, SAMPLE_WALL);
	ledger_of_add(&l, RECORD_INCIDENT, "INC-20261122-1", "why", "{\"fault\":\"kafka-under-replicated\"}");
	ledger_of_add(&l, RECORD_ENTRY, "INC-20261122-1", "half the shops",
	    "{\"stage\":\"confirm\",\"step\":\"confirm.impact\",\"kind\":\"ask\",\"field\":\"impact\",\"outcome\":\"users\"}");
	ledger_of_add(&l, RECORD_PLAN, "kafka-under-replicated", NULL,
	    "{\"changes\":[{\"wall\":%lld,\"text\":\"call the storage team first\",\"incident\":\"INC-20261122-1\",\"user\":\"duty1\"}]}",
	    (long long)SAMPLE_WALL);
	all = incidents_fold(l.ledger);
	write_plan(&(struct plan_of){.fault = "kafka-under-replicated", .page = page, .config = &config, .all = all, .ledger = l.ledger},
	    out);
	incidents_free(all);
	ledger_unref(l.ledger);
	manual_free(manual);
}

static void unknown_plan(struct buf *out)
{
	struct ledger *none = ledger_new();

	write_plan(&(struct plan_of){.fault = "no-such-fault", .ledger = none}, out);
	ledger_unref(none);
}

bool drive_plan(const struct guide_item *it, struct outcomes *o)
{
	const char *title = NULL;
	bool field = false;
	struct tree tree;
	struct arena arena;
	struct buf known, unknown;
	struct err err = {""};
	char path[PATH_MAX];
	const yaml_node_t *list;

	arena_init(&arena);
	datadir_find("plans/template.yaml", path, sizeof(path));
	if (tree_load(&tree, path, &err))
		fail_msg("%s", err_msg(&err));
	list = tree_get(&tree, tree_root(&tree), "sections");
	for (size_t i = 0; i < tree_count(list); i++) {
		const yaml_node_t *s = tree_at(&tree, list, i), *fields = tree_get(&tree, s, "fields");

		if (!strcmp(tree_need_text(&tree, s, "guide", &arena), it->id))
			title = tree_need_words(&tree, s, "title", &arena);
		for (size_t k = 0; k < tree_count(fields); k++) {
			const yaml_node_t *f = tree_at(&tree, fields, k);

			if (strcmp(tree_need_text(&tree, f, "guide", &arena), it->id))
				continue;
			title = tree_need_words(&tree, f, "title", &arena);
			field = true;
		}
	}
	if (title) {
		known_plan(&known);
		unknown_plan(&unknown);
		plan_part(known.data, title, field, o->good, sizeof(o->good));
		plan_part(unknown.data, title, field, o->bad, sizeof(o->bad));
		/* What is not known is said in italics, never left out; what is known is not. */
		if (!strchr(o->bad, '*') || (field && strchr(o->good, '*')))
			fail_msg("%s: known \"%s\", not known \"%s\"", it->id, o->good, o->bad);
		buf_release(&known);
		buf_release(&unknown);
	}
	tree_release(&tree);
	arena_release(&arena);
	return title != NULL;
}
