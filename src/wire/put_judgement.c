#include "wire/parts.h"

/* A judgement as JSON. */

static void put_rules(struct jsonw *w, const struct judgement *j)
{
	jsonw_array(w, "rules");
	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];

		jsonw_object(w, NULL);
		jsonw_text(w, "name", r->name);
		jsonw_text(w, "cluster", r->cluster);
		jsonw_text(w, "verdict", verdict_name(r->verdict));
		jsonw_int(w, "evaluated", r->evaluated);
		jsonw_int(w, "total", r->total);
		jsonw_text(w, "reason", r->reason);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_checklist(struct jsonw *w, const struct judgement *j)
{
	jsonw_array(w, "checklist");
	for (size_t i = 0; i < j->n_checklist; i++) {
		const struct check_item *item = &j->checklist[i];

		jsonw_object(w, NULL);
		jsonw_text(w, "list", item->list);
		jsonw_text(w, "id", item->id);
		jsonw_text(w, "verdict", verdict_name(item->verdict));
		jsonw_int(w, "evaluated", item->evaluated);
		jsonw_int(w, "total", item->total);
		jsonw_int(w, "waived", item->waived);
		if (item->muted)
			jsonw_int(w, "muted", item->muted);
		jsonw_text(w, "evidence", item->evidence);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_alert(struct jsonw *w, const struct alert *a)
{
	jsonw_object(w, NULL);
	jsonw_text(w, "name", a->name);
	jsonw_text(w, "cluster", a->cluster);
	jsonw_text(w, "entity", a->entity);
	jsonw_text(w, "severity", severity_name_of((int)a->severity));
	jsonw_text(w, "state", state_name_of((int)a->state));
	jsonw_bool(w, "acknowledged", a->acknowledged);
	if (a->acknowledged) {
		jsonw_text(w, "ack_by", a->ack_by);
		jsonw_text(w, "ack_comment", a->ack_comment);
		jsonw_int(w, "ack_wall", a->ack_wall);
	}
	if (a->muted)
		jsonw_text(w, "muted", a->muted);
	if (a->flapping)
		jsonw_bool(w, "flapping", true);
	put_value(w, "value", &a->value);
	jsonw_text(w, "what", a->what);
	jsonw_text(w, "threshold", a->threshold);
	jsonw_int(w, "since_wall", a->since_wall);
	jsonw_int(w, "since_boot", a->since_boot);
	jsonw_text(w, "action", a->action);
	jsonw_text(w, "manual", a->manual);
	jsonw_text(w, "folded_under", a->folded_under);
	if (a->section < SECTION_COUNT)
		jsonw_text(w, "section", row_types[a->section].name);
	if (a->row != SIZE_MAX)
		jsonw_int(w, "row", (int64_t)a->row);
	jsonw_end_object(w);
}

/* "OK", or ["CRIT", "over 6m"]: one per row. */
static void put_row_verdicts(
    struct jsonw *w, const char *key, const struct row_verdict *rows, size_t n)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].why) {
			jsonw_text(w, NULL, verdict_name(rows[i].verdict));
			continue;
		}
		jsonw_array(w, NULL);
		jsonw_text(w, NULL, verdict_name(rows[i].verdict));
		jsonw_text(w, NULL, rows[i].why);
		jsonw_end_array(w);
	}
	jsonw_end_array(w);
}

static void put_clusters(struct jsonw *w, const struct judgement *j)
{
	jsonw_array(w, "clusters");
	for (size_t i = 0; i < j->n_clusters; i++) {
		const struct cluster_judgement *c = &j->clusters[i];

		jsonw_object(w, NULL);
		jsonw_text(w, "verdict", verdict_name(c->verdict));
		jsonw_object(w, "rows");
		for (size_t k = 0; k < SECTION_COUNT; k++)
			if (c->n_rows[k])
				put_row_verdicts(w, row_types[k].name, c->rows[k], c->n_rows[k]);
		jsonw_end_object(w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void put_judgement(struct jsonw *w, const char *key, const struct judgement *j)
{
	jsonw_object(w, key);
	jsonw_text(w, "verdict", verdict_name(j->verdict));
	jsonw_int(w, "boot", j->boot);
	jsonw_int(w, "wall", j->wall);
	jsonw_text(w, "banner", j->banner);
	jsonw_text(w, "day", j->day);
	jsonw_int(w, "day_began", j->day_began);
	jsonw_int(w, "day_offset_s", j->day_offset_s);
	put_clusters(w, j);
	put_rules(w, j);
	put_checklist(w, j);
	jsonw_array(w, "alerts");
	for (size_t i = 0; i < j->n_alerts; i++)
		put_alert(w, &j->alerts[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
