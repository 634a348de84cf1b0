#include "sample_frame.h"

#include "base/text.h"
#include "report/report.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/*
 * The formats that are no JSON: golden files in tests/fixtures/report-*.txt
 * (MQ_GOLDEN=write rewrites them), and what must hold for every sample.
 */
static struct buf report(enum sample_kind kind, const char *format, const char *list)
{
	struct frame *f = sample_frame(kind);
	struct buf out;

	buf_init(&out, 64 << 20);
	assert_int_equal(report_format_find(format)->write(f, list, SAMPLE_BOOT, &out), 0);
	frame_unref(f);
	return out;
}

static struct buf read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf text;
	char chunk[4096];
	size_t n;

	if (!f)
		fail_msg("%s is missing: MQ_GOLDEN=write makes it", path);
	buf_init(&text, 1 << 20);
	while ((n = fread(chunk, 1, sizeof(chunk), f)))
		buf_add(&text, chunk, n);
	fclose(f);
	return text;
}

static void expect_golden(const char *name, const struct buf *got)
{
	const char *top = getenv("top_srcdir"), *mode = getenv("MQ_GOLDEN");
	struct buf want;
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fixtures/report-%s.txt", top ? top : ".", name);
	if (mode && !strcmp(mode, "write")) {
		f = fopen(path, "w");
		assert_non_null(f);
		fwrite(got->data, 1, got->len, f);
		fclose(f);
		return;
	}
	want = read_file(path);
	assert_string_equal(got->data, want.data);
	buf_release(&want);
}

static void reports_are_as_they_were(void **state)
{
	static const struct {
		const char *golden, *format, *list;
		enum sample_kind kind;
	} made[] = {
	    {"text-rich", "text", NULL, SAMPLE_RICH},
	    {"text-hung", "text", NULL, SAMPLE_HUNG},
	    {"text-unknown", "text", NULL, SAMPLE_UNKNOWN},
	    {"text-lost", "text", NULL, SAMPLE_LOST},
	    {"text-empty", "text", NULL, SAMPLE_EMPTY},
	    {"text-none", "text", NULL, SAMPLE_NONE},
	    {"text-daily", "text", "daily", SAMPLE_RICH},
	    {"nagios-rich", "nagios", NULL, SAMPLE_RICH},
	    {"nagios-daily", "nagios", "daily", SAMPLE_HEALTHY},
	    {"openmetrics-rich", "openmetrics", NULL, SAMPLE_RICH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct buf out = report(made[i].kind, made[i].format, made[i].list);

		expect_golden(made[i].golden, &out);
		buf_release(&out);
	}
}

/* Calls what for every line of the text, without its newline. */
static size_t each_line(const struct buf *text, void (*what)(const char *line, size_t nth))
{
	size_t nth = 0;
	char line[4096];

	for (const char *at = text->data; *at; nth++) {
		size_t len = strcspn(at, "\n");

		assert_true(len < sizeof(line));
		memcpy(line, at, len);
		line[len] = '\0';
		what(line, nth);
		at += len + (at[len] == '\n');
	}
	return nth;
}

static void fits_a_narrow_terminal(const char *line, size_t nth)
{
	(void)nth;
	if (text_width(line) > 80)
		fail_msg("wider than 80: %s", line);
	assert_true(!*line || text_is_clean(line));
}

static void text_is_plain_and_80_wide(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct buf out = report((enum sample_kind)kind, "text", NULL);

		assert_true(each_line(&out, fits_a_narrow_terminal) > 3);
		assert_int_equal(strncmp(out.data, "mqduty ", 7), 0);
		buf_release(&out);
	}
}

static void a_plugin_line(const char *line, size_t nth)
{
	if (!nth) {
		assert_true(strlen(line) < 80);
		assert_int_equal(strncmp(line, "MQDUTY ", 7), 0);
		assert_non_null(strchr(line, '|'));
	}
	assert_true(!*line || text_is_clean(line));
}

/* Names as long as brokers allow, everywhere. */
static void long_names_are_cut(void **state)
{
	static char longest[250];
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct buf out;

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	memcpy(longest + 100, " y\033[2J|'=\"", 11);
	for (size_t i = 0; i < f->judgement->n_alerts; i++)
		f->judgement->alerts[i].entity = f->judgement->alerts[i].what =
		    f->judgement->alerts[i].cluster = longest;
	for (size_t i = 0; i < f->judgement->n_rules; i++) {
		f->judgement->rules[i].verdict = VERDICT_UNKNOWN;
		f->judgement->rules[i].cluster = f->judgement->rules[i].reason = longest;
	}
	for (size_t i = 0; i < f->judgement->n_checklist; i++)
		f->judgement->checklist[i].id = f->judgement->checklist[i].evidence = longest;
	f->judgement->banner = longest;
	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		struct section *lag = f->snap->clusters[c].sections[SECTION_LAG];

		f->snap->clusters[c].name = longest;
		for (size_t i = 0; i < section_count(lag); i++)
			((struct lag_row *)section_row(lag, i))->group = longest;
	}
	buf_init(&out, 1 << 20);
	assert_int_equal(report_format_find("text")->write(f, NULL, SAMPLE_BOOT, &out), 0);
	each_line(&out, fits_a_narrow_terminal);
	buf_reset(&out);
	assert_int_equal(report_format_find("nagios")->write(f, NULL, SAMPLE_BOOT, &out), 0);
	each_line(&out, a_plugin_line);
	buf_reset(&out);
	assert_int_equal(report_format_find("nagios")->write(f, "daily", SAMPLE_BOOT, &out), 0);
	each_line(&out, a_plugin_line);
	buf_release(&out);
	frame_unref(f);
}

static bool is_perfdata(const char *line)
{
	const char *at = line + 1;

	if (*line != '\'')
		return false;
	while (*at && (*at != '\'' || at[1] == '\''))
		at += *at == '\'' ? 2 : 1;
	if (*at++ != '\'' || *at++ != '=')
		return false;
	if (!strcmp(at, "U"))
		return true;
	strtod(at, (char **)&at);
	return !*at || !strcmp(at, "ms") || !strcmp(at, "%");
}

static void plugin_output_follows_the_guidelines(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct buf out = report((enum sample_kind)kind, "nagios", NULL);
		char *perf = strstr(out.data, "\n| ");

		each_line(&out, a_plugin_line);
		assert_non_null(perf);
		/* After the second bar there is perfdata only, and no third bar. */
		assert_null(strchr(perf + 2, '|'));
		for (char *line = strtok_r(perf + 3, "\n", &perf); line;
		     line = strtok_r(NULL, "\n", &perf))
			if (!is_perfdata(line))
				fail_msg("no perfdata: %s", line);
		buf_release(&out);
	}
}

/* What was seen of OpenMetrics so far. */
static struct {
	char family[128];
	bool ended;
	size_t samples;
} om;

static void an_openmetrics_line(const char *line, size_t nth)
{
	size_t len;

	(void)nth;
	assert_false(om.ended);
	if (!strcmp(line, "# EOF")) {
		om.ended = true;
		return;
	}
	if (!strncmp(line, "# TYPE ", 7)) {
		len = strcspn(line + 7, " ");
		snprintf(om.family, sizeof(om.family), "%.*s", (int)len, line + 7);
		assert_true(
		    !strcmp(line + 7 + len, " gauge") || !strcmp(line + 7 + len, " counter"));
		return;
	}
	if (!strncmp(line, "# HELP ", 7)) {
		assert_int_equal(strncmp(line + 7, om.family, strlen(om.family)), 0);
		return;
	}
	/* name{label="value",..} number, the name being that of the family. */
	om.samples++;
	assert_int_equal(strncmp(line, om.family, strlen(om.family)), 0);
	line += strlen(om.family);
	if (!strncmp(line, "_total", 6))
		line += 6;
	if (*line == '{') {
		do {
			line++;
			len = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
			assert_true(len && !strncmp(line + len, "=\"", 2));
			for (line += len + 2; *line != '"'; line++) {
				assert_true(*line);
				line += *line == '\\';
			}
			line++;
		} while (*line == ',');
		assert_int_equal(*line++, '}');
	}
	assert_int_equal(*line++, ' ');
	strtod(line, (char **)&line);
	assert_int_equal(*line, '\0');
}

static void openmetrics_can_be_read(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct buf out = report((enum sample_kind)kind, "openmetrics", NULL);

		memset(&om, 0, sizeof(om));
		each_line(&out, an_openmetrics_line);
		assert_true(om.ended && om.samples > 3);
		/* Unknown is no sample. */
		if (kind == SAMPLE_UNKNOWN)
			assert_null(strstr(out.data, "\nmqduty_lag_messages{"));
		else if (kind == SAMPLE_RICH)
			assert_non_null(strstr(out.data, "\nmqduty_lag_messages{"));
		buf_release(&out);
	}
}

static void formats_are_found_by_name(void **state)
{
	(void)state;
	assert_non_null(report_format_find("text"));
	assert_null(report_format_find("xml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_are_as_they_were),
	    cmocka_unit_test(text_is_plain_and_80_wide),
	    cmocka_unit_test(long_names_are_cut),
	    cmocka_unit_test(plugin_output_follows_the_guidelines),
	    cmocka_unit_test(openmetrics_can_be_read),
	    cmocka_unit_test(formats_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
