/* Opening an incident: what it is about, and what was seen at that moment. */
#include "triage/act.h"

#include "base/clock.h"
#include "base/jsonw.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALERTS_MOST = 10 };

char *subject_entity(const struct snapshot *snap, size_t cluster, enum section_kind section, size_t row, char *out,
    size_t size)
{
	struct binding b;

	binding_init(&b);
	binding_row(&b, snap, cluster, section, row);
	snprintf(out, size, "%s%s%s", b.group ? b.group : b.broker ? b.broker : "", b.group ? ">" : "",
	    b.group && b.topic ? b.topic : "");
	binding_release(&b);
	return out;
}

static void put(struct jsonw *w, const char *key, const char *s)
{
	if (s)
		jsonw_text(w, key, s);
}

static void put_alert(struct jsonw *w, const struct alert *a)
{
	jsonw_object(w, NULL);
	jsonw_text(w, "name", a->name);
	put(w, "cluster", a->cluster);
	put(w, "entity", a->entity);
	jsonw_text(w, "severity", a->severity == SEVERITY_CRITICAL ? "critical" : "warning");
	put(w, "what", a->what);
	jsonw_int(w, "since", a->since_wall);
	jsonw_end_object(w);
}

static void put_value(struct jsonw *w, const char *key, const struct value *v, int64_t now)
{
	jsonw_object(w, key);
	switch (v->type) {
	case VALUE_NONE:
		jsonw_null(w, "value");
		break;
	case VALUE_TEXT:
		jsonw_text(w, "value", v->s);
		break;
	case VALUE_BOOL:
		jsonw_bool(w, "value", v->b);
		break;
	default:
		jsonw_real(w, "value", value_number(v));
	}
	jsonw_text(w, "quality", quality_name(value_quality(v, now)));
	put(w, "reason", v->reason);
	jsonw_end_object(w);
}

/* The row's own fields; lists and pasts are left out. */
static void put_row(struct jsonw *w, enum section_kind kind, const void *row, int64_t now)
{
	const struct row_type *type = &row_types[kind];

	jsonw_object(w, "row");
	for (const struct field *f = type->fields; f->name; f++) {
		const char *at = (const char *)row + f->offset;

		if (f->type == FIELD_VALUE)
			put_value(w, f->name, (const struct value *)(const void *)at, now);
		else if (f->type == FIELD_TEXT)
			put(w, f->name, *(const char *const *)(const void *)at);
		else if (f->type == FIELD_STATUS)
			jsonw_text(w, f->name, lag_status_name[*(const enum lag_status *)(const void *)at]);
	}
	jsonw_end_object(w);
}

static void put_snapshot(struct jsonw *w, const struct subject *about, const struct frame *f, int64_t now)
{
	const struct judgement *j = f->judgement;
	const struct section *s = about->cluster < f->snap->n_clusters && about->section < SECTION_COUNT
				      ? f->snap->clusters[about->cluster].sections[about->section]
				      : NULL;
	size_t put_n = 0;

	jsonw_object(w, "snapshot");
	jsonw_text(w, "verdict", verdict_name(j->verdict));
	jsonw_array(w, "alerts");
	for (size_t i = 0; i < j->n_alerts && put_n < ALERTS_MOST; i++) {
		if (j->alerts[i].state != ALERT_FIRING)
			continue;
		put_alert(w, &j->alerts[i]);
		put_n++;
	}
	jsonw_end_array(w);
	if (about->row < section_count(s))
		put_row(w, about->section, section_row(s, about->row), now);
	jsonw_end_object(w);
}

/* When the engine began to let the alert fire; 0: it did not say. */
static int64_t detected_at(const struct frame *f, const struct alert *a)
{
	const struct record *r = ledger_newest(f->ledger, RECORD_ALERT_STATE, a->cluster, a->entity, a->name);

	return r && r->wall >= a->since_wall ? r->wall : 0;
}

/* When the operators' acts say that somebody took the alert on; 0: nobody did. */
static int64_t acknowledged_at(const struct frame *f, const struct alert *a)
{
	const struct record *r = ledger_newest(f->ledger, RECORD_ACK, a->cluster, a->entity, a->name);

	return r && r->wall >= a->since_wall ? r->wall : 0;
}

static void put_binding(struct jsonw *w, const struct snapshot *snap, const struct subject *about)
{
	struct binding b;
	char *packed;

	binding_init(&b);
	if (about->alert)
		binding_alert(&b, snap, about->alert);
	else
		binding_row(&b, snap, about->cluster, about->section, about->row);
	packed = binding_pack(&b);
	jsonw_text(w, "binding", packed);
	free(packed);
	binding_release(&b);
}

static const char *entity_of(struct record *r, const struct snapshot *snap, const struct subject *about)
{
	char entity[256];

	if (about->entity)
		return record_str(r, about->entity);
	if (about->alert)
		return record_str(r, about->alert->entity);
	return record_str(r, subject_entity(snap, about->cluster, about->section, about->row, entity, sizeof(entity)));
}

struct record *act_open(const struct subject *about, const struct frame *f, const struct incidents *all, int64_t now,
    const char *why, bool drill)
{
	struct record *r = record_new(RECORD_INCIDENT);
	const struct alert *a = about->alert;
	char id[64];
	struct jsonw w;
	struct buf b;

	r->subject = record_str(r, incidents_next_id(all, r->wall, id, sizeof(id)));
	r->text = record_str(r, why && why[0] ? why : NULL);
	r->drill = drill;
	r->entity = entity_of(r, f->snap, about);
	buf_init(&b, RECORD_DATA_MAX);
	jsonw_init(&w, &b);
	jsonw_object(&w, NULL);
	if (about->cluster < f->snap->n_clusters) {
		r->cluster = record_str(r, f->snap->clusters[about->cluster].name);
		jsonw_text(&w, "tier", tier_name(f->snap->clusters[about->cluster].tier));
	}
	put(&w, "fault", about->fault);
	put(&w, "revision", about->revision);
	if (a) {
		jsonw_text(&w, "alert", a->name);
		jsonw_text(&w, "severity", a->severity == SEVERITY_CRITICAL ? "critical" : "warning");
		jsonw_int(&w, "started", a->since_wall);
		if (detected_at(f, a))
			jsonw_int(&w, "detected", detected_at(f, a));
		if (acknowledged_at(f, a))
			jsonw_int(&w, "acknowledged", acknowledged_at(f, a));
	}
	put_binding(&w, f->snap, about);
	put_snapshot(&w, about, f, now);
	jsonw_end_object(&w);
	r->data = record_str(r, b.data);
	buf_release(&b);
	return r;
}
