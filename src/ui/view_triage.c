#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "triage/words.h"
#include "ui/acts.h"
#include "ui/triage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One incident: what has happened above, the step at which it stands below. */

enum { LINES_MOST = 40, LINE_TEXT = 640, HEAD = 2, TEXT_LEAST = 3, TEXT_MOST = 12, PAST_LEAST = 2 };

/* A line of the step; where there is no room the ones that matter least are left out. */
struct line {
	char text[LINE_TEXT];
	enum role role;
	int matters; /* 1: always there */
	int indent;
};

struct block {
	struct line list[LINES_MOST];
	int text_lines; /* how many of them are the step's text; and how many it may have */
	int text_most;
	size_t n;
	int width;
};

struct shown {
	const struct view_ctx *ctx;
	const struct desk *desk;
	const struct incident *inc;
	struct path path;
	size_t at;
	struct sight seen;
	struct choices choices;
};

static void one(struct block *b, int matters, enum role role, int indent, const char *text, size_t bytes)
{
	struct line *l;

	if (b->n == LINES_MOST)
		return;
	l = &b->list[b->n++];
	*l = (struct line){.role = role, .matters = matters, .indent = indent};
	snprintf(l->text, sizeof(l->text), "%.*s", (int)bytes, text);
}

/* At most `most` lines. */
static void wrapped(struct block *b, int matters, enum role role, int indent, int most, const char *text)
{
	int cells = b->width - indent > 8 ? b->width - indent : 8;

	for (int i = 0; i < most && *text; i++) {
		size_t fits = text_cut(text, (size_t)cells), cut = text_break(text, fits);

		if (cut <= fits / 2)
			cut = fits;
		if (i + 1 == most)
			cut = strlen(text); /* the canvas marks what is cut */
		one(b, matters, role, indent, text, cut);
		text += cut;
		text += *text == ' ';
	}
}

static void wrappedf(struct block *b, int matters, enum role role, int indent, int most, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
static void wrappedf(struct block *b, int matters, enum role role, int indent, int most, const char *fmt, ...)
{
	char text[2 * LINE_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wrapped(b, matters, role, indent, most, text);
}

static const struct step *step_of(const struct shown *s)
{
	return &s->path.steps[s->at];
}

static void add_title(const struct shown *s, struct block *b)
{
	const struct step *step = step_of(s);
	size_t place, of;

	path_place(&s->path, s->at, &place, &of);
	wrappedf(b, 1, ROLE_TITLE, 0, 2, "> %s %zu/%zu  %s%s", s->path.stages->list[step->stage].title, place, of,
	    step->aside ? _("Roll back: ") : "", step_title(step));
}

static void add_evidence(const struct shown *s, struct block *b)
{
	const struct step *step = step_of(s);
	char say[QUERY_TEXT_MAX + 320], lasts[FMT_MAX], hold[FMT_MAX];
	int64_t for_ns;

	if (s->seen.asked)
		wrappedf(b, 1, verdict_role(s->seen.result.verdict), 2, 2, "%s  %s", verdict_word(s->seen.result.verdict),
		    query_say(&s->seen.result, say, sizeof(say)));
	if (step->kind != STEP_WAIT)
		return;
	if (desk_held(s->desk, s->inc, step, s->ctx->now, &for_ns))
		wrappedf(b, 1, ROLE_OK, 2, 1, _("met: well for %s"), fmt_duration(lasts, sizeof(lasts), for_ns));
	else
		wrappedf(b, 1, ROLE_TEXT, 2, 1, _("well for %s of %s; it rings when it is met"),
		    for_ns ? fmt_duration(lasts, sizeof(lasts), for_ns) : "0s",
		    fmt_duration(hold, sizeof(hold), step->hold_ns));
}

static void add_signals(const struct shown *s, struct block *b)
{
	const struct step *step = step_of(s);
	const struct stage_def *d = &s->path.stages->list[step->stage];

	if (step->kind == STEP_GATE) {
		wrapped(b, 2, ROLE_TEXT, 2, 2, d->exit);
		if (d->signals)
			wrappedf(b, 1, stage_is_met(&s->path, s->inc, step->stage) ? ROLE_OK : ROLE_WARN, 2, 1,
			    _("independent signals that confirm it: %zu (at least %d are needed)"), incident_signals(s->inc), d->signals);
	}
}

static void add_now(const struct shown *s, struct block *b)
{
	const struct manual_page *page = s->path.page;

	if (!step_of(s)->def || !step_of(s)->def->now)
		return;
	for (size_t i = 0; page && i < page->n_now; i++)
		wrappedf(b, 1, ROLE_WARN, 2, 3, "- %s", page->now[i]);
	if (!page)
		wrapped(b, 2, ROLE_DIM, 2, 1, _("There is no manual page for this fault."));
}

static void add_hypotheses(const struct shown *s, struct block *b)
{
	static const char *const state[] = {
	    [HYPOTHESIS_OPEN] = N_("open"), [HYPOTHESIS_RULED_OUT] = N_("ruled out"), [HYPOTHESIS_CONFIRMED] = N_("confirmed")};

	if (step_of(s)->stage != STAGE_LOCATE)
		return;
	for (size_t i = 0; i < s->inc->n_hypotheses; i++)
		wrappedf(b, 3, s->inc->hypotheses[i].state == HYPOTHESIS_RULED_OUT ? ROLE_DIM : ROLE_TEXT, 2, 1,
		    _("hypothesis: %.300s (%s)"), s->inc->hypotheses[i].text, _(state[s->inc->hypotheses[i].state]));
}

/* The manual's Markdown as running text: here it is a reminder, the manual shows it whole. */
static void add_text(const struct shown *s, struct block *b)
{
	char text[2 * LINE_TEXT];
	size_t n = 0;

	for (const char *p = step_text(step_of(s)); *p && n + 1 < sizeof(text); p++) {
		if (*p == '`' || *p == '*')
			continue;
		text[n] = *p == '\n' ? ' ' : *p;
		n += text[n] != ' ' || (n && text[n - 1] != ' ');
	}
	text[n] = '\0';
	b->text_lines = (int)b->n;
	wrapped(b, 4, ROLE_DIM, 2, b->text_most, text);
	b->text_lines = (int)b->n - b->text_lines;
}

static void add_field(const struct shown *s, struct block *b)
{
	const struct step *step = step_of(s);
	const char *said = step->def && step->def->field ? incident_field(s->inc, step->def->field) : NULL;

	if (said && said[0])
		wrappedf(b, 2, ROLE_TEXT, 2, 3, _("so far: %s"), said);
}

/* The report reckons its times from these: the last chance to say them. */
static void add_marks(const struct shown *s, struct block *b)
{
	bool mitigated = incident_mark(s->inc, "mitigated"), resolved = incident_mark(s->inc, "resolved");

	if (step_of(s)->kind != STEP_CLOSE || (mitigated && resolved))
		return;
	wrappedf(b, 2, ROLE_WARN, 2, 2, _("not marked: %s%s%s; * marks it, also with a time that is past, such as resolved 03:10"),
	    mitigated ? "" : incident_word("mitigated"), mitigated || resolved ? "" : ", ",
	    resolved ? "" : incident_word("resolved"));
}

/* As many choices on a line as fit. */
static void add_choices(const struct shown *s, struct block *b)
{
	char line[LINE_TEXT] = "";

	for (size_t i = 0; i < s->choices.n; i++) {
		char piece[200];

		snprintf(piece, sizeof(piece), "%zu %s", i + 1, s->choices.list[i].text);
		if (line[0] && (int)(text_width(line) + 3 + text_width(piece)) > b->width - 3) {
			one(b, 1, ROLE_KEY, 3, line, strlen(line));
			line[0] = '\0';
		}
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s", line[0] ? "   " : "", piece);
	}
	if (line[0])
		one(b, 1, ROLE_KEY, 3, line, strlen(line));
}

static enum role may_role(enum may may)
{
	return may == MAY_YES ? ROLE_OK : may == MAY_NO ? ROLE_CRIT : ROLE_UNKNOWN;
}

/* How long to try, and whom to call then. */
static void add_time(const struct shown *s, struct block *b)
{
	const struct manual_step *m = step_of(s)->manual;
	const char *whom = m->escalate == ESCALATE_OWNER && s->path.page->owner ? s->path.page->owner
			   : m->escalate != ESCALATE_NOBODY			? _("the contacts")
										: NULL;
	char box[FMT_MAX];

	if (m->time_ns)
		fmt_duration(box, sizeof(box), m->time_ns);
	if (m->time_ns && whom)
		wrappedf(b, 3, ROLE_DIM, 2, 1, _("time for this: %s; then call %s (X)"), box, whom);
	else if (m->time_ns)
		wrappedf(b, 3, ROLE_DIM, 2, 1, _("time for this: %s"), box);
	else if (whom)
		wrappedf(b, 3, ROLE_DIM, 2, 1, _("call %s if it does not help (X)"), whom);
}

/* What it costs and whether it may be done stand before what one would copy. */
static void add_command(const struct shown *s, struct block *b)
{
	const struct step *step = step_of(s);
	struct bound bound;
	char say[640];

	if (!step->manual)
		return;
	step_command(step, s->inc, s->ctx->frame, s->desk->config, &s->seen, s->ctx->now, &bound);
	if (bound.checked)
		wrapped(b, 1, may_role(bound.may.may), 2, 3, precheck_say(&bound.may, say, sizeof(say)));
	if (step->manual->cost)
		wrappedf(b, 1, ROLE_WARN, 2, 2, _("cost: %s"), step->manual->cost);
	if (bound.text.len)
		wrappedf(b, 1, ROLE_TEXT, 2, 2, "$ %s", bound.text.data);
	if (bound.text.len && bound.hint[0])
		wrapped(b, 2, ROLE_WARN, 2, 3, bound.hint);
	if (!bound.text.len && bound.why[0])
		wrapped(b, 1, ROLE_DIM, 2, 2, bound.why);
	add_time(s, b);
	bound_release(&bound);
}

static void add_pen(const struct shown *s, struct block *b)
{
	char when[FMT_MAX];

	if (!incident_may_write(s->inc, s->desk->user, s->desk->from, s->ctx->wall))
		wrappedf(b, 1, ROLE_WARN, 2, 2, _("%.40s at %.40s holds the pen until %s; H takes it."), s->inc->pen.user,
		    s->inc->pen.from, fmt_clock(when, sizeof(when), s->inc->pen.until));
}

static void add_closed(const struct shown *s, struct block *b)
{
	char when[FMT_MAX];

	wrappedf(b, 1, ROLE_TITLE, 0, 2, _("Closed by %.64s at %s."), s->inc->closed_by,
	    fmt_utc(when, sizeof(when), s->inc->closed));
	wrappedf(b, 2, ROLE_TEXT, 2, 2, _("The report: mqduty incident export %s"), s->inc->id);
}

static void make_block(const struct shown *s, struct block *b)
{
	if (s->inc->closed) {
		add_closed(s, b);
		return;
	}
	add_title(s, b);
	add_evidence(s, b);
	add_signals(s, b);
	add_now(s, b);
	add_field(s, b);
	add_marks(s, b);
	add_hypotheses(s, b);
	add_text(s, b);
	add_command(s, b);
	add_pen(s, b);
	add_choices(s, b);
}

/* Leaves out what matters least until it fits. */
static void fit(struct block *b, int height)
{
	for (int least = 4; least > 1 && (int)b->n > height; least--) {
		for (size_t i = b->n; i-- > 0 && (int)b->n > height;) {
			if (b->list[i].matters != least)
				continue;
			memmove(&b->list[i], &b->list[i + 1], (b->n - i - 1) * sizeof(b->list[0]));
			b->n--;
		}
	}
}

static void draw_block(const struct area *a, const struct block *b)
{
	/* What does not fit even so: the end is what one acts on. */
	size_t skip = (int)b->n > a->height ? b->n - (size_t)a->height : 0;

	for (size_t i = skip; i < b->n; i++)
		area_text(a, (int)(i - skip), b->list[i].indent, a->width - b->list[i].indent, b->list[i].role,
		    b->list[i].text);
}

static int piece(const struct area *a, int y, int x, enum role role, const char *text)
{
	return x < a->width ? x + area_text(a, y, x, a->width - x, role, text) : x;
}

/* "INC-20261122-1  PROD  Group stalled  orders audit>events   open 6m  pen: duty1" */
static void draw_head(const struct shown *s, const struct area *a)
{
	const struct incident *inc = s->inc;
	const char *title = s->path.page ? s->path.page->title : inc->alert ? inc->alert : inc->fault ? inc->fault : "";
	char text[320], lasts[FMT_MAX];
	int x = 0;

	if (inc->drill)
		x = piece(a, 0, x, ROLE_BANNER, _("DRILL")) + 2;
	x = piece(a, 0, x, ROLE_TITLE, inc->id) + 2;
	if (inc->tier && !strcmp(inc->tier, "prod"))
		x = piece(a, 0, x, ROLE_PROD, _("PROD")) + 2;
	if (inc->keep != KEEP_KEPT)
		x = piece(a, 0, x, keep_role(inc->keep), keep_word(inc->keep)) + 2;
	fmt_duration(lasts, sizeof(lasts), (inc->closed ? inc->closed : s->ctx->wall) - inc->opened);
	snprintf(text, sizeof(text), inc->closed ? _("closed after %s") : _("open %s"), lasts);
	x = piece(a, 0, x, ROLE_TEXT, text) + 2;
	if (!inc->closed && incident_pen_held(inc, s->ctx->wall)) {
		snprintf(text, sizeof(text), _("pen: %.40s"), inc->pen.user);
		x = piece(a, 0, x, ROLE_TEXT, text) + 2;
	}
	snprintf(text, sizeof(text), "%.80s%s%.120s  %.100s", inc->cluster ? inc->cluster : "",
	    incident_entity(inc)[0] ? " " : "", incident_entity(inc), title);
	piece(a, 0, x, ROLE_TEXT, text);
}

/* "discover OK > confirm OK > LOCATE 4m of 15m > recover > summarise"; returns where it ends. */
static int draw_stage(const struct shown *s, const struct area *a, int x, int stage)
{
	const struct incident *inc = s->inc;
	const struct stage_def *d = &s->path.stages->list[stage];
	char text[160], lasts[FMT_MAX], box[FMT_MAX];
	int64_t since = inc->stage_since[stage], took = s->ctx->wall - since;

	if (stage != (int)inc->stage || inc->closed) {
		x = piece(a, 1, x, since ? ROLE_TEXT : ROLE_DIM, d->title) + 1;
		if (since && inc->stage_forced[stage])
			x = piece(a, 1, x, ROLE_WARN, _("forced")) + 1;
		else if (since)
			x = piece(a, 1, x, ROLE_OK, verdict_word(VERDICT_OK)) + 1;
		return x;
	}
	x = piece(a, 1, x, ROLE_TITLE, d->title) + 1;
	fmt_duration(lasts, sizeof(lasts), took > 0 ? took : 0);
	snprintf(text, sizeof(text), took > d->box_ns && d->box_ns ? _("%s of %s: escalate? X") : _("%s of %s"), lasts,
	    fmt_duration(box, sizeof(box), d->box_ns));
	return piece(a, 1, x, took > d->box_ns && d->box_ns ? ROLE_CRIT : ROLE_TEXT, text) + 1;
}

/* A narrow screen begins with the stage it is at. */
static void draw_stages(const struct shown *s, const struct area *a)
{
	int first = a->width < 70 ? (int)s->inc->stage : 0, x = 0;

	for (int stage = first; stage < STAGE_COUNT; stage++) {
		if (stage > first)
			x = piece(a, 1, x, ROLE_DIM, ">") + 1;
		x = draw_stage(s, a, x, stage);
	}
}

static void draw_moment(const struct shown *s, const struct area *a, int y, const struct moment *m)
{
	char when[FMT_MAX];
	int x = 0;

	x = piece(a, y, x, ROLE_DIM, fmt_clock(when, sizeof(when), m->wall)) + 1;
	if (s->inc->drill)
		x = piece(a, y, x, ROLE_BANNER, _("DRILL")) + 1;
	if (m->keep != KEEP_KEPT)
		x = piece(a, y, x, keep_role(m->keep), keep_word(m->keep)) + 1;
	area_text(a, y, x, 12, ROLE_LABEL, m->what);
	x += 13;
	if (a->width >= 110 && m->user)
		x = piece(a, y, x, ROLE_DIM, m->user) + 2;
	piece(a, y, x, m->keep == KEEP_FAILED ? ROLE_CRIT : ROLE_TEXT, m->text);
}

/* The newest at the bottom; scroll counts back from there. Returns how many there are. */
static int draw_timeline(const struct shown *s, const struct area *a, int scroll)
{
	struct timeline t;
	int n, from;

	timeline_make(&t, s->inc);
	n = (int)t.n;
	from = n - a->height - scroll;
	if (from < 0)
		from = 0;
	for (int y = 0; y < a->height && from + y < n; y++)
		draw_moment(s, a, y, &t.list[from + y]);
	timeline_release(&t);
	return n;
}

static int draw_incident(struct shown *s, int scroll, const struct area *a)
{
	struct block block = {.width = a->width, .text_most = TEXT_MOST};
	struct area timeline, step;
	int64_t for_ns;
	int height, over, n;

	step_look(step_of(s), s->inc, s->ctx->frame, s->ctx->now, &s->seen);
	step_choices(&s->path, s->at, s->inc, &s->seen, desk_held(s->desk, s->inc, step_of(s), s->ctx->now, &for_ns),
	    &s->choices);
	make_block(s, &block);
	/* Head, stages, a line of the past and a rule on either side stay. */
	height = a->height - HEAD - 3;
	/* What is to be done is said in full where a few lines of the past stay beside it. */
	over = (int)block.n - (height - PAST_LEAST);
	if (over > 0 && block.text_lines > TEXT_LEAST) {
		int most = block.text_lines - over;

		block = (struct block){.width = a->width, .text_most = most > TEXT_LEAST ? most : TEXT_LEAST};
		make_block(s, &block);
	}
	fit(&block, height);
	height = (int)block.n < height ? (int)block.n : height;
	draw_head(s, a);
	draw_stages(s, a);
	area_fill(a, HEAD, 0, a->width, ROLE_BORDER, '-');
	timeline = area_cut(a, HEAD + 1, 0, a->height - HEAD - 2 - height, a->width);
	n = draw_timeline(s, &timeline, scroll);
	area_fill(a, a->height - height - 1, 0, a->width, ROLE_BORDER, '-');
	step = area_cut(a, a->height - height, 0, height, a->width);
	draw_block(&step, &block);
	return n - timeline.height + a->height;
}

static int draw(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *a)
{
	struct shown s = {.ctx = ctx, .desk = ctx->desk};

	if (!ctx->desk || !ctx->desk->stages) {
		area_wrapped(a, 0, 0, a->width, 3, ROLE_CRIT, ctx->desk ? err_msg(&ctx->desk->trouble) : "");
		return 1;
	}
	s.inc = incidents_find(ctx->desk->all, arg ? arg->id : NULL);
	if (!s.inc) {
		area_wrapped(a, 0, 0, a->width, 3, ROLE_DIM,
		    _("The incident is being opened. If it does not come, it could not be kept: the last line says why."));
		return 1;
	}
	desk_path(ctx->desk, s.inc, &s.path, &s.at);
	return draw_incident(&s, scroll, a);
}

/* Of the alert that it is about, not of all alerts: NA where that does not fire any more. */
static enum verdict verdict(const struct view_ctx *ctx, const struct view_arg *arg)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct incident *inc = ctx->desk ? incidents_find(ctx->desk->all, arg->id) : NULL;

	for (size_t i = 0; inc && !inc->closed && inc->alert && i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state == ALERT_FIRING && !strcmp(a->name, inc->alert) && inc->cluster && !strcmp(a->cluster, inc->cluster) &&
		    inc->entity && !strcmp(a->entity, inc->entity))
			return a->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
	}
	return VERDICT_NA;
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	size_t n = ctx->desk ? incidents_open(ctx->desk->all) : 0;

	if (n > 1)
		snprintf(out, size, _("%zu incidents are open"), n);
}

const struct view_ops view_triage = {
    .pane = PANE_ALERTS,
    .name = "triage",
    .title = N_("TRIAGE"),
    .draw = draw,
    .tail = true,
    .verdict = verdict,
    .note = note,
    .bar = "ymn*X>=wH",
    .empty = "",
    .help = N_("Each step asks something; answer with a digit. What you see is kept with the answer: numbers, their\n"
	       "quality, who and when. mqduty runs no command: y copies it. Esc leaves; everything is kept and t comes\n"
	       "back to the same step, also after a dropped line. m shows the manual's page, w what changed before; t comes\n"
	       "back here. Someone else may look on; H takes the pen."),
};
