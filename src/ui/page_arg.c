/* From the arg of the page's view to the page and its binding, and back. */
#include "ui/view_page.h"

#include "ui/triage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *page_arg(const struct manual_page *page, const struct binding *b)
{
	char *packed = b ? binding_pack(b) : NULL, *out;
	size_t size = strlen(page->id) + (packed ? strlen(packed) : 0) + 2;

	out = xmalloc(size);
	snprintf(out, size, "%s%s%s", page->id, packed ? "|" : "", packed ? packed : "");
	free(packed);
	return out;
}

/* A page that was not opened on a row: the most urgent alert that it is for, else the only cluster of its kind. */
static void bind_by_page(const struct view_ctx *ctx, struct page_open *p)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct snapshot *snap = ctx->frame->snap;
	size_t only = SIZE_MAX, n = 0;

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state == ALERT_FIRING && a->manual && !strcmp(a->manual, p->page->id)) {
			binding_alert(&p->binding, snap, a);
			return;
		}
	}
	for (size_t i = 0; i < snap->n_clusters; i++) {
		if (!(p->page->kinds & 1u << snap->clusters[i].kind))
			continue;
		only = i;
		n++;
	}
	if (n == 1)
		binding_row(&p->binding, snap, only, SECTION_KINDS, SIZE_MAX);
}

void page_open(const struct view_ctx *ctx, const char *arg, struct page_open *out)
{
	size_t n = strcspn(arg, "|");
	char id[128];

	*out = (struct page_open){.page = NULL};
	binding_init(&out->binding);
	snprintf(id, sizeof(id), "%.*s", (int)(n < 120 ? n : 120), arg);
	if (ctx->desk)
		out->page = manual_find(ctx->desk->manual, id);
	if (!out->page)
		return;
	if (arg[n])
		binding_unpack(&out->binding, arg + n + 1, ctx->frame->snap);
	else
		bind_by_page(ctx, out);
}

void page_close(struct page_open *p)
{
	binding_release(&p->binding);
}

void page_refine(const struct view_ctx *ctx, struct page_open *p, size_t step)
{
	struct query_result r;
	bool asked = manual_evidence(&p->page->steps[step], &p->binding, ctx->frame, ctx->now, &r);

	/* The first of several that are all well is not what it is about. */
	if (asked && (r.rows == 1 || r.verdict == VERDICT_WARN || r.verdict == VERDICT_CRIT))
		binding_evidence(&p->binding, ctx->frame->snap, &r);
	binding_reach(&p->binding, ctx->desk ? ctx->desk->config : NULL);
}
