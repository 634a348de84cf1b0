/* A page of the fault manual, bound to a row: what to do now, and the steps with what is seen at each of them. */
#include "ui/view_page.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "manual/precheck.h"
#include "manual/render.h"
#include "ui/views.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_INDENT = 4, LABEL_WIDTH = 9, PIN_FROM = 12, TEXT_MOST = 2048 };

/* Longer lines are hard to read, and the verdict stands too far from what it is about. */
enum { WIDEST = 112 };

/* One line of the page. */
struct piece {
	const char *text;
	enum role role;
	int indent;
	const char *right; /* at the end of the line; NULL */
	enum role right_role;
	const char *label; /* at its beginning; NULL */
	bool selected;
};

struct sheet {
	struct arena arena;
	struct piece *list;
	size_t n, cap;
	int width;
	int now;      /* the first line of what to do now */
	int from, to; /* the lines of the step that is selected */
};

static struct piece *add(struct sheet *s, int indent, enum role role, const char *text)
{
	struct piece *p;

	array_reserve(&s->list, &s->cap, s->n + 1, sizeof(*s->list));
	p = &s->list[s->n++];
	*p = (struct piece){.text = arena_strdup(&s->arena, text), .role = role, .indent = indent};
	return p;
}

/* Lines made of a text, plain or Markdown; the first carries the label. */
static void add_lines(struct sheet *s, struct manual_lines *l, int indent, enum role role, const char *label, size_t most)
{
	for (size_t i = 0; i < l->n && i < most; i++) {
		struct piece *p = add(s, indent + l->lines[i].indent, role, l->lines[i].text);

		if (!i)
			p->label = label;
		if (i + 1 == most && most < l->n)
			p->text = arena_printf(&s->arena, "%s ...", p->text);
	}
	manual_lines_release(l);
}

static void add_text(struct sheet *s, int indent, enum role role, const char *label, const char *text, size_t most)
{
	struct manual_lines l;

	manual_lines_init(&l);
	/* Room for the "..." of what is cut. */
	manual_wrap(&l, text, 0, s->width - indent - (most < 9 ? 4 : 0), LINE_TEXT);
	add_lines(s, &l, indent, role, label, most);
}

static void add_textf(struct sheet *s, int indent, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void add_textf(struct sheet *s, int indent, enum role role, const char *fmt, ...)
{
	char text[TEXT_MOST];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	add_text(s, indent, role, NULL, text, SIZE_MAX);
}

static void add_markdown(struct sheet *s, int indent, enum role role, const char *label, const char *markdown, size_t most)
{
	struct manual_lines l;

	manual_lines_init(&l);
	manual_render(&l, markdown, s->width - indent - (most < 9 ? 4 : 0));
	add_lines(s, &l, indent, role, label, most);
}

static void add_now(struct sheet *s, const struct manual_page *page)
{
	for (size_t i = 0; i < page->n_now; i++)
		add_markdown(s, LABEL_WIDTH, manual_forbids(page->now[i]) ? ROLE_WARN : ROLE_TEXT, i ? NULL : _("NOW"), page->now[i], SIZE_MAX);
}

/* The first paragraph is enough to see whether it is the right page. */
static void add_symptom(struct sheet *s, const struct manual_page *page)
{
	const char *text = page->text[MANUAL_SYMPTOM] ? page->text[MANUAL_SYMPTOM] : "";
	const char *end = strstr(text, "\n\n");
	char *first = arena_strndup(&s->arena, text, end ? (size_t)(end - text) : strlen(text));

	add_markdown(s, LABEL_WIDTH, ROLE_TEXT, _("SYMPTOM"), first, 2);
}

static void add_evidence(struct sheet *s, const struct manual_step *step, const struct query_result *r, const struct view_ctx *ctx)
{
	int64_t age = value_age(&r->value, ctx->now);
	char say[QUERY_TEXT_MAX + 200], ago[FMT_MAX], hold[FMT_MAX];
	bool old = r->verdict != VERDICT_UNKNOWN && r->value.type != VALUE_NONE && age >= 0;

	query_say(r, say, sizeof(say));
	if (old)
		add_textf(s, STEP_INDENT, verdict_role(r->verdict), _("%s (%s ago)"), say, fmt_duration(ago, sizeof(ago), age));
	else
		add_textf(s, STEP_INDENT, verdict_role(r->verdict), "%s", say);
	if (step->wait_ns)
		add_textf(s, STEP_INDENT, ROLE_DIM, _("wait until it has been well for %s"),
		    fmt_duration(hold, sizeof(hold), step->wait_ns));
}

static void add_precheck(struct sheet *s, const struct manual_step *step, const struct binding *b, const struct view_ctx *ctx)
{
	static const enum role role[] = {[MAY_UNKNOWN] = ROLE_UNKNOWN, [MAY_YES] = ROLE_OK, [MAY_NO] = ROLE_CRIT};
	struct precheck check;
	char say[TEXT_MOST];

	precheck_eval(step->precheck, b, ctx->frame->snap, ctx->now, &check);
	add_text(s, STEP_INDENT, role[check.may], NULL, precheck_say(&check, say, sizeof(say)), SIZE_MAX);
}

static void add_command(struct sheet *s, const struct manual_step *step, const struct binding *b)
{
	struct err err = {""};
	char hint[ERR_MAX];
	const char *missing = NULL;
	struct buf out;
	int rc;

	buf_init(&out, TEXT_MOST);
	rc = binding_command(b, step->command, &out, &missing, &err);
	if (rc < 0)
		add_text(s, STEP_INDENT, ROLE_CRIT, NULL, err_msg(&err), SIZE_MAX);
	else
		add_textf(s, STEP_INDENT, ROLE_KEY, "$ %s", rc ? step->command : out.data);
	if (binding_hint(b, step->command, hint, sizeof(hint))[0])
		add_text(s, STEP_INDENT, ROLE_WARN, NULL, hint, SIZE_MAX);
	buf_release(&out);
}

static void add_answers(struct sheet *s, const struct manual_page *page, const struct manual_step *step)
{
	for (size_t i = 0; i < step->n_answers; i++) {
		int target = step->answers[i].target;

		if (target >= 0)
			add_textf(s, STEP_INDENT + 1, ROLE_TEXT, _("%s: go on with %d, %s"), step->answers[i].text, target + 1,
			    page->steps[target].title);
		else
			add_textf(s, STEP_INDENT + 1, ROLE_TEXT, "%s", step->answers[i].text);
	}
}

static void add_limits(struct sheet *s, const struct manual_page *page, const struct manual_step *step)
{
	char d[FMT_MAX];

	if (!step->time_ns)
		return;
	fmt_duration(d, sizeof(d), step->time_ns);
	if (step->escalate == ESCALATE_OWNER)
		add_textf(s, STEP_INDENT, ROLE_DIM, _("time for this: %s, then call the owner: %s"), d, page->owner);
	else if (step->escalate == ESCALATE_CONTACTS)
		add_textf(s, STEP_INDENT, ROLE_DIM, _("time for this: %s, then call the contacts of the cluster"), d);
	else
		add_textf(s, STEP_INDENT, ROLE_DIM, _("time for this: %s"), d);
}

/* What belongs to the step that is selected: first what is seen, then what it would cost, then what to type. */
static void add_body(struct sheet *s, const struct view_ctx *ctx, struct page_open *p, size_t i, const struct query_result *r)
{
	const struct manual_step *step = &p->page->steps[i];
	struct page_open refined;
	char *arg = page_arg(p->page, &p->binding);

	page_open(ctx, arg, &refined);
	page_refine(ctx, &refined, i);
	if (r)
		add_evidence(s, step, r, ctx);
	if (step->precheck)
		add_precheck(s, step, &refined.binding, ctx);
	if (step->cost)
		add_textf(s, STEP_INDENT, ROLE_WARN, _("cost: %s"), step->cost);
	if (step->command)
		add_command(s, step, &refined.binding);
	add_answers(s, p->page, step);
	add_markdown(s, STEP_INDENT, ROLE_TEXT, NULL, step->text, SIZE_MAX);
	add_limits(s, p->page, step);
	page_close(&refined);
	free(arg);
}

static void add_step(struct sheet *s, const struct view_ctx *ctx, struct page_open *p, size_t i, bool selected)
{
	const struct manual_step *step = &p->page->steps[i];
	struct query_result r;
	bool asked = manual_evidence(step, &p->binding, ctx->frame, ctx->now, &r);
	struct piece *head;

	if (!i || p->page->steps[i - 1].section != step->section)
		add(s, 0, ROLE_HEADER, _(manual_section_name(step->section)));
	if (selected)
		s->from = (int)s->n;
	head = add(s, 0, selected ? ROLE_TITLE : ROLE_TEXT, "");
	head->text = arena_printf(&s->arena, "%c %zu %s", selected ? '>' : ' ', i + 1, step->title);
	head->selected = selected;
	if (asked) {
		head->right = arena_printf(&s->arena, _("live %s"), verdict_word(r.verdict));
		head->right_role = verdict_role(r.verdict);
	} else if (step->cost && !selected) {
		head->right = _("has a cost");
		head->right_role = ROLE_DIM;
	}
	if (!selected)
		return;
	add_body(s, ctx, p, i, asked ? &r : NULL);
	s->to = (int)s->n;
}

static void make_sheet(struct sheet *s, const struct view_ctx *ctx, struct page_open *p, size_t at, int width)
{
	const struct manual_page *page = p->page;

	*s = (struct sheet){.width = width};
	arena_init(&s->arena);
	add_text(s, 0, ROLE_TITLE, NULL, page->title, 2);
	add_symptom(s, page);
	s->now = (int)s->n;
	add_now(s, page);
	for (size_t i = 0; i < page->n_steps; i++)
		add_step(s, ctx, p, i, i == at);
	add(s, 0, ROLE_TEXT, "");
	add_markdown(s, LABEL_WIDTH, ROLE_TEXT, _("CAUSES"), page->text[MANUAL_SYMPTOM], SIZE_MAX);
	add_markdown(s, LABEL_WIDTH, ROLE_TEXT, _("IMPACT"), page->text[MANUAL_IMPACT], SIZE_MAX);
	if (page->text[MANUAL_ROLLBACK] && *page->text[MANUAL_ROLLBACK])
		add_markdown(s, LABEL_WIDTH, ROLE_TEXT, _("ROLL BACK"), page->text[MANUAL_ROLLBACK], SIZE_MAX);
	add_markdown(s, LABEL_WIDTH, ROLE_TEXT, _("PREVENT"), page->text[MANUAL_PREVENT], SIZE_MAX);
	add_textf(s, 0, ROLE_DIM, _("%s  owner %s  reviewed %s  revision %s"), page->id, page->owner, page->reviewed,
	    page->revision);
}

static void draw_piece(const struct area *a, int y, const struct piece *p)
{
	int end = p->right ? (int)text_width(p->right) + 2 : 0;

	if (p->label)
		area_text(a, y, 0, LABEL_WIDTH - 1, ROLE_LABEL, p->label);
	area_text(a, y, p->indent, a->width - p->indent - end, p->role, p->text);
	if (p->right)
		area_text(a, y, a->width - end + 2, end - 2, p->right_role, p->right);
	if (p->selected)
		area_flags(a, y, 0, a->width, CELL_BOLD);
}

/* The first line shown, so that the step is seen whole, or from its beginning. */
static int first_line(const struct sheet *s, int height)
{
	int top = s->to > height ? s->to - height : 0;

	return top > s->from ? s->from : top;
}

/* What must not be done stays in sight when it has been scrolled away. */
static bool pin(const struct sheet *s, const struct manual_page *page, int top, const struct area *a)
{
	const char *item = page->n_now ? page->now[0] : NULL;

	for (size_t i = 0; i < page->n_now; i++) {
		if (!manual_forbids(page->now[i]))
			continue;
		item = page->now[i];
		break;
	}
	if (a->height < PIN_FROM || top <= s->now || !item)
		return false;
	area_text(a, 0, 0, LABEL_WIDTH - 1, ROLE_LABEL, _("NOW"));
	area_text(a, 0, LABEL_WIDTH, a->width - LABEL_WIDTH, ROLE_WARN, item);
	return true;
}

/* scroll counts lines from where the step is seen whole. */
static int draw(const struct view_ctx *ctx, const struct view_arg *arg, int scroll, const struct area *whole)
{
	struct area narrow = area_cut(whole, 0, 0, whole->height, whole->width < WIDEST ? whole->width : WIDEST);
	const struct area *a = &narrow;
	struct page_open p;
	struct sheet s;
	int top, most, height, pinned;

	if (!arg)
		return 0;
	page_open(ctx, arg->id, &p);
	if (!p.page) {
		area_wrapped(a, 0, 0, a->width, 3, ROLE_TEXT,
		    _("The manual has no such page. `mqduty manual` lists those there are; MQDUTY_DATA_DIR says where they are."));
		page_close(&p);
		return 1;
	}
	make_sheet(&s, ctx, &p, arg->at, a->width);
	height = a->height - (a->height >= PIN_FROM);
	top = first_line(&s, height);
	most = (int)s.n - height - top > 0 ? (int)s.n - height - top : 0;
	top += scroll < most ? scroll : most;
	pinned = pin(&s, p.page, top, a);
	for (int y = pinned; y < a->height && top + y - pinned < (int)s.n; y++)
		draw_piece(a, y, &s.list[top + y - pinned]);
	free(s.list);
	arena_release(&s.arena);
	page_close(&p);
	return a->height + most;
}

static size_t steps(const struct view_ctx *ctx, const struct view_arg *arg)
{
	struct page_open p;
	size_t n;

	page_open(ctx, arg->id, &p);
	n = p.page ? p.page->n_steps : 0;
	page_close(&p);
	return n;
}

/* "kafka-group-stalled orders audit > events" */
static void about(const struct view_ctx *ctx, const struct view_arg *arg, char *out, size_t size)
{
	struct page_open p;
	char title[256];

	page_open(ctx, arg->id, &p);
	if (p.page)
		snprintf(out, size, _("%s  %.150s  step %zu of %zu"), p.page->id,
		    binding_title(&p.binding, title, sizeof(title)), arg->at + 1, p.page->n_steps);
	else
		text_sanitise(out, size, arg->id, strcspn(arg->id, "|"));
	page_close(&p);
}

const struct view_ops view_page = {
    .pane = PANE_MANUAL,
    .name = "page",
    .title = N_("MANUAL"),
    .draw = draw,
    .steps = steps,
    .about = about,
    .bar = "ytwpn\r",
    .help = N_("What is seen at each step is judged as the numbers come in: live CRIT is where to begin.\n"
	       "y copies the command with the row's own names in it, quoted; mqduty runs none.\n"
	       "What a harmful step would cost, and whether it may be taken now, stands before its command."),
};
