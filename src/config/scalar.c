#include "config/scalar.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit durations[] = {
    {"ms", NS_PER_MS},
    {"s", NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"d", 86400 * NS_PER_S},
    {NULL, 0},
};

static const struct unit sizes[] = {
    {"B", 1},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1000LL * 1000},
    {"GB", 1000LL * 1000 * 1000},
    {"TB", 1000LL * 1000 * 1000 * 1000},
    {"KiB", 1LL << 10},
    {"MiB", 1LL << 20},
    {"GiB", 1LL << 30},
    {"TiB", 1LL << 40},
    {NULL, 0},
};

int scalar_int(const char *s, int64_t *out, struct err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (end == s || *end || errno || isspace((unsigned char)*s) || *s == '+')
		return err_set(err, _("'%s' is not a whole number"), s);
	*out = n;
	return 0;
}

int scalar_real(const char *s, double *out, struct err *err)
{
	char *end;
	double n = strtod(s, &end);

	if (end == s || *end || !isfinite(n) || n < 0 || strpbrk(s, "xX"))
		return err_set(err, _("'%s' is no number: write one such as 0.12"), s);
	*out = n;
	return 0;
}

int scalar_bool(const char *s, bool *out, struct err *err)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(s, words[i])) {
			*out = i % 2;
			return 0;
		}
	}
	return err_set(err, _("'%s' is neither true nor false"), s);
}

/* Reads digits and the unit behind them; moves *s. Returns -1 where there is none or it is too
 * much. */
static int read_part(const char **s, const struct unit *units, int64_t *out)
{
	char word[8] = "", *end;
	size_t n;
	long long number;

	if (!isdigit((unsigned char)**s))
		return -1;
	errno = 0;
	number = strtoll(*s, &end, 10);
	if (errno)
		return -1;
	n = strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (!n || n >= sizeof(word))
		return -1;
	memcpy(word, end, n);
	for (; units->name; units++) {
		if (!strcmp(units->name, word)) {
			*s = end + n;
			return __builtin_mul_overflow((int64_t)number, units->factor, out) ? -1 : 0;
		}
	}
	return -1;
}

int scalar_duration(const char *s, int64_t *out, struct err *err)
{
	const char *at = s;
	int64_t total = 0, part;

	do {
		if (read_part(&at, durations, &part) || __builtin_add_overflow(total, part, &total))
			return err_set(err,
			    _("'%s' is not a duration: write it as 500ms, 2s, 5m, 1h or 7d"), s);
	} while (*at);
	*out = total;
	return 0;
}

int scalar_size(const char *s, int64_t *out, struct err *err)
{
	const char *at = s;
	int64_t n;

	if (*s && s[strspn(s, "0123456789")] == '\0' && !scalar_int(s, out, NULL))
		return 0;
	if (read_part(&at, sizes, &n) || *at)
		return err_set(err, _("'%s' is not a size: write it as 512MiB, 8GiB or 1GB"), s);
	*out = n;
	return 0;
}

int scalar_time_of_day(const char *s, int *out, struct err *err)
{
	int hours, minutes;

	if (strlen(s) != 5 || !isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) ||
	    s[2] != ':' || !isdigit((unsigned char)s[3]) || !isdigit((unsigned char)s[4]))
		goto bad;
	hours = (s[0] - '0') * 10 + s[1] - '0';
	minutes = (s[3] - '0') * 10 + s[4] - '0';
	if (hours > 23 || minutes > 59)
		goto bad;
	*out = hours * 60 + minutes;
	return 0;
bad:
	return err_set(err, _("'%s' is not a time of day: write it as \"08:00\""), s);
}

int scalar_date(const char *s, struct err *err)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, d, last;

	if (strlen(s) != 10 || strspn(s, "0123456789-") != 10 || s[4] != '-' || s[7] != '-' ||
	    sscanf(s, "%4d-%2d-%2d", &y, &m, &d) != 3 || m < 1 || m > 12 || y < 1970)
		goto bad;
	last = days[m - 1] + (m == 2 && (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)));
	if (d < 1 || d > last)
		goto bad;
	return 0;
bad:
	return err_set(err, _("'%s' is not a date: write it as 2027-01-31"), s);
}

static bool port_ok(const char *s)
{
	int64_t port;

	return *s && strspn(s, "0123456789") == strlen(s) && !scalar_int(s, &port, NULL) &&
	       port >= 1 && port <= 65535;
}

/* A host name, an IPv4 address, or an IPv6 address in brackets. */
static bool host_ok(const char *s, size_t len)
{
	char copy[256];
	struct in6_addr v6;

	if (!len || len >= sizeof(copy))
		return false;
	memcpy(copy, s, len);
	copy[len] = '\0';
	if (copy[0] == '[') {
		if (copy[len - 1] != ']')
			return false;
		copy[len - 1] = '\0';
		copy[strcspn(copy, "%")] = '\0';
		return inet_pton(AF_INET6, copy + 1, &v6) == 1;
	}
	for (const char *p = copy; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("-._", *p) &&
		    !((unsigned char)*p & 0x80))
			return false;
	}
	return copy[0] != '-' && text_is_clean(copy);
}

/* Where the port begins: the ':' behind the host, or the end. */
static size_t host_len(const char *s, size_t len)
{
	if (len && s[0] == '[') {
		const char *end = memchr(s, ']', len);

		return end ? (size_t)(end - s) + 1 : len;
	}
	for (size_t i = 0; i < len; i++) {
		if (s[i] == ':')
			return i;
	}
	return len;
}

int scalar_host_port(const char *s, struct err *err)
{
	size_t len = strlen(s), host = host_len(s, len);

	if (strstr(s, "://"))
		return err_set(
		    err, _("'%s' must be host:port without a scheme, such as kafka-1:9092"), s);
	if (s[0] != '[' && host < len && strchr(s + host + 1, ':'))
		return err_set(
		    err, _("'%s': put an IPv6 address in brackets, such as \"[::1]:9092\""), s);
	if (!host_ok(s, host))
		return err_set(
		    err, _("'%s' is not host:port: write it as kafka-1:9092 or \"[::1]:9092\""), s);
	if (s[host] != ':')
		return err_set(err, _("'%s' names no port: write it as %s:9092"), s, s);
	if (!port_ok(s + host + 1))
		return err_set(err, _("'%s': the port must be a number from 1 to 65535"), s);
	return 0;
}

/* Is the word of len bytes one of those in the list? */
static bool in_list(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == len && !memcmp(list, word, n))
			return true;
		list += n;
		list += strspn(list, " ");
	}
	return false;
}

int scalar_url(const char *s, const char *schemes, struct err *err)
{
	const char *sep = strstr(s, "://"), *host;
	size_t len, n;

	if (!sep || !in_list(schemes, s, (size_t)(sep - s)))
		return err_set(
		    err, _("'%s' must begin with one of: %s, followed by ://"), s, schemes);
	host = sep + 3;
	len = strcspn(host, "/?#");
	if (memchr(host, '@', len))
		return err_set(
		    err, _("a URL is shown on screen and must not hold a user or password: "
			   "leave out all that stands before the '@' and use the keys for user and "
			   "password"));
	n = host_len(host, len);
	if (!host_ok(host, n))
		return err_set(err,
		    _("'%s' names no host that could exist: write %.*s://host:port"), s,
		    (int)(sep - s), s);
	if (n < len) {
		char port[8] = "";

		if (host[n] == ':' && len - n - 1 < sizeof(port))
			memcpy(port, host + n + 1, len - n - 1);
		if (!port_ok(port))
			return err_set(
			    err, _("'%s': the port must be a number from 1 to 65535"), s);
	}
	if (strpbrk(host, " \"'<>\\"))
		return err_set(err, _("'%s' holds a character that no URL has"), s);
	return 0;
}
