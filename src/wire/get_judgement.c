#include "rules/day.h"
#include "wire/parts.h"

#include <string.h>

enum { DAY_OFFSET_MOST = 26 * 3600 };

/* JSON as a judgement of the snapshot that was read before it. */

const char *severity_name_of(int i)
{
	static const char *const name[] = {
	    [SEVERITY_WARNING] = "warning", [SEVERITY_CRITICAL] = "critical"};

	return name[i];
}

const char *state_name_of(int i)
{
	static const char *const name[] = {
	    [ALERT_PENDING] = "pending",
	    [ALERT_FIRING] = "firing",
	    [ALERT_FOLDED] = "folded",
	    [ALERT_SILENCED] = "silenced",
	};

	return name[i];
}

static int get_verdict(const json_t *obj, enum verdict *out, struct err *err)
{
	int v;

	if (get_name(obj, "verdict", verdict_name_of, VERDICT_COUNT, &v, err))
		return -1;
	*out = (enum verdict)v;
	return 0;
}

/* Texts that every reader takes for granted. */
static int need_text(
    const json_t *obj, const char *key, struct arena *a, const char **out, struct err *err)
{
	if (get_text(obj, key, a, out, err))
		return -1;
	return *out ? 0 : err_set(err, "%s is missing", key);
}

static int get_rule(const json_t *o, struct judgement *j, struct rule_result *r, struct err *err)
{
	struct arena *a = &j->arena;

	return need_text(o, "name", a, &r->name, err) ||
		       need_text(o, "cluster", a, &r->cluster, err) ||
		       get_verdict(o, &r->verdict, err) ||
		       get_int(o, "evaluated", 0, &r->evaluated, err) ||
		       get_int(o, "total", 0, &r->total, err) ||
		       get_text(o, "reason", a, &r->reason, err)
		   ? -1
		   : 0;
}

static int get_item(const json_t *o, struct judgement *j, struct check_item *item, struct err *err)
{
	struct arena *a = &j->arena;

	return need_text(o, "list", a, &item->list, err) || need_text(o, "id", a, &item->id, err) ||
		       get_verdict(o, &item->verdict, err) ||
		       get_int(o, "evaluated", 0, &item->evaluated, err) ||
		       get_int(o, "total", 0, &item->total, err) ||
		       get_int(o, "waived", 0, &item->waived, err) ||
		       get_int(o, "muted", 0, &item->muted, err) ||
		       need_text(o, "evidence", a, &item->evidence, err)
		   ? -1
		   : 0;
}

/* Which row of the snapshot an alert is about; none where it does not exist. */
static int get_place(
    const json_t *o, const struct snapshot *snap, struct alert *alert, struct err *err)
{
	const char *section = json_string_value(json_object_get(o, "section"));
	int64_t row;

	alert->section = SECTION_COUNT;
	alert->row = SIZE_MAX;
	if (get_int(o, "row", -1, &row, err))
		return -1;
	for (int k = 0; section && k < SECTION_COUNT; k++)
		if (!strcmp(section, row_types[k].name))
			alert->section = (enum section_kind)k;
	for (size_t c = 0; c < snap->n_clusters && alert->section < SECTION_COUNT; c++)
		if (!strcmp(snap->clusters[c].name, alert->cluster) && row >= 0 &&
		    (size_t)row < section_count(snap->clusters[c].sections[alert->section]))
			alert->row = (size_t)row;
	return 0;
}

static int get_alert(const json_t *o, struct judgement *j, const struct snapshot *snap,
    struct alert *alert, struct err *err)
{
	struct arena *a = &j->arena;
	int severity, state;

	if (need_text(o, "name", a, &alert->name, err) ||
	    need_text(o, "cluster", a, &alert->cluster, err) ||
	    need_text(o, "entity", a, &alert->entity, err) ||
	    need_text(o, "threshold", a, &alert->threshold, err) ||
	    need_text(o, "action", a, &alert->action, err) ||
	    need_text(o, "manual", a, &alert->manual, err) ||
	    need_text(o, "what", a, &alert->what, err) ||
	    get_text(o, "folded_under", a, &alert->folded_under, err) ||
	    get_name(o, "severity", severity_name_of, SEVERITIES, &severity, err) ||
	    get_name(o, "state", state_name_of, STATES, &state, err) ||
	    get_bool(o, "acknowledged", &alert->acknowledged, err) ||
	    get_text(o, "ack_by", a, &alert->ack_by, err) ||
	    get_text(o, "ack_comment", a, &alert->ack_comment, err) ||
	    get_time(o, "ack_wall", 0, &alert->ack_wall, err) ||
	    get_text(o, "muted", a, &alert->muted, err) ||
	    get_bool(o, "flapping", &alert->flapping, err) ||
	    get_value(json_object_get(o, "value"), a, &alert->value, err) ||
	    get_time(o, "since_wall", 0, &alert->since_wall, err) ||
	    get_time(o, "since_boot", 0, &alert->since_boot, err))
		return -1;
	if (alert->acknowledged && !alert->ack_by)
		alert->ack_by = "?";
	alert->severity = (enum severity)severity;
	alert->state = (enum alert_state)state;
	return get_place(o, snap, alert, err);
}

static int get_row_verdict(
    const json_t *json, struct arena *a, struct row_verdict *out, struct err *err)
{
	const json_t *name = json_is_array(json) ? json_array_get(json, 0) : json;
	const char *why = json_is_array(json) ? json_string_value(json_array_get(json, 1)) : NULL;

	for (int v = 0; json_is_string(name) && v < VERDICT_COUNT; v++) {
		if (!strcmp(json_string_value(name), verdict_name((enum verdict)v))) {
			*out = (struct row_verdict){(enum verdict)v, arena_strdup(a, why)};
			return 0;
		}
	}
	return err_set(err, "a row's verdict should be a verdict, or [verdict, why]");
}

static int get_cluster(
    const json_t *o, struct judgement *j, struct cluster_judgement *c, struct err *err)
{
	const json_t *rows = json_object_get(o, "rows"), *list;
	size_t n;

	if (get_verdict(o, &c->verdict, err))
		return -1;
	for (size_t k = 0; k < SECTION_COUNT; k++) {
		if (get_array(rows, row_types[k].name, ROWS_MOST, &list, &n, err))
			return -1;
		if (n != c->n_rows[k])
			return err_set(err, "%zu verdicts stand beside %zu rows of %s", n,
			    c->n_rows[k], row_types[k].name);
		for (size_t i = 0; i < n; i++)
			if (get_row_verdict(
				json_array_get(list, i), &j->arena, &c->rows[k][i], err))
				return -1;
	}
	return 0;
}

static int get_clusters(const json_t *o, struct judgement *j, struct err *err)
{
	const json_t *list;
	size_t n;

	if (get_array(o, "clusters", CLUSTERS_MOST, &list, &n, err))
		return -1;
	if (n != j->n_clusters)
		return err_set(err, "%zu clusters are judged of %zu", n, j->n_clusters);
	for (size_t i = 0; i < n; i++)
		if (get_cluster(json_array_get(list, i), j, &j->clusters[i], err))
			return -1;
	return 0;
}

static int get_lists(
    const json_t *o, struct judgement *j, const struct snapshot *snap, struct err *err)
{
	const json_t *list;

	if (get_array(o, "rules", ROWS_MOST, &list, &j->n_rules, err))
		return -1;
	j->rules = arena_alloc(&j->arena, j->n_rules * sizeof(*j->rules));
	for (size_t i = 0; i < j->n_rules; i++)
		if (get_rule(json_array_get(list, i), j, &j->rules[i], err))
			return err_prefix(err, "rule %zu", i + 1);
	if (get_array(o, "checklist", ROWS_MOST, &list, &j->n_checklist, err))
		return -1;
	j->checklist = arena_alloc(&j->arena, j->n_checklist * sizeof(*j->checklist));
	for (size_t i = 0; i < j->n_checklist; i++)
		if (get_item(json_array_get(list, i), j, &j->checklist[i], err))
			return err_prefix(err, "checklist item %zu", i + 1);
	if (get_array(o, "alerts", ROWS_MOST, &list, &j->n_alerts, err))
		return -1;
	j->alerts = arena_alloc(&j->arena, j->n_alerts * sizeof(*j->alerts));
	for (size_t i = 0; i < j->n_alerts; i++)
		if (get_alert(json_array_get(list, i), j, snap, &j->alerts[i], err))
			return err_prefix(err, "alert %zu", i + 1);
	return 0;
}

/* Older recordings have none. */
static int get_day(const json_t *json, struct judgement *j, struct err *err)
{
	const char *day;
	int64_t offset;

	if (get_text(json, "day", &j->arena, &day, err) || get_int(json, "day_began", 0, &j->day_began, err) ||
	    get_int(json, "day_offset_s", 0, &offset, err))
		return -1;
	if (offset < -DAY_OFFSET_MOST || offset > DAY_OFFSET_MOST || j->day_began > INT64_MAX / 4 ||
	    j->day_began < INT64_MIN / 4)
		return err_set(err, "the day of the checklist is out of bounds");
	j->day_offset_s = (int)offset;
	if (day && day_is(day))
		memcpy(j->day, day, sizeof(j->day));
	return 0;
}

int get_judgement(
    const json_t *json, const struct snapshot *snap, struct judgement **out, struct err *err)
{
	struct judgement *j;

	if (!json_is_object(json))
		return err_set(err, "a frame has no judgement");
	j = judgement_new(snap);
	if (get_verdict(json, &j->verdict, err) ||
	    get_time(json, "boot", snap->boot, &j->boot, err) ||
	    get_time(json, "wall", snap->wall, &j->wall, err) ||
	    get_text(json, "banner", &j->arena, &j->banner, err) || get_clusters(json, j, err) || get_day(json, j, err) ||
	    get_lists(json, j, snap, err)) {
		judgement_unref(j);
		return err_prefix(err, "judgement");
	}
	*out = j;
	return 0;
}
