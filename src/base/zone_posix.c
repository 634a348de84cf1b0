#include "base/zone_posix.h"

#include "base/zone.h"

#include <string.h>

enum { DAY = 86400 };

int64_t date_days(int64_t year, int month, int day)
{
	/* Years begin in March, so that the leap day ends one; eras of 400 of them are alike. */
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Up to three digits, at most `most`; *s moves on. */
static bool number(const char **s, int most, int *out)
{
	int digits = 0;

	*out = 0;
	while (digit(**s) && digits++ < 3)
		*out = *out * 10 + *(*s)++ - '0';
	return digits && *out <= most;
}

/* [+-]h[:m[:s]] */
static bool clock_time(const char **s, int most_hours, int *out)
{
	int sign = **s == '-' ? -1 : 1, h, m = 0, sec = 0;

	*s += **s == '-' || **s == '+';
	if (!number(s, most_hours, &h))
		return false;
	if (**s == ':') {
		++*s;
		if (!number(s, 59, &m))
			return false;
	}
	if (**s == ':') {
		++*s;
		if (!number(s, 59, &sec))
			return false;
	}
	*out = sign * (h * 3600 + m * 60 + sec);
	return true;
}

/* "CET", "<+0330>" */
static bool name(const char **s)
{
	const char *from = *s;

	if (**s == '<') {
		from = strchr(*s, '>');
		if (!from)
			return false;
		*s = from + 1;
		return true;
	}
	while ((**s >= 'a' && **s <= 'z') || (**s >= 'A' && **s <= 'Z'))
		++*s;
	return *s - from >= 3;
}

static bool change(const char **s, struct zone_change *c)
{
	*c = (struct zone_change){.form = 'N', .time = 2 * 3600};
	if (**s == 'M') {
		c->form = *(*s)++;
		if (!number(s, 12, &c->month) || c->month < 1 || *(*s)++ != '.' || !number(s, 5, &c->week) ||
		    c->week < 1 || *(*s)++ != '.' || !number(s, 6, &c->day))
			return false;
	} else {
		if (**s == 'J')
			c->form = *(*s)++;
		if (!number(s, 365, &c->day) || (c->form == 'J' && c->day < 1))
			return false;
	}
	if (**s != '/')
		return true;
	++*s;
	return clock_time(s, 167, &c->time);
}

int zone_rule_parse(struct zone_rule *r, const char *text)
{
	const char *s = text;
	int west;

	*r = (struct zone_rule){0};
	if (!name(&s) || !clock_time(&s, 24, &west))
		return -1;
	r->standard = -west;
	if (!*s)
		return 0;
	if (!name(&s))
		return -1;
	r->has_summer = true;
	r->summer = r->standard + 3600;
	if (*s && *s != ',') {
		if (!clock_time(&s, 24, &west))
			return -1;
		r->summer = -west;
	}
	if (*s++ != ',' || !change(&s, &r->begin) || *s++ != ',' || !change(&s, &r->end))
		return -1;
	return *s ? -1 : 0;
}

static bool leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The day of the change, in days since 1970. */
static int64_t change_day(const struct zone_change *c, int64_t year)
{
	int64_t first, next, day;

	if (c->form == 'N')
		return date_days(year, 1, 1) + c->day;
	if (c->form == 'J')
		return date_days(year, 1, 1) + c->day - 1 + (leap(year) && c->day >= 60);
	first = date_days(year, c->month, 1);
	next = c->month == 12 ? date_days(year + 1, 1, 1) : date_days(year, c->month + 1, 1);
	/* 1970-01-01 was a Thursday, day 4 of a week that begins on Sunday. */
	day = first + ((c->day - (first + 4) % 7) % 7 + 7) % 7 + (c->week - 1) * 7;
	return day >= next ? day - 7 : day;
}

int zone_rule_offset(const struct zone_rule *r, int64_t s)
{
	int64_t local = s + r->standard, year, begin, end;
	int month, day;

	if (!r->has_summer)
		return r->standard;
	date_of_days(local / DAY - (local % DAY < 0), &year, &month, &day);
	begin = change_day(&r->begin, year) * DAY + r->begin.time - r->standard;
	end = change_day(&r->end, year) * DAY + r->end.time - r->summer;
	if (begin < end)
		return s >= begin && s < end ? r->summer : r->standard;
	return s >= end && s < begin ? r->standard : r->summer;
}
