/* The weekly and the monthly list and the audits: going from one to the next, when they are judged, giving answers. */
#include "ui/ui.h"

#include "audit/answer.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Trends read weeks of history: not every few seconds. */
enum { FRESH_S = 60, LEAST_EVIDENCE = 3 };

/* In the order in which L goes through them; the daily one is the pane itself. */
static const char *const lists[] = {"weekly", "monthly", "audit/kafka", "audit/nats", "audit/mqtt"};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

/* Is there anything to audit? Lists of weeks and months always are. */
static bool is_wanted(const struct ui *ui, const char *list)
{
	const char *kind = strchr(list, '/');

	for (size_t i = 0; kind && ui->frame && i < ui->frame->snap->n_clusters; i++)
		if (!strcmp(kind_name(ui->frame->snap->clusters[i].kind), kind + 1))
			return true;
	return !kind;
}

static void open_list(struct ui *ui, const char *list)
{
	ui_go(ui, PANE_CHECKLIST);
	while (ui_close(ui))
		continue;
	if (list)
		ui_open(ui, strncmp(list, "audit", 5) ? &view_list : &view_audit, list);
}

/* The list that is open, or to which the item that is open belongs: how far it stands in `lists`; -1: the daily one. */
static int list_here(const struct ui *ui)
{
	const struct pane_state *p = &ui->panes[PANE_CHECKLIST];

	for (int d = p->depth; d > 0; d--)
		for (int i = 0; view_is_list(p->levels[d].ops) && i < LISTS; i++)
			if (!strcmp(p->levels[d].arg, lists[i]))
				return i;
	return -1;
}

static void next_list(struct ui *ui)
{
	int at = list_here(ui) + 1;

	while (at < LISTS && !is_wanted(ui, lists[at]))
		at++;
	open_list(ui, at < LISTS ? lists[at] : NULL);
}

bool lists_command(struct ui *ui, const char *line, int64_t now)
{
	char name[32];

	snprintf(name, sizeof(name), "%.30s", line);
	if (strchr(name, ' '))
		*strchr(name, ' ') = '/';
	if (!strcmp(name, "daily") || !strcmp(name, "audit")) {
		open_list(ui, !strcmp(name, "audit") ? "audit" : NULL);
		return true;
	}
	for (int i = 0; i < LISTS; i++) {
		if (strcmp(name, lists[i]) != 0)
			continue;
		if (is_wanted(ui, lists[i]))
			open_list(ui, lists[i]);
		else
			ui_say(ui, now, _("No such cluster is watched, so there is nothing to audit."));
		return true;
	}
	return false;
}

/* What is asked about, kept while the operator types: the row may be gone by then. */
struct answering {
	char *subject, *cluster, *title, *text;
	int64_t every;
};

static void answering_free(void *arg)
{
	struct answering *a = arg;

	free(a->subject);
	free(a->cluster);
	free(a->title);
	free(a->text);
	free(a);
}

static void submit(struct ui *ui, const struct answering *a, int64_t until, int64_t now)
{
	struct record *r = record_new(RECORD_ANSWER);

	r->subject = record_str(r, a->subject);
	r->cluster = record_str(r, a->cluster);
	r->text = record_str(r, a->text);
	r->until = until;
	ui_submit(ui, r, now);
}

static void ask_until(struct ui *ui, struct answering *a, const char *before, const char *trouble);

static void until_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct answering *a = arg;
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	int64_t until = answer->text[0] ? answer_day_end(answer->text) : 0;

	if (answer->text[0] && (!until || until < ctx.wall)) {
		ask_until(ui, a, answer->text, _("That is no day to come. "));
		return;
	}
	submit(ui, a, until, now);
	answering_free(a);
}

static void ask_until(struct ui *ui, struct answering *a, const char *before, const char *trouble)
{
	char title[PROMPT_TITLE], hint[PROMPT_HINT], every[FMT_MAX];

	snprintf(title, sizeof(title), _("%.100s: until when does it hold?"), a->title);
	snprintf(hint, sizeof(hint), _("%sA day such as 2099-01-31; Enter alone: %s. Later than that it is asked again anyway."),
	    trouble, fmt_duration(every, sizeof(every), a->every));
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .text = before, .done = until_said, .arg = a,
	    .drop = answering_free});
}

static void evidence_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct answering *a = arg;

	(void)now;
	a->text = xstrdup(answer->text);
	ask_until(ui, a, NULL, "");
}

static void answer(struct ui *ui, const char *id, size_t hint, int64_t now)
{
	struct list_line line;
	char title[PROMPT_TITLE], about[PROMPT_HINT];
	struct answering *a;

	if (!lists_line(&ui->lists.got, id, hint, &line)) {
		ui_say(ui, now, "%s", _("The lists are being judged: S answers an item once it is there."));
		return;
	}
	if (!line.question) {
		ui_say(ui, now, "%s", _("This is measured: it changes when what is measured does, not by an answer."));
		return;
	}
	if (ui->frozen) {
		ui_say(ui, now, "%s", _("The view is frozen: Z goes on, then S answers."));
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->subject = xstrndup(id, strcspn(id, "@"));
	a->cluster = line.cluster ? xstrdup(line.cluster) : NULL;
	a->title = xstrdup(line.title);
	a->every = line.every;
	snprintf(title, sizeof(title), _("Answer %.90s%s%.40s"), line.title, line.cluster ? "  " : "",
	    line.cluster ? line.cluster : "");
	snprintf(about, sizeof(about), _("%.280s\nWhat was looked at, and what was found?"), line.question);
	ui_ask(ui, &(struct prompt){.title = title, .hint = about, .least = LEAST_EVIDENCE, .done = evidence_said, .arg = a,
	    .drop = answering_free});
}

static void answer_here(struct ui *ui, int64_t now)
{
	struct level *l = ui_level(ui);
	const struct view_row *row = view_is_list(l->ops) ? table_selected(&l->table) : NULL;

	if (l->ops == &view_item)
		answer(ui, l->arg, 0, now);
	else if (row)
		answer(ui, row->id, row->sub, now);
}

bool lists_action(struct ui *ui, int id, int64_t now)
{
	if (id == ACT_LIST_NEXT)
		next_list(ui);
	else if (id == ACT_LIST_ANSWER)
		answer_here(ui, now);
	else
		return false;
	return true;
}

bool lists_wanted(struct ui *ui, int64_t now, int64_t wall, struct lists_ask *out)
{
	struct lists *l = &ui->lists;
	const struct view_ops *ops = ui_level(ui)->ops;
	bool other = ui->frame && l->ledger != ui->frame->ledger;

	if (!ui->frame || (!view_is_list(ops) && ops != &view_item && ops != &view_handover) || ui->frozen || l->waiting)
		return false;
	/* What somebody has just answered stands there at once; all else from time to time. */
	if (l->asked_at && !other && now - l->asked_at < FRESH_S * NS_PER_S)
		return false;
	*out = (struct lists_ask){frame_ref(ui->frame), now, wall};
	l->ledger = ui->frame->ledger;
	l->asked_at = now;
	l->waiting = true;
	return true;
}

void lists_forget(struct ui *ui)
{
	lists_answer_release(&ui->lists.got);
	ui->lists = (struct lists){.waiting = false};
}

void lists_take(struct ui *ui, struct lists_answer *fresh)
{
	lists_answer_release(&ui->lists.got);
	ui->lists.got = *fresh;
	*fresh = (struct lists_answer){.trouble = ""};
	ui->lists.waiting = false;
	ui->stale_rows = true;
}
