#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/*
 * What was assumed when a broker was chosen (records of RECORD_SELECTION, made with the decision): each becomes an item
 * of the monthly list, held against the clusters of the kind that was chosen.
 */
enum { DECISIONS_MOST = 16 };

/* Of one assumption. */
struct assumed {
	const char *title, *answer, *query, *how, *kind;
	double number, most;
};

static bool read_assumed(const json_t *j, struct assumed *out)
{
	*out = (struct assumed){
	    .title = json_string_value(json_object_get(j, "title")),
	    .answer = json_string_value(json_object_get(j, "answer")),
	    .query = json_string_value(json_object_get(j, "query")),
	    .how = json_string_value(json_object_get(j, "how")),
	    .kind = json_string_value(json_object_get(j, "kind")),
	    .number = json_number_value(json_object_get(j, "number")),
	    .most = json_number_value(json_object_get(j, "most")),
	};
	return out->title && out->answer && out->query && out->how && out->kind && out->most > 0;
}

/* The sum over the rows of a cluster, or the worst of them. False: not all of it is known, why says so. */
static bool figure(const struct query *q, const struct section *s, const char *how, int64_t now, double *out, const char **why)
{
	size_t n = 0;

	*out = 0;
	for (size_t i = 0; i < section_count(s); i++) {
		struct value v = query_row_value(q, s, i);
		enum quality quality = value_quality(&v, now);

		if (quality == QUALITY_NA)
			continue;
		if (quality != QUALITY_OK) {
			*why = v.reason ? v.reason : _("it was not told");
			return false;
		}
		if (!strcmp(how, "sum"))
			*out += value_number(&v);
		else if (!n || value_number(&v) > *out)
			*out = value_number(&v);
		n++;
	}
	*why = _("no broker tells it");
	return n > 0;
}

static void hold_against(struct measuring *m, const struct assumed *a, const struct query *q, const struct cluster_view *view)
{
	double n;
	const char *why;

	if (!figure(q, view->sections[q->section], a->how, m->in->now, &n, &why))
		measured(m, VERDICT_UNKNOWN, _("%s: %s is not known: %s"), view->name, a->query, why);
	else
		measured(m, n > a->number * a->most ? VERDICT_WARN : VERDICT_OK, _("%s: %s is %.6g; %s was assumed, up to %.6g is fine"),
		    view->name, a->query, n, a->answer, a->number * a->most);
}

static void measure_assumed(struct measuring *m, const struct assumed *a)
{
	const struct snapshot *snap = m->in->frame->snap;
	struct err err = {""};
	struct query q = {.form = QUERY_COMPARE};

	if (query_parse_field(&q, a->query, &err)) {
		measured(m, VERDICT_UNKNOWN, "%s", err_msg(&err));
		return;
	}
	for (size_t i = 0; i < snap->n_clusters; i++)
		if (!strcmp(kind_name(snap->clusters[i].kind), a->kind))
			hold_against(m, a, &q, &snap->clusters[i]);
	if (!m->out->evidence)
		measured(m, VERDICT_UNKNOWN, _("no %s cluster is watched"), a->kind);
}

static const struct list_item *item_of(struct arena *arena, const struct record *r, const struct assumed *a, const char *id)
{
	struct list_item *item = arena_alloc(arena, sizeof(*item));
	char clean[200], name[120], day[FMT_MAX];

	fmt_utc(day, sizeof(day), r->wall);
	item->list = "monthly";
	item->id = arena_printf(arena, "assumed-%s", text_sanitise(clean, sizeof(clean), id, sizeof(clean)));
	text_sanitise(name, sizeof(name), r->subject ? r->subject : "", sizeof(name));
	item->subject = arena_printf(arena, "monthly/%s/%s", item->id, name);
	item->period = "monthly";
	item->title.en = arena_printf(arena, _("assumed: %s"), text_sanitise(clean, sizeof(clean), a->title, sizeof(clean)));
	item->text.en = arena_printf(arena, _("What was assumed in %s on %.10s still holds."), name, day);
	return item;
}

static bool is_newest(const struct ledger *l, size_t at)
{
	const struct record *r = l->lines[at].record;

	return r->kind == RECORD_SELECTION && r->data &&
	       ledger_newest(l, RECORD_SELECTION, NULL, NULL, r->subject ? r->subject : "") == r;
}

static size_t judge_decision(const struct periodic_input *in, const struct record *r, struct arena *arena,
    struct periodic_result *out, size_t most)
{
	json_t *root = json_loads(r->data, 0, NULL), *list = json_object_get(root, "assumptions"), *j;
	size_t n = 0, i;

	json_array_foreach(list, i, j) {
		struct measuring m = {.in = in, .arena = arena, .out = &out[n]};
		const char *id = json_string_value(json_object_get(j, "id"));
		struct assumed a;

		if (n == most || !id || !read_assumed(j, &a))
			continue;
		*m.out = (struct periodic_result){
		    .item = item_of(arena, r, &a, id), .how = AUDIT_MEASURED, .verdict = VERDICT_NA};
		measure_assumed(&m, &a);
		n++;
	}
	json_decref(root);
	return n;
}

size_t judge_assumptions(const struct periodic_input *in, struct arena *arena, struct periodic_result *out, size_t most)
{
	const struct ledger *l = in->frame->ledger;
	size_t n = 0, decisions = 0;

	for (size_t i = l ? l->n : 0; i-- > 0 && decisions < DECISIONS_MOST && n < most;) {
		if (!is_newest(l, i))
			continue;
		decisions++;
		n += judge_decision(in, l->lines[i].record, arena, out + n, most - n);
	}
	return n;
}
