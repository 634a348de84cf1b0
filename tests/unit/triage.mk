# Tests of src/triage, for tests/local.mk.
UNIT_TESTS += tests/unit/t_incident
tests_unit_t_incident_SOURCES = tests/unit/t_incident.c tests/unit/ledger_of.h
tests_unit_t_incident_LDADD = $(TEST_LIBS)
