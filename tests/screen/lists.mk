# Screens of the weekly and the monthly list and the audits, for tests/screen/local.mk.
SCREEN_TESTS += tests/screen/t_lists
tests_screen_t_lists_SOURCES = tests/screen/t_lists.c $(SCREEN_SOURCES)
tests_screen_t_lists_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_lists_LDADD = $(SCREEN_LIBS)
EXTRA_DIST += tests/fixtures/lists

SCREEN_TESTS += tests/screen/t_select
tests_screen_t_select_SOURCES = tests/screen/t_select.c $(SCREEN_SOURCES)
tests_screen_t_select_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_select_LDADD = $(SCREEN_LIBS)
