# Tests of src/rules, src/report and src/wire; further lines as in local.mk.
SAMPLE_LIBS = libsample.a $(TEST_LIBS)
SAMPLE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support

UNIT_TESTS += tests/unit/t_threshold
tests_unit_t_threshold_SOURCES = tests/unit/t_threshold.c
tests_unit_t_threshold_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_rules
tests_unit_t_rules_SOURCES = tests/unit/t_rules.c tests/unit/judged.h
tests_unit_t_rules_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_rules_LDADD = $(SAMPLE_LIBS)
