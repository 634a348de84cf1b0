#include "ui/chrome.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/acts.h"
#include "ui/segments.h"
#include "ui/triage.h"
#include "ui/views.h"

#include <stdio.h>
#include <time.h>

struct counts {
	size_t crit, warn, unknown, acked, silenced, maints;
};

static struct counts count(const struct judgement *j)
{
	struct counts n = {0};

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		n.silenced += a->state == ALERT_SILENCED;
		if (a->state != ALERT_FIRING)
			continue;
		n.crit += a->severity == SEVERITY_CRITICAL;
		n.warn += a->severity == SEVERITY_WARNING;
		n.acked += a->acknowledged;
	}
	for (size_t i = 0; i < j->n_rules; i++)
		n.unknown += j->rules[i].verdict == VERDICT_UNKNOWN;
	for (size_t i = 0; i < j->n_checklist; i++)
		n.unknown += j->checklist[i].verdict == VERDICT_UNKNOWN;
	return n;
}

static size_t live_clusters(const struct view_ctx *ctx)
{
	const struct snapshot *snap = ctx->frame->snap;
	size_t n = 0;

	for (size_t i = 0; i < snap->n_clusters; i++) {
		const struct cluster_row *facts = cluster_facts(&snap->clusters[i]);

		n += facts && value_quality(&facts->reachable, ctx->now) == QUALITY_OK &&
		     value_number(&facts->reachable) > 0;
	}
	return n;
}

static void add_counts(struct segments *s, const struct counts *n)
{
	const struct {
		enum verdict v;
		size_t n;
	} shown[] = {
	    {VERDICT_CRIT, n->crit}, {VERDICT_WARN, n->warn}, {VERDICT_UNKNOWN, n->unknown}};
	int gap = 2;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!shown[i].n)
			continue;
		segments_add(s, 1 + (int)i, verdict_role(shown[i].v), "%s %zu",
		    verdict_word(shown[i].v), shown[i].n)
		    ->gap = gap;
		gap = 1;
	}
	if (n->acked)
		segments_add(s, 7, ROLE_DIM, _("ack %zu"), n->acked);
	if (n->silenced)
		segments_add(s, 7, ROLE_DIM, _("silenced %zu"), n->silenced);
	if (n->maints)
		segments_add(s, 7, ROLE_DIM, _("maint %zu"), n->maints);
}

/* What operators did and is not on disk: nobody should take it for kept. */
static void add_unkept(struct segments *s, const struct ledger *l)
{
	if (l->failed)
		segments_add(s, 1, ROLE_CRIT, _("NOT SAVED %zu"), l->failed)->gap = 2;
	if (l->saving)
		segments_add(s, 5, ROLE_DIM, _("saving %zu"), l->saving);
}

/* "03:04:31Z 11:04 +08": both clocks, so that nobody reckons at night. */
static void add_clocks(struct segments *s, int64_t wall)
{
	time_t t = wall / NS_PER_S;
	char text[FMT_MAX];
	struct tm tm;

	segments_add(s, 5, ROLE_TEXT, "%s", fmt_clock(text, sizeof(text), wall))->right = true;
	if (!localtime_r(&t, &tm) || !strftime(text, sizeof(text), "%H:%M %Z", &tm) ||
	    tm.tm_gmtoff == 0)
		return;
	segments_add(s, 9, ROLE_DIM, "%s", text);
}

/* The most careful word that fits: production is said as soon as one cluster is. */
static void add_tier(struct segments *s, const struct snapshot *snap)
{
	enum tier most = TIER_NONE;

	for (size_t i = 0; i < snap->n_clusters; i++)
		most = snap->clusters[i].tier > most ? snap->clusters[i].tier : most;
	if (most == TIER_PROD)
		segments_add(s, 4, ROLE_PROD, "%s", _("PROD"));
	else if (most != TIER_NONE)
		segments_add(s, 8, ROLE_DIM, "%s", tier_name(most));
}

static void add_clusters(struct segments *s, const struct snapshot *snap)
{
	char text[SEGMENT_TEXT] = "";
	size_t at = 0;

	for (size_t i = 0; i < snap->n_clusters && at < sizeof(text) - 1; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.20s(%s)", i ? " " : "",
		    snap->clusters[i].name, kind_name(snap->clusters[i].kind));
	if (snap->n_clusters && at < sizeof(text))
		segments_add(s, 20, ROLE_DIM, "%s", text)->gap = 3;
}

void chrome_header(const struct view_ctx *ctx, const struct area *a, int64_t frozen_ns)
{
	const struct snapshot *snap = ctx->frame->snap;
	struct counts n = count(ctx->frame->judgement);
	struct segments s = {.n = 0};
	size_t live = live_clusters(ctx);
	char age[FMT_MAX];

	segments_add(&s, 8, ROLE_TITLE, "mqduty");
	if (ctx->desk && ctx->desk->drill)
		segments_add(&s, 1, ROLE_BANNER, "%s", _("DRILL"));
	add_tier(&s, snap);
	if (frozen_ns > 0)
		segments_add(
		    &s, 2, ROLE_FROZEN, _("FROZEN %s"), fmt_duration(age, sizeof(age), frozen_ns));
	if (ctx->frame->from)
		segments_add(&s, 10, ROLE_TEXT, "%.40s", ctx->frame->from);
	add_clusters(&s, snap);
	segments_add(&s, 6, live == snap->n_clusters ? ROLE_TEXT : ROLE_CRIT, _("%zu/%zu live"),
	    live, snap->n_clusters)
	    ->gap = 2;
	n.maints = acts_maints(view_ledger(ctx), ctx->wall);
	add_counts(&s, &n);
	add_unkept(&s, view_ledger(ctx));
	add_clocks(&s, ctx->wall);
	segments_draw(&s, a, 0, false);
}

size_t chrome_recent_events(const struct view_ctx *ctx)
{
	enum { RECENT_S = 900 };
	const struct section *events = ctx->frame->snap->events;
	size_t n = 0;

	/* Newest last: the count ends with the first old one. */
	for (size_t i = section_count(events); i > 0; i--, n++)
		if (section_event(events, i - 1)->wall < ctx->wall - RECENT_S * NS_PER_S)
			break;
	return n;
}

enum strip_style { STRIP_FULL, STRIP_SHORT, STRIP_TROUBLE };

static void add_pane(struct segments *s, const struct view_ctx *ctx, enum pane_id pane,
    enum pane_id current, enum strip_style style)
{
	static const char *const label[PANE_COUNT] = {
	    [PANE_EVENTS] = N_("ev"),
	    [PANE_OVERVIEW] = N_("ov"),
	    [PANE_CHECKLIST] = N_("ck"),
	    [PANE_LAG] = N_("lag"),
	    [PANE_ROUTES] = N_("rt"),
	    [PANE_CONNECTIONS] = N_("con"),
	    [PANE_DISK] = N_("dsk"),
	    [PANE_ALERTS] = N_("al"),
	    [PANE_LOGS] = N_("log"),
	};
	enum verdict v = pane_verdict(ctx, pane);
	bool number = pane == PANE_ALERTS || pane == PANE_EVENTS;
	char state[FMT_MAX];
	struct segment *g;

	if (style == STRIP_TROUBLE && (v == VERDICT_OK || v == VERDICT_NA) && pane != current)
		return;
	if (number)
		fmt_short(state, sizeof(state),
		    (double)(pane == PANE_ALERTS ? chrome_firing(ctx, 0, NULL)
						 : chrome_recent_events(ctx)));
	else
		snprintf(state, sizeof(state), "%s", verdict_word(v));
	if (style == STRIP_FULL)
		g = segments_add(s, 1 + (int)s->n, ROLE_LABEL, "%d%s", (int)pane, _(label[pane]));
	else
		g = segments_add(s, 1 + (int)s->n, ROLE_LABEL, "%d", (int)pane);
	if (pane == current)
		g->flags = CELL_SELECTED;
	g = segments_add(
	    s, 1 + (int)s->n, pane == PANE_EVENTS ? ROLE_TEXT : verdict_role(v), "%s", state);
	g->gap = style == STRIP_FULL || number;
}

void chrome_strip(const struct view_ctx *ctx, const struct area *a, enum pane_id current)
{
	static const enum pane_id order[] = {PANE_OVERVIEW, PANE_CHECKLIST, PANE_LAG, PANE_ROUTES,
	    PANE_CONNECTIONS, PANE_DISK, PANE_ALERTS, PANE_LOGS, PANE_EVENTS};

	for (int style = STRIP_FULL; style <= STRIP_TROUBLE; style++) {
		struct segments s = {.n = 0};

		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
			add_pane(&s, ctx, order[i], current, (enum strip_style)style);
		if (segments_draw(&s, a, 0, style != STRIP_TROUBLE))
			return;
	}
}

size_t chrome_firing(const struct view_ctx *ctx, size_t at, const struct alert **alert)
{
	const struct judgement *j = ctx->frame->judgement;
	size_t n = 0, seen = 0;

	for (size_t i = 0; i < j->n_alerts; i++)
		n += j->alerts[i].state == ALERT_FIRING;
	if (!alert)
		return n;
	*alert = NULL;
	for (size_t i = 0; n && i < j->n_alerts && !*alert; i++)
		if (j->alerts[i].state == ALERT_FIRING && seen++ == at % n)
			*alert = &j->alerts[i];
	return n;
}

/* Nothing fires: is that good news, or is it that nothing is known? */
static void no_alert(const struct view_ctx *ctx, const struct area *a)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct rule_result *first = NULL;
	struct segments s = {.n = 0};
	size_t n = 0;

	for (size_t i = 0; i < j->n_rules; i++) {
		if (j->rules[i].verdict != VERDICT_UNKNOWN)
			continue;
		first = first ? first : &j->rules[i];
		n++;
	}
	if (j->verdict == VERDICT_OK) {
		segments_add(&s, 1, ROLE_OK, "%s", verdict_word(VERDICT_OK));
		segments_add(&s, 2, ROLE_TEXT, "%s", _("no alert fires"));
	} else {
		segments_add(&s, 1, verdict_role(j->verdict), "%s", verdict_word(j->verdict));
		if (!ctx->frame->snap->n_clusters)
			segments_add(&s, 2, ROLE_TEXT, "%s", _("no cluster is configured"))->cut =
			    true;
		else if (!n)
			segments_add(&s, 2, ROLE_TEXT, "%s", _("no alert fires"));
		else
			segments_add(
			    &s, 2, ROLE_TEXT, _("no alert fires, but %zu rules are not judged:"), n)
			    ->cut = true;
	}
	if (first)
		segments_add(&s, 3, ROLE_DIM, "%.40s %.30s: %.80s", first->name,
		    first->cluster ? first->cluster : "", first->reason ? first->reason : "?")
		    ->cut = true;
	segments_draw(&s, a, 0, false);
}

void chrome_alert(const struct view_ctx *ctx, const struct area *a, size_t at, size_t fresh)
{
	const struct alert *alert;
	size_t n = chrome_firing(ctx, at, &alert);
	struct segments s = {.n = 0};
	char since[FMT_MAX];
	enum verdict v;

	if (!alert) {
		no_alert(ctx, a);
		return;
	}
	v = alert->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
	since_text(ctx->now, alert->since_boot, since, sizeof(since));
	segments_add(&s, 1, verdict_role(v), "%s", verdict_word(v));
	segments_add(&s, 4, ROLE_TEXT, "%zu/%zu", at % n + 1, n);
	segments_add(&s, 3, verdict_role(v), "%.60s", alert->name ? alert->name : "-")->cut = true;
	segments_add(&s, 2, ROLE_TEXT, "%.60s", alert->cluster ? alert->cluster : "-")->cut = true;
	if (alert->entity && (!alert->cluster || strcmp(alert->entity, alert->cluster) != 0))
		segments_add(&s, 5, ROLE_TEXT, "%.120s", alert->entity)->cut = true;
	segments_add(&s, 4, ROLE_TEXT, "%s", since);
	if (alert->acknowledged)
		segments_add(&s, 6, ROLE_DIM, "%s", _("acked"));
	if (fresh)
		segments_add(&s, 3, ROLE_CRIT, _("+%zu NEW"), fresh)->gap = 2;
	if (n > 1)
		segments_add(&s, 9, ROLE_KEY, "%s", _("e next"))->gap = 3;
	segments_add(&s, 10, ROLE_KEY, "%s", _("m manual"))->gap = n > 1 ? 1 : 3;
	segments_add(&s, 11, ROLE_KEY, "%s", _("t triage"));
	segments_draw(&s, a, 0, false);
}

void chrome_functions(const struct area *a, const struct key_hint *hints, size_t n)
{
	int x = 0;

	for (size_t i = 0; i < n; i++) {
		int key = (int)text_width(hints[i].key), label = (int)text_width(hints[i].label);

		if (x + key + 1 + label > a->width)
			continue;
		x += area_text(a, 0, x, key, ROLE_KEY, hints[i].key) + 1;
		x += area_text(a, 0, x, label, ROLE_LABEL, hints[i].label) + 2;
	}
}

const char *chrome_trouble(const struct frame *f, const char *trouble)
{
	if (f->judgement->banner)
		return f->judgement->banner;
	return trouble ? trouble : f->ledger->trouble[0] ? f->ledger->trouble : NULL;
}

bool chrome_banner(const struct view_ctx *ctx, const struct area *a, const char *trouble)
{
	const char *text = chrome_trouble(ctx->frame, trouble);

	if (!text)
		return false;
	area_fill(a, 0, 0, a->width, ROLE_BANNER, ' ');
	area_text(a, 0, 1, a->width - 1, ROLE_BANNER, text);
	return true;
}
