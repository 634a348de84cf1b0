/* Opening an incident on what the cursor is on, leaving it for another alert, coming back. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "triage/words.h"
#include "ui/view_page.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const char *s)
{
	return s ? s : "";
}

/* What the operator pressed t on, kept while he is asked: the row may be gone by then. */
struct opening {
	char *cluster, *entity, *alert, *fault;
	char resume[RECORD_ID_SIZE];
	enum section_kind section;
	size_t row;
};

static void opening_free(void *arg)
{
	struct opening *o = arg;

	free(o->cluster);
	free(o->entity);
	free(o->alert);
	free(o->fault);
	free(o);
}

static char *copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static size_t cluster_index(const struct snapshot *snap, const char *name)
{
	for (size_t i = 0; name && i < snap->n_clusters; i++)
		if (!strcmp(snap->clusters[i].name, name))
			return i;
	return SIZE_MAX;
}

static const struct alert *alert_again(const struct judgement *j, const struct opening *o)
{
	for (size_t i = 0; o->alert && i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (!strcmp(a->name, o->alert) && !strcmp(text_of(a->cluster), text_of(o->cluster)) &&
		    !strcmp(text_of(a->entity), text_of(o->entity)))
			return a;
	}
	return NULL;
}

static const struct manual_page *page_of(const struct ui *ui, const struct opening *o, size_t cluster)
{
	const struct snapshot *snap = ui->frame->snap;

	if (!ui->desk.manual)
		return NULL;
	if (o->fault && manual_find(ui->desk.manual, o->fault))
		return manual_find(ui->desk.manual, o->fault);
	if (!o->alert || cluster >= snap->n_clusters)
		return NULL;
	return manual_for_alert(ui->desk.manual, o->fault, o->alert, snap->clusters[cluster].kind);
}

static void show(struct ui *ui, const char *key, int64_t now)
{
	const struct pane_state *p = &ui->panes[ui->pane];

	ui->desk.left[0] = '\0';
	/* From the page of the manual that was opened there: back, not deeper. */
	for (int i = p->depth; i-- > 0;) {
		if (p->levels[i].ops != &view_triage || !p->levels[i].arg || strcmp(p->levels[i].arg, key) != 0)
			continue;
		while (p->depth > i)
			ui_close(ui);
		return;
	}
	if (!ui_open(ui, &view_triage, key))
		ui_say(ui, now, _("Too many views are open here: Esc goes back, then press t again."));
}

static void open_it(struct ui *ui, const struct opening *o, int64_t now)
{
	const struct alert *a = alert_again(ui->frame->judgement, o);
	size_t cluster = cluster_index(ui->frame->snap, o->cluster);
	const struct manual_page *page = page_of(ui, o, cluster);
	struct subject about = {
	    .cluster = cluster,
	    .section = a ? a->section : o->section,
	    .row = a ? a->row : o->row,
	    .alert = a,
	    .entity = o->entity,
	    .fault = page ? page->id : o->fault,
	    .revision = page ? page->revision : NULL,
	};
	struct record *r = act_open(&about, ui->frame, ui->desk.all, now, NULL, ui->desk.drill);
	char key[RECORD_ID_SIZE];

	snprintf(key, sizeof(key), "%s", r->id);
	show(ui, key, now);
	ui_submit(ui, r, now);
}

static void open_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct opening *o = arg;

	if (answer->choice == 1 && ui->frame)
		open_it(ui, o, now);
	else if (answer->choice == 2 && o->resume[0])
		show(ui, o->resume, now);
	opening_free(o);
}

static void ask_open(struct ui *ui, struct opening *o)
{
	const struct incident *other = incidents_newest_open(ui->desk.all);
	char title[PROMPT_TITLE], resume[PROMPT_CHOICE], about[128];
	bool same = o->cluster && o->entity && !strcmp(o->cluster, o->entity);
	const char *choices[] = {ui->desk.drill ? _("open it, as a DRILL") : _("open it"), NULL, NULL};

	snprintf(title, sizeof(title), _("Open an incident: %.40s %.40s %.50s?"), text_of(o->alert ? o->alert : o->fault),
	    text_of(o->cluster), same ? "" : text_of(o->entity));
	if (other) {
		snprintf(o->resume, sizeof(o->resume), "%s", other->key);
		snprintf(resume, sizeof(resume), _("no, go on with %.30s (%.70s)"), other->id,
		    incident_about(other, about, sizeof(about)));
		choices[1] = resume;
	}
	ui_ask(ui, &(struct prompt){.title = title,
	    .hint = _("Everything is kept step by step: who, when, what was seen. Esc: no."),
	    .choices = choices, .done = open_said, .arg = o, .drop = opening_free});
}

static struct opening *opening_of_alert(const struct ui *ui, const struct alert *a)
{
	struct opening *o = xcalloc(1, sizeof(*o));
	const struct manual_page *page;

	o->cluster = copy(a->cluster);
	o->entity = copy(a->entity);
	o->alert = copy(a->name);
	o->fault = copy(a->manual);
	o->section = SECTION_KINDS;
	o->row = SIZE_MAX;
	page = page_of(ui, o, cluster_index(ui->frame->snap, o->cluster));
	if (page) {
		free(o->fault);
		o->fault = copy(page->id);
	}
	return o;
}

/* One that is open about this already is gone on with. */
static void begin(struct ui *ui, struct opening *o, int64_t now)
{
	const struct incident *inc =
	    incidents_open_on(ui->desk.all, text_of(o->cluster), text_of(o->entity), NULL);

	if (inc) {
		show(ui, inc->key, now);
		opening_free(o);
		return;
	}
	ask_open(ui, o);
}

static void which_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct opening **list = arg;

	for (int i = 0; list[i]; i++) {
		if (i + 1 == answer->choice)
			begin(ui, list[i], now);
		else
			opening_free(list[i]);
	}
	free(list);
}

static void list_free(void *arg)
{
	struct opening **list = arg;

	for (int i = 0; list[i]; i++)
		opening_free(list[i]);
	free(list);
}

static void ask_which(struct ui *ui, const struct alert *const *found, size_t n)
{
	struct opening **list = xcalloc(n + 1, sizeof(struct opening *));
	char names[PROMPT_CHOICES][PROMPT_CHOICE];
	const char *choices[PROMPT_CHOICES + 1] = {0};

	for (size_t i = 0; i < n; i++) {
		list[i] = opening_of_alert(ui, found[i]);
		snprintf(names[i], sizeof(names[i]), "%.40s %.40s", found[i]->name, text_of(found[i]->entity));
		choices[i] = names[i];
	}
	ui_ask(ui, &(struct prompt){.title = _("Several alerts fire for this row: which one?"), .choices = choices,
	    .done = which_said, .arg = list, .drop = list_free});
}

/* A row for which no alert fires: the operator knows why. */
static void begin_row(struct ui *ui, const struct view_ctx *ctx, const struct view_row *row, int64_t now)
{
	struct opening *o = xcalloc(1, sizeof(*o));
	char entity[256];

	o->cluster = copy(ctx->frame->snap->clusters[row->cluster].name);
	o->entity = copy(
	    subject_entity(ctx->frame->snap, row->cluster, row->section, row->row, entity, sizeof(entity)));
	o->section = row->section;
	o->row = row->row;
	begin(ui, o, now);
}

/* No row: the alert that the alert line shows. */
static bool begin_line(struct ui *ui, const struct view_ctx *ctx, int64_t now)
{
	const struct alert *a = NULL;
	size_t n = chrome_firing(ctx, 0, NULL);

	if (n)
		chrome_firing(ctx, ui->alert % n, &a);
	if (a)
		begin(ui, opening_of_alert(ui, a), now);
	return a != NULL;
}

/* Whoever came by e is asked nothing: it is the alert that the alert line shows. */
static size_t keep_walked(const struct ui *ui, const struct view_ctx *ctx, const struct alert **found, size_t n)
{
	const struct alert *shown = NULL;
	size_t firing = chrome_firing(ctx, 0, NULL);

	if (firing)
		chrome_firing(ctx, ui->alert % firing, &shown);
	for (size_t i = 0; shown && i < n; i++)
		if (found[i] == shown) {
			found[0] = shown;
			return 1;
		}
	return n;
}

/* A page of the manual: what it was opened on. */
static void begin_page(struct ui *ui, const struct view_ctx *ctx, const char *arg, int64_t now)
{
	const struct alert *a = manual_page_alert(ctx, arg);
	struct opening *o;
	struct page_open p;

	if (a) {
		begin(ui, opening_of_alert(ui, a), now);
		return;
	}
	page_open(ctx, arg, &p);
	o = xcalloc(1, sizeof(*o));
	o->cluster = copy(p.binding.cluster);
	o->entity = copy(p.binding.broker);
	if (p.binding.group) {
		char entity[256];

		snprintf(entity, sizeof(entity), "%s>%s", p.binding.group, text_of(p.binding.topic));
		free(o->entity);
		o->entity = xstrdup(entity);
	}
	o->fault = copy(p.page ? p.page->id : NULL);
	o->section = p.binding.section;
	o->row = p.binding.row;
	page_close(&p);
	begin(ui, o, now);
}

static void begin_here(struct ui *ui, const struct view_ctx *ctx, int64_t now)
{
	const struct alert *found[PROMPT_CHOICES];
	struct level *l = ui_level(ui);
	const struct view_row *row = l->ops->columns ? table_selected(&l->table) : NULL;
	size_t n = row ? ui_row_alerts(ctx, l, row, found, PROMPT_CHOICES) : 0;
	const struct incident *inc;

	if (l->ops->steps) {
		begin_page(ui, ctx, l->arg, now);
		return;
	}
	if (ui->walking && n > 1)
		n = keep_walked(ui, ctx, found, n);
	if (row && l->ops == &view_incidents)
		show(ui, row->id, now);
	else if (n == 1)
		begin(ui, opening_of_alert(ui, found[0]), now);
	else if (n)
		ask_which(ui, found, n);
	else if (row && row->cluster < ctx->frame->snap->n_clusters && row->section < SECTION_COUNT)
		begin_row(ui, ctx, row, now);
	else if ((inc = incidents_newest_open(ui->desk.all)))
		show(ui, inc->key, now);
	else if (!begin_line(ui, ctx, now))
		ui_say(ui, now, _("Nothing fires and no incident is open: go to the row that is in trouble first."));
}

void triage_begin(struct ui *ui, bool another, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct incident *left = incidents_find(ui->desk.all, ui->desk.left[0] ? ui->desk.left : NULL);

	if (!ctx.frame)
		return;
	if (!ui->desk.stages) {
		ui_say(ui, now, "%s", err_msg(&ui->desk.trouble));
		return;
	}
	if (ui_level(ui)->ops == &view_triage) {
		ui_say(ui, now, _("This is the triage already: answer with a digit; Esc leaves, everything is kept."));
		return;
	}
	if (left && !left->closed && !another) {
		show(ui, left->key, now);
		ui_say(ui, now, _("Back in %s. T on another row opens an incident of that one."), left->id);
		return;
	}
	begin_here(ui, &ctx, now);
}

void triage_leave_for(struct ui *ui)
{
	const struct incident *inc = desk_current(ui);

	if (!inc)
		return;
	ui_close(ui);
	if (!inc->closed)
		snprintf(ui->desk.left, sizeof(ui->desk.left), "%s", inc->key);
}
