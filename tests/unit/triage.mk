# Tests of src/triage, for tests/local.mk.
UNIT_TESTS += tests/unit/t_incident
tests_unit_t_incident_SOURCES = tests/unit/t_incident.c tests/unit/ledger_of.h
tests_unit_t_incident_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_triage
tests_unit_t_triage_SOURCES = tests/unit/t_triage.c tests/unit/ledger_of.h
tests_unit_t_triage_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_triage_LDADD = libsample.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_triage_kill
tests_unit_t_triage_kill_SOURCES = tests/unit/t_triage_kill.c
tests_unit_t_triage_kill_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_desk
tests_unit_t_desk_SOURCES = tests/unit/t_desk.c tests/unit/ledger_of.h
tests_unit_t_desk_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_desk_LDADD = libsample.a $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_drill
tests_unit_t_drill_SOURCES = tests/unit/t_drill.c
tests_unit_t_drill_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_drill_LDADD = libsample.a $(TEST_LIBS)

# Beside the programs, for it asks both.
TESTS += tests/unit/drills
EXTRA_DIST += tests/unit/drills
