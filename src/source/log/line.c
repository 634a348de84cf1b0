#include "source/log/line.h"

#include "base/clock.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#define EPOCH_LEAST 946684800LL /* 2000 */
#define EPOCH_MOST 7258118400LL /* 2200 */

enum {
	FIRST_YEAR = 2000, /* what claims to be older is no time */
	STAMP_WITHIN = 48, /* one that is no date that we know */
	DATE_WITHIN = 120, /* a date further on belongs to the message */
	LEVEL_WITHIN = 80, /* and so does a level word, */
	LEVEL_WORDS = 4,   /* or one that comes this late */
	KEYS_WITHIN = 400, /* level= and "level": */
};

/* What is left to read. */
struct rest {
	const char *s, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Exactly n digits. */
static bool eat_number(struct rest *r, int n, int *out)
{
	if (r->end - r->s < n)
		return false;
	*out = 0;
	for (int i = 0; i < n; i++) {
		if (!is_digit(r->s[i]))
			return false;
		*out = *out * 10 + (r->s[i] - '0');
	}
	r->s += n;
	return true;
}

static bool eat_one(struct rest *r, const char *of, char *which)
{
	if (r->s == r->end || !*r->s || !strchr(of, *r->s))
		return false;
	*which = *r->s++;
	return true;
}

static int64_t eat_fraction(struct rest *r)
{
	int64_t ns = 0, unit = NS_PER_S / 10;
	char c;

	if (r->end - r->s < 2 || !is_digit(r->s[1]) || !eat_one(r, ".,", &c))
		return 0;
	for (; r->s < r->end && is_digit(*r->s); r->s++, unit /= 10)
		ns += (*r->s - '0') * unit;
	return ns;
}

/* Z, +hh:mm, -hhmm: seconds to take off. */
static bool eat_zone(struct rest *r, int64_t *seconds)
{
	struct rest at = *r;
	int hours, minutes;
	char sign, colon;

	*seconds = 0;
	if (eat_one(r, "Z", &sign))
		return true;
	if (!eat_one(&at, "+-", &sign) || !eat_number(&at, 2, &hours))
		return false;
	eat_one(&at, ":", &colon);
	if (!eat_number(&at, 2, &minutes))
		return false;
	*seconds = (sign == '-' ? -60 : 60) * (hours * 60 + minutes);
	*r = at;
	return true;
}

/* 2026-11-23 16:00:00,123 and its relatives. */
static bool eat_date(struct rest *r, struct log_line *out)
{
	struct rest at = *r;
	struct tm tm = {0};
	char sep, again, c;
	int64_t zone;

	if (!eat_number(&at, 4, &tm.tm_year) || !eat_one(&at, "-/", &sep) ||
	    !eat_number(&at, 2, &tm.tm_mon) || !eat_one(&at, "-/", &again) || again != sep ||
	    !eat_number(&at, 2, &tm.tm_mday) || !eat_one(&at, " T", &c) ||
	    !eat_number(&at, 2, &tm.tm_hour) || !eat_one(&at, ":", &c) ||
	    !eat_number(&at, 2, &tm.tm_min) || !eat_one(&at, ":", &c) ||
	    !eat_number(&at, 2, &tm.tm_sec))
		return false;
	if (tm.tm_year < FIRST_YEAR || tm.tm_year > 2200 || tm.tm_mon < 1 || tm.tm_mon > 12)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (!out->dated) {
		out->wall = (int64_t)timegm(&tm) * NS_PER_S + eat_fraction(&at);
		out->zoned = eat_zone(&at, &zone);
		out->wall -= zone * NS_PER_S;
		out->dated = true;
	} else {
		eat_fraction(&at);
		eat_zone(&at, &zone);
	}
	*r = at;
	return true;
}

/* mosquitto: "1700000000: text" */
static bool eat_epoch(struct rest *r, struct log_line *out)
{
	struct rest at = *r;
	int64_t seconds = 0;
	int digits = 0;
	char c;

	for (; at.s < at.end && is_digit(*at.s) && digits < 11; at.s++, digits++)
		seconds = seconds * 10 + (*at.s - '0');
	if (seconds < EPOCH_LEAST || seconds > EPOCH_MOST || !eat_one(&at, ":", &c))
		return false;
	*r = at;
	out->dated = out->zoned = true;
	out->wall = seconds * NS_PER_S;
	return true;
}

/* mosquitto's log_timestamp_format may write the day in any way and language: "Do 26. Nov 2026 21:00:00: text". Which day
 * that is nobody can tell; it ends with a time of day. */
static bool eat_strange_stamp(struct rest *r)
{
	static const char shape[] = "dd:dd:dd: ";
	size_t n = sizeof(shape) - 1, len = (size_t)(r->end - r->s), k;

	for (size_t i = 0; i + n <= len && i < STAMP_WITHIN; i++) {
		for (k = 0; k < n && (shape[k] == 'd' ? is_digit(r->s[i + k]) : r->s[i + k] == shape[k]); k++)
			continue;
		if (k == n) {
			r->s += i + n;
			return true;
		}
	}
	return false;
}

/* Moves on behind the dates: the line's own, and those that kubectl or docker put before it. */
static void eat_dates(struct rest *r, struct log_line *out)
{
	const char *stop = r->end - r->s > DATE_WITHIN ? r->s + DATE_WITHIN : r->end;
	struct rest at = *r;

	for (; at.s < stop; at.s++) {
		if (!is_digit(*at.s) || (at.s > r->s && is_digit(at.s[-1])))
			continue;
		if (eat_date(&at, out)) {
			*r = at;
			at.s--; /* another may follow */
		}
	}
}

static const struct level_word {
	const char *word;
	enum line_level level;
} level_words[] = {
    {"INFO", LINE_OTHER},
    {"INF", LINE_OTHER},
    {"DEBUG", LINE_OTHER},
    {"DBG", LINE_OTHER},
    {"TRACE", LINE_OTHER},
    {"TRC", LINE_OTHER},
    {"NOTICE", LINE_OTHER},
    {"WARN", LINE_WARN},
    {"WRN", LINE_WARN},
    {"WARNING", LINE_WARN},
    {"ERROR", LINE_ERROR},
    {"ERR", LINE_ERROR},
    {"SEVERE", LINE_ERROR},
    {"CRITICAL", LINE_FATAL},
    {"CRIT", LINE_FATAL},
    {"FATAL", LINE_FATAL},
    {"FTL", LINE_FATAL},
    {"PANIC", LINE_FATAL},
    {"EMERG", LINE_FATAL},
};

static const struct level_word *level_of(const char *s, size_t len, bool any_case)
{
	for (size_t i = 0; i < sizeof(level_words) / sizeof(level_words[0]); i++) {
		const char *w = level_words[i].word;

		if (strlen(w) == len && (any_case ? !strncasecmp(w, s, len) : !memcmp(w, s, len)))
			return &level_words[i];
	}
	return NULL;
}

/* A level word soon after the time: in capitals, or in brackets. */
static bool eat_level(struct rest *r, struct log_line *out)
{
	const char *stop = r->end - r->s > LEVEL_WITHIN ? r->s + LEVEL_WITHIN : r->end;
	const char *p = r->s;

	for (int words = 0; words < LEVEL_WORDS && p < stop; words++) {
		const struct level_word *found;
		const char *start;
		bool bracketed;

		while (p < stop && !is_letter(*p))
			p++;
		start = p;
		while (p < r->end && is_letter(*p))
			p++;
		bracketed = start > r->s && start[-1] == '[' && p < r->end && *p == ']';
		found = level_of(start, (size_t)(p - start), bracketed);
		if (!found)
			continue;
		out->level = found->level;
		r->s = p;
		return true;
	}
	return false;
}

/* logfmt and JSON. */
static bool find_key(const struct rest *r, struct log_line *out)
{
	static const char *const keys[] = {"level=", "\"level\":\"", "\"severity\":\"", "lvl="};
	size_t len = (size_t)(r->end - r->s);

	if (len > KEYS_WITHIN)
		len = KEYS_WITHIN;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = memmem(r->s, len, keys[i], strlen(keys[i])), *p;
		const struct level_word *found;

		if (!at)
			continue;
		at += strlen(keys[i]);
		for (p = at; p < r->end && is_letter(*p);)
			p++;
		found = level_of(at, (size_t)(p - at), true);
		if (found) {
			out->level = found->level;
			return true;
		}
	}
	return false;
}

/* Those who write no level give themselves away by their words. */
static enum line_level level_by_wording(const char *s, size_t len)
{
	static const struct {
		const char *words;
		bool first; /* at the beginning only */
		enum line_level level;
	} wording[] = {
	    {"Error", true, LINE_ERROR},
	    {"Warning", true, LINE_WARN},
	    {"Unable to", true, LINE_ERROR},
	    {"Out of memory", true, LINE_ERROR},
	    {"Exception in thread", true, LINE_ERROR},
	    {"java.lang.OutOfMemoryError", true, LINE_FATAL},
	    {"panic: ", true, LINE_FATAL},
	    {"fatal error: ", true, LINE_FATAL},
	    {"already connected, closing old", false, LINE_ERROR},
	    {"max_connections exceeded", false, LINE_WARN},
	    {"are being dropped for client", false, LINE_WARN},
	    {"due to protocol error", false, LINE_WARN},
	    {"due to malformed packet", false, LINE_WARN},
	    {"not authorised", false, LINE_WARN},
	    {"Socket error on client", true, LINE_WARN},
	};

	for (size_t i = 0; i < sizeof(wording) / sizeof(wording[0]); i++) {
		size_t n = strlen(wording[i].words);

		if (wording[i].first ? len >= n && !memcmp(s, wording[i].words, n)
				     : memmem(s, len, wording[i].words, n) != NULL)
			return wording[i].level;
	}
	return LINE_OTHER;
}

static void skip(struct rest *r, const char *what)
{
	while (r->s < r->end && *r->s && strchr(what, *r->s))
		r->s++;
}

void log_line_parse(const char *s, size_t len, struct log_line *out)
{
	struct rest r = {s, s + len};
	bool plain;

	*out = (struct log_line){.level = LINE_OTHER};
	while (r.end > r.s && (r.end[-1] == '\r' || r.end[-1] == ' '))
		r.end--;
	plain = eat_epoch(&r, out);
	if (!plain)
		eat_dates(&r, out);
	if (!plain && !out->dated)
		plain = eat_strange_stamp(&r);
	if (!find_key(&r, out) && (plain || !eat_level(&r, out))) {
		skip(&r, " ]:,");
		out->level = level_by_wording(r.s, (size_t)(r.end - r.s));
	}
	skip(&r, " ]:\t");
	out->text = r.s;
	out->len = (size_t)(r.end - r.s);
}

const char *line_level_name(enum line_level level)
{
	static const char *const names[] = {"", "WARN", "ERROR", "FATAL"};

	return names[level];
}
