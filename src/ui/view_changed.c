/* What changed before an alert, or before now: nearest first. */
#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/view_changed.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEFORE_MIN = 30, AFTER_S = 60 };

#define BEFORE (BEFORE_MIN * 60 * NS_PER_S)
#define AFTER (AFTER_S * NS_PER_S)

char *changed_arg(int64_t since_wall, const char *cluster, const char *label)
{
	struct buf b;

	buf_init(&b, 1024);
	buf_addf(&b, "%lld|%s|%s", (long long)since_wall, cluster ? cluster : "", label ? label : "");
	return buf_detach(&b);
}

/* The arg taken apart. */
struct asked {
	int64_t since; /* 0: now */
	char cluster[128];
	const char *label;
};

static struct asked asked_of(const struct view_ctx *ctx, const char *id)
{
	struct asked a = {.label = ""};
	const char *bar = strchr(id, '|'), *next;

	a.since = strtoll(id, NULL, 10);
	if (!a.since)
		a.since = ctx->wall ? ctx->wall : ctx->frame->snap->wall;
	if (!bar)
		return a;
	next = strchr(bar + 1, '|');
	snprintf(a.cluster, sizeof(a.cluster), "%.*s", next ? (int)(next - bar - 1) : 100, bar + 1);
	a.label = next ? next + 1 : "";
	return a;
}

/* Rows are events (sub counts them) and, behind them, alerts that began; `row` is how many ns before. */
static const struct event_row *event_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct section *s = ctx->frame->snap->events;

	return row->sub < section_count(s) ? section_event(s, row->sub) : NULL;
}

static const struct alert *alert_of(const struct view_ctx *ctx, const struct view_row *row)
{
	size_t n = section_count(ctx->frame->snap->events);

	return row->sub >= n && row->sub - n < ctx->frame->judgement->n_alerts
		   ? &ctx->frame->judgement->alerts[row->sub - n]
		   : NULL;
}

static int64_t wall_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct event_row *e = event_of(ctx, row);
	const struct alert *a = e ? NULL : alert_of(ctx, row);

	return e ? e->wall : a ? a->since_wall : 0;
}

/* What somebody did everywhere concerns every cluster. */
static bool concerns(const struct asked *a, const char *cluster, int64_t wall)
{
	return wall >= a->since - BEFORE && wall <= a->since + AFTER &&
	       (!cluster || !cluster[0] || !a->cluster[0] || !strcmp(cluster, a->cluster));
}

/* Nearest first, and what came before ahead of what followed at once. */
static int nearness(int64_t since, int64_t wall)
{
	int64_t s = (wall > since ? wall - since : since - wall) / NS_PER_S;

	return (int)(2 * (BEFORE_MIN * 60 - s)) + (wall <= since);
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct section *s = ctx->frame->snap->events;
	const struct judgement *j = ctx->frame->judgement;
	struct asked a;

	if (!arg || !arg->id)
		return;
	a = asked_of(ctx, arg->id);
	for (size_t i = 0; i < section_count(s); i++) {
		const struct event_row *e = section_event(s, i);
		struct view_row *row;

		if (!concerns(&a, e->cluster, e->wall))
			continue;
		row = row_list_add(out, "e/%lld/%s/%s/%s", (long long)e->wall, e->cluster ? e->cluster : "",
		    e->entity ? e->entity : "", e->text ? e->text : "");
		row->sub = i;
		row->row = (size_t)(a.since - e->wall);
		row->urgency = nearness(a.since, e->wall);
	}
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *alert = &j->alerts[i];
		struct view_row *row;

		if (alert->since_wall >= a.since || !alert->cluster || !concerns(&a, alert->cluster, alert->since_wall))
			continue;
		row = row_list_add(out, "a/%s/%s/%s", alert->name, alert->cluster, alert->entity ? alert->entity : "");
		row->sub = section_count(s) + i;
		row->row = (size_t)(a.since - alert->since_wall);
		row->verdict = alert->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
		row->urgency = nearness(a.since, alert->since_wall);
	}
}

static void cell_distance(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	int64_t before = (int64_t)row->row;
	char d[FMT_MAX];

	(void)ctx;
	cell_empty(out);
	if (before < 0)
		snprintf(out->text, sizeof(out->text), _("%s after"), fmt_duration(d, sizeof(d), -before));
	else if (before < NS_PER_S)
		snprintf(out->text, sizeof(out->text), "%s", _("just then"));
	else
		snprintf(out->text, sizeof(out->text), _("%s before"), fmt_duration(d, sizeof(d), before));
}

static double order_distance(const struct view_ctx *ctx, const struct view_row *row)
{
	return (double)wall_of(ctx, row);
}

static void cell_time(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	cell_empty(out);
	out->number = true;
	fmt_clock(out->text, sizeof(out->text), wall_of(ctx, row));
}

static void cell_entity(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);
	const struct alert *a = e ? NULL : alert_of(ctx, row);

	cell_str(out, ROLE_TEXT, e ? e->entity : a ? a->entity : NULL);
}

static void cell_what(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct event_row *e = event_of(ctx, row);
	const struct alert *a = e ? NULL : alert_of(ctx, row);

	if (a)
		cell_fmt(out, verdict_role(row->verdict), _("%s began: %s"), a->name, a->what ? a->what : "-");
	else
		cell_str(out, ROLE_TEXT, e ? e->text : NULL);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct event_row *e = event_of(ctx, row);
	const struct alert *a = e ? NULL : alert_of(ctx, row);
	char when[FMT_MAX];

	detail_text(&d, e && e->cluster ? e->cluster : a && a->cluster ? a->cluster : "-", ROLE_TEXT, "%.200s  %s",
	    e && e->entity ? e->entity : a && a->entity ? a->entity : "", fmt_utc(when, sizeof(when), wall_of(ctx, row)));
	if (e && e->text)
		detail_wrapped(&d, "", e->text, 2);
	else if (a && a->action)
		detail_wrapped(&d, _("do:"), a->action, 2);
}

static void about(const struct view_ctx *ctx, const struct view_arg *arg, char *out, size_t size)
{
	struct asked a = asked_of(ctx, arg->id);
	char when[FMT_MAX], raw[300];

	/* The label of an incident names its cluster already. */
	bool named = a.cluster[0] && strstr(a.label, a.cluster);

	snprintf(raw, sizeof(raw), "%.60s%s%.120s %s", named ? "" : a.cluster, named ? "" : " ", a.label,
	    fmt_clock(when, sizeof(when), a.since));
	text_sanitise(out, size, raw, sizeof(raw));
}

static const struct column columns[] = {
    {"distance", N_("WHEN"), 9, 14, 1, false, cell_distance, order_distance},
    {"time", N_("TIME"), 9, 9, 4, false, cell_time, order_distance},
    {"entity", N_("WHERE"), 6, 30, 2, false, cell_entity, NULL},
    {"what", N_("WHAT HAPPENED"), 12, 100, 1, false, cell_what, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_changed = {
    .pane = PANE_EVENTS,
    .name = "changed",
    .title = N_("CHANGED BEFORE"),
    .columns = columns,
    .order = N_("the nearest in time first"),
    .rows = rows,
    .detail_lines = 3,
    .detail = detail,
    .about = about,
    .empty = N_("mqduty saw nothing change in the 30 minutes before. It sees only while it runs: mqduty collect watches on "
		"when no screen is open. What nobody can see (a deployment, a firewall) can be noted: mqduty event 'deploy X'."),
    .help = N_("Restarts, leaders, members, alerts and what operators noted with `mqduty event`, of this cluster, within\n"
	       "30 minutes before the alert began; the nearest first."),
};
