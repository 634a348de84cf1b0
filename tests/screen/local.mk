# Programs of tests/screen: golden screens. Each links the harness; `tests/screen/update` rewrites the goldens.
if HAVE_CMOCKA
SCREEN_TESTS =
SCREEN_SOURCES = tests/screen/harness.c tests/screen/harness.h
SCREEN_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support -I$(top_srcdir)/tests/screen
SCREEN_LIBS = libsample.a $(UI_TEST_LIBS)

SCREEN_TESTS += tests/screen/t_ui
tests_screen_t_ui_SOURCES = tests/screen/t_ui.c $(SCREEN_SOURCES)
tests_screen_t_ui_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_ui_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_views
tests_screen_t_views_SOURCES = tests/screen/t_views.c $(SCREEN_SOURCES)
tests_screen_t_views_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_views_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_invariants
tests_screen_t_invariants_SOURCES = tests/screen/t_invariants.c tests/screen/canvas_text.h \
	tests/screen/random_frame.c tests/screen/random_frame.h
tests_screen_t_invariants_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_invariants_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_rows
tests_screen_t_rows_SOURCES = tests/screen/t_rows.c tests/screen/canvas_text.h
tests_screen_t_rows_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_rows_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_manual_screens
tests_screen_t_manual_screens_SOURCES = tests/screen/t_manual_screens.c $(SCREEN_SOURCES)
tests_screen_t_manual_screens_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_manual_screens_LDADD = $(SCREEN_LIBS)
EXTRA_DIST += tests/fixtures/pages

SCREEN_TESTS += tests/screen/t_daily
tests_screen_t_daily_SOURCES = tests/screen/t_daily.c $(SCREEN_SOURCES)
tests_screen_t_daily_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_daily_LDADD = $(SCREEN_LIBS)

SCREEN_TESTS += tests/screen/t_acts
tests_screen_t_acts_SOURCES = tests/screen/t_acts.c $(SCREEN_SOURCES)
tests_screen_t_acts_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_t_acts_LDADD = $(SCREEN_LIBS)

include tests/screen/triage.mk
include tests/screen/past.mk
include tests/screen/handover.mk
include tests/screen/lists.mk

check_PROGRAMS += $(SCREEN_TESTS)
TESTS += $(SCREEN_TESTS)
endif
EXTRA_DIST += tests/screen/README tests/screen/update tests/screen/golden
