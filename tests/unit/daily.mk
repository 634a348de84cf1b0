# Tests of what operators do in the dashboard and of the daily checklist.
UNIT_TESTS += tests/unit/t_prompt
tests_unit_t_prompt_SOURCES = tests/unit/t_prompt.c
tests_unit_t_prompt_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_prompt_LDADD = libsample.a $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_day
tests_unit_t_day_SOURCES = tests/unit/t_day.c
tests_unit_t_day_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_checklist
tests_unit_t_checklist_SOURCES = tests/unit/t_checklist.c tests/unit/judged.h
tests_unit_t_checklist_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_checklist_LDADD = libsample.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_daily
tests_unit_t_daily_SOURCES = tests/unit/t_daily.c
tests_unit_t_daily_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_daily_LDADD = libsample.a $(UI_TEST_LIBS)
