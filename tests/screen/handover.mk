# Screens of the handover, for tests/screen/local.mk.
SCREEN_TESTS += tests/screen/t_handover
tests_screen_t_handover_SOURCES = tests/screen/t_handover.c $(SCREEN_SOURCES)
tests_screen_t_handover_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_handover_LDADD = $(SCREEN_LIBS)
