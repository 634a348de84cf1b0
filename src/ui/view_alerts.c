#include "ui/acts.h"
#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/map.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* Firing alerts first, then what pends and what is silenced; those folded under
 * another one stand behind it, one Enter away. */
static const struct alert *alert_of(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct judgement *j = ctx->frame->judgement;

	return row->sub < j->n_alerts ? &j->alerts[row->sub] : NULL;
}

static const char *text_of(const char *s)
{
	return s ? s : "-";
}

/* As folded_under names it: "BrokerDown orders kafka-2". */
static void alert_key(const struct alert *a, char *out, size_t size)
{
	snprintf(out, size, "%s %s %s", text_of(a->name), text_of(a->cluster), text_of(a->entity));
}

/* The cluster's index, found quicker when the alert before was of the same one. */
static size_t cluster_index(const struct view_ctx *ctx, const char *name)
{
	const struct snapshot *snap = ctx->frame->snap;

	for (size_t i = 0; name && i < snap->n_clusters; i++)
		if (!strcmp(snap->clusters[i].name, name))
			return i;
	return SIZE_MAX;
}

static void add_alert(const struct view_ctx *ctx, size_t i, struct row_list *out)
{
	const struct judgement *j = ctx->frame->judgement;
	const struct alert *a = &j->alerts[i];
	struct view_row *row = row_list_join(out, a->cluster, a->name, a->entity);

	row->cluster = cluster_index(ctx, a->cluster);
	row->section =
	    a->section < SECTION_COUNT && a->row != SIZE_MAX ? a->section : SECTION_KINDS;
	row->row = a->row;
	row->sub = i;
	if (a->state == ALERT_FIRING)
		row->verdict = a->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;
	row->urgency = (int)(j->n_alerts - i);
	row->urgency += a->state == ALERT_FIRING ? INT32_MAX / 2 : 0;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct judgement *j = ctx->frame->judgement;
	struct map leaders; /* alert -> its place in out, counted from 1 */
	char key[512];

	(void)arg;
	map_init(&leaders);
	for (size_t i = 0; i < j->n_alerts; i++) {
		if (j->alerts[i].folded_under)
			continue;
		add_alert(ctx, i, out);
		alert_key(&j->alerts[i], key, sizeof(key));
		map_put(&leaders, key, (void *)(uintptr_t)out->n);
	}
	for (size_t i = 0; i < j->n_alerts; i++) {
		const char *under = j->alerts[i].folded_under;
		size_t at = under ? (size_t)(uintptr_t)map_get(&leaders, under) : 0;

		if (at)
			out->rows[at - 1].folded++;
		else if (under)
			add_alert(ctx, i, out); /* its cause is no alert of this list */
	}
	map_release(&leaders);
}

static void folded_rows(
    const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	const struct judgement *j = ctx->frame->judgement;
	struct view_row parent;
	char key[512];

	if (!find_row(ctx, &view_alerts, arg, &parent) || !alert_of(ctx, &parent))
		return;
	alert_key(alert_of(ctx, &parent), key, sizeof(key));
	for (size_t i = 0; i < j->n_alerts; i++)
		if (j->alerts[i].folded_under &&
		    !strcmp(j->alerts[i].folded_under, key))
			add_alert(ctx, i, out);
}

/* What does not fire, or not for itself, is not as loud. */
static void quieten(const struct alert *a, struct cell_text *out)
{
	if (a && a->state != ALERT_FIRING)
		out->role = ROLE_DIM;
}

static void cell_severity(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);
	enum verdict v = a && a->severity == SEVERITY_CRITICAL ? VERDICT_CRIT : VERDICT_WARN;

	cell_verdict(out, v);
	quieten(a, out);
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_str(out, ROLE_TEXT, a ? a->name : NULL);
	quieten(a, out);
}

static void cell_cluster(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_str(out, ROLE_TEXT, a ? a->cluster : NULL);
	quieten(a, out);
}

static void cell_entity(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_str(out, ROLE_TEXT, a ? a->entity : NULL);
	quieten(a, out);
}

/* The threshold's own unit tells how to read the number: ">70%", ">50ms", "<1h", ">10000"; the
 * number that ">80% max_connections" judges is a count. */
static enum value_style style_of(const struct alert *a)
{
	const char *t = a->threshold ? a->threshold : "";
	size_t n = strlen(t);
	char last = n ? t[n - 1] : '\0', before = n > 1 ? t[n - 2] : '\0';

	if (last == '%')
		return STYLE_PERCENT;
	if (last == 's' && before == 'm')
		return STYLE_MS;
	if (before >= '0' && before <= '9' && strchr("smhd", last))
		return STYLE_SECONDS;
	return a->value.type == VALUE_REAL ? STYLE_SHORT : STYLE_COUNT;
}

static void cell_number(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_empty(out);
	if (a && (a->value.type != VALUE_NONE || a->value.reason))
		cell_value(ctx, &a->value, style_of(a), out);
	quieten(a, out);
}

static double order_number(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct alert *a = alert_of(ctx, row);

	return a ? order_value(&a->value) : -HUGE_VAL;
}

static void cell_threshold(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_str(out, ROLE_TEXT, a ? a->threshold : NULL);
	out->text[strcspn(out->text, " ")] = '\0'; /* the detail lines have it whole */
	out->number = strlen(out->text) <= 8;
	quieten(a, out);
}

static void cell_since(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct alert *a = alert_of(ctx, row);

	cell_empty(out);
	out->number = true;
	since_text(ctx->now, a ? a->since_boot : 0, out->text, sizeof(out->text));
	quieten(a, out);
}

static double order_since(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct alert *a = alert_of(ctx, row);

	return a ? (double)-a->since_boot : -HUGE_VAL;
}

/* "silent 2h", "maint 45m": for how long yet. */
static void cell_muted(const struct view_ctx *ctx, const struct alert *a, const struct act *silence,
    struct cell_text *out)
{
	struct act maint = act_maint(view_ledger(ctx), a->cluster, a->entity, ctx->wall);
	const struct record *r = silence->record ? silence->record : maint.record;
	char left[FMT_MAX];

	if (!r || !r->until) {
		cell_str(out, ROLE_DIM, r == silence->record && r ? _("silenced") : _("muted"));
		return;
	}
	fmt_duration(left, sizeof(left), r->until - ctx->wall);
	cell_fmt(out, ROLE_DIM, r == silence->record ? _("silent %s") : _("maint %s"), left);
}

static void cell_state(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	static const char *const word[] = {
	    [ALERT_PENDING] = N_("pending"),
	    [ALERT_FIRING] = N_("firing"),
	    [ALERT_FOLDED] = N_("folded"),
	    [ALERT_SILENCED] = N_("silenced"),
	};
	const struct alert *a = alert_of(ctx, row);
	struct act ack, silence;

	cell_empty(out);
	if (!a)
		return;
	ack = act_ack(view_ledger(ctx), a);
	silence = act_silence(view_ledger(ctx), a, ctx->wall);
	if ((ack.record && ack.keep != KEEP_KEPT) || (silence.record && silence.keep != KEEP_KEPT)) {
		enum keep keep = ack.record && ack.keep != KEEP_KEPT ? ack.keep : silence.keep;

		cell_str(out, keep_role(keep), keep_word(keep));
	} else if (a->state == ALERT_SILENCED) {
		cell_muted(ctx, a, &silence, out);
	} else if (a->acknowledged && a->ack_by) {
		cell_fmt(out, ROLE_TEXT, _("ack %.60s"), a->ack_by);
	} else if (row->folded) {
		cell_fmt(out, ROLE_TEXT, _("+%zu folded"), row->folded);
	} else {
		cell_str(out, a->state == ALERT_FIRING ? ROLE_TEXT : ROLE_DIM,
		    a->acknowledged ? _("acked") : _(word[a->state]));
	}
}

/* "duty1 2026-11-22T03:04:31Z until ..: looking at it", and whether it is kept. */
static void detail_act(struct detail *d, const char *label, const struct act *act)
{
	const struct record *r = act->record;
	char at[FMT_MAX], until[FMT_MAX], line[512];

	if (!r)
		return;
	snprintf(line, sizeof(line), "%s%s%.60s %s%s%s: %.300s", keep_word(act->keep),
	    act->keep == KEEP_KEPT ? "" : " ", r->user, fmt_utc(at, sizeof(at), r->wall),
	    r->until ? _(" until ") : "", r->until ? fmt_utc(until, sizeof(until), r->until) : "",
	    r->text ? r->text : "-");
	if (act->keep == KEEP_FAILED)
		detail_text(d, label, ROLE_CRIT, "%s", line);
	else
		detail_wrapped(d, label, line, 2);
}

static void detail_acts(struct detail *d, const struct alert *a)
{
	const struct ledger *l = view_ledger(d->ctx);
	struct act ack = act_ack(l, a), silence = act_silence(l, a, d->ctx->wall);
	struct act maint = act_maint(l, a->cluster, a->entity, d->ctx->wall);

	/* A recording may have the judgement alone. */
	if (!ack.record && a->acknowledged)
		detail_text(d, _("acknowledged:"), ROLE_TEXT, "%.60s: %.200s", text_of(a->ack_by),
		    text_of(a->ack_comment));
	detail_act(d, _("acknowledged:"), &ack);
	detail_act(d, _("silenced:"), &silence);
	detail_act(d, _("maintenance:"), &maint);
	if (a->muted && !silence.record && !maint.record)
		detail_wrapped(d, _("not counted:"), a->muted, 2);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct alert *a = alert_of(ctx, row);
	char when[FMT_MAX];

	if (!a)
		return;
	detail_text(&d, text_of(a->cluster), ROLE_TEXT, _("%.60s %.120s since %s"),
	    text_of(a->name), text_of(a->entity), fmt_utc(when, sizeof(when), a->since_wall));
	detail_acts(&d, a);
	if (a->action)
		detail_wrapped(&d, _("do:"), i18n_again(a->action), 2);
	if (a->what && a->threshold && !strstr(a->what, a->threshold))
		detail_text(&d, _("now:"), ROLE_TEXT, _("%.200s (limit %.60s)"), a->what, a->threshold);
	else if (a->what)
		detail_text(&d, _("now:"), ROLE_TEXT, "%s", a->what);
	else if (a->threshold)
		detail_text(&d, _("limit:"), ROLE_TEXT, "%s", a->threshold);
	if (a->folded_under)
		detail_text(&d, _("folded under:"), ROLE_TEXT, "%s", a->folded_under);
	if (row->folded)
		detail_text(&d, _("folded:"), ROLE_TEXT,
		    _("%zu that follow from this one (Enter lists them)"), row->folded);
	if (a->value.type != VALUE_NONE || a->value.reason)
		detail_reasons(
		    &d, (const struct detail_value[]){{_("VALUE"), &a->value}, {NULL, NULL}});
}

static const struct view_ops *drill(const struct view_row *row)
{
	if (row->folded)
		return &view_folded;
	return row->section == SECTION_PARTITIONS ? &view_problems : NULL;
}

static const struct column columns[] = {
    {"severity", N_("SEV"), 4, 6, 1, false, cell_severity, order_verdict},
    {"alert", N_("ALERT"), 8, 28, 1, false, cell_name, NULL},
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, cell_cluster, NULL},
    {"entity", N_("WHERE"), 8, 50, 2, false, cell_entity, NULL},
    {"value", N_("VALUE"), 5, 16, 5, true, cell_number, order_number},
    {"threshold", N_("LIMIT"), 5, 10, 6, false, cell_threshold, NULL},
    {"since", N_("FOR"), 3, 8, 1, true, cell_since, order_since},
    {"state", N_("STATE"), 7, 14, 4, false, cell_state, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_alerts = {
    .pane = PANE_ALERTS,
    .name = "alerts",
    .title = N_("ALERTS"),
    .columns = columns,
    .rows = rows,
    .detail_lines = 6,
    .bar = "aAw",
    .detail = detail,
    .drill = drill,
    .empty = N_("No alert fires. What could not be judged stands as UNKN in its own pane."),
    .help =
	N_("Firing ones first, then pending (not broken for long enough yet) and silenced ones.\n"
	   "What follows from another alert is folded under it: Enter lists it.\n"
	   "a says who looks at it, A silences it for a time; neither stops other pagers."),
};

const struct view_ops view_folded = {
    .pane = PANE_ALERTS,
    .name = "folded",
    .title = N_("FOLDED ALERTS"),
    .columns = columns,
    .rows = folded_rows,
    .detail_lines = 6,
    .bar = "aAw",
    .detail = detail,
    .drill = drill,
    .empty = N_("Nothing is folded under this alert any more. Esc goes back."),
};
