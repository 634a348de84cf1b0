#include "source/mqtt/sys.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char prefix[] = "$SYS/broker/";
static const char maker[] = "mosquitto version ";

enum shape { SHAPE_TEXT, SHAPE_INT, SHAPE_SECONDS, SHAPE_REAL };

static const struct sys_row {
	const char *topic;
	enum sys_field field;
	enum shape shape;
} table[] = {
    {"version", SYS_VERSION, SHAPE_TEXT},
    {"uptime", SYS_UPTIME, SHAPE_SECONDS},
    {"clients/connected", SYS_CONNECTED, SHAPE_INT},
    {"subscriptions/count", SYS_SUBSCRIPTIONS, SHAPE_INT},
    {"retained messages/count", SYS_RETAINED, SHAPE_INT},
    {"heap/current", SYS_HEAP, SHAPE_INT},
    {"publish/messages/received", SYS_RECEIVED, SHAPE_INT},
    {"publish/messages/sent", SYS_SENT, SHAPE_INT},
    {"publish/messages/dropped", SYS_DROPPED, SHAPE_INT},
    {"bytes/received", SYS_BYTES_IN, SHAPE_INT},
    {"bytes/sent", SYS_BYTES_OUT, SHAPE_INT},
    {"load/connections/1min", SYS_CONNECTS, SHAPE_REAL},
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

/* More digits than this are no count of anything. */
enum { DIGITS_MOST = 18 };

/* Nothing has been up for a hundred years. */
#define SECONDS_MOST (100LL * 366 * 24 * 3600)

static const struct sys_row *find(const char *topic, size_t len)
{
	size_t skip = sizeof(prefix) - 1;

	if (len <= skip || memcmp(topic, prefix, skip) != 0)
		return NULL;
	topic += skip;
	len -= skip;
	for (size_t i = 0; i < ROWS; i++)
		if (strlen(table[i].topic) == len && memcmp(table[i].topic, topic, len) == 0)
			return &table[i];
	return NULL;
}

/* Reads digits at p; returns how many there are, 0 for none or too many. */
static size_t digits(const char *p, size_t len, int64_t *out)
{
	size_t n = 0;
	int64_t v = 0;

	while (n < len && isdigit((unsigned char)p[n])) {
		if (n == DIGITS_MOST)
			return 0;
		v = 10 * v + (p[n] - '0');
		n++;
	}
	*out = v;
	return n;
}

/* A count below zero is a known fault of some mosquitto versions' own sums: it
 * says nothing, and is refused. */
static bool parse_int(const char *p, size_t len, struct sys_value *out)
{
	size_t n = digits(p, len, &out->i);

	out->d = (double)out->i;
	return n > 0 && n == len;
}

static bool parse_seconds(const char *p, size_t len, struct sys_value *out)
{
	static const char unit[] = " seconds";
	size_t n = digits(p, len, &out->i);

	out->d = (double)out->i;
	if (!n || out->i > SECONDS_MOST)
		return false;
	return n == len || (len - n == sizeof(unit) - 1 && memcmp(p + n, unit, len - n) == 0);
}

static bool parse_real(const char *p, size_t len, struct sys_value *out)
{
	int64_t whole = 0, part = 0;
	size_t n = digits(p, len, &whole), m;
	double scale = 1;

	if (!n)
		return false;
	out->i = whole;
	out->d = (double)whole;
	if (n == len)
		return true;
	if (p[n] != '.')
		return false;
	m = digits(p + n + 1, len - n - 1, &part);
	if (!m || n + 1 + m != len)
		return false;
	for (size_t i = 0; i < m; i++)
		scale *= 10;
	out->d += (double)part / scale;
	return true;
}

static bool parse_text(const char *p, size_t len, struct sys_value *out)
{
	size_t skip = sizeof(maker) - 1;

	if (len > skip && memcmp(p, maker, skip) == 0) {
		p += skip;
		len -= skip;
	}
	if (!len || len >= sizeof(out->text) || memchr(p, 0, len))
		return false;
	memcpy(out->text, p, len);
	out->text[len] = 0;
	return true;
}

int sys_parse(
    const char *topic, size_t topic_len, const char *payload, size_t len, struct sys_value *out)
{
	static bool (*const parse[])(const char *, size_t, struct sys_value *) = {
	    [SHAPE_TEXT] = parse_text,
	    [SHAPE_INT] = parse_int,
	    [SHAPE_SECONDS] = parse_seconds,
	    [SHAPE_REAL] = parse_real,
	};
	const struct sys_row *row = find(topic, topic_len);

	if (!row)
		return 0;
	*out = (struct sys_value){.field = row->field};
	return parse[row->shape](payload, len, out) ? 1 : -1;
}

int sys_version_number(const char *version)
{
	int part[3] = {0};

	for (size_t i = 0; i < 3; i++) {
		int64_t v;
		size_t n = digits(version, strlen(version), &v);

		if (!n)
			return i < 2 ? 0 : 10000 * part[0] + 100 * part[1];
		part[i] = v > 99 ? 99 : (int)v;
		version += n;
		if (i < 2 && *version++ != '.')
			return i ? 10000 * part[0] + 100 * part[1] : 0;
	}
	return 10000 * part[0] + 100 * part[1] + part[2];
}

int sys_version_expires(int number)
{
	return number < 20016;
}
