#include "source/kafka/cluster.h"

#include "base/i18n.h"

/*
 * Burrow's rules (STOP, REWIND, OK, STALL, WARN, in this order) restated for one
 * who polls: OffsetFetch has no commit times, so a point is a poll, and whether
 * anybody owns the partition tells STOP from STALL.
 */
enum { LEAST_POINTS = 5 };

static bool rewound(const struct lag_point *p, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		bool regained = false;

		if (p[i].committed >= p[i - 1].committed)
			continue;
		for (unsigned j = i; j < n; j++)
			regained |= p[j].committed >= p[i - 1].committed;
		return !regained;
	}
	return false;
}

static bool ever_caught_up(const struct lag_point *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!p[i].lag)
			return true;
	return false;
}

static bool stands_still(const struct lag_point *p, unsigned n)
{
	return p[0].committed == p[n - 1].committed;
}

static bool only_grows(const struct lag_point *p, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		if (p[i].lag < p[i - 1].lag)
			return false;
	return p[n - 1].lag > p[0].lag;
}

enum lag_status lag_judge(const struct lag_point *points, unsigned n, int owned, const char **why)
{
	*why = NULL;
	if (!n) {
		*why = _("nothing committed yet");
		return LAG_UNKNOWN;
	}
	if (!points[n - 1].lag)
		return LAG_OK;
	if (rewound(points, n)) {
		*why = _("the committed offset went back");
		return LAG_REWIND;
	}
	if (ever_caught_up(points, n))
		return LAG_OK;
	if (n < LEAST_POINTS) {
		*why = _("needs 5 polls");
		return LAG_UNKNOWN;
	}
	if (stands_still(points, n)) {
		*why = owned == TRI_NO ? _("nobody reads, the committed offset stands still")
				       : _("a member owns it, but the committed offset stands still");
		return owned == TRI_NO ? LAG_STOP : LAG_STALL;
	}
	if (only_grows(points, n)) {
		*why = _("reads, but falls further behind");
		return LAG_WARN;
	}
	return LAG_OK;
}
