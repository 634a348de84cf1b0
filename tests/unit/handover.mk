UNIT_TESTS += tests/unit/t_handover
tests_unit_t_handover_SOURCES = tests/unit/t_handover.c tests/unit/ledger_of.h
tests_unit_t_handover_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_handover_LDADD = libsample.a $(TEST_LIBS)
TESTS += tests/unit/handover_cli
EXTRA_DIST += tests/unit/handover_cli

UNIT_TESTS += tests/unit/t_handover_ui
tests_unit_t_handover_ui_SOURCES = tests/unit/t_handover_ui.c tests/unit/ledger_of.h
tests_unit_t_handover_ui_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_handover_ui_LDADD = libsample.a $(UI_TEST_LIBS)
