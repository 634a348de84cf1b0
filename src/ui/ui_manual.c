/* The fault manual's keys: to the page of a row, through its steps, its commands, what changed before. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "triage/words.h"
#include "ui/view_changed.h"
#include "ui/view_page.h"
#include "ui/views.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAN_MAX = 1 << 20 };

static const struct view_row *selected_row(struct ui *ui)
{
	struct level *l = ui_level(ui);

	return l->ops->columns ? table_selected(&l->table) : NULL;
}

void manual_step_by(struct ui *ui, long by, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct level *l = ui_level(ui);
	struct view_arg arg = {.id = l->arg, .at = l->at};
	size_t n = ctx.frame ? l->ops->steps(&ctx, &arg) : 0;
	long to = (long)l->at + by, last = n ? (long)n - 1 : 0;

	l->at = (size_t)(to < 0 ? 0 : to > last ? last : to);
	l->scroll = 0;
}

/* Opens the page at the first step whose evidence is bad. Takes the binding over. */
static void show_page(struct ui *ui, const struct view_ctx *ctx, const struct manual_page *page, struct binding *b, int64_t now)
{
	char *arg = page_arg(page, b);
	size_t at = manual_first_step(page, b, ctx->frame, now);

	if (ui_open(ui, &view_page, arg))
		ui_level(ui)->at = at;
	else
		ui_say(ui, now, _("Too many views are open here: Esc goes back, then press m again."));
	free(arg);
	binding_release(b);
}

static bool show_alert(struct ui *ui, const struct view_ctx *ctx, const struct alert *a, int64_t now)
{
	const struct manual_page *page;
	struct binding b;

	binding_init(&b);
	binding_alert(&b, ctx->frame->snap, a);
	page = manual_for_alert(ui->desk.manual, a->manual, a->name, b.kind);
	if (page)
		show_page(ui, ctx, page, &b, now);
	else
		binding_release(&b);
	return page;
}

/* A cluster or broker that is red because of something on it: the most urgent alert of that cluster. */
static const struct alert *alert_of_cluster(const struct view_ctx *ctx, size_t cluster)
{
	const struct judgement *j = ctx->frame->judgement;

	for (size_t i = 0; cluster < ctx->frame->snap->n_clusters && i < j->n_alerts; i++)
		if (j->alerts[i].state == ALERT_FIRING && j->alerts[i].cluster &&
		    !strcmp(j->alerts[i].cluster, ctx->frame->snap->clusters[cluster].name))
			return &j->alerts[i];
	return NULL;
}

static bool show_row(struct ui *ui, const struct view_ctx *ctx, const struct view_row *row, int64_t now)
{
	const struct manual_page *page;
	const struct alert *a;
	struct binding b;

	if (row->cluster >= ctx->frame->snap->n_clusters)
		return false;
	page = manual_for_row(ui->desk.manual, ctx->frame, row->cluster, row->section, row->row, &a);
	if (!a && (row->section == SECTION_CLUSTER || row->section == SECTION_KINDS || !page) &&
	    (a = alert_of_cluster(ctx, row->cluster)) != NULL)
		return show_alert(ui, ctx, a, now);
	if (!page)
		return false;
	binding_init(&b);
	if (a)
		b.alert = a->name;
	binding_row(&b, ctx->frame->snap, row->cluster, row->section, row->row);
	show_page(ui, ctx, page, &b, now);
	return true;
}

static bool is_list(const struct level *l)
{
	return l->ops == &view_manual || l->ops == &view_found;
}

/* A page from the list, at its first bad step. */
static bool show_listed(struct ui *ui, const struct view_ctx *ctx, const char *id, int64_t now)
{
	struct page_open p;
	size_t at;

	page_open(ctx, id, &p);
	at = p.page ? manual_first_step(p.page, &p.binding, ctx->frame, now) : 0;
	if (p.page && ui_open(ui, &view_page, id))
		ui_level(ui)->at = at;
	page_close(&p);
	return p.page;
}

/* From a triage: the page of its fault at the step where it stands, else at the first bad one. t goes back. */
static void show_incident(struct ui *ui, const struct view_ctx *ctx, const struct incident *inc, int64_t now)
{
	const struct manual_step *step;
	struct binding b;
	struct path p;
	size_t at;

	if (!inc || !desk_path(&ui->desk, inc, &p, &at) || !p.page) {
		ui_say(ui, now, _("The manual has no page for this fault; M searches it by what one sees."));
		return;
	}
	step = p.steps[at].manual;
	incident_bind(inc, ctx->frame->snap, &b);
	show_page(ui, ctx, p.page, &b, now);
	if (step && ui_level(ui)->ops == &view_page)
		ui_level(ui)->at = (size_t)(step - p.page->steps);
}

/* The alert of the row: the one that the alert line shows, where e led here, else the most urgent. */
static const struct alert *alert_of_row(struct ui *ui, const struct view_ctx *ctx, const struct view_row *row)
{
	const struct alert *found[PROMPT_CHOICES], *shown = NULL;
	size_t n = row ? ui_row_alerts(ctx, ui_level(ui), row, found, PROMPT_CHOICES) : 0;
	size_t firing = ui->walking ? chrome_firing(ctx, 0, NULL) : 0;

	if (firing)
		chrome_firing(ctx, ui->alert % firing, &shown);
	for (size_t i = 0; i < n; i++)
		if (found[i] == shown)
			return shown;
	return n ? found[0] : NULL;
}

static void open_manual(struct ui *ui, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct view_row *row = selected_row(ui);
	const struct alert *a, *line = NULL;
	struct level *l = ui_level(ui);

	if (!ctx.frame)
		return;
	if (l->ops == &view_triage) {
		show_incident(ui, &ctx, desk_current(ui), now);
		return;
	}
	if (is_list(l) && row) {
		show_listed(ui, &ctx, row->id, now);
		return;
	}
	a = alert_of_row(ui, &ctx, row);
	if (a && show_alert(ui, &ctx, a, now))
		return;
	if (row && show_row(ui, &ctx, row, now))
		return;
	if (!row && chrome_firing(&ctx, 0, NULL))
		chrome_firing(&ctx, ui->alert % chrome_firing(&ctx, 0, NULL), &line);
	if (!line || !show_alert(ui, &ctx, line, now))
		ui_say(ui, now, _("The manual has no page for this row; M searches it by what one sees, 9 lists it."));
}

/* --- search --- */

static void words_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	(void)arg;
	if (ui_level(ui)->ops == &view_found)
		ui_close(ui);
	if (!ui_open(ui, &view_found, answer->text))
		ui_say(ui, now, _("Too many views are open here: Esc goes back, then press M again."));
}

static void search(struct ui *ui)
{
	ui_ask(ui, &(struct prompt){.title = _("Search the fault manual"),
	    .hint = _("What one sees, in a few words: disk full, members leave, connection refused."), .least = 1,
	    .done = words_said});
}

/* --- what changed --- */

/* The alert that a page was opened for, as it is now; NULL: none. */
static const struct alert *alert_of_page(const struct view_ctx *ctx, const struct page_open *p)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct binding *b = &p->binding;
	const struct alert *same = NULL;

	for (size_t i = 0; b->cluster && i < j->n_alerts && !same; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->cluster && !strcmp(a->cluster, b->cluster) && a->section == b->section && a->row == b->row &&
		    b->row != SIZE_MAX && (!b->alert || !strcmp(a->name, b->alert)))
			same = a;
	}
	return same;
}

const struct alert *manual_page_alert(const struct view_ctx *ctx, const char *arg)
{
	const struct alert *a;
	struct page_open p;

	page_open(ctx, arg, &p);
	a = p.page ? alert_of_page(ctx, &p) : NULL;
	page_close(&p);
	return a;
}

/* What is asked about, and since when; 0: now. */
static void show_since(struct ui *ui, int64_t since, const char *cluster, const char *label, int64_t now)
{
	char *arg = changed_arg(since, cluster, label);

	if (!ui_open(ui, &view_changed, arg))
		ui_say(ui, now, _("Too many views are open here: Esc goes back, then press w again."));
	free(arg);
}

static void show_changed(struct ui *ui, const struct alert *a, const char *cluster, int64_t now)
{
	char label[200];

	if (!a) {
		show_since(ui, 0, cluster, _("now"), now);
		return;
	}
	snprintf(label, sizeof(label), "%.60s %.120s", a->name, a->entity ? a->entity : "");
	show_since(ui, a->since_wall, a->cluster ? a->cluster : cluster, label, now);
}

/* Before the alert of the incident began, also where it is over; else before the incident was opened. */
static void show_changed_before(struct ui *ui, const struct incident *inc, int64_t now)
{
	const struct incident_mark *began = inc ? incident_mark(inc, "started") : NULL;
	char label[320];

	if (inc)
		show_since(ui, began ? began->at : inc->opened, inc->cluster, incident_about(inc, label, sizeof(label)), now);
}

static void open_changed(struct ui *ui, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct view_row *row = selected_row(ui);
	const struct alert *a = NULL;
	const char *cluster = NULL;
	struct level *l = ui_level(ui);
	struct page_open p;

	if (!ctx.frame)
		return;
	if (l->ops == &view_page) {
		page_open(&ctx, l->arg, &p);
		a = p.page ? alert_of_page(&ctx, &p) : NULL;
		show_changed(ui, a, p.binding.cluster, now);
		page_close(&p);
		return;
	}
	if (l->ops == &view_triage) {
		show_changed_before(ui, desk_current(ui), now);
		return;
	}
	a = alert_of_row(ui, &ctx, row);
	if (!a && row && row->cluster < ctx.frame->snap->n_clusters)
		a = row->section == SECTION_CLUSTER ? alert_of_cluster(&ctx, row->cluster) : NULL;
	else if (!row && chrome_firing(&ctx, 0, NULL))
		chrome_firing(&ctx, ui->alert % chrome_firing(&ctx, 0, NULL), &a);
	if (row && row->cluster < ctx.frame->snap->n_clusters)
		cluster = ctx.frame->snap->clusters[row->cluster].name;
	show_changed(ui, a, cluster, now);
}

/* --- the emergency plan --- */

static void open_plan(struct ui *ui, int64_t now)
{
	const struct incident *inc = desk_current(ui);
	const struct level *l = ui_level(ui);
	const char *page = l->ops == &view_page && l->arg ? l->arg : inc && inc->fault ? inc->fault : "";
	struct err err = {""};
	struct buf text;
	char fault[128];

	snprintf(fault, sizeof(fault), "%.*s", (int)strcspn(page, "|"), page);
	if (!ui->frame || !ui->desk.plan || !fault[0]) {
		ui_say(ui, now, "%s", fault[0] ? _("No plan is compiled here.") : _("The fault of this incident is not known."));
		return;
	}
	buf_init(&text, PLAN_MAX);
	if (ui->desk.plan(ui->desk.plan_arg, ui->frame, fault, &text, &err)) {
		ui_say(ui, now, "%s", err_msg(&err));
		buf_release(&text);
		return;
	}
	free(ui->desk.plan_text);
	ui->desk.plan_text = buf_detach(&text);
	if (!ui_open(ui, &view_plan, fault))
		ui_say(ui, now, _("Too many views are open here: Esc goes back."));
}

/* --- steps --- */

static const struct view_ops *view_of(enum section_kind section)
{
	switch (section) {
	case SECTION_LAG:
		return &view_lag;
	case SECTION_ROUTES:
		return &view_routes;
	case SECTION_CONNECTIONS:
		return &view_connections;
	case SECTION_DISK:
		return &view_disk;
	case SECTION_LOGS:
		return &view_logs;
	default:
		return &view_overview;
	}
}

/* The cursor on that row, else on one of that cluster. */
static void select_row(struct ui *ui, size_t cluster, enum section_kind section, size_t row)
{
	struct table *t = &ui_level(ui)->table;
	const char *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct view_row *r = &t->rows.rows[t->order[i]];

		if (r->cluster != cluster)
			continue;
		if (r->section == section && r->row == row) {
			best = r->id;
			break;
		}
		if (!best)
			best = r->id;
	}
	if (best)
		table_select(t, best);
}

/* The row that the step's question was judged on, one level deeper: Esc comes back to the step. */
static void open_evidence(struct ui *ui, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct level *l = ui_level(ui);
	struct query_result r = {.section = SECTION_KINDS, .row = SIZE_MAX};
	struct page_open p;
	size_t cluster;
	bool asked;

	if (!ctx.frame)
		return;
	page_open(&ctx, l->arg, &p);
	asked = p.page && l->at < p.page->n_steps &&
		manual_evidence(&p.page->steps[l->at], &p.binding, ctx.frame, now, &r);
	cluster = p.binding.cluster_index;
	if (asked && r.section == SECTION_KINDS)
		r.section = p.page->steps[l->at].query.section;
	page_close(&p);
	if (!asked || cluster == SIZE_MAX) {
		ui_say(ui, now, asked ? _("No row is bound: press m on the row or the alert.")
				      : _("This step looks at no number; its command and text say what to look for."));
		return;
	}
	if (!ui_open(ui, view_of(r.section), NULL)) {
		ui_say(ui, now, _("Too many views are open here: Esc goes back."));
		return;
	}
	ui_update(ui, now);
	select_row(ui, cluster, r.section, r.row);
	ui->moved_at = now;
}

/* What is to be copied while a name is asked for. */
struct copying {
	char *arg;
	size_t at;
	const char *name;	   /* that is asked for; static */
	char *names[8], *values[8]; /* said before */
	size_t n;
};

static void copying_free(void *arg)
{
	struct copying *c = arg;

	for (size_t i = 0; i < c->n; i++)
		free(c->values[i]);
	free(c->arg);
	free(c);
}

static void copy_step(struct ui *ui, struct copying *c, int64_t now);

static void name_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct copying *c = arg;

	if (c->n < sizeof(c->values) / sizeof(c->values[0])) {
		c->names[c->n] = (char *)c->name;
		c->values[c->n++] = xstrdup(answer->text);
	}
	copy_step(ui, c, now);
}

static void ask_name(struct ui *ui, struct copying *c, const char *name, const char *command)
{
	char title[PROMPT_TITLE], hint[PROMPT_HINT];

	c->name = name;
	snprintf(title, sizeof(title), _("Which %s? The row does not say."), name);
	snprintf(hint, sizeof(hint), _("It goes into the command: %.300s"), command);
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .least = 1, .done = name_said, .arg = c, .drop = copying_free});
}

/* Takes c over. */
static void copy_step(struct ui *ui, struct copying *c, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct manual_step *step;
	const char *missing = NULL;
	struct err err = {""};
	struct page_open p;
	struct buf out;
	int rc;

	page_open(&ctx, c->arg, &p);
	step = p.page && c->at < p.page->n_steps ? &p.page->steps[c->at] : NULL;
	if (!step || !step->command) {
		ui_say(ui, now, _("This step has no command to copy."));
		page_close(&p);
		copying_free(c);
		return;
	}
	page_refine(&ctx, &p, c->at);
	for (size_t i = 0; i < c->n; i++)
		binding_set(&p.binding, c->names[i], c->values[i]);
	buf_init(&out, sizeof(ui->wishes.copy) - 1);
	rc = binding_command(&p.binding, step->command, &out, &missing, &err);
	if (rc > 0) {
		ask_name(ui, c, missing, step->command);
		c = NULL;
	} else if (rc < 0) {
		ui_say(ui, now, "%s", err_msg(&err));
	} else {
		snprintf(ui->wishes.copy, sizeof(ui->wishes.copy), "%s", out.data);
		ui_say(ui, now, _("Copied %.300s"), out.data);
	}
	buf_release(&out);
	page_close(&p);
	if (c)
		copying_free(c);
}

static void copy_command(struct ui *ui, int64_t now)
{
	struct copying *c = xcalloc(1, sizeof(*c));

	c->arg = xstrdup(ui_level(ui)->arg);
	c->at = ui_level(ui)->at;
	copy_step(ui, c, now);
}

/* --- mqduty open --- */

/* The page of the alert that the text names, for the row that it is about; else what goes with the row. */
static void show_opened(struct ui *ui, const struct view_ctx *ctx, const struct opened *o, int64_t now)
{
	const struct manual_page *page = NULL;
	struct binding b;

	if (o->named[0] && o->cluster < ctx->frame->snap->n_clusters)
		page = manual_for_alert(ui->desk.manual, NULL, o->named, ctx->frame->snap->clusters[o->cluster].kind);
	if (!page) {
		open_manual(ui, now);
		return;
	}
	binding_init(&b);
	b.alert = arena_strdup(&b.arena, o->named);
	binding_row(&b, ctx->frame->snap, o->cluster, o->section, o->row);
	show_page(ui, ctx, page, &b, now);
}

bool manual_open_words(struct ui *ui, const char *text, bool last, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct opened o;
	char words[256];

	if (!ctx.frame)
		return false;
	/* An alert that was taken over from before stands there before its row does. */
	if (manual_open_text(ctx.frame, text, &o) && (last || (o.alert && o.row != SIZE_MAX))) {
		if (o.alert) {
			ui_go(ui, PANE_ALERTS);
			if (o.section < SECTION_COUNT && view_of(o.section) != &view_overview)
				ui_go(ui, view_of(o.section)->pane);
		} else {
			ui_go(ui, view_of(o.section)->pane);
		}
		while (ui_close(ui))
			continue;
		ui->stale_rows = true;
		ui_update(ui, now);
		select_row(ui, o.cluster, o.section, o.row);
		if (o.alert)
			return show_alert(ui, &ctx, o.alert, now) || true;
		show_opened(ui, &ctx, &o, now);
		return true;
	}
	if (!last)
		return false;
	ui_go(ui, PANE_MANUAL);
	manual_open_plain(text, words, sizeof(words));
	ui_open(ui, &view_found, words);
	ui_say(ui, now, _("No alert and no row fits \"%.80s\": these pages hold its words."), text);
	return true;
}

bool manual_action(struct ui *ui, int id, int key, int64_t now)
{
	(void)key;
	if (id == ACT_MANUAL)
		open_manual(ui, now);
	else if (id == ACT_MANUAL_SEARCH)
		search(ui);
	else if (id == ACT_CHANGED)
		open_changed(ui, now);
	else if (id == ACT_PLAN)
		open_plan(ui, now);
	else if (id == ACT_STEP_EVIDENCE)
		open_evidence(ui, now);
	else if (id == ACT_STEP_COPY)
		copy_command(ui, now);
	else if (id == ACT_DRILL && is_list(ui_level(ui)) && selected_row(ui))
		open_manual(ui, now);
	else
		return false;
	return true;
}
