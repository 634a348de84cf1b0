/* The keys of a triage: what an operator does becomes records, and nothing moves before the ledger has them. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOVING_PATIENCE (3 * NS_PER_S)

static const char *text_of(const char *s)
{
	return s ? s : "";
}

/* The pen is asked for before anything is typed. NULL after having said who holds it. */
static const struct incident *writable(struct ui *ui, int64_t now)
{
	const struct incident *inc = desk_current(ui);
	int64_t wall = ui_ctx(ui, now, 0).wall;
	char when[FMT_MAX];

	/* From a page of the manual notes go to the incident that is open. */
	if (!inc && ui_level(ui)->ops->steps) {
		inc = incidents_newest_open(ui->desk.all);
		if (!inc)
			ui_say(ui, now, _("No incident is open to note this in: t opens one."));
	}
	if (!inc)
		return NULL;
	if (inc->closed) {
		ui_say(ui, now, _("%s is closed."), inc->id);
		return NULL;
	}
	if (incident_may_write(inc, ui->desk.user, ui->desk.from, wall))
		return inc;
	ui_say(ui, now, _("%s at %s holds the pen until %s; H takes it."), inc->pen.user, inc->pen.from,
	    fmt_clock(when, sizeof(when), inc->pen.until));
	return NULL;
}

/* What was asked goes on with the incident as it is now: others may have acted meanwhile. */
static const struct incident *again(struct ui *ui, const char *key)
{
	const struct incident *inc = incidents_find(ui->desk.all, key);

	return inc && !inc->closed ? inc : NULL;
}

/* Hands in a record after which the incident stands elsewhere: until the ledger has it, digits wait. */
static void move_by(struct ui *ui, struct record *r, int64_t now)
{
	snprintf(ui->desk.moving, sizeof(ui->desk.moving), "%s", r->id);
	ui->desk.moved_at = now;
	ui_level(ui)->scroll = 0;
	ui_submit(ui, r, now);
}

static bool still_moving(struct ui *ui, int64_t now)
{
	if (!ui->desk.moving[0] || now - ui->desk.moved_at > MOVING_PATIENCE)
		return false;
	ui_say(ui, now, _("The last answer is being taken down."));
	return true;
}

/* --- answers --- */

struct asked {
	char key[RECORD_ID_SIZE], step[STEP_ID_MAX];
	int digit; /* counted from 1 */
};

static void answer_with(
    struct ui *ui, const struct incident *inc, const struct asked *q, const char *text, int64_t now)
{
	struct bound bound;
	char precheck[sizeof(bound.may.question) + sizeof(bound.may.why) + 8] = "";
	struct choices choices;
	struct sight seen;
	struct path p;
	int64_t for_ns;
	size_t at;

	if (!desk_path(&ui->desk, inc, &p, &at) || strcmp(p.steps[at].id, q->step)) {
		ui_say(ui, now, _("The incident has moved on; what was typed was not kept: %.200s"), text_of(text));
		return;
	}
	step_look(&p.steps[at], inc, ui->frame, now, &seen);
	step_choices(&p, at, inc, &seen, desk_held(&ui->desk, inc, &p.steps[at], now, &for_ns), &choices);
	if ((size_t)q->digit > choices.n)
		return;
	if (choices.list[q->digit - 1].close) {
		struct record *close = act_close(inc);

		snprintf(ui->desk.due, sizeof(ui->desk.due), "%s", inc->key);
		if (inc->fault)
			ui_submit(ui, act_plan(inc, ui->frame->ledger), now);
		move_by(ui, close, now);
		return;
	}
	step_command(&p.steps[at], inc, ui->frame, ui->desk.config, &seen, now, &bound);
	if (bound.checked)
		precheck_say(&bound.may, precheck, sizeof(precheck));
	bound_release(&bound);
	move_by(ui, act_answer(inc, &p, at, &choices.list[q->digit - 1], &seen, precheck, text), now);
}

static void text_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct asked *q = arg;
	const struct incident *inc = again(ui, q->key);

	if (inc)
		answer_with(ui, inc, q, answer->text, now);
	free(q);
}

static void ask_text(struct ui *ui, const struct incident *inc, const struct step *s, const struct choice *c,
    const struct asked *q)
{
	const char *said = s->def && s->def->field ? incident_field(inc, s->def->field) : NULL;
	struct asked *kept = xmalloc(sizeof(*kept));
	char hint[PROMPT_HINT];

	*kept = *q;
	/* The choice stands in a line of its own: behind the title a narrow screen would cut it. */
	snprintf(hint, sizeof(hint), "%d %.120s\n%.200s", q->digit, c->text,
	    _("In a sentence; it stands in the timeline and in the report."));
	ui_ask(ui, &(struct prompt){
	    .title = step_title(s),
	    .hint = s->kind == STEP_WRITE ? step_text(s) : hint,
	    .text = s->kind == STEP_WRITE ? said : NULL,
	    .least = c->forced ? 8 : s->kind == STEP_WRITE ? 1 : c->outcome ? 2 : 0,
	    .words = true,
	    .done = text_said, .arg = kept, .drop = free});
}

static void do_answer(struct ui *ui, int digit, int64_t now)
{
	const struct incident *inc = writable(ui, now);
	struct asked q = {.digit = digit};
	struct choices choices;
	struct sight seen;
	struct path p;
	int64_t for_ns;
	size_t at;

	if (!inc || still_moving(ui, now) || !desk_path(&ui->desk, inc, &p, &at))
		return;
	step_look(&p.steps[at], inc, ui->frame, now, &seen);
	step_choices(&p, at, inc, &seen, desk_held(&ui->desk, inc, &p.steps[at], now, &for_ns), &choices);
	if (digit < 1 || (size_t)digit > choices.n) {
		ui_say(ui, now, _("Answer with a digit from 1 to %zu."), choices.n);
		return;
	}
	snprintf(q.key, sizeof(q.key), "%s", inc->key);
	snprintf(q.step, sizeof(q.step), "%s", p.steps[at].id);
	if (choices.list[digit - 1].ask)
		ask_text(ui, inc, &p.steps[at], &choices.list[digit - 1], &q);
	else
		answer_with(ui, inc, &q, NULL, now);
}

static void do_step(struct ui *ui, int by, int64_t now)
{
	const struct incident *inc = writable(ui, now);
	struct path p;
	size_t at, to;

	if (!inc || still_moving(ui, now) || !desk_path(&ui->desk, inc, &p, &at))
		return;
	to = by > 0 ? path_next(&p, at) : path_previous(&p, at);
	if (by > 0 && p.steps[at].kind == STEP_GATE) {
		ui_say(ui, now, _("This step asks for an answer: it cannot be skipped."));
		return;
	}
	if (to != at)
		move_by(ui, act_go(inc, &p, at, to, by > 0 ? "skipped" : "back"), now);
}

/* --- notes, moments, hypotheses, calls --- */

struct said {
	char key[RECORD_ID_SIZE];
	struct record *(*make)(const struct incident *inc, const char *text);
};

static void said_it(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct said *s = arg;
	const struct incident *inc = again(ui, s->key);

	if (inc)
		ui_submit(ui, s->make(inc, answer->text), now);
	free(s);
}

static void ask_for(struct ui *ui, const struct incident *inc, const char *title, const char *hint,
    struct record *(*make)(const struct incident *inc, const char *text))
{
	struct said *s = xcalloc(1, sizeof(*s));

	snprintf(s->key, sizeof(s->key), "%s", inc->key);
	s->make = make;
	/* A note may be a figure that was read somewhere. */
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .least = 2, .words = make != act_note,
	    .done = said_it, .arg = s, .drop = free});
}

static void do_note(struct ui *ui, int64_t now)
{
	const struct incident *inc = writable(ui, now);

	if (inc)
		ask_for(ui, inc, _("A note to the incident"), _("Kept with your name and the time (UTC)."), act_note);
}

static void mark_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	static const char *const names[] = {"detected", "acknowledged", "mitigated", "resolved"};
	struct said *s = arg;
	const struct incident *inc = again(ui, s->key);

	if (inc && answer->choice >= 1 && answer->choice <= 4)
		ui_submit(ui, act_mark(inc, names[answer->choice - 1]), now);
	else if (inc)
		ask_for(ui, inc, _("Which moment?"),
		    _("One of detected, acknowledged, mitigated, resolved, or words of your own; with a time as 03:10 (UTC) "
		      "where it is past."),
		    act_mark);
	free(s);
}

static void do_mark(struct ui *ui, int64_t now)
{
	const struct incident *inc = writable(ui, now);
	const char *const choices[] = {_("detected: somebody noticed it"), _("acknowledged: somebody looks at it"),
	    _("mitigated: users no longer feel it"), _("resolved: it is over"),
	    _("another one, or one that is past: type it"), NULL};
	struct said *s;

	if (!inc)
		return;
	s = xcalloc(1, sizeof(*s));
	snprintf(s->key, sizeof(s->key), "%s", inc->key);
	ui_ask(ui, &(struct prompt){.title = _("Mark this moment: the report reckons its times from it"),
	    .choices = choices, .done = mark_said, .arg = s, .drop = free});
}

static struct record *new_hypothesis(const struct incident *inc, const char *text)
{
	return act_hypothesis(inc, text, NULL);
}

/* What may be the cause: those that were thought of, then those that the manual's page knows, then one's own. */
struct guesses {
	char key[RECORD_ID_SIZE];
	char *list[PROMPT_CHOICES];
	size_t thought_of, n;
	size_t chosen;
};

static void guesses_free(void *arg)
{
	struct guesses *g = arg;

	for (size_t i = 0; i < g->n; i++)
		free(g->list[i]);
	free(g);
}

static bool is_among(const struct guesses *g, const char *text)
{
	size_t i = 0;

	while (i < g->n && strcmp(g->list[i], text))
		i++;
	return i < g->n;
}

static struct guesses *guesses_of(const struct ui *ui, const struct incident *inc)
{
	const struct manual_page *page = inc->fault && ui->desk.manual ? manual_find(ui->desk.manual, inc->fault) : NULL;
	const char *causes = page ? page->text[MANUAL_SYMPTOM] : NULL;
	struct guesses *g = xcalloc(1, sizeof(*g));
	char cause[PROMPT_TEXT];

	snprintf(g->key, sizeof(g->key), "%s", inc->key);
	for (size_t i = 0; i < inc->n_hypotheses && g->n + 1 < PROMPT_CHOICES; i++)
		g->list[g->n++] = xstrdup(inc->hypotheses[i].text);
	g->thought_of = g->n;
	while (causes && g->n + 1 < PROMPT_CHOICES && manual_next_item(&causes, cause, sizeof(cause)))
		if (!is_among(g, cause))
			g->list[g->n++] = xstrdup(cause);
	return g;
}

static void guess_judged(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct guesses *g = arg;
	const struct incident *inc = again(ui, g->key);

	if (inc && answer->choice)
		ui_submit(ui, act_hypothesis(inc, g->list[g->chosen], answer->choice == 1 ? "ruled-out" : "confirmed"), now);
	guesses_free(g);
}

static void ask_guess(struct ui *ui, const struct incident *inc)
{
	ask_for(ui, inc, _("A new hypothesis"), _("What may be the cause? It is confirmed or ruled out later."), new_hypothesis);
}

/* Which one was chosen: one that was thought of is judged, another one is kept. */
static void guess_chosen(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	const char *const choices[] = {_("it is ruled out"), _("it is confirmed"), NULL};
	struct guesses *g = arg;
	const struct incident *inc = again(ui, g->key);

	g->chosen = (size_t)answer->choice - 1;
	if (inc && g->chosen < g->thought_of) {
		ui_ask(ui, &(struct prompt){.title = g->list[g->chosen], .choices = choices, .done = guess_judged, .arg = g,
		    .drop = guesses_free});
		return;
	}
	if (inc && g->chosen < g->n)
		ui_submit(ui, act_hypothesis(inc, g->list[g->chosen], NULL), now);
	else if (inc)
		ask_guess(ui, inc);
	guesses_free(g);
}

static void do_hypotheses(struct ui *ui, int64_t now)
{
	const struct incident *inc = writable(ui, now);
	const char *choices[PROMPT_CHOICES + 1] = {0};
	struct guesses *g;

	if (!inc)
		return;
	g = guesses_of(ui, inc);
	if (!g->n) {
		guesses_free(g);
		ask_guess(ui, inc);
		return;
	}
	for (size_t i = 0; i < g->n; i++)
		choices[i] = g->list[i];
	choices[g->n] = _("a new one");
	ui_ask(ui, &(struct prompt){.title = g->thought_of ? _("Hypotheses: which one is ruled out or confirmed?")
							   : _("What may be the cause? It is confirmed or ruled out later."),
	    .choices = choices, .done = guess_chosen, .arg = g, .drop = guesses_free});
}

static void do_escalate(struct ui *ui, int64_t now)
{
	const struct incident *inc = writable(ui, now);
	char hint[PROMPT_HINT];

	if (!inc)
		return;
	desk_contacts(ui, inc, hint, sizeof(hint));
	ask_for(ui, inc, _("Escalate: whom did you call, and what did you say?"), hint, act_escalate);
}

static void do_copy(struct ui *ui, int64_t now)
{
	const struct incident *inc = desk_current(ui);
	struct bound bound;
	struct sight seen;
	struct path p;
	size_t at;

	if (!inc || !desk_path(&ui->desk, inc, &p, &at))
		return;
	step_look(&p.steps[at], inc, ui->frame, now, &seen);
	step_command(&p.steps[at], inc, ui->frame, ui->desk.config, &seen, now, &bound);
	if (bound.text.len && bound.text.len < sizeof(ui->wishes.copy)) {
		snprintf(ui->wishes.copy, sizeof(ui->wishes.copy), "%s", bound.text.data);
		ui_say(ui, now, _("Copied %.100s"), bound.text.data);
	} else {
		ui_say(ui, now, "%s", bound.why[0] ? bound.why : _("This step has no command."));
	}
	bound_release(&bound);
}

/* --- the pen --- */

static void pen_taken(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct said *s = arg;
	const struct incident *inc = again(ui, s->key);

	if (inc && answer->choice == 1)
		ui_submit(ui, act_pen(inc, false, NULL), now);
	free(s);
}

static struct record *hand_over(const struct incident *inc, const char *text)
{
	return act_pen(inc, true, text);
}

static void do_pen(struct ui *ui, int64_t now)
{
	const struct incident *inc = desk_current(ui);
	int64_t wall = ui_ctx(ui, now, 0).wall;
	const char *const choices[] = {_("take the pen"), _("only look on"), NULL};
	char title[PROMPT_TITLE], when[FMT_MAX];
	struct said *s;

	if (!inc || inc->closed)
		return;
	if (incident_may_write(inc, ui->desk.user, ui->desk.from, wall)) {
		ask_for(ui, inc, _("Hand over: to whom, and what must they know?"),
		    _("How bad it is, what was done, what comes next, what to watch. The pen is free then."), hand_over);
		return;
	}
	s = xcalloc(1, sizeof(*s));
	snprintf(s->key, sizeof(s->key), "%s", inc->key);
	snprintf(title, sizeof(title), _("%.40s at %.40s holds the pen until %s. Take it?"), inc->pen.user, inc->pen.from,
	    fmt_clock(when, sizeof(when), inc->pen.until));
	ui_ask(ui, &(struct prompt){.title = title, .hint = _("Tell them: they will only be able to look on."),
	    .choices = choices, .done = pen_taken, .arg = s, .drop = free});
}

static void do_list(struct ui *ui)
{
	ui_go(ui, PANE_ALERTS);
	while (ui_close(ui))
		continue;
	ui_open(ui, &view_incidents, NULL);
}

bool triage_offers(const struct ui *ui, int id)
{
	static const int writes[] = {ACT_STEP_ANSWER, ACT_STEP_SKIP, ACT_INCIDENT_NOTE, ACT_MOMENT, ACT_COMMAND, ACT_PEN, ACT_ESCALATE,
	    ACT_HYPOTHESES};
	const struct incident *inc;

	if (ui_level((struct ui *)ui)->ops != &view_triage)
		return true;
	inc = incidents_find(ui->desk.all, ui_level((struct ui *)ui)->arg);
	for (size_t i = 0; inc && inc->closed && i < sizeof(writes) / sizeof(writes[0]); i++)
		if (writes[i] == id)
			return false;
	return true;
}

bool triage_action(struct ui *ui, int id, int key, int64_t now)
{
	static void (*const simple[ACT_ACCEPT])(struct ui *ui, int64_t now) = {
	    [ACT_INCIDENT_NOTE] = do_note,
	    [ACT_MOMENT] = do_mark,
	    [ACT_COMMAND] = do_copy,
	    [ACT_PEN] = do_pen,
	    [ACT_ESCALATE] = do_escalate,
	    [ACT_HYPOTHESES] = do_hypotheses,
	};

	if (simple[id])
		simple[id](ui, now);
	else if (id == ACT_TRIAGE || id == ACT_TRIAGE_ROW)
		triage_begin(ui, id == ACT_TRIAGE_ROW, now);
	else if (id == ACT_STEP_ANSWER)
		do_answer(ui, key - '0', now);
	else if (id == ACT_STEP_SKIP || id == ACT_STEP_BACK)
		do_step(ui, id == ACT_STEP_SKIP ? 1 : -1, now);
	else if (id == ACT_INCIDENTS)
		do_list(ui);
	else
		return false;
	return true;
}
