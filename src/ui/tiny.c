#include "ui/chrome.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/segments.h"
#include "ui/views.h"

#include <stdio.h>

/* "CRIT orders PROD 3/3" */
static void draw_cluster(
    const struct view_ctx *ctx, const struct view_row *row, const struct area *a, int y)
{
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct cluster_row *facts = cluster_facts(c);
	struct segments s = {.n = 0};
	struct cell_text nodes;

	segments_add(&s, 1, verdict_role(row->verdict), "%s", verdict_word(row->verdict));
	segments_add(&s, 2, ROLE_TEXT, "%.80s", c->name)->cut = true;
	if (c->tier == TIER_PROD)
		segments_add(&s, 3, ROLE_PROD, "%s", _("PROD"));
	if (facts) {
		cell_ratio(ctx, &facts->brokers_up, &facts->brokers_expected, &nodes);
		segments_add(&s, 4, nodes.role, "%s", nodes.text)->right = true;
	}
	segments_draw(&s, a, y, false);
}

static void draw_clusters(const struct view_ctx *ctx, const struct area *a, int y, int lines)
{
	struct row_list list = {0};
	size_t n = 0, clusters = ctx->frame->snap->n_clusters;
	int room = (int)clusters > lines ? lines - 1 : lines;

	view_overview.rows(ctx, NULL, &list);
	for (size_t i = 0; i < list.n && (int)n < room; i++) {
		if (list.rows[i].section != SECTION_CLUSTER)
			continue;
		draw_cluster(ctx, &list.rows[i], a, y + (int)n);
		n++;
	}
	row_list_release(&list);
	if (lines > 0 && n < clusters)
		area_textf(a, y + (int)n, 0, a->width, ROLE_DIM, _("and %zu more, worst first"),
		    clusters - n);
	else if (lines > 0 && !clusters)
		area_text(a, y, 0, a->width, ROLE_DIM, _("no cluster configured"));
}

void chrome_tiny(const struct view_ctx *ctx, const struct area *a, int64_t frozen_ns)
{
	struct area last = area_cut(a, a->height - 1, 0, 1, a->width);

	if (a->height < 1)
		return;
	if (a->height > 2)
		chrome_header(ctx, a, frozen_ns);
	if (a->height > 1)
		draw_clusters(ctx, a, a->height > 2, a->height - 1 - (a->height > 2));
	chrome_alert(ctx, &last, 0, 0);
}
