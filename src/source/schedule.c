#include "source/source.h"

#include "base/clock.h"

/* The design's schedule. These periods hold for an interval of BASE; another interval scales
 * them all. */
#define BASE (2 * NS_PER_S)

static const int64_t base_period[PERIOD_COUNT] = {
    [PERIOD_LIVENESS] = 2 * NS_PER_S,
    [PERIOD_OFFSETS] = 10 * NS_PER_S,
    [PERIOD_ROUTES] = 10 * NS_PER_S,
    [PERIOD_METADATA] = 30 * NS_PER_S,
    [PERIOD_LOGDIRS] = 60 * NS_PER_S,
    [PERIOD_CONFIGS] = 600 * NS_PER_S,
};

/* The first wait after a failure, and the longest where the caller names none. */
#define FIRST_WAIT (2 * NS_PER_S)
#define LONGEST_WAIT (60 * NS_PER_S)

int64_t schedule_period(const struct config *config, enum period_id id)
{
	double scale;

	if ((size_t)id >= PERIOD_COUNT)
		BUG("no period %d", (int)id);
	if (config->interval_ns <= 0)
		return base_period[id];
	scale = (double)config->interval_ns / (double)BASE;
	return (int64_t)((double)base_period[id] * scale);
}

void task_init(struct task *t, const struct config *config, enum period_id id, int64_t now)
{
	*t = (struct task){.period = schedule_period(config, id), .next = now};
}

void task_done(struct task *t, int64_t now)
{
	t->backoff = 0;
	t->next += t->period;
	/* Cycles that were missed are not made up for: nobody gains from a burst. */
	if (t->next <= now)
		t->next = now + t->period;
	/* A task that was due early (the operator pressed R) starts its period anew. */
	if (t->next > now + t->period)
		t->next = now + t->period;
}

void task_failed(struct task *t, int64_t now, int64_t most)
{
	int64_t first = t->period < FIRST_WAIT ? t->period : FIRST_WAIT;

	if (most <= 0)
		most = LONGEST_WAIT;
	t->backoff = t->backoff ? 2 * t->backoff : first;
	if (t->backoff > most)
		t->backoff = most;
	t->next = now + t->backoff;
}
