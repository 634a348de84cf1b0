/* What operators do about alerts and brokers: keys and commands become questions, answers become records. */
#include "ui/ui_acts_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "config/scalar.h"
#include "ui/acts.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE_MOST (24 * 3600 * NS_PER_S)
#define MAINT_MOST (7 * 24 * 3600 * NS_PER_S)

struct target *target_new(enum record_kind kind, const char *cluster, const char *entity,
    const char *subject)
{
	struct target *t = xcalloc(1, sizeof(*t));

	t->kind = kind;
	t->cluster = cluster ? xstrdup(cluster) : NULL;
	t->entity = entity ? xstrdup(entity) : NULL;
	t->subject = subject ? xstrdup(subject) : NULL;
	return t;
}

void target_free(void *arg)
{
	struct target *t = arg, *next;

	for (; t; t = next) {
		next = t->next;
		free(t->cluster);
		free(t->entity);
		free(t->subject);
		free(t);
	}
}

/* "DiskUsage orders broker-3", or how many there are. */
static void name_of(const struct target *t, char *out, size_t size)
{
	size_t n = 0;

	for (const struct target *i = t; i; i = i->next)
		n++;
	if (n > 1) {
		snprintf(out, size, _("%zu marked alerts"), n);
		return;
	}
	snprintf(out, size, "%.60s%s%.60s %.120s", t->subject ? t->subject : "",
	    t->subject ? " " : "", t->cluster ? t->cluster : "", t->entity ? t->entity : "");
}

void target_submit(struct ui *ui, struct target *t, const char *text, int64_t now)
{
	for (const struct target *i = t; i; i = i->next) {
		struct record *r = record_new(t->kind);

		r->cluster = record_str(r, i->cluster);
		r->entity = record_str(r, i->entity);
		r->subject = record_str(r, i->subject);
		r->text = text && text[0] ? record_str(r, text) : NULL;
		r->until = t->lasts ? r->wall + t->lasts : 0;
		ui_submit(ui, r, now);
	}
	target_free(t);
}

/* The last question: the words. */
static void words_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	target_submit(ui, arg, answer->text, now);
}

void ask_words(struct ui *ui, struct target *t)
{
	char title[PROMPT_TITLE], name[256], hint[PROMPT_HINT], lasts[FMT_MAX];

	name_of(t, name, sizeof(name));
	fmt_duration(lasts, sizeof(lasts), t->lasts);
	if (t->kind == RECORD_ACK) {
		snprintf(title, sizeof(title), _("Acknowledge %.120s"), name);
		snprintf(hint, sizeof(hint), "%s",
		    _("Who looks at it, and what is being done? This does not stop other pagers; the "
		      "alert stays on the screen and still counts."));
	} else if (t->kind == RECORD_SILENCE) {
		snprintf(title, sizeof(title), _("Silence %.100s for %s"), name, lasts);
		snprintf(hint, sizeof(hint), "%s",
		    _("Why? This does not stop other pagers; until it ends the alert does not count "
		      "and the header says how many are silenced."));
	} else {
		snprintf(title, sizeof(title), _("Maintenance of %.90s for %s"), name, lasts);
		snprintf(hint, sizeof(hint), "%s",
		    _("Why? What follows from this broker being away is muted until it is back in sync; a "
		      "second broker breaks through."));
	}
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .least = 1, .done = words_said,
	    .arg = t, .drop = target_free});
}

static int64_t most_of(const struct target *t)
{
	return t->kind == RECORD_SILENCE ? SILENCE_MOST : MAINT_MOST;
}

/* Takes the time; -1 with the sentence why not. */
int target_take_time(struct target *t, const char *text, struct err *err)
{
	char most[FMT_MAX];
	int64_t ns;

	if (scalar_duration(text, &ns, err))
		return -1;
	fmt_duration(most, sizeof(most), most_of(t));
	if (ns <= 0 || ns > most_of(t))
		return err_set(err, _("It can last at most %s."), most);
	t->lasts = ns;
	return 0;
}

static void time_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct target *t = arg;
	struct err err = {""};

	(void)now;
	if (target_take_time(t, answer->text, &err))
		ask_time(ui, t, answer->text, err_msg(&err));
	else
		ask_words(ui, t);
}

void ask_time(struct ui *ui, struct target *t, const char *text, const char *wrong)
{
	char title[PROMPT_TITLE], name[256], hint[PROMPT_HINT], most[FMT_MAX];

	name_of(t, name, sizeof(name));
	fmt_duration(most, sizeof(most), most_of(t));
	snprintf(title, sizeof(title),
	    t->kind == RECORD_SILENCE ? _("Silence %.120s: for how long?")
				      : _("Maintenance of %.110s: for how long?"),
	    name);
	if (wrong)
		snprintf(hint, sizeof(hint), _("%.300s Such as 30m or 1h30m."), wrong);
	else
		snprintf(hint, sizeof(hint), _("Such as 30m or 1h30m, at most %s."), most);
	ui_ask(ui, &(struct prompt){.title = title, .hint = hint, .text = text, .least = 1,
	    .done = time_said, .arg = t, .drop = target_free});
}

static void ask_first(struct ui *ui, struct target *t)
{
	if (t->kind == RECORD_ACK)
		ask_words(ui, t);
	else
		ask_time(ui, t, t->kind == RECORD_SILENCE ? "2h" : "45m", NULL);
}

/* It stands already: end it, or do it again. */
static void again_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct target *t = arg;

	if (answer->choice == 1) {
		t->kind = t->kind == RECORD_ACK	      ? RECORD_UNACK
			  : t->kind == RECORD_SILENCE ? RECORD_UNSILENCE
						      : RECORD_MAINT_END;
		target_submit(ui, t, NULL, now);
	} else {
		ask_first(ui, t);
	}
}

/* "by duty1 08:12Z: looking at it" */
static void story_of(const struct record *r, char *out, size_t size)
{
	char at[FMT_MAX], until[FMT_MAX];

	snprintf(out, size, _("%.60s, %s%s%s: %.200s"), r->user, fmt_utc(at, sizeof(at), r->wall),
	    r->until ? _(" until ") : "",
	    r->until ? fmt_utc(until, sizeof(until), r->until) : "", r->text ? r->text : "-");
}

static void ask_again(struct ui *ui, struct target *t, const struct record *r)
{
	static const struct {
		enum record_kind kind;
		const char *title, *choices[2];
	} words[] = {
	    {RECORD_ACK, N_("%.110s is acknowledged"),
		{N_("Take the acknowledgement back."), N_("Acknowledge it with another comment.")}},
	    {RECORD_SILENCE, N_("%.110s is silenced"),
		{N_("End the silence now."), N_("Silence it anew, for another time.")}},
	    {RECORD_MAINT, N_("%.110s is under maintenance"),
		{N_("End the maintenance now."), N_("Begin it anew, for another time.")}},
	};
	size_t i = 0;
	char title[PROMPT_TITLE], name[256], story[PROMPT_HINT];
	const char *choices[3] = {0};

	while (words[i].kind != t->kind)
		i++;
	choices[0] = _(words[i].choices[0]);
	choices[1] = _(words[i].choices[1]);
	name_of(t, name, sizeof(name));
	snprintf(title, sizeof(title), _(words[i].title), name);
	story_of(r, story, sizeof(story));
	ui_ask(ui, &(struct prompt){.title = title, .hint = story, .choices = choices,
	    .done = again_said, .arg = t, .drop = target_free});
}

/* The alert as it is now: an acknowledgement of one that has ended is not about a new one. */
static const struct alert *alert_now(const struct ui *ui, const struct target *t)
{
	const struct judgement *j = ui->frame->judgement;

	for (size_t i = 0; t->subject && i < j->n_alerts; i++)
		if (!strcmp(j->alerts[i].name, t->subject) && !strcmp(j->alerts[i].cluster, t->cluster) &&
		    !strcmp(j->alerts[i].entity, t->entity))
			return &j->alerts[i];
	return NULL;
}

const struct record *target_standing(const struct ui *ui, const struct target *t)
{
	struct alert a = {.cluster = t->cluster, .entity = t->entity, .name = t->subject};
	const struct alert *alert;
	const struct ledger *l;
	int64_t wall;

	if (!ui->frame)
		return NULL; /* the configuration is being read again */
	l = ui->frame->ledger;
	wall = ui->frame->judgement->wall;
	alert = alert_now(ui, t);
	return t->kind == RECORD_ACK	   ? (alert ? act_ack(l, alert).record : NULL)
	       : t->kind == RECORD_SILENCE ? act_silence(l, &a, wall).record
					   : act_maint(l, t->cluster, t->entity, wall).record;
}

static void begin(struct ui *ui, struct target *t)
{
	const struct record *r = t->next ? NULL : target_standing(ui, t);

	if (r)
		ask_again(ui, t, r);
	else
		ask_first(ui, t);
}

size_t ui_row_alerts(const struct view_ctx *ctx, const struct level *l,
    const struct view_row *row, const struct alert **out, size_t most)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct cluster_view *c = row_cluster(ctx, row);
	size_t n = 0;

	if (l->ops == &view_alerts || l->ops == &view_folded) {
		if (row->sub < j->n_alerts)
			out[n++] = &j->alerts[row->sub];
		return n;
	}
	for (size_t i = 0; i < j->n_alerts && n < most; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_PENDING && a->section == row->section && a->row == row->row &&
		    c && a->cluster && !strcmp(a->cluster, c->name))
			out[n++] = a;
	}
	return n;
}

/* Which of several: the targets wait in a list that ends with NULL. */
static void targets_free(void *arg)
{
	struct target **list = arg;

	for (size_t i = 0; list[i]; i++)
		target_free(list[i]);
	free(list);
}

static void which_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	struct target **list = arg, *chosen = NULL;
	int n = 0;

	(void)now;
	for (int i = 0; list[i]; i++) {
		if (i + 1 == answer->choice)
			chosen = list[i];
		else
			list[n++] = list[i];
	}
	list[n] = NULL;
	targets_free(list);
	if (chosen)
		begin(ui, chosen);
}

static void ask_which(struct ui *ui, struct target **list, size_t n)
{
	char names[PROMPT_CHOICES][PROMPT_CHOICE];
	const char *choices[PROMPT_CHOICES + 1] = {0};

	for (size_t i = 0; i < n; i++) {
		name_of(list[i], names[i], sizeof(names[i]));
		choices[i] = names[i];
	}
	ui_ask(ui, &(struct prompt){.title = _("Several alerts fire for this row: which one?"),
	    .choices = choices, .done = which_said, .arg = list, .drop = targets_free});
}

/* All alerts that are marked; NULL: none is, or more than go at once. */
static struct target *marked_targets(
    struct ui *ui, const struct view_ctx *ctx, struct level *l, enum record_kind kind, int64_t now)
{
	struct target *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < l->table.rows.n; i++) {
		const struct view_row *row = &l->table.rows.rows[i];
		const struct alert *a;
		struct target *t;

		if (!map_get(&l->table.marks, row->id) || !ui_row_alerts(ctx, l, row, &a, 1))
			continue;
		t = target_new(kind, a->cluster, a->entity, a->name);
		t->next = first;
		first = t;
		n++;
	}
	if (n <= UI_SUBMITS)
		return first;
	target_free(first);
	ui_say(ui, now, _("%zu are marked: at most %d at once."), n, UI_SUBMITS);
	return NULL;
}

static size_t marks_of(const struct level *l)
{
	size_t n = 0, at = 0;
	void *mark;

	while ((l->ops == &view_alerts || l->ops == &view_folded) && map_each(&l->table.marks, &at, &mark))
		n++;
	return n;
}

/* The target that the cursor is on, or NULL after having asked or said something. */
static struct target *alert_target(struct ui *ui, enum record_kind kind, int64_t now)
{
	const struct alert *found[PROMPT_CHOICES];
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct level *l = ui_level(ui);
	const struct view_row *row = l->ops->columns ? table_selected(&l->table) : NULL;
	size_t n = row && ctx.frame ? ui_row_alerts(&ctx, l, row, found, PROMPT_CHOICES) : 0;
	struct target **list;

	if (ctx.frame && marks_of(l) > 1)
		return marked_targets(ui, &ctx, l, kind, now);
	if (!n) {
		ui_say(ui, now, _("No alert fires for this row; e goes to the next one that does."));
		return NULL;
	}
	if (n == 1)
		return target_new(kind, found[0]->cluster, found[0]->entity, found[0]->name);
	list = xcalloc(n + 1, sizeof(struct target *));
	for (size_t i = 0; i < n; i++)
		list[i] = target_new(kind, found[i]->cluster, found[i]->entity, found[i]->name);
	ask_which(ui, list, n);
	return NULL;
}

/* The broker that the cursor is on. */
static struct target *broker_target(struct ui *ui, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	struct level *l = ui_level(ui);
	const struct view_row *row = l->ops->columns ? table_selected(&l->table) : NULL;
	const struct broker_row *b = row && ctx.frame ? row_data(&ctx, row, SECTION_BROKERS) : NULL;

	if (b && b->name)
		return target_new(RECORD_MAINT, row_cluster(&ctx, row)->name, b->name, NULL);
	ui_say(ui, now, _("This row is no broker: go to one in the overview (1) and press D there."));
	return NULL;
}

struct target *target_here(struct ui *ui, enum record_kind kind, int64_t now)
{
	return kind == RECORD_MAINT ? broker_target(ui, now) : alert_target(ui, kind, now);
}

void act_begin(struct ui *ui, enum record_kind kind, int64_t now)
{
	struct target *t = target_here(ui, kind, now);

	if (t)
		begin(ui, t);
}
