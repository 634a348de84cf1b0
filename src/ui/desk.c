/* The desk of the triage: the incidents of the newest ledger, and what is waited for. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void desk_init(struct desk *d)
{
	struct record *me = record_new(RECORD_NOTE);

	*d = (struct desk){.trouble = {""}};
	snprintf(d->user, sizeof(d->user), "%s", me->user);
	snprintf(d->from, sizeof(d->from), "%s", me->from);
	record_unref(me);
	d->stages = stages_load(NULL, &d->trouble);
	d->manual = manual_load(NULL, 0, i18n_lang(), NULL);
}

void desk_configure(struct desk *d, const struct config *c, struct manual *manual)
{
	d->config = c;
	if (!manual)
		return;
	manual_free(d->manual);
	d->manual = manual;
}

void desk_release(struct desk *d)
{
	free(d->plan_text);
	stages_free(d->stages);
	manual_free(d->manual);
	incidents_free(d->all);
	ledger_unref(d->ledger);
}

void desk_contacts(const struct ui *ui, const struct incident *inc, char *out, size_t size)
{
	const struct config *c = ui->desk.config;
	size_t at = 0;

	snprintf(out, size, "%s", _("No contacts stand in the configuration for this cluster (contacts:)."));
	for (size_t i = 0; c && inc->cluster && i < c->n_clusters; i++) {
		const struct cluster_conf *cluster = &c->clusters[i];

		if (strcmp(cluster->name, inc->cluster) || !cluster->n_contacts)
			continue;
		at = (size_t)snprintf(out, size, "%s", _("call: "));
		for (size_t k = 0; k < cluster->n_contacts && at < size; k++)
			at += (size_t)snprintf(out + at, size - at, "%s%s", k ? ", " : "", cluster->contacts[k]);
	}
}

bool desk_path(const struct desk *d, const struct incident *inc, struct path *p, size_t *at)
{
	const struct manual_page *page = d->manual && inc->fault ? manual_find(d->manual, inc->fault) : NULL;

	if (!d->stages)
		return false;
	path_make(p, d->stages, page, inc);
	*at = path_at(p, inc);
	return true;
}

bool desk_held(const struct desk *d, const struct incident *inc, const struct step *s, int64_t now, int64_t *for_ns)
{
	bool mine = !strcmp(d->waits, inc->key) && !strcmp(d->waits_at, s->id);

	*for_ns = mine && d->well_since ? now - d->well_since : 0;
	return mine && d->well_since && *for_ns >= s->hold_ns;
}

const struct incident *desk_current(struct ui *ui)
{
	struct level *l = ui_level(ui);

	return l->ops == &view_triage ? incidents_find(ui->desk.all, l->arg) : NULL;
}

/* The incident that is worked on here: the one on screen, else the one that was left. */
static const struct incident *worked_on(struct ui *ui)
{
	const struct incident *inc = desk_current(ui);

	if (!inc && ui->desk.left[0])
		inc = incidents_find(ui->desk.all, ui->desk.left);
	return inc && !inc->closed ? inc : NULL;
}

static void ring(struct ui *ui, const struct step *s, int64_t now)
{
	ui->desk.rang = true;
	ui->wishes.bell = true;
	ui_say(ui, now, _("Met: %.200s"), step_title(s));
}

/* Looks at the question of a step that waits with every frame, so that time counts also while another pane is shown. */
static void watch(struct ui *ui, const struct frame *f)
{
	struct desk *d = &ui->desk;
	const struct incident *inc = worked_on(ui);
	int64_t now = f->snap->boot, for_ns;
	const struct step *s;
	struct sight seen;
	struct path p;
	size_t at;

	if (!inc || !desk_path(d, inc, &p, &at) || p.steps[at].kind != STEP_WAIT) {
		d->waits[0] = '\0';
		d->well_since = 0;
		return;
	}
	s = &p.steps[at];
	if (strcmp(d->waits, inc->key) || strcmp(d->waits_at, s->id)) {
		snprintf(d->waits, sizeof(d->waits), "%s", inc->key);
		snprintf(d->waits_at, sizeof(d->waits_at), "%s", s->id);
		d->well_since = 0;
		d->rang = false;
	}
	step_look(s, inc, f, now, &seen);
	if (seen.asked && seen.result.verdict != VERDICT_OK)
		d->well_since = 0;
	else if (!d->well_since)
		d->well_since = now;
	if (desk_held(d, inc, s, now, &for_ns) && !d->rang)
		ring(ui, s, now);
}

/* An incident that is open when one comes is offered once, at the step where it stands. */
static void offer(struct ui *ui, const struct frame *f)
{
	struct desk *d = &ui->desk;
	const struct incident *inc = incidents_newest_open(d->all);
	struct path p;
	size_t at, n = incidents_open(d->all);

	if (d->offered || !inc)
		return;
	d->offered = true;
	/* One that was just opened here is on screen already. */
	if (ui_level(ui)->ops == &view_triage || !desk_path(d, inc, &p, &at))
		return;
	snprintf(d->left, sizeof(d->left), "%s", inc->key);
	ui_say(ui, f->snap->boot, n > 1 ? _("%s is open at \"%.80s\" (%zu are open): t goes there.")
				 : _("%s is open at \"%.80s\": t goes there."),
	    inc->id, step_title(&p.steps[at]), n);
}

/* A report is written when all of its incident is on disk: not before, and not twice. */
static void finish(struct ui *ui)
{
	struct desk *d = &ui->desk;
	const struct incident *inc = incidents_find(d->all, d->due);

	if (!inc || !inc->closed || inc->keep == KEEP_SAVING)
		return;
	snprintf(ui->wishes.report, sizeof(ui->wishes.report), "%s", inc->key);
	d->due[0] = '\0';
}

void desk_frame(struct ui *ui, const struct frame *f)
{
	struct desk *d = &ui->desk;

	if (d->ledger != f->ledger) {
		incidents_free(d->all);
		ledger_unref(d->ledger);
		d->ledger = ledger_ref(f->ledger);
		d->all = incidents_fold(f->ledger);
		for (size_t i = f->ledger->n; d->moving[0] && i-- > 0;)
			if (!strcmp(f->ledger->lines[i].record->id, d->moving))
				d->moving[0] = '\0';
		if (d->due[0])
			finish(ui);
	}
	watch(ui, f);
	offer(ui, f);
}
