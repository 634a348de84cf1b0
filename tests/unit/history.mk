UNIT_TESTS += tests/unit/t_history
tests_unit_t_history_SOURCES = tests/unit/t_history.c tests/support/long_history.c tests/support/long_history.h
tests_unit_t_history_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_history_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_past
tests_unit_t_past_SOURCES = tests/unit/t_past.c
tests_unit_t_past_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_past_LDADD = libsample.a $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_history_disk
tests_unit_t_history_disk_SOURCES = tests/unit/t_history_disk.c tests/unit/lose_page.h
tests_unit_t_history_disk_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_history_disk_LDADD = libdisk.a libsample.a $(TEST_LIBS)

TESTS += tests/unit/history_cli
EXTRA_DIST += tests/unit/history_cli
