#include "rules/day.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, FIRST_YEAR = 1700, LAST_YEAR = 2250 };

/* Days since 1970, or false where the text is no date. */
static bool parse(const char *day, int64_t *out)
{
	int64_t year;
	int y, m, d, month, mday;

	if (!day || strlen(day) != DAY_SIZE - 1)
		return false;
	for (int i = 0; i < DAY_SIZE - 1; i++)
		if (i == 4 || i == 7 ? day[i] != '-' : day[i] < '0' || day[i] > '9')
			return false;
	if (sscanf(day, "%4d-%2d-%2d", &y, &m, &d) != 3)
		return false;
	/* Outside of these years a time has no room in nanoseconds. */
	if (y < FIRST_YEAR || y > LAST_YEAR || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	*out = date_days(y, m, d);
	date_of_days(*out, &year, &month, &mday);
	return year == y && month == m && mday == d;
}

static char *print(int64_t days, char *out)
{
	char text[64];
	int64_t year;
	int month, day;

	date_of_days(days, &year, &month, &day);
	if (year < 0 || year > 9999) {
		out[0] = '\0';
		return out;
	}
	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)year, month, day);
	memcpy(out, text, DAY_SIZE - 1);
	out[DAY_SIZE - 1] = '\0';
	return out;
}

/* The first second at which the clocks show that date and time or later. */
static int64_t begins(const struct zone *z, int starts, int64_t days)
{
	int64_t shown = days * DAY_S + starts * 60;
	int64_t a = shown - zone_offset(z, shown - DAY_S), b = shown - zone_offset(z, shown + DAY_S);
	int64_t first = a < b ? a : b, second = a < b ? b : a;

	return first + zone_offset(z, first) >= shown ? first : second;
}

char *day_of(const struct zone *z, int starts, int64_t wall, char out[DAY_SIZE])
{
	int64_t s = wall / NS_PER_S - (wall % NS_PER_S < 0), local = s + zone_offset(z, s);
	int64_t days = local / DAY_S - (local % DAY_S < 0) + 1;

	while (begins(z, starts, days) > s)
		days--;
	return print(days, out);
}

int64_t day_begins(const struct zone *z, int starts, const char *day)
{
	int64_t days;

	return parse(day, &days) ? begins(z, starts, days) * NS_PER_S : INT64_MIN;
}

char *day_after(const char *day, int n, char out[DAY_SIZE])
{
	int64_t days;

	if (parse(day, &days))
		return print(days + n, out);
	out[0] = '\0';
	return out;
}

bool day_is(const char *day)
{
	int64_t days;

	return parse(day, &days);
}
