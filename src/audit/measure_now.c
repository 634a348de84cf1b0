#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/datadir.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "config/tree.h"
#include "manual/manual.h"
#include "store/ops_db.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Measured from the snapshot, the ledger and the files: security, configuration, versions, drills, documents. */

#define DAY (86400 * NS_PER_S)

enum { VERSION_REVIEW_DAYS = 120, DRILL_DAYS = 35, MANUAL_DAYS = 180 };

void measure_security(struct measuring *m)
{
	size_t looked = 0, unanswered = 0;
	struct audit_report r;

	audit_judge(m->in->audits, ~0u, m->in->frame, m->in->now, m->in->wall, &r);
	for (size_t i = 0; i < r.n; i++) {
		const struct audit_result *one = &r.results[i];

		/* The guide's lists of deployment have security as their third part. */
		if (strncmp(one->item->guide, "deployment.", 11) != 0 || !strstr(one->item->guide, ".3."))
			continue;
		looked++;
		unanswered += one->how == AUDIT_UNANSWERED;
		if (one->how == AUDIT_MEASURED && one->verdict > VERDICT_OK)
			measured(m, one->verdict, "%s %s %s: %s", m->in->frame->snap->clusters[one->cluster].name,
			    one->item->code, one->item->title, one->evidence);
	}
	if (unanswered)
		measured(m, VERDICT_UNKNOWN, looked == 1 ? _("%zu of %zu question of the audit is not answered")
						     : _("%zu of %zu questions of the audit are not answered"),
		    unanswered, looked);
	if (looked && !m->out->evidence)
		measured(m, VERDICT_OK, looked == 1 ? _("the %zu item of the audit's security holds") : _("all %zu items of the audit's security hold"), looked);
	audit_report_release(&r);
}

/* What rises and falls by itself is no configuration. */
static bool is_configuration(const char *name)
{
	return strcmp(name, "topics.count") && strncmp(name, "groups.", 7) && strcmp(name, "exporters.reachable") &&
	       strcmp(name, "retention.room_bytes") && !strstr(name, ".unread") && !strstr(name, "missing") &&
	       !strstr(name, "leaderless");
}

static char *fact_text(const struct value *v, char *out, size_t size)
{
	if (v->type == VALUE_TEXT)
		snprintf(out, size, "%s", v->s ? v->s : "");
	else
		snprintf(out, size, "%.12g", value_number(v));
	return out;
}

void baseline_write(const struct cluster_view *view, int64_t now, struct buf *out)
{
	const struct section *s = view->sections[SECTION_FACTS];
	struct jsonw w;
	char text[256];

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	for (size_t i = 0; i < section_count(s); i++) {
		const struct fact_row *row = section_fact(s, i);

		if (row->name && is_configuration(row->name) && value_quality(&row->v, now) == QUALITY_OK)
			jsonw_text(&w, row->name, fact_text(&row->v, text, sizeof(text)));
	}
	jsonw_end_object(&w);
}

static void compare(struct measuring *m, const struct cluster_view *view, const struct record *r)
{
	json_t *root = r->data ? json_loads(r->data, 0, NULL) : NULL, *j;
	size_t same = 0, seen = 0;
	const char *name;

	json_object_foreach(root, name, j) {
		const struct fact_row *row = measured_fact(view, name);
		const char *then = json_string_value(j);
		char now[256];

		/* An older version kept more. */
		if (!then || !is_configuration(name))
			continue;
		seen++;
		if (!row || value_quality(&row->v, m->in->now) != QUALITY_OK)
			measured(m, VERDICT_UNKNOWN, _("%s %s is not known now"), view->name, name);
		else if (strcmp(fact_text(&row->v, now, sizeof(now)), then) != 0)
			measured(m, VERDICT_WARN, _("%s %s was %s in the baseline and is %s"), view->name, name, then, now);
		else
			same++;
	}
	json_decref(root);
	if (same)
		measured(m, VERDICT_OK, _("as in the baseline: %zu settings of %s"), same, view->name);
	else if (!seen)
		measured(m, VERDICT_UNKNOWN, _("nothing of the baseline of %s is known now"), view->name);
}

void measure_configuration(struct measuring *m)
{
	const struct snapshot *snap = m->in->frame->snap;

	for (size_t i = 0; i < snap->n_clusters; i++) {
		const struct record *r =
		    ledger_newest(m->in->frame->ledger, RECORD_BASELINE, snap->clusters[i].name, NULL, NULL);

		if (r)
			compare(m, &snap->clusters[i], r);
		else
			measured(m, VERDICT_UNKNOWN, _("there is no baseline of %s: save one with mqduty baseline"),
			    snap->clusters[i].name);
	}
}

/* "4.1.0", "v2.15.2" -> major and minor; false: it is no version. */
static bool minor_of(const char *text, int *major, int *minor)
{
	return sscanf(text + (text[0] == 'v'), "%6d.%6d", major, minor) == 2;
}

struct family {
	const char *name, *source;
	int major, minor, kept;
};

static void read_families(struct tree *t, struct arena *a, struct family *out, size_t most)
{
	const yaml_node_t *list = tree_get(t, tree_root(t), "families");

	for (size_t i = 0; i < tree_count(list) && i < most; i++) {
		const yaml_node_t *n = tree_at(t, list, i);

		out[i].name = tree_need_text(t, n, "name", a);
		out[i].source = tree_need_words(t, n, "source", a);
		out[i].kept = (int)tree_need_number(t, n, "kept");
		if (!minor_of(tree_need_text(t, n, "newest", a), &out[i].major, &out[i].minor))
			tree_mistake(t, n, _("newest is MAJOR.MINOR"));
	}
}

static void review_version(struct measuring *m, const struct cluster_view *view, const char *version, const struct family *f)
{
	int major, minor;

	if (!f) {
		measured(m, VERDICT_OK, _("%s runs %s; its makers tell no end of a version"), view->name, version);
		return;
	}
	if (!minor_of(version, &major, &minor))
		measured(m, VERDICT_UNKNOWN, _("%s: %s is no version"), view->name, version);
	else if (major < f->major || (major == f->major && minor + f->kept <= f->minor))
		measured(m, VERDICT_WARN, _("%s runs %s, the newest is %d.%d: %s"), view->name, version, f->major, f->minor, f->source);
	else
		measured(m, VERDICT_OK, _("%s runs %s, the newest known is %d.%d"), view->name, version, f->major, f->minor);
}

static void review_cluster(struct measuring *m, const struct cluster_view *view, const struct family *families, size_t n)
{
	const struct section *brokers = view->sections[SECTION_BROKERS];
	const char *first = NULL;
	const struct family *family = NULL;

	for (size_t i = 0; i < n && families[i].name; i++)
		if (!strcmp(families[i].name, kind_name(view->kind)))
			family = &families[i];
	for (size_t i = 0; i < section_count(brokers); i++) {
		const struct broker_row *b = section_broker(brokers, i);

		if (b->version.type != VALUE_TEXT || value_quality(&b->version, m->in->now) != QUALITY_OK) {
			measured(m, VERDICT_UNKNOWN, _("%s: the version of %s is not known"), view->name, b->name ? b->name : "?");
			continue;
		}
		if (first && strcmp(first, b->version.s) != 0)
			measured(m, VERDICT_WARN, _("%s runs mixed versions: %s and %s"), view->name, first, b->version.s);
		first = first ? first : b->version.s;
	}
	if (first)
		review_version(m, view, first, family);
	else
		measured(m, VERDICT_UNKNOWN, _("no version of %s is known"), view->name);
}

/* Days since a date; -1: it is none. */
static int64_t days_since(const char *date, int64_t wall)
{
	struct tm tm = {0};
	const char *end = strptime(date, "%Y-%m-%d", &tm);

	return end && !*end ? (wall / NS_PER_S - (int64_t)timegm(&tm)) / 86400 : -1;
}

void measure_versions(struct measuring *m)
{
	const struct snapshot *snap = m->in->frame->snap;
	struct family families[16] = {{0}};
	struct err err = {""};
	char path[PATH_MAX];
	struct tree t = {0};
	int64_t age = -1;

	if (datadir_find("versions.yaml", path, sizeof(path)) && !tree_load(&t, path, &err)) {
		read_families(&t, m->arena, families, 15);
		age = days_since(tree_need_text(&t, tree_root(&t), "reviewed", m->arena), m->in->wall);
	}
	tree_release(&t);
	if (age < 0)
		measured(m, VERDICT_UNKNOWN, _("which versions are looked after is not known: %s"), err.msg[0] ? err_msg(&err) : path);
	else if (age > VERSION_REVIEW_DAYS)
		measured(m, VERDICT_UNKNOWN,
		    age == 1 ? _("the list of versions is %lld day old: bring data/versions.yaml up to date")
			     : _("the list of versions is %lld days old: bring data/versions.yaml up to date"),
		    (long long)age);
	for (size_t i = 0; i < snap->n_clusters; i++)
		review_cluster(m, &snap->clusters[i], families, 15);
}

static const struct record *newest_drill(const struct ledger *l)
{
	for (size_t i = l ? l->n : 0; i-- > 0;)
		if (l->lines[i].record->kind == RECORD_INCIDENT_CLOSE && l->lines[i].record->drill)
			return l->lines[i].record;
	return NULL;
}

/* mqduty drill keeps its records beside those of real incidents. */
static struct ledger *read_drills(const struct config *config)
{
	struct err err = {""};
	char dir[PATH_MAX];

	if (!config || !config->state_dir)
		return NULL;
	snprintf(dir, sizeof(dir), "%s/drills", config->state_dir);
	return access(dir, F_OK) ? NULL : ops_db_read_incidents(dir, &err);
}

void measure_drill(struct measuring *m)
{
	struct ledger *beside = read_drills(m->in->config);
	const struct record *newest = newest_drill(m->in->frame->ledger), *other = newest_drill(beside);
	char age[FMT_MAX];

	if (other && (!newest || other->wall > newest->wall))
		newest = other;
	if (!newest)
		measured(m, VERDICT_WARN, _("no drill was brought to its end so far: mqduty drill lists what can be drilled"));
	else if (m->in->wall - newest->wall > DRILL_DAYS * DAY)
		measured(m, VERDICT_WARN, _("the newest drill, %s, ended %lld days ago"), newest->subject ? newest->subject : "?",
		    (long long)((m->in->wall - newest->wall) / DAY));
	else
		measured(m, VERDICT_OK, "%s, %s", newest->subject ? newest->subject : "?",
		    arena_printf(m->arena, _("%s ago"), fmt_duration(age, sizeof(age), m->in->wall - newest->wall)));
	ledger_unref(beside);
}

void measure_documents(struct measuring *m)
{
	struct manual *manual = manual_load(NULL, 0, "en", NULL);

	for (size_t i = 0; i < manual->n_pages; i++) {
		const struct manual_page *p = &manual->pages[i];
		int64_t age = p->reviewed ? days_since(p->reviewed, m->in->wall) : -1;

		if (age < 0)
			measured(m, VERDICT_UNKNOWN, _("%s does not say when it was reviewed"), p->id);
		else if (age > MANUAL_DAYS)
			measured(m, VERDICT_WARN, _("%s was reviewed %lld days ago"), p->id, (long long)age);
	}
	if (!manual->n_pages)
		measured(m, VERDICT_UNKNOWN, _("no page of the manual was found"));
	else
		measured(m, VERDICT_OK, _("%zu pages, all reviewed within %d days"), manual->n_pages, MANUAL_DAYS);
	manual_free(manual);
}
