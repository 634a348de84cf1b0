# Tests of emergency plans, for tests/local.mk.
UNIT_TESTS += tests/unit/t_plan
tests_unit_t_plan_SOURCES = tests/unit/t_plan.c tests/unit/ledger_of.h
tests_unit_t_plan_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_plan_LDADD = libsample.a $(TEST_LIBS)

TESTS += tests/unit/plan_cli
EXTRA_DIST += tests/unit/plan_cli
