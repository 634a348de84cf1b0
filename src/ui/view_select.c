/* Which broker for a new system: candidates, requirements, the way, weights; a row each. */
#include "ui/selecting.h"

#include "base/i18n.h"
#include "ui/views.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const prefixes[SELECT_ROWS] = {
    [SELECT_CANDIDATE] = "broker/",
    [SELECT_REQUIREMENT] = "requirement/",
    [SELECT_STEP] = "step/",
    [SELECT_DIMENSION] = "weight/",
};

static size_t count_of(const struct selection *s, enum select_row kind)
{
	const size_t n[SELECT_ROWS] = {s->n_candidates, s->n_requirements, s->n_steps, s->n_dimensions};

	return n[kind];
}

static const char *id_of(const struct selection *s, enum select_row kind, size_t i)
{
	switch (kind) {
	case SELECT_CANDIDATE:
		return s->candidates[i].id;
	case SELECT_REQUIREMENT:
		return s->requirements[i].id;
	case SELECT_STEP:
		return s->steps[i].id;
	default:
		return s->dimensions[i].id;
	}
}

enum select_row selecting_row(const struct selecting *s, const char *id, size_t *at)
{
	for (int kind = 0; s->loaded && kind < SELECT_ROWS; kind++) {
		size_t n = strlen(prefixes[kind]);

		if (strncmp(id, prefixes[kind], n) != 0)
			continue;
		for (*at = 0; *at < count_of(&s->s, (enum select_row)kind); ++*at)
			if (!strcmp(id_of(&s->s, (enum select_row)kind, *at), id + n))
				return (enum select_row)kind;
	}
	return SELECT_ROWS;
}

size_t select_branch(const struct selection *s, const struct flow_step *step)
{
	for (size_t i = 0; i < step->n_branches; i++)
		if (selection_holds(s, &step->branches[i].when) > 0)
			return i;
	return SIZE_MAX;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	int urgency = 0;

	(void)arg;
	for (int kind = 0; ctx->selecting && ctx->selecting->loaded && kind < SELECT_ROWS; kind++) {
		for (size_t i = 0; i < count_of(&ctx->selecting->s, (enum select_row)kind); i++) {
			struct view_row *row = row_list_add(
			    out, "%s%s", prefixes[kind], id_of(&ctx->selecting->s, (enum select_row)kind, i));

			row->sub = i;
			row->urgency = urgency--;
		}
	}
}

static void cell_part(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	static const char *const words[SELECT_ROWS] = {
	    [SELECT_CANDIDATE] = N_("broker"), [SELECT_STEP] = N_("way"), [SELECT_DIMENSION] = N_("weight")};
	size_t at;
	enum select_row kind = selecting_row(ctx->selecting, row->id, &at);

	cell_empty(out);
	if (kind == SELECT_REQUIREMENT)
		cell_str(out, ROLE_DIM, ctx->selecting->s.requirements[at].group);
	else if (kind < SELECT_ROWS)
		cell_str(out, ROLE_DIM, _(words[kind]));
}

static void cell_item(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct selection *s = &ctx->selecting->s;
	size_t at;

	cell_empty(out);
	switch (selecting_row(ctx->selecting, row->id, &at)) {
	case SELECT_CANDIDATE:
		cell_str(out, s->candidates[at].out ? ROLE_DIM : ROLE_TEXT, s->candidates[at].title);
		break;
	case SELECT_REQUIREMENT:
		cell_str(out, ROLE_TEXT, s->requirements[at].title);
		break;
	case SELECT_STEP:
		cell_fmt(out, ROLE_TEXT, "%zu %s", at + 1, s->steps[at].title);
		break;
	case SELECT_DIMENSION:
		cell_str(out, ROLE_TEXT, s->dimensions[at].title);
		break;
	case SELECT_ROWS:
		break;
	}
}

static void value_of_candidate(const struct selection *s, size_t at, struct cell_text *out)
{
	const struct candidate *c = &s->candidates[at];

	if (c->out)
		cell_str(out, ROLE_DIM, _("out"));
	else
		cell_fmt(out, at == s->best ? ROLE_TITLE : ROLE_TEXT, "%.2f", c->total);
}

/* How many of the answers that its branches need are there. */
static void value_of_step(const struct selection *s, const struct flow_step *step, struct cell_text *out)
{
	size_t chosen = select_branch(s, step), needs = 0, given = 0;

	if (chosen < SIZE_MAX) {
		cell_str(out, ROLE_TEXT, step->branches[chosen].when.value);
		return;
	}
	for (size_t i = 0; i < step->n_branches; i++)
		for (const char **n = step->branches[i].needs; *n; n++, needs++)
			given += selection_requirement(s, *n)->answer != NULL;
	if (needs)
		cell_fmt(out, given < needs ? ROLE_UNKNOWN : ROLE_TEXT, _("%zu of %zu"), given, needs);
	else if (step->n_branches)
		cell_str(out, ROLE_UNKNOWN, "?");
}

static void cell_value_of(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct selection *s = &ctx->selecting->s;
	size_t at;

	cell_empty(out);
	switch (selecting_row(ctx->selecting, row->id, &at)) {
	case SELECT_CANDIDATE:
		value_of_candidate(s, at, out);
		break;
	case SELECT_REQUIREMENT:
		cell_str(out, s->requirements[at].answer ? ROLE_TEXT : ROLE_UNKNOWN,
		    s->requirements[at].answer ? s->requirements[at].answer : "?");
		break;
	case SELECT_STEP:
		value_of_step(s, &s->steps[at], out);
		break;
	case SELECT_DIMENSION:
		cell_fmt(out, s->dimensions[at].weight < ctx->selecting->weights[at] ||
				      s->dimensions[at].weight > ctx->selecting->weights[at]
				  ? ROLE_WARN
				  : ROLE_TEXT,
		    "%.0f%%", s->dimensions[at].weight);
		break;
	case SELECT_ROWS:
		break;
	}
}

static void says_of_candidate(const struct selection *s, const struct candidate *c, struct cell_text *out)
{
	if (c->out)
		cell_fmt(out, ROLE_DIM, _("%s: %s"), c->out->when.text, c->out->why);
	else if (c->may)
		cell_fmt(out, ROLE_UNKNOWN, _("%.2f..%.2f, first in %.0f%%; may be ruled out by %s"), c->low, c->high,
		    100 * c->wins, selection_requirement(s, c->may->when.field)->title);
	else
		cell_fmt(out, ROLE_TEXT, _("%.2f..%.2f, first in %.0f%%"), c->low, c->high, 100 * c->wins);
}

/* Whom the answer rules out; otherwise what is asked. */
static void says_of_requirement(const struct selection *s, const struct requirement *r, struct cell_text *out)
{
	char list[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < s->n_candidates && used < sizeof(list); i++)
		if (s->candidates[i].out && !strcmp(s->candidates[i].out->when.field, r->id))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", s->candidates[i].title);
	if (list[0])
		cell_fmt(out, ROLE_WARN, _("rules out %s"), list);
	else
		cell_str(out, ROLE_DIM, r->answer && r->unit ? r->unit : r->ask);
}

static void says_of_dimension(const struct selection *s, const struct dimension *d, struct cell_text *out)
{
	char list[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < s->n_candidates && used < sizeof(list); i++)
		used += (size_t)snprintf(
		    list + used, sizeof(list) - used, "%s%s %.4g", used ? ", " : "", s->candidates[i].title, d->scores[i]);
	cell_str(out, ROLE_TEXT, list);
}

static void says_of_step(const struct selection *s, const struct flow_step *step, struct cell_text *out)
{
	size_t chosen = select_branch(s, step);
	char list[250] = "";
	size_t used = 0;

	if (chosen < SIZE_MAX) {
		cell_str(out, ROLE_TEXT, step->branches[chosen].title);
		return;
	}
	for (size_t i = 0; i < step->n_branches && used < sizeof(list); i++)
		used += (size_t)snprintf(
		    list + used, sizeof(list) - used, "%s%zu %s", used ? "; " : "", i + 1, step->branches[i].title);
	cell_str(out, ROLE_DIM, list);
}

static void cell_says(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct selection *s = &ctx->selecting->s;
	size_t at;

	cell_empty(out);
	switch (selecting_row(ctx->selecting, row->id, &at)) {
	case SELECT_CANDIDATE:
		says_of_candidate(s, &s->candidates[at], out);
		break;
	case SELECT_REQUIREMENT:
		says_of_requirement(s, &s->requirements[at], out);
		break;
	case SELECT_STEP:
		says_of_step(s, &s->steps[at], out);
		break;
	case SELECT_DIMENSION:
		says_of_dimension(s, &s->dimensions[at], out);
		break;
	case SELECT_ROWS:
		break;
	}
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	const struct selection *s = &ctx->selecting->s;
	struct detail d = {.ctx = ctx, .area = area};
	char text[600];
	struct cell_text says;
	size_t at;
	enum select_row kind = selecting_row(ctx->selecting, row->id, &at);

	detail_wrapped(&d, _("so far:"), selection_verdict(s, text, sizeof(text)), 2);
	detail_wrapped(&d, _("how sure:"), selection_sureness(s, text, sizeof(text)), 3);
	if (kind == SELECT_REQUIREMENT) {
		detail_wrapped(&d, _("asked:"), s->requirements[at].ask, 2);
	} else if (kind < SELECT_ROWS) {
		cell_says(ctx, row, &says);
		detail_wrapped(&d, _("here:"), says.text, 2);
	}
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	const struct selection *s = &ctx->selecting->s;

	if (ctx->selecting->loaded)
		snprintf(out, size, _("%zu of %zu answered"), s->n_requirements - selection_unanswered(s), s->n_requirements);
}

static enum verdict no_verdict(const struct view_ctx *ctx, const struct view_arg *arg)
{
	(void)ctx;
	(void)arg;
	return VERDICT_NA;
}

static void about(const struct view_ctx *ctx, const struct view_arg *arg, char *out, size_t size)
{
	static const char *const words[] = {
	    [OUTCOME_NONE_LEFT] = N_("nobody is left"),
	    [OUTCOME_OPEN] = N_("not decided"),
	    [OUTCOME_TIE] = N_("a tie"),
	    [OUTCOME_WINNER] = N_("decided"),
	};
	const struct selection *s = &ctx->selecting->s;

	(void)arg;
	out[0] = '\0';
	if (!ctx->selecting->loaded)
		return;
	if (s->best == SIZE_MAX || s->outcome == OUTCOME_NONE_LEFT)
		snprintf(out, size, "%s", _(words[s->outcome]));
	else
		snprintf(out, size, "%s: %s", _(words[s->outcome]), s->candidates[s->best].title);
}

static const struct column columns[] = {
    {"part", N_("PART"), 4, 12, 4, false, cell_part, NULL},
    {"item", N_("ITEM"), 10, 32, 1, false, cell_item, NULL},
    {"value", N_("VALUE"), 5, 24, 1, false, cell_value_of, NULL},
    {"says", N_("WHAT IT SAYS"), 10, 160, 3, false, cell_says, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_select = {
    .pane = PANE_CHECKLIST,
    .name = "select",
    .title = N_("SELECTION"),
    .columns = columns,
    .order = "",
    .rows = rows,
    .about = about,
    .verdict = no_verdict,
    .note = note,
    .bar = "\r<>S",
    .detail_lines = 7,
    .least_rows = 5,
    .detail = detail,
    .empty = N_("The data of the selection could not be read."),
    .help = N_("Enter answers a requirement, goes a step of the way by digits, or sets a weight; < and > move a weight.\n"
	       "Knock-outs come first; then the weighted total, reckoned again with weights moved by a quarter ten thousand\n"
	       "times: how often the first stays first. S writes the decision and has its assumptions checked monthly."),
};
