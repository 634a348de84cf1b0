/* Screens of a number's history: its graph, its cursor, the week before, and what stands there when there is none. */
#include "harness.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "ui/ui.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h)
#define WEEK_S (INT64_C(7) * 86400)

/* A day's rise and fall, and now and then a peak; the week before is lower. */
static struct metrics_point point_at(int64_t at, int64_t step, double by)
{
	double day = (double)(at % 86400) / 86400, mean = (4000 + 3000 * sin(day * 6.2832)) * by;

	if (at < SAMPLE_WALL / NS_PER_S - WEEK_S + 3600)
		mean *= 0.5;
	return (struct metrics_point){
	    .wall = at * NS_PER_S,
	    .min = step > 10 ? mean * 0.8 : mean,
	    .max = at % 31500 < step ? 12345 * by : step > 10 ? mean * 1.2 : mean,
	    .mean = mean,
	    .n = (double)step / 10,
	};
}

/* Nothing was measured in the third tenth of the span. */
static struct metrics_points made_up(const char *key, int64_t from, int64_t to)
{
	int64_t span = (to - from) / NS_PER_S, step = span > 20 * 86400 ? 900 : span > 2 * 86400 ? 60 : 10;
	struct metrics_points p = {.step = step * NS_PER_S};
	double by = strstr(key, "percent") ? 0.007 : strstr(key, "rtt_ms") ? 0.001 : 1;

	for (int64_t at = from / NS_PER_S; at < to / NS_PER_S; at += step) {
		int64_t part = (at - from / NS_PER_S) * 10 / span;

		array_reserve(&p.list, &p.cap, p.n + 1, sizeof(*p.list));
		p.list[p.n++] = part == 2 ? (struct metrics_point){at * NS_PER_S, NAN, NAN, NAN, 0} : point_at(at, step, by);
	}
	return p;
}

static void read_all(struct ui *ui, int64_t now, int64_t wall)
{
	struct past_answer a = {0};

	ui->past.kept = true;
	if (!history_wanted(ui, now, wall, &a.ask))
		return;
	a.points = made_up(a.ask.key, a.ask.from, a.ask.to);
	if (a.ask.week)
		a.before = made_up(a.ask.key, a.ask.from - WEEK_S * NS_PER_S, a.ask.to - WEEK_S * NS_PER_S);
	past_take(&ui->past, &a);
}

/* The disk hangs. */
static void read_never(struct ui *ui, int64_t now, int64_t wall)
{
	struct past_ask ask;

	ui->past.kept = true;
	history_wanted(ui, now, wall, &ask);
}

static void read_nothing(struct ui *ui, int64_t now, int64_t wall)
{
	struct past_answer a = {.trouble = "there is no history in /var/lib/mqduty/metrics.db: run mqduty collect"};

	ui->past.kept = true;
	if (history_wanted(ui, now, wall, &a.ask))
		past_take(&ui->past, &a);
}

/* Only the first answer comes: what is asked for then waits. */
static void read_once(struct ui *ui, int64_t now, int64_t wall)
{
	if (ui->past.got.ask.key[0])
		read_never(ui, now, wall);
	else
		read_all(ui, now, wall);
}

#define TEN_BACK "hhhhhhhhhh"

static const struct screen_case cases[] = {
    {.name = "past-day", SIZE(80, 24), .keys = "3v", .past = read_all, .looks = true},
    {.name = "past-hour", SIZE(80, 24), .keys = "3v<", .past = read_all},
    {.name = "past-hour-is-the-least", SIZE(80, 24), .keys = "3v<<<", .past = read_all},
    {.name = "past-week", SIZE(80, 24), .keys = "3v>", .past = read_all},
    {.name = "past-month", SIZE(80, 24), .keys = "3v>>>", .past = read_all},
    {.name = "past-cursor", SIZE(80, 24), .keys = "3v" TEN_BACK "l", .past = read_all, .looks = true},
    {.name = "past-cursor-gap", SIZE(80, 24), .keys = "3vW" TEN_BACK TEN_BACK TEN_BACK TEN_BACK TEN_BACK TEN_BACK TEN_BACK
	TEN_BACK TEN_BACK, .past = read_all},
    {.name = "past-week-before", SIZE(80, 24), .keys = "3vW" TEN_BACK, .past = read_all, .looks = true},
    {.name = "past-week-before-off", SIZE(80, 24), .keys = "3vWW", .past = read_all},
    {.name = "past-60x15", SIZE(60, 15), .keys = "3vW" TEN_BACK, .past = read_all},
    {.name = "past-200x50", SIZE(200, 50), .keys = "3v>W" TEN_BACK, .past = read_all},
    {.name = "past-ascii", SIZE(80, 24), .keys = "3vW" TEN_BACK, .past = read_all, .locale = "C"},
    {.name = "past-ascii-60x15", SIZE(60, 15), .keys = "6v<", .past = read_all, .locale = "C"},
    {.name = "past-mono", SIZE(80, 24), .keys = "3vW" TEN_BACK, .past = read_all, .theme = "mono", .no_colour = true,
	.looks = true},
    {.name = "past-disk", SIZE(60, 15), .keys = "6v", .past = read_all},
    /* A row that is fine wears its own verdict, not that of the worst in its pane. */
    {.name = "past-own-verdict", SIZE(80, 24), .keys = "3Gv", .past = read_all},
    {.name = "past-rtt", SIZE(80, 24), .keys = "1j\rv", .past = read_all},
    {.name = "past-reading", SIZE(80, 24), .keys = "3v", .past = read_never},
    {.name = "past-reading-more", SIZE(80, 24), .keys = "3v>", .past = read_once},
    {.name = "past-none", SIZE(80, 24), .keys = "3v", .past = read_nothing},
    {.name = "past-none-60x15", SIZE(60, 15), .keys = "3v", .past = read_nothing},
    {.name = "past-not-here", SIZE(80, 24), .keys = "3v>"},
    {.name = "past-help", SIZE(80, 24), .keys = "3v?", .past = read_all},
    {0},
};

int main(void)
{
	return screen_run(cases);
}
