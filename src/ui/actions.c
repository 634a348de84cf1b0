#include "ui/actions.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum {
	TEXTS = CTX_TEXT | CTX_HISTORY | CTX_ITEM,
	ROWS = CTX_TABLE | CTX_LIST | CTX_SELECT,
	SORTED = CTX_TABLE | CTX_LIST,
	PANES = ROWS | TEXTS | CTX_PAGE | CTX_TRIAGE,
	BESIDE = ROWS | CTX_TEXT | CTX_ITEM | CTX_PAGE | CTX_TRIAGE,
	SCROLLS = ROWS | TEXTS | CTX_PAGE | CTX_TRIAGE | CTX_HELP,
	TYPED = CTX_FILTER | CTX_PALETTE | CTX_PROMPT
};

/* Most rows leave `named` out, of which clang warns where the rest stands in its order. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
const struct action actions[ACT_COUNT] = {
    [ACT_HELP] = {"help", N_("Show the keys of this context, or close them."), N_("help"),
	{'?', K_F1}, PANES | CTX_HELP},
    [ACT_FILTER] = {"filter",
	N_("Show only rows that hold a text or match a glob; ! turns it round, nothing ends it."),
	N_("filter"), {'/'}, ROWS},
    [ACT_PALETTE] = {"palette", N_("Do anything by its name."), N_("commands"), {':'}, PANES},
    [ACT_NEXT_PANE] = {"next-pane", N_("Go to the next pane."), N_("pane"), {K_TAB}, PANES},
    [ACT_PREVIOUS_PANE] = {"previous-pane", N_("Go to the pane before."), NULL, {K_BACKTAB}, PANES},
    [ACT_PANE] = {"pane", N_("Go to the pane of that number, back to its beginning."), NULL,
	{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}, ROWS | TEXTS | CTX_PAGE},
    [ACT_DRILL] = {"drill",
	N_("Look into the row: its partitions, its peers, what is folded under it."), N_("open"),
	{K_ENTER}, SORTED},
    [ACT_HISTORY] = {"history", N_("Show the past of the row's number as a graph."), N_("history"),
	{'v'}, ROWS},
    [ACT_CURSOR_BACK] = {"cursor-back", N_("The graph's cursor one step into the past."), NULL,
	{'h', K_LEFT}, CTX_HISTORY},
    [ACT_CURSOR_FORTH] = {"cursor-forth", N_("The graph's cursor one step on; at the end it is put away."), NULL,
	{'l', K_RIGHT}, CTX_HISTORY},
    [ACT_SPAN_SHORTER] = {"span-shorter", N_("A shorter part of the past: 30 d, 7 d, 24 h, 1 h."), N_("shorter"),
	{'<'}, CTX_HISTORY, .named = true},
    [ACT_SPAN_LONGER] = {"span-longer", N_("A longer part of the past: 1 h, 24 h, 7 d, 30 d."), N_("longer"),
	{'>'}, CTX_HISTORY, .named = true},
    [ACT_WEEK_BEFORE] = {"week-before", N_("Show or hide the same time one week before, under the graph."),
	N_("week before"), {'W'}, CTX_HISTORY, .named = true},
    [ACT_BACK] = {"back", N_("Go back one step: out of a drill-down, a filter, a maximised pane."),
	N_("back"), {K_ESC, K_BACKSPACE}, PANES | CTX_HELP},
    [ACT_QUIT] = {"quit", N_("Go back one step; at the top, leave mqduty."), N_("quit"), {'q'},
	PANES | CTX_HELP},
    [ACT_DOWN] = {"down", N_("One row or line down."), NULL, {'j', K_DOWN, K_WHEEL_DOWN}, SCROLLS},
    [ACT_UP] = {"up", N_("One row or line up."), NULL, {'k', K_UP, K_WHEEL_UP}, SCROLLS},
    [ACT_LEFT] = {"left", N_("The pane to the left in the grid, else the one before."), NULL,
	{'h', K_LEFT}, BESIDE},
    [ACT_RIGHT] = {"right", N_("The pane to the right in the grid, else the next one."), NULL,
	{'l', K_RIGHT}, BESIDE},
    [ACT_PAGE_DOWN] = {"page-down", N_("Half a page down."), NULL, {K_CTRL_D, K_PAGE_DOWN},
	SCROLLS},
    [ACT_PAGE_UP] = {"page-up", N_("Half a page up."), NULL, {K_CTRL_U, K_PAGE_UP}, SCROLLS},
    [ACT_TOP] = {"top", N_("To the first row or line."), NULL, {'g', K_HOME}, SCROLLS},
    [ACT_BOTTOM] = {"bottom", N_("To the last row or line."), NULL, {'G', K_END}, SCROLLS},
    [ACT_NEXT_PROBLEM] = {"next-problem",
	N_("Go to the next firing alert and the row it is about."), N_("next"), {'e'}, PANES},
    [ACT_PREVIOUS_PROBLEM] = {"previous-problem", N_("Go to the firing alert before."), NULL, {'E'},
	PANES},
    [ACT_FREEZE] = {"freeze",
	N_("Freeze what is shown, or go on; the collection and the alert line never stop."),
	N_("freeze"), {'Z'}, PANES},
    [ACT_SORT_NEXT] = {"sort-next", N_("Sort by the next column."), N_("sort"), {'>'}, SORTED},
    [ACT_SORT_PREVIOUS] = {"sort-previous", N_("Sort by the column before."), NULL, {'<'}, SORTED},
    [ACT_REVERSE] = {"reverse", N_("Turn the order round."), NULL, {'r'}, SORTED},
    [ACT_MAXIMISE] = {"maximise", N_("Give one pane the whole screen, or go back to the grid."),
	NULL, {'+', 'z'}, PANES},
    [ACT_MARK] = {"mark", N_("Mark the row, or take the mark away; y copies what is marked."), NULL,
	{K_SPACE}, ROWS},
    [ACT_COPY] = {"copy",
	N_("Copy the name of the row, or of all marked ones, to the clipboard (OSC 52)."),
	N_("copy"), {'y'}, ROWS},
    [ACT_POLL_NOW] = {"poll-now", N_("Ask every source now; at most once in 2 s. In the list of a server's clients: for all of them, or stop that."), NULL, {'R'},
	PANES},
    [ACT_REPAINT] = {"repaint", N_("Draw the whole screen again."), NULL, {K_CTRL_L},
	PANES | CTX_HELP | CTX_CHOICE | TYPED},
    [ACT_MOUSE] = {"mouse",
	N_("Switch the mouse on or off; off, the terminal's own selection works."), NULL, {K_F2},
	PANES | CTX_HELP},
    [ACT_ACKNOWLEDGE] = {"acknowledge",
	N_("Say who looks at the alert of the row; it does not stop other pagers. Again: take it back."),
	N_("ack"), {'a'}, ROWS, .named = true},
    [ACT_SILENCE] = {"silence",
	N_("Silence the alert of the row for a time, with a comment; again: end it."), N_("silence"),
	{'A'}, ROWS, .named = true},
    [ACT_MAINT] = {"maint",
	N_("The broker of the row is under maintenance for a time, with a reason; again: end it."),
	N_("maintenance"), {'D'}, ROWS, .named = true},
    [ACT_TRIAGE] = {"triage",
	N_("Guided triage of the row: opens an incident, or goes on with the one that is open."), N_("triage"),
	{'t'}, ROWS | TEXTS | CTX_PAGE, .named = true},
    [ACT_TRIAGE_ROW] = {"triage-row",
	N_("Open an incident of this row although another one is open."), NULL, {'T'}, ROWS | TEXTS | CTX_PAGE},
    [ACT_STEP_ANSWER] = {"step-answer", N_("Answer the step with its digit."), NULL,
	{'1', '2', '3', '4', '5', '6', '7', '8', '9'}, CTX_TRIAGE},
    [ACT_STEP_SKIP] = {"step-skip", N_("Leave the step out; that is kept too."), N_("skip"), {'>'}, CTX_TRIAGE,
	.named = true},
    [ACT_STEP_BACK] = {"step-back", N_("Back to the step before."), NULL, {'<'}, CTX_TRIAGE},
    [ACT_INCIDENT_NOTE] = {"incident-note", N_("Write a note to the incident."), N_("note"), {'n'}, CTX_TRIAGE | CTX_PAGE,
	.named = true},
    [ACT_MOMENT] = {"moment",
	N_("Mark a moment: detected, acknowledged, mitigated, resolved; the report reckons its times from them."),
	N_("mark"), {'*'}, CTX_TRIAGE, .named = true},
    [ACT_COMMAND] = {"copy-command", N_("Copy the step's command to the clipboard (OSC 52); mqduty runs none."),
	N_("copy"), {'y'}, CTX_TRIAGE, .named = true},
    [ACT_PEN] = {"pen", N_("Hand the pen over, or take it from whoever holds it."), N_("hand over"), {'H'},
	CTX_TRIAGE, .named = true},
    [ACT_ESCALATE] = {"escalate", N_("Keep whom you called for help; shows the contacts."), N_("escalate"), {'X'},
	CTX_TRIAGE, .named = true},
    [ACT_HYPOTHESES] = {"hypotheses", N_("Add a hypothesis, rule one out or confirm it."), N_("hypotheses"), {'='},
	CTX_TRIAGE, .named = true},
    [ACT_INCIDENTS] = {"incidents", N_("List the incidents, those that are open first."), NULL, {'I'}, PANES},
    [ACT_MANUAL] = {"manual-page",
	N_("Open the fault manual at the row's or the alert's page, with its names put in."), N_("manual"), {'m'},
	ROWS | TEXTS | CTX_TRIAGE, .named = true},
    [ACT_MANUAL_SEARCH] = {"manual-search", N_("Search the fault manual by what one sees."), N_("search"), {'M'},
	ROWS | TEXTS | CTX_PAGE | CTX_TRIAGE, .named = true},
    [ACT_CHANGED] = {"changed", N_("What changed in the 30 minutes before the row's alert began, nearest first."),
	N_("changed"), {'w'}, ROWS | TEXTS | CTX_PAGE | CTX_TRIAGE, .named = true},
    [ACT_PLAN] = {"plan", N_("The emergency plan of the fault: systems, steps, contacts, when it was drilled last."),
	N_("plan"), {'p'}, CTX_PAGE | CTX_TRIAGE, .named = true},
    [ACT_RESTART] = {"restart", N_("Which brokers may be restarted now, and what would be lost otherwise."), NULL, {'U'},
	ROWS | TEXTS | CTX_PAGE},
    [ACT_QUORUM] = {"quorum", N_("The voters of KRaft quorums and the ZooKeeper servers: who leads, who is behind."), NULL, {'Q'},
	ROWS | TEXTS | CTX_PAGE},
    [ACT_STEP_EVIDENCE] = {"step-evidence", N_("Go to the row that the step's number stands in; Esc comes back."),
	N_("evidence"), {K_ENTER}, CTX_PAGE, .named = true},
    [ACT_STEP_COPY] = {"step-command",
	N_("Copy the step's command to the clipboard (OSC 52); mqduty runs none."), N_("copy"), {'y'}, CTX_PAGE,
	.named = true},
    [ACT_SIGN] = {"sign",
	N_("Sign the item of the checklist, once its evidence was opened; where it is not OK, with the reason."),
	N_("sign"), {'S'}, CTX_TABLE, .named = true},
    [ACT_NOTE] = {"note", N_("Add a note to the item of the checklist."), N_("note"), {'n'}, CTX_TABLE,
	.named = true},
    [ACT_SELECT_ENTER] = {"select-answer",
	N_("Answer the requirement, go the step of the way by digits, set the weight."), N_("answer"), {K_ENTER}, CTX_SELECT,
	.named = true},
    [ACT_WEIGHT_LESS] = {"weight-less", N_("Lower the weight by 5; what comes out is reckoned anew."), N_("less"), {'<'},
	CTX_SELECT, .named = true},
    [ACT_WEIGHT_MORE] = {"weight-more", N_("Raise the weight by 5; what comes out is reckoned anew."), N_("more"), {'>'},
	CTX_SELECT, .named = true},
    [ACT_DECIDE] = {"decide", N_("Write the decision (ADR) to state_dir, and have what it assumes checked monthly."),
	N_("write"), {'S'}, CTX_SELECT, .named = true},
    [ACT_LIST_NEXT] = {"next-list", N_("The next list of checks: daily, weekly, monthly, the audits of what is watched."),
	N_("lists"), {'L'}, ROWS | TEXTS, .named = true},
    [ACT_LIST_ANSWER] = {"answer-item",
	N_("Answer the item that is asked: what was looked at and found, and until when that holds."), N_("answer"), {'S'},
	CTX_LIST | CTX_ITEM, .named = true},
    [ACT_ACCEPT] = {"accept", N_("Take what was typed."), N_("take it"), {K_ENTER}, TYPED},
    [ACT_CANCEL] = {"cancel", N_("Leave what was typed or asked."), N_("leave it"), {K_ESC},
	TYPED | CTX_CHOICE},
    [ACT_ERASE] = {"erase", N_("Take the last character away."), NULL, {K_BACKSPACE, K_DELETE},
	TYPED},
    [ACT_ERASE_ALL] = {"erase-all", N_("Take all characters away."), N_("clear"), {K_CTRL_U},
	TYPED},
    [ACT_CHOOSE_NEXT] = {"choose-next", N_("The next command in the list."), NULL, {K_DOWN, K_TAB},
	CTX_PALETTE},
    [ACT_CHOOSE_PREVIOUS] = {"choose-previous", N_("The command before in the list."), NULL,
	{K_UP, K_BACKTAB}, CTX_PALETTE},
    [ACT_ANSWER] = {"answer", N_("Choose the answer of that number."), N_("choose"),
	{'1', '2', '3', '4', '5', '6', '7', '8', '9'}, CTX_CHOICE},
};
#pragma GCC diagnostic pop

enum action_id action_for_key(int key, unsigned context)
{
	for (int id = 0; key && id < ACT_COUNT; id++) {
		for (const int *k = actions[id].keys; *k; k++) {
			if (*k == key && (actions[id].contexts & context))
				return (enum action_id)id;
		}
	}
	return ACT_COUNT;
}

enum action_id action_by_name(const char *name)
{
	int id = 0;

	while (id < ACT_COUNT && strcmp(actions[id].name, name))
		id++;
	return (enum action_id)id;
}

char *action_keys(enum action_id id, char *out, size_t size)
{
	const int *keys = actions[id].keys;
	char key[16];
	size_t at = 0;

	out[0] = '\0';
	if (id == ACT_PANE || id == ACT_ANSWER || id == ACT_STEP_ANSWER) {
		snprintf(out, size, id == ACT_PANE ? "0-9" : "1-9");
		return out;
	}
	for (int i = 0; keys[i]; i++) {
		if (keys[i] >= K_MOUSE_PRESS)
			continue;
		at += (size_t)snprintf(out + at, size - at, "%s%s", at ? " " : "",
		    key_text(keys[i], key, sizeof(key)));
		if (at >= size)
			break;
	}
	return out;
}

static int roff_of(struct buf *out, unsigned contexts, const char *title)
{
	int rc = buf_addf(out, ".SS %s\n", title);

	for (int id = 0; id < ACT_COUNT; id++) {
		char keys[64];

		if (!(actions[id].contexts & contexts))
			continue;
		rc |= buf_addf(out, ".TP\n.B %s\n%s (\\fI%s\\fR)\n",
		    action_keys((enum action_id)id, keys, sizeof(keys)), actions[id].help,
		    actions[id].name);
	}
	return rc;
}

int actions_roff(struct buf *out)
{
	int rc =
	    buf_adds(out, ".SH KEYS\nNo lower\\-case letter changes anything outside mqduty.\n");

	rc |= roff_of(out, CTX_TABLE | CTX_TEXT, "In a pane");
	rc |= roff_of(out, CTX_LIST | CTX_ITEM, "In a weekly or monthly list or an audit");
	rc |= roff_of(out, CTX_SELECT, "In the selection of a broker");
	rc |= roff_of(out, CTX_HISTORY, "In the history of a number");
	rc |= roff_of(out, CTX_PAGE, "In a page of the manual");
	rc |= roff_of(out, CTX_TRIAGE, "In a triage");
	rc |= roff_of(out, TYPED | CTX_CHOICE, "While typing or choosing");
	return rc ? -1 : 0;
}
