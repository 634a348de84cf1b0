#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "report/daily.h"
#include "rules/day.h"
#include "store/ops_db.h"

#include <string.h>

/* The daily checklist as Markdown: of today from the clusters, of a day before from what was kept. */

enum { DAYS_AROUND = 2 }; /* a signature of a day may be written somewhat later, by another clock */

#define DAY_NS (86400 * NS_PER_S)

static int past_day(const struct config *config, const struct zone *zone, const char *day)
{
	int64_t begins = day_begins(zone, config->day_starts, day);
	struct err err = {""};
	struct ledger *l = ops_db_read_daily(
	    config->state_dir, begins - DAYS_AROUND * DAY_NS, begins + (1 + DAYS_AROUND) * DAY_NS, &err);
	struct buf out;
	size_t missed;
	int rc;

	if (!l)
		return modes_fail(&err);
	buf_init(&out, OUTPUT_MAX);
	rc = report_past_day(l, day, zone_offset(zone, begins / NS_PER_S), &out, &missed);
	ledger_unref(l);
	if (rc || modes_print(&out, stdout))
		return CLI_USAGE_EXIT;
	return missed > 0;
}

static int today(const struct cli *cli)
{
	struct cli check = *cli;

	check.command = CMD_CHECK;
	check.arg = "daily";
	check.format = "markdown";
	return mode_check(&check);
}

/* The day that the word means; -1: none that has begun. */
static int which_day(const char *word, const char *now, char day[DAY_SIZE], struct err *err)
{
	if (!strcmp(word, "today"))
		day_after(now, 0, day);
	else if (!strcmp(word, "yesterday"))
		day_after(now, -1, day);
	else
		day_after(word, 0, day);
	if (!day[0])
		return err_set(err, _("'%s' is no day: write today, yesterday, or a date such as 2026-11-25"), word);
	if (strcmp(day, now) > 0)
		return err_set(err, _("the day %s has not begun: it is %s"), day, now);
	return 0;
}

int mode_daily(const struct cli *cli)
{
	char now[DAY_SIZE], day[DAY_SIZE];
	struct err err = {""};
	struct config *config;
	struct zone *zone;
	int code;

	if (!cli->arg)
		return today(cli);
	config = modes_plain_config(cli);
	if (!config)
		return CLI_USAGE_EXIT;
	zone = zone_new(config->day_tz, &err);
	if (!zone || which_day(cli->arg, day_of(zone, config->day_starts, clock_wall(), now), day, &err))
		code = modes_fail(&err);
	else
		code = strcmp(day, now) ? past_day(config, zone, day) : today(cli);
	zone_free(zone);
	config_free(config);
	return code;
}
