#include "source/nats/json_read.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/rows.h"

#include <math.h>
#include <string.h>
#include <time.h>

static const char NO_LIMIT[] = "18446744073709551615";

/* An array of a million numbers takes far more memory as a tree than as text. */
static bool too_many_values(const char *body, size_t len)
{
	size_t n = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted && body[i] == '\\')
			i++;
		else if (body[i] == '"')
			quoted = !quoted;
		else if (!quoted && (body[i] == ',' || body[i] == '[' || body[i] == '{'))
			n++;
	}
	return n > JSON_VALUES_MAX;
}

static int not_json(const char *what, const char *body, size_t len, const json_error_t *je,
    struct err *err)
{
	char begin[96], words[JSON_ERROR_TEXT_LENGTH];

	if (json_error_code(je) == json_error_premature_end_of_input)
		return err_set(err, _("the reply of %s is cut off after %zu bytes"), what, len);
	text_sanitise(begin, sizeof(begin), body, len < 24 ? len : 24);
	text_sanitise(words, sizeof(words), je->text, sizeof(je->text));
	return err_set(err, _("the reply of %s is not JSON (it begins with \"%s\"; line %d: %s)"), what,
	    begin, je->line, words);
}

/* The server writes "no limit", -1, as 2^64-1 in places, which does not fit a json_int_t; reading
 * all integers as reals costs several times as much. */
static json_t *load(const char *body, size_t len, json_error_t *je)
{
	static const char minus_1[sizeof(NO_LIMIT)] = "-1                  ";
	const char *at = memmem(body, len, NO_LIMIT, sizeof(NO_LIMIT) - 1);
	char *copy = NULL;
	json_t *root;

	if (at) {
		copy = xmalloc(len);
		memcpy(copy, body, len);
	}
	while (at) {
		memcpy(copy + (at - body), minus_1, sizeof(NO_LIMIT) - 1);
		at = memmem(at + 1, len - (size_t)(at + 1 - body), NO_LIMIT, sizeof(NO_LIMIT) - 1);
	}
	root = json_loadb(copy ? copy : body, len, 0, je);
	if (!root && json_error_code(je) == json_error_numeric_overflow)
		root = json_loadb(copy ? copy : body, len, JSON_DECODE_INT_AS_REAL, je);
	free(copy);
	return root;
}

/* The system account wraps the same replies: {"server": {...}, "data": {...}}, or an error. */
static json_t *unwrap(const char *what, json_t *root, struct err *err)
{
	json_t *data = json_object_get(root, "data"), *error = json_sub(root, "error");
	char words[160];

	if (!json_sub(root, "server"))
		return root;
	if (json_is_object(data)) {
		json_incref(data);
		json_decref(root);
		return data;
	}
	if (!error)
		return root;
	text_sanitise(words, sizeof(words), json_text(error, "description") ? json_text(error, "description") : "",
	    sizeof(words) - 1);
	err_set(err, _("the reply of %s is an error: %s"), what, words);
	json_decref(root);
	return NULL;
}

json_t *json_read(const char *what, const char *body, size_t len, struct err *err)
{
	json_error_t je;
	json_t *root;

	if (!len) {
		err_set(err, _("the reply of %s is empty"), what);
		return NULL;
	}
	if (too_many_values(body, len)) {
		err_set(err, _("the reply of %s holds more than %d values: it is not read"), what,
		    JSON_VALUES_MAX);
		return NULL;
	}
	root = load(body, len, &je);
	if (!root) {
		not_json(what, body, len, &je, err);
		return NULL;
	}
	if (!json_is_object(root)) {
		err_set(err, _("the reply of %s is not a JSON object"), what);
		json_decref(root);
		return NULL;
	}
	return unwrap(what, root, err);
}

int64_t json_num(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	double d;

	if (json_is_integer(v))
		return json_integer_value(v);
	if (!json_is_real(v))
		return NUM_NONE;
	d = json_real_value(v);
	if (d >= (double)INT64_MAX)
		return INT64_MAX;
	if (d <= (double)-INT64_MAX)
		return -INT64_MAX;
	return (int64_t)d;
}

double json_float(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

int json_tri(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_boolean(v))
		return TRI_UNKNOWN;
	return json_is_true(v) ? TRI_YES : TRI_NO;
}

const char *json_text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

char *json_keep(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_text(o, key);
	size_t len;

	if (!s || !*s)
		return NULL;
	len = strlen(s);
	if (len > JSON_TEXT_MAX) {
		/* Not in the middle of a character. */
		for (len = JSON_TEXT_MAX; len && ((unsigned char)s[len] & 0xc0) == 0x80; len--)
			;
	}
	return arena_strndup(a, s, len);
}

json_t *json_list(const json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	return json_is_array(v) ? v : NULL;
}

json_t *json_sub(const json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	return json_is_object(v) ? v : NULL;
}

struct unit {
	const char *name;
	double ns;
};

/* Longest first where one begins another. */
static const struct unit units[] = {
    {"ns", 1},
    {"us", 1e3},
    {"\xc2\xb5s", 1e3}, /* micro sign */
    {"\xce\xbcs", 1e3}, /* Greek mu */
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 60e9},
    {"h", 3600e9},
    {"d", 86400e9},
    {"y", 365 * 86400e9},
};

static const struct unit *unit_at(const char *s)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strncmp(s, units[i].name, strlen(units[i].name)))
			return &units[i];
	return NULL;
}

/* Digits with at most one point; strtod() would take "inf", hex and the locale's comma. */
static const char *decimal(const char *s, double *out)
{
	double v = 0, scale = 0.1;
	const char *p = s;

	for (; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
			v += (*p - '0') * scale;
	*out = v;
	return p == s || (p == s + 1 && *s == '.') ? NULL : p;
}

int64_t nats_duration(const char *s)
{
	double ns = 0;

	if (!s || !*s)
		return -1;
	if (!strcmp(s, "0"))
		return 0;
	while (*s) {
		const struct unit *u;
		double v;

		s = decimal(s, &v);
		u = s ? unit_at(s) : NULL;
		if (!u)
			return -1;
		ns += v * u->ns;
		s += strlen(u->name);
	}
	return ns < 9e18 ? (int64_t)(ns + 0.5) : -1;
}

static int digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + *(*s)++ - '0';
	}
	return v;
}

static int64_t fraction_ns(const char **s)
{
	int64_t ns = 0, unit = 100000000;

	if (**s != '.')
		return 0;
	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		ns += (**s - '0') * unit;
	return ns;
}

/* "Z" or "+02:00": seconds east of Greenwich; -1 on anything else. */
static int zone_s(const char *s, int *east)
{
	int sign = *s == '-' ? -1 : 1, h, m;

	*east = 0;
	if (!strcmp(s, "Z"))
		return 0;
	if (*s != '+' && *s != '-')
		return -1;
	s++;
	h = digits(&s, 2);
	if (h < 0 || *s++ != ':')
		return -1;
	m = digits(&s, 2);
	if (m < 0 || *s)
		return -1;
	*east = sign * (h * 3600 + m * 60);
	return 0;
}

int64_t nats_time(const char *s)
{
	static const char sep[] = {'-', '-', 'T', ':', ':'};
	static const int width[] = {4, 2, 2, 2, 2, 2};
	int part[6], east;
	int64_t ns;
	struct tm tm;
	time_t t;

	if (!s)
		return -1;
	for (int i = 0; i < 6; i++) {
		part[i] = digits(&s, width[i]);
		if (part[i] < 0 || (i < 5 && *s++ != sep[i]))
			return -1;
	}
	ns = fraction_ns(&s);
	if (zone_s(s, &east) || part[0] < 1970)
		return -1;
	tm = (struct tm){.tm_year = part[0] - 1900, .tm_mon = part[1] - 1, .tm_mday = part[2],
	    .tm_hour = part[3], .tm_min = part[4], .tm_sec = part[5]};
	t = timegm(&tm);
	if (t < 0 || t > INT64_MAX / NS_PER_S - 1000000)
		return -1;
	return (int64_t)(t - east) * NS_PER_S + ns;
}
