/* Foreign text, numbers as people read them, and values as people write them. */
#include "base/clock.h"
#include "base/fmt.h"
#include "base/text.h"
#include "config/scalar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void utf8_is_decoded_strictly(void **state)
{
	static const struct {
		const char *bytes;
		size_t used;
		uint32_t cp;
	} cases[] = {
	    {"a", 1, 'a'},
	    {"\xc3\xa9", 2, 0xe9},
	    {"\xe4\xb8\xad", 3, 0x4e2d},
	    {"\xf0\x9f\x98\x80", 4, 0x1f600},
	    {"\xc0\x80", 1, 0xfffd},
	    {"\xed\xa0\x80", 1, 0xfffd},
	    {"\xf4\x90\x80\x80", 1, 0xfffd},
	    {"\xe4\xb8", 1, 0xfffd},
	    {"\x80", 1, 0xfffd},
	    {"\xff", 1, 0xfffd},
	    {"\xe0\x80\xaf", 1, 0xfffd},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t cp;
		char out[4];

		assert_int_equal(
		    text_decode(cases[i].bytes, strlen(cases[i].bytes), &cp), cases[i].used);
		assert_int_equal(cp, cases[i].cp);
		if (cp != 0xfffd) {
			assert_int_equal(text_encode(cp, out), cases[i].used);
			assert_memory_equal(out, cases[i].bytes, cases[i].used);
		}
	}
}

static void widths_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("中文"), 4);
	assert_int_equal(text_width("e\xcc\x81"), 1);
	assert_int_equal(text_width("─●"), 2);
	assert_int_equal(text_cut("中文字", 5), 6);
	assert_int_equal(text_cut("abc", 9), 3);
	assert_int_equal(text_cut("e\xcc\x81x", 1), 3);
	assert_int_equal(text_cut("", 3), 0);
	assert_int_equal(text_break("one two three", 9), 7);
	assert_int_equal(text_break("one two", 3), 3);
	assert_int_equal(text_break("onetwo", 3), 0);
	assert_int_equal(text_break("one two", 7), 7);
	assert_int_equal(text_break("看 broker：用答复", 13), 13);
	assert_int_equal(text_break("看 broker：用答复", 10), 3);
	assert_int_equal(text_break("需要观察", 6), 6);
	assert_int_equal(text_break("中文，字", 6), 3);
}

static void nothing_harmful_is_left(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"orders-v1", "orders-v1"},
	    {"订单", "订单"},
	    {"\033]0;x\007", "?]0;x?"},
	    {"a\nb\rc\td", "a?b?c?d"},
	    {"a\x7f"
	     "b",
		"a?b"},
	    {"\xc2\x9b"
	     "31m",
		"?31m"},
	    {"a\xe2\x80\xae"
	     "b",
		"a?b"},
	    {"a\xe2\x80\x8b"
	     "b",
		"a?b"},
	    {"\xff\xfe", "??"},
	    {"\xe4\xb8", "??"},
	    {"\xef\xbb\xbfx", "?x"},
	};
	char out[64], small[4];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(text_sanitise(out, sizeof(out), cases[i].in, 64), cases[i].out);
		assert_int_equal(text_is_clean(cases[i].in), !strcmp(cases[i].in, cases[i].out));
		assert_true(text_is_clean(out));
	}
	assert_false(text_is_clean(""));
	/* Cut at a character, never in one. */
	assert_string_equal(text_sanitise(small, sizeof(small), "中文", 64), "中");
	assert_string_equal(text_sanitise(out, sizeof(out), "abcdef", 3), "abc");
	assert_string_equal(text_sanitise(small, 1, "abc", 3), "");
}

static void a_name_in_a_command_is_one_word_or_none(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} cases[] = {
	    {"orders", "orders"},
	    {"a b", "'a b'"},
	    {"it's", "'it'\\''s'"},
	    {"$(reboot)", "'$(reboot)'"},
	    {"-rf", "'-rf'"},
	    {"a;b", "'a;b'"},
	    {"~", "'~'"},
	    {"订单", "'订单'"},
	    {"h:1/x_y.z@a%b", "h:1/x_y.z@a%b"},
	    {"a\nb", NULL},
	    {"", NULL},
	    {"\033[0m", NULL},
	    {"{a,b}", "'{a,b}'"},
	};
	char out[64], small[5];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		out[0] = '\0';
		assert_int_equal(
		    text_shell_quote(out, sizeof(out), cases[i].in), cases[i].out ? 0 : -1);
		if (cases[i].out)
			assert_string_equal(out, cases[i].out);
	}
	snprintf(out, sizeof(out), "kcat -t ");
	assert_int_equal(text_shell_quote(out, sizeof(out), "a b"), 0);
	assert_string_equal(out, "kcat -t 'a b'");
	small[0] = '\0';
	assert_int_equal(text_shell_quote(small, sizeof(small), "abcd"), 0);
	small[0] = '\0';
	assert_int_equal(text_shell_quote(small, sizeof(small), "abcde"), -1);
	small[0] = '\0';
	assert_int_equal(text_shell_quote(small, sizeof(small), "a b"), -1);
}

static void globs_and_distances(void **state)
{
	(void)state;
	assert_true(text_glob("*", ""));
	assert_true(text_glob("tmp-*", "tmp-1"));
	assert_false(text_glob("tmp-*", "atmp-1"));
	assert_true(text_glob("*a*b?", "xxaxxbc"));
	assert_false(text_glob("*a*b?", "xxaxxb"));
	assert_true(text_glob("a**b", "ab"));
	assert_false(text_glob("", "a"));
	assert_int_equal(text_distance("boostrap", "bootstrap"), 1);
	assert_int_equal(text_distance("", "abc"), 3);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
}

struct number_case {
	double in;
	const char *out;
};

typedef char *formatter(char *out, size_t size, int64_t n);
typedef char *real_formatter(char *out, size_t size, double n);

static void whole(formatter *f, const struct number_case *cases, size_t n)
{
	char out[FMT_MAX];

	for (size_t i = 0; i < n; i++)
		assert_string_equal(f(out, sizeof(out), (int64_t)cases[i].in), cases[i].out);
}

static void real(real_formatter *f, const struct number_case *cases, size_t n)
{
	char out[FMT_MAX];

	for (size_t i = 0; i < n; i++)
		assert_string_equal(f(out, sizeof(out), cases[i].in), cases[i].out);
}

static void numbers_are_written_for_people(void **state)
{
	static const struct number_case counts[] = {{0, "0"}, {999, "999"}, {1000, "1,000"},
	    {9102, "9,102"}, {-1234567, "-1,234,567"}, {-999, "-999"}};
	static const struct number_case shorts[] = {{0, "0"}, {0.5, "0.5"}, {9999, "9999"},
	    {10000, "10k"}, {48123, "48k"}, {1200000, "1.2M"}, {-1200000, "-1.2M"},
	    {999999, "1.0M"}, {2.5e9, "2.5G"}};
	static const struct number_case bytes[] = {{0, "0B"}, {1023, "1023B"}, {1024, "1.0KiB"},
	    {536870912, "512MiB"}, {1610612736, "1.5GiB"}, {1048575, "1.0MiB"}};
	static const struct number_case durations[] = {{47e9, "47s"}, {60e9, "1m"},
	    {25 * 60e9, "25m"}, {3600e9, "1h"}, {11400e9, "3h10m"}, {86400e9, "1d"},
	    {187200e9, "2d4h"}, {-60e9, "-1m"}, {0.4e9, "0s"}, {-0x1p63, "-106751d23h"}};
	static const struct number_case seconds[] = {{90, "1m"}, {-60, "-1m"}, {3.2e11, "106751d23h"}, {-1e300, "-106751d23h"},
	    {NAN, "0s"}};
	static const struct number_case ms[] = {
	    {0, "0.0ms"}, {0.04, "<0.1ms"}, {0.6, "0.6ms"}, {12.4, "12ms"}, {1400, "1.4s"}, {9.96, "10ms"}};
	static const struct number_case percents[] = {
	    {81, "81%"}, {0, "0%"}, {0.12, "0.12%"}, {0.29, "0.29%"}, {1.5, "1.5%"},
	    {99.6, "99%"}, {79.96, "79%"}, {9.97, "9.9%"}};
	static const struct number_case rates[] = {{6, "+6/s"}, {-120, "-120/s"}, {12000, "+12k/s"},
	    {0.01, "steady"}, {-0.04, "steady"}, {0.3, "+0.3/s"}};

	(void)state;
	whole(fmt_count, counts, COUNT(counts));
	real(fmt_short, shorts, COUNT(shorts));
	whole(fmt_bytes, bytes, COUNT(bytes));
	whole(fmt_duration, durations, COUNT(durations));
	real(fmt_seconds, seconds, COUNT(seconds));
	real(fmt_ms, ms, COUNT(ms));
	real(fmt_percent, percents, COUNT(percents));
	real(fmt_rate, rates, COUNT(rates));
}

static void times_are_utc(void **state)
{
	char out[FMT_MAX];

	(void)state;
	assert_string_equal(
	    fmt_utc(out, sizeof(out), 1795000000 * NS_PER_S), "2026-11-18T11:06:40Z");
	assert_string_equal(fmt_clock(out, sizeof(out), 1795000000 * NS_PER_S), "11:06:40Z");
}

static void durations_and_sizes_are_read(void **state)
{
	static const struct {
		const char *in;
		int64_t out; /* -1: refused */
	} times[] =
	    {
		{"500ms", 500 * NS_PER_MS},
		{"2s", 2 * NS_PER_S},
		{"1h30m", 5400 * NS_PER_S},
		{"7d", 604800 * NS_PER_S},
		{"0s", 0},
		{"", -1},
		{"5", -1},
		{"s", -1},
		{"-5s", -1},
		{"5 s", -1},
		{"5sec", -1},
		{"1.5s", -1},
		{"99999999999d", -1},
		{"99999999999999999999s", -1},
		{"100000d100000d", -1},
	    },
	  sizes[] = {
	      {"512MiB", 512LL << 20},
	      {"1GB", 1000000000},
	      {"8kB", 8000},
	      {"4096", 4096},
	      {"7B", 7},
	      {"", -1},
	      {"1.5GiB", -1},
	      {"MiB", -1},
	      {"1MiBx", -1},
	      {"999999TiB", 999999LL << 40},
	      {"99999999TiB", -1},
	  };

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		int64_t out = -1;

		assert_int_equal(
		    scalar_duration(times[i].in, &out, NULL), times[i].out < 0 ? -1 : 0);
		assert_int_equal(out, times[i].out);
	}
	for (size_t i = 0; i < COUNT(sizes); i++) {
		int64_t out = -1;

		assert_int_equal(scalar_size(sizes[i].in, &out, NULL), sizes[i].out < 0 ? -1 : 0);
		assert_int_equal(out, sizes[i].out);
	}
}

static void addresses_and_dates_are_checked(void **state)
{
	static const char *const hosts[] = {
	    "h:1", "kafka-1.int:9092", "10.0.0.1:65535", "[::1]:9092", "[fe80::1%eth0]:1", "a_b:1"};
	static const char *const not_hosts[] = {"h", "h:", "h:0", "h:65536", "h:9x", ":9092",
	    "::1:9092", "[::1]", "[::1:9092", "[g]:1", "h h:1", "-h:1", "h/:1", "kafka://h:1", ""};
	static const char *const urls[] = {
	    "http://h", "https://h:1/x?y=z", "http://[::1]:8222/", "http://10.0.0.1:1"};
	static const char *const not_urls[] = {"h", "ftp://h", "http://", "http://h:0",
	    "http://u@h", "http://u:p@h/", "http://h h", "http://h/a b", "http://h:123456789",
	    "://h", "http://[::1"};
	static const char *const dates[] = {"2026-02-28", "2028-02-29", "2000-02-29", "2027-12-31"};
	static const char *const not_dates[] = {"2026-02-29", "2100-02-29", "2026-13-01",
	    "2026-00-10", "2026-1-01", "26-01-01", "2026-01-32", "2026-01-00", "tomorrow",
	    "2026-01-01x"};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++)
		assert_int_equal(scalar_host_port(hosts[i], NULL), 0);
	for (size_t i = 0; i < COUNT(not_hosts); i++)
		assert_int_equal(scalar_host_port(not_hosts[i], NULL), -1);
	for (size_t i = 0; i < COUNT(urls); i++)
		assert_int_equal(scalar_url(urls[i], "http https", NULL), 0);
	for (size_t i = 0; i < COUNT(not_urls); i++)
		assert_int_equal(scalar_url(not_urls[i], "http https", NULL), -1);
	for (size_t i = 0; i < COUNT(dates); i++)
		assert_int_equal(scalar_date(dates[i], NULL), 0);
	for (size_t i = 0; i < COUNT(not_dates); i++)
		assert_int_equal(scalar_date(not_dates[i], NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_is_decoded_strictly),
	    cmocka_unit_test(widths_are_those_of_a_terminal),
	    cmocka_unit_test(nothing_harmful_is_left),
	    cmocka_unit_test(a_name_in_a_command_is_one_word_or_none),
	    cmocka_unit_test(globs_and_distances),
	    cmocka_unit_test(numbers_are_written_for_people),
	    cmocka_unit_test(times_are_utc),
	    cmocka_unit_test(durations_and_sizes_are_read),
	    cmocka_unit_test(addresses_and_dates_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
