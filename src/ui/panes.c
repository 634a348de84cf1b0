#include "ui/views.h"

#include "base/i18n.h"

const struct view_ops *const panes[PANE_COUNT] = {
    [PANE_EVENTS] = &view_events,
    [PANE_OVERVIEW] = &view_overview,
    [PANE_CHECKLIST] = &view_checklist,
    [PANE_LAG] = &view_lag,
    [PANE_ROUTES] = &view_routes,
    [PANE_CONNECTIONS] = &view_connections,
    [PANE_DISK] = &view_disk,
    [PANE_ALERTS] = &view_alerts,
    [PANE_LOGS] = &view_logs,
    [PANE_MANUAL] = &view_manual,
};

static enum verdict overview_verdict(const struct view_ctx *ctx)
{
	return ctx->frame->judgement->verdict;
}

static enum verdict checklist_verdict(const struct view_ctx *ctx)
{
	const struct judgement *j = ctx->frame->judgement;
	enum verdict worst = j->n_checklist ? VERDICT_NA : VERDICT_UNKNOWN;

	for (size_t i = 0; i < j->n_checklist; i++)
		worst = verdict_worse(worst, j->checklist[i].verdict);
	return worst;
}

/* That nothing fires is good news only where every rule was judged. */
static enum verdict alerts_verdict(const struct view_ctx *ctx)
{
	const struct judgement *j = ctx->frame->judgement;
	enum verdict worst = j->n_rules ? VERDICT_OK : VERDICT_UNKNOWN;

	for (size_t i = 0; i < j->n_rules; i++)
		if (j->rules[i].verdict == VERDICT_UNKNOWN)
			worst = VERDICT_UNKNOWN;
	for (size_t i = 0; i < j->n_alerts; i++)
		if (j->alerts[i].state == ALERT_FIRING)
			worst = verdict_worse(worst, j->alerts[i].severity == SEVERITY_CRITICAL
							 ? VERDICT_CRIT
							 : VERDICT_WARN);
	return worst;
}

static enum verdict logs_verdict(const struct view_ctx *ctx)
{
	const struct judgement *j = ctx->frame->judgement;

	for (size_t i = 0; i < j->n_checklist; i++)
		if (j->checklist[i].id && !strcmp(j->checklist[i].id, "error-logs"))
			return j->checklist[i].verdict;
	return VERDICT_UNKNOWN;
}

/* The rows as judged, and what is missing of the list itself: an empty list is green only if it is
 * complete. */
static enum verdict section_verdict(const struct view_ctx *ctx, const struct section_words *words)
{
	return verdict_worse(
	    judgement_pane(ctx->frame->judgement, words->kind), section_gap(ctx, words));
}

enum verdict pane_verdict(const struct view_ctx *ctx, enum pane_id pane)
{
	static const struct {
		enum verdict (*of)(const struct view_ctx *ctx);
		const struct section_words *words;
	} how[PANE_COUNT] = {
	    [PANE_OVERVIEW] = {overview_verdict, NULL},
	    [PANE_CHECKLIST] = {checklist_verdict, NULL},
	    [PANE_LAG] = {NULL, &lag_words},
	    [PANE_ROUTES] = {NULL, &routes_words},
	    [PANE_CONNECTIONS] = {NULL, &connections_words},
	    [PANE_DISK] = {NULL, &disk_words},
	    [PANE_ALERTS] = {alerts_verdict, NULL},
	    [PANE_LOGS] = {logs_verdict, NULL},
	};

	if (how[pane].of)
		return how[pane].of(ctx);
	return how[pane].words ? section_verdict(ctx, how[pane].words) : VERDICT_NA;
}
