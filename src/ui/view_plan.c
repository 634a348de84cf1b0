/* The emergency plan of a fault, as it was compiled when it was opened. */
#include "ui/view_page.h"

#include "base/i18n.h"
#include "base/text.h"
#include "manual/render.h"
#include "ui/triage.h"
#include "ui/views.h"

enum { WIDEST = 112 };

static int draw(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	const char *text = ctx->desk ? ctx->desk->plan_text : NULL;
	int width = a->width < WIDEST ? a->width : WIDEST, n;
	struct manual_lines l;

	(void)arg;
	if (!text)
		return area_wrapped(a, 0, 0, a->width, 3, ROLE_DIM, _("No plan is compiled here."));
	manual_lines_init(&l);
	manual_document(&l, text, width);
	n = (int)l.n;
	for (int y = 0; y < a->height && scroll + y < n; y++) {
		const struct manual_line *line = &l.lines[scroll + y];
		enum role role = !line->indent ? ROLE_HEADER : line->kind == LINE_CODE ? ROLE_KEY : ROLE_TEXT;

		area_text(a, y, line->indent, a->width - line->indent, role, line->text);
	}
	manual_lines_release(&l);
	return n;
}

const struct view_ops view_plan = {
    .pane = PANE_MANUAL,
    .name = "plan",
    .title = N_("EMERGENCY PLAN"),
    .draw = draw,
    .help = N_("Compiled from the manual, the clusters as they are seen now, contacts, incidents and drills.\n"
	       "`mqduty plan make` writes it to a file after showing what differs from the one that is kept."),
};
