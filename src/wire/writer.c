#include "config.h"

#include "wire/parts.h"

#include <stdlib.h>

struct wire_writer {
	bool begun;
	struct frame
	    *last; /* what the reader knows; held, so that a section's address is not used again */
};

struct wire_writer *wire_writer_new(void)
{
	return xcalloc(1, sizeof(struct wire_writer));
}

struct wire_writer *wire_writer_plain(void)
{
	struct wire_writer *w = wire_writer_new();

	w->begun = true;
	return w;
}

void wire_writer_free(struct wire_writer *w)
{
	if (!w)
		return;
	frame_unref(w->last);
	free(w);
}

static void put_header(struct buf *out, const struct frame *f)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "format", WIRE_FORMAT);
	jsonw_text(&w, "program", PACKAGE_STRING);
	jsonw_text(&w, "from", f->from);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

/* The same cluster in the frame before, or NULL: the list of clusters is another. */
static const struct cluster_view *before(
    const struct wire_writer *w, const struct snapshot *snap, size_t i)
{
	const struct cluster_view *c;

	if (!w->last || w->last->snap->n_clusters != snap->n_clusters)
		return NULL;
	c = &w->last->snap->clusters[i];
	return c->kind == snap->clusters[i].kind && !strcmp(c->name, snap->clusters[i].name) ? c
											     : NULL;
}

static void put_cluster(
    struct jsonw *j, const struct cluster_view *c, const struct cluster_view *old)
{
	jsonw_object(j, NULL);
	jsonw_text(j, "name", c->name);
	jsonw_text(j, "kind", kind_name(c->kind));
	jsonw_text(j, "tier", tier_name(c->tier));
	jsonw_object(j, "sections");
	for (size_t k = 0; k < SECTION_COUNT; k++) {
		const struct section *then = old ? old->sections[k] : NULL;

		if (c->sections[k] == then)
			continue;
		if (c->sections[k])
			put_section(j, row_types[k].name, c->sections[k]);
		else
			jsonw_null(j, row_types[k].name);
	}
	jsonw_end_object(j);
	jsonw_end_object(j);
}

static void put_stats(struct jsonw *j, const struct engine_stats *s)
{
	jsonw_object(j, "engine");
	jsonw_exact(j, "cycle_ms", s->cycle_ms);
	jsonw_int(j, "requests", s->requests);
	jsonw_int(j, "overruns", s->overruns);
	jsonw_int(j, "rss_bytes", s->rss_bytes);
	jsonw_end_object(j);
}

static void put_frame(const struct wire_writer *w, const struct frame *f, struct buf *out)
{
	const struct snapshot *snap = f->snap;
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_object(&j, NULL);
	jsonw_int(&j, "boot", snap->boot);
	if (!w->last)
		jsonw_bool(&j, "whole", true);
	jsonw_int(&j, "wall", snap->wall);
	jsonw_int(&j, "seq", (int64_t)snap->seq);
	put_stats(&j, &snap->stats);
	jsonw_array(&j, "clusters");
	for (size_t i = 0; i < snap->n_clusters; i++)
		put_cluster(&j, &snap->clusters[i], before(w, snap, i));
	jsonw_end_array(&j);
	if (snap->events && (!w->last || w->last->snap->events != snap->events))
		put_section(&j, "events", snap->events);
	put_judgement(&j, "judgement", f->judgement);
	if (w->last ? w->last->ledger != f->ledger : f->ledger->n || f->ledger->trouble[0])
		put_ledger(&j, "ledger", f->ledger, w->last ? w->last->ledger : NULL);
	jsonw_end_object(&j);
	buf_addc(out, '\n');
}

int wire_write(struct wire_writer *w, const struct frame *f, struct buf *out)
{
	if (!w->begun)
		put_header(out, f);
	put_frame(w, f, out);
	if (out->overflow)
		return -1;
	w->begun = true;
	frame_unref(w->last);
	w->last = frame_ref((struct frame *)f);
	return 0;
}
