#include "audit/forecast.h"
#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Measured from history: whether the last day was unusual, and when volumes will be full. */

enum { SERIES_LOOKED_AT = 400, FULL_ENOUGH = 85 }; /* percent: a volume that stays fuller than that has no reserve */

#define DAY (86400 * NS_PER_S)

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

/* Reads each series whose name ends so, over `days`. */
static size_t each_series(struct measuring *m, const char *const *ends, int days,
    void (*look)(struct measuring *m, const char *key, const struct metrics_points *p))
{
	struct err err = {""};
	const char **keys;
	size_t looked = 0, left = 0;

	if (!m->in->config) {
		measured(m, VERDICT_UNKNOWN, _("no history is read here: this is a recording"));
		return 0;
	}
	keys = metrics_keys(m->in->config->state_dir, m->arena, &err);
	if (!keys) {
		measured(m, VERDICT_UNKNOWN, "%s", err_msg(&err));
		return 0;
	}
	for (; *keys; keys++) {
		for (const char *const *end = ends; *end; end++) {
			struct metrics_points p;

			if (!ends_with(*keys, *end))
				continue;
			if (looked == SERIES_LOOKED_AT) {
				left++;
				continue;
			}
			if (!metrics_read(m->in->config->state_dir, *keys, m->in->wall - days * DAY, m->in->wall, &p, &err))
				look(m, *keys, &p);
			else
				measured(m, VERDICT_UNKNOWN, "%s: %s", *keys, err_msg(&err));
			free(p.list);
			looked++;
		}
	}
	if (left)
		measured(m, VERDICT_UNKNOWN, _("only the first %zu of %zu series were looked at"), looked, looked + left);
	return looked;
}

static void look_trend(struct measuring *m, const char *key, const struct metrics_points *p)
{
	double change;

	switch (trend_week(p->list, p->n, m->in->wall, &change)) {
	case TREND_TOO_LITTLE:
		measured(m, VERDICT_UNKNOWN,
		    _("not enough history of %s: the last day is compared with the same weekday of two weeks before"), key);
		break;
	case TREND_USUAL:
		measured(m, VERDICT_OK, _("as in the weeks before: %s (%+.0f%%)"), key, 100 * change);
		break;
	case TREND_HIGHER:
	case TREND_LOWER:
		if (isinf(change))
			measured(m, VERDICT_WARN, _("%s: it was 0 at the same hours of the weeks before"), key);
		else
			measured(m, VERDICT_WARN, _("%s: %+.0f%% against the same hours of the weeks before"), key, 100 * change);
		break;
	}
}

void measure_trends(struct measuring *m)
{
	static const char *const ends[] = {"/lag", "/rtt_ms", "/msgs_in_per_s", NULL};

	if (!each_series(m, ends, 57, look_trend) && !m->out->evidence)
		measured(m, VERDICT_UNKNOWN, _("no history is kept: run mqduty collect"));
}

/* Is it written as 1? */
static bool one(double days)
{
	return lrint(days) == 1;
}

/* "12 to 15 days"; one number where they are the same. */
static const char *span(struct measuring *m, const struct forecast *f)
{
	if (isinf(f->most) || f->most < 0)
		return arena_printf(m->arena,
		    one(f->least) ? _("in %.0f day at the soonest") : _("in %.0f days at the soonest"), f->least);
	if (f->most - f->least < 1)
		return arena_printf(m->arena, one(f->least) ? _("in %.0f day") : _("in %.0f days"), f->least);
	return arena_printf(m->arena, _("in %.0f to %.0f days"), f->least, f->most);
}

/* Nothing was seen for a day: a broker that has another name by now, such as its number until it told its name. */
static bool ended(struct measuring *m, const struct metrics_points *p)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->list[i].n > 0)
			return p->list[i].wall < m->in->wall - DAY;
	return true;
}

static void rising(struct measuring *m, const char *key, const struct metrics_points *p, const struct forecast *f, double within)
{
	double level = 100;
	const char *unlimited = retention_levels(m, key, p, &level);

	if (!unlimited)
		measured(m, level < FULL_ENOUGH || f->least > within ? VERDICT_OK : VERDICT_WARN,
		    _("%s levels off at about %.0f%% by retention, if writes stay as they are: +%.2g points a day"), key, level,
		    f->per_day);
	else
		measured(m, f->least > within ? VERDICT_OK : f->least <= 7 ? VERDICT_CRIT : VERDICT_WARN,
		    _("%s is full %s: +%.2g points a day; %s"), key, span(m, f), f->per_day, unlimited);
}

static void capacity(struct measuring *m, const char *key, const struct metrics_points *p, double within)
{
	struct forecast f;

	if (!strstr(key, "/disk/"))
		return;
	forecast_limit(p->list, p->n, 100, &f);
	switch (f.outlook) {
	case OUTLOOK_TOO_LITTLE:
		/* A few minutes of a name that is gone would hide all others for weeks. */
		if (ended(m, p))
			break;
		measured(m, VERDICT_UNKNOWN, _("not enough history of %s: %.0f of 3 whole days%s"), key, f.days,
		    f.stepped ? _(" since the last clean-up") : "");
		break;
	case OUTLOOK_STEADY:
	case OUTLOOK_FALLING:
		measured(m, VERDICT_OK, one(f.days) ? _("%s does not grow (%.0f day)") : _("%s does not grow (%.0f days)"), key, f.days);
		break;
	case OUTLOOK_RISING:
		rising(m, key, p, &f, within);
		break;
	}
}

static void look_30_days(struct measuring *m, const char *key, const struct metrics_points *p)
{
	capacity(m, key, p, 30);
}

static void look_90_days(struct measuring *m, const char *key, const struct metrics_points *p)
{
	capacity(m, key, p, 90);
}

static void volumes(struct measuring *m, void (*look)(struct measuring *m, const char *key, const struct metrics_points *p))
{
	static const char *const ends[] = {"/percent", NULL};

	each_series(m, ends, 28, look);
	if (!m->out->evidence)
		measured(m, VERDICT_UNKNOWN, _("no history of a volume is kept: run mqduty collect"));
}

void measure_capacity(struct measuring *m)
{
	volumes(m, look_30_days);
}

void measure_extension(struct measuring *m)
{
	volumes(m, look_90_days);
}
