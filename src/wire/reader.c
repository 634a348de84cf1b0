#include "wire/parts.h"

#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

struct wire_reader {
	bool begun;
	char *from;
	struct frame *last; /* holds the sections that later lines leave out */
};

struct wire_reader *wire_reader_new(void)
{
	return xcalloc(1, sizeof(struct wire_reader));
}

void wire_reader_free(struct wire_reader *r)
{
	if (!r)
		return;
	frame_unref(r->last);
	free(r->from);
	free(r);
}

static int get_header(struct wire_reader *r, const json_t *json, struct err *err)
{
	const char *format = json_string_value(json_object_get(json, "format"));
	const char *from = json_string_value(json_object_get(json, "from"));

	if (!format || strncmp(format, "mqduty-frames/", 14))
		return err_set(
		    err, _("this is no recording of mqduty: its first line says no format"));
	if (strcmp(format, WIRE_FORMAT))
		return err_set(err,
		    _("this recording has a format that this version does not read (it reads %s)"),
		    WIRE_FORMAT);
	r->from = xstrdup(from ? from : "?");
	r->begun = true;
	return 0;
}

static const char *kind_name_of(int i)
{
	return kind_name((enum broker_kind)i);
}

static const char *tier_name_of(int i)
{
	return tier_name((enum tier)i);
}

/* The same cluster of the frame before; NULL: there is none. */
static const struct cluster_view *before(
    const struct wire_reader *r, const struct cluster_view *c, size_t i)
{
	const struct cluster_view *old;

	if (!r->last || i >= r->last->snap->n_clusters)
		return NULL;
	old = &r->last->snap->clusters[i];
	return old->kind == c->kind && !strcmp(old->name, c->name) ? old : NULL;
}

static int get_sections(
    const json_t *json, struct cluster_view *c, const struct cluster_view *old, struct err *err)
{
	const json_t *sections = json_object_get(json, "sections");

	for (size_t k = 0; k < SECTION_COUNT; k++) {
		const json_t *s = json_object_get(sections, row_types[k].name);

		if (!s)
			c->sections[k] = old ? section_ref(old->sections[k]) : NULL;
		else if (!json_is_null(s) &&
			 get_section(s, (enum section_kind)k, &c->sections[k], err))
			return -1;
		if (c->sections[k] && k == SECTION_CLUSTER && c->sections[k]->n > 1)
			return err_set(
			    err, _("a cluster has %zu rows about itself"), c->sections[k]->n);
	}
	return 0;
}

static int get_cluster(const struct wire_reader *r, const json_t *json, struct snapshot *snap,
    size_t i, struct err *err)
{
	struct cluster_view *c = &snap->clusters[i];
	int kind, tier;

	if (get_text(json, "name", &snap->arena, &c->name, err) ||
	    get_name(json, "kind", kind_name_of, KIND_MQTT + 1, &kind, err) ||
	    get_name(json, "tier", tier_name_of, TIER_PROD + 1, &tier, err))
		return -1;
	if (!c->name)
		return err_set(err, _("a cluster has no name"));
	c->kind = (enum broker_kind)kind;
	c->tier = (enum tier)tier;
	return get_sections(json, c, before(r, c, i), err);
}

static int get_stats(const json_t *json, struct engine_stats *s, struct err *err)
{
	const json_t *o = json_object_get(json, "engine");

	s->cycle_ms = json_number_value(json_object_get(o, "cycle_ms"));
	return get_int(o, "requests", 0, &s->requests, err) ||
		       get_int(o, "overruns", 0, &s->overruns, err) ||
		       get_int(o, "rss_bytes", 0, &s->rss_bytes, err)
		   ? -1
		   : 0;
}

static int get_snapshot(
    const struct wire_reader *r, const json_t *json, struct snapshot **out, struct err *err)
{
	int64_t boot, wall, seq;
	const json_t *clusters, *events = json_object_get(json, "events");
	struct snapshot *s;
	size_t n;
	int rc;

	if (get_int(json, "boot", 0, &boot, err) || get_int(json, "wall", 0, &wall, err) ||
	    get_int(json, "seq", 0, &seq, err) ||
	    get_array(json, "clusters", CLUSTERS_MOST, &clusters, &n, err))
		return -1;
	if (boot <= 0 || boot > INT64_MAX / 4 || wall < 0 || wall > INT64_MAX / 4 || !clusters)
		return err_set(err, _("a frame has no time or no clusters"));
	s = snapshot_new(n, boot, wall);
	s->seq = (uint64_t)seq;
	rc = get_stats(json, &s->stats, err);
	for (size_t i = 0; i < n && !rc; i++)
		rc = get_cluster(r, json_array_get(clusters, i), s, i, err);
	if (!rc && events)
		rc = get_section(events, SECTION_EVENTS, &s->events, err);
	else if (!rc && r->last)
		s->events = section_ref(r->last->snap->events);
	if (rc) {
		snapshot_unref(s);
		return -1;
	}
	*out = s;
	return 0;
}

static int get_frame(struct wire_reader *r, const json_t *json, struct frame **out, struct err *err)
{
	const json_t *ledger = json_object_get(json, "ledger");
	struct judgement *j = NULL;
	struct snapshot *s = NULL;
	struct ledger *l = NULL;

	/* A frame that leaves nothing out: what a section was before does not count. */
	if (json_is_true(json_object_get(json, "whole"))) {
		frame_unref(r->last);
		r->last = NULL;
	}
	if (get_snapshot(r, json, &s, err))
		return -1;
	if (get_judgement(json_object_get(json, "judgement"), s, &j, err)) {
		snapshot_unref(s);
		return -1;
	}
	if (ledger && get_ledger(ledger, r->last ? r->last->ledger : NULL, &l, err)) {
		snapshot_unref(s);
		judgement_unref(j);
		return -1;
	}
	if (!ledger && r->last)
		l = ledger_ref(r->last->ledger);
	*out = frame_new(s, j, l, r->from);
	frame_unref(r->last);
	r->last = frame_ref(*out);
	return 0;
}

int wire_read(
    struct wire_reader *r, const char *line, size_t len, struct frame **out, struct err *err)
{
	json_error_t bad;
	json_t *json;
	int rc;

	*out = NULL;
	if (len > WIRE_LINE_MAX)
		return err_set(err, _("a line is longer than %d MiB"), WIRE_LINE_MAX >> 20);
	json = json_loadb(line, len, 0, &bad);
	if (!json)
		return err_set(err, _("a line is no JSON (at its byte %d)"), bad.position);
	if (!json_is_object(json))
		rc = err_set(err, _("a line is no object"));
	else
		rc = r->begun ? get_frame(r, json, out, err) : get_header(r, json, err);
	json_decref(json);
	return rc;
}
