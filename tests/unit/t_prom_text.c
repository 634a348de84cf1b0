/* The reader of the Prometheus text format: what is right, each shape of wrong, and its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "source/exporter/prom_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct prom_text p;
static struct prom_sample s;

/* In memory of its own, so that a sanitizer sees what is read beyond it. */
static char *body;

static void start_n(const char *text, size_t n)
{
	free(body);
	body = malloc(n ? n : 1);
	memcpy(body, text, n);
	prom_text_init(&p, body, n);
}

static void start(const char *text)
{
	start_n(text, strlen(text));
}

static void expect(const char *name, double value)
{
	assert_true(prom_text_next(&p, &s));
	assert_string_equal(s.name, name);
	if (isnan(value))
		assert_true(isnan(s.value));
	else
		assert_true(s.value == value);
}

static void expect_end(size_t samples, size_t bad)
{
	assert_false(prom_text_next(&p, &s));
	assert_int_equal(p.samples, samples);
	assert_int_equal(p.bad, bad);
}

static void plain_samples(void **state)
{
	(void)state;
	start("# HELP kafka_controller_active 1 on one broker\n"
	      "# TYPE kafka_controller_active gauge\n"
	      "kafka_controller_active 1\n"
	      "\n"
	      "# TYPE requests_total counter\n"
	      "requests_total{api=\"Fetch\",broker=\"2\",} 1.5e3 1795392000123\r\n"
	      "  other { a = \"b\" }\t-0.25  \n"
	      "a:b_c9 .5");
	expect("kafka_controller_active", 1);
	assert_int_equal(s.type, PROM_GAUGE);
	assert_int_equal(s.n_labels, 0);
	assert_false(s.has_time);
	expect("requests_total", 1500);
	assert_int_equal(s.type, PROM_COUNTER);
	assert_string_equal(prom_label(&s, "api"), "Fetch");
	assert_string_equal(prom_label(&s, "broker"), "2");
	assert_null(prom_label(&s, "Api"));
	assert_true(s.has_time);
	assert_true(s.time == 1795392000123.0);
	expect("other", -0.25);
	assert_int_equal(s.type, PROM_UNTYPED);
	assert_string_equal(prom_label(&s, "a"), "b");
	expect("a:b_c9", 0.5);
	expect_end(4, 0);
	assert_int_equal(prom_text_check(&p, "u", NULL), 0);
}

static void numbers(void **state)
{
	static const char *const wrong[] = {
	    "", "0x10", "1,5", "nan(1)", "--1", "1e", "e5", "1 2 3", "infinit", "1.2.3", "+", "one"};
	char text[64];

	(void)state;
	start("a NaN\nb +Inf\nc -inf\nd Infinity\ne 1e400\nf 00012\n");
	expect("a", NAN);
	expect("b", INFINITY);
	expect("c", -INFINITY);
	expect("d", INFINITY);
	expect("e", INFINITY);
	expect("f", 12);
	expect_end(6, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "x %s\n", wrong[i]);
		start(text);
		expect_end(0, 1);
	}
}

static void histograms(void **state)
{
	(void)state;
	start("# TYPE t histogram\n"
	      "t_bucket{le=\"0.1\"} 3 # {trace_id=\"9\"} 0.07 1.2\n"
	      "t_bucket{le=\"+Inf\"} 4\n"
	      "t_sum 0.9\n"
	      "t_count 4\n"
	      "t_other 4\n"
	      "# TYPE q summary\n"
	      "q{quantile=\"0.99\"} 0.4 17.5\n"
	      "# EOF\n");
	expect("t_bucket", 3);
	assert_int_equal(s.type, PROM_HISTOGRAM);
	assert_int_equal(s.n_labels, 1);
	expect("t_bucket", 4);
	assert_string_equal(prom_label(&s, "le"), "+Inf");
	expect("t_sum", 0.9);
	assert_int_equal(s.type, PROM_HISTOGRAM);
	expect("t_count", 4);
	expect("t_other", 4);
	assert_int_equal(s.type, PROM_UNTYPED);
	expect("q", 0.4);
	assert_int_equal(s.type, PROM_SUMMARY);
	assert_true(s.time == 17.5);
	expect_end(6, 0);
}

static void strings(void **state)
{
	(void)state;
	start("a{x=\"q\\\"\\\\\\n\\z\",y=\"\xc3\xa9 } #\"} 1\n"
	      "{\"my.metric\",z=\"1\"} 2\n"
	      "{\"a b\",\"l l\"=\"3\"} 3\n"
	      "b{} 4\n");
	expect("a", 1);
	assert_string_equal(prom_label(&s, "x"), "q\"\\\n\\z");
	assert_string_equal(prom_label(&s, "y"), "\xc3\xa9 } #");
	expect("my.metric", 2);
	assert_int_equal(s.n_labels, 1);
	expect("a b", 3);
	assert_string_equal(prom_label(&s, "l l"), "3");
	expect("b", 4);
	expect_end(4, 0);
}

/* A wrong line costs itself alone. */
static void wrong_lines(void **state)
{
	static const char text[] = "good 1\n"
				   "no-dash 1\n"
				   "9digit 1\n"
				   "open{a=\"b\" 1\n"
				   "open{a=\"b 1\n"
				   "open{a=\"b\\\n"
				   "two{a=\"b\"c=\"d\"} 1\n"
				   "bare{a=b} 1\n"
				   "name{\"x\"} 1\n"
				   "{a=\"b\"} 1\n"
				   "{\"x\",\"y\"} 1\n"
				   "{\"\"} 1\n"
				   "novalue\n"
				   "late 1 NaN\n"
				   "rest 1 2 x\n"
				   "nul{a=\"b\0c\"} 1\n"
				   "good 2\n";
	struct err err = {""};

	(void)state;
	start_n(text, sizeof(text) - 1);
	expect("good", 1);
	expect("good", 2);
	expect_end(2, 15);
	assert_int_equal(p.first_bad, 2);
	assert_int_equal(prom_text_check(&p, "http://h/\033[1m", &err), -1);
	assert_non_null(strstr(err.msg, "line 2"));
	assert_null(strchr(err.msg, '\033'));
}

static void not_a_metrics_page(void **state)
{
	struct err err = {""};

	(void)state;
	start("<html><body>Not found</body></html>\n");
	expect_end(0, 1);
	assert_int_equal(prom_text_check(&p, "http://h:1/metrics", &err), -1);
	assert_non_null(strstr(err.msg, "http://h:1/metrics does not answer in the Prometheus"));
	start("# nothing yet\n");
	expect_end(0, 0);
	assert_int_equal(prom_text_check(&p, "u", &err), -1);
	assert_non_null(strstr(err.msg, "no figure"));
	start("");
	expect_end(0, 0);
}

static void bounds(void **state)
{
	static char text[3 * PROM_LINE_MAX];
	size_t n = 0;

	(void)state;
	/* More labels than are kept. */
	n += (size_t)snprintf(text, sizeof(text), "many{");
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "l%d=\"%d\",", i, i);
	snprintf(text + n, sizeof(text) - n, "} 7\nnext 8\n");
	start(text);
	expect("many", 7);
	assert_true(s.cut);
	assert_int_equal(s.n_labels, PROM_LABELS_MAX);
	assert_string_equal(prom_label(&s, "l23"), "23");
	expect("next", 8);
	assert_false(s.cut);
	/* A line that is too long, a name that is too long, and the line after them. */
	memset(text, 'x', sizeof(text));
	memcpy(text, "a{b=\"", 5);
	memcpy(text + PROM_LINE_MAX, "\"} 1\n", 5);
	memset(text + PROM_LINE_MAX + 5, 'n', PROM_NAME_MAX);
	memcpy(text + PROM_LINE_MAX + 5 + PROM_NAME_MAX, " 1\nok 1\n", 9);
	start(text);
	expect("ok", 1);
	expect_end(1, 2);
	/* The longest line that is read. */
	memset(text, 'x', sizeof(text));
	memcpy(text, "a{b=\"", 5);
	memcpy(text + PROM_LINE_MAX - 4, "\"} 1\n", 6);
	start(text);
	expect("a", 1);
	assert_int_equal(strlen(prom_label(&s, "b")), PROM_LINE_MAX - 9);
}

static void cut_anywhere(void **state)
{
	static const char text[] = "# TYPE a gauge\na{b=\"c\\n\",d=\"e\"} 1.5 17 # {x=\"y\"} 1\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		start_n(text, n);
		while (prom_text_next(&p, &s))
			assert_string_equal(s.name, "a");
		assert_true(p.samples + p.bad <= 1);
	}
}

static int stop(void **state)
{
	(void)state;
	free(body);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(plain_samples),
	    cmocka_unit_test(numbers), cmocka_unit_test(histograms), cmocka_unit_test(strings),
	    cmocka_unit_test(wrong_lines), cmocka_unit_test(not_a_metrics_page),
	    cmocka_unit_test(bounds), cmocka_unit_test(cut_anywhere)};

	return cmocka_run_group_tests(tests, NULL, stop);
}
