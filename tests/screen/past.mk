# Screens of a number's history, for tests/screen/local.mk.
SCREEN_TESTS += tests/screen/t_past
tests_screen_t_past_SOURCES = tests/screen/t_past.c $(SCREEN_SOURCES)
tests_screen_t_past_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_past_LDADD = $(SCREEN_LIBS)
