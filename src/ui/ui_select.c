/* The selection: answers, weights, and the decision that is written. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "ui/selecting.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_STEP = 5, NAME_MAX_BYTES = 60 };

void selecting_release(struct selecting *s)
{
	if (s->loaded)
		selection_release(&s->s);
	free(s->weights);
	*s = (struct selecting){.loaded = false};
}

static int load(struct selecting *s, struct err *err)
{
	if (selection_load(&s->s, NULL, err)) {
		selection_release(&s->s);
		return -1;
	}
	s->weights = xcalloc(s->s.n_dimensions + 1, sizeof(*s->weights));
	for (size_t i = 0; i < s->s.n_dimensions; i++)
		s->weights[i] = s->s.dimensions[i].weight;
	s->loaded = true;
	selection_decide(&s->s);
	return 0;
}

static void decide(struct ui *ui)
{
	selection_decide(&ui->selecting.s);
	ui->stale_rows = true;
}

/* "select", "select FILE": with the answers of a file as `mqduty select` takes it. */
bool select_command(struct ui *ui, const char *line, int64_t now)
{
	struct err err = {""};
	const char *file = strncmp(line, "select ", 7) ? NULL : line + 7 + strspn(line + 7, " ");

	if (strcmp(line, "select") != 0 && !file)
		return false;
	if (!ui->selecting.loaded && load(&ui->selecting, &err)) {
		ui_say(ui, now, "%s", err_msg(&err));
		return true;
	}
	if (file && *file && selection_answers(&ui->selecting.s, file, &err))
		ui_say(ui, now, "%s", err_msg(&err));
	ui_go(ui, PANE_CHECKLIST);
	while (ui_close(ui))
		continue;
	ui_open(ui, &view_select, "");
	decide(ui);
	return true;
}

static void take_answer(struct ui *ui, const char *id, const char *text, int64_t now)
{
	struct err err = {""};

	if (selection_answer(&ui->selecting.s, id, text, &err))
		ui_say(ui, now, "%s", err_msg(&err));
	decide(ui);
}

static void text_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	take_answer(ui, arg, answer->text, now);
	free(arg);
}

/* The digit of a choice, behind which stands "no answer". */
static void choice_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	const struct requirement *r = selection_requirement(&ui->selecting.s, arg);
	static const char *const yesno[] = {"yes", "no", NULL};
	const char *const *choices = r && r->type == ANSWER_CHOICE ? r->choices : yesno;
	int n = 0;

	while (choices[n] && n + 1 < answer->choice)
		n++;
	if (r)
		take_answer(ui, arg, choices[n] ? choices[n] : "", now);
	free(arg);
}

static void ask_requirement(struct ui *ui, const struct requirement *r)
{
	const char *choices[PROMPT_CHOICES + 1] = {_("yes"), _("no")};
	int n = r->type == ANSWER_YESNO ? 2 : 0;
	char hint[PROMPT_HINT];

	for (const char **c = r->choices; r->type == ANSWER_CHOICE && *c && n < PROMPT_CHOICES - 1; c++)
		choices[n++] = *c;
	if (n) {
		choices[n++] = _("take the answer back");
		choices[n] = NULL;
	}
	snprintf(hint, sizeof(hint), "%.300s%s%.80s", r->ask, r->unit ? "\n" : "", r->unit ? r->unit : "");
	ui_ask(ui, &(struct prompt){.title = r->title, .hint = hint, .text = n ? NULL : r->answer, .choices = n ? choices : NULL,
	    .done = n ? choice_said : text_said, .arg = xstrdup(r->id), .drop = free});
}

/* A step with branches to choose from is one question; one that needs answers asks for the first that is missing. */
static void ask_step(struct ui *ui, const struct flow_step *step, int64_t now)
{
	const struct selection *s = &ui->selecting.s;

	for (size_t i = 0; i < step->n_branches; i++) {
		const struct flow_branch *b = &step->branches[i];

		if (b->when.field) {
			ask_requirement(ui, selection_requirement(s, b->when.field));
			return;
		}
		for (const char **n = b->needs; *n; n++) {
			if (selection_requirement(s, *n)->answer)
				continue;
			ask_requirement(ui, selection_requirement(s, *n));
			return;
		}
	}
	for (size_t i = 0; !step->n_branches && i < s->n_requirements && step == s->steps; i++) {
		if (s->requirements[i].answer)
			continue;
		ask_requirement(ui, &s->requirements[i]);
		return;
	}
	ui_say(ui, now, "%s", _("All that this step needs is answered."));
}

static void set_weight(struct ui *ui, size_t at, double weight)
{
	ui->selecting.s.dimensions[at].weight = weight < 0 ? 0 : weight > 100 ? 100 : weight;
	decide(ui);
}

static void weight_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	char *end;
	double weight = strtod(answer->text, &end);
	size_t at;

	if (end == answer->text || (*end && *end != '%') || !(weight >= 0 && weight <= 100))
		ui_say(ui, now, "%s", _("A weight is a number from 0 to 100."));
	else if (selecting_row(&ui->selecting, arg, &at) == SELECT_DIMENSION)
		set_weight(ui, at, weight);
	free(arg);
}

static const struct view_row *row_here(struct ui *ui, enum select_row *kind, size_t *at)
{
	const struct view_row *row = table_selected(&ui_level(ui)->table);

	*kind = row ? selecting_row(&ui->selecting, row->id, at) : SELECT_ROWS;
	return row;
}

static void enter(struct ui *ui, int64_t now)
{
	const struct selection *s = &ui->selecting.s;
	enum select_row kind;
	size_t at = 0;
	const struct view_row *row = row_here(ui, &kind, &at);

	switch (kind) {
	case SELECT_REQUIREMENT:
		ask_requirement(ui, &s->requirements[at]);
		break;
	case SELECT_STEP:
		ask_step(ui, &s->steps[at], now);
		break;
	case SELECT_DIMENSION:
		ui_ask(ui, &(struct prompt){.title = s->dimensions[at].title,
		    .hint = _("Its weight, in percent of what matters to this system. The sum need not be 100."), .least = 1,
		    .done = weight_said, .arg = xstrdup(row->id), .drop = free});
		break;
	default:
		ui_say(ui, now, "%s", _("This follows from the answers and the weights below."));
	}
}

static void move_weight(struct ui *ui, int by, int64_t now)
{
	enum select_row kind;
	size_t at = 0;

	row_here(ui, &kind, &at);
	if (kind == SELECT_DIMENSION)
		set_weight(ui, at, ui->selecting.s.dimensions[at].weight + by);
	else
		ui_say(ui, now, "%s", _("< and > move the weight of a dimension: go to one of the last rows first (G)."));
}

/* A file is made of it. */
static bool is_good_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && !(i && strchr("-_.", name[i])))
			return false;
	return n && n <= NAME_MAX_BYTES;
}

static void ask_name(struct ui *ui, const char *before, const char *trouble);

static void name_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct record *r;
	struct buf data;

	(void)arg;
	if (!is_good_name(answer->text)) {
		ask_name(ui, answer->text, _("Letters, digits and - _ . only. "));
		return;
	}
	r = record_new(RECORD_SELECTION);
	buf_init(&data, RECORD_DATA_MAX - 1);
	selection_assumptions(&ui->selecting.s, &data);
	r->subject = record_str(r, answer->text);
	r->data = data.overflow ? NULL : record_str(r, data.data);
	buf_release(&data);
	snprintf(ui->wishes.decision, sizeof(ui->wishes.decision), "%s", answer->text);
	ui_submit(ui, r, now);
}

static void ask_name(struct ui *ui, const char *before, const char *trouble)
{
	char hint[PROMPT_HINT];

	snprintf(hint, sizeof(hint),
	    _("%sA name for the file: decisions/NAME.md in state_dir, with the answers beside it. What was assumed is checked "
	      "monthly from now on."),
	    trouble);
	ui_ask(ui, &(struct prompt){.title = _("Write the decision"), .hint = hint, .text = before, .least = 1, .done = name_said});
}

static void write_decision(struct ui *ui, int64_t now)
{
	const struct selection *s = &ui->selecting.s;

	if (s->outcome == OUTCOME_NONE_LEFT || s->outcome == OUTCOME_OPEN)
		ui_say(ui, now, "%s", s->outcome == OUTCOME_OPEN
					  ? _("Not decided: an answer is missing that could rule the first one out.")
					  : _("Nobody is left, so there is nothing to decide for."));
	else
		ask_name(ui, NULL, "");
}

bool select_action(struct ui *ui, int id, int64_t now)
{
	if (id == ACT_SELECT_ENTER)
		enter(ui, now);
	else if (id == ACT_WEIGHT_MORE)
		move_weight(ui, WEIGHT_STEP, now);
	else if (id == ACT_WEIGHT_LESS)
		move_weight(ui, -WEIGHT_STEP, now);
	else if (id == ACT_DECIDE)
		write_decision(ui, now);
	else
		return false;
	return true;
}
