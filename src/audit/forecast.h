#ifndef MQ_AUDIT_FORECAST_H
#define MQ_AUDIT_FORECAST_H

#include "store/metrics_db.h"

/*
 * What the past of a number says of its future, and whether the last day was like
 * those before. Pure. Gaps are left out, never filled.
 */
enum outlook { OUTLOOK_TOO_LITTLE, OUTLOOK_STEADY, OUTLOOK_FALLING, OUTLOOK_RISING };

struct forecast {
	enum outlook outlook;
	double days;	       /* whole days that it is made from, since the last step */
	double per_day;	       /* how much it grows a day */
	double now, fast;      /* the last hour's mean; how much it grows a day at the most, by the same interval as below */
	double least, most;    /* days until the limit: an interval, INFINITY where it may never be; RISING only */
	bool stepped;	       /* a clean-up or a jump: only what came after counts */
};

/* By least squares over whole days, begun anew after a step of more than 5 % of the limit between two hours: a saw-tooth
 * of retention and a clean-up must not turn the sign. Needs three whole days. */
void forecast_limit(const struct metrics_point *p, size_t n, double limit, struct forecast *out);

/* Where growth ends because what is written is deleted after `keep_days`, if writes stay as they are. */
struct level {
	double most;	/* the number at which it levels off, at most */
	double grown;	/* by how much it has grown within keep_days */
	bool outlived;	/* it grew before keep_days ago already: retention was at work and did not stop it */
};

/* Of a number that forecast_limit() found RISING. room: what else may still come, in the unit of limit. */
void forecast_level(const struct metrics_point *p, size_t n, double limit, double keep_days, double room, struct level *out);

enum trend { TREND_TOO_LITTLE, TREND_USUAL, TREND_HIGHER, TREND_LOWER };

/* The last day before `now` (wall ns) against the median of the same hours of the same weekday in the weeks before (two at
 * least): unusual beyond 30 % and three times the median deviation. *change: 0.5 is half as much again. */
enum trend trend_week(const struct metrics_point *p, size_t n, int64_t now, double *change);

#endif
