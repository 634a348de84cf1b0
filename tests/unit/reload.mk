# The configuration of the dashboard after :reload.
UNIT_TESTS += tests/unit/t_reload
tests_unit_t_reload_SOURCES = tests/unit/t_reload.c
tests_unit_t_reload_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_reload_LDADD = libsample.a $(UI_TEST_LIBS)
