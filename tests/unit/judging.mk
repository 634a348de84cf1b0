# Tests of src/rules, src/report and src/wire; further lines as in local.mk.
SAMPLE_LIBS = libsample.a $(TEST_LIBS)
SAMPLE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support

UNIT_TESTS += tests/unit/t_threshold
tests_unit_t_threshold_SOURCES = tests/unit/t_threshold.c
tests_unit_t_threshold_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_rules
tests_unit_t_rules_SOURCES = tests/unit/t_rules.c tests/unit/judged.h tests/unit/rule_lives.h
tests_unit_t_rules_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_rules_LDADD = $(SAMPLE_LIBS)

# The same test with a planted bug, which it must find.
UNIT_TESTS += tests/unit/t_quality tests/unit/t_quality_planted
tests_unit_t_quality_SOURCES = tests/unit/t_quality.c
tests_unit_t_quality_LDADD = $(TEST_LIBS)
tests_unit_t_quality_planted_SOURCES = tests/unit/t_quality.c
tests_unit_t_quality_planted_CPPFLAGS = $(AM_CPPFLAGS) -DMQ_PLANTED
tests_unit_t_quality_planted_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=value_quality
tests_unit_t_quality_planted_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_fold
tests_unit_t_fold_SOURCES = tests/unit/t_fold.c tests/unit/judged.h
tests_unit_t_fold_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_fold_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_report_json
tests_unit_t_report_json_SOURCES = tests/unit/t_report_json.c
tests_unit_t_report_json_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_report_json_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_report_text
tests_unit_t_report_text_SOURCES = tests/unit/t_report_text.c
tests_unit_t_report_text_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_report_text_LDADD = $(SAMPLE_LIBS)
EXTRA_DIST += \
	tests/fixtures/report-nagios-daily.txt \
	tests/fixtures/report-nagios-rich.txt \
	tests/fixtures/report-openmetrics-rich.txt \
	tests/fixtures/report-text-daily.txt \
	tests/fixtures/report-text-empty.txt \
	tests/fixtures/report-text-hung.txt \
	tests/fixtures/report-text-lost.txt \
	tests/fixtures/report-text-none.txt \
	tests/fixtures/report-text-rich.txt \
	tests/fixtures/report-text-unknown.txt

UNIT_TESTS += tests/unit/t_wire
tests_unit_t_wire_SOURCES = tests/unit/t_wire.c
tests_unit_t_wire_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_wire_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_tuned
tests_unit_t_tuned_SOURCES = tests/unit/t_tuned.c tests/unit/judged.h
tests_unit_t_tuned_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_tuned_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_error_logs
tests_unit_t_error_logs_SOURCES = tests/unit/t_error_logs.c tests/unit/judged.h
tests_unit_t_error_logs_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_error_logs_LDADD = $(SAMPLE_LIBS)
