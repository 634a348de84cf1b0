# Screens of the triage, for tests/screen/local.mk.
SCREEN_TESTS += tests/screen/t_triage
tests_screen_t_triage_SOURCES = tests/screen/t_triage.c $(SCREEN_SOURCES)
tests_screen_t_triage_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_triage_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_triage_c
tests_screen_t_triage_c_SOURCES = tests/screen/t_triage_c.c $(SCREEN_SOURCES)
tests_screen_t_triage_c_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_triage_c_LDADD = $(SCREEN_LIBS)
