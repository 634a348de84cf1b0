/* What a shift hands over, gathered from a frame and its ledger. */
#include "shift/handover.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "rules/daybook.h"
#include "triage/words.h"

#include <stdlib.h>
#include <string.h>

#define DAY_NS (86400 * NS_PER_S)
#define RUNS_OUT_WITHIN (7 * DAY_NS)
#define SAME_NEWS (60 * NS_PER_S) /* an engine tells of an alert among the events, and keeps it as a record a moment later */

enum table {
	T_ALERTS,
	T_UNKNOWN,
	T_SILENCES,
	T_MAINT,
	T_INCIDENTS,
	T_UNSIGNED,
	T_NOT_OK,
	T_WEEKLY,
	T_ANSWERS,
	T_EVENTS,
	T_NOT_SAVED,
};

const struct handover_kind handover_kinds[HANDOVER_TABLES] = {
    [T_ALERTS] = {"alerts", N_("Open alerts"), N_("No alert that could be judged is open."),
	{{"severity", N_("severity"), true}, {"alert", N_("alert"), false}, {"cluster", N_("cluster"), false},
	    {"entity", N_("where"), false}, {"now", N_("now"), false}, {"since", N_("since"), false},
	    {"state", N_("state"), false}},
	300},
    [T_UNKNOWN] = {"unknown", N_("Not judged"), N_("Every rule could be judged."),
	{{"rule", N_("rule"), false}, {"cluster", N_("cluster"), false}, {"reason", N_("reason"), false}}, 50},
    [T_SILENCES] = {"silences", N_("Silences"), N_("Nothing is silenced."),
	{{"alert", N_("alert"), false}, {"cluster", N_("cluster"), false}, {"entity", N_("where"), false},
	    {"until", N_("until"), true}, {"by", N_("by"), false}, {"text", N_("reason"), false}},
	100},
    [T_MAINT] = {"maintenance", N_("Maintenance"), N_("Nothing is under maintenance."),
	{{"cluster", N_("cluster"), false}, {"entity", N_("where"), false}, {"until", N_("until"), false},
	    {"by", N_("by"), false}, {"text", N_("reason"), false}},
	100},
    [T_INCIDENTS] = {"incidents", N_("Incidents"), N_("None is open, and none was closed in this shift."),
	{{"id", N_("incident"), false}, {"about", N_("about"), false}, {"state", N_("state"), true},
	    {"opened", N_("opened"), false}, {"closed", N_("closed"), false}, {"stage", N_("stage"), true},
	    {"pen", N_("pen"), false}},
	100},
    [T_UNSIGNED] = {"unsigned", N_("Daily checks that nobody signed today"), N_("Every check of today is signed."),
	{{"item", N_("item"), false}, {"title", N_("title"), false}, {"verdict", N_("verdict"), false},
	    {"evidence", N_("evidence"), false}, {"state", N_("signed"), true}},
	100},
    [T_NOT_OK] = {"signed_not_ok", N_("Signed today as not OK"), N_("Nothing was signed as not OK."),
	{{"item", N_("item"), false}, {"title", N_("title"), false}, {"verdict", N_("verdict"), false},
	    {"by", N_("by"), false}, {"at", N_("at"), false}, {"text", N_("what and why"), false}},
	100},
    [T_WEEKLY] = {"weekly", N_("Weekly checks that are not OK, and trends that turned"),
	N_("Every weekly check is well or answered."),
	{{"item", N_("item"), false}, {"title", N_("title"), false}, {"verdict", N_("verdict"), false},
	    {"evidence", N_("evidence"), false}},
	50},
    [T_ANSWERS] = {"answers", N_("Answers that run out within 7 days"), N_("None runs out."),
	{{"subject", N_("subject"), false}, {"cluster", N_("cluster"), false}, {"until", N_("until"), false},
	    {"state", N_("state"), true}, {"by", N_("by"), false}, {"text", N_("evidence"), false}},
	100},
    [T_EVENTS] = {"events", N_("Events of the shift"), N_("None was noted."),
	{{"at", N_("at"), false}, {"cluster", N_("cluster"), false}, {"entity", N_("where"), false},
	    {"text", N_("event"), false}},
	50},
    [T_NOT_SAVED] = {"not_saved", N_("Records NOT SAVED"), N_("Every record is kept."),
	{{"kind", N_("kind"), false}, {"subject", N_("subject"), false}, {"state", N_("state"), true},
	    {"by", N_("by"), false}, {"at", N_("at"), false}, {"text", N_("text"), false}},
	100},
};

struct gathering {
	struct handover *h;
	const struct handover_input *in;
	const struct ledger *ledger;
};

/* Copies the cells: incidents and events are gone before the report is. */
static void put(struct handover *h, enum table table, const struct handover_row *row)
{
	struct handover_table *t = &h->tables[table];

	t->total++;
	if (t->n == t->kind->most)
		return;
	array_reserve(&t->rows, &t->cap, t->n + 1, sizeof(*t->rows));
	t->rows[t->n] = (struct handover_row){{NULL}};
	for (size_t c = 0; c < HANDOVER_COLUMNS; c++)
		t->rows[t->n].cells[c] = arena_strdup(&h->arena, row->cells[c]);
	t->n++;
}

#define PUT(h, table, ...) put(h, table, &(struct handover_row){{__VA_ARGS__}})

static const char *utc(struct handover *h, int64_t wall)
{
	char at[FMT_MAX];

	return wall ? arena_strdup(&h->arena, fmt_utc(at, sizeof(at), wall)) : NULL;
}

static const char *until(struct handover *h, int64_t wall)
{
	return wall ? utc(h, wall) : N_("it is taken back");
}

/* --- alerts --- */

static const char *alert_words(struct handover *h, const struct alert *a)
{
	if (a->acknowledged)
		return arena_printf(&h->arena, a->ack_comment ? _("%s, acknowledged by %s %s: %s") : _("%s, acknowledged by %s %s"),
		    _(alert_state_name(a->state)), a->ack_by, utc(h, a->ack_wall), a->ack_comment);
	if (a->muted)
		return arena_printf(&h->arena, "%s, %s", _(alert_state_name(a->state)), a->muted);
	return arena_printf(&h->arena, _("%s, nobody has acknowledged it"), _(alert_state_name(a->state)));
}

static void put_alerts(struct gathering *g)
{
	const struct judgement *j = g->in->frame->judgement;
	struct handover *h = g->h;
	size_t unknown = 0;

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_FOLDED)
			PUT(h, T_ALERTS, a->severity == SEVERITY_CRITICAL ? N_("critical") : N_("warning"), a->name, a->cluster,
			    a->entity, a->what, utc(h, a->since_wall), alert_words(h, a));
	}
	for (size_t i = 0; i < j->n_rules; i++) {
		if (j->rules[i].verdict != VERDICT_UNKNOWN)
			continue;
		PUT(h, T_UNKNOWN, j->rules[i].name, j->rules[i].cluster, j->rules[i].reason);
		unknown++;
	}
	if (unknown)
		h->tables[T_ALERTS].note = arena_printf(&h->arena,
		    _("%zu rules could not be judged: whether there is more to see is not known."), unknown);
	if (!j->n_rules)
		h->tables[T_UNKNOWN].note = h->tables[T_ALERTS].note = _("Nothing has been judged: whether all is well is not known.");
}

/* --- silences and maintenance --- */

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "*", b ? b : "*");
}

/* Does what the later record names include what the earlier one names? */
static bool includes(const char *later, const char *earlier)
{
	return !later || !strcmp(later, "*") || same(later, earlier);
}

static bool holds(const struct record *r, int64_t wall)
{
	return !r->until || r->until > wall;
}

/* Is it in force: not run out, not taken back, not said anew? */
static bool stands(const struct gathering *g, size_t at, enum record_kind ends)
{
	const struct record *r = g->ledger->lines[at].record;

	if (!holds(r, g->in->wall))
		return false;
	for (size_t i = at + 1; i < g->ledger->n; i++) {
		const struct record *later = g->ledger->lines[i].record;

		if (later->kind == ends && includes(later->cluster, r->cluster) && includes(later->entity, r->entity) &&
		    includes(later->subject, r->subject))
			return false;
		if (later->kind == r->kind && (ends == RECORD_MAINT_END || holds(later, g->in->wall)) &&
		    same(later->cluster, r->cluster) && same(later->entity, r->entity) && same(later->subject, r->subject))
			return false;
	}
	return true;
}

static void put_muted(struct gathering *g)
{
	struct handover *h = g->h;

	for (size_t i = 0; i < g->ledger->n; i++) {
		const struct record *r = g->ledger->lines[i].record;

		if (r->kind == RECORD_SILENCE && stands(g, i, RECORD_UNSILENCE))
			PUT(h, T_SILENCES, r->subject ? r->subject : "*", r->cluster, r->entity, until(h, r->until), r->user, r->text);
		if (r->kind == RECORD_MAINT && r->entity && stands(g, i, RECORD_MAINT_END))
			PUT(h, T_MAINT, r->cluster, r->entity, until(h, r->until), r->user, r->text);
	}
}

/* --- incidents --- */

static void put_incident(struct handover *h, const struct incident *inc)
{
	char about[320];
	const char *what = incident_about(inc, about, sizeof(about));
	bool held = !inc->closed && incident_pen_held(inc, h->wall);

	if (inc->drill)
		what = arena_printf(&h->arena, "%s %s", _("DRILL"), about);
	PUT(h, T_INCIDENTS, inc->id, what, inc->closed ? N_("closed") : N_("open"), utc(h, inc->opened), utc(h, inc->closed),
	    stage_name(inc->stage), held ? inc->pen.user : NULL);
}

/* Open ones first, whenever they were opened. */
static void put_incidents(struct gathering *g)
{
	struct incidents *all = incidents_fold(g->ledger);

	for (int closed = 0; closed < 2; closed++)
		for (size_t i = 0; i < all->n; i++)
			if (closed ? all->list[i].closed >= g->h->since && all->list[i].closed : !all->list[i].closed)
				put_incident(g->h, &all->list[i]);
	incidents_free(all);
}

/* --- checklists --- */

static const struct check_item *judged(const struct judgement *j, const struct list_item *item)
{
	for (size_t i = 0; i < j->n_checklist; i++)
		if (!strcmp(j->checklist[i].list, item->list) && !strcmp(j->checklist[i].id, item->id))
			return &j->checklist[i];
	return NULL;
}

static void put_check(struct gathering *g, const struct list_item *item)
{
	const struct judgement *j = g->in->frame->judgement;
	const struct ledger_line *line = daybook_line(g->ledger, RECORD_SIGN, item->subject, j->day, NULL);
	const struct check_item *now = judged(j, item);
	const char *state = !line ? N_("unsigned") : line->keep == KEEP_SAVING ? N_("signed, saving") : N_("signed, NOT SAVED");
	int verdict;

	/* What is not on disk is not signed. */
	if (!line || line->keep != KEEP_KEPT) {
		PUT(g->h, T_UNSIGNED, item->id, words_now(&item->title), verdict_name(now ? now->verdict : VERDICT_UNKNOWN),
		    now ? now->evidence : NULL, state);
		return;
	}
	verdict = daybook_verdict(line->record);
	if (verdict != VERDICT_OK && verdict != VERDICT_NA)
		PUT(g->h, T_NOT_OK, item->id, words_now(&item->title),
		    verdict_name(verdict < 0 ? VERDICT_UNKNOWN : (enum verdict)verdict), line->record->user,
		    utc(g->h, line->record->wall), line->record->text);
}

static void put_checks(struct gathering *g)
{
	const struct checklist *list = checklist_find(checklists(), "daily");

	for (size_t i = 0; list && i < list->n; i++)
		put_check(g, &list->items[i]);
	if (!g->in->frame->judgement->day[0])
		g->h->tables[T_UNSIGNED].note = _("Which day it is for the checklist is not known.");
}

static void put_weekly(struct gathering *g)
{
	const struct periodic_report *weekly = g->in->weekly;

	for (size_t i = 0; weekly && i < weekly->n; i++) {
		const struct periodic_result *r = &weekly->results[i];

		if (r->how != AUDIT_ATTESTED && r->verdict != VERDICT_OK && r->verdict != VERDICT_NA)
			PUT(g->h, T_WEEKLY, r->item->id, words_now(&r->item->title), verdict_name(r->verdict), r->evidence);
	}
	if (!weekly)
		g->h->tables[T_WEEKLY].note = _("The weekly checklist was not judged: whether it is well is not known.");
}

/* --- answers --- */

/* How long an answer to that subject holds, ns; 0: as long as it says itself. */
static int64_t holds_for(const struct audits *audits, const char *subject)
{
	const struct audit_item *asked = audits && !strncmp(subject, "audit/", 6) ? audit_find(audits, subject) : NULL;
	const struct list_item *item;
	const char *slash = strchr(subject, '/');
	char list[32];

	if (asked)
		return asked->every;
	if (!slash || (size_t)(slash - subject) >= sizeof(list))
		return 0;
	memcpy(list, subject, (size_t)(slash - subject));
	list[slash - subject] = '\0';
	item = checklist_item(checklists(), list, slash + 1);
	return item ? periodic_every(item) : 0;
}

static void put_answers(struct gathering *g)
{
	struct handover *h = g->h;

	for (size_t i = 0; i < g->ledger->n; i++) {
		const struct record *r = g->ledger->lines[i].record;
		int64_t every, ends;

		if (r->kind != RECORD_ANSWER || !r->subject ||
		    ledger_newest(g->ledger, RECORD_ANSWER, r->cluster ? r->cluster : "", NULL, r->subject) != r)
			continue;
		every = holds_for(g->in->audits, r->subject);
		ends = every ? r->wall + every : r->until;
		if (r->until && r->until < ends)
			ends = r->until;
		if (ends && ends <= h->wall + RUNS_OUT_WITHIN)
			PUT(h, T_ANSWERS, r->subject, r->cluster, utc(h, ends), ends <= h->wall ? N_("has run out") : N_("runs out"),
			    r->user, r->text);
	}
}

/* --- events --- */

struct happening {
	int64_t wall;
	const char *cluster, *entity, *text;
};

struct happenings {
	struct happening *list;
	size_t n, cap;
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Sources' events and the ledger tell some things twice: an event's text stands there behind who said it. */
static bool is_there(const struct happenings *all, size_t seen, const struct record *r)
{
	for (size_t i = 0; r->text && i < seen; i++)
		if (llabs(all->list[i].wall - r->wall) < SAME_NEWS && all->list[i].text && ends_with(all->list[i].text, r->text))
			return true;
	return false;
}

static void happened(struct happenings *all, const struct handover *h, struct happening one)
{
	if (one.wall < h->since || one.wall > h->wall)
		return;
	array_reserve(&all->list, &all->cap, all->n + 1, sizeof(*all->list));
	all->list[all->n++] = one;
}

static int by_time(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;

	return (x->wall > y->wall) - (x->wall < y->wall);
}

static void put_events(struct gathering *g)
{
	const struct section *seen = g->in->frame->snap->events;
	struct handover_table *t = &g->h->tables[T_EVENTS];
	struct happenings all = {NULL, 0, 0};
	size_t from, n_seen;

	for (size_t i = 0; i < section_count(seen); i++) {
		const struct event_row *e = section_event(seen, i);

		happened(&all, g->h, (struct happening){e->wall, e->cluster, e->entity, e->text});
	}
	n_seen = all.n;
	for (size_t i = 0; i < g->ledger->n; i++) {
		const struct record *r = g->ledger->lines[i].record;

		if ((r->kind == RECORD_EVENT || r->kind == RECORD_ALERT_STATE) && !is_there(&all, n_seen, r))
			happened(&all, g->h, (struct happening){r->wall, r->cluster, r->entity,
			    r->kind == RECORD_EVENT ? arena_printf(&g->h->arena, "%s: %s", r->user, r->text ? r->text : "") : r->text});
	}
	if (all.n)
		qsort(all.list, all.n, sizeof(*all.list), by_time);
	/* The newest are shown, in the order of time. */
	from = all.n > t->kind->most ? all.n - t->kind->most : 0;
	for (size_t i = from; i < all.n; i++)
		PUT(g->h, T_EVENTS, utc(g->h, all.list[i].wall), all.list[i].cluster, all.list[i].entity, all.list[i].text);
	t->total = all.n;
	free(all.list);
}

static void put_not_saved(struct gathering *g)
{
	struct handover *h = g->h;

	for (size_t i = 0; i < g->ledger->n; i++) {
		const struct ledger_line *line = &g->ledger->lines[i];
		const struct record *r = line->record;

		if (line->keep != KEEP_KEPT)
			PUT(h, T_NOT_SAVED, record_kind_name(r->kind), r->subject ? r->subject : r->entity,
			    line->keep == KEEP_FAILED ? N_("NOT SAVED") : N_("saving"), r->user, utc(h, r->wall), r->text);
	}
	if (g->ledger->trouble[0])
		h->tables[T_NOT_SAVED].note = arena_strdup(&h->arena, g->ledger->trouble);
}

/* --- */

/* The confirmation does not begin a shift: what happened between the report and it would stand in no report. */
static void find_since(struct handover *h, const struct judgement *j)
{
	if (h->past.report && h->past.report->wall <= h->wall) {
		h->since_what = SINCE_HANDOVER;
		h->since = h->past.report->wall;
	} else if (j->day[0] && j->day_began > 0 && j->day_began <= h->wall) {
		h->since_what = SINCE_DAY;
		h->since = j->day_began;
	} else {
		h->since_what = SINCE_24_H;
		h->since = h->wall - DAY_NS;
	}
}

void handover_make(struct handover *h, const struct handover_input *in)
{
	struct gathering g = {h, in, in->frame->ledger};

	*h = (struct handover){.wall = in->wall};
	arena_init(&h->arena);
	for (size_t i = 0; i < HANDOVER_TABLES; i++)
		h->tables[i].kind = &handover_kinds[i];
	h->user = arena_strdup(&h->arena, in->user);
	h->from = arena_strdup(&h->arena, in->from);
	h->past = handover_last(g.ledger);
	h->verdict = in->frame->judgement->verdict;
	find_since(h, in->frame->judgement);
	put_alerts(&g);
	put_muted(&g);
	put_incidents(&g);
	put_checks(&g);
	put_weekly(&g);
	put_answers(&g);
	put_events(&g);
	put_not_saved(&g);
}

void handover_release(struct handover *h)
{
	for (size_t i = 0; i < HANDOVER_TABLES; i++)
		free(h->tables[i].rows);
	arena_release(&h->arena);
}
