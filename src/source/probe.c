#include "source/source.h"

#include "base/clock.h"
#include "base/i18n.h"

/* How many samples a ring holds: at 2 s a probe, 20 minutes for the curve of the row. */
enum { KEEP = 600 };

/* A percentile of fewer probes than this says nothing. */
enum { LEAST = 20 };

#define WINDOW (120 * NS_PER_S)

void probe_stats_init(struct probe_stats *p)
{
	*p = (struct probe_stats){.series = series_new(KEEP)};
}

void probe_stats_release(struct probe_stats *p)
{
	series_free(p->series);
	*p = (struct probe_stats){0};
}

void probe_stats_add(struct probe_stats *p, int64_t at, double ms)
{
	series_add(p->series, at, ms);
	p->last_at = at;
	p->last_ms = ms;
}

static struct value percentile(const struct series_view *v, double p, int64_t since, int64_t at,
    int64_t period, const char *reason)
{
	size_t n = 0;
	double ms = series_view_percentile(v, since, p, &n);
	struct value value;

	if (n < LEAST)
		return reason ? value_error(reason) : value_missing(_("needs 20 probes"));
	value = value_real(ms, at, period);
	return reason ? value_failed(value, reason) : value;
}

void probe_stats_fill(const struct probe_stats *p, struct broker_row *row, int64_t now,
    int64_t period, const char *reason)
{
	/* A longer interval must still be able to gather enough of them. */
	int64_t window = 2 * LEAST * period > WINDOW ? 2 * LEAST * period : WINDOW;
	int64_t since = now - window;

	if (p->last_at) {
		row->rtt_ms = value_real(p->last_ms, p->last_at, period);
		if (reason)
			row->rtt_ms = value_failed(row->rtt_ms, reason);
	} else {
		row->rtt_ms = reason ? value_error(reason) : value_missing(_("not probed yet"));
	}
	row->rtt_series = series_view(p->series);
	row->rtt_p50_ms = percentile(row->rtt_series, 50, since, p->last_at, period, reason);
	row->rtt_p95_ms = percentile(row->rtt_series, 95, since, p->last_at, period, reason);
	row->rtt_p99_ms = percentile(row->rtt_series, 99, since, p->last_at, period, reason);
}
