/* The report of the shift, as `mqduty handover` writes it. */
#include "ui/handover.h"

#include "base/i18n.h"
#include "ui/views.h"

#include <string.h>

enum { REPORT_MOST = 1 << 20, WIDEST = 120, INDENT = 4 };

void handover_now(struct handover *h, const struct view_ctx *ctx, const struct record *by)
{
	const struct lists_answer *lists = ctx->lists && ctx->lists->got.ask.frame ? &ctx->lists->got : NULL;

	handover_make(h, &(struct handover_input){ctx->frame, NULL, lists ? &lists->weekly : NULL, by->user, by->from, ctx->wall});
}

/* Lines are counted from the beginning; those before `scroll` are not drawn. What does not fit on one goes on under it. */
static int put(const struct area *a, int y, int scroll, enum role role, const char *line, size_t len)
{
	int width = a->width < WIDEST ? a->width : WIDEST, x = 0;
	char text[4096];
	const char *at = text;

	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : sizeof(text) - 1), line);
	do {
		size_t n = popup_break(at, width - x);

		if (y >= scroll && y - scroll < a->height)
			area_textf(a, y - scroll, x, width - x, role, "%.*s", (int)n, at);
		y++;
		x = text[0] == ' ' ? INDENT : 0;
		at += n + (at[n] == ' ');
	} while (*at);
	return y;
}

static int put_text(const struct area *a, int y, int scroll, const struct buf *text)
{
	for (const char *line = text->data; !text->overflow && line && *line;) {
		size_t n = strcspn(line, "\n");

		y = put(a, y, scroll, n && line[0] != ' ' && line[0] != '-' ? ROLE_HEADER : ROLE_TEXT, line, n);
		line += n + (line[n] == '\n');
	}
	return y;
}

/* Whoever takes over reads what was handed over to him; what has changed since stands under it. */
static int put_kept(const struct view_ctx *ctx, const struct record *by, const struct area *a, int y, int scroll)
{
	const struct ledger *l = view_ledger(ctx);
	struct handover_past past = {NULL, NULL};
	struct buf out;

	if (l)
		past = handover_last(l);
	if (!handover_waits_for(&past, by->user, ctx->wall))
		return y;
	buf_init(&out, REPORT_MOST);
	y = put(a, y, scroll, ROLE_KEY, _("AS IT WAS HANDED OVER, and is still to be confirmed:"), SIZE_MAX);
	if (handover_write_kept(past.report, &out))
		y = put(a, y, scroll, ROLE_UNKNOWN, _("What was kept of it cannot be read."), SIZE_MAX);
	else
		y = put_text(a, y, scroll, &out);
	buf_release(&out);
	y = put(a, y, scroll, ROLE_TEXT, "", SIZE_MAX);
	return put(a, y, scroll, ROLE_KEY, _("AS IT STANDS NOW:"), SIZE_MAX);
}

static int draw(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	struct record *by = record_new(RECORD_HANDOVER);
	struct handover h;
	struct buf out;
	int y = 0;

	(void)arg;
	handover_now(&h, ctx, by);
	buf_init(&out, REPORT_MOST);
	y = put(a, y, scroll, ROLE_KEY, _(":handover-keep hands this over; :handover-confirm reads back what was handed over"),
	    SIZE_MAX);
	y = put_kept(ctx, by, a, y, scroll);
	if (handover_write(&h, NULL, "text", NULL, &out))
		y = put(a, y, scroll, ROLE_UNKNOWN, _("The report is larger than fits here: mqduty handover prints it."), SIZE_MAX);
	y = put_text(a, y, scroll, &out);
	buf_release(&out);
	handover_release(&h);
	record_unref(by);
	return y;
}

const struct view_ops view_handover = {
    .pane = PANE_CHECKLIST,
    .name = "handover",
    .title = N_("HANDOVER"),
    .draw = draw,
    .help = N_("What is open, muted, unsigned, and what happened since the handover before.\n"
	       ":handover-keep hands the report over as it stands; whoever takes over reads it and says\n"
	       ":handover-confirm with what he has understood."),
};
