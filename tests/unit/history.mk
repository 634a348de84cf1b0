UNIT_TESTS += tests/unit/t_history
tests_unit_t_history_SOURCES = tests/unit/t_history.c
tests_unit_t_history_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_past
tests_unit_t_past_SOURCES = tests/unit/t_past.c
tests_unit_t_past_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_past_LDADD = libsample.a $(UI_TEST_LIBS)
