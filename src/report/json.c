#include "report/parts.h"
#include "rules/daybook.h"

#include <stdlib.h>

/* Schema "mqduty/1" of the design. Fields may be added, never changed. */

enum { PARTS_MOST = 50000 };

static const char schema[] = "mqduty/1";

static void put_engine(struct json_ctx *c, const struct engine_stats *s)
{
	jsonw_object(&c->w, "engine");
	jsonw_real(&c->w, "cycle_ms", s->cycle_ms);
	jsonw_int(&c->w, "requests", s->requests);
	jsonw_int(&c->w, "overruns", s->overruns);
	jsonw_int(&c->w, "rss_bytes", s->rss_bytes);
	jsonw_end_object(&c->w);
}

static void put_brokers(struct json_ctx *c, const struct frame *f, size_t cluster)
{
	/* The order of the design first; what else the table has follows. */
	static const char *const first[] = {
	    "id", "name", "address", "up", "rtt_ms", "controller", "version", NULL};
	const struct row_type *type = &row_types[SECTION_BROKERS];
	const struct section *s = f->snap->clusters[cluster].sections[SECTION_BROKERS];

	jsonw_array(&c->w, "brokers");
	for (size_t i = 0; i < section_count(s); i++) {
		struct row_verdict v = judgement_row(f->judgement, cluster, SECTION_BROKERS, i);

		jsonw_object(&c->w, NULL);
		json_fields(c, type, section_row(s, i), first, true);
		jsonw_text(&c->w, "verdict", verdict_name(v.verdict));
		jsonw_text(&c->w, "note", v.why);
		json_fields(c, type, section_row(s, i), first, false);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

static void put_cluster(struct json_ctx *c, const struct frame *f, size_t i)
{
	static const char *const own[] = {"reachable", "version", NULL};
	const struct cluster_view *view = &f->snap->clusters[i];
	const struct cluster_row *facts = cluster_facts(view);
	struct value none = value_missing("not asked yet");

	jsonw_object(&c->w, NULL);
	jsonw_text(&c->w, "name", view->name);
	jsonw_text(&c->w, "kind", kind_name(view->kind));
	jsonw_text(&c->w, "tier", tier_name(view->tier));
	jsonw_text(&c->w, "verdict", verdict_name(f->judgement->clusters[i].verdict));
	jsonw_bool(&c->w, "reachable",
	    facts && facts->reachable.type == VALUE_BOOL && facts->reachable.b &&
		report_quality(&facts->reachable, c->now) == QUALITY_OK);
	json_value(c, "version", facts ? &facts->version : &none);
	if (facts)
		json_fields(c, &row_types[SECTION_CLUSTER], facts, own, false);
	put_brokers(c, f, i);
	jsonw_end_object(&c->w);
}

static void put_rules(struct json_ctx *c, const struct judgement *j)
{
	jsonw_array(&c->w, "rules");
	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];

		jsonw_object(&c->w, NULL);
		jsonw_text(&c->w, "name", r->name);
		jsonw_text(&c->w, "cluster", r->cluster);
		jsonw_text(&c->w, "verdict", verdict_name(r->verdict));
		jsonw_int(&c->w, "evaluated", r->evaluated);
		jsonw_int(&c->w, "total", r->total);
		jsonw_text(&c->w, "reason", r->reason);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

/* What was signed and noted today, as far as it is kept. */
static void put_signature(struct json_ctx *c, const struct frame *f, const struct check_item *item)
{
	enum { NOTES_MOST = 100 };
	const char *day = f->judgement->day;
	const struct list_item *def = checklist_item(checklists(), item->list, item->id);
	const struct ledger_line *notes[NOTES_MOST];
	const struct ledger_line *line =
	    def ? daybook_line(f->ledger, RECORD_SIGN, def->subject, day, NULL) : NULL;
	const struct record *r = line && line->keep == KEEP_KEPT ? line->record : NULL;
	size_t n = def ? daybook_notes(f->ledger, def->subject, day, notes, NOTES_MOST) : 0;

	jsonw_text(&c->w, "day", day[0] ? day : NULL);
	jsonw_text(&c->w, "title", def ? words_now(&def->title) : NULL);
	jsonw_text(&c->w, "signed_by", r ? r->user : NULL);
	if (r)
		json_time(c, "signed_at", r->wall);
	else
		jsonw_null(&c->w, "signed_at");
	jsonw_text(&c->w, "signed_text", r ? r->text : NULL);
	jsonw_array(&c->w, "notes");
	for (size_t i = 0; i < n && i < NOTES_MOST; i++) {
		if (notes[i]->keep != KEEP_KEPT)
			continue;
		jsonw_object(&c->w, NULL);
		json_time(c, "time", notes[i]->record->wall);
		jsonw_text(&c->w, "by", notes[i]->record->user);
		jsonw_text(&c->w, "text", notes[i]->record->text);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

static void put_checklist(struct json_ctx *c, const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;

	jsonw_array(&c->w, "checklist");
	for (size_t i = 0; i < j->n_checklist; i++) {
		const struct check_item *item = &j->checklist[i];

		if (!report_wants(list, item))
			continue;
		jsonw_object(&c->w, NULL);
		jsonw_text(&c->w, "list", item->list);
		jsonw_text(&c->w, "id", item->id);
		jsonw_text(&c->w, "verdict", verdict_name(item->verdict));
		jsonw_int(&c->w, "evaluated", item->evaluated);
		jsonw_int(&c->w, "total", item->total);
		jsonw_int(&c->w, "waived", item->waived);
		jsonw_text(&c->w, "evidence", item->evidence);
		put_signature(c, f, item);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

static void put_alerts(struct json_ctx *c, const struct judgement *j)
{
	jsonw_array(&c->w, "alerts");
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		jsonw_object(&c->w, NULL);
		jsonw_text(&c->w, "name", a->name);
		jsonw_text(&c->w, "cluster", a->cluster);
		jsonw_text(&c->w, "entity", a->entity);
		jsonw_text(&c->w, "severity", severity_name(a->severity));
		jsonw_text(&c->w, "state", alert_state_name(a->state));
		jsonw_bool(&c->w, "acknowledged", a->acknowledged);
		if (a->acknowledged) {
			jsonw_text(&c->w, "acknowledged_by", a->ack_by);
			jsonw_text(&c->w, "comment", a->ack_comment);
		}
		if (a->muted)
			jsonw_text(&c->w, "muted", a->muted);
		if (a->flapping)
			jsonw_bool(&c->w, "flapping", true);
		json_value(c, "value", &a->value);
		jsonw_text(&c->w, "what", a->what);
		jsonw_text(&c->w, "threshold", a->threshold);
		json_time(c, "since", a->since_wall);
		jsonw_text(&c->w, "action", a->action);
		jsonw_text(&c->w, "manual", a->manual);
		jsonw_text(&c->w, "folded_under", a->folded_under);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

/* One table of the schema over all clusters. */
static void put_table(
    struct json_ctx *c, const struct frame *f, const char *name, enum section_kind kind)
{
	static const char *const ids[] = {"group", "topic", "server", "broker", "path", NULL};
	const struct row_type *type = &row_types[kind];
	struct report_rows rows;

	report_rows(f, kind, &rows);
	jsonw_array(&c->w, name);
	for (size_t i = 0; i < rows.n; i++) {
		const struct report_row *r = &rows.list[i];

		jsonw_object(&c->w, NULL);
		jsonw_text(&c->w, "cluster", f->snap->clusters[r->cluster].name);
		json_fields(c, type, r->data, ids, true);
		jsonw_text(&c->w, "verdict", verdict_name(r->verdict.verdict));
		jsonw_text(&c->w, "note", r->verdict.why);
		json_fields(c, type, r->data, ids, false);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
	free(rows.list);
}

static void put_events(struct json_ctx *c, const struct section *events)
{
	jsonw_array(&c->w, "events");
	for (size_t i = 0; i < section_count(events); i++) {
		jsonw_object(&c->w, NULL);
		json_fields(c, &row_types[SECTION_EVENTS], section_row(events, i), NULL, false);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

static void put_omitted(struct json_ctx *c, const struct frame *f)
{
	jsonw_object(&c->w, "omitted");
	for (int k = SECTION_BROKERS; k < SECTION_COUNT; k++) {
		int64_t n = 0;

		for (size_t i = 0; i < f->snap->n_clusters; i++)
			n += f->snap->clusters[i].sections[k]
				 ? f->snap->clusters[i].sections[k]->omitted
				 : 0;
		if (n || k == SECTION_LAG)
			jsonw_int(&c->w, row_types[k].name, n);
	}
	if (f->snap->events && f->snap->events->omitted)
		jsonw_int(&c->w, "events", f->snap->events->omitted);
	if (c->omitted_parts)
		jsonw_int(&c->w, "parts", (int64_t)c->omitted_parts);
	jsonw_end_object(&c->w);
}

int report_json(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	struct json_ctx c = {.now = now, .parts_left = PARTS_MOST};

	jsonw_init(&c.w, out);
	jsonw_object(&c.w, NULL);
	jsonw_text(&c.w, "schema", schema);
	json_time(&c, "time", report_wall(f, now));
	jsonw_text(&c.w, "verdict", verdict_name(report_verdict(f, list)));
	jsonw_text(&c.w, "from", f->from);
	jsonw_text(&c.w, "banner", f->judgement->banner);
	put_engine(&c, &f->snap->stats);
	jsonw_array(&c.w, "clusters");
	for (size_t i = 0; i < f->snap->n_clusters; i++)
		put_cluster(&c, f, i);
	jsonw_end_array(&c.w);
	put_rules(&c, f->judgement);
	put_checklist(&c, f, list);
	put_alerts(&c, f->judgement);
	put_table(&c, f, "partitions", SECTION_PARTITIONS);
	put_table(&c, f, "lag", SECTION_LAG);
	put_table(&c, f, "routes", SECTION_ROUTES);
	put_table(&c, f, "connections", SECTION_CONNECTIONS);
	put_table(&c, f, "disk", SECTION_DISK);
	put_table(&c, f, "logs", SECTION_LOGS);
	put_table(&c, f, "facts", SECTION_FACTS);
	put_events(&c, f->snap->events);
	put_omitted(&c, f);
	jsonw_end_object(&c.w);
	buf_addc(out, '\n');
	return out->overflow ? -1 : 0;
}
