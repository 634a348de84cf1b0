/* One item of a list or an audit: what it is about, how it stands, and who answered what. */
#include "ui/lists.h"

#include "audit/answer.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/acts.h"
#include "ui/views.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 11, ANSWERS_MOST = 10, WIDEST = 112, TEXT = 4400 };

/* Lines are counted from the beginning; those before `scroll` are not drawn. */
struct sheet {
	const struct area *a;
	int scroll, y;
};

static void put(struct sheet *s, const char *label, enum role role, const char *text)
{
	int width = s->a->width < WIDEST ? s->a->width - LABEL : WIDEST - LABEL;

	do {
		size_t fits = text_cut(text, (size_t)(width > 8 ? width : 8)), line = strcspn(text, "\n");
		size_t cut = line <= fits ? line : text_break(text, fits);
		char piece[TEXT];

		if (line > fits && cut <= fits / 2)
			cut = fits;
		snprintf(piece, sizeof(piece), "%.*s", (int)cut, text);
		if (s->y >= s->scroll) {
			area_text(s->a, s->y - s->scroll, 0, LABEL - 1, ROLE_LABEL, label);
			area_text(s->a, s->y - s->scroll, LABEL, width, role, piece);
		}
		s->y++;
		label = "";
		text += cut + (text[cut] == ' ' || text[cut] == '\n');
	} while (*text);
}

static void putf(struct sheet *s, const char *label, enum role role, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void putf(struct sheet *s, const char *label, enum role role, const char *fmt, ...)
{
	char text[TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(s, label, role, text);
}

static const char *day(int64_t wall, char *out, size_t size)
{
	fmt_utc(out, size, wall);
	out[10] = '\0';
	return out;
}

static void put_due(struct sheet *s, const struct view_ctx *ctx, const struct list_line *line)
{
	char every[FMT_MAX], due[FMT_MAX];
	int64_t at;

	fmt_duration(every, sizeof(every), line->every);
	if (!line->answer) {
		putf(s, _("DUE"), ROLE_UNKNOWN, _("now; an answer holds for %s"), every);
		return;
	}
	at = answer_due(line->answer, line->every);
	if (ctx->wall < at)
		putf(s, _("DUE"), ROLE_TEXT, _("%s; an answer holds for %s"), day(at - 1, due, sizeof(due)), every);
	else
		putf(s, _("DUE"), ROLE_WARN, _("since %s: an answer older than that is not known"), day(at - 1, due, sizeof(due)));
}

static void put_answers(struct sheet *s, const struct view_ctx *ctx, const struct list_line *line)
{
	const struct ledger *l = view_ledger(ctx);
	int n = 0;

	for (size_t i = l->n; i-- > 0 && n < ANSWERS_MOST;) {
		const struct record *r = l->lines[i].record;
		enum keep keep = l->lines[i].keep;
		char user[64], text[RECORD_TEXT_MAX], on[FMT_MAX], until[FMT_MAX];

		if (r->kind != RECORD_ANSWER || !r->subject || strcmp(r->subject, line->subject) ||
		    (line->cluster && (!r->cluster || strcmp(r->cluster, line->cluster))))
			continue;
		text_sanitise(user, sizeof(user), r->user, sizeof(user));
		text_sanitise(text, sizeof(text), r->text ? r->text : "", sizeof(text));
		putf(s, n ? "" : _("ANSWERED"), keep == KEEP_KEPT ? ROLE_TEXT : keep_role(keep), "%s%s%s: %s%s%s%s",
		    day(r->wall, on, sizeof(on)), user[0] ? " " : "", user, text, r->until ? _("; until ") : "",
		    r->until ? day(r->until - 1, until, sizeof(until)) : "", keep == KEEP_KEPT ? "" : " ");
		if (keep != KEEP_KEPT)
			put(s, "", keep_role(keep), keep_word(keep));
		n++;
	}
	if (!n)
		put(s, _("ANSWERED"), ROLE_DIM, _("by nobody so far; S gives an answer"));
}

static int draw(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	struct sheet s = {.a = a, .scroll = scroll};
	struct cell_text standing;
	struct list_line line;
	char subject[160];

	if (!arg || !ctx->lists || !lists_line(&ctx->lists->got, arg->id, 0, &line)) {
		put(&s, "", ROLE_DIM, _("There is no such item now: its cluster is not watched any more, or it is being judged."));
		return s.y;
	}
	snprintf(subject, sizeof(subject), "%.*s", (int)strcspn(arg->id, "@"), arg->id);
	line.subject = subject;
	list_standing(ctx, &line, &standing);
	putf(&s, line.code ? line.code : "", ROLE_TITLE, "%s%s%s", line.title, line.cluster ? "  " : "",
	    line.cluster ? line.cluster : "");
	put(&s, _("STATUS"), standing.role, standing.text);
	put(&s, line.how == AUDIT_UNANSWERED && !line.answer ? _("ASKED") : _("EVIDENCE"), ROLE_TEXT, line.evidence);
	if (line.text)
		put(&s, line.mend ? _("WHY") : _("TO BE TRUE"), ROLE_TEXT, line.text);
	if (line.mend)
		put(&s, _("TO MEND"), ROLE_TEXT, line.mend);
	if (line.question) {
		if (line.how != AUDIT_UNANSWERED || line.answer)
			put(&s, _("ASKED"), ROLE_TEXT, line.question);
		put_answers(&s, ctx, &line);
		put_due(&s, ctx, &line);
	} else {
		put(&s, "", ROLE_DIM, _("measured; nothing is asked here"));
	}
	if (line.guide)
		put(&s, _("GUIDE"), ROLE_DIM, line.guide);
	return s.y;
}

static enum verdict verdict(const struct view_ctx *ctx, const struct view_arg *arg)
{
	struct list_line line;

	return arg && ctx->lists && lists_line(&ctx->lists->got, arg->id, 0, &line) ? line.verdict : VERDICT_UNKNOWN;
}

const struct view_ops view_item = {
    .pane = PANE_CHECKLIST,
    .name = "item",
    .title = N_("CHECKLIST"),
    .draw = draw,
    .verdict = verdict,
    .bar = "SL",
    .help = N_("S gives an answer where one is asked: what was looked at and found, and until when that holds.\n"
	       "It is kept like everything that operators do, with who and when."),
};
