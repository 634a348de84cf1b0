#include "base/fmt.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *fmt_count(char *out, size_t size, int64_t n)
{
	char digits[24], grouped[40];
	size_t len, at = 0;

	snprintf(digits, sizeof(digits), "%lld", (long long)n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		size_t left = len - i;

		if (i && left % 3 == 0 && digits[i - 1] != '-')
			grouped[at++] = ',';
		grouped[at++] = digits[i];
	}
	grouped[at] = '\0';
	snprintf(out, size, "%s", grouped);
	return out;
}

char *fmt_short(char *out, size_t size, double n)
{
	static const char *const unit[] = {"", "k", "M", "G", "T", "P"};
	double a = fabs(n);
	size_t u = 0;

	if (a < 10000) {
		snprintf(out, size, "%.*f", a < 10 && a != floor(a) ? 1 : 0, n);
		return out;
	}
	while (a >= 999.5 && u < 5) {
		a /= 1000;
		u++;
	}
	snprintf(out, size, "%s%.*f%s", n < 0 ? "-" : "", a < 9.95 ? 1 : 0, a, unit[u]);
	return out;
}

char *fmt_bytes(char *out, size_t size, int64_t bytes)
{
	static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double a = (double)bytes;
	size_t u = 0;

	while (fabs(a) >= 1023.95 && u < 6) {
		a /= 1024;
		u++;
	}
	snprintf(out, size, "%.*f%s", u && fabs(a) < 9.95 ? 1 : 0, a, unit[u]);
	return out;
}

char *fmt_duration(char *out, size_t size, int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	unsigned long long s = (unsigned long long)ns;

	s = (ns < 0 ? 0 - s : s) / NS_PER_S; /* INT64_MIN has no positive counterpart */
	if (s < 60)
		snprintf(out, size, "%s%llus", sign, s);
	else if (s < 3600)
		snprintf(out, size, "%s%llum", sign, s / 60);
	else if (s < 86400)
		snprintf(out, size, s / 60 % 60 ? "%s%lluh%llum" : "%s%lluh", sign, s / 3600, s / 60 % 60);
	else
		snprintf(out, size, s / 3600 % 24 ? "%s%llud%lluh" : "%s%llud", sign, s / 86400, s / 3600 % 24);
	return out;
}

char *fmt_seconds(char *out, size_t size, double s)
{
	return fmt_duration(out, size, num_int(s * (double)NS_PER_S));
}

char *fmt_ms(char *out, size_t size, double ms)
{
	if (ms > 0 && ms < 0.05)
		snprintf(out, size, "<0.1ms"); /* a round trip of 0 would be a lie */
	else if (ms < 9.95)
		snprintf(out, size, "%.1fms", ms);
	else if (ms < 999.5)
		snprintf(out, size, "%.0fms", ms);
	else
		snprintf(out, size, "%.1fs", ms / 1000);
	return out;
}

char *fmt_percent(char *out, size_t size, double percent)
{
	double a = fabs(percent);
	int digits = a == 0 || a >= 10 ? 0 : a >= 1 ? 1 : 2;
	double scale = digits == 2 ? 100 : digits == 1 ? 10 : 1;

	/* Cut off, not rounded: 79.96% has not reached 80%. What binary fractions lack of a digit is no digit. */
	snprintf(out, size, "%.*f%%", digits, trunc(percent * scale * (1 + 1e-12)) / scale);
	return out;
}

char *fmt_rate(char *out, size_t size, double per_s)
{
	char number[FMT_MAX];

	if (fabs(per_s) < 0.05) {
		snprintf(out, size, "%s", _("steady"));
		return out;
	}
	fmt_short(number, sizeof(number), per_s);
	snprintf(out, size, "%s%s/s", per_s > 0 ? "+" : "", number);
	return out;
}

static char *fmt_time(char *out, size_t size, int64_t wall, const char *how)
{
	time_t t = wall / NS_PER_S;
	struct tm tm;

	if (!size)
		return out;
	out[0] = '\0';
	if (gmtime_r(&t, &tm))
		strftime(out, size, how, &tm);
	return out;
}

char *fmt_utc(char *out, size_t size, int64_t wall)
{
	return fmt_time(out, size, wall, "%Y-%m-%dT%H:%M:%SZ");
}

char *fmt_clock(char *out, size_t size, int64_t wall)
{
	return fmt_time(out, size, wall, "%H:%M:%SZ");
}
