UNIT_TESTS += tests/unit/t_select
tests_unit_t_select_SOURCES = tests/unit/t_select.c tests/support/selection_open.h
tests_unit_t_select_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_select_LDADD = $(TEST_LIBS)
